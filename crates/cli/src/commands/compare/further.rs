//! The command that goes on where a verdict is open.

use super::common::threads;
use super::options::{Comparing, MoreSeeds};
use crate::language::Language;
use crate::shell::given_words;
use thalweg::lab::comparison::Comparison;
use thalweg::pages::time;
use thalweg_kit::shell_word;

/// Returns the seeds more for each rule that would decide all that seeds can; absent if nothing of that kind is open.
pub(super) fn open_seeds(comparison: &Comparison) -> Option<u64> {
    comparison.problems.iter().filter_map(|problem| problem.verdict.more_seeds).max()
}

/// Returns the command that may decide an open verdict, and about how long it takes.
pub(super) fn further(comparison: &Comparison, arguments: &Comparing, language: Language) -> Option<String> {
    let more = open_seeds(comparison)?;
    let option = match arguments.more_seeds {
        MoreSeeds::Number(given) => format!("--more-seeds {}", more + u64::from(given)),
        MoreSeeds::Auto => {
            format!("--more-seeds auto --at-most {}", more + comparison.protocol.final_seeds as u64)
        }
    };
    let seconds: f64 = comparison
        .problems
        .iter()
        .filter(|problem| !problem.deterministic)
        .flat_map(|problem| &problem.rules)
        .map(|rule| {
            let last = rule.runs.iter().filter_map(|run| run.outcome.training_loss.steps.last()).max();
            more as f64 * 1e-6 * rule.microseconds_per_step * f64::from(last.copied().unwrap_or(0))
        })
        .sum();
    let time = time(seconds / threads(arguments.common.threads) as f64, language);
    // The command that was given, with the seeds it takes now.
    let mut given = match &arguments.rerun {
        Some(words) => words.iter().map(shell_word).collect(),
        None => given_words(),
    };
    given.retain(|word| !["-q", "--quiet", "-v", "--verbose"].contains(&word.as_str()));
    if given.is_empty() {
        given.push("compare".into());
    }
    let mut words = vec!["thalweg".to_string()];
    let mut given = given.into_iter();
    while let Some(word) = given.next() {
        match word.as_str() {
            "--more-seeds" | "--at-most" => drop(given.next()),
            "--open" | "--json" | "--live" | "--force" => {}
            word if word.starts_with("--more-seeds=") || word.starts_with("--at-most=") => {}
            word => words.push(word.to_string()),
        }
    }
    words.push(option);
    Some(language.words().command_for_more_seeds(more, &time, &words.join(" ")))
}
