//! The loss before the first update: what no learning rate mends shows there.
//!
//! A network that knows nothing gives every class the same probability, and its cross-entropy is ln(classes). Far above that, it is sure
//! of wrong answers before it has learnt anything: its inputs are not scaled, or its initial values are too large.

use std::fmt;

use thalweg_data::{Dataset, TargetKind};

use crate::{TrainError, Trainer, TrainingSettings};

/// Training examples that are looked at.
const EXAMPLES: usize = 256;
/// How many times the loss of guessing is far above it.
const FAR: f64 = 4.0;
/// The root mean square of inputs that are scaled is at most this.
const SCALED: f64 = 10.0;

/// What is wrong before the first update.
#[derive(Clone, Debug, PartialEq)]
pub struct StartFault {
    /// The mean loss of the first training examples.
    pub loss: f64,
    /// The loss of guessing: ln(classes).
    pub guessing: f64,
    /// Where it comes from.
    pub cause: StartCause,
}

/// Where a loss far above that of guessing comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StartCause {
    /// The inputs are not scaled.
    Inputs {
        /// The column with the largest value, from 0.
        column: usize,
        /// That value.
        value: f32,
    },
    /// The initial values are too large.
    InitialValues,
}

/// Returns the loss of guessing on a data set, ln(classes); absent where the targets are no classes.
pub fn guessing_loss(dataset: &Dataset) -> Option<f64> {
    let classes = matches!(dataset.target_kind(), TargetKind::Labels | TargetKind::OneHot);
    (classes && dataset.outputs() > 1).then(|| (dataset.outputs() as f64).ln())
}

/// Looks for what no learning rate mends: a loss far above that of guessing before the first update. `None` if there is nothing of
/// that kind, or if the targets are no classes.
///
/// # Errors
/// Those of [`Trainer::new`] and [`Trainer::evaluate`].
pub fn start_fault(settings: TrainingSettings, dataset: &Dataset) -> Result<Option<StartFault>, TrainError> {
    let Some(guessing) = guessing_loss(dataset) else { return Ok(None) };
    let examples = dataset.train.slice(0..EXAMPLES.min(dataset.train.len()));
    let loss = Trainer::<f32>::new(settings, dataset)?.evaluate(&examples)?.loss;
    if loss <= FAR * guessing {
        return Ok(None);
    }
    let inputs = (0..examples.len()).map(|row| examples.input(row).into_owned());
    let (mut squares, mut count, mut largest) = (0.0, 0_usize, (0, 0.0_f32));
    for row in inputs {
        for (column, value) in row.into_iter().enumerate() {
            squares += f64::from(value) * f64::from(value);
            count += 1;
            if value.abs() > largest.1.abs() {
                largest = (column, value);
            }
        }
    }
    let cause = if (squares / count.max(1) as f64).sqrt() > SCALED {
        StartCause::Inputs { column: largest.0, value: largest.1 }
    } else {
        StartCause::InitialValues
    };
    Ok(Some(StartFault { loss, guessing, cause }))
}

impl fmt::Display for StartFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { loss, guessing, cause } = self;
        write!(f, "before any update the loss is {loss:.5}, where guessing gives {guessing:.2}: ")?;
        match cause {
            StartCause::Inputs { column, value } => write!(
                f,
                "the inputs are not scaled (column {} reaches {value}). No learning rate mends that; scale the columns",
                column + 1
            ),
            StartCause::InitialValues => f.write_str(
                "the initial values are too large. No learning rate mends that; choose others, `initial = \"he\"` say",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use thalweg_data::{Examples, Options, Source, Targets};
    use thalweg_optim::{Dialect, Specification};

    fn digits() -> Dataset {
        thalweg_data::load("digits", &Options::default(), &Source::default()).unwrap()
    }

    fn settings(initial: &str) -> TrainingSettings {
        let rule = Specification::new("sgd", Dialect::Torch).with("learning_rate", 0.1);
        TrainingSettings {
            hidden: vec![100, 100],
            initial: initial.into(),
            ..TrainingSettings::new("digits", rule)
        }
    }

    #[test]
    fn a_usual_start_is_no_fault() {
        for initial in ["he", "xavier", "0.01"] {
            assert_eq!(start_fault(settings(initial), &digits()).unwrap(), None, "{initial}");
        }
        assert!((guessing_loss(&digits()).unwrap() - 10.0_f64.ln()).abs() < 1e-15);
    }

    #[test]
    fn initial_values_that_are_too_large_are_told_from_inputs_that_are() {
        let fault = start_fault(settings("1.0"), &digits()).unwrap().unwrap();
        assert_eq!(fault.cause, StartCause::InitialValues);
        assert!(fault.loss > 20.0 && fault.to_string().contains("where guessing gives 2.30"), "{fault}");

        let mut dataset = digits();
        let mut inputs = dataset.train.inputs().to_vec();
        // Column 3 in other units, as in a table of raw numbers.
        inputs.iter_mut().skip(2).step_by(64).for_each(|value| *value = 5e3);
        let labels = Targets::Labels(dataset.train.labels().unwrap().to_vec().into());
        dataset.train = Examples::new(inputs, 64, labels).unwrap();
        let fault = start_fault(settings("he"), &dataset).unwrap().unwrap();
        assert_eq!(fault.cause, StartCause::Inputs { column: 2, value: 5e3 });
        assert!(fault.to_string().contains("(column 3 reaches 5000)"), "{fault}");
    }
}
