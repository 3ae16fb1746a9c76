//! What a verdict says, in sentences.

use super::macros::declare;

/// A rule at its learning rate, on a problem.
#[derive(Clone, Copy, Debug)]
pub struct RuleOnProblem<'a> {
    /// The problem's name.
    pub problem: &'a str,
    /// The rule's label.
    pub rule: &'a str,
    /// Its learning rate.
    pub rate: &'a str,
}

/// What a verdict says, in sentences.
pub trait VerdictWords {
    declare! {
        search_smaller_rates, no_ranking, ranking_of_this_function, luck_along_axes, no_test_split, how_far_it_reaches, a_value, a_validation_loss,
    }

    /// A figure in per cent.
    fn per_cent(&self, figure: &str) -> String;

    /// A difference between accuracies.
    fn percentage_points(&self, points: &str) -> String;

    /// A difference between values, as a share of one.
    fn per_cent_of_its_value(&self, per_cent: &str) -> String;

    /// Nothing is left to compare.
    fn every_run_diverged(&self, problem: &str) -> String;

    /// A rule with its rate and value, in a list.
    fn rule_with_value(&self, rule: &str, rate: &str, value: &str) -> String;

    /// The values of rules on a problem in which nothing is random, the best first; `start` is where runs start, if that is known.
    fn values_on(&self, problem: &str, start: Option<&str>, steps: u64, rules: &str) -> String;

    /// The order of rules on such a problem.
    fn order_on(
        &self,
        problem: &str,
        start: Option<&str>,
        steps: u64,
        highest_first: bool,
        rules: &str,
    ) -> String;

    /// What the only rule reached; `figure` names what was measured.
    fn mean_of_the_only_rule(
        &self,
        rule: &RuleOnProblem<'_>,
        figure: &str,
        mean: &str,
        seeds: usize,
    ) -> String;

    /// The rule with the highest mean.
    fn highest_mean(&self, rule: &RuleOnProblem<'_>, figure: &str, mean: &str, seeds: usize) -> String;

    /// The rule with the lowest mean.
    fn lowest_mean(&self, rule: &RuleOnProblem<'_>, figure: &str, mean: &str, seeds: usize) -> String;

    /// The best rule is clearly better.
    fn clearly_better_than(&self, others: &[&str]) -> String;

    /// The best rule is better, perhaps by less than the margin.
    fn better_than(&self, others: &[&str], margin: &str) -> String;

    /// The best rule and others are closer than the margin.
    fn equivalent_to(&self, others: &[&str], margin: &str) -> String;

    /// One run of each rule decides nothing.
    fn spread_unknown(&self, others: &[&str], seeds: u64) -> String;

    /// More seeds would decide.
    fn seeds_would_decide(&self, others: &[&str], seeds: u64) -> String;

    /// More test examples or a larger margin would decide, seeds would not.
    fn examples_would_settle(&self, others: &[&str], at_hand: usize, more: u64, margin: &str) -> String;

    /// A larger margin would decide, seeds would not.
    fn margin_would_settle(&self, others: &[&str], margin: &str) -> String;

    /// These very test examples say more than what holds for new ones.
    fn better_on_these_examples(&self, others: &[&str], examples: usize) -> String;

    /// How often the rules were looked at.
    fn look_number(&self, number: usize) -> String;

    /// The training loss is that of guessing.
    fn nothing_learnt(&self, loss: f64) -> String;

    /// A rule diverged in some of its final runs.
    fn diverged_in(&self, rule: &str, diverged: usize, runs: usize) -> String;

    /// The best rates lie at the edge of what was searched, after it was widened or not.
    fn best_rate_at_the_edge(&self, rules: &[&str], widened: bool) -> String;

    /// Some rates were given, where others were searched for.
    fn rate_was_given(&self, rules: &[&str]) -> String;

    /// The loss before any update shows that the inputs are not scaled.
    fn inputs_not_scaled(&self, loss: f64, guessing: f64, column: usize, value: f32) -> String;

    /// The loss before any update shows that the initial values are too large.
    fn initial_values_too_large(&self, loss: f64, guessing: f64) -> String;

    /// How much was ever tried on a problem in a results store.
    fn tried_in_this_store(&self, configurations: usize, rules: usize) -> String;

    /// How often the rules were looked at, and how much of the 5 % that spends, in per cent.
    fn looks_spent(&self, looks: usize, per_cent: &str) -> String;

    /// How often other rules were looked at.
    fn other_looks(&self, looks: usize) -> String;
}
