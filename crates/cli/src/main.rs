//! The `thalweg` command.
#![forbid(unsafe_code)]

mod code;
mod command_line;
mod commands;
mod consent;
mod diagnostics;
mod experiment;
mod failure;
mod folder;
mod help;
mod interrupt;
mod language;
mod output;
mod plan;
mod plot;
mod problem_options;
mod progress;
mod reading;
mod rule;
mod setting;
mod shell;
mod stderr;
mod study;
mod watching;
mod writing;

use clap::{CommandFactory, Parser, Subcommand};
use failure::Failure;
use progress::Verbosity;
use std::process::ExitCode;

/// Which update rule, at which learning rate, and how sure am I?
///
/// Without a command, `thalweg` compares the update rules of "Deep Learning from Scratch" on a two-dimensional bowl and
/// on handwritten digits, and writes a report.
#[derive(Parser)]
#[command(
    name = "thalweg",
    version,
    about,
    propagate_version = true,
    max_term_width = 110,
    after_help = "\
Examples:
  thalweg                                                     compare the notes' rules, write a report
  thalweg trajectory --rule momentum --set learning_rate=0.1  follow one rule on the bowl
  thalweg train --rule adam                                   train a network on handwritten digits
  thalweg run experiments/book/weight-init.toml               what initial values do: an experiment of the book
  thalweg learn 6.1.4                                         a section of the book: formula, numbers, picture, Python
  thalweg list                                                everything there is to name"
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    amount: Amount,
}

#[derive(clap::Args)]
struct Amount {
    /// Show a line for each run, on standard error
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    verbose: bool,
    /// Show no progress; without this and --verbose there is a bar on a terminal, and a line for each stage otherwise
    #[arg(short, long, global = true)]
    quiet: bool,
    /// The language of output, help, errors and pages: en or ko [default: from the locale]
    // Read by `language::chosen`, before the command line is.
    #[arg(long, global = true, value_parser = language::language)]
    #[allow(dead_code, reason = "checked here, and read before")]
    lang: Option<language::Language>,
}

impl Amount {
    fn verbosity(&self) -> Verbosity {
        match self {
            Self { quiet: true, .. } => Verbosity::Quiet,
            Self { verbose: true, .. } => Verbosity::Runs,
            Self { .. } => Verbosity::Stages,
        }
    }
}

#[derive(Subcommand)]
enum Command {
    Compare(commands::compare::Arguments),
    Tune(commands::tune::Arguments),
    LrTest(commands::lr_test::Arguments),
    Results(commands::results::Arguments),
    Sweep(commands::sweep::Arguments),
    Work(commands::work::Arguments),
    Run(commands::run::Arguments),
    Trajectory(commands::trajectory::Arguments),
    Train(commands::train::Arguments),
    Evaluate(commands::evaluate::Arguments),
    Predict(commands::predict::Arguments),
    Export(commands::export::Arguments),
    Check(commands::check::Arguments),
    CheckGradients(commands::check_gradients::Arguments),
    Explain(commands::explain::Arguments),
    Conform(commands::conform::Arguments),
    Data(commands::data::Arguments),
    List(commands::list::Arguments),
    Step(commands::step::Arguments),
    Learn(commands::learn::Arguments),
    Completions(commands::completions::Arguments),
    #[command(hide = true)]
    ManPages(commands::man_pages::Arguments),
}

fn run(cli: Cli) -> Result<(), Failure> {
    cli.amount.verbosity().set();
    match cli.command.unwrap_or_else(|| Command::Compare(commands::compare::Arguments::main_job())) {
        Command::Compare(arguments) => commands::compare::run(arguments),
        Command::Tune(arguments) => commands::tune::run(arguments),
        Command::LrTest(arguments) => commands::lr_test::run(arguments),
        Command::Results(arguments) => commands::results::run(arguments),
        Command::Sweep(arguments) => commands::sweep::run(arguments),
        Command::Work(arguments) => commands::work::run(arguments),
        Command::Run(arguments) => commands::run::run(arguments),
        Command::Trajectory(arguments) => commands::trajectory::run(arguments),
        Command::Train(arguments) => commands::train::run(arguments),
        Command::Evaluate(arguments) => commands::evaluate::run(arguments),
        Command::Predict(arguments) => commands::predict::run(arguments),
        Command::Export(arguments) => commands::export::run(arguments),
        Command::Check(arguments) => commands::check::run(arguments),
        Command::CheckGradients(arguments) => commands::check_gradients::run(arguments),
        Command::Conform(arguments) => commands::conform::run(arguments),
        Command::Explain(arguments) => commands::explain::run(arguments),
        Command::Data(arguments) => commands::data::run(arguments),
        Command::List(arguments) => commands::list::run(arguments),
        Command::Step(arguments) => commands::step::run(arguments),
        Command::Learn(arguments) => commands::learn::run(arguments),
        Command::Completions(arguments) => commands::completions::run(arguments, Cli::command()),
        Command::ManPages(arguments) => commands::man_pages::run(arguments, Cli::command()),
    }
}

fn main() -> ExitCode {
    match run(command_line::parse::<Cli>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
