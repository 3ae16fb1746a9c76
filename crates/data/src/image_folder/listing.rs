//! Which images a folder holds: their classes, and the parts they are in.
//!
//! Hidden files and what systems leave behind (`Thumbs.db`, `__MACOSX`) are passed over. Names are sorted, so that every machine lists a
//! folder in the same order.

use std::fs;
use std::path::{Path, PathBuf};

use super::error::ImageFolderError;

/// The names that a part's folder may have, in any case.
const PARTS: [(&str, &[&str]); 3] = [
    ("train", &["train", "training"]),
    ("validation", &["validation", "valid", "val"]),
    ("test", &["test", "testing"]),
];
/// Endings of images that can be read.
const READ: &[&str] = &["png", "jpg", "jpeg", "jpe", "jfif"];
/// Endings of other images.
const OTHER: &[&str] =
    &["gif", "bmp", "webp", "tif", "tiff", "heic", "heif", "avif", "ppm", "pgm", "jp2", "jxl"];
/// What systems leave in folders.
const LEFT_BEHIND: &[&str] = &["Thumbs.db", "desktop.ini", "__MACOSX"];

/// An image and its class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ImageFile {
    pub(super) path: PathBuf,
    pub(super) label: u32,
}

/// The images of a folder.
#[derive(Debug, Clone)]
pub(super) struct Listing {
    /// The classes, sorted.
    pub(super) classes: Vec<String>,
    /// The images for training, validation and test; `None` where there is no such folder.
    pub(super) parts: [Option<Vec<ImageFile>>; 3],
    /// What is neither an image nor a folder of the classes or parts.
    pub(super) unused: Vec<PathBuf>,
}

/// What stands in a folder.
#[derive(Debug, Default)]
struct Contents {
    folders: Vec<(String, PathBuf)>,
    files: Vec<PathBuf>,
}

impl Contents {
    fn of(folder: &Path) -> Result<Contents, ImageFolderError> {
        let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let mut entries: Vec<(String, PathBuf)> = entries
            .map_err(ImageFolderError::list(folder))?
            .into_iter()
            .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()))
            .filter(|(name, _)| !name.starts_with('.') && !LEFT_BEHIND.contains(&name.as_str()))
            .collect();
        entries.sort();
        let (folders, files): (Vec<_>, Vec<_>) = entries.into_iter().partition(|(_, path)| path.is_dir());
        Ok(Contents { folders, files: files.into_iter().map(|(_, path)| path).collect() })
    }
}

impl Listing {
    pub(super) fn of(folder: &Path) -> Result<Listing, ImageFolderError> {
        let top = Contents::of(folder)?;
        let mut listing =
            Listing { classes: Vec::new(), parts: [const { None }; 3], unused: top.files.clone() };
        if is_cut(&top)? {
            let mut parts: [Option<&Path>; 3] = [None; 3];
            for (name, path) in &top.folders {
                match part_of(name) {
                    Some(part) if parts[part].is_none() => parts[part] = Some(path),
                    _ => listing.unused.push(path.clone()),
                }
            }
            for (part, path) in parts.into_iter().enumerate() {
                if let Some(path) = path {
                    listing.add(part, Contents::of(path)?)?;
                }
            }
        } else {
            listing.add(0, top)?;
        }
        match &listing.classes[..] {
            [] => Err(ImageFolderError::NoClasses),
            [one] => Err(ImageFolderError::OneClass(one.clone())),
            _ => Ok(listing),
        }
    }

    /// Returns the images of a folder without folders, whose classes are not known; `None` of any other.
    pub(super) fn without_classes(folder: &Path) -> Result<Option<Listing>, ImageFolderError> {
        let Contents { folders, files } = Contents::of(folder)?;
        let (images, unused): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|path| READ.contains(&ending(path).as_str()));
        if !folders.is_empty() || images.is_empty() {
            return Ok(None);
        }
        let images = images.into_iter().map(|path| ImageFile { path, label: 0 }).collect();
        Ok(Some(Listing { classes: Vec::new(), parts: [None, None, Some(images)], unused }))
    }

    /// Adds the folders of classes of a part. Those of training come first and settle the classes.
    fn add(&mut self, part: usize, contents: Contents) -> Result<(), ImageFolderError> {
        let mut files = Vec::new();
        let mut others = Vec::new();
        for (class, path) in contents.folders {
            let label = match self.classes.iter().position(|known| *known == class) {
                Some(label) => label,
                None if part == 0 => {
                    self.classes.push(class.clone());
                    self.classes.len() - 1
                }
                None => return Err(ImageFolderError::OtherClass { part: PARTS[part].0, class }),
            };
            let within = Contents::of(&path)?;
            if let Some((name, _)) = within.folders.first() {
                return Err(ImageFolderError::TooDeep(format!("{class}/{name}")));
            }
            let before = files.len();
            for path in within.files {
                match ending(&path) {
                    ending if READ.contains(&ending.as_str()) => {
                        files.push(ImageFile { path, label: label as u32 });
                    }
                    ending if OTHER.contains(&ending.as_str()) => others.push(path),
                    _ => self.unused.push(path),
                }
            }
            if files.len() == before && others.is_empty() {
                return Err(ImageFolderError::NoImages(class));
            }
        }
        if let Some(first) = others.first() {
            return Err(ImageFolderError::OtherFormat { count: others.len(), first: first.clone() });
        }
        self.parts[part] = Some(files);
        Ok(())
    }

    /// Returns the images of all parts.
    pub(super) fn files(&self) -> impl Iterator<Item = &ImageFile> {
        self.parts.iter().flatten().flatten()
    }
}

/// Returns whether the folders are parts: one of them is that of training, and holds folders itself. A class may be called `train`.
fn is_cut(top: &Contents) -> Result<bool, ImageFolderError> {
    match top.folders.iter().find(|(name, _)| part_of(name) == Some(0)) {
        Some((_, path)) => Ok(!Contents::of(path)?.folders.is_empty()),
        None => Ok(false),
    }
}

fn part_of(name: &str) -> Option<usize> {
    PARTS.iter().position(|(_, names)| names.iter().any(|known| known.eq_ignore_ascii_case(name)))
}

fn ending(path: &Path) -> String {
    path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default()
}
