//! Warm-up, stable, decay.

use super::shape::{half_cosine, share};
use serde::{Deserialize, Serialize};

/// 1 for `stable` updates, then down to `floor` in `decay` updates (Hu et al. 2024, "MiniCPM"; the square root: Hägele
/// et al. 2024, "Scaling laws and compute-optimal training beyond fixed training durations"). The warm-up is that of
/// every schedule.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WarmupStableDecay {
    /// Updates at 1.
    pub stable: u64,
    /// Updates of the decay.
    pub decay: u64,
    /// The last factor.
    pub floor: f64,
    /// The curve of the decay.
    pub fall: Fall,
}

/// The curve of a decay, as a function of the share x of it that has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fall {
    /// 1 - x.
    Linear,
    /// (1 + cos(pi x)) / 2.
    Cosine,
    /// 1 - sqrt(x).
    #[serde(rename = "1-sqrt")]
    OneMinusSquareRoot,
}

impl WarmupStableDecay {
    pub(super) fn factor(&self, t: u64) -> f64 {
        if t < self.stable {
            return 1.0;
        }
        let t = t - self.stable;
        if t >= self.decay {
            return self.floor;
        }
        let passed = share(t, self.decay);
        let remaining = match self.fall {
            Fall::Linear => 1.0 - passed,
            Fall::Cosine => half_cosine(passed),
            Fall::OneMinusSquareRoot => 1.0 - passed.sqrt(),
        };
        self.floor + (1.0 - self.floor) * remaining
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{follows, numbers, schedule};
    use super::*;
    use crate::schedule::{Setting, Shape};

    #[test]
    fn three_ways_down() {
        let stable = |fall: &str| {
            schedule(
                "warmup-stable-decay",
                [
                    ("steps", Setting::Number(20.0)),
                    ("decay", Setting::Number(0.4)),
                    ("floor", Setting::Number(0.2)),
                    ("fall", Setting::Text(fall.into())),
                ],
            )
        };
        follows(
            &stable("linear"),
            &[(0, 1.0), (12, 1.0), (14, 0.8), (16, 0.6), (19, 0.3), (20, 0.2), (21, 0.2)],
        );
        // 0.2 + 0.8 (1 + cos(pi / 4)) / 2
        follows(&stable("cosine"), &[(12, 1.0), (14, 0.8828427124746191), (16, 0.6), (20, 0.2), (21, 0.2)]);
        follows(&stable("1-sqrt"), &[(0, 1.0), (11, 1.0), (12, 1.0), (14, 0.6), (20, 0.2), (21, 0.2)]);
    }

    #[test]
    fn the_decay_ends_with_the_run() {
        let shape = numbers("warmup-stable-decay", [("warmup", 10.0)]).shape;
        let Shape::WarmupStableDecay(stable) = shape else { panic!("{shape:?}") };
        assert_eq!((stable.stable, stable.decay, stable.fall), (72, 18, Fall::OneMinusSquareRoot));
    }
}
