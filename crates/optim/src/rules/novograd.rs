//! NovoGrad: one second moment for each layer.

use super::Sgd;
use super::names::{FIRST_MOMENT, SECOND_MOMENT};
use super::parts::arena;
use crate::macros::{fields, states};
use crate::segment::sum_of_squares;
use crate::stages::WeightDecay;
use crate::{Barrier, Buildable, Catalogued, Common, Composer, Dialect, Info, Items, Moment, Rule};
use thalweg_arena::Arena;
use thalweg_lanes::Real;

/// v ← β₂ v + (1 − β₂) ‖g‖² for each tensor (‖g‖² at first), m ← β₁ m + (g / (√v + ε) + λ w), w ← w − η m (Ginsburg et al.
/// 2019). A second moment of one number a tensor: half of Adam's state.
///
/// When to use it: speech and large batches; half of Adam's state. Source: Ginsburg et al. 2019, Stochastic Gradient
/// Methods with Layer-wise Adaptive Moments.
///
/// Hyper-parameters, where the dialect has them:
/// - `learning_rate`: the size of a step
/// - `beta1`: how much of the average of gradients a step keeps
/// - `beta2`: how much of the average of squares a step keeps
/// - `epsilon`: added to the denominator, against division by 0
/// - `weight_decay`: how strongly parameters are pulled to 0
/// - `epsilon_root`: added under the root of the denominator
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NovoGrad {
    learning_rate: f64,
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    epsilon_root: f64,
    weight_decay: f64,
}

impl Catalogued for NovoGrad {
    const INFO: Info = Info {
        name: "novograd",
        title: "NovoGrad",
        formula: "v ← β₂ v + (1 − β₂) ‖g‖² a tensor, m ← β₁ m + (g / (√v + ε) + λ w), w ← w − η m",
        paper: "Ginsburg et al. 2019, Stochastic Gradient Methods with Layer-wise Adaptive Moments",
        when: "speech and large batches; half of Adam's state",
        special: &[],
        differences: &[(Dialect::Optax, "√(v + epsilon_root) + ε")],
        rates: (1e-4, 1.0),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        let epsilon = match dialect {
            Dialect::Optax => 1e-6,
            Dialect::Paper => 1e-8,
            _ => return None,
        };
        Some(Self {
            learning_rate: 0.01,
            beta1: 0.9,
            beta2: 0.25,
            epsilon,
            epsilon_root: 0.0,
            weight_decay: 0.0,
        })
    }

    fn settings(&mut self, dialect: Dialect, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        visit("learning_rate", &mut self.learning_rate);
        visit("beta1", &mut self.beta1);
        visit("beta2", &mut self.beta2);
        visit("epsilon", &mut self.epsilon);
        visit("weight_decay", &mut self.weight_decay);
        if dialect == Dialect::Optax {
            visit("epsilon_root", &mut self.epsilon_root);
        }
    }

    fn common(_: Dialect) -> Common {
        Common::NONE
    }

    fn compose<T: Buildable>(&self, composer: Composer<T>) -> Composer<T> {
        let Self { learning_rate, beta1, beta2, epsilon, epsilon_root, weight_decay } = *self;
        let moments = arena(composer.layout(), |_| Some(Vec::new()));
        composer
            .barrier(Norms::<T> { beta2, epsilon, epsilon_root, moments })
            .rule(WeightDecay { weight_decay })
            .rule(Sum { beta1 })
            .rule(Sgd { learning_rate })
    }
}

/// The second moments of norms: divides each tensor's gradient by the root of its own.
struct Norms<T: Real> {
    beta2: f64,
    epsilon: f64,
    epsilon_root: f64,
    moments: Arena<T>,
}

impl<T: Real> Barrier<T> for Norms<T> {
    fields!(beta2, epsilon, epsilon_root);

    fn squares(&self) -> bool {
        true
    }

    fn settle(&mut self, items: &mut Items<'_, '_, T>) {
        let threads = items.threads();
        items.for_each(|item| {
            let square = sum_of_squares(item.updates.get(), threads);
            let place = self.moments.layout().tensors()[item.index].range.start;
            let moment = &mut self.moments.values_mut()[place];
            let new = match item.now.step {
                1 => square,
                _ => self.beta2 * moment.to_f64() + (1.0 - self.beta2) * square,
            };
            *moment = T::from_f64(new);
            *item.factor = 1.0 / ((new + self.epsilon_root).sqrt() + self.epsilon);
        });
    }

    fn arenas(&self) -> Vec<(&'static str, &Arena<T>)> {
        vec![(SECOND_MOMENT, &self.moments)]
    }

    fn arenas_mut(&mut self) -> Vec<(&'static str, &mut Arena<T>)> {
        vec![(SECOND_MOMENT, &mut self.moments)]
    }
}

/// m ← β₁ m + u, u ← m.
#[derive(Clone, Copy)]
struct Sum {
    beta1: f64,
}

impl Rule for Sum {
    type State<T: Real> = [T; 1];
    type Step<T: Real> = T;

    states!(FIRST_MOMENT);
    fields!(beta1);

    fn step<T: Real>(&self, _: &Moment) -> T {
        T::from_f64(self.beta1)
    }

    #[inline(always)]
    fn update<T: Real>(keep: &T, update: T, _: T, [first]: [T; 1]) -> (T, [T; 1]) {
        let first = *keep * first + update;
        (first, [first])
    }
}
