//! The two groupings that everybody writes.

use super::{GroupSpecification, Match, layer_of};
use crate::Specification;
use thalweg_arena::Layout;

/// Weight decay on matrices and filters only: tensors of rank 0 and 1 (biases, the scales of norms) get none. The rule must
/// have `weight_decay`. One group if there are no such tensors, or no others.
pub fn no_decay_on_vectors(mut specification: Specification, layout: &Layout) -> Specification {
    let vectors = layout.tensors().iter().filter(|tensor| tensor.shape.len() < 2).count();
    let mut groups = vec![
        GroupSpecification::new("decay", Match::least_rank(2)),
        GroupSpecification::new("no decay", Match::largest_rank(1)).with("weight_decay", 0.0),
    ];
    if vectors == layout.tensors().len() {
        groups.remove(0);
    } else if vectors == 0 {
        groups.remove(1);
    }
    specification.groups = groups;
    specification
}

/// A smaller rate the nearer a layer is to the input: times `decay` for each layer between it and the last one (Howard and
/// Ruder 2018, discriminative fine-tuning; as used for fine-tuning transformers).
pub fn layer_wise_rate_decay(mut specification: Specification, layout: &Layout, decay: f64) -> Specification {
    let depths = (0..layout.tensors().len()).map(|index| layer_of(layout, index));
    let last = depths.max().unwrap_or(0);
    specification.groups = (0..=last)
        .map(|layer| {
            let matching = Match { first_layer: Some(layer), last_layer: Some(layer), ..Match::default() };
            GroupSpecification::new(format!("layer {layer}"), matching)
                .with_rate_factor(decay.powi((last - layer) as i32))
        })
        .collect();
    specification
}
