//! Runs the program in a folder of its own, away from the user's data and settings.

use serde_json::Value;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

/// A fresh folder in which the program runs; removed at the end of the test.
pub(crate) struct Shell {
    folder: TempDir,
}

/// What a run printed and how it ended.
pub(crate) struct Answer {
    pub(crate) status: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Shell {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file in the folder.
    pub(crate) fn write(&self, name: &str, contents: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), contents).unwrap();
    }

    /// Reads a file in the folder.
    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The program with arguments separated by spaces, ready to run.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_thalweg"));
        command.args(line.split_whitespace()).current_dir(self.folder.path()).env_clear();
        command.env("HOME", self.folder.path()).env("XDG_CACHE_HOME", self.path("cache")).env("LANG", "C");
        command.stdin(Stdio::null());
        command
    }

    /// Runs it to the end.
    pub(crate) fn run(&self, line: &str) -> Answer {
        Answer::of(self.command(line).output().unwrap())
    }

    /// Runs it; it must succeed. Returns standard output.
    pub(crate) fn succeed(&self, line: &str) -> String {
        let answer = self.run(line);
        assert_eq!(answer.status, Some(0), "thalweg {line}\n{}", answer.err);
        answer.out
    }

    /// Runs it with `--json`; it must succeed and print nothing but JSON.
    pub(crate) fn json(&self, line: &str) -> Value {
        serde_json::from_str(&self.succeed(&format!("{line} --json"))).unwrap()
    }

    /// Runs it; it must fail as every command fails: a sentence on standard error, nothing on standard output, no panic.
    pub(crate) fn fail(&self, line: &str) -> String {
        let answer = self.run(line);
        assert!(matches!(answer.status, Some(1 | 2)), "thalweg {line}: {:?}\n{}", answer.status, answer.err);
        assert_eq!(answer.out, "", "thalweg {line}");
        assert!(answer.err.lines().any(|line| line.starts_with("error: ")), "thalweg {line}\n{}", answer.err);
        assert!(!answer.err.contains("panicked"), "thalweg {line}\n{}", answer.err);
        answer.err
    }

    /// Starts it with both outputs piped.
    pub(crate) fn start(&self, line: &str) -> Child {
        self.command(line).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// The names in a folder, sorted.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.path(folder)).unwrap();
        let name =
            |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
        let mut names: Vec<String> = entries.map(name).collect();
        names.sort();
        names
    }
}

impl Answer {
    pub(crate) fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { status: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}
