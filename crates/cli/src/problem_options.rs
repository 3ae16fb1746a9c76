//! The options that stand for keys of a problem, made from the keys: name, help, and what they write into the file's table.

use crate::language::{Language, chosen};
use clap::error::{Error, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use thalweg::lab::experiment::{Key, KeyOption, MLP, RawProblem, Usual};

/// The data set of a command that is told none.
pub(crate) const DATASET: &str = "digits";

/// The options given, each with its value, in the order of the keys.
#[derive(Clone, Default)]
pub(crate) struct ProblemOptions {
    given: Vec<(&'static str, String)>,
}

/// Returns the keys that an option stands for.
fn keys() -> impl Iterator<Item = (Key<RawProblem>, KeyOption<RawProblem>)> {
    RawProblem::keys().into_iter().filter_map(|mut key| {
        let option = key.option.take()?;
        Some((key, option))
    })
}

/// Returns the help of an option: what the key means and takes, and what holds without it.
fn help(key: &Key<RawProblem>) -> String {
    let language = chosen();
    let in_language = |[english, korean]: [&str; 2]| match language {
        Language::English => english.to_owned(),
        Language::Korean => korean.to_owned(),
    };
    let takes = (key.takes)();
    let takes = in_language([&takes[0], &takes[1]]);
    let meaning = in_language([key.meaning, key.korean]);
    let meaning = meaning.trim_end_matches('.');
    let default = match key.default {
        Usual::Value(value) => value.replace('"', ""),
        Usual::Said(said) => in_language(said),
        Usual::Nothing | Usual::Required if key.name == "dataset" => DATASET.to_owned(),
        Usual::Nothing | Usual::Required => return format!("{meaning} ({takes})"),
    };
    format!("{meaning} ({takes}) [{}: {default}]", language.words().default_value())
}

/// Returns the option of a key. Its value is tried out on an empty table, so that a mistake is named before anything is read.
fn argument(key: &Key<RawProblem>, option: &KeyOption<RawProblem>) -> Arg {
    let ((long, value), set) = (option.parts(), option.set);
    let tried = move |text: &str| set(&mut RawProblem::default(), text).map(|()| text.to_owned());
    let several = value.ends_with('…');
    let argument = Arg::new(key.name).long(long).value_name(value).help(help(key)).value_parser(tried);
    // The last column is -1.
    let argument = argument.allow_negative_numbers(true);
    let argument = argument.action(if several { ArgAction::Append } else { ArgAction::Set });
    match key.excludes {
        Some(other) => argument.conflicts_with(other),
        None => argument,
    }
}

impl Args for ProblemOptions {
    fn augment_args(command: Command) -> Command {
        keys().fold(command, |command, (key, option)| command.arg(argument(&key, &option)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for ProblemOptions {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut options = Self::default();
        options.update_from_arg_matches(matches)?;
        Ok(options)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        for (key, _) in keys() {
            let values = matches.try_get_many::<String>(key.name);
            let values = values.map_err(|error| Error::raw(ErrorKind::UnknownArgument, error))?;
            if let Some(values) = values {
                let value = values.map(String::as_str).collect::<Vec<_>>().join(",");
                self.given.retain(|(name, _)| *name != key.name);
                self.given.push((key.name, value));
            }
        }
        Ok(())
    }
}

impl ProblemOptions {
    fn value(&self, key: &Key<RawProblem>) -> Option<&str> {
        self.given.iter().find(|(name, _)| *name == key.name).map(|(_, value)| value.as_str())
    }

    /// Lays the options over what the file says. What describes the same thing otherwise goes first.
    pub(crate) fn lay_over(&self, problem: &mut RawProblem) {
        let keys: Vec<_> = keys().collect();
        for (key, _) in &keys {
            // What `hidden` and `activation` describe is called so, and keeps them.
            if self.value(key).is_some_and(|value| value != MLP) {
                let replaced = keys.iter().filter(|(other, _)| key.replaces.contains(&other.name));
                replaced.for_each(|(other, _)| (other.clear)(problem));
            }
        }
        for (key, option) in &keys {
            if let Some(value) = self.value(key) {
                // The value was read once already.
                let _ = (option.set)(problem, value);
            }
        }
    }

    /// Returns the given options that a run keeps for good once it has begun.
    pub(crate) fn fixed_once_begun(&self) -> Vec<String> {
        let fixed = keys().filter(|(key, _)| !key.changes_on_resume && self.value(key).is_some());
        fixed.map(|(_, option)| format!("--{}", option.parts().0)).collect()
    }

    /// Returns the options that a run which goes on may be given.
    pub(crate) fn that_may_change() -> Vec<String> {
        let free = keys().filter(|(key, _)| key.changes_on_resume);
        free.map(|(_, option)| format!("--{}", option.parts().0)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use thalweg::lab::experiment::{RawNetwork, given};

    fn read(line: &str) -> Result<ProblemOptions, String> {
        let command = ProblemOptions::augment_args(Command::new("train").no_binary_name(true));
        let matches =
            command.try_get_matches_from(line.split_whitespace()).map_err(|error| error.to_string())?;
        ProblemOptions::from_arg_matches(&matches).map_err(|error| error.to_string())
    }

    fn laid_over(line: &str, mut problem: RawProblem) -> RawProblem {
        read(line).unwrap().lay_over(&mut problem);
        problem
    }

    #[test]
    fn every_option_is_said_and_reads_its_value() {
        let mut command = ProblemOptions::augment_args(Command::new("train").term_width(1000));
        let help = command.render_help().to_string();
        for (key, option) in keys() {
            let line = help.lines().find(|line| line.contains(option.usage.split(' ').next().unwrap()));
            let meaning = key.meaning.trim_end_matches('.');
            assert!(line.is_some_and(|line| line.contains(meaning)), "{}: {line:?}", key.name);
        }
        let smoothed = help.lines().find(|line| line.contains("--label-smoothing <SHARE>")).unwrap();
        assert!(smoothed.ends_with("(number, from 0 to less than 1) [default: 0]"), "{smoothed}");
    }

    #[test]
    fn options_lie_over_the_file_and_take_the_place_of_what_says_the_same() {
        let problem = laid_over(
            "--label-smoothing 0.1 --plateau factor=0.5 --plateau patience=3",
            RawProblem::default(),
        );
        assert_eq!(problem.label_smoothing.unwrap().into_inner(), 0.1);
        assert_eq!(problem.plateau.unwrap().get_ref().len(), 2);
        let file = RawProblem {
            network: Some(given(RawNetwork::Text("lenet".into()))),
            epochs: Some(given(3)),
            ..RawProblem::default()
        };
        let problem = laid_over("--hidden 5,6 --steps 9", file.clone());
        assert!(problem.network.is_none() && problem.epochs.is_none());
        assert_eq!(problem.hidden.unwrap().into_inner(), [5, 6]);
        let file = RawProblem { hidden: Some(given(vec![7])), network: None, ..file };
        assert!(laid_over("--network mlp", file.clone()).hidden.is_some());
        assert!(laid_over("--network lenet", file).hidden.is_none());
        let error = read("--label-smoothing x").err().unwrap();
        assert!(error.contains("'x' for '--label-smoothing <SHARE>': `x` is not a number"), "{error}");
    }

    #[test]
    fn a_run_that_goes_on_may_take_other_steps_and_nothing_else() {
        assert_eq!(ProblemOptions::that_may_change(), ["--steps"]);
        let fixed = read("--steps 5 --label-smoothing 0.1 --batch 7").unwrap().fixed_once_begun();
        assert_eq!(fixed, ["--batch", "--label-smoothing"]);
    }
}
