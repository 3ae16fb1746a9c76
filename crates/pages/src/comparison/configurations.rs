//! The search of rules with more hyper-parameters than the rate.

use super::figures::block;
use super::table::validation;
use thalweg_lab::comparison::ProblemResult;
use thalweg_lab::experiment::Problem;
use thalweg_lab::search::{Point, Scale, Space};
use thalweg_report::figures::{Axis, AxisScale, Configurations};
use thalweg_report::{Block, Language};

/// Draws the search of every rule with more hyper-parameters than the rate: a map of the first two, and all of them in parallel
/// coordinates.
pub(super) fn configurations(problem: &Problem, result: &ProblemResult, language: Language) -> Vec<Block> {
    let words = language.words();
    let mut blocks = Vec::new();
    for rule in &result.rules {
        let Some(tuning) = rule.tuning.as_ref().filter(|tuning| !tuning.others.is_empty()) else { continue };
        let value = |pick: &dyn Fn(&Point) -> f64| -> Vec<f64> {
            tuning.whole().map(|trial| pick(&trial.point)).collect()
        };
        let mut axes = Vec::new();
        if tuning.asked.is_some() {
            axes.push(Axis {
                name: "learning_rate".into(),
                scale: AxisScale::Logarithmic,
                values: value(&|point| point.learning_rate),
            });
        }
        for (name, space) in &tuning.others {
            axes.push(Axis {
                name: name.clone(),
                scale: match space {
                    Space::Between { scale: Scale::Log, .. } => AxisScale::Logarithmic,
                    Space::Between { scale: Scale::OneMinus, .. } => AxisScale::OneMinus,
                    Space::Between { scale: Scale::Linear, .. } | Space::Among { .. } => AxisScale::Linear,
                },
                values: value(&|point| point.others.get(name).copied().unwrap_or(f64::NAN)),
            });
        }
        let results = tuning.whole().map(|trial| trial.mean().unwrap_or(f64::NAN)).collect();
        let trials = Configurations {
            title: format!("{}: {}", rule.label, words.the_trials()),
            up: validation(result, language).into(),
            higher_is_better: result.metric.higher_is_better(),
            axes,
            results,
        };
        blocks.extend(
            trials.map(language).map(|figure| block(figure, problem, &format!("{}-map", rule.label))),
        );
        blocks.push(block(trials.parallel(language), problem, &format!("{}-trials", rule.label)));
    }
    blocks
}
