//! Small graphs computed, and numbers in tables.

use super::sheet::Sheet;
use crate::language::Language;
use std::sync::Arc;
use thalweg::nn::{Graph, GraphError, Node, Session};
use thalweg::pages::rounded;
use thalweg::report::diagram::{Card, Diagram};
use thalweg::report::{Cell, Column, Table};

/// Digits of a number in a table.
const DIGITS: usize = 8;

/// A graph with the values of its leaves.
pub(super) struct Small {
    pub(super) graph: Graph<f64>,
    leaves: Vec<(Node, Vec<f64>)>,
}

impl Small {
    pub(super) fn new() -> Self {
        Self { graph: Graph::new(), leaves: Vec::new() }
    }

    /// Adds a leaf with its values.
    pub(super) fn leaf(&mut self, name: &str, shape: &[usize], values: &[f64]) -> Result<Node, GraphError> {
        let node = self.graph.input(name, shape)?;
        self.leaves.push((node, values.to_vec()));
        Ok(node)
    }

    /// Returns the names and values of nodes after a forward pass.
    pub(super) fn forward(self, nodes: &[Node]) -> Result<Vec<(String, Vec<f64>)>, GraphError> {
        let mut session = Session::evaluation(&Arc::new(self.graph), 1, nodes)?;
        fill(&mut session, &self.leaves)?;
        session.forward(&[])?;
        nodes
            .iter()
            .map(|&node| Ok((session.graph().name(node)?.to_owned(), session.value(node)?.to_vec())))
            .collect()
    }
}

fn fill(session: &mut Session<f64>, leaves: &[(Node, Vec<f64>)]) -> Result<(), GraphError> {
    leaves.iter().try_for_each(|(node, values)| session.set_input(*node, values))
}

/// Returns a table of numbers under these titles.
pub(super) fn table_of(titles: &[&str]) -> Table {
    Table::new(titles.iter().map(|title| Column::number(*title)).collect())
}

/// Returns a cell for each number.
pub(super) fn row(numbers: impl IntoIterator<Item = f64>) -> Vec<Cell> {
    numbers.into_iter().map(cell).collect()
}

/// Returns a number as a cell, with all its digits in files.
pub(super) fn cell(number: f64) -> Cell {
    Cell::value(rounded(number, DIGITS), number)
}

/// Returns numbers in a row, as NumPy prints them.
pub(super) fn short(numbers: &[f64]) -> String {
    let shown: Vec<String> = numbers.iter().map(|number| rounded(*number, DIGITS)).collect();
    shown.join(" ")
}

/// What a node computed forward, and the gradient that came back to it.
pub(super) struct Seen {
    pub(super) name: String,
    pub(super) value: Vec<f64>,
    pub(super) gradient: Vec<f64>,
    /// Its inputs, as places among the nodes.
    inputs: Vec<usize>,
}

impl Small {
    /// Returns nodes, each with the places of its inputs among them, after a pass forward and one backward from the last node, a
    /// single number.
    pub(super) fn both_ways(mut self, nodes: &[(Node, &[usize])]) -> Result<Vec<Seen>, GraphError> {
        let Some(&(result, _)) = nodes.last() else { return Ok(Vec::new()) };
        self.backward_from(result, nodes)
    }

    /// The same with this gradient coming back to the last node, of any shape.
    pub(super) fn with_gradient(
        mut self,
        nodes: &[(Node, &[usize])],
        gradient: &[f64],
    ) -> Result<Vec<Seen>, GraphError> {
        let Some(&(last, _)) = nodes.last() else { return Ok(Vec::new()) };
        // The gradient of Σ g y with respect to y is g.
        let count = gradient.len();
        let row = self.graph.reshape(last, &[1, count])?;
        let column = self.graph.constant("gradient that comes back", &[count, 1], gradient)?;
        let sum = self.graph.matmul(row, column)?;
        let number = self.graph.reshape(sum, &[])?;
        let one = self.graph.constant("one", &[], &[1.0])?;
        // A loss is computed by an op; a reshape is none.
        let result = self.graph.multiply(number, one)?;
        self.backward_from(result, nodes)
    }

    fn backward_from(&mut self, result: Node, nodes: &[(Node, &[usize])]) -> Result<Vec<Seen>, GraphError> {
        let mut graph = std::mem::take(&mut self.graph);
        for (node, _) in nodes {
            graph.want_gradient(*node)?;
        }
        let outputs: Vec<Node> = nodes.iter().map(|(node, _)| *node).collect();
        let mut session = Session::training(&Arc::new(graph), 1, result, &outputs)?;
        fill(&mut session, &self.leaves)?;
        session.forward(&[])?;
        session.backward(&[], &mut [])?;
        let seen = nodes.iter().map(|(node, inputs)| {
            Ok(Seen {
                name: session.graph().name(*node)?.to_owned(),
                value: session.value(*node)?.to_vec(),
                gradient: session.gradient(*node)?.to_vec(),
                inputs: inputs.to_vec(),
            })
        });
        seen.collect()
    }
}

/// Shows what nodes computed, and on the page as a graph.
pub(super) fn show_graph(seen: &[Seen], sheet: &mut Sheet, language: Language) {
    let words = language.words();
    let [node, forward, backward] = [words.node(), words.forward_value(), words.backward_gradient()];
    let mut table = Table::new(vec![Column::text(node), Column::text(forward), Column::text(backward)]);
    for one in seen {
        table.push([one.name.as_str().into(), short(&one.value).into(), short(&one.gradient).into()]);
    }
    sheet.table(table);
    let boxes = seen.iter().map(|one| Card {
        title: one.name.clone(),
        details: vec![format!("→ {}", short(&one.value)), format!("← {}", short(&one.gradient))],
        inputs: one.inputs.clone(),
        dashed: false,
    });
    let title = words.graph_of_computation().into();
    sheet.block(Diagram { title, caption: words.arrows_of_the_graph().into(), boxes: boxes.collect() });
}
