//! Cutting examples so that those of one group stay together: the pictures of one patient, the visits of one customer. A network that has
//! seen others of a group would be judged by what it remembers.
//!
//! Each part should hold its share of every class. The groups, the largest first, go one by one to the part in which they bring the shares
//! least out of proportion, as in scikit-learn's `StratifiedGroupKFold`.

use std::cmp::Reverse;
use std::collections::HashMap;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::parts::{Parts, Validation, Wanted};
use crate::random;

/// All fifths.
const FIFTHS: f64 = 5.0;
/// The place of the training part behind test and validation.
const TRAINING: usize = 2;

/// Too few groups for the parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "`group` makes {groups} groups, too few to be cut into training, validation and test: each part needs groups of its own; choose another \
     column or array with `group` (--group)"
)]
pub struct TooFewGroups {
    /// How many there are.
    pub groups: usize,
}

/// Numbers the groups in the order in which they first stand.
pub(crate) fn numbered(names: impl Iterator<Item = String>) -> Vec<u32> {
    let mut known = HashMap::new();
    names
        .map(|name| {
            let next = known.len() as u32;
            *known.entry(name).or_insert(next)
        })
        .collect()
}

/// Cuts examples with `labels` and `groups` into training, validation and test, as far as they are wanted.
pub(crate) fn cut(labels: &[u32], groups: &[u32], wanted: Wanted, seed: u64) -> Result<Parts, TooFewGroups> {
    let classes = labels.iter().max().map_or(0, |most| *most as usize + 1);
    let counts = counts(labels, groups, classes);
    let mut order: Vec<u32> = (0..counts.len() as u32).collect();
    random::shuffle(&mut ChaCha8Rng::seed_from_u64(seed), &mut order);
    order.sort_by_key(|group| Reverse(counts[*group as usize].iter().sum::<usize>()));
    let test = if wanted.test { 1.0 } else { 0.0 };
    let validation = match wanted.validation {
        Validation::None => 0.0,
        Validation::Fifth => 1.0,
        Validation::Count(count) => FIFTHS * count as f64 / labels.len() as f64,
    };
    // Where two parts would do, the one listed first.
    let mut parts = [test, validation, FIFTHS - validation - test].map(|fifths| Part {
        fifths,
        classes: vec![0; classes],
        groups: 0,
    });
    let mut part_of = vec![0; counts.len()];
    for group in order {
        let counts = &counts[group as usize];
        let (place, _) = parts
            .iter()
            .enumerate()
            .filter(|(_, part)| part.fifths > 0.0)
            .map(|(place, part)| (place, part.cost(counts)))
            .min_by(|(_, one), (_, other)| one.total_cmp(other))
            .expect("the training part is always wanted");
        parts[place].take(counts);
        part_of[group as usize] = place;
    }
    let wanted = || (0..parts.len()).filter(|place| parts[*place].fifths > 0.0);
    if counts.len() < wanted().count() {
        return Err(TooFewGroups { groups: counts.len() });
    }
    // A part so small that no group suits it takes the smallest one of the training part.
    for place in wanted().filter(|place| parts[*place].groups == 0) {
        let of_training = (0..part_of.len()).filter(|group| part_of[*group] == TRAINING);
        let smallest = of_training.min_by_key(|group| counts[*group].iter().sum::<usize>());
        part_of[smallest.expect("the training part has what the others lack")] = place;
    }
    let rows = |place: usize| {
        let is_in = |row: &u32| part_of[groups[*row as usize] as usize] == place;
        (0..labels.len() as u32).filter(is_in).collect()
    };
    Ok(Parts { test: rows(0), validation: rows(1), train: rows(TRAINING) })
}

/// A part that is being filled.
struct Part {
    fifths: f64,
    /// Its examples of each class.
    classes: Vec<usize>,
    groups: usize,
}

impl Part {
    /// How much a group with these counts would add to the sum over parts and classes of count²/share, which is least where all parts have
    /// their shares.
    fn cost(&self, counts: &[usize]) -> f64 {
        let added = |(held, count): (&usize, &usize)| (count * count + 2 * held * count) as f64;
        self.classes.iter().zip(counts).map(added).sum::<f64>() / self.fifths
    }

    fn take(&mut self, counts: &[usize]) {
        self.classes.iter_mut().zip(counts).for_each(|(held, count)| *held += count);
        self.groups += 1;
    }
}

/// Returns the examples of each class, group by group.
fn counts(labels: &[u32], groups: &[u32], classes: usize) -> Vec<Vec<usize>> {
    let count = groups.iter().max().map_or(0, |most| *most as usize + 1);
    let mut counts = vec![vec![0; classes]; count];
    groups.iter().zip(labels).for_each(|(group, label)| counts[*group as usize][*label as usize] += 1);
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIFTHS_EACH: Wanted = Wanted { test: true, validation: Validation::Fifth };

    #[test]
    fn groups_stay_together_and_classes_keep_their_shares() {
        // 40 groups of 1 to 7 examples; every fourth group is of class 1.
        let sizes = (0..40u32).map(|group| (group, 1 + group % 7));
        let groups: Vec<u32> = sizes.flat_map(|(group, size)| (0..size).map(move |_| group)).collect();
        let labels: Vec<u32> = groups.iter().map(|group| u32::from(group % 4 == 0)).collect();
        let parts = cut(&labels, &groups, FIFTHS_EACH, 7).unwrap();
        let mut all = [&parts.train[..], &parts.validation, &parts.test].concat();
        all.sort_unstable();
        assert_eq!(all, (0..labels.len() as u32).collect::<Vec<_>>());
        let of = |rows: &[u32]| {
            rows.iter().map(|row| groups[*row as usize]).collect::<std::collections::BTreeSet<_>>()
        };
        assert!(of(&parts.train).is_disjoint(&of(&parts.validation)));
        assert!(of(&parts.train).is_disjoint(&of(&parts.test)));
        assert!(of(&parts.validation).is_disjoint(&of(&parts.test)));
        for (rows, share) in [(&parts.train, 0.6), (&parts.validation, 0.2), (&parts.test, 0.2)] {
            for class in [0, 1] {
                let all = labels.iter().filter(|label| **label == class).count() as f64;
                let found = rows.iter().filter(|row| labels[**row as usize] == class).count() as f64;
                assert!((found - share * all).abs() <= 3.0, "{found} of {all}, class {class}");
            }
        }
        assert_eq!(cut(&labels, &groups, FIFTHS_EACH, 7).unwrap(), parts);
        assert_ne!(cut(&labels, &groups, FIFTHS_EACH, 8).unwrap(), parts);
        let held_out = |validation| {
            let parts = cut(&labels, &groups, Wanted { validation, ..FIFTHS_EACH }, 7).unwrap();
            parts.validation.len()
        };
        assert_eq!(held_out(Validation::None), 0);
        assert_eq!(held_out(Validation::Count(0)), 0);
        for count in [1, 20, 50, 100] {
            let held_out = held_out(Validation::Count(count));
            assert!(held_out.abs_diff(count) <= 4, "{held_out} for {count}");
        }
    }

    #[test]
    fn each_part_needs_a_group() {
        let cut = |groups: &[u32]| cut(&vec![0; groups.len()], groups, FIFTHS_EACH, 1);
        let parts = cut(&[0, 0, 1, 1, 2, 2]).unwrap();
        assert_eq!([parts.train.len(), parts.validation.len(), parts.test.len()], [2, 2, 2]);
        assert_eq!(cut(&[0, 0, 1, 1]), Err(TooFewGroups { groups: 2 }));
        assert_eq!(numbered(["b", "a", "b"].map(String::from).into_iter()), [0, 1, 0]);
    }
}
