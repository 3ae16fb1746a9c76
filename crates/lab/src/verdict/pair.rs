//! One rule against another: the interval of their difference, and the word that follows from it.

use super::planning::{Advice, advice, first_seeds};
use super::wording::label;
use super::{Contender, Judgement, Look, Terms, Word};
use crate::statistics::{Interval, PairedDifference, spent_at};

/// The best rule against each other one; `ranked` from best to worst.
pub(super) fn judgements(ranked: &[&Contender], look: &Look, margin: f64, terms: &Terms) -> Vec<Judgement> {
    let Some((best, others)) = ranked.split_first() else { return vec![] };
    others.iter().map(|other| judge(best, other, look, margin, terms)).collect()
}

fn judge(best: &Contender, other: &Contender, look: &Look, margin: f64, terms: &Terms) -> Judgement {
    let pair = Pair::new(best, other, terms);
    let known = pair.first(usize::MAX);
    let interval = pair.interval(look, &|difference| *difference);
    let of_seeds = pair.interval(look, &PairedDifference::on_these_examples);
    let found = interval.map(|interval| word(&interval, margin));
    let next = spent_at(look.number + 1) / look.pairs as f64;
    let open = match &known {
        Some(known) => advice(known, margin, next),
        None => first_seeds(pair.seeds()),
    };
    let (word_found, open) = if other.diverged() > best.diverged() {
        (Word::OtherDiverges, None)
    } else {
        match (found, open) {
            (Some(Some(word)), _) => (word, None),
            (_, Advice::SeedsCannotTell { .. }) => (Word::SeedsCannotTell, Some(open)),
            (_, Advice::MoreSeeds(_)) => (Word::CannotTell, Some(open)),
        }
    };
    let knows_examples = known.is_some_and(|known| known.examples.is_some());
    let on_these = of_seeds.filter(|_| knows_examples);
    Judgement {
        best: best.label.clone(),
        other: other.label.clone(),
        word: word_found,
        label: label(word_found, &best.label, &other.label),
        difference: known.map(|known| known.mean),
        interval,
        on_these_examples: on_these,
        word_on_these_examples: on_these.and_then(|interval| word(&interval, margin)),
        advice: open,
    }
}

/// What an interval says; `None` if it leaves the question open.
pub(super) fn word(interval: &Interval, margin: f64) -> Option<Word> {
    let Interval { low, high } = *interval;
    if (low, high) == (0.0, 0.0) || (-margin < low && high < margin) {
        Some(Word::Equivalent)
    } else if low <= 0.0 {
        None
    } else if low >= margin {
        Some(Word::ClearlyBetter)
    } else {
        Some(Word::Better)
    }
}

/// The runs of two rules, seed by seed; seeds on which either diverged are left out.
struct Pair<'a> {
    runs: Vec<Runs<'a>>,
    examples: usize,
}

/// The scores of two runs on one seed, and what each got right.
type Runs<'a> = (f64, f64, &'a [u8], &'a [u8]);

impl<'a> Pair<'a> {
    fn new(best: &'a Contender, other: &'a Contender, terms: &Terms) -> Self {
        let (ours, theirs) = (best.scores(terms.metric), other.scores(terms.metric));
        let right =
            |contender: &'a Contender, at: usize| contender.correct.get(at).map_or(&[][..], Vec::as_slice);
        let runs = ours.into_iter().zip(theirs).enumerate();
        let runs = runs.map(|(at, (a, b))| (a, b, right(best, at), right(other, at))).collect();
        Self { runs, examples: terms.examples.unwrap_or(0) }
    }

    /// The difference over the first `seeds` seeds.
    fn first(&self, seeds: usize) -> Option<PairedDifference> {
        let both = || self.runs.iter().take(seeds).filter(|(a, b, ..)| a.is_finite() && b.is_finite());
        let (a, b): (Vec<f64>, Vec<f64>) = both().map(|(a, b, ..)| (*a, *b)).unzip();
        let (ours, theirs): (Vec<&[u8]>, Vec<&[u8]>) = both().map(|(_, _, a, b)| (*a, *b)).unzip();
        Some(PairedDifference::of(&a, &b)?.with_examples(&ours, &theirs, self.examples))
    }

    fn seeds(&self) -> usize {
        self.runs.iter().filter(|(a, b, ..)| a.is_finite() && b.is_finite()).count()
    }

    fn interval(&self, look: &Look, of: &dyn Fn(&PairedDifference) -> PairedDifference) -> Option<Interval> {
        over_all_looks(look, &|seeds| Some(of(&self.first(seeds)?)))
    }
}

/// What all looks so far leave: the part that is in the interval of each; `first` gives the difference over the first seeds. Every
/// interval holds at what its look spent, so all do together, and what was decided stays decided.
pub(super) fn over_all_looks(
    look: &Look,
    first: &dyn Fn(usize) -> Option<PairedDifference>,
) -> Option<Interval> {
    let at = |number: usize, seeds: usize| {
        let level = spent_at(number) / look.pairs as f64;
        Some(first(seeds)?.interval(1.0 - level))
    };
    let last = at(look.number, usize::MAX)?;
    let earlier = look.earlier.iter().filter_map(|&(number, seeds)| at(number, seeds));
    let all =
        earlier.fold(last, |all, one| Interval { low: all.low.max(one.low), high: all.high.min(one.high) });
    // Runs that contradict what was seen before: the latest, which holds by itself, is what they say.
    let mean = first(usize::MAX)?.mean;
    Some(if all.contains(mean) { all } else { last })
}
