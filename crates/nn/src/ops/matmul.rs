//! The matrix product: y = a b. Leading extents of a count as rows.
//!
//! Gradients: of a, that of y times b transposed; of b, a transposed times that of y.

use crate::compiled::compiled_here;
use crate::op::Input;
use crate::{
    Backward, Element, Forward, Graph, GraphError, Inputs, Needs, Node, Op, Shape, Target, Targets, shape,
};
use thalweg_matrix::{Matrix, MatrixMut, gemm_of_data_on, gemm_of_narrow_data_on, gemm_on};

/// y = a b for matrices.
#[derive(Clone, Copy, Debug)]
pub struct MatMul;

impl<T: Element> Op<T> for MatMul {
    fn name(&self) -> &'static str {
        "matmul"
    }

    fn arity(&self) -> usize {
        2
    }

    fn shape(&self, inputs: &[Input<'_>]) -> Result<Shape, String> {
        let (a, b) = (inputs[0].shape, inputs[1].shape);
        let &[rows, columns] = b.dims() else {
            return Err(format!("the right factor has shape {b}; it must be a matrix [rows, columns]"));
        };
        match a.last() {
            Some(last) if last == rows => Ok(a.with_last(columns)),
            Some(last) => Err(format!(
                "{a} does not match {b}; the right factor's rows must equal the left one's columns ({last})"
            )),
            None => Err("the left factor is a single number; use `multiply`".into()),
        }
    }

    fn takes_narrow(&self, input: usize) -> bool {
        input == 0
    }

    fn needs(&self) -> Needs {
        Needs::INPUTS
    }

    fn multiply_adds(&self, inputs: &[&[usize]], output: &[usize]) -> u64 {
        work(inputs, output)
    }

    fn gradient_multiply_adds(&self, _input: usize, inputs: &[&[usize]], output: &[usize]) -> u64 {
        work(inputs, output)
    }

    fn forward(&self, pass: Forward<'_, T>) -> Result<(), GraphError> {
        product(pass.threads, pass.inputs, pass.output);
        Ok(())
    }

    fn backward(&self, pass: Backward<'_, T>) {
        let Backward { inputs, gradient, threads, mut targets, .. } = pass;
        gradients(threads, inputs, gradient, &mut targets);
    }
}

/// Returns the multiply-adds of the product of the first two inputs, and of each of its gradients.
pub(super) fn work(inputs: &[&[usize]], output: &[usize]) -> u64 {
    shape::elements(output) as u64 * shape::row_length(inputs[0]) as u64
}

/// Computes output = a b for the first two inputs.
pub(super) fn product<T: Element>(threads: usize, inputs: Inputs<'_, T>, output: &mut [T]) {
    let (rows, inner) = inputs.rows(0);
    let columns = shape::row_length(inputs.shape(1));
    let b = Matrix::new(inputs.values(1), inner, columns);
    let output = MatrixMut::new(output, rows, columns);
    match inputs.narrow_data(0) {
        Some(a) => gemm_of_narrow_data_on(threads, a, false, b, output, false),
        None => {
            let a = Matrix::new(inputs.values(0), rows, inner);
            by_left_factor(inputs)(threads, a, b, output, false);
        }
    }
}

/// How the first input, or its transpose, is multiplied: data may be mostly zeros.
fn by_left_factor<T: Element>(
    inputs: Inputs<'_, T>,
) -> fn(usize, Matrix<'_, T>, Matrix<'_, T>, MatrixMut<'_, T>, bool) {
    if inputs.is_data(0) { gemm_of_data_on } else { gemm_on }
}

/// Computes the gradients of the first two inputs.
pub(super) fn gradients<T: Element>(
    threads: usize,
    inputs: Inputs<'_, T>,
    gradient: &[T],
    targets: &mut Targets<'_, T>,
) {
    let (rows, inner) = inputs.rows(0);
    let columns = shape::row_length(inputs.shape(1));
    let gradient = Matrix::new(gradient, rows, columns);
    if let Some(target) = targets.get(0) {
        let b = Matrix::new(inputs.values(1), inner, columns);
        gemm_on(
            threads,
            gradient,
            b.transposed(),
            MatrixMut::new(target.values, rows, inner),
            target.accumulate,
        );
    }
    if let Some(target) = targets.get(1) {
        let Target { values, accumulate } = target;
        let values = MatrixMut::new(values, inner, columns);
        match inputs.narrow_data(0) {
            Some(a) => gemm_of_narrow_data_on(threads, a, true, gradient, values, accumulate),
            None => {
                let a = Matrix::new(inputs.values(0), rows, inner).transposed();
                by_left_factor(inputs)(threads, a, gradient, values, accumulate);
            }
        }
    }
}

compiled_here!(MatMul);

impl<T: Element> Graph<T> {
    /// Adds a node that computes the matrix product of a `[.., inner]` and b `[inner, columns]`. The result is `[.., columns]`.
    ///
    /// # Errors
    /// [`GraphError::Shape`], [`GraphError::ForeignNode`], a name used twice.
    pub fn matmul(&mut self, a: Node, b: Node) -> Result<Node, GraphError> {
        self.apply_compiled(MatMul, &[a, b])
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{assert_gradients, parameter};
    use crate::{BATCH, Graph};

    #[test]
    fn gradients() {
        for (a, b) in [([1, 1], [1, 1]), ([3, 5], [5, 2]), ([7, 20], [20, 17])] {
            assert_gradients(1, |graph| {
                let (a, b) = (parameter(graph, "a", &a)?, parameter(graph, "b", &b)?);
                graph.matmul(a, b)
            });
        }
        assert_gradients(4, |graph| {
            let (x, w) = (graph.input("x", &[BATCH, 2, 3])?, parameter(graph, "w", &[3, 3])?);
            graph.want_gradient(x)?;
            let once = graph.matmul(x, w)?;
            graph.matmul(once, w)
        });
        assert_gradients(1, |graph| {
            let w = parameter(graph, "w", &[3, 3])?;
            graph.matmul(w, w)
        });
    }

    #[test]
    fn misfits_are_refused() {
        let mut graph = Graph::<f32>::new();
        let x = graph.input("x", &[BATCH, 4]).unwrap();
        let w = graph.parameter("w", &[5, 3]).unwrap();
        let v = graph.parameter("v", &[5]).unwrap();
        let error = graph.matmul(x, w).unwrap_err().to_string();
        assert_eq!(
            error,
            "`matmul` node `matmul1`: [batch, 4] does not match [5, 3]; the right factor's rows must equal the left one's \
             columns (4)"
        );
        let error = graph.matmul(x, v).unwrap_err().to_string();
        assert!(
            error.ends_with("the right factor has shape [5]; it must be a matrix [rows, columns]"),
            "{error}"
        );
    }
}
