//! What was measured: values, the machine, and how both are written.

use super::clock::Time;
use super::clone::FreshClone;
use crate::{budgets, process};
use serde_json::{Map, json};
use std::collections::BTreeMap;

/// One measured value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Value {
    Time(Time),
    Bytes(u64),
    Count(usize),
}

impl std::fmt::Display for Value {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Time(Time { wall, processor: Some(processor) }) => {
                write!(formatter, "{} wall, {} of processor time", seconds(*wall), seconds(*processor))
            }
            Self::Time(Time { wall, processor: None }) => write!(formatter, "{} wall", seconds(*wall)),
            Self::Bytes(bytes) => formatter.write_str(&budgets::megabytes(*bytes)),
            Self::Count(count) => write!(formatter, "{count}"),
        }
    }
}

fn seconds(value: f64) -> String {
    if value < 20.0 { format!("{value:.1} s") } else { format!("{value:.0} s") }
}

/// The values of a commit on a machine.
#[derive(Debug, PartialEq)]
pub(crate) struct Record {
    pub(crate) commit: String,
    pub(crate) machine: String,
    /// The values by the names of their rows.
    pub(crate) rows: BTreeMap<String, Value>,
}

impl Record {
    /// Makes a record without values.
    ///
    /// # Errors
    /// If the compiler does not tell its version.
    pub(crate) fn new(clone: &FreshClone) -> Result<Self, String> {
        let compiler = process::output(&mut clone.program("rustc", &["--version"]))?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let machine = format!("{cores} cores, {}, {}", std::env::consts::ARCH, compiler.trim());
        Ok(Self { commit: clone.commit.clone(), machine, rows: BTreeMap::new() })
    }

    /// Returns the record as JSON.
    pub(crate) fn json(&self) -> String {
        let rows: Map<String, serde_json::Value> = self
            .rows
            .iter()
            .map(|(name, value)| {
                let value = match value {
                    Value::Time(time) => json!({"wall": time.wall, "processor": time.processor}),
                    Value::Bytes(bytes) => json!({"bytes": bytes}),
                    Value::Count(count) => json!({"count": count}),
                };
                (name.clone(), value)
            })
            .collect();
        format!("{:#}\n", json!({"commit": self.commit, "machine": self.machine, "rows": rows}))
    }

    /// Reads what [`Record::json`] has written.
    ///
    /// # Errors
    /// If it is not of this form.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let bad = |what: &str| format!("not a file of `cargo xtask timings --json`: {what}");
        let whole: serde_json::Value = serde_json::from_str(text).map_err(|error| bad(&error.to_string()))?;
        let word = |name: &str| whole[name].as_str().map(str::to_owned).ok_or_else(|| bad(name));
        let mut rows = BTreeMap::new();
        for (name, value) in whole["rows"].as_object().ok_or_else(|| bad("rows"))? {
            let value = if let Some(wall) = value["wall"].as_f64() {
                Value::Time(Time { wall, processor: value["processor"].as_f64() })
            } else if let Some(bytes) = value["bytes"].as_u64() {
                Value::Bytes(bytes)
            } else if let Some(count) = value["count"].as_u64().and_then(|count| usize::try_from(count).ok())
            {
                Value::Count(count)
            } else {
                return Err(bad(name));
            };
            rows.insert(name.clone(), value);
        }
        Ok(Self { commit: word("commit")?, machine: word("machine")?, rows })
    }

    /// Returns the table in Markdown; `titles` are the names of the rows and what they are called.
    pub(crate) fn table(&self, before: Option<&Self>, titles: &[(&str, &str)]) -> String {
        let short = |record: &Self| record.commit.chars().take(10).collect::<String>();
        let mut text = format!("Measured with: {}.\n\n", self.machine);
        text += &match before {
            Some(before) => {
                format!("| | before ({}) | after ({}) |\n|---|---:|---:|\n", short(before), short(self))
            }
            None => format!("| | {} |\n|---|---:|\n", short(self)),
        };
        let cell =
            |record: &Self, name: &str| record.rows.get(name).map_or_else(|| "-".into(), Value::to_string);
        for (name, what) in titles {
            let there = self.rows.contains_key(*name);
            if !there && !before.is_some_and(|before| before.rows.contains_key(*name)) {
                continue;
            }
            let first = before.map_or_else(String::new, |before| format!("{} | ", cell(before, name)));
            text += &format!("| {what} | {first}{} |\n", cell(self, name));
        }
        text.trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(commit: &str, wall: f64) -> Record {
        let rows = [
            ("release", Value::Time(Time { wall, processor: Some(2.0 * wall) })),
            ("ci", Value::Time(Time { wall: 7.25, processor: None })),
            ("wheel-size", Value::Bytes(5_950_001)),
            ("crates-tool", Value::Count(149)),
        ];
        Record {
            commit: commit.into(),
            machine: "2 cores".into(),
            rows: rows.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let record = record("abc", 129.5);
        assert_eq!(Record::parse(&record.json()), Ok(record));
    }

    #[test]
    fn other_files_are_refused() {
        for text in ["", "{}", r#"{"rows": {"a": {"length": 3}}}"#, r#"{"rows": {}}"#] {
            assert!(
                Record::parse(text).unwrap_err().starts_with("not a file of `cargo xtask timings"),
                "{text}"
            );
        }
    }

    #[test]
    fn the_table_has_a_column_for_each_record() {
        let titles =
            [("release", "build"), ("wheel-size", "the wheel"), ("ci", "all"), ("edit-rule", "edit")];
        let after = record("0123456789abcdef", 129.5);
        assert_eq!(
            after.table(None, &titles),
            "Measured with: 2 cores.\n\n| | 0123456789 |\n|---|---:|\n\
             | build | 130 s wall, 259 s of processor time |\n| the wheel | 6.0 MB |\n| all | 7.2 s wall |"
        );
        let mut before = record("fedcba9876543210", 337.0);
        before.rows.remove("ci");
        let both = after.table(Some(&before), &titles[..3]);
        assert!(both.contains("| | before (fedcba9876) | after (0123456789) |\n|---|---:|---:|\n"), "{both}");
        assert!(both.contains("| build | 337 s wall, 674 s of processor time | 130 s wall,"), "{both}");
        assert!(both.ends_with("| all | - | 7.2 s wall |"), "{both}");
    }
}
