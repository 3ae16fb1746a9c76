//! Checking schedules: of the rate in a problem, of other hyper-parameters in a rule.

use std::collections::BTreeMap;
use std::ops::Range;

use thalweg_optim::{
    OptimError, PlateauSettings, Schedule as Built, ScheduleInfo, Setting as Value, SettingInfo, SettingKind,
    WrittenSchedule,
};
use toml::Spanned;

use super::{Check, Checked, Setting};
use crate::experiment::{ExperimentFault, Objection, RawSchedule, RawSetting};

/// The schedule with every default filled in; constant where none is written.
pub(super) fn schedule(check: &Check<'_>, raw: Option<&Spanned<RawSchedule>>) -> Checked<WrittenSchedule> {
    let Some(raw) = raw else {
        let constant = check.vocabulary.schedules.iter().find(|schedule| schedule.name == "constant");
        let settings = constant.map(defaults).unwrap_or_default();
        return Ok(WrittenSchedule { name: "constant".to_string(), settings });
    };
    part(check, raw.get_ref(), raw.span())
}

/// The schedules of hyper-parameters other than the rate: the name, by whose dialect the rule has it, and what becomes of it.
pub(super) fn of_hyperparameters(
    check: &Check<'_>,
    written: Option<&BTreeMap<Spanned<String>, Spanned<RawSchedule>>>,
    rule: &str,
    known: &[Setting],
) -> Checked<BTreeMap<String, WrittenSchedule>> {
    let mut schedules = BTreeMap::new();
    for (name, raw) in written.into_iter().flatten() {
        let called = |name: &str| Setting::called(name, known).map(|setting| setting.name.as_str());
        if called(name.get_ref()) == Some("learning_rate") {
            return Err(check.refuse(name.span(), ExperimentFault::ScheduleOfRate));
        }
        let names =
            || known.iter().map(|setting| setting.name.as_str()).filter(|name| *name != "learning_rate");
        let what = format!("hyper-parameter of `{rule}`:");
        let name = check.known(&what, name, names(), called)?;
        schedules.insert(name.to_string(), part(check, raw.get_ref(), raw.span())?);
    }
    Ok(schedules)
}

/// What a plateau is asked to do, with every default filled in.
pub(super) fn plateau(
    check: &Check<'_>,
    written: &Spanned<BTreeMap<Spanned<String>, Spanned<f64>>>,
) -> Checked<PlateauSettings> {
    let mut settings = PlateauSettings::default();
    for (name, value) in written.get_ref() {
        let known = PlateauSettings::HYPERPARAMETERS.map(|setting| setting.name);
        let find = |name: &str| known.into_iter().find(|known| *known == name);
        let name = check.known("setting of `plateau`:", name, known, find)?;
        settings.set(name, *value.get_ref()).map_err(|error| check.refuse(value.span(), error))?;
    }
    Ok(settings)
}

/// A schedule, be it the whole or a part of another.
fn part(check: &Check<'_>, raw: &RawSchedule, whole: Range<usize>) -> Checked<WrittenSchedule> {
    let Some(name) = &raw.name else {
        return Err(check.refuse(whole, ExperimentFault::NoScheduleName));
    };
    // The place of the whole value serves where the name is all there is.
    let place = if name.span().is_empty() { whole.clone() } else { name.span() };
    let name = Spanned::new(place, name.get_ref().clone());
    let known = check.vocabulary.schedules;
    let find = |name: &str| known.iter().find(|schedule| schedule.name == name);
    let info = check.known("schedule", &name, known.iter().map(|schedule| schedule.name), find)?;
    let mut settings = defaults(info);
    for (key, written) in &raw.settings {
        let find = |name: &str| info.settings.iter().find(|setting| setting.name == name);
        let what = format!("setting of `{}`:", info.name);
        let setting = check.known(&what, key, info.settings.iter().map(|setting| setting.name), find)?;
        settings.insert(setting.name.to_string(), value(check, setting, written)?);
    }
    if let Some(setting) = info.settings.iter().find(|setting| !settings.contains_key(setting.name)) {
        let (setting, example) = (setting.name, setting.kind.example().to_string());
        return Err(
            check.refuse(whole, ExperimentFault::MissingSetting { schedule: info.name, setting, example })
        );
    }
    // What only the settings together show. The length of the run does not matter for that.
    match Built::from_settings(info.name, &settings, 1) {
        Ok(_) => Ok(WrittenSchedule { name: info.name.to_string(), settings }),
        Err(error) => Err(check.refuse(place_of(&error, raw).unwrap_or(whole), error)),
    }
}

/// Where the value stands that an error names: a setting, or an entry of its list as in `at[1]`.
fn place_of(error: &OptimError, raw: &RawSchedule) -> Option<Range<usize>> {
    let OptimError::OutOfRange { name, .. } = error else { return None };
    let (key, entry) = match name.split(' ').next_back()?.split_once('[') {
        Some((key, entry)) => (key, entry.trim_end_matches(']').parse::<usize>().ok()),
        None => (name.as_str(), None),
    };
    let (_, value) = raw.settings.iter().find(|(written, _)| written.get_ref() == key)?;
    match (value.get_ref(), entry) {
        (RawSetting::List(list), Some(entry)) => list.get(entry).map(Spanned::span),
        _ => Some(value.span()),
    }
}

fn defaults(info: &ScheduleInfo) -> BTreeMap<String, Value> {
    info.settings.iter().filter_map(|setting| Some((setting.name.to_string(), setting.default()?))).collect()
}

/// What is written, as the kind of the setting wants it.
fn value(check: &Check<'_>, setting: &SettingInfo, written: &Spanned<RawSetting>) -> Checked<Value> {
    let refuse = || {
        let (name, wanted) = (setting.name.to_owned(), setting.kind.to_string());
        Err(check.refuse(written.span(), ExperimentFault::Kind { name, wanted }))
    };
    match (setting.kind, written.get_ref()) {
        (SettingKind::Number { domain, .. }, RawSetting::Number(number)) => {
            let facts =
                Setting { name: setting.name.into(), default: None, allowed: domain.bounds(), search: None };
            match facts.objection(*number) {
                Some(objection) => Err(check.refuse(written.span(), objection)),
                None if !domain.contains(*number) => {
                    let (key, wanted) = (setting.name.to_owned(), domain.to_string());
                    Err(check.refuse(written.span(), Objection::Number { key, wanted, found: *number }))
                }
                None => Ok(Value::Number(*number)),
            }
        }
        (SettingKind::Flag { .. }, RawSetting::Flag(flag)) => Ok(Value::Flag(*flag)),
        (SettingKind::Flag { .. }, RawSetting::Number(number)) if [0.0, 1.0].contains(number) => {
            Ok(Value::Flag(*number == 1.0))
        }
        (SettingKind::Choice { of, .. }, RawSetting::Text(word)) => {
            let word = Spanned::new(written.span(), word.clone());
            let find = |word: &str| of.contains(&word).then(|| Value::Text(word.to_string()));
            check.known(setting.name, &word, of.iter().copied(), find)
        }
        (SettingKind::Steps, RawSetting::Number(number)) => Ok(Value::Numbers(vec![*number])),
        (SettingKind::Steps, RawSetting::List(list)) if !list.is_empty() => match numbers(list) {
            Some(numbers) => Ok(Value::Numbers(numbers)),
            None => refuse(),
        },
        (SettingKind::Points, RawSetting::List(list)) if !list.is_empty() => {
            let point = |entry: &Spanned<RawSetting>| match entry.get_ref() {
                RawSetting::List(pair) => numbers(pair).and_then(|pair| <[f64; 2]>::try_from(pair).ok()),
                _ => None,
            };
            match list.iter().map(point).collect() {
                Some(points) => Ok(Value::Points(points)),
                None => refuse(),
            }
        }
        (SettingKind::Schedules, RawSetting::List(list)) if !list.is_empty() => {
            let parts = list.iter().map(|entry| match entry.get_ref() {
                RawSetting::Text(name) => {
                    let name = Some(Spanned::new(entry.span(), name.clone()));
                    part(check, &RawSchedule { name, settings: BTreeMap::new() }, entry.span())
                }
                RawSetting::Schedule(raw) => part(check, raw, entry.span()),
                _ => Err(check.refuse(entry.span(), ExperimentFault::NoSchedule)),
            });
            Ok(Value::Schedules(parts.collect::<Checked<_>>()?))
        }
        _ => refuse(),
    }
}

fn numbers(list: &[Spanned<RawSetting>]) -> Option<Vec<f64>> {
    let number = |entry: &Spanned<RawSetting>| match entry.get_ref() {
        RawSetting::Number(number) => Some(*number),
        _ => None,
    };
    list.iter().map(number).collect()
}

#[cfg(test)]
mod tests {
    use crate::cell::WorkloadHash;
    use crate::experiment::check::tests::checked;
    use crate::experiment::{Experiment, Workload};

    fn with(schedule: &str) -> Result<Experiment, String> {
        let text = format!("[problem]\ndataset = \"digits\"\nschedule = {schedule}");
        checked(&text).map_err(|error| error.to_string())
    }

    #[test]
    fn every_form_arrives_and_is_a_workload_of_its_own() {
        let mut hashes = vec![];
        for (schedule, shown) in [
            ("\"cosine\"", "cosine (to 0 over 100)"),
            ("{ name = \"multi-step\", at = [10, 20], factor = 0.5 }", "multi-step (x 0.5 at 10, 20)"),
            ("{ name = \"multi-step\", at = [10, 30], factor = 0.5 }", "multi-step (x 0.5 at 10, 30)"),
            ("{ name = \"piecewise\", points = [[0, 1.0], [50, 0.1]] }", "piecewise (1 at 0, 0.1 at 50)"),
            (
                "{ name = \"piecewise\", points = [[0, 1.0], [50, 0.1]], interpolate = true }",
                "piecewise (1 at 0, 0.1 at 50, joined by lines)",
            ),
            (
                "{ name = \"product\", of = [\"cosine\", { name = \"step\", every = 40 }] }",
                "product (cosine (to 0 over 100) x step (x 0.1 every 40))",
            ),
            (
                "{ name = \"sequence\", of = [\"constant\", \"linear\"], at = [40], warmup = 10 }",
                "sequence (constant, then linear (from 1 to 0 over 50); at 40) after 10 updates of warm-up",
            ),
            (
                "{ name = \"warmup-stable-decay\", fall = \"linear\" }",
                "warmup-stable-decay (1 for 80, to 0 over 20)",
            ),
        ] {
            let experiment = with(schedule).unwrap();
            let workload = &experiment.problems[0].workload;
            let Workload::Training(training) = workload else { panic!("a training problem") };
            let (name, settings) = (&training.schedule.name, &training.schedule.settings);
            let built = thalweg_optim::Schedule::from_settings(name, settings, 100).unwrap();
            assert_eq!(built.to_string(), shown);
            let again = checked(&experiment.to_toml()).map_err(|error| error.to_string()).unwrap();
            assert_eq!(again.problems, experiment.problems, "{}", experiment.to_toml());
            let hash = WorkloadHash::of(workload);
            assert!(!hashes.contains(&hash), "{schedule}");
            hashes.push(hash);
        }
    }

    #[test]
    fn mistakes_are_pointed_at() {
        for (schedule, start, help) in [
            ("\"cosin\"", "3:12: unknown schedule `cosin`", "did you mean `cosine`?"),
            (
                "{ name = \"multi-step\", att = [3] }",
                "3:35: unknown setting of `multi-step`: `att`",
                "did you mean `at`?",
            ),
            ("\"multi-step\"", "3:12: `multi-step` needs `at`", "for example: at = [1000, 2000]"),
            (
                "{ name = \"multi-step\", at = \"often\" }",
                "3:40: `at` must be a list of steps such as [1000, 2000]",
                "",
            ),
            ("{ name = \"multi-step\", at = [3, 2] }", "3:44: at[1] = 2 is out of range", "at least 3"),
            (
                "{ name = \"piecewise\", points = [[0, 1], [2]] }",
                "3:43: `points` must be a list of points",
                "",
            ),
            ("{ name = \"step\", every = 0.5 }", "3:37: `every` must be at least 1, not 0.5", ""),
            (
                "{ name = \"step\", every = 1.5 }",
                "3:37: `every` must be a whole number of at least 1, not 1.5",
                "",
            ),
            (
                "{ name = \"cyclic\", mode = \"trianglar\" }",
                "3:38: unknown mode `trianglar`",
                "did you mean `triangular`?",
            ),
            (
                "{ name = \"product\", of = [\"cosine\", \"stepp\"] }",
                "3:48: unknown schedule `stepp`",
                "did you mean `step`?",
            ),
            (
                "{ name = \"product\", of = [{ name = \"step\", evry = 3 }] }",
                "3:55: unknown setting of `step`: `evry`",
                "did you mean `every`?",
            ),
            (
                "{ name = \"product\", of = [{ every = 3 }] }",
                "3:38: this schedule has no `name`",
                "for example",
            ),
            (
                "{ name = \"sequence\", of = [\"cosine\"], at = [3] }",
                "3:12: a sequence of one schedule has nothing to switch to",
                "give at least two in `of`",
            ),
            (
                "{ name = \"piecewise\", points = [[0, 1], [5, -1]] }",
                "3:52: the factor of points[1] = -1 is out of range",
                "at least 0",
            ),
            (
                "{ name = \"warm-restarts\", growth = 0.5 }",
                "3:47: growth = 0.5 is out of range",
                "at least 1",
            ),
        ] {
            let error = with(schedule).unwrap_err();
            assert!(error.starts_with(&format!("race.toml:{start}")), "{schedule}\ngave\n{error}");
            assert!(error.contains(help), "{schedule}\ngave\n{error}");
        }
    }
}
