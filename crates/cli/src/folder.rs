//! Where the results of a command go, and whether a folder may take them.

use crate::failure::Failure;
use crate::language::words;
use crate::stderr;
use sha2::{Digest, Sha256};
use std::path::{Component, Path, PathBuf};
use thalweg::lab::store::{Origin, SqliteStore, StoreError};
use thalweg_kit::{file_name, is_plain, with_digits};

/// The results file in the folder of a comparison or a sweep.
pub(crate) const RESULTS: &str = "results.sqlite";
/// The folder of the runs of trainings of the user's own, in that of a comparison.
pub(crate) const RUNS: &str = "runs";
/// Most characters of a folder's name before its hash.
const LONGEST: usize = 60;
/// Hexadecimal digits that tell folders of one name apart.
const DIGITS: usize = 8;

/// What a default folder is named after.
pub(crate) struct Job<'a> {
    /// The command, or nothing for a comparison.
    pub(crate) command: &'static str,
    /// The experiment file.
    pub(crate) file: Option<&'a Path>,
    /// The name of the experiment and whatever else tells such commands apart.
    pub(crate) words: Vec<&'a str>,
}

impl Job<'_> {
    /// Returns the folder of this command where none is given: `thalweg-out/COMMAND-WORDS`, and a hash of the path of the
    /// experiment file as seen from here. So the same command finds its folder again, and no two commands or files share one.
    pub(crate) fn folder(&self) -> PathBuf {
        let words = || std::iter::once(self.command).chain(self.words.iter().copied());
        let full = words().filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-");
        let mut name: String = readable(&full).chars().take(LONGEST).collect();
        if self.file.is_some() || name != full || !is_plain(&name) {
            let file = self.file.map(from_here).unwrap_or_default();
            let all = words().chain([file.as_str()]).collect::<Vec<_>>().join("\0");
            name = format!("{name}-{}", short_hash(&all));
        }
        Path::new("thalweg-out").join(name)
    }
}

/// Returns folders inside `out` for several files: each file's name, with a hash of its path where two have the same.
pub(crate) fn folders_of(out: &Path, files: &[PathBuf]) -> Vec<PathBuf> {
    let stem = |file: &Path| file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let folder = |file: &PathBuf| {
        let alike = |other: &&PathBuf| file_name(&stem(other)) == file_name(&stem(file));
        let shared = files.iter().filter(alike).any(|other| from_here(other) != from_here(file));
        out.join(if shared { with_digits(&stem(file), &from_here(file)) } else { file_name(&stem(file)) })
    };
    files.iter().map(folder).collect()
}

/// Returns a name as part of a path; different names may give the same.
fn readable(name: &str) -> String {
    let safe = name.chars().map(|c| if c.is_alphanumeric() || c == '-' || c == '_' { c } else { '-' });
    let safe: String = safe.collect();
    if safe.is_empty() { "experiment".into() } else { safe }
}

/// Makes sure that the results of `origin` may go to `out`, the folder of `store`. Results of an experiment with another name, or
/// of another kind, are kept out. Those of a changed experiment of the same name may stay beside the earlier ones, and it is said.
pub(crate) fn admit(out: &Path, store: &SqliteStore, origin: &Origin) -> Result<(), Failure> {
    let known = store.origins()?;
    if known.iter().any(|one| one.hash == origin.hash || one.is_with_other_seeds(origin)) {
        return Ok(());
    }
    if let Some(other) = known.iter().find(|one| (one.kind, &one.name) != (origin.kind, &origin.name)) {
        return Err(taken(out, Some(other)));
    }
    let (folder, name) = (out.display(), &origin.name);
    if !known.is_empty() {
        stderr::note(words().kept_apart(&folder.to_string(), name));
    }
    Ok(())
}

/// Refuses a folder that holds the results of an experiment, for commands that only write a page.
pub(crate) fn refuse_results(out: &Path) -> Result<(), Failure> {
    let file = out.join(RESULTS);
    if !file.exists() {
        return Ok(());
    }
    let known = match SqliteStore::read(&file).and_then(|store| store.origins()) {
        Err(StoreError::Empty { .. }) => vec![],
        known => known?,
    };
    Err(taken(out, known.last()))
}

fn taken(out: &Path, by: Option<&Origin>) -> Failure {
    let what = by.map_or_else(
        || "an experiment".to_string(),
        |origin| format!("the {} `{}`", origin.kind.name(), origin.name),
    );
    Failure::Error(format!(
        "{} holds the results of {what}\nhelp: choose another folder with --out, or move that one away",
        out.display()
    ))
}

fn short_hash(text: &str) -> String {
    let mut digits: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
    digits.truncate(DIGITS);
    digits
}

/// Returns the path of a file as seen from the current folder, the same however it was written.
fn from_here(file: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let absolute = std::path::absolute(file).unwrap_or_else(|_| file.to_path_buf());
    relative(&absolute, &here)
}

/// Returns the way from a folder to a file, both absolute, without looking at the disk.
fn relative(file: &Path, folder: &Path) -> String {
    let mut parts: Vec<Component<'_>> = Vec::new();
    for part in file.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let from: Vec<Component<'_>> = folder.components().collect();
    let common = parts.iter().zip(&from).take_while(|(a, b)| a == b).count();
    let up = from[common..].iter().map(|_| "..".to_string());
    let down = parts[common..].iter().map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_the_same_however_it_is_written() {
        let way = |file: &str| relative(Path::new(file), Path::new("/home/me/lab"));
        assert_eq!(way("/home/me/lab/a/race.toml"), "a/race.toml");
        assert_eq!(way("/home/me/lab/./b/../a/race.toml"), "a/race.toml");
        assert_eq!(way("/home/you/race.toml"), "../../you/race.toml");
    }

    #[test]
    fn folders_tell_commands_files_and_words_apart() {
        let folder = |command, file: Option<&'static str>, words: &[&'static str]| {
            Job { command, file: file.map(Path::new), words: words.to_vec() }.folder()
        };
        let without_file = [
            folder("", None, &["notes"]),
            folder("tune", None, &["adam", "digits"]),
            folder("sweep", None, &["adam", "digits"]),
            folder("sweep", None, &["adam", "csv:a b.csv"]),
            folder("sweep", None, &["adam", "csv:a-b.csv"]),
        ];
        assert_eq!(without_file[0], Path::new("thalweg-out/notes"));
        assert_eq!(without_file[1], Path::new("thalweg-out/tune-adam-digits"));
        let with_file = [
            folder("", Some("race.toml"), &["race"]),
            folder("", Some("a/race.toml"), &["race"]),
            folder("", Some("notes.toml"), &["notes"]),
            folder("tune", Some("race.toml"), &["race", "adam"]),
            folder("tune", Some("race.toml"), &["race", "sgd"]),
            folder("", Some("tune-race-adam.toml"), &["tune-race-adam"]),
        ];
        let all: std::collections::BTreeSet<&PathBuf> = without_file.iter().chain(&with_file).collect();
        assert_eq!(all.len(), without_file.len() + with_file.len(), "{all:?}");
        assert!(with_file[0].to_string_lossy().starts_with("thalweg-out/race-"));
        assert_eq!(folder("", Some("./x/../race.toml"), &["race"]), with_file[0]);
        let long = "x".repeat(300);
        let long = Job { command: "", file: None, words: vec![&long] }.folder();
        assert!(long.to_string_lossy().len() < 100, "{long:?}");
    }

    #[test]
    fn files_of_one_name_have_folders_of_their_own() {
        let files = ["a/race.toml", "b/race.toml", "b/other.toml"].map(PathBuf::from);
        let folders = folders_of(Path::new("out"), &files);
        assert_eq!(folders[2], Path::new("out/other"));
        assert_ne!(folders[0], folders[1]);
        assert!(folders[..2].iter().all(|one| one.to_string_lossy().starts_with("out/race-")), "{folders:?}");
        // The same file given twice has one folder.
        let twice = ["a/race.toml", "./a/race.toml"].map(PathBuf::from);
        assert_eq!(folders_of(Path::new("out"), &twice), [Path::new("out/race"); 2]);
    }
}
