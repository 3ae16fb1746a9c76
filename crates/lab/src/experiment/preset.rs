//! How much effort an experiment spends: three presets and what they stand for.

use serde::{Deserialize, Serialize};

use crate::search::refining_trials;

/// A named amount of effort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// 13 trials and 5 final seeds a rule: seconds on a small problem. Large differences only.
    #[default]
    Quick,
    /// 25 trials and 10 final seeds: the usual choice.
    Standard,
    /// 75 trials with three seeds each and 20 final seeds: for claims that others will build on.
    Publish,
}

/// How trials are placed on the (logarithmic) range of the learning rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SearchKind {
    /// Evenly spaced over the range, then finer around the best: two thirds and one third of the trials.
    Grid,
    /// Independently and uniformly drawn.
    Random,
    /// A scrambled Sobol sequence: the first 5, 10 or 25 points of a longer search are the shorter search.
    Sobol,
}

/// The budget of a comparison, the same for every rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Protocol {
    /// How learning rates are tried.
    pub search: SearchKind,
    /// Learning rates tried for each rule.
    pub tuning_trials: usize,
    /// Seeds behind each of them.
    pub tuning_seeds: usize,
    /// How many of the best are run again on fresh seeds, which alone decide.
    pub confirmation_top: usize,
    /// Fresh seeds for each of those; 0 skips the confirmation.
    pub confirmation_seeds: usize,
    /// Fresh seeds for the chosen configuration: the final figures.
    pub final_seeds: usize,
    /// Seeds for each rule at its default hyper-parameters; 0 leaves that out.
    pub default_seeds: usize,
    /// How often a range may grow by a decade when the best rate lies at its edge.
    pub boundary_extensions: usize,
    /// Successive halving (Jamieson and Talwalkar 2016, Non-stochastic Best Arm Identification and Hyperparameter
    /// Optimization): the first trials run for a part of their steps, the best one in so many go on to runs so many times as
    /// long. Absent by default, because it favours rules that start fast.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub halving: Option<u32>,
}

impl Preset {
    /// The names, in order of effort.
    pub const NAMES: [&'static str; 3] = ["quick", "standard", "publish"];

    /// The preset with this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Quick, Self::Standard, Self::Publish]
            .into_iter()
            .zip(Self::NAMES)
            .find(|(_, n)| *n == name)
            .map(|p| p.0)
    }

    /// What the preset stands for.
    pub fn protocol(self) -> Protocol {
        let (search, tuning_trials, tuning_seeds, confirmation_top, confirmation_seeds, final_seeds) =
            match self {
                Self::Quick => (SearchKind::Grid, 13, 1, 3, 3, 5),
                Self::Standard => (SearchKind::Sobol, 25, 1, 3, 5, 10),
                Self::Publish => (SearchKind::Sobol, 75, 3, 5, 5, 20),
            };
        Protocol {
            search,
            tuning_trials,
            tuning_seeds,
            confirmation_top,
            confirmation_seeds,
            final_seeds,
            default_seeds: final_seeds,
            boundary_extensions: 2,
            halving: None,
        }
    }
}

impl Protocol {
    /// The budget that makes sense where nothing is random: one run says everything, and running it again nothing more. The
    /// range does not grow: without noise, rules that scale each coordinate by itself can jump onto the minimum of an
    /// axis-aligned function at absurd rates, and a growing range would find that luck.
    #[must_use]
    pub fn without_chance(mut self) -> Self {
        self.boundary_extensions = 0;
        self.tuning_seeds = 1;
        self.confirmation_seeds = 0;
        self.final_seeds = 1;
        self.default_seeds = self.default_seeds.min(1);
        self
    }

    /// The rounds of the search: how many trials, and by what the length of their runs is divided. One round without halving.
    pub fn rounds(&self, trials: usize) -> Vec<(usize, u32)> {
        let Some(factor) = self.halving else { return vec![(trials, 1)] };
        let reaches =
            |&rounds: &u32| (factor as usize).checked_pow(rounds).is_some_and(|most| most <= trials);
        let last = (1..16).take_while(reaches).last().unwrap_or(0);
        (0..=last)
            .map(|round| (trials.div_ceil((factor as usize).pow(round)), factor.pow(last - round)))
            .collect()
    }

    /// Runs of one rule on one problem, if no range has to grow; shortened runs count like others.
    pub fn cells(&self, tuned: bool) -> usize {
        let search = if tuned {
            let closer = refining_trials(self);
            let rounds = self.rounds(self.tuning_trials - closer);
            (rounds.iter().map(|round| round.0).sum::<usize>() + closer) * self.tuning_seeds
                + self.confirmation_top.min(self.tuning_trials) * self.confirmation_seeds
        } else {
            0
        };
        search + self.final_seeds + self.default_seeds
    }

    /// The time of [`cells`](Self::cells), in whole runs.
    pub fn whole_runs(&self, tuned: bool) -> f64 {
        let rounds = if tuned { self.rounds(self.tuning_trials - refining_trials(self)) } else { vec![] };
        let saved = |&(trials, divisor): &(usize, u32)| trials as f64 * (1.0 - 1.0 / f64::from(divisor));
        self.cells(tuned) as f64 - self.tuning_seeds as f64 * rounds.iter().map(saved).sum::<f64>()
    }

    /// Trials added to every rule when the range of one of them grows by a decade.
    pub fn extension_trials(&self) -> usize {
        (self.tuning_trials / 6).max(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_protocols_table() {
        // Runs per rule and problem, as the protocol prints them.
        let runs =
            [Preset::Quick, Preset::Standard, Preset::Publish].map(|preset| preset.protocol().cells(true));
        assert_eq!(runs, [13 + 9 + 5 + 5, 25 + 15 + 10 + 10, 225 + 25 + 20 + 20]);
    }

    #[test]
    fn halving_runs_many_trials_a_little_and_few_to_the_end() {
        let protocol = Protocol { halving: Some(3), ..Preset::Standard.protocol() };
        assert_eq!(protocol.rounds(25), [(25, 9), (9, 3), (3, 1)]);
        assert_eq!(protocol.rounds(27), [(27, 27), (9, 9), (3, 3), (1, 1)]);
        assert_eq!(protocol.rounds(2), [(2, 1)]);
        assert_eq!(Preset::Standard.protocol().rounds(25), [(25, 1)]);
        assert_eq!(protocol.cells(true), 25 + 9 + 3 + 15 + 10 + 10);
        assert!((protocol.whole_runs(true) - (25.0 / 9.0 + 9.0 / 3.0 + 3.0 + 35.0)).abs() < 1e-12);
        assert_eq!(protocol.whole_runs(false), 20.0);
        // The grid's closer look is at whole runs.
        let quick = Protocol { halving: Some(2), ..Preset::Quick.protocol() };
        assert_eq!(quick.cells(true), (9 + 5 + 3 + 2) + 4 + 9 + 5 + 5);
    }

    #[test]
    fn names_match_the_presets() {
        for name in Preset::NAMES {
            let json = serde_json::to_string(&Preset::named(name).unwrap()).unwrap();
            assert_eq!(json, format!("\"{name}\""));
        }
        assert_eq!(Preset::named("fast"), None);
    }
}
