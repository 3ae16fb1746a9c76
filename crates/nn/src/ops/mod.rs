/*!
The ops, one a file: what it computes, its gradient, the [`Graph`](crate::Graph) function that adds it, its gradient check.

Activations are two scalar functions each ([`Pointwise`]); everything else implements [`Op`](crate::Op).
*/

mod activation;
mod add;
mod attention;
mod batch_norm;
mod concatenate;
mod convolution;
mod dropout;
mod elu;
mod embedding;
mod gelu;
mod gru;
mod hard_sigmoid;
mod identity;
mod leaky_relu;
mod linear;
mod log_softmax;
pub(crate) mod loops;
mod matmul;
mod multiply;
pub(crate) mod parallel;
pub(crate) mod pointwise;
pub(crate) mod pooling;
mod relu;
mod row_norm;
mod sample_normal;
mod selu;
mod sigmoid;
mod silu;
pub(crate) mod softmax;
mod softplus;
mod step;
mod tanh;
mod window;

pub use activation::Activation;
pub use add::Add;
pub use attention::Attention;
pub use batch_norm::BatchNorm;
pub use concatenate::{Concatenate, Permute, Slice};
pub use convolution::Convolution;
pub use dropout::{Dropout, DropoutForm};
pub use elu::Elu;
pub use embedding::Embedding;
pub use gelu::Gelu;
pub use gru::Gru;
pub use hard_sigmoid::HardSigmoid;
pub use identity::Identity;
pub use leaky_relu::LeakyRelu;
pub use linear::Linear;
pub use log_softmax::LogSoftmax;
pub use matmul::MatMul;
pub use multiply::Multiply;
pub use pointwise::{Map, Pointwise};
pub use pooling::{AveragePool, MaxPool};
pub use relu::Relu;
pub use row_norm::{LayerNorm, RmsNorm, RowNorm};
pub use sample_normal::SampleNormal;
pub use selu::Selu;
pub use sigmoid::Sigmoid;
pub use silu::Silu;
pub use softmax::Softmax;
pub use softplus::Softplus;
pub use step::Step;
pub use tanh::Tanh;
pub use window::Window;
