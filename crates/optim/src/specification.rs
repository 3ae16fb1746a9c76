//! An optimizer by name with its settings: what files, the command line and checkpoints say.

use crate::groups::{GroupSpecification, Grouped, divided};
use crate::packed::Format;
use crate::stages::STAGES;
use crate::wrappers::{Accumulated, Sharpness, SharpnessAware};
use crate::{
    Composer, Dialect, Entry, Hyperparameter, NonFinite, OptimError, Optimizer, Passes, Schedule, load, save,
    saved, spelling, stages,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use thalweg_arena::{Checkpoint, Layout};

const STRUCTURE: &str = "optimizer.specification";
const FINGERPRINT: &str = "optimizer.fingerprint";

/// Which rule, whose dialect, which hyper-parameters, which schedules, which stages before and after it, which groups.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Specification {
    /// The rule's name in the catalogue.
    pub rule: String,
    /// Whose formula and defaults.
    pub dialect: Dialect,
    /// Hyper-parameters that differ from the dialect's defaults.
    pub hyperparameters: BTreeMap<String, f64>,
    /// What the learning rate is multiplied by at each step.
    pub schedule: Schedule,
    /// What other hyper-parameters are multiplied by at each step, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub schedules: BTreeMap<String, Schedule>,
    /// Stages on the gradients, before the rule. With groups they see all parameters that are not frozen together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<StageSpecification>,
    /// Stages on the updates, after the rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<StageSpecification>,
    /// Groups of parameters with settings of their own; every parameter must belong to exactly one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupSpecification>,
    /// How state is kept.
    #[serde(default, skip_serializing_if = "Format::is_full")]
    pub state: Format,
    /// What to do when a gradient is not finite.
    #[serde(default, skip_serializing_if = "is_default")]
    pub non_finite: NonFinite,
    /// Gradients that are averaged before each update; 0 and 1 for none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub accumulate: u64,
    /// Sharpness-aware minimisation around the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sharpness: Option<Sharpness>,
}

fn is_default<V: Default + PartialEq>(value: &V) -> bool {
    *value == V::default()
}

/// The same with the names that `entry` has in `dialect`; names that it lacks stay, to be refused where they are used.
fn respelt<V: Clone>(
    settings: &BTreeMap<String, V>,
    entry: &Entry,
    dialect: Dialect,
) -> Result<BTreeMap<String, V>, OptimError> {
    let defaults = entry.defaults(dialect).unwrap_or_default();
    let known: Vec<&str> = defaults.iter().map(|(name, _)| *name).collect();
    let mut own = BTreeMap::new();
    for (name, value) in settings {
        let ours = spelling::hyperparameter(name, &known).unwrap_or(name);
        if own.insert(ours.to_string(), value.clone()).is_some() {
            let twice =
                format!("`{ours}` is given twice, once under the name of another library; give it once");
            return Err(OptimError::Contradiction(twice));
        }
    }
    Ok(own)
}

impl Specification {
    /// The rule called `rule` with the defaults of `dialect` and a constant rate.
    pub fn new(rule: impl Into<String>, dialect: Dialect) -> Self {
        Self {
            rule: rule.into(),
            dialect,
            hyperparameters: BTreeMap::new(),
            schedule: Schedule::default(),
            schedules: BTreeMap::new(),
            before: Vec::new(),
            after: Vec::new(),
            groups: Vec::new(),
            state: Format::Full,
            non_finite: NonFinite::default(),
            accumulate: 0,
            sharpness: None,
        }
    }

    /// The same with one hyper-parameter set.
    pub fn with(mut self, name: impl Into<String>, value: f64) -> Self {
        self.hyperparameters.insert(name.into(), value);
        self
    }

    /// The same with another schedule.
    pub fn with_schedule(mut self, schedule: Schedule) -> Self {
        self.schedule = schedule;
        self
    }

    /// The same with a stage before the rule.
    pub fn before(mut self, stage: StageSpecification) -> Self {
        self.before.push(stage);
        self
    }

    /// The same with a stage after the rule.
    pub fn after(mut self, stage: StageSpecification) -> Self {
        self.after.push(stage);
        self
    }

    /// The same with every name as the catalogue writes it: `AdamW` and `lr` are understood as `adamw` and `learning_rate`.
    ///
    /// # Errors
    /// [`OptimError::Unknown`] for a rule that does not exist, [`OptimError::Contradiction`] for a hyper-parameter that is given under
    /// two names.
    pub fn in_our_words(&self) -> Result<Self, OptimError> {
        let mut own = self.clone();
        let entry = Entry::named(&self.rule)?;
        own.rule = entry.info.name.to_string();
        own.hyperparameters = respelt(&self.hyperparameters, entry, self.dialect)?;
        own.schedules = respelt(&self.schedules, entry, self.dialect)?;
        for group in &mut own.groups {
            let entry = Entry::named(group.rule.as_deref().unwrap_or(&own.rule))?;
            group.rule = group.rule.is_some().then(|| entry.info.name.to_string());
            let dialect = group.dialect.unwrap_or(self.dialect);
            group.hyperparameters = respelt(&group.hyperparameters, entry, dialect)?;
        }
        Ok(own)
    }

    /// Whether the parameters of `layout` are divided between this rule and another: Muon takes hidden matrices, and AdamW everything
    /// else ([`Plan`](crate::Plan) says what is what).
    pub fn divides(&self, layout: &Layout) -> bool {
        self.in_our_words().is_ok_and(|own| divided(&own, layout).is_some())
    }

    /// The same with the groups that the rule makes of `layout` by itself, if it does.
    pub(crate) fn for_layout(self, layout: &Layout) -> Self {
        divided(&self, layout).unwrap_or(self)
    }

    /// Returns how many updates so many gradients make: fewer where several are averaged before each. Schedules count updates.
    pub fn updates(&self, gradients: u64) -> u64 {
        gradients / self.accumulate.max(1)
    }

    /// Every hyper-parameter with the value it will have.
    ///
    /// # Errors
    /// As [`Specification::build`], but for groups and shapes, which only a layout can tell.
    pub fn resolved(&self) -> Result<Vec<(&'static str, f64)>, OptimError> {
        let own = self.in_our_words()?;
        let entry = Entry::named(&own.rule)?;
        own.passes::<f64>(Arc::new(Layout::new()), true)?;
        let mut values = entry.defaults(own.dialect).unwrap_or_default();
        for (name, value) in &mut values {
            *value = own.hyperparameters.get(*name).copied().unwrap_or(*value);
        }
        Ok(values)
    }

    /// What update number `step` divides buffers of the rule's state by, against their start at 0, by name: 1 − β₁ᵗ and 1 − β₂ᵗ of
    /// Adam's moments. Empty for rules without such corrections.
    ///
    /// # Errors
    /// As [`Specification::resolved`].
    pub fn corrections(&self, step: u64) -> Result<Vec<(&'static str, f64)>, OptimError> {
        let own = self.in_our_words()?;
        Entry::named(&own.rule)?.corrections(own.dialect, &own.hyperparameters, step)
    }

    /// The optimizer for parameters of `layout`, with state 0.
    ///
    /// # Errors
    /// [`OptimError::Unknown`] rule, hyper-parameter, stage or setting, [`OptimError::NoDialect`], [`OptimError::NotInDialect`],
    /// [`OptimError::OutOfRange`], [`OptimError::Shape`], and [`OptimError::Groups`] with the plan where groups do not fit.
    pub fn build<T: Buildable>(&self, layout: Arc<Layout>) -> Result<Box<dyn Optimizer<T>>, OptimError> {
        T::optimizer(self, layout)
    }

    /// [`build`](Self::build), compiled here for each type.
    fn assemble<T: Buildable>(&self, layout: Arc<Layout>) -> Result<Box<dyn Optimizer<T>>, OptimError> {
        let own = self.in_our_words()?.for_layout(&layout);
        let mut optimizer: Box<dyn Optimizer<T>> = match own.groups.is_empty() {
            true => Box::new(own.passes::<T>(layout, true)?),
            false => Box::new(Grouped::<T>::new(&own, layout)?),
        };
        optimizer.set_policy(self.non_finite);
        if let Some(sharpness) = self.sharpness {
            optimizer = Box::new(SharpnessAware::new(optimizer, sharpness)?);
        }
        if self.accumulate > 1 {
            optimizer = Box::new(Accumulated::new(optimizer, self.accumulate));
        }
        Ok(optimizer)
    }

    /// The passes of this rule over `layout`, groups aside; without `whole` the stages before the rule are left out.
    pub(crate) fn passes<T: Buildable>(
        &self,
        layout: Arc<Layout>,
        whole: bool,
    ) -> Result<Passes<T>, OptimError> {
        let entry = Entry::named(&self.rule)?;
        let mut composer =
            Composer::new(layout).format(self.state).count_together(self.dialect.counts_together());
        let own: Vec<Hyperparameter> =
            entry.hyperparameters(self.dialect).into_iter().map(|(known, _)| known).collect();
        let names: Vec<&'static str> = own.iter().map(|known| known.name).collect();
        composer = composer.hiding(&names);
        for stage in self.before.iter().filter(|_| whole) {
            composer = stages::compose(&stage.stage, &stage.set, composer)?;
        }
        composer = T::build(entry)(self.dialect, &self.hyperparameters, composer.hiding(&[]))?.hiding(&names);
        for stage in &self.after {
            composer = stages::compose(&stage.stage, &stage.set, composer)?;
        }
        let described = own.into_iter().chain(self.stage_settings()).collect();
        let mut passes = composer.build().described(described).with_schedule(self.schedule.clone());
        for (name, schedule) in &self.schedules {
            passes = passes.with_schedule_of(name, schedule.clone())?;
        }
        Ok(passes)
    }

    /// The settings of the stages before and after the rule.
    pub(crate) fn stage_settings(&self) -> Vec<Hyperparameter> {
        let stages = self.before.iter().chain(&self.after);
        let infos = stages.filter_map(|stage| STAGES.iter().find(|info| info.name == stage.stage));
        infos.flat_map(|info| info.settings).map(|(known, _)| *known).collect()
    }

    /// A number that differs when what a saved state means differs: rule, dialect, stages, groups, format. Rates and other
    /// values may be changed between saving and loading.
    pub fn fingerprint(&self) -> u64 {
        // FNV-1a, 64 bits.
        self.structure().bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
        })
    }

    /// Adds the state of `optimizer`, which this specification built, to `checkpoint`, with the fingerprint.
    pub fn save<T: Buildable>(&self, optimizer: &dyn Optimizer<T>, checkpoint: &mut Checkpoint) {
        save(optimizer, checkpoint);
        checkpoint.metadata.insert(STRUCTURE.into(), self.structure());
        checkpoint.metadata.insert(FINGERPRINT.into(), format!("{:016x}", self.fingerprint()));
    }

    /// Restores what [`save`](Self::save) wrote into `optimizer`, which this specification built. All or nothing.
    ///
    /// # Errors
    /// [`OptimError::State`] that names every mismatch: rule, dialect, stages, groups, format; tensors that are missing, not
    /// expected or of another shape.
    pub fn load<T: Buildable>(
        &self,
        optimizer: &mut dyn Optimizer<T>,
        checkpoint: &Checkpoint,
    ) -> Result<(), OptimError> {
        let fingerprint = format!("{:016x}", self.fingerprint());
        let saved = checkpoint.metadata.get(FINGERPRINT);
        // Files from before there were fingerprints are told by their tensors alone.
        if saved.is_none_or(|saved| *saved == fingerprint) {
            return load(optimizer, checkpoint);
        }
        let structure = checkpoint.metadata.get(STRUCTURE).cloned().unwrap_or_default();
        let own = self.structure();
        let lines = structure.lines().zip(own.lines()).filter(|(saved, own)| saved != own);
        let mut differences: Vec<String> =
            lines.map(|(saved, own)| format!("it was saved with {saved}, and this is {own}")).collect();
        differences.extend(saved::differences(optimizer, checkpoint));
        Err(OptimError::State(differences.join("; ")))
    }

    /// What the fingerprint is of, in words that a mismatch can be explained with.
    pub(crate) fn structure(&self) -> String {
        let names = |stages: &[StageSpecification]| {
            stages.iter().map(|stage| stage.stage.as_str()).collect::<Vec<_>>().join(", ")
        };
        let groups = self.groups.iter().map(GroupSpecification::structure).collect::<Vec<_>>().join("; ");
        format!(
            "rule {}\ndialect {}\nstages before [{}]\nstages after [{}]\ngroups [{groups}]\nstate {}\nsharpness {}",
            self.rule,
            self.dialect,
            names(&self.before),
            names(&self.after),
            self.state.name(),
            self.sharpness.is_some()
        )
    }
}

pub use build::Buildable;
pub use stage::StageSpecification;

mod stage;

mod build {
    use super::*;
    use crate::Plan;
    #[cfg(not(feature = "matrix"))]
    use thalweg_lanes::Real as Number;
    #[cfg(feature = "matrix")]
    use thalweg_matrix::Element as Number;

    type Build<T> = fn(Dialect, &BTreeMap<String, f64>, Composer<T>) -> Result<Composer<T>, OptimError>;

    /// An element type that the catalogue has builders for: `f32` and `f64`.
    pub trait Buildable: Number {
        /// Returns the builder of `entry` for this type.
        fn build(entry: &Entry) -> Build<Self>;

        /// Builds an optimizer in code that was compiled in this crate.
        #[doc(hidden)]
        fn optimizer(
            specification: &Specification,
            layout: Arc<Layout>,
        ) -> Result<Box<dyn Optimizer<Self>>, OptimError>;

        /// Makes a plan in code that was compiled in this crate.
        #[doc(hidden)]
        fn plan(specification: &Specification, layout: &Arc<Layout>) -> Result<Plan, OptimError>;
    }

    macro_rules! buildable {
        ($type:ty, $build:ident) => {
            impl Buildable for $type {
                fn build(entry: &Entry) -> Build<Self> {
                    entry.$build
                }

                fn optimizer(
                    specification: &Specification,
                    layout: Arc<Layout>,
                ) -> Result<Box<dyn Optimizer<Self>>, OptimError> {
                    specification.assemble(layout)
                }

                fn plan(specification: &Specification, layout: &Arc<Layout>) -> Result<Plan, OptimError> {
                    Plan::assemble::<Self>(specification, layout)
                }
            }
        };
    }
    buildable!(f32, build_f32);
    buildable!(f64, build_f64);
}

#[cfg(test)]
mod tests;
