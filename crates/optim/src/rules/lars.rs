//! LARS: each layer's step in proportion to its weights.

use super::Sgd;
use super::parts::TrustRatio;
use crate::macros::fields;
use crate::segment::sum_of_squares;
use crate::stages::{Trace, WeightDecay};
use crate::{Barrier, Buildable, Catalogued, Common, Composer, Dialect, Info, Items};
use thalweg_lanes::Real;

/// u = g + λ w, r = c ‖w‖ / (‖g‖ + λ ‖w‖ + ε) tensor by tensor, v ← μ v + η r u, w ← w − v (You, Gitman and Ginsburg 2017).
/// Optax divides by ‖u‖ + ε.
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
        formula: "u = g + λ w, v ← μ v + η c ‖w‖ / (‖g‖ + λ ‖w‖ + ε) u, w ← w − v",
        paper: "You, Gitman and Ginsburg 2017, Large Batch Training of Convolutional Networks",
        when: "very large batches of images",
        special: &[],
        differences: &[(Dialect::Optax, "divides by ‖u‖ + ε")],
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
            .barrier(LayerRate { weight_decay, trust_coefficient, epsilon })
            .rule(Sgd { learning_rate })
            .rule(Trace { momentum, nesterov })
    }

    fn compose_in<T: Buildable>(&self, dialect: Dialect, composer: Composer<T>) -> Composer<T> {
        let Self { learning_rate, momentum, weight_decay, trust_coefficient, epsilon, nesterov } = *self;
        if dialect != Dialect::Optax {
            return self.compose(composer);
        }
        composer
            .rule(WeightDecay { weight_decay })
            .barrier(TrustRatio { trust_coefficient, epsilon: Some(epsilon), decayed: None })
            .rule(Sgd { learning_rate })
            .rule(Trace { momentum, nesterov })
    }
}

/// u = g + λ w, times c ‖w‖ / (‖g‖ + λ ‖w‖ + ε); times 1 where that is no number or 0.
struct LayerRate {
    weight_decay: f64,
    trust_coefficient: f64,
    epsilon: f64,
}

impl<T: Real> Barrier<T> for LayerRate {
    fields!(weight_decay, trust_coefficient, epsilon);

    fn rewrites(&self) -> bool {
        true
    }

    fn settle(&mut self, items: &mut Items<'_, '_, T>) {
        let threads = items.threads();
        let decay = T::from_f64(self.weight_decay);
        items.for_each(|mut item| {
            let weights = sum_of_squares(item.parameters, threads).sqrt();
            let gradients = sum_of_squares(item.updates.get(), threads).sqrt();
            let divisor = gradients + self.weight_decay * weights + self.epsilon;
            if weights > 0.0 && divisor > 0.0 {
                *item.factor = self.trust_coefficient * weights / divisor;
            }
            for (update, &parameter) in item.updates.get_mut().iter_mut().zip(item.parameters) {
                *update += decay * parameter;
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Specification;
    use std::sync::Arc;
    use thalweg_arena::Layout;

    #[test]
    fn the_paper_adds_the_norms_and_optax_takes_the_norm_of_the_sum() {
        // w = (3, 4) and g = (4, -3) stand at right angles: ‖w‖ = ‖g‖ = 5, ‖g + w/2‖ = √31.25.
        for (dialect, divisor) in [(Dialect::Paper, 7.5), (Dialect::Optax, 31.25f64.sqrt())] {
            let spec = Specification::new("lars", dialect)
                .with("learning_rate", 1.0)
                .with("trust_coefficient", 0.5)
                .with("weight_decay", 0.5);
            let mut optimizer = spec.build::<f64>(Arc::new(Layout::flat(2))).unwrap();
            let mut parameters = [3.0, 4.0];
            optimizer.step(&mut parameters, &[4.0, -3.0]).unwrap();
            let expected = [3.0 - 2.5 / divisor * 5.5, 4.0 + 2.5 / divisor];
            for (found, expected) in parameters.iter().zip(expected) {
                assert!((found - expected).abs() < 1e-14, "{dialect}: {parameters:?}");
            }
        }
    }
}
