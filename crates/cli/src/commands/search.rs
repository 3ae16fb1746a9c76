//! `--search`: what to search for beside the learning rate, laid over an experiment.

use crate::failure::Failure;
use thalweg::lab::experiment::{
    Document, RawRange, RawRate, RawRule, RawRuleTable, RawSearch, RawSpace, Vocabulary, given, suggestion,
};
use thalweg::workloads::engine::vocabulary;

/// One `--search`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Search {
    name: String,
    range: SearchRange,
}

#[derive(Clone, Debug, PartialEq)]
enum SearchRange {
    Usual,
    Between(f64, f64),
    Among(Vec<f64>),
}

/// Parses `beta1`, `beta1=0.5..0.99` or `beta1=0.9,0.95`.
pub(crate) fn search(text: &str) -> Result<Search, String> {
    let number = |text: &str| text.trim().parse::<f64>().map_err(|_| format!("`{text}` is not a number"));
    let (name, range) = match text.split_once('=') {
        None => (text, SearchRange::Usual),
        Some((name, given)) => match given.split_once("..") {
            Some((from, to)) => (name, SearchRange::Between(number(from)?, number(to)?)),
            None => (name, SearchRange::Among(given.split(',').map(number).collect::<Result<_, _>>()?)),
        },
    };
    Ok(Search { name: name.trim().to_string(), range })
}

/// Adds each to every rule that has such a hyper-parameter. A range for the learning rate takes the place of the rules' own.
pub(super) fn lay_over(document: &mut Document, searches: &[Search]) -> Result<(), Failure> {
    let vocabulary = vocabulary();
    let raw = &mut document.raw;
    let written = match &raw.rules {
        Some(rules) => rules.get_ref().iter().map(|rule| rule.get_ref().clone()).collect(),
        None => vocabulary.default_rules.iter().cloned().map(RawRule::Name).collect::<Vec<_>>(),
    };
    let mut rules: Vec<RawRuleTable> = Vec::new();
    for rule in written {
        rules.push(match rule {
            RawRule::Name(name) => RawRuleTable { name: Some(given(name)), ..RawRuleTable::default() },
            RawRule::Table(table) => *table,
        });
    }
    let mut known: Vec<&str> = Vec::new();
    for one in searches {
        let mut had = false;
        for rule in &mut rules {
            let facts = vocabulary
                .rules
                .iter()
                .find(|facts| rule.name.as_ref().is_some_and(|name| name.get_ref() == &facts.name));
            // An unknown rule or dialect is for the check to report.
            let Some(facts) = facts else { continue };
            let dialect = rule.dialect.as_ref().or(raw.dialect.as_ref()).map(|name| name.get_ref().as_str());
            let dialect = dialect.unwrap_or(&vocabulary.default_dialect);
            let Some(form) = facts.dialect(dialect).or(facts.dialects.first()) else { continue };
            let names = form.hyperparameters.iter().map(|setting| setting.name.as_str());
            known.extend(names.clone());
            if names.clone().any(|name| name == one.name) {
                had = true;
                lay_over_rule(rule, one)?;
            }
        }
        if !had {
            if let Some(elsewhere) = in_other_dialects(&vocabulary, &rules, &one.name) {
                let name = &one.name;
                return Err(Failure::Error(format!(
                    "no rule here has a hyper-parameter `{name}`\nhelp: {elsewhere}"
                )));
            }
            known.sort_unstable();
            known.dedup();
            return Err(Failure::Error(format!(
                "no rule here has a hyper-parameter `{}`\nhelp: {}",
                one.name,
                suggestion(&one.name, known)
            )));
        }
    }
    raw.rules = Some(given(rules.into_iter().map(|rule| given(RawRule::Table(Box::new(rule)))).collect()));
    Ok(())
}

/// Names the dialects in which one of the rules has a hyper-parameter.
fn in_other_dialects(vocabulary: &Vocabulary, rules: &[RawRuleTable], name: &str) -> Option<String> {
    let facts = rules.iter().filter_map(|rule| vocabulary.rule(rule.name.as_ref()?.get_ref()));
    let having = facts.filter_map(|facts| {
        let dialects = facts.dialects.iter();
        let having = dialects.filter(|form| form.hyperparameters.iter().any(|setting| setting.name == name));
        let names: Vec<&str> = having.map(|form| form.name.as_str()).collect();
        (!names.is_empty()).then(|| format!("`{}` has it in the dialect {}", facts.name, names.join(", ")))
    });
    having.into_iter().next()
}

fn lay_over_rule(rule: &mut RawRuleTable, one: &Search) -> Result<(), Failure> {
    if one.name == "learning_rate" {
        let SearchRange::Between(from, to) = one.range else {
            return Err(Failure::Error(
                "the learning rate is searched for anyway; to say where: --search learning_rate=1e-4..1"
                    .into(),
            ));
        };
        let range = RawRange { from: Some(given(from)), to: Some(given(to)) };
        rule.learning_rate = Some(given(RawRate::Range(range)));
        return Ok(());
    }
    let space = match &one.range {
        SearchRange::Usual => RawSpace::default(),
        &SearchRange::Between(from, to) => {
            RawSpace { from: Some(given(from)), to: Some(given(to)), ..RawSpace::default() }
        }
        SearchRange::Among(values) => {
            let values = values.iter().map(|&value| given(value)).collect();
            RawSpace { values: Some(given(values)), ..RawSpace::default() }
        }
    };
    let mut table = match rule.search.take().map(|search| search.into_inner()) {
        None => Default::default(),
        Some(RawSearch::Table(table)) => table,
        Some(RawSearch::Names(names)) => {
            names.into_iter().map(|name| (name, given(RawSpace::default()))).collect()
        }
    };
    table.retain(|name, _| name.get_ref() != &one.name);
    table.insert(given(one.name.clone()), given(space));
    rule.search = Some(given(RawSearch::Table(table)));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_lists_and_names_are_read_and_mistakes_explained() {
        let range = |text: &str| search(text).map(|search| search.range);
        assert_eq!(range("beta1"), Ok(SearchRange::Usual));
        assert_eq!(range("beta1=0.5..0.99"), Ok(SearchRange::Between(0.5, 0.99)));
        assert_eq!(range("epsilon=1e-8, 1e-4"), Ok(SearchRange::Among(vec![1e-8, 1e-4])));
        assert_eq!(range("beta1=0.5..x").unwrap_err(), "`x` is not a number");
        assert_eq!(range("beta1=").unwrap_err(), "`` is not a number");
    }

    #[test]
    fn every_rule_that_has_it_searches_for_it() {
        let text = "rules = [\"sgd\", \"momentum\", { name = \"adam\", search = [\"beta2\"] }]\n[problem]\ndataset = \"digits\"";
        let mut document = Document::parse("race.toml", text).unwrap();
        lay_over(&mut document, &["beta1", "momentum=0.5..0.9"].map(|text| search(text).unwrap())).unwrap();
        let experiment = document.check(&vocabulary()).unwrap();
        let searched: Vec<Vec<&String>> =
            experiment.rules.iter().map(|arm| arm.search.keys().collect()).collect();
        assert_eq!(searched, [vec![], vec!["momentum"], vec!["beta1", "beta2"]]);
        let mut plain =
            Document::parse("plain.toml", "rules = [\"sgd\"]\n[problem]\ndataset = \"digits\"").unwrap();
        let Err(Failure::Error(message)) = lay_over(&mut plain, &[search("momentum").unwrap()]) else {
            panic!("the book's sgd has no momentum")
        };
        assert!(message.contains("help: `sgd` has it in the dialect torch"), "{message}");
        let error = lay_over(&mut document, &[search("beta9").unwrap()]);
        let Err(Failure::Error(message)) = error else { panic!("no rule has it") };
        assert!(message.contains("did you mean `beta1`?"), "{message}");
    }
}
