//! What one run gave.

use serde::{Deserialize, Serialize};

use crate::statistics::Watched;

/// The result of a cell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The metric on the validation split at the end (of a function: its value there). NaN if the run diverged without one.
    #[serde(with = "number")]
    pub validation: f64,
    /// The metric on the validation split, along the way.
    pub validation_curve: Curve,
    /// The training loss (of a function: its value), along the way.
    pub training_loss: Curve,
    /// The metric on the test split: read at the end of a final run, never before.
    pub test: Option<f64>,
    /// Whether the run was allowed to read the test split.
    pub unsealed: bool,
    /// The step at which the run was given up: a number was no longer finite, or the loss stayed far above its start.
    pub diverged_at: Option<u64>,
    /// The steps it took to reach the target; absent if it was not reached within the budget.
    pub steps_to_target: Option<u64>,
    /// The time of a step, evaluation not counted.
    #[serde(with = "number")]
    pub seconds_per_step: f64,
    /// What went on inside the network while it learnt: of a final run that trains one only.
    #[serde(default, skip_serializing_if = "Inside::is_empty")]
    pub inside: Inside,
    /// What the network said of a few test examples, mistakes first: of a final run on labelled data only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub predictions: Vec<Prediction>,
    /// Which test examples the run got right, one bit each, the first in the lowest bit of the first byte: of a final run judged by
    /// accuracy only. Rules are compared example by example with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "hexadecimal")]
    pub correct: Vec<u8>,
}

/// The inside of a network over a run, at every evaluation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Inside {
    /// The length of the gradient.
    pub gradient_norm: Curve,
    /// The length of the update in multiples of that of the weights; about 0.001 is usual.
    pub update_ratio: Curve,
    /// The share of units that are 0 for every example looked at, once training is over; absent without activations.
    pub dead: Option<f32>,
}

impl Inside {
    /// Whether nothing was looked at.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What a network said of one test example.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// Which example of the test split, from 0.
    pub example: u32,
    /// The most probable class.
    pub class: u32,
    /// Its probability.
    pub probability: f32,
}

impl Outcome {
    /// The final figure: absent if the run diverged.
    pub fn figure(&self) -> Option<f64> {
        (self.diverged_at.is_none() && self.validation.is_finite()).then_some(self.validation)
    }

    /// The figure that is judged: on the test split or, not `on_test`, the final one; absent if the run diverged.
    pub fn judged(&self, on_test: bool) -> Option<f64> {
        self.figure().and_then(|figure| if on_test { self.test } else { Some(figure) })
    }

    /// The step at which the run ended.
    pub(crate) fn last_step(&self) -> f64 {
        // A training of the user's own may report no training loss.
        let last = self.training_loss.steps.last().or(self.validation_curve.steps.last());
        last.copied().unwrap_or(0).into()
    }

    /// The run on its way to the target. One that diverged never gets there, however long it is watched.
    pub(crate) fn on_the_way(&self) -> Watched {
        let waited = if self.figure().is_none() { f64::INFINITY } else { self.last_step() };
        let time = self.steps_to_target.map_or(waited, |steps| steps as f64);
        Watched { time, happened: self.steps_to_target.is_some() }
    }
}

/// A figure along a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// The steps done so far, at each point.
    pub steps: Vec<u32>,
    /// The values.
    #[serde(with = "numbers")]
    pub values: Vec<f32>,
}

impl Curve {
    /// Adds a point.
    pub fn push(&mut self, step: u32, value: f32) {
        self.steps.push(step);
        self.values.push(value);
    }

    /// The number of points.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether there is no point.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}

/// The most points of a curve that is kept, but for its last.
pub const MOST_POINTS: usize = 2048;

/// The most updates of the path on a function that a page draws: more would make a page of hundreds of megabytes, which no browser
/// opens.
pub const MOST_DRAWN: u64 = 10_000;

/// A curve of bounded length. Once it is full, every second point is left out, and from then on every second, fourth, … is kept. The
/// last point always is.
#[derive(Clone, Debug)]
pub struct ShortCurve {
    curve: Curve,
    /// Of how many points one is kept.
    every: u64,
    seen: u64,
    last: Option<(u32, f32)>,
}

impl Default for ShortCurve {
    fn default() -> Self {
        Self { curve: Curve::default(), every: 1, seen: 0, last: None }
    }
}

impl ShortCurve {
    /// Adds a point; steps ascend.
    pub fn push(&mut self, step: u32, value: f32) {
        if self.seen.is_multiple_of(self.every) {
            self.curve.push(step, value);
            if self.curve.len() > MOST_POINTS {
                let Curve { steps, values } = &mut self.curve;
                *steps = steps.iter().copied().step_by(2).collect();
                *values = values.iter().copied().step_by(2).collect();
                self.every *= 2;
            }
        }
        self.seen += 1;
        self.last = Some((step, value));
    }

    /// Returns the curve, at most [`MOST_POINTS`] and one.
    pub fn finish(mut self) -> Curve {
        if let Some((step, value)) = self.last.filter(|(step, _)| self.curve.steps.last() != Some(step)) {
            self.curve.push(step, value);
        }
        self.curve
    }
}

/// A number that may be NaN. JSON has none: it is written `null`.
pub(crate) mod number {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        if value.is_finite() { serializer.serialize_f64(*value) } else { serializer.serialize_none() }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        Ok(Option::deserialize(deserializer)?.unwrap_or(f64::NAN))
    }
}

/// Numbers that may be NaN.
pub(crate) mod numbers {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(values: &[f32], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(values.iter().map(|value| value.is_finite().then_some(*value)))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f32>, D::Error> {
        let values = Vec::<Option<f32>>::deserialize(deserializer)?;
        Ok(values.into_iter().map(|value| value.unwrap_or(f32::NAN)).collect())
    }
}

/// Bytes as hexadecimal digits.
mod hexadecimal {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        serializer.serialize_str(&digits)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let digits = String::deserialize(deserializer)?;
        let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
        let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        let bytes: Option<Vec<u8>> = pairs.iter().map(byte).collect();
        bytes.filter(|_| rest.is_empty()).ok_or_else(|| D::Error::custom("expected hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_stays_short_and_keeps_its_ends() {
        let of = |points: u32| {
            let mut curve = ShortCurve::default();
            (0..points).for_each(|step| curve.push(step, step as f32));
            curve.finish()
        };
        assert_eq!(of(0), Curve::default());
        let whole = of(MOST_POINTS as u32);
        assert!(whole.steps.iter().copied().eq(0..MOST_POINTS as u32));
        let thinned = of(MOST_POINTS as u32 + 1);
        assert!(thinned.steps.iter().copied().eq((0..=MOST_POINTS as u32).step_by(2)));
        let long = of(1_000_000);
        assert_eq!((long.steps[0], long.steps[1], long.steps.last()), (0, 512, Some(&999_999)));
        assert!((MOST_POINTS / 2..=MOST_POINTS + 1).contains(&long.len()));
        assert!(long.steps.iter().zip(&long.values).all(|(step, value)| *step as f32 == *value));
    }

    #[test]
    fn json_keeps_every_bit_and_the_missing_numbers() {
        let mut outcome = Outcome {
            validation: 0.1 + 0.2,
            validation_curve: Curve::default(),
            training_loss: Curve::default(),
            test: Some(0.3),
            unsealed: true,
            diverged_at: None,
            steps_to_target: Some(7),
            seconds_per_step: 1e-6,
            inside: Inside::default(),
            predictions: vec![Prediction { example: 3, class: 9, probability: 0.1 }],
            correct: vec![0x0f, 0xa0],
        };
        outcome.training_loss.push(1, 0.1);
        let again: Outcome = serde_json::from_str(&serde_json::to_string(&outcome).unwrap()).unwrap();
        assert_eq!(again, outcome);
        assert_eq!(outcome.figure(), Some(0.1 + 0.2));

        outcome.validation = f64::NAN;
        outcome.training_loss.push(2, f32::INFINITY);
        let again: Outcome = serde_json::from_str(&serde_json::to_string(&outcome).unwrap()).unwrap();
        assert!(again.validation.is_nan() && again.training_loss.values[1].is_nan());
        assert_eq!(again.figure(), None);
    }
}
