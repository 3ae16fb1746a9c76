//! Every case of `conformance/` at the repository's root (its README has the format), run on the rules of the catalogue.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use thalweg_arena::Layout;
use thalweg_lanes::Real;
use thalweg_optim::{Buildable, Dialect, Optimizer, Specification};

/// Numbers by name: hyper-parameters.
type Settings = BTreeMap<String, f64>;
/// Flat tensors by name.
type Tensors = BTreeMap<String, Vec<f64>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    format: String,
    name: String,
    #[serde(rename = "source")]
    _source: String,
    rule: String,
    dialect: Dialect,
    dtype: String,
    hyperparameters: Settings,
    parameters: BTreeMap<String, Start>,
    state: Option<StartState>,
    steps: Vec<Step>,
    expected: Vec<Expected>,
    tolerance: Tolerance,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Start {
    shape: Vec<usize>,
    values: Vec<f64>,
}

/// No `deny_unknown_fields`: what is neither `step` nor known to the format is a tensor.
#[derive(Deserialize)]
struct StartState {
    step: u64,
    #[serde(flatten)]
    tensors: BTreeMap<String, Tensors>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    gradients: Tensors,
    #[serde(default)]
    hyperparameters: Settings,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    parameters: Tensors,
    #[serde(default)]
    state: BTreeMap<String, Tensors>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tolerance {
    relative: f64,
    absolute: f64,
}

/// Says where `values` first differ from `expected`.
fn compare<T: Real>(
    place: &str,
    values: Option<&[T]>,
    expected: &[f64],
    within: Tolerance,
) -> Result<(), String> {
    let values = values.ok_or_else(|| format!("{place}: the optimizer has no such tensor"))?;
    if values.len() != expected.len() {
        return Err(format!("{place}: {} values where {} are expected", values.len(), expected.len()));
    }
    for (index, (value, &expected)) in values.iter().zip(expected).enumerate() {
        let value = value.to_f64();
        let bound = within.absolute + within.relative * expected.abs();
        // A NaN is never within.
        let within = (value - expected).abs() <= bound;
        if !within {
            return Err(format!("{place}[{index}] is {value:e}, expected {expected:e}"));
        }
    }
    Ok(())
}

/// Runs the case with elements of type `T`; the error is the first difference.
fn run<T: Buildable>(case: &Case) -> Result<(), String> {
    let words = |error: &dyn std::fmt::Display| error.to_string();
    let narrow = |values: &[f64]| values.iter().map(|&value| T::from_f64(value)).collect::<Vec<T>>();
    let mut layout = Layout::new();
    for (name, start) in &case.parameters {
        layout.add(name, &start.shape).map_err(|error| words(&error))?;
    }
    let layout = Arc::new(layout);
    let mut specification = Specification::new(&case.rule, case.dialect);
    specification.hyperparameters = case.hyperparameters.clone();
    let mut optimizer = specification.build::<T>(layout.clone()).map_err(|error| words(&error))?;
    if let Some(state) = &case.state {
        resume(optimizer.as_mut(), state, &narrow)?;
    }
    let mut parameters: Vec<Vec<T>> = case.parameters.values().map(|start| narrow(&start.values)).collect();
    for (number, (step, expected)) in case.steps.iter().zip(&case.expected).enumerate() {
        let at = |what: String| format!("step {}, {what}", number + 1);
        for (name, &value) in &step.hyperparameters {
            optimizer.set(name, value).map_err(|error| at(error.to_string()))?;
        }
        for (index, tensor) in layout.tensors().iter().enumerate() {
            if let Some(gradient) = step.gradients.get(&tensor.name) {
                optimizer
                    .step_tensor(index, &mut parameters[index], &narrow(gradient))
                    .map_err(|error| at(error.to_string()))?;
            }
        }
        for (name, expected) in &expected.parameters {
            let index = layout.tensors().iter().position(|tensor| tensor.name == *name);
            let values = index.map(|index| parameters[index].as_slice());
            compare(&at(name.clone()), values, expected, case.tolerance)?;
        }
        for (tensor, buffers) in &expected.state {
            for (buffer, expected) in buffers {
                let state = optimizer.state();
                let values = state.iter().find(|(name, _)| name == buffer);
                let values = values.and_then(|(_, arena)| arena.get(tensor));
                compare(&at(format!("{buffer} of {tensor}")), values, expected, case.tolerance)?;
            }
        }
    }
    Ok(())
}

/// Fills the optimizer with the state that a case starts from.
fn resume<T: Real>(
    optimizer: &mut dyn Optimizer<T>,
    state: &StartState,
    narrow: &dyn Fn(&[f64]) -> Vec<T>,
) -> Result<(), String> {
    optimizer.counts_mut().fill(state.step);
    for (tensor, buffers) in &state.tensors {
        for (buffer, values) in buffers {
            let mut arenas = optimizer.state_mut();
            let arena = arenas.iter_mut().find(|(name, _)| name == buffer);
            let target = arena.and_then(|(_, arena)| arena.get_mut(tensor));
            let target = target.filter(|target| target.len() == values.len());
            let target = target.ok_or_else(|| format!("there is no place for {buffer} of {tensor}"))?;
            target.copy_from_slice(&narrow(values));
        }
    }
    Ok(())
}

fn conform(case: &Case) -> Result<(), String> {
    if case.format != "conformance/1" {
        return Err(format!("the format is `{}`, not conformance/1", case.format));
    }
    if case.steps.is_empty() || case.steps.len() != case.expected.len() {
        return Err(format!("{} steps, but {} expected results", case.steps.len(), case.expected.len()));
    }
    match case.dtype.as_str() {
        "f32" => run::<f32>(case),
        "f64" => run::<f64>(case),
        other => Err(format!("there is no element type `{other}`")),
    }
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance");
    let mut paths: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    paths.iter().map(read).collect()
}

fn case(name: &str) -> Case {
    cases().into_iter().find(|case| case.name == name).expect("the case is in the folder")
}

#[test]
fn every_case_is_followed() {
    let cases = cases();
    assert!(!cases.is_empty(), "the folder conformance/ holds no case");
    let failures: Vec<String> = cases
        .iter()
        .filter_map(|case| conform(case).err().map(|difference| format!("{}: {difference}", case.name)))
        .collect();
    assert!(
        failures.is_empty(),
        "{} of {} cases fail:\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n")
    );
}

#[test]
fn another_dialect_of_the_same_rule_is_noticed() {
    for (name, other) in [("torch-adam-f64", Dialect::Book), ("book-momentum-f32", Dialect::Torch)] {
        let difference = conform(&Case { dialect: other, ..case(name) }).unwrap_err();
        assert!(difference.starts_with("step ") && difference.contains("expected"), "{name}: {difference}");
    }
}

#[test]
fn a_wrong_value_is_named_with_step_tensor_and_index() {
    let mut case = case("book-sgd-f64");
    let value = &mut case.expected[2].parameters.get_mut("w").unwrap()[4];
    *value += 1e-9;
    let expected = format!("expected {value:e}");
    let difference = conform(&case).unwrap_err();
    assert!(difference.starts_with("step 3, w[4] is "), "{difference}");
    assert!(difference.ends_with(&expected), "{difference}");
}

#[test]
fn a_start_state_is_used() {
    let difference = conform(&Case { state: None, ..case("torch-adam-resumed-f64") }).unwrap_err();
    assert!(difference.starts_with("step 1, "), "{difference}");
}
