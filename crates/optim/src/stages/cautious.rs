//! Only steps that the gradient agrees with.

use crate::loops::dispatch;
use crate::{Barrier, Items};
use thalweg_lanes::{Kernel, Real};

/// Elements of the update that point against the gradient become 0, and the others are scaled up by what the tensor lost:
/// u ← k u / max(mean k, 10⁻³) with k = 1 where u g > 0 and 0 elsewhere (Liang et al. 2024, Cautious Optimizers: Improving
/// Training with One Line of Code). Place it right after a rule: adam and this is C-Adam, lion and this C-Lion.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cautious;

impl<T: Real> Barrier<T> for Cautious {
    fn rewrites(&self) -> bool {
        true
    }

    fn settle(&mut self, items: &mut Items<'_, '_, T>) {
        items.for_each(|mut item| {
            let (updates, gradients) = (item.updates.get_mut(), item.gradients);
            let n = updates.len();
            let agreeing = dispatch(LeaveOut { updates, gradients });
            *item.factor = 1.0 / (agreeing as f64 / n.max(1) as f64).max(1e-3);
        });
    }
}

/// Leaves out what points back, and counts the rest.
struct LeaveOut<'a, T> {
    updates: &'a mut [T],
    gradients: &'a [T],
}

impl<T: Real> Kernel for LeaveOut<'_, T> {
    type Output = u64;
    #[inline(always)]
    fn run(self) -> u64 {
        let mut agreeing = 0;
        for (updates, gradients) in self.updates.chunks_mut(1 << 16).zip(self.gradients.chunks(1 << 16)) {
            // 32 bits, which go through as many lanes as an `f32`.
            let mut count = 0u32;
            for (update, &gradient) in updates.iter_mut().zip(gradients) {
                // Signs, not the product: that of two tiny numbers is 0.
                let agrees = ((*update > T::ZERO) & (gradient > T::ZERO))
                    | ((*update < T::ZERO) & (gradient < T::ZERO));
                count += u32::from(agrees);
                *update = if agrees { *update } else { T::ZERO };
            }
            agreeing += u64::from(count);
        }
        agreeing
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Momentum;
    use crate::{Composer, Optimizer};
    use std::sync::Arc;
    use thalweg_arena::Layout;

    #[test]
    fn what_points_back_is_left_out_and_the_rest_makes_up_for_it() {
        let rule = Momentum { learning_rate: 1.0, momentum: 0.5, ..Momentum::torch() };
        let mut passes = Composer::new(Arc::new(Layout::flat(4))).rule(rule).barrier(Cautious).build();
        let mut parameters = [0.0f64; 4];
        passes.step(&mut parameters, &[1.0, 1.0, 1.0, 0.0]).unwrap();
        // Three of four agree: times 4/3.
        assert!(
            parameters.iter().zip([4.0 / 3.0, 4.0 / 3.0, 4.0 / 3.0, 0.0]).all(|(p, e)| (p + e).abs() < 1e-15)
        );
        let before = parameters;
        passes.step(&mut parameters, &[-0.1, 1.0, 1.0, 0.0]).unwrap();
        // The first velocity is 0.4 and its gradient negative: two of four agree.
        let moved: Vec<f64> = before.iter().zip(parameters).map(|(b, p)| b - p).collect();
        assert!(moved.iter().zip([0.0, 3.0, 3.0, 0.0]).all(|(m, e)| (m - e).abs() < 1e-15), "{moved:?}");
    }

    #[test]
    fn only_what_points_the_same_way_counts() {
        let mut updates = [0.0, 0.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0];
        let gradients = [2.0, -2.0, 0.0, 0.0, 2.0, -2.0, -2.0, 2.0];
        assert_eq!(dispatch(LeaveOut { updates: &mut updates, gradients: &gradients }), 2);
        assert_eq!(updates, [0.0, 0.0, 0.0, 0.0, 1.0, -1.0, 0.0, 0.0]);
    }

    #[test]
    fn a_way_back_is_kept_when_the_gradient_points_back_too() {
        let rule = Momentum { learning_rate: 1.0, momentum: 0.5, ..Momentum::torch() };
        let mut passes = Composer::new(Arc::new(Layout::flat(2))).rule(rule).barrier(Cautious).build();
        let mut parameters = [0.0f64; 2];
        passes.step(&mut parameters, &[-1.0, -1.0]).unwrap();
        assert_eq!(parameters, [1.0, 1.0]);
        // Velocities of -0.4 against a positive gradient, and of -1.5 with a negative one: the second counts twice.
        passes.step(&mut parameters, &[0.1, -1.0]).unwrap();
        assert_eq!(parameters, [1.0, 4.0]);
    }
}
