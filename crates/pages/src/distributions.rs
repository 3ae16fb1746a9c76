//! The values of activations, drawn.

use thalweg_report::Block;
use thalweg_report::figures::{Distribution, Histograms};
use thalweg_train::ActivationDiagnostics;

/// Draws the values of every activation, layer by layer.
pub(crate) fn distributions(title: String, layers: &[ActivationDiagnostics]) -> Block {
    let distributions = layers.iter().map(|one| Distribution {
        label: one.layer.clone(),
        edges: one.edges.clone(),
        counts: one.counts.clone(),
    });
    Histograms { title, caption: String::new(), distributions: distributions.collect() }.figure().into()
}
