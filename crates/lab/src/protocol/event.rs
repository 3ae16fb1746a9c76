//! What an observer hears while an experiment runs.

use crate::cell::{Cell, Stage};
use crate::fault::RunFault;
use crate::outcome::Outcome;
use crate::search::RateRange;

/// Progress, in the order in which it happens.
#[derive(Clone, Debug)]
pub enum Event<'a> {
    /// A batch of independent cells begins.
    StageStarted {
        /// What the batch is for (of its first cell, where problems are at different stages).
        stage: Stage,
        /// Cells in it.
        cells: usize,
        /// How many of them the store already holds.
        stored: usize,
    },
    /// A cell has a result.
    CellFinished {
        /// The cell.
        cell: &'a Cell,
        /// Its result.
        outcome: &'a Outcome,
        /// Whether the result was in the store already.
        stored: bool,
        /// Runs finished so far.
        done: usize,
        /// Runs in all, as far as known; grows when a range is extended.
        total: usize,
        /// The best of the cell's rule on its problem so far: the learning rate and the metric.
        best: Option<(f64, f64)>,
    },
    /// A cell could not be run.
    CellFailed {
        /// The cell.
        cell: &'a Cell,
        /// Why.
        fault: &'a RunFault,
    },
    /// The best learning rate of a rule lay at the edge, and its range grew. Every rule gets as many trials more.
    RangeExtended {
        /// The problem's name.
        problem: &'a str,
        /// The rule's label.
        label: &'a str,
        /// The range from now on.
        range: RateRange,
        /// Cells this adds for all rules together.
        more: usize,
    },
    /// All that is left to do is being done by other programs.
    Waiting {
        /// Cells that they are at.
        cells: usize,
        /// Who is at the first of them.
        holder: &'a str,
    },
    /// Fewer cells are needed than planned.
    Shortened {
        /// How many fewer.
        fewer: usize,
    },
}
