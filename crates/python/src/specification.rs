//! From what Python says to the core's specification.

use crate::entries::Parameter;
use crate::error::to_python;
use crate::roster::{ParameterInfo, Roster, Work};
use crate::value::Kind;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt::Write;
use thalweg_kit::hint;
use thalweg_optim::{Dialect, Plan, SCHEDULES, Schedule, ScheduleInfo, Specification};

/// What `options` may say, beside rule, dialect and hyper-parameters.
const OPTIONS: [&str; 9] =
    ["before", "after", "groups", "schedule", "schedules", "state", "non_finite", "accumulate", "sharpness"];

/// The specification of a rule with options.
///
/// # Errors
/// `ValueError` for a name that does not exist or a value out of range, `TypeError` for what has no form in JSON.
pub(crate) fn specification(
    rule: &str,
    dialect: &str,
    options: Option<&Bound<'_, PyDict>>,
    hyperparameters: BTreeMap<String, f64>,
) -> PyResult<Specification> {
    let mut specification = Specification::new(rule, dialect.parse::<Dialect>().map_err(to_python)?);
    specification.hyperparameters = hyperparameters;
    let Some(options) = options else { return checked(specification) };
    let Value::Object(mut options) = to_json(options.as_any())? else { return checked(specification) };
    if let Some(unknown) = options.keys().find(|key| !OPTIONS.contains(&key.as_str())) {
        let hint = hint(unknown, OPTIONS);
        return Err(PyValueError::new_err(format!("there is no option called `{unknown}`; {hint}")));
    }
    for group in options.get_mut("groups").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(written) = group.get_mut("schedule") {
            *written = written_schedule(written.take())?;
        }
    }
    if let Some(schedule) = options.get_mut("schedule") {
        *schedule = written_schedule(schedule.take())?;
    }
    for (_, schedule) in options.get_mut("schedules").and_then(Value::as_object_mut).into_iter().flatten() {
        *schedule = written_schedule(schedule.take())?;
    }
    // Laid over what the rule has by itself, so that whatever is left out keeps its default.
    let Ok(Value::Object(mut whole)) = serde_json::to_value(&specification) else { return Ok(specification) };
    whole.extend(options);
    let read = serde_json::from_value(Value::Object(whole));
    checked(read.map_err(|error| PyValueError::new_err(error.to_string()))?)
}

/// A specification whose names and values exist; what depends on the parameters is checked when they are known.
fn checked(specification: Specification) -> PyResult<Specification> {
    let specification = specification.in_our_words().map_err(to_python)?;
    specification.resolved().map_err(to_python)?;
    Ok(specification)
}

/// `{"name": "cosine", "steps": 1000, …}`, or the name alone, as the core writes schedules.
fn written_schedule(value: Value) -> PyResult<Value> {
    let refuse = |message: String| Err(PyValueError::new_err(message));
    let mut settings = match value {
        Value::Null => return Ok(serde_json::to_value(Schedule::default()).unwrap_or_default()),
        Value::String(name) => Map::from_iter([("name".to_string(), Value::String(name))]),
        Value::Object(settings) => settings,
        other => {
            return refuse(format!("a schedule is a name or a dict with `name` and settings, not {other}"));
        }
    };
    let Some(Value::String(name)) = settings.remove("name") else {
        return refuse("a schedule needs a name, such as {\"name\": \"cosine\", \"steps\": 1000}".into());
    };
    let steps = match settings.remove("steps") {
        None => None,
        Some(steps) => match steps.as_u64().filter(|&steps| steps > 0) {
            Some(steps) => Some(steps),
            None => {
                return refuse(format!(
                    "steps is {steps}; give the number of updates of the whole run, warm-up included"
                ));
            }
        },
    };
    // Those that end get their length as it is written, so that one that ends before its warm-up is refused.
    let ends = |info: &&ScheduleInfo| info.settings.iter().any(|setting| setting.name == "steps");
    if let Some(steps) = steps
        && SCHEDULES.iter().filter(ends).any(|info| info.name == name)
    {
        settings.insert("steps".into(), steps.into());
    }
    let settings = serde_json::from_value(Value::Object(settings));
    let settings =
        settings.map_err(|error| PyValueError::new_err(format!("the schedule {name}: {error}")))?;
    let of = |total| Schedule::from_settings(&name, &settings, total).map_err(to_python);
    let schedule = of(steps.unwrap_or(1_000))?;
    if steps.is_none() && schedule != of(2_000)? {
        return refuse(format!(
            "the schedule {name} depends on how long the run is; add \"steps\": the number of its updates"
        ));
    }
    serde_json::to_value(schedule).map_err(|error| PyValueError::new_err(error.to_string()))
}

/// A Python object as JSON, by way of Python's own writer.
pub(crate) fn to_json(object: &Bound<'_, PyAny>) -> PyResult<Value> {
    let text: String = object.py().import("json")?.call_method1("dumps", (object,))?.extract()?;
    serde_json::from_str(&text).map_err(|error| PyTypeError::new_err(error.to_string()))
}

/// The plan of the groups over these parameters, in words.
///
/// # Errors
/// `ValueError` with the plan, where groups do not fit.
pub(crate) fn plan(specification: &Specification, parameters: &[Parameter<'_>]) -> PyResult<String> {
    let infos = parameters.iter().map(|parameter| ParameterInfo::of(&parameter.name, &parameter.value));
    let roster = Roster::new(specification, Work { measure: false, threads: 1 }, infos)?;
    let (singles, doubles) = (roster.f32.layout(), roster.f64.layout());
    let plans = [
        (singles, Plan::new::<f32>(specification, singles), Kind::F32),
        (doubles, Plan::new::<f64>(specification, doubles), Kind::F64),
    ];
    let mut text = String::new();
    for (_, plan, kind) in plans.into_iter().filter(|(layout, ..)| !layout.tensors().is_empty()) {
        let _ = writeln!(text, "{}\n{}", kind.name(), plan.map_err(to_python)?);
    }
    Ok(text)
}
