//! Everything that determines a run.

use crate::{Learning, TrainError};
use serde::{Deserialize, Serialize};
use thalweg_data::{Options, Sampling};
use thalweg_nn::{Activation, Initial};
use thalweg_optim::{PlateauSettings, Specification};

/// Everything that determines a training run: same settings, same data, same machine, same bits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingSettings {
    /// The name of the data set, for messages and checkpoints.
    pub dataset: String,
    /// How the data set is loaded: scaling, validation examples.
    pub data: Options,
    /// Train on the first this many training examples; all if absent.
    pub examples: Option<usize>,
    /// Widths of the hidden layers; empty for a linear model.
    pub hidden: Vec<usize>,
    /// What follows each hidden layer: a name of [`Activation`].
    pub activation: String,
    /// The network as a list of layers ([`thalweg_nn::Layers`]); `hidden` and `activation` then say nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// How weights start: `he`, `xavier`, or a standard deviation such as `0.01`. Biases start at 0.
    pub initial: String,
    /// Examples a step.
    pub batch: usize,
    /// How batches are drawn.
    pub sampling: Sampling,
    /// Steps in all, each on one batch: updates, or gradients of which the rule averages several before an update
    /// ([`Specification::updates`]).
    pub steps: u64,
    /// Steps between two evaluations; 0 for an epoch.
    pub evaluate_every: u64,
    /// Whether evaluations also go over the training examples.
    pub evaluate_training: bool,
    /// The seed of all random draws.
    pub seed: u64,
    /// The update rule.
    pub rule: Specification,
    /// How the network learns beside the rule.
    #[serde(flatten)]
    pub learning: Learning,
    /// Lowers the learning rate, beside the rule's schedule, when the validation loss no longer falls: observed at every
    /// evaluation but the one before the first step. Without validation examples it looks at the mean loss of the batches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plateau: Option<PlateauSettings>,
}

/// Returns what to tell the user where the last of `steps` steps make no update, because they do not complete a round of
/// `accumulate` gradients.
pub fn incomplete_round(steps: u64, accumulate: u64) -> Option<String> {
    let round = accumulate.max(1);
    let left = steps % round;
    (left > 0).then(|| {
        let steps_are = if left == 1 { "step makes".to_string() } else { format!("{left} of {steps} steps make") };
        let (fewer, more) = (steps - left, (steps - left).saturating_add(round));
        let fewer = if fewer > 0 { format!("{fewer} or ") } else { String::new() };
        format!(
            "the last {steps_are} no update, because gradients are averaged over {round} steps (`accumulate`); a run of \
             {fewer}{more} steps leaves none over"
        )
    })
}

impl TrainingSettings {
    /// Returns the settings of the notes' two-layer network (50 hidden ReLU units, batch 100, drawn with replacement) for 1,000
    /// steps.
    pub fn new(dataset: impl Into<String>, rule: Specification) -> Self {
        Self {
            dataset: dataset.into(),
            data: Options::default(),
            examples: None,
            hidden: vec![50],
            activation: "relu".into(),
            network: None,
            initial: "he".into(),
            batch: 100,
            sampling: Sampling::WithReplacement,
            steps: 1000,
            evaluate_every: 0,
            evaluate_training: true,
            seed: 1,
            rule,
            learning: Learning::default(),
            plateau: None,
        }
    }

    /// Returns how many evaluations a run makes after the first, if the set has so many `available` training examples.
    pub fn evaluations(&self, available: usize) -> u64 {
        let examples = self.examples.unwrap_or(available).min(available);
        let batch = self.batch.min(examples).max(1);
        let every = match self.evaluate_every {
            0 => examples.div_ceil(batch) as u64,
            every => every,
        };
        self.steps / every.max(1)
    }

    pub(crate) fn activation(&self) -> Result<Activation, TrainError> {
        Ok(self.activation.parse::<Activation>()?)
    }

    pub(crate) fn initial(&self) -> Result<Initial, TrainError> {
        Ok(self.initial.parse::<Initial>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Balanced, ClassWeights, EarlyStopping};
    use thalweg_data::Augmentation;
    use thalweg_optim::Dialect;

    /// The settings in a checkpoint of version 0.1.0.
    const SAVED: &str = concat!(
        r#"{"dataset":"digits","data":{"flatten":true,"normalize":true,"one_hot_label":false,"validation":null,"#,
        r#""target":null,"target_kind":null,"seed":1,"synthetic":{"examples":null,"classes":null,"noise":null}},"#,
        r#""examples":null,"hidden":[50],"activation":"relu","initial":"he","batch":100,"#,
        r#""sampling":"with-replacement","steps":1000,"evaluate_every":0,"evaluate_training":true,"seed":1,"#,
        r#""rule":{"rule":"adam","dialect":"torch","hyperparameters":{},"schedule":{"shape":"constant","warmup":0}}}"#,
    );

    #[test]
    fn steps_that_make_no_update_are_counted() {
        assert_eq!(incomplete_round(40, 4), None);
        assert_eq!(incomplete_round(41, 0), None);
        let said = incomplete_round(450, 4).unwrap();
        assert!(said.starts_with("the last 2 of 450 steps make no update,"), "{said}");
        assert!(said.ends_with("a run of 448 or 452 steps leaves none over"), "{said}");
        let said = incomplete_round(41, 4).unwrap();
        assert!(said.starts_with("the last step makes no update,"), "{said}");
        assert!(incomplete_round(3, 4).unwrap().ends_with("a run of 4 steps leaves none over"));
    }

    #[test]
    fn settings_saved_by_earlier_versions_are_read_and_written_as_they_were() {
        let settings = TrainingSettings::new("digits", Specification::new("adam", Dialect::Torch));
        assert_eq!(serde_json::to_string(&settings).unwrap(), SAVED);
        assert_eq!(serde_json::from_str::<TrainingSettings>(SAVED).unwrap(), settings);
        // What earlier versions wrote of a run with all of it.
        let learning = Learning {
            label_smoothing: 0.1,
            class_weights: Some(ClassWeights::Named(Balanced::Balanced)),
            augmentation: Augmentation { shift: 1, flip: true, crop: Some(0.5) },
            early_stopping: Some(EarlyStopping { patience: 3, least: 0.0 }),
            loss_after_update: true,
        };
        let settings = TrainingSettings { learning, ..settings };
        let saved = SAVED.trim_end_matches('}').to_owned()
            + concat!(
                r#"}},"label_smoothing":0.1,"class_weights":"balanced","augmentation":{"shift":1,"flip":true,"crop":0.5},"#,
                r#""early_stopping":{"patience":3,"least":0.0},"loss_after_update":true}"#,
            );
        assert_eq!(serde_json::to_string(&settings).unwrap(), saved);
        assert_eq!(serde_json::from_str::<TrainingSettings>(&saved).unwrap(), settings);
        let unknown = SAVED.replace("\"seed\":1,\"rule\"", "\"seed\":1,\"label_smothing\":0.1,\"rule\"");
        let refused = serde_json::from_str::<TrainingSettings>(&unknown).unwrap_err().to_string();
        assert!(refused.starts_with("unknown field `label_smothing`"), "{refused}");
    }
}
