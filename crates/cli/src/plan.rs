//! What a comparison is going to do, and whether it can tell anything: `--dry-run`.

use thalweg::lab::experiment::{Experiment, LearningRate, Metric, ProgramProblem, Workload};
use thalweg::lab::search::{Space, show_rate};
use thalweg::lab::verdict::Plan;
use thalweg::pages::comparison::{in_language, in_units};
use thalweg::pages::time as time_in_words;
use thalweg::report::Language;
use thalweg::workloads::engine::Differences;
use thalweg::workloads::preflight::Preflight;

/// A mean gradient error above this is not caused by rounding.
const WRONG_GRADIENT: f64 = 1e-4;
/// A batch is learnt by heart when its loss has fallen to this share.
const LEARNT: f64 = 0.2;
/// A program's gradient that is further from the difference quotient, as a part of it, is not so because of rounding or a kink.
const WRONG_SLOPE: f64 = 0.02;

/// Returns the plan for one problem in a few lines.
pub(crate) fn plan(
    experiment: &Experiment,
    found: &Preflight,
    threads: usize,
    language: Language,
) -> Vec<String> {
    let problem = experiment.problems.iter().find(|problem| problem.name == found.problem);
    let program = problem.and_then(|problem| match &problem.workload {
        Workload::Program(program) => Some(program),
        Workload::Function(_) | Workload::Training(_) | Workload::Command(_) => None,
    });
    let training = problem.and_then(|problem| match &problem.workload {
        Workload::Command(training) => Some(training),
        Workload::Function(_) | Workload::Training(_) | Workload::Program(_) => None,
    });
    let threads = match (program.and_then(|program| program.parallel), training) {
        (_, Some(training)) => training.limits.at_once(),
        (Some(copies), None) => threads.min(copies as usize),
        (None, None) => threads,
    };
    let seconds = found.whole_runs * found.seconds_per_run / threads.max(1) as f64;
    let words = language.words();
    let time = time_in_words(seconds, language);
    let mut lines = vec![words.plan_of(&found.problem, experiment.rules.len(), found.cells, &time, threads)];
    if let Some(problem) = problem {
        for arm in &experiment.rules {
            let mut ranges = vec![match problem.learning_rate(arm) {
                LearningRate::Fixed(rate) => format!("learning_rate {}", show_rate(rate)),
                LearningRate::Search { from, to } => {
                    format!("learning_rate {} … {}", show_rate(from), show_rate(to))
                }
            }];
            ranges.extend(arm.search.iter().map(|(name, space)| match space {
                Space::Between { from, to, .. } => {
                    format!("{name} {} … {}", show_rate(*from), show_rate(*to))
                }
                Space::Among { values } => format!("{name} {values:?}"),
            }));
            lines.push(format!("  {} ({}): {}", arm.label, arm.dialect, ranges.join(", ")));
        }
    }
    lines.extend(program.map(|program| about_program(program, language)));
    if training.is_some()
        && let Some(figure) = found.mean
    {
        lines.push(format!(
            "  {}",
            words.first_run(&found.rule, figure, &time_in_words(found.seconds_per_run, language))
        ));
    }
    if !found.files.is_empty() {
        lines.push(format!("  {}", words.known_by_files(&found.files.join(", "))));
    }
    lines.extend(found.differences.as_ref().map(|differences| slopes(differences, language)));
    if let Some(error) = found.gradient {
        let wrong = error > WRONG_GRADIENT || error.is_nan();
        let line = if wrong { words.gradients_wrong(error) } else { words.gradients_right(error) };
        lines.push(format!("  {line}"));
    }
    if let Some(fault) = &found.start_fault {
        lines.push(format!("  {}", words.warning(&in_language(fault, language))));
    }
    if let Some((first, last)) = found.one_batch {
        let learnt = last <= LEARNT * first;
        let line = if learnt { words.batch_learnt(first, last) } else { words.batch_not_learnt(first, last) };
        lines.push(format!("  {line}"));
    }
    if let (Some(mean), Some(spread)) = (found.mean, found.spread) {
        let show = |value: f64| match found.metric {
            Metric::Value => format!("{value:.3e}"),
            Metric::Rmse | Metric::Mae => in_units(value),
            _ => format!("{value:.4}"),
        };
        let defaults = words.rule_at_its_defaults(&found.rule, &show(mean), &show(spread), found.runs);
        lines.push(format!("  {defaults}"));
        let difference = if found.metric == Metric::Value {
            format!("{} %", 100.0 * found.difference)
        } else {
            found.difference.to_string()
        };
        lines.extend(found.plan.map(|plan| format!("  {}", seeds(plan, &difference, found.seeds, language))));
    }
    if let Some(error) = found.validation_error {
        lines.push(format!("  {}", words.error_of_validation(100.0 * error)));
    }
    lines
}

/// Says what is run, and how long it is waited for.
fn about_program(program: &ProgramProblem, language: Language) -> String {
    let about = language.words().about_program(&program.program.join(" "), program.answer_seconds);
    format!("  {about}")
}

/// Says how far a program's gradients and difference quotients are apart.
fn slopes(differences: &Differences, language: Language) -> String {
    let words = language.words();
    let Differences { worst, follows_seed } = differences;
    let line = match worst {
        _ if !follows_seed => words.seed_not_followed().into(),
        Some((tensor, apart)) if *apart > WRONG_SLOPE => {
            words.gradient_of_tensor_wrong(tensor, 100.0 * apart)
        }
        Some((_, apart)) => words.gradients_agree(*apart),
        None => words.gradients_not_checked().into(),
    };
    format!("  {line}")
}

/// Says how many final seeds are enough for a difference, or what would be instead.
fn seeds(plan: Plan, difference: &str, planned: usize, language: Language) -> String {
    let words = language.words();
    match plan {
        Plan::Seeds(needed) => words.seeds_enough(difference, needed, planned),
        Plan::SeedsCannotTell { examples: Some(more), margin } => {
            words.examples_or_margin_needed(difference, more, margin)
        }
        Plan::SeedsCannotTell { examples: None, margin } => words.margin_needed(difference, margin),
    }
}
