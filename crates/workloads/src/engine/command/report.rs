//! What a training reports: a loss here, a validation figure there, step by step.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use thalweg_lab::experiment::Metric;
use thalweg_lab::outcome::{Outcome, ShortCurve};

use crate::engine::program::answer::{number, object};

/// Steps that may be reported.
pub(super) const MOST: usize = 100_000;
/// What the splits are called in the names of columns.
const SPLITS: [(&str, [&str; 3]); 2] =
    [("validation", ["validation", "valid", "val"]), ("test", ["test", "test", "test"])];

/// What was said of one step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Report {
    loss: Option<f64>,
    validation: Judged,
    test: Judged,
}

/// What was said of one split.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Judged {
    loss: Option<f64>,
    /// The figure that runs are judged by.
    figure: Option<f64>,
}

impl Report {
    /// Whether all that the run is judged by is finite.
    fn is_finite(&self) -> bool {
        [self.loss, self.validation.loss, self.validation.figure].into_iter().flatten().all(f64::is_finite)
    }
}

/// The reports of a run, in the order of the steps. A run that was started again, and goes back to an earlier step, replaces what it had
/// said of the later ones.
#[derive(Clone, Debug)]
pub(super) struct Reports {
    metric: Metric,
    /// Whether test figures are kept.
    unsealed: bool,
    steps: BTreeMap<u64, Report>,
    /// The first step at which a number was not finite.
    diverged_at: Option<u64>,
    /// The step of the last report since the run was started; absent before the first.
    last: Option<u64>,
    /// The step from which the run went on when it was started last, as far as its reports tell.
    from: u64,
}

impl Reports {
    pub(super) fn new(metric: Metric, unsealed: bool) -> Self {
        Self { metric, unsealed, steps: BTreeMap::new(), diverged_at: None, last: None, from: 0 }
    }

    /// Takes note that the run is started again.
    pub(super) fn started_again(&mut self) {
        self.last = None;
    }

    /// Whether more was reported than is read.
    pub(super) fn are_too_many(&self) -> bool {
        self.steps.len() > MOST
    }

    /// Whether nothing was reported.
    pub(super) fn are_none(&self) -> bool {
        self.steps.is_empty()
    }

    /// Takes a line of JSON. Other lines are no reports.
    pub(super) fn take_line(&mut self, line: &str) {
        if let Some(object) = line.trim_start().starts_with('{').then(|| object(line)).flatten() {
            self.take(&object);
        }
    }

    /// Takes a report; an object without a step is none.
    pub(super) fn take(&mut self, object: &Map<String, Value>) {
        let step = object.get("step").and_then(number).filter(|step| step.fract() == 0.0 && *step >= 0.0);
        let Some(step) = step.map(|step| step as u64) else { return };
        if self.last.is_none_or(|last| last > step) {
            self.steps.split_off(&step);
            self.diverged_at = self.diverged_at.filter(|at| *at < step);
        }
        if self.last.is_none() {
            self.from = self.steps.keys().last().copied().unwrap_or(0);
        }
        self.last = Some(step);
        let report = self.steps.entry(step).or_default();
        let said = |object: &Map<String, Value>, key: &str| object.get(key).and_then(number);
        report.loss = said(object, "loss").or(report.loss);
        for (split, [long, short, shorter]) in SPLITS {
            let judged = if split == "test" { &mut report.test } else { &mut report.validation };
            let mut take = |name: &str, value: Option<f64>| {
                if name == "loss" {
                    judged.loss = value.or(judged.loss);
                }
                if name == self.metric.name() {
                    judged.figure = value.or(judged.figure);
                }
            };
            for name in ["loss", self.metric.name()] {
                match object.get(split) {
                    Some(Value::Object(nested)) => take(name, said(nested, name)),
                    // A number alone is the figure.
                    Some(value) if name == self.metric.name() && !value.is_null() => {
                        take(name, number(value))
                    }
                    _ => {}
                }
                let columns = [long, short, shorter]
                    .into_iter()
                    .flat_map(|split| ["_", "/", "."].map(|between| format!("{split}{between}{name}")));
                columns.for_each(|column| take(name, said(object, &column)));
            }
        }
        if !self.unsealed {
            report.test = Judged::default();
        }
        if !report.is_finite() && self.diverged_at.is_none_or(|at| at > step) {
            self.diverged_at = Some(step);
        }
    }

    /// The first step at which a number was not finite.
    pub(super) fn diverged_at(&self) -> Option<u64> {
        self.diverged_at
    }

    /// The reports as lines of JSON, which [`take_line`](Self::take_line) takes.
    pub(super) fn lines(&self) -> String {
        let metric = self.metric.name();
        let split = |judged: &Judged| {
            let mut object = Map::new();
            object.extend(judged.loss.map(|loss| ("loss".to_owned(), json!(loss))));
            object.extend(judged.figure.map(|figure| (metric.to_owned(), json!(figure))));
            object
        };
        let line = |(step, report): (&u64, &Report)| {
            let mut object = Map::from_iter([("step".to_owned(), json!(step))]);
            object.extend(report.loss.map(|loss| ("loss".to_owned(), json!(loss))));
            for (name, judged) in [("validation", &report.validation), ("test", &report.test)] {
                let judged = split(judged);
                if !judged.is_empty() {
                    object.insert(name.to_owned(), Value::Object(judged));
                }
            }
            format!("{}\n", Value::Object(object))
        };
        self.steps.iter().map(line).collect()
    }

    /// What is missing for a result, in words.
    pub(super) fn missing(&self) -> Option<String> {
        let has = |report: &Report| report.validation.figure.is_some();
        match self.steps.values().any(has) {
            true => None,
            false if self.are_none() => Some("a report".into()),
            false => Some(format!("a validation figure called `{}`", self.metric.name())),
        }
    }

    /// The result of a run that took `seconds` since it was started last.
    pub(super) fn outcome(&self, target: Option<f64>, seconds: f64) -> Outcome {
        let mut outcome = Outcome { validation: f64::NAN, unsealed: self.unsealed, ..Outcome::default() };
        let (mut training, mut validation) = (ShortCurve::default(), ShortCurve::default());
        outcome.diverged_at = self.diverged_at;
        let whole = |step: u64| u32::try_from(step).unwrap_or(u32::MAX);
        for (&step, report) in &self.steps {
            if let Some(loss) = report.loss {
                training.push(whole(step), loss as f32);
            }
            if let Some(figure) = report.validation.figure {
                validation.push(whole(step), figure as f32);
                outcome.validation = figure;
            }
            let reaches = |loss: f64| target.is_some_and(|target| loss <= target);
            if outcome.steps_to_target.is_none() && report.validation.loss.is_some_and(reaches) {
                outcome.steps_to_target = Some(step);
            }
            outcome.test = report.test.figure.or(outcome.test);
        }
        (outcome.training_loss, outcome.validation_curve) = (training.finish(), validation.finish());
        let done = self.last.unwrap_or(self.from).saturating_sub(self.from);
        outcome.seconds_per_step = seconds / done.max(1) as f64;
        outcome
    }
}

/// Reads a table: its first line names the columns.
pub(super) fn table_lines(text: &str) -> impl Iterator<Item = Map<String, Value>> {
    let mut lines = text.lines();
    let names: Vec<String> = lines.next().unwrap_or_default().split(',').map(cell).collect();
    lines.map(move |line| {
        let number = |(name, value): (&String, &str)| {
            let value = cell(value);
            let number: f64 = value.parse().ok()?;
            let value = if number.is_finite() { json!(number) } else { Value::String(value) };
            Some((name.clone(), value))
        };
        names.iter().zip(line.split(',')).filter_map(number).collect()
    })
}

/// A cell of a table without spaces and quotes around it.
fn cell(text: &str) -> String {
    text.trim().trim_matches('"').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reports(metric: Metric, unsealed: bool, lines: &[&str]) -> Reports {
        let mut reports = Reports::new(metric, unsealed);
        lines.iter().for_each(|line| reports.take_line(line));
        reports
    }

    #[test]
    fn reports_become_curves_and_the_last_figures_count() {
        let lines = [
            "epoch 1 {\"step\": 1}",
            r#"{"step": 10, "loss": 0.7}"#,
            r#"{"step": 10, "validation": {"loss": 0.9, "accuracy": 0.5}}"#,
            r#"{"note": "no step"}"#,
            r#"  {"step": 20, "loss": 0.5, "validation": {"loss": 0.8, "accuracy": 0.6}, "test": {"accuracy": 0.55}}"#,
        ];
        let outcome = reports(Metric::Accuracy, true, &lines).outcome(Some(0.85), 2.0);
        assert_eq!((outcome.validation, outcome.test, outcome.steps_to_target), (0.6, Some(0.55), Some(20)));
        assert_eq!(outcome.training_loss.steps, [10, 20]);
        assert_eq!(outcome.validation_curve.values, [0.5, 0.6]);
        assert_eq!((outcome.seconds_per_step, outcome.diverged_at), (0.1, None));
        // Sealed, the test figure is never there.
        assert_eq!(reports(Metric::Accuracy, false, &lines).outcome(None, 2.0).test, None);
    }

    #[test]
    fn a_run_that_is_started_again_replaces_what_it_said_of_later_steps() {
        let first =
            ["{\"step\": 1, \"loss\": 3}", "{\"step\": 2, \"loss\": 2}", "{\"step\": 3, \"loss\": 9}"];
        let mut again = reports(Metric::Loss, false, &first);
        again.started_again();
        again.take_line("{\"step\": 2, \"validation\": 1.5}");
        // Of two steps, one was made since: it alone took the time.
        assert_eq!(again.outcome(None, 3.0).seconds_per_step, 3.0);
        assert_eq!(again.lines(), "{\"step\":1,\"loss\":3.0}\n{\"step\":2,\"validation\":{\"loss\":1.5}}\n");
        let mut read = Reports::new(Metric::Loss, false);
        again.lines().lines().for_each(|line| read.take_line(line));
        assert_eq!(read.steps, again.steps);
    }

    #[test]
    fn what_is_not_finite_is_a_divergence_wherever_it_stands() {
        for line in [
            "{\"step\": 3, \"loss\": NaN}",
            "{\"step\": 3, \"loss\": -Infinity}",
            "{\"step\": 3, \"loss\": null}",
            "{\"step\": 3, \"validation\": {\"loss\": Infinity}}",
            "{\"step\": 3, \"validation\": NaN}",
            "{\"step\": 3.0, \"val_loss\": NaN}",
        ] {
            let reports = reports(Metric::Loss, false, &["{\"step\": 1, \"loss\": 1}", line]);
            assert_eq!(reports.diverged_at(), Some(3), "{line}");
            let again = self::reports(Metric::Loss, false, &reports.lines().lines().collect::<Vec<_>>());
            assert_eq!(again.diverged_at(), Some(3), "{line}");
        }
        let fine = reports(
            Metric::Loss,
            false,
            &["{\"step\": 1, \"loss\": 1, \"test\": null, \"validation\": null}"],
        );
        assert_eq!(fine.diverged_at(), None);
        assert_eq!(fine.missing().unwrap(), "a validation figure called `loss`");
        assert_eq!(reports(Metric::Loss, false, &[]).missing().unwrap(), "a report");
    }

    #[test]
    fn a_table_has_a_column_for_each_number() {
        let text = "\"step\", loss,val/accuracy,text\n1,0.5,0.25,x\n2,nan,,\n";
        let mut reports = Reports::new(Metric::Accuracy, false);
        table_lines(text).for_each(|line| reports.take(&line));
        assert_eq!(reports.diverged_at(), Some(2));
        assert_eq!(reports.outcome(None, 1.0).validation, 0.25);
    }
}
