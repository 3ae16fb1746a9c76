//! Reading a study: the file is taken apart, its tables laid over each other, and each variant read as an experiment.

use super::fault::{StudyError, StudyFault};
use super::{Line, Quantity, Shown, Study, Translation, UNNAMED};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use thalweg_lab::cell::Cell;
use thalweg_lab::experiment::{Document, Vocabulary, Workload};
use toml::{Table, Value};

/// Runs beyond this are a slip of the finger.
const MOST_RUNS: usize = 100_000;

/// What a study has beyond an experiment.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStudy {
    title: Option<String>,
    #[serde(default)]
    about: String,
    #[serde(default)]
    translations: BTreeMap<String, Translation>,
    figure: Shown,
    seeds: Option<u64>,
    #[serde(default)]
    test_curve: bool,
    #[serde(default)]
    lines: Vec<RawLine>,
    panels: Option<BTreeMap<String, Vec<Value>>>,
    search: Option<RawSearch>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLine {
    name: String,
    #[serde(default)]
    problem: Table,
    #[serde(default)]
    rule: Table,
    #[serde(default)]
    book: BTreeMap<Quantity, f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSearch {
    trials: u64,
    over: BTreeMap<String, [f64; 2]>,
}

/// The keys of a study that are not those of an experiment.
const KEYS: [&str; 9] =
    ["title", "about", "translations", "figure", "seeds", "test_curve", "lines", "panels", "search"];

impl Study {
    /// Reads a file; `file` is used in messages, and gives the study its name if it has none of its own.
    ///
    /// # Errors
    /// What is wrong with the file, or with one of its lines.
    pub fn parse(file: &str, text: &str, vocabulary: &Vocabulary) -> Result<Self, StudyError> {
        Self::parse_changed(file, text, &[], vocabulary)
    }

    /// Reads a file as if its tables had been changed: each of `changes` is TOML that is laid over it, key by key; lists are
    /// replaced.
    ///
    /// # Errors
    /// As [`Study::parse`].
    pub fn parse_changed(
        file: &str,
        text: &str,
        changes: &[&str],
        vocabulary: &Vocabulary,
    ) -> Result<Self, StudyError> {
        let refuse = |what: StudyFault| StudyError::File { file: file.to_owned(), what };
        let syntax = |error: toml::de::Error| refuse(StudyFault::Syntax(error.message().to_owned()));
        let mut changed = Value::Table(text.parse().map_err(syntax)?);
        for change in changes {
            lay_over(&mut changed, &change.parse().map_err(syntax)?);
        }
        let Value::Table(mut base) = changed else { unreachable!("a table with tables over it is a table") };
        let mut own = Table::new();
        for key in KEYS {
            own.extend(base.remove_entry(key));
        }
        let raw: RawStudy = own.try_into().map_err(syntax)?;
        let seeds = raw.seeds.unwrap_or(1);
        if !(1..=10_000).contains(&seeds) {
            return Err(refuse(StudyFault::Seeds(seeds)));
        }
        if raw.test_curve && raw.figure != Shown::Accuracy {
            return Err(refuse(StudyFault::TestCurve));
        }
        let stem = Path::new(file).file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let mut study = Self {
            name: stem.unwrap_or_default(),
            title: raw.title.clone().unwrap_or_default(),
            about: raw.about.clone(),
            translations: raw.translations.clone(),
            shown: raw.figure,
            lines: Vec::new(),
            test_curve: raw.test_curve,
            searched: Vec::new(),
        };
        let first_seed = base.get("seed").and_then(Value::as_integer).unwrap_or(1);
        let variants = match &raw.search {
            Some(_) if !raw.lines.is_empty() => {
                return Err(refuse(StudyFault::LinesAndSearch));
            }
            Some(search) => {
                study.searched = search.over.clone().into_iter().collect();
                drawn(search, first_seed as u64).map_err(refuse)?
            }
            None => in_panels(&raw).map_err(refuse)?,
        };
        if variants.len() as u64 * seeds > MOST_RUNS as u64 {
            return Err(refuse(StudyFault::TooManyRuns { most: MOST_RUNS }));
        }
        let mut names = BTreeSet::new();
        for Variant { line, panel, drawn } in variants {
            if !names.insert((panel.clone(), line.name.clone())) {
                return Err(refuse(StudyFault::SameLine(line.name)));
            }
            let mut table = base.clone();
            lay_over(table.entry("problem").or_insert_with(|| Value::Table(Table::new())), &line.problem);
            lay_over_rule(&mut table, &line.rule);
            let text = toml::to_string(&table).map_err(|error| refuse(StudyFault::Writing(error)))?;
            // Positions in a message are those in what is shown with it, not in the file.
            let origin = match raw.lines.is_empty() && raw.search.is_none() {
                true => format!("{file} (laid out anew)"),
                false => format!("{file} (laid out anew, with line `{}`)", line.name),
            };
            let experiment = Document::parse(&origin, &text)?.check(vocabulary)?;
            let ([problem], [arm]) = (experiment.problems.as_slice(), experiment.rules.as_slice()) else {
                return Err(refuse(StudyFault::SeveralProblemsOrRules));
            };
            let Workload::Training(training) = &problem.workload else {
                return Err(refuse(StudyFault::NoNetwork));
            };
            if raw.test_curve && (training.plateau.is_some() || training.learning.early_stopping.is_some()) {
                return Err(refuse(StudyFault::TestLearntFrom));
            }
            let cells = (0..seeds).map(|seed| Cell::single(problem, arm, experiment.seed + seed)).collect();
            if let Some(name) = base.get("name").and_then(Value::as_str) {
                study.name = name.to_owned();
            }
            study.lines.push(Line {
                name: line.name,
                panel,
                problem: training.clone(),
                cells,
                book: line.book,
                drawn,
            });
        }
        if study.title.is_empty() {
            study.title.clone_from(&study.name);
        }
        Ok(study)
    }
}

struct Variant {
    line: RawLine,
    panel: String,
    drawn: Vec<f64>,
}

/// The lines, once for each value of the panels; a study without lines is a single one.
fn in_panels(raw: &RawStudy) -> Result<Vec<Variant>, StudyFault> {
    let lines = match raw.lines.is_empty() {
        true => vec![RawLine {
            name: UNNAMED.into(),
            problem: Table::new(),
            rule: Table::new(),
            book: BTreeMap::new(),
        }],
        false => raw.lines.clone(),
    };
    let Some(panels) = &raw.panels else {
        let plain = |line| Variant { line, panel: String::new(), drawn: Vec::new() };
        return Ok(lines.into_iter().map(plain).collect());
    };
    let mut panels = panels.iter();
    let (Some((key, values)), None) = (panels.next(), panels.next()) else {
        return Err(StudyFault::Panels);
    };
    let mut variants = Vec::new();
    for value in values {
        let shown = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        for line in &lines {
            let mut line = line.clone();
            line.problem.insert(key.clone(), value.clone());
            variants.push(Variant { line, panel: format!("{key} {shown}"), drawn: Vec::new() });
        }
    }
    Ok(variants)
}

/// The trials of a search, each setting evenly on a logarithmic scale, with the seed as where its numbers begin.
fn drawn(search: &RawSearch, seed: u64) -> Result<Vec<Variant>, StudyFault> {
    if !(1..=MOST_RUNS as u64).contains(&search.trials) || search.over.is_empty() {
        return Err(StudyFault::Search);
    }
    if let Some((path, [from, to])) =
        search.over.iter().find(|(_, [from, to])| !(0.0 < *from && from < to && to.is_finite()))
    {
        return Err(StudyFault::Range { setting: path.clone(), from: *from, to: *to });
    }
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut uniform = move || (random.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
    let mut variants = Vec::new();
    for trial in 1..=search.trials {
        let mut table = Table::new();
        let mut values = Vec::new();
        for (path, [from, to]) in &search.over {
            let value = (from.ln() + (to.ln() - from.ln()) * uniform()).exp();
            values.push(value);
            insert(&mut table, path, Value::Float(value));
        }
        let mut part = |key: &str| match table.remove(key) {
            Some(Value::Table(part)) => part,
            _ => Table::new(),
        };
        let (problem, rule) = (part("problem"), part("rule"));
        if !table.is_empty() {
            return Err(StudyFault::Setting);
        }
        let line = RawLine { name: format!("trial {trial}"), problem, rule, book: BTreeMap::new() };
        variants.push(Variant { line, panel: String::new(), drawn: values });
    }
    Ok(variants)
}

/// Puts a value at `a.b.c`.
fn insert(table: &mut Table, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            table.insert(path.to_owned(), value);
        }
        Some((first, rest)) => {
            let inner = table.entry(first).or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(inner) = inner {
                insert(inner, rest, value);
            }
        }
    }
}

/// Lays a table over a value: tables key by key, everything else replaced.
fn lay_over(value: &mut Value, over: &Table) {
    let Value::Table(table) = value else {
        if !over.is_empty() {
            *value = Value::Table(over.clone());
        }
        return;
    };
    for (key, new) in over {
        match (table.get_mut(key), new) {
            (Some(old @ Value::Table(_)), Value::Table(new)) => lay_over(old, new),
            _ => {
                table.insert(key.clone(), new.clone());
            }
        }
    }
}

/// Lays a table over the one rule of an experiment, which may be written as its name alone.
fn lay_over_rule(table: &mut Table, over: &Table) {
    if over.is_empty() {
        return;
    }
    let rules = table.entry("rules").or_insert_with(|| Value::Array(vec![Value::String("sgd".into())]));
    let Some(rule) = rules.as_array_mut().and_then(|rules| rules.first_mut()) else { return };
    if let Value::String(name) = rule {
        *rule = Value::Table(Table::from_iter([("name".to_owned(), Value::String(name.clone()))]));
    }
    lay_over(rule, over);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::vocabulary;
    use thalweg_lab::experiment::{Length, is_study};

    const BASE: &str = "figure = \"loss\"\nrules = [{ name = \"sgd\", learning_rate = 0.01 }]\n[problem]\ndataset = \"digits\"\n\
                        steps = 20\n";

    fn parse(rest: &str) -> Result<Study, String> {
        Study::parse("a/what.toml", &format!("{rest}\n{BASE}"), &vocabulary())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn lines_lie_over_the_file_and_panels_multiply_them() {
        let study = parse(
            "seeds = 2\npanels = { initial = [1.0, 0.01] }\nlines = [{ name = \"plain\" }, { name = \"fast\", problem = { hidden = \
             [7] }, rule = { learning_rate = 0.5, set = {} }, book = { test_accuracy = 0.9 } }]",
        )
        .unwrap();
        assert_eq!((study.name.as_str(), study.lines.len()), ("what", 4));
        let fast = &study.lines[1];
        assert_eq!((fast.name.as_str(), fast.panel.as_str()), ("fast", "initial 1.0"));
        assert_eq!(fast.problem.hidden.as_deref(), Some(&[7][..]));
        assert_eq!(fast.cells[1].hyperparameters["learning_rate"], 0.5);
        assert_eq!((fast.cells[0].seed, fast.cells[1].seed), (1, 2));
        assert_eq!(fast.book[&Quantity::TestAccuracy], 0.9);
        assert_eq!(study.lines[0].cells[0].hyperparameters["learning_rate"], 0.01);
    }

    #[test]
    fn changes_lie_over_the_file_and_replace_its_lists() {
        let text = format!("seeds = 3\nlines = [{{ name = \"a\" }}, {{ name = \"b\" }}]\n{BASE}");
        let changes = [
            "seeds = 1\nlines = [{ name = \"c\" }]\n[problem]\nsteps = 5",
            "seed = 7\n[problem]\nhidden = [3]",
        ];
        let study = Study::parse_changed("a.toml", &text, &changes, &vocabulary()).unwrap();
        let [line] = study.lines.as_slice() else { panic!("{} lines", study.lines.len()) };
        assert_eq!((line.name.as_str(), line.cells.len(), line.cells[0].seed), ("c", 1, 7));
        assert_eq!((line.problem.length, line.problem.hidden.as_deref()), (Length::Steps(5), Some(&[3][..])));
        assert_eq!(line.problem.dataset, "digits");
        let error = Study::parse_changed("a.toml", &text, &["[problem"], &vocabulary()).unwrap_err();
        assert!(error.to_string().contains("a.toml"), "{error}");
    }

    #[test]
    fn a_search_draws_within_its_ranges_and_the_same_each_time() {
        let text = "search = { trials = 50, over = { \"rule.learning_rate\" = [1e-6, 1e-2] } }";
        let (one, two) = (parse(text).unwrap(), parse(text).unwrap());
        assert_eq!(one.lines.len(), 50);
        for (line, again) in one.lines.iter().zip(&two.lines) {
            let rate = line.cells[0].hyperparameters["learning_rate"];
            assert!((1e-6..1e-2).contains(&rate) && line.drawn == [rate] && again.drawn == [rate]);
        }
        // Evenly on a logarithmic scale: about half below the middle.
        let below = one.lines.iter().filter(|line| line.drawn[0] < 1e-4).count();
        assert!((13..=37).contains(&below), "{below}");
    }

    #[test]
    fn test_examples_are_drawn_but_not_learnt_from() {
        let said = |shown: &str, stopping: &str| {
            let text = BASE
                .replace("figure = \"loss\"", shown)
                .replace("[problem]", &format!("[problem]\n{stopping}"));
            let study = Study::parse("a.toml", &text, &vocabulary());
            study.map(|study| study.test_curve).map_err(|error| error.to_string())
        };
        assert_eq!(said("figure = \"accuracy\"", ""), Ok(false));
        let taught = "figure = \"accuracy\"\ntest_curve = true";
        assert_eq!(said(taught, ""), Ok(true));
        let refused = said(taught, "early_stopping = { patience = 2 }").unwrap_err();
        assert!(refused.contains("would learn from them"), "{refused}");
        assert!(said("figure = \"loss\"\ntest_curve = true", "").unwrap_err().contains("belongs to"));
    }

    #[test]
    fn the_studies_beside_the_code_can_be_read() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../");
        let book = std::fs::read_dir(format!("{root}experiments/book")).unwrap();
        let names = book.map(|entry| format!("book/{}", entry.unwrap().file_name().to_string_lossy()));
        let files: Vec<String> = names.chain(["mnist-accuracy.toml".into()]).collect();
        assert!(files.len() > 10);
        for file in files {
            let file = format!("experiments/{file}");
            let text = std::fs::read_to_string(format!("{root}{file}")).unwrap();
            assert!(is_study(&text), "{file}");
            let study = Study::parse(&file, &text, &vocabulary()).unwrap();
            let korean = study.translations.get("ko").unwrap_or_else(|| panic!("{file} in Korean"));
            assert!(korean.title.is_some() && korean.about.is_some(), "{file}");
            assert!(!study.about.is_empty() && text.contains(&format!("# thalweg run {file}\n")), "{file}");
        }
    }

    #[test]
    fn every_key_and_every_figure_is_in_the_reference() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/experiments.md");
        let reference = std::fs::read_to_string(path).unwrap();
        let section = reference.split_once("## Studies\n").unwrap().1.split("\n## ").next().unwrap();
        let listed = |refused: String| -> Vec<String> {
            refused.split('`').skip(3).step_by(2).map(String::from).collect()
        };
        let row = |key: &str| {
            let named = format!("`{key}`");
            let first =
                |line: &&str| line.starts_with("| `") && line.split(" | ").next().unwrap().contains(&named);
            section.lines().find(first)
        };
        for key in KEYS {
            assert!(row(key).is_some(), "docs/experiments.md does not explain `{key}` of a study");
        }
        let lines = toml::from_str::<RawLine>("unknown = 1").err().unwrap();
        for key in listed(lines.message().to_owned()) {
            assert!(row("lines").unwrap().contains(&key), "`{key}` of a line is not in docs/experiments.md");
        }
        let figures =
            listed(Shown::deserialize(Value::String("unknown".into())).unwrap_err().message().to_owned());
        assert!(figures.len() > 5, "{figures:?}");
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../");
        let files = std::fs::read_dir(format!("{root}experiments/book")).unwrap();
        let studies: String =
            files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect();
        for figure in figures {
            let shown = studies.contains(&format!("figure = \"{figure}\""));
            assert!(shown, "no file of experiments/book shows `{figure}`");
            let name = format!("`{figure}`");
            assert!(
                row("figure").unwrap().contains(&name),
                "{name} is not among the figures in docs/experiments.md"
            );
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, said) in [
            ("lines = [{ name = \"a\" }, { name = \"a\" }]", "two lines are called `a`"),
            ("seeds = 0", "`seeds` must be from 1"),
            ("search = { trials = 3, over = { \"rule.learning_rate\" = [1, 0.5] } }", "the range [1, 0.5]"),
            (
                "search = { trials = 3, over = { \"learning_rate\" = [0.1, 0.5] } }",
                "begin with `problem.` or `rule.`",
            ),
            ("lines = [{ name = \"a\", problem = { hiden = [3] } }]", "hiden"),
            ("lines = [{ name = \"a\", color = 3 }]", "color"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(said) && error.contains("what.toml"), "{text}: {error}");
        }
        assert!(is_study(BASE) && !is_study("rules = [\"sgd\"]") && !is_study("figure ="));
    }
}
