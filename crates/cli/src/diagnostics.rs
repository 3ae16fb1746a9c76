//! Diagnostics of a network as text.

use crate::language::words;
use thalweg::pages::number;
use thalweg::report::{Column, Table};
use thalweg::train::Diagnostics;

/// Returns the last diagnostics as text.
pub(crate) fn text(last: &Diagnostics) -> String {
    let words = words();
    let mut tensors = Table::new(vec![
        Column::text(words.tensor()),
        Column::number(words.gradient_norm()),
        Column::number(words.weight_norm()),
        Column::number(words.update_ratio()),
    ]);
    // Four digits.
    let short = |value: f64| number(format!("{value:.3e}").parse().unwrap_or(value));
    for one in &last.tensors {
        tensors.push([
            one.tensor.as_str().into(),
            short(one.gradient_norm).as_str().into(),
            short(one.weight_norm).as_str().into(),
            one.update_ratio.map_or_else(String::new, short).as_str().into(),
        ]);
    }
    let mut layers = Table::new(vec![
        Column::text(words.activation()),
        Column::number(words.mean()),
        Column::number(words.deviation_of_activations()),
        Column::number(words.exactly_0()),
        Column::number(words.dead_units()),
    ]);
    let share = |value: f64| format!("{:.1} %", 100.0 * value);
    for one in &last.activations {
        layers.push([
            one.layer.as_str().into(),
            number((one.mean * 1e4).round() / 1e4).as_str().into(),
            number((one.deviation * 1e4).round() / 1e4).as_str().into(),
            share(one.zeros).as_str().into(),
            share(one.dead).as_str().into(),
        ]);
    }
    let mut parts = Vec::new();
    if !last.tensors.is_empty() {
        parts.push(tensors.to_text(crate::output::width()));
    }
    if !last.activations.is_empty() {
        parts.push(layers.to_text(crate::output::width()));
    }
    parts.join("\n")
}
