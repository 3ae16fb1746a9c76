//! How far: a step that meets the strong Wolfe conditions (Nocedal and Wright 2006, algorithms 3.5 and 3.6), with cubic
//! interpolation (equation 3.59) and torch's safeguards, so that its trajectories agree with torch's.

use thalweg_lanes::Real;
use thalweg_lanes::reduce::{all_finite, dot};

/// c₁: the share of the decrease the slope promises that is enough (equation 3.7a).
const DECREASE: f64 = 1e-4;
/// c₂: the share of the slope that may be left (equation 3.7b).
const CURVATURE: f64 = 0.9;
/// A bracket shorter than this, in the parameter that moves most, is not refined.
const SHORTEST: f64 = 1e-9;

/// A step along the direction and what the function is there.
#[derive(Clone, Debug)]
pub(super) struct Point<T> {
    pub(super) step: f64,
    pub(super) loss: f64,
    pub(super) gradient: Vec<T>,
    /// The derivative along the direction.
    pub(super) slope: f64,
}

impl<T: Real> Point<T> {
    pub(super) fn is_finite(&self) -> bool {
        self.loss.is_finite() && self.slope.is_finite() && all_finite(&self.gradient)
    }
}

/// The function along one direction.
pub(super) struct Line<'a, T> {
    pub(super) origin: &'a [T],
    pub(super) direction: &'a [T],
    pub(super) evaluate: &'a mut dyn FnMut(&[T], &mut [T]) -> f64,
    /// Where the function is evaluated.
    at: Vec<T>,
    /// Evaluations so far.
    pub(super) evaluations: usize,
    /// The shortest step at which the function was not finite.
    wall: f64,
}

impl<'a, T: Real> Line<'a, T> {
    pub(super) fn new(
        origin: &'a [T],
        direction: &'a [T],
        evaluate: &'a mut dyn FnMut(&[T], &mut [T]) -> f64,
    ) -> Self {
        Self { origin, direction, evaluate, at: origin.to_vec(), evaluations: 0, wall: f64::INFINITY }
    }

    /// Whether loss and gradient were finite wherever they were evaluated.
    pub(super) fn all_finite(&self) -> bool {
        self.wall == f64::INFINITY
    }

    fn probe(&mut self, step: f64) -> Point<T> {
        let length = T::from_f64(step);
        for ((at, &origin), &direction) in self.at.iter_mut().zip(self.origin).zip(self.direction) {
            *at = origin + length * direction;
        }
        let mut gradient = vec![T::ZERO; self.at.len()];
        let loss = (self.evaluate)(&self.at, &mut gradient);
        self.evaluations += 1;
        let slope = dot(&gradient, self.direction);
        Point { step, loss, gradient, slope }
    }

    /// The point at `step`, or where loss and gradient are not finite there, at the first of the steps halfway back to
    /// `sound` where they are. `None` if that takes more than `most` further evaluations, which are counted in `spent`.
    pub(super) fn finite(
        &mut self,
        mut step: f64,
        sound: f64,
        most: usize,
        spent: &mut usize,
    ) -> Option<Point<T>> {
        loop {
            let point = self.probe(step);
            if point.is_finite() {
                return Some(point);
            }
            self.wall = self.wall.min(step);
            if *spent >= most {
                return None;
            }
            *spent += 1;
            step = sound + (step - sound) / 2.0;
        }
    }
}

/// The point to go to, with at most `most` evaluations after the first: one that meets both conditions if there was time
/// to find it, else the best seen, which may be `start` itself.
pub(super) fn strong_wolfe<T: Real>(
    line: &mut Line<'_, T>,
    start: Point<T>,
    first: f64,
    most: usize,
) -> Point<T> {
    let (loss, slope) = (start.loss, start.slope);
    let high = |point: &Point<T>| point.loss > loss + DECREASE * point.step * slope;
    let flat = |point: &Point<T>| point.slope.abs() <= -CURVATURE * slope;

    // Algorithm 3.5: lengthen the step until a good one must lie between it and the one before.
    let mut spent = 0;
    let Some(mut new) = line.finite(first, 0.0, most, &mut spent) else { return start };
    let mut before = start.clone();
    loop {
        if spent >= most {
            return if start.loss <= new.loss { start } else { new };
        }
        // The comparison with the step before is torch's: from the third step on.
        if high(&new) || (spent > 1 && new.loss >= before.loss) {
            break;
        }
        if flat(&new) {
            return new;
        }
        if new.slope >= 0.0 {
            break;
        }
        let least = new.step + 0.01 * (new.step - before.step);
        let farthest = (10.0 * new.step).min((new.step + line.wall) / 2.0);
        let step = cubic(&before, &new, (least, farthest));
        before = new;
        spent += 1;
        match line.finite(step, before.step, most, &mut spent) {
            Some(point) => new = point,
            None => return before,
        }
    }
    zoom(line, [before, new], (high, flat), most - spent)
}

/// Algorithm 3.6: shrinks the bracket around a good step.
fn zoom<T: Real>(
    line: &mut Line<'_, T>,
    mut bracket: [Point<T>; 2],
    (high, flat): (impl Fn(&Point<T>) -> bool, impl Fn(&Point<T>) -> bool),
    most: usize,
) -> Point<T> {
    let reach = line.direction.iter().fold(0.0, |most: f64, d| most.max(d.to_f64().abs()));
    let lowest = |bracket: &[Point<T>; 2]| usize::from(bracket[0].loss > bracket[1].loss);
    let (mut low, mut spent, mut cramped) = (lowest(&bracket), 0, false);
    while spent < most {
        let left = bracket[0].step.min(bracket[1].step);
        let right = bracket[0].step.max(bracket[1].step);
        if (right - left) * reach < SHORTEST {
            break;
        }
        let mut step = cubic(&bracket[0], &bracket[1], (left, right));
        // Twice in a row near an end, or on it, makes no progress: go a tenth of the bracket inwards.
        let margin = 0.1 * (right - left);
        let near = (right - step).min(step - left) < margin;
        let stuck = near && (cramped || step >= right || step <= left);
        if stuck {
            let to_right = (step - right).abs() < (step - left).abs();
            step = if to_right { right - margin } else { left + margin };
        }
        cramped = near && !stuck;
        spent += 1;
        let Some(new) = line.finite(step, bracket[low].step, most, &mut spent) else { break };
        if high(&new) || new.loss >= bracket[low].loss {
            bracket[1 - low] = new;
            low = lowest(&bracket);
        } else if flat(&new) {
            return new;
        } else {
            if new.slope * (bracket[1 - low].step - bracket[low].step) >= 0.0 {
                // The minimum lies between the new point and the old low end.
                bracket[1 - low] = bracket[low].clone();
            }
            bracket[low] = new;
        }
    }
    let [first, second] = bracket;
    if low == 0 { first } else { second }
}

/// The minimum between the bounds of the cubic through two points with their slopes (equation 3.59); halfway between the
/// bounds where it has none.
fn cubic<T: Real>(a: &Point<T>, b: &Point<T>, (least, most): (f64, f64)) -> f64 {
    let (a, b) = if a.step <= b.step { (a, b) } else { (b, a) };
    let d1 = a.slope + b.slope - 3.0 * (a.loss - b.loss) / (a.step - b.step);
    let square = d1 * d1 - a.slope * b.slope;
    let d2 = square.sqrt();
    let minimum = b.step - (b.step - a.step) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2.0 * d2));
    // A negative square and equal points give NaN.
    if minimum.is_nan() { (least + most) / 2.0 } else { minimum.max(least).min(most) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    /// Loss and slope at the start and at each evaluation that follows, whatever the step.
    type Script<'a> = &'a [[f64; 2]];

    /// A search by `_strong_wolfe` of torch 2.15 (`torch/optim/lbfgs.py`, tolerance 1e-9) in one dimension: the steps at which it
    /// evaluated a function that gave these values, and the one it chose (`conformance/line_search.py`). Each takes other turns, many
    /// with equal values.
    #[derive(Deserialize)]
    struct Search {
        values: Vec<[f64; 2]>,
        direction: f64,
        first: f64,
        most: usize,
        steps: Vec<f64>,
        chosen: f64,
    }

    /// The steps at which a search evaluates, and the one it chooses.
    fn search(values: Script<'_>, direction: f64, first: f64, most: usize) -> (Vec<f64>, f64) {
        let mut steps = vec![];
        let mut evaluate = |at: &[f64], gradient: &mut [f64]| {
            let [loss, slope] = values[steps.len()];
            steps.push(at[0] / direction);
            gradient[0] = slope / direction;
            loss
        };
        let direction = [direction];
        let mut line = Line::new(&[0.0], &direction, &mut evaluate);
        let start = line.probe(0.0);
        let chosen = strong_wolfe(&mut line, start, first, most).step;
        let seen = &values[..line.evaluations];
        assert_eq!(line.all_finite(), seen.iter().all(|[loss, _]| loss.is_finite()));
        steps.remove(0);
        (steps, chosen)
    }

    #[test]
    fn searches_go_step_by_step_as_in_torch() {
        let searches: Vec<Search> = serde_json::from_str(include_str!("searches.json")).unwrap();
        let near = |found: f64, expected: f64| (found - expected).abs() <= 1e-9 * expected.abs();
        for (case, one) in searches.iter().enumerate() {
            let (steps, chosen) = search(&one.values, one.direction, one.first, one.most);
            assert_eq!(steps.len(), one.steps.len(), "case {case}: {steps:?} {:?}", one.steps);
            for (found, expected) in steps.iter().zip(&one.steps) {
                assert!(near(*found, *expected), "case {case}: {steps:?} {:?}", one.steps);
            }
            assert!(near(chosen, one.chosen), "case {case}: {chosen} {}", one.chosen);
        }
    }

    /// Down 1 for each unit of the step.
    const DOWN: [f64; 2] = [0.0, -1.0];
    const LOWER: [f64; 2] = [-0.5, -1.0];

    #[test]
    fn both_conditions_hold_on_their_borders() {
        // A ten-thousandth of the decrease that the slope promises is enough, and nine tenths of the slope may be left.
        assert_eq!(search(&[DOWN, [-1e-4, -0.9]], 1.0, 1.0, 9), (vec![1.0], 1.0));
        let (steps, _) = search(&[DOWN, [-0.99e-4, -0.9], LOWER], 1.0, 1.0, 1);
        assert!(steps[1] < 1.0, "too high, so the step is shortened: {steps:?}");
        let (steps, _) = search(&[DOWN, [-1e-4, -0.91], LOWER], 1.0, 1.0, 1);
        assert!(steps[1] > 1.0, "too steep, so it is lengthened: {steps:?}");
        // No evaluation is left, and nothing is gained.
        assert_eq!(search(&[DOWN, [0.0, 5.0]], 1.0, 1.0, 0), (vec![1.0], 0.0));
        assert_eq!(search(&[DOWN, [-1e-9, 5.0]], 1.0, 1.0, 0), (vec![1.0], 1.0));
    }

    #[test]
    fn a_step_no_lower_than_the_one_before_ends_the_lengthening_from_the_third_on() {
        // The second is no lower than the first: lengthened all the same.
        let (steps, _) = search(&[DOWN, LOWER, [-0.5, -1.0], [-9.0, 0.0]], 1.0, 1.0, 9);
        assert!(steps.len() == 3 && steps[2] > steps[1] && steps[1] > steps[0], "{steps:?}");
        // The third is no lower than the second: between the two.
        let (steps, _) = search(&[DOWN, LOWER, [-0.75, -1.0], [-0.75, -1.0], [-9.0, 0.0]], 1.0, 1.0, 9);
        assert!(steps.len() == 4 && steps[1] < steps[3] && steps[3] < steps[2], "{steps:?}");
    }

    #[test]
    fn a_bracket_that_is_too_short_is_left_as_it_is() {
        let high = [1.0, 1.0];
        assert_eq!(search(&[DOWN, high], 1.0, 0.99e-9, 9).0.len(), 1);
        assert_eq!(search(&[DOWN, high, [-1.0, 0.0]], 1.0, 1.01e-9, 9).0.len(), 2);
        // In units of the parameters, not of the step.
        assert_eq!(search(&[DOWN, high, [-1.0, 0.0]], 2.0, 0.99e-9, 9).0.len(), 2);
    }

    #[test]
    fn steps_to_where_nothing_is_finite_are_halved_and_the_place_is_kept_away_from() {
        let wall = [f64::INFINITY, 1.0];
        // 8 and 6 are beyond the wall: from 4 no further than half way to 6, and when that is beyond, half way back.
        let straight = [-4.0, -1.0];
        let (steps, chosen) = search(&[DOWN, wall, straight, wall, [-5.0, 0.0]], 1.0, 8.0, 9);
        assert_eq!((&*steps, chosen), (&[8.0, 4.0, 6.0, 5.0][..], 5.0));
        // One evaluation more and no step that is finite: where it was.
        assert_eq!(search(&[DOWN, wall, wall], 1.0, 8.0, 1), (vec![8.0, 4.0], 0.0));
        assert_eq!(search(&[DOWN, wall, straight, wall], 1.0, 8.0, 2), (vec![8.0, 4.0, 6.0], 4.0));
    }
}
