//! How the cells of a line become the inputs of a network, and how the same is done to lines that come later.
//!
//! A column of numbers becomes one input, standardised by the mean and the standard deviation of the training part (or brought to
//! 0..1 by its extremes). A column of texts becomes one input for each text, 1 where the cell holds it; the texts are those of the
//! whole table, for a list of names betrays nothing about the target. A text that is not among them gives zeros. Missing cells, if
//! they are filled, get the mean or the most frequent text of the training part, and an input more that is 1 where the cell was
//! missing. All of it is kept with the weights: a network without it is of no use.
//!
//! Values of the target are scaled like the numbers of a column.

use serde::{Deserialize, Serialize};

use super::columns::{Column, ColumnKind};
use crate::image_form::ImageForm;
use crate::options::Normalize;

/// What a table's network has to know of the table it was trained on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Encoding {
    /// The columns that are used, in their order.
    pub features: Vec<Feature>,
    /// The name of the target column, or its number from 1 in a table without a header.
    pub target: String,
    /// The classes in the order of their labels; empty for values.
    pub classes: Vec<String>,
    /// What becomes 0 and what becomes 1 of each value of the target; empty for classes, and for values that stay as they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub target_scales: Vec<(f64, f64)>,
    /// The form of the images of a folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<ImageForm>,
}

/// A column that is used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Feature {
    /// Its name, or its number from 1 in a table without a header.
    pub column: String,
    /// What becomes of its cells.
    pub values: FeatureValues,
    /// Whether an input says that the cell was missing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub indicator: bool,
}

/// What becomes of the cells of a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FeatureValues {
    /// (number - centre) / width.
    Number {
        /// What becomes 0: the mean or the minimum.
        centre: f64,
        /// What becomes 1: the standard deviation or the range.
        width: f64,
        /// The number for a missing cell.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fill: Option<f64>,
    },
    /// 1 at the place of the text, 0 elsewhere.
    Text {
        /// The texts, sorted.
        texts: Vec<String>,
        /// The place of the text for a missing cell.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fill: Option<usize>,
    },
}

/// What an encoding did not know.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Unknown {
    /// Cells with a text that the training table did not hold.
    pub(super) texts: usize,
    /// The first of them, with its column.
    pub(super) first: Option<(String, String)>,
}

impl Feature {
    /// Returns how many inputs the column becomes.
    pub fn inputs(&self) -> usize {
        let values = match &self.values {
            FeatureValues::Number { .. } => 1,
            FeatureValues::Text { texts, .. } => texts.len(),
        };
        values + usize::from(self.indicator)
    }

    /// Makes a feature of a column, with the statistics of the lines `rows`.
    pub(super) fn fit(column: &Column, rows: &[u32], normalize: Normalize, fill: bool) -> Feature {
        let values = match column.kind() {
            ColumnKind::Texts => text_values(column, rows, fill),
            _ => number_values(column, rows, normalize, fill),
        };
        Feature { column: column.name.clone(), values, indicator: fill && column.seen.missing > 0 }
    }

    /// Returns whether a missing cell gets a value.
    pub(super) fn fills(&self) -> bool {
        matches!(
            self.values,
            FeatureValues::Number { fill: Some(_), .. } | FeatureValues::Text { fill: Some(_), .. }
        )
    }

    /// Appends the inputs of a line.
    fn encode(&self, column: &Column, row: usize, inputs: &mut Vec<f32>, unknown: &mut Unknown) {
        let missing = match &self.values {
            FeatureValues::Number { centre, width, fill } => {
                let number = column.number(row);
                let value = number.or(*fill).unwrap_or(f64::NAN);
                inputs.push(((value - centre) / width) as f32);
                number.is_none()
            }
            FeatureValues::Text { texts, fill } => {
                let said = column.said(row);
                let place = match &said {
                    Some(text) => texts.binary_search(text).ok(),
                    None => *fill,
                };
                if let (None, Some(text)) = (place, &said) {
                    unknown.texts += 1;
                    unknown.first.get_or_insert_with(|| (self.column.clone(), text.clone()));
                }
                let start = inputs.len();
                inputs.resize(start + texts.len(), 0.0);
                if let Some(place) = place {
                    inputs[start + place] = 1.0;
                }
                said.is_none()
            }
        };
        if self.indicator {
            inputs.push(f32::from(u8::from(missing)));
        }
    }
}

impl Encoding {
    /// Returns how many inputs a line becomes.
    pub fn inputs(&self) -> usize {
        self.features.iter().map(Feature::inputs).sum()
    }

    /// Returns the name of each input: a column, `column=text`, or `column?` for whether a cell was missing.
    pub fn input_names(&self) -> Vec<String> {
        let mut names = Vec::with_capacity(self.inputs());
        for feature in &self.features {
            match &feature.values {
                FeatureValues::Number { .. } => names.push(feature.column.clone()),
                FeatureValues::Text { texts, .. } => {
                    names.extend(texts.iter().map(|text| format!("{}={text}", feature.column)));
                }
            }
            if feature.indicator {
                names.push(format!("{}?", feature.column));
            }
        }
        names
    }

    /// Returns, for each input, what becomes 0 and what becomes 1: an input of the network is (number - centre) / width.
    pub fn scales(&self) -> Vec<(f64, f64)> {
        let mut scales = Vec::with_capacity(self.inputs());
        for feature in &self.features {
            let of_values = match &feature.values {
                FeatureValues::Number { centre, width, .. } => vec![(*centre, *width)],
                FeatureValues::Text { texts, .. } => vec![(0.0, 1.0); texts.len()],
            };
            scales.extend(of_values);
            if feature.indicator {
                scales.push((0.0, 1.0));
            }
        }
        scales
    }

    /// Returns the inputs of all lines, row-major; `columns` are those of the features, in their order.
    pub(super) fn encode(&self, columns: &[&Column], lines: usize) -> (Vec<f32>, Unknown) {
        let mut inputs = Vec::with_capacity(lines * self.inputs());
        let mut unknown = Unknown::default();
        for row in 0..lines {
            for (feature, column) in self.features.iter().zip(columns) {
                feature.encode(column, row, &mut inputs, &mut unknown);
            }
        }
        (inputs, unknown)
    }
}

fn number_values(column: &Column, rows: &[u32], normalize: Normalize, fill: bool) -> FeatureValues {
    let numbers = || rows.iter().filter_map(|row| column.number(*row as usize));
    let (centre, width) = scale(numbers, normalize);
    let count = numbers().count().max(1) as f64;
    FeatureValues::Number { centre, width, fill: fill.then(|| numbers().sum::<f64>() / count) }
}

/// Returns the scales of `width` values an example, given row-major; none where they stay as they are.
pub(crate) fn target_scales(values: &[f64], width: usize, normalize: Normalize) -> Vec<(f64, f64)> {
    match normalize {
        Normalize::None => Vec::new(),
        _ => (0..width)
            .map(|column| scale(|| values.iter().skip(column).step_by(width).copied(), normalize))
            .collect(),
    }
}

/// Returns what becomes 0 and what becomes 1. A width of 0 is taken as 1: a constant stays one.
pub(crate) fn scale<I: Iterator<Item = f64>>(numbers: impl Fn() -> I, normalize: Normalize) -> (f64, f64) {
    let count = numbers().count();
    if count == 0 {
        return (0.0, 1.0);
    }
    let (centre, width) = match normalize {
        Normalize::None => return (0.0, 1.0),
        Normalize::Usual | Normalize::Standard => {
            let mean = numbers().sum::<f64>() / count as f64;
            let variance = numbers().map(|number| (number - mean).powi(2)).sum::<f64>() / count as f64;
            (mean, variance.sqrt())
        }
        Normalize::MinMax => {
            let least = numbers().fold(f64::INFINITY, f64::min);
            (least, numbers().fold(f64::NEG_INFINITY, f64::max) - least)
        }
    };
    // Rounding leaves a constant a little width, which would blow its rounding up to ones.
    let negligible = width <= 1e-12 * centre.abs();
    (centre, if negligible || width == 0.0 { 1.0 } else { width })
}

fn text_values(column: &Column, rows: &[u32], fill: bool) -> FeatureValues {
    let mut texts = column.dictionary().to_vec();
    texts.sort_unstable();
    let most_frequent = || {
        let mut counts = vec![0; texts.len()];
        for text in rows.iter().filter_map(|row| column.text(*row as usize)) {
            if let Ok(place) = texts.binary_search_by(|known| known.as_str().cmp(text)) {
                counts[place] += 1;
            }
        }
        // The first of equals.
        (0..counts.len()).rev().max_by_key(|place| counts[*place])
    };
    let fill = if fill { most_frequent() } else { None };
    FeatureValues::Text { texts, fill }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, cells: &[&str]) -> Column {
        let mut column = Column::default();
        cells.iter().for_each(|cell| column.push(cell, || 1));
        column.name = name.into();
        column
    }

    #[test]
    fn numbers_are_scaled_by_the_training_lines_alone() {
        let numbers = column("a", &["1", "3", "100"]);
        let encode = |normalize| {
            let feature = Feature::fit(&numbers, &[0, 1], normalize, false);
            let encoding = Encoding {
                features: vec![feature],
                target: "t".into(),
                classes: vec![],
                target_scales: vec![],
                image: None,
            };
            encoding.encode(&[&numbers], 3).0
        };
        assert_eq!(encode(Normalize::Usual), [-1.0, 1.0, 98.0]);
        assert_eq!(encode(Normalize::MinMax), [0.0, 1.0, 49.5]);
        assert_eq!(encode(Normalize::None), [1.0, 3.0, 100.0]);
        let constant = column("c", &["0.1", "0.1", "0.1"]);
        let feature = Feature::fit(&constant, &[0, 1, 2], Normalize::Usual, false);
        assert!(matches!(feature.values, FeatureValues::Number { width, .. } if width == 1.0));
    }

    #[test]
    fn texts_become_places_and_missing_cells_are_filled_and_marked() {
        let texts = column("work", &["state", "private", "", "state"]);
        let numbers = column("age", &["10", "", "30", "20"]);
        let features =
            [&texts, &numbers].map(|column| Feature::fit(column, &[0, 2, 3], Normalize::None, true));
        let encoding = Encoding {
            features: features.into(),
            target: "t".into(),
            classes: vec![],
            target_scales: vec![],
            image: None,
        };
        assert_eq!(encoding.input_names(), ["work=private", "work=state", "work?", "age", "age?"]);
        let (inputs, unknown) = encoding.encode(&[&texts, &numbers], 3);
        assert_eq!(inputs, [0., 1., 0., 10., 0., 1., 0., 0., 20., 1., 0., 1., 1., 30., 0.]);
        assert_eq!(unknown, Unknown::default());
        let (inputs, unknown) = encoding.encode(&[&column("work", &["other"]), &column("age", &["1"])], 1);
        assert_eq!(inputs, [0., 0., 0., 1., 0.]);
        assert_eq!(unknown, Unknown { texts: 1, first: Some(("work".into(), "other".into())) });
        let json = serde_json::to_string(&encoding).unwrap();
        assert_eq!(serde_json::from_str::<Encoding>(&json).unwrap(), encoding);
    }
}
