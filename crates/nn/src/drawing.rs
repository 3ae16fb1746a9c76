//! The plan as a drawing: what is computed from what, as boxes and arrows.

use crate::{Plan, PlannedNode};
use std::collections::BTreeMap;

/// A box of the drawing: an input or what an op computes, with its parameters inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawnNode {
    /// The node's name.
    pub name: String,
    /// Its op.
    pub op: &'static str,
    /// Name and shape of each parameter, constant and running statistic it uses.
    pub leaves: Vec<String>,
    /// The extents of its value.
    pub shape: Vec<usize>,
    /// The buffer that holds the value.
    pub buffer: Option<usize>,
    /// False for a value that is never stored, since the next op takes it as it arises.
    pub stored: bool,
    /// Multiply-adds of both passes.
    pub multiply_adds: u64,
    /// The boxes its arrows come from, as places in the drawing.
    pub inputs: Vec<usize>,
}

impl Plan {
    /// Returns the boxes in the order they are computed.
    pub fn drawing(&self) -> Vec<DrawnNode> {
        let is_leaf = |node: &PlannedNode| matches!(node.op, "parameter" | "constant" | "statistic");
        let all: BTreeMap<&str, &PlannedNode> =
            self.nodes().iter().map(|node| (node.name.as_str(), node)).collect();
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        let mut drawn = Vec::new();
        for node in self.nodes().iter().filter(|node| !is_leaf(node)) {
            let mut inputs: Vec<usize> =
                node.inputs.iter().filter_map(|name| places.get(name.as_str()).copied()).collect();
            // x + x is one arrow.
            inputs.dedup();
            let leaves =
                node.inputs.iter().filter_map(|name| all.get(name.as_str())).filter(|node| is_leaf(node));
            places.insert(&node.name, drawn.len());
            drawn.push(DrawnNode {
                name: node.name.clone(),
                op: node.op,
                leaves: leaves.map(|leaf| format!("{} {:?}", leaf.name, leaf.shape)).collect(),
                shape: node.shape.clone(),
                buffer: node.buffer,
                stored: node.buffer.is_some() || node.op == "labels",
                multiply_adds: node.multiply_adds + node.backward_multiply_adds,
                inputs,
            });
        }
        drawn
    }

    /// Returns the drawing in the language of Graphviz: `thalweg explain --dot | dot -Tsvg`. Boxes with the same number share a
    /// buffer. Dashed boxes are computed together with the next one.
    pub fn dot(&self) -> String {
        let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
        let mut text =
            String::from("digraph network {\n  node [shape=box, fontname=\"sans-serif\", fontsize=11];\n");
        for (place, node) in self.drawing().iter().enumerate() {
            let mut lines = vec![format!("{} ({})", node.name, node.op)];
            lines.extend(node.leaves.iter().cloned());
            lines.push(format!("{:?}", node.shape));
            lines.extend(node.buffer.map(|buffer| format!("buffer {buffer}")));
            let style = if node.stored { "" } else { ", style=dashed" };
            let label: Vec<String> = lines.iter().map(|line| quoted(line)).collect();
            text += &format!("  n{place} [label=\"{}\"{style}];\n", label.join("\\n"));
            for input in &node.inputs {
                text += &format!("  n{input} -> n{place};\n");
            }
        }
        text + "}"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Example, Layers, Loss};

    #[test]
    fn leaves_stand_inside_the_boxes_and_arrows_follow_the_data() {
        let layers: Layers = "linear 3, residual(linear 3, relu), linear outputs".parse().unwrap();
        let example = Example { features: 3, image: None, outputs: 2, places: None };
        let model = layers.model::<f32>(&example, Loss::SoftmaxCrossEntropy).unwrap();
        let plan = Plan::training(&model.graph, 4, model.loss, &[]).unwrap();
        let drawing = plan.drawing();
        let named = |name: &str| drawing.iter().position(|node| node.name == name).unwrap();
        let first = &drawing[named("linear1")];
        assert_eq!(
            (first.op, first.leaves.as_slice()),
            ("linear", ["W1 [3, 3]".to_owned(), "b1 [3]".to_owned()].as_slice())
        );
        assert_eq!(first.inputs, [named("x")]);
        let sum = drawing.iter().find(|node| node.op == "add").unwrap();
        assert_eq!(sum.inputs, [named("relu1"), named("linear1")]);
        let dot = plan.dot();
        assert!(dot.starts_with("digraph network {\n") && dot.ends_with('}'), "{dot}");
        assert!(dot.contains("label=\"linear1 (linear)\\nW1 [3, 3]\\nb1 [3]\\n[4, 3]\\nbuffer "), "{dot}");
        assert_eq!(dot.matches(" -> ").count(), drawing.iter().map(|node| node.inputs.len()).sum::<usize>());
    }
}
