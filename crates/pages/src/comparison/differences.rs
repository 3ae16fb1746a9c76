//! The difference of each rule from the best one, with the intervals that decided.

use super::figures::{block, judged};
use crate::language::say;
use thalweg_lab::comparison::ProblemResult;
use thalweg_lab::experiment::Problem;
use thalweg_lab::verdict::{Judgement, Word};
use thalweg_report::figures::{Difference, Forest};
use thalweg_report::{Block, Language};

/// Draws the difference of each rule from the best one, with the intervals that decided.
pub(super) fn forest(problem: &Problem, result: &ProblemResult, language: Language) -> Option<Block> {
    let row = |judgement: &Judgement| {
        let interval = judgement.interval?;
        let other = result.rules.iter().find(|rule| rule.label == judgement.other)?;
        Some(Difference {
            rule: other.rule.clone(),
            label: judgement.other.clone(),
            difference: judgement.difference?,
            interval: [interval.low, interval.high],
            verdict: label(judgement, language),
        })
    };
    let rows: Vec<Difference> = result.verdict.judgements.iter().filter_map(row).collect();
    if rows.is_empty() {
        return None;
    }
    let judged = judged(result, language);
    let across = say(language, &format!("difference in {judged}"), &format!("{judged}의 차이"));
    let (best, margin) = (result.verdict.ranking.first()?, result.verdict.margin?);
    let title = say(language, &format!("{best} against the others"), &format!("{best} 대 나머지의 차이"));
    Some(block(Forest { title, across, margin, rows }.figure(language), problem, "differences"))
}

/// Returns the verdict on a pair as a label.
fn label(judgement: &Judgement, language: Language) -> String {
    let (best, other) = (&judgement.best, &judgement.other);
    match judgement.word {
        Word::ClearlyBetter => {
            say(language, &format!("{best} clearly better"), &format!("{best} 확실히 나음"))
        }
        Word::Better => say(language, &format!("{best} better"), &format!("{best} 나음")),
        Word::Equivalent => say(language, "equivalent", "사실상 같음"),
        Word::CannotTell => say(language, "cannot tell", "알 수 없음"),
        Word::SeedsCannotTell => say(language, "seeds cannot tell", "시드로는 알 수 없음"),
        Word::OtherDiverges => say(language, &format!("{other} diverges"), &format!("{other} 발산")),
    }
}
