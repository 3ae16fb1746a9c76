//! Every dataset by name. This one table drives loading, `thalweg data list`, the documentation and the suggestions for
//! mistyped names; `csv:PATH`, `npz:PATH`, `images:PATH` and `text:PATH` name the user's own files.

mod dataset_entry;

pub use dataset_entry::{DatasetEntry, Origin};

use std::path::Path;

use crate::dataset::Dataset;
use crate::error::DataError;
use crate::options::{Missing, Normalize, Options, Source};
use crate::{cifar, digits, image_files, image_folder, npz, synthetic, table, text};

const TEN_DIGITS: &[&str] = &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
const MADE_HERE: &str = "free to use: made by this program";

/// All datasets, those that need no files first.
pub static DATASETS: &[DatasetEntry] = &[
    DatasetEntry {
        name: "digits",
        title: "handwritten digits, 8x8 pixels",
        origin: Origin::Embedded,
        shape: &[8, 8],
        counts: [1077, 360, 360],
        classes: TEN_DIGITS,
        citation: "E. Alpaydin, C. Kaynak (1998). Optical Recognition of Handwritten Digits. UCI Machine Learning \
                   Repository. https://doi.org/10.24432/C50P49 (the copy of scikit-learn)",
        licence: "CC BY 4.0",
        is_here: always,
        load: digits::load,
    },
    DatasetEntry {
        name: "blobs",
        title: "round clouds of points around centres on a circle",
        origin: Origin::Synthetic,
        shape: &[2],
        counts: [600, 200, 200],
        classes: &["0", "1", "2"],
        citation: "after make_blobs of scikit-learn",
        licence: MADE_HERE,
        is_here: always,
        load: synthetic::blobs,
    },
    DatasetEntry {
        name: "moons",
        title: "two interleaved half circles",
        origin: Origin::Synthetic,
        shape: &[2],
        counts: [600, 200, 200],
        classes: &["0", "1"],
        citation: "after make_moons of scikit-learn",
        licence: MADE_HERE,
        is_here: always,
        load: synthetic::moons,
    },
    DatasetEntry {
        name: "spirals",
        title: "interleaved spiral arms",
        origin: Origin::Synthetic,
        shape: &[2],
        counts: [600, 200, 200],
        classes: &["0", "1", "2"],
        citation: "after the spiral of CS231n, https://cs231n.github.io/neural-networks-case-study/",
        licence: MADE_HERE,
        is_here: always,
        load: synthetic::spirals,
    },
    DatasetEntry {
        name: "text",
        title: "a short text about a river, character by character",
        origin: Origin::Embedded,
        shape: &[64],
        counts: [57, 6, 6],
        classes: &[],
        citation: "written for Thalweg",
        licence: MADE_HERE,
        is_here: always,
        load: text::embedded,
    },
    DatasetEntry {
        name: "mnist",
        title: "handwritten digits, 28x28 pixels",
        origin: Origin::Files,
        shape: &[28, 28],
        counts: [55_000, 5_000, 10_000],
        classes: TEN_DIGITS,
        citation: "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner (1998). Gradient-based learning applied to document \
                   recognition. Proceedings of the IEEE 86(11). http://yann.lecun.com/exdb/mnist/",
        licence: "CC BY-SA 3.0",
        is_here: image_files::is_here,
        load: image_files::load,
    },
    DatasetEntry {
        name: "fashion-mnist",
        title: "pictures of clothes, 28x28 pixels",
        origin: Origin::Files,
        shape: &[28, 28],
        counts: [55_000, 5_000, 10_000],
        classes: &[
            "T-shirt/top",
            "Trouser",
            "Pullover",
            "Dress",
            "Coat",
            "Sandal",
            "Shirt",
            "Sneaker",
            "Bag",
            "Ankle boot",
        ],
        citation: "H. Xiao, K. Rasul, R. Vollgraf (2017). Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine \
                   Learning Algorithms. https://arxiv.org/abs/1708.07747",
        licence: "MIT",
        is_here: image_files::is_here,
        load: image_files::load,
    },
    DatasetEntry {
        name: "kmnist",
        title: "cursive Japanese characters (Kuzushiji), 28x28 pixels",
        origin: Origin::Files,
        shape: &[28, 28],
        counts: [55_000, 5_000, 10_000],
        classes: &["お o", "き ki", "す su", "つ tsu", "な na", "は ha", "ま ma", "や ya", "れ re", "を wo"],
        citation: "T. Clanuwat et al. (2018). Deep Learning for Classical Japanese Literature. \
                   https://arxiv.org/abs/1812.01718; KMNIST dataset created by CODH, adapted from the Kuzushiji Dataset \
                   created by NIJL and others, https://doi.org/10.20676/00000341",
        licence: "CC BY-SA 4.0",
        is_here: image_files::is_here,
        load: image_files::load,
    },
    DatasetEntry {
        name: "cifar10",
        title: "photographs of ten things, 32x32 pixels in colour",
        origin: Origin::Files,
        shape: &[3, 32, 32],
        counts: [45_000, 5_000, 10_000],
        classes: &["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
        citation: "A. Krizhevsky (2009). Learning Multiple Layers of Features from Tiny Images. Technical report, University of Toronto. \
                   https://www.cs.toronto.edu/~kriz/cifar.html",
        licence: "none stated; its author asks to cite the report",
        is_here: cifar::is_here,
        load: cifar::load,
    },
];

fn always(_: &DatasetEntry, _: &Source) -> bool {
    true
}

/// Returns the entry called `name`, or an error that suggests the nearest.
pub fn entry(name: &str) -> Result<&'static DatasetEntry, DataError> {
    DATASETS.iter().find(|entry| entry.name == name).ok_or_else(|| DataError::UnknownDataset {
        name: name.into(),
        hint: thalweg_kit::hint(
            name,
            DATASETS.iter().map(|entry| entry.name).chain([
                "csv:PATH",
                "npz:PATH",
                "images:PATH",
                "text:PATH",
            ]),
        ),
    })
}

/// Loads a dataset: a name of [`DATASETS`], `csv:PATH`, `npz:PATH`, `images:PATH` or `text:PATH`, a path that ends in `.csv`, `.tsv` or
/// `.npz`, or a folder of images.
pub fn load(name: &str, options: &Options, source: &Source) -> Result<Dataset, DataError> {
    if let Some(folder) = source.data_dir.as_ref().filter(|folder| !folder.is_dir()) {
        return Err(DataError::NoFolder { folder: folder.clone() });
    }
    if let (Some(_), Some(1..)) = (&options.group, options.validation) {
        return Err(DataError::Options {
            name: name.into(),
            message: "`validation` counts examples and would cut groups apart; leave it out, or set it to 0 (--validation)".into(),
        });
    }
    match name.split_once(':') {
        Some(("csv", path)) => table::load(Path::new(path), options),
        Some(("npz", path)) => npz::load(Path::new(path), options),
        Some(("images", path)) => load_images(Path::new(path), options),
        Some(("text", path)) => text::load(Path::new(path), options),
        _ => match Path::new(name).extension().and_then(|ending| ending.to_str()) {
            Some(ending) if ["csv", "tsv"].iter().any(|table| ending.eq_ignore_ascii_case(table)) => {
                table::load(Path::new(name), options)
            }
            Some(ending) if ending.eq_ignore_ascii_case("npz") => npz::load(Path::new(name), options),
            _ if !is_known(name) && Path::new(name).is_dir() => load_images(Path::new(name), options),
            _ => {
                let entry = entry(name)?;
                let key_of_images =
                    (!options.images.is_default()).then_some("image_size` or `image_channels");
                if let Some(key) = key_of_files(options).or(key_of_images) {
                    return Err(DataError::Options {
                        name: name.into(),
                        message: format!("`{key}` is for data of your own; leave it out"),
                    });
                }
                (entry.load)(entry, options, source)
            }
        },
    }
}

fn is_known(name: &str) -> bool {
    DATASETS.iter().any(|entry| entry.name == name)
}

fn load_images(folder: &Path, options: &Options) -> Result<Dataset, DataError> {
    match key_of_files(options) {
        None => image_folder::load(folder, options),
        Some(key) => Err(DataError::Options {
            name: format!("images:{}", folder.display()),
            message: format!("`{key}` is for tables and arrays; leave it out"),
        }),
    }
}

/// Returns a key that only files of the user's have.
fn key_of_files(options: &Options) -> Option<&'static str> {
    let table = &options.table;
    let given = [
        ("normalize", matches!(options.normalize, Normalize::Standard | Normalize::MinMax)),
        ("target", options.target.is_some()),
        ("target_kind", options.target_kind.is_some()),
        ("group", options.group.is_some()),
        ("ignore", !table.ignore.is_empty()),
        ("missing", table.missing != Missing::Refuse),
        ("separator", table.separator.is_some()),
        ("decimal", table.decimal.is_some()),
        ("header", table.header.is_some()),
    ];
    given.into_iter().find(|(_, given)| *given).map(|(key, _)| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_that_needs_no_files_is_what_its_entry_says() {
        for entry in DATASETS.iter().filter(|entry| entry.origin != Origin::Files) {
            let options = Options { flatten: false, ..Options::default() };
            let set = load(entry.name, &options, &Source::default()).unwrap();
            assert_eq!(set.name, entry.name);
            assert_eq!(set.shape, entry.shape, "{}", entry.name);
            assert_eq!(
                [set.train.len(), set.validation.len(), set.test.len()],
                entry.counts,
                "{}",
                entry.name
            );
            // The classes of a text are its characters.
            if !entry.classes.is_empty() {
                assert_eq!(set.classes, entry.classes, "{}", entry.name);
            }
        }
    }

    #[test]
    fn names_are_unique_and_unknown_ones_suggest_the_nearest() {
        let mut names: Vec<_> = DATASETS.iter().map(|entry| entry.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), DATASETS.len());
        let text = load("digit", &Options::default(), &Source::default()).unwrap_err().to_string();
        assert_eq!(text, "there is no dataset called `digit`; did you mean `digits`?");
        let text = load("imagenet", &Options::default(), &Source::default()).unwrap_err().to_string();
        assert!(
            text.ends_with("fashion-mnist, kmnist, cifar10, csv:PATH, npz:PATH, images:PATH, text:PATH"),
            "{text}"
        );
        for options in [
            Options { normalize: Normalize::MinMax, ..Options::default() },
            Options { target: Some("t".into()), ..Options::default() },
        ] {
            let text = load("digits", &options, &Source::default()).unwrap_err().to_string();
            assert!(text.contains("is for data of your own"), "{text}");
        }
        let grouped = Options { group: Some("a".into()), validation: Some(3), ..Options::default() };
        let text = load("csv:t.csv", &grouped, &Source::default()).unwrap_err().to_string();
        assert!(text.contains("would cut groups apart"), "{text}");
        let nowhere = Source { data_dir: Some("/nonexistent".into()) };
        let text = load("digits", &Options::default(), &nowhere).unwrap_err().to_string();
        assert!(text.starts_with("/nonexistent is no folder; `--data`"), "{text}");
    }
}
