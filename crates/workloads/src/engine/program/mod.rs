//! A program that is asked for losses and gradients.
//!
//! One process a run, one line of JSON each way on its standard input and output; docs/your-own-problem.md is the reference.

pub(super) mod answer;
pub(super) mod files;
pub(super) mod process;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde_json::{Map, Value, json};
use thalweg_arena::Layout;

use self::answer::numbers;
use self::files::Files;
use self::process::Process;
use super::own::{Judged, Objective, Own, Split, Tensor, element_count};
use thalweg_lab::experiment::{Metric, ProgramProblem};
use thalweg_lab::fault::{OwnFault, ProgramFault};

/// A program as a problem.
pub(super) struct Launched {
    problem: ProgramProblem,
    /// Whether an answer held `null` where a number belongs.
    null: Arc<AtomicBool>,
    /// Its files as they were when they were first asked for.
    files: OnceLock<Files>,
}

impl Launched {
    pub(super) fn new(problem: ProgramProblem) -> Self {
        Self { problem, null: Arc::default(), files: OnceLock::new() }
    }

    fn known_files(&self) -> &Files {
        self.files.get_or_init(|| Files::of(&self.problem.program))
    }
}

impl Own for Launched {
    fn start(&self, seed: u64) -> Result<Box<dyn Objective>, OwnFault> {
        static NEVER: AtomicBool = AtomicBool::new(false);
        self.start_until(seed, &NEVER)
    }

    /// A process of its own, which has answered the first question.
    fn start_until<'a>(&self, seed: u64, stop: &'a AtomicBool) -> Result<Box<dyn Objective + 'a>, OwnFault> {
        let problem = &self.problem;
        let mut program = Program {
            name: problem.program.join(" "),
            parameters: vec![],
            evaluates: false,
            metric: problem.metric,
            null: self.null.clone(),
            process: Process::start(&problem.program, Duration::from_secs(problem.answer_seconds))?,
            stop,
        };
        let first = program.ask(&json!({ "thalweg": 1, "seed": seed }))?;
        program.evaluates = first.get("evaluates").and_then(Value::as_bool).unwrap_or(false);
        program.parameters = Program::read_parameters(&program.name, &first)?;
        Ok(Box::new(program))
    }

    /// What the program's files hold: another version of a script makes other runs.
    fn fingerprint(&self) -> String {
        self.known_files().hash.clone()
    }

    fn files(&self) -> Vec<String> {
        self.known_files().names.clone()
    }

    fn note(&self) -> Option<String> {
        self.null.load(Ordering::Relaxed).then(|| {
            format!(
                "`{}` answered `null` where a number belongs. It was taken for one that is not finite, as `NaN` and `Infinity` are, and \
                 the run for diverged",
                self.problem.program.join(" ")
            )
        })
    }
}

/// A running program.
struct Program<'a> {
    name: String,
    /// Names, shapes and initial values.
    parameters: Vec<Tensor>,
    /// Whether it knows splits.
    evaluates: bool,
    metric: Metric,
    null: Arc<AtomicBool>,
    process: Process,
    stop: &'a AtomicBool,
}

impl Program<'_> {
    /// One question, one answer.
    fn ask(&mut self, question: &Value) -> Result<Map<String, Value>, OwnFault> {
        let what = shortened(question);
        let line = self.process.ask(question.to_string(), &what, self.stop)?;
        answer::object(&line).ok_or_else(|| {
            let (command, last_words) = self.process.named();
            let answer = line.trim().chars().take(80).collect();
            ProgramFault::NotJson { command, question: what, answer, last_words }.into()
        })
    }

    /// The parameters of the first answer of the program `name`: their names, shapes and initial values.
    fn read_parameters(name: &str, answer: &Map<String, Value>) -> Result<Vec<Tensor>, ProgramFault> {
        let command = || name.to_owned();
        let tensors =
            answer.get("parameters").and_then(Value::as_object).filter(|tensors| !tensors.is_empty());
        let tensors = tensors.ok_or_else(|| ProgramFault::NoParameters { command: command() })?;
        let mut parameters = Vec::new();
        for (tensor, value) in tensors {
            let (shape, flat) = match value {
                Value::Object(nested) => {
                    let shape = nested.get("shape").and_then(Value::as_array).map(|shape| {
                        shape
                            .iter()
                            .map(|axis| axis.as_u64().map(|axis| axis as usize))
                            .collect::<Option<Vec<_>>>()
                    });
                    (shape.flatten(), nested.get("values").and_then(numbers))
                }
                value => {
                    let flat = numbers(value);
                    (flat.as_ref().map(|flat| vec![flat.len()]), flat)
                }
            };
            let (Some(shape), Some(flat)) = (shape, flat) else {
                return Err(ProgramFault::Parameter { command: command(), name: tensor.clone() });
            };
            if element_count(&shape) != Some(flat.len()) {
                let (name, values) = (tensor.clone(), flat.len());
                return Err(ProgramFault::Shape { command: command(), name, values, shape });
            }
            parameters.push(Tensor { name: tensor.clone(), shape, values: flat });
        }
        Ok(parameters)
    }

    /// A number of an answer.
    fn number(&self, answer: &Map<String, Value>, key: &'static str) -> Result<f64, ProgramFault> {
        let number = answer.get(key).and_then(answer::number);
        number.ok_or_else(|| ProgramFault::NoNumber { command: self.name.clone(), key })
    }

    /// Notes whether an answer holds `null`.
    fn look_for_null(&self, answer: &Map<String, Value>) {
        fn is_in(value: &Value) -> bool {
            match value {
                Value::Array(list) => list.iter().any(is_in),
                Value::Object(object) => object.values().any(is_in),
                value => value.is_null(),
            }
        }
        if answer.values().any(is_in) {
            self.null.store(true, Ordering::Relaxed);
        }
    }
}

impl Objective for Program<'_> {
    fn parameters(&self) -> Vec<Tensor> {
        self.parameters.clone()
    }

    fn gradients(&mut self, layout: &Layout, at: &[f64], into: &mut [f64]) -> Result<f64, OwnFault> {
        let answer = self.ask(&json!({ "parameters": written(layout, at) }))?;
        let loss = self.number(&answer, "loss")?;
        let gradients = answer.get("gradients").and_then(Value::as_object);
        for tensor in layout.tensors() {
            let found = gradients.and_then(|gradients| numbers(gradients.get(&tensor.name)?));
            let count = tensor.range.len();
            let found = found.filter(|found| found.len() == count).ok_or_else(|| ProgramFault::Gradient {
                command: self.name.clone(),
                name: tensor.name.clone(),
                count,
            })?;
            into[tensor.range.clone()].copy_from_slice(&found);
        }
        if !loss.is_finite() || !into.iter().all(|value| value.is_finite()) {
            self.look_for_null(&answer);
        }
        Ok(loss)
    }

    fn evaluate(&mut self, layout: &Layout, at: &[f64], split: Split) -> Result<Judged, OwnFault> {
        let mut question = json!({ "parameters": written(layout, at) });
        // A program without splits is asked for the loss as always.
        if self.evaluates {
            question["evaluate"] = json!(split.name());
        }
        let answer = self.ask(&question)?;
        let accuracy =
            (self.metric == Metric::Accuracy).then(|| self.number(&answer, "accuracy")).transpose()?;
        let judged = Judged { loss: self.number(&answer, "loss")?, accuracy };
        // A program without a test split says so with `null`.
        if split == Split::Validation && !judged.loss.is_finite() {
            self.look_for_null(&answer);
        }
        Ok(judged)
    }

    fn has_splits(&self) -> bool {
        self.evaluates
    }
}

fn written(layout: &Layout, values: &[f64]) -> Map<String, Value> {
    let tensors = layout.tensors().iter();
    tensors.map(|tensor| (tensor.name.clone(), json!(values[tensor.range.clone()]))).collect()
}

/// Reads a line as an answer of a program, the first or a later one, and forgets it. For fuzzing.
#[doc(hidden)]
pub fn read_answer(line: &str) {
    if let Some(answer) = answer::object(line) {
        let _ = Program::read_parameters("program", &answer);
        answer.values().for_each(|value| drop(numbers(value)));
    }
}

/// The keys of a question, for messages.
fn shortened(question: &Value) -> String {
    let keys = question.as_object().into_iter().flat_map(|object| object.keys());
    format!("{{{}}}", keys.map(|key| format!("\"{key}\": …")).collect::<Vec<_>>().join(", "))
}
