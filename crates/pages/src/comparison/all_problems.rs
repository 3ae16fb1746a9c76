//! Several problems together.

use thalweg_lab::comparison::{ProblemResult, RuleResult};
use thalweg_lab::experiment::Metric;
use thalweg_lab::statistics::{interquartile_mean, performance_profile};
use thalweg_report::figures::{Band, Curve, Curves, Scale as Counting};
use thalweg_report::{Block, Cell, Column, Language, Section, Table};

/// Shows all problems together: on what share of the problems each rule reaches the target within a multiple of the first
/// rule's steps, and the interquartile mean of all final accuracies.
pub(super) fn all_problems(results: &[&ProblemResult], language: Language) -> Option<Section> {
    let words = language.words();
    let mut blocks: Vec<Block> = Vec::new();
    let labels: Vec<&str> = results.first()?.rules.iter().map(|rule| rule.label.as_str()).collect();
    let with_target: Vec<&&ProblemResult> =
        results.iter().filter(|result| result.rules.iter().any(|rule| rule.target.is_some())).collect();
    if with_target.len() > 1 {
        // Half of the runs reach it by then.
        let median = |rule: &RuleResult| {
            rule.target.as_ref()?.by_step.iter().find(|(_, share)| *share >= 0.5).map(|&(step, _)| step)
        };
        let factors: Vec<f64> = (-20..=20).map(|power| 10f64.powf(f64::from(power) / 20.0)).collect();
        let curve = |index: usize| {
            let needs: Vec<(Option<f64>, Option<f64>)> = with_target
                .iter()
                .map(|result| (median(&result.rules[index]), median(&result.rules[0])))
                .collect();
            let rule = &with_target[0].rules[index];
            Curve {
                rule: rule.rule.clone(),
                label: rule.label.clone(),
                steps: factors.clone(),
                runs: vec![performance_profile(&needs, &factors)],
            }
        };
        let mut figure = Curves {
            title: words.performance_profile().into(),
            across: words.steps_in_those_of(labels[0]),
            up: words.share_of_problems().into(),
            scale: Counting::Linear,
            band: Band::Range,
            curves: (0..labels.len()).map(curve).collect(),
        }
        .figure(language);
        figure.layout["xaxis"]["type"] = "log".into();
        figure.caption = words.performance_profile_caption().into();
        blocks.push(figure.into());
    }
    let accurate: Vec<&&ProblemResult> =
        results.iter().filter(|result| result.metric == Metric::Accuracy).collect();
    if accurate.len() > 1 {
        let mut table = Table::new(vec![
            Column::text(words.rule()),
            Column::number(words.interquartile_mean()).help(words.interquartile_mean_help()),
        ]);
        for (index, label) in labels.iter().enumerate() {
            let judged = |result: &&&ProblemResult| -> Vec<f64> {
                let runs = result.rules[index].runs.iter();
                runs.map(|run| result.judged(run).unwrap_or(0.0)).collect()
            };
            let values: Vec<f64> = accurate.iter().flat_map(judged).collect();
            let mean = interquartile_mean(&values);
            table.push([
                Cell::rule(&accurate[0].rules[index].rule, *label),
                Cell::value(format!("{mean:.4}"), mean),
            ]);
        }
        blocks.push(table.into());
    }
    let about = words.all_problems_about();
    (!blocks.is_empty()).then(|| Section::new(words.all_problems(), about, blocks))
}
