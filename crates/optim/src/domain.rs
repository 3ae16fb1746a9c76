//! The values a hyper-parameter may take.

use std::fmt;
use std::ops::Bound;

/// The values a hyper-parameter may take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Domain {
    least: f64,
    most: f64,
    most_included: bool,
    whole: bool,
}

impl Domain {
    /// 0 or more.
    pub const NOT_NEGATIVE: Domain =
        Domain { least: 0.0, most: f64::INFINITY, most_included: false, whole: false };
    /// From 0 to 1.
    pub const UNIT: Domain = Domain { least: 0.0, most: 1.0, most_included: true, whole: false };
    /// From 0 to below 1.
    pub const BELOW_ONE: Domain = Domain { least: 0.0, most: 1.0, most_included: false, whole: false };
    /// A whole number, 0 or more.
    pub const COUNT: Domain = Domain { whole: true, ..Domain::NOT_NEGATIVE };
    /// 0 or 1: off or on.
    pub const FLAG: Domain = Domain { least: 0.0, most: 1.0, most_included: true, whole: true };
    /// Any number.
    pub const ANY: Domain =
        Domain { least: f64::NEG_INFINITY, most: f64::INFINITY, most_included: false, whole: false };
    /// A whole number, 1 or more.
    pub const POSITIVE_COUNT: Domain = Domain { least: 1.0, ..Domain::COUNT };

    /// The ends of the domain.
    pub fn bounds(self) -> (Bound<f64>, Bound<f64>) {
        let most = match (self.most, self.most_included) {
            (f64::INFINITY, _) => Bound::Unbounded,
            (most, true) => Bound::Included(most),
            (most, false) => Bound::Excluded(most),
        };
        let least = if self.least.is_finite() { Bound::Included(self.least) } else { Bound::Unbounded };
        (least, most)
    }

    /// Whether `value` is allowed (NaN never is).
    pub fn contains(self, value: f64) -> bool {
        let below = if self.most_included { value <= self.most } else { value < self.most };
        value.is_finite() && value >= self.least && below && (!self.whole || value.fract() == 0.0)
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Domain::FLAG {
            return f.write_str("0 (off) or 1 (on)");
        }
        if *self == Domain::ANY {
            return f.write_str("a finite number");
        }
        let number = if self.whole { "a whole number of" } else { "a number of" };
        match (self.most, self.most_included) {
            (most, true) => write!(f, "{number} at least {} and at most {most}", self.least),
            (f64::INFINITY, false) => write!(f, "{number} at least {}", self.least),
            (most, false) => write!(f, "{number} at least {} and below {most}", self.least),
        }
    }
}
