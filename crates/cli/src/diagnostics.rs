//! Diagnostics of a network as text.

use thalweg::pages::number;
use thalweg::report::{Column, Table};
use thalweg::train::Diagnostics;

/// Returns the last diagnostics as text.
pub(crate) fn text(last: &Diagnostics) -> String {
    let mut tensors = Table::new(vec![
        Column::text("tensor"),
        Column::number("gradient norm"),
        Column::number("weight norm"),
        Column::number("update/weight"),
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
        Column::text("activation"),
        Column::number("mean"),
        Column::number("deviation"),
        Column::number("exactly 0"),
        Column::number("dead units"),
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
