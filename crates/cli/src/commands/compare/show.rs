//! The result in files and on the terminal.

use crate::failure::Failure;
use crate::language::Language;
use crate::output;
use std::path::Path;
use thalweg::arena::write_atomically;
use thalweg::lab::comparison::{Comparison, ProblemResult};
use thalweg::lab::experiment::Metric;
use thalweg::lab::verdict::reach;
use thalweg::pages::comparison::{answer_text, in_language, table, target_refused};
use thalweg::report;
use thalweg_kit::file_name;

/// Writes a table for each problem, and the whole result as JSON. Returns the JSON.
pub(super) fn write(comparison: &Comparison, out: &Path) -> Result<String, Failure> {
    for problem in &comparison.problems {
        let path = out.join(format!("{}-results.csv", file_name(&problem.name)));
        write_atomically(&path, table(problem, Language::English).to_csv().as_bytes())?;
    }
    let result = serde_json::to_string_pretty(comparison)?;
    write_atomically(&out.join("result.json"), result.as_bytes())?;
    Ok(result)
}

/// Prints the tables, and what can be concluded.
pub(super) fn print(comparison: &Comparison, language: Language) -> Result<(), Failure> {
    for problem in &comparison.problems {
        output::line(format!(
            "{}\n{}",
            problem.name,
            table(problem, language).to_text(crate::output::width())
        ))?;
        if let Some(refused) = target_refused(problem, language) {
            output::line(format!("{}\n", wrap(refused)))?;
        }
    }
    // What was trained on data comes last, nearest to the end of the output: it is what people came for.
    let is_function = |problem: &&ProblemResult| problem.metric == Metric::Value;
    let (functions, others): (Vec<_>, Vec<_>) = comparison.problems.iter().partition(is_function);
    for problem in functions.into_iter().chain(others) {
        output::line(answer_text(problem, language))?;
        if let Some(verdict) = &problem.target_verdict {
            output::line(format!("{}\n", wrap(&in_language(&verdict.sentence, language))))?;
        }
    }
    output::line(wrap(&in_language(&reach(), language)))
}

/// A text in lines that fit a terminal.
fn wrap(text: &str) -> String {
    report::wrap(text, 80).join("\n")
}
