//! Through given points.

use super::shape::share;
use serde::{Deserialize, Serialize};

/// The factor at given steps, and either the same until the next of them or a straight line towards it. The first
/// point's factor holds before it, the last one's after it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Piecewise {
    /// Updates done and the factor from then on, in ascending order.
    pub points: Vec<(u64, f64)>,
    /// Whether straight lines join the points.
    pub interpolate: bool,
}

impl Piecewise {
    pub(super) fn factor(&self, t: u64) -> f64 {
        let next = self.points.partition_point(|&(at, _)| at <= t);
        match (next.checked_sub(1).map(|last| self.points[last]), self.points.get(next)) {
            (Some((from, start)), Some(&(to, end))) if self.interpolate => {
                start + (end - start) * share(t - from, to - from)
            }
            (Some((_, factor)), _) | (None, Some(&(_, factor))) => factor,
            (None, None) => 1.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{follows, schedule};
    use crate::schedule::Setting;

    #[test]
    fn lines_and_plateaus_follow_optax() {
        let points = |points: &[[f64; 2]], interpolate| {
            let points = Setting::Points(points.to_vec());
            schedule("piecewise", [("points", points), ("interpolate", Setting::Flag(interpolate))])
        };
        // optax.piecewise_interpolate_schedule("linear", 1.0, {4: 0.5, 8: 0.2})
        let written = [[0.0, 1.0], [4.0, 0.5], [8.0, 0.1]];
        follows(&points(&written, true), &[(0, 1.0), (2, 0.75), (4, 0.5), (6, 0.3), (8, 0.1), (9, 0.1)]);
        // optax.piecewise_constant_schedule(1.0, {4: 0.5, 8: 0.2})
        follows(&points(&written, false), &[(0, 1.0), (3, 1.0), (4, 0.5), (5, 0.5), (8, 0.1), (9, 0.1)]);
        let late = [[4.0, 0.5]];
        follows(&points(&late, true), &[(0, 0.5), (4, 0.5), (5, 0.5)]);
    }
}
