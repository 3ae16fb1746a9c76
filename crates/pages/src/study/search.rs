//! The trials of a random search, drawn.

use super::curves::curves;
use super::quantities::{BEST, named, ranked};
use crate::language::say;
use thalweg_lab::study::{LineResult, Quantity, Study};
use thalweg_report::figures::Trials;
use thalweg_report::{Block, Language, Section};

pub(super) fn search(study: &Study, results: &[LineResult], language: Language) -> Vec<Section> {
    let ranked = ranked(results);
    let mut blocks: Vec<Block> = Vec::new();
    for (index, (name, range)) in study.searched.iter().enumerate() {
        let trials = Trials {
            title: name.clone(),
            caption: say(
                language,
                "One point a trial; dotted: the ends of the range.",
                "점 하나가 시도 하나. 점선은 범위의 끝.",
            ),
            across: name.clone(),
            up: named(Quantity::ValidationAccuracy, language),
            points: ranked.iter().map(|(result, value)| (result.line.drawn[index], *value)).collect(),
            range: *range,
        };
        blocks.push(trials.figure().into());
    }
    let best: Vec<LineResult> = ranked.iter().take(BEST).map(|(result, _)| (*result).clone()).collect();
    let mut sections = vec![Section::new(say(language, "Trials", "시도"), "", blocks)];
    let mut curves = curves(&best, &[Quantity::ValidationAccuracy], language);
    curves.iter_mut().for_each(|section| {
        section.title = say(language, "The best twenty", "가장 좋은 스무 시도");
    });
    sections.append(&mut curves);
    sections
}
