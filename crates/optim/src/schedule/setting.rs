//! What a schedule can be told.

use crate::{Domain, Hyperparameter};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The value of a setting, as files, the command line and other languages write it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Setting {
    /// A number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// One of several words.
    Text(String),
    /// A list of numbers.
    Numbers(Vec<f64>),
    /// Pairs of a step and a factor.
    Points(Vec<[f64; 2]>),
    /// Schedules.
    Schedules(Vec<WrittenSchedule>),
}

/// A schedule by name and settings, as it is written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WrittenSchedule {
    /// The name.
    pub name: String,
    /// The settings.
    #[serde(flatten)]
    pub settings: BTreeMap<String, Setting>,
}

/// A setting as the catalogue describes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SettingInfo {
    /// The name.
    pub name: &'static str,
    /// What it does.
    pub meaning: &'static str,
    /// What may be written.
    pub kind: SettingKind,
}

/// What a setting may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SettingKind {
    /// A number.
    Number {
        /// The values it may take.
        domain: Domain,
        /// The value when none is given.
        default: f64,
    },
    /// `true` or `false`; as a number 1 or 0.
    Flag {
        /// The value when none is given.
        default: bool,
    },
    /// One of these words.
    Choice {
        /// The words.
        of: &'static [&'static str],
        /// The one when none is given.
        default: &'static str,
    },
    /// Steps in ascending order, such as `[1000, 2000]`; has to be given.
    Steps,
    /// Pairs of step and factor in ascending order, such as `[[0, 1.0], [500, 0.1]]`; has to be given.
    Points,
    /// Schedules, by name or with their settings; has to be given.
    Schedules,
}

impl SettingInfo {
    pub(super) const fn number(
        name: &'static str,
        meaning: &'static str,
        domain: Domain,
        default: f64,
    ) -> Self {
        Self { name, meaning, kind: SettingKind::Number { domain, default } }
    }

    /// The hyper-parameter with the same name and meaning, if the setting is a number.
    pub fn hyperparameter(&self) -> Option<Hyperparameter> {
        let SettingKind::Number { domain, .. } = self.kind else { return None };
        Some(Hyperparameter::new(self.name, self.meaning, domain))
    }

    /// The value when none is given, if the setting has one.
    pub fn default(&self) -> Option<Setting> {
        match self.kind {
            SettingKind::Number { default, .. } => Some(Setting::Number(default)),
            SettingKind::Flag { default } => Some(Setting::Flag(default)),
            SettingKind::Choice { default, .. } => Some(Setting::Text(default.to_string())),
            SettingKind::Steps | SettingKind::Points | SettingKind::Schedules => None,
        }
    }
}

impl SettingKind {
    /// How it is written, by example.
    pub fn example(self) -> &'static str {
        match self {
            Self::Number { .. } => "0.1",
            Self::Flag { .. } => "true",
            Self::Choice { default, .. } => default,
            Self::Steps => "[1000, 2000]",
            Self::Points => "[[0, 1.0], [500, 0.1]]",
            Self::Schedules => "[\"linear\", \"cosine\"]",
        }
    }
}

/// The kind in words: "a number", "a list of steps such as [1000, 2000]".
impl fmt::Display for SettingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number { .. } => write!(f, "a number"),
            Self::Flag { .. } => write!(f, "true or false"),
            Self::Choice { of, .. } => write!(f, "one of {}", of.join(", ")),
            Self::Steps => write!(f, "a list of steps such as {}", self.example()),
            Self::Points => write!(f, "a list of points such as {}", self.example()),
            Self::Schedules => write!(f, "a list of schedules such as {}", self.example()),
        }
    }
}
