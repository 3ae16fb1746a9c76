//! Views: other shapes for the same numbers. Nothing is computed or copied, and a gradient is written directly to that of the
//! viewed node.

use super::{Graph, Kind, Node};
use crate::{Dim, Element, GraphError, Shape};

impl<T: Element> Graph<T> {
    /// Adds a view of `x` in another shape: `[BATCH, 784]` as `[BATCH, 1, 28, 28]`. The elements keep their row-major order.
    /// [`BATCH`](crate::BATCH) stays where it is among the extents that are not 1.
    ///
    /// # Errors
    /// [`GraphError::Shape`] if the numbers of elements differ or `x` holds labels, [`GraphError::ForeignNode`], a name used twice.
    pub fn reshape(&mut self, x: Node, shape: &[usize]) -> Result<Node, GraphError> {
        let of = self.index(x)?;
        let given = self.next_name.take();
        let named_here = usize::from(given.is_none());
        let name = given.unwrap_or_else(|| self.automatic_name("reshape"));
        let (from, to) = (self.definitions[of].shape.clone(), Shape::from(shape));
        let wrong = |explanation| Err(GraphError::Shape { op: "reshape", node: name.clone(), explanation });
        if matches!(self.definitions[of].kind, Kind::Labels | Kind::Statistic { .. }) {
            return wrong(format!(
                "`{}` is {}; only numbers change their shape",
                self.name_at(of),
                self.definitions[of].kind.describe()
            ));
        }
        if parts(&from) != parts(&to) {
            return wrong(format!(
                "{from} cannot become {to}: the extents before and after the batch must have the same products"
            ));
        }
        let node = self.push(name, to, Kind::View { of })?;
        *self.op_counts.entry("reshape").or_default() += named_here;
        Ok(node)
    }

    /// Adds a view of `[BATCH, c, h, w]` as `[BATCH, c h w]`: each example becomes one row.
    ///
    /// # Errors
    /// As [`reshape`](Self::reshape); [`GraphError::Shape`] unless the first extent is the batch.
    pub fn flatten(&mut self, x: Node) -> Result<Node, GraphError> {
        let shape = self.shape(x)?.clone();
        match shape.dims() {
            [Dim::Batch, rest @ ..] if rest.iter().all(|dim| *dim != Dim::Batch) => {
                let row = rest.iter().map(fixed).product();
                self.reshape(x, &[crate::BATCH, row])
            }
            _ => Err(GraphError::Shape {
                op: "flatten",
                node: self.name(x)?.to_owned(),
                explanation: format!("{shape} does not start with the batch; use `reshape`"),
            }),
        }
    }
}

fn fixed(dim: &Dim) -> usize {
    match dim {
        Dim::Fixed(extent) => *extent,
        Dim::Batch => 1,
    }
}

/// The products of the extents between the batches; `None` where one does not fit a number.
fn parts(shape: &Shape) -> Vec<Option<usize>> {
    let groups = shape.dims().split(|dim| *dim == Dim::Batch);
    groups.map(|dims| dims.iter().try_fold(1usize, |product, dim| product.checked_mul(fixed(dim)))).collect()
}

#[cfg(test)]
mod tests {
    use crate::testing::{assert_gradients, parameter};
    use crate::{BATCH, Graph, Plan, Session};
    use std::sync::Arc;

    #[test]
    fn gradients_pass_through_views_of_inputs_parameters_and_values() {
        assert_gradients(3, |graph| {
            let x = graph.input("x", &[BATCH, 6])?;
            graph.want_gradient(x)?;
            let image = graph.reshape(x, &[BATCH, 2, 3])?;
            let w = parameter(graph, "w", &[9])?;
            let matrix = graph.reshape(w, &[3, 3])?;
            let y = graph.matmul(image, matrix)?;
            let bent = graph.tanh(y)?;
            let row = graph.flatten(bent)?;
            // The input and its view are both used, and so are a value and its view.
            let product = graph.multiply(row, x)?;
            let other = graph.reshape(bent, &[BATCH, 1, 6])?;
            let squares = graph.multiply(other, other)?;
            let squares = graph.flatten(squares)?;
            graph.add(product, squares)
        });
    }

    #[test]
    fn views_cost_nothing_and_can_be_read() {
        let mut graph = Graph::<f32>::new();
        let x = graph.input("x", &[BATCH, 4]).unwrap();
        let y = graph.relu(x).unwrap();
        let before = Plan::evaluation(&graph, 5, &[y]).unwrap().bytes();
        let view = graph.named("square").reshape(y, &[BATCH, 2, 2]).unwrap();
        let plan = Plan::evaluation(&graph, 5, &[view]).unwrap();
        assert_eq!(plan.bytes(), before);
        assert!(plan.to_string().contains("square  view(relu1)  [5, 2, 2]"), "{plan}");
        let mut session = Session::evaluation(&Arc::new(graph), 1, &[view]).unwrap();
        session.set_input(x, &[1.0, -2.0, 3.0, -4.0]).unwrap();
        session.forward(&[]).unwrap();
        assert_eq!(session.value(view).unwrap(), [1.0, 0.0, 3.0, 0.0]);
    }

    #[test]
    fn shapes_that_hold_other_numbers_are_refused() {
        let mut graph = Graph::<f32>::new();
        let x = graph.input("x", &[BATCH, 6]).unwrap();
        let error = graph.reshape(x, &[BATCH, 4]).unwrap_err().to_string();
        assert!(error.contains("[batch, 6] cannot become [batch, 4]: the extents before"), "{error}");
        assert!(graph.reshape(x, &[6, BATCH]).is_err());
        assert!(graph.reshape(x, &[6]).is_err());
        assert!(graph.reshape(x, &[BATCH, usize::MAX - 1, 6]).is_err());
        let t = graph.labels("t", &[BATCH]).unwrap();
        assert!(graph.reshape(t, &[BATCH, 1]).unwrap_err().to_string().contains("`t` is class labels"));
        let view = graph.reshape(x, &[BATCH, 2, 3]).unwrap();
        assert!(graph.want_gradient(view).is_err());
    }
}
