//! The final runs of each rule in a few figures: mean, spread and the confidence interval of the mean.

use std::fmt::Write as _;

use thalweg_kit::csv_field;

use super::Record;
use crate::digits::rate_among;
use crate::experiment::Metric;
use crate::statistics::{Interval, Summary, Watched, common_horizon, restricted_mean};

/// The final runs on one problem.
#[derive(Clone, Debug, PartialEq)]
pub struct ProblemSummary {
    /// What the experiment is called.
    pub experiment: String,
    /// The experiment's [hash](crate::store::Origin::hash).
    pub experiment_hash: String,
    /// The problem's name.
    pub problem: String,
    /// How runs are judged, if that is known.
    pub metric: Option<Metric>,
    /// Whether the figures are those of the test split: they are if every run that did not diverge has one.
    pub on_test: bool,
    /// The rules, in the order of the experiment.
    pub rules: Vec<RuleSummary>,
}

/// The final runs of one rule on one problem.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleSummary {
    /// What the rule is called in reports.
    pub label: String,
    /// The rule.
    pub rule: String,
    /// Whose form of it.
    pub dialect: String,
    /// The learning rate of the final runs; absent if the rule has none.
    pub learning_rate: Option<f64>,
    /// The same with the digits that its search deserves.
    pub shown_rate: Option<f64>,
    /// Count, mean and standard deviation of the runs that did not diverge; absent if there are none.
    pub summary: Option<Summary>,
    /// How many runs diverged.
    pub diverged: usize,
    /// The way to the target; absent if no run on the problem reached one.
    pub target: Option<TargetSummary>,
}

/// How the final runs of a rule got to the target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TargetSummary {
    /// The restricted mean number of steps: a run that did not arrive counts as the whole budget.
    pub steps: f64,
    /// How many runs arrived.
    pub reached: usize,
}

impl RuleSummary {
    /// Returns the 95 % confidence interval of the mean by Student's t distribution; absent for fewer than two runs.
    pub fn interval(&self) -> Option<Interval> {
        self.summary.as_ref()?.interval(0.95)
    }
}

/// Summarises the final runs: a table for each problem of each experiment, in the order in which they come.
pub fn summaries(records: &[Record]) -> Vec<ProblemSummary> {
    let mut problems: Vec<Vec<&Record>> = Vec::new();
    let of = |record: &Record| (record.experiment_hash.clone(), record.problem.clone());
    for record in records.iter().filter(|record| record.stage == "final") {
        match problems.iter_mut().find(|problem| of(problem[0]) == of(record)) {
            Some(problem) => problem.push(record),
            None => problems.push(vec![record]),
        }
    }
    let summary = |finals: &Vec<&Record>| {
        let searched = |record: &&Record| record.stage == "tuning" && of(record) == of(finals[0]);
        problem_summary(finals, &records.iter().filter(searched).collect::<Vec<_>>())
    };
    problems.iter().map(summary).collect()
}

/// Summarises the final runs on one problem, with the trials of the search.
fn problem_summary(records: &[&Record], trials: &[&Record]) -> ProblemSummary {
    let finished =
        || records.iter().map(|record| &record.outcome).filter(|outcome| outcome.figure().is_some());
    let on_test = finished().next().is_some() && finished().all(|outcome| outcome.test.is_some());
    let mut rules: Vec<Vec<&Record>> = Vec::new();
    for &record in records {
        match rules.iter_mut().find(|rule| rule[0].label == record.label) {
            Some(rule) => rule.push(record),
            None => rules.push(vec![record]),
        }
    }
    let mut targets = target_summaries(&rules).into_iter();
    let rule = |records: &Vec<&Record>| {
        let target = targets.next().flatten();
        let Record { label, rule, dialect, .. } = records[0];
        let rates = || trials.iter().filter(|trial| trial.label == *label).filter_map(|trial| rate(trial));
        let figures: Vec<f64> = records.iter().filter_map(|record| record.outcome.judged(on_test)).collect();
        RuleSummary {
            label: label.clone(),
            rule: rule.clone(),
            dialect: dialect.clone(),
            learning_rate: rate(records[0]),
            shown_rate: rate(records[0]).map(|chosen| rate_among(chosen, rates())),
            diverged: records.len() - figures.len(),
            summary: Summary::of(&figures),
            target,
        }
    };
    let Record { experiment, experiment_hash, problem, metric, .. } = records[0];
    ProblemSummary {
        experiment: experiment.clone(),
        experiment_hash: experiment_hash.clone(),
        problem: problem.clone(),
        metric: *metric,
        on_test,
        rules: rules.iter().map(rule).collect(),
    }
}

fn rate(record: &Record) -> Option<f64> {
    record.hyperparameters.get("learning_rate").copied()
}

/// The ways of all rules to the target, cut off where those of a comparison are.
fn target_summaries(rules: &[Vec<&Record>]) -> Vec<Option<TargetSummary>> {
    let records = || rules.iter().flatten();
    if records().all(|record| record.outcome.steps_to_target.is_none()) {
        return vec![None; rules.len()];
    }
    let runs = |rule: &Vec<&Record>| rule.iter().map(|record| record.outcome.on_the_way()).collect();
    let runs: Vec<Vec<Watched>> = rules.iter().map(runs).collect();
    let budget = records().map(|record| record.outcome.last_step()).fold(0.0, f64::max);
    let horizon = common_horizon(runs.iter().map(Vec::as_slice), budget);
    let summary = |runs: &Vec<Watched>| {
        let steps = restricted_mean(runs, horizon?)?.mean;
        let reached = runs.iter().filter(|run| run.happened && Some(run.time) <= horizon).count();
        Some(TargetSummary { steps, reached })
    };
    runs.iter().map(summary).collect()
}

/// Every rule as a line of comma-separated values (RFC 4180, header first), with all digits.
pub fn summary_csv(problems: &[ProblemSummary]) -> String {
    let mut text = "experiment,experiment_hash,problem,metric,split,label,rule,dialect,learning_rate,n,mean,\
                    standard_deviation,interval_low,interval_high,diverged,reached_target,\
                    steps_to_target\n"
        .to_string();
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    for problem in problems {
        let metric = problem.metric.map_or("", Metric::name);
        let split = if problem.on_test { "test" } else { "validation" };
        for rule in &problem.rules {
            let (experiment, hash) = (&problem.experiment, &problem.experiment_hash);
            for word in
                [experiment, hash, &problem.problem, metric, split, &rule.label, &rule.rule, &rule.dialect]
            {
                text += &csv_field(word);
                text.push(',');
            }
            let (summary, interval) = (rule.summary.as_ref(), rule.interval());
            let _ = writeln!(
                text,
                "{},{},{},{},{},{},{},{},{}",
                number(rule.learning_rate),
                summary.map_or(0, |summary| summary.count),
                number(summary.map(|summary| summary.mean)),
                number(summary.and_then(|summary| summary.standard_deviation)),
                number(interval.map(|interval| interval.low)),
                number(interval.map(|interval| interval.high)),
                rule.diverged,
                rule.target.map(|target| target.reached.to_string()).unwrap_or_default(),
                number(rule.target.map(|target| target.steps)),
            );
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::tests::record;
    use super::*;

    fn runs(problem: &str, label: &str, tests: &[Option<f64>]) -> Vec<Record> {
        let run = |(seed, test): (usize, &Option<f64>)| {
            let mut record = record();
            (record.problem, record.label, record.seed) = (problem.into(), label.into(), seed as u64);
            // The validation split gives other figures.
            (record.outcome.validation, record.outcome.test) = (0.25, *test);
            if test.is_none() {
                record.outcome.diverged_at = Some(3);
            }
            record
        };
        tests.iter().enumerate().map(run).collect()
    }

    #[test]
    fn the_interval_is_student_s_quantile_of_the_standard_error() {
        let mut records = runs("digits", "adam", &[0.921, 0.925, 0.919, 0.930, 0.922].map(Some));
        records.extend(runs("digits", "sgd", &[Some(0.5), None, None]));
        records.extend(runs("digits", "wild", &[None, None]));
        let mut tuning = runs("digits", "adam", &[Some(0.1)]);
        tuning[0].stage = "tuning".into();
        tuning[0].hyperparameters.insert("learning_rate".into(), 0.00105);
        records.extend(tuning);
        records.iter_mut().filter(|record| record.label == "adam" && record.stage == "final").for_each(
            |record| {
                record.hyperparameters.insert("learning_rate".into(), 0.001_234);
            },
        );
        let found = summaries(&records);
        assert_eq!(found.len(), 1);
        assert!(found[0].on_test && found[0].metric == Some(Metric::Accuracy));
        let [adam, sgd, wild] = found[0].rules.as_slice() else { panic!("three rules: {found:?}") };
        assert_eq!((adam.learning_rate, adam.shown_rate), (Some(0.001_234), Some(0.0012)));
        assert_eq!((sgd.learning_rate, sgd.shown_rate), (Some(0.001), Some(0.001)));
        // 0.9234 ± 2.7764451051977934 * 0.004277849927241491 / √5
        let interval = adam.interval().unwrap();
        assert!((interval.low - 0.918_088_347_755_625_6).abs() < 1e-12, "{interval:?}");
        assert!((interval.high - 0.928_711_652_244_374_4).abs() < 1e-12, "{interval:?}");
        assert_eq!((adam.summary.as_ref().unwrap().count, adam.diverged), (5, 0));
        assert_eq!((sgd.summary.as_ref().unwrap().count, sgd.diverged, sgd.interval()), (1, 2, None));
        assert_eq!((wild.summary.clone(), wild.diverged, wild.interval()), (None, 2, None));
    }

    #[test]
    fn steps_to_the_target_are_those_of_a_comparison() {
        let mut records = runs("digits", "adam", &[Some(0.5), Some(0.5), Some(0.5)]);
        records.extend(runs("digits", "sgd", &[Some(0.5), Some(0.5), None]));
        let last = f64::from(*records[0].outcome.training_loss.steps.last().unwrap());
        assert!(last > 1.0);
        records[0].outcome.steps_to_target = Some(1);
        let found = &summaries(&records)[0].rules;
        let adam = found[0].target.unwrap();
        assert!((adam.steps - (1.0 + 2.0 * last) / 3.0).abs() < 1e-12 && adam.reached == 1, "{adam:?}");
        assert_eq!(found[1].target, Some(TargetSummary { steps: last, reached: 0 }));
        let text = summary_csv(&summaries(&records));
        assert!(text.lines().nth(1).unwrap().ends_with(&format!(",0,1,{}", adam.steps)), "{text}");
    }

    #[test]
    fn problems_and_experiments_stay_apart() {
        let mut records = runs("digits", "adam", &[Some(0.5)]);
        records.extend(runs("moons", "adam", &[Some(0.75)]));
        let mut other = runs("digits", "adam", &[Some(1.0)]);
        other[0].experiment_hash = "ba9876543210".into();
        records.extend(other);
        let found = summaries(&records);
        let means: Vec<f64> = found.iter().map(|one| one.rules[0].summary.as_ref().unwrap().mean).collect();
        assert_eq!(means, [0.5, 0.75, 1.0]);
    }

    #[test]
    fn the_summary_as_comma_separated_values() {
        let mut records = runs("digits", "adam, mine", &[Some(0.5), Some(1.0)]);
        records.extend(runs("digits", "sgd", &[None, None]));
        assert_eq!(
            summary_csv(&summaries(&records)),
            "experiment,experiment_hash,problem,metric,split,label,rule,dialect,learning_rate,n,mean,standard_deviation,\
             interval_low,interval_high,diverged,reached_target,steps_to_target\n\
             \"mine, too\",0123456789ab,digits,accuracy,test,\"adam, mine\",adam,torch,0.001,2,0.75,0.3535533905932738,\
             -2.426551184043672,3.926551184043672,0,,\n\
             \"mine, too\",0123456789ab,digits,accuracy,test,sgd,adam,torch,0.001,0,,,,,2,,\n"
        );
        // Without a test split the figures are those of the validation split.
        records.iter_mut().for_each(|record| record.outcome.test = None);
        let found = summaries(&records);
        assert!(!found[0].on_test);
        assert_eq!(found[0].rules[0].summary.as_ref().unwrap().mean, 0.25);
    }
}
