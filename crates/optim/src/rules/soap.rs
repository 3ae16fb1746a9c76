//! SOAP: Adam in the eigenbasis of Shampoo's preconditioner.

use super::names::{FIRST_MOMENT, SECOND_MOMENT};
use super::parts::arena;
use crate::macros::fields;
use crate::stages::DecoupledWeightDecay;
use crate::{
    Barrier, Buildable, Catalogued, Common, Composer, Dialect, Domain, Hyperparameter, Info, Item, Items,
};
use thalweg_arena::{Arena, Tensor};
use thalweg_lanes::Real;
use thalweg_matrix::{Matrix, MatrixMut, gemm, orthonormal, symmetric_eigen};

/// L, R: moving averages of G Gᵀ and Gᵀ G; Q_L, Q_R their eigenvectors, refreshed every so many updates by one step of power
/// iteration and a QR decomposition. With G' = Q_Lᵀ G Q_R: m averages G, v averages G'², and the update is
/// Q_L ((Q_Lᵀ m Q_R) / (√v + ε)) Q_Rᵀ with Adam's bias corrections (Vyas et al. 2024, algorithm 3).
///
/// The first update only looks: it sets the statistics and the basis. Tensors that are no matrices, and matrices with a side
/// longer than `largest_axis`, get Adam.
///
/// When to use it: as Shampoo, with fewer decompositions. Source: Vyas et al. 2024, SOAP: Improving and Stabilizing
/// Shampoo using Adam.
///
/// Hyper-parameters, where the dialect has them:
/// - `learning_rate`: the size of a step
/// - `beta1`: how much of the average of gradients a step keeps
/// - `beta2`: how much of the average of squares a step keeps
/// - `shampoo_beta`: how much of the averages of G Gᵀ and Gᵀ G a step keeps
/// - `epsilon`: added to the denominator, against division by 0
/// - `weight_decay`: how strongly parameters are pulled to 0
/// - `update_every`: updates between two decompositions of the statistics
/// - `largest_axis`: matrices with a longer side get Adam
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Soap {
    learning_rate: f64,
    beta1: f64,
    beta2: f64,
    shampoo_beta: f64,
    epsilon: f64,
    weight_decay: f64,
    update_every: f64,
    largest_axis: f64,
}

impl Catalogued for Soap {
    const INFO: Info = Info {
        name: "soap",
        title: "SOAP",
        formula: "G' = Q_Lᵀ G Q_R, m ← β₁ m + (1 − β₁) G, v ← β₂ v + (1 − β₂) G'², w ← w − η Q_L (m' / (√v + ε)) Q_Rᵀ, \
                  with eigenvectors Q of averages of G Gᵀ and Gᵀ G",
        paper: "Vyas et al. 2024, SOAP: Improving and Stabilizing Shampoo using Adam",
        when: "as Shampoo, with fewer decompositions",
        special: &[
            Hyperparameter::new(
                "shampoo_beta",
                "how much of the averages of G Gᵀ and Gᵀ G a step keeps",
                Domain::BELOW_ONE,
            ),
            Hyperparameter::new(
                "largest_axis",
                "matrices with a longer side get Adam",
                Domain::POSITIVE_COUNT,
            ),
        ],
        differences: &[],
        rates: (1e-5, 0.1),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        (dialect == Dialect::Paper).then_some(Self {
            learning_rate: 0.003,
            beta1: 0.95,
            beta2: 0.95,
            shampoo_beta: 0.95,
            epsilon: 1e-8,
            weight_decay: 0.01,
            update_every: 10.0,
            largest_axis: 10_000.0,
        })
    }

    fn settings(&mut self, _: Dialect, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        visit("learning_rate", &mut self.learning_rate);
        visit("beta1", &mut self.beta1);
        visit("beta2", &mut self.beta2);
        visit("shampoo_beta", &mut self.shampoo_beta);
        visit("epsilon", &mut self.epsilon);
        visit("weight_decay", &mut self.weight_decay);
        visit("update_every", &mut self.update_every);
        visit("largest_axis", &mut self.largest_axis);
    }

    fn common(_: Dialect) -> Common {
        Common::NONE
    }

    fn compose<T: Buildable>(&self, composer: Composer<T>) -> Composer<T> {
        let Self {
            learning_rate,
            beta1,
            beta2,
            shampoo_beta,
            epsilon,
            weight_decay,
            update_every,
            largest_axis,
        } = *self;
        let rotated = |tensor: &Tensor| match tensor.shape.as_slice() {
            &[rows, columns] if rows.max(columns) as f64 <= largest_axis && rows.min(columns) > 0 => {
                Some([rows, columns])
            }
            _ => None,
        };
        let layout = composer.layout();
        let square =
            |side: usize| arena(layout, move |tensor| rotated(tensor).map(|shape| vec![shape[side]; 2]));
        let whole = || arena(layout, |tensor| Some(tensor.shape.clone()));
        let basis = Basis::<T> {
            learning_rate,
            beta1,
            beta2,
            shampoo_beta,
            epsilon,
            update_every,
            moments: [whole(), whole()],
            statistics: [square(0), square(1)],
            vectors: [square(0), square(1)],
        };
        // The first update moves nothing, decay included.
        composer.barrier(basis).rule(FromSecond(DecoupledWeightDecay { weight_decay }))
    }
}

/// A stage that leaves the first update alone.
#[derive(Clone, Copy)]
struct FromSecond(DecoupledWeightDecay);

impl crate::Rule for FromSecond {
    type State<T: Real> = ();
    type Step<T: Real> = T;

    fn state_names(&self) -> Vec<&'static str> {
        Vec::new()
    }

    fn hyperparameters(&mut self, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        self.0.hyperparameters(visit);
    }

    fn step<T: Real>(&self, now: &crate::Moment) -> T {
        if now.step == 1 { T::ZERO } else { self.0.step(now) }
    }

    #[inline(always)]
    fn update<T: Real>(share: &T, update: T, parameter: T, (): ()) -> (T, ()) {
        (update + *share * parameter, ())
    }
}

struct Basis<T: Real> {
    learning_rate: f64,
    beta1: f64,
    beta2: f64,
    shampoo_beta: f64,
    epsilon: f64,
    update_every: f64,
    /// m as it is, v in the rotated basis.
    moments: [Arena<T>; 2],
    statistics: [Arena<T>; 2],
    vectors: [Arena<T>; 2],
}

const NAMES: [&str; 6] =
    [FIRST_MOMENT, SECOND_MOMENT, "row_statistics", "column_statistics", "row_vectors", "column_vectors"];

impl<T: Buildable> Basis<T> {
    fn all(&self) -> impl Iterator<Item = &Arena<T>> {
        self.moments.iter().chain(&self.statistics).chain(&self.vectors)
    }

    /// Matrix `side` (0 rows, 1 columns) of a tensor, in `f64`; empty if the tensor is not rotated.
    fn side(arenas: &[Arena<T>; 2], side: usize, tensor: &Tensor) -> Vec<f64> {
        arenas[side]
            .get(&tensor.name)
            .map_or_else(Vec::new, |values| values.iter().map(|value| value.to_f64()).collect())
    }

    fn keep(arena: &mut Arena<T>, tensor: &Tensor, values: &[f64]) {
        if let Some(kept) = arena.get_mut(&tensor.name) {
            kept.iter_mut().zip(values).for_each(|(kept, &value)| *kept = T::from_f64(value));
        }
    }

    /// Averages G Gᵀ and Gᵀ G.
    fn follow(&mut self, item: &Item<'_, T>, gradient: &[f64], rows: usize, columns: usize) {
        let matrix = Matrix::new(gradient, rows, columns);
        for (side, n) in [rows, columns].into_iter().enumerate() {
            let mut square = vec![0.0; n * n];
            let (left, right) =
                if side == 0 { (matrix, matrix.transposed()) } else { (matrix.transposed(), matrix) };
            gemm(left, right, MatrixMut::new(&mut square, n, n), false);
            let before = Self::side(&self.statistics, side, item.tensor);
            for (square, before) in square.iter_mut().zip(before) {
                *square = self.shampoo_beta * before + (1.0 - self.shampoo_beta) * *square;
            }
            Self::keep(&mut self.statistics[side], item.tensor, &square);
        }
    }

    /// One step of power iteration on the bases, in the order of falling eigenvalues; v follows the new order.
    fn refresh(&mut self, tensor: &Tensor, rows: usize, columns: usize) {
        let mut orders = Vec::new();
        for (side, n) in [rows, columns].into_iter().enumerate() {
            let (square, vectors) =
                (Self::side(&self.statistics, side, tensor), Self::side(&self.vectors, side, tensor));
            let mut product = vec![0.0; n * n];
            let square = Matrix::new(&square, n, n);
            gemm(square, Matrix::new(&vectors, n, n), MatrixMut::new(&mut product, n, n), false);
            let estimate = |k: usize| (0..n).map(|i| vectors[i * n + k] * product[i * n + k]).sum::<f64>();
            let estimates: Vec<f64> = (0..n).map(estimate).collect();
            let mut order: Vec<usize> = (0..n).collect();
            order.sort_by(|&a, &b| estimates[b].total_cmp(&estimates[a]));
            let sorted: Vec<f64> = (0..n * n).map(|at| vectors[at / n * n + order[at % n]]).collect();
            gemm(square, Matrix::new(&sorted, n, n), MatrixMut::new(&mut product, n, n), false);
            Self::keep(&mut self.vectors[side], tensor, &orthonormal(&product, n));
            orders.push(order);
        }
        if let Some(second) = self.moments[1].get_mut(&tensor.name) {
            let before = second.to_vec();
            for at in 0..second.len() {
                second[at] = before[orders[0][at / columns] * columns + orders[1][at % columns]];
            }
        }
    }
}

/// Lᵀ X R, or L X Rᵀ with `back`.
fn rotate(x: &[f64], left: &[f64], right: &[f64], rows: usize, columns: usize, back: bool) -> Vec<f64> {
    let (left, right) = (Matrix::new(left, rows, rows), Matrix::new(right, columns, columns));
    let (left, right) = if back { (left, right.transposed()) } else { (left.transposed(), right) };
    let (mut half, mut whole) = (vec![0.0; x.len()], vec![0.0; x.len()]);
    gemm(left, Matrix::new(x, rows, columns), MatrixMut::new(&mut half, rows, columns), false);
    gemm(Matrix::new(&half, rows, columns), right, MatrixMut::new(&mut whole, rows, columns), false);
    whole
}

impl<T: Buildable> Barrier<T> for Basis<T> {
    fields!(learning_rate, beta1, beta2, shampoo_beta, epsilon, update_every);

    fn rewrites(&self) -> bool {
        true
    }

    fn squares(&self) -> bool {
        true
    }

    fn settle(&mut self, items: &mut Items<'_, '_, T>) {
        items.for_each(|mut item| {
            let gradient: Vec<f64> = item.updates.get().iter().map(|value| value.to_f64()).collect();
            let tensor = item.tensor;
            let matrix = self.vectors[0].get(&tensor.name).map(|_| (tensor.shape[0], tensor.shape[1]));
            let t = item.now.step;
            if t == 1 {
                if let Some((rows, columns)) = matrix {
                    self.follow(&item, &gradient, rows, columns);
                    for (side, n) in [rows, columns].into_iter().enumerate() {
                        let square = Self::side(&self.statistics, side, tensor);
                        let found = symmetric_eigen(&square, n);
                        let vectors = found.map_or_else(|| vec![f64::NAN; n * n], |(_, vectors)| vectors);
                        Self::keep(&mut self.vectors[side], tensor, &vectors);
                    }
                }
                item.updates.get_mut().fill(T::ZERO);
                return;
            }
            let (left, right) = (Self::side(&self.vectors, 0, tensor), Self::side(&self.vectors, 1, tensor));
            let turn = |x: &[f64], back: bool| match matrix {
                Some((rows, columns)) => rotate(x, &left, &right, rows, columns, back),
                None => x.to_vec(),
            };
            let rotated = turn(&gradient, false);
            let [first, second] = &mut self.moments;
            let (Some(first), Some(second)) = (first.get_mut(&tensor.name), second.get_mut(&tensor.name))
            else {
                return;
            };
            for (i, (first, second)) in first.iter_mut().zip(second.iter_mut()).enumerate() {
                *first = T::from_f64(self.beta1 * first.to_f64() + (1.0 - self.beta1) * gradient[i]);
                *second =
                    T::from_f64(self.beta2 * second.to_f64() + (1.0 - self.beta2) * rotated[i] * rotated[i]);
            }
            let first: Vec<f64> = first.iter().map(|value| value.to_f64()).collect();
            let mut update = turn(&first, false);
            for (update, second) in update.iter_mut().zip(second.iter()) {
                *update /= second.to_f64().sqrt() + self.epsilon;
            }
            let done = (t - 1) as f64;
            let correction = (1.0 - self.beta2.powf(done)).sqrt() / (1.0 - self.beta1.powf(done));
            let update = turn(&update, true);
            for (target, update) in item.updates.get_mut().iter_mut().zip(update) {
                *target = T::from_f64(self.learning_rate * correction * update);
            }
            if let Some((rows, columns)) = matrix {
                self.follow(&item, &gradient, rows, columns);
                if t.is_multiple_of(self.update_every.max(1.0) as u64) {
                    self.refresh(tensor, rows, columns);
                }
            }
        });
    }

    fn arenas(&self) -> Vec<(&'static str, &Arena<T>)> {
        NAMES.into_iter().zip(self.all()).collect()
    }

    fn arenas_mut(&mut self) -> Vec<(&'static str, &mut Arena<T>)> {
        let all = self.moments.iter_mut().chain(&mut self.statistics).chain(&mut self.vectors);
        NAMES.into_iter().zip(all).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Specification;
    use std::sync::Arc;
    use thalweg_arena::Layout;

    #[test]
    fn statistics_are_averages_of_both_products() {
        let mut layout = Layout::new();
        layout.add("w", &[2, 1]).unwrap();
        let layout = Arc::new(layout);
        let spec = Specification::new("soap", Dialect::Paper).with("shampoo_beta", 0.75);
        let mut soap = spec.build::<f64>(layout).unwrap();
        let mut parameters = [0.0, 0.0];
        // G Gᵀ = [4 8; 8 16], then [0 0; 0 4]; Gᵀ G = 20, then 4.
        soap.step(&mut parameters, &[2.0, 4.0]).unwrap();
        soap.step(&mut parameters, &[0.0, 2.0]).unwrap();
        let kept = |name: &str| {
            let state = soap.state();
            let found = state.iter().find(|(known, _)| *known == name).unwrap();
            found.1.get("w").unwrap().to_vec()
        };
        assert_eq!(kept("row_statistics"), [0.75, 1.5, 1.5, 4.0]);
        assert_eq!(kept("column_statistics"), [4.75]);
    }

    #[test]
    fn a_matrix_with_one_long_side_gets_adam() {
        let steps = |largest: f64| {
            let mut layout = Layout::new();
            layout.add("w", &[1, 3]).unwrap();
            let layout = Arc::new(layout);
            let spec = Specification::new("soap", Dialect::Paper).with("largest_axis", largest);
            let mut soap = spec.build::<f64>(layout.clone()).unwrap();
            let mut parameters = vec![0.0; layout.len()];
            for _ in 0..2 {
                let mut gradients = vec![0.0; layout.len()];
                gradients[..3].copy_from_slice(&[1.0, -2.0, 8.0]);
                soap.step(&mut parameters, &gradients).unwrap();
            }
            parameters[..3].iter().map(|value| value.abs()).collect::<Vec<f64>>()
        };
        // Adam's second step has the same length in every direction, SOAP's goes along the gradient.
        let adam = steps(2.0);
        assert!(adam.iter().all(|size| (size - adam[0]).abs() < 1e-6 * adam[0]), "{adam:?}");
        let soap = steps(3.0);
        assert!(soap[2] > 3.9 * soap[1] && soap[1] > 1.9 * soap[0], "{soap:?}");
    }
}
