//! A dataset from named arrays: `x` and `t`, or `x_train`, `t_train`, `x_test`, `t_test` (`y` is understood for `t`), the first
//! dimension counting examples. Targets: whole numbers or one-hot rows are classes, everything else values.

use std::path::Path;

use super::error::NpzError;
use super::read_npz;
use crate::dataset::{self, Dataset, Image};
use crate::error::DataError;
use crate::examples::{Examples, Targets};
use crate::npy::{Array, Values};
use crate::options::Options;

/// Larger labels are taken for a mistake.
const MOST_CLASSES: usize = 65_536;

/// Reads a dataset from an `.npz` file. Without test arrays, a fifth is kept for validation and a fifth for testing.
pub fn load(path: &Path, options: &Options) -> Result<Dataset, DataError> {
    let arrays = read_npz(path)?;
    dataset(&arrays, path, options)
        .map_err(|cause| DataError::Npz { path: path.to_path_buf(), cause })?
        .finish(options)
}

fn dataset(arrays: &[(String, Array)], path: &Path, options: &Options) -> Result<Dataset, NpzError> {
    let find = |names: [&str; 2]| arrays.iter().find(|(name, _)| names.contains(&name.as_str()));
    let pair = |x: &str, t: &str, y: &str| Some((find([x, x])?, find([t, y])?));
    let whole = pair("x", "t", "y");
    let train = pair("x_train", "t_train", "y_train");
    let test = pair("x_test", "t_test", "y_test");
    let Some((inputs, targets)) = train.or(whole) else {
        let names: Vec<&str> = arrays.iter().map(|(name, _)| name.as_str()).collect();
        return Err(NpzError::NoDataset(if names.is_empty() { "none".into() } else { names.join(", ") }));
    };
    let mut target_arrays = vec![targets];
    target_arrays.extend(test.map(|(_, targets)| targets));
    let classes = classes(&target_arrays)?;
    let given = examples(inputs, targets, classes, options)?;
    let [train, validation, test] = match test {
        Some((inputs, targets)) => {
            let test = examples(inputs, targets, classes, options)?;
            let [train, validation] = dataset::hold_out_fifth(&given, options.seed);
            [train, validation, test]
        }
        None => dataset::cut(&given, options.seed),
    };
    let shape = match inputs.1.shape.get(1..) {
        None | Some([]) => vec![1],
        Some(shape) => shape.to_vec(),
    };
    let image = match (&inputs.1.values, &shape[..]) {
        (Values::U8(_), [height, width]) => {
            Some(Image { height: *height, width: *width, white: if options.normalize { 1.0 } else { 255.0 } })
        }
        _ => None,
    };
    Ok(Dataset {
        name: format!("npz:{}", path.display()),
        title: "arrays of your own".into(),
        citation: String::new(),
        licence: String::new(),
        shape,
        image,
        classes: (0..classes.unwrap_or(0)).map(|class| class.to_string()).collect(),
        train,
        validation,
        test,
    })
}

/// How many classes the target arrays name together, or `None` when they hold values.
fn classes(arrays: &[&(String, Array)]) -> Result<Option<usize>, NpzError> {
    let mut classes = 0;
    for (name, array) in arrays {
        let refuse = |problem: String| NpzError::Target { name: name.clone(), problem };
        match (&array.shape[..], &array.values) {
            ([_], Values::F32(_) | Values::F64(_)) => return Ok(None),
            ([_], _) => {
                let labels = array.to_f64();
                if let Some(row) =
                    labels.iter().position(|label| *label < 0.0 || *label >= MOST_CLASSES as f64)
                {
                    let label = labels[row];
                    return Err(refuse(format!(
                        "label {label} in row {row}; labels go from 0 to {}",
                        MOST_CLASSES - 1
                    )));
                }
                classes = labels.iter().fold(classes, |classes, label| classes.max(*label as usize + 1));
            }
            ([_, width], _) if *width > 1 && array.to_f32().chunks_exact(*width).all(is_one_hot) => {
                classes = classes.max(*width);
            }
            ([_, width], _) if *width > 0 => return Ok(None),
            (shape, _) => {
                return Err(refuse(format!(
                    "targets of shape {shape:?}; [examples] or [examples, width] is needed"
                )));
            }
        }
    }
    Ok(Some(classes))
}

fn is_one_hot(row: &[f32]) -> bool {
    row.iter().filter(|value| **value == 1.0).count() == 1
        && row.iter().filter(|value| **value == 0.0).count() == row.len() - 1
}

fn examples(
    (input_name, inputs): &(String, Array),
    (_, targets): &(String, Array),
    classes: Option<usize>,
    options: &Options,
) -> Result<Examples, NpzError> {
    let features = inputs.shape.iter().skip(1).product();
    let width = targets.shape.get(1).copied().unwrap_or(1);
    let numbers = targets.to_f32();
    let targets = match (classes, width) {
        (Some(_), 1) => Targets::Labels(numbers.iter().map(|label| *label as u32).collect()),
        (Some(_), width) => {
            let position = |row: &[f32]| row.iter().position(|value| *value == 1.0).unwrap_or(0) as u32;
            Targets::Labels(numbers.chunks_exact(width).map(position).collect())
        }
        (None, width) => Targets::Values { values: numbers.into(), width },
    };
    let mut values = inputs.to_f32();
    if options.normalize && matches!(inputs.values, Values::U8(_)) {
        values.iter_mut().for_each(|value| *value /= 255.0);
    }
    let in_inputs = |cause| NpzError::Examples { name: input_name.clone(), cause };
    Examples::new(values, features, targets).map_err(in_inputs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array(shape: &[usize], values: Values) -> Array {
        Array { shape: shape.to_vec(), values }
    }

    fn named(arrays: Vec<(&str, Array)>) -> Vec<(String, Array)> {
        arrays.into_iter().map(|(name, array)| (name.into(), array)).collect()
    }

    #[test]
    fn bytes_with_whole_number_targets_are_images_with_classes() {
        let arrays = named(vec![
            ("x_train", array(&[10, 1, 2], Values::U8((0..20).collect()))),
            ("y_train", array(&[10], Values::I64(vec![0, 1, 0, 1, 0, 1, 0, 1, 0, 1]))),
            ("x_test", array(&[1, 1, 2], Values::U8(vec![0, 255]))),
            ("y_test", array(&[1], Values::I64(vec![2]))),
        ]);
        let set = dataset(&arrays, Path::new("m.npz"), &Options::default()).unwrap();
        assert_eq!(set.classes, ["0", "1", "2"]);
        assert_eq!((set.train.len(), set.validation.len(), set.test.len()), (8, 2, 1));
        assert_eq!(set.test.inputs(), [0.0, 1.0]);
        assert_eq!(set.image, Some(Image { height: 1, width: 2, white: 1.0 }));
    }

    #[test]
    fn fractions_are_values_and_one_hot_rows_are_classes() {
        let x = || ("x", array(&[5, 2], Values::F64(vec![0.5; 10])));
        let values = named(vec![x(), ("t", array(&[5, 2], Values::F64(vec![0.1; 10])))]);
        let set = dataset(&values, Path::new("v.npz"), &Options::default()).unwrap();
        assert_eq!((set.outputs(), set.classes.len(), set.train.len()), (2, 0, 3));
        let hot = vec![1., 0., 0., 1., 1., 0., 0., 1., 1., 0.];
        let hot = named(vec![x(), ("t", array(&[5, 2], Values::F32(hot)))]);
        assert_eq!(dataset(&hot, Path::new("h.npz"), &Options::default()).unwrap().classes, ["0", "1"]);
    }

    #[test]
    fn archives_without_a_dataset_and_bad_targets_are_described() {
        let text = |arrays| {
            dataset(&named(arrays), Path::new("a.npz"), &Options::default()).unwrap_err().to_string()
        };
        assert!(text(vec![("W1", array(&[1], Values::U8(vec![1])))]).ends_with("there are: W1"));
        let x = || ("x", array(&[2, 1], Values::U8(vec![1, 2])));
        let negative = text(vec![x(), ("t", array(&[2], Values::I64(vec![0, -1])))]);
        assert_eq!(negative, "array `t`: label -1 in row 1; labels go from 0 to 65535");
        let short = text(vec![x(), ("t", array(&[1], Values::I64(vec![0])))]);
        assert_eq!(short, "array `x`: there are 2 inputs but 1 targets; they must be as many");
        assert!(
            text(vec![x(), ("t", array(&[2, 1, 1], Values::I64(vec![0, 0])))]).contains("[examples, width]")
        );
    }
}
