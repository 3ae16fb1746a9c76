//! A fresh clone of the repository, removed in the end.

use crate::process;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A fresh clone in a temporary folder; removed when it is dropped.
pub(crate) struct FreshClone {
    folder: PathBuf,
    pub(crate) commit: String,
}

impl FreshClone {
    /// Clones the repository in `root` at a commit.
    ///
    /// # Errors
    /// If Git fails.
    pub(crate) fn of(root: &Path, at: &str) -> Result<Self, String> {
        let commit = git(root, &["rev-parse", "--verify", "--quiet", &format!("{at}^{{commit}}")])
            .map_err(|_| format!("there is no commit `{at}`"))?;
        let commit = commit.trim().to_owned();
        let serial = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("thalweg-timings-{}-{serial}", std::process::id()));
        let clone = Self { folder, commit };
        let path = clone.folder.to_string_lossy().into_owned();
        git(root, &["clone", "--quiet", "--no-checkout", ".", &path])?;
        git(&clone.folder, &["checkout", "--quiet", "--detach", &clone.commit])?;
        Ok(clone)
    }

    /// Makes another clone of the same commit, in which nothing has been built.
    ///
    /// # Errors
    /// If Git fails.
    pub(crate) fn another(&self) -> Result<Self, String> {
        Self::of(&self.folder, &self.commit)
    }

    /// Returns the path of a file in the clone.
    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }

    /// Returns a command that runs Cargo in the clone, with a target folder of the clone's own.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        self.here(process::cargo(arguments))
    }

    /// Returns a command that runs a program in the clone.
    pub(crate) fn program(&self, name: &str, arguments: &[&str]) -> Command {
        self.here(process::program(name, arguments))
    }

    fn here(&self, mut command: Command) -> Command {
        command.current_dir(&self.folder);
        for inherited in ["CARGO_TARGET_DIR", "CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH"] {
            command.env_remove(inherited);
        }
        command
    }
}

impl Drop for FreshClone {
    fn drop(&mut self) {
        // Nothing can be done about what is left of a temporary folder.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

static NEXT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);

fn git(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    process::output(process::program("git", arguments).current_dir(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A repository with one file and two commits.
    fn repository() -> PathBuf {
        let serial = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("thalweg-repository-{}-{serial}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        git(&folder, &["init", "--quiet"]).unwrap();
        for text in ["first", "second"] {
            std::fs::write(folder.join("file"), text).unwrap();
            git(&folder, &["add", "."]).unwrap();
            let commit = ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", text];
            git(&folder, &commit).unwrap();
        }
        folder
    }

    #[test]
    fn a_commit_is_cloned_and_removed_again() {
        let repository = repository();
        std::fs::write(repository.join("file"), "not committed").unwrap();
        let read = |clone: &FreshClone| std::fs::read_to_string(clone.path("file")).unwrap();
        let first = FreshClone::of(&repository, "HEAD~1").unwrap();
        let second = FreshClone::of(&repository, "HEAD").unwrap();
        assert_eq!((read(&first).as_str(), read(&second).as_str()), ("first", "second"));
        assert_eq!(read(&first.another().unwrap()), "first");
        let left = first.path("");
        drop(first);
        assert!(!left.exists() && second.path("file").exists());
        assert_eq!(
            FreshClone::of(&repository, "nowhere").err().as_deref(),
            Some("there is no commit `nowhere`")
        );
        std::fs::remove_dir_all(repository).unwrap();
    }
}
