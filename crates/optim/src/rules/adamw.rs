//! AdamW: Adam with weight decay that does not pass through the moments.

use super::adam::AdamFamily;
use crate::stages::{DecoupledWeightDecay, FullyDecoupledWeightDecay};
use crate::{Buildable, Catalogued, Common, Composer, Dialect, Info, Rule};

/// Adam's update plus η λ w (Loshchilov and Hutter 2019, Decoupled Weight Decay Regularization).
///
/// The libraries multiply the decay by the learning rate; the paper multiplies it by the schedule's factor only.
///
/// When to use it: the usual choice for transformers, and wherever weights should decay. Source: Loshchilov and Hutter
/// 2019, Decoupled Weight Decay Regularization.
///
/// Hyper-parameters, where the dialect has them:
/// - `learning_rate`: the size of a step
/// - `beta1`: how much of the average of gradients a step keeps
/// - `beta2`: how much of the average of squares a step keeps
/// - `epsilon`: added to the denominator, against division by 0
/// - `amsgrad`: whether to divide by the largest second moment so far
/// - `weight_decay`: how strongly parameters are pulled to 0
/// - `maximize`: whether to go uphill
/// - `epsilon_root`: added under the root of the denominator
/// - `nesterov`: whether the velocity looks one step ahead
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamW {
    family: AdamFamily,
    weight_decay: f64,
    with_rate: bool,
}

impl Catalogued for AdamW {
    const INFO: Info = Info {
        name: "adamw",
        title: "AdamW",
        formula: "Adam's m̂ and v̂, w ← w − η (m̂ / (√v̂ + ε) + λ w)",
        paper: "Loshchilov and Hutter 2019, Decoupled Weight Decay Regularization",
        when: "the usual choice for transformers, and wherever weights should decay",
        special: &[],
        differences: &[
            (Dialect::Keras, "Adam as keras has it, ε not scaled; λ 0.004"),
            (Dialect::Optax, "√(v̂ + epsilon_root) + ε; λ 0.0001"),
            (
                Dialect::Paper,
                "w ← w − s (α m̂ / (√v̂ + ε) + λ w): λ goes with the schedule's factor s, not with the rate α",
            ),
        ],
        rates: (1e-5, 0.1),
    };

    fn corrections(&self, step: u64) -> Vec<(&'static str, f64)> {
        self.family.corrections(step)
    }

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        let weight_decay = match dialect {
            Dialect::Book => return None,
            Dialect::Torch | Dialect::Paper => 0.01,
            Dialect::Keras => 0.004,
            Dialect::Optax => 1e-4,
        };
        Some(Self { family: AdamFamily::of(dialect), weight_decay, with_rate: dialect != Dialect::Paper })
    }

    fn settings(&mut self, dialect: Dialect, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        self.family.settings(dialect, visit);
        visit("weight_decay", &mut self.weight_decay);
    }

    fn common(dialect: Dialect) -> Common {
        Common::without_decay(dialect)
    }

    fn compose<T: Buildable>(&self, composer: Composer<T>) -> Composer<T> {
        let weight_decay = self.weight_decay;
        let plain = self.family.amsgrad == 0.0 && self.family.nesterov == 0.0;
        match (plain, self.with_rate) {
            // By far the most used: one loop.
            (true, true) => composer.rule(self.family.adam.then(DecoupledWeightDecay { weight_decay })),
            (false, true) => self.family.moments(composer).rule(DecoupledWeightDecay { weight_decay }),
            (_, false) => self.family.moments(composer).rule(FullyDecoupledWeightDecay { weight_decay }),
        }
    }
}
