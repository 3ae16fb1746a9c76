//! The windows of a convolution, and images that a network takes for something else.

use crate::error::PageError;
use thalweg_data::{Dataset, Source};
use thalweg_report::{Block, Image, ImageGrid, Language, Section};
use thalweg_workloads::engine::load_dataset;
use thalweg_workloads::study::{LineResult, UNNAMED};

/// Mistakes and filters that a page shows at most.
const IMAGES: usize = 100;

pub(super) fn filters(results: &[LineResult], language: Language) -> Result<Vec<Section>, PageError> {
    let words = language.words();
    let mut sections = Vec::new();
    for result in results {
        let Some(filters) = result.runs.first().and_then(|run| run.filters.as_ref()) else { continue };
        let mut blocks = Vec::new();
        for (title, values) in
            [(words.before_learning(), &filters.before), (words.after_learning(), &filters.after)]
        {
            let [_, rows, columns] = filters.extents;
            let images =
                values.chunks_exact(rows * columns).take(IMAGES).enumerate().map(|(index, window)| {
                    let low = window.iter().copied().fold(f32::INFINITY, f32::min);
                    let high = window.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                    let scale = if high > low { 1.0 / (high - low) } else { 0.0 };
                    Image {
                        width: columns,
                        height: rows,
                        pixels: window.iter().map(|x| (x - low) * scale).collect(),
                        label: (index + 1).to_string(),
                        predicted: None,
                        probability: None,
                    }
                });
            blocks.push(Block::Images(ImageGrid::new(title, images.collect())?));
        }
        let introduction = words.filters_about();
        sections.push(Section::new(line_title(result, words.filters()), introduction, blocks));
    }
    Ok(sections)
}

pub(super) fn mistakes(
    results: &[LineResult],
    source: &Source,
    language: Language,
) -> Result<Vec<Section>, PageError> {
    let words = language.words();
    let mut sections = Vec::new();
    for result in results {
        let Some(run) = result.runs.first() else { continue };
        let dataset: Dataset = load_dataset(&result.line.problem, source)?;
        // A picture has one number a pixel.
        let grey = dataset.image.filter(|image| image.width * image.height == dataset.features());
        let Some(shape) = grey else { continue };
        let name = |class: usize| dataset.classes.get(class).cloned().unwrap_or_else(|| class.to_string());
        let images = run.mistakes.iter().take(IMAGES).map(|mistake| Image {
            width: shape.width,
            height: shape.height,
            pixels: dataset.test.input(mistake.example).iter().map(|pixel| pixel / shape.white).collect(),
            label: name(mistake.label),
            predicted: Some(name(mistake.predicted)),
            probability: Some(mistake.probability),
        });
        let (wrong, all) = (run.mistakes.len(), dataset.test.len());
        let introduction = words.images_mistaken(wrong, all);
        let grid = ImageGrid::new(words.misclassified(), images.collect())?;
        let title = line_title(result, words.mistakes());
        sections.push(Section::new(title, introduction, vec![Block::Images(grid)]));
    }
    Ok(sections)
}

/// Returns the heading of a line's pictures: its name, unless it is the only line and has none.
fn line_title(result: &LineResult, otherwise: &str) -> String {
    if result.line.name == UNNAMED { otherwise.into() } else { result.line.name.clone() }
}
