//! Diagnostics of the networks: gradients, updates and dead units of the final runs.

use super::figures::{block, curve};
use thalweg_lab::comparison::{ProblemResult, Run};
use thalweg_lab::experiment::Problem;
use thalweg_lab::outcome::{Curve as Measured, Outcome};
use thalweg_report::figures::{Band, Curves, Dots, Finals, Scale};
use thalweg_report::{Block, Language};

/// Draws gradient norm, update-to-weight ratio and dead units of each rule; nothing if there are no diagnostics.
pub(super) fn diagnostics(problem: &Problem, result: &ProblemResult, language: Language) -> Vec<Block> {
    let words = language.words();
    let runs = || result.rules.iter().flat_map(|rule| &rule.runs);
    if runs().all(|run| run.outcome.inside.is_empty()) {
        return vec![];
    }
    let curves = |title: String, up: String, pick: fn(&Outcome) -> &Measured| Curves {
        title,
        across: words.step().into(),
        up,
        scale: Scale::Logarithmic,
        band: Band::Range,
        curves: result.rules.iter().map(|rule| curve(rule, pick)).collect(),
    };
    let mut ratios = curves(words.update_ratios().into(), words.update_ratio().into(), |outcome| {
        &outcome.inside.update_ratio
    })
    .figure(language);
    ratios.caption = words.update_ratios_caption().into();
    let gradients = curves(words.gradient_norms().into(), words.gradient_norm().into(), |outcome| {
        &outcome.inside.gradient_norm
    });
    let mut blocks =
        vec![block(ratios, problem, "updates"), block(gradients.figure(language), problem, "gradients")];
    if runs().any(|run| run.outcome.inside.dead.is_some_and(|dead| dead > 0.0)) {
        let dead = |run: &Run| run.outcome.inside.dead.map_or(f64::NAN, f64::from);
        let dots = Dots {
            title: words.dead_units_at_the_end().into(),
            across: words.share_of_zeros().into(),
            rules: result
                .rules
                .iter()
                .map(|rule| Finals {
                    rule: rule.rule.clone(),
                    label: rule.label.clone(),
                    values: rule.runs.iter().map(dead).collect(),
                })
                .collect(),
        };
        let mut figure = dots.figure(language);
        figure.layout["xaxis"]["range"] = crate::number::SHARES.into();
        blocks.push(block(figure, problem, "dead-units"));
    }
    blocks
}
