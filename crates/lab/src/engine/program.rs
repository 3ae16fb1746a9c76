//! A program that is asked for losses and gradients.
//!
//! One process a run, one line of JSON each way on its standard input and output; docs/your-own-problem.md is the reference.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use thalweg_arena::Layout;

use super::own::{Judged, Objective, Own, Split, Tensor};
use crate::experiment::{Metric, ProgramProblem};

/// A program as a problem.
pub(super) struct Launched(pub(super) ProgramProblem);

impl Own for Launched {
    /// A process of its own, which has answered the first question.
    fn start(&self, seed: u64) -> Result<Box<dyn Objective>, String> {
        let mut program = Program::start(&self.0)?;
        let first = program.ask(&json!({ "thalweg": 1, "seed": seed }))?;
        program.evaluates = first.get("evaluates").and_then(Value::as_bool).unwrap_or(false);
        program.parameters = program.read_parameters(&first)?;
        Ok(Box::new(program))
    }

    /// What the files among the program's words hold: another version of a script makes other runs.
    fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        for word in &self.0.program {
            hash.update(word.as_bytes());
            if let Ok(bytes) = std::fs::read(word) {
                hash.update(bytes);
            }
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A running program.
struct Program {
    name: String,
    /// Names, shapes and initial values.
    parameters: Vec<Tensor>,
    /// Whether it knows splits.
    evaluates: bool,
    metric: Metric,
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
        Ok(Self {
            name,
            parameters: vec![],
            evaluates: false,
            metric: problem.metric,
            process,
            questions: Some(questions),
            answers: BufReader::new(answers),
        })
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

    /// The parameters of the first answer: their names, shapes and initial values.
    fn read_parameters(&self, answer: &Map<String, Value>) -> Result<Vec<Tensor>, String> {
        let name = &self.name;
        let tensors =
            answer.get("parameters").and_then(Value::as_object).filter(|tensors| !tensors.is_empty());
        let tensors = tensors.ok_or_else(|| {
            format!("the first answer of `{name}` must hold \"parameters\": {{\"w\": [0.1, 0.2], …}}, and does not")
        })?;
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
            parameters.push(Tensor { name: tensor.clone(), shape, values: flat });
        }
        Ok(parameters)
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

impl Objective for Program {
    fn parameters(&self) -> Vec<Tensor> {
        self.parameters.clone()
    }

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

    fn evaluate(&mut self, layout: &Layout, at: &[f64], split: Split) -> Result<Judged, String> {
        let mut question = json!({ "parameters": written(layout, at) });
        // A program without splits is asked for the loss as always.
        if self.evaluates {
            question["evaluate"] = json!(split.name());
        }
        let answer = self.ask(&question)?;
        let accuracy =
            (self.metric == Metric::Accuracy).then(|| self.number(&answer, "accuracy")).transpose()?;
        Ok(Judged { loss: self.number(&answer, "loss")?, accuracy })
    }

    fn has_splits(&self) -> bool {
        self.evaluates
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
