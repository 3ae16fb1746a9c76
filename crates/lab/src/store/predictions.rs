//! Predictions as bytes: example, class and probability of each; all little-endian, four bytes each.

use crate::outcome::Prediction;

/// Packs predictions.
pub(super) fn pack(predictions: &[Prediction]) -> Vec<u8> {
    let words = |one: &Prediction| [one.example, one.class, one.probability.to_bits()];
    predictions.iter().flat_map(words).flat_map(u32::to_le_bytes).collect()
}

/// Unpacks predictions; `None` if the bytes are none.
pub(super) fn unpack(bytes: &[u8]) -> Option<Vec<Prediction>> {
    let (words, []) = bytes.as_chunks::<4>() else { return None };
    let (predictions, []) = words.as_chunks::<3>() else { return None };
    let read = |words: &[[u8; 4]; 3]| {
        let [example, class, probability] = words.map(u32::from_le_bytes);
        Prediction { example, class, probability: f32::from_bits(probability) }
    };
    Some(predictions.iter().map(read).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_predictions_are_the_same_and_damaged_ones_are_none() {
        let predictions = vec![
            Prediction { example: u32::MAX, class: 9, probability: 0.1 },
            Prediction { example: 0, class: 0, probability: 1.0 },
        ];
        let bytes = pack(&predictions);
        assert_eq!(bytes.len(), 24);
        assert_eq!(unpack(&bytes), Some(predictions));
        assert_eq!(unpack(&[]), Some(vec![]));
        assert!((1..24).filter(|end| *end != 12).all(|end| unpack(&bytes[..end]).is_none()));
    }
}
