//! One rule against another, with everything corrected for the number of pairs there are.

use super::{Contender, Judgement, Terms, Word};
use crate::statistics::{
    EIGHTY_PERCENT, FIVE_PERCENT, Improvement, Paired, Welch, equivalence_p_value, expanded_bias_corrected,
    holm, sample_standard_deviation, seeds_needed,
};

/// Final seeds without which nobody is called probably better, and the least that is ever advised.
const LEAST_SEEDS: usize = 5;

/// The tests of a pair; absent where they cannot be done (a single run, a diverged one).
#[derive(Clone, Copy, Debug, Default)]
struct Tests {
    welch: Option<Welch>,
    /// Of "the means are equal", after Holm's correction.
    p_value: Option<f64>,
    /// Of "the means differ by what matters or more", after Holm's correction.
    equivalence: Option<f64>,
}

/// The best rule against each other one; `ranked` from best to worst.
pub(super) fn judgements(ranked: &[&Contender], terms: &Terms) -> Vec<Judgement> {
    let Some((best, others)) = ranked.split_first() else { return vec![] };
    let margin = terms.margin(best);
    let tests = tests(ranked, terms, margin);
    // The best is the first of the ranking, so its pairs come first.
    let pairs = tests.len();
    others.iter().zip(tests).map(|(other, tests)| judge(best, other, tests, pairs, margin, terms)).collect()
}

/// The tests of all pairs, those of the first contender first.
fn tests(contenders: &[&Contender], terms: &Terms, margin: f64) -> Vec<Tests> {
    let scores: Vec<Vec<f64>> = contenders.iter().map(|contender| contender.scores(terms.metric)).collect();
    let mut pairs = Vec::new();
    for a in 0..scores.len() {
        for b in a + 1..scores.len() {
            pairs.push(Welch::in_steps(&scores[a], &scores[b], terms.resolution()));
        }
    }
    let corrected = |p_value: &dyn Fn(&Welch) -> f64| -> Vec<Option<f64>> {
        let tested: Vec<f64> = pairs.iter().flatten().map(p_value).collect();
        let mut corrected = holm(&tested).into_iter();
        pairs.iter().map(|pair| pair.and_then(|_| corrected.next())).collect()
    };
    let equal = corrected(&|welch| welch.p_value());
    let different = corrected(&|welch| equivalence_p_value(welch, margin));
    pairs
        .iter()
        .zip(equal.into_iter().zip(different))
        .map(|(&welch, (p_value, equivalence))| Tests { welch, p_value, equivalence })
        .collect()
}

fn judge(
    best: &Contender,
    other: &Contender,
    tests: Tests,
    pairs: usize,
    margin: f64,
    terms: &Terms,
) -> Judgement {
    let (ours, theirs) = (best.scores(terms.metric), other.scores(terms.metric));
    let Tests { welch, p_value, equivalence } = tests;
    let improvement = Improvement::of(&ours, &theirs, pairs, terms.seed);
    let below = |p_value: Option<f64>| p_value.is_some_and(|p_value| p_value < FIVE_PERCENT);
    let matters = welch.is_some_and(|welch| welch.difference >= margin);
    let seeds = ours.len().min(theirs.len());
    let mostly = improvement.probability >= 0.75 && improvement.corrected_low > 0.5 && seeds >= LEAST_SEEDS;
    let word = if other.diverged() > best.diverged() {
        Word::OtherDiverges
    } else if below(p_value) && matters {
        Word::ClearlyBetter
    } else if below(equivalence) {
        Word::Equivalent
    } else if below(p_value) && mostly {
        Word::ProbablyBetter
    } else {
        Word::CannotTell
    };
    Judgement {
        best: best.label.clone(),
        other: other.label.clone(),
        word,
        difference: welch.map(|welch| welch.difference),
        welch: welch.map(|welch| welch.interval(0.95)),
        paired: Paired::of(&ours, &theirs),
        bootstrap: welch.map(|_| expanded_bias_corrected(&ours, &theirs, 0.95, terms.seed)),
        p_value,
        equivalence_p_value: equivalence,
        improvement,
        more_seeds: (word == Word::CannotTell).then(|| more_seeds(&ours, &theirs, pairs, margin)).flatten(),
    }
}

/// Seeds beyond those at hand to find a difference of `margin` with a chance of 80 %, at a level that allows for all `pairs`.
/// If there are as many already, the true difference is near the one that matters, and as many again is the honest guess.
fn more_seeds(ours: &[f64], theirs: &[f64], pairs: usize, margin: f64) -> Option<u64> {
    let spread = |scores: &[f64]| {
        let finite: Vec<f64> = scores.iter().copied().filter(|score| score.is_finite()).collect();
        sample_standard_deviation(&finite)
    };
    let level = FIVE_PERCENT / pairs.max(1) as f64;
    let needed = seeds_needed(spread(ours), spread(theirs), margin, level, EIGHTY_PERCENT)?;
    let (needed, at_hand) = (needed.max(LEAST_SEEDS as u64), ours.len().min(theirs.len()) as u64);
    Some(if needed > at_hand { needed - at_hand } else { at_hand })
}
