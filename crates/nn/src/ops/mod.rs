/*!
The ops, one a file: what it computes, its gradient, the [`Graph`](crate::Graph) function that adds it, its gradient check.

Activations are two scalar functions each ([`Pointwise`]); everything else implements [`Op`](crate::Op).
*/

mod activation;
mod add;
mod identity;
mod linear;
pub(crate) mod loops;
mod matmul;
mod multiply;
pub(crate) mod pointwise;
mod relu;
mod sigmoid;
pub(crate) mod softmax;
mod step;
mod tanh;

pub use activation::Activation;
pub use add::Add;
pub use identity::Identity;
pub use linear::Linear;
pub use matmul::MatMul;
pub use multiply::Multiply;
pub use pointwise::{Map, Pointwise};
pub use relu::Relu;
pub use sigmoid::Sigmoid;
pub use softmax::Softmax;
pub use step::Step;
pub use tanh::Tanh;
