//! How inputs are scaled.

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// How inputs are scaled. Files write `true`, `false`, `"standard"` or `"min-max"`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Normalize {
    /// As is usual for the data: the bytes of images from 0 to 1, the numbers of tables standardised, other arrays as they are.
    #[default]
    Usual,
    /// Not at all.
    None,
    /// A table's numbers have mean 0 and standard deviation 1 in the training part.
    Standard,
    /// A table's numbers go from 0 to 1 in the training part.
    MinMax,
}

impl Normalize {
    /// Returns whether inputs are scaled at all.
    pub fn is_on(self) -> bool {
        self != Normalize::None
    }

    /// Returns whether this is the default.
    pub fn is_usual(&self) -> bool {
        *self == Normalize::Usual
    }
}

impl From<bool> for Normalize {
    fn from(on: bool) -> Normalize {
        if on { Normalize::Usual } else { Normalize::None }
    }
}

impl FromStr for Normalize {
    type Err = String;

    fn from_str(text: &str) -> Result<Normalize, String> {
        match text {
            "true" => Ok(Normalize::Usual),
            "false" | "none" => Ok(Normalize::None),
            "standard" => Ok(Normalize::Standard),
            "min-max" => Ok(Normalize::MinMax),
            other => Err(format!(
                "`normalize` is `true`, `false`, \"standard\", \"min-max\" or \"none\", not `{other}`"
            )),
        }
    }
}

impl fmt::Display for Normalize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Normalize::Usual => "true",
            Normalize::None => "false",
            Normalize::Standard => "standard",
            Normalize::MinMax => "min-max",
        })
    }
}

impl Serialize for Normalize {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Normalize::Usual | Normalize::None => serializer.serialize_bool(self.is_on()),
            other => serializer.collect_str(other),
        }
    }
}

impl<'de> Deserialize<'de> for Normalize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Normalize, D::Error> {
        struct Written;
        impl Visitor<'_> for Written {
            type Value = Normalize;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`true`, `false`, \"standard\", \"min-max\" or \"none\"")
            }
            fn visit_bool<E: Error>(self, on: bool) -> Result<Normalize, E> {
                Ok(on.into())
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Normalize, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saved_settings_keep_their_form() {
        for (json, expected) in [
            ("true", Normalize::Usual),
            ("false", Normalize::None),
            ("\"standard\"", Normalize::Standard),
            ("\"min-max\"", Normalize::MinMax),
        ] {
            assert_eq!(serde_json::from_str::<Normalize>(json).unwrap(), expected);
            assert_eq!(serde_json::to_string(&expected).unwrap(), json);
            assert_eq!(expected.to_string().parse(), Ok(expected));
        }
        assert_eq!(serde_json::from_str::<Normalize>("\"none\"").unwrap(), Normalize::None);
        assert!(serde_json::from_str::<Normalize>("\"z-score\"").unwrap_err().to_string().contains("min-max"));
    }
}
