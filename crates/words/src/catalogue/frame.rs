//! The frame of every page, and the figures on it.

use super::macros::declare;

/// The frame of every page, and the figures on it.
pub trait FrameWords {
    declare! {
        conclusion, results, reproduce, contents, data, no_script, not_drawn, search, rows_shown, play, pause, back, forward,
        speed, walk_step, linear, logarithmic, start, minimum, gradient, above_minimum, collapses, chosen, runs, predicted,
        right, wrong, surface_caption, contours_caption, paths_caption, range_caption, deviation_caption, sensitivity_dots,
        sensitivity_caption, dots_caption, forest_caption, parallel_caption, map_caption,
        picture, language, theme, system, light, dark,
    }

    /// A path leaves the picture at a step.
    fn leaves(&self, rule: &str, step: usize) -> String;

    /// The figures of a function show the first updates only.
    fn first_updates(&self, shown: u64, all: u64) -> String;

    /// The best rate of a rule lies at the edge of what was searched.
    fn edge(&self, rule: &str) -> String;
}
