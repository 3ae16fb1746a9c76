//! LAMB: Adam with each layer's step in proportion to its weights.

use super::adam::BiasCorrection;
use super::parts::{Direction, TrustRatio};
use super::{Adam, Sgd};
use crate::stages::{DecoupledWeightDecay, WeightDecay};
use crate::{Buildable, Catalogued, Common, Composer, Dialect, Info, Rule};

/// u = m̂ / (√v̂ + ε) + λ w, w ← w − η ‖w‖ / ‖u‖ u tensor by tensor; the ratio is 1 where a norm is 0 (You et al. 2020).
///
/// When to use it: very large batches of transformers. Source: You et al. 2020, Large Batch Optimization for Deep
/// Learning: Training BERT in 76 minutes.
///
/// Hyper-parameters, where the dialect has them:
/// - `learning_rate`: the size of a step
/// - `beta1`: how much of the average of gradients a step keeps
/// - `beta2`: how much of the average of squares a step keeps
/// - `epsilon`: added to the denominator, against division by 0
/// - `weight_decay`: how strongly parameters are pulled to 0
/// - `epsilon_root`: added under the root of the denominator
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lamb {
    adam: Adam,
    weight_decay: f64,
    /// Whether decay stays outside the ratio, and acts before it is measured (keras).
    outside: bool,
}

impl Catalogued for Lamb {
    const INFO: Info = Info {
        name: "lamb",
        title: "LAMB",
        formula: "u = m̂ / (√v̂ + ε) + λ w, w ← w − η ‖w‖ / ‖u‖ u",
        paper: "You et al. 2020, Large Batch Optimization for Deep Learning: Training BERT in 76 minutes",
        when: "very large batches of transformers",
        special: &[],
        differences: &[
            (
                Dialect::Keras,
                "decay outside the ratio: w ← (1 − η λ) w first, then the ratio of what is left",
            ),
            (Dialect::Optax, "√(v̂ + epsilon_root) + ε"),
        ],
        rates: (1e-5, 0.1),
    };

    fn corrections(&self, step: u64) -> Vec<(&'static str, f64)> {
        self.adam.corrections(step)
    }

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        // No dialect folds the bias corrections into the rate.
        let adam = Adam { correction: BiasCorrection::Moments, ..Adam::of(dialect) };
        let (epsilon, outside) = match dialect {
            Dialect::Keras => (1e-7, true),
            Dialect::Optax | Dialect::Paper => (1e-6, false),
            Dialect::Book | Dialect::Torch => return None,
        };
        Some(Self { adam: Adam { epsilon, ..adam }, weight_decay: 0.0, outside })
    }

    fn settings(&mut self, _: Dialect, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        self.adam.hyperparameters(visit);
        visit("weight_decay", &mut self.weight_decay);
    }

    fn common(_: Dialect) -> Common {
        Common::NONE
    }

    fn compose<T: Buildable>(&self, composer: Composer<T>) -> Composer<T> {
        let Self { adam, weight_decay, outside } = *self;
        let learning_rate = adam.learning_rate;
        let direction = Direction(Adam { learning_rate: 1.0, ..adam });
        let ratio = |decayed| TrustRatio { trust_coefficient: 1.0, epsilon: None, decayed };
        match outside {
            false => composer
                .rule(direction)
                .rule(WeightDecay { weight_decay })
                .barrier(ratio(None))
                .rule(Sgd { learning_rate }),
            true => composer
                .rule(direction)
                .barrier(ratio(Some(weight_decay)))
                .rule(Sgd { learning_rate })
                .rule(DecoupledWeightDecay { weight_decay }),
        }
    }
}
