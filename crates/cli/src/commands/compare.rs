//! `thalweg compare`: which rule, at which learning rate, and how sure are we?

use super::search::{Search, search};
use crate::command_line::{given_words, quoted};
use crate::comparison::{in_language, page, plan, table, target_refused};
use crate::experiment::SourceArguments;
use crate::failure::{Context, Failure};
use crate::folder::{Job, RESULTS, admit, file_name};
use crate::language::{Language, language, locale, say};
use crate::progress::Steps;
use crate::watching::{Style, Watching};
use crate::{code, interrupt, output, stderr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use thalweg::lab::comparison::{Comparison, ProblemResult};
use thalweg::lab::engine::{Engine, vocabulary};
use thalweg::lab::experiment::{Document, Experiment, Metric, RawProblem, RawRule, given};
use thalweg::lab::preflight::{PreflightEvent, preflight};
use thalweg::lab::protocol::{Event, RunError, RunOptions, Runner, check, run as run_experiment};
use thalweg::lab::store::{Origin, SqliteStore};
use thalweg::lab::verdict::reach;

/// Compare update rules fairly: tune each, confirm on fresh seeds, and say what can be concluded
#[derive(clap::Args, Default)]
#[command(after_help = "\
Without an experiment file, six rules are compared on the bowl x²/20 + y² and on handwritten digits. The results are kept: the \
same command again runs only what is missing.

Examples:
  thalweg compare
  thalweg compare --rules sgd,adam --problem digits --seed 2
  thalweg compare experiments/mnist.toml --data ~/data --threads 2 --out results --open")]
pub(crate) struct Arguments {
    /// An experiment file; the options below change it
    #[arg(value_name = "EXPERIMENT.toml")]
    experiment: Option<PathBuf>,
    /// The rules, such as sgd,momentum,adam (`thalweg list rules`)
    #[arg(long, value_delimiter = ',', value_name = "RULES")]
    rules: Vec<String>,
    #[command(flatten)]
    comparing: Comparing,
}

/// The options that `compare` and `tune` have in common.
#[derive(clap::Args, Default)]
pub(super) struct Comparing {
    #[command(flatten)]
    pub(super) common: Common,
    /// A hyper-parameter to search for beside the learning rate, for every rule that has it: in its usual range, in the range
    /// given, or among the values given; as often as there are some
    #[arg(long, value_name = "NAME[=FROM..TO|=V,V]", value_parser = search)]
    search: Vec<Search>,
    /// How much effort: quick, standard or publish
    #[arg(long)]
    preset: Option<String>,
    /// Say what would be done and how long it would take, and look whether it can tell anything: are the gradients right, can a
    /// batch be learnt, how far do seeds scatter; a few runs are made for it, and kept
    #[arg(long)]
    dry_run: bool,
    /// So many final seeds more than the experiment says, for every rule; what is known already does not run again. With `auto`, as
    /// many as the verdict asks for, until nothing is open that seeds can decide
    #[arg(long, value_name = "N|auto", value_parser = more_seeds, default_value = "0")]
    more_seeds: MoreSeeds,
    /// With `--more-seeds auto`: no more than so many final seeds a rule in all
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = super::predict::at_least_one)]
    at_most: usize,
    /// Follow it on a full screen: curves, the best of every rule, the verdict so far
    #[arg(long, conflicts_with = "json")]
    live: bool,
    /// The command that would make the same comparison, if it is not the one that was given.
    #[arg(skip)]
    rerun: Option<Vec<String>>,
}

/// Final seeds beyond those of the experiment.
#[derive(Clone, Copy, Debug, PartialEq)]
enum MoreSeeds {
    /// So many.
    Number(u16),
    /// As many as the verdict asks for.
    Auto,
}

impl Default for MoreSeeds {
    fn default() -> Self {
        Self::Number(0)
    }
}

fn more_seeds(text: &str) -> Result<MoreSeeds, String> {
    match text {
        "auto" => Ok(MoreSeeds::Auto),
        number => number
            .parse()
            .map(MoreSeeds::Number)
            .map_err(|_| format!("expected a number of seeds up to {}, or `auto`", u16::MAX)),
    }
}

/// The options that all commands that run experiments have in common.
#[derive(clap::Args, Default)]
pub(super) struct Common {
    /// Only these problems of the experiment, or any function or data set by name
    #[arg(long, value_delimiter = ',', value_name = "PROBLEMS")]
    problem: Vec<String>,
    /// What all randomness follows from
    #[arg(long)]
    seed: Option<u64>,
    /// Training runs at the same time; the results do not depend on it [default: all cores]
    #[arg(long, value_parser = super::predict::at_least_one)]
    pub(super) threads: Option<usize>,
    #[command(flatten)]
    pub(super) source: SourceArguments,
    /// Where report and results go [default: a folder in thalweg-out of this command, experiment and rule]
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Open the report in the browser
    #[arg(long)]
    pub(super) open: bool,
    /// Print the whole result as JSON, and progress as a line of JSON for each run on standard error
    #[arg(long)]
    pub(super) json: bool,
    /// The language of conclusion and report: en or ko [default: from the locale]
    #[arg(long, value_parser = language)]
    pub(super) lang: Option<Language>,
}

/// The experiment that is compared if none is named; `experiments/notes.toml` is a link to it.
const MAIN_JOB: &str = include_str!("notes.toml");

impl Arguments {
    /// Returns the arguments of `thalweg` without a command.
    pub(crate) fn main_job() -> Self {
        Self::default()
    }

    /// Returns the arguments with which `thalweg run` handles an experiment that is no study.
    pub(super) fn of(
        experiment: PathBuf,
        threads: Option<usize>,
        source: SourceArguments,
        out: Option<PathBuf>,
        (open, json): (bool, bool),
        lang: Option<Language>,
    ) -> Self {
        // The command to repeat it compares this one file.
        let mut rerun = vec!["compare".to_string(), experiment.display().to_string()];
        rerun.extend(out.iter().flat_map(|out| ["--out".to_string(), out.display().to_string()]));
        let common = Common { threads, source, out, open, json, lang, ..Common::default() };
        let comparing = Comparing { common, at_most: 1, rerun: Some(rerun), ..Comparing::default() };
        Self { experiment: Some(experiment), rules: vec![], comparing }
    }

    fn experiment(&self) -> Result<Experiment, Failure> {
        let mut document = match &self.experiment {
            Some(path) => Document::read(path)?,
            None => Document::parse("experiments/notes.toml", MAIN_JOB)?,
        };
        let raw = &mut document.raw;
        if !self.rules.is_empty() {
            let rules = self.rules.iter().map(|name| given(RawRule::Name(name.clone()))).collect();
            raw.rules = Some(given(rules));
        }
        self.comparing.lay_over(document)
    }
}

impl Comparing {
    /// Returns the experiment of a file, changed by these options.
    pub(super) fn lay_over(&self, mut document: Document) -> Result<Experiment, Failure> {
        if let Some(preset) = &self.preset {
            document.raw.preset = Some(given(preset.clone()));
        }
        if !self.search.is_empty() {
            super::search::lay_over(&mut document, &self.search)?;
        }
        let mut experiment = self.common.lay_over(document)?;
        if let MoreSeeds::Number(more) = self.more_seeds {
            experiment.protocol.final_seeds += usize::from(more);
        }
        Ok(experiment)
    }
}

impl Common {
    /// Returns the experiment of a file, changed by these options.
    pub(super) fn lay_over(&self, mut document: Document) -> Result<Experiment, Failure> {
        let raw = &mut document.raw;
        if !self.problem.is_empty() {
            let known: Vec<RawProblem> = match (&raw.problem, &raw.problems) {
                (Some(problem), _) => vec![problem.get_ref().clone()],
                (None, Some(problems)) => {
                    problems.get_ref().iter().map(|one| one.get_ref().clone()).collect()
                }
                (None, None) => Vec::new(),
            };
            let chosen = self.problem.iter().map(|name| given(choose(&known, name))).collect();
            raw.problem = None;
            raw.problems = Some(given(chosen));
        }
        if let Some(seed) = self.seed {
            raw.seed = Some(given(seed));
        }
        Ok(document.check(&vocabulary())?)
    }
}

/// The experiment's own problem of this name, or a new one on the function or data set called so.
fn choose(known: &[RawProblem], name: &str) -> RawProblem {
    let called = |problem: &RawProblem| {
        [&problem.name, &problem.function, &problem.dataset]
            .into_iter()
            .flatten()
            .any(|text| text.get_ref() == name)
    };
    if let Some(problem) = known.iter().find(|problem| called(problem)) {
        return problem.clone();
    }
    let is_function = vocabulary().functions.iter().any(|function| function.name == name);
    let text = Some(given(name.to_string()));
    match is_function {
        true => RawProblem { function: text, ..RawProblem::default() },
        false => RawProblem { dataset: text, ..RawProblem::default() },
    }
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let experiment = arguments.experiment()?;
    let job = Job { command: "", file: arguments.experiment.as_deref(), words: vec![&experiment.name] };
    run_comparison(&experiment, &arguments.comparing, &job)
}

/// Runs an experiment, shows the result and writes it to files.
pub(super) fn run_comparison(
    experiment: &Experiment,
    arguments: &Comparing,
    job: &Job<'_>,
) -> Result<(), Failure> {
    let Common { source, threads, json, open: opens, .. } = &arguments.common;
    let language = arguments.common.lang.unwrap_or_else(locale);
    let engine = Engine::new(experiment, &source.source())?;
    engine.incomplete_rounds(experiment).into_iter().for_each(stderr::note);
    for (index, problem) in experiment.problems.iter().enumerate() {
        if let Some(fault) = engine.start_fault(experiment, index) {
            stderr::note(format!("{}: {}", problem.name, in_language(&fault, language)));
        }
    }
    let out = arguments.common.out.clone().unwrap_or_else(|| job.folder());
    std::fs::create_dir_all(&out).context(format!("making the folder {}", out.display()))?;
    let mut store = SqliteStore::open(&out.join(RESULTS))?;
    let origin = Origin::comparison(experiment, &code::fingerprint()?, |index| engine.fingerprint(index));
    admit(&out, &store, &origin)?;
    store.keep_experiment(&experiment.to_toml())?;
    if arguments.dry_run {
        return look_first(experiment, &engine, &mut store, &arguments.common, language);
    }
    let style = Style::of(*json, arguments.live);
    let mut comparison = conduct(experiment, &engine, &mut store, *threads, (style, language))?;
    let mut enlarged;
    let mut experiment = experiment;
    if arguments.more_seeds == MoreSeeds::Auto {
        while let Some(more) = open_seeds(&comparison) {
            let seeds = experiment.protocol.final_seeds;
            let wanted = (seeds + more as usize).min(arguments.at_most);
            if wanted <= seeds {
                break;
            }
            stderr::note(say(
                language,
                &format!("{seeds} final seeds a rule leave something open: on to {wanted}"),
                &format!("규칙마다 최종 시드 {seeds}개로는 가릴 수 없는 것이 남아 {wanted}개로 늘린다"),
            ));
            enlarged = experiment.clone();
            enlarged.protocol.final_seeds = wanted;
            experiment = &enlarged;
            store.keep_experiment(&experiment.to_toml())?;
            comparison = conduct(experiment, &engine, &mut store, *threads, (style, language))?;
        }
    }

    let further = further(&comparison, arguments, language);
    let mut page = page(&comparison, experiment, &engine, language)?;
    page.conclusion.extend(further.clone());
    let report = page.write(&out)?;
    for problem in &comparison.problems {
        let path = out.join(format!("{}-results.csv", file_name(&problem.name)));
        thalweg::arena::write_atomically(&path, table(problem, Language::English).to_csv().as_bytes())?;
    }
    let result = serde_json::to_string_pretty(&comparison)?;
    thalweg::arena::write_atomically(&out.join("result.json"), result.as_bytes())?;
    if *json {
        output::line(result)?;
    } else {
        for problem in &comparison.problems {
            output::line(format!("{}\n{}", problem.name, table(problem, language).to_text()))?;
            if let Some(refused) = target_refused(problem, language) {
                output::line(format!("{}\n", wrap(&refused)))?;
            }
        }
        // What was trained on data comes last, nearest to the end of the output: it is what people came for.
        let is_function = |problem: &&ProblemResult| problem.metric == Metric::Value;
        let (functions, others): (Vec<_>, Vec<_>) = comparison.problems.iter().partition(is_function);
        for problem in functions.into_iter().chain(others) {
            output::line(format!("{}\n", wrap(&in_language(&problem.verdict.sentence, language))))?;
        }
        output::line(wrap(&in_language(&reach(), language)))?;
        if let Some(further) = further {
            output::line(format!("\n{further}"))?;
        }
        output::line(format!("\n{}: {}", say(language, "Report", "보고서"), report.display()))?;
    }
    if *opens {
        open(&report)?;
    }
    Ok(())
}

/// Returns the seeds more for each rule that would decide all that seeds can; absent if nothing of that kind is open.
fn open_seeds(comparison: &Comparison) -> Option<u64> {
    comparison.problems.iter().filter_map(|problem| problem.verdict.more_seeds).max()
}

/// Returns the command that may decide an open verdict, and about how long it takes.
fn further(comparison: &Comparison, arguments: &Comparing, language: Language) -> Option<String> {
    let more = open_seeds(comparison)?;
    let option = match arguments.more_seeds {
        MoreSeeds::Number(given) => format!("--more-seeds {}", more + u64::from(given)),
        MoreSeeds::Auto => {
            format!("--more-seeds auto --at-most {}", more + comparison.protocol.final_seeds as u64)
        }
    };
    let seconds: f64 = comparison
        .problems
        .iter()
        .filter(|problem| !problem.deterministic)
        .flat_map(|problem| &problem.rules)
        .map(|rule| {
            let last = rule.runs.iter().filter_map(|run| run.outcome.training_loss.steps.last()).max();
            more as f64 * 1e-6 * rule.microseconds_per_step * f64::from(last.copied().unwrap_or(0))
        })
        .sum();
    let time = crate::comparison::time(seconds / threads(arguments.common.threads) as f64, language);
    // The command that was given, with the seeds it takes now.
    let mut given = match &arguments.rerun {
        Some(words) => words.iter().map(|word| quoted(word.as_ref())).collect(),
        None => given_words(),
    };
    given.retain(|word| !["-q", "--quiet", "-v", "--verbose"].contains(&word.as_str()));
    if given.is_empty() {
        given.push("compare".into());
    }
    let mut words = vec!["thalweg".to_string()];
    let mut given = given.into_iter();
    while let Some(word) = given.next() {
        match word.as_str() {
            "--more-seeds" | "--at-most" => drop(given.next()),
            "--open" | "--json" | "--live" => {}
            word if word.starts_with("--more-seeds=") || word.starts_with("--at-most=") => {}
            word => words.push(word.to_string()),
        }
    }
    words.push(option);
    let command = words.join(" ");
    Some(match language {
        Language::English => format!("{more} more seeds, about {time}: {command}"),
        Language::Korean => format!("시드 {more}개 더, 약 {time}: {command}"),
    })
}

/// The plan of every problem, and what a few runs say of it.
fn look_first(
    experiment: &Experiment,
    engine: &Engine,
    store: &mut SqliteStore,
    arguments: &Common,
    language: Language,
) -> Result<(), Failure> {
    let threads = threads(arguments.threads);
    let (stop, code) = (interrupt::flag()?, code::fingerprint()?);
    let interrupted = |message| match stop.load(std::sync::atomic::Ordering::Relaxed) {
        true => Failure::Interrupted("interrupted; what was run is kept".into()),
        false => Failure::Error(message),
    };
    check(experiment, engine, &stop).map_err(|error| interrupted(error.to_string()))?;
    let mut found = Vec::new();
    for index in 0..experiment.problems.len() {
        let steps = Steps::new(arguments.json);
        let name = &experiment.problems[index].name;
        let observer = |event: PreflightEvent<'_>| match event {
            PreflightEvent::DefaultsStarted { runs } => steps.stage(name, "the defaults", runs),
            PreflightEvent::GradientsStarted => steps.stage(name, "checking gradients", 0),
            PreflightEvent::BatchStarted => steps.stage(name, "learning one batch", 0),
            PreflightEvent::RunFinished { label, figure } => {
                steps.run(|| {
                    let figure = figure.map_or_else(|| "diverged".into(), |figure| format!("{figure:.4}"));
                    format!("{label}, {figure}")
                });
            }
        };
        let one =
            preflight(experiment, index, engine, store, &code, &stop, &observer).map_err(&interrupted)?;
        // The bar ends before the plan is printed.
        drop(steps);
        if !arguments.json {
            for line in plan(experiment, &one, threads, language) {
                output::line(line)?;
            }
        }
        found.push(one);
    }
    engine.notes().into_iter().for_each(stderr::note);
    if arguments.json { output::json(&serde_json::to_value(&found)?) } else { Ok(()) }
}

/// Runs what is missing, with progress on the terminal.
pub(super) fn conduct(
    experiment: &Experiment,
    engine: &Engine,
    store: &mut SqliteStore,
    threads: Option<usize>,
    (style, language): (Style, Language),
) -> Result<Comparison, Failure> {
    let threads = self::threads(threads);
    let stop = interrupt::flag()?;
    let watching = Watching::new(experiment, experiment.planned_cells(), style, &stop, language)?;
    let mut observer = |event: Event<'_>| watching.see(&event);
    let code = code::fingerprint()?;
    let options = RunOptions { threads, code: &code, stop: &stop, observer: &mut observer };
    let comparison = run_experiment(experiment, engine, store, options);
    engine.notes().into_iter().for_each(stderr::note);
    match comparison {
        Ok(comparison) => Ok(comparison),
        Err(error @ RunError::Stopped { .. }) => Err(Failure::Interrupted(error.to_string())),
        Err(error) => Err(error.into()),
    }
}

/// Returns the number of threads asked for, or one for each core.
pub(super) fn threads(asked: Option<usize>) -> usize {
    asked.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
}

/// Breaks a text into lines of about 100 columns.
fn wrap(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is always a line");
        if !line.is_empty() && line.chars().count() + word.chars().count() >= 100 {
            lines.push(word.to_string());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.join("\n")
}

pub(super) fn open(path: &Path) -> Result<(), Failure> {
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let mut command =
        if cfg!(target_os = "windows") { Command::new("explorer") } else { Command::new(opener) };
    let started = command.arg(path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    started.context(format!("opening {} in the browser (open it by hand)", path.display())).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_main_job_is_a_sound_experiment() {
        let experiment = Arguments::main_job().experiment().unwrap();
        let rules: Vec<&str> = experiment.rules.iter().map(|rule| rule.name.as_str()).collect();
        assert_eq!(rules, ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"]);
        let problems: Vec<&str> = experiment.problems.iter().map(|problem| problem.name.as_str()).collect();
        assert_eq!(problems, ["bowl", "digits"]);
    }

    #[test]
    fn a_problem_is_taken_from_the_experiment_or_made_from_its_name() {
        let with = |problem: Vec<String>| {
            let common = Common { problem, ..Common::default() };
            Arguments { comparing: Comparing { common, ..Comparing::default() }, ..Arguments::default() }
        };
        let experiment = with(vec!["bowl".into(), "moons".into()]).experiment().unwrap();
        let problems: Vec<&str> = experiment.problems.iter().map(|problem| problem.name.as_str()).collect();
        assert_eq!(problems, ["bowl", "moons"]);
        let Err(Failure::Error(message)) = with(vec!["mnits".into()]).experiment() else {
            panic!("mnits is no problem")
        };
        assert!(message.contains("mnist"), "{message}");
    }
}
