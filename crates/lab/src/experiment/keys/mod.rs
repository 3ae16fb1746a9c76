//! The keys of an experiment file, each described once.
//!
//! A table of [`keys!`] gives every key its type, its meaning (which is also its documentation in Rust), what it takes and what
//! holds without it. From the table follow the struct that a file is read into, the check of single values, the options of the
//! command line with their help ([`KeyOption`]), what a resumed run may change, and the tables of the reference
//! (`docs/experiments.md` and `docs/experiments.ko.md`).

mod arm;
mod experiment;
mod problem;
mod rule;
mod takes;
mod words;

pub use arm::RawArm;
pub use experiment::{RawExperiment, RawProtocol};
pub use problem::{MLP, RawProblem};
pub use rule::RawRuleTable;
pub use takes::Takes;

use std::ops::Range;

use super::{Objection, TrainingProblem, ValueFault};

/// A key of the table `T` of an experiment file.
pub struct Key<T: 'static> {
    /// Its name.
    pub name: &'static str,
    /// What it means, in English.
    pub meaning: &'static str,
    /// What it means, in Korean.
    pub korean: &'static str,
    /// Returns what it takes, in English and in Korean.
    pub takes: fn() -> [String; 2],
    /// What holds where it is not written.
    pub default: Usual,
    /// The kinds of problem that have it; all that there are for keys of other tables.
    pub of: &'static [Kind],
    /// The option of the command line that stands for it.
    pub option: Option<KeyOption<T>>,
    /// Keys of a file that its option puts out of force.
    pub replaces: &'static [&'static str],
    /// The key whose option cannot be given beside its own.
    pub excludes: Option<&'static str>,
    /// Whether a run that goes on may be given another value.
    pub changes_on_resume: bool,
    /// Values of which at least one differs from the default, as TOML.
    pub samples: &'static [&'static str],
    /// Returns where its value stands, if it is written.
    pub place: fn(&T) -> Option<Range<usize>>,
    /// Returns what is wrong with its value by itself.
    pub objection: fn(&T) -> Option<Objection>,
    /// Takes its value away.
    pub clear: fn(&mut T),
    /// Writes its value, or the default, into a checked problem with a data set, if that has it as it is.
    pub(super) hand_on: fn(&T, &mut TrainingProblem),
}

/// What holds where a key is not written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Usual {
    /// Nothing.
    Nothing,
    /// It has to be written, where nothing else takes its place.
    Required,
    /// A value, as TOML. Written out, it changes nothing.
    Value(&'static str),
    /// What depends on other things, in English and in Korean.
    Said([&'static str; 2]),
}

/// The kinds of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A function to minimise.
    Function,
    /// A network that learns a data set.
    Dataset,
    /// A program that gives losses and gradients.
    Program,
    /// A training that is a command.
    Command,
}

impl Kind {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Function, Self::Dataset, Self::Program, Self::Command];

    /// Returns the key that makes a problem one of this kind.
    pub fn key(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Dataset => "dataset",
            Self::Program => "program",
            Self::Command => "command",
        }
    }
}

/// An option of the command line.
pub struct KeyOption<T> {
    /// How it is written: `--label-smoothing SHARE`. It may be given several times if this ends with `…`.
    pub usage: &'static str,
    /// Writes its value into a table as a file would have it.
    pub set: fn(&mut T, &str) -> Result<(), ValueFault>,
}

impl<T> KeyOption<T> {
    /// Returns its name without the dashes, and the name of its value.
    pub fn parts(&self) -> (&'static str, &'static str) {
        let usage = self.usage.trim_start_matches('-');
        usage.split_once(' ').unwrap_or((usage, "VALUE"))
    }
}

/// Defines a table of an experiment file and its keys.
///
/// Each key is written `name: Type, takes, option "--name VALUE" reader, in part, { … }`: its type in Rust, an expression for
/// [`Takes`] of that type, an option if it has one, with the function that reads its value, the part of [`TrainingProblem`] that has it
/// as it is, if one does, and other fields of [`Key`].
macro_rules! keys {
    (
        $(#[$about:meta])*
        pub struct $table:ident {
            $(
                $(#[doc = $meaning:literal])+
                $name:ident: $type:ty, $takes:expr $(, option $usage:literal $reads:expr)? $(, in $part:ident)?,
                { $($property:ident: $value:expr),* $(,)? }
            )*
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, Default, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $table {
            $(
                $(#[doc = $meaning])+
                pub $name: Option<toml::Spanned<$type>>,
            )*
        }

        impl $table {
            /// Returns the keys, in the order in which they are described.
            pub fn keys() -> Vec<$crate::experiment::Key<Self>> {
                use $crate::experiment::keys::{Key, Takes};
                vec![$({
                    fn takes() -> Takes<$type> {
                        $takes
                    }
                    Key {
                        name: stringify!($name),
                        meaning: concat!($($meaning),+).trim_ascii(),
                        takes: || takes().said,
                        place: |table| table.$name.as_ref().map(toml::Spanned::span),
                        objection: |table| {
                            let value = table.$name.as_ref()?.get_ref();
                            (takes().objection)(stringify!($name), value)
                        },
                        clear: |table| table.$name = None,
                        hand_on: |table, problem| {
                            let _ = (table, &problem);
                            $(problem.$part.$name = $crate::experiment::raw::written(&table.$name).map(Into::into).unwrap_or_default();)?
                        },
                        $(option: Some($crate::experiment::KeyOption {
                            usage: $usage,
                            set: |table, text| {
                                table.$name = Some($crate::experiment::given($reads(text)?));
                                Ok(())
                            },
                        }),)?
                        $($property: $value,)*
                        ..Key::plain()
                    }
                }),*]
            }
        }
    };
}
use keys;

impl<T> Key<T> {
    /// A key without anything, for the table to fill in.
    fn plain() -> Self {
        Self {
            name: "",
            meaning: "",
            korean: "",
            takes: || [String::new(), String::new()],
            default: Usual::Nothing,
            of: Kind::ALL,
            option: None,
            replaces: &[],
            excludes: None,
            changes_on_resume: false,
            samples: &[],
            place: |_| None,
            objection: |_| None,
            clear: |_| {},
            hand_on: |_, _| {},
        }
    }
}
