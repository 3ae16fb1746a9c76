/*!
How parameters move.

A [`Rule`] is scalar mathematics, written once: from a gradient, a parameter and a state it computes what to subtract
from the parameter. `a.then(b)` composes rules into a [`Chain`], which is again a rule. [`Passes`] run rules over a
whole [`Layout`](thalweg_arena::Layout), each chain in one vectorised sweep, with [`Barrier`]s between sweeps for what
must see whole tensors; they keep the state and are the [`Optimizer`] that the rest of Thalweg works with.

Three ways in:

```
use std::collections::BTreeMap;
use thalweg_optim::{Named, Optimizer, Passes, rules::{Adam, Momentum}};

// 1. Plain slices.
let (mut parameters, gradients) = (vec![1.0f32, 2.0], vec![2.0f32, 1.0]);
let mut adam = Passes::flat(Adam::torch(), parameters.len());
adam.step(&mut parameters, &gradients)?;

// 2. Named tensors, as in the notes: `optimizer.update(params, grads)`. Scalars, vectors and arrays work.
let mut params = BTreeMap::from([("x", -7.0f64), ("y", 2.0)]);
let grads = BTreeMap::from([("x", -0.7f64), ("y", 4.0)]);
let mut momentum = Named::new(Momentum { learning_rate: 0.1, ..Momentum::book() });
momentum.update(&mut params, &grads)?;
assert_eq!(params["y"], 1.6);

// 3. A network's arena: a pass made for its layout step `arena.values_mut()` with the gradients' `values()`.
# Ok::<(), thalweg_optim::OptimError>(())
```

Rules of the same name differ between libraries. A [`Dialect`] says whose formula and defaults are meant, and
[`CATALOG`] is the one table of rules, dialects, hyper-parameters and defaults that everything else reads.
[`Lbfgs`] asks for losses and gradients itself: for small problems in full batches.
A [`Schedule`] is a pure function of the step; a [`Plateau`] watches a metric.
*/
#![forbid(unsafe_code)]

mod any_rule;
mod barrier;
mod catalog;
mod composer;
pub mod conformance;
mod dialect;
mod domain;
mod error;
mod fused;
mod groups;
mod hyperparameter;
mod kernels;
mod lbfgs;
mod loops;
mod macros;
mod named;
mod optimizer;
mod packed;
mod passes;
mod report;
mod roles;
mod rule;
pub mod rules;
mod saved;
mod schedule;
mod segment;
mod specification;
pub mod spelling;
pub mod stages;
mod state;
mod sweep;
pub mod torch_state;
mod work;
mod wrappers;

pub use barrier::{Barrier, Item, Items, Subject, Survey, Updates};
pub use catalog::{CATALOG, Catalogued, Common, Entry, Info, entry, register};
pub use composer::Composer;
pub use dialect::Dialect;
pub use domain::Domain;
pub use error::OptimError;
pub use groups::{
    GroupPlan, GroupSpecification, Match, Plan, SharedPlan, layer_of, layer_wise_rate_decay,
    no_decay_on_vectors,
};
pub use hyperparameter::Hyperparameter;
pub use lbfgs::{Lbfgs, LbfgsReport, LbfgsSettings, Stop};
pub use named::{Elements, Named, Tensors};
pub use optimizer::{Optimizer, state_bytes, state_of};
pub use packed::{Format, PackedArena};
pub use passes::Passes;
pub use report::{GroupReport, NonFinite, StepReport};
pub use rule::{Chain, MEMORY, Moment, Role, Rule};
pub use saved::{load, load_partial, save};
pub use schedule::{
    Anneal, Cyclic, Fall, Mode, OneCycle, Piecewise, Plateau, PlateauSettings, SCHEDULES, Schedule,
    ScheduleInfo, Sequence, Setting, SettingInfo, SettingKind, Shape, WarmRestarts, WarmupStableDecay,
    WrittenSchedule,
};
pub use specification::{Buildable, Specification, StageSpecification};
pub use state::State;
pub use work::Slot;
pub use wrappers::{Accumulated, Sharpness, SharpnessAware};

/// The examples of the README, tested.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
