//! The answer on one problem, in short.

use super::English;
use super::lists::{count, plural};
use crate::catalogue::macros::phrases;
use crate::catalogue::{AnswerWords, Others};

impl AnswerWords for English {
    phrases! {
        every_final_run_diverged: "Every final run diverged: there is nothing to compare.",
        name_a_second_rule: "Name a second rule to compare it with.",
        nothing_is_open: "Nothing is open: more runs would not change this answer.",
        next: "Next:",
        caveats: "In full, and what to beware of",
        tiers_caption: "Dot: mean. Bar: the interval that decides, against the best rule (dotted line). Rules that a line joins \
            on the right cannot be told apart.",
    }

    fn only_rule(&self, rule: &str, what: &str, shown: &str, seeds: usize) -> String {
        format!("{rule} has a {what} of {shown}{}; nothing to compare it with.", over(seeds))
    }

    fn ends_at(&self, rule: &str, highest: bool, shown: &str, is_ranking: bool) -> String {
        let end = if highest { "highest" } else { "lowest" };
        match is_ranking {
            true => format!(
                "{rule} ends {end}, at {shown}; nothing is random, so this holds for this start only."
            ),
            false => format!(
                "{rule} ends {end}, at {shown}, but not every rule's best rate was found: no ranking."
            ),
        }
    }

    fn is_better(
        &self,
        rule: &str,
        others: Others<'_>,
        (what, shown): (&str, &str),
        seeds: Option<usize>,
    ) -> String {
        let over = seeds.map(over).unwrap_or_default();
        format!("{rule} is better than {}, with a {what} of {shown}{over}.", all(others))
    }

    fn diverges_less(&self, rule: &str, others: Others<'_>) -> String {
        format!("{rule} is ahead of {}: more of their runs diverged.", all(others))
    }

    fn is_equivalent(&self, rule: &str, others: Others<'_>, difference: &str) -> String {
        match others {
            Others::One(one) => {
                format!("{rule} and {one} are equivalent: they differ by less than {difference}.")
            }
            Others::Many(count) => format!(
                "{rule} is equivalent to all {count} others: they differ from it by less than {difference}."
            ),
        }
    }

    fn best_with_equals(&self, rule: &str, equals: &str) -> String {
        format!("{rule} has the best mean, with {equals} equivalent and the rest worse.")
    }

    fn best_but_open(&self, rule: &str, open: &str, seeds_help: bool) -> String {
        let what = if seeds_help { "these runs cannot" } else { "no number of seeds can" };
        format!("{rule} has the best mean, but {what} tell it from {open}.")
    }

    fn nothing_told(&self, rule: &str, others: Others<'_>, seeds_help: bool) -> String {
        let what = if seeds_help { "These runs cannot" } else { "No number of seeds can" };
        match others {
            Others::One(one) => format!("{what} tell which of {rule} and {one} is better."),
            Others::Many(count) => format!("{what} tell which of the {} rules is best.", count + 1),
        }
    }

    fn rules_and(&self, names: &[&str]) -> String {
        names.join(" and ")
    }

    fn rules_or(&self, names: &[&str]) -> String {
        names.join(" or ")
    }

    fn other_rules(&self, count: usize) -> String {
        if count == 1 { "one other".into() } else { format!("{count} others") }
    }

    fn chain_but(&self, chain: &str, pairs: &str) -> String {
        format!("{chain}, but {pairs}")
    }

    fn more_seeds_would_decide(&self, seeds: u64, updates: &str, time: &str) -> String {
        let word = plural(seeds as usize, "seed");
        format!(
            "About {seeds} more {word} for each rule would decide: {updates} updates, {time} on one core."
        )
    }

    fn examples_would_decide(&self, examples: &str, margin: &str) -> String {
        format!(
            "About {examples} more test examples would decide, or a margin (`difference`) of {margin}; seeds alone would not."
        )
    }

    fn margin_would_decide(&self, margin: &str) -> String {
        format!("A margin (`difference`) of {margin} can be settled; seeds alone would not help.")
    }

    fn search_wider(&self, rules: &[&str]) -> String {
        format!("Search a wider range of rates for {}.", rules.join(", "))
    }
}

/// " over 10 seeds", and nothing of a single one.
fn over(seeds: usize) -> String {
    if seeds > 1 { format!(" over {}", count(seeds, "seed")) } else { String::new() }
}

fn all(others: Others<'_>) -> String {
    match others {
        Others::One(one) => one.into(),
        Others::Many(count) => format!("all {count} others"),
    }
}
