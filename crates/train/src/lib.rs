/*!
The loop: draw a batch, compute loss and gradients, update, look up now and then.

[`TrainingSettings`] are everything that determines a run. A [`Trainer`] carries it out on a data set: [`Trainer::step`] is one
update, [`Trainer::run`] goes on to the end and fills the [`Record`], a curve of losses and accuracies. A checkpoint holds
parameters, optimizer state, the position in the data and the record; resuming gives the same bits as not stopping.

```
use thalweg_optim::{Dialect, Specification};
use thalweg_train::{Ending, Quiet, TrainingSettings, Trainer};

let digits = thalweg_data::load("digits", &thalweg_data::Options::default(), &thalweg_data::Source::default())?;
let rule = Specification::new("adam", Dialect::Torch).with("learning_rate", 0.01);
let settings = TrainingSettings { hidden: vec![32], steps: 300, ..TrainingSettings::new("digits", rule) };
let mut trainer = Trainer::<f32>::new(settings, &digits)?;
assert_eq!(trainer.run(&mut Quiet)?, Ending::Finished);
assert!(trainer.evaluate(&digits.test)?.accuracy.unwrap() > 0.9);
# Ok::<(), Box<dyn std::error::Error>>(())
```
*/
#![forbid(unsafe_code)]

mod background_losses;
mod checkpoint;
mod descent;
mod diagnostics;
mod error;
mod evaluation;
mod json;
mod memory;
mod network;
mod observer;
mod record;
mod seeds;
mod settings;
mod start;
mod stopping;
mod trainer;
mod value_errors;
mod weights;

pub use background_losses::BackgroundLosses;
pub use checkpoint::saved_settings;
pub use descent::{Path, descend, follow};
pub use diagnostics::{ActivationDiagnostics, Diagnostics, Look, TensorDiagnostics};
pub use error::TrainError;
pub use evaluation::{EVALUATION_BATCH, Evaluation, Evaluator, Prediction, fill};
pub use memory::{check_memory, run_bytes};
pub use network::{network, network_of};
pub use observer::{Observer, Quiet};
pub use record::{Point, Record};
pub use seeds::derive;
pub use settings::{TrainingSettings, incomplete_round};
pub use start::{StartCause, StartFault, guessing_loss, start_fault};
pub use thalweg_data::{Balanced, ClassWeights, EarlyStopping, Learning};
pub use trainer::{Ending, Trainer};
pub use value_errors::ValueErrors;
pub use weights::{Naming, Tensor, WeightSet, Weights};

/// The examples of the README, tested.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
