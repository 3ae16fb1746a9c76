//! The shopping bills of the source notes (5.1, 5.4): the total, and what it depends on how much.

use std::sync::Arc;
use thalweg_nn::{Graph, GraphError, Node, Session};

/// The total and its derivatives with respect to `inputs`, given their values.
fn bill(
    build: impl Fn(&mut Graph<f64>, &[Node]) -> Result<Node, GraphError>,
    inputs: &[(&str, f64)],
) -> Result<(f64, Vec<f64>), GraphError> {
    let mut graph = Graph::new();
    let mut nodes = Vec::new();
    for (name, _) in inputs {
        let node = graph.input(name, &[])?;
        graph.want_gradient(node)?;
        nodes.push(node);
    }
    let total = build(&mut graph, &nodes)?;
    let mut session = Session::training(&Arc::new(graph), 1, total, &[])?;
    for (node, (_, value)) in nodes.iter().zip(inputs) {
        session.set_input(*node, &[*value])?;
    }
    session.forward(&[])?;
    session.backward(&[], &mut [])?;
    let gradients =
        nodes.iter().map(|&node| Ok(session.gradient(node)?[0])).collect::<Result<_, GraphError>>()?;
    Ok((session.loss(total)?, gradients))
}

fn assert_near(actual: &[f64], expected: &[f64]) {
    assert_eq!(actual.len(), expected.len());
    for (actual, expected) in actual.iter().zip(expected) {
        assert!((actual - expected).abs() < 1e-12 * expected.abs(), "{actual} {expected}");
    }
}

#[test]
fn two_apples_with_tax() {
    let inputs = [("apple", 100.0), ("count", 2.0), ("tax", 1.1)];
    let (total, gradients) = bill(
        |graph, x| {
            let apples = graph.multiply(x[0], x[1])?;
            graph.multiply(apples, x[2])
        },
        &inputs,
    )
    .unwrap();
    assert_near(&[total], &[220.0]);
    assert_near(&gradients, &[2.2, 110.0, 200.0]);
}

#[test]
fn apples_and_oranges_with_tax() {
    let inputs = [("apples", 2.0), ("apple", 100.0), ("orange", 150.0), ("oranges", 3.0), ("tax", 1.1)];
    let (total, gradients) = bill(
        |graph, x| {
            let apples = graph.multiply(x[1], x[0])?;
            let oranges = graph.multiply(x[2], x[3])?;
            let fruit = graph.add(apples, oranges)?;
            graph.multiply(fruit, x[4])
        },
        &inputs,
    )
    .unwrap();
    assert_near(&[total], &[715.0]);
    assert_near(&gradients, &[110.0, 2.2, 3.3, 165.0, 650.0]);
}
