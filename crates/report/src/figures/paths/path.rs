//! One path.

use crate::{Arm, figures::Landscape};

/// The path of one rule.
#[derive(Debug, Clone)]
pub struct Path {
    /// Name of the rule; decides the colour.
    pub rule: String,
    /// What it is called.
    pub label: String,
    /// What the legend says behind it, for example `learning rate 0.1`; may be empty.
    pub detail: String,
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

    /// Returns what the legend says.
    pub fn legend(&self) -> String {
        if self.detail.is_empty() { self.label.clone() } else { format!("{}, {}", self.label, self.detail) }
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
