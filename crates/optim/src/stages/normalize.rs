//! The direction of a gradient without its length.

use crate::macros::fields;
use crate::segment::sum_of_squares;
use crate::{Barrier, Items};
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

    fn settle(&mut self, items: &mut Items<'_, '_, T>) {
        let (mut squares, threads) = (0.0, items.threads());
        items.for_each(|item| {
            let own = sum_of_squares(item.updates.get(), threads);
            squares += own;
            *item.factor = 1.0 / (own.sqrt() + self.epsilon);
        });
        if self.together != 0.0 {
            items.for_each(|item| *item.factor = 1.0 / (squares.sqrt() + self.epsilon));
        }
    }
}
