//! Himmelblau's function: four equally deep minima; which one a descent finds depends on rule and rate.

use super::definition::{Definition, Minimum};

pub(super) static HIMMELBLAU: Definition = Definition {
    name: "himmelblau",
    title: "four equally deep minima",
    formula: "(x² + y − 11)² + (x + y² − 7)²",
    source: "D. M. Himmelblau (1972), Applied Nonlinear Programming",
    parameters: &[],
    domain: [[-5.0, 5.0], [-5.0, 5.0]],
    start: [0.0, 0.0],
    value: |_, [x, y]| (x * x + y - 11.0).powi(2) + (x + y * y - 7.0).powi(2),
    gradient: |_, [x, y]| {
        let (first, second) = (x * x + y - 11.0, x + y * y - 7.0);
        [4.0 * x * first + 2.0 * second, 2.0 * first + 4.0 * y * second]
    },
    minima: |_| {
        let points = [
            [3.0, 2.0],
            [-2.805_118_086_952_745, 3.131_312_518_250_573],
            [-3.779_310_253_377_747, -3.283_185_991_286_169_4],
            [3.584_428_340_330_491_7, -1.848_126_526_964_403_5],
        ];
        points.map(|point| Minimum { point, value: 0.0 }).to_vec()
    },
};

#[cfg(test)]
mod tests {
    use crate::Function;

    #[test]
    fn the_value_at_the_origin() {
        assert_eq!(Function::named("himmelblau").unwrap().value([0.0, 0.0]), 170.0);
    }
}
