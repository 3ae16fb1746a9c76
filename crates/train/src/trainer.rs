//! One run.

use crate::diagnostics::{
    ActivationDiagnostics, Diagnostics, EXAMPLES, Look, TensorDiagnostics, activations, tensors,
};
use crate::evaluation::{fill, session_of};
use crate::network::check_last_batch;
use crate::stopping::{Seen, Watch};
use crate::{
    EVALUATION_BATCH, Evaluation, Evaluator, Observer, Point, Prediction, Record, TrainError,
    TrainingSettings, check_memory, derive, network,
};
use std::cell::OnceCell;
use std::time::{Duration, Instant};
use thalweg_arena::Arena;
use thalweg_data::{Batches, Dataset, Examples, Image, ImageShape};
use thalweg_lanes::reduce;
use thalweg_nn::functions::sigmoid;
use thalweg_nn::{Element, Model, Session, initial_statistics, initialise};
use thalweg_optim::{Buildable, OptimError, Optimizer, Plateau};

/// A run has diverged when the mean loss since the last evaluation is this many times the first loss.
const DIVERGENCE: f64 = 4.0;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// All steps are done.
    Finished,
    /// The observer asked for it.
    Stopped,
    /// The loss is not finite, or far above where it started: the learning rate is too large. The parameters are those
    /// before the update that was not made.
    Diverged {
        /// The update at which it showed, from 1.
        step: u64,
    },
}

/// A training run on a data set.
pub struct Trainer<'d, T: Element + Buildable> {
    pub(crate) settings: TrainingSettings,
    pub(crate) dataset: &'d Dataset,
    /// The training examples in use; shared with the data set.
    training: Examples,
    pub(crate) model: Model<T>,
    pub(crate) parameters: Arena<T>,
    gradients: Arena<T>,
    /// What the network learns without a gradient: running means and variances.
    pub(crate) statistics: Arena<T>,
    /// The seed of the random numbers of the layers.
    noise: u64,
    /// The shape of the images to augment, if they are augmented, the seed, and scratch memory.
    images: Option<(ImageShape, u64, Vec<T>)>,
    /// The network at the lowest validation loss, if the run may go back to it.
    pub(crate) best: Option<Kept<T>>,
    threads: usize,
    /// Which diagnostics are recorded, the parameters before the last recorded update, and its diagnostics.
    look: Look,
    before: Vec<T>,
    last_update: Vec<TensorDiagnostics>,
    /// Whether everything computed is checked.
    anomaly: bool,
    /// The point at which a look-ahead rule evaluates the gradient; empty for other rules.
    point: Vec<T>,
    /// Whether the rule may keep an average to evaluate with.
    averages: bool,
    pub(crate) optimizer: Box<dyn Optimizer<T>>,
    pub(crate) batches: Batches,
    sessions: Vec<Session<T>>,
    evaluator: Evaluator<T>,
    pub(crate) record: Record,
    pub(crate) progress: Progress,
    /// The digest of the data, computed at the first call.
    digest: OnceCell<String>,
}

/// The network at an earlier evaluation.
#[derive(Clone, Debug)]
pub(crate) struct Kept<T> {
    pub(crate) parameters: Vec<T>,
    pub(crate) statistics: Vec<T>,
    /// The parameters of the evaluation, if they were others. Files of earlier versions do not hold them.
    pub(crate) judged: Option<Vec<T>>,
}

/// The state of a run, apart from parameters and optimizer.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Progress {
    pub(crate) done: u64,
    /// Loss of the very first batch.
    pub(crate) first_loss: Option<f64>,
    /// Sum of the batch losses since the last evaluation, and how many.
    pub(crate) window: (f64, u64),
    pub(crate) seconds: f64,
    /// The plateau rule of the settings, and what it has observed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) plateau: Option<Plateau>,
    /// The watch over the validation loss, if the run may end early.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) watch: Option<Watch>,
    /// Whether the run has stopped early.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) stopped: bool,
}

impl<'d, T: Element + Buildable> Trainer<'d, T> {
    /// Creates a run before its first update: initial values are drawn.
    ///
    /// # Errors
    /// Settings that cannot be used, with what to change.
    pub fn new(mut settings: TrainingSettings, dataset: &'d Dataset) -> Result<Self, TrainError> {
        // How a table became inputs belongs to the network.
        settings.data.encoding.clone_from(&dataset.encoding);
        let model = network::<T>(&settings, dataset)?;
        check_memory(&model, settings.batch.min(dataset.train.len()))?;
        let parameters =
            initialise(&model.graph, settings.initial()?, derive(settings.seed, "initial values"));
        let layout = parameters.layout().clone();
        if settings.steps > 0 && settings.rule.updates(settings.steps) == 0 {
            return Err(TrainError::Setting(format!(
                "a run of {} steps makes no update where gradients are averaged over {} steps (`accumulate`); give it more steps, \
                 or set a smaller `accumulate`",
                settings.steps, settings.rule.accumulate
            )));
        }
        let optimizer = settings.rule.build::<T>(layout.clone())?;
        let ahead = if optimizer.looks_ahead() { layout.len() } else { 0 };
        let available = dataset.train.len();
        let training = dataset.train.slice(0..settings.examples.unwrap_or(available).min(available));
        check_last_batch(&model, &settings, training.len())?;
        let seed = derive(settings.seed, "batches");
        let plateau = settings.plateau.map(Plateau::new).transpose()?;
        let watch =
            settings.learning.early_stopping.map(Watch::new).transpose().map_err(TrainError::Setting)?;
        if watch.is_some() && dataset.validation.is_empty() {
            return Err(TrainError::Setting(
                "early stopping looks at validation examples, and there are none; set `validation` to how many to keep".into(),
            ));
        }
        let images = match (settings.learning.augmentation.is_none(), dataset.image) {
            (true, _) => None,
            (false, None) => {
                return Err(TrainError::Setting(format!("{} holds no images to augment", dataset.name)));
            }
            (false, Some(Image { height, width, .. })) => {
                let shape = ImageShape { channels: dataset.features() / (height * width), height, width };
                settings.learning.augmentation.check(shape).map_err(TrainError::Setting)?;
                Some((shape, derive(settings.seed, "augmentation"), Vec::new()))
            }
        };
        if model.target == model.input && dataset.image.is_some() {
            let share = |value: &f32| (0.0..=1.0).contains(value);
            let shares = |part: &Examples| (0..part.len()).all(|index| part.input(index).iter().all(share));
            if !shares(&training) || !shares(&dataset.validation) {
                return Err(TrainError::Setting(
                    "images are given back as shares of white, from 0 to 1; leave `normalize` on".into(),
                ));
            }
        }
        let batches = Batches::new(training.len(), settings.batch, settings.sampling, seed)?;
        Ok(Self {
            evaluator: Evaluator::new(model.clone(), EVALUATION_BATCH),
            gradients: Arena::zeros(layout),
            statistics: initial_statistics(&model.graph),
            noise: derive(settings.seed, "noise"),
            images,
            best: None,
            threads: 1,
            look: Look::Nothing,
            before: Vec::new(),
            last_update: Vec::new(),
            anomaly: false,
            point: vec![T::ZERO; ahead],
            averages: true,
            sessions: Vec::new(),
            record: Record::default(),
            progress: Progress { plateau, watch, ..Progress::default() },
            digest: OnceCell::new(),
            settings,
            dataset,
            training,
            model,
            parameters,
            optimizer,
            batches,
        })
    }

    /// Returns the settings of the run.
    pub fn settings(&self) -> &TrainingSettings {
        &self.settings
    }

    /// Returns the data set of the run.
    pub fn dataset(&self) -> &'d Dataset {
        self.dataset
    }

    /// Returns the network.
    pub fn model(&self) -> &Model<T> {
        &self.model
    }

    /// Returns who updates which parameters, where the rule divides them with another by itself (Muon with AdamW).
    ///
    /// # Errors
    /// As [`Specification::build`](thalweg_optim::Specification::build).
    pub fn division(&self) -> Result<Option<thalweg_optim::Plan>, OptimError> {
        let (rule, layout) = (&self.settings.rule, self.parameters.layout());
        rule.divides(layout).then(|| thalweg_optim::Plan::new::<T>(rule, layout)).transpose()
    }

    /// Returns the parameters that updates are applied to: the raw weights. Evaluations may be made with others
    /// ([`Trainer::judged_parameters`]).
    pub fn parameters(&self) -> &Arena<T> {
        &self.parameters
    }

    /// Returns the present running statistics, an arena of their own.
    pub fn statistics(&self) -> &Arena<T> {
        &self.statistics
    }

    /// Lets large layers and updates use this many threads; the run stays the same, bit for bit.
    pub fn set_threads(&mut self, threads: usize) {
        self.threads = threads.max(1);
        self.sessions.clear();
        self.optimizer.set_threads(self.threads);
        self.evaluator.set_threads(self.threads);
    }

    /// Sets what [`Record::diagnostics`] gets at every evaluation from now on. The run itself stays the same, bit for bit, and
    /// the time for diagnostics is not counted.
    pub fn set_diagnostics(&mut self, look: Look) {
        self.look = look;
    }

    /// Sets whether every value and gradient is checked from now on. The run then ends with [`TrainError::Anomaly`], which names the
    /// first node whose value or gradient is not finite. Checking is slower; the run itself stays the same.
    pub fn set_anomaly(&mut self, on: bool) {
        self.anomaly = on;
        self.sessions.iter_mut().for_each(|session| session.set_anomaly(on));
        self.evaluator.set_anomaly(on);
    }

    /// Returns the curve so far.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// Returns the digest that identifies the data.
    pub(crate) fn data_digest(&self) -> &str {
        self.digest.get_or_init(|| self.dataset.digest())
    }

    /// Returns the number of updates done.
    pub fn done(&self) -> u64 {
        self.progress.done
    }

    /// Draws a batch, computes loss and gradients, and updates. Returns the loss before the update. If the loss is not finite,
    /// no update is made; nor if the gradient is not finite, for which NaN is returned. Allocates nothing after the first batch
    /// of each size.
    ///
    /// # Errors
    /// Data that do not fit the network.
    pub fn step(&mut self) -> Result<f64, TrainError> {
        let start = Instant::now();
        let mut aside = Duration::ZERO;
        let every = self.evaluate_every();
        let ahead = self.optimizer.evaluation_point(self.parameters.values(), &mut self.point)?;
        let parameters = if ahead { &self.point } else { self.parameters.values() };
        let indices = self.batches.next_indices();
        let model = &self.model;
        let session = session_of(&mut self.sessions, indices.len(), |size| {
            let mut session = Session::training(&model.graph, size, model.objective, &[])?;
            session.set_threads(self.threads);
            session.set_anomaly(self.anomaly);
            Ok(session)
        })?;
        session.set_step(self.noise, self.progress.done);
        session.set_statistics(self.statistics.values())?;
        fill(session, model, &self.training, indices, true)?;
        if let Some((shape, seed, plane)) = &mut self.images {
            let images = session.input_mut(model.input)?;
            self.settings.learning.augmentation.apply((*seed, self.progress.done), images, *shape, plane);
        }
        let number = self.progress.done + 1;
        let anomalous = move |error| TrainError::at_step(number, error);
        session.forward(parameters).map_err(anomalous)?;
        let loss = session.loss(model.objective)?;
        if loss.is_finite() {
            session.backward(parameters, self.gradients.values_mut()).map_err(anomalous)?;
            let (parameters, gradients) = (self.parameters.values(), self.gradients.values());
            if self.optimizer.second_point(parameters, gradients, &mut self.point)? {
                session.forward(&self.point).map_err(anomalous)?;
                session.backward(&self.point, self.gradients.values_mut()).map_err(anomalous)?;
            }
            let looked_at =
                self.look != Look::Nothing && (number.is_multiple_of(every) || number == self.settings.steps);
            if looked_at {
                let looking = Instant::now();
                self.before.clear();
                self.before.extend_from_slice(self.parameters.values());
                aside += looking.elapsed();
            }
            match self.optimizer.step(self.parameters.values_mut(), self.gradients.values()) {
                // Not made, like an update at a loss that is not finite.
                Err(error) if error.is_of_a_gradient() => {
                    self.progress.seconds += (start.elapsed() - aside).as_secs_f64();
                    return Ok(f64::NAN);
                }
                other => other?,
            }
            if looked_at {
                let looking = Instant::now();
                let (gradients, after) = (self.gradients.values(), self.parameters.values());
                self.last_update = tensors(self.parameters.layout(), gradients, &self.before, after);
                aside += looking.elapsed();
            }
            session.advance()?;
            self.statistics.values_mut().copy_from_slice(session.statistics());
            let recorded = if self.settings.learning.loss_after_update {
                session.forward(self.parameters.values())?;
                session.loss(model.objective)?
            } else {
                loss
            };
            self.progress.done += 1;
            self.progress.window.0 += recorded;
            self.progress.window.1 += 1;
            self.progress.first_loss.get_or_insert(loss);
        }
        self.progress.seconds += (start.elapsed() - aside).as_secs_f64();
        Ok(loss)
    }

    /// Returns loss and accuracy on `examples` with the present parameters, or with their average if the rule keeps one.
    ///
    /// # Errors
    /// As [`Evaluator::evaluate`].
    pub fn evaluate(&mut self, examples: &Examples) -> Result<Evaluation, TrainError> {
        let averaged = self.averaged()?;
        self.evaluator.set_statistics(self.statistics.values());
        self.evaluator.evaluate(averaged.as_ref().unwrap_or(&self.parameters), examples)
    }

    /// Returns the parameters that evaluations are made with: the average where the rule or a stage keeps one, otherwise
    /// [`Trainer::parameters`].
    ///
    /// # Errors
    /// Those of the optimizer.
    pub fn judged_parameters(&mut self) -> Result<Arena<T>, TrainError> {
        Ok(self.averaged()?.unwrap_or_else(|| self.parameters.clone()))
    }

    /// Returns the averaged parameters, if evaluations use them instead of the trained ones.
    pub(crate) fn averaged(&mut self) -> Result<Option<Arena<T>>, TrainError> {
        if !self.averages {
            return Ok(None);
        }
        let mut average = Arena::zeros(self.parameters.layout().clone());
        // A run that stopped early has gone back, but its optimizer still holds the average of the last update.
        let judged =
            self.best.as_ref().filter(|_| self.progress.stopped).and_then(|best| best.judged.as_ref());
        if let Some(judged) = judged {
            average.values_mut().copy_from_slice(judged);
            return Ok(Some(average));
        }
        self.averages = self.optimizer.averaged(self.parameters.values(), average.values_mut())?;
        Ok(self.averages.then_some(average))
    }

    /// Returns the most probable class of each of `examples` with the present parameters.
    ///
    /// # Errors
    /// As [`Evaluator::predict`].
    pub fn predict(&mut self, examples: &Examples) -> Result<Vec<Prediction>, TrainError> {
        let averaged = self.averaged()?;
        self.evaluator.set_statistics(self.statistics.values());
        self.evaluator.predict(averaged.as_ref().unwrap_or(&self.parameters), examples)
    }

    /// Returns the outputs of an autoencoder for `examples`; images as shares of white. `None` for a network of another kind.
    ///
    /// # Errors
    /// As [`Evaluator::outputs`].
    pub fn reconstructions(&mut self, examples: &Examples) -> Result<Option<Vec<T>>, TrainError> {
        if !self.evaluator.reconstructs() {
            return Ok(None);
        }
        let averaged = self.averaged()?;
        self.evaluator.set_statistics(self.statistics.values());
        let mut outputs = self.evaluator.outputs(averaged.as_ref().unwrap_or(&self.parameters), examples)?;
        if self.dataset.image.is_some() {
            outputs = sigmoid(&outputs);
        }
        Ok(Some(outputs))
    }

    /// Trains to the last step, with an evaluation now and then.
    ///
    /// # Errors
    /// As [`Trainer::step`].
    pub fn run(&mut self, observer: &mut dyn Observer) -> Result<Ending, TrainError> {
        loop {
            if let Some(ending) = self.advance(observer)? {
                return Ok(ending);
            }
        }
    }

    /// Trains to the next evaluation; returns `None` if there is more to do. The very first evaluation is before the first
    /// step.
    ///
    /// # Errors
    /// As [`Trainer::step`].
    pub fn advance(&mut self, observer: &mut dyn Observer) -> Result<Option<Ending>, TrainError> {
        let every = self.evaluate_every();
        if self.record.points.is_empty() {
            self.look(observer)?;
            return Ok(None);
        }
        if self.progress.stopped {
            return Ok(Some(Ending::Finished));
        }
        while self.progress.done < self.settings.steps {
            let loss = self.step()?;
            if !loss.is_finite() {
                return Ok(Some(self.diverged(self.progress.done + 1)));
            }
            let done = self.progress.done;
            let go_on = observer.stepped(done, self.settings.steps, loss);
            let finished = done == self.settings.steps;
            if done.is_multiple_of(every) || finished {
                let (sum, count) = self.progress.window;
                let limit = DIVERGENCE * self.progress.first_loss.unwrap_or(f64::INFINITY);
                let finite = self.look(observer)?;
                if !finite || sum / count as f64 > limit {
                    return Ok(Some(self.diverged(done)));
                }
                if self.progress.stopped {
                    return Ok(Some(Ending::Finished));
                }
                if !finished && go_on {
                    return Ok(None);
                }
            }
            if !go_on && !finished {
                return Ok(Some(Ending::Stopped));
            }
        }
        Ok(Some(Ending::Finished))
    }

    /// Updates between two evaluations.
    fn evaluate_every(&self) -> u64 {
        match self.settings.evaluate_every {
            0 => self.batches.batches_per_epoch() as u64,
            every => every,
        }
    }

    /// Passes the next loss, if there is one, to the plateau rule, and the resulting factor of the rate to the optimizer.
    pub(crate) fn observe_plateau(&mut self, loss: Option<f64>) {
        if let Some(plateau) = &mut self.progress.plateau {
            loss.into_iter().for_each(|loss| plateau.observe(loss));
            self.optimizer.scale_rate(plateau.factor());
        }
    }

    /// Passes a validation loss to early stopping. Keeps the parameters if the loss is the lowest; restores the kept ones if
    /// patience has run out.
    fn watch(&mut self, loss: f64) -> Result<(), TrainError> {
        let Some(watch) = &mut self.progress.watch else { return Ok(()) };
        match watch.observe(loss) {
            Seen::Best => {
                self.best = Some(Kept {
                    judged: self.averaged()?.map(|average| average.values().to_vec()),
                    parameters: self.parameters.values().to_vec(),
                    statistics: self.statistics.values().to_vec(),
                });
            }
            Seen::Worse => {}
            Seen::Enough => {
                self.progress.stopped = true;
                if let Some(best) = &self.best {
                    self.parameters.values_mut().copy_from_slice(&best.parameters);
                    self.statistics.values_mut().copy_from_slice(&best.statistics);
                }
            }
        }
        Ok(())
    }

    /// Returns whether the run has ended because the validation loss no longer fell. Its parameters are then those at the
    /// lowest validation loss.
    pub fn stopped_early(&self) -> bool {
        self.progress.stopped
    }

    fn diverged(&mut self, step: u64) -> Ending {
        self.record.diverged_at = Some(step);
        Ending::Diverged { step }
    }

    /// Returns how the values of every activation are distributed over the first `count` training examples, with the present
    /// parameters.
    ///
    /// # Errors
    /// As [`Trainer::step`].
    pub fn activations(&self, count: usize) -> Result<Vec<ActivationDiagnostics>, TrainError> {
        let examples = &self.dataset.train;
        activations(
            &self.model,
            &self.parameters,
            &self.statistics,
            &examples.slice(0..count.min(examples.len())),
        )
    }

    /// The last update, and what [`Trainer::activations`] says of a few examples where those are looked at.
    fn diagnose(&mut self) -> Result<(), TrainError> {
        let activations =
            if self.look == Look::Everything { self.activations(EXAMPLES)? } else { Vec::new() };
        let tensors = std::mem::take(&mut self.last_update);
        self.record.diagnostics.push(Diagnostics { step: self.progress.done, tensors, activations });
        Ok(())
    }

    /// Adds a point to the record; says whether its losses and the parameters are finite.
    fn look(&mut self, observer: &mut dyn Observer) -> Result<bool, TrainError> {
        let dataset = self.dataset;
        let training = match self.settings.evaluate_training {
            true => Some(self.evaluate(&self.training.clone())?),
            false => None,
        };
        let validation = match dataset.validation.is_empty() {
            true => None,
            false => Some(self.evaluate(&dataset.validation)?),
        };
        let (sum, count) = std::mem::take(&mut self.progress.window);
        let point = Point {
            step: self.progress.done,
            epoch: self.batches.drawn() as f64 / self.training.len() as f64,
            batch_loss: (count > 0).then(|| sum / count as f64),
            training,
            validation,
            learning_rate: self.optimizer.learning_rate(),
            seconds: self.progress.seconds,
        };
        self.record.points.push(point);
        if self.look != Look::Nothing {
            self.diagnose()?;
        }
        observer.evaluated(&point);
        if point.step > 0 {
            self.observe_plateau(point.validation.map(|evaluation| evaluation.loss).or(point.batch_loss));
        }
        if let Some(validation) = point.validation {
            self.watch(validation.loss)?;
        }
        let losses = [point.training, point.validation].into_iter().flatten();
        let finite = losses.map(|evaluation| evaluation.loss).all(f64::is_finite);
        Ok(finite && reduce::count_non_finite(self.parameters.values()) == 0)
    }
}
