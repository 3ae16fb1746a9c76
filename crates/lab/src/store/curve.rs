//! Curves as bytes: the number of points, the steps, the values; all little-endian, four bytes each.

use crate::outcome::Curve;

/// Packs a curve.
pub(super) fn pack(curve: &Curve) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(4 + 8 * curve.len());
    bytes.extend((curve.steps.len() as u32).to_le_bytes());
    bytes.extend(curve.steps.iter().flat_map(|step| step.to_le_bytes()));
    bytes.extend(curve.values.iter().flat_map(|value| value.to_le_bytes()));
    bytes
}

/// Unpacks a curve; `None` if the bytes are not one.
pub(super) fn unpack(bytes: &[u8]) -> Option<Curve> {
    let (words, []) = bytes.as_chunks::<4>() else { return None };
    let (curve, []) = first(words)? else { return None };
    Some(curve)
}

/// The curve with which the words begin, and the words after it.
pub(super) fn first(words: &[[u8; 4]]) -> Option<(Curve, &[[u8; 4]])> {
    let (count, words) = words.split_first()?;
    let count = u32::from_le_bytes(*count) as usize;
    let (steps, words) = words.split_at_checked(count)?;
    let (values, words) = words.split_at_checked(count)?;
    let curve = Curve {
        steps: steps.iter().map(|word| u32::from_le_bytes(*word)).collect(),
        values: values.iter().map(|word| f32::from_le_bytes(*word)).collect(),
    };
    Some((curve, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packed_curve_is_the_same_curve() {
        let curve = Curve { steps: vec![0, 10, u32::MAX], values: vec![2.3, -0.0, f32::MIN_POSITIVE] };
        assert_eq!(unpack(&pack(&curve)), Some(curve));
        assert_eq!(unpack(&pack(&Curve::default())), Some(Curve::default()));
        let diverged = Curve { steps: vec![1], values: vec![f32::NAN] };
        assert!(unpack(&pack(&diverged)).unwrap().values[0].is_nan());
    }

    #[test]
    fn damaged_bytes_are_no_curve() {
        let bytes = pack(&Curve { steps: vec![1, 2], values: vec![0.5, 0.25] });
        for end in 0..bytes.len() {
            assert_eq!(unpack(&bytes[..end]), None);
        }
        assert_eq!(unpack(&[0xff; 12]), None);
    }
}
