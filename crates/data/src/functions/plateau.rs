//! A well in a plain: away from it the ground is all but flat, and a step proportional to the slope goes nowhere.

use super::definition::{Definition, Minimum, Parameter};

pub(super) static PLATEAU: Definition = Definition {
    name: "plateau",
    title: "well in a plain: almost no slope until close to the minimum",
    formula: "1 − exp(−(x² + y²) / (2 width²))",
    source: "a Gaussian turned upside down",
    parameters: &[Parameter {
        name: "width",
        meaning: "radius of the well, in units of x and y",
        default: 1.5,
        range: [1e-3, 1e3],
    }],
    domain: [[-6.0, 6.0], [-6.0, 6.0]],
    start: [-4.0, 3.0],
    value: |parameters, point| 1.0 - bump(parameters[0], point),
    gradient: |parameters, point| {
        let width = parameters[0];
        point.map(|coordinate| coordinate / (width * width) * bump(width, point))
    },
    minima: |_| vec![Minimum { point: [0.0, 0.0], value: 0.0 }],
};

fn bump(width: f64, [x, y]: [f64; 2]) -> f64 {
    (-(x * x + y * y) / (2.0 * width * width)).exp()
}

#[cfg(test)]
mod tests {
    use crate::Function;

    #[test]
    fn the_start_lies_on_almost_flat_ground() {
        let plateau = Function::named("plateau").unwrap();
        let [x, y] = plateau.gradient(plateau.definition().start);
        // Radius 5: 5 / 2.25 exp(-25 / 4.5).
        assert!((x.hypot(y) - 0.008_590_87).abs() < 1e-6, "{}", x.hypot(y));
    }
}
