//! Whole runs on the embedded digits: what they reach, that they repeat to the bit, that they can be cut in two.

use thalweg_arena::Checkpoint;
use thalweg_data::{Augmentation, Dataset, Options, Sampling, Source, load};
use thalweg_nn::numerical::Difference;
use thalweg_nn::{Session, numerical_parameter_gradients};
use thalweg_optim::{
    Anneal, Cyclic, Dialect, Mode, OneCycle, Plateau, PlateauSettings, Schedule, Shape, Specification,
};
use thalweg_train::{
    Balanced, ClassWeights, EarlyStopping, Ending, Evaluator, Learning, Observer, Point, Quiet, Trainer,
    TrainingSettings, Weights, fill, saved_settings,
};

fn digits() -> Dataset {
    load("digits", &Options::default(), &Source::default()).unwrap()
}

fn settings(rule: &str, rate: f64) -> TrainingSettings {
    let schedule = Schedule { shape: Shape::Cosine { steps: 300, floor: 0.1 }, warmup: 10 };
    let rule = Specification::new(rule, Dialect::Book).with("learning_rate", rate).with_schedule(schedule);
    TrainingSettings {
        sampling: Sampling::Shuffled,
        steps: 300,
        evaluate_every: 50,
        ..TrainingSettings::new("digits", rule)
    }
}

#[test]
fn the_network_learns_the_digits() {
    let digits = digits();
    let mut trainer = Trainer::<f32>::new(settings("adam", 0.01), &digits).unwrap();
    assert_eq!(trainer.run(&mut Quiet).unwrap(), Ending::Finished);
    let test = trainer.evaluate(&digits.test).unwrap();
    assert!(test.accuracy.unwrap() > 0.95, "{test:?}");
    let steps: Vec<u64> = trainer.record().points.iter().map(|point| point.step).collect();
    assert_eq!(steps, [0, 50, 100, 150, 200, 250, 300]);
    // Untrained, ten classes: about one in ten, and a loss near ln 10.
    let first = trainer.record().points[0].validation.unwrap();
    assert!(first.accuracy.unwrap() < 0.35 && (1.8..4.0).contains(&first.loss), "{first:?}");
}

#[test]
fn the_same_seed_gives_the_same_bits_and_another_seed_others() {
    let digits = digits();
    let run = |seed: u64| {
        let mut trainer =
            Trainer::<f32>::new(TrainingSettings { seed, ..settings("momentum", 0.05) }, &digits).unwrap();
        trainer.run(&mut Quiet).unwrap();
        trainer.parameters().values().iter().map(|x| x.to_bits()).collect::<Vec<_>>()
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

/// Stops after so many steps.
struct StopAt(u64);

impl Observer for StopAt {
    fn stepped(&mut self, done: u64, _: u64, _: f64) -> bool {
        done < self.0
    }
}

#[test]
fn resuming_gives_the_same_bits_as_not_stopping() {
    let digits = digits();
    for rule in ["sgd", "nesterov", "adam"] {
        for sampling in [Sampling::Shuffled, Sampling::WithReplacement] {
            let settings = TrainingSettings { sampling, ..settings(rule, 0.02) };
            let mut whole = Trainer::<f32>::new(settings.clone(), &digits).unwrap();
            whole.run(&mut Quiet).unwrap();

            let mut first = Trainer::<f32>::new(settings, &digits).unwrap();
            // In the middle of an epoch and between two evaluations.
            assert_eq!(first.run(&mut StopAt(137)).unwrap(), Ending::Stopped);
            let saved =
                Checkpoint::parse(&first.checkpoint().unwrap().to_bytes().unwrap(), "memory").unwrap();
            let mut second = Trainer::<f32>::resume(&saved, None, &digits).unwrap();
            assert_eq!(second.done(), 137);
            assert_eq!(second.run(&mut Quiet).unwrap(), Ending::Finished);

            let bits = |trainer: &Trainer<'_, f32>| {
                trainer.parameters().values().iter().map(|x| x.to_bits()).collect::<Vec<_>>()
            };
            assert_eq!(bits(&whole), bits(&second), "{rule}, {sampling:?}");
            let without_time = |trainer: &Trainer<'_, f32>| {
                let points = trainer.record().points.iter().cloned();
                points.map(|point| Point { seconds: 0.0, ..point }).collect::<Vec<_>>()
            };
            assert_eq!(without_time(&whole), without_time(&second));
        }
    }
}

#[test]
fn a_plateau_lowers_the_rate_beside_the_schedule_and_goes_on_where_it_was_saved() {
    let digits = digits();
    let plateau = PlateauSettings { factor: 0.5, patience: 1, threshold: 0.05, ..PlateauSettings::default() };
    let rule = Specification::new("sgd", Dialect::Book).with("learning_rate", 0.1);
    let settings = TrainingSettings {
        rule,
        steps: 300,
        evaluate_every: 10,
        plateau: Some(plateau),
        ..settings("sgd", 0.1)
    };
    let mut whole = Trainer::<f32>::new(settings.clone(), &digits).unwrap();
    assert_eq!(whole.run(&mut Quiet).unwrap(), Ending::Finished);
    let points = &whole.record().points;
    // What the losses of the record make of the rate.
    let mut expected = Plateau::new(plateau).unwrap();
    for (point, next) in points[1..].iter().zip(&points[2..]) {
        expected.observe(point.validation.unwrap().loss);
        assert_eq!(next.learning_rate, Some(0.1 * expected.factor()), "after step {}", point.step);
    }
    assert!(expected.factor() < 0.5, "{}", expected.factor());

    let mut first = Trainer::<f32>::new(settings, &digits).unwrap();
    assert_eq!(first.run(&mut StopAt(137)).unwrap(), Ending::Stopped);
    let mut second = Trainer::<f32>::resume(&first.checkpoint().unwrap(), None, &digits).unwrap();
    assert_eq!(second.run(&mut Quiet).unwrap(), Ending::Finished);
    assert_eq!(second.parameters().values(), whole.parameters().values());
}

#[test]
fn a_rate_that_is_too_large_is_found_out_and_the_parameters_stay_finite() {
    let digits = digits();
    let mut trainer = Trainer::<f32>::new(settings("sgd", 1e6), &digits).unwrap();
    let Ending::Diverged { step } = trainer.run(&mut Quiet).unwrap() else { panic!("it should diverge") };
    assert_eq!(trainer.record().diverged_at, Some(step));
}

#[test]
fn a_checkpoint_of_weights_alone_or_of_other_data_is_refused() {
    let digits = digits();
    let mut trainer = Trainer::<f32>::new(settings("sgd", 0.1), &digits).unwrap();
    let mut weights = trainer.checkpoint().unwrap();
    assert_eq!(saved_settings(&weights).unwrap(), *trainer.settings());
    weights.metadata.clear();
    let error = Trainer::<f32>::resume(&weights, None, &digits).err().unwrap().to_string();
    assert!(error.contains("holds no `settings`; it may be weights alone"), "{error}");
    let mut changed = digits.clone();
    changed.test = changed.validation.clone();
    let error =
        Trainer::<f32>::resume(&trainer.checkpoint().unwrap(), None, &changed).err().unwrap().to_string();
    assert!(error.contains("the examples of `digits` have changed since it was saved"), "{error}");
    let moons = load("moons", &Options::default(), &Source::default()).unwrap();
    let error =
        Trainer::<f32>::resume(&trainer.checkpoint().unwrap(), None, &moons).err().unwrap().to_string();
    assert!(error.contains("it was trained on `digits`, not on `moons`"), "{error}");
}

#[test]
fn a_run_goes_on_where_its_rate_passes_through_zero_but_not_where_it_ends_there() {
    let digits = digits();
    let cyclic = Shape::Cyclic(Cyclic { up: 10, down: 10, floor: 0.0, mode: Mode::Triangular });
    let cosine = Shape::Cosine { steps: 20, floor: 0.0 };
    let one_cycle = |floor: f64| {
        let (start, anneal) = (0.04, Anneal::Cosine);
        Shape::OneCycle(OneCycle { steps: 20, rise: 6, annihilation: 0, start, floor, anneal })
    };
    for (shape, expected) in [
        (cyclic, None),
        (cosine, Some("is 0 from step 20 on")),
        (one_cycle(4e-6), Some("is at most 4e-6 of what it was from step 20 on")),
        (one_cycle(1e-5), Some("is at most 1e-5 of what it was from step 20 on")),
        (one_cycle(1.1e-5), None),
    ] {
        let settings = TrainingSettings { steps: 20, ..settings("sgd", 0.01) };
        let rule = settings.rule.clone().with_schedule(shape.into());
        let mut trainer = Trainer::<f32>::new(TrainingSettings { rule, ..settings }, &digits).unwrap();
        trainer.run(&mut Quiet).unwrap();
        let refused = Trainer::<f32>::resume(&trainer.checkpoint().unwrap(), Some(40), &digits).err();
        match (expected, refused.map(|error| error.to_string())) {
            (None, None) => {}
            (Some(expected), Some(error)) => assert!(error.contains(expected), "{error}"),
            (expected, refused) => panic!("{refused:?} for {expected:?}"),
        }
    }
}

#[test]
fn a_schedule_counts_updates_and_not_the_gradients_that_are_averaged() {
    let digits = digits();
    // Over 5 updates of 4 gradients each.
    let rule = Specification::new("sgd", Dialect::Book).with("learning_rate", 0.1);
    let rule = rule.with_schedule(Shape::Cosine { steps: 5, floor: 0.0 }.into());
    let rule = Specification { accumulate: 4, ..rule };
    assert_eq!([0, 3, 4, 20, 23].map(|steps| rule.updates(steps)), [0, 0, 1, 5, 5]);
    let run = |rule: &Specification, steps| {
        let settings = TrainingSettings { rule: rule.clone(), steps, ..settings("sgd", 0.1) };
        let mut trainer = Trainer::<f32>::new(settings, &digits)?;
        trainer.run(&mut Quiet)?;
        trainer.checkpoint()
    };
    let saved = run(&rule, 20).unwrap();
    let error = Trainer::<f32>::resume(&saved, Some(24), &digits).err().unwrap().to_string();
    assert!(error.contains("is 0 from step 20 on"), "{error}");
    // No further update, so nothing that would change nothing.
    Trainer::<f32>::resume(&saved, Some(23), &digits).unwrap();
    // In the middle of the schedule, which 16 steps would be past if it counted them.
    let middle = run(&rule, 12).unwrap();
    Trainer::<f32>::resume(&middle, Some(16), &digits).unwrap();
    // A group with a schedule of its own goes on.
    let mut apart = rule.clone();
    let groups = r#"[{ "name": "weights", "match": { "least_rank": 2 }, "schedule": { "shape": "constant", "warmup": 0 } },
        { "name": "biases", "match": { "largest_rank": 1 } }]"#;
    apart.groups = serde_json::from_str(groups).unwrap();
    Trainer::<f32>::resume(&run(&apart, 20).unwrap(), Some(24), &digits).unwrap();
    let error = run(&rule, 3).unwrap_err().to_string();
    assert!(error.contains("a run of 3 steps makes no update"), "{error}");
}

/// The notes' check (4.5, 5.7.3): the two-layer network by numerical gradient and by backpropagation.
#[test]
fn numerical_gradient_and_backpropagation_train_alike() {
    let digits = digits();
    let rule = Specification::new("sgd", Dialect::Book).with("learning_rate", 0.5);
    let settings = TrainingSettings {
        hidden: vec![4],
        activation: "sigmoid".into(),
        batch: 5,
        ..TrainingSettings::new("digits", rule)
    };
    let trainer = Trainer::<f64>::new(settings, &digits).unwrap();
    let model = trainer.model().clone();
    let mut session = Session::<f64>::training(&model.graph, 5, model.loss, &[]).unwrap();
    let (mut one, mut two) = (trainer.parameters().clone(), trainer.parameters().clone());
    let mut gradients = vec![0.0; one.values().len()];
    for step in 0..3 {
        let indices: Vec<u32> = (5 * step..5 * step + 5).collect();
        fill(&mut session, &model, &digits.train, &indices, true).unwrap();
        numerical_parameter_gradients(&mut session, two.values(), Difference::Central, 1e-4, &mut gradients)
            .unwrap();
        two.values_mut().iter_mut().zip(&gradients).for_each(|(w, g)| *w -= 0.5 * g);
        session.forward(one.values()).unwrap();
        session.backward(one.values(), &mut gradients).unwrap();
        one.values_mut().iter_mut().zip(&gradients).for_each(|(w, g)| *w -= 0.5 * g);
    }
    let difference = one.values().iter().zip(two.values()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(difference < 1e-8, "{difference}");
    assert_ne!(one.values(), trainer.parameters().values());
}

/// A network with everything that learns one way and is used another.
fn layered() -> TrainingSettings {
    let network = "conv 4 3 pad same, batch-norm, relu, max-pool 2, dropout 0.3, linear 20, batch-norm, relu, dropout 0.2 book, \
                   linear outputs";
    TrainingSettings { network: Some(network.into()), batch: 48, steps: 120, ..settings("adam", 0.01) }
}

#[test]
fn a_network_of_layers_learns_resumes_to_the_bit_and_is_the_same_on_any_number_of_threads() {
    let digits = digits();
    let bits = |trainer: &Trainer<'_, f32>| {
        let values = trainer.parameters().values().iter().chain(trainer.statistics().values());
        values.map(|value| value.to_bits()).collect::<Vec<_>>()
    };
    let mut whole = Trainer::<f32>::new(layered(), &digits).unwrap();
    whole.run(&mut Quiet).unwrap();
    assert!(whole.evaluate(&digits.test).unwrap().accuracy.unwrap() > 0.9);
    let mut threaded = Trainer::<f32>::new(layered(), &digits).unwrap();
    threaded.set_threads(3);
    threaded.run(&mut Quiet).unwrap();
    assert_eq!(bits(&threaded), bits(&whole));

    let mut first = Trainer::<f32>::new(layered(), &digits).unwrap();
    first.run(&mut StopAt(57)).unwrap();
    let bytes = first.checkpoint().unwrap().to_bytes().unwrap();
    let checkpoint = Checkpoint::parse(&bytes, "memory").unwrap();
    let mut second = Trainer::<f32>::resume(&checkpoint, None, &digits).unwrap();
    assert_eq!(second.statistics().values(), first.statistics().values());
    second.run(&mut Quiet).unwrap();
    assert_eq!(bits(&second), bits(&whole));
    assert_eq!(second.record().points.len(), whole.record().points.len());

    // What is saved can be evaluated without being told what it is.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.safetensors");
    whole.checkpoint().unwrap().save(&path).unwrap();
    let weights = Weights::<f32>::load(&path, None).unwrap();
    let mut evaluator = Evaluator::new(weights.model.clone(), 100);
    let error = evaluator.evaluate(&weights.parameters, &digits.test).unwrap_err().to_string();
    assert!(error.contains("this network normalises by running statistics"), "{error}");
    evaluator.set_statistics(weights.statistics.values());
    let loaded = evaluator.evaluate(&weights.parameters, &digits.test).unwrap();
    let own = whole.evaluate(&digits.test).unwrap();
    assert!((loaded.loss - own.loss).abs() < 1e-6 && loaded.accuracy == own.accuracy);
}

#[test]
fn a_batch_of_one_and_a_last_batch_of_one_are_no_trouble() {
    let digits = digits();
    for batch in [1, 9] {
        // Ten examples: batches of nine leave one over.
        // Batch normalisation of single numbers is refused, that of an image is not.
        let network =
            "conv 4 3 pad same, batch-norm, relu, max-pool 2, dropout 0.3, linear 20, relu, linear outputs";
        let network = Some(network.into());
        let settings = TrainingSettings { batch, examples: Some(10), steps: 12, network, ..layered() };
        let mut trainer = Trainer::<f32>::new(settings, &digits).unwrap();
        trainer.run(&mut Quiet).unwrap();
        assert!(trainer.parameters().values().iter().all(|value| value.is_finite()));
    }
}

#[test]
fn rules_in_groups_train() {
    let digits = digits();
    let mut settings = settings("sgd", 0.1);
    let groups = r#"[
        { "name": "weights", "match": { "least_rank": 2 }, "before": [{ "stage": "weight-decay", "weight_decay": 0.1 }] },
        { "name": "biases", "match": { "largest_rank": 1 } }
    ]"#;
    settings.rule.groups = serde_json::from_str(groups).unwrap();
    let mut trainer = Trainer::<f32>::new(settings, &digits).unwrap();
    trainer.run(&mut Quiet).unwrap();
    assert!(trainer.evaluate(&digits.test).unwrap().accuracy.unwrap() > 0.8);
}

#[test]
fn a_run_that_no_longer_improves_ends_early_and_goes_back() {
    let digits = digits();
    let stopping = EarlyStopping { patience: 3, least: 0.0 };
    // A rate at which the loss on other examples soon rises again.
    let settings = TrainingSettings {
        examples: Some(60),
        batch: 20,
        steps: 2000,
        evaluate_every: 10,
        learning: Learning { early_stopping: Some(stopping), ..Learning::default() },
        ..settings("adam", 0.02)
    };
    let mut whole = Trainer::<f32>::new(settings.clone(), &digits).unwrap();
    assert_eq!(whole.run(&mut Quiet).unwrap(), Ending::Finished);
    assert!(whole.stopped_early() && whole.done() < 2000);
    let losses: Vec<f64> = whole.record().points.iter().map(|point| point.validation.unwrap().loss).collect();
    let lowest = losses.iter().copied().fold(f64::INFINITY, f64::min);
    assert_eq!(losses[losses.len() - 4], lowest);
    assert_eq!(whole.evaluate(&digits.validation).unwrap().loss, lowest);
    // Cut in two after the lowest point, so that what it may go back to comes from the file.
    let cut = whole.done() - 15;
    let mut first = Trainer::<f32>::new(settings, &digits).unwrap();
    first.run(&mut StopAt(cut)).unwrap();
    let saved = Checkpoint::parse(&first.checkpoint().unwrap().to_bytes().unwrap(), "memory").unwrap();
    let mut second = Trainer::<f32>::resume(&saved, None, &digits).unwrap();
    second.run(&mut Quiet).unwrap();
    assert_eq!((second.done(), second.stopped_early()), (whole.done(), true));
    assert_eq!(second.parameters().values(), whole.parameters().values());
    // A run that has ended stays so.
    assert_eq!(second.run(&mut Quiet).unwrap(), Ending::Finished);

    let none = Dataset { validation: digits.validation.slice(0..0), ..digits.clone() };
    let error = Trainer::<f32>::new(second.settings().clone(), &none).err().unwrap().to_string();
    assert!(error.contains("early stopping looks at validation examples, and there are none"), "{error}");
}

#[test]
fn smoothing_weights_and_augmentation_change_what_is_learnt_and_not_how_it_is_judged() {
    let digits = digits();
    let last = |settings: TrainingSettings| {
        let mut trainer = Trainer::<f32>::new(settings, &digits).unwrap();
        trainer.run(&mut Quiet).unwrap();
        *trainer.record().last().unwrap()
    };
    let plain = TrainingSettings { steps: 100, ..settings("adam", 0.01) };
    let learning = |learning: Learning| TrainingSettings { learning, ..plain.clone() };
    let reference = last(plain.clone());
    let smoothed = last(learning(Learning { label_smoothing: 0.2, ..Learning::default() }));
    // The least that cross-entropy with targets 0.82 and nine times 0.02 can be.
    let floor = -(0.82f64 * 0.82f64.ln() + 9.0 * 0.02 * 0.02f64.ln());
    assert!(smoothed.batch_loss.unwrap() > floor && reference.batch_loss.unwrap() < floor);
    assert!(smoothed.validation.unwrap().loss < smoothed.batch_loss.unwrap());
    let weights = ClassWeights::Each([0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0].into());
    let blind = last(learning(Learning { class_weights: Some(weights), ..Learning::default() }));
    // A class that does not count is never learnt: a tenth of the examples.
    let accuracy = blind.validation.unwrap().accuracy.unwrap();
    assert!((0.8..0.915).contains(&accuracy), "{accuracy}");
    let balanced = Some(ClassWeights::Named(Balanced::Balanced));
    assert!(
        last(learning(Learning { class_weights: balanced, ..Learning::default() }))
            .validation
            .unwrap()
            .accuracy
            .unwrap()
            > 0.9
    );
    let augmentation = Augmentation { shift: 1, ..Augmentation::default() };
    let moved = last(learning(Learning { augmentation, ..Learning::default() }));
    assert!(moved.batch_loss.unwrap() > reference.batch_loss.unwrap());
    let after = last(learning(Learning { loss_after_update: true, ..Learning::default() }));
    assert_eq!(after.validation, reference.validation);
    assert!(after.batch_loss.unwrap() < reference.batch_loss.unwrap());
    let error = Trainer::<f32>::new(
        learning(Learning {
            augmentation: Augmentation { shift: 8, ..Augmentation::default() },
            ..Learning::default()
        }),
        &digits,
    );
    assert!(
        error.err().unwrap().to_string().contains("a shift of 8 leaves nothing of an image of 8 x 8 pixels")
    );
}

#[test]
fn batch_normalisation_does_not_learn_from_a_single_example() {
    let digits = digits();
    let run = |network: &str, batch: usize, examples: usize| {
        let settings = TrainingSettings {
            network: Some(network.into()),
            batch,
            examples: Some(examples),
            steps: 3,
            ..settings("sgd", 0.1)
        };
        Trainer::<f32>::new(settings, &digits).map(drop).map_err(|error| error.to_string())
    };
    let dense = "linear 10, batch-norm, relu, linear outputs";
    let error = run(dense, 1, 40).unwrap_err();
    assert!(error.contains("batch of one example") && error.contains("`layer-norm`"), "{error}");
    let error = run(dense, 13, 40).unwrap_err();
    assert!(
        error.contains("batches of 13 leave one example of 40") && error.contains("use 39 examples"),
        "{error}"
    );
    run(dense, 13, 39).unwrap();
    run(dense, 2, 40).unwrap();
    // An image has many numbers a channel.
    run("conv 4 3, batch-norm, relu, linear outputs", 1, 40).unwrap();
}
