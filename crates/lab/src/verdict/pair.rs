//! One rule against another: the interval of their difference, and the word that follows from it.

use super::planning::{CHANCE, advice, first_seeds};
use super::wording::label;
use super::{Contender, Judgement, Look, Terms, Word};
use crate::statistics::{Interval, PairedDifference, spent_at};

/// The best rule against each other one; `ranked` from best to worst.
pub(super) fn judgements(ranked: &[&Contender], look: &Look, margin: f64, terms: &Terms) -> Vec<Judgement> {
    let Some((best, others)) = ranked.split_first() else { return vec![] };
    let pairs: Vec<Pair<'_>> = others.iter().map(|other| Pair::new(best, other, terms)).collect();
    let found: Vec<Option<Word>> = pairs.iter().map(|pair| pair.word(look, margin)).collect();
    let judged = pairs.iter().zip(found).map(|(pair, word)| pair.judge(word, look, margin));
    judged.collect()
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
    best: &'a Contender,
    other: &'a Contender,
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
        Self { best, other, runs, examples: terms.examples.unwrap_or(0) }
    }

    /// The word that the runs give; `None` of an open question.
    fn word(&self, look: &Look, margin: f64) -> Option<Word> {
        if self.other.diverged() > self.best.diverged() {
            return Some(Word::OtherDiverges);
        }
        self.interval(look, &|difference| *difference).and_then(|interval| word(&interval, margin))
    }

    /// The judgement; where no word was found, with what would decide.
    fn judge(&self, found: Option<Word>, look: &Look, margin: f64) -> Judgement {
        let known = self.first(usize::MAX);
        let of_seeds = self.interval(look, &PairedDifference::on_these_examples);
        let (word_found, open) = match found {
            Some(word) => (word, None),
            None => {
                let next = spent_at(look.number + 1) / look.pairs as f64;
                let open = known
                    .map_or_else(|| first_seeds(self.seeds()), |known| advice(&known, margin, next, CHANCE));
                (open.word(), Some(open))
            }
        };
        let on_these = of_seeds.filter(|_| known.is_some_and(|known| known.examples.is_some()));
        Judgement {
            best: self.best.label.clone(),
            other: self.other.label.clone(),
            word: word_found,
            label: label(word_found, &self.best.label, &self.other.label),
            difference: known.map(|known| known.mean),
            interval: self.interval(look, &|difference| *difference),
            on_these_examples: on_these,
            word_on_these_examples: on_these.and_then(|interval| word(&interval, margin)),
            advice: open,
        }
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
