//! One path.

use crate::{Arm, figures::Landscape};

/// The path of one rule.
#[derive(Debug, Clone)]
pub struct Path {
    /// Name of the rule; decides the colour.
    pub rule: String,
    /// What the legend says, for example `Momentum, learning rate 0.1`.
    pub label: String,
    /// The points, the start first.
    pub points: Vec<[f64; 2]>,
    /// f at the points.
    pub values: Vec<f64>,
}

impl Path {
    /// Returns what decides its look.
    pub(crate) fn arm(&self) -> Arm {
        Arm::new(&self.rule, &self.label)
    }

    pub(crate) fn value(&self, index: usize) -> f64 {
        self.values.get(index).copied().unwrap_or(f64::NAN)
    }

    /// Returns how many points come before the first one outside the picture.
    pub(crate) fn points_within(&self, landscape: &Landscape) -> usize {
        let ((left, right), (bottom, top)) = (Landscape::ends(&landscape.x), Landscape::ends(&landscape.y));
        let within = |[x, y]: &[f64; 2]| (left..=right).contains(x) && (bottom..=top).contains(y);
        self.points.iter().position(|point| !within(point)).unwrap_or(self.points.len())
    }
}
