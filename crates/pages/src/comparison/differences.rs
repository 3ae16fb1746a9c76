//! The difference of each rule from the best one, with the intervals that decided.

use super::figures::{block, judged};
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
            verdict: judgement.label.in_language(language).into(),
        })
    };
    let rows: Vec<Difference> = result.verdict.judgements.iter().filter_map(row).collect();
    if rows.is_empty() {
        return None;
    }
    let words = language.words();
    let judged = judged(result, language);
    let across = words.difference_in(judged);
    let (best, margin) = (result.verdict.ranking.first()?, result.verdict.margin?);
    let title = words.against_the_others(best);
    Some(block(Forest { title, across, margin, rows }.figure(language), problem, "differences"))
}
