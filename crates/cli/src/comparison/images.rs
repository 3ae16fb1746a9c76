//! Sample images with predictions.

use super::{cell, say};
use crate::failure::Failure;
use thalweg::data::Dataset;
use thalweg::lab::comparison::ProblemResult;
use thalweg::lab::engine::settings;
use thalweg::lab::experiment::{Problem, TrainingProblem};
use thalweg::report::{Image, ImageGrid, Language};
use thalweg::train::{Quiet, Trainer};

/// How many sample images a report shows, and how many of them at most are mistakes.
const IMAGES: (usize, usize) = (20, 10);

/// Test images with the predictions of one final run of the best rule: mistakes first, then others.
pub(super) fn images(
    training: &TrainingProblem,
    problem: &Problem,
    result: &ProblemResult,
    dataset: &Dataset,
    language: Language,
) -> Result<Option<ImageGrid>, Failure> {
    let best = result.verdict.ranking.first();
    let Some(rule) = result.rules.iter().find(|rule| Some(&rule.label) == best) else { return Ok(None) };
    let (Some(shape), Some(run)) = (&dataset.image, rule.runs.first()) else { return Ok(None) };
    let settings = settings(training, dataset, &cell(rule, problem, run.seed))?;
    let mut trainer = Trainer::<f32>::new(settings, dataset)?;
    trainer.run(&mut Quiet)?;
    let predictions = trainer.predict(&dataset.test)?;
    let right = |index: usize| {
        Some(predictions[index].class) == dataset.test.label(index).map(|label| label as usize)
    };
    let (wrong, others): (Vec<usize>, Vec<usize>) = (0..dataset.test.len()).partition(|&index| !right(index));
    let wrong: Vec<usize> = wrong.into_iter().take(IMAGES.1).collect();
    let rest = IMAGES.0 - wrong.len();
    let chosen = wrong.into_iter().chain(others.into_iter().take(rest));
    let name = |class: usize| dataset.classes.get(class).cloned().unwrap_or_else(|| class.to_string());
    let white = if training.normalize { 1.0 } else { shape.white };
    let images = chosen.map(|index| Image {
        width: shape.width,
        height: shape.height,
        pixels: dataset.test.input(index).iter().map(|pixel| pixel / white).collect(),
        label: name(dataset.test.label(index).unwrap_or(0) as usize),
        predicted: Some(name(predictions[index].class)),
        probability: Some(predictions[index].probability),
    });
    let title = say(language, "Test images, mistakes first", "시험 이미지, 틀린 것부터");
    let mut grid = ImageGrid::new(title, images.collect())?;
    grid.caption = match language {
        Language::English => format!("As seen by one final run of {} (seed {}).", rule.label, run.seed),
        Language::Korean => format!("{}의 최종 실행 하나(시드 {})가 본 결과.", rule.label, run.seed),
    };
    Ok(Some(grid))
}
