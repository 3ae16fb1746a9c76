//! What smaller budgets would have found.

use super::figures::block;
use super::table::validation;
use crate::language::say;
use thalweg_lab::comparison::ProblemResult;
use thalweg_lab::experiment::{Metric, Problem};
use thalweg_report::figures::{Band, Curve, Curves, Scale};
use thalweg_report::{Block, Language};

/// Draws what smaller budgets would have found.
pub(super) fn budgets(problem: &Problem, result: &ProblemResult, language: Language) -> Option<Block> {
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
        title: say(language, "What fewer trials would have found", "시행을 덜 했다면"),
        across: say(language, "trials", "시행 수"),
        up: validation(result, language),
        scale: if result.metric == Metric::Value { Scale::Logarithmic } else { Scale::Linear },
        band: Band::Range,
        curves,
    };
    let mut figure = figure.figure(language);
    figure.caption = say(
        language,
        "The expected best of so many of the trials: a rule whose curve is flat early needs little tuning. A trial that \
         diverged counts as the worst that did not.",
        "그만큼의 시행 중 최고값의 기댓값. 일찍 평평해지는 규칙은 조율이 덜 필요하다. 발산한 시행은 발산하지 않은 것 중 가장 나쁜 값으로 센다.",
    );
    Some(block(figure, problem, "budgets"))
}
