//! A study as a table and a page.

mod alarms;
mod curves;
mod pictures;
mod quantities;
mod search;
mod table;

pub use alarms::alarms;
pub use table::table;

use crate::distributions::distributions;
use crate::error::PageError;
use crate::language::say;
use thalweg_data::Source;
use thalweg_lab::study::{LineResult, Quantity, Shown, Study};
use thalweg_report::{Block, Language, Page, Section};

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
    let mut page = Page::new(language, &study.title);
    page.subtitle.clone_from(&study.about);
    page.conclusion = alarms(study, results, language);
    let table = table(study, results, language);
    page.sections = match study.shown {
        Shown::Loss => curves::curves(results, &[Quantity::TrainingLoss], language),
        Shown::Accuracy => {
            curves::curves(results, &[Quantity::TrainingAccuracy, Quantity::ValidationAccuracy], language)
        }
        Shown::Activations => activations(results, language),
        Shown::Filters => pictures::filters(results, language)?,
        Shown::Mistakes => pictures::mistakes(results, source, language)?,
        Shown::Search => search::search(study, results, language),
    };
    // A long table would hide the figures, which are what a study is about.
    let rows = results.iter().map(|result| result.runs.first().map_or(1, |run| run.activations.len().max(1)));
    if study.shown == Shown::Search || rows.sum::<usize>() > FEW {
        let title = say(language, "All figures", "모든 수치");
        page.sections.push(Section::new(title, "", vec![Block::Table(table)]));
    } else {
        page.table = Some(table);
    }
    page.reproduce = vec![(say(language, "command", "명령"), format!("thalweg run {file}"))];
    Ok(page)
}

fn activations(results: &[LineResult], language: Language) -> Vec<Section> {
    let figures = results.iter().filter_map(|result| {
        Some(distributions(result.line.name.clone(), &result.runs.first()?.activations))
    });
    let introduction = say(
        language,
        "How the values of each activation are distributed over 1,000 examples before the first step, first layer on the left.",
        "첫 갱신 전, 예제 1,000개에 대한 각 활성화 값의 분포. 왼쪽이 첫 번째 층이다.",
    );
    vec![Section::new(say(language, "Activations", "활성화 값"), introduction, figures.collect())]
}
