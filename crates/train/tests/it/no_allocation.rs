//! A training step allocates nothing: drawing the batch, forward, backward and the optimizer's sweep.

use thalweg_data::{Options, Sampling, Source, load};
use thalweg_optim::{CATALOG, Specification};
use thalweg_train::{Trainer, TrainingSettings};

use crate::allocator::request_count;

/// Rules that factor or decompose whole matrices work on matrices of their own.
const WITH_SCRATCH: [&str; 5] = ["adafactor", "sm3", "muon", "shampoo", "soap"];

#[test]
fn a_step_of_any_other_rule_allocates_nothing_after_the_first_epoch() {
    let digits = load("digits", &Options::default(), &Source::default()).unwrap();
    for entry in CATALOG.iter().filter(|entry| !WITH_SCRATCH.contains(&entry.info.name)) {
        for dialect in entry.dialects() {
            for sampling in [Sampling::WithReplacement, Sampling::Shuffled] {
                let rule = Specification::new(entry.info.name, dialect);
                // 1,077 examples in batches of 100: the last batch of an epoch has 77.
                let settings = TrainingSettings { sampling, ..TrainingSettings::new("digits", rule) };
                let mut trainer = Trainer::<f32>::new(settings, &digits).unwrap();
                for _ in 0..12 {
                    trainer.step().unwrap();
                }
                let count = request_count(|| {
                    for _ in 0..25 {
                        trainer.step().unwrap();
                    }
                });
                assert_eq!(count, 0, "{} ({dialect}), {sampling:?}", entry.info.name);
            }
        }
    }
}

#[test]
fn the_counter_counts() {
    assert_eq!(request_count(|| drop(std::hint::black_box(vec![1u8; 100]))), 1);
}
