//! A dataset: what it is called, where it comes from, and its train, validation and test examples.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::error::DataError;
use crate::examples::{Examples, ExamplesError, TargetKind, Targets};
use crate::note::Note;
use crate::options::Options;
use crate::parts::{self, Parts};
use crate::split::CutError;
use crate::table::{Description, Encoding};

/// Everything a training run needs to know about its data.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// The name in the registry (`digits`), or the file's path form (`csv:iris.csv`).
    pub name: String,
    /// What it is, in a few words.
    pub title: String,
    /// Who to cite.
    pub citation: String,
    /// Under which terms it may be used.
    pub licence: String,
    /// The shape of one example: `[28, 28]`, or `[784]` when flattened.
    pub shape: Vec<usize>,
    /// How to draw one example, for sets of images.
    pub image: Option<Image>,
    /// The classes in the order of their labels; empty for a regression.
    pub classes: Vec<String>,
    /// What the parameters are fitted to.
    pub train: Examples,
    /// What hyper-parameters are chosen on; may be empty.
    pub validation: Examples,
    /// What is read once, at the end.
    pub test: Examples,
    /// Whether the targets are known. A trained network predicts examples without targets; they are all in the test part, and the
    /// targets there are 0.
    pub has_targets: bool,
    /// How a file of the user's was understood, to be said once; empty for known sets.
    pub understood: Vec<Note>,
    /// How a table was understood, at length.
    pub table: Option<Arc<Description>>,
    /// What has to be kept with the weights, because lines of a table become inputs by it.
    pub encoding: Option<Encoding>,
}

/// How to draw the numbers of one example.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Image {
    /// Rows of pixels.
    pub height: usize,
    /// Columns of pixels.
    pub width: usize,
    /// The value of full ink: 1 when normalised, else the largest pixel (255, or 16 for the digits).
    pub white: f32,
}

/// One of the three parts of a dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    /// The training part.
    Train,
    /// The validation part.
    Validation,
    /// The test part.
    Test,
}

impl fmt::Display for Split {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Split::Train => "train",
            Split::Validation => "validation",
            Split::Test => "test",
        })
    }
}

impl FromStr for Split {
    type Err = String;

    fn from_str(text: &str) -> Result<Split, String> {
        match text {
            "train" => Ok(Split::Train),
            "validation" => Ok(Split::Validation),
            "test" => Ok(Split::Test),
            other => Err(format!("there is no split called `{other}`; there are: train, validation, test")),
        }
    }
}

impl Dataset {
    /// Returns the number of features: numbers in one input.
    pub fn features(&self) -> usize {
        self.train.features()
    }

    /// Returns the number of outputs that a model needs: one a class, or the width of the values of a regression.
    pub fn outputs(&self) -> usize {
        match self.train.targets() {
            Targets::Labels(_) | Targets::Sequences { .. } => self.classes.len(),
            Targets::Values { width, .. } => *width,
        }
    }

    /// Returns the kind of the targets.
    pub fn target_kind(&self) -> TargetKind {
        match self.train.targets() {
            Targets::Labels(_) => TargetKind::Labels,
            Targets::Sequences { .. } => TargetKind::Sequences,
            Targets::Values { .. } if self.classes.is_empty() => TargetKind::Values,
            Targets::Values { .. } => TargetKind::OneHot,
        }
    }

    /// Returns one of the three parts.
    pub fn part(&self, split: Split) -> &Examples {
        match split {
            Split::Train => &self.train,
            Split::Validation => &self.validation,
            Split::Test => &self.test,
        }
    }

    /// Returns a digest that identifies the numbers, whatever the dataset is called and wherever it came from: the SHA-256 (64
    /// hexadecimal digits) of all inputs and targets, bit by bit, part by part. It takes about 0.15 s for MNIST's 200 MB if the
    /// processor has instructions for SHA-256.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for (_, examples) in self.parts() {
            hash.update((examples.len() as u64).to_le_bytes());
            hash.update((examples.features() as u64).to_le_bytes());
            for index in 0..examples.len() {
                absorb(&mut hash, &examples.input(index), |value| value.to_le_bytes());
            }
            match examples.targets() {
                Targets::Labels(labels) => {
                    hash.update([0]);
                    absorb(&mut hash, labels, |label| label.to_le_bytes());
                }
                Targets::Values { values, width } => {
                    hash.update([1]);
                    hash.update((*width as u64).to_le_bytes());
                    absorb(&mut hash, values, |value| value.to_le_bytes());
                    for (centre, width) in examples.target_scales() {
                        hash.update(centre.to_le_bytes());
                        hash.update(width.to_le_bytes());
                    }
                }
                Targets::Sequences { labels, width } => {
                    hash.update([2]);
                    hash.update((*width as u64).to_le_bytes());
                    absorb(&mut hash, labels, |label| label.to_le_bytes());
                }
            }
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Refuses what cannot be trained on: an empty train or test part, parts that differ in width, labels without a class, NaN
    /// and infinity. The message names part, row and column.
    pub fn check(&self) -> Result<(), ExamplesError> {
        for (part, examples) in self.parts() {
            if examples.is_empty() && part != "validation" && (self.has_targets || part == "test") {
                return Err(ExamplesError::Empty { part });
            }
            if examples.features() != self.features() {
                return Err(ExamplesError::Ragged {
                    numbers: examples.len() * examples.features(),
                    features: self.features(),
                });
            }
            examples.check_labels(part, self.classes.len())?;
            examples.check_finite(part)?;
        }
        Ok(())
    }

    fn parts(&self) -> [(&'static str, &Examples); 3] {
        [("train", &self.train), ("validation", &self.validation), ("test", &self.test)]
    }

    /// Finishes the dataset, as the last stage of every loader: runs the checks, then applies the options that mean the same
    /// for all sets.
    pub(crate) fn finish(mut self, options: &Options) -> Result<Dataset, DataError> {
        if let Some(held_out) = options.validation {
            self.hold_out(held_out)?;
        }
        self.finish_as_cut(options)
    }

    /// Finishes a dataset whose loader has cut the parts as the options want them.
    pub(crate) fn finish_as_cut(mut self, options: &Options) -> Result<Dataset, DataError> {
        self.check().map_err(DataError::examples(&self.name))?;
        if options.flatten {
            self.shape = vec![self.features()];
        }
        let sequences = self.target_kind() == TargetKind::Sequences;
        if options.one_hot_label && !self.classes.is_empty() && !sequences {
            let classes = self.classes.len();
            for part in [&mut self.train, &mut self.validation, &mut self.test] {
                *part = part.one_hot(classes).map_err(DataError::examples(&self.name))?;
            }
        }
        Ok(self)
    }

    /// Makes the last `count` examples of train and validation together the validation part.
    fn hold_out(&mut self, count: usize) -> Result<(), DataError> {
        let pool =
            if self.validation.is_empty() { self.train.clone() } else { join(&self.train, &self.validation) };
        if count >= pool.len() {
            let message = CutError::TooMany { count, pool: pool.len() }.to_string();
            return Err(DataError::Options { name: self.name.clone(), message });
        }
        let kept = pool.len() - count;
        self.train = pool.slice(0..kept);
        self.validation = pool.slice(kept..pool.len());
        Ok(())
    }
}

/// Hashes numbers a block at a time: one at a time would cost more than the hash.
fn absorb<T: Copy>(hash: &mut Sha256, values: &[T], bytes: impl Fn(T) -> [u8; 4]) {
    let mut block = Vec::with_capacity(4 * 4096);
    for values in values.chunks(4096) {
        block.clear();
        block.extend(values.iter().flat_map(|&value| bytes(value)));
        hash.update(&block);
    }
}

/// Cuts examples into train, validation and test parts, class by class if there are labels.
pub(crate) fn cut(all: &Examples, seed: u64) -> [Examples; 3] {
    let Parts { train, validation, test } = parts::stratified(&classes_of(all), seed);
    [all.select(&train), all.select(&validation), all.select(&test)]
}

/// Returns the class of each example; they are all of one class if they have no labels.
pub(crate) fn classes_of(examples: &Examples) -> Vec<u32> {
    examples.labels().map_or_else(|_| vec![0; examples.len()], <[u32]>::to_vec)
}

/// The rows of `first`, then those of `second`. Both come from one loader, so their targets are of one kind.
pub(crate) fn join(first: &Examples, second: &Examples) -> Examples {
    let targets = match (first.targets(), second.targets()) {
        (Targets::Labels(a), Targets::Labels(b)) => Targets::Labels([&a[..], &b[..]].concat().into()),
        (Targets::Values { values: a, width }, Targets::Values { values: b, .. }) => {
            Targets::Values { values: [&a[..], &b[..]].concat().into(), width: *width }
        }
        (Targets::Sequences { labels: a, width }, Targets::Sequences { labels: b, .. }) => {
            Targets::Sequences { labels: [&a[..], &b[..]].concat().into(), width: *width }
        }
        _ => unreachable!("train and validation targets of one dataset are of one kind"),
    };
    let inputs = [first.inputs(), second.inputs()].concat();
    let joined = Examples::new(inputs, first.features(), targets).expect("two whole parts make a whole");
    match (first.values(), second.values()) {
        (Some(a), Some(b)) if !first.target_scales().is_empty() => {
            joined.with_values(&[a, b].concat(), first.target_scales())
        }
        _ => joined,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(first: u32, count: u32) -> Examples {
        let inputs: Vec<f32> = (first..first + count).map(|value| value as f32).collect();
        Examples::new(inputs, 1, Targets::Labels((first..first + count).map(|value| value % 2).collect()))
            .unwrap()
    }

    fn small() -> Dataset {
        Dataset {
            name: "small".into(),
            title: String::new(),
            citation: String::new(),
            licence: String::new(),
            shape: vec![1, 1],
            image: None,
            classes: vec!["even".into(), "odd".into()],
            train: part(0, 6),
            validation: part(6, 2),
            test: part(8, 2),
            has_targets: true,
            understood: Vec::new(),
            table: None,
            encoding: None,
        }
    }

    #[test]
    fn the_validation_part_is_the_end_of_the_training_pool() {
        let options = Options { validation: Some(3), ..Options::default() };
        let dataset = small().finish(&options).unwrap();
        assert_eq!(dataset.train.inputs(), [0., 1., 2., 3., 4.]);
        assert_eq!(dataset.validation.inputs(), [5., 6., 7.]);
        assert_eq!(dataset.validation.labels().unwrap(), [1, 0, 1]);
        assert_eq!(dataset.shape, [1]);
        let all = small().finish(&Options { validation: Some(0), ..Options::default() }).unwrap();
        assert_eq!((all.train.len(), all.validation.len()), (8, 0));
        let error = small().finish(&Options { validation: Some(8), ..Options::default() }).unwrap_err();
        assert!(error.to_string().contains("at most 7"), "{error}");
    }

    #[test]
    fn the_digest_sees_every_bit_and_no_name() {
        let digest = small().digest();
        assert_eq!(digest.len(), 64);
        assert_eq!(Dataset { name: "other".into(), title: "x".into(), ..small() }.digest(), digest);
        let inputs = |last: f32| Examples::new(vec![8.0, last], 1, Targets::Labels([0, 1].into())).unwrap();
        assert_eq!(Dataset { test: inputs(9.0), ..small() }.digest(), digest);
        let relabelled = Examples::new(vec![8.0, 9.0], 1, Targets::Labels([1, 1].into())).unwrap();
        for other in [
            Dataset { test: inputs(f32::from_bits(9.0_f32.to_bits() + 1)), ..small() },
            Dataset { test: relabelled, ..small() },
            // The same rows, cut elsewhere.
            Dataset { train: part(0, 5), validation: part(5, 3), ..small() },
        ] {
            assert_ne!(other.digest(), digest);
        }
    }

    #[test]
    fn one_hot_changes_the_kind_of_targets_everywhere() {
        assert_eq!((small().target_kind(), small().outputs()), (TargetKind::Labels, 2));
        let hot = small().finish(&Options { one_hot_label: true, ..Options::default() }).unwrap();
        assert_eq!((hot.target_kind(), hot.outputs()), (TargetKind::OneHot, 2));
        assert_eq!(hot.test.label(1), Some(1));
    }

    #[test]
    fn bad_data_are_named_by_part_row_and_column() {
        let mut dataset = small();
        dataset.test = Examples::new(vec![1.0, f32::NAN], 1, Targets::Labels(vec![0, 0].into())).unwrap();
        let text = dataset.finish(&Options::default()).unwrap_err().to_string();
        assert!(text.starts_with("small: the test inputs hold NaN in row 1, column 0"), "{text}");

        let mut dataset = small();
        dataset.train = dataset.train.slice(0..0);
        let text = dataset.finish(&Options::default()).unwrap_err().to_string();
        assert_eq!(text, "small: the train part is empty; it needs at least one example");
    }

    #[test]
    fn split_names_are_read_in_full() {
        assert_eq!("validation".parse(), Ok(Split::Validation));
        assert!("valid".parse::<Split>().unwrap_err().contains("train, validation, test"));
    }
}
