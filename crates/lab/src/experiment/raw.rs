//! Values of keys that may be written in several ways: a rule by its name or as a table, a rate as a number or as a range.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use toml::Spanned;

use super::RawRuleTable;
use thalweg_optim::spelling;

/// A value that does not come from a file, such as a command-line option.
pub fn given<T>(value: T) -> Spanned<T> {
    Spanned::new(0..0, value)
}

/// Returns the value of a key, if it is written.
pub(super) fn written<T: Clone>(key: &Option<Spanned<T>>) -> Option<T> {
    key.as_ref().map(|value| value.get_ref().clone())
}

/// A rule: `"adam"`, or a table.
#[derive(Clone, Debug)]
pub enum RawRule {
    /// The name only.
    Name(String),
    /// The name and more.
    Table(Box<RawRuleTable>),
}

/// What to search for beside the learning rate.
#[derive(Clone, Debug)]
pub enum RawSearch {
    /// These, in their usual ranges.
    Names(Vec<Spanned<String>>),
    /// These, where it says.
    Table(BTreeMap<Spanned<String>, Spanned<RawSpace>>),
}

/// Where a hyper-parameter is searched: between two numbers, or among some.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct RawSpace {
    /// The smallest value.
    pub from: Option<Spanned<f64>>,
    /// The largest value.
    pub to: Option<Spanned<f64>>,
    /// `"linear"`, `"log"`, or `"one-minus"`: evenly in the logarithm of the distance to one. Default: the hyper-parameter's
    /// usual scale, or linear.
    pub scale: Option<Spanned<String>>,
    /// Whether only whole numbers count. Default: false.
    pub integer: Option<Spanned<bool>>,
    /// The values to choose among, in place of a range.
    pub values: Option<Spanned<Vec<Spanned<f64>>>>,
}

/// Hyper-parameters by name, each with its value. `betas = [0.9, 0.99]` is read as `beta1` and `beta2`.
#[derive(Clone, Debug, Default)]
pub struct RawSet(pub BTreeMap<Spanned<String>, Spanned<f64>>);

/// A number, or a list of them.
struct RawNumbers(Vec<f64>, bool);

/// A learning rate: a number, or a range to search.
#[derive(Clone, Debug)]
pub enum RawRate {
    /// Use this one.
    Fixed(f64),
    /// Search here.
    Range(RawRange),
}

/// A range to search, evenly on a logarithmic scale.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRange {
    /// The smallest value.
    pub from: Option<Spanned<f64>>,
    /// The largest value.
    pub to: Option<Spanned<f64>>,
}

/// A network: a name or layers in one string, or a list of layers.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "expected the name of a network, or a list of layers such as [\"linear 50\", \"relu\", \"linear outputs\"]"
)]
pub enum RawNetwork {
    /// A name, or layers with commas between them.
    Text(String),
    /// One layer an entry.
    List(Vec<String>),
}

impl RawNetwork {
    /// All of it in one string.
    pub fn text(&self) -> String {
        match self {
            RawNetwork::Text(text) => text.clone(),
            RawNetwork::List(layers) => layers.join(", "),
        }
    }
}

/// Initial weights: a name, or the standard deviation of a normal distribution.
#[derive(Clone, Debug)]
pub enum RawInitial {
    /// By name.
    Name(String),
    /// Normal with this standard deviation.
    StandardDeviation(f64),
}

/// A schedule: `"cosine"`, or `{ name = "cosine", warmup = 100 }`.
#[derive(Clone, Debug)]
pub struct RawSchedule {
    /// The name.
    pub name: Option<Spanned<String>>,
    /// The settings.
    pub settings: BTreeMap<Spanned<String>, Spanned<RawSetting>>,
}

/// A setting of a schedule, of whatever kind.
#[derive(Clone, Debug)]
pub enum RawSetting {
    /// A number.
    Number(f64),
    /// `true` or `false`.
    Flag(bool),
    /// A word, or a schedule's name.
    Text(String),
    /// A list: of steps, of points (themselves lists), of schedules.
    List(Vec<Spanned<RawSetting>>),
    /// A schedule with its settings.
    Schedule(RawSchedule),
}

/// Implements `Deserialize` for a type that may be written in several ways, keeping the error messages of each.
macro_rules! written_as {
    ($type:ty, $expecting:literal, { $($method:item)* }) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Written;
                impl<'de> Visitor<'de> for Written {
                    type Value = $type;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($expecting)
                    }
                    $($method)*
                }
                deserializer.deserialize_any(Written)
            }
        }
    };
}

written_as!(RawRule, "a rule's name or a table with a `name`", {
    fn visit_str<E: de::Error>(self, name: &str) -> Result<RawRule, E> {
        Ok(RawRule::Name(name.to_string()))
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawRule, A::Error> {
        RawRuleTable::deserialize(MapAccessDeserializer::new(map))
            .map(|table| RawRule::Table(Box::new(table)))
    }
});

written_as!(RawNumbers, "a number", {
    fn visit_f64<E: de::Error>(self, number: f64) -> Result<RawNumbers, E> {
        Ok(RawNumbers(vec![number], false))
    }
    fn visit_i64<E: de::Error>(self, number: i64) -> Result<RawNumbers, E> {
        Ok(RawNumbers(vec![number as f64], false))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<RawNumbers, A::Error> {
        let mut numbers = Vec::new();
        while let Some(number) = entries.next_element()? {
            numbers.push(number);
        }
        Ok(RawNumbers(numbers, true))
    }
});

written_as!(RawSet, "a table of hyper-parameters", {
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawSet, A::Error> {
        let mut set = BTreeMap::new();
        while let Some((name, numbers)) = map.next_entry::<Spanned<String>, Spanned<RawNumbers>>()? {
            let (place, RawNumbers(numbers, list)) = (numbers.span(), numbers.into_inner());
            let names = match list {
                false => vec![name.get_ref().clone()],
                true => spelling::listed(name.get_ref(), numbers.len()).ok_or_else(|| {
                    let one =
                        format!("`{}` is one number, not a list; `betas` are two or three", name.get_ref());
                    de::Error::custom(one)
                })?,
            };
            for (own, number) in names.into_iter().zip(numbers) {
                set.insert(Spanned::new(name.span(), own), Spanned::new(place.clone(), number));
            }
        }
        Ok(RawSet(set))
    }
});

written_as!(RawSearch, "a list of hyper-parameters or a table of them", {
    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<RawSearch, A::Error> {
        let mut names = Vec::new();
        while let Some(name) = entries.next_element()? {
            names.push(name);
        }
        Ok(RawSearch::Names(names))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawSearch, A::Error> {
        let mut table = BTreeMap::new();
        while let Some((name, space)) = map.next_entry()? {
            table.insert(name, space);
        }
        Ok(RawSearch::Table(table))
    }
});

// A list is refused: it could be a range or a choice.
written_as!(RawSpace, "{ from = 0.5, to = 0.99 } or { values = [0.5, 0.9] }", {
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawSpace, A::Error> {
        RawSpace::deserialize(MapAccessDeserializer::new(map))
    }
});

written_as!(RawRate, "a number or a range such as { from = 1e-4, to = 1 }", {
    fn visit_f64<E: de::Error>(self, rate: f64) -> Result<RawRate, E> {
        Ok(RawRate::Fixed(rate))
    }
    fn visit_i64<E: de::Error>(self, rate: i64) -> Result<RawRate, E> {
        Ok(RawRate::Fixed(rate as f64))
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawRate, A::Error> {
        RawRange::deserialize(MapAccessDeserializer::new(map)).map(RawRate::Range)
    }
});

written_as!(RawInitial, "a name such as \"he\" or a standard deviation", {
    fn visit_str<E: de::Error>(self, name: &str) -> Result<RawInitial, E> {
        Ok(RawInitial::Name(name.to_string()))
    }
    fn visit_f64<E: de::Error>(self, deviation: f64) -> Result<RawInitial, E> {
        Ok(RawInitial::StandardDeviation(deviation))
    }
    fn visit_i64<E: de::Error>(self, deviation: i64) -> Result<RawInitial, E> {
        Ok(RawInitial::StandardDeviation(deviation as f64))
    }
});

written_as!(RawSchedule, "a schedule's name or a table with a `name`", {
    fn visit_str<E: de::Error>(self, name: &str) -> Result<RawSchedule, E> {
        Ok(RawSchedule { name: Some(given(name.to_string())), settings: BTreeMap::new() })
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawSchedule, A::Error> {
        let mut schedule = RawSchedule { name: None, settings: BTreeMap::new() };
        while let Some(key) = map.next_key::<Spanned<String>>()? {
            if key.get_ref() == "name" {
                schedule.name = Some(map.next_value()?);
            } else {
                schedule.settings.insert(key, map.next_value()?);
            }
        }
        Ok(schedule)
    }
});

written_as!(RawSetting, "a number, true or false, a word, a list or a schedule", {
    fn visit_f64<E: de::Error>(self, number: f64) -> Result<RawSetting, E> {
        Ok(RawSetting::Number(number))
    }
    fn visit_i64<E: de::Error>(self, number: i64) -> Result<RawSetting, E> {
        Ok(RawSetting::Number(number as f64))
    }
    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<RawSetting, E> {
        Ok(RawSetting::Flag(flag))
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<RawSetting, E> {
        Ok(RawSetting::Text(text.to_string()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<RawSetting, A::Error> {
        let mut list = Vec::new();
        while let Some(entry) = entries.next_element()? {
            list.push(entry);
        }
        Ok(RawSetting::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawSetting, A::Error> {
        RawSchedule::deserialize(MapAccessDeserializer::new(map)).map(RawSetting::Schedule)
    }
});
