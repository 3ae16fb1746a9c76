//! NAdam: Adam that looks one step ahead.

use super::Adam;
use super::adam::AdamStep;
use super::names::{FIRST_MOMENT, SECOND_MOMENT};
use crate::macros::states;
use crate::rule::MEMORY;
use crate::{Buildable, Catalogued, Common, Composer, Dialect, Domain, Hyperparameter, Info, Moment, Rule};
use thalweg_lanes::Real;

/// Nesterov's momentum inside Adam, with a momentum μ_t = β₁ (1 − ½ 0.96^(t ψ)) that rises (Dozat 2016):
/// w ← w − η (μ_(t+1) m / (1 − ∏μ μ_(t+1)) + (1 − μ_t) g / (1 − ∏μ)) / (√v̂ + ε).
///
/// Three algorithms go by this name: torch's with ψ = 0.004, keras' with ψ = 1, and optax' with a constant μ = β₁.
///
/// When to use it: as Adam, where momentum helps. Source: Dozat 2016, Incorporating Nesterov Momentum into Adam.
///
/// Hyper-parameters, where the dialect has them:
/// - `learning_rate`: the size of a step
/// - `beta1`: how much of the average of gradients a step keeps
/// - `beta2`: how much of the average of squares a step keeps
/// - `epsilon`: added to the denominator, against division by 0
/// - `momentum_decay`: ψ: how fast the momentum rises
/// - `weight_decay`: how strongly parameters are pulled to 0
/// - `decoupled_weight_decay`: whether weight decay acts on the parameter (times the rate) instead of on the gradient
/// - `maximize`: whether to go uphill
/// - `epsilon_root`: added under the root of the denominator
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NAdam {
    adam: Adam,
    momentum_decay: f64,
    constant: bool,
}

impl Catalogued for NAdam {
    const INFO: Info = Info {
        name: "nadam",
        title: "NAdam",
        formula: "μ_t = β₁ (1 − ½ 0.96^(t ψ)), Adam's m and v, w ← w − η (μ_(t+1) m / (1 − ∏μ μ_(t+1)) + (1 − μ_t) g / (1 − ∏μ)) / (√v̂ + ε)",
        paper: "Dozat 2016, Incorporating Nesterov Momentum into Adam",
        when: "as Adam, where momentum helps",
        special: &[Hyperparameter::new(
            "momentum_decay",
            "ψ: how fast the momentum rises",
            Domain::NOT_NEGATIVE,
        )],
        differences: &[
            (Dialect::Torch, "ψ = momentum_decay, 0.004"),
            (Dialect::Keras, "ψ = 1: the momentum is at its full value 250 times sooner"),
            (
                Dialect::Optax,
                "constant μ: w ← w − η (β₁ m / (1 − β₁ᵗ⁺¹) + (1 − β₁) g / (1 − β₁ᵗ)) / (√(v̂ + epsilon_root) + ε)",
            ),
        ],
        rates: (1e-5, 0.1),
    };

    fn corrections(&self, step: u64) -> Vec<(&'static str, f64)> {
        // The first moment has a product of momenta in place of a correction.
        self.adam.corrections(step).split_off(1)
    }

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        let torch = Adam { learning_rate: 0.002, ..Adam::torch() };
        Some(match dialect {
            Dialect::Torch => Self { adam: torch, momentum_decay: 0.004, constant: false },
            Dialect::Keras => {
                let adam = Adam { epsilon: 1e-7, ..Adam::torch() };
                Self { adam, momentum_decay: 1.0, constant: false }
            }
            Dialect::Optax => {
                let adam = Adam { nesterov: true, ..Adam::of(dialect) };
                Self { adam, momentum_decay: 0.0, constant: true }
            }
            Dialect::Book | Dialect::Paper => return None,
        })
    }

    fn settings(&mut self, dialect: Dialect, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        self.adam.hyperparameters(visit);
        if dialect == Dialect::Torch {
            visit("momentum_decay", &mut self.momentum_decay);
        }
    }

    fn common(dialect: Dialect) -> Common {
        Common::with_choice(dialect)
    }

    fn compose<T: Buildable>(&self, composer: Composer<T>) -> Composer<T> {
        if self.constant { composer.rule(self.adam) } else { composer.rule(*self) }
    }
}

impl NAdam {
    fn mu(&self, step: u64) -> f64 {
        self.adam.beta1 * (1.0 - 0.5 * 0.96f64.powf(step as f64 * self.momentum_decay))
    }
}

impl Rule for NAdam {
    type State<T: Real> = [T; 2];
    type Step<T: Real> = AdamStep<T>;
    /// ∏μ is a product over all updates: it depends on every β₁ there was.
    const MEMORIES: usize = 1;

    states!(FIRST_MOMENT, SECOND_MOMENT);

    fn hyperparameters(&mut self, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        self.adam.hyperparameters(visit);
        visit("momentum_decay", &mut self.momentum_decay);
    }

    fn remember(&self, now: &Moment) -> [f64; MEMORY] {
        let before = if now.step == 1 { 1.0 } else { now.memory[0] };
        let mut memory = now.memory;
        memory[0] = before * self.mu(now.step);
        memory
    }

    fn step<T: Real>(&self, now: &Moment) -> AdamStep<T> {
        let (mu, next, product) = (self.mu(now.step), self.mu(now.step + 1), now.memory[0]);
        let (_, bias2) = self.adam.bias(now.step);
        let rate = self.adam.learning_rate;
        let constants = AdamStep {
            rate: T::from_f64(rate * next / (1.0 - product * next)),
            direct: T::from_f64(rate * (1.0 - mu) / (1.0 - product)),
            scale: T::from_f64(1.0 / bias2),
            ..self.adam.averages()
        };
        constants.balanced().0
    }

    #[inline(always)]
    fn update<T: Real>(k: &AdamStep<T>, gradient: T, _: T, state: [T; 2]) -> (T, [T; 2]) {
        k.update(gradient, state)
    }
}
