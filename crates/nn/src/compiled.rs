//! Compiles the ops of this crate once for each type of number, here, whoever uses them.
//!
//! Generic code is compiled again by every crate that names a type for it. So the ops go into a graph by a detour: a function
//! without type parameters makes a [`Both`] of them, and the [`Element`] takes out the one of its own type.

use crate::losses::CrossEntropySettings;
use crate::{Example, Graph, GraphError, Layers, Loss, Model, Node, Op, Plan, Session};

/// A number that networks are made of: `f32` or `f64`.
///
/// Its functions are what is compiled here. They are called by the methods of the types that they are about.
pub trait Element: thalweg_matrix::Element {
    /// Takes out the op of this type.
    #[doc(hidden)]
    fn op(op: Box<dyn Both>) -> Box<dyn Op<Self>>;

    /// See [`Plan::training`] and [`Plan::evaluation`].
    #[doc(hidden)]
    fn plan(
        graph: &Graph<Self>,
        batch: usize,
        loss: Option<usize>,
        outputs: &[Node],
    ) -> Result<Plan, GraphError>;

    /// See [`Layers::model_for`].
    #[doc(hidden)]
    fn model(
        layers: &Layers,
        example: &Example,
        loss: Loss,
        settings: CrossEntropySettings,
    ) -> Result<Model<Self>, GraphError>;

    /// See [`Session::forward`].
    #[doc(hidden)]
    fn forward(session: &mut Session<Self>, parameters: &[Self]) -> Result<(), GraphError>;

    /// See [`Session::backward`].
    #[doc(hidden)]
    fn backward(
        session: &mut Session<Self>,
        parameters: &[Self],
        gradients: &mut [Self],
    ) -> Result<(), GraphError>;
}

macro_rules! element {
    ($type:ty, $take:ident) => {
        impl Element for $type {
            fn op(op: Box<dyn Both>) -> Box<dyn Op<Self>> {
                op.$take()
            }

            #[inline(never)]
            fn plan(
                graph: &Graph<Self>,
                batch: usize,
                loss: Option<usize>,
                outputs: &[Node],
            ) -> Result<Plan, GraphError> {
                Plan::new(graph, batch, loss, outputs)
            }

            #[inline(never)]
            fn model(
                layers: &Layers,
                example: &Example,
                loss: Loss,
                settings: CrossEntropySettings,
            ) -> Result<Model<Self>, GraphError> {
                layers.build(example, loss, settings)
            }

            #[inline(never)]
            fn forward(session: &mut Session<Self>, parameters: &[Self]) -> Result<(), GraphError> {
                session.compute(parameters)
            }

            #[inline(never)]
            fn backward(
                session: &mut Session<Self>,
                parameters: &[Self],
                gradients: &mut [Self],
            ) -> Result<(), GraphError> {
                session.differentiate(parameters, gradients)
            }
        }
    };
}
element!(f32, narrow);
element!(f64, wide);

/// An op of both types.
#[doc(hidden)]
pub trait Both {
    /// The op of 32 bits.
    fn narrow(self: Box<Self>) -> Box<dyn Op<f32>>;
    /// The op of 64 bits.
    fn wide(self: Box<Self>) -> Box<dyn Op<f64>>;
}

impl<O: Op<f32> + Op<f64>> Both for O {
    fn narrow(self: Box<Self>) -> Box<dyn Op<f32>> {
        self
    }
    fn wide(self: Box<Self>) -> Box<dyn Op<f64>> {
        self
    }
}

/// An op of this crate, which [`compiled_here`] makes of a type.
pub(crate) trait Compiled {
    fn both(self) -> Box<dyn Both>;
}

/// Compiles an op's code here. [`Graph::apply_compiled`](crate::Graph) takes no other ops.
macro_rules! compiled_here {
    ($($op:ty),+ $(,)?) => {$(
        impl $crate::compiled::Compiled for $op {
            // Inlined into generic code, it would be compiled with that.
            #[inline(never)]
            fn both(self) -> Box<dyn $crate::compiled::Both> {
                Box::new(self)
            }
        }
    )+};
}
pub(crate) use compiled_here;
