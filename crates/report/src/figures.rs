//! The figures, one idea a file. Each is a struct that takes the numbers, and a method `figure(language)` that gives a
//! [`Figure`](crate::Figure).
//!
//! Functions of two variables: [`Landscape`] is the function on a grid; [`Surface`] and [`Contours`] draw it,
//! [`Paths`] lets the rules walk over it. Training runs: [`Curves`], [`Sensitivity`], [`Dots`], [`Trials`]; inside them:
//! [`Histograms`]. What they say together: [`Forest`]; several hyper-parameters at once: [`Configurations`].
//!
//! Numbers that are not finite mean "diverged" everywhere: they never stop a figure from being drawn.

mod configurations;
mod contours;
mod curves;
mod dots;
mod forest;
mod histograms;
mod landscape;
mod paths;
mod sensitivity;
mod surface;
mod trials;

pub use configurations::{Axis, AxisScale, Configurations};
pub use contours::Contours;
pub use curves::{Band, Curve, Curves};
pub use dots::{Dots, Finals};
pub use forest::{Difference, Forest};
pub use histograms::{Distribution, Histograms};
pub use landscape::{Arrow, Landscape};
pub use paths::{Path, Paths};
pub use sensitivity::{Better, Searched, Sensitivity, Trial};
pub use surface::Surface;
pub use trials::Trials;

use serde_json::{Value, json};

use crate::{Language, View, number::summary};

/// The scale of a value axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scale {
    /// Equal differences have equal lengths.
    #[default]
    Linear,
    /// Equal ratios have equal lengths; only positive values appear.
    Logarithmic,
}

impl Scale {
    /// The two views of a figure whose y axis can count either way, this one first; `values` is what it shows.
    fn views(self, language: Language, values: impl Iterator<Item = f64>) -> Vec<View> {
        let words = language.words();
        let logarithms: Vec<f64> = values.filter(|value| *value > 0.0).map(f64::log10).collect();
        let decades = summary(logarithms.into_iter()).map_or(0.0, |found| found.high - found.low);
        let axis = match decade_tick(decades) {
            Some(tick) => json!({ "type": "log", "dtick": tick }),
            None => json!({ "type": "log" }),
        };
        let view =
            |label: &str, axis: Value| View { label: label.to_owned(), layout: json!({ "yaxis": axis }) };
        let mut views =
            vec![view(words.linear(), json!({ "type": "linear" })), view(words.logarithmic(), axis)];
        if self == Scale::Logarithmic {
            views.reverse();
        }
        views
    }
}

/// Powers of ten from one label of a logarithmic axis to the next, so that there are seven or eight at most. Within two
/// decades the axis needs labels between the powers as well, and plotly.js chooses them.
fn decade_tick(decades: f64) -> Option<f64> {
    (decades > 2.0).then(|| (decades / 7.0).ceil())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_a_logarithmic_axis() {
        assert_eq!([1.5, 2.5, 7.0, 16.4].map(decade_tick), [None, Some(1.0), Some(1.0), Some(3.0)]);
        let views = Scale::Logarithmic.views(Language::English, [1e-3, 0.0, 1.0].into_iter());
        assert_eq!(
            (views[0].label.as_str(), &views[0].layout["yaxis"]["dtick"]),
            ("logarithmic", &json!(1.0))
        );
        assert_eq!(views[1].layout, json!({ "yaxis": { "type": "linear" } }));
    }
}
