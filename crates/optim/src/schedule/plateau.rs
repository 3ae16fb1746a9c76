//! Reduce on plateau: the one schedule with a memory.

use crate::{Domain, Hyperparameter, OptimError};
use serde::{Deserialize, Serialize};
use thalweg_kit::hint;

/// When a [`Plateau`] lowers the factor.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PlateauSettings {
    /// What each drop multiplies by.
    pub factor: f64,
    /// How many observations in a row may bring nothing better; the next one drops the factor.
    pub patience: u64,
    /// The share of the best value by which another must beat it to count as better.
    pub threshold: f64,
    /// How many observations after a drop never count as bad.
    pub cooldown: u64,
    /// The lowest factor.
    pub floor: f64,
    /// Whether more is better, as with accuracy.
    pub higher_is_better: bool,
}

/// PyTorch's defaults.
impl Default for PlateauSettings {
    fn default() -> Self {
        Self { factor: 0.1, patience: 10, threshold: 1e-4, cooldown: 0, floor: 0.0, higher_is_better: false }
    }
}

impl PlateauSettings {
    /// Every setting with its meaning and domain, except the flag `higher_is_better`.
    pub const HYPERPARAMETERS: [Hyperparameter; 5] = [
        Hyperparameter::new("factor", "what each drop multiplies the rate by", Domain::BELOW_ONE),
        Hyperparameter::new("patience", "observations in a row that may bring nothing better", Domain::COUNT),
        Hyperparameter::new("threshold", "the share of the best value to beat it by", Domain::NOT_NEGATIVE),
        Hyperparameter::new("cooldown", "observations after a drop that never count as bad", Domain::COUNT),
        Hyperparameter::new("floor", "the lowest factor", Domain::UNIT),
    ];

    /// Their values, in the same order.
    pub fn values(&self) -> [f64; 5] {
        [self.factor, self.patience as f64, self.threshold, self.cooldown as f64, self.floor]
    }

    /// Sets one of the [`HYPERPARAMETERS`](Self::HYPERPARAMETERS).
    ///
    /// # Errors
    /// [`OptimError::Unknown`] or [`OptimError::OutOfRange`].
    pub fn set(&mut self, name: &str, value: f64) -> Result<(), OptimError> {
        let Some(known) = Self::HYPERPARAMETERS.iter().find(|known| known.name == name) else {
            let suggestion = hint(name, Self::HYPERPARAMETERS.iter().map(|known| known.name));
            return Err(OptimError::Unknown { kind: "setting of a plateau", name: name.into(), suggestion });
        };
        known.check(value)?;
        match known.name {
            "factor" => self.factor = value,
            "patience" => self.patience = value as u64,
            "threshold" => self.threshold = value,
            "cooldown" => self.cooldown = value as u64,
            _ => self.floor = value,
        }
        Ok(())
    }
}

/// Lowers a factor when a metric, observed for example once an epoch, no longer gets better: the semantics of PyTorch's
/// `ReduceLROnPlateau` with a relative threshold.
///
/// Unlike a [`Schedule`](super::Schedule) it depends on how the run went, so its state belongs into the run's checkpoint;
/// saved and loaded, it goes on as if nothing had happened. Metrics should be positive, as losses and accuracies are: with
/// a relative threshold, a negative value beats itself. PyTorch's `eps`, which skips drops of less than 1e-8 of the rate
/// itself, has no counterpart: a factor knows no rate. NaN and infinities count as bad.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plateau {
    settings: PlateauSettings,
    current: f64,
    best: Option<f64>,
    bad: u64,
    cooling: u64,
}

impl Plateau {
    /// A factor of 1 that has observed nothing.
    ///
    /// # Errors
    /// [`OptimError::OutOfRange`] for a setting that makes no sense.
    pub fn new(settings: PlateauSettings) -> Result<Self, OptimError> {
        for (hyperparameter, value) in PlateauSettings::HYPERPARAMETERS.iter().zip(settings.values()) {
            hyperparameter.check(value)?;
        }
        Ok(Self { settings, current: 1.0, best: None, bad: 0, cooling: 0 })
    }

    /// Takes note of the next value of the metric.
    pub fn observe(&mut self, metric: f64) {
        let settings = self.settings;
        if self.is_better(metric) {
            (self.best, self.bad) = (Some(metric), 0);
        } else {
            self.bad += 1;
        }
        if self.cooling > 0 {
            (self.cooling, self.bad) = (self.cooling - 1, 0);
        }
        if self.bad > settings.patience {
            self.current = (self.current * settings.factor).max(settings.floor);
            (self.cooling, self.bad) = (settings.cooldown, 0);
        }
    }

    /// What the value is multiplied by now.
    pub fn factor(&self) -> f64 {
        self.current
    }

    /// The best metric so far.
    pub fn best(&self) -> Option<f64> {
        self.best
    }

    /// What it was made with.
    pub fn settings(&self) -> &PlateauSettings {
        &self.settings
    }

    fn is_better(&self, metric: f64) -> bool {
        let PlateauSettings { threshold, higher_is_better, .. } = self.settings;
        metric.is_finite()
            && self.best.is_none_or(|best| {
                if higher_is_better {
                    metric > best * (1.0 + threshold)
                } else {
                    metric < best * (1.0 - threshold)
                }
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The factors after each of these losses:
    /// `torch.optim.lr_scheduler.ReduceLROnPlateau(SGD(…, lr=1.0), "min", factor=0.5, patience=2, cooldown=1, min_lr=0.2)`.
    const LOSSES: [(f64, f64); 19] = [
        (1.0, 1.0),
        (0.9, 1.0),
        (0.95, 1.0),
        (0.9, 1.0),
        (0.89995, 0.5),
        (0.9, 0.5),
        (f64::NAN, 0.5),
        (0.9, 0.5),
        (0.9, 0.25),
        (0.9, 0.25),
        (0.8, 0.25),
        (0.9, 0.25),
        (0.9, 0.25),
        (0.9, 0.2),
        (0.9, 0.2),
        (0.9, 0.2),
        (0.9, 0.2),
        (0.9, 0.2),
        (0.9, 0.2),
    ];
    const SETTINGS: PlateauSettings = PlateauSettings {
        factor: 0.5,
        patience: 2,
        threshold: 1e-4,
        cooldown: 1,
        floor: 0.2,
        higher_is_better: false,
    };

    #[test]
    fn losses_follow_torch_even_when_saved_in_between() {
        let mut plateau = Plateau::new(SETTINGS).unwrap();
        for (i, (loss, factor)) in LOSSES.into_iter().enumerate() {
            plateau.observe(loss);
            assert_eq!(plateau.factor(), factor, "after loss {i}");
            let text = serde_json::to_string(&plateau).unwrap();
            assert_eq!(serde_json::from_str::<Plateau>(&text).unwrap(), plateau);
        }
        assert_eq!(plateau.best(), Some(0.8));
    }

    #[test]
    fn accuracies_follow_torch() {
        // ReduceLROnPlateau(SGD(…, lr=1.0), "max", factor=0.1, patience=0)
        let settings = PlateauSettings { patience: 0, higher_is_better: true, ..PlateauSettings::default() };
        let mut plateau = Plateau::new(settings).unwrap();
        for (accuracy, factor) in
            [(0.5, 1.0), (0.6, 1.0), (0.6, 0.1), (0.60003, 0.01), (0.7, 0.01), (0.1, 0.001), (0.71, 0.001)]
        {
            plateau.observe(accuracy);
            assert!((plateau.factor() - factor).abs() < 1e-15, "{} for {factor}", plateau.factor());
        }
    }

    #[test]
    fn settings_are_checked_and_may_be_written_in_part() {
        let error = Plateau::new(PlateauSettings { factor: 1.0, ..SETTINGS }).unwrap_err().to_string();
        assert_eq!(error, "factor = 1 is out of range; it must be a number of at least 0 and below 1");
        let settings: PlateauSettings = serde_json::from_str(r#"{"patience":3}"#).unwrap();
        assert_eq!(settings, PlateauSettings { patience: 3, ..PlateauSettings::default() });
        assert!(serde_json::from_str::<PlateauSettings>(r#"{"patient":3}"#).is_err());
        let mut settings = PlateauSettings::default();
        for (name, value) in PlateauSettings::HYPERPARAMETERS.iter().zip([0.25, 7.0, 0.01, 4.0, 0.125]) {
            settings.set(name.name, value).unwrap();
        }
        assert_eq!(settings.values(), [0.25, 7.0, 0.01, 4.0, 0.125]);
        assert_eq!((settings.patience, settings.cooldown, settings.floor), (7, 4, 0.125));
        let error = settings.set("patients", 3.0).unwrap_err().to_string();
        assert!(error.ends_with("did you mean `patience`?"), "{error}");
    }
}
