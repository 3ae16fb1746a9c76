//! The direction of a gradient without its length.

use crate::macros::fields;
use crate::segment::sum_of_squares;
use crate::{Barrier, Items, Survey};
use thalweg_lanes::Real;

/// g ← g / (‖g‖ + ε), tensor by tensor, or with the norm of all tensors together if `together` (Nesterov 1984; Hazan, Levy
/// and Shalev-Shwartz 2015, normalised gradient descent).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Normalize {
    /// ε: added to the norm.
    pub epsilon: f64,
    /// 1 for one norm of all tensors.
    pub together: f64,
}

impl<T: Real> Barrier<T> for Normalize {
    fields!(epsilon, together);

    fn survey(&mut self, items: &mut Items<'_, '_, T>) -> Option<Survey> {
        (self.together != 0.0).then(|| Survey::norm(items))
    }

    fn settle(&mut self, items: &mut Items<'_, '_, T>) {
        let (together, [whole, _], threads) = (self.together != 0.0, items.whole(), items.threads());
        items.for_each(|item| {
            let squares = if together { whole } else { sum_of_squares(item.updates.get(), threads) };
            *item.factor = 1.0 / (squares.sqrt() + self.epsilon);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Sgd;
    use crate::{Composer, Optimizer};
    use std::sync::Arc;
    use thalweg_arena::Layout;

    #[test]
    fn each_tensor_is_divided_by_its_own_norm_or_by_that_of_all() {
        let mut layout = Layout::new();
        layout.add("a", &[1]).unwrap();
        layout.add("b", &[1]).unwrap();
        let layout = Arc::new(layout);
        let cases = [
            (0.0, 0.0, [1.0, 1.0]),
            (1.0, 0.0, [0.6, 0.8]),
            (0.0, 2.0, [3.0 / 5.0, 4.0 / 6.0]),
            (1.0, 2.0, [3.0 / 7.0, 4.0 / 7.0]),
        ];
        for (together, epsilon, expected) in cases {
            let normalize = Normalize { epsilon, together };
            let mut passes =
                Composer::new(layout.clone()).barrier(normalize).rule(Sgd { learning_rate: 1.0 }).build();
            let (mut parameters, mut gradients) = (vec![0.0; layout.len()], vec![0.0; layout.len()]);
            let places = layout.tensors().iter().map(|tensor| tensor.range.start);
            places.clone().zip([3.0, 4.0]).for_each(|(place, gradient)| gradients[place] = gradient);
            passes.step(&mut parameters, &gradients).unwrap();
            for (place, expected) in places.zip(expected) {
                assert!((parameters[place] + expected).abs() < 1e-15, "{together}: {parameters:?}");
            }
        }
    }
}
