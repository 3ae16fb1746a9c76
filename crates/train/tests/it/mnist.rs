//! The notes' results on real MNIST. The tests are ignored unless `THALWEG_DATA` names a folder that holds `mnist/` and
//! `pretrained/`.

use std::path::PathBuf;
use thalweg_data::{Dataset, Options, Sampling, Source, load};
use thalweg_optim::{Dialect, Specification};
use thalweg_train::{Ending, Evaluator, Quiet, Trainer, TrainingSettings, Weights};

/// MNIST with all training examples in use.
fn mnist() -> Dataset {
    let options = Options { validation: Some(0), ..Options::default() };
    load("mnist", &options, &Source::default()).unwrap()
}

#[test]
#[cfg_attr(not(thalweg_data), ignore = "needs THALWEG_DATA with mnist/ and pretrained/")]
fn the_notes_weights_classify_9352_of_10000_images() {
    let mnist = mnist();
    let folder = PathBuf::from(std::env::var_os("THALWEG_DATA").unwrap_or_default());
    let path = folder.join("pretrained/mnist-784-50-100-10.npz");
    let weights = Weights::<f32>::load(&path, None).unwrap();
    for batch in [1, 100, 512] {
        let mut evaluator = Evaluator::new(weights.model.clone(), batch);
        let evaluation = evaluator.evaluate(&weights.parameters, &mnist.test).unwrap();
        assert_eq!(evaluation.accuracy, Some(0.9352), "batch {batch}");
    }
}

/// 784-50-10, rate 0.1, batch 100, 10,000 steps (chapters 4 and 5).
#[test]
#[cfg_attr(not(thalweg_data), ignore = "needs THALWEG_DATA with mnist/ and pretrained/")]
fn the_two_layer_network_reaches_the_books_accuracy() {
    let mnist = mnist();
    for (activation, initial, least) in [("sigmoid", "0.01", 0.94), ("relu", "0.01", 0.965)] {
        let rule = Specification::new("sgd", Dialect::Book).with("learning_rate", 0.1);
        let settings = TrainingSettings {
            activation: activation.into(),
            initial: initial.into(),
            steps: 10_000,
            evaluate_every: 5_000,
            evaluate_training: false,
            ..TrainingSettings::new("mnist", rule)
        };
        let mut trainer = Trainer::<f32>::new(settings, &mnist).unwrap();
        assert_eq!(trainer.run(&mut Quiet).unwrap(), Ending::Finished);
        let test = trainer.evaluate(&mnist.test).unwrap().accuracy.unwrap();
        assert!(test >= least, "{activation}: {test}");
    }
}

/// 784-[100]x4-10, He, batch 128, 2,000 steps (chapter 6): SGD's loss is the last by a wide margin.
#[test]
#[cfg_attr(not(thalweg_data), ignore = "needs THALWEG_DATA with mnist/ and pretrained/")]
fn in_the_books_comparison_sgd_comes_last() {
    let mnist = mnist();
    let mut losses = Vec::new();
    for (rule, rate) in [("sgd", 0.01), ("momentum", 0.01), ("adagrad", 0.01), ("adam", 0.001)] {
        let settings = TrainingSettings {
            hidden: vec![100; 4],
            batch: 128,
            sampling: Sampling::WithReplacement,
            steps: 2_000,
            evaluate_every: 200,
            evaluate_training: false,
            ..TrainingSettings::new(
                "mnist",
                Specification::new(rule, Dialect::Book).with("learning_rate", rate),
            )
        };
        let mut trainer = Trainer::<f32>::new(settings, &mnist).unwrap();
        trainer.run(&mut Quiet).unwrap();
        losses.push(trainer.record().last().unwrap().batch_loss.unwrap());
    }
    println!("mean loss of the last 200 batches: {losses:?}");
    let best_of_others = losses[1..].iter().copied().fold(0.0, f64::max);
    assert!(losses[0] > 2.0 * best_of_others, "{losses:?}");
}
