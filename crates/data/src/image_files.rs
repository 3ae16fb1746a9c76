//! Sets of images in the four files of the MNIST family.

use std::path::Path;
use std::{fs, slice};

use crate::dataset::{Dataset, Image};
use crate::error::DataError;
use crate::examples::{Examples, Targets};
use crate::fetch::{RemoteFile, SOURCES};
pub use crate::file_search::{FILES, search_path, user_cache};
use crate::file_search::{find, partly_there};
use crate::idx::{self, IdxError};
use crate::note::Note;
use crate::options::{Options, Source};
use crate::registry::DatasetEntry;

/// The training part that is kept for validation unless the options say otherwise: the last 5,000 images.
pub const USUAL_VALIDATION: usize = 5_000;

/// Returns whether the four files are on this machine.
pub(crate) fn is_here(entry: &DatasetEntry, source: &Source) -> bool {
    find(entry.name, source).is_some()
}

/// Loads a set of the MNIST family from the first folder that holds its four files.
pub(crate) fn load(entry: &DatasetEntry, options: &Options, source: &Source) -> Result<Dataset, DataError> {
    let Some([train_images, train_labels, test_images, test_labels]) = find(entry.name, source) else {
        return Err(match partly_there(entry.name, source) {
            Some((folder, lacking)) => {
                DataError::Incomplete { name: entry.name.into(), folder, lacking: lacking.join(", ") }
            }
            None => DataError::Missing { name: entry.name.into(), searched: search_path(source) },
        });
    };
    let mut check = Published::new(entry.name);
    let (train, image) = part(&train_images, &train_labels, options.normalize.is_on(), &mut check)?;
    let (test, test_image) = part(&test_images, &test_labels, options.normalize.is_on(), &mut check)?;
    if image != test_image {
        return Err(DataError::Options {
            name: entry.name.into(),
            message: format!(
                "training images are {}x{}, test images {}x{}; the files do not belong together",
                image.height, image.width, test_image.height, test_image.width
            ),
        });
    }
    let validation = options.validation.unwrap_or(USUAL_VALIDATION.min(train.len() / 5));
    let dataset = Dataset {
        validation: train.slice(0..0),
        train,
        test,
        shape: vec![image.height, image.width],
        image: Some(image),
        understood: check.note().into_iter().collect(),
        ..entry.empty_dataset()
    };
    dataset.finish(&Options { validation: Some(validation), ..options.clone() })
}

/// Tells whether the files that are read are those that are published.
struct Published {
    name: &'static str,
    /// What is published, in the order in which it is read.
    files: slice::Iter<'static, RemoteFile<'static>>,
    others: Vec<String>,
}

impl Published {
    fn new(name: &'static str) -> Self {
        let remote = SOURCES.iter().find(|remote| remote.name == name);
        Self { name, files: remote.map_or(&[][..], |remote| remote.files).iter(), others: Vec::new() }
    }

    fn read(&mut self, path: &Path) -> Result<Vec<u8>, DataError> {
        let bytes = fs::read(path).map_err(DataError::read(path))?;
        if self.files.next().and_then(|file| file.is_published(&bytes)) == Some(false) {
            self.others.push(path.display().to_string());
        }
        Ok(bytes)
    }

    fn note(self) -> Option<Note> {
        let (name, files) = (self.name, self.others.join(", "));
        (!files.is_empty()).then(|| {
            Note::new(
                format!(
                    "the SHA-256 of {files} is not that of the published file; if that is not intended, remove it and run \
                     `thalweg data get {name}`"
                ),
                format!(
                    "{files}의 SHA-256이 공개된 파일의 값과 다릅니다. 의도한 것이 아니라면 파일을 지우고 \
                     `thalweg data get {name}`을 실행하세요"
                ),
            )
        })
    }
}

/// Reads the images and labels of one part.
fn part(
    images: &Path,
    labels: &Path,
    normalize: bool,
    published: &mut Published,
) -> Result<(Examples, Image), DataError> {
    let image_bytes = published.read(images)?;
    let label_bytes = published.read(labels)?;
    let in_images = |cause| DataError::Idx { path: images.to_path_buf(), cause };
    let in_labels = |cause| DataError::Idx { path: labels.to_path_buf(), cause };
    let pictures = idx::images(&image_bytes).map_err(in_images)?;
    let classes = idx::labels(&label_bytes).map_err(in_labels)?;
    if pictures.count != classes.len() {
        return Err(in_labels(IdxError::CountMismatch { images: pictures.count, labels: classes.len() }));
    }
    let image =
        Image { height: pictures.height, width: pictures.width, white: if normalize { 1.0 } else { 255.0 } };
    let examples = from_bytes(pictures, &classes, if normalize { 255.0 } else { 1.0 })
        .map_err(DataError::examples(images.display().to_string()))?;
    Ok((examples, image))
}

/// Creates examples from bytes: every pixel is divided by `divisor`.
pub(crate) fn from_bytes(
    images: idx::Images<'_>,
    labels: &[u8],
    divisor: f32,
) -> Result<Examples, crate::examples::ExamplesError> {
    let targets = Targets::Labels(labels.iter().map(|label| u32::from(*label)).collect());
    Examples::from_bytes(images.pixels.into_owned(), divisor, images.height * images.width, targets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry;

    /// A tiny set in the layout of MNIST: `train` and `test` images of 2x2.
    fn write_set(folder: &Path, train: usize, test: usize) {
        fs::create_dir_all(folder).unwrap();
        for (part, count) in [("train", train), ("t10k", test)] {
            let mut images = vec![0, 0, 8, 3, 0, 0, 0, count as u8, 0, 0, 0, 2, 0, 0, 0, 2];
            images.extend((0..count * 4).map(|pixel| pixel as u8));
            fs::write(folder.join(format!("{part}-images-idx3-ubyte")), images).unwrap();
            let mut labels = vec![0, 0, 8, 1, 0, 0, 0, count as u8];
            labels.extend((0..count).map(|label| (label % 10) as u8));
            fs::write(folder.join(format!("{part}-labels-idx1-ubyte")), labels).unwrap();
        }
    }

    fn source(folder: &Path) -> Source {
        Source { data_dir: Some(folder.to_path_buf()) }
    }

    #[test]
    fn a_set_is_found_in_its_own_folder_or_directly_in_the_one_named() {
        let folder = tempfile::tempdir().unwrap();
        write_set(&folder.path().join("kmnist"), 20, 3);
        let set = registry::load("kmnist", &Options::default(), &source(folder.path())).unwrap();
        assert_eq!((set.train.len(), set.validation.len(), set.test.len()), (16, 4, 3));
        assert_eq!(set.shape, [4]);
        assert_eq!(*set.train.input(1), [4. / 255., 5. / 255., 6. / 255., 7. / 255.]);
        assert_eq!(set.validation.label(0), Some(6));

        let raw = Options {
            normalize: crate::Normalize::None,
            flatten: false,
            validation: Some(0),
            ..Options::default()
        };
        let set = registry::load("kmnist", &raw, &source(&folder.path().join("kmnist"))).unwrap();
        assert_eq!((set.train.len(), set.validation.len()), (20, 0));
        assert_eq!(set.shape, [2, 2]);
        assert_eq!(*set.train.input(1), [4., 5., 6., 7.]);
        assert_eq!(set.image, Some(Image { height: 2, width: 2, white: 255.0 }));
    }

    #[test]
    fn files_that_are_not_the_published_ones_are_named() {
        let folder = tempfile::tempdir().unwrap();
        write_set(folder.path(), 20, 3);
        let load =
            |name| registry::load(name, &Options::default(), &source(folder.path())).unwrap().understood;
        let [note] = &load("mnist")[..] else { panic!("one note for the set") };
        for file in FILES {
            assert!(note.en.contains(file) && note.ko.contains(file), "{} {}", note.en, note.ko);
        }
        assert!(note.en.contains("remove it and run `thalweg data get mnist`"), "{}", note.en);
        // What KMNIST's files hold when unzipped is not known.
        assert_eq!(load("kmnist"), []);
    }

    #[test]
    fn a_missing_set_lists_the_folders_searched() {
        let folder = tempfile::tempdir().unwrap();
        let error = registry::load("kmnist", &Options::default(), &source(folder.path())).unwrap_err();
        let text = error.to_string();
        assert!(text.contains(&folder.path().display().to_string()), "{text}");
        assert!(text.contains("thalweg data get kmnist"), "{text}");
    }

    #[test]
    fn files_that_do_not_belong_together_are_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        write_set(folder.path(), 20, 3);
        let path = |name: &str| folder.path().join(name);
        let labels = fs::read(path(FILES[1])).unwrap();
        fs::copy(path(FILES[3]), path(FILES[1])).unwrap();
        let load =
            || registry::load("kmnist", &Options::default(), &source(folder.path())).unwrap_err().to_string();
        assert!(load().contains("train-labels-idx1-ubyte: there are 20 images but 3 labels"), "{}", load());
        fs::write(path(FILES[1]), labels).unwrap();
        fs::copy(path(FILES[1]), path(FILES[0])).unwrap();
        assert!(load().contains("are the two files swapped?"), "{}", load());
    }

    #[test]
    fn a_label_without_a_class_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        write_set(folder.path(), 20, 3);
        let path = folder.path().join(FILES[3]);
        let mut labels = fs::read(&path).unwrap();
        labels[9] = 12;
        fs::write(&path, labels).unwrap();
        let text =
            registry::load("kmnist", &Options::default(), &source(folder.path())).unwrap_err().to_string();
        assert!(text.contains("the test label in row 1 (counted from 0) is 12"), "{text}");
    }
}
