//! A comparison as tables and as a page.

mod all_problems;
mod diagnostics;
mod figures;
mod images;
mod plan;
mod rate_tolerance;
mod runs;
mod table;
mod verdicts;

use crate::failure::Failure;
use crate::language::say;
use figures::{function_figures, run_figures, sample_images};
pub(crate) use plan::{plan, time};
pub(crate) use table::table;
use thalweg::lab::comparison::{Comparison, ProblemResult};
use thalweg::lab::engine::Engine;
use thalweg::lab::experiment::{Experiment, Problem, Workload};
use thalweg::lab::verdict::{Sentence, reach};
use thalweg::report::{Block, Language, Page, Section};
pub(crate) use verdicts::target_refused;

/// Where the words of a verdict, and the intervals behind them, are explained.
const STATISTICS: &str = "https://github.com/thalweg/thalweg/blob/main/docs/statistics.md";
const STATISTICS_KO: &str = "https://github.com/thalweg/thalweg/blob/main/docs/statistics.ko.md";

/// Returns a sentence in the page's language.
pub(crate) fn in_language(sentence: &Sentence, language: Language) -> String {
    say(language, &sentence.en, &sentence.ko)
}

/// Builds the whole page: conclusion and table first, how to reproduce it last.
pub(crate) fn page(
    comparison: &Comparison,
    experiment: &Experiment,
    engine: &Engine,
    language: Language,
) -> Result<Page, Failure> {
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
    for &index in &order {
        page.conclusion.push(in_language(&comparison.problems[index].verdict.sentence, language));
    }
    page.conclusion.push(in_language(&reach(), language));
    for (place, index) in order.into_iter().enumerate() {
        let (problem, result) = (&experiment.problems[index], &comparison.problems[index]);
        let mut blocks: Vec<Block> = Vec::new();
        // The first problem's table is at the top of the page, right below the conclusion.
        match place {
            0 => page.table = Some(table(result, language)),
            _ => blocks.push(table(result, language).into()),
        }
        blocks.extend(verdicts::forest(problem, result, language));
        match &problem.workload {
            Workload::Function(function) => {
                blocks.extend(function_figures(function, problem, result, language)?);
            }
            Workload::Program(_) => blocks.extend(run_figures(problem, result, language)),
            Workload::Training(training) => {
                blocks.extend(run_figures(problem, result, language));
                if let Some(dataset) = engine.dataset(index) {
                    blocks.extend(sample_images(training, result, dataset, language)?);
                }
            }
        }
        blocks.extend(rate_tolerance::rate_tolerance(result, language));
        blocks.extend(diagnostics::diagnostics(problem, result, language));
        blocks.extend(verdicts::configurations(problem, result, language));
        blocks.extend(verdicts::budgets(problem, result, language));
        blocks.extend(verdicts::targets(problem, result, language));
        if !matches!(problem.workload, Workload::Function(_)) {
            blocks.extend(verdicts::seconds(problem, result, language));
        }
        blocks.extend(verdicts::fairness(comparison, experiment, problem, result, language));
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
    for (index, problem) in experiment.problems.iter().enumerate() {
        let files = engine.files(index);
        if !files.is_empty() {
            let name = &problem.name;
            let what = say(
                language,
                &format!("files of {name}: results belong to their contents"),
                &format!("{name}의 파일: 결과는 이 내용에 대한 것입니다"),
            );
            page.reproduce.push((what, files.join(", ")));
        }
    }
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
