//! The names an experiment may use: the catalogues of the other crates as plain facts.

use super::load_dataset;
use std::ops::Bound;
use thalweg_data::functions::FUNCTIONS;
use thalweg_data::{DATASETS, Source, TargetKind};
use thalweg_lab::experiment::{DialectFacts, FunctionFacts, RuleFacts, Setting, TrainingProblem, Vocabulary};
use thalweg_lab::search::{Scale, Space};
use thalweg_lab::statistics::sample_standard_deviation;
use thalweg_nn::{Activation, Initial, Layers};
use thalweg_optim::{Entry, Hyperparameter, SCHEDULES};

/// The rules compared when an experiment names none: those of the notes.
const NOTES: [&str; 6] = ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"];

/// How far above the range for training the rates on functions reach: a smooth function without noise bears larger steps.
const FUNCTION_RATES: (f64, f64) = (1e-3, 10.0);

/// Everything an experiment can name in this program.
pub fn vocabulary() -> Vocabulary {
    Vocabulary {
        rules: Entry::all().into_iter().map(rule).collect(),
        default_rules: NOTES.map(String::from).to_vec(),
        default_dialect: "book".into(),
        functions: FUNCTIONS
            .iter()
            .map(|function| FunctionFacts {
                name: function.name.into(),
                start: function.start.to_vec(),
                settings: function
                    .parameters
                    .iter()
                    .map(|one| Setting {
                        name: one.name.into(),
                        default: Some(one.default),
                        allowed: (Bound::Included(one.range[0]), Bound::Included(one.range[1])),
                        search: None,
                    })
                    .collect(),
            })
            .collect(),
        datasets: DATASETS.iter().map(|entry| entry.name.to_string()).collect(),
        dataset_endings: ["csv", "npz", "images", "text"].map(String::from).to_vec(),
        activations: Activation::ALL.iter().map(|(name, _)| name.to_string()).collect(),
        initials: Initial::names(),
        reads_initial: Some(|text| text.parse::<Initial>().is_ok()),
        reads_network: Some(|text| {
            Layers::read(text).map(|layers| layers.to_string()).map_err(|error| error.to_string())
        }),
        value_deviation: Some(value_deviation),
        schedules: SCHEDULES,
    }
}

/// Reads a file of the user's for the standard deviation of its target. What is wrong with the file is said when it is learnt from.
fn value_deviation(problem: &TrainingProblem) -> Option<f64> {
    // The targets of known data sets are classes.
    if DATASETS.iter().any(|entry| entry.name == problem.dataset) {
        return None;
    }
    let dataset = load_dataset(problem, &Source::default()).ok()?;
    if dataset.target_kind() != TargetKind::Values {
        return None;
    }
    let values = dataset.train.values()?;
    let width = dataset.outputs();
    let column = |column: usize| {
        let numbers: Vec<f64> = values.iter().skip(column).step_by(width).copied().collect();
        sample_standard_deviation(&numbers)
    };
    Some((0..width).map(column).sum::<f64>() / width as f64)
}

fn rule(entry: &Entry) -> RuleFacts {
    let dialects = entry.dialects().into_iter().map(|dialect| DialectFacts {
        name: dialect.name().into(),
        hyperparameters: entry
            .hyperparameters(dialect)
            .iter()
            .map(|(one, default)| setting(entry.info.name, one, *default))
            .collect(),
        training_rates: entry.info.rates,
        function_rates: FUNCTION_RATES,
    });
    RuleFacts { name: entry.info.name.into(), dialects: dialects.collect() }
}

fn setting(rule: &str, hyperparameter: &Hyperparameter, default: f64) -> Setting {
    Setting {
        name: hyperparameter.name.into(),
        default: Some(default),
        allowed: hyperparameter.domain.bounds(),
        search: usual_search(rule, hyperparameter.name),
    }
}

/// Where a hyper-parameter is usually searched: the ranges of AlgoPerf's baselines (Dahl et al., 2023) and of Choi et al.
/// ("On Empirical Comparisons of Optimizers for Deep Learning", 2019).
fn usual_search(rule: &str, name: &str) -> Option<Space> {
    let signs = matches!(rule, "lion" | "signsgd" | "signum");
    Some(match name {
        "momentum" => Space::between(0.7, 0.995, Scale::OneMinus),
        "beta1" => Space::between(0.5, 0.98, Scale::OneMinus),
        "beta2" if signs => Space::between(0.8, 0.999, Scale::OneMinus),
        "beta2" => Space::between(0.8, 0.9999, Scale::OneMinus),
        "decay_rate" => Space::between(0.7, 0.999, Scale::OneMinus),
        "epsilon" => Space::between(1e-10, 1e-3, Scale::Log),
        "weight_decay" if signs => Space::between(1e-2, 10.0, Scale::Log),
        "weight_decay" if rule.ends_with("adamw") => Space::between(5e-3, 1.0, Scale::Log),
        "weight_decay" => Space::between(1e-7, 1e-3, Scale::Log),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_reference_lists_the_usual_ranges() {
        let vocabulary = vocabulary();
        let settings =
            vocabulary.rules.iter().flat_map(|rule| &rule.dialects).flat_map(|one| &one.hyperparameters);
        let searched: BTreeSet<&str> = settings
            .filter(|setting| setting.search.is_some())
            .map(|setting| setting.name.as_str())
            .collect();
        let reference = include_str!("../../../../docs/experiments.md");
        let table = reference.split_once("| hyper-parameter | range | scale |\n").expect("the table").1;
        let table = table.split("\n\n").next().unwrap_or_default();
        let listed: BTreeSet<&str> = table.lines().skip(1).filter_map(|row| row.split('`').nth(1)).collect();
        assert_eq!(
            listed, searched,
            "usual_search of crates/workloads/src/engine/vocabulary.rs and docs/experiments.md"
        );
    }
}
