//! An ONNX file as it grows: nodes, tensors and attributes.

use super::proto::{AttributeProto, AttributeType, DataType, GraphProto, NodeProto, TensorProto};
use crate::Element;
use std::collections::BTreeMap;
use std::marker::PhantomData;

/// The file as it grows.
pub(super) struct File<T> {
    pub(super) graph: GraphProto,
    /// Nodes that are another one in the file.
    names: BTreeMap<String, String>,
    /// Inputs that hold whole numbers.
    pub(super) tokens: Vec<String>,
    /// How many names were made up.
    number: usize,
    element: PhantomData<T>,
}

impl<T: Element> File<T> {
    /// How numbers are stored.
    pub(super) const KIND: DataType = if T::BYTES == 8 { DataType::Double } else { DataType::Float };

    pub(super) fn new() -> Self {
        Self {
            graph: GraphProto { name: "network".into(), ..GraphProto::default() },
            names: BTreeMap::new(),
            tokens: Vec::new(),
            number: 0,
            element: PhantomData,
        }
    }

    /// Returns what a node of the network is called in the file.
    pub(super) fn name(&self, node: &str) -> String {
        self.names.get(node).cloned().unwrap_or_else(|| node.to_owned())
    }

    /// Makes `node` another name of `other`.
    pub(super) fn alias(&mut self, node: &str, other: &str) {
        self.names.insert(node.to_owned(), other.to_owned());
    }

    /// Returns a name that no node has.
    pub(super) fn fresh(&mut self) -> String {
        self.number += 1;
        format!("::{}", self.number)
    }

    pub(super) fn node(&mut self, op: &str, inputs: &[&str], output: &str, attribute: Vec<AttributeProto>) {
        self.graph.node.push(NodeProto {
            input: inputs.iter().map(|&name| name.to_owned()).collect(),
            output: vec![output.to_owned()],
            name: format!("{output}:{op}"),
            op_type: op.to_owned(),
            attribute,
        });
    }

    /// Adds a node and returns the new name of its output.
    pub(super) fn step(&mut self, op: &str, inputs: &[&str], attribute: Vec<AttributeProto>) -> String {
        let output = self.fresh();
        self.node(op, inputs, &output, attribute);
        output
    }

    pub(super) fn numbers(&mut self, name: &str, shape: &[usize], values: &[T]) {
        let raw_data = match T::BYTES {
            8 => values.iter().flat_map(|value| value.to_f64().to_le_bytes()).collect(),
            _ => values.iter().flat_map(|value| (value.to_f64() as f32).to_le_bytes()).collect(),
        };
        let dims = shape.iter().map(|&extent| extent as i64).collect();
        let data_type = Self::KIND.into();
        self.graph.initializer.push(TensorProto { dims, data_type, name: name.to_owned(), raw_data });
    }

    /// Adds a constant of one number and returns its name.
    pub(super) fn number(&mut self, value: f64) -> String {
        let name = self.fresh();
        self.numbers(&name, &[], &[T::from_f64(value)]);
        name
    }

    pub(super) fn whole_numbers(&mut self, values: impl IntoIterator<Item = i64>) -> String {
        let (name, values) = (self.fresh(), values.into_iter().collect::<Vec<i64>>());
        self.graph.initializer.push(TensorProto {
            dims: vec![values.len() as i64],
            data_type: DataType::Int64.into(),
            name: name.clone(),
            raw_data: values.iter().flat_map(|value| value.to_le_bytes()).collect(),
        });
        name
    }
}

pub(super) fn ints(name: &str, values: impl IntoIterator<Item = usize>) -> AttributeProto {
    let ints = values.into_iter().map(|value| value as i64).collect();
    AttributeProto { name: name.into(), ints, r#type: AttributeType::Ints.into(), ..Default::default() }
}

pub(super) fn int(name: &str, i: i64) -> AttributeProto {
    AttributeProto { name: name.into(), i, r#type: AttributeType::Int.into(), ..Default::default() }
}

pub(super) fn float(name: &str, value: f64) -> AttributeProto {
    AttributeProto {
        name: name.into(),
        f: value as f32,
        r#type: AttributeType::Float.into(),
        ..Default::default()
    }
}
