//! The gradient check of whole networks: backpropagation against central differences.

use crate::numerical::Difference;
use crate::{GraphError, Node, Session};

/// The step of the difference quotients: in `f64`, about where the formula's error and rounding's are equal.
const STEP: f64 = 1e-5;

/// Gradients smaller than this part of the largest one of their tensor are compared as if they had this size: a quotient
/// cannot resolve them.
const FLOOR: f64 = 1e-3;

/// So are gradients smaller than this many roundings of the loss over the step, a hundred of which are then a relative
/// difference of 1e-4. The loss of a large network cannot resolve smaller ones.
const ROUNDINGS: f64 = 1e6;

/// What a [`ParameterCheck`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// A parameter of the arena.
    Parameter,
    /// An input whose gradient was asked for.
    Input,
}

/// How far backpropagation and difference quotients are apart for one tensor.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterCheck {
    /// The tensor.
    pub name: String,
    /// Whether it is a parameter or an input.
    pub checked: Checked,
    /// How many of its elements were compared.
    pub compared: usize,
    /// The mean of the absolute differences.
    pub mean_absolute_difference: f64,
    /// The largest difference relative to the larger of the two gradients (or, where both are smaller, to a thousandth of the
    /// tensor's largest gradient, or to what a million roundings of the loss come to over the step).
    pub max_relative_difference: f64,
    /// The element, row-major, where the relative difference is largest.
    pub worst: usize,
    /// The gradient by backpropagation there.
    pub backpropagation: f64,
    /// The gradient by central difference there.
    pub numerical: f64,
}

/// Compares, for every parameter and every input whose gradient was asked for, backpropagation with central differences of step
/// 1e-5. `session` must be a training session whose inputs are filled; afterwards it is in the state after a forward pass.
///
/// At most `sample` elements of each tensor are compared, evenly spread (all of them if `None`): a quotient takes two forward
/// passes.
///
/// # Errors
/// As [`Session::forward`] and [`Session::backward`].
pub fn check_gradients(
    session: &mut Session<f64>,
    parameters: &[f64],
    sample: Option<usize>,
) -> Result<Vec<ParameterCheck>, GraphError> {
    let mut gradients = vec![0.0; parameters.len()];
    session.forward(parameters)?;
    session.backward(parameters, &mut gradients)?;
    let inputs = session.wanted_inputs();
    let input_gradients = inputs
        .iter()
        .map(|&node| Ok(session.gradient(node)?.to_vec()))
        .collect::<Result<Vec<_>, GraphError>>()?;

    let graph = session.graph().clone();
    let mut parameters = parameters.to_vec();
    let mut checks = Vec::new();
    for tensor in graph.layout().tensors() {
        let gradients = &gradients[tensor.range.clone()];
        let start = tensor.range.start;
        let check = compare(&tensor.name, Checked::Parameter, gradients, sample, |element, offset| {
            let original = parameters[start + element];
            parameters[start + element] = original + offset;
            let loss = loss(session, &parameters);
            parameters[start + element] = original;
            loss
        })?;
        checks.push(check);
    }
    for (&node, gradients) in inputs.iter().zip(&input_gradients) {
        let check = compare(graph.name(node)?, Checked::Input, gradients, sample, |element, offset| {
            let original = session.value(node)?[element];
            session.input_mut(node)?[element] = original + offset;
            let loss = loss(session, &parameters);
            session.input_mut(node)?[element] = original;
            loss
        })?;
        checks.push(check);
    }
    session.forward(&parameters)?;
    Ok(checks)
}

/// Returns the gradient of the loss with respect to every parameter, from difference quotients of step `h`. Training the source
/// notes' first network uses it. It takes one or two forward passes for each parameter. Afterwards the session holds the values
/// at `parameters`.
///
/// # Errors
/// As [`Session::forward`]; [`GraphError::Length`] if the slices differ.
pub fn numerical_parameter_gradients(
    session: &mut Session<f64>,
    parameters: &[f64],
    difference: Difference,
    h: f64,
    gradients: &mut [f64],
) -> Result<(), GraphError> {
    if gradients.len() != parameters.len() {
        let (found, expected) = (gradients.len(), parameters.len());
        return Err(GraphError::Length { what: "the gradient slice".into(), found, expected });
    }
    let here = loss(session, parameters)?;
    let graph = session.graph().clone();
    let mut moved = parameters.to_vec();
    for element in graph.layout().tensors().iter().flat_map(|tensor| tensor.range.clone()) {
        let original = parameters[element];
        moved[element] = original + h;
        let above = loss(session, &moved)?;
        gradients[element] = match difference {
            Difference::Forward => (above - here) / h,
            Difference::Central => {
                moved[element] = original - h;
                (above - loss(session, &moved)?) / (2.0 * h)
            }
        };
        moved[element] = original;
    }
    session.forward(parameters)
}

fn loss(session: &mut Session<f64>, parameters: &[f64]) -> Result<f64, GraphError> {
    session.forward(parameters)?;
    session.loss(session.loss_node().ok_or(GraphError::NotTraining)?)
}

/// Compares the gradients of one tensor; `loss_at(element, offset)` is the loss with one element moved.
fn compare(
    name: &str,
    checked: Checked,
    gradients: &[f64],
    sample: Option<usize>,
    mut loss_at: impl FnMut(usize, f64) -> Result<f64, GraphError>,
) -> Result<ParameterCheck, GraphError> {
    let compared = sample.unwrap_or(gradients.len()).clamp(1, gradients.len());
    let largest = gradients.iter().fold(0.0, |largest: f64, gradient| largest.max(gradient.abs()));
    let mut check = ParameterCheck {
        name: name.to_owned(),
        checked,
        compared,
        mean_absolute_difference: 0.0,
        max_relative_difference: 0.0,
        worst: 0,
        backpropagation: 0.0,
        numerical: 0.0,
    };
    for number in 0..compared {
        let element = number * gradients.len() / compared;
        let backpropagation = gradients[element];
        let (above, below) = (loss_at(element, STEP)?, loss_at(element, -STEP)?);
        let numerical = (above - below) / (2.0 * STEP);
        let difference = (backpropagation - numerical).abs();
        check.mean_absolute_difference += difference / compared as f64;
        let unresolved = ROUNDINGS * f64::EPSILON * above.abs().max(below.abs()) / STEP;
        let size = backpropagation.abs().max(numerical.abs()).max(FLOOR * largest).max(unresolved);
        let relative = if difference == 0.0 { 0.0 } else { difference / size };
        // A NaN on either side is the worst there can be.
        if relative.is_nan() || relative > check.max_relative_difference || number == 0 {
            (check.worst, check.backpropagation, check.numerical) = (element, backpropagation, numerical);
            check.max_relative_difference = if relative.is_nan() { f64::INFINITY } else { relative };
        }
    }
    Ok(check)
}

impl Session<f64> {
    /// The filled inputs whose gradients this session computes.
    fn wanted_inputs(&self) -> Vec<Node> {
        let nodes = self.plan().filled.iter().map(|&index| self.graph().node(index));
        nodes.filter(|&node| self.gradient(node).is_ok()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Backward, Forward, Graph, Input, Needs, Op, Shape};
    use std::sync::Arc;

    /// A function of one parameter and what its backward pass writes, right or wrong.
    #[derive(Debug)]
    struct Claimed {
        value: fn(&[f64]) -> f64,
        gradient: fn(&[f64], &mut [f64]),
    }

    impl Op<f64> for Claimed {
        fn name(&self) -> &'static str {
            "claimed"
        }
        fn arity(&self) -> usize {
            1
        }
        fn shape(&self, _: &[Input<'_>]) -> Result<Shape, String> {
            Ok(Shape::scalar())
        }
        fn needs(&self) -> Needs {
            Needs::INPUTS
        }
        fn forward(&self, pass: Forward<'_, f64>) -> Result<(), GraphError> {
            pass.output[0] = (self.value)(pass.inputs.values(0));
            Ok(())
        }
        fn backward(&self, mut pass: Backward<'_, f64>) {
            let x = pass.inputs.values(0);
            if let Some(target) = pass.targets.get(0) {
                (self.gradient)(x, target.values);
            }
        }
    }

    /// A training session whose loss is `claimed` of a parameter `x` of so many elements.
    fn session_of(claimed: Claimed, elements: usize) -> Session<f64> {
        let mut graph = Graph::new();
        let x = graph.parameter("x", &[elements]).unwrap();
        let loss = graph.apply(claimed, &[x]).unwrap();
        Session::training(&Arc::new(graph), 1, loss, &[]).unwrap()
    }

    #[test]
    fn a_wrong_gradient_is_found_and_located() {
        // x² whose backward pass forgets the 2 at one element.
        let value = |x: &[f64]| x.iter().map(|x| x * x).sum();
        let gradient = |x: &[f64], gradient: &mut [f64]| {
            (0..x.len()).for_each(|i| gradient[i] = if i == 2 { x[i] } else { 2.0 * x[i] });
        };
        let mut session = session_of(Claimed { value, gradient }, 4);
        let checks = check_gradients(&mut session, &[1.0, 2.0, 3.0, 4.0], None).unwrap();
        assert_eq!(checks.len(), 1);
        assert_eq!((checks[0].name.as_str(), checks[0].worst, checks[0].compared), ("x", 2, 4));
        assert!((checks[0].max_relative_difference - 0.5).abs() < 1e-6, "{checks:?}");
        assert!((checks[0].mean_absolute_difference - 0.75).abs() < 1e-6, "{checks:?}");
        let sampled = check_gradients(&mut session, &[1.0, 2.0, 3.0, 4.0], Some(2)).unwrap();
        assert_eq!(sampled[0].compared, 2);
        assert_eq!(sampled[0].worst, 2);
    }

    #[test]
    fn what_rounding_of_the_loss_hides_is_no_difference_and_what_it_does_not_is() {
        // A loss of 5 that the parameter hardly changes.
        let relative = |gradient: fn(&[f64], &mut [f64])| {
            let mut session = session_of(Claimed { value: |x| 5.0 + 1e-7 * x[0], gradient }, 1);
            check_gradients(&mut session, &[0.3], None).unwrap()[0].max_relative_difference
        };
        // The quotient itself may be off by some ten-thousandths: the loss changes by 2,252 roundings.
        assert!(relative(|_, gradient| gradient[0] = 1e-7) < 1e-6);
        assert!(relative(|_, gradient| gradient[0] = 2e-7) > 1e-4);
    }
}
