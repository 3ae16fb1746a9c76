//! What smaller budgets would have found.

use super::figures::block;
use super::table::validation;
use thalweg_lab::comparison::ProblemResult;
use thalweg_lab::experiment::{Metric, Problem};
use thalweg_report::figures::{Band, Curve, Curves, Scale};
use thalweg_report::{Block, Language};

/// Draws what smaller budgets would have found.
pub(super) fn budgets(problem: &Problem, result: &ProblemResult, language: Language) -> Option<Block> {
    let words = language.words();
    let curves: Vec<Curve> = result
        .rules
        .iter()
        .filter_map(|rule| {
            let best_of = &rule.tuning.as_ref().filter(|tuning| tuning.best_of.len() > 1)?.best_of;
            Some(Curve {
                rule: rule.rule.clone(),
                label: rule.label.clone(),
                steps: (1..=best_of.len()).map(|trials| trials as f64).collect(),
                runs: vec![best_of.clone()],
            })
        })
        .collect();
    if curves.is_empty() {
        return None;
    }
    let figure = Curves {
        title: words.fewer_trials().into(),
        across: words.trials().into(),
        up: validation(result, language).into(),
        scale: if result.metric == Metric::Value { Scale::Logarithmic } else { Scale::Linear },
        band: Band::Range,
        curves,
    };
    let mut figure = figure.figure(language);
    figure.caption = words.fewer_trials_caption().into();
    Some(block(figure, problem, "budgets"))
}
