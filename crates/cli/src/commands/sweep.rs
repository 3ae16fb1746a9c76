//! `thalweg sweep`: every combination of some hyper-parameters, no choice made.

use super::compare::{Common, open, threads};
use crate::failure::{Context, Failure};
use crate::folder::{Job, RESULTS, RUNS, admit};
use crate::language::{chosen, said};
use crate::reading::say_all_understood;
use crate::shell::given_words;
use crate::watching::{Style, Watching};
use crate::writing::check_folder;
use crate::{code, interrupt, output, stderr};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;
use thalweg::lab::experiment::{Document, Experiment, RawRule, RawRuleTable, RawSet, given, suggestion};
use thalweg::lab::protocol::{Event, RunError, RunOptions, Runner, sweep};
use thalweg::lab::search::{Point, RateRange};
use thalweg::lab::store::{Origin, SqliteStore};
use thalweg::optim::spelling;
use thalweg::pages;
use thalweg::pages::sweep::{Sweep, Swept};
use thalweg::report::Page;
use thalweg::workloads::engine::Engine;

/// Most configurations of a sweep.
const MOST: usize = 10_000;

/// Run every combination of some hyper-parameters of one rule, on the same seeds
#[derive(clap::Args)]
#[command(after_help = "\
A sweep shows; it does not choose. The best of many configurations is partly luck: to find and confirm one, use `thalweg tune`. \
The test split is not read.

Examples:
  thalweg sweep --rule adam --over learning_rate=1e-4..1e-1:7 --over beta1=0.5,0.9,0.99
  thalweg sweep --rule momentum --over learning_rate=0.001..1:13 --seeds 5 --problem mnist")]
pub(crate) struct Arguments {
    /// An experiment file: its first problem
    #[arg(value_name = "EXPERIMENT.toml")]
    experiment: Option<PathBuf>,
    /// The rule (`thalweg list rules`)
    #[arg(long, default_value = "adam")]
    rule: String,
    /// Whose formula and defaults: book, torch, keras, optax or paper
    #[arg(long)]
    dialect: Option<String>,
    /// A hyper-parameter and its values: so many from one number to another, evenly in the logarithm, or a list; as often as
    /// there are some
    #[arg(long, required = true, value_name = "NAME=FROM..TO:COUNT|V,V", value_parser = over)]
    over: Vec<Swept>,
    /// Seeds of each configuration
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..1_000))]
    seeds: u16,
    /// Follow it on a full screen
    #[arg(long, conflicts_with = "json")]
    live: bool,
    #[command(flatten)]
    common: Common,
}

/// Parses one `--over`.
fn over(text: &str) -> Result<Swept, String> {
    let usage = "write it as name=1e-4..0.1:7 or name=0.8,0.9";
    let number =
        |text: &str| text.trim().parse::<f64>().map_err(|_| format!("`{text}` is not a number; {usage}"));
    let (name, values) = text.split_once('=').ok_or(usage)?;
    let name = name.trim().to_string();
    if let Some((from, rest)) = values.split_once("..") {
        let (to, count) = rest.split_once(':').ok_or("say how many values: name=1e-4..0.1:7")?;
        let (from, to) = (number(from)?, number(to)?);
        let count: usize =
            count.trim().parse().map_err(|_| format!("`{count}` is not a number of values"))?;
        if !(from > 0.0 && from < to && to.is_finite() && (2..=MOST).contains(&count)) {
            return Err(format!("a range grows from above 0, in 2 to {MOST} values; {usage}"));
        }
        let at = |index: usize| RateRange { from, to }.at(index as f64 / (count - 1) as f64);
        return Ok(Swept { name, values: (0..count).map(at).collect(), logarithmic: true });
    }
    let values = values.split(',').map(number).collect::<Result<Vec<f64>, _>>()?;
    if let Some(twice) = repeated(&values) {
        return Err(format!("{twice} is listed twice; list each value once"));
    }
    Ok(Swept { name, values, logarithmic: false })
}

/// Returns a number that a list holds twice.
fn repeated(values: &[f64]) -> Option<f64> {
    values.iter().enumerate().find(|(at, value)| values[..*at].contains(value)).map(|(_, value)| *value)
}

const DIGITS: &str = "name = \"sweep\"\n[problem]\ndataset = \"digits\"\n";

pub(crate) fn run(mut arguments: Arguments) -> Result<(), Failure> {
    let count = arguments.over.iter().map(|one| one.values.len()).product::<usize>();
    if count > MOST {
        return Err(Failure::Error(format!("{count} combinations are too many; at most {MOST}")));
    }
    let mut document = match &arguments.experiment {
        Some(path) => Document::read(path)?,
        None => Document::parse("sweep", DIGITS)?,
    };
    // The rule with each hyper-parameter's extreme values, so that the check finds what is out of range.
    let extremes: [fn(f64, f64) -> f64; 2] = [f64::min, f64::max];
    let mut experiment: Option<Experiment> = None;
    for extreme in extremes {
        let mut table = RawRuleTable { name: Some(given(arguments.rule.clone())), ..RawRuleTable::default() };
        table.dialect = arguments.dialect.clone().map(given);
        let set = arguments.over.iter().map(|one| {
            let value = one.values.iter().copied().reduce(extreme).unwrap_or(f64::NAN);
            (given(one.name.clone()), given(value))
        });
        table.set = Some(given(RawSet(set.collect())));
        document.raw.rules = Some(given(vec![given(RawRule::Table(Box::new(table)))]));
        experiment = Some(arguments.common.lay_over(document.clone())?);
    }
    let Some(mut experiment) = experiment else { return Ok(()) };
    experiment.problems.truncate(1);
    in_our_words(&mut arguments.over, &experiment);
    for (at, one) in arguments.over.iter().enumerate() {
        if arguments.over[..at].iter().any(|other| other.name == one.name) {
            return Err(Failure::Error(format!("`{}` is given twice", one.name)));
        }
    }
    let points = points(&arguments.over, &experiment)?;
    run_sweep(&arguments, &experiment, &points)
}

/// Names what is swept as we do where another library's name was given.
fn in_our_words(over: &mut [Swept], experiment: &Experiment) {
    let Some(arm) = experiment.rules.first() else { return };
    let known: Vec<&str> = arm.defaults.keys().map(String::as_str).collect();
    for one in over {
        if let Some(ours) = spelling::hyperparameter(&one.name, &known) {
            one.name = ours.to_owned();
        }
    }
}

/// Every combination, the last hyper-parameter changing fastest.
fn points(over: &[Swept], experiment: &Experiment) -> Result<Vec<Point>, Failure> {
    let Some(arm) = experiment.rules.first() else { return Ok(vec![]) };
    let mut points = vec![Point {
        learning_rate: arm.defaults.get("learning_rate").copied().unwrap_or(f64::NAN),
        others: BTreeMap::new(),
    }];
    for one in over {
        if !arm.defaults.contains_key(&one.name) {
            // The check knows all of a rule's hyper-parameters; one without a default is not there to be swept.
            let known = suggestion(&one.name, arm.defaults.keys().map(String::as_str));
            return Err(Failure::Error(format!("`{}` cannot be swept\nhelp: {known}", one.name)));
        }
        let with = |point: &Point, value: f64| {
            let mut point = point.clone();
            if one.name == "learning_rate" {
                point.learning_rate = value;
            } else {
                point.others.insert(one.name.clone(), value);
            }
            point
        };
        points = points.iter().flat_map(|point| one.values.iter().map(|&value| with(point, value))).collect();
    }
    Ok(points)
}

fn run_sweep(arguments: &Arguments, experiment: &Experiment, points: &[Point]) -> Result<(), Failure> {
    let common = &arguments.common;
    let language = chosen();
    let mut engine = Engine::new(experiment, &common.source.source())?;
    say_all_understood(experiment, &engine);
    engine.incomplete_rounds(experiment).iter().for_each(|note| stderr::note(said(note)));
    engine.divisions(experiment).iter().for_each(|note| stderr::note(said(note)));
    let file = arguments.experiment.as_deref();
    let problem = experiment.problems.first().map_or("", |problem| problem.name.as_str());
    let words = file.map(|_| experiment.name.as_str()).into_iter().chain([arguments.rule.as_str(), problem]);
    let job = Job { command: "sweep", file, words: words.collect() };
    let out = common.out.clone().unwrap_or_else(|| job.folder());
    check_folder(&out, common.overwriting)?;
    engine.keep_runs_in(&out.join(RUNS));
    std::fs::create_dir_all(&out).context(format!("making the folder {}", out.display()))?;
    let mut store = SqliteStore::open(&out.join(RESULTS))?;
    let code = code::fingerprint()?;
    let seeds = arguments.seeds.into();
    let origin = Origin::sweep(experiment, points, seeds, &code, |index| engine.fingerprint(index));
    admit(&out, &store, &origin)?;
    let stop = interrupt::flag()?;
    let planned = points.len() * usize::from(arguments.seeds);
    let style = Style::of(common.json, arguments.live);
    let watching = Watching::new(experiment, planned, style, &stop, language)?;
    let mut observer = |event: Event<'_>| watching.see(&event);
    let threads = threads(common.threads);
    let options = RunOptions { threads, code: &code, stop: &stop, observer: &mut observer };
    let trials = sweep(experiment, points, seeds, &engine, &mut store, options);
    engine.notes().iter().for_each(|note| stderr::note(said(note)));
    let trials = match trials {
        Ok(trials) => trials,
        Err(error @ RunError::Stopped { .. }) => return Err(Failure::Interrupted(error.to_string())),
        Err(error) => return Err(error.into()),
    };
    drop(watching);
    let command = given_words().into_iter().fold("thalweg".into(), |line: String, word| line + " " + &word);
    let (rule, over) = (&arguments.rule, &arguments.over);
    let shown = Sweep { experiment, rule, over, trials: &trials, command: &command, code: &code };
    let page = Page::bilingual(language, |language| Ok::<_, Failure>(pages::sweep(&shown, language)))?;
    let page = page.write(&out)?;
    let table = pages::sweep::table(&shown, language);
    thalweg::arena::write_atomically(&out.join("sweep.csv"), table.to_csv().as_bytes())?;
    if common.json {
        output::json(&json!({ "rule": arguments.rule, "trials": trials }))?;
    } else {
        output::line(table.to_text(crate::output::width()))?;
        output::line(format!("{}: {}", language.words().figures(), page.display()))?;
    }
    if common.open { open(&page) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use thalweg::workloads::engine::vocabulary;

    #[test]
    fn ranges_and_lists_are_read_and_mistakes_explained() {
        assert_eq!(over("beta1=0.8,0.9").unwrap().values, [0.8, 0.9]);
        assert_eq!(over("learning_rate=1e-3..0.1:3").unwrap().values, [1e-3, 1e-2, 0.1]);
        for (text, message) in [
            ("beta1", "write it as"),
            ("beta1=0.1..1", "say how many"),
            ("beta1=0..1:3", "grows from above 0"),
            ("beta1=1..2:1", "2 to 10000"),
            ("beta1=a", "`a` is not a number"),
            ("beta1=0.9,0.5,0.9", "0.9 is listed twice"),
        ] {
            assert!(over(text).unwrap_err().contains(message), "{text}");
        }
        let experiment = Document::parse("", "rules = [\"adam\"]\n[problem]\ndataset = \"digits\"").unwrap();
        let experiment = experiment.check(&vocabulary()).unwrap();
        let both = [over("learning_rate=0.1,0.2").unwrap(), over("beta1=0.5,0.9,0.99").unwrap()];
        let points = points(&both, &experiment).unwrap();
        assert_eq!(points.len(), 6);
        assert_eq!((points[1].learning_rate, points[1].others["beta1"]), (0.1, 0.9));
    }
}
