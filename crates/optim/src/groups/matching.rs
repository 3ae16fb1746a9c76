//! Which tensors a group takes.

use serde::{Deserialize, Serialize};
use std::fmt;
use thalweg_arena::{Layout, Tensor};

/// Predicates on a tensor; all that are given must hold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Match {
    /// Patterns of names, one of which must fit: `*` stands for any characters, `?` for one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Patterns of names, none of which may fit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<String>,
    /// The least rank: 2 for matrices and filters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least_rank: Option<usize>,
    /// The largest rank: 1 for biases and the scales of norms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub largest_rank: Option<usize>,
    /// The exact shape; 0 stands for any extent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<Vec<usize>>,
    /// The first layer, counted from 0 (see [`layer_of`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_layer: Option<usize>,
    /// The last layer, this one included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_layer: Option<usize>,
}

impl Match {
    /// Tensors whose name fits one of the patterns.
    pub fn names<N: Into<String>>(patterns: impl IntoIterator<Item = N>) -> Self {
        Self { names: patterns.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// Tensors of at least this rank.
    pub fn least_rank(rank: usize) -> Self {
        Self { least_rank: Some(rank), ..Self::default() }
    }

    /// Tensors of at most this rank.
    pub fn largest_rank(rank: usize) -> Self {
        Self { largest_rank: Some(rank), ..Self::default() }
    }

    /// Whether there is no predicate: such a group takes what the others leave.
    pub fn is_rest(&self) -> bool {
        *self == Self::default()
    }

    /// Whether tensor `index` of `layout` is taken.
    pub fn takes(&self, layout: &Layout, index: usize) -> bool {
        let Some(tensor) = layout.tensors().get(index) else { return false };
        let Tensor { name, shape, .. } = tensor;
        let fits = |patterns: &[String]| patterns.iter().any(|pattern| fits(pattern, name));
        let layer = || layer_of(layout, index);
        let shaped = |wanted: &Vec<usize>| {
            wanted.len() == shape.len()
                && wanted.iter().zip(shape).all(|(wanted, found)| *wanted == 0 || wanted == found)
        };
        (self.names.is_empty() || fits(&self.names))
            && !fits(&self.except)
            && self.least_rank.is_none_or(|least| shape.len() >= least)
            && self.largest_rank.is_none_or(|most| shape.len() <= most)
            && self.shape.as_ref().is_none_or(shaped)
            && self.first_layer.is_none_or(|first| layer() >= first)
            && self.last_layer.is_none_or(|last| layer() <= last)
    }
}

impl fmt::Display for Match {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if !self.names.is_empty() {
            parts.push(self.names.join(" or "));
        }
        parts.extend((!self.except.is_empty()).then(|| format!("not {}", self.except.join(", "))));
        parts.extend(self.least_rank.map(|rank| format!("rank {rank} and more")));
        parts.extend(self.largest_rank.map(|rank| format!("rank {rank} and less")));
        parts.extend(self.shape.as_ref().map(|shape| format!("shape {shape:?}")));
        parts.extend(self.first_layer.map(|layer| format!("from layer {layer}")));
        parts.extend(self.last_layer.map(|layer| format!("to layer {layer}")));
        f.write_str(&if parts.is_empty() { "the rest".into() } else { parts.join(", ") })
    }
}

/// Whether a name fits a pattern of characters, `*` (any number of characters) and `?` (one).
fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n) = (0, 0);
    // Where the last star stood, and how much of the name it has swallowed.
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(&c) if c == '?' || c == name[n] => (p, n) = (p + 1, n + 1),
            _ => match &mut star {
                Some((at, swallowed)) => {
                    *swallowed += 1;
                    (p, n) = (*at + 1, *swallowed);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|&c| c == '*')
}

/// How deep a tensor's layer lies, from 0: tensors whose names differ only in their last part (`W1` and `b1`,
/// `conv.weight` and `conv.bias`) share a layer, and layers are counted in the order of the layout.
pub fn layer_of(layout: &Layout, index: usize) -> usize {
    let mut keys: Vec<String> = Vec::new();
    for tensor in layout.tensors().iter().take(index + 1) {
        let key = layer_key(&tensor.name);
        match keys.iter().position(|known| *known == key) {
            Some(place) => {
                // Known layers move to the end only in the answer below.
                if std::ptr::eq(tensor, &layout.tensors()[index]) {
                    return place;
                }
            }
            None => keys.push(key),
        }
    }
    keys.len().saturating_sub(1)
}

/// What tensors of one layer have in common: what comes before the last dot, or else the last number.
fn layer_key(name: &str) -> String {
    if let Some((layer, _)) = name.rsplit_once('.') {
        return layer.to_string();
    }
    let digits: String =
        name.chars().rev().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    if digits.is_empty() { name.to_string() } else { digits.chars().rev().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_as_in_a_shell() {
        for (pattern, name, expected) in [
            ("W*", "W1", true),
            ("W*", "b1", false),
            ("*.bias", "layer.0.bias", true),
            ("*.bias", "layer.0.bias2", false),
            ("l?yer*bias", "layer.10.bias", true),
            ("*", "", true),
            ("", "", true),
            ("?", "", false),
            ("a*b*c", "a1b2b3c", true),
            ("a*b*c", "a1b2b3", false),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn layers_are_counted_by_what_names_share() {
        let layers = |names: &[&str]| {
            let mut layout = Layout::new();
            for name in names {
                layout.add(*name, &[1]).unwrap();
            }
            (0..names.len()).map(|index| layer_of(&layout, index)).collect::<Vec<_>>()
        };
        assert_eq!(layers(&["W1", "b1", "W2", "b2", "W10", "b10"]), [0, 0, 1, 1, 2, 2]);
        assert_eq!(layers(&["embed", "block.0.w", "block.0.b", "block.1.w", "head"]), [0, 1, 1, 2, 3]);
        assert_eq!(layers(&["W1", "W2", "b1", "b2"]), [0, 1, 0, 1]);
    }
}
