//! Embedding: each token is a row of a table, y[.., :] = E[token, :]. Gradient of the table: each row the sum of the gradients of
//! the places where its token stood; 0 for tokens that did not occur.
//!
//! Tokens are class labels, or whole numbers among numbers, as a text gives them.

use crate::compiled::compiled_here;
use crate::op::Input;
use crate::shape::{elements, row_length};
use crate::{Backward, Dim, Element, Forward, Graph, GraphError, Inputs, Needs, Node, Op, Shape, Target};

/// Rows of a table by number.
#[derive(Clone, Copy, Debug)]
pub struct Embedding;

/// The tokens of a pass.
enum Tokens<'a, T> {
    Labels(&'a [u32]),
    Numbers(&'a [T]),
}

impl<'a, T: Element> Tokens<'a, T> {
    fn of(inputs: &Inputs<'a, T>) -> Self {
        inputs.labels(0).map_or_else(|| Tokens::Numbers(inputs.values(0)), Tokens::Labels)
    }

    /// Returns the row of the token at a place, which was checked before.
    fn row(&self, place: usize) -> usize {
        match self {
            Tokens::Labels(labels) => labels[place] as usize,
            Tokens::Numbers(numbers) => numbers[place].to_f64() as usize,
        }
    }

    fn check(&self, node: &str, rows: usize) -> Result<(), GraphError> {
        match self {
            Tokens::Labels(labels) => crate::losses::check_labels(node, labels, rows, None),
            Tokens::Numbers(numbers) => {
                let fits = |number: f64| number >= 0.0 && number < rows as f64 && number.fract() == 0.0;
                match numbers.iter().position(|number| !fits(number.to_f64())) {
                    None => Ok(()),
                    Some(place) => {
                        let token = numbers[place].to_f64();
                        Err(GraphError::Token { node: node.to_owned(), place, token, rows })
                    }
                }
            }
        }
    }
}

impl<T: Element> Op<T> for Embedding {
    fn name(&self) -> &'static str {
        "embedding"
    }

    fn arity(&self) -> usize {
        2
    }

    fn takes_labels(&self, input: usize) -> bool {
        input == 0
    }

    fn shape(&self, inputs: &[Input<'_>]) -> Result<Shape, String> {
        let (tokens, table) = (inputs[0].shape, inputs[1].shape);
        let &[Dim::Fixed(_), width @ Dim::Fixed(_)] = table.dims() else {
            return Err(format!("the table has shape {table}; it must be a matrix [tokens, width]"));
        };
        Ok(tokens.with_one_more(width))
    }

    fn needs(&self) -> Needs {
        Needs::INPUTS
    }

    fn forward(&self, pass: Forward<'_, T>) -> Result<(), GraphError> {
        let Forward { inputs, output, .. } = pass;
        let (table, width) = (inputs.values(1), row_length(inputs.shape(1)));
        let tokens = Tokens::of(&inputs);
        tokens.check(inputs.name(0), inputs.shape(1)[0])?;
        for (place, out) in output.chunks_exact_mut(width).enumerate() {
            out.copy_from_slice(&table[tokens.row(place) * width..][..width]);
        }
        Ok(())
    }

    fn backward(&self, pass: Backward<'_, T>) {
        let Backward { inputs, gradient, mut targets, .. } = pass;
        let tokens = Tokens::of(&inputs);
        let (width, places) = (row_length(inputs.shape(1)), elements(inputs.shape(0)));
        if let Some(Target { values, accumulate: false }) = targets.get(0) {
            // Tokens have no gradient.
            values.fill(T::ZERO);
        }
        let Some(Target { values, accumulate }) = targets.get(1) else { return };
        if !accumulate {
            values.fill(T::ZERO);
        }
        for (place, gradient) in gradient.chunks_exact(width).take(places).enumerate() {
            let row = &mut values[tokens.row(place) * width..][..width];
            row.iter_mut().zip(gradient).for_each(|(sum, gradient)| *sum += *gradient);
        }
    }
}

compiled_here!(Embedding);

impl<T: Element> Graph<T> {
    /// Adds a node that computes the rows of `table` `[tokens, width]` at the indices `tokens` `[..]` (class labels, or numbers
    /// that are whole). The result is `[.., width]`.
    ///
    /// # Errors
    /// [`GraphError::Shape`], [`GraphError::ForeignNode`], a name used twice.
    pub fn embedding(&mut self, tokens: Node, table: Node) -> Result<Node, GraphError> {
        self.apply_compiled(Embedding, &[tokens, table])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_loss_gradients, parameter};
    use crate::{BATCH, Session};
    use std::sync::Arc;

    #[test]
    fn gradients() {
        assert_loss_gradients(4, 5, |graph| {
            let tokens = graph.labels("tokens", &[BATCH, 3])?;
            let table = parameter(graph, "table", &[5, 2])?;
            let y = graph.embedding(tokens, table)?;
            let z = graph.tanh(y)?;
            let target = graph.input("t", &[BATCH, 3, 2])?;
            graph.mean_squared_error(z, target)
        });
    }

    fn session() -> (Session<f32>, Node, Node, Vec<f32>) {
        let mut graph = Graph::<f32>::new();
        let tokens = graph.input("tokens", &[BATCH, 2]).unwrap();
        let table = graph.parameter("table", &[3, 2]).unwrap();
        let y = graph.embedding(tokens, table).unwrap();
        let graph = Arc::new(graph);
        let mut parameters = vec![0.0; graph.layout().len()];
        parameters[..6].copy_from_slice(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        (Session::evaluation(&graph, 2, &[y]).unwrap(), tokens, y, parameters)
    }

    #[test]
    fn numbers_are_tokens_if_they_are_whole_and_in_the_table() {
        let (mut session, tokens, y, parameters) = session();
        session.set_input(tokens, &[2.0, 0.0, 1.0, 1.0]).unwrap();
        session.forward(&parameters).unwrap();
        assert_eq!(session.value(y).unwrap(), [5.0, 6.0, 1.0, 2.0, 3.0, 4.0, 3.0, 4.0]);
        for wrong in [3.0, -1.0, 0.5, f32::NAN] {
            session.set_input(tokens, &[2.0, 0.0, wrong, 1.0]).unwrap();
            let error = session.forward(&parameters).unwrap_err().to_string();
            assert_eq!(
                error,
                format!(
                    "`tokens`: place 2 holds {wrong}, but tokens are whole numbers from 0 to 2, the rows of the table"
                )
            );
        }
    }
}
