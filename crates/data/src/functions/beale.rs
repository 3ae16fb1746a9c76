//! Beale's function: flat almost everywhere, with sharp peaks at the corners.

use super::definition::{Definition, Minimum};

pub(super) static BEALE: Definition = Definition {
    name: "beale",
    title: "flat land with sharp corners",
    formula: "(1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)²",
    source: "E. M. L. Beale (1958); start as in Moré, Garbow, Hillstrom (1981), https://doi.org/10.1145/355934.355936",
    parameters: &[],
    domain: [[-4.5, 4.5], [-4.5, 4.5]],
    start: [1.0, 1.0],
    value: |_, [x, y]| terms(x, y).iter().map(|term| term * term).sum(),
    gradient: |_, [x, y]| {
        let [first, second, third] = terms(x, y);
        [
            2.0 * (first * (y - 1.0) + second * (y * y - 1.0) + third * (y * y * y - 1.0)),
            2.0 * x * (first + second * 2.0 * y + third * 3.0 * y * y),
        ]
    },
    minima: |_| vec![Minimum { point: [3.0, 0.5], value: 0.0 }],
};

fn terms(x: f64, y: f64) -> [f64; 3] {
    [1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y * y * y]
}

#[cfg(test)]
mod tests {
    use crate::Function;

    #[test]
    fn the_value_at_the_origin() {
        // 1.5² + 2.25² + 2.625².
        assert_eq!(Function::named("beale").unwrap().value([0.0, 0.0]), 14.203_125);
    }
}
