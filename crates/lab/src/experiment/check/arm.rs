//! Checking the arms of an experiment that compares trainings of the user's own.

use std::collections::BTreeMap;
use std::ops::{Bound, Range};

use thalweg_optim::spelling;
use toml::Spanned;

use super::rule::CheckedRule;
use super::space::space;
use super::{Arm, Check, Checked, LearningRate, Setting};
use crate::experiment::template::RUN_WORDS;
use crate::experiment::{
    Around, ExperimentFault, OWN, OwnArm, RawArm, RawSearch, RawSetting, RawSpace, SetWord,
};
use crate::search::{Point, Scale, Space};

/// Checks all arms.
pub(super) fn arms<'a>(
    check: &Check<'a>,
    written: &Spanned<Vec<Spanned<RawArm>>>,
) -> Checked<Vec<CheckedRule<'a>>> {
    if written.get_ref().is_empty() {
        return Err(check.refuse(written.span(), ExperimentFault::NoRules));
    }
    let mut arms: Vec<CheckedRule<'a>> = Vec::new();
    for entry in written.get_ref() {
        let arm = arm(check, entry)?;
        if arms.iter().any(|other| other.arm.label == arm.arm.label) {
            return Err(check.refuse(entry.span(), ExperimentFault::SameArm(arm.arm.label)));
        }
        arms.push(arm);
    }
    Ok(arms)
}

fn arm<'a>(check: &Check<'a>, entry: &Spanned<RawArm>) -> Checked<CheckedRule<'a>> {
    let raw = entry.get_ref();
    let name = raw.name.as_ref().filter(|name| !name.get_ref().trim().is_empty());
    let Some(name) = name else { return Err(check.refuse(entry.span(), ExperimentFault::NoArmName)) };
    let label = check.one_line("name", name.span(), name.get_ref().clone())?;
    let mut rate = raw.learning_rate.as_ref().map(|rate| check.rate(rate)).transpose()?;
    let mut set_rate = |place: Range<usize>, found: LearningRate| match rate.replace(found) {
        Some(_) => Err(check.refuse(place, ExperimentFault::RateTwice)),
        None => Ok(()),
    };
    let (mut set, mut words) = (BTreeMap::new(), BTreeMap::new());
    for (key, value) in raw.set.iter().flat_map(Spanned::get_ref) {
        let name = setting_name(check, key)?;
        let is_known = set.contains_key(&name) || words.contains_key(&name);
        if is_known {
            return Err(check.refuse(key.span(), ExperimentFault::ListedTwice(name)));
        }
        match value.get_ref() {
            RawSetting::Number(number) if name == "learning_rate" => {
                let number = Spanned::new(value.span(), *number);
                let number = check.number(&name, &number, "0 or greater", |rate| rate >= 0.0)?;
                set_rate(key.span(), LearningRate::Fixed(number))?;
            }
            RawSetting::Number(number) => {
                let number = Spanned::new(value.span(), *number);
                set.insert(name.clone(), check.number(&name, &number, "a finite number", |_| true)?);
            }
            RawSetting::Flag(flag) if name != "learning_rate" => {
                words.insert(name, SetWord::Flag(*flag));
            }
            RawSetting::Text(text) if name != "learning_rate" && !text.contains('\0') => {
                words.insert(name, SetWord::Text(text.clone()));
            }
            _ => {
                let wanted =
                    if name == "learning_rate" { "a number" } else { "a number, a text, `true` or `false`" };
                let fault = ExperimentFault::Kind { name, wanted: wanted.into() };
                return Err(check.refuse(value.span(), fault));
            }
        }
    }
    let mut search = BTreeMap::new();
    for (key, raw, place) in searched(raw) {
        let name = setting_name(check, key)?;
        if name == "learning_rate" {
            set_rate(key.span(), rate_range(check, raw, place)?)?;
            continue;
        }
        if set.contains_key(&name) || words.contains_key(&name) {
            return Err(check.refuse(key.span(), ExperimentFault::SetAndSearched(name)));
        }
        if search.insert(name.clone(), space(check, &setting(&name), raw, place)?).is_some() {
            return Err(check.refuse(key.span(), ExperimentFault::ListedTwice(name)));
        }
    }
    let own =
        OwnArm { words, arguments: raw.arguments.as_ref().map_or(vec![], |list| list.get_ref().clone()) };
    let mut arm = Arm {
        name: label.clone(),
        label,
        dialect: OWN.into(),
        set,
        search,
        defaults: BTreeMap::new(),
        around: Around::default(),
        own: Some(own),
    };
    arm.defaults = middle(&arm, rate);
    Ok(CheckedRule { arm, learning_rate: rate, facts: None })
}

/// Returns what is searched for by name, and where that is written.
fn searched(raw: &RawArm) -> Vec<(&Spanned<String>, &RawSpace, Range<usize>)> {
    static USUAL: RawSpace = RawSpace { from: None, to: None, scale: None, integer: None, values: None };
    match raw.search.as_ref().map(Spanned::get_ref) {
        None => vec![],
        Some(RawSearch::Names(names)) => names.iter().map(|name| (name, &USUAL, name.span())).collect(),
        Some(RawSearch::Table(spaces)) => {
            spaces.iter().map(|(name, space)| (name, space.get_ref(), space.span())).collect()
        }
    }
}

/// Returns the name of a setting. The learning rate is known by whatever name libraries give it; a word of every run is none.
fn setting_name(check: &Check<'_>, key: &Spanned<String>) -> Checked<String> {
    let name = key.get_ref();
    if spelling::hyperparameter(name, &["learning_rate"]).is_some() {
        return Ok("learning_rate".into());
    }
    let is_word = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c));
    match is_word && !RUN_WORDS.contains(&name.as_str()) {
        true => Ok(name.clone()),
        false => Err(check.refuse(key.span(), ExperimentFault::SettingName(name.clone()))),
    }
}

/// A number of which nothing is known.
fn setting(name: &str) -> Setting {
    Setting { name: name.into(), default: None, allowed: (Bound::Unbounded, Bound::Unbounded), search: None }
}

/// Returns the range of the learning rate, where it stands among what is searched.
fn rate_range(check: &Check<'_>, raw: &RawSpace, place: Range<usize>) -> Checked<LearningRate> {
    let usual = Setting {
        search: Some(Space::between(1e-4, 1.0, Scale::Log)),
        allowed: (Bound::Excluded(0.0), Bound::Unbounded),
        ..setting("learning_rate")
    };
    match space(check, &usual, raw, place.clone())? {
        Space::Between { from, to, scale: Scale::Log, integer: false } if raw.from.is_some() => {
            Ok(LearningRate::Search { from, to })
        }
        _ => Err(check.refuse(place, ExperimentFault::RateRange)),
    }
}

/// Returns the configuration in the middle of all ranges, with which an arm is looked at before anything is known of it.
fn middle(arm: &Arm, rate: Option<LearningRate>) -> BTreeMap<String, f64> {
    let learning_rate = match rate {
        Some(LearningRate::Fixed(rate)) => rate,
        Some(LearningRate::Search { from, to }) => (from * to).sqrt(),
        None => return BTreeMap::new(),
    };
    let others = arm.search.iter().map(|(name, space)| (name.clone(), space.at(0.5))).collect();
    Point { learning_rate, others }.hyperparameters(arm)
}
