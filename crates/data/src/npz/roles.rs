//! What the names of arrays say: which part of a data set, and inputs or targets.

use super::error::NpzError;
use crate::npy::Array;

const INPUTS: &[&str] = &["x", "images", "image", "imgs", "data", "inputs", "input", "features"];
const TARGETS: &[&str] = &["t", "y", "labels", "label", "targets", "target", "classes", "class"];
/// Words for the parts in names, longer ones before those that begin them.
const PARTS: &[(&str, Part)] = &[
    ("train", Part::Train),
    ("validation", Part::Validation),
    ("valid", Part::Validation),
    ("val", Part::Validation),
    ("test", Part::Test),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    Train,
    Validation,
    Test,
}

/// A named array.
pub(super) type Named = (String, Array);

/// Inputs and their targets.
pub(super) type Pair<'a> = (&'a Named, &'a Named);

/// The arrays of a data set by what they are.
#[derive(Debug)]
pub(super) struct Arrays<'a> {
    pub(super) train: Pair<'a>,
    pub(super) validation: Option<Pair<'a>>,
    pub(super) test: Option<Pair<'a>>,
    /// Names of arrays that are none of these.
    pub(super) unused: Vec<&'a str>,
}

impl<'a> Arrays<'a> {
    /// Finds out which array is what.
    pub(super) fn find(arrays: &'a [Named]) -> Result<Arrays<'a>, NpzError> {
        let roles = roles(arrays);
        let part = |part: Part| -> Result<Option<Pair<'a>>, NpzError> {
            Ok(one(arrays, &roles, (part, true))?.zip(one(arrays, &roles, (part, false))?))
        };
        let (train, whole) = (part(Part::Train)?, part(Part::Whole)?);
        let train = train.or(whole).ok_or_else(|| {
            let names: Vec<&str> = arrays.iter().map(|(name, _)| name.as_str()).collect();
            NpzError::NoDataset(if names.is_empty() { "none".into() } else { names.join(", ") })
        })?;
        let (validation, test) = (part(Part::Validation)?, part(Part::Test)?);
        let used: Vec<&Named> =
            [Some(train), validation, test].into_iter().flatten().flat_map(|(x, t)| [x, t]).collect();
        let is_used = |named: &Named| used.iter().any(|one| std::ptr::eq(*one, named));
        let unused = arrays.iter().filter(|named| !is_used(named)).map(|(name, _)| name.as_str()).collect();
        Ok(Arrays { train, validation, test, unused })
    }
}

/// The part of each array, and whether it holds inputs.
fn roles(arrays: &[Named]) -> Vec<Option<(Part, bool)>> {
    // `np.savez(file, x, t)` names arrays by their place.
    let unnamed = arrays.len() == 2 && arrays.iter().all(|(name, _)| ["arr_0", "arr_1"].contains(&name.as_str()));
    arrays.iter().map(|(name, _)| if unnamed { Some((Part::Whole, name == "arr_0")) } else { role(name) }).collect()
}

fn role(name: &str) -> Option<(Part, bool)> {
    let lower = name.to_lowercase();
    let side = |stem: &str| match stem.trim_matches(['_', '-', '.']) {
        stem if INPUTS.contains(&stem) => Some(true),
        stem if TARGETS.contains(&stem) => Some(false),
        _ => None,
    };
    if let Some(inputs) = side(&lower) {
        return Some((Part::Whole, inputs));
    }
    PARTS.iter().find_map(|(word, part)| {
        let stem = lower.strip_prefix(word).and_then(side).or_else(|| lower.strip_suffix(word).and_then(side));
        stem.map(|inputs| (*part, inputs))
    })
}

fn one<'a>(
    arrays: &'a [Named],
    roles: &[Option<(Part, bool)>],
    wanted: (Part, bool),
) -> Result<Option<&'a Named>, NpzError> {
    let mut found = arrays.iter().zip(roles).filter(|(_, role)| **role == Some(wanted)).map(|(named, _)| named);
    match (found.next(), found.next()) {
        (Some((one, _)), Some((other, _))) => Err(NpzError::Twice { one: one.clone(), other: other.clone() }),
        (first, _) => Ok(first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::npy::Values;

    fn named(names: &[&str]) -> Vec<Named> {
        let array = Array { shape: vec![1], values: Values::U8(vec![1]) };
        names.iter().map(|name| (String::from(*name), array.clone())).collect()
    }

    #[test]
    fn names_as_people_write_them_are_understood() {
        for names in [
            &["x", "t"][..],
            &["X_train", "y_train", "X_test", "y_test"],
            &["train_images", "train_labels", "val_images", "val_labels", "test_images", "test_labels"],
            &["arr_0", "arr_1"],
            &["data", "target"],
            &["xtrain", "ytrain"],
        ] {
            let arrays = named(names);
            let found = Arrays::find(&arrays).unwrap();
            assert_eq!((&found.train.0.0[..], &found.train.1.0[..]), (names[0], names[1]), "{names:?}");
            assert!(found.unused.is_empty(), "{names:?}");
            assert_eq!(found.validation.is_some(), names.contains(&"val_images"), "{names:?}");
            assert_eq!(found.test.is_some(), names.contains(&"X_test") || names.contains(&"test_images"));
        }
        let arrays = named(&["x", "t", "weights"]);
        assert_eq!(Arrays::find(&arrays).unwrap().unused, ["weights"]);
    }

    #[test]
    fn two_arrays_for_one_thing_are_refused() {
        let arrays = named(&["x_train", "images_train", "y_train"]);
        let text = Arrays::find(&arrays).unwrap_err().to_string();
        assert!(text.contains("`x_train`") && text.contains("`images_train`"), "{text}");
        assert!(Arrays::find(&named(&["W1", "b1"])).unwrap_err().to_string().ends_with("there are: W1, b1"));
    }
}
