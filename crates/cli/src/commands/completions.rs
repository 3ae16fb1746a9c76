//! `thalweg completions`: what a shell needs to complete the words of a command line.

use crate::failure::Failure;
use crate::output;
use clap::Command;
use clap_complete::Shell;

/// Print the completions of commands and options for a shell
#[derive(clap::Args)]
#[command(after_help = "\
The script goes where the shell looks for completions; a new shell then knows it.

Examples:
  thalweg completions bash > ~/.local/share/bash-completion/completions/thalweg
  thalweg completions zsh > ~/.zfunc/_thalweg        (with fpath+=~/.zfunc before compinit in ~/.zshrc)
  thalweg completions fish > ~/.config/fish/completions/thalweg.fish")]
pub(crate) struct Arguments {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(crate) fn run(arguments: Arguments, mut command: Command) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "thalweg", &mut script);
    output::line(String::from_utf8_lossy(&script).trim_end())
}
