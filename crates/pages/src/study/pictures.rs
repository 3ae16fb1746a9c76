//! The windows of a convolution, and images that a network takes for something else.

use crate::error::PageError;
use crate::language::say;
use thalweg_data::{Dataset, Source};
use thalweg_lab::engine::load_dataset;
use thalweg_lab::study::{LineResult, UNNAMED};
use thalweg_report::{Block, Image, ImageGrid, Language, Section};

/// Mistakes and filters that a page shows at most.
const IMAGES: usize = 100;

pub(super) fn filters(results: &[LineResult], language: Language) -> Result<Vec<Section>, PageError> {
    let mut sections = Vec::new();
    for result in results {
        let Some(filters) = result.runs.first().and_then(|run| run.filters.as_ref()) else { continue };
        let mut blocks = Vec::new();
        for (title, values) in [
            (say(language, "before learning", "학습 전"), &filters.before),
            (say(language, "after learning", "학습 후"), &filters.after),
        ] {
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
        let introduction = say(
            language,
            "The windows of the first convolution, each from its smallest weight (black) to its largest (white).",
            "첫 번째 합성곱 층의 필터. 가장 작은 가중치가 검정, 가장 큰 가중치가 흰색이다.",
        );
        sections.push(Section::new(
            line_title(result, say(language, "Filters", "필터")),
            introduction,
            blocks,
        ));
    }
    Ok(sections)
}

pub(super) fn mistakes(
    results: &[LineResult],
    source: &Source,
    language: Language,
) -> Result<Vec<Section>, PageError> {
    let mut sections = Vec::new();
    for result in results {
        let Some(run) = result.runs.first() else { continue };
        let dataset: Dataset = load_dataset(&result.line.problem, source)?;
        let Some(shape) = dataset.image else { continue };
        let white = if result.line.problem.normalize { 1.0 } else { shape.white };
        let name = |class: usize| dataset.classes.get(class).cloned().unwrap_or_else(|| class.to_string());
        let images = run.mistakes.iter().take(IMAGES).map(|mistake| Image {
            width: shape.width,
            height: shape.height,
            pixels: dataset.test.input(mistake.example).iter().map(|pixel| pixel / white).collect(),
            label: name(mistake.label),
            predicted: Some(name(mistake.predicted)),
            probability: Some(mistake.probability),
        });
        let (wrong, all) = (run.mistakes.len(), dataset.test.len());
        let introduction = match language {
            Language::English => format!("{wrong} of {all} test images are taken for something else."),
            Language::Korean => format!("시험 이미지 {all}장 가운데 {wrong}장을 다른 것으로 분류했다."),
        };
        let title = say(language, "Misclassified images", "잘못 분류한 이미지");
        let grid = ImageGrid::new(title, images.collect())?;
        let title = line_title(result, say(language, "Mistakes", "틀린 것"));
        sections.push(Section::new(title, introduction, vec![Block::Images(grid)]));
    }
    Ok(sections)
}

/// Returns the heading of a line's pictures: its name, unless it is the only line and has none.
fn line_title(result: &LineResult, otherwise: String) -> String {
    if result.line.name == UNNAMED { otherwise } else { result.line.name.clone() }
}
