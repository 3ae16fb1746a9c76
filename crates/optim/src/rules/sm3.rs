//! SM3: AdaGrad with one accumulator for each row and each column.

use super::Sgd;
use super::parts::{AXIS_ACCUMULATORS, Average, arena, check_axes};
use crate::macros::fields;
use crate::{Barrier, Buildable, Catalogued, Common, Composer, Dialect, Info, Items};
use thalweg_arena::Arena;
use thalweg_lanes::Real;

/// ν = min over the axes of their accumulators, plus g²; u = g / √ν; each accumulator becomes the largest ν of its slice
/// (Anil et al. 2019, SM3-II); momentum as a moving average of u.
///
/// When to use it: large embeddings and little memory. Source: Anil, Gupta, Koren and Singer 2019, Memory-Efficient
/// Adaptive Optimization.
///
/// Hyper-parameters, where the dialect has them:
/// - `learning_rate`: the size of a step
/// - `momentum`: how much of the velocity a step keeps
/// - `epsilon`: added to the denominator, against division by 0
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sm3 {
    learning_rate: f64,
    momentum: f64,
    epsilon: f64,
}

impl Catalogued for Sm3 {
    const INFO: Info = Info {
        name: "sm3",
        title: "SM3",
        formula: "ν = minᵢ μᵢ + g², u = g / √ν, μᵢ ← max of ν over all axes but i, v ← β v + (1 − β) u, w ← w − η v",
        paper: "Anil, Gupta, Koren and Singer 2019, Memory-Efficient Adaptive Optimization",
        when: "large embeddings and little memory",
        special: &[],
        differences: &[(Dialect::Optax, "√(ν + ε)")],
        rates: (1e-3, 1.0),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        let epsilon = match dialect {
            Dialect::Optax => 1e-8,
            Dialect::Paper => 0.0,
            _ => return None,
        };
        Some(Self { learning_rate: 0.1, momentum: 0.9, epsilon })
    }

    fn settings(&mut self, dialect: Dialect, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        visit("learning_rate", &mut self.learning_rate);
        visit("momentum", &mut self.momentum);
        if dialect == Dialect::Optax {
            visit("epsilon", &mut self.epsilon);
        }
    }

    fn common(_: Dialect) -> Common {
        Common::NONE
    }

    fn check(&self, layout: &thalweg_arena::Layout) -> Result<(), crate::OptimError> {
        check_axes("sm3", layout)
    }

    fn compose<T: Buildable>(&self, composer: Composer<T>) -> Composer<T> {
        let layout = composer.layout();
        let most = layout.tensors().iter().map(|tensor| tensor.shape.len().max(1)).max().unwrap_or(0);
        let axis = |axis: usize| {
            arena(layout, move |tensor| {
                let extent = tensor.shape.get(axis).copied();
                // A scalar counts as a vector of one.
                extent.or((axis == 0).then_some(1)).map(|extent| vec![extent])
            })
        };
        let cover = Cover::<T> { epsilon: self.epsilon, axes: (0..most).map(axis).collect() };
        composer
            .barrier(cover)
            .rule(Average { momentum: self.momentum })
            .rule(Sgd { learning_rate: self.learning_rate })
    }
}

struct Cover<T: Real> {
    epsilon: f64,
    axes: Vec<Arena<T>>,
}

impl<T: Real> Barrier<T> for Cover<T> {
    fields!(epsilon);

    fn rewrites(&self) -> bool {
        true
    }

    fn squares(&self) -> bool {
        true
    }

    fn settle(&mut self, items: &mut Items<'_, '_, T>) {
        items.for_each(|mut item| {
            let shape: &[usize] = if item.tensor.shape.is_empty() { &[1] } else { &item.tensor.shape };
            let updates = item.updates.get_mut();
            let mut largest: Vec<Vec<T>> = shape.iter().map(|&extent| vec![T::ZERO; extent]).collect();
            let mut at = vec![0usize; shape.len()];
            for update in updates.iter_mut() {
                let mut least: Option<T> = None;
                for (axis, &place) in at.iter().enumerate() {
                    let own = self.axes[axis].get(&item.tensor.name).map_or(T::ZERO, |values| values[place]);
                    least = Some(least.map_or(own, |least| least.minimum(own)));
                }
                let sum = least.unwrap_or(T::ZERO) + *update * *update;
                let root = (sum.to_f64() + self.epsilon).sqrt();
                *update = if sum > T::ZERO { T::from_f64(update.to_f64() / root) } else { T::ZERO };
                for (axis, &place) in at.iter().enumerate() {
                    largest[axis][place] = largest[axis][place].maximum(sum);
                }
                for axis in (0..shape.len()).rev() {
                    at[axis] += 1;
                    if at[axis] < shape[axis] {
                        break;
                    }
                    at[axis] = 0;
                }
            }
            for (arena, values) in self.axes.iter_mut().zip(largest) {
                if let Some(own) = arena.get_mut(&item.tensor.name) {
                    own.copy_from_slice(&values);
                }
            }
        });
    }

    fn arenas(&self) -> Vec<(&'static str, &Arena<T>)> {
        AXIS_ACCUMULATORS.into_iter().zip(&self.axes).collect()
    }

    fn arenas_mut(&mut self) -> Vec<(&'static str, &mut Arena<T>)> {
        AXIS_ACCUMULATORS.into_iter().zip(&mut self.axes).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Specification;
    use std::sync::Arc;
    use thalweg_arena::Layout;

    #[test]
    fn a_scalar_is_a_vector_of_one() {
        let mut layout = Layout::new();
        layout.add("scale", &[]).unwrap();
        let layout = Arc::new(layout);
        let spec = Specification::new("sm3", Dialect::Paper).with("learning_rate", 1.0).with("momentum", 0.0);
        let mut sm3 = spec.build::<f64>(layout.clone()).unwrap();
        let mut parameters = vec![0.0; layout.len()];
        let mut gradients = vec![0.0; layout.len()];
        // AdaGrad: 3 / √9, then 4 / √25.
        for (gradient, expected) in [(3.0, -1.0), (4.0, -1.8)] {
            gradients[0] = gradient;
            sm3.step(&mut parameters, &gradients).unwrap();
            assert!((parameters[0] - expected).abs() < 1e-15, "{parameters:?}");
        }
    }
}
