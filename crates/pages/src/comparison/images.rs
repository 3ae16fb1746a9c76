//! Sample images with predictions.

use crate::error::PageError;
use thalweg_data::Dataset;
use thalweg_lab::comparison::ProblemResult;
use thalweg_report::{Image, ImageGrid, Language};

/// Draws test images with the predictions of one final run of the best rule, mistakes first. The predictions are those that the
/// run itself kept, so the test split is not read again.
pub(super) fn images(
    result: &ProblemResult,
    dataset: &Dataset,
    language: Language,
) -> Result<Option<ImageGrid>, PageError> {
    let words = language.words();
    let best = result.verdict.ranking.first();
    let Some(rule) = result.rules.iter().find(|rule| Some(&rule.label) == best) else { return Ok(None) };
    // A picture has one number a pixel.
    let grey = dataset.image.filter(|image| image.width * image.height == dataset.features());
    let (Some(shape), Some(run)) = (grey, rule.runs.first()) else { return Ok(None) };
    let name = |class: u32| dataset.classes.get(class as usize).cloned().unwrap_or_else(|| class.to_string());
    let known = run.outcome.predictions.iter().filter(|one| (one.example as usize) < dataset.test.len());
    let images: Vec<Image> = known
        .map(|prediction| {
            let example = prediction.example as usize;
            Image {
                width: shape.width,
                height: shape.height,
                pixels: dataset.test.input(example).iter().map(|pixel| pixel / shape.white).collect(),
                label: name(dataset.test.label(example).unwrap_or(0)),
                predicted: Some(name(prediction.class)),
                probability: Some(f64::from(prediction.probability)),
            }
        })
        .collect();
    if images.is_empty() {
        return Ok(None);
    }
    let mut grid = ImageGrid::new(words.test_images(), images)?;
    grid.caption = words.as_seen_by(&rule.label, run.seed);
    Ok(Some(grid))
}
