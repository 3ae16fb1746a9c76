//! Values of keys as people write them.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What the target of a table or an array is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WrittenKind {
    /// One of several classes.
    Classes,
    /// A number.
    Values,
}

impl FromStr for WrittenKind {
    type Err = String;

    fn from_str(text: &str) -> Result<WrittenKind, String> {
        match text {
            "classes" => Ok(WrittenKind::Classes),
            "values" => Ok(WrittenKind::Values),
            other => Err(format!("`target_kind` is \"classes\" or \"values\", not `{other}`")),
        }
    }
}

/// What stands between the cells of a table: a letter, or `tab` or `space`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Separator(pub(crate) char);

impl FromStr for Separator {
    type Err = String;

    fn from_str(text: &str) -> Result<Separator, String> {
        let mut letters = text.chars();
        match (text, letters.next(), letters.next()) {
            ("tab" | "\\t", ..) => Ok(Separator('\t')),
            ("space", ..) => Ok(Separator(' ')),
            (_, Some(letter), None) if letter.is_ascii() && letter != '"' && !letter.is_ascii_alphanumeric() => {
                Ok(Separator(letter))
            }
            _ => Err(format!("`separator` is one sign such as `,` or `;`, or `tab` or `space`, not `{text}`")),
        }
    }
}

impl TryFrom<String> for Separator {
    type Error = String;

    fn try_from(text: String) -> Result<Separator, String> {
        text.parse()
    }
}

impl From<Separator> for String {
    fn from(separator: Separator) -> String {
        match separator.0 {
            '\t' => "tab".into(),
            ' ' => "space".into(),
            other => other.into(),
        }
    }
}

/// What stands before the fraction of a number: `.` or `,`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Decimal(pub(crate) char);

impl FromStr for Decimal {
    type Err = String;

    fn from_str(text: &str) -> Result<Decimal, String> {
        match text {
            "." | "point" => Ok(Decimal('.')),
            "," | "comma" => Ok(Decimal(',')),
            other => Err(format!("`decimal` is `.` or `,`, not `{other}`")),
        }
    }
}

impl TryFrom<String> for Decimal {
    type Error = String;

    fn try_from(text: String) -> Result<Decimal, String> {
        text.parse()
    }
}

impl From<Decimal> for String {
    fn from(decimal: Decimal) -> String {
        decimal.0.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ColumnKey, Missing, Options, Reading, TargetKind};

    #[test]
    fn keys_are_written_as_they_are_read() {
        let written = r#"{"target":-1,"target_kind":"values","ignore":["id",2],"missing":"fill","separator":"tab","decimal":",","header":true}"#;
        let reading: Reading = serde_json::from_str(written).unwrap();
        assert_eq!(serde_json::to_string(&reading).unwrap(), written);
        assert_eq!(serde_json::to_string(&Reading::default()).unwrap(), "{}");
        let options = reading.apply(Options::default());
        assert_eq!(options.target, Some(ColumnKey::Number(-1)));
        assert_eq!((options.target_kind, options.table.missing), (Some(TargetKind::Values), Missing::Fill));
        assert_eq!((options.table.separator, options.table.decimal), (Some('\t'), Some(',')));
        assert!("ab".parse::<Separator>().is_err() && "x".parse::<Separator>().is_err());
        assert!("'".parse::<Decimal>().is_err());
    }
}
