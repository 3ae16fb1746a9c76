//! A step allocates nothing, and a session what its plan says: counted.

use thalweg_arena::Arena;
use thalweg_nn::{
    Activation, Element, Example, Initial, Layers, Loss, Mlp, Model, NETWORKS, Plan, Session, initialise,
};

use crate::allocator::{most_held, request_count};

fn assert_steps_do_not_allocate<T: Element>(loss: Loss, activation: Activation) {
    const BATCH: usize = 100;
    let mlp = Mlp { inputs: 784, hidden: vec![50, 30], outputs: 10, activation, loss };
    let model = mlp.build::<T>().unwrap();
    let parameters = initialise(&model.graph, Initial::HE, 1);
    let mut gradients = Arena::<T>::zeros(model.graph.layout().clone());
    let mut training = Session::training(&model.graph, BATCH, model.loss, &[model.output]).unwrap();
    let mut evaluation = Session::evaluation(&model.graph, BATCH, &[model.output]).unwrap();
    let mut step = || {
        for session in [&mut training, &mut evaluation] {
            session.input_mut(model.input).unwrap().fill(T::from_f64(0.5));
        }
        match loss {
            Loss::SoftmaxCrossEntropy => training.labels_mut(model.target).unwrap().fill(3),
            Loss::MeanSquaredError => training.input_mut(model.target).unwrap().fill(T::ONE),
            Loss::Reconstruction => {}
        }
        training.forward(parameters.values()).unwrap();
        training.backward(parameters.values(), gradients.values_mut()).unwrap();
        evaluation.forward(parameters.values()).unwrap();
        assert!(training.loss(model.loss).unwrap() > 0.0);
        assert_eq!(training.value(model.output).unwrap(), evaluation.value(model.output).unwrap());
    };
    assert!(
        request_count(&mut step) > 0,
        "the first step warms up the matrix products, or nothing is counted"
    );
    let count = request_count(|| (0..3).for_each(|_| step()));
    assert_eq!(count, 0, "{} {loss} {activation}", T::NAME);
}

#[test]
fn steps_do_not_allocate() {
    std::thread::spawn(|| {
        assert!(request_count(|| drop(vec![1u8; 100])) == 1, "allocations are counted");
    })
    .join()
    .unwrap();
    // Each in a thread of its own: the first product of a thread allocates its scratch memory.
    let cases: [fn(); 4] = [
        || assert_steps_do_not_allocate::<f32>(Loss::SoftmaxCrossEntropy, Activation::Relu),
        || assert_steps_do_not_allocate::<f32>(Loss::MeanSquaredError, Activation::Tanh),
        || assert_steps_do_not_allocate::<f64>(Loss::SoftmaxCrossEntropy, Activation::Sigmoid),
        || assert_steps_do_not_allocate::<f64>(Loss::MeanSquaredError, Activation::Step),
    ];
    for case in cases {
        std::thread::spawn(case).join().unwrap();
    }
}

/// A step of a named network in a thread of its own, twice: the second allocates nothing, and all of it stays near the plan.
fn assert_a_network_keeps_to_its_plan(name: &str) {
    const BATCH: usize = 8;
    let image = if name == "3c3d" { [3, 32, 32] } else { [1, 28, 28] };
    let text = ["transformer", "gru"].contains(&name);
    let example = Example {
        features: if text { 16 } else { image.iter().product() },
        image: (!text).then_some(image),
        outputs: 10,
        places: text.then_some(16),
    };
    let model: Model<f32> = Layers::read(name).unwrap().model(&example, Loss::SoftmaxCrossEntropy).unwrap();
    let parameters = initialise(&model.graph, Initial::HE, 1);
    let mut gradients = Arena::<f32>::zeros(model.graph.layout().clone());
    let plan = Plan::training(&model.graph, BATCH, model.objective, &[]).unwrap();
    let planned = plan.bytes();
    let mut step = |session: &mut Session<f32>, number: u64| {
        session.set_step(1, number);
        session
            .input_mut(model.input)
            .unwrap()
            .iter_mut()
            .enumerate()
            .for_each(|(at, x)| *x = (at % 2) as f32);
        if model.target != model.input {
            session.labels_mut(model.target).unwrap().fill(3);
        }
        session.forward(parameters.values()).unwrap();
        session.backward(parameters.values(), gradients.values_mut()).unwrap();
        session.advance().unwrap();
    };
    // The first product of a thread allocates scratch memory, once for all sessions.
    step(&mut Session::new(&model.graph, plan.clone()).unwrap(), 0);
    let (peak, later) = most_held(|| {
        let mut session = Session::new(&model.graph, plan).unwrap();
        step(&mut session, 0);
        request_count(|| (1..3).for_each(|number| step(&mut session, number)))
    });
    assert_eq!(later, 0, "{name}");
    let peak = peak as f64;
    assert!(peak <= 1.2 * planned as f64, "{name}: {peak} bytes, planned {planned}");
    assert!(peak >= planned as f64, "{name}: {peak} bytes, planned {planned}: nothing is counted");
}

#[test]
fn every_named_network_allocates_once_and_what_its_plan_says() {
    for (name, _, _) in NETWORKS {
        std::thread::spawn(|| assert_a_network_keeps_to_its_plan(name)).join().unwrap();
    }
}
