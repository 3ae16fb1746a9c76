//! `thalweg lr-test`: which learning rates are worth trying?

use super::compare::{Common, open, threads};
use crate::failure::{Context, Failure};
use crate::folder::{Job, refuse_results};
use crate::language::chosen;
use crate::progress::Steps;
use crate::reading::say_understood;
use crate::writing::check_folder;
use crate::{interrupt, output, stderr};
use serde_json::json;
use std::path::PathBuf;
use thalweg::lab::experiment::{Document, RawRule, Workload, given};
use thalweg::lab::fault::RunFault;
use thalweg::lab::search::{RateRange, show_rate};
use thalweg::pages;
use thalweg::pages::comparison::in_language;
use thalweg::report::Page;
use thalweg::workloads::engine::{load_dataset, start_fault};
use thalweg::workloads::range_test::{Plan, RangeTestEvent, range_test};

/// The learning-rate range test: where learning begins and where it breaks down, checked by short real runs
#[derive(clap::Args)]
#[command(after_help = "\
For every rule: a few short runs whose rate grows from --from to --to, smoothed and judged by their median; then short runs at \
constant rates between the place where the loss begins to fall and a little beyond its lowest point, on other seeds. Those decide, by \
their validation loss. Where they do not bear the curve out there is no suggestion, and it says why.

Examples:
  thalweg lr-test
  thalweg lr-test --rules sgd,momentum,adam --problem mnist --steps 300
  thalweg lr-test experiment.toml --repeats 10 --open")]
pub(crate) struct Arguments {
    /// An experiment file: its rules, on its first problem with a network
    #[arg(value_name = "EXPERIMENT.toml")]
    experiment: Option<PathBuf>,
    /// The rules, such as sgd,momentum,adam (`thalweg list rules`) [default: the experiment's, or sgd, momentum and adam]
    #[arg(long, value_delimiter = ',', value_name = "RULES")]
    rules: Vec<String>,
    /// The smallest rate
    #[arg(long, default_value_t = 1e-6)]
    from: f64,
    /// The largest rate
    #[arg(long, default_value_t = 10.0)]
    to: f64,
    /// Updates of each run
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u64).range(20..1_000_000))]
    steps: u64,
    /// Runs of each test, and at each rate
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..1_000))]
    repeats: u16,
    /// Rates at which short runs are made
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u16).range(3..1_000))]
    rates: u16,
    #[command(flatten)]
    common: Common,
}

const DIGITS: &str =
    "name = \"lr-test\"\nrules = [\"sgd\", \"momentum\", \"adam\"]\n[problem]\ndataset = \"digits\"\n";

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { from, to, .. } = arguments;
    if !(from.is_finite() && to.is_finite() && from > 0.0 && from < to) {
        return Err(Failure::Error(format!(
            "the rates must grow from above 0: --from {from} --to {to} do not\nhelp: for example --from 1e-6 --to 10"
        )));
    }
    let mut document = match &arguments.experiment {
        Some(path) => Document::read(path)?,
        None => Document::parse("lr-test", DIGITS)?,
    };
    if !arguments.rules.is_empty() {
        let rules = arguments.rules.iter().map(|name| given(RawRule::Name(name.clone()))).collect();
        document.raw.rules = Some(given(rules));
    }
    let experiment = arguments.common.lay_over(document)?;
    let network = experiment
        .problems
        .iter()
        .find_map(|problem| match &problem.workload {
            Workload::Training(training) => Some((problem, training)),
            Workload::Function(_) | Workload::Program(_) | Workload::Command(_) => None,
        })
        .ok_or_else(|| {
            Failure::Error(
                "no problem here trains a network, and on a function there is nothing to be tested\nhelp: --problem digits"
                    .into(),
            )
        })?;
    let (problem, training) = network;
    let file = arguments.experiment.as_deref();
    let named = file.map(|_| experiment.name.as_str()).into_iter().chain([problem.name.as_str()]);
    let job = Job { command: "lr-test", file, words: named.collect() };
    let out = arguments.common.out.clone().unwrap_or_else(|| job.folder());
    refuse_results(&out)?;
    check_folder(&out, arguments.common.overwriting)?;
    let dataset = load_dataset(training, &arguments.common.source.source())?;
    say_understood(&dataset);
    let language = chosen();
    let first = experiment.rules.first();
    let found = first.and_then(|arm| start_fault(problem, training, &dataset, arm, experiment.seed));
    let fault = found.as_ref().map(|fault| in_language(fault, language));
    if let Some(fault) = &fault {
        stderr::note(format!("{}: {fault}", problem.name));
    }
    let plan = Plan {
        range: RateRange { from, to },
        steps: arguments.steps,
        repeats: arguments.repeats.into(),
        rates: arguments.rates.into(),
        seed: experiment.seed,
    };
    let threads = threads(arguments.common.threads);
    let stop = interrupt::flag()?;
    let steps = Steps::new(arguments.common.json);
    let words = steps.words();
    let observer = |event: RangeTestEvent<'_>| match event {
        RangeTestEvent::GrowingStarted { runs } => steps.stage(&problem.name, words.growing_rates(), runs),
        RangeTestEvent::ShortStarted { runs } => steps.stage(&problem.name, words.constant_rates(), runs),
        RangeTestEvent::RunFinished { label, rate: None } => steps.run(|| label.to_string()),
        RangeTestEvent::RunFinished { label, rate: Some(rate) } => {
            steps.run(|| words.at_rate(label, &show_rate(rate)));
        }
    };
    let tests = range_test(problem, &experiment.rules, &dataset, &plan, threads, &stop, &observer).map_err(
        |fault| match fault {
            RunFault::Interrupted => Failure::Interrupted(
                "interrupted; the test keeps nothing, so the same command starts anew".into(),
            ),
            fault => Failure::Error(fault.to_string()),
        },
    )?;
    drop(steps);
    std::fs::create_dir_all(&out).context(format!("making the folder {}", out.display()))?;
    let page = Page::bilingual(language, |language| {
        let mut page = pages::range_test(&experiment, &problem.name, &plan, &tests, language);
        page.conclusion.extend(found.as_ref().map(|fault| in_language(fault, language)));
        Ok::<_, Failure>(page)
    })?;
    let page = page.write(&out)?;
    if arguments.common.json {
        let answer =
            json!({ "problem": problem.name, "steps": plan.steps, "start_fault": fault, "rules": tests });
        output::json(&answer)?;
    } else {
        output::line(pages::range_test::table(&tests, language).to_text(crate::output::width()))?;
        output::line(format!("{}: {}", language.words().figures(), page.display()))?;
    }
    if arguments.common.open { open(&page) } else { Ok(()) }
}
