//! A stage by name.

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// A stage by name with its settings: `"centralise"`, or `{ stage = "clip-by-global-norm", largest = 1.0 }`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct StageSpecification {
    /// The stage's name in [`STAGES`](crate::stages::STAGES).
    pub stage: String,
    /// Settings that differ from the defaults.
    #[serde(flatten)]
    pub set: BTreeMap<String, f64>,
}

impl StageSpecification {
    /// The stage called `stage` with its defaults.
    pub fn new(stage: impl Into<String>) -> Self {
        Self { stage: stage.into(), set: BTreeMap::new() }
    }

    /// The same with one setting.
    pub fn with(mut self, name: impl Into<String>, value: f64) -> Self {
        self.set.insert(name.into(), value);
        self
    }
}

/// On a command line: `centralise`, `clip-by-global-norm:largest=1`, `trace:momentum=0.9,nesterov=1`.
impl FromStr for StageSpecification {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, settings) = text.split_once(':').unwrap_or((text, ""));
        let mut stage = Self::new(name.trim());
        for setting in settings.split(',').filter(|setting| !setting.trim().is_empty()) {
            let pair = setting
                .split_once('=')
                .and_then(|(name, value)| Some((name.trim(), value.trim().parse().ok()?)));
            let (name, value) = pair.ok_or_else(|| format!("`{setting}` is not of the form name=number"))?;
            stage.set.insert(name.to_string(), value);
        }
        Ok(stage)
    }
}

impl<'de> Deserialize<'de> for StageSpecification {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;

        impl<'de> Visitor<'de> for Written {
            type Value = StageSpecification;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a stage's name, or a table with `stage` and its settings")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<StageSpecification, E> {
                Ok(StageSpecification::new(name))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<StageSpecification, A::Error> {
                let (mut stage, mut named) = (StageSpecification::default(), false);
                while let Some(key) = map.next_key::<String>()? {
                    if key == "stage" {
                        (stage.stage, named) = (map.next_value()?, true);
                    } else {
                        stage.set.insert(key, map.next_value::<Value>()?.number());
                    }
                }
                if named { Ok(stage) } else { Err(de::Error::missing_field("stage")) }
            }
        }

        deserializer.deserialize_any(Written)
    }
}

/// A number, or a switch.
#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    Flag(bool),
    Number(f64),
}

impl Value {
    fn number(self) -> f64 {
        match self {
            Value::Flag(on) => f64::from(u8::from(on)),
            Value::Number(number) => number,
        }
    }
}
