//! The memory that the runs of an experiment take together.

use super::{Engine, Prepared, training};
use thalweg_lab::cell::Cell;
use thalweg_lab::experiment::Experiment;
use thalweg_lab::memory::Memory;
use thalweg_lab::outcome::{MOST_DRAWN, MOST_POINTS};

/// What a point of a path takes while its figure is written: its numbers as text and as values, more than once. Measured.
const PATH_POINT: u64 = 1000;
/// What a point of the curves of a final run takes while they are summed up. Measured.
const RUN_POINT: u64 = 1600;
/// What a point of the curves of a rule, with their intervals, takes while their figures are written. Measured.
const RULE_POINT: u64 = 16_000;

impl Engine {
    /// Returns the memory that an experiment, for which this engine was made, takes with so many runs at the same time. Runs that
    /// cannot be made count nothing: what is wrong with them is said when they are looked at one by one.
    pub fn memory(&self, experiment: &Experiment, threads: usize) -> Memory {
        let rules = experiment.rules.len() as u64;
        let (mut run, mut figures) = (0, 0u64);
        for (problem, prepared) in experiment.problems.iter().zip(&self.problems) {
            match prepared {
                Prepared::Training(settings, dataset, _) => {
                    let mut points = 0;
                    for arm in &experiment.rules {
                        let cell = Cell::single(problem, arm, experiment.seed);
                        run = run.max(training::run_bytes(settings, dataset, &cell));
                        points = points.max(training::evaluations(settings, dataset, &cell));
                    }
                    let final_runs = experiment.protocol.final_seeds as u64;
                    figures += rules * points.min(MOST_POINTS as u64) * (RULE_POINT + final_runs * RUN_POINT);
                }
                Prepared::Function(function) => {
                    figures += rules * function.steps.min(MOST_DRAWN) * PATH_POINT;
                }
                Prepared::Own(..) => {}
            }
        }
        let mut memory = Memory::of(run, threads, experiment.planned_cells());
        memory.end = memory.end.saturating_add(figures);
        memory
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::vocabulary;
    use thalweg_data::Source;
    use thalweg_lab::experiment::Document;
    use thalweg_lab::memory::THREAD;

    fn memory(problem: &str, threads: usize) -> Memory {
        let text = format!("rules = [\"sgd\", \"adam\"]\n[problem]\n{problem}");
        let experiment = Document::parse("", &text).unwrap().check(&vocabulary()).unwrap();
        Engine::new(&experiment, &Source::default()).unwrap().memory(&experiment, threads)
    }

    #[test]
    fn every_thread_has_a_run_of_its_own() {
        let digits = "dataset = \"digits\"\nhidden = [1000]";
        let (one, two) = (memory(digits, 1), memory(digits, 2));
        assert_eq!((one.run, one.at_once, two.at_once), (two.run, 1, 2));
        assert_eq!(two.more() - one.more(), one.each());
        assert!(one.each() > one.run + THREAD);
        // 64 inputs, 1,000 units and 10 classes: four times the parameters, and two of state for Adam, of four bytes each; then the
        // values of batches of 100 and 77 with their gradients, of 360, and of 256 that are looked at, below 1,100 numbers an example.
        let parameters = 6 * 4 * (65 * 1000 + 1001 * 10);
        let values = (2 * 177 + 360 + 256) * 1_100 * 4;
        assert!((parameters..parameters + values).contains(&one.run), "{}", one.run);
        assert_eq!(memory("function = \"sphere\"", 4).run, 0);
        // Curves of 10 and 1,000 points, two rules and the final runs of the preset.
        let end = |every: u64| {
            memory(&format!("dataset = \"digits\"\nsteps = 1000\nevaluate_every = {every}"), 1).end
        };
        assert!(end(1) > end(100) + 990 * 2 * (RULE_POINT + 2 * RUN_POINT), "{} {}", end(1), end(100));
        assert_eq!(Memory::of(1, 8, 3).at_once, 3, "there are no more runs");
    }
}
