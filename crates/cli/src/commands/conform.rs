//! `thalweg conform`: update-rule test vectors, run on the rules of this program.

use crate::failure::{Context, Failure};
use crate::language::{said, words};
use crate::output;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use thalweg::optim::conformance::{Case, Outcome, run as run_case};

/// Run update-rule test vectors (files of the format conformance/1)
#[derive(clap::Args)]
#[command(after_help = "\
A case passes if every value it expects is near enough; for the others the first difference is shown. A case without \
expected values prints its trajectory. The exit status is 1 if any case fails or cannot be run.

Examples:
  thalweg conform conformance
  thalweg conform conformance/torch-adam-f64.json --json")]
pub(crate) struct Arguments {
    /// A file, or a folder whose .json files are run
    #[arg(value_name = "FILE|DIR", required = true)]
    paths: Vec<PathBuf>,
    /// Print JSON: a list with a row for each case
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let mut files = Vec::new();
    for path in &arguments.paths {
        files.extend(files_of(path)?);
    }
    let (mut rows, mut passed, mut failed, mut shown) = (Vec::new(), 0usize, 0usize, 0usize);
    for file in &files {
        let found = read(file);
        let (name, result) = match &found {
            Ok(case) => (case.name.clone(), run_case(case)),
            Err(error) => (file.display().to_string(), Err(error.clone())),
        };
        let expects = found.as_ref().is_ok_and(|case| case.expected.is_some());
        let fine = matches!(&result, Ok(outcome) if outcome.difference.is_none());
        match (fine, expects) {
            (true, true) => passed += 1,
            (true, false) => shown += 1,
            (false, _) => failed += 1,
        }
        if arguments.json {
            rows.push(row(file, &name, expects, &result));
            continue;
        }
        match &result {
            Ok(Outcome { difference: Some(difference), .. }) => output::line(line(
                words().failed_check(),
                &format!("{name}: {}", said(&difference.to_string())),
            ))?,
            Ok(_) if expects => output::line(line(words().ok(), &name))?,
            Ok(outcome) => output::json(&json!({"name": name, "expected": outcome.trajectory}))?,
            Err(error) => output::line(line(words().failed_check(), &format!("{name}: {}", said(error))))?,
        }
    }
    if arguments.json {
        output::json(&rows)?;
    } else if passed + failed > 0 {
        output::line(format!("\n{}", words().cases(passed, failed, shown)))?;
    }
    if failed > 0 {
        let cases = if failed == 1 { "case does" } else { "cases do" };
        return Err(Failure::new(format!("{failed} of {} {cases} not agree", files.len())));
    }
    Ok(())
}

/// A line of the list: how a case fared, and what there is to say of it.
fn line(how: &str, what: &str) -> String {
    format!("{how:<6}  {what}")
}

/// The file, or the .json files of the folder in the order of their names.
fn files_of(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let entries = std::fs::read_dir(path).context(format!("cannot read the folder {}", path.display()))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    if files.is_empty() {
        return Err(Failure::new(format!("there is no .json file in {}", path.display())));
    }
    Ok(files)
}

fn read(file: &Path) -> Result<Case, String> {
    let text =
        std::fs::read_to_string(file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    Case::parse(&text)
}

fn row(file: &Path, name: &str, expects: bool, result: &Result<Outcome, String>) -> Value {
    let mut row = json!({"file": file.display().to_string(), "name": name});
    match result {
        Ok(outcome) => {
            row["passed"] = if expects { json!(outcome.difference.is_none()) } else { Value::Null };
            if let Some(one) = &outcome.difference {
                row["difference"] = json!({
                    "step": one.step, "tensor": one.tensor, "buffer": one.buffer, "index": one.index,
                    "found": one.found, "expected": one.expected, "ulps": one.ulps,
                });
            }
            if !expects {
                row["expected"] = json!(outcome.trajectory);
            }
        }
        Err(error) => {
            row["passed"] = json!(false);
            row["error"] = json!(error);
        }
    }
    row
}
