/*!
How gradients arise: graph, plan, session.

A [`Graph`] is built by plain function calls; every call checks shapes and returns a [`Node`]. A [`Plan`] says what one
use of the graph at one batch size takes: the order, who needs a gradient, which buffer holds what, how many bytes. A
[`Session`] owns those buffers and runs the plan: `forward`, then `backward` into a gradient arena. Parameters live
outside, in an arena described by [`Graph::layout`], so the same session serves any values of them.

```
use std::sync::Arc;
use thalweg_nn::{BATCH, Graph, Initial, Session, initialise};

let mut graph = Graph::<f32>::new();
let x = graph.input("x", &[BATCH, 3])?;
let t = graph.labels("t", &[BATCH])?;
let w = graph.parameter("W1", &[3, 2])?;
let b = graph.parameter("b1", &[2])?;
let scores = graph.linear(x, w, b)?;
let loss = graph.softmax_cross_entropy(scores, t)?;

let graph = Arc::new(graph);
let parameters = initialise(&graph, Initial::HE, 1);
let mut gradients = thalweg_arena::Arena::zeros(graph.layout().clone());
let mut session = Session::training(&graph, 2, loss, &[scores])?;
session.input_mut(x)?.copy_from_slice(&[1.0, 0.0, 2.0, 0.0, 1.0, 0.0]);
session.labels_mut(t)?.copy_from_slice(&[0, 1]);
session.forward(parameters.values())?;
session.backward(parameters.values(), gradients.values_mut())?;
assert!(session.loss(loss)? > 0.0);
# Ok::<(), thalweg_nn::GraphError>(())
```

An [`Op`] is the size of a layer and brings its forward and backward pass in one file ([`ops`], [`losses`]), with a
gradient check at the bottom. Large layers use threads if a session is
given some ([`Session::set_threads`]); the results do not depend on their number. What this crate refuses to do: allocate inside
a step on one thread, update parameters.
*/
#![forbid(unsafe_code)]

mod check;
mod compiled;
mod drawing;
mod error;
mod explain;
pub mod functions;
mod graph;
mod init;
mod layers;
mod liveness;
pub mod losses;
mod mlp;
mod mode;
mod model;
mod noise;
pub mod numerical;
mod onnx;
mod op;
pub mod ops;
mod pass;
mod plan;
mod session;
mod shape;
#[cfg(test)]
mod testing;

pub use check::{Checked, ParameterCheck, check_gradients, numerical_parameter_gradients};
pub use drawing::DrawnNode;
pub use error::GraphError;
pub use explain::grouped;
pub use graph::{Graph, Node, initial_statistics};
pub use init::{Initial, Scaled, Spread, initialise};
pub use layers::{Example, LAYERS, Layer, Layers, NETWORKS};
pub use mlp::Mlp;
pub use mode::Mode;
pub use model::{Loss, Model};
pub use noise::Noise;
pub use onnx::{OnnxScales, onnx};
pub use op::{Element, Input, Needs, Op};
pub use ops::Activation;
pub use pass::{Advance, Backward, Forward, Inputs, Target, Targets};
pub use plan::{Plan, PlannedNode};
pub use session::Session;
pub use shape::{BATCH, Dim, Shape};

/// The examples of the README, tested.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
