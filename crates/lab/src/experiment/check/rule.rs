//! Checking the rules of an experiment.

use toml::Spanned;

use super::{Arm, Check, Checked, LearningRate, RawExperiment, schedule, space};
use crate::experiment::{Around, DialectFacts, ExperimentFault, RawRule, RawRuleTable, RuleFacts, given};
use thalweg_optim::{Specification, spelling};

/// A checked rule, with what a problem needs to fill in its learning rate.
pub(super) struct CheckedRule<'a> {
    pub(super) arm: Arm,
    pub(super) learning_rate: Option<LearningRate>,
    /// What the catalogue says of it; absent for an arm of the user's own.
    pub(super) facts: Option<&'a DialectFacts>,
}

/// Checks all rules, or the arms in their place; the vocabulary's default rules if none are written.
pub(super) fn rules<'a>(check: &Check<'a>, raw: &RawExperiment) -> Checked<Vec<CheckedRule<'a>>> {
    match (&raw.rules, &raw.arms) {
        (None, Some(arms)) => return super::arm::arms(check, arms),
        (Some(_), Some(arms)) => {
            return Err(check.refuse(arms.span(), ExperimentFault::Both("rules", "arms")));
        }
        (_, None) => {}
    }
    let defaults;
    let written = match &raw.rules {
        Some(rules) if rules.get_ref().is_empty() => {
            return Err(check.refuse(rules.span(), ExperimentFault::NoRules));
        }
        Some(rules) => rules.get_ref(),
        None => {
            let names = check.vocabulary.default_rules.iter();
            defaults = names.map(|name| given(RawRule::Name(name.clone()))).collect::<Vec<_>>();
            &defaults
        }
    };
    if written.is_empty() {
        return Err(check.refuse(0..0, ExperimentFault::NoRules));
    }
    let mut rules: Vec<CheckedRule<'a>> = Vec::new();
    for entry in written {
        let rule = rule(check, raw, entry)?;
        if rules.iter().any(|other| other.arm.label == rule.arm.label) {
            return Err(check.refuse(entry.span(), ExperimentFault::SameRule(rule.arm.label)));
        }
        rules.push(rule);
    }
    Ok(rules)
}

fn rule<'a>(check: &Check<'a>, raw: &RawExperiment, entry: &Spanned<RawRule>) -> Checked<CheckedRule<'a>> {
    let table = match entry.get_ref() {
        RawRule::Name(name) => {
            &RawRuleTable { name: Some(Spanned::new(entry.span(), name.clone())), ..RawRuleTable::default() }
        }
        RawRule::Table(table) => table,
    };
    let Some(name) = &table.name else {
        return Err(check.refuse(entry.span(), ExperimentFault::NoRuleName));
    };
    let vocabulary = check.vocabulary;
    let names = vocabulary.rules.iter().map(|rule| rule.name.as_str());
    let facts = check.known("rule", name, names, |name| vocabulary.rule(name))?;
    let dialect = dialect(check, raw, table, facts)?;
    let mut rate = table.learning_rate.as_ref().map(|rate| check.rate(rate)).transpose()?;
    let mut set = check.settings(
        &format!("`{}`", facts.name),
        &dialect.hyperparameters,
        table.set.as_ref().map(|set| &set.get_ref().0),
    )?;
    set.remove("learning_rate");
    // `set = { learning_rate = 0.1 }` is another way to give the rate.
    let among_settings = table.set.iter().flat_map(|set| &set.get_ref().0).find(|(name, _)| is_rate(name));
    if let Some((key, value)) = among_settings {
        if rate.is_some() {
            return Err(check.refuse(key.span(), ExperimentFault::RateTwice));
        }
        rate = Some(LearningRate::Fixed(*value.get_ref()));
    }
    let label = match &table.label {
        Some(label) if label.get_ref().trim().is_empty() => {
            return Err(check.refuse(label.span(), ExperimentFault::EmptyLabel));
        }
        Some(label) => check.one_line("label", label.span(), label.get_ref().clone())?,
        None => facts.name.clone(),
    };
    let schedules = schedule::of_hyperparameters(
        check,
        table.schedules.as_ref().map(Spanned::get_ref),
        &facts.name,
        &dialect.hyperparameters,
    )?;
    let arm = Arm {
        label,
        name: facts.name.clone(),
        dialect: dialect.name.clone(),
        search: space::searched(check, facts, dialect, table, &mut set)?,
        set,
        defaults: check.settings("", &dialect.hyperparameters, None)?,
        around: Around::of(table, schedules),
        own: None,
    };
    // What stands around the rule is checked by building it; shapes and names of parameters show when a run starts.
    if let Ok(form) = dialect.name.parse()
        && !arm.around.is_empty()
        && let Err(error) =
            arm.around.apply(Specification::new(&arm.name, form), 1).and_then(|rule| rule.resolved())
    {
        return Err(check.refuse(entry.span(), error));
    }
    Ok(CheckedRule { arm, learning_rate: rate, facts: Some(dialect) })
}

/// Whether a setting is the learning rate, whatever library's name it has.
fn is_rate(name: &Spanned<String>) -> bool {
    spelling::hyperparameter(name.get_ref(), &["learning_rate"]).is_some()
}

/// The rule's own dialect, else the experiment's, else the usual one where the rule has it.
fn dialect<'a>(
    check: &Check<'a>,
    raw: &RawExperiment,
    table: &RawRuleTable,
    facts: &'a RuleFacts,
) -> Checked<&'a DialectFacts> {
    match table.dialect.as_ref().or(raw.dialect.as_ref()) {
        Some(name) => {
            let names = facts.dialects.iter().map(|dialect| dialect.name.as_str());
            check.known(&format!("dialect of `{}`:", facts.name), name, names, |name| facts.dialect(name))
        }
        None => facts
            .dialect(&check.vocabulary.default_dialect)
            .or(facts.dialects.first())
            .ok_or_else(|| check.refuse(0..0, ExperimentFault::NoDialect(facts.name.clone()))),
    }
}
