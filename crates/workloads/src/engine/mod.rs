//! Cells carried out: the bridge from the protocol to rules, data and training.

mod command;
mod differences;
mod divergence;
mod function;
mod group;
mod memory;
mod own;
mod predictions;
mod program;
mod quadratic;
mod training;
mod vocabulary;

pub use differences::Differences;
pub use group::end_programs;
pub use own::{Judged, Objective, Own, Split, Tensor};
pub use program::read_answer;
pub(crate) use training::{Stoppable, run_bytes};
pub use training::{load_dataset, settings, specification, start_fault};
pub use vocabulary::vocabulary;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use thalweg_data::{Dataset, Source, TargetKind};
use thalweg_lab::cell::{Cell, Stage};
use thalweg_lab::experiment::{
    Experiment, FunctionProblem, Metric, ProgramProblem, TrainingProblem, Workload,
};
use thalweg_lab::fault::{OwnFault, RunFault};
use thalweg_lab::memory::NoRoom;
use thalweg_lab::outcome::Outcome;
use thalweg_lab::protocol::Runner;
use thalweg_lab::verdict::Sentence;
use thalweg_train::{guessing_loss, incomplete_round};

/// Runs cells of one experiment on rules, functions and networks of this program.
pub struct Engine {
    problems: Vec<Prepared>,
}

#[expect(clippy::large_enum_variant, reason = "there are as many as problems, and they stay where they are")]
enum Prepared {
    Function(FunctionProblem),
    /// The problem, and who gives its losses: a program, or a problem of one's own.
    Own(ProgramProblem, Box<dyn Own>),
    /// Trainings of the user's own.
    Command(command::Trainings),
    /// The problem, its data and their digest.
    Training(TrainingProblem, Box<Dataset>, String),
}

impl Engine {
    /// Loads every data set that `experiment` names, once.
    ///
    /// # Errors
    /// A data set that is missing or broken, with what to do.
    pub fn new(experiment: &Experiment, source: &Source) -> Result<Self, thalweg_data::DataError> {
        let mut problems = Vec::new();
        for (index, problem) in experiment.problems.iter().enumerate() {
            problems.push(match &problem.workload {
                Workload::Function(function) => Prepared::Function(function.clone()),
                Workload::Program(problem) => {
                    let own: Box<dyn Own> = match problem.program.as_slice() {
                        [name] if name == quadratic::NAME => Box::new(quadratic::QuadraticDeep),
                        _ => Box::new(program::Launched::new(problem.clone())),
                    };
                    Prepared::Own(problem.clone(), own)
                }
                Workload::Command(training) => {
                    Prepared::Command(command::Trainings::new(experiment, index, training))
                }
                Workload::Training(training) => {
                    let dataset = load_dataset(training, source)?;
                    if dataset.validation.is_empty() {
                        return Err(thalweg_data::DataError::Options {
                            name: dataset.name,
                            message: "a comparison chooses learning rates on validation examples, and there are none; \
                                      set `validation` to how many training examples to keep for it"
                                .into(),
                        });
                    }
                    if training.metric == Metric::Accuracy && dataset.target_kind() == TargetKind::Values {
                        return Err(thalweg_data::DataError::Options {
                            name: dataset.name,
                            message: "its targets are numbers, of which there is no accuracy; set `metric` to \"rmse\", \"mae\", \
                                      \"r2\" or \"loss\""
                                .into(),
                        });
                    }
                    if training.metric.is_of_values() && dataset.target_kind() != TargetKind::Values {
                        return Err(thalweg_data::DataError::Options {
                            name: dataset.name,
                            message: format!(
                                "its targets are classes, of which there is no `{}`; set `metric` to \"accuracy\" or \"loss\", \
                                 or `target_kind = \"values\"`",
                                training.metric.name()
                            ),
                        });
                    }
                    let digest = dataset.digest();
                    Prepared::Training(training.clone(), Box::new(dataset), digest)
                }
            });
        }
        Ok(Self { problems })
    }

    /// Puts `own` in the place of the program of problem `index`, which is then not started.
    pub fn own(&mut self, index: usize, own: Box<dyn Own>) {
        if let Some(Prepared::Own(_, place)) = self.problems.get_mut(index) {
            *place = own;
        }
    }

    /// Keeps the folders of trainings of the user's own in `runs`: their logs, and what they write themselves.
    pub fn keep_runs_in(&mut self, runs: &Path) {
        for prepared in &mut self.problems {
            if let Prepared::Command(trainings) = prepared {
                trainings.keep_runs_in(runs);
            }
        }
    }

    /// The command of a run as a shell would be given it, and its log, if it is a training of the user's own.
    pub fn training_of(&self, cell: &Cell) -> Option<(String, PathBuf)> {
        match self.problems.get(cell.problem) {
            Some(Prepared::Command(trainings)) => {
                Some((trainings.command(cell, cell.stage == Stage::Final), trainings.log(cell)))
            }
            _ => None,
        }
    }

    /// Says of every rule on every problem of `experiment`, which this engine was made for, whether its last steps make no update
    /// because they do not complete a round of accumulated gradients.
    pub fn incomplete_rounds(&self, experiment: &Experiment) -> Vec<String> {
        let mut notes = Vec::new();
        for (problem, prepared) in experiment.problems.iter().zip(&self.problems) {
            let steps = match prepared {
                Prepared::Function(function) => function.steps,
                Prepared::Own(program, _) => program.steps,
                Prepared::Command(_) => continue,
                Prepared::Training(training, dataset, _) => training::steps(training, dataset),
            };
            for arm in &experiment.rules {
                if let Some(note) = incomplete_round(steps, arm.around.accumulate.unwrap_or_default()) {
                    notes.push(format!("{} on {}: {note}", arm.label, problem.name));
                }
            }
        }
        notes
    }

    /// Says of every rule that divides the parameters of a network with another by itself (Muon with AdamW) who updates what.
    pub fn divisions(&self, experiment: &Experiment) -> Vec<String> {
        let mut notes = Vec::new();
        for (problem, prepared) in experiment.problems.iter().zip(&self.problems) {
            let Prepared::Training(training, dataset, _) = prepared else { continue };
            for arm in experiment.rules.iter().filter(|arm| arm.name == "muon") {
                let cell = Cell::single(problem, arm, experiment.seed);
                // What keeps a network from being made is said when it is run.
                let trainer = training::trainer(training, dataset, &cell).ok();
                if let Some(plan) = trainer.and_then(|trainer| trainer.division().ok().flatten()) {
                    notes.push(format!("{} on {} works with AdamW:\n{plan}", arm.label, problem.name));
                }
            }
        }
        notes
    }

    /// What people should know about the runs so far: a sentence for each problem of which there is something to say.
    pub fn notes(&self) -> Vec<String> {
        let note = |prepared: &Prepared| match prepared {
            Prepared::Own(_, own) => own.note(),
            Prepared::Function(_) | Prepared::Training(..) | Prepared::Command(_) => None,
        };
        self.problems.iter().filter_map(note).collect()
    }

    /// The files by whose contents the results of problem `index` are known, beside the experiment itself.
    pub fn files(&self, index: usize) -> Vec<String> {
        match self.problems.get(index) {
            Some(Prepared::Own(_, own)) => own.files(),
            Some(Prepared::Command(trainings)) => trainings.files().0.to_vec(),
            Some(Prepared::Function(_) | Prepared::Training(..)) | None => Vec::new(),
        }
    }

    /// How far gradients and difference quotients of problem `index` are apart, if it is a program or a problem of one's own.
    pub(crate) fn differences(
        &self,
        index: usize,
        seed: u64,
        stop: &AtomicBool,
    ) -> Result<Option<Differences>, RunFault> {
        match self.problems.get(index) {
            Some(Prepared::Own(_, own)) => {
                let differences = differences::differences(own.as_ref(), seed, stop);
                differences.map(Some).map_err(|fault| unless_stopped(fault, stop))
            }
            Some(Prepared::Function(_) | Prepared::Training(..) | Prepared::Command(_)) | None => Ok(None),
        }
    }

    /// The data of problem `index`, if it is one of training.
    pub fn dataset(&self, index: usize) -> Option<&Dataset> {
        match self.problems.get(index)? {
            Prepared::Training(_, dataset, _) => Some(dataset),
            Prepared::Function(_) | Prepared::Own(..) | Prepared::Command(_) => None,
        }
    }
}

/// Returns a fault of a problem of one's own as one of its run. One whose run is given up has made no mistake, whatever it says.
fn unless_stopped(fault: OwnFault, stop: &AtomicBool) -> RunFault {
    if stop.load(Ordering::Relaxed) { RunFault::Interrupted } else { fault.into() }
}

impl Runner for Engine {
    fn run(&self, cell: &Cell, unseal_test: bool, stop: &AtomicBool) -> Result<Outcome, RunFault> {
        match &self.problems[cell.problem] {
            Prepared::Function(problem) => function::run(problem, cell, unseal_test, stop),
            Prepared::Own(problem, own) => {
                let run = own
                    .start_until(cell.seed, stop)
                    .and_then(|mut objective| own::run(objective.as_mut(), problem, cell, unseal_test, stop));
                run.map_err(|fault| unless_stopped(fault, stop))
            }
            Prepared::Command(trainings) => trainings.run(cell, unseal_test, stop),
            Prepared::Training(problem, dataset, _) => {
                training::run(problem, dataset, cell, unseal_test, stop)
            }
        }
    }

    fn check(&self, cell: &Cell, stop: &AtomicBool) -> Result<(), RunFault> {
        match &self.problems[cell.problem] {
            Prepared::Function(problem) => function::check(problem, cell),
            Prepared::Own(problem, own) => {
                own::check(own.as_ref(), problem, cell, stop).map_err(|fault| unless_stopped(fault, stop))
            }
            // Whether it starts shows when it is started.
            Prepared::Command(_) => Ok(()),
            Prepared::Training(problem, dataset, _) => training::trainer(problem, dataset, cell).map(drop),
        }
    }

    fn room(&self, experiment: &Experiment, threads: usize) -> Result<(), NoRoom> {
        self.memory(experiment, threads).check()
    }

    fn fingerprint(&self, problem: usize) -> String {
        match self.problems.get(problem) {
            Some(Prepared::Training(_, _, digest)) => digest.clone(),
            Some(Prepared::Own(_, own)) => own.fingerprint(),
            Some(Prepared::Command(trainings)) => trainings.files().1.to_owned(),
            Some(Prepared::Function(_)) | None => String::new(),
        }
    }

    fn parallel(&self, problem: usize) -> usize {
        match self.problems.get(problem) {
            Some(Prepared::Own(problem, _)) => problem.parallel.map_or(usize::MAX, |copies| copies as usize),
            Some(Prepared::Command(trainings)) => trainings.at_once(),
            Some(Prepared::Function(_) | Prepared::Training(..)) | None => usize::MAX,
        }
    }

    fn waiting_threads(&self) -> Option<usize> {
        let at_once = |prepared: &Prepared| match prepared {
            Prepared::Command(trainings) => Some(trainings.at_once()),
            Prepared::Function(_) | Prepared::Own(..) | Prepared::Training(..) => None,
        };
        self.problems.iter().map(at_once).try_fold(0_usize, |all, one| Some(all.saturating_add(one?)))
    }

    fn start_fault(&self, experiment: &Experiment, problem: usize) -> Option<Sentence> {
        match self.problems.get(problem)? {
            Prepared::Training(training, dataset, _) => {
                let problem = &experiment.problems[problem];
                training::start_fault(problem, training, dataset, experiment.rules.first()?, experiment.seed)
            }
            Prepared::Function(_) | Prepared::Own(..) | Prepared::Command(_) => None,
        }
    }

    fn guessing_loss(&self, problem: usize) -> Option<f64> {
        self.dataset(problem).and_then(guessing_loss)
    }

    fn test_examples(&self, problem: usize) -> Option<usize> {
        match self.problems.get(problem)? {
            Prepared::Own(_, own) => own.test_examples(),
            _ => self.dataset(problem).map(|dataset| dataset.test.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use thalweg_lab::comparison::Comparison;
    use thalweg_lab::experiment::Document;
    use thalweg_lab::protocol::{Refusal, RunError, RunOptions, check, run};
    use thalweg_lab::store::{MemoryStore, Store};

    fn compare(file: &Path, normalize: &str, store: &mut dyn Store) -> Comparison {
        let text = format!(
            "rules = [{{ name = \"sgd\", learning_rate = 0.1 }}]\n[problem]\ndataset = \"csv:{}\"\nnormalize = \"{normalize}\"\nsteps = 20\n\
             hidden = []\nbatch = 8\ntarget_loss = 0.6\nevaluate_every = 5",
            file.display()
        );
        let experiment = Document::parse("", &text).unwrap().check(&vocabulary()).unwrap();
        let engine = Engine::new(&experiment, &Source::default()).unwrap();
        let (stop, observer) = (AtomicBool::new(false), &mut |_: thalweg_lab::protocol::Event<'_>| {});
        run(&experiment, &engine, store, RunOptions { threads: 1, code: "1", stop: &stop, observer }).unwrap()
    }

    fn write(file: &Path, shift: f64) {
        let row = |index: u32| {
            let class = index % 2;
            format!("{},{},{class}\n", f64::from(index % 7) + shift, 3.0 * f64::from(class) - 1.5)
        };
        let rows: String = (0..120).map(row).collect();
        std::fs::write(file, format!("a,b,label\n{rows}")).unwrap();
    }

    #[test]
    fn changed_data_run_again_and_final_runs_keep_predictions() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("points.csv");
        let mut store = MemoryStore::default();
        write(&file, 0.0);
        let first = compare(&file, "standard", &mut store);
        let cells = store.len();
        compare(&file, "standard", &mut store);
        assert_eq!(store.len(), cells, "nothing has changed");
        // Inputs are standardised: to move all of a column by the same amount would change nothing.
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replacen("3,", "3.5,", 1)).unwrap();
        compare(&file, "standard", &mut store);
        assert_eq!(store.len(), 2 * cells, "everything runs on the changed data");

        let rule = &first.problems[0].rules[0];
        for run in &rule.runs {
            assert_eq!(run.outcome.predictions.len(), 20);
            // As many bits as right answers on the 24 test examples, a fifth of all.
            let right: u32 = run.outcome.correct.iter().map(|byte| byte.count_ones()).sum();
            let share = f64::from(right) / 24.0;
            assert!((share - run.outcome.test.unwrap()).abs() < 1e-12, "{share} {:?}", run.outcome.test);
            let steps = run.outcome.steps_to_target.unwrap();
            assert!(steps <= 20 && steps.is_multiple_of(5), "to the resolution of the evaluations: {steps}");
        }
        assert!(rule.default.as_ref().unwrap().runs.iter().all(|run| run.outcome.predictions.is_empty()));
    }

    fn refused(text: &str) -> (Vec<String>, usize) {
        let experiment = Document::parse("", text).unwrap().check(&vocabulary()).unwrap();
        let engine = Engine::new(&experiment, &Source::default()).unwrap();
        let (stop, observer) = (AtomicBool::new(false), &mut |_: thalweg_lab::protocol::Event<'_>| {});
        let mut store = MemoryStore::default();
        let options = RunOptions { threads: 2, code: "1", stop: &stop, observer };
        let Err(RunError::Refused(mistakes)) = run(&experiment, &engine, &mut store, options) else {
            panic!("nothing of this can be run: {text}")
        };
        let Err(RunError::Refused(found)) = check(&experiment, &engine, &stop) else { panic!("{text}") };
        let said = |mistakes: &[Refusal]| mistakes.iter().map(Refusal::to_string).collect::<Vec<_>>();
        assert_eq!(said(&mistakes), said(&found));
        (said(&mistakes), store.len())
    }

    /// Every recipe of the page about groups, on a network with embeddings and three layers.
    #[test]
    fn every_recipe_of_the_page_about_groups_gives_its_groups() {
        let page = |name: &str| {
            let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
            let text = std::fs::read_to_string(path).unwrap();
            let recipes =
                text.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_string());
            recipes.collect::<Vec<_>>()
        };
        let recipes = page("groups.md");
        assert_eq!(recipes, page("groups.ko.md"));
        let mut layout = thalweg_arena::Layout::new();
        let tensors: [(&str, &[usize]); 7] = [
            ("W1", &[4, 3]),
            ("b1", &[3]),
            ("W2", &[3, 3]),
            ("b2", &[3]),
            ("W3", &[3, 2]),
            ("b3", &[2]),
            ("E1", &[5, 4]),
        ];
        for (name, shape) in tensors {
            layout.add(name, shape).unwrap();
        }
        let layout = std::sync::Arc::new(layout);
        let expected = [
            "weights: W1 W2 W3 E1; biases: b1 b2 b3",
            "last: W2 b2; rest: W1 b1 W3 b3 E1",
            "first: W1 b1 E1, frozen; rest: W2 b2 W3 b3",
            "layer 0: W1 b1 E1; layer 1: W2 b2; rest: W3 b3",
            "embeddings: E1; rest: W1 b1 W2 b2 W3 b3",
        ];
        assert_eq!(recipes.len(), expected.len());
        for (recipe, expected) in recipes.iter().zip(expected) {
            let experiment = Document::parse("recipe.toml", recipe).unwrap().check(&vocabulary()).unwrap();
            let arm = &experiment.rules[0];
            let rule = thalweg_optim::Specification::new(&arm.name, arm.dialect.parse().unwrap());
            let rule = arm.around.apply(rule, 1).unwrap();
            let plan = thalweg_optim::Plan::new::<f32>(&rule, &layout).unwrap();
            let groups = plan.groups.iter().map(|group| {
                let names: Vec<&str> =
                    group.tensors.iter().map(|&index| layout.tensors()[index].name.as_str()).collect();
                format!("{}: {}{}", group.name, names.join(" "), if group.frozen { ", frozen" } else { "" })
            });
            assert_eq!(groups.collect::<Vec<_>>().join("; "), expected);
            let mut optimizer = rule.build::<f32>(layout.clone()).unwrap();
            let mut parameters = vec![1.0; layout.len()];
            optimizer.step(&mut parameters, &vec![0.5; layout.len()]).unwrap();
            for (group, tensor) in
                plan.groups.iter().flat_map(|group| group.tensors.iter().map(move |at| (group, *at)))
            {
                assert_eq!(parameters[layout.tensors()[tensor].range.start] == 1.0, group.frozen, "{recipe}");
            }
        }
    }

    #[test]
    fn muon_takes_any_network_and_says_who_updates_what() {
        let text =
            "rules = ['sgd', 'Muon']\n[[problems]]\ndataset = 'digits'\n[[problems]]\nfunction = 'bowl'";
        let experiment = Document::parse("race.toml", text).unwrap().check(&vocabulary()).unwrap();
        let engine = Engine::new(&experiment, &Source::default()).unwrap();
        let notes = engine.divisions(&experiment);
        assert_eq!(notes.len(), 1, "{notes:?}");
        assert!(
            notes[0].starts_with("muon on digits works with AdamW:\nhidden matrices muon (torch)"),
            "{}",
            notes[0]
        );
        assert!(notes[0].contains(": W1\neverything else adamw (torch)"), "{}", notes[0]);
        assert!(notes[0].ends_with(": b1 W2 b2"), "{}", notes[0]);
    }

    #[test]
    fn mistakes_of_rules_and_networks_are_found_before_any_run_and_said_once() {
        let text = "rules = ['sgd', 'muon', { name = 'muon', label = 'again' }]\n[[problems]]\ndataset = 'digits'\n\
                    [[problems]]\ndataset = 'digits'\nname = 'narrow'\nnetwork = 'conv 3 9, linear outputs'\n\
                    [[problems]]\nfunction = 'bowl'";
        let (mistakes, runs) = refused(text);
        assert_eq!(runs, 0, "nothing was run");
        for (mistake, expected) in mistakes.iter().zip([
            "narrow: layer `conv 3 9`: a window that reaches over 9 rows does not fit",
            "bowl, muon, again: muon cannot update `parameters` of shape [2]",
        ]) {
            assert!(mistake.starts_with(expected), "{mistake}");
        }
        assert_eq!(mistakes.len(), 2, "{mistakes:?}");
        let groups = "rules = ['sgd', { name = 'adam', groups = [{ name = 'x', match = { names = ['nothing*'] } }] }]\n[problem]\ndataset = 'digits'";
        let (mistakes, runs) = refused(groups);
        assert!(
            runs == 0 && mistakes.len() == 1 && mistakes[0].contains("takes no parameter"),
            "{mistakes:?}"
        );
    }

    #[test]
    fn numbers_as_targets_have_no_accuracy() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("numbers.csv");
        let rows: String = (0..200).map(|row| format!("{row},{}\n", f64::from(row) + 0.5)).collect();
        std::fs::write(&file, format!("a,target\n{rows}")).unwrap();
        let checked = |metric: &str| {
            let text = format!("[problem]\ndataset = \"csv:{}\"\n{metric}", file.display());
            Document::parse("", &text).unwrap().check(&vocabulary()).unwrap()
        };
        let engine = |metric: &str| Engine::new(&checked(metric), &Source::default()).map(drop);
        let error = engine("metric = 'accuracy'").unwrap_err().to_string();
        assert!(error.contains("set `metric` to \"rmse\", \"mae\", \"r2\" or \"loss\""), "{error}");
        let digits = Document::parse("", "[problem]\ndataset = 'digits'\nmetric = 'mae'").unwrap();
        let error = Engine::new(&digits.check(&vocabulary()).unwrap(), &Source::default());
        let error = error.map(drop).unwrap_err().to_string();
        assert!(error.contains("its targets are classes, of which there is no `mae`"), "{error}");
        engine("metric = 'loss'").unwrap();
        // What is usual follows from the target: 200 numbers one apart scatter by about 58.
        let problem = |text: &str| {
            let problem = checked(text).problems.remove(0);
            (problem.workload.metric(), problem.difference)
        };
        assert_eq!(problem(""), (Metric::Rmse, 0.6));
        assert_eq!(problem("metric = 'mae'"), (Metric::Mae, 0.6));
        assert_eq!(problem("difference = 2"), (Metric::Rmse, 2.0));
        assert_eq!(problem("metric = 'r2'"), (Metric::R2, 0.01));
        assert_eq!(problem("target_kind = 'classes'"), (Metric::Accuracy, 0.005));
    }

    #[test]
    fn a_schedule_is_as_long_as_the_updates_of_accumulated_gradients() {
        let text = |problem: &str, steps: u64| {
            format!(
                "rules = [{{ name = 'momentum', accumulate = 4, schedules = {{ momentum = {{ name = 'linear' }} }} }}]\n\
                 [problem]\n{problem}\nsteps = {steps}\nschedule = {{ name = 'cosine', warmup = 2 }}"
            )
        };
        for problem in ["dataset = 'digits'", "function = 'bowl'", "program = ['thalweg:quadratic-deep']"] {
            let parse =
                |steps| Document::parse("", &text(problem, steps)).unwrap().check(&vocabulary()).unwrap();
            let experiment = parse(40);
            let cell = Cell::single(&experiment.problems[0], &experiment.rules[0], 1);
            let schedule = match &experiment.problems[0].workload {
                Workload::Function(problem) => &problem.schedule,
                Workload::Program(problem) => &problem.schedule,
                Workload::Training(problem) => &problem.schedule,
                Workload::Command(_) => panic!("it has no schedule"),
            };
            let rule = specification(&cell, schedule, 40).unwrap();
            for done in [10, 11] {
                assert_eq!(rule.schedule.factor(done), 0.0, "{problem}: {}", rule.schedule);
                assert_eq!(rule.schedules["momentum"].factor(done), 0.0, "{problem}");
            }
            assert!((rule.schedule.factor(6) - 0.5).abs() < 1e-15, "{problem}: {}", rule.schedule);
            let engine = Engine::new(&experiment, &Source::default()).unwrap();
            assert_eq!(engine.incomplete_rounds(&experiment), Vec::<String>::new());
            let experiment = parse(42);
            let notes = Engine::new(&experiment, &Source::default()).unwrap().incomplete_rounds(&experiment);
            assert_eq!(notes.len(), 1, "{notes:?}");
            assert!(notes[0].contains("the last 2 of 42 steps make no update"), "{notes:?}");
            let error = specification(&cell, schedule, 3).unwrap_err().to_string();
            assert!(error.contains("a run of 3 steps makes no update"), "{error}");
        }
    }

    #[test]
    fn a_run_of_accumulated_gradients_ends_at_the_end_of_its_schedule() {
        let text = "rules = [{ name = 'sgd', accumulate = 4 }]\n[problem]\ndataset = 'digits'\nsteps = 40\nschedule = 'cosine'";
        let experiment = Document::parse("", text).unwrap().check(&vocabulary()).unwrap();
        let engine = Engine::new(&experiment, &Source::default()).unwrap();
        let Workload::Training(training) = &experiment.problems[0].workload else { panic!("a network") };
        let dataset = engine.dataset(0).unwrap();
        let cell = Cell::single(&experiment.problems[0], &experiment.rules[0], 1);
        let settings = settings(training, dataset, &cell).unwrap();
        let mut trainer = thalweg_train::Trainer::<f32>::new(settings, dataset).unwrap();
        trainer.run(&mut thalweg_train::Quiet).unwrap();
        assert_eq!(trainer.record().last().unwrap().learning_rate, Some(0.0));
    }

    #[test]
    fn what_is_wrong_from_the_start_is_named_and_no_smaller_rate_advised() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("points.csv");
        // Every input is at 100,000 or so, and the loss far above that of guessing, ln 2.
        write(&file, 1e5);
        let found = compare(&file, "none", &mut MemoryStore::default()).conclusion;
        assert!(
            found.en.contains("where guessing gives 0.69: the inputs are not scaled (column 1 reaches 10000"),
            "{}",
            found.en
        );
        assert!(!found.en.contains("smaller learning rates"), "{}", found.en);
        assert!(found.ko.contains("입력의 크기가 맞지 않습니다(1번째 열의 값이 10000"), "{}", found.ko);

        let unlearnt = "rules = [{ name = 'sgd', learning_rate = 0.1 }, { name = 'adam', learning_rate = 0.001 }]\n\
                        [problem]\ndataset = 'digits'\nsteps = 10\nhidden = [20, 20]\ninitial = 0.0\nactivation = 'relu'";
        let experiment = Document::parse("", unlearnt).unwrap().check(&vocabulary()).unwrap();
        let engine = Engine::new(&experiment, &Source::default()).unwrap();
        let (stop, observer) = (AtomicBool::new(false), &mut |_: thalweg_lab::protocol::Event<'_>| {});
        let options = RunOptions { threads: 1, code: "1", stop: &stop, observer };
        let found = run(&experiment, &engine, &mut MemoryStore::default(), options).unwrap().conclusion;
        assert!(
            found.en.contains("No rule has learnt anything: the training loss stays at 2.30"),
            "{}",
            found.en
        );
    }

    #[test]
    fn a_shortened_run_is_the_beginning_of_the_whole_one() {
        for problem in
            ["dataset = 'digits'\nsteps = 60\nevaluate_every = 10", "function = 'bowl'\nsteps = 60"]
        {
            let text = format!("rules = ['adam']\n[problem]\n{problem}\nschedule = {{ name = 'cosine' }}");
            let experiment = Document::parse("", &text).unwrap().check(&vocabulary()).unwrap();
            let engine = Engine::new(&experiment, &Source::default()).unwrap();
            let whole = Cell::single(&experiment.problems[0], &experiment.rules[0], 1);
            let [whole, third] = [1, 3].map(|divisor| {
                let cell = Cell { divisor, ..whole.clone() };
                engine.run(&cell, false, &AtomicBool::new(false)).unwrap().training_loss
            });
            assert_eq!((whole.steps.last(), third.steps.last()), (Some(&60), Some(&20)));
            assert_eq!(third.values[..], whole.values[..third.len()], "{problem}");
        }
    }

    #[test]
    fn final_runs_are_looked_into_and_stay_the_same_runs() {
        let text = "rules = ['sgd']\n[problem]\ndataset = 'digits'\nsteps = 30\nevaluate_every = 10";
        let experiment = Document::parse("", text).unwrap().check(&vocabulary()).unwrap();
        let engine = Engine::new(&experiment, &Source::default()).unwrap();
        let cell = Cell::single(&experiment.problems[0], &experiment.rules[0], 1);
        let [sealed, last] =
            [false, true].map(|unseal| engine.run(&cell, unseal, &AtomicBool::new(false)).unwrap());
        assert!(sealed.inside.is_empty());
        assert_eq!(last.training_loss, sealed.training_loss);
        let inside = &last.inside;
        assert_eq!(inside.gradient_norm.steps, [10, 20, 30]);
        // Plain gradient descent moves the weights by the rate times the gradient.
        let rate = cell.learning_rate();
        let weights = inside.gradient_norm.values.iter().zip(&inside.update_ratio.values);
        let weights: Vec<f64> = weights.map(|(g, u)| rate * f64::from(*g) / f64::from(*u)).collect();
        assert!(weights.windows(2).all(|pair| (pair[1] / pair[0] - 1.0).abs() < 0.1), "{weights:?}");
        assert!(inside.dead.is_some_and(|dead| (0.0..0.9).contains(&dead)), "{:?}", inside.dead);
    }

    #[test]
    fn the_example_of_the_reference_is_an_experiment() {
        let page = include_str!("../../../../docs/experiments.md");
        let example = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
        let experiment =
            Document::parse("docs/experiments.md", example).unwrap().check(&vocabulary()).unwrap();
        assert_eq!((experiment.rules.len(), experiment.protocol.final_seeds), (4, 20));
        // Written out, it is the same experiment again.
        let again = Document::parse("again", &experiment.to_toml()).unwrap().check(&vocabulary()).unwrap();
        assert_eq!(again, experiment);
    }
}
