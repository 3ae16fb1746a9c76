//! Runs other programs.

use crate::workspace;
use std::path::Path;
use std::process::{Command, Stdio};

/// Returns a command that runs Cargo in the root of the repository.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(arguments).current_dir(workspace::root());
    command
}

/// Returns a command that runs a program in the root of the repository.
pub(crate) fn program(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(workspace::root());
    command
}

/// Runs the command to its end.
///
/// # Errors
/// If it cannot be started or fails.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| format!("cannot run {}: {error}", shown(command)))?;
    if status.success() { Ok(()) } else { Err(format!("{} failed ({status})", shown(command))) }
}

/// Runs the command and returns what it prints.
///
/// # Errors
/// If it cannot be started or fails; the message holds what it said.
pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cannot run {}: {error}", shown(command)))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{} failed ({})\n{}", shown(command), output.status, said.trim_end()));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("{} printed no text", shown(command)))
}

/// Tells whether a program can be run, by asking for its version.
pub(crate) fn is_installed(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// Writes a copy of a program without its symbols, and tells whether the `strip` tool is there to do it.
///
/// # Errors
/// If the tool fails.
pub(crate) fn strip(binary: &Path, copy: &Path) -> Result<bool, String> {
    if !is_installed(&mut program("strip", &["--version"])) {
        return Ok(false);
    }
    output(program("strip", &["-o"]).arg(copy).arg(binary)).map(|_| true)
}

/// Returns the command as a person would type it.
pub(crate) fn shown(command: &Command) -> String {
    let name = Path::new(command.get_program()).file_name().unwrap_or_default();
    let arguments = command.get_args().map(|argument| format!(" {}", argument.to_string_lossy()));
    format!("`{}{}`", name.to_string_lossy(), arguments.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_command() {
        let message = run(&mut program("false", &["now"])).unwrap_err();
        assert!(message.starts_with("`false now` failed (exit status: 1"), "{message}");
        let message = output(&mut program("no-such-program", &[])).unwrap_err();
        assert!(message.starts_with("cannot run `no-such-program`: "), "{message}");
    }

    #[test]
    fn output_is_returned() {
        assert_eq!(output(&mut program("echo", &["a", "b"])).unwrap(), "a b\n");
    }

    #[test]
    fn programs_that_are_not_there_are_not_installed() {
        assert!(is_installed(&mut cargo(&["--version"])));
        assert!(!is_installed(&mut program("no-such-program", &["--version"])));
    }
}
