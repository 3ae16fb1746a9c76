//! x² + y²: every direction alike. The notes' first descent.

use super::definition::{Definition, Minimum};

pub(super) static SPHERE: Definition = Definition {
    name: "sphere",
    title: "round bowl: every direction is as steep",
    formula: "x² + y²",
    source: "Saitoh, Deep Learning from Scratch, section 4.4",
    parameters: &[],
    domain: [[-5.0, 5.0], [-5.0, 5.0]],
    start: [-3.0, 4.0],
    value: |_, [x, y]| x * x + y * y,
    gradient: |_, [x, y]| [2.0 * x, 2.0 * y],
    minima: |_| vec![Minimum { point: [0.0, 0.0], value: 0.0 }],
};

#[cfg(test)]
mod tests {
    use crate::Function;

    #[test]
    fn the_notes_gradients() {
        let sphere = Function::named("sphere").unwrap();
        assert_eq!(sphere.gradient([3.0, 4.0]), [6.0, 8.0]);
        assert_eq!(sphere.gradient([0.0, 2.0]), [0.0, 4.0]);
        assert_eq!(sphere.gradient([3.0, 0.0]), [6.0, 0.0]);
    }
}
