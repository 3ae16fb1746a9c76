//! Rosenbrock's banana: easy to reach the curved valley, slow to follow it.

use super::definition::{Definition, Minimum, Parameter};

pub(super) static ROSENBROCK: Definition = Definition {
    name: "rosenbrock",
    title: "curved flat valley",
    formula: "(a − x)² + b (y − x²)²",
    source: "H. H. Rosenbrock (1960), The Computer Journal 3(3), https://doi.org/10.1093/comjnl/3.3.175",
    parameters: &[
        Parameter { name: "a", meaning: "x of the minimum", default: 1.0, range: [-1e3, 1e3] },
        Parameter { name: "b", meaning: "steepness of the walls", default: 100.0, range: [1e-3, 1e6] },
    ],
    domain: [[-2.0, 2.0], [-1.0, 3.0]],
    start: [-1.2, 1.0],
    value: |parameters, [x, y]| (parameters[0] - x).powi(2) + parameters[1] * (y - x * x).powi(2),
    gradient: |parameters, [x, y]| {
        let wall = 2.0 * parameters[1] * (y - x * x);
        [-2.0 * (parameters[0] - x) - 2.0 * x * wall, wall]
    },
    minima: |parameters| vec![Minimum { point: [parameters[0], parameters[0] * parameters[0]], value: 0.0 }],
};

#[cfg(test)]
mod tests {
    use crate::Function;

    #[test]
    fn the_value_at_the_classic_start() {
        let rosenbrock = Function::named("rosenbrock").unwrap();
        assert!((rosenbrock.value([-1.2, 1.0]) - 24.2).abs() < 1e-12);
        assert_eq!(rosenbrock.gradient([0.0, 0.0]), [-2.0, 0.0]);
    }
}
