//! A figure: what plotly.js draws, what the page adds to it, and its data.

use serde_json::{Value, json};

use crate::{Arm, escape::file_stem};

/// A figure of a page.
///
/// The makers of [`figures`](crate::figures) build it; any other chart of plotly.js can be made with
/// [`Figure::new`]. A colour of the form `var(--ink)` (also `--muted`, `--paper`, `--line`) follows the light or dark
/// mode of the page; fonts, grids and backgrounds do so anyway. The labels of a logarithmic axis are chosen on the page, as many
/// as fit.
#[derive(Debug, Clone)]
pub struct Figure {
    /// Title, a few words.
    pub title: String,
    /// What is drawn and how to read it, below the figure.
    pub caption: String,
    /// Traces, in the JSON of plotly.js.
    pub traces: Vec<Value>,
    /// Layout, in the JSON of plotly.js.
    pub layout: Value,
    /// What replaces parts of the layout on a narrow screen (merged into it, objects key by key).
    pub narrow: Value,
    /// Height in CSS pixels: on a desk, on a phone.
    pub height: (u32, u32),
    /// Takes the whole width of the page; otherwise two figures share it.
    pub wide: bool,
    /// Variants to choose from, say linear and logarithmic; the first one is shown first.
    pub views: Vec<View>,
    /// Lets the page replay the traces step by step.
    pub walk: Option<Walk>,
    /// What it draws in the looks that the page gives.
    pub arms: Vec<Arm>,
    /// File name and content of the figure's data as CSV.
    pub csv: Option<(String, String)>,
}

/// One variant of a figure.
#[derive(Debug, Clone)]
pub struct View {
    /// What its button says.
    pub label: String,
    /// What it changes in the layout (merged into it, objects key by key).
    pub layout: Value,
}

/// How a figure is replayed: at step `n`, each trail shows its first `n + 1` points and each head the last of them.
#[derive(Debug, Clone)]
pub struct Walk {
    /// The number of the step each point belongs to (all points, or evenly spaced ones of a long run).
    pub steps: Vec<usize>,
    /// Indices of the traces that grow.
    pub trails: Vec<usize>,
    /// Indices of the traces of one point, each with the trail it leads.
    pub heads: Vec<(usize, usize)>,
}

impl Figure {
    /// Creates a figure of half the page's width, without caption, variants or data.
    pub fn new(title: impl Into<String>, traces: Vec<Value>, layout: Value) -> Self {
        Self {
            title: title.into(),
            caption: String::new(),
            traces,
            layout,
            narrow: Value::Null,
            height: (420, 380),
            wide: false,
            views: Vec::new(),
            walk: None,
            arms: Vec::new(),
            csv: None,
        }
    }

    /// Attaches the data, as a file of that name.
    pub(crate) fn with_csv(mut self, name: &str, content: String) -> Self {
        self.csv = Some((file_stem(name) + ".csv", content));
        self
    }

    /// Returns the JSON that `assets/page/figures.js` reads.
    pub(crate) fn specification(&self) -> Value {
        let views: Vec<&Value> = self.views.iter().map(|view| &view.layout).collect();
        let walk = self
            .walk
            .as_ref()
            .map(|walk| json!({ "steps": walk.steps, "trails": walk.trails, "heads": walk.heads }));
        json!({ "data": self.traces, "layout": self.layout, "narrow": self.narrow, "views": views, "walk": walk })
    }
}

/// Returns a trace, or a part of one, with further attributes merged into it.
pub(crate) fn with(mut base: Value, extra: Value) -> Value {
    merge(&mut base, extra);
    base
}

/// Returns what the page changes in `from` to get `to`: in objects and arrays the places that differ, anything else whole; an empty
/// object if nothing differs. `None` if they are not built alike, so that only the whole of `to` will do.
pub(crate) fn changes(from: &Value, to: &Value) -> Option<Value> {
    let mut different = serde_json::Map::new();
    match (from, to) {
        (Value::Object(from), Value::Object(to)) => {
            if !from.keys().eq(to.keys()) {
                return None;
            }
            for (key, value) in to.iter().filter(|(key, value)| from[*key] != **value) {
                different.insert(key.clone(), changes(&from[key], value)?);
            }
        }
        (Value::Array(from), Value::Array(to)) if from.len() == to.len() => {
            for (place, (from, to)) in from.iter().zip(to).enumerate().filter(|(_, (from, to))| from != to) {
                different.insert(place.to_string(), changes(from, to)?);
            }
        }
        (Value::Object(_), _) | (_, Value::Object(_)) => return None,
        (from, to) if from == to => {}
        (_, to) => return Some(to.clone()),
    }
    Some(Value::Object(different))
}

/// Merges `extra` into `base`: objects key by key, anything else replaced.
fn merge(base: &mut Value, extra: Value) {
    match (base, extra) {
        (Value::Object(base), Value::Object(extra)) => {
            for (key, value) in extra {
                merge(base.entry(key).or_insert(Value::Null), value);
            }
        }
        (_, Value::Null) => {}
        (base, extra) => *base = extra,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_takes_further_attributes() {
        let points = json!({ "type": "scatter", "x": [1.0], "y": [f64::NAN], "marker": { "size": 4 } });
        let value = with(points, json!({ "marker": { "angleref": "previous" }, "zorder": 3 }));
        assert_eq!(value["type"], "scatter");
        assert_eq!(value["y"], json!([null]));
        assert_eq!(value["marker"], json!({ "size": 4, "angleref": "previous" }));
        assert_eq!(value["zorder"], 3);
    }

    #[test]
    fn a_translation_is_what_it_changes() {
        let english =
            json!({ "x": [1, 2, 3], "name": "loss", "ticks": ["a", "b"], "views": [{ "title": "f" }] });
        let korean =
            json!({ "x": [1, 2, 3], "name": "손실", "ticks": ["a", "나"], "views": [{ "title": "값" }] });
        let expected = json!({ "name": "손실", "ticks": { "1": "나" }, "views": { "0": { "title": "값" } } });
        assert_eq!(changes(&english, &korean), Some(expected));
        assert_eq!(changes(&english, &english), Some(json!({})));
        assert_eq!(changes(&json!("a"), &json!("a")), Some(json!({})));
        // Lists of another length are replaced; where an object stands for something else, nothing is.
        assert_eq!(changes(&json!([1]), &json!([1, 2])), Some(json!([1, 2])));
        assert_eq!(changes(&json!({ "a": 1 }), &json!({ "b": 1 })), None);
        assert_eq!(changes(&json!({ "a": [1] }), &json!({ "a": { "b": 1 } })), None);
    }

    #[test]
    fn merging_replaces_arrays_and_keeps_what_is_not_named() {
        let mut base = json!({ "a": { "b": 1, "c": [1, 2] }, "d": 4 });
        merge(&mut base, json!({ "a": { "c": [3] }, "e": 5 }));
        assert_eq!(base, json!({ "a": { "b": 1, "c": [3] }, "d": 4, "e": 5 }));
    }
}
