//! Gradient checks for the tests of ops: backpropagation against central differences, in `f64`, on random numbers.

use crate::graph::Kind;
use crate::{BATCH, Graph, GraphError, Node, Session, check_gradients};
use rand::RngExt;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use std::sync::Arc;

/// Adds a parameter under a short name.
pub(crate) fn parameter(graph: &mut Graph<f64>, name: &str, shape: &[usize]) -> Result<Node, GraphError> {
    graph.parameter(name, shape)
}

/// Checks the gradients of whatever `build` adds, given random gradients from above: the output is compared with a random
/// target of its shape.
pub(crate) fn assert_gradients(batch: usize, build: impl Fn(&mut Graph<f64>) -> Result<Node, GraphError>) {
    assert_loss_gradients(batch, 0, |graph| {
        let output = build(graph)?;
        let shape: Vec<usize> = graph.shape(output)?.resolve(BATCH);
        let target = graph.input("random target", &shape)?;
        graph.mean_squared_error(output, target)
    });
}

/// Checks a loss of outputs and targets of the same shape: of parameters (where it is used twice) and of a batch.
pub(crate) fn assert_pair_gradients(loss: impl Fn(&mut Graph<f64>, Node, Node) -> Result<Node, GraphError>) {
    for shape in [&[][..], &[4], &[3, 2], &[2, 3, 7]] {
        assert_loss_gradients(1, 0, |graph| {
            let (y, t) = (parameter(graph, "y", shape)?, parameter(graph, "t", shape)?);
            let error = loss(graph, y, t)?;
            graph.multiply(error, error)
        });
    }
    assert_loss_gradients(5, 0, |graph| {
        let (y, t) = (graph.input("y", &[BATCH, 3])?, graph.input("t", &[BATCH, 3])?);
        graph.want_gradient(y)?;
        graph.want_gradient(t)?;
        loss(graph, y, t)
    });
}

/// Checks an op of one input on several shapes, with the input used twice.
pub(crate) fn assert_pointwise_gradients(apply: impl Fn(&mut Graph<f64>, Node) -> Result<Node, GraphError>) {
    for (batch, shape) in
        [(1, &[7][..]), (1, &[1, 1]), (5, &[BATCH, 3]), (3, &[BATCH, 17]), (2, &[BATCH, 2, 3])]
    {
        assert_gradients(batch, |graph| {
            let x = graph.input("x", shape)?;
            graph.want_gradient(x)?;
            let y = apply(graph, x)?;
            graph.multiply(y, x)
        });
    }
}

/// Checks the gradients of the loss that `build` returns. Labels are below `classes`.
pub(crate) fn assert_loss_gradients(
    batch: usize,
    classes: u32,
    build: impl Fn(&mut Graph<f64>) -> Result<Node, GraphError>,
) {
    assert_loss_gradients_within(1e-6, batch, classes, build);
}

/// Checks the gradients with this tolerance.
pub(crate) fn assert_loss_gradients_within(
    tolerance: f64,
    batch: usize,
    classes: u32,
    build: impl Fn(&mut Graph<f64>) -> Result<Node, GraphError>,
) {
    for seed in 0..3 {
        let mut graph = Graph::new();
        let loss = build(&mut graph).unwrap();
        let graph = Arc::new(graph);
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut parameters = vec![0.0; graph.layout().len()];
        for tensor in graph.layout().tensors() {
            parameters[tensor.range.clone()].fill_with(|| random.sample(StandardNormal));
        }
        let mut session = Session::training(&graph, batch, loss, &[]).unwrap();
        for (index, definition) in graph.definitions().iter().enumerate() {
            let node = graph.node(index);
            match definition.kind {
                Kind::Input => session.input_mut(node).unwrap().fill_with(|| random.sample(StandardNormal)),
                Kind::Labels => {
                    session.labels_mut(node).unwrap().fill_with(|| random.random_range(0..classes));
                }
                _ => {}
            }
        }
        let checks = check_gradients(&mut session, &parameters, None).unwrap();
        assert!(!checks.is_empty(), "nothing was checked");
        for check in checks {
            assert!(check.max_relative_difference < tolerance, "seed {seed}: {check:?}");
        }
    }
}

/// Returns the values of scalar nodes of a graph without inputs and parameters.
pub(crate) fn evaluate(graph: Graph<f64>, nodes: &[Node]) -> Vec<f64> {
    let mut session = Session::evaluation(&Arc::new(graph), 1, nodes).unwrap();
    session.forward(&[]).unwrap();
    nodes.iter().map(|&node| session.loss(node).unwrap()).collect()
}
