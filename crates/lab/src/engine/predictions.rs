//! The few test examples whose predictions a result keeps, so that a report need not read the test split again.

use crate::outcome::Prediction;
use thalweg_data::Examples;

/// Predictions kept.
const SHOWN: usize = 20;
/// How many of them may be mistakes.
const MISTAKES: usize = 10;

/// The first mistakes, then the first of all others, by their place in the test split.
pub(super) fn chosen(said: &[thalweg_train::Prediction], test: &Examples) -> Vec<Prediction> {
    let all = said.iter().enumerate().map(|(example, said)| Prediction {
        example: example as u32,
        class: said.class as u32,
        probability: said.probability as f32,
    });
    let usable = all.filter(|said| said.probability.is_finite());
    let is_mistake =
        |said: &Prediction| test.label(said.example as usize).is_some_and(|label| label != said.class);
    let (mistakes, others): (Vec<_>, Vec<_>) = usable.partition(is_mistake);
    mistakes.into_iter().take(MISTAKES).chain(others).take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use thalweg_data::Targets;

    #[test]
    fn ten_mistakes_come_first_and_twenty_are_all() {
        let test = |count: u32| {
            let labels = Targets::Labels((0..count).map(|_| 0).collect());
            Examples::new(vec![0.0; count as usize], 1, labels).unwrap()
        };
        // Every third example is taken for a 1.
        let said: Vec<_> = (0..90)
            .map(|example| thalweg_train::Prediction {
                class: usize::from(example % 3 == 0),
                probability: 0.5,
            })
            .collect();
        let chosen = |count: usize| -> Vec<u32> {
            super::chosen(&said[..count], &test(count as u32)).iter().map(|one| one.example).collect()
        };
        let expected = [0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 1, 2, 4, 5, 7, 8, 10, 11, 13, 14];
        assert_eq!(chosen(90), expected);
        assert_eq!(chosen(5), [0, 3, 1, 2, 4]);
        let unsure = [thalweg_train::Prediction { class: 0, probability: f64::NAN }];
        assert!(super::chosen(&unsure, &test(1)).is_empty());
    }
}
