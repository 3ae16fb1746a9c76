//! The page of a comparison.

use super::English;
use crate::catalogue::ComparisonWords;
use crate::catalogue::macros::phrases;

impl ComparisonWords for English {
    phrases! {
        comparison_title: "Which rule, at which learning rate, and how sure?",
        program: "program",
        how_it_is_judged: "how it is judged",
        statistics_link: "https://github.com/thalweg/thalweg/blob/main/docs/statistics.md",
        command_of_the_experiment: "command (save the experiment below as experiment.toml)",
        rate_found: "found by search; * at the edge of the range searched",
        rate_found_on_validation: "found by search on the validation split; * at the edge of the range searched",
        also_found: "also found",
        also_found_help: "the other hyper-parameters searched for; * at the edge of its range",
        test_help: "mean ± standard deviation over fresh seeds; the test split is read once, at the end",
        steps_to_target: "steps to target",
        steps_to_target_help: "median over the seeds; a run that did not get there counts as longer than the budget",
        would_win_again: "would win again",
        would_win_again_help: "how often the rule would come out best if search and seeds were drawn again, judged as here",
        time_per_step: "µs a step",
        final_runs: "Every final run",
        sensitivity: "How much the learning rate matters",
        training_loss_against_time: "Training loss against time",
        seconds_across: "seconds (evaluation not counted)",
        test_images: "Test images, mistakes first",
        equivalent: "equivalent",
        cannot_tell: "cannot tell",
        seeds_cannot_tell: "seeds cannot tell",
        fewer_trials: "What fewer trials would have found",
        fewer_trials_caption: "The expected best of so many of the trials: a rule whose curve is flat early needs little \
            tuning. A trial that diverged counts as the worst that did not.",
        the_trials: "the trials",
        target_reached: "When the target is reached",
        share_of_runs: "share of the runs",
        target_caption: "Kaplan and Meier's estimate over the final runs. Runs that did not get there count as longer than \
            the budget.",
        nobody_reached_the_target: "No final run reached the target, so it says nothing about the rules. Set an easier \
            `target_loss`, or allow more steps.",
        all_reached_the_target_at_once: "Every final run had reached the target when it was first looked at, so it says \
            nothing about the rules. Set a harder `target_loss`, or look more often \
            (`evaluate_every`).",
        trials_help: "configurations tried, times the seeds behind each",
        hyperparameters_help: "how many were searched for: more of them share the same number of trials",
        search_on_a_grid: "grid",
        search_at_random: "random",
        search_by_sobol: "sobol",
        rates_searched: "rates searched",
        at_the_edge: "at the edge",
        winners_curse: "winner's curse",
        winners_curse_help: "by how much the best trial looked better than it was on fresh seeds",
        final_seeds: "final seeds",
        range_grew: "no (range grew)",
        no: "no",
        chosen_on_validation_tested_once: "chosen on validation, test read once at the end",
        chosen_and_judged_on_validation: "chosen and judged on validation",
        same_trials_and_seeds: "Every rule got the same trials and the same seeds.",
        same_seeds: "Every rule got the same seeds; not every rule was tuned.",
        no_data: "no data",
        tuning_gained: "What tuning gained, and how much room it leaves the learning rate:",
        default_rate: "default rate",
        at_its_defaults: "at its defaults",
        nothing_tuned: "nothing tuned",
        tuned_rate: "tuned rate",
        tuned: "tuned",
        as_good_between: "as good between",
        as_good_between_help: "the rates tried around it that did as well: within the difference that matters and a seed's \
            scatter",
        decades: "decades",
        decades_help: "how wide that is, in powers of ten: the wider, the less the rate has to be tuned",
        collapses_at: "collapses at",
        collapses_at_help: "the first larger rate tried where a run diverged or half of the gain was lost; in brackets, how \
            many decades away",
        not_seen: "not seen",
        all_runs: "All runs",
        logs: "Logs",
        about_logs: "Each training has a folder of its own: its log, what it reported, and what it wrote there itself. The commands are those of the final runs.",
        log_file: "log",
        command_line: "command",
        problem: "problem",
        stage: "stage",
        others: "others",
        steps: "steps",
        tuning: "tuning",
        confirmation: "confirmation",
        final_stage: "final",
        update_ratios_caption: "How far an update moves the weights, in lengths of the weights, right before each evaluation. \
            Far above or below a thousandth, another learning rate is worth a try. Line: mean over seeds. \
            Band: smallest to largest.",
        dead_units_at_the_end: "Dead units at the end",
        performance_profile: "Performance profile",
        share_of_problems: "share of the problems",
        performance_profile_caption: "On what share of the problems half of a rule's runs reach the target within so many \
            times the steps that the first rule needs. The reference is fixed, so another rule \
            changes nobody's curve (Dolan and Moré 2002).",
        interquartile_mean: "interquartile mean",
        interquartile_mean_help: "the mean of the middle half of all final accuracies over the problems, diverged runs as 0",
        all_problems: "All problems together",
        all_problems_about: "Over all problems of this comparison. A mean over problems says something only of problems like \
            these.",
        mean_steps_to_target: "mean steps to target",
        mean_steps_to_target_help: "restricted mean ± standard error: a run that does not get there counts as the whole budget",
        reached: "reached",
        behind_the_fastest: "behind the fastest",
        behind_the_fastest_help: "steps more than the fastest rule, with the interval that decides: those of all pairs and looks hold together",
        log_rank_p: "log-rank p",
        log_rank_p_help: "of the log-rank test against the fastest rule, not adjusted for the number of pairs",
    }

    fn difference_in(&self, figure: &str) -> String {
        format!("difference in {figure}")
    }

    fn against_the_others(&self, best: &str) -> String {
        format!("{best} against the others")
    }

    fn label_clearly_better(&self, best: &str) -> String {
        format!("{best} clearly better")
    }

    fn label_better(&self, best: &str) -> String {
        format!("{best} better")
    }

    fn label_diverges(&self, other: &str) -> String {
        format!("{other} diverges")
    }

    fn on_function(&self, function: &str, start: &str, steps: u64, noise: f64) -> String {
        format!("{steps} updates on {function} from {start}. Noise in the gradient: {noise}.")
    }

    fn on_program(&self, command: &str, steps: u64, seeds: usize) -> String {
        format!(
            "{steps} updates; losses and gradients come from `{command}`. Final figures over {seeds} fresh seeds."
        )
    }

    fn on_training(&self, command: &str, seeds: usize) -> String {
        format!(
            "Each run is `{command}`. Every arm got the same trials and the same seeds. Final figures over {seeds} fresh seeds."
        )
    }

    fn network_of_layers(&self, layers: &str) -> String {
        format!("The network {layers}")
    }

    fn network_of_hidden_layers(&self, hidden: &str, activation: &str) -> String {
        format!("A network with hidden layers {hidden} ({activation})")
    }

    fn on_data(&self, network: &str, dataset: &str, batch: u64, seeds: usize) -> String {
        format!("{network} on {dataset}, batches of {batch}. Final figures over {seeds} fresh seeds.")
    }

    fn was_it_fair(&self, search: &str, splits: &str, code: &str) -> String {
        format!(
            "Was it fair? {search} search; {splits}; the same seeds and the same number of trials for every rule; code {code}."
        )
    }

    fn halved(&self, factor: u32) -> String {
        format!(
            "The search halved: all trials ran for a part of their steps, and the best one in {factor} went on, each time {factor} \
             times as long. That saves time and favours rules and rates that start fast; figures of the search show whole runs only."
        )
    }

    fn as_seen_by(&self, rule: &str, seed: u64) -> String {
        format!("As seen by one final run of {rule} (seed {seed}).")
    }

    fn steps_in_those_of(&self, rule: &str) -> String {
        format!("steps, in those of {rule}")
    }
}
