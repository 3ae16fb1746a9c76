//! A case, run.

use super::case::{Case, Expected, Settings, StartState, Tensors, Tolerance};
use super::names;
use crate::{Buildable, Entry, NonFinite, Optimizer, Slot, Specification, spelling, state_of};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use thalweg_arena::Layout;

/// What a case gave.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Parameters and state after each step.
    pub trajectory: Vec<Expected>,
    /// The first value that is not near enough.
    pub difference: Option<Difference>,
}

/// A value that is not near enough.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The step, from 1.
    pub step: usize,
    /// The tensor.
    pub tensor: String,
    /// The state buffer; `None` for the parameters themselves.
    pub buffer: Option<String>,
    /// The element, row-major.
    pub index: usize,
    /// The value here.
    pub found: f64,
    /// The value there.
    pub expected: f64,
    /// How many representable numbers of the case's type lie between the two.
    pub ulps: f64,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { step, tensor, index, found, expected, ulps, .. } = self;
        let what = self.buffer.as_ref().map_or_else(|| "parameter".into(), |buffer| format!("{buffer} of"));
        write!(
            f,
            "step {step}, {what} {tensor}[{index}]: {found:e} here, {expected:e} expected ({ulps} ULP apart)"
        )
    }
}

/// Runs a case; the error says what in it cannot be run.
///
/// # Errors
/// A rule, dialect, hyper-parameter, tensor or state buffer that does not exist, and sizes that do not fit, in a sentence.
pub fn run(case: &Case) -> Result<Outcome, String> {
    match case.dtype.as_str() {
        "f32" => run_as::<f32>(case),
        "f64" => run_as::<f64>(case),
        other => Err(format!("the dtype is `{other}`; there are f32 and f64")),
    }
}

fn run_as<T: Buildable>(case: &Case) -> Result<Outcome, String> {
    let mut layout = Layout::new();
    for (name, start) in &case.parameters {
        layout.add(name, &start.shape).map_err(|error| error.to_string())?;
        // Before anything of that size is made.
        let (found, shape) = (start.values.len(), &start.shape);
        if layout.find(name).is_none_or(|tensor| tensor.len() != found) {
            return Err(format!("parameter `{name}` has {found} values for the shape {shape:?}"));
        }
    }
    let layout = Arc::new(layout);
    let entry = Entry::named(&case.rule).map_err(|error| error.to_string())?;
    let defaults = entry.defaults(case.dialect).unwrap_or_default();
    let known: Vec<&str> = defaults.iter().map(|(name, _)| *name).collect();
    let mut specification = Specification::new(&case.rule, case.dialect);
    specification.hyperparameters = ours(&case.hyperparameters, &known);
    // A case says what its source does, with whatever gradients.
    specification.non_finite = NonFinite::Allow;
    let mut optimizer = specification.build::<T>(layout.clone()).map_err(|error| error.to_string())?;
    let mut parameters: Vec<Vec<T>> = case.parameters.values().map(|start| narrow(&start.values)).collect();
    if let Some(state) = &case.state {
        optimizer.counts_mut().fill(state.step);
        for (tensor, buffers) in &state.tensors {
            for (buffer, values) in buffers {
                fill(optimizer.as_mut(), tensor, buffer, &values.0)?;
            }
        }
        fill_numbers(optimizer.as_mut(), state)?;
    }
    let tolerance = case.tolerance.unwrap_or(match T::BYTES {
        4 => Tolerance {
            relative: 4.0 * f64::from(f32::EPSILON) * case.steps.len().max(1) as f64,
            absolute: 0.0,
        },
        _ => Tolerance { relative: 1e-12, absolute: 0.0 },
    });
    let mut outcome = Outcome { trajectory: Vec::new(), difference: None };
    for (number, step) in case.steps.iter().enumerate() {
        let at = |what: String| format!("step {}: {what}", number + 1);
        for (name, value) in ours(&step.hyperparameters, &known) {
            optimizer.set(&name, value).map_err(|error| at(error.to_string()))?;
        }
        let mut gradients: BTreeMap<&str, Vec<T>> = BTreeMap::new();
        for (name, values) in &step.gradients {
            if layout.find(name).is_none() {
                return Err(at(format!("there is a gradient for `{name}`, which is no parameter")));
            }
            gradients.insert(name, narrow(&values.0));
        }
        let tensors = layout.tensors().iter().zip(&mut parameters).enumerate();
        let slots = tensors.filter_map(|(index, (tensor, parameters))| {
            let gradients = gradients.get(tensor.name.as_str())?;
            Some(Slot { index, parameters, gradients })
        });
        optimizer.step_tensors(slots.collect()).map_err(|error| at(error.to_string()))?;
        let expected = case.expected.as_ref().and_then(|expected| expected.get(number));
        let after = after(optimizer.as_ref(), &layout, &parameters);
        if let (Some(expected), None) = (expected, &outcome.difference) {
            outcome.difference = compare::<T>(number + 1, &after, expected, tolerance).map_err(at)?;
        }
        outcome.trajectory.push(after);
    }
    Ok(outcome)
}

fn narrow<T: Buildable>(values: &[f64]) -> Vec<T> {
    values.iter().map(|&value| T::from_f64(value)).collect()
}

/// The settings by our names; `null` is the value without effect, or the default where there is none.
fn ours(settings: &Settings, known: &[&str]) -> BTreeMap<String, f64> {
    let ours = settings.iter().filter_map(|(name, &value)| {
        let name = spelling::hyperparameter(name, known).unwrap_or(name);
        Some((name.to_string(), value.or_else(|| spelling::switched_off(name))?))
    });
    ours.collect()
}

/// The names of the state's buffers.
fn buffers<T: Buildable>(optimizer: &dyn Optimizer<T>) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = optimizer.state().iter().map(|(name, _)| *name).collect();
    names.dedup();
    names
}

fn fill<T: Buildable>(
    optimizer: &mut dyn Optimizer<T>,
    tensor: &str,
    buffer: &str,
    values: &[f64],
) -> Result<(), String> {
    let name = names::state(buffer, &buffers(optimizer));
    let mut arenas = optimizer.state_mut();
    let targets = arenas.iter_mut().filter(|(known, _)| *known == name);
    let target = targets.filter_map(|(_, arena)| arena.get_mut(tensor)).next();
    let target = target.filter(|target| target.len() == values.len());
    let target = target.ok_or_else(|| {
        format!(
            "the state to start from has {} values of `{buffer}` of `{tensor}`, for which there is no place",
            values.len()
        )
    })?;
    target.copy_from_slice(&narrow(values));
    Ok(())
}

/// Puts in the numbers that the rule keeps beside its buffers. All must be given: what they would be follows from no buffer.
fn fill_numbers<T: Buildable>(optimizer: &mut dyn Optimizer<T>, state: &StartState) -> Result<(), String> {
    let short = |name: &str| name.strip_prefix("number.").unwrap_or(name).to_string();
    let mut given = state.numbers.clone();
    let mut missing = Vec::new();
    for (name, number) in optimizer.numbers_mut() {
        match given.remove(&short(&name)) {
            Some(value) => *number = value,
            None => missing.push(format!("`{}`", short(&name))),
        }
    }
    if let Some(name) = given.keys().next() {
        return Err(format!("the state to start from has a number `{name}`, for which there is no place"));
    }
    // Before the first step they are what they start at.
    match missing.is_empty() || state.step == 0 {
        true => Ok(()),
        false => Err(format!(
            "the state to start from lacks numbers that the rule keeps beside its buffers; give them in `numbers` of `state`: {}",
            missing.join(", ")
        )),
    }
}

fn after<T: Buildable>(optimizer: &dyn Optimizer<T>, layout: &Layout, parameters: &[Vec<T>]) -> Expected {
    let wide = |values: &[T]| values.iter().map(|value| value.to_f64()).collect::<Vec<f64>>();
    let mut expected = Expected::default();
    for (tensor, values) in layout.tensors().iter().zip(parameters) {
        expected.parameters.insert(tensor.name.clone(), wide(values));
        let buffers: Tensors = buffers(optimizer)
            .into_iter()
            .filter_map(|buffer| {
                Some((buffer.to_string(), wide(&state_of(optimizer, buffer, &tensor.name)?)))
            })
            .collect();
        if !buffers.is_empty() {
            expected.state.insert(tensor.name.clone(), buffers);
        }
    }
    expected
}

/// The first difference.
fn compare<T: Buildable>(
    step: usize,
    found: &Expected,
    expected: &Expected,
    within: Tolerance,
) -> Result<Option<Difference>, String> {
    for (tensor, values) in &expected.parameters {
        let found = found.parameters.get(tensor).ok_or_else(|| format!("`{tensor}` is no parameter"))?;
        if let Some(difference) = differ::<T>(step, tensor, None, found, values, within)? {
            return Ok(Some(difference));
        }
    }
    for (tensor, buffers) in &expected.state {
        let own = found.state.get(tensor);
        let known: Vec<&str> = own.iter().flat_map(|own| own.keys()).map(String::as_str).collect();
        for (buffer, values) in buffers {
            let name = names::state(buffer, &known);
            let found = own.and_then(|own| own.get(&name)).ok_or_else(|| {
                let has = if known.is_empty() { "none".to_string() } else { known.join(", ") };
                format!("there is no state `{buffer}` of `{tensor}`; there is: {has}")
            })?;
            if let Some(difference) = differ::<T>(step, tensor, Some(buffer), found, values, within)? {
                return Ok(Some(difference));
            }
        }
    }
    Ok(None)
}

fn differ<T: Buildable>(
    step: usize,
    tensor: &str,
    buffer: Option<&str>,
    found: &[f64],
    expected: &[f64],
    within: Tolerance,
) -> Result<Option<Difference>, String> {
    if found.len() != expected.len() {
        let what = buffer.unwrap_or("the parameters");
        return Err(format!(
            "{what} of `{tensor}`: {} values where {} are expected",
            found.len(),
            expected.len()
        ));
    }
    for (index, (&found, &expected)) in found.iter().zip(expected).enumerate() {
        let both_nan = found.is_nan() && expected.is_nan();
        // A NaN is never near a number; equal infinities are.
        let near = (found - expected).abs() <= within.absolute + within.relative * expected.abs();
        if !(near || both_nan || found == expected) {
            let ulps = ulps::<T>(found, expected);
            let (tensor, buffer) = (tensor.to_string(), buffer.map(String::from));
            return Ok(Some(Difference { step, tensor, buffer, index, found, expected, ulps }));
        }
    }
    Ok(None)
}

/// Representable numbers between two values of type `T`.
fn ulps<T: Buildable>(a: f64, b: f64) -> f64 {
    if !(a.is_finite() && b.is_finite()) {
        return f64::INFINITY;
    }
    // Bits in the order of the numbers: negative ones count downwards.
    let ordered = |value: f64| -> i128 {
        if T::BYTES == 4 {
            let bits = i128::from((value as f32).abs().to_bits());
            if value.is_sign_negative() { -bits } else { bits }
        } else {
            let bits = i128::from(value.abs().to_bits());
            if value.is_sign_negative() { -bits } else { bits }
        }
    };
    (ordered(a) - ordered(b)).unsigned_abs() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(changes: &[(&str, &str)]) -> Result<Outcome, String> {
        let mut text = r#"{"format": "conformance/1", "name": "x", "rule": "momentum", "dialect": "torch", "dtype": "f64",
            "hyperparameters": {"lr": 0.5, "momentum": 0.5}, "parameters": {"w": {"shape": [2], "values": [1, 2]}},
            "state": {"step": 3, "w": {"momentum_buffer": [2, 0]}},
            "steps": [{"gradients": {"w": [1, 1]}}, {"gradients": {}}],
            "expected": [{"parameters": {"w": [0, 1.5]}, "state": {"w": {"momentum": [2, 1]}}}, {"parameters": {"w": [0, 1.5]}}]}"#
            .to_string();
        for (from, to) in changes {
            assert!(text.contains(from), "{from}");
            text = text.replacen(from, to, 1);
        }
        run(&Case::parse(&text)?)
    }

    #[test]
    fn a_case_agrees_or_its_first_difference_is_named() {
        assert_eq!(case(&[]).unwrap().difference, None);
        let wrong = case(&[(r#"{"w": [0, 1.5]}, "state""#, r#"{"w": [0, 1.6]}, "state""#)])
            .unwrap()
            .difference
            .unwrap();
        assert_eq!((wrong.step, wrong.tensor.as_str(), wrong.index, wrong.found), (1, "w", 1, 1.5));
        let wrong = case(&[(r#""momentum": [2, 1]"#, r#""momentum": [2, 1.0000000000000002]"#)]).unwrap();
        assert_eq!(wrong.difference, None, "within the tolerance");
        let wrong =
            case(&[(r#""momentum": [2, 1]"#, r#""momentum": [2, 1.5]"#)]).unwrap().difference.unwrap();
        assert!(
            wrong.to_string().starts_with("step 1, momentum of w[1]: 1e0 here, 1.5e0 expected"),
            "{wrong}"
        );
        assert_eq!(ulps::<f64>(1.0, 1.0 + 3.0 * f64::EPSILON), 3.0);
        assert_eq!(ulps::<f32>(-1e-45, 1e-45), 2.0);
    }

    #[test]
    fn what_cannot_be_run_is_said() {
        for (from, to, part) in [
            ("conformance/1", "conformance/2", "this program reads `conformance/1`"),
            (r#""rule": "momentum""#, r#""rule": "momentun""#, "did you mean `momentum`?"),
            ("f64", "f16", "the dtype is `f16`"),
            (r#""lr": 0.5"#, r#""rate": 0.5"#, "no hyper-parameter of this rule called `rate`"),
            ("[1, 2]", "[1, 2, 3]", "parameter `w` has 3 values for the shape [2]"),
            ("[2]", "[1000000000000]", "parameter `w` has 2 values for the shape [1000000000000]"),
            (r#""momentum_buffer": [2, 0]"#, r#""nu": [2, 0]"#, "`nu` of `w`, for which there is no place"),
            (
                r#"{"gradients": {"w": [1, 1]}}"#,
                r#"{"gradients": {"v": [1, 1]}}"#,
                "step 1: there is a gradient for `v`",
            ),
            (
                r#"{"gradients": {"w": [1, 1]}}"#,
                r#"{"gradients": {"w": [1]}}"#,
                "has 1 elements where 2 are expected",
            ),
            (r#", {"gradients": {}}"#, "", "there are 1 steps and 2 expected results"),
        ] {
            let error = case(&[(from, to)]).unwrap_err();
            assert!(error.contains(part), "{from}: {error}");
        }
    }

    /// A case of one element, run to its end.
    fn last(rule: &str, dialect: &str, hyperparameters: &str, rest: &str) -> Result<Expected, String> {
        let text = format!(
            r#"{{"format": "conformance/1", "name": "x", "rule": "{rule}", "dialect": "{dialect}", "dtype": "f32",
                "hyperparameters": {{{hyperparameters}}}, "parameters": {{"w": {{"shape": [1], "values": [1]}}}}, {rest}}}"#
        );
        let outcome = run(&Case::parse(&text)?)?;
        outcome.trajectory.last().cloned().ok_or_else(|| "no step".to_string())
    }

    #[test]
    fn state_beside_the_buffers_is_given_or_asked_for() {
        let steps = r#""steps": [{"gradients": {"w": [1]}}]"#;
        let state = |numbers: &str| {
            format!(
                r#""state": {{"step": 1, {numbers} "w": {{"first_moment": [0], "second_moment": [0], "gradient_sum": [0]}}}}, {steps}"#
            )
        };
        let error = last("dadapt-adam", "paper", r#""beta1": 0.5"#, &state("")).unwrap_err();
        assert!(error.ends_with("give them in `numbers` of `state`: `distance`, `numerator`"), "{error}");
        let numbers = r#""numbers": {"distance": 0.25, "numerator": 0},"#;
        let found = last("dadapt-adam", "paper", r#""beta1": 0.5, "beta2": 0.75, "eps": 0"#, &state(numbers))
            .unwrap();
        // m = (1 − β₁) d g = 0.125, √v = √(1 − β₂) = 0.5.
        assert_eq!(found.parameters["w"], [0.75]);
        let odd = state(r#""numbers": {"distance": 1, "numerator": 0, "speed": 3},"#);
        let error = last("dadapt-adam", "paper", "", &odd).unwrap_err();
        assert!(error.contains("a number `speed`, for which there is no place"), "{error}");
        let asgd = format!(r#""state": {{"step": 1, "w": {{"ax": [1]}}}}, {steps}"#);
        let error = last("asgd", "torch", "", &asgd).unwrap_err();
        assert!(error.ends_with("`memory.0.2.0.w`, `memory.0.2.1.w`"), "{error}");
    }

    #[test]
    fn null_switches_off_what_none_switches_off_in_the_library() {
        let gradients = r#""steps": [{"gradients": {"w": [2]}}, {"gradients": {"w": [2]}}]"#;
        let value = |rule: &str, dialect: &str, settings: &str| {
            last(rule, dialect, settings, gradients).unwrap().parameters["w"][0]
        };
        for (rule, dialect, null, off, other) in [
            ("momentum", "keras", r#""momentum": null"#, r#""momentum": 0"#, r#""momentum": 0.9"#),
            ("adamw", "keras", r#""weight_decay": null"#, r#""weight_decay": 0"#, r#""weight_decay": 0.1"#),
            ("adopt", "optax", r#""clipping": null"#, r#""clipping": 0"#, r#""lr": 1"#),
            (
                "adafactor",
                "optax",
                r#""clipping_threshold": null"#,
                r#""clip_threshold": 1e9"#,
                r#""clip_threshold": 0.1"#,
            ),
        ] {
            assert_eq!(value(rule, dialect, null), value(rule, dialect, off), "{rule}");
            assert_ne!(value(rule, dialect, null), value(rule, dialect, other), "{rule}");
        }
    }

    #[test]
    fn what_is_not_finite_is_written_as_it_is_read() {
        let steps = r#""steps": [{"gradients": {"w": ["-inf"]}}]"#;
        let found = last("sgd", "torch", r#""lr": 1"#, steps).unwrap();
        assert_eq!(found.parameters["w"], [f64::INFINITY]);
        let text = serde_json::to_string(&found).unwrap();
        assert_eq!(text, r#"{"parameters":{"w":["inf"]}}"#);
        assert_eq!(serde_json::from_str::<Expected>(&text).unwrap(), found);
        let mut odd = found.clone();
        odd.parameters.insert("w".into(), vec![f64::NAN, f64::NEG_INFINITY, 0.5]);
        odd.state.insert("w".into(), BTreeMap::from([("velocity".into(), vec![f64::NAN])]));
        let text = serde_json::to_string(&odd).unwrap();
        assert_eq!(text, r#"{"parameters":{"w":["NaN","-inf",0.5]},"state":{"w":{"velocity":["NaN"]}}}"#);
        assert!(serde_json::from_str::<Expected>(&text).unwrap().state["w"]["velocity"][0].is_nan());
    }

    #[test]
    fn a_case_does_what_its_source_does_with_gradients_that_are_too_large_or_divide_0_by_0() {
        // torch: √1e37 / √(1 − β₂) is finite in 32 bits, and (1 − β₂) 1e50 is not; 0 / 0 is NaN.
        let value = |settings: &str, gradient: &str| {
            let steps = format!(r#""steps": [{{"gradients": {{"w": [{gradient}]}}}}]"#);
            last("adam", "torch", settings, &steps).unwrap().parameters["w"][0]
        };
        assert!((value(r#""lr": 0.5"#, "1e20") - 0.5).abs() < 1e-6);
        assert_eq!(value(r#""lr": 0.5"#, "1e25"), 1.0);
        assert!(value(r#""eps": 0"#, "0").is_nan());
    }
}
