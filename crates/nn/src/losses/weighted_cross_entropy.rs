//! Softmax cross-entropy with smoothed labels, weights of classes, and labels that do not count: torch's `cross_entropy` with
//! `label_smoothing`, `weight` and `ignore_index`.
//!
//! With smoothing s over K classes of weights w, the target of a row with label c is t_k = (1 - s) w_c [k = c] + s w_k / K
//! (Szegedy et al. 2016, section 7), its loss E = -Σ_k t_k log softmax(x)_k, and the whole is divided by Σ w_c over the rows that
//! count. A target given as a row r becomes w_k ((1 - s) r_k + s / K), and the whole is divided by the number of rows. Gradient of
//! a score: (softmax(x)_k Σ_j t_j - t_k) over that divisor. Where no row counts, loss and gradient are 0 (torch gives NaN).

use super::softmax_cross_entropy::{SoftmaxCrossEntropy, check_labels};
use crate::compiled::compiled_here;
use crate::op::Input;
use crate::ops::softmax;
use crate::shape::elements;
use crate::{Backward, Element, Forward, Graph, GraphError, Inputs, Mode, Needs, Node, Op, Shape, Target};
use std::sync::Arc;

/// The settings of cross-entropy.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CrossEntropySettings {
    /// The share of each target that is spread evenly over all classes: from 0 to less than 1.
    pub smoothing: f64,
    /// How much an example of each class counts, relative to the others; all the same if absent.
    pub class_weights: Option<Arc<[f64]>>,
    /// The label of rows that do not count.
    pub ignore: Option<u32>,
}

/// Softmax cross-entropy with settings.
#[derive(Clone, Debug)]
struct WeightedCrossEntropy(CrossEntropySettings);

impl<T: Element> Op<T> for WeightedCrossEntropy {
    fn name(&self) -> &'static str {
        "softmax_cross_entropy"
    }

    fn arity(&self) -> usize {
        2
    }

    fn takes_labels(&self, input: usize) -> bool {
        input == 1
    }

    fn shape(&self, inputs: &[Input<'_>]) -> Result<Shape, String> {
        let CrossEntropySettings { smoothing, class_weights, ignore } = &self.0;
        if !(0.0..1.0).contains(smoothing) {
            return Err(format!("the smoothing is {smoothing}; it must be from 0 to less than 1"));
        }
        if ignore.is_some() && !inputs[1].labels {
            return Err("rows are told apart by a label to ignore, but the target holds no labels".into());
        }
        let shape = Op::<T>::shape(&SoftmaxCrossEntropy, inputs)?;
        let classes =
            inputs[0].shape.last().map(|last| Shape::scalar().with_last(last).resolve(0)[0]).unwrap_or(0);
        if let Some(weights) = class_weights {
            if weights.len() != classes {
                return Err(format!("there are {} weights of classes for {classes} classes", weights.len()));
            }
            if let Some(wrong) = weights.iter().find(|weight| **weight < 0.0 || !weight.is_finite()) {
                return Err(format!("a class has weight {wrong}; weights are numbers from 0 up"));
            }
        }
        Ok(shape)
    }

    fn needs(&self) -> Needs {
        Needs::INPUTS
    }

    /// The softmax.
    fn workspace(&self, inputs: &[&[usize]], _: Mode) -> usize {
        elements(inputs[0])
    }

    fn forward(&self, pass: Forward<'_, T>) -> Result<(), GraphError> {
        let Forward { inputs, output, workspace, .. } = pass;
        let (_, classes) = inputs.rows(0);
        if let Some(labels) = inputs.labels(1) {
            check_labels(inputs.name(1), labels, classes, self.0.ignore)?;
        }
        let truth = Truth::new(&self.0, &inputs, classes);
        let mut total = 0.0;
        let rows = inputs.values(0).chunks_exact(classes).zip(workspace.chunks_exact_mut(classes));
        for (row, (scores, shifted)) in rows.enumerate() {
            softmax::shift(scores, shifted);
            let weighted = shifted.iter().enumerate().map(|(k, x)| (truth.target(row, k), x.to_f64()));
            let (weight, dot) = weighted.fold((0.0, 0.0), |(weight, dot), (t, x)| {
                // Classes of probability 0 do not count, even if their score is infinite.
                (weight + t, if t == 0.0 { dot } else { dot + t * x })
            });
            softmax::exponentials(shifted);
            total += weight * softmax::normalise(shifted).ln() - dot;
        }
        output[0] = T::from_f64(total * truth.share);
        Ok(())
    }

    fn backward(&self, pass: Backward<'_, T>) {
        let Backward { inputs, workspace, gradient, mut targets, .. } = pass;
        let (_, classes) = inputs.rows(0);
        let truth = Truth::new(&self.0, &inputs, classes);
        let scale = gradient[0].to_f64() * truth.share;
        if let Some(Target { values, accumulate }) = targets.get(0) {
            let rows = values.chunks_exact_mut(classes).zip(workspace.chunks_exact(classes));
            for (row, (out, y)) in rows.enumerate() {
                let weight: f64 = (0..classes).map(|k| truth.target(row, k)).sum();
                for (k, (out, y)) in out.iter_mut().zip(y).enumerate() {
                    let old = if accumulate { *out } else { T::ZERO };
                    *out = old + T::from_f64(scale * (y.to_f64() * weight - truth.target(row, k)));
                }
            }
        }
        if let Some(Target { values, accumulate }) = targets.get(1) {
            let rows = values.chunks_exact_mut(classes).zip(inputs.values(0).chunks_exact(classes));
            for (out, scores) in rows {
                let largest = softmax::largest(scores);
                let sum: f64 = scores.iter().map(|&x| (x - largest).exp().to_f64()).sum();
                for (k, (out, x)) in out.iter_mut().zip(scores).enumerate() {
                    let old = if accumulate { *out } else { T::ZERO };
                    let logarithm = (*x - largest).to_f64() - sum.ln();
                    let share = truth.weight(k) * (1.0 - self.0.smoothing);
                    *out = old - T::from_f64(scale * share * logarithm);
                }
            }
        }
    }
}

/// What the rows of scores should have been.
struct Truth<'a, T> {
    settings: &'a CrossEntropySettings,
    labels: Option<&'a [u32]>,
    rows: &'a [T],
    classes: usize,
    /// 1 / what the sum of the rows' losses is divided by; 0 if no row counts.
    share: f64,
}

impl<'a, T: Element> Truth<'a, T> {
    fn new(settings: &'a CrossEntropySettings, inputs: &Inputs<'a, T>, classes: usize) -> Self {
        let labels = inputs.labels(1);
        let rows = if labels.is_some() { &[] } else { inputs.values(1) };
        let mut truth = Self { settings, labels, rows, classes, share: 0.0 };
        let divisor = match labels {
            Some(labels) => labels
                .iter()
                .filter(|&&label| settings.ignore != Some(label))
                .map(|&label| truth.weight(label as usize))
                .sum(),
            None => inputs.rows(0).0 as f64,
        };
        truth.share = if divisor > 0.0 { 1.0 / divisor } else { 0.0 };
        truth
    }

    fn weight(&self, class: usize) -> f64 {
        self.settings.class_weights.as_ref().map_or(1.0, |weights| weights[class])
    }

    /// t_k of a row.
    fn target(&self, row: usize, k: usize) -> f64 {
        let smoothing = self.settings.smoothing;
        let spread = smoothing * self.weight(k) / self.classes as f64;
        match self.labels {
            Some(labels) if self.settings.ignore == Some(labels[row]) => 0.0,
            Some(labels) if labels[row] as usize == k => (1.0 - smoothing) * self.weight(k) + spread,
            Some(_) => spread,
            None => (1.0 - smoothing) * self.weight(k) * self.rows[row * self.classes + k].to_f64() + spread,
        }
    }
}

compiled_here!(WeightedCrossEntropy);

impl<T: Element> Graph<T> {
    /// Adds a node that computes [`softmax_cross_entropy`](Self::softmax_cross_entropy) with label smoothing, class weights and
    /// a label to ignore.
    ///
    /// # Errors
    /// As [`softmax_cross_entropy`](Self::softmax_cross_entropy); [`GraphError::Shape`] for settings that make no sense.
    pub fn softmax_cross_entropy_with(
        &mut self,
        scores: Node,
        target: Node,
        settings: CrossEntropySettings,
    ) -> Result<Node, GraphError> {
        if settings == CrossEntropySettings::default() {
            return self.softmax_cross_entropy(scores, target);
        }
        self.apply_compiled(WeightedCrossEntropy(settings), &[scores, target])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_loss_gradients, evaluate, parameter};
    use crate::{BATCH, Session};

    fn settings(smoothing: f64, weights: &[f64], ignore: Option<u32>) -> CrossEntropySettings {
        let class_weights = (!weights.is_empty()).then(|| weights.into());
        CrossEntropySettings { smoothing, class_weights, ignore }
    }

    #[test]
    fn gradients() {
        for settings in [
            settings(0.1, &[], None),
            settings(0.2, &[0.5, 2.0, 1.0, 3.0], Some(2)),
            settings(0.0, &[1.0, 0.0, 1.0, 3.0], None),
        ] {
            assert_loss_gradients(7, 4, |graph| {
                let (x, t) = (graph.input("x", &[BATCH, 4])?, graph.labels("t", &[BATCH])?);
                graph.want_gradient(x)?;
                let loss = graph.softmax_cross_entropy_with(x, t, settings.clone())?;
                graph.multiply(loss, loss)
            });
            let settings = CrossEntropySettings { ignore: None, ..settings };
            assert_loss_gradients(1, 0, |graph| {
                let (x, t) = (parameter(graph, "x", &[3, 4])?, parameter(graph, "t", &[3, 4])?);
                let loss = graph.softmax_cross_entropy_with(x, t, settings.clone())?;
                let other = graph.softmax_cross_entropy_with(x, t, settings.clone())?;
                graph.add(loss, other)
            });
        }
    }

    const SCORES: [f64; 9] = [0.3, 2.9, 4.0, 1.0, -1.0, 0.0, -0.5, 0.25, 0.125];

    fn of_labels(settings: CrossEntropySettings, labels: &[u32]) -> Result<(f64, Vec<f64>), GraphError> {
        let mut graph = Graph::<f64>::new();
        let (x, t) = (graph.input("x", &[BATCH, 3])?, graph.labels("t", &[BATCH])?);
        graph.want_gradient(x)?;
        let loss = graph.softmax_cross_entropy_with(x, t, settings)?;
        let mut session = Session::training(&Arc::new(graph), 3, loss, &[])?;
        session.set_input(x, &SCORES)?;
        session.set_labels(t, labels)?;
        session.forward(&[])?;
        session.backward(&[], &mut [])?;
        Ok((session.loss(loss)?, session.gradient(x)?.to_vec()))
    }

    #[test]
    fn losses_are_those_of_torch() {
        // torch 2.15, f64: cross_entropy(scores, labels, weight, ignore_index=…, label_smoothing=…).
        for (smoothing, weights, ignore, labels, expected) in TORCH {
            let found = of_labels(settings(*smoothing, weights, *ignore), labels).unwrap().0;
            assert!(
                (found - expected).abs() < 1e-14,
                "{smoothing} {weights:?} {ignore:?}: {found} {expected}"
            );
        }
        let mut graph = Graph::<f64>::new();
        let x = graph.constant("x", &[3, 3], &SCORES).unwrap();
        let t = graph.constant("t", &[3, 3], &[0.2, 0.3, 0.5, 1.0, 0.0, 0.0, 0.0, 0.6, 0.4]).unwrap();
        let loss = graph.softmax_cross_entropy_with(x, t, settings(0.1, &[0.5, 2.0, 1.0], None)).unwrap();
        assert!((evaluate(graph, &[loss])[0] - TORCH_ROWS).abs() < 1e-14);
    }

    #[test]
    fn rows_that_do_not_count_have_no_gradient_and_may_hold_any_label() {
        let (loss, gradient) = of_labels(settings(0.1, &[], Some(99)), &[2, 99, 1]).unwrap();
        assert!(loss > 0.0 && gradient[3..6] == [0.0; 3] && gradient[0] != 0.0);
        assert_eq!(of_labels(settings(0.1, &[], Some(7)), &[7, 7, 7]).unwrap(), (0.0, vec![0.0; 9]));
        let error = of_labels(settings(0.1, &[], Some(99)), &[2, 99, 3]).unwrap_err().to_string();
        assert_eq!(error, "`t`: example 2 has label 3, but there are 3 classes (labels 0 to 2)");
    }

    #[test]
    fn settings_that_make_no_sense_are_refused() {
        for (settings, said) in [
            (settings(1.0, &[], None), "the smoothing is 1; it must be from 0 to less than 1"),
            (settings(0.0, &[1.0], None), "there are 1 weights of classes for 3 classes"),
            (settings(0.0, &[1.0, -1.0, 1.0], None), "a class has weight -1"),
        ] {
            let error = of_labels(settings, &[0, 1, 2]).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }

    /// Smoothing, weights, label to ignore, labels, loss.
    type Case = (f64, &'static [f64], Option<u32>, [u32; 3], f64);
    const TORCH: &[Case] = &[
        (0.1, &[], None, [2, 0, 1], 0.6196566136524916),
        (0.0, &[0.5, 2.0, 1.0], None, [2, 0, 1], 0.6349951248864553),
        (0.2, &[0.5, 2.0, 1.0], None, [2, 0, 1], 0.7945544067666467),
        (0.0, &[], Some(1), [2, 1, 0], 0.9560986049232139),
        (0.3, &[0.5, 2.0, 1.0], Some(1), [2, 1, 0], 1.0920254063845718),
    ];
    const TORCH_ROWS: f64 = 1.0734688319489798;
}
