//! A journal for Optuna: the searches as studies that `optuna-dashboard FILE` opens.
//!
//! The journal is a list of JSON operations (Optuna's `JournalStorage`): 0 creates a study, 2 gives it an attribute, 4 creates a
//! trial, here a finished one.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::comparison::{Comparison, RuleResult, Tuning};
use crate::search::{Point, Scale, Space};

/// The journal of comparisons, each with its name in the journal: a study `NAME/PROBLEM/RULE` for each rule that was tuned, a
/// trial for each configuration tried. The figures on fresh seeds are attributes of the trials. `when` is the time that all of
/// it is given, in ISO 8601. Optuna wants every study's name once, so no two comparisons may have the same name here.
pub fn optuna_journal(comparisons: &[(String, Comparison)], when: &str) -> String {
    let mut text = String::new();
    let mut study = 0;
    let problems = comparisons.iter().flat_map(|(name, comparison)| {
        comparison.problems.iter().map(move |problem| (name, comparison, problem))
    });
    for (name, comparison, problem) in problems {
        for rule in &problem.rules {
            let Some(tuning) = &rule.tuning else { continue };
            let mut log = |operation: u8, mut fields: Value| {
                fields["op_code"] = json!(operation);
                fields["worker_id"] = json!("thalweg");
                let _ = writeln!(text, "{fields}");
            };
            let direction = if problem.metric.higher_is_better() { 2 } else { 1 };
            let name = format!("{name}/{}/{}", problem.name, rule.label);
            log(0, json!({ "study_name": name, "directions": [direction] }));
            for attribute in [
                json!({ "rule": rule.rule, "dialect": rule.dialect }),
                json!({ "verdict": problem.verdict.sentence.en }),
                json!({ "code": comparison.code }),
            ] {
                for (key, value) in attribute.as_object().into_iter().flatten() {
                    let one = Map::from_iter([(key.clone(), value.clone())]);
                    log(2, json!({ "study_id": study, "user_attr": one }));
                }
            }
            for trial in &tuning.trials {
                let mut fields = finished(rule, tuning, &trial.point, trial.mean());
                fields["study_id"] = json!(study);
                fields["datetime_start"] = json!(when);
                fields["datetime_complete"] = json!(when);
                fields["user_attrs"]["values"] = json!(trial.values);
                // What halving gave up before a whole run, Optuna calls pruned.
                if trial.divisor > 1 {
                    fields["state"] = json!(2);
                    fields["user_attrs"]["length divided by"] = json!(trial.divisor);
                }
                log(4, fields);
            }
            study += 1;
        }
    }
    text
}

/// A finished trial. One that diverged has failed.
fn finished(rule: &RuleResult, tuning: &Tuning, point: &Point, mean: Option<f64>) -> Value {
    let (mut params, mut distributions) = (BTreeMap::new(), BTreeMap::new());
    if let Some(range) = tuning.searched {
        params.insert("learning_rate", json!(point.learning_rate));
        distributions.insert("learning_rate", float(range.from, range.to, true));
    }
    for (name, space) in &tuning.others {
        let Some(&value) = point.others.get(name) else { continue };
        let (value, distribution) = match space {
            Space::Between { from, to, integer: true, .. } => (json!(value as i64), integer(*from, *to)),
            Space::Between { from, to, scale, .. } => (json!(value), float(*from, *to, *scale == Scale::Log)),
            // Optuna stores which choice it was.
            Space::Among { values } => (
                json!(values.iter().position(|&one| one == value).unwrap_or(0)),
                written("CategoricalDistribution", json!({ "choices": values })),
            ),
        };
        params.insert(name.as_str(), value);
        distributions.insert(name.as_str(), distribution);
    }
    let candidate = tuning.candidates.iter().find(|candidate| candidate.point == *point);
    let mut attributes = Map::new();
    if let Some(candidate) = candidate.filter(|candidate| !candidate.confirmed.is_empty()) {
        attributes.insert("confirmed on fresh seeds".into(), json!(candidate.confirmed));
    }
    let chosen = point.learning_rate == rule.learning_rate
        && point.others.iter().all(|(name, value)| rule.hyperparameters.get(name) == Some(value));
    if chosen {
        let finals: Vec<Option<f64>> = rule.runs.iter().map(|run| run.outcome.figure()).collect();
        attributes.insert("final validation figures".into(), json!(finals));
        if let Some(test) = &rule.test {
            attributes.insert("test mean".into(), json!(test.mean));
        }
    }
    let mut fields = json!({
        "params": params, "distributions": distributions, "user_attrs": attributes,
        "system_attrs": {}, "intermediate_values": {}, "state": if mean.is_some() { 1 } else { 3 },
    });
    if let Some(mean) = mean {
        fields["values"] = json!([mean]);
    }
    fields
}

fn float(low: f64, high: f64, log: bool) -> Value {
    written("FloatDistribution", json!({ "step": null, "low": low, "high": high, "log": log }))
}

fn integer(low: f64, high: f64) -> Value {
    written("IntDistribution", json!({ "step": 1, "low": low as i64, "high": high as i64, "log": false }))
}

/// Optuna keeps a distribution as JSON inside a string.
fn written(name: &str, attributes: Value) -> Value {
    json!(json!({ "name": name, "attributes": attributes }).to_string())
}
