//! Rules in tiers.

use super::*;

/// A verdict on rules a, b, c, … of which these pairs are told apart and no others.
fn verdict(rules: usize, apart: &[(usize, usize)]) -> Verdict {
    let name = |place: usize| char::from(b'a' + place as u8).to_string();
    let contenders: Vec<Contender> = (0..rules)
        .map(|place| contender(&name(place), sample(0.9 - 0.01 * place as f64, 0.001, &SHAPES[0])))
        .collect();
    let mut verdict = judge(&contenders, &terms(0.001));
    for pair in verdict.judgements.iter_mut().chain(&mut verdict.between) {
        let is_apart =
            apart.iter().any(|&(better, worse)| pair.best == name(better) && pair.other == name(worse));
        pair.word = if is_apart { Word::Better } else { Word::CannotTell };
    }
    verdict
}

#[test]
fn every_pair_is_judged_by_the_interval_that_holds_for_all() {
    let contenders = [
        contender("a", sample(0.95, 0.002, &SHAPES[0])),
        contender("b", sample(0.948, 0.002, &SHAPES[1])),
        contender("c", sample(0.946, 0.002, &SHAPES[2])),
        contender("d", sample(0.90, 0.002, &SHAPES[0])),
    ];
    let verdict = judge(&contenders, &terms(0.001));
    let pairs: Vec<(&str, &str)> =
        verdict.between.iter().map(|pair| (pair.best.as_str(), pair.other.as_str())).collect();
    assert_eq!(pairs, [("b", "c"), ("b", "d"), ("c", "d")]);
    // The same as if the best of the two had been the best of all: only the number of pairs counts.
    let judged = pair::judgements(&[&contenders[1], &contenders[2]], &verdict.look, 0.001, &terms(0.001));
    assert_eq!(verdict.between[0], judged[0]);
    assert!(verdict.told_apart(1, 3) && verdict.told_apart(2, 3) && !verdict.told_apart(1, 2));
    assert_eq!(verdict.tiers().last(), Some(&vec![3]));
}

#[test]
fn sets_overlap_where_the_pairs_do() {
    // a = b, b = c, but a > c.
    assert_eq!(verdict(3, &[(0, 2)]).tiers(), [[0, 1], [1, 2]]);
    // b is told from a and c, which are not told from one another: no order of the rules shows that.
    assert_eq!(verdict(3, &[(0, 1), (1, 2)]).tiers(), [vec![0, 2], vec![1]]);
    assert_eq!(verdict(4, &[]).tiers(), [[0, 1, 2, 3]]);
    assert_eq!(verdict(3, &[(0, 1), (0, 2), (1, 2)]).tiers(), [[0], [1], [2]]);
    assert_eq!(verdict(4, &[(0, 2), (0, 3), (1, 2), (1, 3)]).tiers(), [[0, 1], [2, 3]]);
}

#[test]
fn results_without_every_pair_have_no_tiers() {
    let mut old = verdict(3, &[(0, 2)]);
    old.between.clear();
    assert_eq!(old.tiers(), Vec::<Vec<usize>>::new());
    assert!(old.told_apart(0, 2) && !old.told_apart(0, 1) && !old.told_apart(0, 9));
}
