//! One side of a comparison: a rule of the catalogue, or an arm of the user's own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Around;
use crate::search::Space;

/// What stands in the place of the dialect of an arm of the user's own.
pub const OWN: &str = "own";

/// One side of the comparison: a rule, its form, and everything about it but the learning rate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Arm {
    /// What it is called in reports; no two arms share a label.
    pub label: String,
    /// The rule.
    pub name: String,
    /// Whose form of it.
    pub dialect: String,
    /// The hyper-parameters, without the learning rate.
    pub set: BTreeMap<String, f64>,
    /// Hyper-parameters to search for beside the learning rate, and where.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub search: BTreeMap<String, Space>,
    /// The hyper-parameters as the dialect has them when nothing is said, the learning rate included.
    #[serde(skip)]
    pub defaults: BTreeMap<String, f64>,
    /// What stands around the rule.
    #[serde(flatten)]
    pub around: Around,
    /// What an arm that is no rule of the catalogue hands its training; absent for rules.
    #[serde(skip)]
    pub own: Option<OwnArm>,
}

/// What an arm of the user's own hands its training beside numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OwnArm {
    /// Settings that are no numbers.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub words: BTreeMap<String, SetWord>,
    /// Words at the end of the command.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arguments: Vec<String>,
}

/// A setting that is no number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SetWord {
    /// `true` or `false`.
    Flag(bool),
    /// Any text.
    Text(String),
}

/// An arm of the user's own as a file has it.
#[derive(Serialize)]
pub(super) struct WrittenArm<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    arguments: &'a [String],
    set: BTreeMap<&'a str, Setting<'a>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    search: &'a BTreeMap<String, Space>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Setting<'a> {
    Number(f64),
    Word(&'a SetWord),
}

impl Arm {
    /// The arm as a file has it, if it is one of the user's own.
    pub(super) fn as_own(&self) -> Option<WrittenArm<'_>> {
        let own = self.own.as_ref()?;
        let numbers = self.set.iter().map(|(name, value)| (name.as_str(), Setting::Number(*value)));
        let words = own.words.iter().map(|(name, word)| (name.as_str(), Setting::Word(word)));
        let set = numbers.chain(words).collect();
        Some(WrittenArm { name: &self.name, arguments: &own.arguments, set, search: &self.search })
    }

    /// The names of all settings that a run of it has, the learning rate first.
    pub fn setting_names(&self) -> Vec<&str> {
        let words = self.own.iter().flat_map(|own| own.words.keys());
        let others = self.set.keys().chain(self.search.keys()).chain(words).map(String::as_str);
        std::iter::once("learning_rate").chain(others).collect()
    }
}
