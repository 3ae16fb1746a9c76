//! Which examples are cut off for validation and testing, and why they cannot be.

use crate::groups::{self, TooFewGroups};
use crate::parts::{Parts, Validation, Wanted, drawn, stratified};

/// Why examples cannot be cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CutError {
    /// Too few groups for the parts.
    #[error(transparent)]
    Groups(#[from] TooFewGroups),
    /// Nothing would be left to learn from.
    #[error(
        "cannot keep {count} of {pool} training examples for validation; ask for at most {} with `validation` (--validation)",
        pool.saturating_sub(1)
    )]
    TooMany {
        /// The examples asked for.
        count: usize,
        /// The examples that there are for training and validation.
        pool: usize,
    },
}

/// Cuts the wanted parts off, class by class, and keeps examples of one group together. The test part does not depend on what is
/// wanted for validation, unless there are groups.
pub(crate) fn cut(
    labels: &[u32],
    groups: Option<&[u32]>,
    wanted: Wanted,
    seed: u64,
) -> Result<Parts, CutError> {
    let fifths = stratified(labels, seed);
    let test = if wanted.test { fifths.test } else { Vec::new() };
    let pool = labels.len() - test.len();
    if let Validation::Count(count) = wanted.validation
        && count >= pool
    {
        return Err(CutError::TooMany { count, pool });
    }
    if let Some(groups) = groups {
        return Ok(groups::cut(labels, groups, wanted, seed)?);
    }
    let is_left = |row: &u32| test.binary_search(row).is_err();
    let left: Vec<u32> = (0..labels.len() as u32).filter(is_left).collect();
    let validation = match wanted.validation {
        Validation::None => Vec::new(),
        Validation::Fifth => fifths.validation,
        Validation::Count(count) => drawn(labels, &left, count, seed),
    };
    let train = left.into_iter().filter(|row| validation.binary_search(row).is_err()).collect();
    Ok(Parts { train, validation, test })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_wanted_parts_are_cut_off() {
        let labels: Vec<u32> = (0..100).map(|index| u32::from(index >= 60)).collect();
        let cut = |test, validation| cut(&labels, None, Wanted { test, validation }, 7).unwrap();
        let sizes = |parts: &Parts| [parts.train.len(), parts.validation.len(), parts.test.len()];
        assert_eq!(cut(true, Validation::Fifth), stratified(&labels, 7));
        assert_eq!(sizes(&cut(false, Validation::Fifth)), [80, 20, 0]);
        assert_eq!(sizes(&cut(true, Validation::None)), [80, 0, 20]);
        assert_eq!(cut(true, Validation::Count(8)).test, stratified(&labels, 7).test);
        for count in [1, 10, 40, 79] {
            let parts = cut(true, Validation::Count(count));
            assert_eq!(sizes(&parts), [80 - count, count, 20]);
            let second = parts.validation.iter().filter(|row| **row >= 60).count();
            assert!((second as f64 - 0.4 * count as f64).abs() <= 1.0, "{second} of {count}");
            let mut all = [&parts.train[..], &parts.validation, &parts.test].concat();
            all.sort_unstable();
            assert_eq!(all, (0..100).collect::<Vec<u32>>());
        }
    }

    #[test]
    fn something_is_left_to_learn_from() {
        let cut = |groups, test, count| {
            cut(&[0; 10], groups, Wanted { test, validation: Validation::Count(count) }, 7)
        };
        assert_eq!(cut(None, true, 7).unwrap().train.len(), 1);
        assert_eq!(cut(None, true, 8), Err(CutError::TooMany { count: 8, pool: 8 }));
        assert_eq!(cut(Some(&[0; 10]), false, 10), Err(CutError::TooMany { count: 10, pool: 10 }));
    }
}
