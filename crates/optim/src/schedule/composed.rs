//! Schedules made of schedules.

use super::Schedule;
use serde::{Deserialize, Serialize};

/// Several schedules one after the other, each counting from where it takes over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sequence {
    /// The schedules.
    pub of: Vec<Schedule>,
    /// Updates done when the second, the third, … takes over, in ascending order; one fewer than schedules.
    pub at: Vec<u64>,
}

impl Sequence {
    pub(super) fn factor(&self, t: u64) -> f64 {
        let present = self.at.partition_point(|&at| at <= t);
        let start = present.checked_sub(1).map_or(0, |before| self.at[before]);
        self.of.get(present).or(self.of.last()).map_or(1.0, |schedule| schedule.factor(t - start))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{follows, schedule};
    use crate::schedule::{Setting, Shape, WrittenSchedule};

    fn part<const N: usize>(name: &str, settings: [(&str, f64); N]) -> WrittenSchedule {
        let settings = settings.map(|(key, value)| (key.to_string(), Setting::Number(value)));
        WrittenSchedule { name: name.to_string(), settings: settings.into() }
    }

    #[test]
    fn each_counts_from_where_it_takes_over() {
        // torch.optim.lr_scheduler.SequentialLR(o, [ConstantLR(o, 0.5, 100), ExponentialLR(o, 0.5)], [3]), o = SGD(…, lr=1.0)
        let half = part("linear", [("start", 0.5), ("end", 0.5)]);
        let of = Setting::Schedules(vec![half, part("exponential", [("decay", 0.5)])]);
        let sequence = schedule("sequence", [("of", of), ("at", Setting::Numbers(vec![3.0]))]);
        follows(&sequence, &[(0, 0.5), (2, 0.5), (3, 1.0), (4, 0.5), (5, 0.25)]);
    }

    #[test]
    fn the_end_of_a_part_is_where_the_next_takes_over() {
        let of = Setting::Schedules(vec![
            part("linear", []),
            part("cosine", [("warmup", 5.0)]),
            part("linear", []),
        ]);
        let settings =
            [("of", of), ("at", Setting::Numbers(vec![30.0, 60.0])), ("warmup", Setting::Number(10.0))];
        let Shape::Sequence(sequence) = schedule("sequence", settings).shape else { panic!("a sequence") };
        assert_eq!(sequence.of[0].shape, Shape::Linear { steps: 30, start: 1.0, end: 0.0 });
        assert_eq!(sequence.of[1].shape, Shape::Cosine { steps: 25, floor: 0.0 });
        assert_eq!(sequence.of[2].shape, Shape::Linear { steps: 30, start: 1.0, end: 0.0 });
    }

    #[test]
    fn products_multiply() {
        let of =
            Setting::Schedules(vec![part("step", [("every", 50.0), ("factor", 0.5)]), part("linear", [])]);
        let product = schedule("product", [("of", of), ("warmup", Setting::Number(20.0))]);
        follows(&product, &[(0, 0.05), (20, 1.0), (60, 0.5), (70, 0.1875), (100, 0.0), (101, 0.0)]);
    }
}
