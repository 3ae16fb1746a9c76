//! What is measured, row by row.

use super::clock::{Time, time};
use super::clone::FreshClone;
use super::record::Value;
use crate::{budgets, workspace};
use std::io::Write;
use std::path::PathBuf;

/// One row of the table.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    pub(crate) measure: fn(&FreshClone) -> Result<Value, String>,
}

/// The rows. Those that need what another has built build it themselves, unmeasured, where that row was left out.
pub(crate) const ROWS: &[Row] = &[
    Row { name: "release", what: "`cargo build --release`: the command-line tool", measure: release },
    Row { name: "test-build", what: "`cargo test --workspace`, compiling", measure: test_build },
    Row { name: "test-run", what: "`cargo test --workspace`, running", measure: test_run },
    Row { name: "wheel", what: "`pip wheel ./crates/python`", measure: wheel },
    Row { name: "ci", what: "`.ci/run`, all of it", measure: ci },
    Row {
        name: "edit-rule",
        what: "edit `optim/src/rules/lion.rs`, run all tests of `optim`",
        measure: |clone| {
            let arguments = ["test", "--locked", "-p", "thalweg-optim", "--lib", "--tests"];
            edit(clone, "crates/optim/src/rules/lion.rs", &arguments)
        },
    },
    Row {
        name: "edit-verdict",
        what: "edit `lab/src/verdict/mod.rs`, run its tests",
        measure: |clone| {
            let arguments = ["test", "--locked", "-p", "thalweg-lab", "--lib", "verdict"];
            edit(clone, "crates/lab/src/verdict/mod.rs", &arguments)
        },
    },
    Row {
        name: "edit-command",
        what: "edit `cli/src/commands/list.rs`, build the tool for development",
        measure: |clone| {
            edit(clone, "crates/cli/src/commands/list.rs", &["build", "--locked", "-p", "thalweg-cli"])
        },
    },
    Row { name: "binary-size", what: "the tool, stripped", measure: binary_size },
    Row { name: "wheel-size", what: "the wheel", measure: wheel_size },
    Row { name: "crates-tool", what: "crates of the tool", measure: |clone| crates(clone, "thalweg-cli") },
    Row {
        name: "crates-facade",
        what: "crates of the façade `thalweg`",
        measure: |clone| crates(clone, "thalweg"),
    },
    Row {
        name: "crates-optim",
        what: "crates of `thalweg-optim`",
        measure: |clone| crates(clone, "thalweg-optim"),
    },
];

/// How often an edit is made; the middle time counts.
const EDITS: usize = 3;

/// Downloads the crates of others, so that the network is not measured.
fn fetch(clone: &FreshClone) -> Result<(), String> {
    time(&mut clone.cargo(&["fetch", "--locked"]))?;
    Ok(())
}

fn release(clone: &FreshClone) -> Result<Value, String> {
    fetch(clone)?;
    time(&mut clone.cargo(&["build", "--release", "--locked"])).map(Value::Time)
}

fn test_build(clone: &FreshClone) -> Result<Value, String> {
    fetch(clone)?;
    time(&mut clone.cargo(&["test", "--workspace", "--locked", "--no-run"])).map(Value::Time)
}

fn test_run(clone: &FreshClone) -> Result<Value, String> {
    test_build(clone)?;
    // The tests of the documentation are compiled here: Cargo has no way to compile them apart.
    time(&mut clone.cargo(&["test", "--workspace", "--locked"])).map(Value::Time)
}

fn wheel(clone: &FreshClone) -> Result<Value, String> {
    fetch(clone)?;
    let arguments =
        ["-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", "timed-wheels", "./crates/python"];
    time(&mut clone.program("python3", &arguments)).map(Value::Time)
}

fn ci(clone: &FreshClone) -> Result<Value, String> {
    let clone = clone.another()?;
    fetch(&clone)?;
    time(&mut clone.program("bash", &[".ci/run"])).map(Value::Time)
}

/// Measures a command after a comment was added to a file; the command is run once before.
fn edit(clone: &FreshClone, file: &str, arguments: &[&str]) -> Result<Value, String> {
    let cannot = |error: std::io::Error| format!("cannot edit {file}: {error}");
    time(&mut clone.cargo(arguments))?;
    let mut times = Vec::new();
    for _ in 0..EDITS {
        let mut opened = std::fs::File::options().append(true).open(clone.path(file)).map_err(cannot)?;
        opened.write_all(b"// An edit.\n").map_err(cannot)?;
        drop(opened);
        times.push(time(&mut clone.cargo(arguments))?);
    }
    Ok(Value::Time(middle(times)))
}

/// Returns the middle one by the clock.
fn middle(mut times: Vec<Time>) -> Time {
    times.sort_by(|one, other| one.wall.total_cmp(&other.wall));
    times[times.len() / 2]
}

fn binary_size(clone: &FreshClone) -> Result<Value, String> {
    let path = clone.path("target/release").join(format!("thalweg{}", std::env::consts::EXE_SUFFIX));
    if !path.exists() {
        release(clone)?;
    }
    budgets::stripped_size(&path).map(Value::Bytes)
}

fn wheel_size(clone: &FreshClone) -> Result<Value, String> {
    let folder = clone.path("timed-wheels");
    let found = || -> Option<PathBuf> { workspace::newest_wheel(&folder) };
    if found().is_none() {
        wheel(clone)?;
    }
    budgets::stripped_size(&found().ok_or("pip left no wheel")?).map(Value::Bytes)
}

fn crates(clone: &FreshClone, package: &str) -> Result<Value, String> {
    budgets::crates_of(&clone.path(""), package).map(Value::Count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_names_of_their_own() {
        let names: std::collections::BTreeSet<_> = ROWS.iter().map(|row| row.name).collect();
        assert_eq!(names.len(), ROWS.len());
    }

    #[test]
    fn the_middle_time_counts() {
        let time = |wall| Time { wall, processor: Some(wall * 2.0) };
        assert_eq!(middle(vec![time(3.0), time(1.0), time(2.0)]), time(2.0));
    }
}
