//! Networks that have names: those of the book and of the benchmarks everyone compares with.

use super::Layers;
use crate::GraphError;

/// Name, layers, where it comes from.
pub const NETWORKS: &[(&str, &str, &str)] = &[
    ("two-layer", "linear 50, sigmoid, linear outputs", "the book's two-layer network (ch. 4)"),
    (
        "multi-layer",
        "linear 100, relu, linear 100, relu, linear 100, relu, linear 100, relu, linear outputs",
        "the book's multi-layer network as it compares update rules (ch. 6)",
    ),
    (
        "multi-layer-extended",
        "linear 100, batch-norm, relu, linear 100, batch-norm, relu, linear 100, batch-norm, relu, linear 100, batch-norm, \
         relu, linear 100, batch-norm, relu, linear outputs",
        "the same with five layers and batch normalisation (ch. 6)",
    ),
    (
        "mlp-dropout",
        "linear 800, relu, dropout 0.5, linear 800, relu, dropout 0.5, linear outputs",
        "two wide layers with dropout (Srivastava et al. 2014, section 6.1.1, after Simard et al. 2003)",
    ),
    (
        "simple-convnet",
        "conv 30 5, relu, max-pool 2, linear 100, relu, linear outputs",
        "the book's SimpleConvNet (ch. 7)",
    ),
    (
        "deep-convnet",
        "conv 16 3 pad 1, relu, conv 16 3 pad 1, relu, max-pool 2, conv 32 3 pad 1, relu, conv 32 3 pad 2, relu, max-pool 2, \
         conv 64 3 pad 1, relu, conv 64 3 pad 1, relu, max-pool 2, linear 50, relu, dropout 0.5, linear outputs, dropout 0.5",
        "the book's deep network (ch. 8)",
    ),
    (
        "2c2d",
        "conv 32 5 pad same, relu, max-pool 2, conv 64 5 pad same, relu, max-pool 2, linear 1024, relu, linear outputs",
        "DeepOBS' small network for MNIST and Fashion-MNIST (Schneider, Balles and Hennig 2019)",
    ),
    (
        "3c3d",
        "conv 64 5, relu, max-pool 3 stride 2 pad 1, conv 96 3, relu, max-pool 3 stride 2 pad 1, conv 128 3 pad same, relu, \
         max-pool 3 stride 2 pad 1, linear 512, relu, linear 256, relu, linear outputs",
        "DeepOBS' network for CIFAR-10",
    ),
    (
        "residual",
        "conv 16 3 pad same, batch-norm, relu, residual(conv 16 3 pad same, batch-norm, relu, conv 16 3 pad same, batch-norm), \
         relu, conv 32 3 stride 2 pad 1, batch-norm, relu, residual(conv 32 3 pad same, batch-norm, relu, conv 32 3 pad same, \
         batch-norm), relu, conv 64 3 stride 2 pad 1, batch-norm, relu, residual(conv 64 3 pad same, batch-norm, relu, \
         conv 64 3 pad same, batch-norm), relu, global-average-pool, linear outputs",
        "a small residual network (He, Zhang, Ren and Sun 2016)",
    ),
    (
        "autoencoder",
        "linear 1000, sigmoid, linear 500, sigmoid, linear 250, sigmoid, linear 30, linear 250, sigmoid, linear 500, sigmoid, \
         linear 1000, sigmoid, linear inputs",
        "a deep autoencoder, a usual test of update rules (Hinton and Salakhutdinov 2006; Martens 2010)",
    ),
    (
        "vae",
        "linear 400, relu, latent 20, linear 400, relu, linear inputs",
        "a variational autoencoder (Kingma and Welling 2014)",
    ),
    (
        "transformer",
        "embedding 64, positions, residual(layer-norm, attention 4 causal), residual(layer-norm, linear 256, gelu, linear 64), \
         residual(layer-norm, attention 4 causal), residual(layer-norm, linear 256, gelu, linear 64), layer-norm, linear outputs",
        "a small transformer for text, character by character (Radford et al. 2019)",
    ),
    (
        "gru",
        "embedding 32, gru 128, linear outputs",
        "gated recurrent units for text, character by character (Cho et al. 2014)",
    ),
];

impl Layers {
    /// Reads a network: a name in [`NETWORKS`], or a list of layers.
    ///
    /// # Errors
    /// [`GraphError::Layers`] when it is neither.
    pub fn read(text: &str) -> Result<Self, GraphError> {
        let text = text.trim();
        match NETWORKS.iter().find(|(name, _, _)| *name == text) {
            Some((_, layers, _)) => layers.parse(),
            // A single word that is no layer was meant to be a name.
            None => text.parse::<Layers>().map_err(|error| match error {
                GraphError::Layers { text, explanation } if !text.contains([',', ' ', '(']) => {
                    let names: Vec<&str> = NETWORKS.iter().map(|(name, _, _)| *name).collect();
                    let explanation = format!("{explanation}; whole networks are {}", names.join(", "));
                    GraphError::Layers { text, explanation }
                }
                other => other,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Example, Loss};

    #[test]
    fn every_network_can_be_built_for_examples_of_its_kind() {
        for (name, layers, _) in NETWORKS {
            let image = if *name == "3c3d" { [3, 32, 32] } else { [1, 28, 28] };
            let text = ["transformer", "gru"].contains(name);
            let example = Example {
                features: if text { 16 } else { image.iter().product() },
                image: (!text).then_some(image),
                outputs: 10,
                places: text.then_some(16),
            };
            let read = Layers::read(name).unwrap();
            assert_eq!(read, Layers::read(layers).unwrap());
            read.model::<f32>(&example, Loss::SoftmaxCrossEntropy)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        let error = Layers::read("simple-convet").unwrap_err().to_string();
        assert!(error.contains("there is no layer `simple-convet`"), "{error}");
        assert!(error.contains("whole networks are two-layer, multi-layer"), "{error}");
    }
}
