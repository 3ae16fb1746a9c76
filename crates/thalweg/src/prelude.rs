//! The names that most programs need: to step an optimizer on slices or named tensors, and to train a network with one.
//!
//! ```
//! use std::collections::BTreeMap;
//! use thalweg::prelude::*;
//!
//! let mut params = BTreeMap::from([("x", -7.0), ("y", 2.0)]);
//! let grads = BTreeMap::from([("x", -0.7), ("y", 4.0)]);
//! let mut momentum = Named::new(Momentum { learning_rate: 0.1, ..Momentum::book() });
//! momentum.update(&mut params, &grads)?;
//! assert_eq!(params["y"], 1.6);
//! # Ok::<(), thalweg::optim::OptimError>(())
//! ```

pub use thalweg_arena::{Arena, Layout};
pub use thalweg_data::{Dataset, Options, Source};
pub use thalweg_nn::{Activation, Initial, Layers};
pub use thalweg_optim::rules::{AdaGrad, Adam, AdamW, Momentum, Nesterov, RmsProp, Sgd};
pub use thalweg_optim::{
    Dialect, Named, Optimizer, Passes, Rule, Schedule, Specification, StageSpecification,
};
pub use thalweg_train::{Ending, Evaluation, Observer, Point, Quiet, Trainer, TrainingSettings};
