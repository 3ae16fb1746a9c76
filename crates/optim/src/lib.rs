/*!
How parameters move.

A [`Rule`] is scalar mathematics, written once: from a gradient, a parameter and a state it computes what to subtract
from the parameter. `a.then(b)` composes rules into a [`Chain`], which is again a rule. A [`Pass`] runs a rule over a
whole [`Layout`](thalweg_arena::Layout) in one vectorised sweep and keeps its state: it is the [`Optimizer`] that the
rest of Thalweg works with.

Three ways in:

```
use std::collections::BTreeMap;
use thalweg_optim::{Named, Optimizer, Pass, rules::{Adam, Momentum}};

// 1. Plain slices.
let (mut parameters, gradients) = (vec![1.0f32, 2.0], vec![2.0f32, 1.0]);
let mut adam = Pass::flat(Adam::torch(), parameters.len());
adam.step(&mut parameters, &gradients)?;

// 2. Named tensors, as in the notes: `optimizer.update(params, grads)`. Scalars, vectors and arrays work.
let mut params = BTreeMap::from([("x", -7.0f64), ("y", 2.0)]);
let grads = BTreeMap::from([("x", -0.7f64), ("y", 4.0)]);
let mut momentum = Named::new(Momentum { learning_rate: 0.1, ..Momentum::book() });
momentum.update(&mut params, &grads)?;
assert_eq!(params["y"], 1.6);

// 3. A network's arena: a pass made for its layout steps `arena.values_mut()` with the gradients' `values()`.
# Ok::<(), thalweg_optim::Error>(())
```

Rules of the same name differ between libraries. A [`Dialect`] says whose formula and defaults are meant, and
[`CATALOG`] is the one table of rules, dialects, hyper-parameters and defaults that everything else reads.
A [`Schedule`] is a pure function of the step; a [`Plateau`] watches a metric.
*/
#![forbid(unsafe_code)]

mod catalog;
mod dialect;
mod error;
mod named;
mod optimizer;
mod pass;
mod rule;
pub mod rules;
mod schedule;
mod specification;
pub mod stages;
mod state;

pub use catalog::{CATALOG, Catalogued, Domain, Entry, Hyperparameter, Info, entry};
pub use dialect::Dialect;
pub use error::Error;
pub use named::{Elements, Named, Tensors};
pub use optimizer::{Optimizer, load, save};
pub use pass::Pass;
pub use rule::{Chain, Moment, Rule};
pub use schedule::{
    Anneal, Cyclic, Fall, Mode, OneCycle, Piecewise, Plateau, PlateauSettings, SCHEDULES, Schedule,
    ScheduleInfo, Sequence, Setting, SettingInfo, SettingKind, Shape, WarmRestarts, WarmupStableDecay,
    WrittenSchedule,
};
pub use specification::{Buildable, Specification};
pub use state::State;
