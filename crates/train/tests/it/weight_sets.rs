//! Runs whose evaluations are made with other weights than those that are trained: what is saved, loaded and gone on with.

use std::path::Path;
use thalweg_arena::Checkpoint;
use thalweg_data::{Dataset, Options, Sampling, Source, load};
use thalweg_optim::{Dialect, Specification, StageSpecification};
use thalweg_train::{
    EarlyStopping, Ending, Evaluation, Evaluator, Learning, Observer, Quiet, Trainer, TrainingSettings,
    WeightSet, Weights,
};

fn digits() -> Dataset {
    load("digits", &Options::default(), &Source::default()).unwrap()
}

fn settings(rule: Specification) -> TrainingSettings {
    TrainingSettings {
        sampling: Sampling::Shuffled,
        hidden: vec![12],
        steps: 60,
        evaluate_every: 20,
        ..TrainingSettings::new("digits", rule)
    }
}

/// Every kind of rule and stage that evaluates with an average, so far from the raw weights that their losses differ.
fn averaging() -> Vec<Specification> {
    let after = |stage: &str| {
        let adam = Specification::new("adam", Dialect::Torch).with("learning_rate", 0.01);
        adam.after(stage.parse::<StageSpecification>().unwrap())
    };
    vec![
        after("average:decay=0.99"),
        after("stochastic-weight-average:start=10"),
        Specification::new("asgd", Dialect::Torch).with("learning_rate", 0.1).with("t0", 5.0),
        Specification::new("schedule-free-sgd", Dialect::Paper).with("learning_rate", 0.5),
        Specification::new("schedule-free-adamw", Dialect::Paper).with("learning_rate", 0.01),
    ]
}

fn evaluated(weights: &Weights<f32>, digits: &Dataset) -> Evaluation {
    let mut evaluator = Evaluator::new(weights.model.clone(), 512);
    evaluator.set_statistics(weights.statistics.values());
    evaluator.evaluate(&weights.parameters, &digits.test).unwrap()
}

fn through_bytes(checkpoint: &Checkpoint) -> Checkpoint {
    Checkpoint::parse(&checkpoint.to_bytes().unwrap(), "memory").unwrap()
}

fn read(checkpoint: &Checkpoint, set: WeightSet) -> Weights<f32> {
    Weights::of_checkpoint(checkpoint, "memory").unwrap().with_set(set).unwrap()
}

/// The checkpoint as versions before two sets of weights wrote it: the raw weights under plain names, and no others.
fn as_written_before(checkpoint: &Checkpoint) -> Checkpoint {
    let mut old = Checkpoint::new();
    old.metadata.clone_from(&checkpoint.metadata);
    for (name, _) in checkpoint.names().filter(|(name, _)| !name.starts_with("raw.")) {
        let raw = format!("raw.{name}");
        let from = if checkpoint.names().any(|(name, _)| name == raw) { raw } else { name.to_string() };
        let (shape, values) = checkpoint.get::<f32>(&from).unwrap();
        old.put(name, &shape, &values);
    }
    old
}

#[test]
fn the_weights_that_are_saved_are_the_weights_that_were_judged() {
    let digits = digits();
    for rule in averaging() {
        let mut trainer = Trainer::<f32>::new(settings(rule.clone()), &digits).unwrap();
        assert_eq!(trainer.run(&mut Quiet).unwrap(), Ending::Finished);
        let reported = trainer.evaluate(&digits.test).unwrap();
        let saved = through_bytes(&trainer.checkpoint().unwrap());
        for saved in [&saved, &as_written_before(&saved)] {
            let judged = read(saved, WeightSet::Judged);
            assert_eq!(judged.parameters.values(), trainer.judged_parameters().unwrap().values());
            assert_eq!(evaluated(&judged, &digits), reported, "{rule:?}");
            let raw = read(saved, WeightSet::Raw);
            assert_eq!(raw.parameters.values(), trainer.parameters().values(), "{rule:?}");
            assert_ne!(evaluated(&raw, &digits).loss, reported.loss, "{rule:?}");
        }
        // A reader that knows nothing of two sets finds the judged weights.
        let (_, plain) = saved.get::<f32>("W1").unwrap();
        assert_eq!(plain, read(&saved, WeightSet::Judged).parameters.values()[..plain.len()]);
    }
}

/// Stops after so many steps.
struct StopAt(u64);

impl Observer for StopAt {
    fn stepped(&mut self, done: u64, _: u64, _: f64) -> bool {
        done < self.0
    }
}

#[test]
fn a_run_goes_on_from_its_raw_weights_to_the_same_bits() {
    let digits = digits();
    for rule in averaging() {
        let mut whole = Trainer::<f32>::new(settings(rule.clone()), &digits).unwrap();
        whole.run(&mut Quiet).unwrap();
        let mut first = Trainer::<f32>::new(settings(rule.clone()), &digits).unwrap();
        assert_eq!(first.run(&mut StopAt(33)).unwrap(), Ending::Stopped);
        let saved = through_bytes(&first.checkpoint().unwrap());
        for saved in [&saved, &as_written_before(&saved)] {
            let mut second = Trainer::<f32>::resume(saved, None, &digits).unwrap();
            assert_eq!(second.parameters().values(), first.parameters().values(), "{rule:?}");
            second.run(&mut Quiet).unwrap();
            assert_eq!(second.parameters().values(), whole.parameters().values(), "{rule:?}");
            assert_eq!(
                second.judged_parameters().unwrap().values(),
                whole.judged_parameters().unwrap().values(),
                "{rule:?}"
            );
        }
    }
}

#[test]
fn a_rule_without_an_average_saves_one_set() {
    let digits = digits();
    let rule = Specification::new("adam", Dialect::Torch);
    let mut trainer = Trainer::<f32>::new(settings(rule), &digits).unwrap();
    trainer.run(&mut Quiet).unwrap();
    let saved = trainer.checkpoint().unwrap();
    assert!(saved.names().all(|(name, _)| !name.starts_with("raw.")));
    for set in [WeightSet::Judged, WeightSet::Raw] {
        assert_eq!(read(&saved, set).parameters.values(), trainer.parameters().values());
    }
}

#[test]
fn the_raw_weights_of_a_file_without_a_run_are_refused() {
    let digits = digits();
    let mut trainer = Trainer::<f32>::new(settings(averaging().remove(0)), &digits).unwrap();
    trainer.run(&mut Quiet).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("weights.safetensors");
    let weights = read(&trainer.checkpoint().unwrap(), WeightSet::Judged);
    weights.write(Path::new(&path), Default::default()).unwrap();
    let again = Weights::<f32>::load(&path, Some("relu")).unwrap();
    assert_eq!(again.parameters.values(), weights.parameters.values());
    let error = again.with_set(WeightSet::Raw).err().unwrap().to_string();
    assert!(
        error.contains("so its raw weights are not known; take the file that the run was saved to"),
        "{error}"
    );
    let error = "raww".parse::<WeightSet>().unwrap_err().to_string();
    assert_eq!(error, "there is no set of weights `raww`; there are judged and raw");
}

#[test]
fn a_run_that_ends_early_goes_back_to_the_weights_that_were_judged_best() {
    let digits = digits();
    let after = "average:decay=0.9".parse::<StageSpecification>().unwrap();
    let rule = Specification::new("adam", Dialect::Torch).with("learning_rate", 0.05).after(after);
    let settings = TrainingSettings {
        examples: Some(60),
        batch: 20,
        steps: 2000,
        evaluate_every: 10,
        learning: Learning {
            early_stopping: Some(EarlyStopping { patience: 3, least: 0.0 }),
            ..Learning::default()
        },
        ..settings(rule)
    };
    let mut whole = Trainer::<f32>::new(settings.clone(), &digits).unwrap();
    assert_eq!(whole.run(&mut Quiet).unwrap(), Ending::Finished);
    assert!(whole.stopped_early());
    let losses = whole.record().points.iter().map(|point| point.validation.unwrap().loss);
    let lowest = losses.fold(f64::INFINITY, f64::min);
    assert_eq!(whole.evaluate(&digits.validation).unwrap().loss, lowest);
    // Cut in two after the lowest point, so that what it goes back to comes from the file.
    let mut first = Trainer::<f32>::new(settings, &digits).unwrap();
    first.run(&mut StopAt(whole.done() - 15)).unwrap();
    let saved = through_bytes(&first.checkpoint().unwrap());
    let mut second = Trainer::<f32>::resume(&saved, None, &digits).unwrap();
    second.run(&mut Quiet).unwrap();
    assert_eq!(second.evaluate(&digits.validation).unwrap().loss, lowest);
    let ended = through_bytes(&second.checkpoint().unwrap());
    let test = second.evaluate(&digits.test).unwrap();
    assert_eq!(evaluated(&read(&ended, WeightSet::Judged), &digits), test);
}
