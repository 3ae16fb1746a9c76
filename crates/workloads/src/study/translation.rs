//! A study's own texts in another language.

use serde::Deserialize;
use std::collections::BTreeMap;

/// What a study says in another language, under that language's code.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Translation {
    /// Its title.
    pub title: Option<String>,
    /// What is said about it.
    pub about: Option<String>,
    /// Its lines, by their names in the file.
    pub lines: BTreeMap<String, String>,
    /// The key of its panels.
    pub panels: Option<String>,
}
