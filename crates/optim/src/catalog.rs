//! The one table of rules that files, command line, documentation, Python and the tests read.

use crate::{Dialect, Error, Optimizer, Pass, Rule, Schedule, rules};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Bound;
use std::sync::Arc;
use thalweg_arena::Layout;
use thalweg_kit::hint;
use thalweg_lanes::Real;

/// The values a hyper-parameter may take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Domain {
    least: f64,
    most: f64,
    most_included: bool,
    whole: bool,
}

impl Domain {
    /// 0 or more.
    pub const NOT_NEGATIVE: Domain =
        Domain { least: 0.0, most: f64::INFINITY, most_included: false, whole: false };
    /// From 0 to 1.
    pub const UNIT: Domain = Domain { least: 0.0, most: 1.0, most_included: true, whole: false };
    /// From 0 to below 1.
    pub const BELOW_ONE: Domain = Domain { least: 0.0, most: 1.0, most_included: false, whole: false };
    /// A whole number, 0 or more.
    pub const COUNT: Domain = Domain { whole: true, ..Domain::NOT_NEGATIVE };
    /// A whole number, 1 or more.
    pub const POSITIVE_COUNT: Domain = Domain { least: 1.0, ..Domain::COUNT };

    /// The ends of the domain.
    pub fn bounds(self) -> (Bound<f64>, Bound<f64>) {
        let most = match (self.most, self.most_included) {
            (f64::INFINITY, _) => Bound::Unbounded,
            (most, true) => Bound::Included(most),
            (most, false) => Bound::Excluded(most),
        };
        (Bound::Included(self.least), most)
    }

    /// Whether `value` is allowed (NaN never is).
    pub fn contains(self, value: f64) -> bool {
        let below = if self.most_included { value <= self.most } else { value < self.most };
        value >= self.least && below && (!self.whole || value.fract() == 0.0)
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = if self.whole { "a whole number of" } else { "a number of" };
        match (self.most, self.most_included) {
            (most, true) => write!(f, "{number} at least {} and at most {most}", self.least),
            (f64::INFINITY, false) => write!(f, "{number} at least {}", self.least),
            (most, false) => write!(f, "{number} at least {} and below {most}", self.least),
        }
    }
}

/// A hyper-parameter as the catalogue describes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hyperparameter {
    /// The name in Rust, TOML, Python and on the command line.
    pub name: &'static str,
    /// What it does.
    pub meaning: &'static str,
    /// The values it may take.
    pub domain: Domain,
}

impl Hyperparameter {
    /// A hyper-parameter.
    pub const fn new(name: &'static str, meaning: &'static str, domain: Domain) -> Self {
        Self { name, meaning, domain }
    }

    /// The learning rate, as every rule has it.
    pub const LEARNING_RATE: Hyperparameter =
        Hyperparameter::new("learning_rate", "the size of a step", Domain::NOT_NEGATIVE);

    /// The number that keeps a denominator from 0.
    pub const EPSILON: Hyperparameter = Hyperparameter::new(
        "epsilon",
        "added to the denominator, against division by 0",
        Domain::NOT_NEGATIVE,
    );

    /// The friction of a velocity.
    pub const MOMENTUM: Hyperparameter =
        Hyperparameter::new("momentum", "how much of the velocity a step keeps", Domain::UNIT);

    /// Refuses a value outside the domain.
    ///
    /// # Errors
    /// [`Error::OutOfRange`].
    pub fn check(&self, value: f64) -> Result<(), Error> {
        if self.domain.contains(value) {
            return Ok(());
        }
        Err(Error::OutOfRange { name: self.name.to_string(), value, domain: self.domain.to_string() })
    }
}

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
    /// What can be set.
    pub hyperparameters: &'static [Hyperparameter],
    /// The range a search of the learning rate covers by default (log scale).
    pub rates: (f64, f64),
}

/// A rule of the catalogue: its description and its defaults in each dialect.
pub trait Catalogued: Rule {
    /// The description.
    const INFO: Info;
    /// The rule with the formula and defaults of `dialect`, if the dialect has it.
    fn in_dialect(dialect: Dialect) -> Option<Self>;
}

type Build<T> =
    fn(Dialect, &BTreeMap<String, f64>, Schedule, Arc<Layout>) -> Result<Box<dyn Optimizer<T>>, Error>;

/// A row of the catalogue.
#[derive(Debug)]
pub struct Entry {
    /// The description.
    pub info: &'static Info,
    defaults: fn(Dialect) -> Option<Vec<(&'static str, f64)>>,
    looks_ahead: bool,
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

    /// Whether the rule wants the gradient at another point than the parameters.
    pub fn looks_ahead(&self) -> bool {
        self.looks_ahead
    }

    /// The entry of the rule called `name`.
    ///
    /// # Errors
    /// [`Error::Unknown`] with the nearest name.
    pub fn named(name: &str) -> Result<&'static Entry, Error> {
        CATALOG.iter().find(|entry| entry.info.name == name).ok_or_else(|| Error::Unknown {
            kind: "rule",
            name: name.to_string(),
            suggestion: hint(name, CATALOG.iter().map(|entry| entry.info.name)),
        })
    }
}

fn make<R: Catalogued>(dialect: Dialect, settings: &BTreeMap<String, f64>) -> Result<R, Error> {
    let mut rule = R::in_dialect(dialect).ok_or_else(|| {
        let has = Dialect::ALL.into_iter().filter(|&d| R::in_dialect(d).is_some());
        let has: Vec<String> = has.map(|d| format!("`{d}`")).collect();
        Error::NoDialect { rule: R::INFO.name, dialect: dialect.name(), has: has.join(", ") }
    })?;
    for (name, &value) in settings {
        let known = R::INFO.hyperparameters.iter().find(|hyperparameter| hyperparameter.name == name);
        let hyperparameter = known.ok_or_else(|| Error::Unknown {
            kind: "hyper-parameter of this rule",
            name: name.clone(),
            suggestion: hint(name, R::INFO.hyperparameters.iter().map(|known| known.name)),
        })?;
        hyperparameter.check(value)?;
        rule.hyperparameters(&mut |field_name, field| {
            if field_name == name {
                *field = value;
            }
        });
    }
    Ok(rule)
}

fn build<R: Catalogued, T: Real>(
    dialect: Dialect,
    settings: &BTreeMap<String, f64>,
    schedule: Schedule,
    layout: Arc<Layout>,
) -> Result<Box<dyn Optimizer<T>>, Error> {
    Ok(Box::new(Pass::new(make::<R>(dialect, settings)?, layout).with_schedule(schedule)))
}

fn defaults<R: Catalogued>(dialect: Dialect) -> Option<Vec<(&'static str, f64)>> {
    let mut values = Vec::new();
    R::in_dialect(dialect)?.hyperparameters(&mut |name, value| values.push((name, *value)));
    Some(values)
}

/// The row for rule `R`: adding a rule to the catalogue is one call of this.
pub const fn entry<R: Catalogued>() -> Entry {
    Entry {
        info: &R::INFO,
        defaults: defaults::<R>,
        looks_ahead: R::LOOKS_AHEAD,
        build_f32: build::<R, f32>,
        build_f64: build::<R, f64>,
    }
}

/// Every rule, in order of increasing complexity.
pub static CATALOG: &[Entry] = &[
    entry::<rules::Sgd>(),
    entry::<rules::Momentum>(),
    entry::<rules::Nesterov>(),
    entry::<rules::NesterovLookahead>(),
    entry::<rules::NesterovAsPrinted>(),
    entry::<rules::AdaGrad>(),
    entry::<rules::RmsProp>(),
    entry::<rules::Adam>(),
];
