//! A narrow valley that winds: the way down keeps turning, so speed gathered in one direction is wrong in the next.

use super::definition::{Definition, Minimum, Parameter};

pub(super) static RAVINE: Definition = Definition {
    name: "ravine",
    title: "winding ravine with steep walls and a gentle way down",
    formula: "steepness (y − sin x)² + x²/20",
    source: "the bowl of Saitoh, section 6.1, bent along a sine",
    parameters: &[Parameter {
        name: "steepness",
        meaning: "curvature of the walls relative to the way down",
        default: 10.0,
        range: [1e-3, 1e6],
    }],
    domain: [[-8.0, 8.0], [-4.0, 4.0]],
    start: [-7.0, 2.0],
    value: |parameters, [x, y]| parameters[0] * (y - x.sin()).powi(2) + x * x / 20.0,
    gradient: |parameters, [x, y]| {
        let slope = 2.0 * parameters[0] * (y - x.sin());
        [x / 10.0 - slope * x.cos(), slope]
    },
    minima: |_| vec![Minimum { point: [0.0, 0.0], value: 0.0 }],
};

#[cfg(test)]
mod tests {
    use crate::Function;

    #[test]
    fn on_the_floor_only_the_gentle_slope_is_left() {
        let ravine = Function::named("ravine").unwrap();
        let floor = [2.0, 2f64.sin()];
        assert_eq!(ravine.value(floor), 0.2);
        assert_eq!(ravine.gradient(floor), [0.2, 0.0]);
    }
}
