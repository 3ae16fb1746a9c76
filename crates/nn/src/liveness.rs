//! Which values can share a buffer: those that are never alive at the same time.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

/// A value, alive from the moment `first` to the moment `last`, both included.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Interval {
    pub(crate) elements: usize,
    pub(crate) first: usize,
    pub(crate) last: usize,
}

/// The `last` of a value that is needed to the end.
pub(crate) const FOREVER: usize = usize::MAX;

/// Buffers for values.
#[derive(Debug, Default)]
pub(crate) struct Assignment {
    /// The buffer of each value.
    pub(crate) buffer_of: Vec<usize>,
    /// The elements of each buffer.
    pub(crate) sizes: Vec<usize>,
}

/// Gives each value a buffer that no other value alive at the same time has.
///
/// Goes through the values in the order of their first moments. Each takes the smallest free buffer that holds it, else the
/// largest free buffer, which grows, else a new one.
pub(crate) fn assign(values: &[Interval]) -> Assignment {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by_key(|&value| values[value].first);
    let mut buffer_of = vec![0; values.len()];
    let mut sizes: Vec<usize> = Vec::new();
    // The free buffers by size, and the others by the moment after which they are free.
    let mut free: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut taken: BinaryHeap<Reverse<(usize, usize)>> = BinaryHeap::new();
    for value in order {
        let Interval { elements, first, last } = values[value];
        while let Some(&Reverse((end, buffer))) = taken.peek()
            && end < first
        {
            taken.pop();
            free.insert((sizes[buffer], buffer));
        }
        let fitting = free.range((elements, 0)..).next().or_else(|| free.last()).copied();
        let buffer = match fitting {
            Some(found) => {
                free.remove(&found);
                found.1
            }
            None => {
                sizes.push(0);
                sizes.len() - 1
            }
        };
        sizes[buffer] = sizes[buffer].max(elements);
        taken.push(Reverse((last, buffer)));
        buffer_of[value] = buffer;
    }
    Assignment { buffer_of, sizes }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(elements: usize, first: usize, last: usize) -> Interval {
        Interval { elements, first, last }
    }

    #[test]
    fn a_chain_needs_two_buffers() {
        let chain: Vec<_> = (0..6).map(|time| interval(10, time, time + 1)).collect();
        let assignment = assign(&chain);
        assert_eq!(assignment.buffer_of, [0, 1, 0, 1, 0, 1]);
        assert_eq!(assignment.sizes, [10, 10]);
    }

    #[test]
    fn the_smallest_that_fits_is_taken_and_the_largest_grows() {
        let values = [
            interval(100, 0, 1),
            interval(10, 0, 1),
            interval(5, 2, 3),
            interval(200, 2, 3),
            interval(1, 3, FOREVER),
        ];
        let assignment = assign(&values);
        assert_eq!(assignment.buffer_of, [0, 1, 1, 0, 2]);
        assert_eq!(assignment.sizes, [200, 10, 1]);
    }

    #[test]
    fn values_alive_together_never_share() {
        let values: Vec<_> =
            (0..200).map(|i| interval(1 + i * 37 % 23, i * 7 % 50, i * 7 % 50 + i * 13 % 17)).collect();
        let assignment = assign(&values);
        for (i, a) in values.iter().enumerate() {
            assert!(assignment.sizes[assignment.buffer_of[i]] >= a.elements);
            for (j, b) in values.iter().enumerate().skip(i + 1) {
                let together = a.first <= b.last && b.first <= a.last;
                assert!(!together || assignment.buffer_of[i] != assignment.buffer_of[j], "{i} {j}");
            }
        }
    }
}
