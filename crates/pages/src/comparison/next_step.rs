//! What to do next about one problem, and what it costs.

use super::brief::amount;
use crate::time;
use thalweg_lab::comparison::{Boundary, ProblemResult, RuleResult};
use thalweg_lab::verdict::Advice;
use thalweg_report::Language;

/// Returns what would decide what is open, with its price; or that nothing is open.
pub fn next_step(result: &ProblemResult, language: Language) -> String {
    let words = language.words();
    let steps = [more_seeds(result, language), beyond_seeds(result, language), wider(result, language)];
    let steps: Vec<String> = steps.into_iter().flatten().collect();
    if !steps.is_empty() {
        return steps.join(" ");
    }
    let said = if result.rules.iter().all(|rule| rule.validation.is_none()) {
        words.search_smaller_rates()
    } else if result.rules.len() == 1 {
        words.name_a_second_rule()
    } else {
        words.nothing_is_open()
    };
    said.into()
}

/// Seeds that would decide, in updates and time.
fn more_seeds(result: &ProblemResult, language: Language) -> Option<String> {
    let more = result.verdict.more_seeds?;
    let steps = |rule: &RuleResult| {
        let last = rule.runs.iter().filter_map(|run| run.outcome.training_loss.steps.last()).max();
        u64::from(last.copied().unwrap_or(0))
    };
    let updates: u64 = result.rules.iter().map(|rule| more * steps(rule)).sum();
    let seconds: f64 =
        result.rules.iter().map(|rule| (more * steps(rule)) as f64 * 1e-6 * rule.microseconds_per_step).sum();
    let (updates, time) = (grouped(updates), time(seconds, language));
    Some(language.words().more_seeds_would_decide(more, &updates, &time))
}

/// What would decide where seeds do not.
fn beyond_seeds(result: &ProblemResult, language: Language) -> Option<String> {
    let (mut wanted, mut examples) = (0.0_f64, Some(0));
    for judgement in &result.verdict.judgements {
        if let Some(Advice::SeedsCannotTell { examples: more, margin }) = judgement.advice {
            wanted = wanted.max(margin);
            examples = examples.zip(more).map(|(most, more)| most.max(more));
        }
    }
    if wanted == 0.0 {
        return None;
    }
    let wanted = amount(result.metric, wanted, language);
    let words = language.words();
    Some(match examples {
        Some(more) => words.examples_would_decide(&grouped(more), &wanted),
        None => words.margin_would_decide(&wanted),
    })
}

/// Rules whose best rate may lie beyond what was searched.
fn wider(result: &ProblemResult, language: Language) -> Option<String> {
    let unresolved = |rule: &&RuleResult| {
        rule.tuning.as_ref().is_some_and(|tuning| matches!(tuning.boundary, Boundary::Unresolved(_)))
    };
    let labels: Vec<&str> = result.rules.iter().filter(unresolved).map(|rule| rule.label.as_str()).collect();
    (!labels.is_empty()).then(|| language.words().search_wider(&labels))
}

/// Digits in groups of three.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let place = |(at, digit): (usize, char)| {
        let gap = at > 0 && (digits.len() - at).is_multiple_of(3);
        gap.then_some(',').into_iter().chain([digit])
    };
    digits.chars().enumerate().flat_map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_threes() {
        assert_eq!([7, 999, 1_000, 1_234_567].map(grouped), ["7", "999", "1,000", "1,234,567"]);
    }
}
