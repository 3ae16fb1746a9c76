//! What to do next about one problem, and what it costs.

use super::brief::amount;
use crate::time;
use thalweg_lab::comparison::{Boundary, ProblemResult, RuleResult};
use thalweg_lab::verdict::Advice;
use thalweg_report::Language;

/// Returns what would decide what is open, with its price; or that nothing is open.
pub fn next_step(result: &ProblemResult, language: Language) -> String {
    let english = language == Language::English;
    let steps = [more_seeds(result, language), beyond_seeds(result, language), wider(result, language)];
    let steps: Vec<String> = steps.into_iter().flatten().collect();
    if !steps.is_empty() {
        return steps.join(" ");
    }
    let words = if result.rules.iter().all(|rule| rule.validation.is_none()) {
        ["Search smaller learning rates.", "더 작은 학습률에서 찾아야 합니다."]
    } else if result.rules.len() == 1 {
        ["Name a second rule to compare it with.", "견줄 규칙을 하나 더 넣어야 합니다."]
    } else {
        [
            "Nothing is open: more runs would not change this answer.",
            "남은 물음이 없습니다. 더 실행해도 답은 바뀌지 않습니다.",
        ]
    };
    words[usize::from(!english)].into()
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
    let plural = if more == 1 { "seed" } else { "seeds" };
    Some(match language {
        Language::English => {
            format!(
                "About {more} more {plural} for each rule would decide: {updates} updates, {time} on one core."
            )
        }
        Language::Korean => {
            format!(
                "규칙마다 시드를 {more}개쯤 더 쓰면 가릴 수 있습니다(갱신 {updates}번, 코어 하나로 {time})."
            )
        }
    })
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
    Some(match (language, examples) {
        (Language::English, Some(more)) => format!(
            "About {} more test examples would decide, or a margin (`difference`) of {wanted}; seeds alone would not.",
            grouped(more)
        ),
        (Language::English, None) => {
            format!("A margin (`difference`) of {wanted} can be settled; seeds alone would not help.")
        }
        (Language::Korean, Some(more)) => format!(
            "시험 예제가 {}개쯤 더 있거나 차이의 기준(`difference`)이 {wanted}이면 가릴 수 있습니다. 시드만으로는 가릴 수 없습니다.",
            grouped(more)
        ),
        (Language::Korean, None) => {
            format!(
                "차이의 기준(`difference`)이 {wanted}이면 가릴 수 있습니다. 시드만으로는 가릴 수 없습니다."
            )
        }
    })
}

/// Rules whose best rate may lie beyond what was searched.
fn wider(result: &ProblemResult, language: Language) -> Option<String> {
    let unresolved = |rule: &&RuleResult| {
        rule.tuning.as_ref().is_some_and(|tuning| matches!(tuning.boundary, Boundary::Unresolved(_)))
    };
    let labels: Vec<&str> = result.rules.iter().filter(unresolved).map(|rule| rule.label.as_str()).collect();
    (!labels.is_empty()).then(|| match language {
        Language::English => format!("Search a wider range of rates for {}.", labels.join(", ")),
        Language::Korean => format!("{}: 학습률의 탐색 범위를 넓혀야 합니다.", labels.join(", ")),
    })
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
