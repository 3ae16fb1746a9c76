//! What people look at: figures, tables, one self-contained interactive page.
//!
//! The crate knows nothing of training. It takes plain data, the numbers a comparison produced, and gives back
//!
//! - a [`Page`]: one HTML file that works offline on a desk and on a phone, in light and dark, in English and Korean,
//!   with the data of every figure inside;
//! - a [`Table`], which is also the table of the terminal.
//!
//! The order on a page is the order in which people ask: what is the conclusion, what are the numbers, what does it
//! look like, how do I get the same result.
//!
//! The way of a figure: a struct of [`figures`] (say [`figures::Curves`]) -> [`Figure`] (traces for plotly.js, layout,
//! CSV) -> `<figure>` in the page -> drawn by the scripts of `assets/page/`.
//!
//! ```
//! use thalweg_report::{Column, Language, Page, Table};
//!
//! let mut table = Table::new(vec![Column::text("rule"), Column::number("accuracy")]);
//! table.push(["sgd".into(), "0.953".into()]);
//! let mut page = Page::new(Language::English, "Which rule?");
//! page.conclusion.push("Cannot tell.".to_owned());
//! page.table = Some(table);
//! assert!(page.html().contains("Cannot tell."));
//! ```

#![forbid(unsafe_code)]

mod answer;
mod csv;
pub mod diagram;
mod error;
mod escape;
mod figure;
pub mod figures;
mod images;
mod lookup;
mod number;
mod page;
mod palette;
mod picture;
mod render;
mod script;
mod table;
mod tiers;
mod wrap;
mod write;

pub use answer::Answer;
pub use error::ReportError;
pub use figure::{Figure, View, Walk};
pub use images::{Image, ImageGrid};
pub use lookup::Lookup;
pub use page::{Block, Page, Section};
pub use palette::Arm;
pub use table::{Align, Cell, Column, Table};
pub use thalweg_words::{Language, Lesson, Words};
pub use tiers::{Standing, Tiers};
pub use wrap::{padded, wrap};
pub use write::is_page;

/// The examples of the README, tested.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
