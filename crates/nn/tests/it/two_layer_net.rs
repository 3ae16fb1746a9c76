//! The two-layer network of the source notes (4.5): trained by numerical gradients and by backpropagation.

use std::sync::Arc;
use thalweg_arena::Arena;
use thalweg_nn::numerical::Difference;
use thalweg_nn::{
    Activation, Graph, Initial, Loss, Mlp, Model, Session, check_gradients, initialise,
    numerical_parameter_gradients,
};

const BATCH: usize = 12;

/// Points of three classes, by a formula instead of a file.
fn example(i: usize) -> ([f64; 4], u32) {
    let class = i % 3;
    let wave = |k: usize| ((i * (k + 2)) as f64 * 0.7).sin() * 0.3;
    let mut x = [wave(0), wave(1), wave(2), wave(3)];
    x[class] += 1.0;
    (x, class as u32)
}

fn session(model: &Model<f64>) -> Session<f64> {
    let mut session = Session::training(&model.graph, BATCH, model.loss, &[]).unwrap();
    for i in 0..BATCH {
        let (x, label) = example(i);
        session.input_mut(model.input).unwrap()[4 * i..4 * i + 4].copy_from_slice(&x);
        session.labels_mut(model.target).unwrap()[i] = label;
    }
    session
}

fn two_layer_net(activation: Activation) -> Model<f64> {
    let loss = Loss::SoftmaxCrossEntropy;
    Mlp { inputs: 4, hidden: vec![5], outputs: 3, activation, loss }.build().unwrap()
}

/// The losses before each of 30 steps of gradient descent at rate 1, and the parameters after them.
fn train(model: &Model<f64>, numerical: bool) -> (Vec<f64>, Vec<f64>) {
    let mut session = session(model);
    let mut parameters = initialise(&model.graph, Initial::Normal { scale: 0.5 }, 1);
    let mut gradients = Arena::<f64>::zeros(model.graph.layout().clone());
    let mut losses = Vec::new();
    for _ in 0..30 {
        session.forward(parameters.values()).unwrap();
        losses.push(session.loss(model.loss).unwrap());
        if numerical {
            numerical_parameter_gradients(
                &mut session,
                parameters.values(),
                Difference::Central,
                1e-4,
                gradients.values_mut(),
            )
            .unwrap();
        } else {
            session.backward(parameters.values(), gradients.values_mut()).unwrap();
        }
        let steps = parameters.values_mut().iter_mut().zip(gradients.values());
        steps.for_each(|(parameter, gradient)| *parameter -= gradient);
    }
    (losses, parameters.values().to_vec())
}

#[test]
fn numerical_gradients_and_backpropagation_train_the_same_network() {
    let model = two_layer_net(Activation::Sigmoid);
    let (by_backpropagation, ours) = train(&model, false);
    let (by_differences, theirs) = train(&model, true);
    for (a, b) in by_backpropagation.iter().zip(&by_differences) {
        assert!((a - b).abs() < 1e-7, "{a} {b}");
    }
    for (a, b) in ours.iter().zip(&theirs) {
        assert!((a - b).abs() < 1e-6, "{a} {b}");
    }
    let (first, last) = (by_backpropagation[0], by_backpropagation[29]);
    assert!(last < 0.3 * first, "the loss fell from {first} only to {last}");
}

#[test]
fn every_activation_passes_the_gradient_check() {
    for &(name, activation) in Activation::ALL {
        let model = two_layer_net(activation);
        let parameters = initialise(&model.graph, Initial::XAVIER, 3);
        let checks = check_gradients(&mut session(&model), parameters.values(), None).unwrap();
        assert_eq!(
            checks.iter().map(|check| check.name.as_str()).collect::<Vec<_>>(),
            ["W1", "b1", "W2", "b2"]
        );
        for check in checks {
            assert!(check.max_relative_difference < 1e-6, "{name}: {check:?}");
        }
    }
}

#[test]
fn equal_seeds_train_to_equal_bits() {
    let model = two_layer_net(Activation::Tanh);
    let (one, other) = (train(&model, false), train(&two_layer_net(Activation::Tanh), false));
    let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&one.1), bits(&other.1));
}

/// Forward differences are in error by a multiple of the step, central ones by its square.
#[test]
fn forward_differences_of_a_whole_network_are_a_little_worse_than_central_ones() {
    let mut graph = Graph::<f64>::new();
    let x = graph.input("x", &[thalweg_nn::BATCH, 2]).unwrap();
    let t = graph.labels("t", &[thalweg_nn::BATCH]).unwrap();
    let w = graph.parameter("W1", &[2, 3]).unwrap();
    let b = graph.parameter("b1", &[3]).unwrap();
    let scores = graph.linear(x, w, b).unwrap();
    let loss = graph.softmax_cross_entropy(scores, t).unwrap();
    let graph = Arc::new(graph);
    let parameters = initialise(&graph, Initial::XAVIER, 3);
    let mut session = Session::training(&graph, 2, loss, &[]).unwrap();
    session.set_input(x, &[1.0, -2.0, 0.5, 3.0]).unwrap();
    session.set_labels(t, &[2, 0]).unwrap();
    let mut exact = vec![0.0; parameters.values().len()];
    session.forward(parameters.values()).unwrap();
    session.backward(parameters.values(), &mut exact).unwrap();
    let mut error = |difference| {
        let mut gradients = vec![0.0; exact.len()];
        numerical_parameter_gradients(&mut session, parameters.values(), difference, 1e-4, &mut gradients)
            .unwrap();
        gradients.iter().zip(&exact).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
    };
    let (forward, central) = (error(Difference::Forward), error(Difference::Central));
    assert!((1e-6..1e-3).contains(&forward), "{forward}");
    assert!(central < 1e-7, "{central}");
}
