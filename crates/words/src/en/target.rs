//! What the verdict on steps to a target says, in sentences.

use super::English;
use super::lists::{and, or, plural};
use crate::catalogue::{RuleOnTarget, TargetWords};

impl TargetWords for English {
    fn reaches_soonest(
        &self,
        rule: &RuleOnTarget<'_>,
        mean: &str,
        horizon: &str,
        on_average: bool,
    ) -> String {
        let RuleOnTarget { problem, rule, measure, target } = rule;
        let average = if on_average { " on average" } else { "" };
        format!(
            "On {problem}, {rule} reaches {measure} of {target} soonest, after {mean} of {horizon} steps{average}."
        )
    }

    fn counts_as_the_budget(&self, horizon: &str) -> String {
        format!("A run that does not get there counts as {horizon}.")
    }

    fn others_with_steps(&self, rules: &str) -> String {
        format!("The others: {rules}.")
    }

    fn never_arrive(&self, rules: &[&str]) -> String {
        let verb = if rules.len() == 1 { "does" } else { "do" };
        format!("{} {verb} not get there in any run.", and(rules))
    }

    fn fewer_steps_than(&self, rule: &str, lead: &str, low: &str, high: &str) -> String {
        format!("{lead} fewer than {rule} ({low} to {high})")
    }

    fn leads_over(&self, leads: &[&str], per_cent: &str) -> String {
        format!("That is {}; intervals hold together at {per_cent} %.", and(leads))
    }

    fn as_fast_to_within(&self, rules: &[&str], margin: &str) -> String {
        let verb = if rules.len() == 1 { "is" } else { "are" };
        format!("{} {verb} as fast to within {margin} steps.", and(rules))
    }

    fn with_lead(&self, rule: &str, lead: &str, low: &str, high: &str) -> String {
        format!("{rule} ({lead}, {low} to {high})")
    }

    fn seeds_would_decide_steps(&self, rules: &[&str], seeds: u64) -> String {
        format!(
            "Whether it needs fewer steps than {} cannot be told; about {seeds} more {} for each rule would decide.",
            or(rules),
            plural(seeds as usize, "seed")
        )
    }

    fn no_seeds_settle_steps(&self, rules: &[&str]) -> String {
        format!("Whether it needs fewer steps than {} no number of seeds settles.", or(rules))
    }

    fn log_rank_does_not_confirm(&self, rules: &[&str]) -> String {
        format!("The log-rank test, which knows of no common seeds, does not confirm it for {}.", and(rules))
    }
}
