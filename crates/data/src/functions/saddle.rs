//! x² − y²: flat at the origin without being a minimum. Along y = 0 a descent runs into the saddle and stays.

use super::definition::Definition;

pub(super) static SADDLE: Definition = Definition {
    name: "saddle",
    title: "saddle point: down on one axis, up on the other, without a minimum",
    formula: "x² − y²",
    source: "CS231n, lecture 7; Dauphin et al. (2014), https://arxiv.org/abs/1406.2572",
    parameters: &[],
    domain: [[-2.0, 2.0], [-2.0, 2.0]],
    // Barely off the ridge, so that rules differ in how long they hesitate.
    start: [-1.5, 0.001],
    value: |_, [x, y]| x * x - y * y,
    gradient: |_, [x, y]| [2.0 * x, -2.0 * y],
    minima: |_| Vec::new(),
};

#[cfg(test)]
mod tests {
    use crate::Function;

    #[test]
    fn the_origin_is_flat_and_not_a_minimum() {
        let saddle = Function::named("saddle").unwrap();
        assert_eq!(saddle.gradient([0.0, 0.0]).map(f64::abs), [0.0, 0.0]);
        assert!(saddle.value([0.0, 0.1]) < saddle.value([0.0, 0.0]));
        assert!(saddle.value([0.1, 0.0]) > saddle.value([0.0, 0.0]));
    }
}
