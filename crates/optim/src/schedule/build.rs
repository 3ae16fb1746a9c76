//! From a name and settings to a schedule.

use super::{
    Anneal, Cyclic, Fall, Mode, OneCycle, Piecewise, SCHEDULES, Schedule, ScheduleInfo, Sequence, Setting,
    SettingInfo, SettingKind, Shape, WarmRestarts, WarmupStableDecay, WrittenSchedule,
};
use crate::{Domain, OptimError};
use std::collections::BTreeMap;
use thalweg_kit::hint;

type Settings = BTreeMap<String, Setting>;

impl Schedule {
    /// The schedule called `name` with the numbers `settings` over its defaults, for a run of `total` updates.
    ///
    /// # Errors
    /// As [`Schedule::from_settings`].
    pub fn named(name: &str, settings: &BTreeMap<String, f64>, total: u64) -> Result<Self, OptimError> {
        let settings = settings.iter().map(|(key, value)| (key.clone(), Setting::Number(*value))).collect();
        Self::from_settings(name, &settings, total)
    }

    /// The schedule called `name` with `settings` over its defaults, for a run of `total` updates. In a sequence the run
    /// of each part is the part. A setting `steps` takes the place of `total`; like it, it counts the warm-up too, as in
    /// Hugging Face's `get_cosine_schedule_with_warmup`.
    ///
    /// # Errors
    /// [`OptimError::Unknown`] for a name, setting or word that does not exist, for a setting that is needed and absent or not
    /// of its kind; [`OptimError::OutOfRange`], also for `steps` that end before the warm-up does; [`OptimError::Contradiction`] for a sequence with too many or too few borders.
    pub fn from_settings(name: &str, settings: &Settings, total: u64) -> Result<Self, OptimError> {
        let info = SCHEDULES.iter().find(|info| info.name == name).ok_or_else(|| OptimError::Unknown {
            kind: "schedule",
            name: name.to_string(),
            suggestion: hint(name, SCHEDULES.iter().map(|info| info.name)),
        })?;
        if let Some(key) = settings.keys().find(|key| info.settings.iter().all(|known| known.name != **key)) {
            return Err(OptimError::Unknown {
                kind: "setting of this schedule",
                name: key.clone(),
                suggestion: hint(key, info.settings.iter().map(|setting| setting.name)),
            });
        }
        let given = Given { info, settings };
        let warmup = given.count("warmup")?;
        let shape = given.shape(warmup, total.saturating_sub(warmup).max(1))?;
        Ok(Self { shape, warmup })
    }
}

/// The settings of one schedule, to be read by kind.
struct Given<'a> {
    info: &'static ScheduleInfo,
    settings: &'a Settings,
}

impl Given<'_> {
    /// The shape for a run that goes on for `remaining` updates after the warm-up.
    fn shape(&self, warmup: u64, remaining: u64) -> Result<Shape, OptimError> {
        let steps = || match self.count("steps")? {
            0 => Ok(remaining),
            steps if steps > warmup => Ok(steps - warmup),
            steps => {
                let least = format!("more than {warmup}, the updates of warm-up that it includes");
                Err(out_of_range("steps".into(), steps as f64, &least))
            }
        };
        Ok(match self.info.name {
            "linear" => {
                Shape::Linear { steps: steps()?, start: self.number("start")?, end: self.number("end")? }
            }
            "polynomial" => Shape::Polynomial {
                steps: steps()?,
                power: self.number("power")?,
                floor: self.number("floor")?,
            },
            "step" => Shape::Step { every: self.count("every")?, factor: self.number("factor")? },
            "multi-step" => {
                Shape::MultiStep { at: self.steps("at", Repeats::Allowed)?, factor: self.number("factor")? }
            }
            "exponential" => Shape::Exponential { decay: self.number("decay")? },
            "inverse-time" => Shape::InverseTime { decay: self.number("decay")? },
            "inverse-square-root" => {
                // Hugging Face's default for a run without warm-up.
                let own = [self.count("timescale")?, self.count("warmup")?, 10_000];
                Shape::InverseSquareRoot { timescale: own.into_iter().find(|&scale| scale > 0).unwrap_or(1) }
            }
            "cosine" => Shape::Cosine { steps: steps()?, floor: self.number("floor")? },
            "warm-restarts" => {
                let growth = self.number("growth")?;
                if growth < 1.0 {
                    return Err(out_of_range("growth".into(), growth, "a number of at least 1"));
                }
                Shape::WarmRestarts(WarmRestarts {
                    period: self.count("period")?,
                    growth,
                    shrink: self.number("shrink")?,
                    floor: self.number("floor")?,
                })
            }
            "one-cycle" => self.one_cycle(steps()?)?,
            "cyclic" => {
                let up = self.count("up")?;
                let mode = match self.choice("mode")? {
                    "triangular2" => Mode::Triangular2,
                    "exponential-range" => Mode::ExponentialRange { decay: self.number("decay")? },
                    _ => Mode::Triangular,
                };
                let down = Some(self.count("down")?).filter(|&down| down > 0).unwrap_or(up);
                Shape::Cyclic(Cyclic { up, down, floor: self.number("floor")?, mode })
            }
            "warmup-stable-decay" => {
                let steps = steps()?;
                let decay = part(steps, self.number("decay")?);
                let fall = match self.choice("fall")? {
                    "linear" => Fall::Linear,
                    "cosine" => Fall::Cosine,
                    _ => Fall::OneMinusSquareRoot,
                };
                let floor = self.number("floor")?;
                Shape::WarmupStableDecay(WarmupStableDecay { stable: steps - decay, decay, floor, fall })
            }
            "piecewise" => Shape::Piecewise(Piecewise {
                points: self.points("points")?,
                interpolate: self.flag("interpolate")?,
            }),
            "product" => {
                let parts = self.schedules("of")?.iter();
                Shape::Product(
                    parts
                        .map(|one| Schedule::from_settings(&one.name, &one.settings, remaining))
                        .collect::<Result<_, _>>()?,
                )
            }
            "sequence" => self.sequence(remaining)?,
            _ => Shape::Constant,
        })
    }

    fn one_cycle(&self, steps: u64) -> Result<Shape, OptimError> {
        let (rise, annihilation) = (self.number("rise")?, self.number("annihilation")?);
        if rise + annihilation > 1.0 {
            let most =
                format!("at most {}, so that `rise` and `annihilation` fit into one cycle", 1.0 - rise);
            return Err(out_of_range("annihilation".into(), annihilation, &most));
        }
        Ok(Shape::OneCycle(OneCycle {
            steps,
            rise: part(steps, rise),
            annihilation: part(steps, annihilation),
            start: self.number("start")?,
            floor: self.number("floor")?,
            anneal: if self.choice("anneal")? == "linear" { Anneal::Linear } else { Anneal::Cosine },
        }))
    }

    fn sequence(&self, remaining: u64) -> Result<Shape, OptimError> {
        let parts = self.schedules("of")?;
        if parts.len() < 2 {
            let advice = "give at least two in `of`, or write the schedule by itself";
            return Err(OptimError::Contradiction(format!(
                "a sequence of one schedule has nothing to switch to: {advice}"
            )));
        }
        let at = self.steps("at", Repeats::Refused)?;
        if at.len() + 1 != parts.len() {
            return Err(OptimError::Contradiction(format!(
                "a sequence of {} schedules needs {} steps in `at`, where each but the first takes over, not {}",
                parts.len(),
                parts.len() - 1,
                at.len()
            )));
        }
        let starts = std::iter::once(0).chain(at.iter().copied());
        let ends = at.iter().copied().chain([remaining]);
        let of = parts.iter().zip(starts.zip(ends)).map(|(one, (start, end))| {
            Schedule::from_settings(&one.name, &one.settings, end.saturating_sub(start))
        });
        Ok(Shape::Sequence(Sequence { of: of.collect::<Result<_, _>>()?, at }))
    }

    fn setting(&self, name: &'static str) -> Result<(&SettingInfo, Option<&Setting>), OptimError> {
        let known = self.info.settings.iter().find(|setting| setting.name == name);
        let known = known.ok_or_else(|| OptimError::Unknown {
            kind: "setting of this schedule",
            name: name.to_string(),
            suggestion: format!("`{}` does without", self.info.name),
        })?;
        Ok((known, self.settings.get(name)))
    }

    fn number(&self, name: &'static str) -> Result<f64, OptimError> {
        match self.setting(name)? {
            (known, Some(&Setting::Number(value))) => {
                known.hyperparameter().map_or(Ok(()), |hyperparameter| hyperparameter.check(value))?;
                Ok(value)
            }
            (SettingInfo { kind: SettingKind::Number { default, .. }, .. }, None) => Ok(*default),
            (known, given) => Err(wrong(known, given)),
        }
    }

    fn count(&self, name: &'static str) -> Result<u64, OptimError> {
        Ok(self.number(name)? as u64)
    }

    fn flag(&self, name: &'static str) -> Result<bool, OptimError> {
        match self.setting(name)? {
            (_, Some(&Setting::Flag(value))) => Ok(value),
            (_, Some(&Setting::Number(value))) if value == 0.0 || value == 1.0 => Ok(value == 1.0),
            (SettingInfo { kind: SettingKind::Flag { default }, .. }, None) => Ok(*default),
            (known, given) => Err(wrong(known, given)),
        }
    }

    fn choice(&self, name: &'static str) -> Result<&'static str, OptimError> {
        match self.setting(name)? {
            (SettingInfo { kind: SettingKind::Choice { of, .. }, .. }, Some(Setting::Text(word))) => {
                of.iter().find(|known| **known == word).copied().ok_or_else(|| OptimError::Unknown {
                    kind: name,
                    name: word.clone(),
                    suggestion: hint(word, of.iter().copied()),
                })
            }
            (SettingInfo { kind: SettingKind::Choice { default, .. }, .. }, None) => Ok(default),
            (known, given) => Err(wrong(known, given)),
        }
    }

    fn steps(&self, name: &'static str, repeats: Repeats) -> Result<Vec<u64>, OptimError> {
        match self.setting(name)? {
            (_, Some(Setting::Numbers(numbers))) if !numbers.is_empty() => ascending(name, numbers, repeats),
            (_, Some(&Setting::Number(number))) => ascending(name, &[number], repeats),
            (known, given) => Err(wrong(known, given)),
        }
    }

    fn points(&self, name: &'static str) -> Result<Vec<(u64, f64)>, OptimError> {
        match self.setting(name)? {
            (_, Some(Setting::Points(points))) if !points.is_empty() => {
                let steps: Vec<f64> = points.iter().map(|point| point[0]).collect();
                let steps = ascending(name, &steps, Repeats::Refused)?;
                let wrong = points.iter().position(|point| !Domain::NOT_NEGATIVE.contains(point[1]));
                if let Some(i) = wrong {
                    let domain = Domain::NOT_NEGATIVE.to_string();
                    return Err(out_of_range(format!("the factor of {name}[{i}]"), points[i][1], &domain));
                }
                Ok(steps.into_iter().zip(points.iter().map(|point| point[1])).collect())
            }
            (known, given) => Err(wrong(known, given)),
        }
    }

    fn schedules(&self, name: &'static str) -> Result<&[WrittenSchedule], OptimError> {
        match self.setting(name)? {
            (_, Some(Setting::Schedules(schedules))) if !schedules.is_empty() => Ok(schedules),
            (known, given) => Err(wrong(known, given)),
        }
    }
}

/// The updates that a share of `steps` stands for, rounded down.
fn part(steps: u64, share: f64) -> u64 {
    ((steps as f64 * share) as u64).min(steps)
}

/// Whether a list of steps may have the same step twice.
#[derive(Clone, Copy, PartialEq)]
enum Repeats {
    Allowed,
    Refused,
}

/// Whole numbers in ascending order.
fn ascending(name: &str, numbers: &[f64], repeats: Repeats) -> Result<Vec<u64>, OptimError> {
    for (i, &number) in numbers.iter().enumerate() {
        let name = || format!("{name}[{i}]");
        if !Domain::COUNT.contains(number) {
            return Err(out_of_range(name(), number, &Domain::COUNT.to_string()));
        }
        let Some(before) = i.checked_sub(1).map(|before| numbers[before]) else { continue };
        let (wrong, wanted) = match repeats {
            Repeats::Allowed => (before > number, "at least"),
            Repeats::Refused => (before >= number, "greater than"),
        };
        if wrong {
            return Err(out_of_range(name(), number, &format!("{wanted} {before}, the step before it")));
        }
    }
    Ok(numbers.iter().map(|&number| number as u64).collect())
}

fn out_of_range(name: String, value: f64, domain: &str) -> OptimError {
    OptimError::OutOfRange { name, value, domain: domain.to_string() }
}

/// A setting that is needed and absent, or of another kind.
fn wrong(known: &SettingInfo, given: Option<&Setting>) -> OptimError {
    let example = known.kind.example();
    OptimError::Unknown {
        kind: if given.is_some() { "value of that kind for the setting" } else { "value for the setting" },
        name: known.name.to_string(),
        suggestion: match known.kind {
            SettingKind::Number { .. } | SettingKind::Flag { .. } | SettingKind::Choice { .. } => {
                format!("give {}", known.kind)
            }
            _ => format!("give one, for example {} = {example}", known.name),
        },
    }
}

#[cfg(test)]
mod tests;
