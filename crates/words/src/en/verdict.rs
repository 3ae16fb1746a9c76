//! What a verdict says, in sentences.

use super::English;
use super::lists::{and, count, or, plural};
use crate::catalogue::macros::phrases;
use crate::catalogue::{RuleOnProblem, VerdictWords};

impl VerdictWords for English {
    phrases! {
        search_smaller_rates: "Search smaller learning rates.",
        no_ranking: "Nothing here is random, so running it again changes nothing, but this is no ranking: not every rule's \
            best rate was found. The values hold for this function, this start and this number of steps only.",
        ranking_of_this_function: "Nothing here is random, so running it again changes nothing; the ranking holds for this \
            function, this start and this number of steps only.",
        luck_along_axes: "On a bowl along the axes, rules that scale each coordinate by itself can land on the minimum by \
            luck of rate and step count.",
        no_test_split: "There is no test split: the figures come from the split on which the rates were chosen.",
        how_far_it_reaches: "None of this says anything about other problems, other networks or other budgets of steps.",
        a_value: "a value",
        a_validation_loss: "a validation loss",
    }

    fn per_cent(&self, figure: &str) -> String {
        format!("{figure} %")
    }

    fn percentage_points(&self, points: &str) -> String {
        format!("{points} percentage points")
    }

    fn per_cent_of_its_value(&self, per_cent: &str) -> String {
        format!("{per_cent} % of its value")
    }

    fn every_run_diverged(&self, problem: &str) -> String {
        format!("On {problem}, every final run diverged: there is nothing to compare.")
    }

    fn rule_with_value(&self, rule: &str, rate: &str, value: &str) -> String {
        format!("{rule} at {rate} ({value})")
    }

    fn values_on(&self, problem: &str, start: Option<&str>, steps: u64, rules: &str) -> String {
        let from = start.map(|start| format!("from ({start}) ")).unwrap_or_default();
        format!("On {problem}, {from}in {steps} steps, the values are {rules}.")
    }

    fn order_on(
        &self,
        problem: &str,
        start: Option<&str>,
        steps: u64,
        highest_first: bool,
        rules: &str,
    ) -> String {
        let from = start.map(|start| format!("from ({start}) ")).unwrap_or_default();
        let first = if highest_first { "highest" } else { "lowest" };
        format!("On {problem}, {from}in {steps} steps, the order from the {first} value is {rules}.")
    }

    fn mean_of_the_only_rule(
        &self,
        rule: &RuleOnProblem<'_>,
        figure: &str,
        mean: &str,
        seeds: usize,
    ) -> String {
        let RuleOnProblem { problem, rule, rate } = rule;
        format!("On {problem}, {rule} at {rate} has a mean {figure} of {mean} over {}.", count(seeds, "seed"))
    }

    fn highest_mean(&self, rule: &RuleOnProblem<'_>, figure: &str, mean: &str, seeds: usize) -> String {
        let RuleOnProblem { problem, rule, rate } = rule;
        format!(
            "On {problem}, {rule} at {rate} has the highest mean {figure}: {mean} over {}.",
            count(seeds, "seed")
        )
    }

    fn lowest_mean(&self, rule: &RuleOnProblem<'_>, figure: &str, mean: &str, seeds: usize) -> String {
        let RuleOnProblem { problem, rule, rate } = rule;
        format!(
            "On {problem}, {rule} at {rate} has the lowest mean {figure}: {mean} over {}.",
            count(seeds, "seed")
        )
    }

    fn clearly_better_than(&self, others: &[&str]) -> String {
        format!("It is clearly better than {}.", and(others))
    }

    fn better_than(&self, others: &[&str], margin: &str) -> String {
        format!("It is better than {}; whether by {margin} or more is open.", and(others))
    }

    fn equivalent_to(&self, others: &[&str], margin: &str) -> String {
        format!("It is equivalent to {} within {margin}.", and(others))
    }

    fn spread_unknown(&self, others: &[&str], seeds: u64) -> String {
        format!(
            "Whether it is better than {} cannot be told from these runs: one run each says nothing about the spread. Use {seeds} more \
             {} for each rule.",
            or(others),
            plural(seeds as usize, "seed")
        )
    }

    fn seeds_would_decide(&self, others: &[&str], seeds: u64) -> String {
        format!(
            "Whether it is better than {} cannot be told from these runs; about {seeds} more {} for each rule would decide.",
            or(others),
            plural(seeds as usize, "seed")
        )
    }

    fn examples_would_settle(&self, others: &[&str], at_hand: usize, more: u64, margin: &str) -> String {
        format!(
            "Whether it is better than {} no number of seeds can settle, with {at_hand} test examples: about {more} more test examples \
             would, or a margin of at least {margin}.",
            or(others)
        )
    }

    fn margin_would_settle(&self, others: &[&str], margin: &str) -> String {
        format!(
            "Whether it is better than {} no number of seeds can settle: the runs scatter too much. A margin of at least {margin} can be \
             settled.",
            or(others)
        )
    }

    fn better_on_these_examples(&self, others: &[&str], examples: usize) -> String {
        format!(
            "On these {examples} test examples it is better than {}; others may say otherwise.",
            and(others)
        )
    }

    fn look_number(&self, number: usize) -> String {
        format!("This is look number {number} at these rules, and the intervals allow for all of them.")
    }

    fn nothing_learnt(&self, loss: f64) -> String {
        format!(
            "No rule has learnt anything: the training loss stays at {loss:.4}, that of guessing. Look at the initial values (all zero \
             or tiny ones pass no gradient on), the activation and the range of rates."
        )
    }

    fn diverged_in(&self, rule: &str, diverged: usize, runs: usize) -> String {
        format!("{rule} diverged in {diverged} of {runs} final {}.", plural(runs, "run"))
    }

    fn best_rate_at_the_edge(&self, rules: &[&str], widened: bool) -> String {
        let (rate, verb, its) =
            if rules.len() == 1 { ("rate", "lies", "its") } else { ("rates", "lie", "their") };
        let still = if widened { "still " } else { "" };
        format!(
            "The best learning {rate} of {} {still}{verb} at the edge of {its} range: a better one may lie beyond it.",
            and(rules)
        )
    }

    fn rate_was_given(&self, rules: &[&str]) -> String {
        format!("The learning rate of {} was given, not tuned like the others'.", and(rules))
    }

    fn inputs_not_scaled(&self, loss: f64, guessing: f64, column: usize, value: f32) -> String {
        format!(
            "Before any update the loss is {loss:.5}, where guessing gives {guessing:.2}: the inputs are not scaled (column {column} \
             reaches {value}). No learning rate mends that; scale the columns."
        )
    }

    fn initial_values_too_large(&self, loss: f64, guessing: f64) -> String {
        format!(
            "Before any update the loss is {loss:.5}, where guessing gives {guessing:.2}: the initial values are too large. No learning \
             rate mends that; choose others, `initial = \"he\"` say."
        )
    }

    fn tried_in_this_store(&self, configurations: usize, rules: usize) -> String {
        let (configurations, rules) = (count(configurations, "configuration"), count(rules, "rule"));
        format!("This store holds {configurations} of {rules} tried on this problem.")
    }

    fn looks_spent(&self, looks: usize, per_cent: &str) -> String {
        let looks = count(looks, "look");
        format!(
            "{looks} at these rules and rates: {per_cent} % of the 5 % that verdicts may err with is spent."
        )
    }

    fn other_looks(&self, looks: usize) -> String {
        format!("{} at other rules or rates counted by themselves.", count(looks, "look"))
    }
}
