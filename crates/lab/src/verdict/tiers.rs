//! Rules in tiers: which of them the runs tell apart, and which they do not.

use super::{Verdict, Word};

impl Word {
    /// Returns whether this says that one rule of the pair is better.
    pub fn tells_apart(self) -> bool {
        match self {
            Self::ClearlyBetter | Self::Better | Self::OtherDiverges => true,
            Self::Equivalent | Self::CannotTell | Self::SeedsCannotTell => false,
        }
    }
}

impl Verdict {
    /// Returns whether the rule at one place of the ranking is better than that at a later one.
    pub fn told_apart(&self, better: usize, worse: usize) -> bool {
        let (Some(better), Some(worse)) = (self.ranking.get(better), self.ranking.get(worse)) else {
            return false;
        };
        let pairs = self.judgements.iter().chain(&self.between);
        pairs.filter(|pair| pair.best == *better && pair.other == *worse).any(|pair| pair.word.tells_apart())
    }

    /// Returns the largest sets of rules of which no two are told apart, as places in the ranking; a rule may be in several: of
    /// A, B and C, where A is better than C only, A and B are one set and B and C another (H.-P. Piepho, *An algorithm for a
    /// letter-based representation of all-pairwise comparisons*, 2004). Nothing where not every pair was judged.
    pub fn tiers(&self) -> Vec<Vec<usize>> {
        let rules = self.ranking.len();
        if rules < 2 || self.judgements.len() + self.between.len() != rules * (rules - 1) / 2 {
            return vec![];
        }
        let joined = |a: usize, b: usize| !self.told_apart(a.min(b), a.max(b));
        let mut tiers = vec![];
        extend(vec![], (0..rules).collect(), vec![], &joined, &mut tiers);
        tiers.sort();
        tiers
    }
}

/// Adds every largest set that holds `chosen`, members from `open` and none of `seen` (C. Bron and J. Kerbosch, 1973).
fn extend(
    chosen: Vec<usize>,
    mut open: Vec<usize>,
    mut seen: Vec<usize>,
    joined: &dyn Fn(usize, usize) -> bool,
    tiers: &mut Vec<Vec<usize>>,
) {
    if open.is_empty() && seen.is_empty() {
        return tiers.push(chosen);
    }
    while !open.is_empty() {
        let next = open.remove(0);
        let with_next = |rules: &[usize]| rules.iter().copied().filter(|&rule| joined(next, rule)).collect();
        let larger = chosen.iter().copied().chain([next]).collect();
        extend(larger, with_next(&open), with_next(&seen), joined, tiers);
        seen.push(next);
    }
}
