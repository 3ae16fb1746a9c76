//! Sentences that stand in English where they belong, said in Korean.

mod catalog;
mod command_line;
mod data;
mod experiments;
mod help;
mod networks;
mod tool;

use super::Korean;
use super::particle::{Particle, after};
use crate::catalogue::SentenceWords;
use crate::sentences::Phrasebook;

const BOOK: Phrasebook = Phrasebook {
    tables: &[
        help::COMMANDS,
        help::OPTIONS,
        help::NOTES,
        command_line::COMMAND_LINE,
        command_line::SYSTEM,
        command_line::VALUES,
        data::DATA,
        experiments::EXPERIMENTS,
        experiments::RUNS,
        networks::NETWORKS,
        networks::RULES,
        tool::TOOL,
        catalog::RULES,
        catalog::SETTINGS,
        catalog::FORMULAS,
        catalog::THINGS,
    ],
    mark,
};

impl SentenceWords for Korean {
    fn said(&self, english: &str) -> String {
        BOOK.say(english)
    }
}

/// A particle in the form that what stands before it asks for: `{을}` is 을 or 를.
fn mark(text: &str, mark: &str) -> Option<&'static str> {
    let particle = match mark {
        "은" => Particle::Topic,
        "이" => Particle::Subject,
        "을" => Particle::Object,
        "과" => Particle::And,
        "으로" => Particle::Toward,
        _ => return None,
    };
    Some(after(text, particle))
}
