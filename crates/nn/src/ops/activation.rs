//! The activations by name: one table for models, files and the command line.

use super::{Identity, Map, Relu, Sigmoid, Step, Tanh};
use crate::{Element, Error, Graph, Node, Op};
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
        ("identity", Activation::Identity),
    ];

    /// Its name in the table.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, activation)| *activation == self).map_or("", |(name, _)| name)
    }

    fn op<T: Element>(self) -> Box<dyn Op<T>> {
        match self {
            Activation::Step => Box::new(Map::<Step>::new()),
            Activation::Sigmoid => Box::new(Map::<Sigmoid>::new()),
            Activation::Tanh => Box::new(Map::<Tanh>::new()),
            Activation::Relu => Box::new(Map::<Relu>::new()),
            Activation::Identity => Box::new(Map::<Identity>::new()),
        }
    }
}

impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Activation {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let names = || Self::ALL.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        let found = Self::ALL.iter().find(|(name, _)| *name == text).map(|(_, activation)| *activation);
        found.ok_or_else(|| Error::Unknown { what: "activation", found: text.into(), choices: names() })
    }
}

impl<T: Element> Graph<T> {
    /// Applies an activation chosen at run time.
    ///
    /// # Errors
    /// [`Error::Shape`] for labels, [`Error::ForeignNode`], a name used twice.
    pub fn activation(&mut self, activation: Activation, x: Node) -> Result<Node, Error> {
        self.apply_boxed(activation.op(), &[x])
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
            assert_eq!(activation.op::<f32>().name(), name);
        }
        let error = "rellu".parse::<Activation>().unwrap_err().to_string();
        assert_eq!(error, "unknown activation `rellu`; choose one of: step, sigmoid, tanh, relu, identity");
    }
}
