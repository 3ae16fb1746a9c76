//! What an experiment shows, for the terminal and for the page.

use crate::language::Language;
use crate::plot::Plot;
use thalweg::report::figures::{Band, Curve, Curves, Scale};
use thalweg::report::{Block, Figure, Section, Table};

/// What an experiment shows, in order.
#[derive(Default)]
pub(super) struct Sheet {
    pub(super) parts: Vec<Part>,
}

/// One thing that an experiment shows.
pub(super) enum Part {
    Text(String),
    Table(Table),
    /// In the terminal.
    Drawing(String),
    /// On the page.
    Block(Block),
    /// A chapter of the page.
    Section(Section),
}

/// A line of a picture.
pub(super) struct Drawn {
    pub(super) label: String,
    pub(super) points: Vec<[f64; 2]>,
}

impl Drawn {
    pub(super) fn new(label: impl Into<String>, points: Vec<[f64; 2]>) -> Self {
        Self { label: label.into(), points }
    }
}

impl Sheet {
    pub(super) fn text(&mut self, text: impl Into<String>) {
        self.parts.push(Part::Text(text.into()));
    }

    pub(super) fn table(&mut self, table: Table) {
        self.parts.push(Part::Table(table));
    }

    pub(super) fn drawing(&mut self, drawing: impl Into<String>) {
        self.parts.push(Part::Drawing(drawing.into()));
    }

    pub(super) fn block(&mut self, block: impl Into<Block>) {
        self.parts.push(Part::Block(block.into()));
    }

    pub(super) fn section(&mut self, section: Section) {
        self.parts.push(Part::Section(section));
    }

    /// Draws lines in the terminal.
    pub(super) fn plot(&mut self, lines: &[Drawn]) {
        self.drawing(plotted(lines));
    }

    /// Shows lines, in the terminal and on the page.
    pub(super) fn lines(
        &mut self,
        title: &str,
        [across, up]: [&str; 2],
        lines: &[Drawn],
        language: Language,
    ) {
        self.plot(lines);
        let curve = |line: &Drawn| Curve {
            rule: line.label.clone(),
            label: line.label.clone(),
            steps: line.points.iter().map(|point| point[0]).collect(),
            runs: vec![line.points.iter().map(|point| point[1]).collect()],
        };
        let curves = Curves {
            title: title.into(),
            across: across.into(),
            up: up.into(),
            scale: Scale::Linear,
            band: Band::Range,
            curves: lines.iter().map(curve).collect(),
        };
        // One line each: there is no band to explain, and a function may be negative.
        self.block(Figure {
            caption: String::new(),
            views: Vec::new(),
            wide: true,
            ..curves.figure(language)
        });
    }

    /// The sections of the page; the first has the title.
    pub(super) fn sections(self, title: String, introduction: String) -> Vec<Section> {
        let mut first = Section::new(title, introduction, Vec::new());
        let mut others = Vec::new();
        for part in self.parts {
            match part {
                Part::Text(text) => first.blocks.push(Block::Text(text)),
                Part::Table(table) => first.blocks.push(Block::Table(table)),
                Part::Block(block) => first.blocks.push(block),
                Part::Section(section) => others.push(section),
                Part::Drawing(_) => {}
            }
        }
        others.insert(0, first);
        others
    }
}

/// Draws lines in the terminal; each has its number at its end, and a legend below names them.
fn plotted(lines: &[Drawn]) -> String {
    let mut plot = Plot::around(lines.iter().flat_map(|line| line.points.iter().copied()));
    for line in lines {
        plot.line(line.points.iter().copied());
    }
    let mut legend = String::new();
    if lines.len() > 1 {
        for (digit, line) in ('1'..='9').zip(lines) {
            if let Some(end) = line.points.iter().rfind(|point| point[1].is_finite()) {
                plot.mark(*end, digit);
            }
            legend += &format!("{digit}  {}\n", line.label);
        }
    }
    plot.text() + &legend
}
