//! `thalweg explain`: what a run would do, before it does it.

use crate::experiment::{Training, TrainingArguments};
use crate::failure::Failure;
use crate::language::{chosen, said, words};
use crate::output;
use crate::writing::{Kind, Overwriting, Target, check};
use serde_json::{Value, json};
use std::path::PathBuf;
use thalweg::data::Examples;
use thalweg::data::batches::Sampling;
use thalweg::nn::{Plan, PlannedNode, grouped};
use thalweg::optim::Plan as UpdatePlan;
use thalweg::optim::{Optimizer, PlateauSettings, state_bytes};
use thalweg::pages;
use thalweg::report::{Column, Table, padded};
use thalweg::train::{EVALUATION_BATCH, Evaluator, TrainingSettings, network as build};

/// Show the graph of a run: shapes, buffers, bytes, work, and the optimizer's state
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  thalweg explain
  thalweg explain --dataset mnist --hidden 100,100,100,100 --batch 128 --rule adam
  thalweg explain experiments/two-layer.toml --json
  thalweg explain --network residual --dataset mnist --dot | dot -Tsvg > residual.svg
  thalweg explain --network transformer --dataset text --report transformer.html")]
pub(crate) struct Arguments {
    #[command(flatten)]
    training: TrainingArguments,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Print the graph in the language of Graphviz
    #[arg(long, conflicts_with = "json")]
    dot: bool,
    /// Write a page (HTML) with the graph drawn
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    #[command(flatten)]
    overwriting: Overwriting,
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    check(&[Target::of("--report", arguments.report.as_deref(), Kind::Page)], arguments.overwriting)?;
    let runs = arguments.training.load_all()?;
    if runs.is_empty() {
        return Err(Failure::new(
            "the experiment trains no network; for functions there is `thalweg trajectory`",
        ));
    }
    if arguments.dot && runs.len() > 1 {
        return Err(Failure::new(
            "--dot prints one graph, and the experiment trains several; choose with --rule or a file of one problem",
        ));
    }
    let explained = runs.iter().map(explain).collect::<Result<Vec<_>, Failure>>()?;
    if let Some(path) = &arguments.report {
        let language = chosen();
        // Rules share their problem's graph.
        let mut networks: Vec<(&str, &Plan)> = Vec::new();
        for one in &explained {
            if networks.iter().all(|(title, _)| *title != one.dataset) {
                networks.push((&one.dataset, &one.plan));
            }
        }
        pages::networks(networks, language).write_file(path)?;
    }
    if arguments.dot {
        return explained.iter().try_for_each(|one| output::line(one.plan.dot()));
    }
    if arguments.json {
        let values: Vec<_> = explained.iter().map(Explained::json).collect();
        return match values.as_slice() {
            [value] => output::json(value),
            _ => output::json(&values),
        };
    }
    let mut graph_shown = String::new();
    for one in &explained {
        // Rules share their problem's graph.
        let graph = format!("{}\n\n{}", one.dataset, graph(&one.plan));
        if graph != graph_shown {
            output::line(&graph)?;
            graph_shown = graph;
        }
        output::line(one.text())?;
    }
    Ok(())
}

/// A line with what something is called in front.
fn fact(name: &str, what: &str) -> String {
    format!("{}{what}\n", padded(name, 16))
}

/// The nodes of a plan, and its totals.
fn graph(plan: &Plan) -> String {
    let words = words();
    let mut table = Table::new(vec![
        Column::text(words.node()),
        Column::text(words.computed_as()),
        Column::text(words.shape()),
        Column::number(words.bytes()),
        Column::number(words.buffer_title()),
        Column::text(words.has_gradient()),
        Column::number(words.multiply_adds()),
    ]);
    for node in plan.nodes() {
        let computed = match node.inputs.as_slice() {
            [] => node.op.to_owned(),
            inputs => format!("{}({})", node.op, inputs.join(", ")),
        };
        let work = node.multiply_adds + node.backward_multiply_adds;
        table.push([
            node.name.clone().into(),
            computed.into(),
            format!("{:?}", node.shape).into(),
            grouped(node.bytes as u64).into(),
            node.buffer.map(|buffer| buffer.to_string()).unwrap_or_default().into(),
            if node.gradient { words.yes().into() } else { String::new().into() },
            if work > 0 { grouped(work).into() } else { String::new().into() },
        ]);
    }
    let work = |pick: fn(&PlannedNode) -> u64| grouped(plan.nodes().iter().map(pick).sum());
    let (forward, backward) = (work(|node| node.multiply_adds), work(|node| node.backward_multiply_adds));
    let facts = [
        fact(words.batch_size(), &grouped(plan.batch() as u64)),
        fact(words.parameters(), &grouped(plan.parameter_count() as u64)),
        fact(words.value_bytes(), &grouped(plan.value_bytes() as u64)),
        fact(words.gradient_bytes(), &grouped(plan.gradient_bytes() as u64)),
        fact(words.multiply_adds(), &words.forward_and_backward(&forward, &backward)),
    ];
    format!("{}\n{}", table.to_text(output::width()), facts.concat().trim_end())
}

/// What there is to say of one run.
struct Explained {
    dataset: String,
    plan: Plan,
    settings: TrainingSettings,
    hyperparameters: Vec<(&'static str, f64)>,
    parameters: Vec<(String, Vec<usize>)>,
    /// Names of the optimizer's state buffers, and the bytes of one: those of the parameters.
    state: Vec<&'static str>,
    arena_bytes: usize,
    state_bytes: usize,
    evaluation_bytes: usize,
    /// Who gets what, group by group.
    updates: UpdatePlan,
}

fn explain(run: &Training) -> Result<Explained, Failure> {
    let settings = run.settings.clone();
    let model = build::<f32>(&settings, &run.dataset)?;
    let layout = model.graph.layout();
    let optimizer = settings.rule.build::<f32>(layout.clone())?;
    let [train, validation, test] =
        [&run.dataset.train, &run.dataset.validation, &run.dataset.test].map(Examples::len);
    let train = settings.examples.unwrap_or(train).min(train);
    let evaluator = Evaluator::new(model.clone(), EVALUATION_BATCH);
    Ok(Explained {
        evaluation_bytes: evaluator.bytes([train, validation, test])?,
        dataset: words().training_examples(&run.dataset.name, run.dataset.train.len()),
        plan: Plan::training(&model.graph, settings.batch, model.loss, &[])?,
        hyperparameters: settings.rule.resolved()?,
        parameters: layout
            .tensors()
            .iter()
            .map(|tensor| (tensor.name.clone(), tensor.shape.clone()))
            .collect(),
        state: names(optimizer.as_ref()),
        arena_bytes: layout.len() * size_of::<f32>(),
        state_bytes: state_bytes(optimizer.as_ref()),
        updates: UpdatePlan::new::<f32>(&settings.rule, layout)?,
        settings,
    })
}

/// The names of the optimizer's state buffers, each once.
fn names(optimizer: &dyn Optimizer<f32>) -> Vec<&'static str> {
    let full = optimizer.state().into_iter().map(|(name, _)| name);
    let mut names: Vec<&'static str> =
        full.chain(optimizer.packed().into_iter().map(|(name, _)| name)).collect();
    names.sort_unstable();
    names.dedup();
    names
}

impl Explained {
    /// Values and gradients of nodes, parameters, their gradients, the optimizer's state, and what evaluations need.
    fn bytes(&self) -> usize {
        self.plan.bytes() + 2 * self.arena_bytes + self.state_bytes + self.evaluation_bytes
    }

    fn text(&self) -> String {
        let rule = &self.settings.rule;
        let shown: Vec<String> = self
            .hyperparameters
            .iter()
            .map(|(name, value)| format!("{name} {}", thalweg::pages::number(*value)))
            .collect();
        let state = match self.state.as_slice() {
            [] => words().no_state().to_string(),
            names => words().state_of(&names.join(", "), self.state_bytes),
        };
        let groups = match self.updates.groups.as_slice() {
            [_] if rule.before.is_empty() && rule.after.is_empty() => String::new(),
            _ => self.updates.to_string().lines().map(|line| format!("  {}\n", said(line))).collect(),
        };
        let plateau = self.settings.plateau.map_or_else(String::new, |plateau| {
            let PlateauSettings { factor, patience, .. } = plateau;
            format!("; {}", words().falls_after(factor, patience))
        });
        let batches = match self.settings.sampling {
            Sampling::Shuffled => words().shuffled_batches(),
            Sampling::WithReplacement => words().batches_with_replacement(),
        };
        let rate = words().rate_follows(&said(&rule.schedule.to_string()));
        let lines = [
            fact(words().optimizer(), &format!("{} ({}), {}", rule.rule, rule.dialect, shown.join(", "))),
            fact("", &format!("{state}; {rate}{plateau}")),
            groups,
            fact(words().the_run(), &words().steps_in_batches(self.settings.steps, batches)),
            fact(words().memory(), &words().bytes_in_all(self.bytes(), self.evaluation_bytes)),
        ];
        format!("\n{}", lines.concat().trim_end())
    }

    fn json(&self) -> Value {
        let nodes = self.plan.nodes().iter().map(|node| {
            json!({
                "name": node.name, "op": node.op, "inputs": node.inputs, "shape": node.shape, "bytes": node.bytes,
                "buffer": node.buffer, "gradient": node.gradient, "multiply_adds": node.multiply_adds,
                "backward_multiply_adds": node.backward_multiply_adds,
            })
        });
        let parameters = self.parameters.iter().map(|(name, shape)| json!({ "name": name, "shape": shape }));
        let hyperparameters =
            self.hyperparameters.iter().map(|(name, value)| (name.to_string(), json!(value)));
        let rule = &self.settings.rule;
        let groups = self.updates.groups.iter().map(|group| {
            let tensors: Vec<&str> = group.tensors.iter().map(|&index| self.parameters[index].0.as_str()).collect();
            json!({
                "name": group.name, "rule": group.rule, "learning_rate": group.learning_rate, "tensors": tensors,
                "parameters": group.elements, "state_bytes": group.state_bytes, "frozen": group.frozen,
            })
        });
        let before_groups = self.updates.shared.as_ref();
        let before_groups =
            before_groups.map(|shared| json!({ "stages": shared.stages, "state_bytes": shared.state_bytes }));
        json!({
            "dataset": self.settings.dataset,
            "batch": self.plan.batch(),
            "nodes": nodes.collect::<Vec<_>>(),
            "parameters": parameters.collect::<Vec<_>>(),
            "parameter_count": self.plan.parameter_count(),
            "value_bytes": self.plan.value_bytes(),
            "gradient_bytes": self.plan.gradient_bytes(),
            "optimizer": {
                "rule": rule.rule, "dialect": rule.dialect,
                "hyperparameters": hyperparameters.collect::<serde_json::Map<String, Value>>(),
                "schedule": rule.schedule.to_string(), "plateau": self.settings.plateau, "state": self.state,
                "state_bytes": self.state_bytes, "before_groups": before_groups, "groups": groups.collect::<Vec<_>>(),
            },
            "evaluation_bytes": self.evaluation_bytes,
            "bytes": self.bytes(),
            "steps": self.settings.steps,
        })
    }
}
