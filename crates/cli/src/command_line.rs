//! Reading the command line: a number that cannot be read is refused in words that say what is wanted.

use crate::help::in_chosen_language;
use crate::language::{Language, chosen, said};
use crate::stderr;
use std::error::Error as _;
use std::num::{IntErrorKind, ParseFloatError, ParseIntError};

use clap::error::{ContextKind, Error, ErrorKind};
use clap::{Command, Parser};

/// Reads the command line; ends the program with a message where that cannot be done.
pub(crate) fn parse<C: Parser>() -> C {
    let command = in_chosen_language(with_negative_numbers(C::command()));
    read(&command, std::env::args_os()).unwrap_or_else(|error| end(&error))
}

/// Prints help where it was asked for, or what is wrong, and ends the program.
fn end(error: &Error) -> ! {
    if chosen() == Language::English || !error.use_stderr() {
        error.exit();
    }
    stderr::note(said(error.to_string().trim_end()));
    std::process::exit(error.exit_code())
}

fn read<C: Parser>(
    command: &Command,
    words: impl IntoIterator<Item = impl Into<std::ffi::OsString> + Clone>,
) -> Result<C, Error> {
    let mut command = command.clone();
    let matches = command.try_get_matches_from_mut(words);
    let read = matches.and_then(|mut matches| C::from_arg_matches_mut(&mut matches));
    read.map_err(|error| in_words(error).format(&mut command))
}

/// Lets `-1` be the value of an option, of `command` and of those below it; whether it is a good one is for the option to say.
fn with_negative_numbers(command: Command) -> Command {
    command.mut_subcommands(with_negative_numbers).mut_args(|argument| {
        let takes_value = argument.get_action().takes_values() && !argument.is_positional();
        if takes_value { argument.allow_negative_numbers(true) } else { argument }
    })
}

/// Replaces what the standard library says of a number that cannot be read.
fn in_words(error: Error) -> Error {
    if error.kind() != ErrorKind::ValueValidation {
        return error;
    }
    let Some(source) = error.source() else { return error };
    let wanted = if let Some(error) = source.downcast_ref::<ParseIntError>() {
        match error.kind() {
            IntErrorKind::PosOverflow | IntErrorKind::NegOverflow => "a smaller whole number",
            IntErrorKind::Zero => "a whole number from 1",
            _ => "a whole number, not negative",
        }
    } else if source.is::<ParseFloatError>() {
        "a number"
    } else {
        return error;
    };
    let named = |kind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let (option, value) = (named(ContextKind::InvalidArg), named(ContextKind::InvalidValue));
    Error::raw(ErrorKind::ValueValidation, format!("`{option}` takes {wanted}, not `{value}`\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[derive(Debug, Parser)]
    struct Numbers {
        #[arg(long)]
        seed: Option<u64>,
        #[arg(long)]
        at: Option<f64>,
        #[arg(long)]
        threads: Option<std::num::NonZeroUsize>,
    }

    fn numbers(line: &str) -> Result<Numbers, String> {
        let words = std::iter::once("numbers").chain(line.split(' '));
        read(&with_negative_numbers(Numbers::command()), words).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_no_number_is_named_with_what_is_wanted() {
        for (line, wanted) in [
            ("--seed abc", "`--seed <SEED>` takes a whole number, not negative, not `abc`"),
            ("--seed -1", "`--seed <SEED>` takes a whole number, not negative, not `-1`"),
            ("--seed 99999999999999999999", "takes a smaller whole number, not `99999999999999999999`"),
            ("--threads 0", "takes a whole number from 1, not `0`"),
            ("--at far", "`--at <AT>` takes a number, not `far`"),
        ] {
            let message = numbers(line).unwrap_err();
            assert!(message.contains(wanted), "{line}: {message}");
            assert!(!message.contains("tip:"), "{message}");
        }
        assert_eq!(numbers("--at -1.5").unwrap().at, Some(-1.5));
        assert_eq!(numbers("--seed 7").unwrap().seed, Some(7));
    }
}
