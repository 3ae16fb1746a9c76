//! The difference of each rule from the best one, with the intervals that decided.

use super::conclusion::in_language;
use super::figures::{block, judged};
use crate::language::say;
use thalweg_lab::comparison::ProblemResult;
use thalweg_lab::experiment::Problem;
use thalweg_lab::verdict::Judgement;
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
            verdict: in_language(&judgement.label, language),
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
