//! A layer of gated recurrent units over a sequence (Cho et al. 2014; the reset gate after the product, as torch has it):
//!
//! r = σ(x Wr + br + h Ur + cr), z = σ(x Wz + bz + h Uz + cz), n = tanh(x Wn + bn + r (h Un + cn)), h ← (1 - z) n + z h,
//!
//! starting from h = 0. W, U, b and c hold the parts r, z, n side by side. The gradients go back through time, place by place; all
//! that does not depend on the place before is one product over the whole sequence.

use super::linear::add_rows;
use crate::compiled::compiled_here;
use crate::op::Input;
use crate::{Backward, Dim, Element, Forward, Graph, GraphError, Mode, Needs, Node, Op, Shape, Target};
use thalweg_lanes::{Kernel, Real, dispatch};
use thalweg_matrix::{Matrix, MatrixMut, gemm};

/// Gated recurrent units over a sequence.
#[derive(Clone, Copy, Debug)]
pub struct Gru;

/// Sequences, places, inputs and units of a pass.
#[derive(Clone, Copy)]
struct Extents {
    batch: usize,
    places: usize,
    inputs: usize,
    units: usize,
}

impl Extents {
    fn new(shapes: [&[usize]; 2]) -> Self {
        let [x, recurrent] = shapes;
        Self { batch: x[0], places: x[1], inputs: x[2], units: recurrent[0] }
    }

    fn rows(&self) -> usize {
        self.batch * self.places
    }

    /// The states at a place, one row a sequence, of values [batch, places, units].
    fn states<'a, T>(&self, values: &'a [T], place: usize) -> Matrix<'a, T> {
        let start = place * self.units;
        Matrix::with_stride(&values[start..], self.batch, self.units, self.places * self.units)
    }
}

/// Numbers that each unit keeps at each place: r, z, n, and what r multiplies.
const KEPT: usize = 4;

impl<T: Element> Op<T> for Gru {
    fn name(&self) -> &'static str {
        "gru"
    }

    fn arity(&self) -> usize {
        5
    }

    fn shape(&self, inputs: &[Input<'_>]) -> Result<Shape, String> {
        let (x, weight, recurrent) = (inputs[0].shape, inputs[1].shape, inputs[2].shape);
        let &[Dim::Batch, places, Dim::Fixed(features)] = x.dims() else {
            return Err(format!("the input has shape {x}; it must be [batch, places, features]"));
        };
        let &[Dim::Fixed(units), Dim::Fixed(gates)] = recurrent.dims() else {
            return Err(format!("the recurrent weight has shape {recurrent}; it must be [units, 3 units]"));
        };
        if Some(gates) != units.checked_mul(3) {
            return Err(format!(
                "the recurrent weight has shape {recurrent}; it must be [{units}, 3 · {units}]"
            ));
        }
        if weight.dims() != [Dim::Fixed(features), Dim::Fixed(gates)] {
            return Err(format!(
                "the weight has shape {weight}; it must be [{features}, {gates}] for input {x}"
            ));
        }
        for bias in &inputs[3..] {
            if bias.shape.dims() != [Dim::Fixed(gates)] {
                return Err(format!("a bias has shape {}; it must be [{gates}]", bias.shape));
            }
        }
        Ok(Shape::scalar().with_one_more(Dim::Batch).with_one_more(places).with_one_more(Dim::Fixed(units)))
    }

    fn needs(&self) -> Needs {
        Needs { inputs: true, output: true }
    }

    fn workspace(&self, inputs: &[&[usize]], _: Mode) -> usize {
        let extents = Extents::new([inputs[0], inputs[2]]);
        KEPT * extents.rows() * extents.units
    }

    /// The gates of all places, those of one place, and the gradient of its states.
    fn scratch(&self, inputs: &[&[usize]], _: usize) -> usize {
        let extents = Extents::new([inputs[0], inputs[2]]);
        3 * (extents.rows() + extents.batch) * extents.units + extents.batch * extents.units
    }

    fn multiply_adds(&self, inputs: &[&[usize]], _: &[usize]) -> u64 {
        let Extents { inputs: features, units, .. } = Extents::new([inputs[0], inputs[2]]);
        (Extents::new([inputs[0], inputs[2]]).rows() * 3 * units * (features + units)) as u64
    }

    fn gradient_multiply_adds(&self, input: usize, inputs: &[&[usize]], _: &[usize]) -> u64 {
        let extents = Extents::new([inputs[0], inputs[2]]);
        let each = (extents.rows() * 3 * extents.units) as u64;
        match input {
            // The way back through time belongs to the recurrent weight.
            0 | 1 => each * extents.inputs as u64,
            2 => 2 * each * extents.units as u64,
            _ => 0,
        }
    }

    fn forward(&self, pass: Forward<'_, T>) -> Result<(), GraphError> {
        let Forward { inputs, output, workspace, scratch, .. } = pass;
        let extents = Extents::new([inputs.shape(0), inputs.shape(2)]);
        let Extents { batch, places, inputs: features, units } = extents;
        let (all, rest) = scratch.split_at_mut(3 * extents.rows() * units);
        let own = &mut rest[..3 * batch * units];
        gemm(
            Matrix::new(inputs.values(0), extents.rows(), features),
            Matrix::new(inputs.values(1), features, 3 * units),
            MatrixMut::new(all, extents.rows(), 3 * units),
            false,
        );
        add_rows(all, inputs.values(3));
        for place in 0..places {
            if place == 0 {
                own.fill(T::ZERO);
            } else {
                let recurrent = Matrix::new(inputs.values(2), units, 3 * units);
                gemm(
                    extents.states(output, place - 1),
                    recurrent,
                    MatrixMut::new(own, batch, 3 * units),
                    false,
                );
            }
            add_rows(own, inputs.values(4));
            dispatch(Advance { extents, place, all, own, output, kept: workspace });
        }
        Ok(())
    }

    fn backward(&self, pass: Backward<'_, T>) {
        let Backward { inputs, output, workspace, gradient, scratch, mut targets, .. } = pass;
        let extents = Extents::new([inputs.shape(0), inputs.shape(2)]);
        let Extents { batch, places, inputs: features, units } = extents;
        let (all, rest) = scratch.split_at_mut(3 * extents.rows() * units);
        let (own, carried) = rest.split_at_mut(3 * batch * units);
        let carried = &mut carried[..batch * units];
        carried.fill(T::ZERO);
        // Two inputs may be one node, so all begin before any is added to.
        for input in 0..5 {
            if let Some(Target { values, accumulate: false }) = targets.get(input) {
                values.fill(T::ZERO);
            }
        }
        for place in (0..places).rev() {
            dispatch(Return { extents, place, gradient, output, kept: workspace, all, own, carried });
            let gates = Matrix::new(&*own, batch, 3 * units);
            if let Some(Target { values, .. }) = targets.get(4) {
                for row in own.chunks_exact(3 * units) {
                    values.iter_mut().zip(row).for_each(|(sum, gradient)| *sum += *gradient);
                }
            }
            if place > 0 {
                if let Some(Target { values, .. }) = targets.get(2) {
                    let states = extents.states(output, place - 1);
                    gemm(states.transposed(), gates, MatrixMut::new(values, units, 3 * units), true);
                }
                let recurrent = Matrix::new(inputs.values(2), units, 3 * units);
                gemm(gates, recurrent.transposed(), MatrixMut::new(carried, batch, units), true);
            }
        }
        let gates = Matrix::new(&*all, extents.rows(), 3 * units);
        if let Some(Target { values, .. }) = targets.get(0) {
            let weight = Matrix::new(inputs.values(1), features, 3 * units);
            gemm(gates, weight.transposed(), MatrixMut::new(values, extents.rows(), features), true);
        }
        if let Some(Target { values, .. }) = targets.get(1) {
            let x = Matrix::new(inputs.values(0), extents.rows(), features);
            gemm(x.transposed(), gates, MatrixMut::new(values, features, 3 * units), true);
        }
        if let Some(Target { values, .. }) = targets.get(3) {
            for row in all.chunks_exact(3 * units) {
                values.iter_mut().zip(row).for_each(|(sum, gradient)| *sum += *gradient);
            }
        }
    }
}

/// The states at one place from the gates.
struct Advance<'a, T> {
    extents: Extents,
    place: usize,
    /// What the inputs say, for all places.
    all: &'a [T],
    /// What the states before say.
    own: &'a [T],
    output: &'a mut [T],
    kept: &'a mut [T],
}

impl<T: Real> Kernel for Advance<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Extents { batch, places, units: n, .. } = self.extents;
        for sequence in 0..batch {
            let row = sequence * places + self.place;
            let (x, h) = (&self.all[3 * n * row..][..3 * n], &self.own[3 * n * sequence..][..3 * n]);
            let kept = &mut self.kept[KEPT * n * row..][..KEPT * n];
            let (before, y) = self.output.split_at_mut(n * row);
            let before = if self.place > 0 { &before[n * (row - 1)..][..n] } else { &x[..n] };
            let (first, y) = (self.place == 0, &mut y[..n]);
            for i in 0..n {
                let reset = (x[i] + h[i]).sigmoid();
                let update = (x[n + i] + h[n + i]).sigmoid();
                let new = (x[2 * n + i] + reset * h[2 * n + i]).tanh();
                let state = if first { T::ZERO } else { before[i] };
                y[i] = (T::ONE - update) * new + update * state;
                kept[i] = reset;
                kept[n + i] = update;
                kept[2 * n + i] = new;
                kept[3 * n + i] = h[2 * n + i];
            }
        }
    }
}

/// The gradients of one place's gates from that of its states, and what the states before get.
struct Return<'a, T> {
    extents: Extents,
    place: usize,
    gradient: &'a [T],
    output: &'a [T],
    kept: &'a [T],
    all: &'a mut [T],
    own: &'a mut [T],
    carried: &'a mut [T],
}

impl<T: Real> Kernel for Return<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Extents { batch, places, units: n, .. } = self.extents;
        for sequence in 0..batch {
            let row = sequence * places + self.place;
            let kept = &self.kept[KEPT * n * row..][..KEPT * n];
            let gradient = &self.gradient[n * row..][..n];
            let first = self.place == 0;
            let before = if first { gradient } else { &self.output[n * (row - 1)..][..n] };
            let x = &mut self.all[3 * n * row..][..3 * n];
            let h = &mut self.own[3 * n * sequence..][..3 * n];
            let carried = &mut self.carried[n * sequence..][..n];
            for i in 0..n {
                let (reset, update, new, inner) = (kept[i], kept[n + i], kept[2 * n + i], kept[3 * n + i]);
                let state = if first { T::ZERO } else { before[i] };
                let whole = gradient[i] + carried[i];
                let candidate = whole * (T::ONE - update) * (T::ONE - new * new);
                let gate = whole * (state - new) * update * (T::ONE - update);
                let opened = candidate * inner * reset * (T::ONE - reset);
                x[i] = opened;
                x[n + i] = gate;
                x[2 * n + i] = candidate;
                h[i] = opened;
                h[n + i] = gate;
                h[2 * n + i] = candidate * reset;
                carried[i] = whole * update;
            }
        }
    }
}

compiled_here!(Gru);

impl<T: Element> Graph<T> {
    /// Adds a node that computes gated recurrent units over x `[BATCH, places, features]`. The weight is `[features, 3 units]`,
    /// the recurrent weight `[units, 3 units]`, and both biases are `[3 units]`; each has its parts r, z, n side by side. The
    /// result is `[BATCH, places, units]`.
    ///
    /// # Errors
    /// [`GraphError::Shape`], [`GraphError::ForeignNode`], a name used twice.
    pub fn gru(
        &mut self,
        x: Node,
        [weight, recurrent]: [Node; 2],
        [bias, recurrent_bias]: [Node; 2],
    ) -> Result<Node, GraphError> {
        self.apply_compiled(Gru, &[x, weight, recurrent, bias, recurrent_bias])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_gradients, parameter};
    use crate::{BATCH, Session};
    use std::sync::Arc;

    #[test]
    fn gradients() {
        for (places, features, units) in [(1, 1, 1), (4, 3, 2), (3, 2, 5)] {
            assert_gradients(3, |graph| {
                let x = graph.input("x", &[BATCH, places, features])?;
                graph.want_gradient(x)?;
                let (w, u) = (
                    parameter(graph, "w", &[features, 3 * units])?,
                    parameter(graph, "u", &[units, 3 * units])?,
                );
                let (b, c) = (parameter(graph, "b", &[3 * units])?, parameter(graph, "c", &[3 * units])?);
                graph.gru(x, [w, u], [b, c])
            });
        }
        // Weights in two layers.
        assert_gradients(2, |graph| {
            let x = graph.input("x", &[BATCH, 3, 2])?;
            graph.want_gradient(x)?;
            let (w, u) = (parameter(graph, "w", &[2, 6])?, parameter(graph, "u", &[2, 6])?);
            let b = parameter(graph, "b", &[6])?;
            let once = graph.gru(x, [w, u], [b, b])?;
            let twice = graph.gru(once, [u, w], [b, b])?;
            graph.add(twice, x)
        });
    }

    #[test]
    fn values_are_those_of_torch() {
        let wave =
            |len: usize, seed: f64| (0..len).map(|i| (i as f64 * 0.9 + seed).sin()).collect::<Vec<f64>>();
        let mut graph = Graph::<f64>::new();
        let x = graph.input("x", &[BATCH, 3, 2]).unwrap();
        let constant = |graph: &mut Graph<f64>, name: &str, shape: &[usize], seed: f64| {
            graph.constant(name, shape, &wave(shape.iter().product(), seed)).unwrap()
        };
        let (w, u) = (constant(&mut graph, "w", &[2, 6], 1.0), constant(&mut graph, "u", &[2, 6], 2.0));
        let (b, c) = (constant(&mut graph, "b", &[6], 3.0), constant(&mut graph, "c", &[6], 4.0));
        let y = graph.gru(x, [w, u], [b, c]).unwrap();
        let mut session = Session::evaluation(&Arc::new(graph), 2, &[y]).unwrap();
        session.set_input(x, &wave(12, 0.0)).unwrap();
        session.forward(&[]).unwrap();
        // torch.nn.GRU(2, 2), torch 2.15, f64, with these numbers (transposed, as torch keeps its weights).
        let expected = [
            0.16195970445190455,
            0.16876682007294738,
            -0.23804623602940556,
            0.15824260043266397,
            0.8069343578816297,
            0.5855868367882748,
            0.7254019328771599,
            0.3946314687328475,
            -0.22322798661368415,
            -0.030384812923150012,
            0.3918782301996979,
            0.46199992618323993,
        ];
        for (found, expected) in session.value(y).unwrap().iter().zip(expected) {
            assert!((found - expected).abs() < 1e-14, "{found} {expected}");
        }
    }

    #[test]
    fn misfits_are_refused() {
        let mut graph = Graph::<f32>::new();
        let x = graph.input("x", &[BATCH, 3, 2]).unwrap();
        let (w, u) = (graph.parameter("w", &[3, 6]).unwrap(), graph.parameter("u", &[2, 6]).unwrap());
        let b = graph.parameter("b", &[6]).unwrap();
        let error = graph.gru(x, [w, u], [b, b]).unwrap_err().to_string();
        assert!(
            error.contains("the weight has shape [3, 6]; it must be [2, 6] for input [batch, 3, 2]"),
            "{error}"
        );
        let error = graph.gru(x, [u, w], [b, b]).unwrap_err().to_string();
        assert!(error.contains("it must be [3, 3 · 3]"), "{error}");
    }
}
