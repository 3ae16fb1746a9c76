//! Which ops the steps of a plan run: those of the nodes, or one op for several of them.

use super::placement::Slot;
use super::step::Step;
use crate::graph::{Graph, Kind};
use crate::{Element, Op};

/// The op of a step: its node's own, or one that does what several nodes do.
pub(crate) enum StepOp<'a, T: Element> {
    Own(&'a dyn Op<T>),
    Fused(Box<dyn Op<T>>),
}

impl<'a, T: Element> StepOp<'a, T> {
    pub(crate) fn of(graph: &'a Graph<T>, step: &Step) -> Self {
        let mut nodes = step.absorbed.iter().chain([&step.node]).map(|&node| own(graph, node));
        let first = nodes.next().unwrap_or_else(|| own(graph, step.node));
        nodes.fold(StepOp::Own(first), |op, next| match op.get().fused_with(next) {
            Some(fused) => StepOp::Fused(fused),
            None => unreachable!("the plan absorbs only what can be fused"),
        })
    }

    pub(crate) fn get(&self) -> &dyn Op<T> {
        match self {
            StepOp::Own(op) => *op,
            StepOp::Fused(op) => op.as_ref(),
        }
    }
}

/// The op of a node that is computed.
fn own<T: Element>(graph: &Graph<T>, node: usize) -> &dyn Op<T> {
    match &graph.definitions()[node].kind {
        Kind::Op { op, .. } => op.as_ref(),
        _ => unreachable!("the steps of a plan are its ops"),
    }
}

/// Returns the steps for the needed nodes, in order. A step absorbs the step before it if its op can be fused with that one's,
/// no other node uses that one's value, and the user asked for neither the value nor its gradient.
pub(super) fn fused<T: Element>(graph: &Graph<T>, needed: &[bool], readable: &[bool]) -> Vec<Step> {
    let definitions = graph.definitions();
    let mut users = vec![0usize; definitions.len()];
    for (_, definition) in definitions.iter().enumerate().filter(|&(node, _)| needed[node]) {
        match &definition.kind {
            Kind::Op { inputs, .. } => inputs.iter().for_each(|&input| users[input] += 1),
            Kind::View { of } => users[*of] += 1,
            _ => {}
        }
    }
    let mut steps: Vec<Step> = Vec::new();
    for (node, definition) in definitions.iter().enumerate().filter(|&(node, _)| needed[node]) {
        let Kind::Op { op, inputs } = &definition.kind else { continue };
        let (mut inputs, mut absorbed) = (inputs.clone(), Vec::new());
        if let [input] = inputs[..] {
            let private = users[input] == 1 && !readable[input] && !definitions[input].wanted;
            // Steps stand in the order of their nodes.
            let before = steps.binary_search_by_key(&input, |step| step.node).ok().filter(|_| private);
            let fits = |at: &usize| StepOp::of(graph, &steps[*at]).get().fused_with(op.as_ref()).is_some();
            if let Some(at) = before.filter(fits) {
                let before = steps.remove(at);
                (inputs, absorbed) = (before.inputs, before.absorbed);
                absorbed.push(input);
            }
        }
        steps.push(Step {
            node,
            absorbed,
            inputs,
            output: Slot::default(),
            workspace: Slot::default(),
            in_place: false,
            gradient_in_place: false,
            backward: None,
        });
    }
    steps
}
