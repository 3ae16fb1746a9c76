//! A case as written.

use crate::Dialect;
use crate::spelling;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;

/// The format's name and version.
pub const FORMAT: &str = "conformance/1";

/// Hyper-parameters by name; switches are 1 and 0, and `None` switches off.
pub(super) type Settings = BTreeMap<String, Option<f64>>;
/// Flat tensors by name.
pub(super) type Tensors = BTreeMap<String, Vec<f64>>;

/// One file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// [`FORMAT`].
    pub format: String,
    /// What the case is called.
    pub name: String,
    /// What made it: library, version, call.
    #[serde(default)]
    pub source: String,
    /// The rule's name in the catalogue.
    pub rule: String,
    /// Whose formula and defaults.
    pub dialect: Dialect,
    /// `f32` or `f64`.
    pub dtype: String,
    /// Hyper-parameters at the start.
    #[serde(default, deserialize_with = "settings")]
    pub hyperparameters: Settings,
    pub(super) parameters: BTreeMap<String, Start>,
    #[serde(default)]
    pub(super) state: Option<StartState>,
    pub(super) steps: Vec<Step>,
    /// What comes out after each step; without it the trajectory is only printed.
    #[serde(default)]
    pub expected: Option<Vec<Expected>>,
    /// How near the values must be; 1e-12 relative (f64) or 4 ULP a step (f32) if not given.
    #[serde(default)]
    pub tolerance: Option<Tolerance>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Start {
    pub(super) shape: Vec<usize>,
    #[serde(deserialize_with = "numbers")]
    pub(super) values: Vec<f64>,
}

/// No `deny_unknown_fields`: what is not `step` is a tensor.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct StartState {
    #[serde(default)]
    pub(super) step: u64,
    /// The numbers that the rule keeps beside its buffers, by their names in saved state.
    #[serde(default)]
    pub(super) numbers: BTreeMap<String, f64>,
    #[serde(flatten)]
    pub(super) tensors: BTreeMap<String, BTreeMap<String, Flat>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    #[serde(default)]
    pub(super) gradients: BTreeMap<String, Flat>,
    #[serde(default, deserialize_with = "settings")]
    pub(super) hyperparameters: Settings,
}

/// Parameters and state after a step.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// By tensor.
    #[serde(deserialize_with = "tensors", serialize_with = "written_tensors")]
    pub parameters: Tensors,
    /// By tensor and buffer; what is not there is not compared.
    #[serde(
        default,
        skip_serializing_if = "BTreeMap::is_empty",
        deserialize_with = "states",
        serialize_with = "written_states"
    )]
    pub state: BTreeMap<String, Tensors>,
}

/// A value v is near an expected e if |v - e| <= absolute + relative |e|.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tolerance {
    /// Times |e|.
    #[serde(default)]
    pub relative: f64,
    /// Whatever e is.
    #[serde(default)]
    pub absolute: f64,
}

impl Case {
    /// Reads a case.
    ///
    /// # Errors
    /// What is wrong with the text, with line and column.
    pub fn parse(text: &str) -> Result<Self, String> {
        let case: Case =
            serde_json::from_str(text).map_err(|error| format!("not a conformance case: {error}"))?;
        if case.format != FORMAT {
            return Err(format!("the format is `{}`; this program reads `{FORMAT}`", case.format));
        }
        if let Some(expected) = &case.expected
            && expected.len() != case.steps.len()
        {
            let (steps, expected) = (case.steps.len(), expected.len());
            return Err(format!(
                "there are {steps} steps and {expected} expected results; give one for every step"
            ));
        }
        Ok(case)
    }
}

/// Numbers of any nesting (a scalar, a list, a list of lists), flattened; `"nan"` and `"inf"` as strings.
#[derive(Clone, Debug)]
pub(super) struct Flat(pub(super) Vec<f64>);

impl<'de> Deserialize<'de> for Flat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        let mut numbers = Vec::new();
        flatten(&value, &mut numbers).map_err(serde::de::Error::custom)?;
        Ok(Flat(numbers))
    }
}

fn flatten(value: &serde_json::Value, into: &mut Vec<f64>) -> Result<(), String> {
    match value {
        serde_json::Value::Array(values) => values.iter().try_for_each(|value| flatten(value, into)),
        _ => {
            into.push(number(value)?);
            Ok(())
        }
    }
}

fn number(value: &serde_json::Value) -> Result<f64, String> {
    match value {
        serde_json::Value::Number(number) => number.as_f64().ok_or_else(|| format!("{number} is no f64")),
        serde_json::Value::Bool(on) => Ok(f64::from(u8::from(*on))),
        serde_json::Value::String(text) => text.parse().map_err(|_| format!("`{text}` is no number")),
        other => Err(format!("a number is expected where there is {other}")),
    }
}

fn numbers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f64>, D::Error> {
    Ok(Flat::deserialize(deserializer)?.0)
}

fn tensors<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Tensors, D::Error> {
    let flat = BTreeMap::<String, Flat>::deserialize(deserializer)?;
    Ok(flat.into_iter().map(|(name, values)| (name, values.0)).collect())
}

fn states<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Tensors>, D::Error> {
    let flat = BTreeMap::<String, BTreeMap<String, Flat>>::deserialize(deserializer)?;
    let plain = |tensors: BTreeMap<String, Flat>| {
        tensors.into_iter().map(|(name, values)| (name, values.0)).collect()
    };
    Ok(flat.into_iter().map(|(name, tensors)| (name, plain(tensors))).collect())
}

/// A number as it is read again: JSON has none that is not finite, so those are written as strings.
#[derive(Serialize)]
#[serde(untagged)]
enum Written {
    Finite(f64),
    Other(String),
}

fn written(tensors: &Tensors) -> BTreeMap<&str, Vec<Written>> {
    let number = |&value: &f64| match value.is_finite() {
        true => Written::Finite(value),
        false => Written::Other(value.to_string()),
    };
    tensors.iter().map(|(name, values)| (name.as_str(), values.iter().map(number).collect())).collect()
}

fn written_tensors<S: Serializer>(tensors: &Tensors, serializer: S) -> Result<S::Ok, S::Error> {
    written(tensors).serialize(serializer)
}

fn written_states<S: Serializer>(
    states: &BTreeMap<String, Tensors>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(states.iter().map(|(name, tensors)| (name, written(tensors))))
}

/// Numbers and switches; a pair of `betas` becomes `beta1` and `beta2`, and `null` switches off.
fn settings<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Settings, D::Error> {
    let values = BTreeMap::<String, serde_json::Value>::deserialize(deserializer)?;
    let mut settings = Settings::new();
    for (name, value) in values {
        match &value {
            serde_json::Value::Null => {
                settings.insert(name, None);
            }
            serde_json::Value::Array(values) => {
                let names = spelling::listed(&name, values.len());
                let names = names.ok_or_else(|| {
                    serde::de::Error::custom(format!("{name}: one number is expected, not a list"))
                })?;
                for (name, value) in names.into_iter().zip(values) {
                    let value = number(value).map_err(serde::de::Error::custom)?;
                    settings.insert(name, Some(value));
                }
            }
            value => {
                let value =
                    number(value).map_err(|error| serde::de::Error::custom(format!("{name}: {error}")))?;
                settings.insert(name, Some(value));
            }
        }
    }
    Ok(settings)
}
