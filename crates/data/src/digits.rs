//! The handwritten digits that travel inside the program: 1,797 images of 8x8 pixels.
//!
//! E. Alpaydin, C. Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine Learning Repository,
//! <https://doi.org/10.24432/C50P49>, CC BY 4.0; the copy of scikit-learn. `data/digits/` has the files and how they were made.

use crate::dataset::{Dataset, Image};
use crate::error::DataError;
use crate::idx::{self, IdxError};
use crate::image_files::from_bytes;
use crate::options::{Options, Source};
use crate::parts::{self, Parts};
use crate::registry::DatasetEntry;

const IMAGES: &[u8] = include_bytes!("../data/digits/images.idx.gz");
const LABELS: &[u8] = include_bytes!("../data/digits/labels.idx.gz");
/// The largest value a pixel has.
const WHITE: f32 = 16.0;
/// Fixes the split. Changing it changes every published figure on the digits.
const SPLIT_SEED: u64 = 0;

/// Loads the digits with their fixed, stratified split: 1,077 for training, 360 for validation, 360 for testing.
pub(crate) fn load(entry: &DatasetEntry, options: &Options, _: &Source) -> Result<Dataset, DataError> {
    let embedded = |cause: IdxError| DataError::Idx { path: "(embedded digits)".into(), cause };
    let images = idx::images(IMAGES).map_err(embedded)?;
    let labels = idx::labels(LABELS).map_err(embedded)?;
    let divisor = if options.normalize.is_on() { WHITE } else { 1.0 };
    let image = Image { height: images.height, width: images.width, white: WHITE / divisor };
    let all = from_bytes(images, &labels, divisor).map_err(DataError::examples(entry.name))?;
    let Parts { train, validation, test } = split(&labels);
    let dataset = Dataset {
        train: all.select(&train),
        validation: all.select(&validation),
        test: all.select(&test),
        shape: vec![image.height, image.width],
        image: Some(image),
        ..entry.empty_dataset()
    };
    dataset.finish(options)
}

fn split(labels: &[u8]) -> Parts {
    parts::stratified(&labels.iter().map(|label| u32::from(*label)).collect::<Vec<u32>>(), SPLIT_SEED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry;
    use sha2::{Digest, Sha256};

    fn load(options: Options) -> Dataset {
        registry::load("digits", &options, &Source::default()).unwrap()
    }

    fn counts(labels: &[u32]) -> [usize; 10] {
        let mut counts = [0; 10];
        labels.iter().for_each(|label| counts[*label as usize] += 1);
        counts
    }

    #[test]
    fn every_part_holds_its_share_of_every_class() {
        let digits = load(Options::default());
        assert_eq!((digits.train.len(), digits.validation.len(), digits.test.len()), (1077, 360, 360));
        assert_eq!(
            counts(digits.train.labels().unwrap()),
            [106, 108, 107, 109, 109, 110, 109, 107, 104, 108]
        );
        let fifth = [36, 37, 35, 37, 36, 36, 36, 36, 35, 36];
        assert_eq!(counts(digits.validation.labels().unwrap()), fifth);
        assert_eq!(counts(digits.test.labels().unwrap()), fifth);
        assert_eq!((digits.shape, digits.classes.len()), (vec![64], 10));
    }

    #[test]
    fn the_split_never_changes() {
        let labels = idx::labels(LABELS).unwrap();
        let parts = split(&labels);
        let mut hash = Sha256::new();
        for index in parts.train.iter().chain(&parts.validation).chain(&parts.test) {
            hash.update(index.to_le_bytes());
        }
        let sum: String = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(sum, "49f11482f90d1361");
    }

    #[test]
    fn the_first_image_of_the_source_is_the_zero_everyone_knows() {
        let images = idx::images(IMAGES).unwrap();
        assert_eq!(images.pixels[..8], [0, 0, 5, 13, 9, 1, 0, 0]);
        assert_eq!(images.pixels.iter().max(), Some(&16));
        assert_eq!(idx::labels(LABELS).unwrap()[..10], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }

    #[test]
    fn normalising_divides_by_sixteen() {
        let raw = load(Options { normalize: crate::Normalize::None, flatten: false, ..Options::default() });
        let unit = load(Options::default());
        assert_eq!(raw.shape, [8, 8]);
        assert_eq!((raw.image.unwrap().white, unit.image.unwrap().white), (16.0, 1.0));
        assert!(raw.train.inputs().iter().zip(unit.train.inputs()).all(|(raw, unit)| raw / 16.0 == *unit));
        assert_eq!(raw.train.inputs().iter().copied().fold(0.0, f32::max), 16.0);
    }
}
