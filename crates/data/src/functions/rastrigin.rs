//! Rastrigin's function: a bowl covered with a regular grid of local minima.

use std::f64::consts::TAU;

use super::definition::{Definition, Minimum, Parameter};

pub(super) static RASTRIGIN: Definition = Definition {
    name: "rastrigin",
    title: "bowl covered with local minima",
    formula: "2a + x² − a cos 2πx + y² − a cos 2πy",
    source: "L. A. Rastrigin (1974), Systems of Extremal Control",
    parameters: &[Parameter {
        name: "a",
        meaning: "height of the ripples",
        default: 10.0,
        range: [0.0, 1e3],
    }],
    domain: [[-5.12, 5.12], [-5.12, 5.12]],
    start: [-4.2, 3.3],
    value: |parameters, point| point.iter().map(|x| x * x + parameters[0] * (1.0 - (TAU * x).cos())).sum(),
    gradient: |parameters, point| point.map(|x| 2.0 * x + parameters[0] * TAU * (TAU * x).sin()),
    minima: |_| vec![Minimum { point: [0.0, 0.0], value: 0.0 }],
};

#[cfg(test)]
mod tests {
    use crate::Function;

    #[test]
    fn whole_numbers_are_free_of_ripples() {
        assert!((Function::named("rastrigin").unwrap().value([1.0, -2.0]) - 5.0).abs() < 1e-12);
    }
}
