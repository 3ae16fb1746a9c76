//! The one table of rules that files, command line, documentation, Python and the tests read.

use crate::hyperparameter::Hyperparameter;
use crate::spelling::same_name;
use crate::stages::{DecoupledWeightDecay, Maximize, WeightDecay};
use crate::{Buildable, Composer, Dialect, OptimError, rules};
use std::collections::BTreeMap;
use std::sync::RwLock;
use thalweg_arena::Layout;
use thalweg_kit::hint;

/// What there is to say about a rule.
#[derive(Debug)]
pub struct Info {
    /// The name in files and on the command line.
    pub name: &'static str,
    /// The name in prose.
    pub title: &'static str,
    /// The recursion.
    pub formula: &'static str,
    /// Where it comes from.
    pub paper: &'static str,
    /// When to use it.
    pub when: &'static str,
    /// Hyper-parameters that mean something else here than elsewhere, or exist nowhere else.
    pub special: &'static [Hyperparameter],
    /// What each dialect makes of it, where that is more than other defaults.
    pub differences: &'static [(Dialect, &'static str)],
    /// The range a search of the learning rate covers by default (log scale).
    pub rates: (f64, f64),
}

/// A rule of the catalogue: its description, its dialects, and how it is put together.
pub trait Catalogued: Clone + Send + Sync + 'static {
    /// The description.
    const INFO: Info;

    /// The rule with the formula and defaults of `dialect`, if the dialect has it.
    fn in_dialect(dialect: Dialect) -> Option<Self>;

    /// Shows every hyper-parameter that the rule has in `dialect`, by name, to `visit`, which may change it.
    fn settings(&mut self, dialect: Dialect, visit: &mut dyn FnMut(&'static str, &mut f64));

    /// What the dialect adds to each of its rules: weight decay, maximising.
    fn common(dialect: Dialect) -> Common {
        Common::of(dialect)
    }

    /// Refuses settings that contradict each other, and tensors the rule cannot work on.
    ///
    /// # Errors
    /// [`OptimError::Shape`], [`OptimError::OutOfRange`].
    fn check(&self, layout: &Layout) -> Result<(), OptimError> {
        let _ = layout;
        Ok(())
    }

    /// Whether the gradient is wanted at another point than the parameters.
    fn looks_ahead() -> bool {
        false
    }

    /// What update number `step` divides buffers of the state by, against their start at 0, by name.
    fn corrections(&self, step: u64) -> Vec<(&'static str, f64)> {
        let _ = step;
        Vec::new()
    }

    /// Adds the rule's stages.
    fn compose<T: Buildable>(&self, composer: Composer<T>) -> Composer<T>;

    /// The same where the dialects differ in more than settings.
    fn compose_in<T: Buildable>(&self, dialect: Dialect, composer: Composer<T>) -> Composer<T> {
        let _ = dialect;
        self.compose(composer)
    }
}

/// [`Catalogued::settings`] and [`Catalogued::compose`] of a type that is itself a [`Rule`](crate::Rule) and has the same
/// hyper-parameters in every dialect.
macro_rules! as_rule {
    () => {
        fn settings(&mut self, _: crate::Dialect, visit: &mut dyn FnMut(&'static str, &mut f64)) {
            crate::Rule::hyperparameters(self, visit);
        }

        fn compose<T: crate::Buildable>(&self, composer: crate::Composer<T>) -> crate::Composer<T> {
            composer.rule(self.clone())
        }
    };
}
pub(crate) use as_rule;

/// What a dialect adds to each of its rules.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Common {
    /// The default weight decay, and whether it acts on the parameter (times the rate) instead of on the gradient.
    pub weight_decay: Option<(f64, bool)>,
    /// Whether the kind of decay can be chosen (`decoupled_weight_decay`).
    pub choice: bool,
    /// Whether there is `maximize`.
    pub maximize: bool,
}

impl Common {
    /// Nothing.
    pub const NONE: Common = Common { weight_decay: None, choice: false, maximize: false };

    /// torch: decay on the gradient, and `maximize`; keras: decoupled decay; the others: nothing.
    pub const fn of(dialect: Dialect) -> Common {
        match dialect {
            Dialect::Torch => Common { weight_decay: Some((0.0, false)), choice: false, maximize: true },
            Dialect::Keras => Common { weight_decay: Some((0.0, true)), choice: false, maximize: false },
            _ => Common::NONE,
        }
    }

    /// The same where torch lets the kind of decay be chosen.
    pub const fn with_choice(dialect: Dialect) -> Common {
        Common { choice: matches!(dialect, Dialect::Torch), ..Common::of(dialect) }
    }

    /// The same for a rule that sees to its weight decay itself.
    pub const fn without_decay(dialect: Dialect) -> Common {
        Common { weight_decay: None, ..Common::of(dialect) }
    }

    /// With a decoupled decay of `default` where the dialect would have none.
    pub const fn decoupled(dialect: Dialect, default: f64) -> Common {
        Common { weight_decay: Some((default, true)), ..Common::of(dialect) }
    }

    fn defaults(self) -> Vec<(&'static str, f64)> {
        let mut values = Vec::new();
        values.extend(self.weight_decay.map(|(default, _)| ("weight_decay", default)));
        values.extend(self.choice.then_some(("decoupled_weight_decay", 0.0)));
        values.extend(self.maximize.then_some(("maximize", 0.0)));
        values
    }
}

type Settings = BTreeMap<String, f64>;
type Build<T> = fn(Dialect, &Settings, Composer<T>) -> Result<Composer<T>, OptimError>;
type Corrections = fn(Dialect, &Settings, u64) -> Result<Vec<(&'static str, f64)>, OptimError>;

/// A row of the catalogue.
#[derive(Debug)]
pub struct Entry {
    /// The description.
    pub info: &'static Info,
    defaults: Defaults,
    looks_ahead: fn() -> bool,
    corrections: Corrections,
    pub(crate) build_f32: Build<f32>,
    pub(crate) build_f64: Build<f64>,
}

impl Entry {
    /// The dialects the rule exists in.
    pub fn dialects(&self) -> Vec<Dialect> {
        Dialect::ALL.into_iter().filter(|&dialect| (self.defaults)(dialect).is_some()).collect()
    }

    /// Every hyper-parameter with its default in `dialect`, or `None` if the dialect does not have the rule.
    pub fn defaults(&self, dialect: Dialect) -> Option<Vec<(&'static str, f64)>> {
        (self.defaults)(dialect)
    }

    /// Every hyper-parameter in `dialect`, described, with its default; empty if the dialect does not have the rule.
    pub fn hyperparameters(&self, dialect: Dialect) -> Vec<(Hyperparameter, f64)> {
        let defaults = self.defaults(dialect).unwrap_or_default();
        defaults
            .into_iter()
            .filter_map(|(name, value)| {
                Some((Hyperparameter::of(name, self.info.special)?.in_dialect(dialect), value))
            })
            .collect()
    }

    /// Every hyper-parameter that the rule has in some dialect.
    pub fn all_hyperparameters(&self) -> Vec<Hyperparameter> {
        let mut all: Vec<Hyperparameter> = Vec::new();
        for dialect in self.dialects() {
            for (one, _) in self.hyperparameters(dialect) {
                if !all.iter().any(|known| known.name == one.name) {
                    all.push(one);
                }
            }
        }
        all
    }

    /// Whether the rule wants the gradient at another point than the parameters.
    pub fn looks_ahead(&self) -> bool {
        (self.looks_ahead)()
    }

    /// What update number `step` of the rule divides buffers of its state by, against their start at 0, by name.
    pub(crate) fn corrections(
        &self,
        dialect: Dialect,
        settings: &Settings,
        step: u64,
    ) -> Result<Vec<(&'static str, f64)>, OptimError> {
        (self.corrections)(dialect, settings, step)
    }

    /// Every rule there is: those of [`CATALOG`] and those that were [`register`]ed.
    pub fn all() -> Vec<&'static Entry> {
        let registered = REGISTERED.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        CATALOG.iter().chain(registered.iter().copied()).collect()
    }

    /// The entry of the rule called `name`, in any case and with or without hyphens: `AdamW`, `ScheduleFreeAdamW`.
    ///
    /// # Errors
    /// [`OptimError::Unknown`] with the nearest name.
    pub fn named(name: &str) -> Result<&'static Entry, OptimError> {
        let all = Self::all();
        let found = all.iter().copied().find(|entry| entry.info.name == name);
        let found = found.or_else(|| all.iter().copied().find(|entry| same_name(entry.info.name, name)));
        found.ok_or_else(|| OptimError::Unknown {
            kind: "rule",
            name: name.to_string(),
            suggestion: match cfg!(not(feature = "matrix")) && WITH_MATRICES.contains(&name) {
                true => "it works on whole matrices: build with the feature `matrix` of thalweg-optim".into(),
                false => hint(name, all.iter().map(|entry| entry.info.name)),
            },
        })
    }
}

/// Rules that there are with the feature `matrix` alone.
const WITH_MATRICES: [&str; 3] = ["muon", "shampoo", "soap"];

static REGISTERED: RwLock<Vec<&'static Entry>> = RwLock::new(Vec::new());

/// Adds a rule of one's own to the catalogue of this program: from then on it can be named wherever rules are named (the
/// lab, experiment files, `Specification`).
///
/// # Errors
/// [`OptimError::Taken`] if there is a rule of that name, [`OptimError::Undescribed`] if it has a hyper-parameter that neither its
/// [`Info::special`] nor the common list describes.
pub fn register<C: Catalogued>() -> Result<(), OptimError> {
    if Entry::all().iter().any(|entry| entry.info.name == C::INFO.name) {
        return Err(OptimError::Taken(C::INFO.name.to_string()));
    }
    for dialect in Dialect::ALL {
        described(&C::INFO, defaults::<C>, dialect)?;
    }
    let entry: &'static Entry = Box::leak(Box::new(entry::<C>()));
    REGISTERED.write().unwrap_or_else(|poisoned| poisoned.into_inner()).push(entry);
    Ok(())
}

fn make<C: Catalogued>(dialect: Dialect, settings: &Settings) -> Result<(C, Settings), OptimError> {
    let mut rule = C::in_dialect(dialect).ok_or_else(|| no_dialect(C::INFO.name, defaults::<C>, dialect))?;
    check(&C::INFO, defaults::<C>, dialect, settings)?;
    for (name, &value) in settings {
        rule.settings(dialect, &mut |field_name, field| {
            if field_name == name {
                *field = value;
            }
        });
    }
    Ok((rule, common_settings(C::common(dialect), settings)))
}

/// The hyper-parameters of a rule with their defaults in a dialect, if it has the rule.
type Defaults = fn(Dialect) -> Option<Vec<(&'static str, f64)>>;

/// Returns the error for a rule that lacks `dialect`.
fn no_dialect(rule: &'static str, defaults: Defaults, dialect: Dialect) -> OptimError {
    let has = Dialect::ALL.into_iter().filter(|&dialect| defaults(dialect).is_some());
    let has: Vec<String> = has.map(|dialect| format!("`{dialect}`")).collect();
    OptimError::NoDialect { rule, dialect: dialect.name(), has: has.join(", ") }
}

/// Checks names and values of a rule's settings.
fn check(info: &Info, defaults: Defaults, dialect: Dialect, settings: &Settings) -> Result<(), OptimError> {
    let known = defaults(dialect).unwrap_or_default();
    for (name, &value) in settings {
        let Some((known, _)) = known.iter().find(|(known, _)| known == name) else {
            return Err(unknown(info.name, defaults, dialect, name));
        };
        described_as(info, known)?.in_dialect(dialect).check(value)?;
    }
    Ok(())
}

/// Returns what `settings` say of the hyper-parameters that a dialect adds to each of its rules.
fn common_settings(common: Common, settings: &Settings) -> Settings {
    let common = common.defaults().into_iter();
    common.map(|(name, default)| (name.to_string(), settings.get(name).copied().unwrap_or(default))).collect()
}

/// Returns what hyper-parameter `name` of a rule means.
fn described_as(info: &Info, name: &'static str) -> Result<Hyperparameter, OptimError> {
    Hyperparameter::of(name, info.special).ok_or(OptimError::Undescribed { rule: info.name, name })
}

/// Checks that every hyper-parameter of a rule in `dialect` is described.
fn described(info: &Info, defaults: Defaults, dialect: Dialect) -> Result<(), OptimError> {
    let names = defaults(dialect).unwrap_or_default();
    names.into_iter().try_for_each(|(name, _)| described_as(info, name).map(|_| ()))
}

/// Returns the error for a name that the rule lacks in this dialect: perhaps another dialect has it.
fn unknown(rule: &'static str, defaults: Defaults, dialect: Dialect, name: &str) -> OptimError {
    let others: Vec<String> = Dialect::ALL
        .into_iter()
        .filter(|&other| defaults(other).is_some_and(|all| all.iter().any(|(known, _)| *known == name)))
        .map(|other| format!("`{other}`"))
        .collect();
    let names: Vec<&str> =
        defaults(dialect).unwrap_or_default().into_iter().map(|(known, _)| known).collect();
    if others.is_empty() {
        let suggestion = hint(name, names);
        let kind = "hyper-parameter of this rule";
        return OptimError::Unknown { kind, name: name.to_string(), suggestion };
    }
    OptimError::NotInDialect {
        rule,
        dialect: dialect.name(),
        name: name.to_string(),
        has: others.join(", "),
        own: names.join(", "),
    }
}

fn build<C: Catalogued, T: Buildable>(
    dialect: Dialect,
    settings: &Settings,
    mut composer: Composer<T>,
) -> Result<Composer<T>, OptimError> {
    let (rule, common) = make::<C>(dialect, settings)?;
    rule.check(composer.layout())?;
    let value = |name: &str| common.get(name).copied().unwrap_or(0.0);
    let (decay, chosen) = (value("weight_decay"), value("decoupled_weight_decay") != 0.0);
    let decoupled = chosen || C::common(dialect).weight_decay.is_some_and(|(_, decoupled)| decoupled);
    // What is off stands idle in the chain, so that it can be switched on later.
    if C::common(dialect).maximize {
        composer = composer.rule(Maximize { maximize: value("maximize") });
    }
    if C::common(dialect).weight_decay.is_some() && !decoupled {
        composer = composer.rule(WeightDecay { weight_decay: decay });
    }
    composer = rule.compose_in(dialect, composer);
    if C::common(dialect).weight_decay.is_some() && decoupled {
        composer = composer.rule(DecoupledWeightDecay { weight_decay: decay });
    }
    Ok(composer)
}

fn corrections<C: Catalogued>(
    dialect: Dialect,
    settings: &Settings,
    step: u64,
) -> Result<Vec<(&'static str, f64)>, OptimError> {
    Ok(make::<C>(dialect, settings)?.0.corrections(step))
}

fn defaults<C: Catalogued>(dialect: Dialect) -> Option<Vec<(&'static str, f64)>> {
    let mut values = Vec::new();
    C::in_dialect(dialect)?.settings(dialect, &mut |name, value| values.push((name, *value)));
    values.extend(C::common(dialect).defaults());
    Some(values)
}

/// The row for rule `C`: adding a rule to the catalogue is one call of this.
pub const fn entry<C: Catalogued>() -> Entry {
    Entry {
        info: &C::INFO,
        defaults: defaults::<C>,
        looks_ahead: C::looks_ahead,
        corrections: corrections::<C>,
        build_f32: build::<C, f32>,
        build_f64: build::<C, f64>,
    }
}

/// Every rule, in order of increasing complexity.
pub static CATALOG: &[Entry] = &[
    entry::<rules::SgdFamily>(),
    entry::<rules::Momentum>(),
    entry::<rules::Nesterov>(),
    entry::<rules::NesterovLookahead>(),
    entry::<rules::NesterovAsPrinted>(),
    entry::<rules::AdaGrad>(),
    entry::<rules::RmsPropFamily>(),
    entry::<rules::AdaDelta>(),
    entry::<rules::AdamFamily>(),
    entry::<rules::AdamW>(),
    entry::<rules::AmsGrad>(),
    entry::<rules::AdaMax>(),
    entry::<rules::NAdam>(),
    entry::<rules::RAdam>(),
    entry::<rules::AdaBelief>(),
    entry::<rules::Yogi>(),
    entry::<rules::Adan>(),
    entry::<rules::Lion>(),
    entry::<rules::SignSgd>(),
    entry::<rules::Signum>(),
    entry::<rules::Rprop>(),
    entry::<rules::Asgd>(),
    entry::<rules::AdEmaMix>(),
    entry::<rules::Adopt>(),
    entry::<rules::MadGrad>(),
    entry::<rules::AdamAtan2>(),
    entry::<rules::Lars>(),
    entry::<rules::Lamb>(),
    entry::<rules::NovoGrad>(),
    entry::<rules::Adafactor>(),
    entry::<rules::Sm3>(),
    #[cfg(feature = "matrix")]
    entry::<rules::Muon>(),
    #[cfg(feature = "matrix")]
    entry::<rules::Shampoo>(),
    #[cfg(feature = "matrix")]
    entry::<rules::Soap>(),
    entry::<rules::DAdaptAdam>(),
    entry::<rules::Prodigy>(),
    entry::<rules::ScheduleFreeSgd>(),
    entry::<rules::ScheduleFreeAdamW>(),
];
