//! A run on disk: everything needed to continue it with the same bits.

use crate::network::example;
use crate::trainer::{Kept, Progress};
use crate::{Record, TrainError, Trainer, TrainingSettings};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use thalweg_arena::{Arena, Checkpoint, Layout};
use thalweg_data::{BatchesState, Dataset};
use thalweg_nn::{Element, Example};
use thalweg_optim::Buildable;

pub(crate) const SETTINGS: &str = "settings";
const BATCHES: &str = "batches";
const PROGRESS: &str = "progress";
const RECORD: &str = "record";
const DATA: &str = "data";
const EXAMPLE: &str = "example";
/// The factor of a learning rate at or below which more steps change nothing worth their time. One cycle ends at 4e-6 by default.
const STANDSTILL: f64 = 1e-5;
/// Before the names of the tensors at the lowest validation loss.
pub(crate) const BEST: &str = "best.";
/// Before the names of the parameters of the evaluation with the lowest validation loss, where they are others.
const BEST_JUDGED: &str = "best.judged.";
/// Before the names of the raw weights, where evaluations are made with others. Files of earlier versions have the raw weights
/// under plain names.
pub(crate) const RAW: &str = "raw.";

impl<'d, T: Element + Buildable> Trainer<'d, T> {
    /// Returns the run in its present state: the parameters that evaluations are made with under their own names (so that any
    /// safetensors reader finds `W1`, `b1`, …), the raw ones as `raw.W1`, … where they are others, the optimizer's state by
    /// tensor name, the position in the data, the settings and the curve.
    ///
    /// # Errors
    /// Those of the optimizer.
    pub fn checkpoint(&mut self) -> Result<Checkpoint, TrainError> {
        let mut checkpoint = Checkpoint::new();
        match self.averaged()? {
            Some(judged) => {
                checkpoint.put_arena("", &judged);
                checkpoint.put_arena(RAW, &self.parameters);
            }
            None => checkpoint.put_arena("", &self.parameters),
        }
        checkpoint.put_arena("", &self.statistics);
        if let Some(best) = &self.best {
            let mut put = |prefix: &str, values: &[T], like: &Arena<T>| {
                let mut kept = Arena::zeros(like.layout().clone());
                kept.values_mut().copy_from_slice(values);
                checkpoint.put_arena(prefix, &kept);
            };
            put(BEST, &best.parameters, &self.parameters);
            put(BEST, &best.statistics, &self.statistics);
            if let Some(judged) = &best.judged {
                put(BEST_JUDGED, judged, &self.parameters);
            }
        }
        self.settings.rule.save(self.optimizer.as_ref(), &mut checkpoint);
        for (key, text) in [
            (SETTINGS, serde_json::to_string(&self.settings)),
            (BATCHES, serde_json::to_string(&self.batches.state())),
            (PROGRESS, serde_json::to_string(&self.progress)),
            (RECORD, serde_json::to_string(&self.record)),
        ] {
            let text = text.expect("settings and records are plain numbers and names");
            checkpoint.metadata.insert(key.into(), text);
        }
        checkpoint.metadata.insert(DATA.into(), self.data_digest().to_string());
        if let Ok(text) = serde_json::to_string(&SavedExample::of(self.dataset)) {
            checkpoint.metadata.insert(EXAMPLE.into(), text);
        }
        Ok(checkpoint)
    }

    /// Restores the run that `checkpoint` holds, ready to continue. `steps` may ask for more (or fewer) steps than the saved
    /// settings did.
    ///
    /// # Errors
    /// [`TrainError::Checkpoint`] if the file holds no run, a run on other data, or one that cannot go on to `steps`: because it is
    /// past them, or because its schedule has ended at 0 or at no more than 1e-5 of the learning rate.
    pub fn resume(
        checkpoint: &Checkpoint,
        steps: Option<u64>,
        dataset: &'d Dataset,
    ) -> Result<Self, TrainError> {
        let mut settings = saved_settings(checkpoint)?;
        if settings.dataset != dataset.name {
            let (saved, given) = (&settings.dataset, &dataset.name);
            return Err(TrainError::Checkpoint(format!("it was trained on `{saved}`, not on `{given}`")));
        }
        let planned = settings.steps;
        settings.steps = steps.unwrap_or(planned);
        let (rule, wanted) = (&settings.rule, settings.steps);
        // All the new updates are looked at, because a cyclic schedule passes through 0 and rises again.
        let mut factors = (rule.updates(planned)..rule.updates(wanted)).map(|update| {
            let groups = rule.groups.iter().filter_map(|group| group.schedule.as_ref());
            groups.chain([&rule.schedule]).map(|schedule| schedule.factor(update)).fold(0.0, f64::max)
        });
        let first = factors.next();
        if let Some(largest) = first.map(|first| factors.fold(first, f64::max)).filter(|it| *it <= STANDSTILL)
        {
            let schedule = &rule.schedule;
            let is = if largest == 0.0 { "0".into() } else { format!("at most {largest:e} of what it was") };
            return Err(TrainError::Checkpoint(format!(
                "its learning rate ({schedule}) is {is} from step {planned} on, so more steps would change nothing; train anew \
                 with --steps {wanted}"
            )));
        }
        let mut trainer = Self::new(settings, dataset)?;
        if checkpoint.metadata.get(DATA).is_some_and(|saved| saved != trainer.data_digest()) {
            return Err(TrainError::Checkpoint(format!(
                "the examples of `{}` have changed since it was saved",
                dataset.name
            )));
        }
        let holds = |prefix: &str| checkpoint.names().any(|(name, _)| name.starts_with(prefix));
        checkpoint.read_arena(if holds(RAW) { RAW } else { "" }, &mut trainer.parameters)?;
        checkpoint.read_arena("", &mut trainer.statistics)?;
        let rule = trainer.settings.rule.clone();
        rule.load(trainer.optimizer.as_mut(), checkpoint)?;
        let batches: BatchesState = entry(checkpoint, BATCHES)?;
        trainer.batches.restore(&batches)?;
        trainer.progress = entry::<Progress>(checkpoint, PROGRESS)?;
        trainer.observe_plateau(None);
        if holds(BEST) {
            let read = |prefix: &str, layout: &Arc<Layout>| -> Result<Vec<T>, TrainError> {
                let mut arena = Arena::zeros(layout.clone());
                for tensor in layout.tensors() {
                    let (_, values) = checkpoint.get::<T>(&format!("{prefix}{}", tensor.name))?;
                    let place = &mut arena.values_mut()[tensor.range.clone()];
                    if values.len() != place.len() {
                        return Err(TrainError::Checkpoint(format!(
                            "its tensor {prefix}{} has another size",
                            tensor.name
                        )));
                    }
                    place.copy_from_slice(&values);
                }
                Ok(arena.values().to_vec())
            };
            let layout = trainer.parameters.layout();
            trainer.best = Some(Kept {
                parameters: read(BEST, layout)?,
                statistics: read(BEST, trainer.statistics.layout())?,
                judged: holds(BEST_JUDGED).then(|| read(BEST_JUDGED, layout)).transpose()?,
            });
        }
        let (done, wanted) = (trainer.progress.done, trainer.settings.steps);
        if wanted < done {
            return Err(TrainError::Checkpoint(format!(
                "{done} steps are done already; {wanted} would be fewer"
            )));
        }
        trainer.record = entry::<Record>(checkpoint, RECORD)?;
        Ok(trainer)
    }
}

/// What the data ask of a network. With the settings it is all that is needed to build the network without the data.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SavedExample {
    features: usize,
    image: Option<[usize; 3]>,
    outputs: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    places: Option<usize>,
    pub(crate) loss: String,
}

impl SavedExample {
    fn of(dataset: &Dataset) -> Self {
        let (Example { features, image, outputs, places }, loss) = example(dataset);
        Self { features, image, outputs, places, loss: loss.to_string() }
    }
}

impl From<SavedExample> for Example {
    fn from(saved: SavedExample) -> Self {
        Self { features: saved.features, image: saved.image, outputs: saved.outputs, places: saved.places }
    }
}

/// Returns what the data of the run in `checkpoint` asked of its network. Files of earlier versions do not hold it.
pub(crate) fn saved_example(checkpoint: &Checkpoint) -> Option<SavedExample> {
    serde_json::from_str(checkpoint.metadata.get(EXAMPLE)?).ok()
}

/// Returns the settings of the run that `checkpoint` holds.
///
/// # Errors
/// [`TrainError::Checkpoint`] if it holds none: weights alone cannot be resumed.
pub fn saved_settings(checkpoint: &Checkpoint) -> Result<TrainingSettings, TrainError> {
    entry(checkpoint, SETTINGS)
}

fn entry<V: DeserializeOwned>(checkpoint: &Checkpoint, key: &str) -> Result<V, TrainError> {
    let text = checkpoint.metadata.get(key).ok_or_else(|| {
        TrainError::Checkpoint(format!(
            "it holds no `{key}`; it may be weights alone, which can be evaluated but not resumed"
        ))
    })?;
    serde_json::from_str(text)
        .map_err(|error| TrainError::Checkpoint(format!("its `{key}` cannot be read: {error}")))
}
