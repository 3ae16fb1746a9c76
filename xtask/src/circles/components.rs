//! Finds circles in a directed graph, and short chains through them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// For each node, the nodes its arrows lead to.
pub(crate) type Graph = BTreeMap<usize, BTreeSet<usize>>;

/// Returns the strongly connected components of more than one node, each sorted.
pub(crate) fn circles(graph: &Graph) -> Vec<Vec<usize>> {
    let reached: BTreeMap<usize, BTreeSet<usize>> =
        graph.keys().map(|node| (*node, reachable(graph, *node))).collect();
    let mut found: Vec<Vec<usize>> = Vec::new();
    for node in graph.keys() {
        if found.iter().any(|circle| circle.contains(node)) {
            continue;
        }
        let together: Vec<usize> = reached[node]
            .iter()
            .copied()
            .filter(|other| reached.get(other).is_some_and(|back| back.contains(node)))
            .collect();
        if together.len() > 1 {
            found.push(together);
        }
    }
    found
}

/// Returns the nodes that arrows lead to from `start`, in any number of steps from 1.
fn reachable(graph: &Graph, start: usize) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut open = vec![start];
    while let Some(node) = open.pop() {
        for next in graph.get(&node).into_iter().flatten() {
            if found.insert(*next) {
                open.push(*next);
            }
        }
    }
    found
}

/// Returns shortest chains that begin and end at the same node, so many that each node of the circle is on one.
pub(crate) fn chains(graph: &Graph, circle: &[usize]) -> Vec<Vec<usize>> {
    let mut chains = Vec::new();
    let mut covered = BTreeSet::new();
    for node in circle {
        if covered.contains(node) {
            continue;
        }
        let chain = shortest_chain(graph, *node);
        covered.extend(chain.iter().copied());
        chains.push(chain);
    }
    chains
}

/// Returns the shortest way from `start` back to it; both ends are in it.
fn shortest_chain(graph: &Graph, start: usize) -> Vec<usize> {
    let mut from: BTreeMap<usize, usize> = BTreeMap::new();
    let mut open = VecDeque::from([start]);
    while let Some(node) = open.pop_front() {
        for next in graph.get(&node).into_iter().flatten() {
            if from.contains_key(next) {
                continue;
            }
            from.insert(*next, node);
            if *next == start {
                let mut chain = vec![start];
                let mut at = start;
                loop {
                    at = from[&at];
                    chain.push(at);
                    if at == start {
                        chain.reverse();
                        return chain;
                    }
                }
            }
            open.push_back(*next);
        }
    }
    vec![start]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(arrows: &[(usize, usize)]) -> Graph {
        let mut graph = Graph::new();
        for (from, to) in arrows {
            graph.entry(*from).or_default().insert(*to);
            graph.entry(*to).or_default();
        }
        graph
    }

    #[test]
    fn a_tree_has_no_circle() {
        assert!(circles(&graph(&[(0, 1), (0, 2), (1, 2), (2, 3)])).is_empty());
    }

    #[test]
    fn circles_are_found_apart() {
        let graph = graph(&[(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 3), (4, 5)]);
        assert_eq!(circles(&graph), [vec![0, 1, 2], vec![3, 4]]);
    }

    #[test]
    fn chains_are_short_and_cover_the_circle() {
        // A long way round, a short one, and a node beside.
        let graph = graph(&[(0, 1), (1, 2), (2, 3), (3, 0), (1, 0), (3, 4), (4, 3)]);
        let circle = &circles(&graph)[0];
        assert_eq!(circle, &[0, 1, 2, 3, 4]);
        assert_eq!(chains(&graph, circle), [vec![0, 1, 0], vec![2, 3, 0, 1, 2], vec![4, 3, 4]]);
    }
}
