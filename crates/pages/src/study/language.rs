//! A study's own texts in the language of its page.

use thalweg_report::Language;
use thalweg_workloads::study::{Line, LineResult, Study, UNNAMED};

/// Returns a study and its results with the texts of a language.
pub(super) fn in_language(
    study: &Study,
    results: &[LineResult],
    language: Language,
) -> (Study, Vec<LineResult>) {
    let results = results.iter().map(|result| {
        let mut result = result.clone();
        result.line = line(study, &result.line, language);
        result
    });
    (study.in_language(language.code()), results.collect())
}

/// Returns a line of a study with the names of a language. Lines and trials that the file does not name have ours.
pub fn line(study: &Study, line: &Line, language: Language) -> Line {
    let words = language.words();
    let mut line = study.line_in_language(line, language.code());
    if line.name == UNNAMED {
        line.name = words.the_run().into();
    } else if let Some(number) = line.name.strip_prefix("trial ").filter(|_| !study.searched.is_empty()) {
        line.name = format!("{} {number}", words.trial());
    }
    line
}
