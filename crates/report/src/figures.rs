//! The figures, one idea a file. Each is a struct that takes the numbers, and a method `figure(language)` that gives a
//! [`Figure`](crate::Figure).
//!
//! Functions of two variables: [`Landscape`] is the function on a grid; [`Surface`] and [`Contours`] draw it,
//! [`Paths`] lets the rules walk over it. Training runs: [`Curves`], [`Sensitivity`], [`Dots`].
//!
//! Numbers that are not finite mean "diverged" everywhere: they never stop a figure from being drawn.

mod contours;
mod curves;
mod dots;
mod landscape;
mod paths;
mod sensitivity;
mod surface;

pub use contours::Contours;
pub use curves::{Band, Curve, Curves};
pub use dots::{Dots, Finals};
pub use landscape::{Arrow, Landscape};
pub use paths::{Path, Paths};
pub use sensitivity::{Better, Searched, Sensitivity, Trial};
pub use surface::Surface;

use serde_json::json;

use crate::{Language, View};

/// How a value axis counts.
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
        let mut views = vec![view(words.linear, "linear"), view(words.logarithmic, "log")];
        if self == Scale::Logarithmic {
            views.reverse();
        }
        views
    }
}
