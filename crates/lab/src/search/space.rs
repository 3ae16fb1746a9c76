//! Where hyper-parameters other than the learning rate are searched.

use serde::{Deserialize, Serialize};

/// The values a hyper-parameter is searched among.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Space {
    /// Between two numbers.
    Between {
        /// The smallest.
        from: f64,
        /// The largest.
        to: f64,
        /// How values are spread.
        scale: Scale,
        /// Whether only whole numbers count.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        integer: bool,
    },
    /// Among these, each as likely.
    Among {
        /// The values.
        values: Vec<f64>,
    },
}

/// How values are spread between the ends of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    /// Evenly.
    Linear,
    /// Evenly in the logarithm.
    Log,
    /// Evenly in the logarithm of the distance to one: 0.9, 0.99 and 0.999 are equally far apart.
    OneMinus,
}

impl Scale {
    /// Every scale by its name.
    pub const NAMED: [(&'static str, Self); 3] =
        [("linear", Self::Linear), ("log", Self::Log), ("one-minus", Self::OneMinus)];

    /// The value's place on an even scale.
    fn straighten(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Log => value.log10(),
            Self::OneMinus => -(1.0 - value).log10(),
        }
    }

    fn bend(self, place: f64) -> f64 {
        match self {
            Self::Linear => place,
            Self::Log => 10_f64.powf(place),
            Self::OneMinus => 1.0 - rounded(10_f64.powf(-place)),
        }
    }
}

impl Space {
    /// A range on a scale.
    pub fn between(from: f64, to: f64, scale: Scale) -> Self {
        Self::Between { from, to, scale, integer: false }
    }

    /// The value at a position in 0..=1.
    pub fn at(&self, position: f64) -> f64 {
        let position = position.clamp(0.0, 1.0);
        match self {
            Self::Between { from, to, integer: true, .. } => {
                // Every whole number takes the same share of the positions, on whatever scale.
                let count = to - from + 1.0;
                (from + (position * count).floor()).min(*to)
            }
            Self::Between { from, to, .. } if position == 0.0 || from == to => *from,
            Self::Between { to, .. } if position == 1.0 => *to,
            Self::Between { from, to, scale, .. } => {
                let (low, high) = (scale.straighten(*from), scale.straighten(*to));
                let value = scale.bend(low + position * (high - low));
                // 1 - 0.0316 is 0.9684000000000000 something: what is printed is what runs.
                let value = if *scale == Scale::OneMinus { trimmed(value) } else { rounded(value) };
                value.clamp(*from, *to)
            }
            Self::Among { values } => {
                let index = (position * values.len() as f64) as usize;
                values[index.min(values.len() - 1)]
            }
        }
    }

    /// Whether a value lies in the outer tenth of a range, so that a better one may lie beyond it. Never so among given values.
    pub fn at_edge(&self, value: f64) -> bool {
        match self {
            Self::Between { from, to, scale, integer } if !*integer && from < to => {
                let (low, high) = (scale.straighten(*from), scale.straighten(*to));
                let place = (scale.straighten(value) - low) / (high - low);
                !(0.1..=0.9).contains(&place)
            }
            _ => false,
        }
    }
}

/// To three significant digits, so that the rate that is printed is the rate that ran.
pub(super) fn rounded(rate: f64) -> f64 {
    format!("{rate:.2e}").parse().unwrap_or(rate)
}

/// To ten decimal places: takes off what a subtraction from one leaves behind.
fn trimmed(value: f64) -> f64 {
    format!("{value:.10}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_spread_as_the_scale_says() {
        let linear = Space::between(0.0, 0.5, Scale::Linear);
        assert_eq!([0.0, 0.5, 1.0].map(|at| linear.at(at)), [0.0, 0.25, 0.5]);
        let log = Space::between(1e-6, 1e-2, Scale::Log);
        assert_eq!([0.0, 0.25, 0.5, 1.0].map(|at| log.at(at)), [1e-6, 1e-5, 1e-4, 1e-2]);
        let near_one = Space::between(0.9, 0.999, Scale::OneMinus);
        assert_eq!([0.0, 0.25, 0.5, 1.0].map(|at| near_one.at(at)), [0.9, 0.9684, 0.99, 0.999]);
        let whole = Space::Between { from: 1.0, to: 4.0, scale: Scale::Linear, integer: true };
        assert_eq!([0.0, 0.24, 0.26, 0.99, 1.0].map(|at| whole.at(at)), [1.0, 1.0, 2.0, 4.0, 4.0]);
        let among = Space::Among { values: vec![0.0, 0.9, 0.99] };
        assert_eq!([0.0, 0.34, 0.7, 1.0].map(|at| among.at(at)), [0.0, 0.9, 0.99, 0.99]);
    }

    #[test]
    fn the_outer_tenth_is_the_edge() {
        let log = Space::between(1e-6, 1e-2, Scale::Log);
        assert!(log.at_edge(2e-6) && !log.at_edge(3e-6) && !log.at_edge(3e-3) && log.at_edge(5e-3));
        let near_one = Space::between(0.9, 0.999, Scale::OneMinus);
        assert!(near_one.at_edge(0.91) && !near_one.at_edge(0.95) && near_one.at_edge(0.9988));
        assert!(!Space::Among { values: vec![0.0, 1.0] }.at_edge(1.0));
    }
}
