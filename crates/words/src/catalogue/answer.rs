//! The answer on one problem, in short.

use super::macros::declare;

/// The other rules of a sentence: one by its name, or several by their number.
#[derive(Clone, Copy, Debug)]
pub enum Others<'a> {
    /// One rule.
    One(&'a str),
    /// So many rules.
    Many(usize),
}

/// The answer on one problem, in short.
pub trait AnswerWords {
    declare! {
        every_final_run_diverged, name_a_second_rule, nothing_is_open, next, caveats, tiers_caption,
    }

    /// A rule is the only one.
    fn only_rule(&self, rule: &str, what: &str, shown: &str, seeds: usize) -> String;

    /// Nothing is random: where the best rule ends, and whether every rule's best rate was found.
    fn ends_at(&self, rule: &str, highest: bool, shown: &str, is_ranking: bool) -> String;

    /// A rule is better than all others: with the number of seeds, or without for less room.
    fn is_better(&self, rule: &str, others: Others<'_>, figure: (&str, &str), seeds: Option<usize>)
    -> String;

    /// A rule is ahead because others diverged more often.
    fn diverges_less(&self, rule: &str, others: Others<'_>) -> String;

    /// A rule is equivalent to all others.
    fn is_equivalent(&self, rule: &str, others: Others<'_>, difference: &str) -> String;

    /// A rule has the best mean, some are equivalent, and the rest is worse.
    fn best_with_equals(&self, rule: &str, equals: &str) -> String;

    /// A rule has the best mean, and some are not told from it; whether more seeds would help.
    fn best_but_open(&self, rule: &str, open: &str, seeds_help: bool) -> String;

    /// Nothing is told; whether more seeds would help.
    fn nothing_told(&self, rule: &str, others: Others<'_>, seeds_help: bool) -> String;

    /// Rules by name, all of which are meant.
    fn rules_and(&self, names: &[&str]) -> String;

    /// Rules by name, any of which is meant.
    fn rules_or(&self, names: &[&str]) -> String;

    /// Other rules by their number.
    fn other_rules(&self, count: usize) -> String;

    /// A chain of rules, and pairs for which it does not hold.
    fn chain_but(&self, chain: &str, pairs: &str) -> String;

    /// Seeds that would decide, and their price.
    fn more_seeds_would_decide(&self, seeds: u64, updates: &str, time: &str) -> String;

    /// Test examples or a margin that would decide.
    fn examples_would_decide(&self, examples: &str, margin: &str) -> String;

    /// A margin that would decide.
    fn margin_would_decide(&self, margin: &str) -> String;

    /// Rules whose best rate may lie outside what was searched.
    fn search_wider(&self, rules: &[&str]) -> String;
}
