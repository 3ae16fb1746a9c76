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

use serde_json::json;

use crate::{Language, View};

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
    /// The two views of a figure whose y axis can count either way, this one first.
    fn views(self, language: Language) -> Vec<View> {
        let words = language.words();
        let view = |label: &str, kind: &str| View {
            label: label.to_owned(),
            layout: json!({ "yaxis": { "type": kind } }),
        };
        let mut views = vec![view(words.linear(), "linear"), view(words.logarithmic(), "log")];
        if self == Scale::Logarithmic {
            views.reverse();
        }
        views
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_that_is_asked_for_comes_first() {
        let views = Scale::Logarithmic.views(Language::English);
        assert_eq!(
            (views[0].label.as_str(), &views[0].layout),
            ("logarithmic", &json!({ "yaxis": { "type": "log" } }))
        );
        assert_eq!(views[1].layout, json!({ "yaxis": { "type": "linear" } }));
    }
}
