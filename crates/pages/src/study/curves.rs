//! Curves of the runs, panel by panel.

use super::quantities::named;
use thalweg_report::figures::{Band, Curve, Curves, Scale};
use thalweg_report::{Block, Language, Section};
use thalweg_workloads::study::{LineResult, Quantity, StudyRun};

/// One figure a panel: each line's quantities against the step.
pub(super) fn curves(results: &[LineResult], quantities: &[Quantity], language: Language) -> Vec<Section> {
    let words = language.words();
    let mut panels: Vec<&str> = Vec::new();
    for result in results {
        if !panels.contains(&result.line.panel.as_str()) {
            panels.push(&result.line.panel);
        }
    }
    let figures = panels.iter().map(|panel| {
        let lines = results.iter().filter(|result| result.line.panel == *panel);
        let curves = lines.flat_map(|result| {
            quantities.iter().map(|quantity| curve(result, *quantity, quantities.len(), language))
        });
        let loss = quantities == [Quantity::TrainingLoss];
        let figure = Curves {
            title: if panel.is_empty() { named(quantities[0], language).into() } else { (*panel).to_owned() },
            across: words.step().into(),
            up: if loss { words.training_loss().into() } else { words.accuracy().into() },
            scale: if loss { Scale::Logarithmic } else { Scale::Linear },
            band: Band::Range,
            curves: curves.filter(|curve| !curve.steps.is_empty()).collect(),
        }
        .figure(language);
        Block::from(figure)
    });
    vec![Section::new(words.curves(), "", figures.collect())]
}

fn curve(result: &LineResult, quantity: Quantity, of: usize, language: Language) -> Curve {
    let values = |run: &StudyRun| run.curve(quantity);
    let runs: Vec<Vec<(f64, f64)>> = result.runs.iter().map(values).collect();
    let longest = runs.iter().max_by_key(|run| run.len()).cloned().unwrap_or_default();
    let name = &result.line.name;
    Curve {
        rule: name.clone(),
        label: if of > 1 { format!("{name}, {}", named(quantity, language)) } else { name.clone() },
        steps: longest.iter().map(|(step, _)| *step).collect(),
        runs: runs.into_iter().map(|run| run.into_iter().map(|(_, value)| value).collect()).collect(),
    }
}
