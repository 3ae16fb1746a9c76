//! The few test examples whose predictions a result keeps, so that a report need not read the test split again.

use thalweg_data::Examples;
use thalweg_lab::outcome::Prediction;

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

/// Which examples were predicted right, one bit each, the first in the lowest bit of the first byte.
pub(super) fn correct(said: &[thalweg_train::Prediction], test: &Examples) -> Vec<u8> {
    let mut bits = vec![0; said.len().div_ceil(8)];
    for (example, said) in said.iter().enumerate() {
        // A network whose outputs are no numbers predicts nothing.
        if said.probability.is_finite() && test.label(example) == Some(said.class as u32) {
            bits[example / 8] |= 1 << (example % 8);
        }
    }
    bits
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

    #[test]
    fn a_bit_for_each_example_that_was_right() {
        let labels = Targets::Labels([0, 1, 0, 0, 0, 0, 0, 0, 1, 0].into());
        let test = Examples::new(vec![0.0; 10], 1, labels).unwrap();
        let said = |class, probability| thalweg_train::Prediction { class, probability };
        let mut all = vec![said(0, 0.9); 10];
        all[9] = said(0, f64::NAN);
        assert_eq!(correct(&all, &test), [0b1111_1101, 0b00]);
        assert_eq!(correct(&[said(1, 0.5); 10], &test), [0b10, 0b01]);
    }
}
