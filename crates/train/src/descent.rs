//! A run on a two-dimensional function.

use crate::TrainError;
use std::sync::Arc;
use thalweg_arena::Layout;
use thalweg_data::Noisy;
use thalweg_optim::Specification;

/// The path of a rule, point by point.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// The start and the point after each update.
    pub points: Vec<[f64; 2]>,
    /// The function's value (without noise) at each point.
    pub values: Vec<f64>,
    /// The update that led out of the finite numbers, from 1; the path ends before it.
    pub diverged_at: Option<u64>,
}

impl Path {
    /// Returns the number of updates until the value was first at most `target`.
    pub fn steps_to(&self, target: f64) -> Option<u64> {
        self.values.iter().position(|&value| value <= target).map(|index| index as u64)
    }
}

/// Follows `rule` downhill from `start` for `steps` updates. The exact look-ahead form of Nesterov works here: the gradient is
/// evaluated at the point the rule asks for.
///
/// # Errors
/// A rule or hyper-parameter that does not exist.
pub fn descend(
    function: &mut Noisy,
    rule: &Specification,
    start: [f64; 2],
    steps: u64,
) -> Result<Path, TrainError> {
    let mut path = Path { points: vec![], values: vec![], diverged_at: None };
    path.diverged_at = follow(function, rule, start, steps, |point, value| {
        path.points.push(point);
        path.values.push(value);
        true
    })?;
    Ok(path)
}

/// Does what [`descend`] does, and keeps nothing: `see` gets the start and the point after each update, with the function's value
/// there, and says whether to go on. Returns the update that led out of the finite numbers.
///
/// # Errors
/// A rule or hyper-parameter that does not exist.
pub fn follow(
    function: &mut Noisy,
    rule: &Specification,
    start: [f64; 2],
    steps: u64,
    mut see: impl FnMut([f64; 2], f64) -> bool,
) -> Result<Option<u64>, TrainError> {
    let mut optimizer = rule.build::<f64>(Arc::new(Layout::flat(2)))?;
    let mut at = start;
    if !see(start, function.function().value(start)) {
        return Ok(None);
    }
    for step in 1..=steps {
        let mut ahead = at;
        optimizer.evaluation_point(&at, &mut ahead)?;
        let mut gradient = function.gradient(ahead);
        if optimizer.second_point(&at, &gradient, &mut ahead)? {
            gradient = function.gradient(ahead);
        }
        match optimizer.step(&mut at, &gradient) {
            Err(error) if error.is_of_a_gradient() => return Ok(Some(step)),
            other => other?,
        }
        let value = function.function().value(at);
        if !(at.iter().all(|x| x.is_finite()) && value.is_finite()) {
            return Ok(Some(step));
        }
        if !see(at, value) {
            break;
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use thalweg_data::Function;
    use thalweg_optim::Dialect;

    fn bowl(rule: &str, rate: f64, steps: u64) -> Path {
        let mut function = Noisy::new(Function::named("bowl").unwrap(), 0.0, 1).unwrap();
        let rule = Specification::new(rule, Dialect::Book).with("learning_rate", rate);
        descend(&mut function, &rule, [-7.0, 2.0], steps).unwrap()
    }

    #[test]
    fn the_path_holds_the_start_and_every_update() {
        let path = bowl("sgd", 0.95, 30);
        assert_eq!(path.points.len(), 31);
        assert_eq!(path.points[0], [-7.0, 2.0]);
        assert!((path.points[1][0] + 6.335).abs() < 1e-12 && (path.points[1][1] + 1.8).abs() < 1e-12);
        assert!((path.values[30] - 0.01333).abs() < 1e-5);
        assert_eq!(path.steps_to(6.45), Some(0));
    }

    #[test]
    fn the_exact_nesterov_looks_ahead() {
        let path = bowl("nesterov-lookahead", 0.1, 2);
        // By hand along y, f' = 2y: v = -.4, y = 1.6; then at 1.6 - .36 = 1.24: v = -.36 - .248 = -.608, y = .992.
        assert!((path.points[2][1] - 0.992).abs() < 1e-12, "{:?}", path.points);
    }

    #[test]
    fn a_path_that_leaves_the_numbers_ends_there() {
        let path = bowl("sgd", 1e200, 30);
        assert!(path.diverged_at.is_some());
        assert!(path.values.iter().all(|value| value.is_finite()));
        assert_eq!(path.points.len() as u64, path.diverged_at.unwrap());
    }
}
