//! The Styblinski-Tang function: four minima of different depth.

use super::definition::{Definition, Minimum};

/// The root of 4x³ − 32x + 5 where each summand is lowest.
const LOWEST: f64 = -2.903_534_027_771_177;

pub(super) static STYBLINSKI_TANG: Definition = Definition {
    name: "styblinski-tang",
    title: "four minima, one of them deepest",
    formula: "½ (x⁴ − 16x² + 5x + y⁴ − 16y² + 5y)",
    source: "M. A. Styblinski, T.-S. Tang (1990), Neural Networks 3(4), https://doi.org/10.1016/0893-6080(90)90035-K",
    parameters: &[],
    domain: [[-5.0, 5.0], [-5.0, 5.0]],
    start: [0.0, 4.0],
    value: |_, point| point.iter().map(|x| 0.5 * (x.powi(4) - 16.0 * x * x + 5.0 * x)).sum(),
    gradient: |_, point| point.map(|x| 2.0 * x.powi(3) - 16.0 * x + 2.5),
    minima: |_| vec![Minimum { point: [LOWEST, LOWEST], value: -78.332_331_407_542_84 }],
};

#[cfg(test)]
mod tests {
    use crate::Function;

    #[test]
    fn the_published_depth() {
        let [minimum] = Function::named("styblinski-tang").unwrap().minima()[..] else {
            panic!("one minimum")
        };
        // Published as -39.16599 for each dimension.
        assert!((minimum.value / 2.0 + 39.165_99).abs() < 2e-4);
    }
}
