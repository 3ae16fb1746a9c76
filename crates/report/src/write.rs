//! The page and its data in files. Each file appears whole or not at all: a reader, or an interrupted run, never meets
//! half a page.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use crate::{Page, ReportError};

impl Page {
    /// Writes `report.html` into `folder` (made if need be), and for other programs the data of the figures as CSV files beside
    /// it; the page has them inside. Returns the path of the page.
    ///
    /// # Errors
    /// [`ReportError::Folder`] or [`ReportError::File`]; what was there before is untouched where a file could not be written.
    pub fn write(&self, folder: &Path) -> Result<PathBuf, ReportError> {
        can_draw()?;
        make_folder(folder)?;
        let files = self.files();
        let names = distinct(files.iter().map(|(name, _)| name.as_str()));
        for (name, (_, content)) in names.iter().zip(&files) {
            replace(&folder.join(name), content)?;
        }
        let path = folder.join("report.html");
        replace(&path, &self.html())?;
        Ok(path)
    }

    /// Writes the page alone to `path`, with the data of the figures inside it.
    ///
    /// # Errors
    /// [`ReportError::Folder`] or [`ReportError::File`]; what was there before is untouched.
    pub fn write_file(&self, path: &Path) -> Result<(), ReportError> {
        can_draw()?;
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            make_folder(folder)?;
        }
        replace(path, &self.html())
    }
}

/// Whether a file that begins with `head` is a page of this program.
pub fn is_page(head: &[u8]) -> bool {
    let head = String::from_utf8_lossy(head);
    head.starts_with("<!doctype html>") && head.contains("name=\"generator\" content=\"thalweg ")
}

/// Checks that this program holds what draws figures.
fn can_draw() -> Result<(), ReportError> {
    if cfg!(feature = "plotly-js") { Ok(()) } else { Err(ReportError::NoScript) }
}

fn make_folder(folder: &Path) -> Result<(), ReportError> {
    fs::create_dir_all(folder).map_err(|source| ReportError::Folder { path: folder.to_owned(), source })
}

fn replace(path: &Path, content: &str) -> Result<(), ReportError> {
    thalweg_kit::write_atomically(path, |file| file.write_all(content.as_bytes()))
        .map_err(|source| ReportError::File { path: path.to_owned(), source })
}

/// File names made distinct: `a.csv`, `a-2.csv`, …
fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut taken: Vec<String> = Vec::new();
    for name in names {
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "csv"));
        let mut candidate = name.to_owned();
        let mut number = 2;
        // Some file systems do not tell capitals from small letters.
        while taken.iter().any(|one| one.to_lowercase() == candidate.to_lowercase()) {
            candidate = format!("{stem}-{number}.{ending}");
            number += 1;
        }
        taken.push(candidate);
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_recognised_by_its_beginning() {
        let page = Page::new(crate::Language::Korean, "a title").html();
        assert!(is_page(&page.as_bytes()[..1000]));
        assert!(!is_page(b"<!doctype html>\n<html lang=\"en\"><p>somebody's") && !is_page(b""));
    }

    #[test]
    fn equal_names_are_numbered() {
        assert_eq!(
            distinct(["a.csv", "b.csv", "a.csv", "A.csv"].into_iter()),
            ["a.csv", "b.csv", "a-2.csv", "A-3.csv"]
        );
    }

    #[test]
    fn a_failed_write_leaves_the_old_file_and_no_rubbish() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let target = folder.path().join("report.html");
        // A folder with something in it cannot be replaced by a file.
        fs::create_dir_all(target.join("inside")).expect("a folder");
        let error = replace(&target, "new").expect_err("a folder is in the way");
        assert!(error.to_string().starts_with("cannot write "), "{error}");
        assert!(target.join("inside").exists());
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 1);
    }
}
