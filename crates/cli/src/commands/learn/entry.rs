//! A section of the learner's path.

use super::sheet::Sheet;
use crate::failure::Failure;
use crate::language::Language;
use thalweg::data::Source;
use thalweg::report::Lesson;

/// A section and its experiment.
pub(super) struct Entry {
    /// The number of the section in the book.
    pub(super) number: &'static str,
    /// Its texts.
    pub(super) lesson: fn(Language) -> Lesson,
    /// The formula.
    pub(super) formula: &'static str,
    /// About how many seconds it takes; 0 for less than one.
    pub(super) seconds: u64,
    /// What numbers of the reader's it takes.
    pub(super) takes: Takes,
    /// Whether it is shortened without `--full`.
    pub(super) shortened: bool,
    /// What to change next: commands.
    pub(super) next: &'static [&'static str],
    /// The same in Python.
    pub(super) python: &'static str,
    /// Carries it out.
    pub(super) experiment: fn(&Request) -> Result<Sheet, Failure>,
}

/// How many numbers a section takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    Nothing,
    Exactly(usize),
    /// One number or more.
    Any,
}

/// What the reader asks for.
pub(super) struct Request {
    pub(super) language: Language,
    pub(super) seed: u64,
    pub(super) full: bool,
    pub(super) with: Vec<f64>,
    pub(super) source: Source,
}

impl Request {
    /// Returns the reader's numbers, or the book's.
    pub(super) fn numbers(&self, of_the_book: &[f64]) -> Vec<f64> {
        if self.with.is_empty() { of_the_book.to_vec() } else { self.with.clone() }
    }
}

impl Entry {
    /// Carries the experiment out, if the request suits it.
    pub(super) fn run(&self, request: &Request) -> Result<Sheet, Failure> {
        let words = request.language.words();
        let found = request.with.len();
        match self.takes {
            _ if found == 0 => {}
            Takes::Any => {}
            Takes::Exactly(count) if count == found => {}
            Takes::Exactly(count) => {
                return Err(Failure::new(words.takes_numbers(self.number, count, found)));
            }
            Takes::Nothing => return Err(Failure::new(words.takes_no_numbers(self.number))),
        }
        if let Some(number) = request.with.iter().find(|number| !number.is_finite()) {
            return Err(Failure::new(words.not_a_finite_number(&number.to_string())));
        }
        if request.full && !self.shortened {
            return Err(Failure::new(words.is_never_shortened(self.number)));
        }
        (self.experiment)(request)
    }
}
