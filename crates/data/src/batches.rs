//! Which examples make up the next batch.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::random;

/// How examples are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sampling {
    /// Every batch is drawn from all examples, as the notes do (`np.random.choice`): some examples are drawn twice before
    /// others are drawn once. Batches always have the full size.
    WithReplacement,
    /// Every epoch is a new order of all examples, cut into batches; each example comes exactly once an epoch. Where the batch
    /// size does not divide the number of examples, the last batch of an epoch is shorter.
    Shuffled,
}

/// Draws the indices of one batch after the other, without allocating. The sequence follows from the seed alone.
#[derive(Debug, Clone)]
pub struct Batches {
    sampling: Sampling,
    examples: usize,
    batch: usize,
    seed: u64,
    generator: ChaCha8Rng,
    /// Shuffled: the order of this epoch. With replacement: the current batch.
    indices: Vec<u32>,
    drawn: u64,
    /// Where the generator stood before it made the current contents of `indices`.
    word: u64,
}

/// The state from which the same batches can be drawn again: a few numbers, however large the dataset is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchesState {
    /// How examples are drawn.
    pub sampling: Sampling,
    /// Number of examples.
    pub examples: usize,
    /// Examples in a full batch.
    pub batch: usize,
    /// Seed of the generator.
    pub seed: u64,
    /// Examples drawn so far.
    pub drawn: u64,
    /// Position of the generator in 32-bit words: at the start of the running epoch when shuffled, else now.
    pub word: u64,
}

/// Why batches cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatchesError {
    /// A batch of nothing.
    #[error("a batch needs at least one example; give a batch size of 1 or more")]
    EmptyBatch,
    /// Nothing to draw from.
    #[error("there are no examples to draw batches from; check the split and the `validation` option")]
    NoExamples,
    /// A batch that is larger than the set.
    #[error(
        "a batch of {batch} cannot be drawn from {examples} examples; use a batch size of at most {examples}"
    )]
    TooLarge {
        /// The batch size asked for.
        batch: usize,
        /// Examples there are.
        examples: usize,
    },
    /// More examples than 32-bit indices can name.
    #[error("{0} examples are more than a set may have (4294967295); split the set")]
    TooManyExamples(usize),
    /// A saved state of other batches.
    #[error(
        "the saved state drew {} from {} examples in batches of {}, seed {}, but this run draws {} from {} in batches of {}, \
         seed {}; resume with the same data, batch size and seed",
        describe(.saved.sampling), .saved.examples, .saved.batch, .saved.seed,
        describe(.current.sampling), .current.examples, .current.batch, .current.seed
    )]
    OtherRun {
        /// What was saved.
        saved: Box<BatchesState>,
        /// What this run does.
        current: Box<BatchesState>,
    },
}

fn describe(sampling: Sampling) -> &'static str {
    match sampling {
        Sampling::WithReplacement => "with replacement",
        Sampling::Shuffled => "shuffled epochs",
    }
}

impl Batches {
    /// Creates batches of `batch` out of `examples` (numbered from 0). Allocates here and never again.
    pub fn new(
        examples: usize,
        batch: usize,
        sampling: Sampling,
        seed: u64,
    ) -> Result<Batches, BatchesError> {
        if batch == 0 {
            return Err(BatchesError::EmptyBatch);
        }
        if examples == 0 {
            return Err(BatchesError::NoExamples);
        }
        if batch > examples {
            return Err(BatchesError::TooLarge { batch, examples });
        }
        if examples > u32::MAX as usize {
            return Err(BatchesError::TooManyExamples(examples));
        }
        let slots = match sampling {
            Sampling::WithReplacement => batch,
            Sampling::Shuffled => examples,
        };
        let generator = ChaCha8Rng::seed_from_u64(seed);
        Ok(Batches { sampling, examples, batch, seed, generator, indices: vec![0; slots], drawn: 0, word: 0 })
    }

    /// Returns the indices of the next batch.
    pub fn next_indices(&mut self) -> &[u32] {
        match self.sampling {
            Sampling::WithReplacement => {
                for index in &mut self.indices {
                    *index = random::below(&mut self.generator, self.examples as u32);
                }
                self.word = self.generator_word();
                self.drawn += self.batch as u64;
                &self.indices
            }
            Sampling::Shuffled => {
                let first = self.position_in_epoch();
                if first == 0 {
                    self.word = self.generator_word();
                    self.shuffle();
                }
                let last = (first + self.batch).min(self.examples);
                self.drawn += (last - first) as u64;
                &self.indices[first..last]
            }
        }
    }

    /// Returns the number of whole epochs drawn so far: 0 until as many examples were drawn as there are.
    pub fn epoch(&self) -> u64 {
        self.drawn / self.examples as u64
    }

    /// Returns the number of examples drawn so far, over all epochs.
    pub fn drawn(&self) -> u64 {
        self.drawn
    }

    /// Returns the number of batches in an epoch, including a shorter last one.
    pub fn batches_per_epoch(&self) -> usize {
        self.examples.div_ceil(self.batch)
    }

    /// Returns the number of examples in a full batch: the size to plan buffers for.
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// Returns the state from which the same batches can be drawn again.
    pub fn state(&self) -> BatchesState {
        // Between two epochs the next order is not drawn yet, so the generator's own position is the one to return to.
        let between = self.sampling == Sampling::Shuffled && self.position_in_epoch() == 0;
        BatchesState {
            sampling: self.sampling,
            examples: self.examples,
            batch: self.batch,
            seed: self.seed,
            drawn: self.drawn,
            word: if between { self.generator_word() } else { self.word },
        }
    }

    /// Continues from a saved state: the batches that follow are the same, bit for bit.
    pub fn restore(&mut self, state: &BatchesState) -> Result<(), BatchesError> {
        let current = self.state();
        let same = BatchesState { drawn: state.drawn, word: state.word, ..current.clone() };
        // A count that no run reaches comes from a damaged file; adding to it would overflow.
        if *state != same || state.drawn > u64::MAX / 2 {
            return Err(BatchesError::OtherRun {
                saved: Box::new(state.clone()),
                current: Box::new(current),
            });
        }
        self.generator.set_word_pos(u128::from(state.word));
        self.word = state.word;
        self.drawn = state.drawn;
        if self.sampling == Sampling::Shuffled && self.position_in_epoch() != 0 {
            self.shuffle();
        }
        Ok(())
    }

    fn position_in_epoch(&self) -> usize {
        (self.drawn % self.examples as u64) as usize
    }

    /// Starts from the natural order each time, so that an epoch's order follows from the generator's position alone.
    fn shuffle(&mut self) {
        for (slot, index) in self.indices.iter_mut().zip(0..) {
            *slot = index;
        }
        random::shuffle(&mut self.generator, &mut self.indices);
    }

    /// 64 bits of the 68-bit position are plenty: at a billion words a second they last five centuries.
    fn generator_word(&self) -> u64 {
        self.generator.get_word_pos() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shuffled_epoch_holds_every_example_once_and_ends_with_the_shorter_batch() {
        let mut batches = Batches::new(10, 4, Sampling::Shuffled, 3).unwrap();
        assert_eq!(batches.batches_per_epoch(), 3);
        let mut orders = Vec::new();
        for epoch in 0..3 {
            assert_eq!(batches.epoch(), epoch);
            let mut order = Vec::new();
            for size in [4, 4, 2] {
                let indices = batches.next_indices();
                assert_eq!(indices.len(), size);
                order.extend_from_slice(indices);
            }
            orders.push(order.clone());
            order.sort_unstable();
            assert_eq!(order, (0..10).collect::<Vec<u32>>());
        }
        assert_ne!(orders[0], orders[1]);
        assert_eq!((batches.epoch(), batches.drawn()), (3, 30));
    }

    #[test]
    fn with_replacement_batches_are_full_and_repeat_examples() {
        let mut batches = Batches::new(10, 10, Sampling::WithReplacement, 3).unwrap();
        let mut seen = batches.next_indices().to_vec();
        assert!(seen.iter().all(|index| *index < 10));
        seen.sort_unstable();
        seen.dedup();
        assert!(seen.len() < 10, "ten draws without a repeat: chance 0.04 %, so not with this seed");
        assert_eq!(batches.epoch(), 1);
    }

    #[test]
    fn the_sequence_is_pinned() {
        let mut shuffled = Batches::new(8, 8, Sampling::Shuffled, 42).unwrap();
        assert_eq!(shuffled.next_indices(), [2, 5, 7, 3, 6, 0, 4, 1]);
        let mut replaced = Batches::new(1000, 4, Sampling::WithReplacement, 42).unwrap();
        assert_eq!(replaced.next_indices(), [224, 681, 146, 950]);
    }

    #[test]
    fn resuming_at_any_batch_draws_the_same_batches() {
        for sampling in [Sampling::Shuffled, Sampling::WithReplacement] {
            let mut whole = Batches::new(10, 4, sampling, 5).unwrap();
            for stop in 0..9 {
                let saved = serde_json::to_string(&whole.state()).unwrap();
                let mut resumed = Batches::new(10, 4, sampling, 5).unwrap();
                resumed.restore(&serde_json::from_str(&saved).unwrap()).unwrap();
                let mut ahead = whole.clone();
                for _ in 0..9 {
                    assert_eq!(
                        ahead.next_indices(),
                        resumed.next_indices(),
                        "{sampling:?}, stopped after {stop}"
                    );
                    assert_eq!(ahead.state(), resumed.state());
                }
                whole.next_indices();
            }
        }
    }

    #[test]
    fn states_of_other_runs_and_impossible_sizes_are_refused() {
        let state = Batches::new(10, 4, Sampling::Shuffled, 5).unwrap().state();
        let error = Batches::new(10, 5, Sampling::Shuffled, 5).unwrap().restore(&state).unwrap_err();
        assert!(error.to_string().contains("in batches of 4, seed 5, but this run"), "{error}");
        let error = Batches::new(10, 11, Sampling::Shuffled, 1).unwrap_err();
        assert!(error.to_string().ends_with("use a batch size of at most 10"), "{error}");
        assert_eq!(Batches::new(10, 0, Sampling::Shuffled, 1).unwrap_err(), BatchesError::EmptyBatch);
        assert_eq!(Batches::new(0, 1, Sampling::Shuffled, 1).unwrap_err(), BatchesError::NoExamples);
    }
}
