//! A noisy quadratic in 100 dimensions with the spectrum of a deep network: DeepOBS's `quadratic_deep`.
//!
//! f(θ; x) = ½ (θ − x)ᵀ Q (θ − x), with 90 % of Q's eigenvalues drawn from (0, 1) and 10 % from (30, 60), turned at random; examples x are
//! normal with deviation 0.6; θ starts at 1 everywhere (Schneider, Balles and Hennig 2019, DeepOBS; the spectrum after Chaudhari et al.
//! 2017, Entropy-SGD). The rotation is our own, as NumPy's random numbers are not ours.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::sync::{Arc, OnceLock};
use thalweg_arena::Layout;

use super::own::{Judged, Objective, Own, Split, Tensor};
use thalweg_lab::fault::OwnFault;

/// How experiments name it.
pub(super) const NAME: &str = "thalweg:quadratic-deep";

const DIMENSIONS: usize = 100;
const EXAMPLES: usize = 1_000;
const BATCH: usize = 128;
const DEVIATION: f64 = 0.6;

/// The problem.
pub(super) struct QuadraticDeep;

/// What all runs share: the matrix, and the three splits.
struct Shared {
    matrix: Vec<f64>,
    train: Vec<Example>,
    validation: Vec<Example>,
    test: Vec<Example>,
}

/// An example x by what the loss needs of it: ½ (θ − x)ᵀ Q (θ − x) = ½ θᵀ Q θ − θᵀ Q x + ½ xᵀ Q x.
struct Example {
    /// Q x.
    image: Vec<f64>,
    /// ½ xᵀ Q x.
    constant: f64,
}

struct Run {
    shared: Arc<Shared>,
    batches: ChaCha8Rng,
    /// Where an epoch stands.
    order: Vec<usize>,
}

impl Own for QuadraticDeep {
    fn start(&self, seed: u64) -> Result<Box<dyn Objective>, OwnFault> {
        static SHARED: OnceLock<Arc<Shared>> = OnceLock::new();
        let shared = SHARED.get_or_init(|| Arc::new(Shared::new())).clone();
        Ok(Box::new(Run { shared, batches: ChaCha8Rng::seed_from_u64(seed), order: vec![] }))
    }

    fn fingerprint(&self) -> String {
        "quadratic-deep 1".into()
    }
}

impl Shared {
    fn new() -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(42);
        let small = DIMENSIONS * 9 / 10;
        let eigenvalues: Vec<f64> = (0..DIMENSIONS)
            .map(|index| if index < small { unit(&mut random) } else { 30.0 + 30.0 * unit(&mut random) })
            .collect();
        let rotation = rotation(&mut random);
        let mut matrix = vec![0.0; DIMENSIONS * DIMENSIONS];
        for (row, eigenvalue) in rotation.iter().zip(eigenvalues) {
            for (out, left) in matrix.chunks_exact_mut(DIMENSIONS).zip(row) {
                out.iter_mut().zip(row).for_each(|(out, right)| *out += eigenvalue * left * right);
            }
        }
        let mut examples = || {
            let example = |_| {
                let x: Vec<f64> = (0..DIMENSIONS).map(|_| DEVIATION * normal(&mut random)).collect();
                let image = times(&matrix, &x);
                Example { constant: 0.5 * dot(&image, &x), image }
            };
            (0..EXAMPLES).map(example).collect()
        };
        let (train, validation, test) = (examples(), examples(), examples());
        Self { matrix, train, validation, test }
    }

    /// The mean loss over examples, and its gradient.
    fn value<'x>(&self, at: &[f64], examples: impl ExactSizeIterator<Item = &'x Example>) -> (f64, Vec<f64>) {
        let share = 1.0 / examples.len() as f64;
        let (mut constant, mut mean) = (0.0, vec![0.0; DIMENSIONS]);
        for example in examples {
            constant += share * example.constant;
            mean.iter_mut().zip(&example.image).for_each(|(mean, image)| *mean += share * image);
        }
        let own = times(&self.matrix, at);
        let loss = 0.5 * dot(&own, at) - dot(&mean, at) + constant;
        (loss, own.iter().zip(&mean).map(|(own, mean)| own - mean).collect())
    }
}

/// Q x; Q is symmetric, so its rows are its columns.
fn times(matrix: &[f64], x: &[f64]) -> Vec<f64> {
    let mut product = vec![0.0; DIMENSIONS];
    for (row, x) in matrix.chunks_exact(DIMENSIONS).zip(x) {
        product.iter_mut().zip(row).for_each(|(product, q)| *product += q * x);
    }
    product
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

impl Objective for Run {
    fn parameters(&self) -> Vec<Tensor> {
        vec![Tensor { name: "theta".into(), shape: vec![DIMENSIONS], values: vec![1.0; DIMENSIONS] }]
    }

    fn gradients(&mut self, _: &Layout, at: &[f64], into: &mut [f64]) -> Result<f64, OwnFault> {
        if self.order.len() < BATCH {
            // A new epoch; as in DeepOBS, what does not fill a batch is left to the next.
            let mut fresh: Vec<usize> = (0..EXAMPLES).collect();
            for index in (1..EXAMPLES).rev() {
                fresh.swap(index, (self.batches.next_u64() % (index as u64 + 1)) as usize);
            }
            self.order = fresh;
        }
        let batch = self.order.split_off(self.order.len() - BATCH);
        let examples = batch.iter().map(|&index| &self.shared.train[index]);
        let (loss, gradient) = self.shared.value(&at[..DIMENSIONS], examples);
        into[..DIMENSIONS].copy_from_slice(&gradient);
        Ok(loss)
    }

    fn evaluate(&mut self, _: &Layout, at: &[f64], split: Split) -> Result<Judged, OwnFault> {
        let examples = match split {
            Split::Validation => &self.shared.validation,
            Split::Test => &self.shared.test,
        };
        let (loss, _) = self.shared.value(&at[..DIMENSIONS], examples.iter());
        Ok(Judged { loss, accuracy: None })
    }

    fn has_splits(&self) -> bool {
        true
    }
}

/// From (0, 1).
fn unit(random: &mut ChaCha8Rng) -> f64 {
    ((random.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
}

/// Box and Muller 1958.
fn normal(random: &mut ChaCha8Rng) -> f64 {
    let radius = (-2.0 * unit(random).ln()).sqrt();
    radius * (std::f64::consts::TAU * unit(random)).cos()
}

/// Orthonormal rows, uniform over all rotations and reflections: normal rows, made orthogonal one after the other. Twice, because
/// once leaves rounding errors.
fn rotation(random: &mut ChaCha8Rng) -> Vec<Vec<f64>> {
    let mut rows: Vec<Vec<f64>> = Vec::with_capacity(DIMENSIONS);
    for _ in 0..DIMENSIONS {
        let mut row: Vec<f64> = (0..DIMENSIONS).map(|_| normal(random)).collect();
        for _ in 0..2 {
            for known in &rows {
                let along = dot(known, &row);
                row.iter_mut().zip(known).for_each(|(row, known)| *row -= along * known);
            }
        }
        let norm = dot(&row, &row).sqrt();
        row.iter_mut().for_each(|x| *x /= norm);
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gradient_is_that_of_the_loss_and_the_spectrum_is_a_deep_network_s() {
        let shared = Shared::new();
        let examples = || shared.train.iter().take(BATCH);
        let mut at = vec![1.0; DIMENSIONS];
        let (_, gradient) = shared.value(&at, examples());
        for index in [0, 37, 99] {
            let mut loss = |offset: f64| {
                at[index] = 1.0 + offset;
                shared.value(&at, examples()).0
            };
            let quotient = (loss(1e-3) - loss(-1e-3)) / 2e-3;
            at[index] = 1.0;
            assert!((quotient - gradient[index]).abs() < 1e-7 * gradient[index].abs().max(1.0));
        }
        // The trace is the sum of 90 eigenvalues of about a half and 10 of about 45.
        let trace: f64 = (0..DIMENSIONS).map(|index| shared.matrix[index * (DIMENSIONS + 1)]).sum();
        assert!((trace - 495.0).abs() < 100.0, "{trace}");
        let rows = rotation(&mut ChaCha8Rng::seed_from_u64(1));
        for (i, a) in rows.iter().enumerate() {
            for (j, b) in rows.iter().enumerate() {
                let product = dot(a, b);
                assert!((product - f64::from(u8::from(i == j))).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn batches_follow_from_the_seed() {
        let layout = Layout::flat(DIMENSIONS);
        let losses = |seed| -> Vec<f64> {
            let mut run = QuadraticDeep.start(seed).unwrap();
            let mut into = vec![0.0; layout.len()];
            (0..10).map(|_| run.gradients(&layout, &vec![1.0; layout.len()], &mut into).unwrap()).collect()
        };
        assert_eq!(losses(1), losses(1));
        assert_ne!(losses(1), losses(2));
    }
}
