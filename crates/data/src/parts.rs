//! Cutting one set of examples into train, validation and test parts that all hold the classes in the same proportions.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::random;

/// Indices of the three parts, each in ascending order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) train: Vec<u32>,
    pub(crate) validation: Vec<u32>,
    pub(crate) test: Vec<u32>,
}

impl Parts {
    /// Puts all examples into the test part.
    pub(crate) fn all_test(count: usize) -> Parts {
        Parts { train: Vec::new(), validation: Vec::new(), test: (0..count as u32).collect() }
    }
}

/// Which parts are cut off the training examples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// A fifth for testing.
    pub(crate) test: bool,
    /// How many for validation.
    pub(crate) validation: Validation,
}

impl Wanted {
    /// Returns what is missing beside the parts that are given. With the option `validation`, validation is cut anew: those given for it
    /// have joined the training examples.
    pub(crate) fn beside(has_validation: bool, has_test: bool, option: Option<usize>) -> Wanted {
        let validation = match option {
            Some(count) => Validation::Count(count),
            None if has_validation => Validation::None,
            None => Validation::Fifth,
        };
        Wanted { test: !has_test, validation }
    }
}

/// How many examples are cut off for validation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Validation {
    /// None.
    None,
    /// A fifth of all.
    Fifth,
    /// As many as this; whole groups that come near to it if there are groups.
    Count(usize),
}

/// Draws so many of `rows` that each class keeps its share, in ascending order.
pub(crate) fn drawn(labels: &[u32], rows: &[u32], count: usize, seed: u64) -> Vec<u32> {
    let mut shuffled = rows.to_vec();
    random::shuffle(&mut ChaCha8Rng::seed_from_u64(seed), &mut shuffled);
    shuffled.sort_by_key(|row| labels[*row as usize]);
    // Every so many-th of the shuffled rows, class after class.
    let place = |number: usize| shuffled[(number * rows.len() + rows.len() / 2) / count.max(1)];
    let mut drawn: Vec<u32> = (0..count.min(rows.len())).map(place).collect();
    drawn.sort_unstable();
    drawn
}

/// Splits examples class by class: one fifth for validation, one fifth for testing (rounded up), the rest for training. The
/// same seed always gives the same split. Give all examples the same label to split without regard to classes.
pub(crate) fn stratified(labels: &[u32], seed: u64) -> Parts {
    let classes = labels.iter().max().map_or(0, |largest| *largest as usize + 1);
    let mut members = vec![Vec::new(); classes];
    for (index, label) in labels.iter().enumerate() {
        members[*label as usize].push(index as u32);
    }
    let shares = fifths(&members.iter().map(Vec::len).collect::<Vec<_>>());
    let mut parts = Parts { train: Vec::new(), validation: Vec::new(), test: Vec::new() };
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    for (mut class, share) in members.into_iter().zip(shares) {
        random::shuffle(&mut generator, &mut class);
        parts.test.extend(&class[..share]);
        parts.validation.extend(&class[share..2 * share]);
        parts.train.extend(&class[2 * share..]);
    }
    for part in [&mut parts.train, &mut parts.validation, &mut parts.test] {
        part.sort_unstable();
    }
    parts
}

/// How many of each class make one fifth of all (rounded up): the whole fifths first, then one more for the classes with the
/// largest remainders, the lower class first where they tie.
fn fifths(counts: &[usize]) -> Vec<usize> {
    let wanted = counts.iter().sum::<usize>().div_ceil(5);
    let mut shares: Vec<usize> = counts.iter().map(|count| count / 5).collect();
    let mut by_remainder: Vec<usize> = (0..counts.len()).collect();
    by_remainder.sort_by_key(|class| std::cmp::Reverse(counts[*class] % 5));
    // A class of one or two cannot give to both validation and test: 2 * share <= count must hold.
    let open = by_remainder.into_iter().filter(|class| 2 * (counts[*class] / 5 + 1) <= counts[*class]);
    let missing = wanted - shares.iter().sum::<usize>();
    for class in open.take(missing) {
        shares[class] += 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_disjoint_and_complete() {
        let labels: Vec<u32> = (0..103).map(|index| index % 3).collect();
        let parts = stratified(&labels, 7);
        let mut all: Vec<u32> = [&parts.train[..], &parts.validation, &parts.test].concat();
        all.sort_unstable();
        assert_eq!(all, (0..103).collect::<Vec<u32>>());
        assert_eq!((parts.train.len(), parts.validation.len(), parts.test.len()), (61, 21, 21));
        assert_eq!(parts, stratified(&labels, 7));
        assert_ne!(parts, stratified(&labels, 8));
    }

    #[test]
    fn fifths_favour_the_largest_remainders() {
        assert_eq!(
            fifths(&[178, 182, 177, 183, 181, 182, 181, 179, 174, 180]),
            [36, 37, 35, 37, 36, 36, 36, 36, 35, 36]
        );
        assert_eq!(fifths(&[1, 1, 1]), [0, 0, 0]);
        assert_eq!(fifths(&[5]), [1]);
        assert_eq!(fifths(&[]), [0usize; 0]);
    }
}
