//! What the page of a comparison says is what its verdict is about.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use thalweg_data::Source;
use thalweg_lab::comparison::{Comparison, ProblemResult};
use thalweg_lab::experiment::{Document, Experiment};
use thalweg_lab::fault::OwnFault;
use thalweg_lab::protocol::{Event, RunOptions, run};
use thalweg_lab::store::MemoryStore;
use thalweg_lab::verdict::MeasuredOn;
use thalweg_pages::comparison as page;
use thalweg_report::{Block, Figure, Language, Page};
use thalweg_workloads::engine::{Engine, Judged, Objective, Own, Split, Tensor, vocabulary};

pub(super) fn checked(text: &str) -> Experiment {
    Document::parse("test.toml", text).unwrap().check(&vocabulary()).unwrap()
}

pub(super) fn compare(experiment: &Experiment, engine: &Engine) -> Comparison {
    let (stop, observer) = (AtomicBool::new(false), &mut |_: Event<'_>| {});
    let options = RunOptions { threads: 1, code: "trial", stop: &stop, observer };
    run(experiment, engine, &mut MemoryStore::default(), options).unwrap()
}

fn figure<'a>(page: &'a Page, csv: &str) -> &'a Figure {
    let blocks = page.sections.iter().flat_map(|section| &section.blocks);
    let mut figures = blocks.filter_map(|block| match block {
        Block::Figure(figure) => Some(&**figure),
        _ => None,
    });
    let named = |figure: &&Figure| figure.csv.as_ref().is_some_and(|(name, _)| name.ends_with(csv));
    figures.find(named).unwrap_or_else(|| panic!("no figure has the file {csv}"))
}

/// Two rules on a noisy bowl, the worse one named first.
fn on_a_noisy_bowl() -> Comparison {
    let experiment = checked(
        "rules = [{ name = 'sgd', learning_rate = 0.03 }, { name = 'momentum', learning_rate = 0.1 }]\n\
         [protocol]\nfinal_seeds = 6\ndefault_seeds = 0\n\
         [problem]\nfunction = 'bowl'\nnoise = 0.1\ndifference = 0.1",
    );
    compare(&experiment, &Engine::new(&experiment, &Source::default()).unwrap())
}

fn mean_of(result: &ProblemResult, label: &str) -> f64 {
    let rule = result.rules.iter().find(|rule| rule.label == label).unwrap();
    rule.runs.iter().map(|run| run.outcome.validation).sum::<f64>() / rule.runs.len() as f64
}

#[test]
fn the_dotted_lines_of_a_function_are_a_share_of_the_best_rules_value() {
    let comparison = on_a_noisy_bowl();
    let result = &comparison.problems[0];
    assert_eq!((result.rules[0].label.as_str(), result.verdict.ranking[0].as_str()), ("sgd", "momentum"));
    let margin = 0.1 * mean_of(result, "momentum");
    assert!(
        margin < 0.5 * 0.1 * mean_of(result, "sgd"),
        "the rules are too close to tell whose margin it is"
    );
    let page = page(&comparison, &BTreeMap::new(), Language::English).unwrap();
    let lines = &figure(&page, "differences.csv").layout["shapes"];
    let at: Vec<f64> = lines.as_array().unwrap().iter().map(|line| line["x0"].as_f64().unwrap()).collect();
    for (at, expected) in at.iter().zip([0.0, -margin, margin]) {
        assert!((at - expected).abs() <= 1e-5 * margin, "{at} where {expected} is right");
    }
    assert_eq!(at.len(), 3);
}

/// x² from 1, with a little noise of the seed; judged on validation, or on test as well.
struct Square {
    tested: bool,
}

struct Descent {
    noise: f64,
    tested: bool,
}

impl Own for Square {
    fn start(&self, seed: u64) -> Result<Box<dyn Objective>, OwnFault> {
        Ok(Box::new(Descent { noise: 1e-3 * (seed % 97) as f64, tested: self.tested }))
    }
}

impl Objective for Descent {
    fn parameters(&self) -> Vec<Tensor> {
        vec![Tensor { name: "x".into(), shape: vec![1], values: vec![1.0] }]
    }

    fn gradients(
        &mut self,
        _: &thalweg_arena::Layout,
        at: &[f64],
        into: &mut [f64],
    ) -> Result<f64, OwnFault> {
        into[0] = 2.0 * at[0] + self.noise;
        Ok(at[0] * at[0])
    }

    fn evaluate(&mut self, _: &thalweg_arena::Layout, at: &[f64], split: Split) -> Result<Judged, OwnFault> {
        let shift = if split == Split::Test { 10.0 } else { 0.0 };
        Ok(Judged { loss: at[0] * at[0] + shift, accuracy: None })
    }

    fn has_splits(&self) -> bool {
        self.tested
    }
}

fn on_a_square(tested: bool) -> Comparison {
    on_squares(2, tested)
}

/// So many rules on x².
pub(super) fn on_squares(rules: usize, tested: bool) -> Comparison {
    let all = [("sgd", 0.03), ("momentum", 0.1), ("nesterov", 0.02), ("adam", 0.05)];
    let named = all.map(|(rule, rate)| format!("{{ name = '{rule}', learning_rate = {rate} }}"));
    let experiment = checked(&format!(
        "rules = [{}]\n[protocol]\nfinal_seeds = 4\ndefault_seeds = 0\n[problem]\nprogram = ['square']\nsteps = 20",
        named[..rules].join(", ")
    ));
    let mut engine = Engine::new(&experiment, &Source::default()).unwrap();
    engine.own(0, Box::new(Square { tested }));
    compare(&experiment, &engine)
}

#[test]
fn without_a_test_split_no_page_speaks_of_one() {
    let comparison = on_a_square(false);
    assert_eq!(comparison.problems[0].verdict.measured_on, MeasuredOn::Validation);
    for (language, word, validation) in [
        (Language::English, "test", "chosen and judged on validation"),
        (Language::Korean, "시험", "판정도 검증 데이터로"),
    ] {
        let page = page(&comparison, &BTreeMap::new(), language).unwrap();
        // What is said to the reader, without the links and the experiment at the end.
        let page = Page { reproduce: vec![], answers: vec![], ..page };
        let html = page.html();
        let body = &html[html.find("<main").unwrap()..html.find("</main>").unwrap()];
        assert!(body.contains(validation), "{body}");
        assert!(!body.to_lowercase().contains(word), "{}", around(&body.to_lowercase(), word));
    }
}

fn around(text: &str, word: &str) -> String {
    let at = text.find(word).unwrap_or_default();
    text[..at]
        .chars()
        .rev()
        .take(80)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .chain(text[at..].chars().take(80))
        .collect()
}

#[test]
fn every_final_run_is_shown_by_the_figure_that_is_judged() {
    for (tested, name, least) in [(false, "validation loss", 0.0), (true, "test loss", 10.0)] {
        let comparison = on_a_square(tested);
        let page = page(&comparison, &BTreeMap::new(), Language::English).unwrap();
        let (_, csv) = figure(&page, "final-runs.csv").csv.as_ref().unwrap();
        let (header, rows) = csv.split_once('\n').unwrap();
        assert_eq!(header, format!("rule,label,seed,{name}"));
        let values: Vec<f64> =
            rows.lines().map(|row| row.rsplit(',').next().unwrap().parse().unwrap()).collect();
        assert_eq!(values.len(), 8);
        assert!(values.iter().all(|value| (least..least + 1.0).contains(value)), "{csv}");
        let (_, csv) = figure(&page, "differences.csv").csv.as_ref().unwrap();
        assert!(csv.contains("momentum") || csv.contains("sgd"), "{csv}");
    }
}

/// Text of a cell of the table at the top of a page.
fn cell(page: &Page, row: usize, column: usize) -> String {
    page.table.as_ref().unwrap().rows[row][column].text.clone()
}

#[test]
fn figures_have_the_digits_that_search_and_interval_deserve() {
    // A grid of two rates a decade does not tell 0.03 from 0.0316, nor is the value it finds the lowest to three digits.
    let experiment = checked(
        "rules = ['adam']\n[protocol]\ntuning_trials = 9\ndefault_seeds = 0\n\
         [problem]\nfunction = 'bowl'",
    );
    let comparison = compare(&experiment, &Engine::new(&experiment, &Source::default()).unwrap());
    let rule = &comparison.problems[0].rules[0];
    let (rate, value) = (rule.learning_rate, rule.validation.as_ref().unwrap().mean);
    assert!(rate.to_string().len() > rule.shown_rate(rate).to_string().len(), "{rate} is short by chance");
    let found = page(&comparison, &BTreeMap::new(), Language::English).unwrap();
    assert_eq!(cell(&found, 0, 1).trim_end_matches('*'), rule.shown_rate(rate).to_string());
    let digits = |text: &str| text.trim_start_matches(['0', '.']).len();
    assert_eq!(digits(&cell(&found, 0, 2)), 2, "{}", cell(&found, 0, 2));
    let sentence = &comparison.problems[0].verdict.sentence.en;
    assert!(sentence.contains(&format!("({})", cell(&found, 0, 2))), "{sentence}, {value}");
    // With seeds, the mean ends where the second digit of the half-width of its interval stands.
    let comparison = on_a_noisy_bowl();
    let summary = comparison.problems[0].rules[0].validation.clone().unwrap();
    let half = summary.interval(0.95).unwrap().high - summary.mean;
    let found = page(&comparison, &BTreeMap::new(), Language::English).unwrap();
    let shown = cell(&found, 0, 2);
    let decimals = shown.split(' ').next().unwrap().split('.').nth(1).unwrap().len();
    let second_digit = half * 10_f64.powi(decimals as i32);
    assert!((9.5..99.5).contains(&second_digit), "{shown}, ± {half}");
}

#[test]
fn long_paths_are_drawn_to_a_bound_and_the_page_says_so() {
    let experiment = checked(
        "rules = [{ name = 'sgd', learning_rate = 0.001 }]\n[protocol]\ndefault_seeds = 0\n\
         [problem]\nfunction = 'bowl'\nsteps = 50000",
    );
    let comparison = compare(&experiment, &Engine::new(&experiment, &Source::default()).unwrap());
    let found = page(&comparison, &BTreeMap::new(), Language::English).unwrap();
    let html = found.html();
    assert!(html.contains("The paths below are those of the first 10000 of 50000 updates."));
    assert!(html.len() < 8_000_000, "{}", html.len());
}

#[test]
fn a_result_that_was_changed_by_hand_is_refused() {
    let mut comparison = on_a_square(false);
    comparison.problems[0].name = "circle".into();
    let error = page(&comparison, &BTreeMap::new(), Language::English).unwrap_err();
    assert!(error.to_string().contains("no problem `circle`"), "{error}");
    comparison.experiment = "rules = 3".into();
    let error = page(&comparison, &BTreeMap::new(), Language::English).unwrap_err();
    assert!(error.to_string().contains("cannot be read"), "{error}");
}
