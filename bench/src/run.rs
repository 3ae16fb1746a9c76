//! One training run in which the loss is taken again after every update, as the book's scripts record it.

use crate::Result;
use thalweg::arena::Arena;
use thalweg::data::{Batches, Examples, Sampling};
use thalweg::nn::{Initial, Model, Session, initialise};
use thalweg::optim;
use thalweg::train::{derive, fill};

/// Network, parameters and batches of one run; the update is the caller's.
pub struct Run {
    model: Model<f32>,
    examples: Examples,
    batches: Batches,
    session: Session<f32>,
    /// The parameters as they are.
    pub parameters: Arena<f32>,
    gradients: Arena<f32>,
}

impl Run {
    /// A run at its start: first weights as `initial` says, batches drawn with replacement.
    pub fn new(
        model: &Model<f32>,
        examples: &Examples,
        batch: usize,
        initial: Initial,
        seed: u64,
    ) -> Result<Self> {
        let batches =
            Batches::new(examples.len(), batch, Sampling::WithReplacement, derive(seed, "batches"))?;
        Ok(Self {
            batches,
            examples: examples.clone(),
            session: Session::training(&model.graph, batch, model.loss, &[])?,
            parameters: initialise(&model.graph, initial, derive(seed, "initial values")),
            gradients: Arena::zeros(model.graph.layout().clone()),
            model: model.clone(),
        })
    }

    /// Draws a batch, lets `update` change the parameters by the gradients, and returns the loss of the same batch after it.
    pub fn step(
        &mut self,
        update: impl FnOnce(&mut [f32], &[f32]) -> std::result::Result<(), optim::OptimError>,
    ) -> Result<f64> {
        self.learn(update)?;
        self.session.forward(self.parameters.values())?;
        Ok(self.session.loss(self.model.loss)?)
    }

    /// The same without the second loss; returns the batch, for whoever takes it.
    pub fn learn(
        &mut self,
        update: impl FnOnce(&mut [f32], &[f32]) -> std::result::Result<(), optim::OptimError>,
    ) -> Result<&[u32]> {
        let indices = self.batches.next_indices();
        fill(&mut self.session, &self.model, &self.examples, indices, true)?;
        self.session.forward(self.parameters.values())?;
        self.session.backward(self.parameters.values(), self.gradients.values_mut())?;
        update(self.parameters.values_mut(), self.gradients.values())?;
        Ok(indices)
    }
}
