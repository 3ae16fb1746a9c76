//! The protocol against a runner whose results have a closed form.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::SeqCst;

use super::*;
use crate::cell::{CellId, Stage, WorkloadHash};
use crate::comparison::Boundary;
use crate::experiment::tests::checked;
use crate::fault::RunFault;
use crate::outcome::{Curve, Prediction};
use crate::search::{RateRange, Side};
use crate::store::{MemoryStore, SqliteStore, StoreError, Tried};
use crate::verdict::{MeasuredOn, Word};

/// Accuracy falls off with the decades between the rate and the rule's best rate; above a rate the run diverges. The noise
/// depends on the seed, and on the rate, so that the best of many trials is partly luck.
struct MockRunner {
    best: BTreeMap<&'static str, f64>,
    noise: f64,
    diverges_above: f64,
    cells: Mutex<Vec<Cell>>,
    fail: Option<fn(&Cell) -> bool>,
    stop_after: Option<usize>,
    count: AtomicUsize,
}

impl Default for MockRunner {
    fn default() -> Self {
        Self {
            best: BTreeMap::from([("sgd", 0.1), ("momentum", 0.02), ("adam", 0.003)]),
            noise: 0.01,
            diverges_above: 0.9,
            cells: Mutex::default(),
            fail: None,
            stop_after: None,
            count: AtomicUsize::new(0),
        }
    }
}

impl MockRunner {
    fn noise(&self, cell: &Cell) -> f64 {
        // Any well-mixed function of seed and rate will do.
        let mut bits = cell.seed ^ cell.learning_rate().to_bits().rotate_left(17);
        for _ in 0..3 {
            bits = (bits ^ (bits >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
        self.noise * ((bits >> 11) as f64 / (1_u64 << 53) as f64 - 0.5)
    }

    fn cells(&self) -> Vec<Cell> {
        self.cells.lock().unwrap().clone()
    }
}

impl Runner for MockRunner {
    fn run(&self, cell: &Cell, unseal_test: bool, stop: &AtomicBool) -> Result<Outcome, RunFault> {
        self.cells.lock().unwrap().push(cell.clone());
        if self.stop_after == Some(self.count.fetch_add(1, SeqCst)) {
            stop.store(true, SeqCst);
            return Err(RunFault::Interrupted);
        }
        if self.fail.is_some_and(|fail| fail(cell)) {
            return Err(RunFault::Other("the data ran out".into()));
        }
        let rate = cell.learning_rate();
        let decades = (rate / self.best[cell.rule.as_str()]).log10();
        let off = cell.hyperparameters.get("momentum").map_or(0.0, |momentum| (momentum - 0.9).abs());
        let validation = 0.95 - 0.05 * decades * decades - off + self.noise(cell);
        let diverged = rate > self.diverges_above;
        Ok(Outcome {
            validation: if diverged { f64::NAN } else { validation },
            validation_curve: Curve { steps: vec![1, 10], values: vec![0.1, validation as f32] },
            training_loss: Curve { steps: vec![1, 10], values: vec![2.3, 1.0 - validation as f32] },
            test: unseal_test.then_some(validation - 0.01),
            unsealed: false,
            diverged_at: diverged.then_some(3),
            steps_to_target: (validation > 0.9).then_some((100.0 * (1.0 - validation)) as u64),
            seconds_per_step: 1e-5,
            inside: Default::default(),
            predictions: if unseal_test { vec![PREDICTION] } else { vec![] },
            correct: vec![],
        })
    }
}

const PREDICTION: Prediction = Prediction { example: 7, class: 3, probability: 0.25 };

const DIGITS: &str = "seed = 3\n[problem]\ndataset = \"digits\"\ntarget_loss = 0.1\n";

fn race(
    text: &str,
    runner: &MockRunner,
    store: &mut dyn Store,
    threads: usize,
) -> Result<Comparison, RunError> {
    let experiment = checked(text).unwrap();
    let options = RunOptions { threads, code: "1", stop: &AtomicBool::new(false), observer: &mut |_| {} };
    run(&experiment, runner, store, options)
}

fn compare(text: &str) -> (Comparison, Vec<Cell>) {
    let runner = MockRunner::default();
    let comparison = race(text, &runner, &mut MemoryStore::default(), 2).unwrap();
    (comparison, runner.cells())
}

#[test]
fn every_rule_gets_the_same_trials_seeds_and_final_runs() {
    let (comparison, cells) = compare(DIGITS);
    assert_eq!(cells.len(), 3 * 32);
    let seeds = |arm: usize, stage: &str| -> BTreeSet<u64> {
        cells
            .iter()
            .filter(|cell| cell.arm == arm && cell.stage.name() == stage)
            .map(|cell| cell.seed)
            .collect()
    };
    for (stage, runs, different) in
        [("tuning", 13, 1), ("confirmation", 9, 3), ("final", 5, 5), ("default", 5, 5)]
    {
        for arm in 0..3 {
            let of_arm = cells.iter().filter(|cell| cell.arm == arm && cell.stage.name() == stage);
            assert_eq!(of_arm.count(), runs, "{stage}");
            assert_eq!(seeds(arm, stage).len(), different, "{stage}");
            assert_eq!(seeds(arm, stage), seeds(0, stage), "the same seeds for every rule");
        }
    }
    let problem = &comparison.problems[0];
    for rule in &problem.rules {
        let tuning = rule.tuning.as_ref().unwrap();
        assert_eq!((tuning.trials.len(), tuning.candidates.len(), rule.runs.len()), (13, 3, 5));
        assert!(tuning.candidates.iter().all(|candidate| candidate.confirmed.len() == 3));
        assert_eq!(rule.default.as_ref().unwrap().runs.len(), 5);
        assert_eq!(rule.test.as_ref().unwrap().count, 5);
    }
    assert_eq!(problem.verdict.measured_on, MeasuredOn::Test);
    assert!(problem.rules[2].default.as_ref().unwrap().hyperparameters["learning_rate"] == 0.001);
}

#[test]
fn halving_gives_every_rule_the_same_rounds_and_chooses_among_whole_runs() {
    let budget = "[protocol]\nsearch = \"sobol\"\ntuning_trials = 9\nhalving = 3\nboundary_extensions = 0\n";
    let (comparison, cells) = compare(&format!("{DIGITS}{budget}"));
    for arm in 0..3 {
        let lengths: Vec<u32> = cells
            .iter()
            .filter(|cell| cell.arm == arm && matches!(cell.stage, Stage::Tuning { .. }))
            .map(|cell| cell.divisor)
            .collect();
        let runs = |divisor| lengths.iter().filter(|&&length| length == divisor).count();
        assert_eq!((lengths.len(), runs(9), runs(3), runs(1)), (13, 9, 3, 1));
    }
    assert!(cells.iter().all(|cell| cell.divisor == 1 || matches!(cell.stage, Stage::Tuning { .. })));
    for rule in &comparison.problems[0].rules {
        let tuning = rule.tuning.as_ref().unwrap();
        let whole: Vec<f64> = tuning.whole().map(|trial| trial.point.learning_rate).collect();
        // The runner does not care how long a run is, so the best of the first round is the one that went to the end.
        let mean = |trial: &crate::search::Trial| trial.mean().unwrap_or(f64::NEG_INFINITY);
        let best = tuning.trials.iter().max_by(|a, b| mean(a).total_cmp(&mean(b))).unwrap();
        assert_eq!(whole, [best.point.learning_rate], "{}", rule.label);
        assert_eq!(tuning.candidates[0].point, best.point);
        assert_eq!(tuning.best_of.len(), 1);
        // Nothing is said of how lucky a shortened run was.
        assert!(tuning.candidates[1..].iter().all(|candidate| candidate.tuned.is_none()));
    }
    // A shortened run is another run, with another name.
    let whole = cells.iter().find(|cell| cell.divisor == 1).unwrap().clone();
    assert_ne!(Cell { divisor: 3, ..whole.clone() }.id("1"), whole.id("1"));
    assert_eq!(Cell { divisor: 3, ..whole }.steps(100), 34);
}

#[test]
fn other_hyperparameters_are_found_together_with_the_rate() {
    for search in ["grid", "random", "sobol"] {
        let text = format!(
            "rules = [\"sgd\", {{ name = \"momentum\", search = [\"momentum\"] }}]\n[protocol]\nsearch = \"{search}\"\n\
             tuning_trials = 60\n[problem]\ndataset = \"digits\"\n"
        );
        let (comparison, cells) = compare(&text);
        let rules = &comparison.problems[0].rules;
        let tuning = rules[1].tuning.as_ref().unwrap();
        assert!((rules[1].learning_rate / 0.02).log10().abs() < 0.6, "{search}: {}", rules[1].learning_rate);
        let found = rules[1].hyperparameters["momentum"];
        assert!((found - 0.9).abs() < 0.06, "{search}: {found}");
        assert!(tuning.at_edge.is_empty() && tuning.others.contains_key("momentum"));
        // Each rule has the same number of trials, at the same places of its range of rates.
        let rates = |rule: usize| -> Vec<f64> {
            let trials = &rules[rule].tuning.as_ref().unwrap().trials;
            trials.iter().map(|trial| trial.point.learning_rate).collect()
        };
        assert_eq!((rates(0).len(), rates(1).len()), (60, 60));
        assert_eq!(rates(0)[..40], rates(1)[..40]);
        let different: BTreeSet<u64> =
            tuning.trials.iter().map(|trial| trial.point.others["momentum"].to_bits()).collect();
        assert!(different.len() > 20, "{search}: {} different momenta", different.len());
        // What was chosen is what ran.
        let finals = cells.iter().filter(|cell| cell.stage == Stage::Final && cell.arm == 1);
        assert!(
            finals.clone().count() == 5
                && finals.clone().all(|cell| cell.hyperparameters["momentum"] == found)
        );
    }
}

#[test]
fn how_sure_search_and_seeds_together_make_us() {
    let (comparison, _) = compare(DIGITS);
    let rules = &comparison.problems[0].rules;
    let wins: Vec<f64> = rules.iter().map(|rule| rule.wins_again.unwrap()).collect();
    assert!((wins.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    // All three reach 0.95 at their best: nobody wins them all.
    assert!(wins.iter().all(|&share| share < 0.95), "{wins:?}");
    for rule in rules {
        let tuning = rule.tuning.as_ref().unwrap();
        let share: f64 = tuning.selected_again.iter().map(|(_, share)| share).sum();
        assert!((share - 1.0).abs() < 1e-9);
        let best = tuning.trials.iter().filter_map(|trial| trial.mean()).fold(f64::NEG_INFINITY, f64::max);
        assert_eq!(tuning.best_of.len(), 13);
        assert!((tuning.best_of[12] - best).abs() < 1e-12);
        assert!(tuning.best_of.windows(2).all(|pair| pair[0] <= pair[1] + 1e-15));
    }
    // A rule that is worse at every rate never wins.
    let runner = MockRunner {
        best: BTreeMap::from([("sgd", 0.1), ("momentum", 1e9), ("adam", 1e9)]),
        ..MockRunner::default()
    };
    let comparison = race(DIGITS, &runner, &mut MemoryStore::default(), 1).unwrap();
    assert_eq!(comparison.problems[0].rules[0].wins_again, Some(1.0));
}

#[test]
fn a_target_that_tells_nothing_is_refused() {
    use crate::comparison::TargetRefused;
    let with = |shift: fn(&Cell) -> Option<u64>| {
        struct Fixed(MockRunner, fn(&Cell) -> Option<u64>);
        impl Runner for Fixed {
            fn run(&self, cell: &Cell, unseal_test: bool, stop: &AtomicBool) -> Result<Outcome, RunFault> {
                let outcome = self.0.run(cell, unseal_test, stop)?;
                Ok(Outcome { steps_to_target: (self.1)(cell), ..outcome })
            }
        }
        let experiment = checked(DIGITS).unwrap();
        let options =
            RunOptions { threads: 1, code: "1", stop: &AtomicBool::new(false), observer: &mut |_| {} };
        let runner = Fixed(MockRunner::default(), shift);
        let comparison = run(&experiment, &runner, &mut MemoryStore::default(), options).unwrap();
        comparison.problems.into_iter().next().unwrap()
    };
    let nobody = with(|_| None);
    assert_eq!(nobody.target_refused, Some(TargetRefused::NobodyReachedIt));
    assert!(nobody.rules.iter().all(|rule| rule.target.is_none()));
    assert_eq!(nobody.target_verdict, None);
    assert_eq!(with(|_| Some(1)).target_refused, Some(TargetRefused::AllReachedItAtOnce));
    let some = with(|cell| (cell.rule != "sgd").then_some(4));
    assert_eq!(some.target_refused, None);
    let targets: Vec<_> = some.rules.iter().map(|rule| rule.target.clone().unwrap()).collect();
    assert_eq!((targets[0].reached, targets[0].median, &targets[0].by_step[..]), (0.0, None, &[][..]));
    assert_eq!(
        (targets[2].reached, targets[2].median, &targets[2].by_step[..]),
        (1.0, Some(4.0), &[(4.0, 1.0)][..])
    );
    // Every run has ten steps, and evaluations are nine apart.
    let verdict = some.target_verdict.unwrap();
    assert_eq!((verdict.target, verdict.horizon, verdict.margin), (0.1, 10.0, 9.0));
    let times: Vec<(f64, usize)> = verdict.rules.iter().map(|rule| (rule.mean, rule.reached)).collect();
    assert_eq!(times, [(4.0, 5), (4.0, 5), (10.0, 0)]);
    assert!(verdict.sentence.en.contains("sgd does not get there in any run."), "{}", verdict.sentence.en);
}

#[test]
fn with_the_rate_given_the_rest_is_searched_for() {
    let (comparison, _) = compare(
        "rules = [{ name = \"momentum\", learning_rate = 0.02, search = { momentum = { values = [0.1, 0.9, 0.5] } } }]\n\
         [problem]\ndataset = \"digits\"\n",
    );
    let rule = &comparison.problems[0].rules[0];
    assert_eq!((rule.learning_rate, rule.hyperparameters["momentum"]), (0.02, 0.9));
    let tuning = rule.tuning.as_ref().unwrap();
    assert_eq!((tuning.asked, tuning.candidates.len()), (None, 3));
    // JSON holds all of it.
    let json = serde_json::to_string(&comparison).unwrap();
    assert_eq!(serde_json::from_str::<Comparison>(&json).unwrap(), comparison);
}

#[test]
fn the_search_finds_the_best_rates() {
    let (comparison, _) = compare(DIGITS);
    let problem = &comparison.problems[0];
    for (rule, best) in problem.rules.iter().zip([0.1_f64, 0.02, 0.003]) {
        assert!((rule.learning_rate / best).log10().abs() < 0.4, "{}: {}", rule.label, rule.learning_rate);
        assert_eq!(rule.tuning.as_ref().unwrap().boundary, Boundary::Inside);
    }
    assert_eq!(problem.extensions, 0);
    // All three reach 0.95: nobody may be called clearly better.
    assert!(problem.verdict.judgements.iter().all(|pair| pair.word != Word::ClearlyBetter));
}

#[test]
fn final_seeds_were_never_used_before() {
    for preset in ["quick", "standard", "publish"] {
        let (_, cells) = compare(&format!("preset = \"{preset}\"\n{DIGITS}"));
        let mut before = BTreeSet::new();
        let mut finals = BTreeSet::new();
        for cell in &cells {
            let used = if cell.stage == Stage::Final { &mut finals } else { &mut before };
            used.insert(cell.seed);
        }
        assert!(finals.is_disjoint(&before));
        let last_tuning = cells.iter().rposition(|cell| matches!(cell.stage, Stage::Tuning { .. })).unwrap();
        let first_final = cells.iter().position(|cell| cell.stage == Stage::Final).unwrap();
        assert!(last_tuning < first_final);
    }
}

#[test]
fn presets_spend_what_the_protocol_says() {
    for (preset, runs) in [("quick", 32), ("standard", 60), ("publish", 290)] {
        let (_, cells) = compare(&format!("preset = \"{preset}\"\n{DIGITS}"));
        let different: BTreeSet<CellId> = cells.iter().map(|cell| cell.id("")).collect();
        assert_eq!((cells.len(), different.len()), (3 * runs, 3 * runs), "{preset}");
    }
}

#[test]
fn threads_and_interruptions_change_nothing() {
    let text =
        format!("preset = \"standard\"\n{DIGITS}[[rules]]\nname = \"sgd\"\n[[rules]]\nname = \"adam\"\n");
    let undisturbed = race(&text, &MockRunner::default(), &mut MemoryStore::default(), 1).unwrap();
    for threads in [2, 7] {
        assert_eq!(
            race(&text, &MockRunner::default(), &mut MemoryStore::default(), threads).unwrap(),
            undisturbed
        );
    }
    let folder = tempfile::tempdir().unwrap();
    for interruption in [0, 1, 17, 40, 60, 90, 110] {
        let path = folder.path().join(format!("{interruption}.sqlite"));
        let first = MockRunner { stop_after: Some(interruption), ..MockRunner::default() };
        let error = race(&text, &first, &mut SqliteStore::open(&path).unwrap(), 2).unwrap_err();
        let RunError::Stopped { finished, planned } = error else { panic!("{error}") };
        assert_eq!(planned, 120);
        assert!(finished <= interruption + 1, "{finished}");
        let second = MockRunner::default();
        let resumed = race(&text, &second, &mut SqliteStore::open(&path).unwrap(), 2).unwrap();
        assert_eq!(second.cells().len(), 120 - finished, "only what is missing runs");
        assert_eq!(resumed, undisturbed);
        // And once more: nothing is missing.
        let third = MockRunner::default();
        assert_eq!(race(&text, &third, &mut SqliteStore::open(&path).unwrap(), 2).unwrap(), undisturbed);
        assert!(third.cells().is_empty());
    }
}

#[test]
fn more_final_seeds_run_only_what_is_new() {
    let mut store = MemoryStore::default();
    race(DIGITS, &MockRunner::default(), &mut store, 2).unwrap();
    let more = MockRunner::default();
    race(&format!("{DIGITS}[protocol]\nfinal_seeds = 8\n"), &more, &mut store, 2).unwrap();
    assert_eq!(more.cells().len(), 3 * 3);
    assert!(more.cells().iter().all(|cell| cell.stage == Stage::Final));
}

#[test]
fn another_version_of_the_program_runs_everything_again() {
    let mut store = MemoryStore::default();
    race(DIGITS, &MockRunner::default(), &mut store, 2).unwrap();
    let (experiment, runner) = (checked(DIGITS).unwrap(), MockRunner::default());
    let options = RunOptions { threads: 1, code: "2", stop: &AtomicBool::new(false), observer: &mut |_| {} };
    run(&experiment, &runner, &mut store, options).unwrap();
    assert_eq!(runner.cells().len(), 3 * 32);
}

#[test]
fn other_data_run_everything_again() {
    struct On(MockRunner, &'static str);
    impl Runner for On {
        fn run(&self, cell: &Cell, unseal_test: bool, stop: &AtomicBool) -> Result<Outcome, RunFault> {
            self.0.run(cell, unseal_test, stop)
        }
        fn fingerprint(&self, _: usize) -> String {
            self.1.into()
        }
    }
    let (experiment, mut store) = (checked(DIGITS).unwrap(), MemoryStore::default());
    for (data, runs) in [("one", 3 * 32), ("one", 0), ("two", 3 * 32)] {
        let runner = On(MockRunner::default(), data);
        let options =
            RunOptions { threads: 1, code: "1", stop: &AtomicBool::new(false), observer: &mut |_| {} };
        run(&experiment, &runner, &mut store, options).unwrap();
        assert_eq!(runner.0.cells().len(), runs, "{data}");
    }
}

#[test]
fn a_best_rate_at_the_edge_extends_that_range_and_gives_every_rule_the_same_trials() {
    let runner = MockRunner {
        best: BTreeMap::from([("sgd", 0.1), ("momentum", 0.02), ("adam", 4e-5)]),
        ..MockRunner::default()
    };
    let comparison = race(DIGITS, &runner, &mut MemoryStore::default(), 2).unwrap();
    let problem = &comparison.problems[0];
    assert_eq!(problem.extensions, 1);
    let searches: Vec<_> = problem.rules.iter().map(|rule| rule.tuning.as_ref().unwrap()).collect();
    assert_eq!(searches.iter().map(|tuning| tuning.trials.len()).collect::<Vec<_>>(), [15; 3]);
    assert_eq!(searches[2].searched, Some(RateRange { from: 1e-5, to: 1.0 }));
    assert_eq!(searches[2].boundary, Boundary::Extended);
    assert_eq!(searches[0].searched, searches[0].asked);
    assert!((problem.rules[2].learning_rate / 4e-5).log10().abs() < 0.4);
}

#[test]
fn the_edge_is_that_of_the_chosen_rate_not_of_the_luckiest_trial() {
    /// The rate at the edge looks best when it is tried, and is worst on fresh seeds.
    struct Deceived(MockRunner);
    impl Runner for Deceived {
        fn run(&self, cell: &Cell, unseal_test: bool, stop: &AtomicBool) -> Result<Outcome, RunFault> {
            let outcome = self.0.run(cell, unseal_test, stop)?;
            let lucky = cell.learning_rate() == 1e-4;
            let validation = match cell.stage {
                Stage::Tuning { .. } if lucky => 0.99,
                _ if lucky => 0.1,
                _ => outcome.validation,
            };
            Ok(Outcome { validation, ..outcome })
        }
    }
    let text = format!("rules = [\"adam\"]\n{DIGITS}[protocol]\nboundary_extensions = 0\n");
    let experiment = checked(&text).unwrap();
    let options = RunOptions { threads: 1, code: "1", stop: &AtomicBool::new(false), observer: &mut |_| {} };
    let runner = Deceived(MockRunner::default());
    let comparison = run(&experiment, &runner, &mut MemoryStore::default(), options).unwrap();
    let adam = &comparison.problems[0].rules[0];
    assert_eq!(adam.tuning.as_ref().unwrap().candidates[0].point.learning_rate, 1e-4);
    assert!(adam.learning_rate > 1e-4 * 10_f64.powf(0.4), "{}", adam.learning_rate);
    assert_eq!(adam.tuning.as_ref().unwrap().boundary, Boundary::Inside);
}

#[test]
fn a_range_grows_so_far_only_and_the_report_says_so() {
    let runner = MockRunner {
        best: BTreeMap::from([("sgd", 0.1), ("momentum", 0.02), ("adam", 1e-9)]),
        ..MockRunner::default()
    };
    let comparison = race(DIGITS, &runner, &mut MemoryStore::default(), 2).unwrap();
    let adam = comparison.problems[0].rules[2].tuning.as_ref().unwrap();
    assert_eq!((comparison.problems[0].extensions, adam.trials.len()), (2, 17));
    assert_eq!(adam.boundary, Boundary::Unresolved(Side::Low));
    assert!(
        comparison
            .conclusion
            .en
            .contains("The best learning rate of adam still lies at the edge of its range")
    );
}

#[test]
fn the_test_split_is_read_in_the_final_stage_only() {
    struct Curious(MockRunner);
    impl Runner for Curious {
        fn run(&self, cell: &Cell, unseal_test: bool, stop: &AtomicBool) -> Result<Outcome, RunFault> {
            assert_eq!(unseal_test, cell.stage == Stage::Final);
            // Reads the test split whenever it is asked about adam.
            self.0.run(cell, unseal_test || cell.rule == "adam", stop)
        }
    }
    let experiment = checked(DIGITS).unwrap();
    let options = RunOptions { threads: 2, code: "1", stop: &AtomicBool::new(false), observer: &mut |_| {} };
    let error =
        run(&experiment, &Curious(MockRunner::default()), &mut MemoryStore::default(), options).unwrap_err();
    let RunError::Failed(failures) = &error else { panic!("{error}") };
    assert!(failures.iter().all(|failure| failure.cell.rule == "adam"));
    assert!(error.to_string().contains("the test split was read before the final stage"), "{error}");

    // In what is stored and reported, too.
    let (comparison, _) = compare(DIGITS);
    for rule in &comparison.problems[0].rules {
        assert!(rule.runs.iter().all(|run| run.outcome.test.is_some()));
        assert!(rule.default.as_ref().unwrap().runs.iter().all(|run| run.outcome.test.is_none()));
        assert!(rule.runs.iter().all(|run| run.outcome.predictions == [PREDICTION]));
        assert!(rule.default.as_ref().unwrap().runs.iter().all(|run| run.outcome.predictions.is_empty()));
    }
}

#[test]
fn a_stored_result_without_the_test_split_does_not_serve_the_final_stage() {
    // Without noise all seeds are one and the same: the tuned run, the final run and the default run share a name.
    let text = "rules = [\"sgd\"]\n[[problems]]\nfunction = \"bowl\"\nsteps = 9\n";
    let runner = MockRunner { best: BTreeMap::from([("sgd", 0.01)]), noise: 0.0, ..MockRunner::default() };
    let comparison = race(text, &runner, &mut MemoryStore::default(), 1).unwrap();
    let sgd = &comparison.problems[0].rules[0];
    assert!(sgd.runs[0].outcome.unsealed);
    assert!(!sgd.default.as_ref().unwrap().runs[0].outcome.unsealed);
}

#[test]
fn without_noise_every_configuration_runs_once() {
    let text = "seed = 5\n[problem]\nfunction = \"bowl\"\n";
    // Lower is better for a function; the closed form rises towards the best rate, so the search runs away from it.
    let (comparison, cells) = compare(text);
    let problem = &comparison.problems[0];
    assert!(problem.deterministic);
    assert!(cells.iter().all(|cell| cell.seed == 0 && cell.stage != Stage::Confirmation));
    for rule in &problem.rules {
        assert_eq!((rule.runs.len(), rule.tuning.as_ref().unwrap().selection_drop), (1, None));
        assert_eq!(rule.validation.as_ref().unwrap().standard_deviation, None);
    }
    assert!(problem.verdict.judgements.is_empty());
    assert!(comparison.conclusion.en.contains("this start and this number of steps only"));
    let noisy = compare(&format!("{text}noise = 0.1\n")).0;
    assert!(!noisy.problems[0].deterministic && noisy.problems[0].rules[0].runs.len() == 5);
}

#[test]
fn a_deterministic_program_is_searched_as_finely_as_a_function_and_judged_without_statistics() {
    let text = "seed = 5\nrules = [\"sgd\", \"adam\"]\n[problem]\nprogram = [\"mine\"]\nsteps = 100\n";
    let (comparison, cells) = compare(&format!("{text}deterministic = true\n"));
    let problem = &comparison.problems[0];
    assert!(problem.deterministic && cells.iter().all(|cell| cell.seed == 0));
    assert!(problem.verdict.judgements.is_empty() && problem.verdict.margin.is_none());
    for rule in &problem.rules {
        assert_eq!((rule.runs.len(), rule.tuning.as_ref().unwrap().trials.len()), (1, 130));
    }
    // The closed form rises towards the best rate, so a search for the lowest value runs away from it, to the edge.
    let sentence = &problem.verdict.sentence;
    assert!(sentence.en.starts_with("On mine, in 100 steps, the values are "), "{}", sentence.en);
    assert!(sentence.ko.starts_with("mine 문제: 갱신 100회. 규칙별 값: "), "{}", sentence.ko);
    let random = compare(text).0;
    assert_eq!((random.problems[0].deterministic, random.problems[0].rules[0].runs.len()), (false, 5));
    let accuracy = compare(&format!("{text}deterministic = true\nmetric = \"accuracy\"\n")).0;
    let sentence = &accuracy.problems[0].verdict.sentence;
    let order = "On mine, in 100 steps, the order from the highest value is ";
    assert!(sentence.en.starts_with(order), "{}", sentence.en);
    assert!(sentence.ko.starts_with("mine 문제: 갱신 100회. 높은 값부터 "), "{}", sentence.ko);
    // What only programs have is refused elsewhere.
    let refused = checked("[problem]\nfunction = \"bowl\"\ndeterministic = true\n").unwrap_err().to_string();
    assert!(refused.contains("`deterministic` belongs to a problem with a `program`"), "{refused}");
}

#[test]
fn diverged_trials_are_worst_and_diverged_finals_are_counted() {
    let (comparison, _) = compare(DIGITS);
    let sgd = &comparison.problems[0].rules[0];
    let trials = &sgd.tuning.as_ref().unwrap().trials;
    let at_one = trials.iter().find(|trial| trial.point.learning_rate == 1.0).unwrap();
    assert_eq!((at_one.mean(), at_one.diverged()), (None, 1));
    assert!(sgd.learning_rate < 0.9 && sgd.diverged == 0);

    let given =
        "rules = [{ name = \"sgd\", learning_rate = 5 }, \"adam\"]\n[problem]\ndataset = \"digits\"\n";
    let problem = &compare(given).0.problems[0];
    assert_eq!(
        (problem.rules[0].diverged, &problem.rules[0].validation, &problem.rules[0].test),
        (5, &None, &None)
    );
    assert_eq!(problem.verdict.judgements[0].word, Word::OtherDiverges);
    assert!(problem.verdict.sentence.en.contains("sgd diverged in 5 of 5 final runs."));
    assert!(problem.verdict.sentence.en.contains("The learning rate of sgd was given"));
    // With every rate diverging there is still an answer.
    let hopeless = MockRunner { diverges_above: 0.0, ..MockRunner::default() };
    let comparison = race(DIGITS, &hopeless, &mut MemoryStore::default(), 2).unwrap();
    assert!(comparison.conclusion.en.contains("every final run diverged"));
}

#[test]
fn luck_in_tuning_is_measured_on_fresh_seeds() {
    let runner = MockRunner { noise: 0.2, ..MockRunner::default() };
    let text = format!("preset = \"standard\"\n{DIGITS}");
    let comparison = race(&text, &runner, &mut MemoryStore::default(), 2).unwrap();
    for rule in &comparison.problems[0].rules {
        let tuning = rule.tuning.as_ref().unwrap();
        let winner = &tuning.candidates[0];
        let confirmed =
            crate::statistics::mean(&winner.confirmed.iter().flatten().copied().collect::<Vec<_>>());
        assert_eq!(tuning.selection_drop, Some(winner.tuned.unwrap() - confirmed));
        assert!(tuning.selection_drop.unwrap() > 0.0, "the best of 25 noisy trials was lucky");
        let best = tuning
            .candidates
            .iter()
            .max_by(|a, b| a.as_trial().mean().partial_cmp(&b.as_trial().mean()).unwrap());
        assert_eq!(rule.learning_rate, best.unwrap().point.learning_rate, "fresh seeds decide");
    }
}

#[test]
fn time_to_target_is_never_averaged_over_runs_that_missed_it() {
    let (comparison, _) = compare(DIGITS);
    let target = comparison.problems[0].rules[0].target.clone().unwrap();
    assert_eq!(target.reached, 1.0);
    assert!(target.median.unwrap() <= 10.0);
    let slow = "rules = [{ name = \"sgd\", learning_rate = 0.001 }, \"adam\"]\n[problem]\ndataset = \"digits\"\ntarget_loss = 0.1\n";
    let target = compare(slow).0.problems[0].rules[0].target.clone().unwrap();
    assert_eq!((target.reached, target.median), (0.0, None));
    assert_eq!(compare("[problem]\ndataset = \"digits\"").0.problems[0].rules[0].target, None);
}

#[test]
fn a_failing_cell_is_named_and_the_rest_is_kept() {
    let fail: fn(&Cell) -> bool = |cell| cell.rule == "momentum" && cell.learning_rate() == 0.0316;
    let text = "[[problems]]\ndataset = \"digits\"\n[[problems]]\ndataset = \"mnist\"\nlearning_rates = { momentum = 0.5 }\n";
    let mut store = MemoryStore::default();
    let runner = MockRunner { fail: Some(fail), ..MockRunner::default() };
    let error = race(text, &runner, &mut store, 2).unwrap_err().to_string();
    let seed = runner.cells()[0].seed;
    assert_eq!(
        error,
        format!(
            "a run failed; all other results are kept. digits, momentum (torch) at learning rate 0.0316, seed {seed}: the data \
             ran out"
        )
    );
    // The rest of that stage, and the whole other problem, were done: 3 x 9 - 1, and 2 x 32 + 10.
    assert_eq!(store.len(), 26 + 74);
    let repaired = MockRunner::default();
    race(text, &repaired, &mut store, 2).unwrap();
    assert_eq!(repaired.cells().len(), 3 * 32 - 26);
}

#[test]
fn a_panicking_run_is_a_failed_run() {
    let runner = MockRunner {
        fail: Some(|cell| cell.rule == "adam" && panic!("index out of bounds")),
        ..MockRunner::default()
    };
    let error = race(DIGITS, &runner, &mut MemoryStore::default(), 2).unwrap_err();
    assert!(error.to_string().contains("the program has a bug here: index out of bounds"), "{error}");
}

#[test]
fn all_that_was_ever_tried_on_a_problem_counts() {
    let folder = tempfile::tempdir().unwrap();
    let mut stores: [Box<dyn Store>; 2] = [
        Box::new(MemoryStore::default()),
        Box::new(SqliteStore::open(&folder.path().join("tried.sqlite")).unwrap()),
    ];
    for store in &mut stores {
        let mut tried = |text: &str| {
            let found = race(text, &MockRunner::default(), store.as_mut(), 1).unwrap();
            let problem = found.problems.into_iter().next().unwrap();
            (problem.tried, problem.effort().unwrap())
        };
        // Thirteen rates of each of three rules; their defaults are among them.
        let (first, words) = tried(DIGITS);
        assert_eq!(first, Tried { rules: 3, configurations: 3 * 13, other_looks: 0 });
        assert_eq!(
            words.en,
            "This store holds 39 configurations of 3 rules tried on this problem. 1 look at these rules and rates: 4 % of the 5 % \
             that verdicts may err with is spent."
        );
        // The same again with more seeds is another look, and no other configuration.
        let more = format!("{DIGITS}[protocol]\nfinal_seeds = 9\n");
        let (again, words) = tried(&more);
        assert_eq!(again, first);
        assert!(words.en.contains("2 looks at these rules and rates: 4.5 % of the 5 %"), "{}", words.en);
        assert!(
            words.ko.contains("2번 확인하여 판정에 허용한 오류 5% 가운데 4.5%를 썼습니다"),
            "{}",
            words.ko
        );
        // Other rules on the same problem: what was tried before still counts, and the runs at the defaults are the same.
        let (other, words) = tried(&format!(
            "rules = [\"sgd\", {{ name = \"adam\", label = \"given\", learning_rate = 0.004 }}]\n{DIGITS}"
        ));
        assert_eq!(other, Tried { rules: 4, configurations: 3 * 13 + 1, other_looks: 2 });
        assert!(words.en.ends_with("2 looks at other rules or rates counted by themselves."), "{}", words.en);
        // Another problem is another matter.
        let (elsewhere, _) = tried(&DIGITS.replace("target_loss = 0.1", "batch = 7"));
        assert_eq!(elsewhere, first);
    }
}

#[test]
fn a_store_that_fills_up_ends_the_race_and_keeps_what_it_has() {
    struct Full(MemoryStore);
    impl Store for Full {
        fn get(&self, id: &CellId) -> Result<Option<Outcome>, StoreError> {
            self.0.get(id)
        }
        fn put(&mut self, id: &CellId, cell: &Cell, outcome: &Outcome) -> Result<(), StoreError> {
            if self.0.len() == 20 {
                return Err(StoreError::Full { path: "race.sqlite".into() });
            }
            self.0.put(id, cell, outcome)
        }
        fn look(&mut self, rules: &str, seeds: usize) -> Result<Vec<usize>, StoreError> {
            self.0.look(rules, seeds)
        }
        fn tried(&self, problem: &WorkloadHash, rules: &str) -> Result<Tried, StoreError> {
            self.0.tried(problem, rules)
        }
    }
    let mut store = Full(MemoryStore::default());
    let error = race(DIGITS, &MockRunner::default(), &mut store, 2).unwrap_err();
    assert!(error.to_string().starts_with("the disk is full: race.sqlite"), "{error}");
    assert_eq!(store.0.len(), 20);
}

#[test]
fn every_run_of_an_experiment_is_noted_under_it_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("race.sqlite");
    let compare = |text: &str, code: &str| {
        let experiment = checked(text).unwrap();
        let (stop, observer) = (AtomicBool::new(false), &mut |_: Event<'_>| {});
        let options = RunOptions { threads: 2, code, stop: &stop, observer };
        run(&experiment, &MockRunner::default(), &mut SqliteStore::open(&path).unwrap(), options).unwrap()
    };
    let first = compare(DIGITS, "1");
    let runs = |comparison: &Comparison| -> usize {
        let rules = comparison.problems.iter().flat_map(|problem| &problem.rules);
        rules
            .map(|rule| {
                let tuning = rule.tuning.as_ref().unwrap();
                let tried: usize = tuning.trials.iter().map(|trial| trial.values.len()).sum();
                let confirmed: usize = tuning.candidates.iter().map(|one| one.confirmed.len()).sum();
                tried + confirmed + rule.runs.len() + rule.default.as_ref().map_or(0, |one| one.runs.len())
            })
            .sum()
    };
    // Longer runs under the same labels, and the first experiment with another program.
    let longer = compare(&format!("{DIGITS}\nsteps = 7"), "1");
    let other_program = compare(DIGITS, "2");
    let store = SqliteStore::open(&path).unwrap();
    let origins = store.origins().unwrap();
    assert_eq!(origins.len(), 3);
    for (origin, comparison) in origins.iter().zip([&first, &longer, &other_program]) {
        assert_eq!(store.records(origin).unwrap().len(), runs(comparison));
        let kept = store.result(origin).unwrap().unwrap();
        assert_eq!(kept.experiment, comparison.experiment);
        assert_eq!(kept.problems[0].rules[0].validation, comparison.problems[0].rules[0].validation);
        assert!(kept.problems[0].rules[0].runs[0].outcome.validation_curve.is_empty());
    }
    // The same again is the same experiment, with the same runs.
    compare(DIGITS, "1");
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(store.origins().unwrap().last(), origins.first());
    assert_eq!(store.records(&origins[0]).unwrap().len(), runs(&first));
    assert_eq!(store.unclaimed().unwrap(), []);
}

#[test]
fn an_observer_hears_of_every_cell_and_of_the_whole() {
    let runner = MockRunner {
        best: BTreeMap::from([("sgd", 0.1), ("momentum", 0.02), ("adam", 4e-5)]),
        ..MockRunner::default()
    };
    let experiment = checked(DIGITS).unwrap();
    let (mut stages, mut last, mut heard, mut extended) = (vec![], (0, 0), 0, vec![]);
    let mut observer = |event: Event<'_>| match event {
        Event::StageStarted { stage, cells, stored } => stages.push((stage.name(), cells, stored)),
        Event::CellFinished { done, total, best, .. } => {
            heard += 1;
            assert!(done > last.0 && best.is_some());
            last = (done, total);
        }
        Event::RangeExtended { label, range, more, .. } => {
            extended.push((label.to_string(), range.from, more))
        }
        Event::CellFailed { .. } | Event::Waiting { .. } | Event::Shortened { .. } => panic!("{event:?}"),
    };
    let options =
        RunOptions { threads: 2, code: "1", stop: &AtomicBool::new(false), observer: &mut observer };
    run(&experiment, &runner, &mut MemoryStore::default(), options).unwrap();
    assert_eq!(
        stages,
        [("tuning", 27, 0), ("tuning", 6, 0), ("tuning", 12, 0), ("confirmation", 27, 0), ("final", 30, 0)]
    );
    assert_eq!((last, heard), ((102, 102), 102));
    assert_eq!(extended, [("adam".to_string(), 1e-5, 6)]);
}

#[test]
fn a_comparison_survives_json() {
    let (comparison, _) = compare("[[problems]]\ndataset = \"digits\"\n[[problems]]\nfunction = \"bowl\"\n");
    let json = serde_json::to_string(&comparison).unwrap();
    let again: Comparison = serde_json::from_str(&json).unwrap();
    assert_eq!(again, comparison);
    // The resolved experiment inside gives the same experiment.
    assert_eq!(checked(&comparison.experiment).unwrap().to_toml(), comparison.experiment);
}

#[test]
fn looks_at_more_seeds_are_counted_and_those_at_as_many_are_not() {
    let text = |seeds: usize| format!("{DIGITS}[protocol]\nfinal_seeds = {seeds}\n");
    let mut store = MemoryStore::default();
    let mut look = |seeds| {
        let found = race(&text(seeds), &MockRunner::default(), &mut store, 2).unwrap();
        let look = &found.problems[0].verdict.look;
        (look.number, look.earlier.clone())
    };
    assert_eq!(look(5), (1, vec![]));
    assert_eq!(look(5), (1, vec![]));
    assert_eq!(look(9), (2, vec![(1, 5)]));
    assert_eq!(look(20), (3, vec![(1, 5), (2, 9)]));
    assert_eq!(look(9), (2, vec![(1, 5)]));
}
