//! `cargo xtask fuzz`: looks for bytes that a reader does not survive.

use crate::command::{Arguments, Command, Outcome};
use crate::{process, workspace};
use std::path::Path;

pub(crate) const COMMAND: Command = Command {
    name: "fuzz",
    about: "feed changed files to everything that reads files of strangers",
    help: "\
Usage: cargo xtask fuzz [--minutes N] [--only TARGET]

Runs libFuzzer on every target of fuzz/, from the corpus there. Needs a nightly toolchain and cargo-fuzz. What it finds is left in
target/xtask/fuzz; a copy in fuzz/corpus becomes a test, since `cargo test -p thalweg-fuzz` tries all of the corpus without libFuzzer.

Options:
  --minutes N    for each target; 10 by default
  --only TARGET  only this target: a folder of fuzz/corpus",
    run,
};

/// The most memory that an input may take, in MB, and the longest time, in seconds.
const LIMITS: [&str; 2] = ["-rss_limit_mb=2048", "-timeout=20"];
/// The longest input, in bytes.
const LONGEST: &str = "-max_len=65536";

fn run(mut arguments: Arguments) -> Outcome {
    let minutes = match arguments.value("--minutes")? {
        None => 10,
        Some(text) => text.parse::<u64>().map_err(|_| format!("`{text}` is not a number of minutes"))?,
    };
    let only = arguments.value("--only")?;
    arguments.finish()?;
    let corpus = workspace::root().join("fuzz/corpus");
    let targets = chosen(&corpus, only.as_deref())?;
    if !process::is_installed(&mut fuzzer(&["--version"])) {
        return Err("this needs a nightly toolchain and cargo-fuzz: `rustup toolchain install nightly`, then `cargo install cargo-fuzz`. \
                    `cargo test -p thalweg-fuzz` tries the corpus without them"
            .into());
    }
    for target in targets {
        println!("{target}: {minutes} minutes");
        let found = workspace::scratch()?.join("fuzz").join(&target);
        std::fs::create_dir_all(&found)
            .map_err(|error| format!("cannot make {}: {error}", found.display()))?;
        let mut command = fuzzer(&["run", "--fuzz-dir", "fuzz/libfuzzer", "any"]);
        command.arg(&found).arg(corpus.join(&target)).arg("--").args(LIMITS).arg(LONGEST);
        command.arg(format!("-max_total_time={}", 60 * minutes));
        command.arg(format!("-artifact_prefix={}/failed-", found.display()));
        process::run(command.env("THALWEG_FUZZ", &target))?;
    }
    Ok(())
}

/// The targets are the folders of the corpus; a test holds them against the list in the crate.
fn chosen(corpus: &Path, only: Option<&str>) -> Result<Vec<String>, String> {
    let entries =
        std::fs::read_dir(corpus).map_err(|error| format!("cannot read {}: {error}", corpus.display()))?;
    let mut names: Vec<String> =
        entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort();
    match only {
        None => Ok(names),
        Some(name) if names.iter().any(|other| other == name) => Ok(vec![name.into()]),
        Some(name) => Err(format!("there is no target `{name}`; there are: {}", names.join(", "))),
    }
}

/// Returns a command of cargo-fuzz in the nightly toolchain.
fn fuzzer(arguments: &[&str]) -> std::process::Command {
    let mut command = process::program("rustup", &["run", "nightly", "cargo", "fuzz"]);
    command.args(arguments).env_remove("CARGO").env_remove("RUSTUP_TOOLCHAIN");
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_folder_of_the_corpus() {
        let corpus = workspace::root().join("fuzz/corpus");
        assert_eq!(chosen(&corpus, Some("idx")), Ok(vec!["idx".into()]));
        assert!(chosen(&corpus, None).unwrap().len() > 10);
        assert!(chosen(&corpus, Some("idy")).unwrap_err().contains("idx, layers"));
    }
}
