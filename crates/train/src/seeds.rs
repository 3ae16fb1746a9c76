//! One seed a run, one stream a purpose.

use sha2::{Digest, Sha256};

/// Returns the seed for one purpose of a run: the first eight bytes of SHA-256("thalweg", seed, purpose). Runs with the same
/// seed have the same initial values and batches, whatever rule they use. Changing the draws of one purpose leaves the others
/// alone.
pub fn derive(seed: u64, purpose: &str) -> u64 {
    let mut hash = Sha256::new();
    hash.update(b"thalweg");
    hash.update(seed.to_le_bytes());
    hash.update(purpose.as_bytes());
    let digest: [u8; 32] = hash.finalize().into();
    digest[..8].iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_and_seeds_are_apart_and_fixed() {
        assert_ne!(derive(1, "batches"), derive(1, "initial values"));
        assert_ne!(derive(1, "batches"), derive(2, "batches"));
        // Stored runs depend on these numbers: computed by Python's hashlib.
        assert_eq!(derive(1, "batches"), 0x8fa3_f347_fd71_dfd3);
        assert_eq!(derive(2, "batches"), 0x4152_59d1_9742_0be0);
    }
}
