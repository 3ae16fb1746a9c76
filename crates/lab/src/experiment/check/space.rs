//! Checking where hyper-parameters other than the learning rate are searched.

use std::collections::BTreeMap;

use toml::Spanned;

use super::{Check, Checked, Setting};
use crate::experiment::{DialectFacts, ExperimentFault, RawRuleTable, RawSearch, RawSpace, RuleFacts};
use crate::search::{Scale, Space};

/// Values a list may hold.
const MOST_VALUES: usize = 1_000;

/// What a rule searches for; taken out of what is `set`.
pub(super) fn searched(
    check: &Check<'_>,
    rule: &RuleFacts,
    dialect: &DialectFacts,
    table: &RawRuleTable,
    set: &mut BTreeMap<String, f64>,
) -> Checked<BTreeMap<String, Space>> {
    let usual = RawSpace::default();
    let written: Vec<(&Spanned<String>, &RawSpace, std::ops::Range<usize>)> =
        match table.search.as_ref().map(Spanned::get_ref) {
            None => return Ok(BTreeMap::new()),
            Some(RawSearch::Names(names)) => names.iter().map(|name| (name, &usual, name.span())).collect(),
            Some(RawSearch::Table(spaces)) => {
                spaces.iter().map(|(name, space)| (name, space.get_ref(), space.span())).collect()
            }
        };
    let mut found = BTreeMap::new();
    for (name, raw, span) in written {
        let called = |name: &str| Setting::called(name, &dialect.hyperparameters);
        if called(name.get_ref()).is_some_and(|setting| setting.name == "learning_rate") {
            return Err(check.refuse(name.span(), ExperimentFault::SearchedRate));
        }
        let known = || dialect.hyperparameters.iter().filter(|setting| setting.name != "learning_rate");
        let what = format!("setting of `{}`:", rule.name);
        let names = known().map(|setting| setting.name.as_str());
        let setting = check.known(&what, name, names, called)?;
        let given = table
            .set
            .iter()
            .flat_map(|set| &set.get_ref().0)
            .find(|(given, _)| called(given.get_ref()).is_some_and(|known| known.name == setting.name));
        if let Some((given, _)) = given {
            return Err(check.refuse(given.span(), ExperimentFault::SetAndSearched(setting.name.clone())));
        }
        if found.insert(setting.name.clone(), space(check, setting, raw, span)?).is_some() {
            return Err(check.refuse(name.span(), ExperimentFault::ListedTwice(setting.name.clone())));
        }
        set.remove(&setting.name);
    }
    Ok(found)
}

/// Checks where one setting is searched.
pub(super) fn space(
    check: &Check<'_>,
    setting: &Setting,
    raw: &RawSpace,
    span: std::ops::Range<usize>,
) -> Checked<Space> {
    let allowed = |value: &Spanned<f64>| match setting.objection(*value.get_ref()) {
        Some(objection) => Err(check.refuse(value.span(), objection)),
        None => Ok(*value.get_ref()),
    };
    if let Some(values) = &raw.values {
        if raw.from.is_some() || raw.to.is_some() || raw.scale.is_some() || raw.integer.is_some() {
            return Err(check.refuse(span, ExperimentFault::ValuesAndRange));
        }
        let list = values.get_ref();
        if list.is_empty() || list.len() > MOST_VALUES {
            let fault = ExperimentFault::ValueCount { most: MOST_VALUES, found: list.len() };
            return Err(check.refuse(values.span(), fault));
        }
        let among = list.iter().map(allowed).collect::<Checked<Vec<f64>>>()?;
        if let Some(at) = (1..among.len()).find(|&at| among[..at].contains(&among[at])) {
            return Err(check.refuse(list[at].span(), ExperimentFault::ValueTwice(among[at])));
        }
        return Ok(Space::Among { values: among });
    }
    let usual_scale = match &setting.search {
        Some(Space::Between { scale, .. }) => *scale,
        _ => Scale::Linear,
    };
    let (from, to) = match (&raw.from, &raw.to, &setting.search) {
        (Some(from), Some(to), _) => {
            let (low, high) = (allowed(from)?, allowed(to)?);
            if low >= high {
                return Err(check.refuse(from.span(), ExperimentFault::Descending { from: low, to: high }));
            }
            (low, high)
        }
        (None, None, Some(usual)) if raw.scale.is_none() && raw.integer.is_none() => return Ok(usual.clone()),
        (None, None, None) => {
            return Err(check.refuse(span, ExperimentFault::NoUsualRange(setting.name.clone())));
        }
        _ => {
            let example = "{ from = 0.5, to = 0.99 }";
            return Err(check.refuse(span, ExperimentFault::OneEnd { example }));
        }
    };
    let integer = raw.integer.as_ref().is_some_and(|integer| *integer.get_ref());
    let scale = match &raw.scale {
        Some(name) => {
            let find = |name: &str| Scale::NAMED.iter().find(|scale| scale.0 == name).map(|scale| scale.1);
            check.known("scale", name, Scale::NAMED.map(|scale| scale.0), find)?
        }
        None if integer => Scale::Linear,
        None => usual_scale,
    };
    if integer && (from.fract() != 0.0 || to.fract() != 0.0 || scale != Scale::Linear) {
        return Err(check.refuse(span, ExperimentFault::WholeRange));
    }
    match scale {
        Scale::Log if from <= 0.0 => Err(check.refuse(span, ExperimentFault::LogarithmicStart(from))),
        Scale::OneMinus if to >= 1.0 => Err(check.refuse(span, ExperimentFault::DistanceEnd(to))),
        _ => Ok(Space::Between { from, to, scale, integer }),
    }
}
