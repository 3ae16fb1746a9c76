//! The frame of every page, and the figures on it.

use super::English;
use crate::catalogue::FrameWords;
use crate::catalogue::macros::phrases;

impl FrameWords for English {
    phrases! {
        conclusion: "Conclusion",
        results: "Results",
        reproduce: "How to reproduce",
        contents: "On this page",
        data: "Data (CSV)",
        no_script: "Figures, sorting and downloads need JavaScript. The script is inside this file; nothing is loaded from elsewhere.",
        not_drawn: "This figure could not be drawn here.",
        search: "search: words that a row must hold",
        rows_shown: "{0} of {1} rows",
        play: "Play",
        pause: "Pause",
        back: "One step back",
        forward: "One step forward",
        speed: "Speed",
        walk_step: "step",
        linear: "linear",
        logarithmic: "logarithmic",
        start: "start",
        minimum: "minimum",
        gradient: "downhill direction",
        above_minimum: "f above its minimum",
        collapses: "collapses from here on",
        chosen: "chosen rate",
        runs: "runs",
        predicted: "predicted",
        right: "right",
        wrong: "wrong",
        surface_caption: "Drag to turn it, scroll or pinch to come closer.",
        contours_caption: "Along a line f has the same value. Arrows point downhill (against the gradient); the steeper the \
            place, the longer the arrow. The star marks the minimum.",
        paths_caption: "Press play, or move the slider step by step. A name in the legend hides or shows its rule.",
        range_caption: "Line: mean over seeds. Band: smallest to largest.",
        deviation_caption: "Line: mean over seeds. Band: one standard deviation on each side.",
        sensitivity_dots: "Each dot is one trial. ",
        sensitivity_caption: "A line is the mean at each rate, a band how far seeds spread. A ring marks the chosen rate, a \
            cross a run that diverged, a bar at the edge of the figure the cliff: the first larger rate \
            where the result collapses.",
        dots_caption: "Each dot is one seed. The marker with the bar is the mean with one standard deviation.",
        forest_caption: "By how much the best rule is better than each other one, with the intervals that decide: all of \
            them, at every look, hold together at 95 %. Left of the line the other is better. Between the dotted \
            lines the difference is too small to matter.",
        parallel_caption: "Each line is one trial; the brighter, the better it came out. Point at a line to read its numbers.",
        map_caption: "Each dot is one trial; its colour says what came of it, a cross that it diverged.",
        picture: "Picture (SVG)",
        language: "Language",
        theme: "Colours of the page",
        system: "as the system",
        light: "light",
        dark: "dark",
    }

    fn leaves(&self, rule: &str, step: usize) -> String {
        format!("{rule} leaves the picture at step {step}.")
    }

    fn first_updates(&self, shown: u64, all: u64) -> String {
        format!("The paths below are those of the first {shown} of {all} updates.")
    }

    fn edge(&self, rule: &str) -> String {
        format!("{rule}: the best rate lies at the edge of the searched range; a better one may lie outside.")
    }
}
