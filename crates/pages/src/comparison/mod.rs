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
use crate::language::say;
pub use answer::{answer_text, tier_line};
pub use brief::brief;
pub use conclusion::in_language;
use figures::{function_figures, run_figures, sample_images};
pub use next_step::next_step;
use std::collections::BTreeMap;
pub use table::table;
pub use target::target_refused;
use thalweg_data::Dataset;
use thalweg_lab::comparison::{Comparison, ProblemResult};
use thalweg_lab::engine::vocabulary;
use thalweg_lab::experiment::{Document, Problem, Workload};
use thalweg_report::{Block, Language, Page, Section};

/// Where the words of a verdict, and the intervals behind them, are explained.
const STATISTICS: &str = "https://github.com/thalweg/thalweg/blob/main/docs/statistics.md";
const STATISTICS_KO: &str = "https://github.com/thalweg/thalweg/blob/main/docs/statistics.ko.md";

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
    let experiment = Document::parse("the experiment", &comparison.experiment)?.check(&vocabulary())?;
    let title = say(
        language,
        "Which rule, at which learning rate, and how sure?",
        "어느 갱신 규칙을, 어떤 학습률로, 얼마나 확실하게?",
    );
    let mut page = Page::new(language, title);
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
            Workload::Program(_) => blocks.extend(run_figures(problem, result, language)),
            Workload::Training(training) => {
                blocks.extend(run_figures(problem, result, language));
                if let Some(dataset) = datasets.get(&index) {
                    blocks.extend(sample_images(training, result, dataset, language)?);
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
        blocks.push(runs::runs(result, language));
        page.sections.push(Section::new(&problem.name, about(problem, result, language), blocks));
    }
    let results: Vec<&ProblemResult> = comparison.problems.iter().collect();
    page.sections.extend(all_problems::all_problems(&results, language));
    page.reproduce = vec![
        (say(language, "program", "프로그램"), format!("thalweg {}", comparison.code)),
        (say(language, "seed", "시드"), comparison.seed.to_string()),
        (say(language, "how it is judged", "판정 방법"), say(language, STATISTICS, STATISTICS_KO)),
        (
            say(
                language,
                "command (save the experiment below as experiment.toml)",
                "명령 (아래 실험을 experiment.toml로 저장)",
            ),
            "thalweg compare experiment.toml".into(),
        ),
        (say(language, "experiment", "실험"), comparison.experiment.clone()),
    ];
    Ok(page)
}

fn about(problem: &Problem, result: &ProblemResult, language: Language) -> String {
    match &problem.workload {
        Workload::Function(function) => match language {
            Language::English => format!(
                "{} updates on {} from {:?}. Noise in the gradient: {}.",
                function.steps, function.function, function.start, function.noise
            ),
            Language::Korean => format!(
                "{} 함수에서 {:?}부터 {}번 갱신. 기울기 잡음: {}.",
                function.function, function.start, function.steps, function.noise
            ),
        },
        Workload::Program(program) => {
            let (runs, command) = (
                result.rules.iter().map(|rule| rule.runs.len()).max().unwrap_or(0),
                program.program.join(" "),
            );
            match language {
                Language::English => format!(
                    "{} updates; losses and gradients come from `{command}`. Every rule got the same trials and the same seeds. \
                     Final figures over {runs} fresh seeds.",
                    program.steps
                ),
                Language::Korean => format!(
                    "{}번 갱신. 손실과 기울기는 `{command}`가 계산. 모든 규칙에 같은 횟수의 시도와 같은 시드를 주었다. 최종 수치는 새 시드 \
                     {runs}개의 결과.",
                    program.steps
                ),
            }
        }
        Workload::Training(training) => {
            let runs = result.rules.iter().map(|rule| rule.runs.len()).max().unwrap_or(0);
            let network = match (&training.network, language) {
                (Some(layers), Language::English) => format!("The network {layers}"),
                (None, Language::English) => {
                    format!("A network with hidden layers {:?} ({})", training.hidden, training.activation)
                }
                (Some(layers), Language::Korean) => format!("신경망 {layers}"),
                (None, Language::Korean) => {
                    format!("은닉층 {:?} ({}) 신경망", training.hidden, training.activation)
                }
            };
            match language {
                Language::English => format!(
                    "{network} on {}, batches of {}; every rule got the same trials and the same \
                     seeds. Final figures over {runs} fresh seeds.",
                    training.dataset, training.batch
                ),
                Language::Korean => format!(
                    "{network}, 데이터 {}, 배치 크기 {}. 모든 규칙에 같은 횟수의 시도와 같은 시드를 주었다. \
                     최종 수치는 새 시드 {runs}개의 결과.",
                    training.dataset, training.batch
                ),
            }
        }
    }
}
