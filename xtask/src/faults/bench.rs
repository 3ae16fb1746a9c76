//! The program under test, and the library that makes its calls to the disk fail.

use crate::{process, workspace};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

/// What all that is run has in common.
pub(crate) struct Bench {
    program: PathBuf,
    library: PathBuf,
    /// The folder of this run, removed at its end.
    pub(super) scratch: PathBuf,
}

/// A fault: the call of this number, counted from 1, and what happens at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(super) call: usize,
    pub(super) kind: &'static str,
}

impl Bench {
    /// Builds the library, and the program if none is given.
    pub(super) fn new(program: Option<PathBuf>) -> Result<Self, String> {
        let target = workspace::scratch()?;
        let (library, scratch) =
            (target.join("faults.so"), target.join(format!("faults-{}", std::process::id())));
        let source = workspace::root().join("tools/faults.c");
        let mut compile = process::program("cc", &["-shared", "-fPIC", "-O1", "-o"]);
        process::run(compile.arg(&library).arg(source).arg("-ldl"))?;
        let program = match program {
            Some(program) => {
                program.canonicalize().map_err(|error| format!("{}: {error}", program.display()))?
            }
            None => {
                process::run(&mut process::cargo(&["build", "--quiet", "--locked", "-p", "thalweg-cli"]))?;
                workspace::target().join("debug/thalweg")
            }
        };
        fs::create_dir_all(&scratch)
            .map_err(|error| format!("cannot make {}: {error}", scratch.display()))?;
        let scratch = scratch.canonicalize().map_err(|error| error.to_string())?;
        Ok(Self { program, library, scratch })
    }

    /// Returns a folder of this name, empty.
    pub(crate) fn folder(&self, name: &str) -> Result<PathBuf, String> {
        let folder = self.scratch.join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
        Ok(folder)
    }

    /// Runs the program in a folder. Its calls below the folder are counted into the file `calls` beside it.
    pub(crate) fn run(
        &self,
        folder: &Path,
        words: &[String],
        fault: Option<Fault>,
    ) -> Result<Output, String> {
        let mut command = std::process::Command::new(&self.program);
        command.args(words).current_dir(folder).env_clear().env("HOME", &self.scratch).env("LANG", "C");
        command.env("LD_PRELOAD", &self.library).env("FAULT_FOLDER", folder);
        command.env("FAULT_LOG", self.calls()).stdin(std::process::Stdio::null());
        if let Some(Fault { call, kind }) = fault {
            command.env("FAULT_AT", call.to_string()).env("FAULT_KIND", kind);
        }
        let _ = fs::remove_file(self.calls());
        command.output().map_err(|error| format!("cannot run {}: {error}", self.program.display()))
    }

    /// Runs the program without a fault; it must succeed.
    pub(crate) fn succeed(&self, folder: &Path, words: &[String]) -> Result<(), String> {
        let output = self.run(folder, words, None)?;
        if output.status.success() {
            return Ok(());
        }
        Err(format!(
            "thalweg {} failed: {}",
            words.join(" "),
            String::from_utf8_lossy(&output.stderr).trim_end()
        ))
    }

    pub(super) fn calls(&self) -> PathBuf {
        self.scratch.join("calls")
    }

    /// How many calls the last run made.
    pub(super) fn count(&self) -> usize {
        fs::metadata(self.calls()).map_or(0, |found| found.len() as usize)
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.scratch);
    }
}
