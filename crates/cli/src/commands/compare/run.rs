//! Running a comparison, until what seeds can decide is decided if that was asked for.

use super::browser::open;
use super::common::Common;
use super::conduct::conduct;
use super::dry_run::dry_run;
use super::further::{further, open_seeds};
use super::options::{Comparing, MoreSeeds};
use super::show::{print, write};
use crate::failure::{Context, Failure};
use crate::folder::{Job, RESULTS, RUNS, admit};
use crate::language::{Language, chosen, said, words};
use crate::reading::say_all_understood;
use crate::watching::Style;
use crate::writing::check_folder;
use crate::{code, consent, output, stderr};
use std::collections::BTreeMap;
use thalweg::lab::cell::{Cell, Stage, WorkloadHash};
use thalweg::lab::comparison::Comparison;
use thalweg::lab::experiment::{Experiment, Problem};
use thalweg::lab::protocol::Runner;
use thalweg::lab::store::{Origin, SqliteStore};
use thalweg::pages;
use thalweg::pages::comparison::in_language;
use thalweg::report::{Lookup, Page, Section};
use thalweg::workloads::engine::Engine;

/// Runs an experiment, shows the result and writes it to files.
pub(crate) fn run_comparison(
    experiment: &Experiment,
    arguments: &Comparing,
    job: &Job<'_>,
) -> Result<(), Failure> {
    let Common { source, json, open: opens, .. } = &arguments.common;
    let language = chosen();
    let out = arguments.common.out.clone().unwrap_or_else(|| job.folder());
    check_folder(&out, arguments.common.overwriting)?;
    if arguments.dry_run {
        consent::ask(experiment, words().the_experiment(), arguments.consent)?;
    }
    let mut engine = Engine::new(experiment, &source.source())?;
    engine.keep_runs_in(&out.join(RUNS));
    unused_words(experiment).into_iter().for_each(stderr::note);
    say_all_understood(experiment, &engine);
    engine.incomplete_rounds(experiment).iter().for_each(|note| stderr::note(said(note)));
    engine.divisions(experiment).iter().for_each(|note| stderr::note(said(note)));
    for (index, problem) in experiment.problems.iter().enumerate() {
        if let Some(fault) = engine.start_fault(experiment, index) {
            stderr::note(format!("{}: {}", problem.name, in_language(&fault, language)));
        }
    }
    std::fs::create_dir_all(&out).context(format!("making the folder {}", out.display()))?;
    let mut store = SqliteStore::open(&out.join(RESULTS))?;
    let origin = Origin::comparison(experiment, &code::fingerprint()?, |index| engine.fingerprint(index));
    admit(&out, &store, &origin)?;
    store.keep_experiment(&experiment.to_toml())?;
    if arguments.dry_run {
        return dry_run(experiment, &engine, &mut store, &arguments.common, language);
    }
    let comparison = conduct_all(experiment, &engine, &mut store, arguments, language)?;

    let further = further(&comparison, arguments, language);
    let datasets = (0..comparison.problems.len()).filter_map(|index| Some((index, engine.dataset(index)?)));
    let datasets: BTreeMap<_, _> = datasets.collect();
    let page = Page::bilingual(language, |language| {
        let mut page = pages::comparison(&comparison, &datasets, language)?;
        page.conclusion.extend(self::further(&comparison, arguments, language));
        page.reproduce.extend(files_of_programs(experiment, &engine, language));
        page.sections.extend(logs(experiment, &comparison, &engine, language));
        Ok::<_, Failure>(page)
    })?;
    let report = page.write(&out)?;
    let result = write(&comparison, &out)?;
    if *json {
        output::line(result)?;
    } else {
        print(&comparison, language)?;
        if let Some(further) = further {
            output::line(format!("\n{further}"))?;
        }
        output::line(format!("\n{}: {}", language.words().report(), report.display()))?;
    }
    if *opens { open(&report) } else { Ok(()) }
}

/// The files by whose contents the results of programs are known, for each problem that has some.
fn files_of_programs(experiment: &Experiment, engine: &Engine, language: Language) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    for (index, Problem { name, .. }) in experiment.problems.iter().enumerate() {
        let files = engine.files(index);
        if !files.is_empty() {
            rows.push((language.words().files_of_program(name), files.join(", ")));
        }
    }
    rows
}

/// Says which settings a training is told of in its environment alone.
fn unused_words(experiment: &Experiment) -> Vec<String> {
    let note = |(problem, arm, names): (&str, &str, Vec<&str>)| {
        let words: Vec<String> = names.iter().map(|name| format!("{{{name}}}")).collect();
        format!(
            "note: the command of {problem} has no {} for {arm}; the training finds it in the environment variable THALWEG_RUN only",
            words.join(", ")
        )
    };
    experiment.unused_words().into_iter().map(note).collect()
}

/// Lists the logs of the final runs of trainings of the user's own.
fn logs(
    experiment: &Experiment,
    comparison: &Comparison,
    engine: &Engine,
    language: Language,
) -> Option<Section> {
    let words = language.words();
    let mut rows = Vec::new();
    for (index, result) in comparison.problems.iter().enumerate() {
        let workload = WorkloadHash::of(&experiment.problems[index].workload).on(&engine.fingerprint(index));
        for (arm, rule) in result.rules.iter().enumerate() {
            for (number, _) in rule.runs.iter().enumerate() {
                let settings = rule.hyperparameters.clone();
                let cell = Cell::of(experiment, (index, &workload), arm, settings, Stage::Final, number);
                let Some((command, log)) = engine.training_of(&cell) else { continue };
                rows.push(vec![result.name.clone(), rule.label.clone(), command, log.display().to_string()]);
            }
        }
    }
    let columns =
        [words.problem(), words.rule(), words.command_line(), words.log_file()].map(String::from).to_vec();
    let lookup = Lookup { title: words.final_stage().into(), columns, rows };
    let is_there = !lookup.rows.is_empty();
    is_there.then(|| Section::new(words.logs(), words.about_logs(), vec![lookup.into()]))
}

/// Runs what is missing; with `--more-seeds auto` as many more seeds as the verdict asks for, until it asks for none.
fn conduct_all(
    experiment: &Experiment,
    engine: &Engine,
    store: &mut SqliteStore,
    arguments: &Comparing,
    language: Language,
) -> Result<Comparison, Failure> {
    let Common { threads, json, .. } = arguments.common;
    let style = Style::of(json, arguments.live);
    let mut comparison = conduct(experiment, engine, store, threads, (style, language))?;
    if arguments.more_seeds != MoreSeeds::Auto {
        return Ok(comparison);
    }
    let mut experiment = experiment.clone();
    while let Some(more) = open_seeds(&comparison) {
        let seeds = experiment.protocol.final_seeds;
        let wanted = (seeds + more as usize).min(arguments.at_most);
        if wanted <= seeds {
            break;
        }
        stderr::note(language.words().on_to_more_seeds(seeds, wanted));
        experiment.protocol.final_seeds = wanted;
        store.keep_experiment(&experiment.to_toml())?;
        comparison = conduct(&experiment, engine, store, threads, (style, language))?;
    }
    Ok(comparison)
}
