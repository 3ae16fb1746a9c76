//! LARS: each layer's step in proportion to its weights.

use super::Sgd;
use super::parts::TrustRatio;
use crate::stages::{Trace, WeightDecay};
use crate::{Buildable, Catalogued, Common, Composer, Dialect, Info};

/// u = g + λ w, then r = c ‖w‖ / (‖u‖ + ε) tensor by tensor, v ← μ v + η r u, w ← w − v (You, Gitman and Ginsburg 2017).
///
/// When to use it: very large batches of images. Source: You, Gitman and Ginsburg 2017, Large Batch Training of
/// Convolutional Networks.
///
/// Hyper-parameters, where the dialect has them:
/// - `learning_rate`: the size of a step
/// - `momentum`: how much of the velocity a step keeps
/// - `weight_decay`: how strongly parameters are pulled to 0
/// - `trust_coefficient`: the largest share of a tensor's norm that a step may change
/// - `epsilon`: added to the denominator, against division by 0
/// - `nesterov`: whether the velocity looks one step ahead
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lars {
    learning_rate: f64,
    momentum: f64,
    weight_decay: f64,
    trust_coefficient: f64,
    epsilon: f64,
    nesterov: f64,
}

impl Catalogued for Lars {
    const INFO: Info = Info {
        name: "lars",
        title: "LARS",
        formula: "u = g + λ w, v ← μ v + η c ‖w‖ / (‖u‖ + ε) u, w ← w − v",
        paper: "You, Gitman and Ginsburg 2017, Large Batch Training of Convolutional Networks",
        when: "very large batches of images",
        special: &[],
        differences: &[],
        rates: (1e-2, 100.0),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        matches!(dialect, Dialect::Optax | Dialect::Paper).then_some(Self {
            learning_rate: 0.1,
            momentum: 0.9,
            weight_decay: 0.0,
            trust_coefficient: 0.001,
            epsilon: 0.0,
            nesterov: 0.0,
        })
    }

    fn settings(&mut self, dialect: Dialect, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        visit("learning_rate", &mut self.learning_rate);
        visit("momentum", &mut self.momentum);
        visit("weight_decay", &mut self.weight_decay);
        visit("trust_coefficient", &mut self.trust_coefficient);
        visit("epsilon", &mut self.epsilon);
        if dialect == Dialect::Optax {
            visit("nesterov", &mut self.nesterov);
        }
    }

    fn common(_: Dialect) -> Common {
        Common::NONE
    }

    fn compose<T: Buildable>(&self, composer: Composer<T>) -> Composer<T> {
        let Self { learning_rate, momentum, weight_decay, trust_coefficient, epsilon, nesterov } = *self;
        composer
            .rule(WeightDecay { weight_decay })
            .barrier(TrustRatio { trust_coefficient, epsilon: Some(epsilon), decayed: None })
            .rule(Sgd { learning_rate })
            .rule(Trace { momentum, nesterov })
    }
}
