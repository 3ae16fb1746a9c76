//! From the experiment as written to the checked one.
//!
//! Nothing here does anything but look: no file is opened and nothing is run.

mod arm;
mod problem;
mod rule;
mod schedule;
mod space;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;

use toml::Spanned;

use super::{
    Arm, Experiment, ExperimentError, ExperimentFault, Key, LearningRate, Objection, Preset, Protocol,
    RawExperiment, RawProtocol, RawRate, SearchKind, Setting, Source, Vocabulary, suggestion,
};

type Checked<T> = Result<T, ExperimentError>;

/// Checks the whole file; `listed` are the labels of the rules it was written for, before options changed them.
pub(super) fn experiment(
    raw: &RawExperiment,
    source: &Source,
    listed: &[String],
    vocabulary: &Vocabulary,
) -> Checked<Experiment> {
    let check = Check { source, listed, vocabulary };
    let preset = match &raw.preset {
        Some(name) => check.known("preset", name, Preset::NAMES, Preset::named)?,
        None => Preset::default(),
    };
    let seed = raw.seed.as_ref().map_or(1, |seed| *seed.get_ref());
    check.values(&RawExperiment::keys(), raw)?;
    let protocol = check.protocol(preset.protocol(), raw.protocol.as_ref().map(Spanned::get_ref))?;
    let rules = rule::rules(&check, raw)?;
    let problems = problem::problems(&check, raw, &rules)?;
    let name = match &raw.name {
        Some(name) => check.one_line("name", name.span(), name.get_ref().clone())?,
        None => check.file_stem(),
    };
    Ok(Experiment {
        name,
        seed,
        preset,
        protocol,
        rules: rules.into_iter().map(|rule| rule.arm).collect(),
        problems,
    })
}

/// What a check needs to know.
struct Check<'a> {
    source: &'a Source,
    listed: &'a [String],
    vocabulary: &'a Vocabulary,
}

impl Check<'_> {
    fn refuse(&self, span: Range<usize>, fault: impl Into<ExperimentFault>) -> ExperimentError {
        self.source.refuse(span, fault)
    }

    /// A name that is shown: one line, so that it cannot pass for a line of ours.
    fn one_line(&self, key: &str, place: Range<usize>, name: String) -> Checked<String> {
        match name.contains(['\n', '\r', '\t', '\u{85}', '\u{2028}', '\u{2029}']) {
            true => Err(self.refuse(place, ExperimentFault::SeveralLines(key.into()))),
            false => Ok(name),
        }
    }

    fn file_stem(&self) -> String {
        let stem = Path::new(&self.source.name).file_stem().map(|stem| stem.to_string_lossy().into_owned());
        stem.unwrap_or_else(|| "experiment".to_string())
    }

    /// Looks a name up, or suggests the nearest.
    fn known<'n, T>(
        &self,
        what: &str,
        name: &Spanned<String>,
        names: impl IntoIterator<Item = &'n str>,
        find: impl FnOnce(&str) -> Option<T>,
    ) -> Checked<T> {
        let found = find(name.get_ref());
        found.ok_or_else(|| {
            let suggestion = suggestion(name.get_ref(), names);
            let (what, place) = (what.to_owned(), name.span());
            self.refuse(place, ExperimentFault::Unknown { what, name: name.get_ref().clone(), suggestion })
        })
    }

    /// Checks each value of a table by itself.
    fn values<T>(&self, keys: &[Key<T>], table: &T) -> Checked<()> {
        for key in keys {
            if let (Some(place), Some(objection)) = ((key.place)(table), (key.objection)(table)) {
                return Err(self.refuse(place, objection));
            }
        }
        Ok(())
    }

    /// A finite number that passes a test.
    fn number(
        &self,
        key: &str,
        value: &Spanned<f64>,
        wanted: &str,
        fits: impl Fn(f64) -> bool,
    ) -> Checked<f64> {
        let number = *value.get_ref();
        if !number.is_finite() || !fits(number) {
            let (key, wanted) = (key.into(), wanted.into());
            return Err(self.refuse(value.span(), Objection::Number { key, wanted, found: number }));
        }
        Ok(number)
    }

    /// Settings by name: the known ones, with their defaults where nothing is written.
    fn settings(
        &self,
        owner: &str,
        known: &[Setting],
        written: Option<&BTreeMap<Spanned<String>, Spanned<f64>>>,
    ) -> Checked<BTreeMap<String, f64>> {
        let mut settings: BTreeMap<String, f64> =
            known.iter().filter_map(|setting| Some((setting.name.clone(), setting.default?))).collect();
        let mut written_once = BTreeSet::new();
        for (name, value) in written.into_iter().flatten() {
            let names = known.iter().map(|setting| setting.name.as_str());
            let find = |name: &str| Setting::called(name, known);
            let setting = self.known(&format!("setting of {owner}:"), name, names, find)?;
            if let Some(objection) = setting.objection(*value.get_ref()) {
                return Err(self.refuse(value.span(), objection));
            }
            let first = written_once.insert(setting.name.as_str());
            if !first {
                return Err(self.refuse(name.span(), ExperimentFault::ListedTwice(setting.name.clone())));
            }
            settings.insert(setting.name.clone(), *value.get_ref());
        }
        Ok(settings)
    }

    /// A learning rate, or a range of them.
    fn rate(&self, raw: &Spanned<RawRate>) -> Checked<LearningRate> {
        let positive =
            |key: &str, value: &Spanned<f64>| self.number(key, value, "greater than 0", |rate| rate > 0.0);
        match raw.get_ref() {
            RawRate::Fixed(rate) => {
                let rate = Spanned::new(raw.span(), *rate);
                // A rate of exactly zero is a useful control: nothing may move.
                Ok(LearningRate::Fixed(
                    self.number("learning_rate", &rate, "0 or greater", |rate| rate >= 0.0)?,
                ))
            }
            RawRate::Range(range) => {
                let (Some(from), Some(to)) = (&range.from, &range.to) else {
                    let example = "{ from = 1e-4, to = 1 }";
                    return Err(self.refuse(raw.span(), ExperimentFault::OneEnd { example }));
                };
                let (low, high) = (positive("from", from)?, positive("to", to)?);
                if low >= high {
                    return Err(self.refuse(from.span(), ExperimentFault::Descending { from: low, to: high }));
                }
                Ok(LearningRate::Search { from: low, to: high })
            }
        }
    }

    fn protocol(&self, mut protocol: Protocol, raw: Option<&RawProtocol>) -> Checked<Protocol> {
        let Some(raw) = raw else { return Ok(protocol) };
        if let Some(name) = &raw.search {
            let kinds =
                [("grid", SearchKind::Grid), ("random", SearchKind::Random), ("sobol", SearchKind::Sobol)];
            let find = |name: &str| kinds.iter().find(|kind| kind.0 == name).map(|kind| kind.1);
            protocol.search = self.known("search", name, kinds.map(|kind| kind.0), find)?;
        }
        self.values(&RawProtocol::keys(), raw)?;
        for (written, into) in [
            (&raw.tuning_trials, &mut protocol.tuning_trials),
            (&raw.tuning_seeds, &mut protocol.tuning_seeds),
            (&raw.confirmation_top, &mut protocol.confirmation_top),
            (&raw.confirmation_seeds, &mut protocol.confirmation_seeds),
            (&raw.final_seeds, &mut protocol.final_seeds),
            (&raw.default_seeds, &mut protocol.default_seeds),
            (&raw.boundary_extensions, &mut protocol.boundary_extensions),
        ] {
            if let Some(value) = written {
                *into = *value.get_ref() as usize;
            }
        }
        protocol.halving = raw.halving.as_ref().map(|factor| *factor.get_ref() as u32).or(protocol.halving);
        Ok(protocol)
    }
}

#[cfg(test)]
pub(crate) mod tests;
