//! Small graphs computed, and numbers in tables.

use std::sync::Arc;
use thalweg::nn::{Graph, GraphError, Node, Session};
use thalweg::pages::rounded;
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
