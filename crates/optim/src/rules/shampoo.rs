//! Shampoo: a preconditioner for each axis of a tensor.

use super::Sgd;
use super::parts::{AXES, AXIS_STATISTICS, arena, check_axes};
use crate::macros::fields;
use crate::stages::Trace;
use crate::{
    Barrier, Buildable, Catalogued, Common, Composer, Dialect, Domain, Hyperparameter, Info, Items,
    OptimError,
};
use thalweg_arena::{Arena, Layout};
use thalweg_lanes::Real;
use thalweg_matrix::{Matrix, MatrixMut, gemm, symmetric_eigen};

/// For each axis i of a tensor of rank k: Lᵢ ← Lᵢ + Gᵢ Gᵢᵀ with the gradient's matricisation Gᵢ, from ε I; the gradient is
/// multiplied along each axis by Lᵢ^(−1/2k) (Gupta, Koren and Singer 2018; algorithms 1 and 2). A scalar counts as a vector.
///
/// An axis longer than `largest_axis` is left as it is: its statistics would not fit.
///
/// When to use it: few but well-used steps: each costs an eigendecomposition an axis. Source: Gupta, Koren and Singer
/// 2018, Shampoo: Preconditioned Stochastic Tensor Optimization.
///
/// Hyper-parameters, where the dialect has them:
/// - `learning_rate`: the size of a step
/// - `epsilon`: what the statistics start at, times the identity
/// - `momentum`: how much of the velocity a step keeps
/// - `update_every`: updates between two decompositions of the statistics
/// - `largest_axis`: axes longer than this are not preconditioned
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shampoo {
    learning_rate: f64,
    epsilon: f64,
    momentum: f64,
    update_every: f64,
    largest_axis: f64,
}

impl Catalogued for Shampoo {
    const INFO: Info = Info {
        name: "shampoo",
        title: "Shampoo",
        formula: "Lᵢ ← Lᵢ + Gᵢ Gᵢᵀ for each axis, from ε I; w ← w − η G ×₁ L₁^(−1/2k) … ×ₖ Lₖ^(−1/2k)",
        paper: "Gupta, Koren and Singer 2018, Shampoo: Preconditioned Stochastic Tensor Optimization",
        when: "few but well-used steps: each costs an eigendecomposition an axis",
        special: &[
            Hyperparameter::new(
                "epsilon",
                "what the statistics start at, times the identity",
                Domain::NOT_NEGATIVE,
            ),
            Hyperparameter::new(
                "largest_axis",
                "axes longer than this are not preconditioned",
                Domain::POSITIVE_COUNT,
            ),
        ],
        differences: &[],
        rates: (1e-3, 10.0),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        (dialect == Dialect::Paper).then_some(Self {
            learning_rate: 0.1,
            epsilon: 1e-4,
            momentum: 0.0,
            update_every: 1.0,
            largest_axis: 2048.0,
        })
    }

    fn settings(&mut self, _: Dialect, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        visit("learning_rate", &mut self.learning_rate);
        visit("epsilon", &mut self.epsilon);
        visit("momentum", &mut self.momentum);
        visit("update_every", &mut self.update_every);
        visit("largest_axis", &mut self.largest_axis);
    }

    fn common(_: Dialect) -> Common {
        Common::NONE
    }

    fn check(&self, layout: &Layout) -> Result<(), OptimError> {
        check_axes("shampoo", layout)
    }

    fn compose<T: Buildable>(&self, composer: Composer<T>) -> Composer<T> {
        let Self { learning_rate, epsilon, momentum, update_every, largest_axis } = *self;
        let layout = composer.layout();
        let most = layout.tensors().iter().map(|tensor| tensor.shape.len().max(1)).max().unwrap_or(0);
        let square = |axis: usize| {
            arena::<T>(layout, move |tensor| {
                let shape: &[usize] = if tensor.shape.is_empty() { &[1] } else { &tensor.shape };
                let extent = *shape.get(axis)?;
                (extent as f64 <= largest_axis && !tensor.is_empty()).then(|| vec![extent, extent])
            })
        };
        let axes = || (0..most).map(square).collect::<Vec<_>>();
        let kronecker = Kronecker { epsilon, update_every, statistics: axes(), roots: axes() };
        let composer = composer.barrier(kronecker).rule(Sgd { learning_rate });
        if momentum == 0.0 { composer } else { composer.rule(Trace { momentum, nesterov: 0.0 }) }
    }
}

const ROOTS: [&str; AXES] = ["root0", "root1", "root2", "root3", "root4", "root5", "root6", "root7"];

struct Kronecker<T: Real> {
    epsilon: f64,
    update_every: f64,
    statistics: Vec<Arena<T>>,
    /// The inverse roots of the statistics as of their last decomposition; part of the state, so that resuming goes on with
    /// the same ones.
    roots: Vec<Arena<T>>,
}

impl<T: Buildable> Barrier<T> for Kronecker<T> {
    fields!(epsilon, update_every);

    fn rewrites(&self) -> bool {
        true
    }

    fn squares(&self) -> bool {
        true
    }

    fn settle(&mut self, items: &mut Items<'_, '_, T>) {
        items.for_each(|mut item| {
            let name = &item.tensor.name;
            let shape: &[usize] = if item.tensor.shape.is_empty() { &[1] } else { &item.tensor.shape };
            if item.tensor.is_empty() {
                return;
            }
            let every = self.update_every.max(1.0) as u64;
            let due = (item.now.step - 1).is_multiple_of(every);
            let exponent = -0.5 / shape.len() as f64;
            let mut gradient: Vec<f64> = item.updates.get().iter().map(|value| value.to_f64()).collect();
            for (axis, &n) in shape.iter().enumerate() {
                let Some(statistics) = self.statistics[axis].get_mut(name) else { continue };
                if item.now.step == 1 {
                    (0..n).for_each(|i| statistics[i * n + i] = T::from_f64(self.epsilon));
                }
                let unfolded = unfold(item.updates.get(), shape, axis);
                let mut sums: Vec<f64> = statistics.iter().map(|value| value.to_f64()).collect();
                let (columns, matrix) = (unfolded.len() / n, &unfolded);
                let matrix = Matrix::new(matrix, n, columns);
                gemm(matrix, matrix.transposed(), MatrixMut::new(&mut sums, n, n), true);
                statistics.iter_mut().zip(&sums).for_each(|(kept, &sum)| *kept = T::from_f64(sum));
                let Some(root) = self.roots[axis].get_mut(name) else { continue };
                if due {
                    let power = inverse_root(&sums, n, exponent);
                    root.iter_mut().zip(power).for_each(|(kept, value)| *kept = T::from_f64(value));
                }
                let root: Vec<f64> = root.iter().map(|value| value.to_f64()).collect();
                gradient = multiply_axis(&gradient, shape, axis, &root);
            }
            item.updates
                .get_mut()
                .iter_mut()
                .zip(gradient)
                .for_each(|(update, value)| *update = T::from_f64(value));
        });
    }

    fn arenas(&self) -> Vec<(&'static str, &Arena<T>)> {
        AXIS_STATISTICS.into_iter().zip(&self.statistics).chain(ROOTS.into_iter().zip(&self.roots)).collect()
    }

    fn arenas_mut(&mut self) -> Vec<(&'static str, &mut Arena<T>)> {
        let statistics = AXIS_STATISTICS.into_iter().zip(&mut self.statistics);
        statistics.chain(ROOTS.into_iter().zip(&mut self.roots)).collect()
    }
}

/// The matricisation along `axis`: a row for each index of the axis, row-major.
fn unfold<T: Real>(values: &[T], shape: &[usize], axis: usize) -> Vec<f64> {
    let (n, inner) = (shape[axis], shape[axis + 1..].iter().product::<usize>());
    let columns = values.len() / n;
    let mut rows = vec![0.0; values.len()];
    for (at, value) in values.iter().enumerate() {
        let (outer, row, column) = (at / (n * inner), at / inner % n, at % inner);
        rows[row * columns + outer * inner + column] = value.to_f64();
    }
    rows
}

/// The tensor multiplied along `axis` by a symmetric matrix.
fn multiply_axis(values: &[f64], shape: &[usize], axis: usize, matrix: &[f64]) -> Vec<f64> {
    let (n, inner) = (shape[axis], shape[axis + 1..].iter().product::<usize>());
    let mut product = vec![0.0; values.len()];
    for (values, product) in values.chunks(n * inner).zip(product.chunks_mut(n * inner)) {
        gemm(
            Matrix::new(matrix, n, n),
            Matrix::new(values, n, inner),
            MatrixMut::new(product, n, inner),
            false,
        );
    }
    product
}

/// A symmetric matrix to a negative power, by its eigenvalues; what is not finite stays so, to be seen.
fn inverse_root(matrix: &[f64], n: usize, exponent: f64) -> Vec<f64> {
    let Some((values, vectors)) = symmetric_eigen(matrix, n) else { return vec![f64::NAN; n * n] };
    // Rounding can make the least eigenvalues negative; they are at least as large as the rounding of the largest.
    let least = values.last().copied().unwrap_or(0.0).abs() * f64::EPSILON;
    let scaled: Vec<f64> =
        (0..n * n).map(|at| vectors[at] * values[at % n].max(least).powf(exponent)).collect();
    let mut power = vec![0.0; n * n];
    let vectors = Matrix::new(&vectors, n, n);
    gemm(Matrix::new(&scaled, n, n), vectors.transposed(), MatrixMut::new(&mut power, n, n), false);
    power
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Specification;
    use std::sync::Arc;

    #[test]
    fn a_vector_is_divided_by_its_length_as_algorithm_1_says() {
        // L = ε I + g gᵀ has eigenvalue ε + ‖g‖² along g: L^(−1/2) g = g / √(ε + ‖g‖²).
        let spec =
            Specification::new("shampoo", Dialect::Paper).with("learning_rate", 1.0).with("epsilon", 0.25);
        let mut shampoo = spec.build::<f64>(Arc::new(Layout::flat(2))).unwrap();
        let mut parameters = [0.0, 0.0];
        shampoo.step(&mut parameters, &[3.0, 4.0]).unwrap();
        let length = 25.25f64.sqrt();
        assert!((parameters[0] + 3.0 / length).abs() < 1e-14 && (parameters[1] + 4.0 / length).abs() < 1e-14);
    }

    #[test]
    fn the_roots_stay_for_as_many_steps_as_asked() {
        let spec = Specification::new("shampoo", Dialect::Paper)
            .with("learning_rate", 1.0)
            .with("epsilon", 0.25)
            .with("update_every", 3.0);
        let mut shampoo = spec.build::<f64>(Arc::new(Layout::flat(1))).unwrap();
        let mut parameters = [0.0];
        // New at steps 1, 4 and 7; the statistics are of every step.
        for (step, sum) in [9.0, 9.0, 9.0, 36.0, 36.0, 36.0, 63.0].into_iter().enumerate() {
            let before = parameters[0];
            shampoo.step(&mut parameters, &[3.0]).unwrap();
            let expected = 3.0 / (sum + 0.25f64).sqrt();
            assert!((before - parameters[0] - expected).abs() < 1e-14, "step {}", step + 1);
        }
    }

    #[test]
    fn an_axis_too_long_is_left_alone() {
        let mut layout = Layout::new();
        layout.add("w", &[2, 3]).unwrap();
        let spec = Specification::new("shampoo", Dialect::Paper).with("largest_axis", 2.0);
        let shampoo = spec.build::<f64>(Arc::new(layout)).unwrap();
        // 2 x 2 statistics and their roots; nothing of 3 x 3.
        let elements: Vec<usize> =
            shampoo.state().iter().map(|(_, arena)| arena.layout().elements()).collect();
        assert_eq!(elements.iter().sum::<usize>(), 2 * 4, "{elements:?}");
    }

    #[test]
    fn momentum_keeps_what_the_roots_made_of_the_gradients() {
        let second = |momentum: f64| {
            let spec = Specification::new("shampoo", Dialect::Paper)
                .with("learning_rate", 1.0)
                .with("epsilon", 0.25);
            let spec = spec.with("momentum", momentum);
            let mut shampoo = spec.build::<f64>(Arc::new(Layout::flat(1))).unwrap();
            let mut parameters = [0.0];
            shampoo.step(&mut parameters, &[3.0]).unwrap();
            let first = parameters[0];
            shampoo.step(&mut parameters, &[-3.0]).unwrap();
            (first, parameters[0] - first)
        };
        // 3 / √9.25, and then 3 / √18.25 the other way.
        let (once, twice) = (3.0 / 9.25f64.sqrt(), 3.0 / 18.25f64.sqrt());
        for (momentum, expected) in [(0.0, twice), (0.5, twice - 0.5 * once)] {
            let (first, found) = second(momentum);
            assert!(
                (first + once).abs() < 1e-14 && (found - expected).abs() < 1e-14,
                "{momentum}: {first} {found}"
            );
        }
    }

    #[test]
    fn a_tensor_unfolds_into_a_row_for_each_index_of_the_axis() {
        let values: Vec<f64> = (0..12).map(f64::from).collect();
        let rows = |axis: usize| unfold(&values, &[2, 3, 2], axis);
        assert_eq!(rows(0), values);
        assert_eq!(rows(1), [0.0, 1.0, 6.0, 7.0, 2.0, 3.0, 8.0, 9.0, 4.0, 5.0, 10.0, 11.0]);
        assert_eq!(rows(2), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 1.0, 3.0, 5.0, 7.0, 9.0, 11.0]);
        // Multiplying along an axis is the product with the unfolded tensor.
        let matrix = [2.0, 1.0, 0.0, 1.0, 3.0, -1.0, 0.0, -1.0, 1.0];
        let product = unfold(&multiply_axis(&values, &[2, 3, 2], 1, &matrix), &[2, 3, 2], 1);
        for (at, value) in product.iter().enumerate() {
            let (row, column) = (at / 4, at % 4);
            let expected: f64 = (0..3).map(|k| matrix[row * 3 + k] * rows(1)[k * 4 + column]).sum();
            assert!((value - expected).abs() < 1e-13, "{at}: {value} {expected}");
        }
    }
}
