//! Telling studies from experiments.

use toml::Table;

/// Whether a text is a study rather than an experiment alone: it says what to show.
pub fn is_study(text: &str) -> bool {
    text.parse::<Table>().is_ok_and(|table| table.contains_key("figure"))
}
