//! `thalweg run`: a study from a file, with its figure.

use super::compare::{open, threads};
use crate::experiment::SourceArguments;
use crate::failure::{Context, Failure};
use crate::folder::{Job, folders_of, refuse_results};
use crate::language::{chosen, words};
use crate::progress::Progress;
use crate::study::json;
use crate::writing::{Overwriting, check_folder};
use crate::{interrupt, output};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use thalweg::lab::experiment::is_study;
use thalweg::pages;
use thalweg::report::Page;
use thalweg::workloads::engine::vocabulary;
use thalweg::workloads::study::{Line, Study, run as run_study};
use thalweg_kit::shell_path;

/// Run a study: what a setting does, drawn; or any other experiment file
#[derive(clap::Args)]
#[command(after_help = "\
A study is an experiment file with `figure = …` and lines that differ in something: see experiments/book. Any other experiment \
is compared, as `thalweg compare` does.

Examples:
  thalweg run experiments/book/weight-init.toml
  thalweg run experiments/book/activations.toml --open
  thalweg run experiments/audit/*.toml
  thalweg run experiments/book/random-search.toml --json")]
pub(crate) struct Arguments {
    /// The files, one after the other
    #[arg(value_name = "FILE.toml", required = true)]
    files: Vec<PathBuf>,
    /// Training runs at the same time; the results do not depend on it [default: all cores]
    #[arg(long, value_parser = super::predict::at_least_one)]
    threads: Option<usize>,
    #[command(flatten)]
    source: SourceArguments,
    #[command(flatten)]
    overwriting: Overwriting,
    /// Where the page goes; with several files, into a folder of each one's name there [default: a folder in thalweg-out of this
    /// file]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Open the page in the browser
    #[arg(long)]
    open: bool,
    /// Print the whole result as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let folders = match &arguments.out {
        Some(out) if arguments.files.len() > 1 => {
            folders_of(out, &arguments.files).into_iter().map(Some).collect()
        }
        out => vec![out.clone(); arguments.files.len()],
    };
    for (file, out) in arguments.files.iter().zip(folders) {
        run_file(file, out, &arguments)?;
    }
    Ok(())
}

fn run_file(file: &Path, out: Option<PathBuf>, arguments: &Arguments) -> Result<(), Failure> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file).context(format!("reading {name}"))?;
    if !is_study(&text) {
        return super::compare::run(super::compare::Arguments::of(
            file.to_path_buf(),
            arguments.threads,
            arguments.source.clone(),
            (out, arguments.overwriting),
            (arguments.open, arguments.json),
        ));
    }
    let language = chosen();
    let study = Study::parse(&name, &text, &vocabulary())?;
    let job = Job { command: "run", file: Some(file), words: vec![&study.name] };
    let out = out.unwrap_or_else(|| job.folder());
    refuse_results(&out)?;
    check_folder(&out, arguments.overwriting)?;
    let stop = interrupt::flag()?;
    let total: usize = study.lines.iter().map(|line| line.cells.len()).sum();
    let (progress, count) = (Progress::new(total as u64), AtomicUsize::new(0));
    progress.stage(&words().study_begins(&study.name, total));
    let done = |line: &Line, seed: u64| {
        let done = count.fetch_add(1, Ordering::Relaxed) + 1;
        let line = pages::study::line(&study, line, language);
        let panel = if line.panel.is_empty() { String::new() } else { format!("{}, ", line.panel) };
        let run = words().run_with_seed(&format!("{panel}{}", line.name), seed);
        progress.at(done as u64, total as u64, || run.clone());
        progress.run(|| format!("{done}/{total} {run}"));
    };
    let threads = threads(arguments.threads);
    let results = run_study(&study, &arguments.source.source(), threads, &stop, &done)
        .map_err(|error| Failure::new(error.to_string()))?;
    drop(progress);
    if results.iter().map(|line| line.runs.len()).sum::<usize>() < total {
        return Err(Failure::Interrupted(
            "interrupted; a study keeps nothing, so the same command starts anew".into(),
        ));
    }
    std::fs::create_dir_all(&out).context(format!("making the folder {}", out.display()))?;
    let source = arguments.source.source();
    let page = Page::bilingual(language, |language| {
        pages::study(&study, &results, &source, &shell_path(file), language)
    })?;
    let page = page.write(&out)?;
    if arguments.json {
        output::json(&json(&study, &results))?;
    } else {
        output::line(pages::study::table(&study, &results, language).to_text(crate::output::width()))?;
        output::line(format!("{}: {}", language.words().figures(), page.display()))?;
    }
    if arguments.open {
        open(&page)?;
    }
    Ok(())
}
