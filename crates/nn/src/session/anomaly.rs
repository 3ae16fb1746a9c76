//! Anomaly mode: which node gave the first value or gradient that is not finite?

use super::Session;
use super::access::Widen;
use crate::graph::Kind;
use crate::plan::Step;
use crate::plan::placement::{Contribution, GradientStorage, Storage};
use crate::{Element, GraphError};
use thalweg_lanes::dispatch;

impl<T: Element> Session<T> {
    /// Checks every value and every gradient as it is computed, from now on: [`forward`](Self::forward) and
    /// [`backward`](Self::backward) then end with [`GraphError::Anomaly`] at the first that is not finite. Reads everything once
    /// more, so it is for finding mistakes.
    pub fn set_anomaly(&mut self, on: bool) {
        self.anomaly = on;
        // Checked values must be in the buffers that all ops read.
        for narrow in self.narrow.iter_mut().filter(|narrow| narrow.holds) {
            if let Storage::Buffer(slot) = self.plan.storage(narrow.node) {
                dispatch(Widen {
                    wide: &mut self.values[slot.index][..slot.len],
                    values: narrow.data.values(),
                });
                narrow.holds = false;
            }
        }
    }

    /// Checks the leaves before anything is computed from them.
    pub(super) fn check_leaves(&self, parameters: &[T]) -> Result<(), GraphError> {
        for (node, definition) in self.graph.definitions().iter().enumerate() {
            let (what, values) = match (self.plan.storage(node), &definition.kind) {
                (Storage::Parameter(range), _) => ("parameter", &parameters[range.clone()]),
                (Storage::Statistic(range), _) => ("running statistic", &self.statistics[range.clone()]),
                (Storage::Buffer(slot), Kind::Input) => ("input", &self.values[slot.index][..slot.len]),
                _ => continue,
            };
            if let Some(at) = first_bad(values) {
                return Err(GraphError::Anomaly {
                    what: format!("{what} `{}`", definition.name),
                    value: values[at].to_f64(),
                    place: place(at, self.plan.shape(node)),
                    explanation: "before the forward pass".into(),
                });
            }
        }
        Ok(())
    }

    /// Returns the largest magnitude among the inputs of a step.
    pub(super) fn largest_input(&self, step: &Step, parameters: &[T]) -> f64 {
        let values = step.inputs.iter().filter_map(|&node| match self.plan.storage(node) {
            Storage::Parameter(range) => Some(&parameters[range.clone()]),
            Storage::Statistic(range) => Some(&self.statistics[range.clone()]),
            Storage::Constant(at) => Some(self.graph.constants()[*at].as_slice()),
            Storage::Buffer(slot) => Some(&self.values[slot.index][..slot.len]),
            Storage::Labels(_) | Storage::None => None,
        });
        values.flatten().fold(0.0, |largest: f64, value| largest.max(value.to_f64().abs()))
    }

    /// Checks the value that a step has just computed.
    pub(super) fn check_value(&self, step: &Step, largest: f64) -> Result<(), GraphError> {
        let values = &self.values[step.output.index][..step.output.len];
        let Some(at) = first_bad(values) else { return Ok(()) };
        Err(GraphError::Anomaly {
            what: format!("the value of {}", self.names(step)),
            value: values[at].to_f64(),
            place: place(at, self.plan.shape(step.node)),
            explanation: format!(
                "in the forward pass; what it is computed from is finite, with magnitudes up to {largest:.1e}"
            ),
        })
    }

    /// Checks the gradients that the backward pass of a step has just written.
    pub(super) fn check_gradients(&self, step: &Step, gradients: &[T]) -> Result<(), GraphError> {
        let Some((_, contributions)) = &step.backward else { return Ok(()) };
        for (&node, contribution) in step.inputs.iter().zip(contributions) {
            let values = match self.plan.gradient_storage(node) {
                _ if *contribution == Contribution::None => continue,
                Some(GradientStorage::Parameter(range)) => &gradients[range.clone()],
                Some(GradientStorage::Buffer(slot)) => &self.gradients[slot.index][..slot.len],
                None => continue,
            };
            if let Some(at) = first_bad(values) {
                return Err(GraphError::Anomaly {
                    what: format!("the gradient of `{}`", self.graph.name_at(node)),
                    value: values[at].to_f64(),
                    place: place(at, self.plan.shape(node)),
                    explanation: format!("in the backward pass of {}", self.names(step)),
                });
            }
        }
        Ok(())
    }

    /// `` `linear1` (linear) ``, with what is computed together with it.
    fn names(&self, step: &Step) -> String {
        let name = |&node: &usize| {
            let definition = &self.graph.definitions()[node];
            let op = if let Kind::Op { op, .. } = &definition.kind {
                op.name()
            } else {
                definition.kind.describe()
            };
            format!("`{}` ({op})", definition.name)
        };
        let all: Vec<String> = step.absorbed.iter().chain([&step.node]).map(name).collect();
        all.join(" with ")
    }
}

fn first_bad<T: Element>(values: &[T]) -> Option<usize> {
    values.iter().position(|value| !value.is_finite())
}

/// Row-major indices: `[3, 7]`.
fn place(mut at: usize, shape: &[usize]) -> String {
    let mut indices: Vec<String> = Vec::new();
    for &extent in shape.iter().rev() {
        indices.push((at % extent.max(1)).to_string());
        at /= extent.max(1);
    }
    indices.reverse();
    format!("[{}]", indices.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::{Linear, MatMul};
    use crate::{BATCH, Graph};
    use std::sync::Arc;

    #[test]
    fn the_first_node_that_is_not_finite_is_named() {
        let mut graph = Graph::<f32>::new();
        let x = graph.input("x", &[BATCH, 2]).unwrap();
        let w = graph.parameter("W", &[2, 2]).unwrap();
        let b = graph.parameter("b", &[2]).unwrap();
        let v = graph.parameter("V", &[2, 1]).unwrap();
        let t = graph.input("t", &[BATCH, 1]).unwrap();
        let hidden = graph.named("hidden").apply(Linear, &[x, w, b]).unwrap();
        let output = graph.named("output").apply(MatMul, &[hidden, v]).unwrap();
        let loss = graph.mean_squared_error(output, t).unwrap();
        let graph = Arc::new(graph);
        let mut session = Session::training(&graph, 2, loss, &[]).unwrap();
        session.set_anomaly(true);
        let mut parameters = vec![0.0; graph.layout().len()];
        let mut gradients = parameters.clone();
        let set = |parameters: &mut Vec<f32>, name: &str, values: &[f32]| {
            let tensors = graph.layout().tensors();
            let range = tensors.iter().find(|tensor| tensor.name == name).unwrap().range.clone();
            parameters[range].copy_from_slice(values);
        };
        session.set_input(x, &[1.0, 2.0, 3.0, 4.0]).unwrap();
        session.set_input(t, &[0.0, 0.0]).unwrap();
        set(&mut parameters, "W", &[1.0, 0.0, 0.0, 1.0]);
        set(&mut parameters, "V", &[1.0, 1.0]);
        session.forward(&parameters).unwrap();
        session.backward(&parameters, &mut gradients).unwrap();

        // 4 · 3e38 is more than f32 can hold.
        set(&mut parameters, "W", &[1.0, 0.0, 0.0, 1e38]);
        let error = session.forward(&parameters).unwrap_err().to_string();
        assert_eq!(
            error,
            "the value of `hidden` (linear) is inf at [1, 1] in the forward pass; what it is computed from is finite, with \
             magnitudes up to 1.0e38"
        );
        set(&mut parameters, "W", &[1.0, f32::NAN, 0.0, 1.0]);
        let error = session.forward(&parameters).unwrap_err().to_string();
        assert_eq!(error, "parameter `W` is NaN at [0, 1] before the forward pass");

        // Values that fit, and a gradient that does not: 1e4 · 1e15 · 1e20.
        session.set_input(x, &[1e4, 0.0, 0.0, 0.0]).unwrap();
        set(&mut parameters, "W", &[1e-9, 0.0, 0.0, 0.0]);
        set(&mut parameters, "V", &[1e20, 0.0]);
        session.forward(&parameters).unwrap();
        let error = session.backward(&parameters, &mut gradients).unwrap_err().to_string();
        assert_eq!(error, "the gradient of `W` is inf at [0, 0] in the backward pass of `hidden` (linear)");
        session.set_anomaly(false);
        session.forward(&parameters).unwrap();
        session.backward(&parameters, &mut gradients).unwrap();
    }
}
