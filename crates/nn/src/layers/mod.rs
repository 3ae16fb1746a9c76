/*!
Networks as lists of layers, in words: `conv 30 5, relu, max-pool 2, linear 100, relu, linear outputs`.

One grammar for files, the command line and every language: layers with commas between them, each a name, its numbers, and
options by name. `residual(…)` holds a list of its own. [`LAYERS`] has all names.

Weights are called W1, b1, W2, b2, … in order, as in the source notes; γ and β of the normalisations gamma1, beta1, ….
*/

mod build;
mod named;
mod parse;
#[cfg(test)]
mod tests;

pub use build::Example;
pub use named::NETWORKS;

use crate::Activation;
use crate::ops::{DropoutForm, Window};
use std::fmt;

/// How the row of [`LAYERS`] is written that stands for all activations.
const ACTIVATIONS: &str = "relu, gelu, tanh, …";

/// How every layer is written, with optional parts in brackets, and what it does.
pub const LAYERS: &[(&str, &str)] = &[
    (
        "linear N",
        "x W + b with N outputs; `outputs` for as many as the data ask for; an image is flattened first",
    ),
    (
        "linear inputs",
        "as the last layer: as many outputs as an example has numbers, which the network learns to give back",
    ),
    (
        "latent N",
        "N normal variables, their means and variances linear in what comes in; drawn while learning, and kept near the \
         standard normal (a variational autoencoder's code)",
    ),
    (ACTIVATIONS, "an activation"),
    (
        "conv N K [stride S] [pad P] [dilation D] [groups G]",
        "N channels through a window of K or KxL; `pad same` keeps the size",
    ),
    (
        "max-pool K [stride S] [pad P] [dilation D]",
        "the largest number in a window; the stride is K if not given",
    ),
    ("average-pool K [stride S] [pad P]", "the mean of a window, padding counted as zeros"),
    ("global-average-pool", "the mean of each channel"),
    (
        "batch-norm [decay D] [epsilon E]",
        "each channel normalised over the batch; running statistics keep the share D (0.9)",
    ),
    ("layer-norm, rms-norm", "each row normalised by itself"),
    ("embedding N", "a row of N numbers for each token of a text"),
    ("positions", "a learnt row for each place, added"),
    ("attention H [causal]", "self-attention in H heads; `causal`: a place sees only what comes before it"),
    ("gru N", "N gated recurrent units over the places"),
    ("dropout R [book]", "drops with probability R while learning; `book` multiplies by 1 - R when used"),
    ("residual(…)", "what the layers in brackets give, plus what they got"),
    ("flatten", "all numbers of an example in one row"),
    ("image CxHxW", "rows as images; sets of images need no such layer"),
];

/// Returns the names of the layers in [`LAYERS`], each once; activations are left out.
fn names() -> Vec<&'static str> {
    let forms = LAYERS.iter().map(|(form, _)| *form).filter(|form| *form != ACTIVATIONS);
    let mut names: Vec<&str> =
        forms.flat_map(|form| form.split(", ")).filter_map(|form| form.split(' ').next()).collect();
    names.dedup();
    names
}

/// One layer of a network.
#[derive(Clone, Debug, PartialEq)]
pub enum Layer {
    /// x W + b.
    Linear {
        /// The number of outputs; if absent, as many as the data need.
        outputs: Option<usize>,
    },
    /// x W + b with as many outputs as an example has numbers: the last layer of an autoencoder.
    Reconstruction,
    /// This many normal variables, whose means and logarithms of variances are linear in the input.
    Latent(usize),
    /// A function applied to each element.
    Activation(Activation),
    /// A convolution with bias.
    Convolution {
        /// Channels of the output.
        outputs: usize,
        /// How the window slides.
        window: Window,
        /// Groups of channels that do not see each other.
        groups: usize,
    },
    /// The largest number in a window.
    MaxPool(Window),
    /// The mean of the numbers in a window, padding counted as zeros.
    AveragePool(Window),
    /// The mean of each channel.
    GlobalAveragePool,
    /// Each channel normalised over the batch.
    BatchNorm(crate::ops::BatchNorm),
    /// Each row normalised separately.
    LayerNorm,
    /// Each row divided by the root of its mean square.
    RmsNorm,
    /// A row of this width for each token.
    Embedding(usize),
    /// A learnt row for each place, added.
    Positions,
    /// Self-attention. Queries, keys and values are linear in the input, and a linear layer follows.
    Attention {
        /// Heads that share the width.
        heads: usize,
        /// Whether a place sees only earlier places.
        causal: bool,
    },
    /// This many gated recurrent units.
    Gru(usize),
    /// Elements set to 0 at random while the network learns.
    Dropout {
        /// The probability.
        rate: f64,
        /// How the mean is kept.
        form: DropoutForm,
    },
    /// The output of the layers plus their input.
    Residual(Layers),
    /// All numbers of an example in one row.
    Flatten,
    /// Rows as images: channels, rows, columns.
    Image([usize; 3]),
}

/// Layers, each applied to the output of the one before it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layers(pub Vec<Layer>);

impl fmt::Display for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, layer) in self.0.iter().enumerate() {
            if number > 0 {
                f.write_str(", ")?;
            }
            layer.fmt(f)?;
        }
        Ok(())
    }
}

impl Layers {
    /// Returns linear layers of these widths, each followed by the activation, and a last linear layer without one.
    pub fn perceptron(hidden: &[usize], activation: Activation) -> Self {
        let hidden = hidden
            .iter()
            .flat_map(|&units| [Layer::Linear { outputs: Some(units) }, Layer::Activation(activation)]);
        Self(hidden.chain([Layer::Linear { outputs: None }]).collect())
    }
}

impl Layers {
    /// Returns whether the network is an autoencoder: it learns to reproduce its examples.
    pub fn reconstruct(&self) -> bool {
        self.0.last() == Some(&Layer::Reconstruction)
    }
}

/// `5`, or `5x3` where rows and columns differ.
fn pair([rows, columns]: [usize; 2]) -> String {
    if rows == columns { rows.to_string() } else { format!("{rows}x{columns}") }
}

/// Returns the options of a window that differ from the defaults.
fn options(window: &Window, stride: [usize; 2]) -> String {
    let said = [
        ("stride", window.stride, stride),
        ("pad", window.padding, [0; 2]),
        ("dilation", window.dilation, [1; 2]),
    ];
    let said = said.into_iter().filter(|(_, value, usual)| value != usual);
    said.map(|(name, value, _)| format!(" {name} {}", pair(value))).collect()
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Layer::Linear { outputs: None } => f.write_str("linear outputs"),
            Layer::Linear { outputs: Some(outputs) } => write!(f, "linear {outputs}"),
            Layer::Reconstruction => f.write_str("linear inputs"),
            Layer::Latent(variables) => write!(f, "latent {variables}"),
            Layer::Activation(activation) => activation.fmt(f),
            Layer::Convolution { outputs, window, groups } => {
                write!(f, "conv {outputs} {}{}", pair(window.kernel), options(window, [1; 2]))?;
                if *groups != 1 { write!(f, " groups {groups}") } else { Ok(()) }
            }
            Layer::MaxPool(window) => {
                write!(f, "max-pool {}{}", pair(window.kernel), options(window, window.kernel))
            }
            Layer::AveragePool(window) => {
                write!(f, "average-pool {}{}", pair(window.kernel), options(window, window.kernel))
            }
            Layer::GlobalAveragePool => f.write_str("global-average-pool"),
            Layer::BatchNorm(norm) => {
                let usual = crate::ops::BatchNorm::default();
                f.write_str("batch-norm")?;
                if norm.decay != usual.decay {
                    write!(f, " decay {}", norm.decay)?;
                }
                if norm.epsilon != usual.epsilon { write!(f, " epsilon {}", norm.epsilon) } else { Ok(()) }
            }
            Layer::LayerNorm => f.write_str("layer-norm"),
            Layer::RmsNorm => f.write_str("rms-norm"),
            Layer::Embedding(width) => write!(f, "embedding {width}"),
            Layer::Positions => f.write_str("positions"),
            Layer::Attention { heads, causal } => {
                write!(f, "attention {heads}{}", if *causal { " causal" } else { "" })
            }
            Layer::Gru(units) => write!(f, "gru {units}"),
            Layer::Dropout { rate, form: DropoutForm::Inverted } => write!(f, "dropout {rate}"),
            Layer::Dropout { rate, form: DropoutForm::Book } => write!(f, "dropout {rate} book"),
            Layer::Residual(layers) => write!(f, "residual({layers})"),
            Layer::Flatten => f.write_str("flatten"),
            Layer::Image([channels, rows, columns]) => write!(f, "image {channels}x{rows}x{columns}"),
        }
    }
}
