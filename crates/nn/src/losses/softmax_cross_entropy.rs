//! Softmax and cross-entropy in one: E = -Σ_k t_k log softmax(x)_k for a row of scores x and a target row t, averaged over
//! the rows.
//!
//! The logarithm of the softmax is x_k - log Σ_j e^(x_j), computed with the row's largest score subtracted, so that scores
//! of any size give a finite loss. A target is a class label, or a row: one-hot, or any probabilities. Gradient of x:
//! (softmax(x)_k Σ_j t_j - t_k) / n, which is the notes' (y - t) / n where a target row sums to 1; of t: minus the logarithm
//! of the softmax, over n.

use crate::compiled::compiled_here;
use crate::op::Input;
use crate::ops::loops::{map, zip};
use crate::ops::softmax;
use crate::shape::elements;
use crate::{Backward, Element, Forward, Graph, GraphError, Inputs, Mode, Needs, Node, Op, Shape, Target};
use thalweg_lanes::reduce;

/// Softmax cross-entropy, averaged over the rows.
#[derive(Clone, Copy, Debug)]
pub struct SoftmaxCrossEntropy;

impl<T: Element> Op<T> for SoftmaxCrossEntropy {
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
        let (scores, target) = (inputs[0].shape, inputs[1].shape);
        if scores.rank() == 0 {
            return Err("the scores are a single number; they must have rows [.., classes]".into());
        }
        if inputs[1].labels && *target != scores.rows() {
            let expected = scores.rows();
            return Err(format!(
                "labels {target} do not match scores {scores}; they must be {expected}, one for each row"
            ));
        }
        if !inputs[1].labels && target != scores {
            return Err(format!(
                "target {target} does not match scores {scores}; it must have the same shape, or be labels"
            ));
        }
        Ok(Shape::scalar())
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
        let (rows, classes) = inputs.rows(0);
        let target = Truth::of(&inputs);
        if let Truth::Labels(labels) = target {
            check_labels(inputs.name(1), labels, classes, None)?;
        }
        // With scores shifted by the largest of their row, a row's loss is Σ t_k log Σ_j e^(x_j) - Σ t_k x_k. The
        // exponentials are computed for all rows at once: rows of ten classes would not fill vectors.
        let mut total = 0.0;
        let scores = inputs.values(0).chunks_exact(classes);
        for (row, (scores, shifted)) in scores.zip(workspace.chunks_exact_mut(classes)).enumerate() {
            softmax::shift(scores, shifted);
            total -= target.dot(row, shifted);
        }
        softmax::exponentials(workspace);
        for (row, exponentials) in workspace.chunks_exact_mut(classes).enumerate() {
            total += target.weight(row, classes) * softmax::normalise(exponentials).ln();
        }
        output[0] = T::from_f64(total / rows as f64);
        Ok(())
    }

    fn backward(&self, pass: Backward<'_, T>) {
        let Backward { inputs, workspace, gradient, mut targets, .. } = pass;
        let (rows, classes) = inputs.rows(0);
        let scale = T::from_f64(gradient[0].to_f64() / rows as f64);
        if let Some(out) = targets.get(0) {
            scores_gradient(out, workspace, Truth::of(&inputs), classes, scale);
        }
        if let Some(out) = targets.get(1) {
            target_gradient(out, inputs.values(0), classes, scale);
        }
    }
}

/// What the rows of scores should have been.
#[derive(Clone, Copy)]
enum Truth<'a, T> {
    Labels(&'a [u32]),
    Rows(&'a [T]),
}

impl<'a, T: Element> Truth<'a, T> {
    fn of(inputs: &Inputs<'a, T>) -> Self {
        inputs.labels(1).map_or_else(|| Truth::Rows(inputs.values(1)), Truth::Labels)
    }

    /// Returns Σ_k t_k x_k for one row. Classes of probability 0 do not count, even if their score is infinite.
    fn dot(&self, row: usize, x: &[T]) -> f64 {
        match self {
            Truth::Labels(labels) => x[labels[row] as usize].to_f64(),
            Truth::Rows(t) => {
                let terms = t[row * x.len()..].iter().zip(x).filter(|(t, _)| **t != T::ZERO);
                terms.map(|(t, x)| t.to_f64() * x.to_f64()).sum()
            }
        }
    }

    /// Σ_k t_k for one row: 1 if it holds probabilities.
    fn weight(&self, row: usize, classes: usize) -> f64 {
        match self {
            Truth::Labels(_) => 1.0,
            Truth::Rows(t) => reduce::sum(&t[row * classes..(row + 1) * classes]),
        }
    }
}

/// Refuses labels that are not below the number of classes; one that does not count may be anything.
pub(crate) fn check_labels(
    node: &str,
    labels: &[u32],
    classes: usize,
    ignore: Option<u32>,
) -> Result<(), GraphError> {
    match labels.iter().position(|&label| label as usize >= classes && ignore != Some(label)) {
        None => Ok(()),
        Some(example) => {
            Err(GraphError::Label { node: node.to_owned(), example, label: labels[example], classes })
        }
    }
}

/// scale (y Σ_j t_j - t) for every row, y being the softmax.
fn scores_gradient<T: Element>(out: Target<'_, T>, y: &[T], target: Truth<'_, T>, classes: usize, scale: T) {
    let Target { values, accumulate } = out;
    match target {
        Truth::Labels(labels) => {
            map(Target { values: &mut *values, accumulate }, y, |y| scale * y);
            for (row, &label) in labels.iter().enumerate() {
                values[row * classes + label as usize] -= scale;
            }
        }
        Truth::Rows(t) => {
            let rows = y.chunks_exact(classes).zip(t.chunks_exact(classes));
            for (row, ((y, t), values)) in rows.zip(values.chunks_exact_mut(classes)).enumerate() {
                let weight = T::from_f64(target.weight(row, classes));
                zip(Target { values, accumulate }, y, t, |y, t| scale * (y * weight - t));
            }
        }
    }
}

/// -scale log softmax(x) for every row, from the scores: the logarithm of a rounded softmax could be infinite.
fn target_gradient<T: Element>(out: Target<'_, T>, scores: &[T], classes: usize, scale: T) {
    let Target { values, accumulate } = out;
    for (scores, values) in scores.chunks_exact(classes).zip(values.chunks_exact_mut(classes)) {
        let largest = softmax::largest(scores);
        let sum: f64 = scores.iter().map(|&x| (x - largest).exp().to_f64()).sum();
        let logarithm = T::from_f64(sum.ln());
        map(Target { values, accumulate }, scores, |x| scale * (logarithm - (x - largest)));
    }
}

compiled_here!(SoftmaxCrossEntropy);

impl<T: Element> Graph<T> {
    /// Adds a node that computes the cross-entropy of the softmax of `scores` `[.., classes]`, averaged over the rows. The
    /// target holds a class label for each row, or rows of the scores' shape: one-hot rows or any probabilities.
    ///
    /// # Errors
    /// [`GraphError::Shape`], [`GraphError::ForeignNode`], a name used twice.
    pub fn softmax_cross_entropy(&mut self, scores: Node, target: Node) -> Result<Node, GraphError> {
        self.apply_compiled(SoftmaxCrossEntropy, &[scores, target])
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{assert_loss_gradients, evaluate, parameter};
    use crate::{BATCH, Element, Graph, Session};
    use std::sync::Arc;

    #[test]
    fn gradients() {
        for (shape, rows) in [(&[BATCH, 4][..], &[BATCH][..]), (&[BATCH, 3, 4], &[BATCH, 3])] {
            assert_loss_gradients(5, 4, |graph| {
                let (x, t) = (graph.input("x", shape)?, graph.labels("t", rows)?);
                graph.want_gradient(x)?;
                let loss = graph.softmax_cross_entropy(x, t)?;
                graph.multiply(loss, loss)
            });
        }
        // Rows of any numbers as targets, with their gradient; scores used twice.
        for shape in [&[6][..], &[3, 4]] {
            assert_loss_gradients(1, 0, |graph| {
                let (x, t) = (parameter(graph, "x", shape)?, parameter(graph, "t", shape)?);
                let double = graph.add(x, x)?;
                let scores = graph.multiply(double, x)?;
                let one = graph.softmax_cross_entropy(scores, t)?;
                let other = graph.softmax_cross_entropy(x, t)?;
                graph.add(one, other)
            });
        }
    }

    #[test]
    fn labels_and_one_hot_rows_agree_batched_and_single() {
        let scores = [0.3, 2.9, 4.0, 1.0, -1.0, 0.0];
        let expected = |row: &[f64], label: usize| row.iter().map(|x| x.exp()).sum::<f64>().ln() - row[label];
        let (first, second) = (expected(&scores[..3], 2), expected(&scores[3..], 1));

        let mut graph = Graph::<f64>::new();
        let x = graph.constant("x", &[2, 3], &scores).unwrap();
        let t = graph.constant("t", &[2, 3], &[0.0, 0.0, 1.0, 0.0, 1.0, 0.0]).unwrap();
        let batch = graph.softmax_cross_entropy(x, t).unwrap();
        let x = graph.constant("x1", &[3], &scores[..3]).unwrap();
        let t = graph.constant("t1", &[3], &[0.0, 0.0, 1.0]).unwrap();
        let single = graph.softmax_cross_entropy(x, t).unwrap();
        let losses = evaluate(graph, &[batch, single]);
        assert!((losses[0] - (first + second) / 2.0).abs() < 1e-15, "{losses:?}");
        assert!((losses[1] - first).abs() < 1e-15, "{losses:?}");

        for (shape, rows, labels) in [(&[BATCH, 3][..], &[BATCH][..], &[2, 1][..]), (&[3], &[], &[2])] {
            let mut graph = Graph::<f64>::new();
            let (x, t) = (graph.input("x", shape).unwrap(), graph.labels("t", rows).unwrap());
            let loss = graph.softmax_cross_entropy(x, t).unwrap();
            let mut session = Session::evaluation(&Arc::new(graph), labels.len(), &[loss]).unwrap();
            session.set_input(x, &scores[..3 * labels.len()]).unwrap();
            session.set_labels(t, labels).unwrap();
            session.forward(&[]).unwrap();
            assert_eq!(session.loss(loss).unwrap(), losses[2 - labels.len()]);
        }
    }

    fn assert_finite_at_extreme_scores<T: Element>() {
        let mut graph = Graph::<T>::new();
        let (x, t) = (graph.input("x", &[BATCH, 3]).unwrap(), graph.labels("t", &[BATCH]).unwrap());
        graph.want_gradient(x).unwrap();
        let loss = graph.softmax_cross_entropy(x, t).unwrap();
        let mut session = Session::training(&Arc::new(graph), 2, loss, &[]).unwrap();
        let scores = [1e4, -1e4, 0.0, -1e4, 1e4, 1e4].map(T::from_f64);
        session.set_input(x, &scores).unwrap();
        session.set_labels(t, &[1, 0]).unwrap();
        session.forward(&[]).unwrap();
        session.backward(&[], &mut []).unwrap();
        // (2e4 + 2e4 + log 2) / 2
        let expected = 2e4 + std::f64::consts::LN_2 / 2.0;
        assert!((session.loss(loss).unwrap() - expected).abs() < 2e-3, "{}", session.loss(loss).unwrap());
        assert_eq!(session.gradient(x).unwrap(), [0.5, -0.5, 0.0, -0.5, 0.25, 0.25].map(T::from_f64));
    }

    #[test]
    fn scores_of_ten_thousand_are_safe() {
        assert_finite_at_extreme_scores::<f32>();
        assert_finite_at_extreme_scores::<f64>();
    }

    #[test]
    fn targets_of_another_shape_are_refused() {
        let mut graph = Graph::<f32>::new();
        let x = graph.input("x", &[BATCH, 3]).unwrap();
        let labels = graph.labels("labels", &[BATCH, 3]).unwrap();
        let rows = graph.input("rows", &[BATCH, 4]).unwrap();
        let error = graph.named("loss").softmax_cross_entropy(x, labels).unwrap_err().to_string();
        assert!(
            error.contains("labels [batch, 3] do not match scores [batch, 3]; they must be [batch]"),
            "{error}"
        );
        let error = graph.softmax_cross_entropy(x, rows).unwrap_err().to_string();
        assert!(error.contains("target [batch, 4] does not match scores [batch, 3]"), "{error}");
    }
}
