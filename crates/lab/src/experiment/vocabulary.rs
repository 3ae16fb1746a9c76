//! The names an experiment may use, handed in by whoever knows them.
//!
//! The catalogues of rules, functions and datasets live in other crates; here they are plain data, so that checking an
//! experiment needs neither the training engine nor the data.

use std::ops::Bound;

use thalweg_optim::{ScheduleInfo, spelling};

use super::{Objection, TrainingProblem};
use crate::search::Space;

/// Everything an experiment can name.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    /// The update rules.
    pub rules: Vec<RuleFacts>,
    /// The rules compared when an experiment names none.
    pub default_rules: Vec<String>,
    /// The dialect used where neither the experiment nor the rule names one, by the rules that have it.
    pub default_dialect: String,
    /// The functions to minimise.
    pub functions: Vec<FunctionFacts>,
    /// The built-in and downloadable datasets.
    pub datasets: Vec<String>,
    /// File endings that make a dataset's name a path (`csv`, `npz`), without the dot.
    pub dataset_endings: Vec<String>,
    /// The activation functions of hidden layers.
    pub activations: Vec<String>,
    /// The named ways to draw initial weights.
    pub initials: Vec<String>,
    /// Whether a text such as `uniform(0.1)` says how to draw initial weights.
    pub reads_initial: Option<fn(&str) -> bool>,
    /// Reads the name or the layers of a network and gives the layers as they are written, or what is wrong with them; without
    /// it they are taken as they stand.
    pub reads_network: Option<fn(&str) -> Result<String, String>>,
    /// Reads the data of a problem and gives the standard deviation of its target in the training part, in the units of the target;
    /// nothing if the target is no number or cannot be read.
    pub value_deviation: Option<fn(&TrainingProblem) -> Option<f64>>,
    /// The learning-rate schedules.
    pub schedules: &'static [ScheduleInfo],
}

/// An update rule: its forms and what they take.
#[derive(Clone, Debug)]
pub struct RuleFacts {
    /// The rule's name.
    pub name: String,
    /// The forms in which it exists; the first is the rule's own default.
    pub dialects: Vec<DialectFacts>,
}

/// One form of an update rule.
#[derive(Clone, Debug)]
pub struct DialectFacts {
    /// The dialect's name.
    pub name: String,
    /// The hyper-parameters, `learning_rate` among them.
    pub hyperparameters: Vec<Setting>,
    /// Where the learning rate is searched when training on data: from, to.
    pub training_rates: (f64, f64),
    /// Where the learning rate is searched on functions: from, to.
    pub function_rates: (f64, f64),
}

/// A function to minimise.
#[derive(Clone, Debug)]
pub struct FunctionFacts {
    /// The function's name.
    pub name: String,
    /// The usual starting point; its length is the number of variables.
    pub start: Vec<f64>,
    /// What else can be set (a condition number, an angle).
    pub settings: Vec<Setting>,
}

/// A named number with a default and the values it may take.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The name.
    pub name: String,
    /// The value when none is given; `None` if it then follows from something else.
    pub default: Option<f64>,
    /// The values that make sense.
    pub allowed: (Bound<f64>, Bound<f64>),
    /// Where it is usually searched, if it is.
    pub search: Option<Space>,
}

impl Vocabulary {
    /// The rule called `name`, in any case.
    pub fn rule(&self, name: &str) -> Option<&RuleFacts> {
        let exact = self.rules.iter().find(|rule| rule.name == name);
        exact.or_else(|| self.rules.iter().find(|rule| spelling::same_name(&rule.name, name)))
    }

    /// Whether `name` is a path to a dataset rather than a dataset's name: `csv:PATH`, a path that ends in `.csv`, or one
    /// that holds a `/`, such as `photos/`.
    pub fn is_dataset_file(&self, name: &str) -> bool {
        let listed = |kind: &str| self.dataset_endings.contains(&kind.to_ascii_lowercase());
        name.split_once(':').is_some_and(|(kind, _)| listed(kind))
            || name.rsplit_once('.').is_some_and(|(_, ending)| listed(ending))
            || name.contains(['/', '\\'])
    }
}

impl RuleFacts {
    /// The form with this name.
    pub fn dialect(&self, name: &str) -> Option<&DialectFacts> {
        self.dialects.iter().find(|dialect| dialect.name == name)
    }
}

impl Setting {
    /// The one of `known` that is called `name`, by us or by another library (`lr`, `wd`, `eps`).
    pub fn called<'s>(name: &str, known: &'s [Setting]) -> Option<&'s Setting> {
        let names: Vec<&str> = known.iter().map(|setting| setting.name.as_str()).collect();
        let ours = spelling::hyperparameter(name, &names)?;
        known.iter().find(|setting| setting.name == ours)
    }

    /// Says what is wrong with `value`, if anything is.
    pub fn objection(&self, value: f64) -> Option<Objection> {
        let (low, high) = self.allowed;
        let fits = (low, high) != (Bound::Unbounded, Bound::Unbounded)
            && std::ops::RangeBounds::contains(&(low, high), &value);
        if value.is_finite() && (fits || (low, high) == (Bound::Unbounded, Bound::Unbounded)) {
            return None;
        }
        let low = match low {
            Bound::Included(low) => Some(format!("at least {low}")),
            Bound::Excluded(low) => Some(format!("greater than {low}")),
            Bound::Unbounded => None,
        };
        let high = match high {
            Bound::Included(high) => Some(format!("at most {high}")),
            Bound::Excluded(high) => Some(format!("less than {high}")),
            Bound::Unbounded => None,
        };
        let wanted: Vec<String> = low.into_iter().chain(high).collect();
        let wanted = if wanted.is_empty() { "a finite number".to_string() } else { wanted.join(" and ") };
        Some(Objection::Number { key: self.name.clone(), wanted, found: value })
    }
}

/// What to say about an unknown name: the nearest known one, or all of them.
pub fn suggestion<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let lowered = unknown.to_lowercase();
    let nearest = known
        .iter()
        .map(|name| (strsim::damerau_levenshtein(&lowered, &name.to_lowercase()), *name))
        .min_by_key(|(distance, _)| *distance);
    match nearest {
        // A third of the letters may be wrong; beyond that a guess would mislead.
        Some((distance, name)) if distance <= 1 + lowered.chars().count().min(name.chars().count()) / 3 => {
            format!("did you mean `{name}`?")
        }
        Some(_) => format!(
            "known here: {}",
            known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        ),
        None => "nothing is known here".to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_or_all_of_them() {
        let known = ["learning_rate", "momentum", "set"];
        assert_eq!(suggestion("learning_rte", known), "did you mean `learning_rate`?");
        assert_eq!(suggestion("Momentum", known), "did you mean `momentum`?");
        assert_eq!(suggestion("colour", known), "known here: `learning_rate`, `momentum`, `set`");
    }

    #[test]
    fn settings_say_what_they_take() {
        let momentum = Setting {
            name: "momentum".into(),
            default: Some(0.9),
            allowed: (Bound::Included(0.0), Bound::Excluded(1.0)),
            search: None,
        };
        assert_eq!(momentum.objection(0.0), None);
        assert_eq!(
            momentum.objection(1.0).unwrap().to_string(),
            "`momentum` must be at least 0 and less than 1, not 1"
        );
        let free = Setting {
            name: "angle".into(),
            default: None,
            allowed: (Bound::Unbounded, Bound::Unbounded),
            search: None,
        };
        assert_eq!(free.objection(-3.0), None);
        assert_eq!(free.objection(f64::NAN).unwrap().to_string(), "`angle` must be a finite number, not NaN");
    }
}
