//! One line a cell.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::json;

use super::Record;
use crate::experiment::Experiment;

/// Every cell as a line of comma-separated values (RFC 4180, header first), a column for each hyper-parameter; without the
/// curves.
pub fn csv(records: &[Record], experiment: Option<&Experiment>) -> String {
    let names: BTreeSet<&String> = records.iter().flat_map(|record| record.hyperparameters.keys()).collect();
    let mut text = "problem,label,rule,dialect,stage,seed".to_string();
    names.iter().for_each(|name| text += &format!(",{}", quoted(name)));
    text += ",validation,test,diverged_at,steps_to_target,seconds_per_step,id\n";
    for record in records {
        let outcome = &record.outcome;
        let problem = record.problem_name(experiment);
        for word in [&problem, &record.label, &record.rule, &record.dialect, &record.stage] {
            text += &quoted(word);
            text.push(',');
        }
        let _ = write!(text, "{}", record.seed);
        for name in &names {
            let value = record.hyperparameters.get(*name).map(f64::to_string).unwrap_or_default();
            let _ = write!(text, ",{value}");
        }
        let number = |value: f64| if value.is_finite() { value.to_string() } else { String::new() };
        let whole = |value: Option<u64>| value.map(|value| value.to_string()).unwrap_or_default();
        let _ = writeln!(
            text,
            ",{},{},{},{},{},{}",
            number(outcome.validation),
            outcome.test.map(number).unwrap_or_default(),
            whole(outcome.diverged_at),
            whole(outcome.steps_to_target),
            number(outcome.seconds_per_step),
            record.id,
        );
    }
    text
}

/// Every cell as a line of JSON, with its curves.
pub fn json_lines(records: &[Record], experiment: Option<&Experiment>) -> String {
    let mut text = String::new();
    for record in records {
        let mut line = json!({
            "problem": record.problem_name(experiment), "label": record.label, "rule": record.rule,
            "dialect": record.dialect, "stage": record.stage, "seed": record.seed,
            "hyperparameters": record.hyperparameters, "id": record.id,
        });
        if let (Some(line), Ok(serde_json::Value::Object(outcome))) =
            (line.as_object_mut(), serde_json::to_value(&record.outcome))
        {
            line.extend(outcome);
        }
        let _ = writeln!(text, "{line}");
    }
    text
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::record;
    use super::*;

    #[test]
    fn one_line_a_cell() {
        let mut other = record();
        other.hyperparameters.remove("beta1");
        other.outcome.validation = f64::NAN;
        other.outcome.test = None;
        other.outcome.diverged_at = Some(3);
        let text = csv(&[record(), other.clone()], None);
        assert_eq!(
            text,
            "problem,label,rule,dialect,stage,seed,beta1,learning_rate,validation,test,diverged_at,steps_to_target,\
             seconds_per_step,id\n\
             problem 0,\"adam, mine\",adam,torch,final,7,0.9,0.001,0.5,0.4,,,0.000001,ab\n\
             problem 0,\"adam, mine\",adam,torch,final,7,,0.001,,,3,,0.000001,ab\n"
        );
        let lines = json_lines(&[record(), other], None);
        let lines: Vec<serde_json::Value> =
            lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines[0]["hyperparameters"]["beta1"], 0.9);
        assert_eq!(lines[0]["validation_curve"]["values"], json!([0.25, 0.5]));
        assert_eq!(lines[1]["validation"], serde_json::Value::Null);
        assert_eq!(lines[1]["training_loss"]["values"], json!([null]));
    }
}
