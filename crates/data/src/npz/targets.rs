//! The targets of arrays: classes or values, for all parts alike.

use super::error::NpzError;
use super::roles::Named;
use crate::examples::{TargetKind, Targets};
use crate::npy::{Array, Values};
use crate::target::{self, TargetError, Understood};
use crate::table::Encoding;

/// The targets of each array, and the names of the classes (none for values).
pub(super) fn targets(
    arrays: &[&Named],
    asked: Option<TargetKind>,
    trained: Option<&Encoding>,
) -> Result<(Vec<Targets>, Vec<String>), NpzError> {
    let (name, _) = arrays[0];
    let cause = |cause| NpzError::TargetKind { name: name.clone(), cause };
    let width = width(arrays)?;
    let asked = match trained {
        Some(encoding) if encoding.classes.is_empty() => Some(TargetKind::Values),
        Some(_) => Some(TargetKind::Labels),
        None => asked,
    };
    let understood = match width {
        1 => single(arrays, asked),
        _ if asked != Some(TargetKind::Values) && arrays.iter().all(|(_, array)| is_one_hot(array, width)) => {
            Ok(Understood::Classes((0..width).map(|class| class.to_string()).collect(), one_hot(arrays, width)))
        }
        _ => Ok(Understood::Values),
    };
    let understood = match (understood, trained) {
        (Err(TargetError::Constant { value }), Some(encoding)) if !encoding.classes.is_empty() => {
            let count = arrays.iter().map(|(_, array)| array.len()).sum();
            Ok(Understood::Classes(vec![value], vec![0; count]))
        }
        (Err(TargetError::Constant { .. }), Some(_)) => Ok(Understood::Values),
        (understood, _) => understood,
    };
    let (labels, classes) = match understood.map_err(cause)? {
        Understood::Values => {
            let values = |(_, array): &&Named| Targets::Values { values: array.to_f32().into(), width };
            return Ok((arrays.iter().map(values).collect(), Vec::new()));
        }
        Understood::Classes(classes, labels) => match trained {
            Some(encoding) => {
                let labels = target::labels_of(&classes, &labels, &encoding.classes).map_err(cause)?;
                (labels, encoding.classes.clone())
            }
            None => (labels, classes),
        },
    };
    let mut start = 0;
    let parts = arrays.iter().map(|(_, array)| {
        let count = array.len() / width;
        start += count;
        Targets::Labels(labels[start - count..start].into())
    });
    Ok((parts.collect(), classes))
}

/// Numbers a target has, alike in all arrays.
fn width(arrays: &[&Named]) -> Result<usize, NpzError> {
    let mut common = None;
    for (name, array) in arrays {
        let refuse = |problem: String| Err(NpzError::Target { name: name.clone(), problem });
        let width = match array.shape[..] {
            [_] => 1,
            [_, width] if width > 0 => width,
            _ => {
                let shape = &array.shape;
                return refuse(format!("targets of shape {shape:?}; [examples] or [examples, width] is needed"));
            }
        };
        if *common.get_or_insert(width) != width {
            return refuse(format!("{width} numbers a target, but another array has {}", common.unwrap_or(width)));
        }
        if width > 1 && matches!(array.values, Values::Text(_)) {
            return refuse("targets of several texts; [examples] is needed".into());
        }
    }
    Ok(common.unwrap_or(1))
}

fn single(arrays: &[&Named], asked: Option<TargetKind>) -> Result<Understood, TargetError> {
    let texts = |array: &Array| matches!(array.values, Values::Text(_));
    if arrays.iter().any(|(_, array)| texts(array)) {
        let said: Vec<String> = arrays.iter().flat_map(|(_, array)| array.to_texts()).collect();
        return target::texts(said.iter().map(String::as_str), asked);
    }
    let numbers: Vec<f64> = arrays.iter().flat_map(|(_, array)| array.to_f64()).collect();
    if numbers.iter().any(|number| !number.is_finite()) {
        // The check of all examples names the place.
        return Ok(Understood::Values);
    }
    target::numbers(&numbers, asked)
}

fn is_one_hot(array: &Array, width: usize) -> bool {
    array.to_f32().chunks_exact(width).all(|row| {
        row.iter().filter(|value| **value == 1.0).count() == 1
            && row.iter().filter(|value| **value == 0.0).count() == row.len() - 1
    })
}

fn one_hot(arrays: &[&Named], width: usize) -> Vec<u32> {
    let position = |row: &[f32]| row.iter().position(|value| *value == 1.0).unwrap_or(0) as u32;
    arrays.iter().flat_map(|(_, array)| array.to_f32().chunks_exact(width).map(position).collect::<Vec<_>>()).collect()
}
