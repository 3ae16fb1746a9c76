//! The rules of W3 by name, combinations included.

use crate::Variant;
use crate::serve::Result;
use std::sync::Arc;
use thalweg::arena::Layout;
use thalweg::optim::rules::Adam;
use thalweg::optim::stages::{ClipByValue, DecoupledWeightDecay};
use thalweg::optim::{
    Composer, Dialect, Entry, Format, NonFinite, Optimizer, Passes, Rule, Specification, StageSpecification,
};

/// The optimizer of a row, or `None` where this variant has nothing to say about the rule.
pub(crate) fn build(
    rule: &str,
    variant: Variant,
    layout: Arc<Layout>,
) -> Result<Option<Box<dyn Optimizer<f32>>>> {
    let asked = match variant {
        Variant::Plain => true,
        Variant::Interpreted => rule == "clip-value-adam-decay",
        _ => rule == "adam",
    };
    if !asked {
        return Ok(None);
    }
    let mut optimizer = match rule {
        "clip-value-adam-decay" => stages(variant, layout),
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

/// The same three stages as one compiled loop, or one after the other on each block.
fn stages(variant: Variant, layout: Arc<Layout>) -> Box<dyn Optimizer<f32>> {
    let clip = ClipByValue { largest: 0.04 };
    let adam = Adam { learning_rate: 1e-3, ..Adam::torch() };
    let decay = DecoupledWeightDecay { weight_decay: 0.01 };
    Box::new(match variant {
        Variant::Interpreted => Composer::new(layout).rule(clip).rule(adam).rule(decay).build(),
        _ => Passes::new(clip.then(adam).then(decay), layout),
    })
}

fn specification(rule: &str) -> Result<Option<Specification>> {
    let stage = StageSpecification::new;
    let clip = stage("clip-by-global-norm").with("largest", 1.0);
    let decay = stage("decoupled-weight-decay").with("weight_decay", 0.01);
    Ok(match rule {
        "clip-rmsprop-nesterov-decay-average" => named("rmsprop")?.map(|rmsprop| {
            let trace = stage("trace").with("momentum", 0.9).with("nesterov", 1.0);
            let average = stage("average").with("decay", 0.999);
            rmsprop.before(clip).after(trace).after(decay).after(average)
        }),
        "clip-adamw-cautious" => named("adamw")?.map(|adamw| adamw.before(clip).after(stage("cautious"))),
        "lion-decay-lookahead" => named("lion")?.map(|lion| {
            let lookahead = stage("lookahead").with("every", 5.0).with("share", 0.5);
            lion.after(decay).after(lookahead)
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
