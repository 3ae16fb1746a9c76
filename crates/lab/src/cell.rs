//! A cell: one run of an experiment, named by everything that determines its result.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::experiment::{Arm, Around, Experiment, LearningRate, OwnArm, Problem, Workload};
use crate::search::show_rate;
use crate::seeds::seed;

pub use crate::stage::Stage;

/// One run: a problem, a rule with its hyper-parameters, and a seed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cell {
    /// Which of the experiment's problems.
    pub problem: usize,
    /// The fingerprint of that problem's workload.
    pub workload: WorkloadHash,
    /// Which of the experiment's rules.
    pub arm: usize,
    /// What that rule is called in reports.
    pub label: String,
    /// The rule.
    pub rule: String,
    /// Whose form of it.
    pub dialect: String,
    /// All hyper-parameters, the learning rate among them.
    pub hyperparameters: BTreeMap<String, f64>,
    /// What stands around the rule.
    #[serde(skip_serializing_if = "Around::is_empty")]
    pub around: Around,
    /// What an arm of the user's own hands its training beside numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own: Option<OwnArm>,
    /// What the run's randomness follows from: initial values, order of batches, noise.
    pub seed: u64,
    /// The run ends after one part in so many of its steps; 1 is the whole run. Schedules follow the whole.
    #[serde(skip_serializing_if = "is_whole")]
    pub divisor: u32,
    /// What the run is for.
    pub stage: Stage,
}

impl Cell {
    /// A run of an experiment: run `number` of a stage, from 0, with these hyper-parameters. `workload` is the fingerprint of
    /// problem number `problem`.
    pub fn of(
        experiment: &Experiment,
        (problem, workload): (usize, &WorkloadHash),
        arm: usize,
        hyperparameters: BTreeMap<String, f64>,
        stage: Stage,
        number: usize,
    ) -> Self {
        let of = &experiment.rules[arm];
        // Where nothing is random, one seed for all stages: the same configuration is never run twice.
        let deterministic = experiment.problems[problem].workload.is_deterministic();
        Self {
            problem,
            workload: workload.clone(),
            arm,
            label: of.label.clone(),
            rule: of.name.clone(),
            dialect: of.dialect.clone(),
            hyperparameters,
            around: of.around.clone(),
            own: of.own.clone(),
            seed: if deterministic { 0 } else { seed(experiment.seed, stage, number) },
            divisor: 1,
            stage,
        }
    }

    /// The run of one rule on one problem by itself: at the rate given, or else the dialect's default.
    pub fn single(problem: &Problem, arm: &Arm, seed: u64) -> Self {
        let rate = match problem.learning_rate(arm) {
            LearningRate::Fixed(rate) => rate,
            LearningRate::Search { .. } => arm.defaults.get("learning_rate").copied().unwrap_or(0.01),
        };
        let mut hyperparameters: BTreeMap<String, f64> = arm.set.clone();
        hyperparameters.insert("learning_rate".into(), rate);
        Self {
            problem: 0,
            workload: WorkloadHash::of(&problem.workload),
            arm: 0,
            label: arm.label.clone(),
            rule: arm.name.clone(),
            dialect: arm.dialect.clone(),
            hyperparameters,
            around: arm.around.clone(),
            own: arm.own.clone(),
            seed,
            divisor: 1,
            stage: Stage::Default,
        }
    }
}

impl Cell {
    /// The learning rate.
    pub fn learning_rate(&self) -> f64 {
        self.hyperparameters.get("learning_rate").copied().unwrap_or(f64::NAN)
    }

    /// The name under which the result is stored: the hash of everything that determines it. `code` identifies the version
    /// of the program, so that results of other versions are not taken for this one's.
    pub fn id(&self, code: &str) -> CellId {
        #[derive(Serialize)]
        struct Identity<'a> {
            code: &'a str,
            workload: &'a str,
            rule: &'a str,
            dialect: &'a str,
            // By their bits: two rates that print alike are still two rates.
            hyperparameters: BTreeMap<&'a String, String>,
            #[serde(skip_serializing_if = "Around::is_empty")]
            around: &'a Around,
            #[serde(skip_serializing_if = "Option::is_none")]
            own: Option<&'a OwnArm>,
            seed: u64,
            #[serde(skip_serializing_if = "is_whole")]
            divisor: u32,
        }
        CellId(hash(&Identity {
            code,
            workload: &self.workload.0,
            rule: &self.rule,
            dialect: &self.dialect,
            hyperparameters: self
                .hyperparameters
                .iter()
                .map(|(name, v)| (name, format!("{:016x}", v.to_bits())))
                .collect(),
            around: &self.around,
            own: self.own.as_ref(),
            seed: self.seed,
            divisor: self.divisor,
        }))
    }

    /// The steps of this run, of `steps` for a whole one: at least one, unless there is none.
    pub fn steps(&self, steps: u64) -> u64 {
        steps.div_ceil(u64::from(self.divisor.max(1)))
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
pub(crate) fn is_whole(divisor: &u32) -> bool {
    *divisor == 1
}

/// How a person finds the cell in the experiment.
impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rate = show_rate(self.learning_rate());
        write!(f, "{} ({}) at learning rate {rate}, seed {}", self.label, self.dialect, self.seed)
    }
}

/// The name of a cell: 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CellId(String);

impl CellId {
    /// A name read from a results file.
    pub(crate) fn stored(digits: &str) -> Self {
        Self(digits.to_string())
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The fingerprint of what is run, apart from the rule and the seed: 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WorkloadHash(String);

impl WorkloadHash {
    /// The fingerprint of a workload.
    pub fn of(workload: &Workload) -> Self {
        Self(hash(&workload.without_limits()))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The fingerprint of the workload on given data (or whatever else the runner adds): another file of the same name
    /// makes other runs. Without a fingerprint of the data it stays the same.
    #[must_use]
    pub fn on(self, data: &str) -> Self {
        if data.is_empty() { self } else { Self(hash(&(&self.0, data))) }
    }
}

/// SHA-256 of the JSON form. Fields come in the order of their struct, maps sorted, numbers in the shortest form that reads
/// back to the same bits; so equal values have equal text.
fn hash(value: &impl Serialize) -> String {
    let json = serde_json::to_vec(value).expect("plain data always has a JSON form");
    Sha256::digest(json).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::tests::checked;

    fn cell() -> Cell {
        let experiment = checked("[problem]\ndataset = \"digits\"").unwrap();
        Cell {
            problem: 0,
            workload: WorkloadHash::of(&experiment.problems[0].workload),
            arm: 0,
            label: "sgd".into(),
            rule: "sgd".into(),
            dialect: "torch".into(),
            hyperparameters: BTreeMap::from([("learning_rate".into(), 0.1)]),
            around: Around::default(),
            own: None,
            seed: 1,
            divisor: 1,
            stage: Stage::Final,
        }
    }

    #[test]
    fn the_name_depends_on_what_determines_the_result_and_nothing_else() {
        let id = cell().id("1");
        assert_eq!(id.as_str().len(), 64);
        let other_use =
            Cell { stage: Stage::Tuning { trial: 3 }, label: "plain".into(), arm: 7, problem: 2, ..cell() };
        assert_eq!(other_use.id("1"), id);

        let next_rate = BTreeMap::from([("learning_rate".into(), f64::from_bits(0.1_f64.to_bits() + 1))]);
        let training = checked("[problem]\ndataset = \"digits\"\nsteps = 9").unwrap();
        for other in [
            Cell { seed: 2, ..cell() },
            Cell { around: Around { accumulate: Some(2), ..Around::default() }, ..cell() },
            Cell { rule: "adam".into(), ..cell() },
            Cell { dialect: "book".into(), ..cell() },
            Cell { hyperparameters: next_rate, ..cell() },
            Cell { workload: WorkloadHash::of(&training.problems[0].workload), ..cell() },
        ] {
            assert_ne!(other.id("1"), id, "{other:?}");
        }
        assert_ne!(cell().id("2"), id);
    }

    #[test]
    fn other_data_are_other_cells() {
        let plain = cell().workload;
        assert_eq!(plain.clone().on(""), plain);
        assert_ne!(plain.clone().on("one"), plain);
        assert_ne!(plain.clone().on("one"), plain.on("two"));
    }

    #[test]
    fn how_a_problem_is_reported_does_not_change_its_cells() {
        let hash = |text: &str| WorkloadHash::of(&checked(text).unwrap().problems[0].workload);
        let plain = hash("[problem]\ndataset = \"digits\"");
        assert_eq!(hash("[problem]\ndataset = \"digits\"\nname = \"d\"\ndifference = 0.1"), plain);
        assert_eq!(hash("[problem]\ndataset = \"digits\"\nlearning_rates = { sgd = 1 }"), plain);
        assert_ne!(hash("[problem]\ndataset = \"digits\"\nbatch = 99"), plain);
    }

    /// Results that are stored under these names would be computed anew if a key that nobody wrote took part in them: a field
    /// of a checked problem is left out of its JSON where it has its default.
    #[test]
    fn keys_that_nobody_writes_do_not_rename_cells() {
        for (text, name) in [
            ("dataset = \"digits\"", "eb35cf70530e528945d83e56bf9f3d587d0bde56c416d97709bf23b75073b910"),
            ("function = \"bowl\"", "7234fdaaf14fd27d93c7aab63e24bd9bf84f0062801ef718e01f6277645e6f19"),
            ("program = [\"mine\"]", "b0301006ad96433536d584a16f51cd15a783f1a47b638dd26f2313830a2f182b"),
        ] {
            let workload = &checked(&format!("[problem]\n{text}")).unwrap().problems[0].workload;
            assert_eq!(WorkloadHash::of(workload).0, name, "{text}");
        }
        // All that a network may learn with, in the order in which it has always been written.
        let learning = "[problem]\ndataset = \"digits\"\nloss_after_update = true\nlabel_smoothing = 0.1\n\
                        early_stopping = { patience = 7 }\naugmentation = { shift = 1 }\nclass_weights = [1, 2]\n\
                        plateau = {}\ntarget_loss = 0.5";
        let json = serde_json::to_string(&checked(learning).unwrap().problems[0].workload).unwrap();
        let written = "},\"label_smoothing\":0.1,\"class_weights\":[1.0,2.0],\"augmentation\":{\"shift\":1,\"flip\":false},\
                       \"early_stopping\":{\"patience\":7,\"least\":0.0},\"loss_after_update\":true,\"target_loss\":0.5}";
        assert!(json.contains("\"plateau\":{") && json.ends_with(written), "{json}");
        assert_eq!(
            cell().id("1").as_str(),
            "adce8abe6b367ba1535f2d5b3631dd4c402651033258ecd9c89906dbf3c84929"
        );
    }
}
