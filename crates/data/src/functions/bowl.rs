//! x²/20 + y²: the notes' ill-conditioned bowl, twenty times steeper across than along.

use super::definition::{Definition, Minimum};

pub(super) static BOWL: Definition = Definition {
    name: "bowl",
    title: "long bowl: 20 times steeper in y than in x",
    formula: "x²/20 + y²",
    source: "Saitoh, Deep Learning from Scratch, section 6.1",
    parameters: &[],
    domain: [[-10.0, 10.0], [-5.0, 5.0]],
    start: [-7.0, 2.0],
    value: |_, [x, y]| x * x / 20.0 + y * y,
    gradient: |_, [x, y]| [x / 10.0, 2.0 * y],
    minima: |_| vec![Minimum { point: [0.0, 0.0], value: 0.0 }],
};

#[cfg(test)]
mod tests {
    use crate::Function;

    #[test]
    fn at_the_notes_start() {
        let bowl = Function::named("bowl").unwrap();
        assert_eq!(bowl.value([-7.0, 2.0]), 6.45);
        assert_eq!(bowl.gradient([-7.0, 2.0]), [-0.7, 4.0]);
    }
}
