//! Inputs with their targets, and the copying of chosen rows into a batch.

mod bytes;
mod error;
mod rows;

pub use error::ExamplesError;

use bytes::Bytes;
use rows::gather;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// What the examples should be mapped to.
#[derive(Debug, Clone, PartialEq)]
pub enum Targets {
    /// One class index an example.
    Labels(Arc<[u32]>),
    /// `width` numbers an example, row-major: one-hot rows, or the values of a regression.
    Values {
        /// All rows, one after the other: `[examples, width]`.
        values: Arc<[f32]>,
        /// Numbers in one row, at least 1.
        width: usize,
    },
    /// `width` class indices an example, row-major: the next token at each place.
    Sequences {
        /// All rows, one after the other: `[examples, width]`.
        labels: Arc<[u32]>,
        /// Class indices in one row, at least 1.
        width: usize,
    },
}

/// How the targets of a dataset are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TargetKind {
    /// Class indices.
    Labels,
    /// Rows of 0 with a single 1 at the class index.
    OneHot,
    /// Numbers to be predicted (regression).
    Values,
    /// A row of class indices, one for each place of the input.
    Sequences,
}

/// `[len, features]` inputs with one target each. Cloning and [`slice`](Examples::slice) share the inputs, they copy none.
#[derive(Debug, Clone)]
pub struct Examples {
    inputs: Inputs,
    /// Where the first row starts in `inputs`.
    start: usize,
    len: usize,
    features: usize,
    targets: Targets,
    /// What becomes 0 and 1 of each value of the targets, if they are scaled.
    target_scales: Arc<[(f64, f64)]>,
}

/// Rows of numbers, one after the other.
#[derive(Debug, Clone)]
enum Inputs {
    Numbers(Arc<[f32]>),
    Bytes(Arc<Bytes>),
}

impl Inputs {
    fn len(&self) -> usize {
        match self {
            Inputs::Numbers(numbers) => numbers.len(),
            Inputs::Bytes(bytes) => bytes.len(),
        }
    }
}

impl Targets {
    /// Returns the number of targets.
    pub fn len(&self) -> usize {
        match self {
            Targets::Labels(labels) => labels.len(),
            Targets::Values { values, width } => values.len() / (*width).max(1),
            Targets::Sequences { labels, width } => labels.len() / (*width).max(1),
        }
    }

    /// Returns whether there is no target.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn slice(&self, rows: Range<usize>) -> Targets {
        match self {
            Targets::Labels(labels) => Targets::Labels(labels[rows].into()),
            Targets::Values { values, width } => {
                Targets::Values { values: values[rows.start * width..rows.end * width].into(), width: *width }
            }
            Targets::Sequences { labels, width } => Targets::Sequences {
                labels: labels[rows.start * width..rows.end * width].into(),
                width: *width,
            },
        }
    }
}

impl Examples {
    /// Creates examples from row-major `inputs` (`[targets.len(), features]`) and their targets.
    pub fn new(
        inputs: impl Into<Arc<[f32]>>,
        features: usize,
        targets: Targets,
    ) -> Result<Examples, ExamplesError> {
        Examples::of(Inputs::Numbers(inputs.into()), features, targets)
    }

    /// Creates examples whose inputs are bytes divided by `divisor`. They stay bytes, a quarter of the memory, until
    /// [`inputs`](Self::inputs) asks for all numbers.
    pub(crate) fn from_bytes(
        bytes: Vec<u8>,
        divisor: f32,
        features: usize,
        targets: Targets,
    ) -> Result<Examples, ExamplesError> {
        let inputs = match Bytes::new(bytes, divisor) {
            Ok(bytes) => Inputs::Bytes(Arc::new(bytes)),
            Err(bytes) => Inputs::Numbers(bytes.iter().map(|byte| f32::from(*byte) / divisor).collect()),
        };
        Examples::of(inputs, features, targets)
    }

    fn of(inputs: Inputs, features: usize, targets: Targets) -> Result<Examples, ExamplesError> {
        if features == 0 || !inputs.len().is_multiple_of(features) {
            return Err(ExamplesError::Ragged { numbers: inputs.len(), features });
        }
        if let Targets::Values { values, width } = &targets
            && (*width == 0 || !values.len().is_multiple_of(*width))
        {
            return Err(ExamplesError::Ragged { numbers: values.len(), features: *width });
        }
        if let Targets::Sequences { labels, width } = &targets
            && (*width == 0 || !labels.len().is_multiple_of(*width))
        {
            return Err(ExamplesError::Ragged { numbers: labels.len(), features: *width });
        }
        let len = inputs.len() / features;
        if len != targets.len() {
            return Err(ExamplesError::CountMismatch { inputs: len, targets: targets.len() });
        }
        Ok(Examples { inputs, start: 0, len, features, targets, target_scales: [].into() })
    }

    /// Returns the number of examples.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns whether there is no example.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the number of numbers in one input row.
    pub fn features(&self) -> usize {
        self.features
    }

    /// Returns all inputs, `[len, features]`, row-major. If they are kept as bytes, the first call makes numbers of all of
    /// them, which stay as long as the examples.
    pub fn inputs(&self) -> &[f32] {
        let all = match &self.inputs {
            Inputs::Numbers(numbers) => numbers,
            Inputs::Bytes(bytes) => bytes.numbers(),
        };
        &all[self.range()]
    }

    /// Returns the range of these inputs within the shared buffer.
    fn range(&self) -> Range<usize> {
        self.start..self.start + self.len * self.features
    }

    /// Returns the targets, one for each example.
    pub fn targets(&self) -> &Targets {
        &self.targets
    }

    /// Returns what becomes 0 and what becomes 1 of each value of the targets; empty if they are as the data have them.
    pub fn target_scales(&self) -> &[(f64, f64)] {
        &self.target_scales
    }

    /// Returns the values of the targets in their own units, row-major; `None` unless they are values.
    pub fn values(&self) -> Option<Vec<f64>> {
        let Targets::Values { values, .. } = &self.targets else { return None };
        Some(unscaled(values.iter().map(|value| f64::from(*value)), &self.target_scales))
    }

    /// Returns the same examples whose targets are `values` (row-major, in their own units), scaled by `scales`: one pair for each
    /// value of an example, or none to leave them as they are. Labels stay what they are.
    #[must_use]
    pub fn with_values(&self, values: &[f64], scales: &[(f64, f64)]) -> Examples {
        let Targets::Values { width, .. } = self.targets else { return self.clone() };
        assert!(scales.is_empty() || scales.len() == width, "a scale for each of {width} values");
        let none = [(0.0, 1.0)];
        let each = if scales.is_empty() { none.iter() } else { scales.iter() }.cycle();
        let values =
            values.iter().zip(each).map(|(value, (centre, width))| ((value - centre) / width) as f32);
        Examples {
            targets: Targets::Values { values: values.collect(), width },
            target_scales: scales.into(),
            ..self.clone()
        }
    }

    /// Returns one input row. Panics unless `index < len()`.
    pub fn input(&self, index: usize) -> Cow<'_, [f32]> {
        let row =
            self.range().start + index * self.features..self.range().start + (index + 1) * self.features;
        assert!(index < self.len, "example {index} of {}", self.len);
        match &self.inputs {
            Inputs::Numbers(numbers) => numbers[row].into(),
            Inputs::Bytes(bytes) => bytes.quotients(row).collect(),
        }
    }

    /// Returns the class of an example: its label, the position of the 1 in its one-hot row, or what follows the last place of
    /// a sequence. `None` past the end and for regression targets of width 1.
    pub fn label(&self, index: usize) -> Option<u32> {
        match &self.targets {
            Targets::Labels(labels) => labels.get(index).copied(),
            Targets::Sequences { labels, width } => labels.get((index + 1) * width - 1).copied(),
            Targets::Values { width: 1, .. } => None,
            Targets::Values { values, width } => {
                let row = values.get(index * width..(index + 1) * width)?;
                row.iter().position(|value| *value == 1.0).map(|class| class as u32)
            }
        }
    }

    /// Returns the same inputs with one-hot targets of width `classes`.
    pub fn one_hot(&self, classes: usize) -> Result<Examples, ExamplesError> {
        let labels = self.labels()?;
        self.check_labels("given", classes)?;
        let mut values = vec![0.0; labels.len() * classes];
        for (row, label) in values.chunks_exact_mut(classes.max(1)).zip(labels) {
            row[*label as usize] = 1.0;
        }
        Ok(Examples { targets: Targets::Values { values: values.into(), width: classes }, ..self.clone() })
    }

    /// Returns the examples at `indices`, in that order. Panics when an index is not below `len()`.
    pub fn select(&self, indices: &[u32]) -> Examples {
        let mut inputs = vec![0.0; indices.len() * self.features];
        self.gather_inputs(indices, &mut inputs);
        let inputs = Inputs::Numbers(inputs.into());
        let targets = match &self.targets {
            Targets::Labels(labels) => {
                Targets::Labels(indices.iter().map(|index| labels[*index as usize]).collect())
            }
            Targets::Values { values, width } => {
                let mut rows = vec![0.0; indices.len() * width];
                gather(values, *width, indices, &mut rows);
                Targets::Values { values: rows.into(), width: *width }
            }
            Targets::Sequences { labels, width } => {
                let rows = indices.iter().flat_map(|&index| &labels[index as usize * width..][..*width]);
                Targets::Sequences { labels: rows.copied().collect(), width: *width }
            }
        };
        Examples {
            inputs,
            start: 0,
            len: indices.len(),
            features: self.features,
            targets,
            target_scales: self.target_scales.clone(),
        }
    }

    /// Returns the same targets with other inputs: (input - centre) / width, one pair for each feature.
    pub(crate) fn scaled(&self, scales: &[(f64, f64)]) -> Examples {
        let features = scales.iter().cycle();
        let scaled =
            |(value, (centre, width)): (&f32, &(f64, f64))| ((f64::from(*value) - centre) / width) as f32;
        let inputs = Inputs::Numbers(self.inputs().iter().zip(features).map(scaled).collect());
        Examples { inputs, start: 0, ..self.clone() }
    }

    /// Returns consecutive examples. The inputs are shared, not copied. Panics when the range ends past `len()`.
    pub fn slice(&self, rows: Range<usize>) -> Examples {
        assert!(rows.start <= rows.end && rows.end <= self.len, "rows {rows:?} of {} examples", self.len);
        Examples {
            inputs: self.inputs.clone(),
            start: self.start + rows.start * self.features,
            len: rows.len(),
            features: self.features,
            targets: self.targets.slice(rows),
            target_scales: self.target_scales.clone(),
        }
    }

    /// Copies the input rows at `indices` into `out` (`[indices.len(), features]`). Panics on an index or a length that does
    /// not fit: both come from [`Batches`](crate::Batches) and the planned buffers, never from the user.
    pub fn gather_inputs<T: From<f32> + Copy>(&self, indices: &[u32], out: &mut [T]) {
        match &self.inputs {
            Inputs::Bytes(bytes) => bytes.gather(self.range(), self.features, indices, out),
            Inputs::Numbers(numbers) => gather(&numbers[self.range()], self.features, indices, out),
        }
    }

    /// Copies the labels at `indices` into `out`, or says that the targets are values. Panics as `gather_inputs` does.
    pub fn gather_labels(&self, indices: &[u32], out: &mut [u32]) -> Result<(), ExamplesError> {
        let labels = self.labels()?;
        assert_eq!(indices.len(), out.len(), "a batch's labels need a buffer of its length");
        for (out, index) in out.iter_mut().zip(indices) {
            *out = labels[*index as usize];
        }
        Ok(())
    }

    /// Copies the rows of class indices at `indices` into `out` (`[indices.len(), width]`), or says that the targets are
    /// something else. Panics as `gather_inputs` does.
    pub fn gather_sequences(&self, indices: &[u32], out: &mut [u32]) -> Result<(), ExamplesError> {
        let Targets::Sequences { labels, width } = &self.targets else {
            return Err(ExamplesError::WrongTargets { found: "labels or values", wanted: "sequences" });
        };
        assert_eq!(indices.len() * width, out.len(), "a batch's sequences need a buffer of their length");
        for (out, &index) in out.chunks_exact_mut(*width).zip(indices) {
            out.copy_from_slice(&labels[index as usize * width..][..*width]);
        }
        Ok(())
    }

    /// Copies the target rows at `indices` into `out` (`[indices.len(), width]`), or says that the targets are labels. Panics
    /// as `gather_inputs` does.
    pub fn gather_values<T: From<f32> + Copy>(
        &self,
        indices: &[u32],
        out: &mut [T],
    ) -> Result<(), ExamplesError> {
        match &self.targets {
            Targets::Values { values, width } => {
                gather(values, *width, indices, out);
                Ok(())
            }
            Targets::Labels(_) | Targets::Sequences { .. } => {
                Err(ExamplesError::WrongTargets { found: "labels", wanted: "values or one-hot rows" })
            }
        }
    }

    /// Returns the labels, or an error if the targets are something else.
    pub fn labels(&self) -> Result<&[u32], ExamplesError> {
        match &self.targets {
            Targets::Labels(labels) => Ok(labels),
            Targets::Values { .. } => Err(ExamplesError::WrongTargets { found: "values", wanted: "labels" }),
            Targets::Sequences { .. } => {
                Err(ExamplesError::WrongTargets { found: "sequences", wanted: "one label an example" })
            }
        }
    }

    /// Refuses NaN and infinity; `part` names these examples in the message.
    pub fn check_finite(&self, part: &'static str) -> Result<(), ExamplesError> {
        let first = |values: &[f32]| values.iter().position(|value| !value.is_finite());
        // Bytes divided by something are finite.
        if let Inputs::Numbers(numbers) = &self.inputs
            && let Some(at) = first(&numbers[self.range()])
        {
            let (row, column, value) = (at / self.features, at % self.features, self.inputs()[at]);
            return Err(ExamplesError::InputNotFinite { part, row, column, value });
        }
        if let Targets::Values { values, width } = &self.targets
            && let Some(at) = first(values)
        {
            let (row, column) = (at / width, at % width);
            return Err(ExamplesError::TargetNotFinite { part, row, column, value: values[at] });
        }
        Ok(())
    }

    /// Refuses labels that are not below `classes`; targets that are not labels pass.
    pub fn check_labels(&self, part: &'static str, classes: usize) -> Result<(), ExamplesError> {
        let (labels, width) = match &self.targets {
            Targets::Labels(labels) => (labels, 1),
            Targets::Sequences { labels, width } => (labels, *width),
            Targets::Values { .. } => return Ok(()),
        };
        match labels.iter().position(|label| *label as usize >= classes) {
            Some(at) => {
                Err(ExamplesError::LabelOutOfRange { part, row: at / width, label: labels[at], classes })
            }
            None => Ok(()),
        }
    }
}

/// Returns scaled numbers (row-major) in the units that they had before: number · width + centre.
pub fn unscaled(values: impl Iterator<Item = f64>, scales: &[(f64, f64)]) -> Vec<f64> {
    if scales.is_empty() {
        return values.collect();
    }
    values.zip(scales.iter().cycle()).map(|(value, (centre, width))| value * width + centre).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaled_values_come_back_in_their_units_whichever_rows_are_taken() {
        let values = Targets::Values { values: vec![0.0; 4].into(), width: 2 };
        let raw = [100_000.0, 1.0, 300_000.0, 3.0];
        let examples = Examples::new(vec![0.0, 1.0], 1, values).unwrap();
        let examples = examples.with_values(&raw, &[(200_000.0, 100_000.0), (1.0, 2.0)]);
        let Targets::Values { values, .. } = examples.targets() else { panic!("values") };
        assert_eq!(values[..], [-1.0, 0.0, 1.0, 1.0]);
        assert_eq!(examples.values().unwrap(), raw);
        assert_eq!(examples.select(&[1]).values().unwrap(), raw[2..]);
        assert_eq!(examples.slice(0..1).values().unwrap(), raw[..2]);
        assert_eq!(examples.with_values(&raw, &[]).values().unwrap(), raw);
        assert_eq!(three().values(), None);
    }

    fn three() -> Examples {
        Examples::new(vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0], 2, Targets::Labels(vec![2, 0, 1].into())).unwrap()
    }

    #[test]
    fn rows_and_targets_are_gathered_in_the_order_of_the_indices() {
        let examples = three();
        let mut inputs = [0.0f64; 6];
        examples.gather_inputs(&[2, 0, 2], &mut inputs);
        assert_eq!(inputs, [4.0, 5.0, 0.0, 1.0, 4.0, 5.0]);
        let mut labels = [9; 3];
        examples.gather_labels(&[2, 0, 2], &mut labels).unwrap();
        assert_eq!(labels, [1, 2, 1]);
        assert_eq!(*examples.input(1), [2.0, 3.0]);
        let selected = examples.select(&[2, 0]);
        assert_eq!(selected.inputs(), [4.0, 5.0, 0.0, 1.0]);
        assert_eq!(selected.labels().unwrap(), [1, 2]);
    }

    #[test]
    fn slices_share_the_inputs() {
        let examples = three();
        let tail = examples.slice(1..3).slice(1..2);
        assert_eq!(tail.inputs(), [4.0, 5.0]);
        assert_eq!(tail.label(0), Some(1));
        assert_eq!(tail.inputs().as_ptr(), examples.inputs()[4..].as_ptr());
        let mut row = [0.0f32; 2];
        tail.gather_inputs(&[0], &mut row);
        assert_eq!(row, [4.0, 5.0]);
    }

    #[test]
    fn one_hot_rows_have_a_single_one() {
        let hot = three().one_hot(4).unwrap();
        let Targets::Values { values, width } = hot.targets() else { panic!("labels left") };
        assert_eq!(*width, 4);
        assert_eq!(values[..], [0., 0., 1., 0., 1., 0., 0., 0., 0., 1., 0., 0.]);
        assert_eq!((hot.label(0), hot.label(2), hot.label(3)), (Some(2), Some(1), None));
        let mut out = [0.0f32; 4];
        hot.gather_values(&[1], &mut out).unwrap();
        assert_eq!(out, [1., 0., 0., 0.]);
        assert!(hot.gather_labels(&[0], &mut [0]).is_err());
        assert!(three().gather_values(&[0], &mut out).is_err());
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let labels = |count: usize| Targets::Labels(vec![0; count].into());
        assert_eq!(
            Examples::new(vec![0.0; 6], 2, labels(2)).unwrap_err(),
            ExamplesError::CountMismatch { inputs: 3, targets: 2 }
        );
        assert_eq!(
            Examples::new(vec![0.0; 5], 2, labels(2)).unwrap_err(),
            ExamplesError::Ragged { numbers: 5, features: 2 }
        );
        assert!(Examples::new(vec![], 0, labels(0)).is_err());
        let error = three().check_labels("train", 2).unwrap_err();
        assert_eq!(error, ExamplesError::LabelOutOfRange { part: "train", row: 0, label: 2, classes: 2 });
        assert!(error.to_string().ends_with("go from 0 to 1"), "{error}");
        let broken = Examples::new(vec![0.0, 1.0, 2.0, f32::INFINITY], 2, labels(2)).unwrap();
        let text = broken.check_finite("test").unwrap_err().to_string();
        assert!(text.contains("inf in row 1, column 1"), "{text}");
    }
}
