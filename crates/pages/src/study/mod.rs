//! A study as a table and a page.

mod alarms;
mod curves;
mod language;
mod pictures;
mod quantities;
mod search;
mod table;

pub use alarms::alarms;
pub use language::line;
pub use table::table;

use crate::distributions::distributions;
use crate::error::PageError;
use thalweg_data::Source;
use thalweg_report::{Block, Language, Page, Section};
use thalweg_workloads::study::{LineResult, Quantity, Shown, Study};

/// The number of rows of the table before the figures.
const FEW: usize = 12;

/// Builds the page of a study. `file` is where the study was read from, and `source` where data sets lie, whose test images are
/// shown.
///
/// # Errors
/// If a data set cannot be loaded, or an image cannot be drawn.
pub fn page(
    study: &Study,
    results: &[LineResult],
    source: &Source,
    file: &str,
    language: Language,
) -> Result<Page, PageError> {
    let words = language.words();
    let (study, results) = &language::in_language(study, results, language);
    let mut page = Page::new(language, &study.title);
    page.subtitle.clone_from(&study.about);
    page.conclusion = alarms(study, results, language);
    if study.test_curve {
        page.conclusion.push(words.test_curve_shown().into());
    }
    let table = table::of(study, results, language);
    page.sections = match study.shown {
        Shown::Loss => curves::curves(results, &[Quantity::TrainingLoss], language),
        Shown::Accuracy => {
            let held_out =
                if study.test_curve { Quantity::TestAccuracy } else { Quantity::ValidationAccuracy };
            curves::curves(results, &[Quantity::TrainingAccuracy, held_out], language)
        }
        Shown::Activations => activations(results, language),
        Shown::Filters => pictures::filters(results, language)?,
        Shown::Mistakes => pictures::mistakes(results, source, language)?,
        Shown::Search => search::search(study, results, language),
    };
    // A long table would hide the figures, which are what a study is about.
    let rows = results.iter().map(|result| result.runs.first().map_or(1, |run| run.activations.len().max(1)));
    if study.shown == Shown::Search || rows.sum::<usize>() > FEW {
        page.sections.push(Section::new(words.all_figures(), "", vec![Block::Table(table)]));
    } else {
        page.table = Some(table);
    }
    page.reproduce = vec![(words.command().into(), format!("thalweg run {file}"))];
    Ok(page)
}

fn activations(results: &[LineResult], language: Language) -> Vec<Section> {
    let words = language.words();
    let figures = results.iter().filter_map(|result| {
        Some(distributions(result.line.name.clone(), &result.runs.first()?.activations))
    });
    let introduction = words.activations_at_the_start();
    vec![Section::new(words.activations(), introduction, figures.collect())]
}
