//! `cargo xtask budgets`: how many crates and how many bytes there may be.

use crate::command::{Arguments, Command, Outcome};
use crate::{process, workspace};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub(crate) const COMMAND: Command = Command {
    name: "budgets",
    about: "compare crate counts and sizes with their budgets",
    help: "\
Usage: cargo xtask budgets [--sizes]

Counts the distinct crates of `cargo tree -e normal`, and fails if there are more than the table in xtask/src/budgets.rs allows.
Fails too if Cargo has to compile a crate twice because the tool and the Python package ask for different features of it;
crates/shared-features is where to ask for both.

Options:
  --sizes  also the stripped binary and the wheel, where they have been built",
    run,
};

/// How many crates a package may be made of, itself included.
struct CrateBudget {
    package: &'static str,
    what: &'static str,
    most: usize,
}

/// How many bytes a file may have.
struct SizeBudget {
    what: &'static str,
    most: u64,
    find: fn() -> Option<PathBuf>,
}

const CRATES: &[CrateBudget] = &[
    CrateBudget { package: "thalweg-cli", what: "crates of the command-line tool", most: 211 },
    CrateBudget { package: "thalweg", what: "crates of the façade", most: 130 },
    CrateBudget { package: "thalweg-optim", what: "crates of the optimizers", most: 25 },
];

const SIZES: &[SizeBudget] = &[
    SizeBudget { what: "stripped binary", most: 28_700_000, find: binary },
    SizeBudget { what: "wheel", most: 9_700_000, find: wheel },
];

fn run(mut arguments: Arguments) -> Outcome {
    let sizes = arguments.flag("--sizes");
    arguments.finish()?;
    check_crates()?;
    check_shared()?;
    if sizes { check_sizes(false) } else { Ok(()) }
}

/// Counts the crates and compares them with their budgets.
///
/// # Errors
/// If there are too many, or Cargo fails.
pub(crate) fn check_crates() -> Outcome {
    let mut over = Vec::new();
    for budget in CRATES {
        let count = crates_of(&workspace::root(), budget.package)?;
        println!("{}", line(budget.what, &count.to_string(), &budget.most.to_string(), count <= budget.most));
        if count > budget.most {
            over.push(budget.what);
        }
    }
    verdict(&over)
}

/// Checks that the tool and the Python package ask for the same features of every crate that they have in common.
///
/// # Errors
/// If they do not, or Cargo fails.
pub(crate) fn check_shared() -> Outcome {
    let features = |package: &str| -> Result<_, String> {
        let arguments =
            ["tree", "-e", "normal,build", "--prefix", "none", "--locked", "-f", "{p}|{f}", "-p", package];
        Ok(feature_sets(&process::output(&mut process::cargo(&arguments))?))
    };
    let twice = compiled_twice(&features("thalweg-cli")?, &features("thalweg-python")?);
    println!("{}", line("crates compiled twice", &twice.len().to_string(), "0", twice.is_empty()));
    match twice.as_slice() {
        [] => Ok(()),
        _ => Err(format!(
            "the tool and the Python package ask for different features of {}; ask for all of them in \
             crates/shared-features/Cargo.toml",
            twice.join(", ")
        )),
    }
}

/// Returns the sets of features that are asked for, by crate and version, from the output of `cargo tree -f "{p}|{f}"`.
fn feature_sets(tree: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut sets: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (package, features) in tree.lines().filter_map(|line| line.split_once('|')) {
        let name_and_version: Vec<&str> = package.split_whitespace().take(2).collect();
        let features = features.trim_end_matches(" (*)").to_owned();
        sets.entry(name_and_version.join(" ")).or_default().insert(features);
    }
    sets
}

/// Returns the crates that both have, of which the second has a set of features that the first has not.
fn compiled_twice(
    tool: &BTreeMap<String, BTreeSet<String>>,
    package: &BTreeMap<String, BTreeSet<String>>,
) -> Vec<String> {
    let differs = |(name, sets): &(&String, &BTreeSet<String>)| {
        tool.get(*name).is_some_and(|present| !sets.is_subset(present))
    };
    package.iter().filter(differs).map(|(name, _)| name.clone()).collect()
}

/// Measures the files and compares them with their budgets.
///
/// # Errors
/// If one is too large, or if all must be there and one is not.
pub(crate) fn check_sizes(all_must_be_there: bool) -> Outcome {
    let mut over = Vec::new();
    for budget in SIZES {
        let Some(path) = (budget.find)() else {
            if all_must_be_there {
                return Err(format!("there is no {} to measure", budget.what));
            }
            println!("{:<32} not built", budget.what);
            continue;
        };
        let bytes = stripped_size(&path)?;
        println!("{}", line(budget.what, &megabytes(bytes), &megabytes(budget.most), bytes <= budget.most));
        if bytes > budget.most {
            over.push(budget.what);
        }
    }
    verdict(&over)
}

fn line(what: &str, value: &str, budget: &str, fine: bool) -> String {
    format!("{what:<32} {value:>8} of {budget:>8}{}", if fine { "" } else { "  over the budget" })
}

fn verdict(over: &[&str]) -> Outcome {
    match over {
        [] => Ok(()),
        _ => Err(format!("over the budget: {}; see xtask/src/budgets.rs", over.join(", "))),
    }
}

/// Returns a size as people read it: `15.9 MB`, of 1,000,000 bytes each.
pub(crate) fn megabytes(bytes: u64) -> String {
    // Rounded up, so that what is over a budget does not look like it.
    format!("{:.1} MB", (bytes as f64 / 1e5).ceil() / 10.0)
}

/// Returns how many distinct crates a package of the repository in `root` is made of, itself included.
///
/// # Errors
/// If Cargo fails.
pub(crate) fn crates_of(root: &Path, package: &str) -> Result<usize, String> {
    let arguments = ["tree", "-e", "normal", "--prefix", "none", "--locked", "-p", package];
    let tree = process::output(process::cargo(&arguments).current_dir(root))?;
    Ok(distinct_crates(&tree))
}

/// Counts the distinct crates, by name and version, in the output of `cargo tree --prefix none`.
fn distinct_crates(tree: &str) -> usize {
    let name_and_version = |line: &str| {
        let mut words = line.split_whitespace();
        Some((words.next()?.to_owned(), words.next()?.to_owned()))
    };
    tree.lines().filter_map(name_and_version).collect::<BTreeSet<_>>().len()
}

/// Returns the release build of the tool, if there is one.
fn binary() -> Option<PathBuf> {
    Some(workspace::target().join("release").join(format!("thalweg{}", std::env::consts::EXE_SUFFIX)))
        .filter(|path| path.exists())
}

/// Returns the newest wheel, if there is one.
fn wheel() -> Option<PathBuf> {
    workspace::newest_wheel(&workspace::wheels())
}

/// Returns the size of a file; of a program without its symbols, where the `strip` tool is installed.
///
/// # Errors
/// If the file cannot be read.
pub(crate) fn stripped_size(path: &Path) -> Result<u64, String> {
    let size = |path: &Path| {
        let found =
            std::fs::metadata(path).map_err(|error| format!("cannot read {}: {error}", path.display()));
        found.map(|found| found.len())
    };
    if path.extension().is_some_and(|extension| extension == "whl") {
        return size(path);
    }
    let copy = workspace::scratch()?.join("stripped");
    if process::strip(path, &copy)? { size(&copy) } else { size(path) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_with_other_features_is_named() {
        let tool = feature_sets("syn v3.0.0|full\nserde v1.0.0|std (*)\nserde v1.0.0|std\nclap v4.0.0|\n");
        let package = feature_sets("syn v3.0.0|full,visit-mut\nserde v1.0.0|std\npyo3 v0.30.0|macros\n");
        assert_eq!(compiled_twice(&tool, &package), ["syn v3.0.0"]);
        assert!(compiled_twice(&tool, &tool).is_empty());
    }

    #[test]
    fn a_crate_counts_once_a_version() {
        let tree = "\
thalweg-cli v0.1.0 (/home/me/thalweg/crates/cli)
clap v4.6.9
clap_builder v4.6.7
clap_derive v4.6.9 (proc-macro)
syn v2.0.1
syn v3.0.0

clap v4.6.9 (*)
thalweg v0.1.0 (/home/me/thalweg/crates/thalweg) (*)
";
        assert_eq!(distinct_crates(tree), 7);
        assert_eq!(distinct_crates(""), 0);
    }

    #[test]
    fn this_crate_is_counted() {
        let count = crates_of(&workspace::root(), "xtask").unwrap();
        assert!((2..20).contains(&count), "{count}");
    }

    #[test]
    fn sizes_are_rounded_up() {
        assert_eq!(megabytes(16_000_000), "16.0 MB");
        assert_eq!(megabytes(16_000_001), "16.1 MB");
        assert_eq!(megabytes(0), "0.0 MB");
    }

    #[test]
    fn what_is_over_is_named() {
        assert_eq!(verdict(&[]), Ok(()));
        assert!(verdict(&["wheel", "stripped binary"]).unwrap_err().contains("wheel, stripped binary"));
        assert!(line("wheel", "7.0 MB", "6.0 MB", false).contains("over the budget"));
        assert!(!line("wheel", "5.0 MB", "6.0 MB", true).contains("over"));
    }

    #[test]
    fn a_wheel_is_measured_as_it_is() {
        let path = workspace::scratch().unwrap().join("measured.whl");
        std::fs::write(&path, [0; 1234]).unwrap();
        assert_eq!(stripped_size(&path), Ok(1234));
        std::fs::remove_file(&path).unwrap();
        assert!(stripped_size(&path).unwrap_err().contains("measured.whl"));
    }
}
