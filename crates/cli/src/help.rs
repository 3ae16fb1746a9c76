//! The help of every command in the user's language.

use crate::language::{Language, chosen, said};
use clap::{Arg, Command};

/// Returns a command whose help is in the language of this run. English is what stands beside each option.
pub(crate) fn in_chosen_language(mut command: Command) -> Command {
    if chosen() == Language::English {
        return command;
    }
    // The options that clap adds are there from now on.
    command.build();
    translated(command)
}

fn translated(command: Command) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|one| one.get_name().to_owned()).collect();
    let mut command =
        names.into_iter().fold(command, |command, name| command.mut_subcommand(name, translated));
    if let Some(about) = command.get_about().map(ToString::to_string) {
        command = command.about(said(&about));
    }
    if let Some(about) = command.get_long_about().map(ToString::to_string) {
        command = command.long_about(paragraphs(&about));
    }
    if let Some(below) = command.get_after_help().map(ToString::to_string) {
        command = command.after_help(paragraphs(&below));
    }
    let template = template(&command);
    command.mut_args(option).help_template(template)
}

/// A text of several paragraphs; the lines of a paragraph that begins with a heading are sentences of their own.
fn paragraphs(text: &str) -> String {
    text.split("\n\n").map(said).collect::<Vec<_>>().join("\n\n")
}

fn option(mut argument: Arg) -> Arg {
    let words = crate::language::words();
    let (help, long) =
        (argument.get_help().map(ToString::to_string), argument.get_long_help().map(ToString::to_string));
    let mut extent = String::new();
    let takes_value = argument.get_action().takes_values();
    let values: Vec<String> =
        argument.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    if takes_value && !values.is_empty() {
        extent += &format!(" [{}: {}]", words.possible_values(), values.join(", "));
    }
    let defaults: Vec<String> =
        argument.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
    if takes_value && !defaults.is_empty() && !argument.is_hide_default_value_set() {
        extent += &format!(" [{}: {}]", words.default_value(), defaults.join(" "));
    }
    argument = argument.hide_default_value(true).hide_possible_values(true);
    if let Some(help) = help {
        argument = argument.help(said(&help) + &extent);
    }
    if let Some(help) = long {
        argument = argument.long_help(paragraphs(&help) + &extent);
    }
    argument
}

/// How the help is laid out: as clap does, with headings in our words.
fn template(command: &Command) -> String {
    let words = crate::language::words();
    let mut text = format!("{{before-help}}{{about-with-newline}}\n{}: {{usage}}\n", words.usage());
    if command.get_subcommands().any(|one| !one.is_hide_set()) {
        text += &format!("\n{}:\n{{subcommands}}\n", words.commands());
    }
    if command.get_positionals().any(|one| !one.is_hide_set()) {
        text += &format!("\n{}:\n{{positionals}}\n", words.arguments());
    }
    if command.get_arguments().any(|one| !one.is_positional() && !one.is_hide_set()) {
        text += &format!("\n{}:\n{{options}}", words.options());
    }
    text + "{after-help}"
}
