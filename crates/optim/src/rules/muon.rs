//! Muon: momentum, orthogonalised.

use super::Sgd;
use super::names::VELOCITY;
use crate::barrier::matrices;
use crate::macros::{fields, states};
use crate::stages::DecoupledWeightDecay;
use crate::{
    Barrier, Buildable, Catalogued, Common, Composer, Dialect, Domain, Hyperparameter, Info, Items, Moment,
    OptimError, Rule,
};
use thalweg_arena::{Layout, display_shape};
use thalweg_lanes::Real;
use thalweg_matrix::{Element, Matrix, MatrixMut, gemm};

/// A velocity, of which a Newton-Schulz iteration brings all singular values near 1: X ← a X + (b A + c A²) X with A = X Xᵀ,
/// from X = U / ‖U‖ (Jordan et al. 2024). For matrices only.
///
/// Embeddings, biases, norms and the last layer belong to another rule: give them one by groups.
///
/// When to use it: hidden matrices of transformers and large networks; everything else by another rule, in groups.
/// Source: Jordan et al. 2024, Muon: An optimizer for hidden layers in neural networks.
///
/// Hyper-parameters, where the dialect has them:
/// - `learning_rate`: the size of a step
/// - `momentum`: how much of the velocity a step keeps
/// - `nesterov`: whether the velocity looks one step ahead
/// - `iterations`: Newton-Schulz iterations
/// - `epsilon`: added to the denominator, against division by 0
/// - `weight_decay`: how strongly parameters are pulled to 0
/// - `adjust`: the scale: 0 √max(1, rows/columns), 1 0.2 √max(rows, columns), 2 √(rows/columns)
/// - `rms_rate`: the scale is this times √max(rows, columns); 0 for a scale of 1
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Muon {
    learning_rate: f64,
    momentum: f64,
    nesterov: f64,
    iterations: f64,
    epsilon: f64,
    weight_decay: f64,
    adjust: f64,
    rms_rate: f64,
    dialect: Dialect,
}

impl Catalogued for Muon {
    const INFO: Info = Info {
        name: "muon",
        title: "Muon",
        formula: "v ← μ v + (1 − μ) g, U = μ v + (1 − μ) g, O = Newton-Schulz(U / ‖U‖), w ← w − η (√max(1, rows / columns) O + λ w)",
        paper: "Jordan et al. 2024, Muon: An optimizer for hidden layers in neural networks",
        when: "hidden matrices of transformers and large networks; everything else by another rule, in groups",
        special: &[
            Hyperparameter::new(
                "adjust",
                "the scale: 0 √max(1, rows/columns), 1 0.2 √max(rows, columns), 2 √(rows/columns)",
                Domain::COUNT,
            ),
            Hyperparameter::new(
                "rms_rate",
                "the scale is this times √max(rows, columns); 0 for a scale of 1",
                Domain::NOT_NEGATIVE,
            ),
        ],
        differences: &[
            (
                Dialect::Keras,
                "v ← μ v + g; scale rms_rate √max(rows, columns); ‖U‖ + 1e-7, and epsilon is that of the Adam for what is no matrix",
            ),
            (
                Dialect::Optax,
                "v corrected for its start, and looking ahead as optax' nadam; scale √max(1, columns / rows)",
            ),
        ],
        rates: (1e-4, 1.0),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        let (learning_rate, epsilon, weight_decay) = match dialect {
            Dialect::Book => return None,
            Dialect::Torch => (0.001, 1e-7, 0.1),
            Dialect::Keras => (0.001, 1e-7, 0.004),
            Dialect::Optax => (0.01, 1e-8, 0.0),
            Dialect::Paper => (0.02, 1e-7, 0.0),
        };
        Some(Self {
            learning_rate,
            momentum: 0.95,
            nesterov: 1.0,
            iterations: 5.0,
            epsilon,
            weight_decay,
            adjust: 0.0,
            rms_rate: 0.2,
            dialect,
        })
    }

    fn settings(&mut self, dialect: Dialect, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        visit("learning_rate", &mut self.learning_rate);
        visit("momentum", &mut self.momentum);
        visit("nesterov", &mut self.nesterov);
        visit("iterations", &mut self.iterations);
        visit("epsilon", &mut self.epsilon);
        visit("weight_decay", &mut self.weight_decay);
        match dialect {
            Dialect::Torch => visit("adjust", &mut self.adjust),
            Dialect::Keras => visit("rms_rate", &mut self.rms_rate),
            _ => {}
        }
    }

    fn common(_: Dialect) -> Common {
        Common::NONE
    }

    fn check(&self, layout: &Layout) -> Result<(), OptimError> {
        if self.adjust > 2.0 {
            return Err(OptimError::OutOfRange {
                name: "adjust".into(),
                value: self.adjust,
                domain: "0, 1 or 2".into(),
            });
        }
        match layout.tensors().iter().find(|tensor| tensor.shape.len() != 2) {
            None => Ok(()),
            Some(tensor) => Err(OptimError::Shape {
                rule: "muon",
                tensor: tensor.name.clone(),
                shape: display_shape(&tensor.shape),
                need: "it works on matrices; give biases, embeddings and heads to another rule by a group",
            }),
        }
    }

    fn compose<T: Buildable>(&self, composer: Composer<T>) -> Composer<T> {
        let Self { learning_rate, momentum, nesterov, iterations, epsilon, weight_decay, .. } = *self;
        let velocity = Velocity { momentum, nesterov, dialect: self.dialect };
        let scale = match (self.dialect, self.adjust as u8) {
            (Dialect::Keras, _) => Scale::Rms(self.rms_rate),
            (Dialect::Optax, _) => Scale::Columns,
            (_, 0) => Scale::Rows,
            (_, 1) => Scale::Largest,
            _ => Scale::Ratio,
        };
        // torch takes the larger of the norm and ε, the others their sum.
        let clamped = matches!(self.dialect, Dialect::Torch);
        // Keras' argument is that of its Adam.
        let epsilon = (self.dialect != Dialect::Keras).then_some(epsilon);
        composer
            .rule(velocity)
            .barrier(Orthogonal { iterations, epsilon, clamped, scale })
            .rule(Sgd { learning_rate })
            .rule(DecoupledWeightDecay { weight_decay })
    }
}

/// What the orthogonalised update is multiplied by.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Scale {
    /// √max(1, rows / columns).
    Rows,
    /// √max(1, columns / rows).
    Columns,
    /// 0.2 √max(rows, columns).
    Largest,
    /// This times √max(rows, columns); 0 stands for 1.
    Rms(f64),
    /// √(rows / columns).
    Ratio,
}

impl Scale {
    fn of(self, rows: usize, columns: usize) -> f64 {
        let (rows, columns) = (rows as f64, columns as f64);
        match self {
            Scale::Rows => (rows / columns).max(1.0).sqrt(),
            Scale::Columns => (columns / rows).max(1.0).sqrt(),
            Scale::Largest => 0.2 * rows.max(columns).sqrt(),
            Scale::Rms(0.0) => 1.0,
            Scale::Rms(rate) => rate * rows.max(columns).sqrt(),
            Scale::Ratio => (rows / columns).sqrt(),
        }
    }
}

/// The velocity and what of it is orthogonalised.
#[derive(Clone, Copy)]
struct Velocity {
    momentum: f64,
    nesterov: f64,
    dialect: Dialect,
}

impl Rule for Velocity {
    type State<T: Real> = [T; 1];
    /// v ← k₀ v + k₁ g, u = k₂ v + k₃ g.
    type Step<T: Real> = [T; 4];

    states!(VELOCITY);
    fields!(momentum, nesterov);

    fn step<T: Real>(&self, now: &Moment) -> [T; 4] {
        let (keep, ahead) = (self.momentum, self.nesterov != 0.0);
        let take = if self.dialect == Dialect::Keras { 1.0 } else { 1.0 - keep };
        let bias = |step: u64| match self.dialect {
            Dialect::Optax => 1.0 - keep.powf(step as f64),
            _ => 1.0,
        };
        let (apply, direct) = match ahead {
            true => (keep / bias(now.step + 1), take / bias(now.step)),
            false => (1.0 / bias(now.step), 0.0),
        };
        [keep, take, apply, direct].map(T::from_f64)
    }

    #[inline(always)]
    fn update<T: Real>(
        &[keep, take, apply, direct]: &[T; 4],
        gradient: T,
        _: T,
        [velocity]: [T; 1],
    ) -> (T, [T; 1]) {
        let velocity = keep * velocity + take * gradient;
        (apply * velocity + direct * gradient, [velocity])
    }
}

/// The quintic iteration's coefficients (Jordan et al. 2024): all singular values end up around 1, quickly rather than
/// exactly.
const COEFFICIENTS: [f64; 3] = [3.4445, -4.7750, 2.0315];

/// What Keras adds to the norm, whatever its `epsilon`.
const KERAS_EPSILON: f64 = 1e-7;

struct Orthogonal {
    iterations: f64,
    /// Against division by 0, where it can be chosen.
    epsilon: Option<f64>,
    clamped: bool,
    scale: Scale,
}

impl<T: Real + Element> Barrier<T> for Orthogonal {
    fn hyperparameters(&mut self, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        visit("iterations", &mut self.iterations);
        if let Some(epsilon) = &mut self.epsilon {
            visit("epsilon", epsilon);
        }
        if let Scale::Rms(rate) = &mut self.scale {
            visit("rms_rate", rate);
        }
    }

    fn rewrites(&self) -> bool {
        true
    }

    fn settle(&mut self, items: &mut Items<'_, '_, T>) {
        let threads = items.threads();
        let epsilon = self.epsilon.unwrap_or(KERAS_EPSILON);
        items.for_each(|mut item| {
            let Some((_, rows, columns)) = matrices(&item.tensor.shape) else { return };
            let norm = crate::segment::sum_of_squares(item.updates.get(), threads).sqrt();
            let divisor = if self.clamped { norm.max(epsilon) } else { norm + epsilon };
            let updates = item.updates.get_mut();
            updates.iter_mut().for_each(|update| *update = T::from_f64(update.to_f64() / divisor));
            orthogonalise(updates, rows, columns, self.iterations as usize);
            *item.factor = self.scale.of(rows, columns);
        });
    }
}

/// Newton-Schulz on a row-major matrix, whose norm is at most 1, in place.
fn orthogonalise<T: Element>(x: &mut [T], rows: usize, columns: usize, iterations: usize) {
    let tall = rows > columns;
    let small = rows.min(columns);
    let [a, b, c] = COEFFICIENTS.map(T::from_f64);
    let (mut gram, mut square) = (vec![T::ZERO; small * small], vec![T::ZERO; small * small]);
    let mut product = vec![T::ZERO; x.len()];
    for _ in 0..iterations {
        let matrix = Matrix::new(x, rows, columns);
        // The smaller of X Xᵀ and Xᵀ X; the other side gives the same iteration.
        let (left, right) = if tall { (matrix.transposed(), matrix) } else { (matrix, matrix.transposed()) };
        gemm(left, right, MatrixMut::new(&mut gram, small, small), false);
        let own = Matrix::new(&gram, small, small);
        gemm(own, own, MatrixMut::new(&mut square, small, small), false);
        for (square, &gram) in square.iter_mut().zip(&gram) {
            *square = b * gram + c * *square;
        }
        let polynomial = Matrix::new(&square, small, small);
        let target = MatrixMut::new(&mut product, rows, columns);
        if tall {
            gemm(matrix, polynomial, target, false)
        } else {
            gemm(polynomial, matrix, target, false)
        }
        for (x, &product) in x.iter_mut().zip(&product) {
            *x = a * *x + product;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn singular_values_end_up_near_one() {
        for (rows, columns) in [(4, 7), (7, 4), (5, 5)] {
            let mut x: Vec<f64> = (0..rows * columns).map(|i| ((i * i) as f64 * 0.37).sin()).collect();
            let norm = x.iter().map(|x| x * x).sum::<f64>().sqrt();
            x.iter_mut().for_each(|x| *x /= norm);
            orthogonalise(&mut x, rows, columns, 10);
            let small = rows.min(columns);
            let mut gram = vec![0.0; small * small];
            let matrix = Matrix::new(&x, rows, columns);
            let (left, right) =
                if rows > columns { (matrix.transposed(), matrix) } else { (matrix, matrix.transposed()) };
            gemm(left, right, MatrixMut::new(&mut gram, small, small), false);
            let (values, _) = thalweg_matrix::symmetric_eigen(&gram, small).unwrap();
            // The coefficients trade exactness for speed: values settle between 0.68 and 1.14 or so.
            assert!(values.iter().all(|value| (0.6..1.2).contains(&value.sqrt())), "{values:?}");
        }
    }
}
