//! Numbers in JSON.

use serde::{Deserialize, Deserializer};

/// Reads a number where null stands for NaN, which JSON does not have.
pub(crate) fn null_is_nan<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Option::<f64>::deserialize(deserializer)?.unwrap_or(f64::NAN))
}
