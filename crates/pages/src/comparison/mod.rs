//! A comparison as tables and as a page.

mod all_problems;
mod answer;
mod brief;
mod budgets;
mod conclusion;
mod configurations;
mod diagnostics;
mod differences;
mod fairness;
mod figures;
mod images;
mod next_step;
mod rate_tolerance;
mod runs;
mod seconds;
mod table;
mod target;
mod time_to_target;

use crate::error::PageError;
pub use answer::{answer_text, tier_line};
pub use brief::brief;
pub use conclusion::in_language;
use figures::{function_figures, run_figures, sample_images};
pub use next_step::next_step;
use std::collections::BTreeMap;
pub use table::{in_units, table};
pub use target::target_refused;
use thalweg_data::Dataset;
use thalweg_lab::comparison::{Comparison, ProblemResult};
use thalweg_lab::experiment::{Document, Problem, Workload};
use thalweg_report::{Block, Language, Page, Section};
use thalweg_workloads::engine::vocabulary;

/// Builds the page of a comparison: conclusion and table first, how to reproduce it last. Of the problems whose data is in
/// `datasets`, by number, it shows test images with predictions.
///
/// # Errors
/// If the experiment within the result cannot be read, or names a function or rule that there is not.
pub fn page(
    comparison: &Comparison,
    datasets: &BTreeMap<usize, &Dataset>,
    language: Language,
) -> Result<Page, PageError> {
    let words = language.words();
    let experiment = Document::parse("the experiment", &comparison.experiment)?.check(&vocabulary())?;
    let mut page = Page::new(language, words.comparison_title());
    // What was trained on data comes first: a verdict with uncertainty is what people came for.
    let mut order: Vec<usize> = (0..comparison.problems.len()).collect();
    order.sort_by_key(|&index| table::is_function(&comparison.problems[index]));
    let names: Vec<&str> = order.iter().map(|&index| comparison.problems[index].name.as_str()).collect();
    page.subtitle = format!("{}: {}", comparison.name, names.join(", "));
    page.answers = order.iter().map(|&index| answer::answer(&comparison.problems[index], language)).collect();
    for (place, index) in order.into_iter().enumerate() {
        let result = &comparison.problems[index];
        let problem = experiment.problems.iter().find(|problem| problem.name == result.name);
        let problem = problem.ok_or_else(|| PageError::NoProblem(result.name.clone()))?;
        let mut blocks: Vec<Block> = Vec::new();
        // The first problem's table is at the top of the page, right below the conclusion.
        match place {
            0 => page.table = Some(table(result, language)),
            _ => blocks.push(table(result, language).into()),
        }
        blocks.extend(differences::forest(problem, result, language));
        match &problem.workload {
            Workload::Function(function) => {
                blocks.extend(function_figures(function, problem, result, language)?);
            }
            Workload::Program(_) | Workload::Command(_) => {
                blocks.extend(run_figures(problem, result, language))
            }
            Workload::Training(_) => {
                blocks.extend(run_figures(problem, result, language));
                if let Some(dataset) = datasets.get(&index) {
                    blocks.extend(sample_images(result, dataset, language)?);
                }
            }
        }
        blocks.extend(rate_tolerance::rate_tolerance(result, language));
        blocks.extend(diagnostics::diagnostics(problem, result, language));
        blocks.extend(configurations::configurations(problem, result, language));
        blocks.extend(budgets::budgets(problem, result, language));
        blocks.extend(target::targets(problem, result, language));
        blocks.extend(time_to_target::time_to_target(result, language));
        if !matches!(problem.workload, Workload::Function(_)) {
            blocks.extend(seconds::seconds(problem, result, language));
        }
        blocks.extend(fairness::fairness(comparison, &experiment, problem, result, language));
        let effort = result.effort();
        blocks.extend(effort.map(|effort| Block::Text(effort.in_language(language).into())));
        blocks.push(runs::runs(result, language));
        page.sections.push(Section::new(&problem.name, about(problem, result, language), blocks));
    }
    let results: Vec<&ProblemResult> = comparison.problems.iter().collect();
    page.sections.extend(all_problems::all_problems(&results, language));
    page.reproduce = vec![
        (words.program().into(), format!("thalweg {}", comparison.code)),
        (words.seed().into(), comparison.seed.to_string()),
        (words.how_it_is_judged().into(), words.statistics_link().into()),
        (words.command_of_the_experiment().into(), "thalweg compare experiment.toml".into()),
        (words.experiment().into(), comparison.experiment.clone()),
    ];
    Ok(page)
}

fn about(problem: &Problem, result: &ProblemResult, language: Language) -> String {
    let words = language.words();
    let seeds = result.rules.iter().map(|rule| rule.runs.len()).max().unwrap_or(0);
    let fair = match result.rules.as_slice() {
        [_] => String::new(),
        rules if rules.iter().all(|rule| rule.tuning.is_some()) => {
            format!(" {}", words.same_trials_and_seeds())
        }
        _ => format!(" {}", words.same_seeds()),
    };
    match &problem.workload {
        Workload::Function(function) => {
            let start = format!("{:?}", function.start);
            words.on_function(&function.function, &start, function.steps, function.noise)
        }
        Workload::Program(program) => {
            words.on_program(&program.program.join(" "), program.steps, seeds) + &fair
        }
        Workload::Command(training) => words.on_training(&training.command.join(" "), seeds) + &fair,
        Workload::Training(training) => {
            let network = match &training.network {
                Some(layers) => words.network_of_layers(&layers.to_string()),
                None => {
                    let hidden = format!("{:?}", training.hidden.as_deref().unwrap_or_default());
                    words
                        .network_of_hidden_layers(&hidden, training.activation.as_deref().unwrap_or_default())
                }
            };
            words.on_data(&network, &training.dataset, training.batch, seeds) + &fair
        }
    }
}
