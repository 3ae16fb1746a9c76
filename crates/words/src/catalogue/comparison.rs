//! The page of a comparison.

use super::macros::declare;

/// The page of a comparison.
pub trait ComparisonWords {
    declare! {
        comparison_title, program, how_it_is_judged, statistics_link, command_of_the_experiment, rate_found,
        rate_found_on_validation, also_found, also_found_help, test_help, steps_to_target, steps_to_target_help, would_win_again,
        would_win_again_help, time_per_step, final_runs, sensitivity, training_loss_against_time, seconds_across, test_images,
        equivalent, cannot_tell, seeds_cannot_tell, fewer_trials, fewer_trials_caption, the_trials, target_reached,
        share_of_runs, target_caption, nobody_reached_the_target, all_reached_the_target_at_once, trials_help,
        hyperparameters_help, search_on_a_grid, search_at_random, search_by_sobol, rates_searched, at_the_edge, winners_curse, winners_curse_help, final_seeds, range_grew, no,
        chosen_on_validation_tested_once, chosen_and_judged_on_validation, same_trials_and_seeds, same_seeds, no_data, tuning_gained, default_rate, at_its_defaults,
        nothing_tuned, tuned_rate, tuned, as_good_between, as_good_between_help, decades, decades_help, collapses_at,
        collapses_at_help, not_seen, all_runs, logs, about_logs, log_file, command_line, problem, stage, others, steps, tuning, confirmation, final_stage, update_ratios_caption,
        dead_units_at_the_end, performance_profile, share_of_problems, performance_profile_caption, interquartile_mean,
        interquartile_mean_help, all_problems, all_problems_about,
        mean_steps_to_target, mean_steps_to_target_help, reached, behind_the_fastest, behind_the_fastest_help, log_rank_p, log_rank_p_help,
    }

    /// What a figure of differences counts, such as the difference in test accuracy.
    fn difference_in(&self, figure: &str) -> String;

    /// The title of the differences of the other rules from the best.
    fn against_the_others(&self, best: &str) -> String;

    /// The verdict on a pair: clearly better.
    fn label_clearly_better(&self, best: &str) -> String;

    /// The verdict on a pair: better.
    fn label_better(&self, best: &str) -> String;

    /// The verdict on a pair: the other rule diverged more often.
    fn label_diverges(&self, other: &str) -> String;

    /// What was done on a function.
    fn on_function(&self, function: &str, start: &str, steps: u64, noise: f64) -> String;

    /// What was done on a program of the user's.
    fn on_program(&self, command: &str, steps: u64, seeds: usize) -> String;

    /// What was compared: a training of the user's own, on so many fresh seeds.
    fn on_training(&self, command: &str, seeds: usize) -> String;

    /// A network by its layers, at the start of a sentence.
    fn network_of_layers(&self, layers: &str) -> String;

    /// A network by its hidden layers, at the start of a sentence.
    fn network_of_hidden_layers(&self, hidden: &str, activation: &str) -> String;

    /// What was trained on a data set; `network` is how one of the messages before says it.
    fn on_data(&self, network: &str, dataset: &str, batch: u64, seeds: usize) -> String;

    /// Whether it was fair: how was searched, on which splits, with which program.
    fn was_it_fair(&self, search: &str, splits: &str, code: &str) -> String;

    /// What a search by halving favours.
    fn halved(&self, factor: u32) -> String;

    /// Whose predictions stand beside test images.
    fn as_seen_by(&self, rule: &str, seed: u64) -> String;

    /// What the performance profile counts: steps as a multiple of a rule's.
    fn steps_in_those_of(&self, rule: &str) -> String;
}
