//! What messages there are, area by area.

mod answer;
mod command_line;
mod commands;
mod comparison;
mod data;
mod frame;
mod learn;
mod lessons;
pub(crate) mod macros;
mod results;
mod search;
mod sentences;
mod study;
mod target;
mod terminal;
mod training;
mod verdict;

pub use answer::{AnswerWords, Others};
pub use command_line::CommandLineWords;
pub use commands::CommandsWords;
pub use comparison::ComparisonWords;
pub use data::DataWords;
pub use frame::FrameWords;
pub use learn::LearnWords;
pub use lessons::{
    Lesson, LessonWords, LessonsOfChapter3, LessonsOfChapter4, LessonsOfChapter5, LessonsOfChapter6,
    LessonsOfChapter7,
};
pub use results::ResultsWords;
pub use search::SearchWords;
pub use sentences::SentenceWords;
pub use study::StudyWords;
pub use target::{RuleOnTarget, TargetWords};
pub use terminal::TerminalWords;
pub use training::TrainingWords;
pub use verdict::{RuleOnProblem, VerdictWords};

/// All messages of a language.
pub trait Words:
    FrameWords
    + ResultsWords
    + ComparisonWords
    + TrainingWords
    + StudyWords
    + SearchWords
    + TerminalWords
    + VerdictWords
    + TargetWords
    + DataWords
    + AnswerWords
    + SentenceWords
    + CommandsWords
    + CommandLineWords
    + LearnWords
    + LessonWords
    + Sync
{
}

impl<T> Words for T where
    T: FrameWords
        + ResultsWords
        + ComparisonWords
        + TrainingWords
        + StudyWords
        + SearchWords
        + TerminalWords
        + VerdictWords
        + TargetWords
        + DataWords
        + AnswerWords
        + SentenceWords
        + CommandsWords
        + CommandLineWords
        + LearnWords
        + LessonWords
        + Sync
{
}
