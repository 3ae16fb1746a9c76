//! `thalweg check`: whether files of ours are whole.

use crate::failure::Failure;
use crate::folder::RESULTS;
use crate::language::{said, words};
use crate::output;
use std::fs;
use std::path::{Path, PathBuf};
use thalweg::arena::Checkpoint;
use thalweg::lab::store::{Soundness, SqliteStore};

/// Most names of damaged runs that are printed.
const MOST: usize = 5;

/// Check that results, saved runs and pages are whole, and say what can be kept
#[derive(clap::Args)]
#[command(after_help = "\
Results have a checksum for each run, saved runs one for all their tensors and settings. Nothing is changed.

Examples:
  thalweg check thalweg-out/notes
  thalweg check run.safetensors")]
pub(crate) struct Arguments {
    /// Files, or folders whose files are checked
    #[arg(value_name = "FILE|FOLDER", required = true)]
    paths: Vec<PathBuf>,
}

/// What was found out about a file.
enum Finding {
    /// It is whole; in words, what was looked at.
    Sound(String),
    /// It is not; in words, what is wrong and what can be kept.
    Damaged(String),
    /// It is none of ours, or has nothing to be checked by.
    Unknown,
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let (mut known, mut damaged) = (0, 0);
    for path in &arguments.paths {
        for file in files_of(path)? {
            let name = file.display();
            match check(&file)? {
                Finding::Sound(what) => {
                    known += 1;
                    output::line(words().sound(&name.to_string(), &what))?;
                }
                Finding::Damaged(what) => {
                    (known, damaged) = (known + 1, damaged + 1);
                    output::line(words().damaged(&name.to_string(), &what))?;
                }
                // In a folder there may be anything.
                Finding::Unknown if path.is_dir() => {}
                Finding::Unknown => {
                    return Err(Failure::new(format!(
                        "{name} is no results file, saved run, page or result.json of this program, so there is nothing to check it by"
                    )));
                }
            }
        }
    }
    match (known, damaged) {
        (0, _) => Err(Failure::new("there is no file of this program to check")),
        (_, 0) => Ok(()),
        _ => Err(Failure::new(format!("damaged: {damaged} of {known} files"))),
    }
}

/// Returns the file, or the files of a folder in the order of their names.
fn files_of(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut files: Vec<PathBuf> =
        fs::read_dir(path)?.flatten().map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    files.sort();
    Ok(files)
}

fn check(file: &Path) -> Result<Finding, Failure> {
    let bytes =
        fs::read(file).map_err(|error| Failure::new(format!("cannot read {}: {error}", file.display())))?;
    let ending = file.extension().unwrap_or_default();
    if bytes.starts_with(b"SQLite format 3\0") || file.file_name().is_some_and(|name| name == RESULTS) {
        return Ok(match SqliteStore::check(file) {
            Ok(found) => results(&found),
            Err(error) => Finding::Damaged(said(&error.to_string())),
        });
    }
    if ending == "safetensors" {
        return Ok(match Checkpoint::parse(&bytes, "it") {
            Ok(saved) => Finding::Sound(words().tensors(saved.names().count())),
            Err(error) => Finding::Damaged(words().nothing_relied_on(&said(&error.to_string()))),
        });
    }
    let text = String::from_utf8_lossy(&bytes);
    if text.contains("name=\"generator\" content=\"thalweg ") {
        return Ok(match text.trim_end().ends_with("</html>") {
            true => Finding::Sound(words().a_whole_page().into()),
            false => Finding::Damaged(words().page_breaks_off(&said("the page breaks off"))),
        });
    }
    if file.file_name().is_some_and(|name| name == "result.json") {
        return Ok(match serde_json::from_slice::<serde_json::Value>(&bytes) {
            Ok(_) => Finding::Sound(words().a_whole_result().into()),
            Err(error) => Finding::Damaged(words().page_breaks_off(&error.to_string())),
        });
    }
    Ok(Finding::Unknown)
}

/// Puts what was found in a results file into words.
fn results(found: &Soundness) -> Finding {
    let Soundness { sound, unsealed, damaged, faults } = found;
    let kept = words().runs_are_sound(*sound, *unsealed);
    if found.is_sound() {
        return Finding::Sound(kept);
    }
    let mut wrong = Vec::new();
    if !damaged.is_empty() {
        let names: Vec<&str> = damaged.iter().take(MOST).map(String::as_str).collect();
        let more = if damaged.len() > MOST { ", …" } else { "" };
        wrong.push(words().runs_are_damaged(damaged.len(), &(names.join(", ") + more)));
    }
    wrong.extend(faults.iter().map(|fault| said(fault)));
    Finding::Damaged(words().can_be_kept(&wrong.join("; "), &kept))
}
