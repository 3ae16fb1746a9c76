//! The rules of W3 by name, combinations included.

use crate::Variant;
use crate::serve::Result;
use std::sync::Arc;
use thalweg::arena::Layout;
use thalweg::optim::rules::{Adam, Lion, RmsProp};
use thalweg::optim::stages::{
    AverageWeights, ClipByGlobalNorm, ClipByValue, DecoupledWeightDecay, Lookahead, Trace,
};
use thalweg::optim::{
    Composer, Dialect, Entry, Format, NonFinite, Optimizer, Rule, Specification, StageSpecification,
};

/// The optimizer of a row, or `None` where this variant has nothing to say about the rule.
pub(crate) fn build(
    rule: &str,
    variant: Variant,
    layout: Arc<Layout>,
) -> Result<Option<Box<dyn Optimizer<f32>>>> {
    let asked = match variant {
        Variant::Plain => true,
        Variant::Interpreted => CHAINS.contains(&rule),
        _ => rule == "adam",
    };
    if !asked {
        return Ok(None);
    }
    let mut optimizer = match compiled(rule, &layout) {
        Some(chain) if variant != Variant::Interpreted => chain,
        _ => {
            let Some(mut specification) = specification(rule)? else { return Ok(None) };
            specification.state = match variant {
                Variant::Bf16 => Format::Bf16,
                Variant::EightBit => Format::EightBit,
                _ => Format::Full,
            };
            specification.build::<f32>(layout)?
        }
    };
    if variant != Variant::Screened {
        optimizer.set_policy(NonFinite::Allow);
    }
    Ok(Some(optimizer))
}

/// Rules that take one root and one division for each element.
pub(crate) const ROOT_AND_DIVISION: [&str; 10] =
    ["adagrad", "rmsprop", "adadelta", "adam", "adamw", "amsgrad", "nadam", "radam", "adabelief", "ademamix"];

/// How many buffers a step of the rule writes, of those that have a number for each parameter; `None` for one that has state
/// of another shape.
pub(crate) fn written_buffers(rule: &str) -> Result<Option<usize>> {
    let layout = Arc::new(Layout::flat(8));
    let Some(optimizer) = build(rule, Variant::Plain, layout.clone())? else { return Ok(None) };
    let state = optimizer.state();
    let alike = state.iter().all(|(_, buffer)| buffer.layout().len() == layout.len());
    Ok(alike.then_some(1 + state.len()))
}

/// Chains that can be one loop a pass.
const CHAINS: [&str; 3] =
    ["clip-value-adam-decay", "clip-rmsprop-nesterov-decay-average", "lion-decay-lookahead"];

/// A chain as Rust users write it: its type is one loop a pass.
fn compiled(rule: &str, layout: &Arc<Layout>) -> Option<Box<dyn Optimizer<f32>>> {
    let chain = Composer::new(layout.clone());
    let decay = DecoupledWeightDecay { weight_decay: 0.01 };
    let chain = match rule {
        "clip-value-adam-decay" => {
            let adam = Adam { learning_rate: 1e-3, ..Adam::torch() };
            chain.rule(ClipByValue { largest: 0.04 }.then(adam).then(decay))
        }
        "clip-rmsprop-nesterov-decay-average" => {
            let rmsprop = RmsProp { learning_rate: 1e-3, ..RmsProp::torch() };
            let trace = Trace { momentum: 0.9, nesterov: 1.0 };
            let average = AverageWeights { decay: 0.999 };
            let rule = rmsprop.then(trace).then(decay).then(average);
            chain.barrier(ClipByGlobalNorm { largest: 1.0, epsilon: 1e-6 }).rule(rule)
        }
        "lion-decay-lookahead" => {
            let lion = Lion { learning_rate: 1e-3, beta1: 0.9, beta2: 0.99 };
            chain.rule(lion.then(decay).then(Lookahead { every: 5.0, share: 0.5 }))
        }
        _ => return None,
    };
    Some(Box::new(chain.build()))
}

fn specification(rule: &str) -> Result<Option<Specification>> {
    let stage = StageSpecification::new;
    let clip = stage("clip-by-global-norm").with("largest", 1.0);
    let decay = stage("decoupled-weight-decay").with("weight_decay", 0.01);
    Ok(match rule {
        "clip-value-adam-decay" => {
            named("adam")?.map(|adam| adam.before(stage("clip-by-value").with("largest", 0.04)).after(decay))
        }
        "clip-rmsprop-nesterov-decay-average" => named("rmsprop")?.map(|rmsprop| {
            let trace = stage("trace").with("momentum", 0.9).with("nesterov", 1.0);
            let average = stage("average").with("decay", 0.999);
            rmsprop.before(clip).after(trace).after(decay).after(average)
        }),
        "clip-adamw-cautious" => named("adamw")?.map(|adamw| adamw.before(clip).after(stage("cautious"))),
        "lion-decay-lookahead" => named("lion")?.map(|lion| {
            let lookahead = stage("lookahead").with("every", 5.0).with("share", 0.5);
            lion.with("weight_decay", 0.0).after(decay).after(lookahead)
        }),
        _ => named(rule)?,
    })
}

/// A rule of the catalogue as torch has it, or else optax, or else the paper.
fn named(rule: &str) -> Result<Option<Specification>> {
    let entry = Entry::named(rule)?;
    let dialect = [Dialect::Torch, Dialect::Optax, Dialect::Paper]
        .into_iter()
        .find(|&dialect| entry.defaults(dialect).is_some());
    Ok(dialect.map(|dialect| Specification::new(rule, dialect).with("learning_rate", 1e-3)))
}
