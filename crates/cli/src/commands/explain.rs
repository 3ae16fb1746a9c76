//! `thalweg explain`: what a run would do, before it does it.

use crate::experiment::{Training, TrainingArguments};
use crate::failure::Failure;
use crate::output;
use serde_json::json;
use thalweg::nn::Plan;
use thalweg::train::network;

/// Show the graph of a run: shapes, buffers, bytes, work, and the optimizer's state
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  thalweg explain
  thalweg explain --dataset mnist --hidden 100,100,100,100 --batch 128 --rule adam
  thalweg explain experiments/two-layer.toml --json")]
pub(crate) struct Arguments {
    #[command(flatten)]
    training: TrainingArguments,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let Training { settings, dataset } = arguments.training.load()?;
    let model = network::<f32>(&settings, &dataset)?;
    let plan = Plan::training(&model.graph, settings.batch, model.loss, &[])?;
    let layout = model.graph.layout();
    let optimizer = settings.rule.build::<f32>(layout.clone())?;
    let buffers: Vec<&str> = optimizer.state().iter().map(|(name, _)| *name).collect();
    let arena_bytes = layout.len() * size_of::<f32>();
    let hyperparameters = settings.rule.resolved()?;
    if arguments.json {
        let nodes: Vec<_> = plan
            .nodes()
            .iter()
            .map(|node| {
                json!({
                    "name": node.name, "op": node.op, "inputs": node.inputs, "shape": node.shape, "bytes": node.bytes,
                    "buffer": node.buffer, "gradient": node.gradient, "multiply_adds": node.multiply_adds,
                    "backward_multiply_adds": node.backward_multiply_adds,
                })
            })
            .collect();
        let parameters: Vec<_> = layout
            .tensors()
            .iter()
            .map(|tensor| json!({ "name": tensor.name, "shape": tensor.shape }))
            .collect();
        let hyperparameters: serde_json::Map<String, serde_json::Value> =
            hyperparameters.into_iter().map(|(name, value)| (name.to_string(), json!(value))).collect();
        return output::json(&json!({
            "dataset": dataset.name,
            "batch": plan.batch(),
            "nodes": nodes,
            "parameters": parameters,
            "parameter_count": plan.parameter_count(),
            "value_bytes": plan.value_bytes(),
            "gradient_bytes": plan.gradient_bytes(),
            "optimizer": {
                "rule": settings.rule.rule, "dialect": settings.rule.dialect, "hyperparameters": hyperparameters,
                "schedule": settings.rule.schedule.to_string(), "state": buffers,
                "state_bytes": buffers.len() * arena_bytes,
            },
            "bytes": plan.bytes() + (2 + buffers.len()) * arena_bytes,
            "steps": settings.steps,
        }));
    }
    output::line(&plan)?;
    let shown: Vec<String> = hyperparameters.iter().map(|(name, value)| format!("{name} {value}")).collect();
    let rule = &settings.rule;
    let state = if buffers.is_empty() { "no state".into() } else { format!("state: {}", buffers.join(", ")) };
    let state_bytes = buffers.len() * arena_bytes;
    output::line(format!("\noptimizer       {} ({}), {}", rule.rule, rule.dialect, shown.join(", ")))?;
    output::line(format!("                {state} ({state_bytes} bytes); rate {}", rule.schedule))?;
    output::line(format!("run             {} steps, batches {:?}", settings.steps, settings.sampling))?;
    let bytes = plan.bytes() + (2 + buffers.len()) * arena_bytes;
    output::line(format!("memory          {bytes} bytes: values, gradients, parameters and optimizer state"))
}
