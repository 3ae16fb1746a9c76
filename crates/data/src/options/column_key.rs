//! How a key names a column.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A column, by its name or by its number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ColumnKey {
    /// Counted from 1, or from the end with a minus.
    Number(i64),
    /// Its name in the header.
    Name(String),
}

impl From<&str> for ColumnKey {
    fn from(text: &str) -> ColumnKey {
        text.parse().map_or_else(|_| ColumnKey::Name(text.into()), ColumnKey::Number)
    }
}

impl FromStr for ColumnKey {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<ColumnKey, Self::Err> {
        Ok(text.into())
    }
}

impl fmt::Display for ColumnKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ColumnKey::Number(number) => number.fmt(f),
            ColumnKey::Name(name) => name.fmt(f),
        }
    }
}
