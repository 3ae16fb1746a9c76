//! What the verdict on steps to a target says, in sentences.

/// A rule that reaches a target on a problem.
#[derive(Clone, Copy, Debug)]
pub struct RuleOnTarget<'a> {
    /// The problem's name.
    pub problem: &'a str,
    /// The rule's label.
    pub rule: &'a str,
    /// What is measured: `a_value` or `a_validation_loss`.
    pub measure: &'a str,
    /// The target.
    pub target: f64,
}

/// What the verdict on steps to a target says, in sentences.
pub trait TargetWords {
    /// The rule that reaches the target first.
    fn reaches_soonest(&self, rule: &RuleOnTarget<'_>, mean: &str, horizon: &str, on_average: bool)
    -> String;

    /// What a run that does not arrive counts as.
    fn counts_as_the_budget(&self, horizon: &str) -> String;

    /// The other rules with their steps.
    fn others_with_steps(&self, rules: &str) -> String;

    /// Rules that never arrive.
    fn never_arrive(&self, rules: &[&str]) -> String;

    /// By how much the fastest leads over a rule, with the interval, in a list.
    fn fewer_steps_than(&self, rule: &str, lead: &str, low: &str, high: &str) -> String;

    /// Over which rules the fastest leads; `leads` are as the message before says them.
    fn leads_over(&self, leads: &[&str], per_cent: &str) -> String;

    /// Rules that are as fast.
    fn as_fast_to_within(&self, rules: &[&str], margin: &str) -> String;

    /// A rule with the lead over it and the interval, in a list.
    fn with_lead(&self, rule: &str, lead: &str, low: &str, high: &str) -> String;

    /// More seeds would decide which is faster.
    fn seeds_would_decide_steps(&self, rules: &[&str], seeds: u64) -> String;

    /// Seeds cannot decide which is faster.
    fn no_seeds_settle_steps(&self, rules: &[&str]) -> String;

    /// Where the log-rank test sees no difference.
    fn log_rank_does_not_confirm(&self, rules: &[&str]) -> String;
}
