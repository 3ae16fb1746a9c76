//! The trials of a random search, drawn.

use super::curves::curves;
use super::quantities::{BEST, named, ranked};
use thalweg_report::figures::Trials;
use thalweg_report::{Block, Language, Section};
use thalweg_workloads::study::{LineResult, Quantity, Study};

pub(super) fn search(study: &Study, results: &[LineResult], language: Language) -> Vec<Section> {
    let words = language.words();
    let ranked = ranked(results);
    let mut blocks: Vec<Block> = Vec::new();
    for (index, (name, range)) in study.searched.iter().enumerate() {
        let trials = Trials {
            title: name.clone(),
            caption: words.trials_caption().into(),
            across: name.clone(),
            up: named(Quantity::ValidationAccuracy, language).into(),
            points: ranked.iter().map(|(result, value)| (result.line.drawn[index], *value)).collect(),
            range: *range,
        };
        blocks.push(trials.figure().into());
    }
    let best: Vec<LineResult> = ranked.iter().take(BEST).map(|(result, _)| (*result).clone()).collect();
    let mut sections = vec![Section::new(words.trials_title(), "", blocks)];
    let mut curves = curves(&best, &[Quantity::ValidationAccuracy], language);
    curves.iter_mut().for_each(|section| {
        section.title = words.best_twenty().into();
    });
    sections.append(&mut curves);
    sections
}
