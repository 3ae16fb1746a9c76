//! Random numbers in ops: a pure function of seed, step, node and element. So a resumed run draws the same numbers as an
//! uninterrupted one, a backward pass draws the same numbers as its forward pass, and no draw needs to be stored.

/// The random numbers of one node in one step.
#[derive(Clone, Copy, Debug)]
pub struct Noise {
    key: u32,
    /// The seed of normal numbers, which need more bits.
    wide: u64,
}

impl Noise {
    pub(crate) fn new(seed: u64, step: u64, node: usize) -> Self {
        let wide = mixed(mixed(seed ^ mixed(step)) ^ node as u64);
        Self { key: (wide >> 32) as u32, wide }
    }

    /// Returns 32 random bits for element `i`, from Wellons' hash lowbias32.
    #[inline(always)]
    pub fn bits(&self, i: usize) -> u32 {
        let x = (i as u32).wrapping_add(self.key);
        let x = (x ^ (x >> 16)).wrapping_mul(0x7FEB_352D);
        let x = (x ^ (x >> 15)).wrapping_mul(0x846C_A68B);
        x ^ (x >> 16)
    }

    /// Returns a standard normal number for element `i` (Box and Muller 1958).
    pub fn normal(&self, i: usize) -> f64 {
        let uniform = |bits: u64| ((bits >> 11) as f64 + 0.5) / (1u64 << 53) as f64;
        let first = mixed(self.wide.wrapping_add(2 * i as u64));
        let second = mixed(self.wide.wrapping_add(2 * i as u64 + 1));
        (-2.0 * uniform(first).ln()).sqrt() * (std::f64::consts::TAU * uniform(second)).cos()
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014): a well-mixed function of a counter.
fn mixed(counter: u64) -> u64 {
    let z = counter.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_is_fair_and_steps_and_nodes_differ() {
        let n = 100_000;
        let noise = Noise::new(1, 2, 3);
        for bit in 0..32 {
            let ones = (0..n).filter(|&i| noise.bits(i) >> bit & 1 == 1).count() as f64;
            // Four standard errors of a fair coin.
            assert!((ones - n as f64 / 2.0).abs() < 4.0 * (n as f64 / 4.0).sqrt(), "bit {bit}: {ones}");
        }
        for other in [Noise::new(2, 2, 3), Noise::new(1, 3, 3), Noise::new(1, 2, 4)] {
            let same = (0..n).filter(|&i| (noise.bits(i) ^ other.bits(i)) >> 31 == 0).count() as f64;
            assert!((same - n as f64 / 2.0).abs() < 4.0 * (n as f64 / 4.0).sqrt(), "{same}");
        }
    }

    #[test]
    fn normal_numbers_are_normal() {
        let n = 100_000;
        let noise = Noise::new(7, 0, 1);
        let mean = |power: i32| (0..n).map(|i| noise.normal(i).powi(power)).sum::<f64>() / n as f64;
        let bound = |variance: f64| 4.0 * (variance / n as f64).sqrt();
        assert!(mean(1).abs() < bound(1.0) && (mean(2) - 1.0).abs() < bound(2.0));
        assert!(mean(3).abs() < bound(15.0) && (mean(4) - 3.0).abs() < bound(96.0));
    }
}
