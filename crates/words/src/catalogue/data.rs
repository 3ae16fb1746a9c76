//! How a file of the user's is understood.

use super::macros::declare;

/// How a file of the user's is understood.
pub trait DataWords {
    declare! {
        before_it_can_be_learnt, keys_for_an_experiment, column, holds, used_as, missing, values, remark,
        whole_numbers, numbers, texts, dates, numbers_and_text, nothing, feature, target,
        left_out_ignored, left_out_group, left_out_index, left_out_empty, left_out_unknown, same_in_every_line, names_or_counts_the_lines,
    }
}
