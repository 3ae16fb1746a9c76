//! The activations by name: one table for models, files and the command line.

use super::{
    Elu, Gelu, HardSigmoid, Identity, LeakyRelu, Map, Relu, Selu, Sigmoid, Silu, Softplus, Step, Tanh,
};
use crate::op::Both;
use crate::{Element, Graph, GraphError, Node};
use std::fmt;
use std::str::FromStr;

/// An activation function, chosen at run time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Activation {
    /// [`Step`]; nothing below it learns.
    Step,
    /// [`Sigmoid`].
    Sigmoid,
    /// [`Tanh`].
    Tanh,
    /// [`Relu`].
    Relu,
    /// [`LeakyRelu`] with its usual slope, 0.01.
    LeakyRelu,
    /// [`Elu`] with its usual α, 1.
    Elu,
    /// [`Selu`].
    Selu,
    /// [`Gelu`].
    Gelu,
    /// [`Silu`].
    Silu,
    /// [`Softplus`].
    Softplus,
    /// [`HardSigmoid`].
    HardSigmoid,
    /// [`Identity`].
    Identity,
}

impl Activation {
    /// Every activation with its name.
    pub const ALL: &[(&str, Activation)] = &[
        ("step", Activation::Step),
        ("sigmoid", Activation::Sigmoid),
        ("tanh", Activation::Tanh),
        ("relu", Activation::Relu),
        ("leaky-relu", Activation::LeakyRelu),
        ("elu", Activation::Elu),
        ("selu", Activation::Selu),
        ("gelu", Activation::Gelu),
        ("silu", Activation::Silu),
        ("softplus", Activation::Softplus),
        ("hard-sigmoid", Activation::HardSigmoid),
        ("identity", Activation::Identity),
    ];

    /// Returns the name of the activation in the table.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, activation)| *activation == self).map_or("", |(name, _)| name)
    }

    // Inlined into generic code, it would be compiled with that.
    #[inline(never)]
    fn op(self) -> Box<dyn Both> {
        match self {
            Activation::Step => Box::new(Map(Step)),
            Activation::Sigmoid => Box::new(Map(Sigmoid)),
            Activation::Tanh => Box::new(Map(Tanh)),
            Activation::Relu => Box::new(Map(Relu)),
            Activation::LeakyRelu => Box::new(Map(LeakyRelu::default())),
            Activation::Elu => Box::new(Map(Elu::default())),
            Activation::Selu => Box::new(Map(Selu)),
            Activation::Gelu => Box::new(Map(Gelu)),
            Activation::Silu => Box::new(Map(Silu)),
            Activation::Softplus => Box::new(Map(Softplus)),
            Activation::HardSigmoid => Box::new(Map(HardSigmoid)),
            Activation::Identity => Box::new(Map(Identity)),
        }
    }
}

impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Activation {
    type Err = GraphError;

    fn from_str(text: &str) -> Result<Self, GraphError> {
        let names = || Self::ALL.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        let found = Self::ALL.iter().find(|(name, _)| *name == text).map(|(_, activation)| *activation);
        found.ok_or_else(|| GraphError::Unknown { what: "activation", found: text.into(), choices: names() })
    }
}

impl<T: Element> Graph<T> {
    /// Applies an activation chosen at run time.
    ///
    /// # Errors
    /// [`GraphError::Shape`] for labels, [`GraphError::ForeignNode`], a name used twice.
    pub fn activation(&mut self, activation: Activation, x: Node) -> Result<Node, GraphError> {
        self.apply_boxed(T::op(activation.op()), &[x])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_and_the_ops_have_the_same_names() {
        for &(name, activation) in Activation::ALL {
            assert_eq!(name.parse::<Activation>().unwrap(), activation);
            assert_eq!(activation.to_string(), name);
            assert_eq!(activation.op().narrow().name(), name);
        }
        let error = "rellu".parse::<Activation>().unwrap_err().to_string();
        assert!(
            error.starts_with("unknown activation `rellu`; choose one of: step, sigmoid, tanh, relu,"),
            "{error}"
        );
    }
}
