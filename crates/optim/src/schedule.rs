//! The learning rate as a pure function of the step.
//!
//! CS231n's advice (lecture 7): choose the rate first, without decay; look at the loss curve; add decay where it
//! flattens. The value at step `t` never depends on how the run got there.

use crate::{Domain, Error, Hyperparameter};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use thalweg_kit::hint;

/// What the learning rate is multiplied by at each step: a shape, after a linear warm-up.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    /// The shape; its own step 0 is the first step after the warm-up.
    pub shape: Shape,
    /// Updates of linear warm-up: update `t < warmup` uses the factor (t + 1) / warmup.
    pub warmup: u64,
}

/// How the factor falls from 1.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// 1 throughout.
    #[default]
    Constant,
    /// Multiplied by `factor` every `every` updates.
    Step {
        /// Updates between two drops.
        every: u64,
        /// What each drop multiplies by.
        factor: f64,
    },
    /// `decay`^t.
    Exponential {
        /// The factor of one update.
        decay: f64,
    },
    /// 1 / (1 + `decay` t).
    InverseTime {
        /// How fast it falls.
        decay: f64,
    },
    /// Half a cosine from 1 down to `floor` over `steps` updates, `floor` from then on (Loshchilov and Hutter 2017,
    /// without restarts).
    Cosine {
        /// Updates until the floor.
        steps: u64,
        /// The last factor.
        floor: f64,
    },
}

/// A schedule as the catalogue describes it.
#[derive(Debug)]
pub struct ScheduleInfo {
    /// The name in files and on the command line.
    pub name: &'static str,
    /// The formula, with t updates done since the warm-up.
    pub formula: &'static str,
    /// Its settings and their defaults; `warmup` belongs to every schedule.
    pub settings: &'static [(Hyperparameter, f64)],
}

const WARMUP: (Hyperparameter, f64) = (
    Hyperparameter::new("warmup", "updates of linear warm-up before the schedule starts", Domain::COUNT),
    0.0,
);

/// Every schedule. `steps = 0` stands for all updates of the run.
pub static SCHEDULES: &[ScheduleInfo] = &[
    ScheduleInfo { name: "constant", formula: "1", settings: &[WARMUP] },
    ScheduleInfo {
        name: "step",
        formula: "factor^floor(t / every)",
        settings: &[
            (Hyperparameter::new("every", "updates between two drops", Domain::POSITIVE_COUNT), 1000.0),
            (Hyperparameter::new("factor", "what each drop multiplies the rate by", Domain::UNIT), 0.1),
            WARMUP,
        ],
    },
    ScheduleInfo {
        name: "exponential",
        formula: "decay^t",
        settings: &[(Hyperparameter::new("decay", "the factor of one update", Domain::UNIT), 0.999), WARMUP],
    },
    ScheduleInfo {
        name: "inverse-time",
        formula: "1 / (1 + decay t)",
        settings: &[
            (Hyperparameter::new("decay", "how fast the rate falls", Domain::NOT_NEGATIVE), 0.001),
            WARMUP,
        ],
    },
    ScheduleInfo {
        name: "cosine",
        formula: "floor + (1 - floor) (1 + cos(pi t / steps)) / 2, floor after",
        settings: &[
            (
                Hyperparameter::new("steps", "updates until the floor; 0 for the whole run", Domain::COUNT),
                0.0,
            ),
            (Hyperparameter::new("floor", "the last factor", Domain::UNIT), 0.0),
            WARMUP,
        ],
    },
];

impl Schedule {
    /// The schedule called `name` with `settings` over its defaults, for a run of `total` updates.
    ///
    /// # Errors
    /// [`Error::Unknown`] for a name or setting that does not exist, [`Error::OutOfRange`].
    pub fn named(name: &str, settings: &BTreeMap<String, f64>, total: u64) -> Result<Self, Error> {
        let info = SCHEDULES.iter().find(|info| info.name == name).ok_or_else(|| Error::Unknown {
            kind: "schedule",
            name: name.to_string(),
            suggestion: hint(name, SCHEDULES.iter().map(|info| info.name)),
        })?;
        for (key, &value) in settings {
            let known = info.settings.iter().find(|(setting, _)| setting.name == key);
            let (setting, _) = known.ok_or_else(|| Error::Unknown {
                kind: "setting of this schedule",
                name: key.clone(),
                suggestion: hint(key, info.settings.iter().map(|(setting, _)| setting.name)),
            })?;
            setting.check(value)?;
        }
        let value = |key: &str| {
            let default =
                info.settings.iter().find(|(setting, _)| setting.name == key).map_or(0.0, |pair| pair.1);
            settings.get(key).copied().unwrap_or(default)
        };
        let warmup = value("warmup") as u64;
        let shape = match name {
            "step" => Shape::Step { every: value("every") as u64, factor: value("factor") },
            "exponential" => Shape::Exponential { decay: value("decay") },
            "inverse-time" => Shape::InverseTime { decay: value("decay") },
            "cosine" => {
                let steps = value("steps") as u64;
                let steps = if steps == 0 { total.saturating_sub(warmup).max(1) } else { steps };
                Shape::Cosine { steps, floor: value("floor") }
            }
            _ => Shape::Constant,
        };
        Ok(Self { shape, warmup })
    }

    /// What the learning rate is multiplied by when `done` updates have been made: `factor(0)` is for the first.
    pub fn factor(&self, done: u64) -> f64 {
        if done < self.warmup {
            return (done + 1) as f64 / self.warmup as f64;
        }
        let t = done - self.warmup;
        match self.shape {
            Shape::Constant => 1.0,
            Shape::Step { every, factor } => factor.powf((t / every.max(1)) as f64),
            Shape::Exponential { decay } => decay.powf(t as f64),
            Shape::InverseTime { decay } => 1.0 / (1.0 + decay * t as f64),
            Shape::Cosine { steps, floor } if t < steps => {
                let phase = std::f64::consts::PI * t as f64 / steps as f64;
                floor + (1.0 - floor) * 0.5 * (1.0 + phase.cos())
            }
            Shape::Cosine { floor, .. } => floor,
        }
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.shape {
            Shape::Constant => write!(f, "constant")?,
            Shape::Step { every, factor } => write!(f, "step (x {factor} every {every})")?,
            Shape::Exponential { decay } => write!(f, "exponential ({decay} an update)")?,
            Shape::InverseTime { decay } => write!(f, "inverse-time ({decay})")?,
            Shape::Cosine { steps, floor } => write!(f, "cosine (to {floor} over {steps})")?,
        }
        if self.warmup > 0 { write!(f, " after {} updates of warm-up", self.warmup) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, settings: &[(&str, f64)]) -> Schedule {
        let settings = settings.iter().map(|(key, value)| (key.to_string(), *value)).collect();
        Schedule::named(name, &settings, 100).unwrap()
    }

    fn close(actual: f64, expected: f64) {
        assert!((actual - expected).abs() <= 1e-15, "{actual} for {expected}");
    }

    #[test]
    fn each_starts_at_one_and_takes_its_values_at_the_boundaries() {
        for info in SCHEDULES {
            close(named(info.name, &[]).factor(0), 1.0);
        }
        let step = named("step", &[("every", 10.0), ("factor", 0.5)]);
        close(step.factor(9), 1.0);
        close(step.factor(10), 0.5);
        close(step.factor(20), 0.25);
        close(named("exponential", &[("decay", 0.5)]).factor(3), 0.125);
        close(named("inverse-time", &[("decay", 1.0)]).factor(3), 0.25);
        let cosine = named("cosine", &[("floor", 0.2)]);
        close(cosine.factor(50), 0.6);
        close(cosine.factor(100), 0.2);
        close(cosine.factor(150), 0.2);
    }

    #[test]
    fn warmup_rises_linearly_and_shifts_the_rest() {
        let cosine = named("cosine", &[("warmup", 4.0), ("steps", 10.0)]);
        let start: Vec<f64> = (0..5).map(|t| cosine.factor(t)).collect();
        assert_eq!(start, [0.25, 0.5, 0.75, 1.0, 1.0]);
        close(cosine.factor(9), 0.5);
        close(cosine.factor(14), 0.0);
        // Without `steps` the floor is reached at the end of the run, warm-up included.
        assert_eq!(named("cosine", &[("warmup", 4.0)]).shape, Shape::Cosine { steps: 96, floor: 0.0 });
    }

    #[test]
    fn mistakes_are_named() {
        let error = Schedule::named("cosin", &BTreeMap::new(), 1).unwrap_err().to_string();
        assert_eq!(error, "there is no schedule called `cosin`; did you mean `cosine`?");
        let settings = BTreeMap::from([("flor".to_string(), 0.1)]);
        let error = Schedule::named("cosine", &settings, 1).unwrap_err().to_string();
        assert!(error.ends_with("did you mean `floor`?"), "{error}");
        let settings = BTreeMap::from([("every".to_string(), 0.0)]);
        let error = Schedule::named("step", &settings, 1).unwrap_err().to_string();
        assert_eq!(error, "every = 0 is out of range; it must be a whole number of at least 1");
    }
}
