//! The paths of rules on a two-dimensional function as a page.

use crate::landscape::landscape;
use thalweg_data::Function;
use thalweg_report::figures::{Path, Paths, Surface};
use thalweg_report::{Block, Language, Page, Section};

/// Builds the page of rules' paths on a two-dimensional function.
pub fn page(function: &Function, paths: &[Path], language: Language) -> Page {
    let words = language.words();
    let landscape = landscape(function, paths.iter().flat_map(|path| &path.points));
    let definition = function.definition();
    let mut page = Page::new(language, format!("{}: {}", definition.name, definition.formula));
    page.subtitle = paths.iter().map(|path| path.label.clone()).collect::<Vec<_>>().join("; ");
    let blocks: Vec<Block> = vec![
        Paths { landscape: &landscape, paths }.figure(language).into(),
        Surface { landscape: &landscape, paths }.figure(language).into(),
    ];
    page.sections = vec![Section::new(words.step_by_step(), "", blocks)];
    page
}
