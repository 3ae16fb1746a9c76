//! The experiment that a run belongs to.
//!
//! A results file may hold the runs of several experiments, and one run may serve several of them. What each run was for is
//! noted beside the results, under the name of its experiment.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::cell::{Cell, CellId};
use crate::experiment::{Experiment, Metric};
use crate::search::Point;

/// Hexadecimal digits of an experiment's hash.
const DIGITS: usize = 12;

/// An experiment as the owner of results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Twelve hexadecimal digits of the hash of everything that determines its results: the experiment, its data and the program.
    pub hash: String,
    /// What was done.
    pub kind: OriginKind,
    /// What the experiment is called.
    pub name: String,
    /// The experiment as a file.
    pub document: String,
}

/// What was done with an experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OriginKind {
    /// Its rules were compared.
    Comparison,
    /// Every configuration of a grid was run.
    Sweep,
}

impl OriginKind {
    /// Returns one word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Comparison => "comparison",
            Self::Sweep => "sweep",
        }
    }

    /// Returns the kind with this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Comparison, Self::Sweep].into_iter().find(|kind| kind.name() == name)
    }
}

impl Origin {
    /// Describes a comparison. `code` identifies the program; `fingerprint` gives that of each problem's data.
    pub fn comparison(experiment: &Experiment, code: &str, fingerprint: impl Fn(usize) -> String) -> Self {
        let document = experiment.without_limits().to_toml();
        Self::new(OriginKind::Comparison, experiment, document, code, fingerprint)
    }

    /// Describes a sweep over `points` with so many seeds each.
    pub fn sweep(
        experiment: &Experiment,
        points: &[Point],
        seeds: usize,
        code: &str,
        fingerprint: impl Fn(usize) -> String,
    ) -> Self {
        let points = serde_json::to_string(points).expect("numbers by name always have a JSON form");
        let experiment = &experiment.without_limits();
        let document = format!("{}\n# seeds: {seeds}\n# configurations: {points}\n", experiment.to_toml());
        Self::new(OriginKind::Sweep, experiment, document, code, fingerprint)
    }

    /// Whether this is the same experiment but for the number of its final seeds, which `--more-seeds` adds to.
    pub fn is_with_other_seeds(&self, other: &Self) -> bool {
        let without = |document: &str| -> Vec<String> {
            document.lines().filter(|line| !line.starts_with("final_seeds")).map(str::to_string).collect()
        };
        (self.kind, &self.name) == (other.kind, &other.name)
            && without(&self.document) == without(&other.document)
    }

    fn new(
        kind: OriginKind,
        experiment: &Experiment,
        document: String,
        code: &str,
        fingerprint: impl Fn(usize) -> String,
    ) -> Self {
        let data: Vec<String> = (0..experiment.problems.len()).map(fingerprint).collect();
        let identity = serde_json::to_vec(&(kind, &document, code, data)).expect("text has a JSON form");
        let mut hash: String = Sha256::digest(identity).iter().map(|byte| format!("{byte:02x}")).collect();
        hash.truncate(DIGITS);
        Self { hash, kind, name: experiment.name.clone(), document }
    }
}

/// What a run is for in its experiment.
#[derive(Clone, Debug)]
pub struct Use<'a> {
    /// The name of the run's result.
    pub id: CellId,
    /// The run.
    pub cell: &'a Cell,
    /// The problem's name.
    pub problem: &'a str,
    /// How the run is judged.
    pub metric: Metric,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::tests::checked;

    #[test]
    fn more_final_seeds_are_no_other_experiment() {
        let of = |text: &str| {
            let experiment = checked(&format!("[problem]\ndataset = \"digits\"\n{text}")).unwrap();
            Origin::comparison(&experiment, "1", |_| String::new())
        };
        let plain = of("");
        let more = of("[protocol]\nfinal_seeds = 40");
        assert_ne!(plain.hash, more.hash);
        assert!(plain.is_with_other_seeds(&more) && more.is_with_other_seeds(&plain));
        assert!(!plain.is_with_other_seeds(&of("steps = 9")));
        assert!(!plain.is_with_other_seeds(&of("[protocol]\ntuning_trials = 9")));
    }

    #[test]
    fn the_hash_depends_on_experiment_data_program_and_grid() {
        let experiment = checked("[problem]\ndataset = \"digits\"").unwrap();
        let longer = checked("[problem]\ndataset = \"digits\"\nsteps = 9").unwrap();
        let data = |_: usize| "data".to_string();
        let other_data = |_: usize| "other data".to_string();
        let point = |learning_rate| Point { learning_rate, others: Default::default() };
        let hashes = [
            Origin::comparison(&experiment, "1", data),
            Origin::comparison(&longer, "1", data),
            Origin::comparison(&experiment, "2", data),
            Origin::comparison(&experiment, "1", other_data),
            Origin::sweep(&experiment, &[point(0.1)], 1, "1", data),
            Origin::sweep(&experiment, &[point(0.2)], 1, "1", data),
            Origin::sweep(&experiment, &[point(0.1)], 2, "1", data),
        ]
        .map(|origin| origin.hash);
        assert!(hashes.iter().all(|hash| hash.len() == DIGITS));
        let distinct: std::collections::BTreeSet<&String> = hashes.iter().collect();
        assert_eq!(distinct.len(), hashes.len(), "{hashes:?}");
        assert_eq!(Origin::comparison(&experiment, "1", data).hash, hashes[0]);
    }
}
