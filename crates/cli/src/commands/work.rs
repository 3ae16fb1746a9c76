//! `thalweg work`: help with an experiment that another process has begun.

use super::compare::conduct;
use crate::consent::{self, Consent};
use crate::experiment::SourceArguments;
use crate::failure::Failure;
use crate::folder::{RESULTS, RUNS};
use crate::language::{chosen, said, words};
use crate::reading::say_all_understood;
use crate::watching::Style;
use crate::{output, stderr};
use std::path::PathBuf;
use thalweg::lab::experiment::Document;
use thalweg::lab::store::SqliteStore;
use thalweg::workloads::engine::{Engine, vocabulary};

/// Help with a comparison: run its missing cells from another process
#[derive(clap::Args)]
#[command(after_help = "\
Any number of processes may work on one results file; no cell is run by two of them. One that is killed costs the cells it was at, \
and the others run these again. The report is written by `thalweg compare`.

Examples:
  thalweg compare experiment.toml --out results --threads 2
  thalweg work results --threads 2")]
pub(crate) struct Arguments {
    /// The folder of the comparison, or the results file in it
    #[arg(value_name = "FOLDER|FILE")]
    results: PathBuf,
    /// Training runs at the same time; the results do not depend on it [default: all cores]
    #[arg(long, value_parser = super::predict::at_least_one)]
    threads: Option<usize>,
    #[command(flatten)]
    source: SourceArguments,
    #[command(flatten)]
    consent: Consent,
    /// Show progress as a line of JSON for each run, on standard error
    #[arg(long)]
    json: bool,
    /// Follow it on a full screen
    #[arg(long, conflicts_with = "json")]
    live: bool,
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let given = arguments.results;
    let file = if given.is_dir() { given.join(RESULTS) } else { given };
    let name = file.display();
    if !file.is_file() {
        return Err(Failure::Error(format!(
            "there is no results file {name}\nhelp: `thalweg compare` makes one, {RESULTS} in its --out folder"
        )));
    }
    let mut store = SqliteStore::open(&file)?;
    let Some(text) = store.experiment()? else {
        return Err(Failure::Error(format!(
            "{name} does not hold its experiment\nhelp: run `thalweg compare` on it once more, which keeps it there"
        )));
    };
    let experiment = Document::parse(&format!("the experiment in {name}"), &text)?.check(&vocabulary())?;
    consent::ask(&experiment, &words().experiment_in(&name.to_string()), arguments.consent)?;
    let mut engine = Engine::new(&experiment, &arguments.source.source())?;
    engine.keep_runs_in(&file.with_file_name(RUNS));
    say_all_understood(&experiment, &engine);
    engine.incomplete_rounds(&experiment).iter().for_each(|note| stderr::note(said(note)));
    engine.divisions(&experiment).iter().for_each(|note| stderr::note(said(note)));
    let style = Style::of(arguments.json, arguments.live);
    conduct(&experiment, &engine, &mut store, arguments.threads, (style, chosen()))?;
    output::line(words().all_runs_are_there(&experiment.name, store.count()?))
}
