//! What was seen inside a network as bytes: its curves, then the share of dead units; all little-endian, four bytes each. No bytes
//! at all where nothing was looked at.

use super::curve;
use crate::outcome::Inside;

/// Packs it.
pub(super) fn pack(inside: &Inside) -> Vec<u8> {
    if inside.is_empty() {
        return Vec::new();
    }
    let mut bytes = curve::pack(&inside.gradient_norm);
    bytes.extend(curve::pack(&inside.update_ratio));
    // No share is NaN.
    bytes.extend(inside.dead.unwrap_or(f32::NAN).to_le_bytes());
    bytes
}

/// Unpacks it; `None` if the bytes are none.
pub(super) fn unpack(bytes: &[u8]) -> Option<Inside> {
    if bytes.is_empty() {
        return Some(Inside::default());
    }
    let (words, []) = bytes.as_chunks::<4>() else { return None };
    let (gradient_norm, words) = curve::first(words)?;
    let (update_ratio, words) = curve::first(words)?;
    let [dead] = words else { return None };
    let dead = Some(f32::from_le_bytes(*dead)).filter(|dead| !dead.is_nan());
    Some(Inside { gradient_norm, update_ratio, dead })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Curve;

    #[test]
    fn packed_it_is_the_same_and_damaged_it_is_none() {
        let inside = Inside {
            gradient_norm: Curve { steps: vec![10, 20], values: vec![2.0, 0.5] },
            update_ratio: Curve { steps: vec![10], values: vec![1e-3] },
            dead: Some(0.25),
        };
        let bytes = pack(&inside);
        assert_eq!(bytes.len(), 4 * (5 + 3 + 1));
        assert_eq!(unpack(&bytes), Some(inside.clone()));
        assert!((1..bytes.len()).all(|end| unpack(&bytes[..end]).is_none()));
        let without = Inside { dead: None, ..inside };
        assert_eq!(unpack(&pack(&without)), Some(without));
        assert!(pack(&Inside::default()).is_empty());
        assert_eq!(unpack(&[]), Some(Inside::default()));
    }
}
