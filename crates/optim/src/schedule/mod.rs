//! A hyper-parameter as a pure function of the step, usually the learning rate.
//!
//! CS231n's advice (lecture 7): choose the rate first, without decay; look at the loss curve; add decay where it
//! flattens. The value at step `t` never depends on how the run got there; the one exception, [`Plateau`], says so by
//! being a type of its own.
//!
//! Shapes with an end hold their last value after it, as in Keras and Optax. (In PyTorch a cosine rises again.)

mod build;
mod catalog;
mod composed;
mod cyclic;
mod display;
mod one_cycle;
mod piecewise;
mod plateau;
mod restarts;
mod setting;
mod shape;
mod stable;

pub use catalog::{SCHEDULES, ScheduleInfo};
pub use composed::Sequence;
pub use cyclic::{Cyclic, Mode};
pub use one_cycle::{Anneal, OneCycle};
pub use piecewise::Piecewise;
pub use plateau::{Plateau, PlateauSettings};
pub use restarts::WarmRestarts;
pub use setting::{Setting, SettingInfo, SettingKind, WrittenSchedule};
pub use shape::Shape;
pub use stable::{Fall, WarmupStableDecay};

use serde::{Deserialize, Serialize};

/// What a hyper-parameter is multiplied by at each step: a shape, after a linear warm-up.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    /// The shape; its own step 0 is the first step after the warm-up.
    pub shape: Shape,
    /// Updates of linear warm-up: update `t < warmup` uses (t + 1) / warmup of what the shape starts with.
    pub warmup: u64,
}

impl Schedule {
    /// What the value is multiplied by when `done` updates have been made: `factor(0)` is for the first.
    pub fn factor(&self, done: u64) -> f64 {
        if done < self.warmup {
            return (done + 1) as f64 / self.warmup as f64 * self.shape.factor(0);
        }
        self.shape.factor(done - self.warmup)
    }
}

impl From<Shape> for Schedule {
    fn from(shape: Shape) -> Self {
        Self { shape, warmup: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// The schedule with these settings, in a run of 100 updates.
    pub(super) fn schedule<const N: usize>(name: &str, settings: [(&str, Setting); N]) -> Schedule {
        let settings = settings.map(|(key, value)| (key.to_string(), value)).into();
        Schedule::from_settings(name, &settings, 100).unwrap()
    }

    pub(super) fn numbers<const N: usize>(name: &str, settings: [(&str, f64); N]) -> Schedule {
        schedule(name, settings.map(|(key, value)| (key, Setting::Number(value))))
    }

    /// The libraries of the reference values sum in another order.
    #[track_caller]
    pub(super) fn follows(schedule: &Schedule, expected: &[(u64, f64)]) {
        for &(done, expected) in expected {
            let actual = schedule.factor(done);
            assert!((actual - expected).abs() <= 1e-14, "{schedule} at {done}: {actual} for {expected}");
        }
    }

    /// An example of what each schedule needs.
    pub(super) fn example(info: &ScheduleInfo) -> Schedule {
        let part = |name: &str| WrittenSchedule { name: name.into(), settings: BTreeMap::new() };
        let needed = info.settings.iter().filter_map(|setting| {
            let value = match setting.kind {
                SettingKind::Steps => Setting::Numbers(vec![40.0]),
                SettingKind::Points => Setting::Points(vec![[0.0, 1.0], [50.0, 0.5]]),
                SettingKind::Schedules => Setting::Schedules(vec![part("constant"), part("cosine")]),
                _ => return None,
            };
            Some((setting.name.to_string(), value))
        });
        Schedule::from_settings(info.name, &needed.collect(), 100).unwrap()
    }

    #[test]
    fn each_is_a_finite_factor_for_ever_and_survives_being_saved() {
        for info in SCHEDULES {
            let schedule = example(info);
            for done in [0, 1, 39, 40, 99, 100, 101, 1_000_000, u64::MAX] {
                let factor = schedule.factor(done);
                assert!((0.0..=1.0).contains(&factor), "{} at {done}: {factor}", info.name);
            }
            let text = serde_json::to_string(&schedule).unwrap();
            assert_eq!(serde_json::from_str::<Schedule>(&text).unwrap(), schedule, "{text}");
            assert!(schedule.to_string().starts_with(info.name), "{schedule}");
        }
    }

    #[test]
    fn what_was_saved_before_still_loads() {
        for (text, shape) in [
            (r#""constant""#, Shape::Constant),
            (r#"{"step":{"every":5,"factor":0.5}}"#, Shape::Step { every: 5, factor: 0.5 }),
            (r#"{"exponential":{"decay":0.9}}"#, Shape::Exponential { decay: 0.9 }),
            (r#"{"inverse-time":{"decay":0.9}}"#, Shape::InverseTime { decay: 0.9 }),
            (r#"{"cosine":{"steps":7,"floor":0.5}}"#, Shape::Cosine { steps: 7, floor: 0.5 }),
        ] {
            let text = format!(r#"{{"shape":{text},"warmup":3}}"#);
            let schedule = Schedule { shape, warmup: 3 };
            assert_eq!(serde_json::from_str::<Schedule>(&text).unwrap(), schedule);
            assert_eq!(serde_json::to_string(&schedule).unwrap(), text);
        }
    }

    #[test]
    fn every_length_includes_the_warmup() {
        for info in SCHEDULES.iter().filter(|info| info.settings.iter().any(|one| one.name == "steps")) {
            let set = |steps: f64| {
                [("warmup".to_string(), Setting::Number(10.0)), ("steps".to_string(), Setting::Number(steps))]
            };
            let of = |steps: f64, total| Schedule::from_settings(info.name, &set(steps).into(), total);
            // As if the run were as long: what `steps` means does not depend on the run.
            assert_eq!(of(40.0, 1000).unwrap(), of(0.0, 40).unwrap(), "{}", info.name);
            let error = of(10.0, 1000).unwrap_err().to_string();
            assert_eq!(
                error,
                "steps = 10 is out of range; it must be more than 10, the updates of warm-up that it includes"
            );
        }
    }

    #[test]
    fn warmup_rises_linearly_and_shifts_the_rest() {
        let cosine = numbers("cosine", [("warmup", 4.0), ("steps", 14.0)]);
        let start: Vec<f64> = (0..5).map(|t| cosine.factor(t)).collect();
        assert_eq!(start, [0.25, 0.5, 0.75, 1.0, 1.0]);
        follows(&cosine, &[(9, 0.5), (14, 0.0), (15, 0.0)]);
        // Without `steps` the floor is reached at the end of the run, warm-up included.
        assert_eq!(numbers("cosine", [("warmup", 4.0)]).shape, Shape::Cosine { steps: 96, floor: 0.0 });
        // transformers.get_cosine_schedule_with_warmup(SGD(…, lr=1.0), num_warmup_steps=10, num_training_steps=40): half of the
        // remaining 30 at 25, and 0 at 40. (It starts at 0 / 10, where ours starts at 1 / 10.)
        let cosine = numbers("cosine", [("warmup", 10.0), ("steps", 40.0)]);
        follows(&cosine, &[(10, 1.0), (20, 0.75), (25, 0.5), (30, 0.25), (40, 0.0), (50, 0.0)]);
        // It rises to wherever the shape starts.
        let linear = numbers("linear", [("warmup", 4.0), ("start", 0.5)]);
        let start: Vec<f64> = (0..5).map(|t| linear.factor(t)).collect();
        assert_eq!(start, [0.125, 0.25, 0.375, 0.5, 0.5]);
    }
}
