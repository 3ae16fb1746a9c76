//! A cell that asks a program for losses and gradients.
//!
//! One process a run, one line of JSON each way on its standard input and output; docs/your-own-problem.md is the reference.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use thalweg_arena::Layout;

use super::training::specification;
use crate::cell::Cell;
use crate::experiment::{Metric, ProgramProblem};
use crate::outcome::Outcome;

/// A run is given up when the loss stays for so many steps …
const WINDOW: u64 = 20;
/// … above so many times the first.
const BLOWN_UP: f64 = 4.0;

/// What the files among the program's words hold: another version of a script makes other runs.
pub(super) fn digest(problem: &ProgramProblem) -> String {
    let mut hash = Sha256::new();
    for word in &problem.program {
        hash.update(word.as_bytes());
        if let Ok(bytes) = std::fs::read(word) {
            hash.update(bytes);
        }
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn run(
    problem: &ProgramProblem,
    cell: &Cell,
    unsealed: bool,
    stop: &AtomicBool,
) -> Result<Outcome, String> {
    let mut program = Program::start(problem)?;
    let outcome = program.run(problem, cell, unsealed, stop);
    // Ctrl-C reaches the program too, and what it then does not say is no mistake of its own.
    if stop.load(Ordering::Relaxed) { outcome.map_err(|_| "interrupted".into()) } else { outcome }
}

/// A running program.
struct Program {
    name: String,
    process: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Drop for Program {
    fn drop(&mut self) {
        // The end of its input tells it to go; whoever does not is made to.
        self.questions = None;
        for _ in 0..50 {
            if !matches!(self.process.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Program {
    fn start(problem: &ProgramProblem) -> Result<Self, String> {
        let name = problem.program.join(" ");
        let (program, arguments) = problem.program.split_first().ok_or("the problem names no program")?;
        let mut process = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("`{name}` cannot be started: {error}"))?;
        let (Some(questions), Some(answers)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(format!("`{name}` has no input and output"));
        };
        Ok(Self { name, process, questions: Some(questions), answers: BufReader::new(answers) })
    }

    /// One question, one answer.
    fn ask(&mut self, question: &Value) -> Result<Map<String, Value>, String> {
        let name = &self.name;
        let sent = match &mut self.questions {
            Some(questions) => writeln!(questions, "{question}").and_then(|()| questions.flush()),
            None => Ok(()),
        };
        let mut line = String::new();
        // A program that has ended may still have left an answer; if not, that it has ended is the news.
        let read = self.answers.read_line(&mut line);
        match (sent, read) {
            (_, Ok(0)) | (Err(_), _) => {
                let status =
                    self.process.wait().map_or_else(|error| error.to_string(), |status| status.to_string());
                Err(format!("`{name}` ended ({status}) without an answer to {}", shortened(question)))
            }
            (_, Err(error)) => Err(format!("the answer of `{name}` cannot be read: {error}")),
            (Ok(()), Ok(_)) => match serde_json::from_str(line.trim()) {
                Ok(Value::Object(answer)) => Ok(answer),
                _ => Err(format!(
                    "`{name}` answered {} with {:?}, which is no JSON object in one line (print other things to standard error)",
                    shortened(question),
                    line.trim().chars().take(80).collect::<String>()
                )),
            },
        }
    }

    fn run(
        &mut self,
        problem: &ProgramProblem,
        cell: &Cell,
        unsealed: bool,
        stop: &AtomicBool,
    ) -> Result<Outcome, String> {
        let first = self.ask(&json!({ "thalweg": 1, "seed": cell.seed }))?;
        let (layout, mut parameters) = self.parameters(&first)?;
        let evaluates = first.get("evaluates").and_then(Value::as_bool).unwrap_or(false);
        let layout = Arc::new(layout);
        let rule =
            specification(cell, &problem.schedule, problem.steps).map_err(|error| error.to_string())?;
        let mut optimizer = rule.build::<f64>(layout.clone()).map_err(|error| error.to_string())?;
        let (mut gradients, mut point) = (vec![0.0; layout.len()], vec![0.0; layout.len()]);
        let mut outcome = Outcome { validation: f64::NAN, unsealed, ..Outcome::default() };
        let (mut start, mut above, mut spent, mut done) = (None, 0, 0.0, 0);
        let said = |error: thalweg_optim::Error| error.to_string();
        let steps = cell.steps(problem.steps);
        for step in 1..=steps {
            if stop.load(Ordering::Relaxed) {
                return Err("interrupted".into());
            }
            let clock = Instant::now();
            let ahead = optimizer.evaluation_point(&parameters, &mut point).map_err(said)?;
            let loss = self.gradients(&layout, if ahead { &point } else { &parameters }, &mut gradients)?;
            let mut finite = loss.is_finite();
            if finite && optimizer.second_point(&parameters, &gradients, &mut point).map_err(said)? {
                self.gradients(&layout, &point, &mut gradients)?;
            }
            if finite {
                match optimizer.step(&mut parameters, &gradients) {
                    Err(thalweg_optim::Error::NonFinite { .. }) => finite = false,
                    other => drop(other.map_err(said)?),
                }
            }
            spent += clock.elapsed().as_secs_f64();
            let first = *start.get_or_insert(loss);
            above = if loss > BLOWN_UP * first.abs() { above + 1 } else { 0 };
            if !finite || above >= WINDOW {
                outcome.diverged_at = Some(step);
                break;
            }
            done = step;
            if step.is_multiple_of(problem.evaluate_every) || step == steps {
                outcome.training_loss.push(step as u32, loss as f32);
                let at = match optimizer.averaged(&parameters, &mut point).map_err(said)? {
                    true => &point,
                    false => &parameters,
                };
                let (loss, figure) = self.evaluate(&layout, at, "validation", evaluates, problem.metric)?;
                outcome.validation_curve.push(step as u32, figure as f32);
                outcome.validation = figure;
                if outcome.steps_to_target.is_none()
                    && problem.target_loss.is_some_and(|target| loss <= target)
                {
                    outcome.steps_to_target = Some(step);
                }
                if step == steps && unsealed && evaluates {
                    let at = at.clone();
                    outcome.test = Some(self.evaluate(&layout, &at, "test", true, problem.metric)?.1);
                }
            }
        }
        outcome.seconds_per_step = spent / done.max(1) as f64;
        Ok(outcome)
    }

    /// The parameters of the first answer: their names, shapes and initial values.
    fn parameters(&self, answer: &Map<String, Value>) -> Result<(Layout, Vec<f64>), String> {
        let name = &self.name;
        let tensors =
            answer.get("parameters").and_then(Value::as_object).filter(|tensors| !tensors.is_empty());
        let tensors = tensors.ok_or_else(|| {
            format!("the first answer of `{name}` must hold \"parameters\": {{\"w\": [0.1, 0.2], …}}, and does not")
        })?;
        let mut layout = Layout::new();
        let mut values = Vec::new();
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
                return Err(format!(
                    "`{name}` must give the parameter `{tensor}` as a list of numbers, or as {{\"shape\": [2, 3], \"values\": […]}}"
                ));
            };
            if shape.iter().product::<usize>() != flat.len() {
                return Err(format!(
                    "`{name}` gives {} values for the parameter `{tensor}` of shape {shape:?}",
                    flat.len()
                ));
            }
            layout.add(tensor.as_str(), &shape).map_err(|error| error.to_string())?;
            values.push(flat);
        }
        let mut parameters = vec![0.0; layout.len()];
        for (tensor, flat) in layout.tensors().iter().zip(values) {
            parameters[tensor.range.clone()].copy_from_slice(&flat);
        }
        Ok((layout, parameters))
    }

    /// The loss at a point, and its gradient.
    fn gradients(&mut self, layout: &Layout, at: &[f64], into: &mut [f64]) -> Result<f64, String> {
        let answer = self.ask(&json!({ "parameters": written(layout, at) }))?;
        let loss = self.number(&answer, "loss")?;
        let gradients = answer.get("gradients").and_then(Value::as_object);
        for tensor in layout.tensors() {
            let found = gradients.and_then(|gradients| numbers(gradients.get(&tensor.name)?));
            let found = found.filter(|found| found.len() == tensor.range.len()).ok_or_else(|| {
                format!(
                    "`{}` must answer with \"gradients\" that hold {} numbers for `{}`",
                    self.name,
                    tensor.range.len(),
                    tensor.name
                )
            })?;
            into[tensor.range.clone()].copy_from_slice(&found);
        }
        Ok(loss)
    }

    /// The loss on a split and the figure a run is judged by. A program without splits is asked for the loss as always.
    fn evaluate(
        &mut self,
        layout: &Layout,
        at: &[f64],
        split: &str,
        evaluates: bool,
        metric: Metric,
    ) -> Result<(f64, f64), String> {
        let mut question = json!({ "parameters": written(layout, at) });
        if evaluates {
            question["evaluate"] = json!(split);
        }
        let answer = self.ask(&question)?;
        let loss = self.number(&answer, "loss")?;
        let figure = if metric == Metric::Accuracy { self.number(&answer, "accuracy")? } else { loss };
        Ok((loss, figure))
    }

    /// A number of an answer; `null` stands for one that is not finite.
    fn number(&self, answer: &Map<String, Value>, key: &str) -> Result<f64, String> {
        match answer.get(key) {
            Some(Value::Null) => Ok(f64::NAN),
            Some(value) if value.is_number() => Ok(value.as_f64().unwrap_or(f64::NAN)),
            _ => Err(format!(
                "`{}` must answer with a number called \"{key}\" (null if it is not finite)",
                self.name
            )),
        }
    }
}

/// A list of numbers, nested or not, from the first to the last; a number alone is a list of one. `null` is not finite.
fn numbers(value: &Value) -> Option<Vec<f64>> {
    fn gather(value: &Value, into: &mut Vec<f64>) -> Option<()> {
        match value {
            Value::Null => into.push(f64::NAN),
            Value::Number(number) => into.push(number.as_f64()?),
            Value::Array(list) => list.iter().try_for_each(|value| gather(value, into))?,
            _ => return None,
        }
        Some(())
    }
    let mut flat = Vec::new();
    gather(value, &mut flat)?;
    Some(flat)
}

fn written(layout: &Layout, values: &[f64]) -> Map<String, Value> {
    let tensors = layout.tensors().iter();
    tensors.map(|tensor| (tensor.name.clone(), json!(values[tensor.range.clone()]))).collect()
}

/// The keys of a question, for messages.
fn shortened(question: &Value) -> String {
    let keys = question.as_object().into_iter().flat_map(|object| object.keys());
    format!("{{{}}}", keys.map(|key| format!("\"{key}\": …")).collect::<Vec<_>>().join(", "))
}
