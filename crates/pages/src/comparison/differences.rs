//! The difference of each rule from the best one, with the intervals that decided.

use super::figures::{block, judged};
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
    let words = language.words();
    let judged = judged(result, language);
    let across = words.difference_in(judged);
    let (best, margin) = (result.verdict.ranking.first()?, result.verdict.margin?);
    let title = words.against_the_others(best);
    Some(block(Forest { title, across, margin, rows }.figure(language), problem, "differences"))
}

/// Returns the verdict on a pair as a label.
fn label(judgement: &Judgement, language: Language) -> String {
    let words = language.words();
    let (best, other) = (&judgement.best, &judgement.other);
    match judgement.word {
        Word::ClearlyBetter => words.label_clearly_better(best),
        Word::Better => words.label_better(best),
        Word::Equivalent => words.equivalent().into(),
        Word::CannotTell => words.cannot_tell().into(),
        Word::SeedsCannotTell => words.seeds_cannot_tell().into(),
        Word::OtherDiverges => words.label_diverges(other),
    }
}
