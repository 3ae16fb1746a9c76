//! Sample images with predictions.

use crate::error::PageError;
use crate::language::say;
use thalweg_data::Dataset;
use thalweg_lab::comparison::ProblemResult;
use thalweg_lab::experiment::TrainingProblem;
use thalweg_report::{Image, ImageGrid, Language};

/// Draws test images with the predictions of one final run of the best rule, mistakes first. The predictions are those that the
/// run itself kept, so the test split is not read again.
pub(super) fn images(
    training: &TrainingProblem,
    result: &ProblemResult,
    dataset: &Dataset,
    language: Language,
) -> Result<Option<ImageGrid>, PageError> {
    let best = result.verdict.ranking.first();
    let Some(rule) = result.rules.iter().find(|rule| Some(&rule.label) == best) else { return Ok(None) };
    let (Some(shape), Some(run)) = (&dataset.image, rule.runs.first()) else { return Ok(None) };
    let name = |class: u32| dataset.classes.get(class as usize).cloned().unwrap_or_else(|| class.to_string());
    let white = if training.normalize { 1.0 } else { shape.white };
    let known = run.outcome.predictions.iter().filter(|one| (one.example as usize) < dataset.test.len());
    let images: Vec<Image> = known
        .map(|prediction| {
            let example = prediction.example as usize;
            Image {
                width: shape.width,
                height: shape.height,
                pixels: dataset.test.input(example).iter().map(|pixel| pixel / white).collect(),
                label: name(dataset.test.label(example).unwrap_or(0)),
                predicted: Some(name(prediction.class)),
                probability: Some(f64::from(prediction.probability)),
            }
        })
        .collect();
    if images.is_empty() {
        return Ok(None);
    }
    let title = say(language, "Test images, mistakes first", "시험 이미지, 틀린 것부터");
    let mut grid = ImageGrid::new(title, images)?;
    grid.caption = match language {
        Language::English => format!("As seen by one final run of {} (seed {}).", rule.label, run.seed),
        Language::Korean => format!("{}의 최종 실행 하나(시드 {})가 본 결과.", rule.label, run.seed),
    };
    Ok(Some(grid))
}
