//! Losses computed in the background: by a thread of their own, while training continues.

use crate::TrainError;
use crate::evaluation::{fill, session_of};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;
use thalweg_data::Examples;
use thalweg_nn::{Element, Model, Session};

/// Batches that may wait. With more of them both threads wait less, with fewer of them less is copied in advance.
const AHEAD: usize = 4;

/// Computes the losses of batches after their updates, as the book's scripts record them. The second forward pass runs in a
/// thread of its own and costs the training only a copy of the parameters. The losses are the same as those of a forward pass
/// in the training thread.
///
/// For networks without noise and running statistics.
pub struct BackgroundLosses<T: Element> {
    orders: Option<SyncSender<Order<T>>>,
    losses: Receiver<Result<f64, TrainError>>,
    used: Receiver<Order<T>>,
    asked: usize,
    thread: Option<JoinHandle<()>>,
}

struct Order<T> {
    parameters: Vec<T>,
    indices: Vec<u32>,
}

impl<T: Element> BackgroundLosses<T> {
    /// Starts the thread.
    ///
    /// # Errors
    /// A network with running statistics; a system that gives no thread.
    pub fn new(model: &Model<T>, examples: &Examples) -> Result<Self, TrainError> {
        if !model.graph.statistics().is_empty() {
            return Err(TrainError::Setting(
                "this network has running statistics, which its losses change; take them at once".into(),
            ));
        }
        let (orders, ordered) = sync_channel::<Order<T>>(AHEAD);
        let (found, losses) = channel();
        let (done, used) = channel();
        let (model, examples) = (model.clone(), examples.clone());
        let thread = std::thread::Builder::new()
            .name("losses".into())
            .spawn(move || follow(&model, &examples, &ordered, &found, &done))
            .map_err(|error| {
                TrainError::Setting(format!("a thread for the losses cannot be started: {error}"))
            })?;
        Ok(Self { orders: Some(orders), losses, used, asked: 0, thread: Some(thread) })
    }

    /// Asks for the mean loss of the examples of `indices` at these parameters.
    pub fn ask(&mut self, parameters: &[T], indices: &[u32]) {
        let mut order =
            self.used.try_recv().unwrap_or_else(|_| Order { parameters: Vec::new(), indices: Vec::new() });
        order.parameters.clear();
        order.parameters.extend_from_slice(parameters);
        order.indices.clear();
        order.indices.extend_from_slice(indices);
        if let Some(orders) = &self.orders
            && orders.send(order).is_ok()
        {
            self.asked += 1;
        }
    }

    /// Returns the losses asked for since the last call, in the order in which they were asked for.
    ///
    /// # Errors
    /// Those of a forward pass; examples that do not fit the network.
    pub fn losses(&mut self) -> Result<Vec<f64>, TrainError> {
        let broke_off = || TrainError::Setting("the thread that takes the losses broke off".into());
        (0..std::mem::take(&mut self.asked)).map(|_| self.losses.recv().map_err(|_| broke_off())?).collect()
    }
}

impl<T: Element> Drop for BackgroundLosses<T> {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            // Its error was returned when its losses were asked for.
            let _ = thread.join();
        }
    }
}

fn follow<T: Element>(
    model: &Model<T>,
    examples: &Examples,
    ordered: &Receiver<Order<T>>,
    found: &Sender<Result<f64, TrainError>>,
    done: &Sender<Order<T>>,
) {
    let mut sessions = Vec::new();
    while let Ok(order) = ordered.recv() {
        let loss = loss(model, examples, &order, &mut sessions);
        // If the receiver is gone, nobody needs the result.
        let _ = (found.send(loss), done.send(order));
    }
}

fn loss<T: Element>(
    model: &Model<T>,
    examples: &Examples,
    order: &Order<T>,
    sessions: &mut Vec<Session<T>>,
) -> Result<f64, TrainError> {
    let session = session_of(sessions, order.indices.len(), |size| {
        Session::evaluation(&model.graph, size, &[model.loss])
    })?;
    fill(session, model, examples, &order.indices, true)?;
    session.forward(&order.parameters)?;
    Ok(session.loss(model.loss)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use thalweg_data::{Options, Source, load};
    use thalweg_nn::{Initial, Layers, Loss, initialise};

    #[test]
    fn losses_are_those_of_a_pass_made_at_once_and_come_in_order() {
        let digits = load("digits", &Options::default(), &Source::default()).unwrap();
        let (example, _) = crate::network::example(&digits);
        let layers: Layers = "linear 7, relu, linear outputs".parse().unwrap();
        let model = layers.model::<f32>(&example, Loss::SoftmaxCrossEntropy).unwrap();
        let mut background = BackgroundLosses::new(&model, &digits.train).unwrap();
        let mut sessions = Vec::new();
        for round in 0..2u64 {
            let mut expected = Vec::new();
            for step in 0..20u64 {
                let parameters = initialise(&model.graph, Initial::HE, 100 * round + step);
                let indices: Vec<u32> = (0..10 + (step % 2) as u32).map(|i| i * 7 + step as u32).collect();
                background.ask(parameters.values(), &indices);
                let order = Order { parameters: parameters.values().to_vec(), indices };
                expected.push(loss(&model, &digits.train, &order, &mut sessions).unwrap());
            }
            assert_eq!(background.losses().unwrap(), expected);
            assert!(background.losses().unwrap().is_empty());
        }
        background.ask(&[0.0], &[0]);
        assert!(background.losses().unwrap_err().to_string().contains("parameter"));
    }

    #[test]
    fn running_statistics_are_refused() {
        let digits = load("digits", &Options::default(), &Source::default()).unwrap();
        let (example, loss) = crate::network::example(&digits);
        let layers: Layers = "linear 7, batch-norm, relu, linear outputs".parse().unwrap();
        let model = layers.model::<f32>(&example, loss).unwrap();
        assert!(
            BackgroundLosses::new(&model, &digits.train)
                .err()
                .unwrap()
                .to_string()
                .contains("running statistics")
        );
    }
}
