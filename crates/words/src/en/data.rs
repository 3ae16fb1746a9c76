//! How a file of the user's is understood.

use super::English;
use crate::catalogue::DataWords;
use crate::catalogue::macros::phrases;

impl DataWords for English {
    phrases! {
        before_it_can_be_learnt: "Before it can be learnt from:",
        keys_for_an_experiment: "Keys for an experiment file:",
        column: "column",
        holds: "holds",
        used_as: "used as",
        missing: "missing",
        values: "values",
        remark: "remark",
        whole_numbers: "whole numbers",
        numbers: "numbers",
        texts: "text",
        dates: "dates",
        numbers_and_text: "numbers and text",
        nothing: "nothing",
        feature: "feature",
        target: "target",
        left_out_ignored: "left out (ignore)",
        left_out_group: "keeps its lines in one part (group)",
        left_out_index: "left out (index)",
        left_out_empty: "left out (empty)",
        left_out_unknown: "left out (unknown)",
        same_in_every_line: "the same in every line",
        names_or_counts_the_lines: "names or counts the lines",
    }
}
