//! One line a run.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::json;
use thalweg_kit::csv_field;

use super::Record;

/// Every run as a line of comma-separated values (RFC 4180, header first), a column for each hyper-parameter; without the
/// curves.
pub fn csv(records: &[Record]) -> String {
    let names: BTreeSet<&String> = records.iter().flat_map(|record| record.hyperparameters.keys()).collect();
    let mut text = "experiment,experiment_hash,problem,label,rule,dialect,stage,divisor,seed".to_string();
    names.iter().for_each(|name| text += &format!(",{}", csv_field(name)));
    text += ",validation,test,diverged_at,steps_to_target,seconds_per_step,id\n";
    for record in records {
        let outcome = &record.outcome;
        let Record { experiment, experiment_hash, problem, label, rule, dialect, stage, .. } = record;
        for word in [experiment, experiment_hash, problem, label, rule, dialect, stage] {
            text += &csv_field(word);
            text.push(',');
        }
        let divisor = record.divisor.map(|divisor| divisor.to_string()).unwrap_or_default();
        let _ = write!(text, "{divisor},{}", record.seed);
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

/// Every run as a line of JSON, with its curves.
pub fn json_lines(records: &[Record]) -> String {
    let mut text = String::new();
    for record in records {
        let mut line = json!({
            "experiment": record.experiment, "experiment_hash": record.experiment_hash, "problem": record.problem,
            "label": record.label, "rule": record.rule, "dialect": record.dialect, "stage": record.stage,
            "divisor": record.divisor, "seed": record.seed,
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

#[cfg(test)]
mod tests {
    use super::super::tests::record;
    use super::*;

    #[test]
    fn one_line_a_run() {
        let mut other = record();
        other.hyperparameters.remove("beta1");
        other.outcome.validation = f64::NAN;
        other.outcome.test = None;
        other.divisor = None;
        other.outcome.diverged_at = Some(3);
        let text = csv(&[record(), other.clone()]);
        assert_eq!(
            text,
            "experiment,experiment_hash,problem,label,rule,dialect,stage,divisor,seed,beta1,learning_rate,validation,test,\
             diverged_at,steps_to_target,seconds_per_step,id\n\
             \"mine, too\",0123456789ab,digits,\"adam, mine\",adam,torch,final,1,7,0.9,0.001,0.5,0.4,,,0.000001,ab\n\
             \"mine, too\",0123456789ab,digits,\"adam, mine\",adam,torch,final,,7,,0.001,,,3,,0.000001,ab\n"
        );
        let formula = Record { label: "=1+1".into(), ..record() };
        assert!(csv(&[formula]).contains(",digits,'=1+1,adam,"));
        let lines = json_lines(&[record(), other]);
        let lines: Vec<serde_json::Value> =
            lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines[0]["hyperparameters"]["beta1"], 0.9);
        assert_eq!(lines[0]["experiment_hash"], "0123456789ab");
        assert_eq!(lines[1]["divisor"], serde_json::Value::Null);
        assert_eq!(lines[0]["validation_curve"]["values"], json!([0.25, 0.5]));
        assert_eq!(lines[1]["validation"], serde_json::Value::Null);
        assert_eq!(lines[1]["training_loss"]["values"], json!([null]));
    }
}
