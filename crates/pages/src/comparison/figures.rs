//! The figures of one problem.

use super::images::images;
use super::table::{chosen_rate, is_function, validation};
use crate::error::PageError;
use crate::landscape::landscape;
use thalweg_data::{Dataset, Function, Noisy};
use thalweg_lab::cell::{Cell, Stage, WorkloadHash};
use thalweg_lab::comparison::{ProblemResult, RuleResult};
use thalweg_lab::experiment::{FunctionProblem, Metric, Problem};
use thalweg_lab::outcome::{Curve as Measured, MOST_DRAWN, Outcome};
use thalweg_lab::verdict::MeasuredOn;
use thalweg_report::figures::{
    Band, Better, Contours, Curve, Curves, Dots, Finals, Path, Paths, Scale, Searched, Sensitivity, Surface,
    Trial,
};
use thalweg_report::{Block, Figure, Language};
use thalweg_train::descend;
use thalweg_workloads::engine::specification;

/// Names the CSV file of a figure after its problem and `what`: the same name in every language.
pub(super) fn block(mut figure: Figure, problem: &Problem, what: &str) -> Block {
    if let Some((name, _)) = &mut figure.csv {
        *name = format!("{}-{what}.csv", problem.name);
    }
    figure.into()
}

/// Draws the rules' paths over the function.
pub(super) fn function_figures(
    function: &FunctionProblem,
    problem: &Problem,
    result: &ProblemResult,
    language: Language,
) -> Result<Vec<Block>, PageError> {
    let words = language.words();
    let mut shape = Function::named(&function.function)?;
    for (name, value) in &function.set {
        shape = shape.with(name, *value)?;
    }
    let Ok(start) = <[f64; 2]>::try_from(function.start.as_slice()) else { return Ok(Vec::new()) };
    let mut paths = Vec::new();
    for rule in &result.rules {
        let seed = rule.runs.first().map_or(0, |run| run.seed);
        let specification = specification(&cell(rule, problem, seed), &function.schedule, function.steps)?;
        let mut noisy = Noisy::new(shape.clone(), function.noise, seed)?;
        let path = descend(&mut noisy, &specification, start, function.steps.min(MOST_DRAWN))?;
        let detail = format!("{} {}", words.learning_rate(), chosen_rate(rule));
        paths.push(Path {
            rule: rule.rule.clone(),
            label: rule.label.clone(),
            detail,
            points: path.points,
            values: path.values,
        });
    }
    let landscape = landscape(&shape, paths.iter().flat_map(|path| &path.points));
    let shortened = (function.steps > MOST_DRAWN).then(|| words.first_updates(MOST_DRAWN, function.steps));
    let mut blocks: Vec<Block> = shortened.map(Block::Text).into_iter().collect();
    blocks.extend([
        block(Paths { landscape: &landscape, paths: &paths }.figure(language), problem, "paths"),
        block(Surface { landscape: &landscape, paths: &paths }.figure(language), problem, "surface"),
        block(Contours { landscape: &landscape }.figure(language), problem, "gradient"),
        block(sensitivity(result, language), problem, "learning-rates"),
    ]);
    Ok(blocks)
}

/// The cell of a rule's final runs.
fn cell(rule: &RuleResult, problem: &Problem, seed: u64) -> Cell {
    Cell {
        problem: 0,
        workload: WorkloadHash::of(&problem.workload),
        arm: 0,
        label: rule.label.clone(),
        rule: rule.rule.clone(),
        dialect: rule.dialect.clone(),
        hyperparameters: rule.hyperparameters.clone(),
        around: rule.around.clone(),
        own: None,
        seed,
        divisor: 1,
        stage: Stage::Final,
    }
}

/// Draws test images with the predictions of one of the networks.
pub(super) fn sample_images(
    result: &ProblemResult,
    dataset: &Dataset,
    language: Language,
) -> Result<Option<Block>, PageError> {
    Ok(images(result, dataset, language)?.map(Block::from))
}

/// Names the figure that the verdict compares.
pub(super) fn judged(result: &ProblemResult, language: Language) -> &'static str {
    result.metric.title(language.words(), result.verdict.measured_on == MeasuredOn::Test)
}

/// Draws final runs and curves.
pub(super) fn run_figures(problem: &Problem, result: &ProblemResult, language: Language) -> Vec<Block> {
    let words = language.words();
    let curves = |pick: fn(&Outcome) -> &Measured| -> Vec<Curve> {
        result.rules.iter().map(|rule| curve(rule, pick)).collect()
    };
    let across = words.step();
    vec![
        block(
            Dots {
                title: words.final_runs().into(),
                across: judged(result, language).into(),
                rules: result
                    .rules
                    .iter()
                    .map(|rule| Finals {
                        rule: rule.rule.clone(),
                        label: rule.label.clone(),
                        values: rule.runs.iter().map(|run| result.judged(run).unwrap_or(f64::NAN)).collect(),
                    })
                    .collect(),
            }
            .figure(language),
            problem,
            "final-runs",
        ),
        block(sensitivity(result, language), problem, "learning-rates"),
        block(
            Curves {
                title: words.training_loss_title().into(),
                across: across.into(),
                up: words.batch_loss().into(),
                scale: Scale::Logarithmic,
                band: Band::Range,
                curves: curves(|outcome| &outcome.training_loss),
            }
            .figure(language),
            problem,
            "training-loss",
        ),
        block(
            Curves {
                title: match result.metric {
                    Metric::Accuracy => words.validation_accuracy_title(),
                    metric if metric.is_of_values() => validation(result, language),
                    _ => words.validation_loss_title(),
                }
                .into(),
                across: across.into(),
                up: validation(result, language).into(),
                scale: Scale::Linear,
                band: Band::Range,
                curves: curves(|outcome| &outcome.validation_curve),
            }
            .figure(language),
            problem,
            "validation",
        ),
    ]
}

/// Returns one figure of a rule along its final runs.
pub(super) fn curve(rule: &RuleResult, pick: fn(&Outcome) -> &Measured) -> Curve {
    let runs: Vec<&Measured> = rule.runs.iter().map(|run| pick(&run.outcome)).collect();
    let longest = runs.iter().max_by_key(|curve| curve.len());
    let steps = longest.map(|curve| curve.steps.iter().map(|&step| f64::from(step)).collect());
    let values = |curve: &&Measured| curve.values.iter().map(|&value| f64::from(value)).collect();
    Curve {
        rule: rule.rule.clone(),
        label: rule.label.clone(),
        steps: steps.unwrap_or_default(),
        runs: runs.iter().map(values).collect(),
    }
}

/// What each rate of the search gave.
fn sensitivity(result: &ProblemResult, language: Language) -> Figure {
    let words = language.words();
    let rules = result.rules.iter().filter_map(|rule| {
        let tuning = rule.tuning.as_ref()?;
        let trials = tuning.whole().flat_map(|trial| {
            trial.values.iter().map(|value| Trial {
                learning_rate: trial.point.learning_rate,
                value: value.unwrap_or(f64::NAN),
            })
        });
        Some(Searched {
            rule: rule.rule.clone(),
            label: rule.label.clone(),
            trials: trials.collect(),
            chosen: Some(rule.learning_rate),
            cliff: result.tolerance(rule).and_then(|tolerance| tolerance.cliff),
        })
    });
    Sensitivity {
        title: words.sensitivity().into(),
        up: validation(result, language).into(),
        better: if result.metric.higher_is_better() { Better::Higher } else { Better::Lower },
        scale: if is_function(result) { Scale::Logarithmic } else { Scale::Linear },
        rules: rules.collect(),
    }
    .figure(language)
}
