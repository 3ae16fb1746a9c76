//! Multi-head attention: for each head softmax(Q Kᵀ / sqrt(d)) V (Vaswani et al. 2017, equation 1), with the heads side by side
//! in the last extent. Causal attention: a place sees only itself and earlier places.
//!
//! With A = softmax(S), S = Q Kᵀ / sqrt(d) and G the gradient of the output, the gradients are: of V, Aᵀ G; of A, G Vᵀ = H; of S,
//! A (H - row sums of A H); of Q, that times K / sqrt(d); of K, its transpose times Q / sqrt(d). A is kept for the backward pass.

use super::parallel::{PARTS, ranges, share};
use super::softmax;
use crate::compiled::compiled_here;
use crate::op::Input;
use crate::shape::elements;
use crate::{
    Backward, Dim, Element, Forward, Graph, GraphError, Inputs, Mode, Needs, Node, Op, Shape, Target, Targets,
};
use std::ops::Range;
use thalweg_lanes::{Kernel, Real, dispatch};
use thalweg_matrix::{Matrix, MatrixMut, gemm};

/// Multi-head attention of queries, keys and values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attention {
    /// How many heads share the last extent.
    pub heads: usize,
    /// Whether a place sees only itself and earlier places.
    pub causal: bool,
}

/// Multiply-adds from which on a pass is worth a second thread.
const WORTH_A_THREAD: u64 = 4_000_000;

/// The extents of a pass.
#[derive(Clone, Copy)]
struct Extents {
    examples: usize,
    /// Places that ask, and places that are asked.
    queries: usize,
    keys: usize,
    heads: usize,
    /// Numbers of a head.
    width: usize,
}

impl Extents {
    fn new(heads: usize, shapes: &[&[usize]]) -> Self {
        let (queries, keys) = (shapes[0], shapes[1]);
        let rank = queries.len();
        Self {
            examples: elements(&queries[..rank - 2]),
            queries: queries[rank - 2],
            keys: keys[rank - 2],
            heads,
            width: queries[rank - 1] / heads,
        }
    }

    /// Elements of an example of the queries, and of the keys.
    fn rows(&self) -> [usize; 2] {
        [self.queries, self.keys].map(|places| places * self.heads * self.width)
    }

    /// Probabilities of an example.
    fn probabilities(&self) -> usize {
        self.heads * self.queries * self.keys
    }

    fn work(&self) -> u64 {
        2 * (self.examples * self.probabilities() * self.width) as u64
    }

    fn threads(&self, threads: usize) -> usize {
        if self.work() < WORTH_A_THREAD { 1 } else { threads.min(PARTS).min(self.examples) }
    }

    fn factor<T: Element>(&self) -> T {
        T::from_f64(1.0 / (self.width as f64).sqrt())
    }

    /// The part of a head in the rows of an example.
    fn head<'a, T>(&self, values: &'a [T], head: usize, places: usize) -> Matrix<'a, T> {
        Matrix::with_stride(&values[head * self.width..], places, self.width, self.heads * self.width)
    }

    fn head_mut<'a, T>(&self, values: &'a mut [T], head: usize, places: usize) -> MatrixMut<'a, T> {
        MatrixMut::with_stride(&mut values[head * self.width..], places, self.width, self.heads * self.width)
    }
}

impl<T: Element> Op<T> for Attention {
    fn name(&self) -> &'static str {
        "attention"
    }

    fn arity(&self) -> usize {
        3
    }

    fn shape(&self, inputs: &[Input<'_>]) -> Result<Shape, String> {
        let [q, k, v] = [inputs[0].shape, inputs[1].shape, inputs[2].shape];
        if q.rank() < 2 || k.rank() != q.rank() {
            return Err(format!("queries {q} and keys {k} must be [.., places, width]"));
        }
        if v != k {
            return Err(format!("values {v} do not match keys {k}; they must have the same shape"));
        }
        let rank = q.rank();
        let outside = |shape: &Shape| {
            let dims = shape.dims().iter().enumerate();
            dims.filter(|(axis, _)| *axis != rank - 2).map(|(_, dim)| *dim).collect::<Vec<_>>()
        };
        if outside(q) != outside(k) {
            return Err(format!("queries {q} and keys {k} may differ only in the number of their places"));
        }
        let (Some(Dim::Fixed(width)), Dim::Fixed(asking), Dim::Fixed(asked)) =
            (q.last(), q.dims()[rank - 2], k.dims()[rank - 2])
        else {
            return Err(format!("queries {q}: places and width must be numbers, not the batch"));
        };
        if self.heads == 0 || width % self.heads != 0 {
            return Err(format!("{} heads do not divide a width of {width}", self.heads));
        }
        if self.causal && asking != asked {
            return Err(format!("causal attention needs as many queries as keys, not {asking} and {asked}"));
        }
        Ok(q.clone())
    }

    fn needs(&self) -> Needs {
        Needs::INPUTS
    }

    /// The probabilities.
    fn workspace(&self, inputs: &[&[usize]], mode: Mode) -> usize {
        let extents = Extents::new(self.heads, inputs);
        match mode {
            Mode::Training => extents.examples * extents.probabilities(),
            Mode::Evaluation => 0,
        }
    }

    /// The probabilities of a head, or their gradients.
    fn scratch(&self, inputs: &[&[usize]], threads: usize) -> usize {
        let extents = Extents::new(self.heads, inputs);
        extents.threads(threads) * extents.queries * extents.keys
    }

    fn multiply_adds(&self, inputs: &[&[usize]], _: &[usize]) -> u64 {
        Extents::new(self.heads, inputs).work()
    }

    fn gradient_multiply_adds(&self, input: usize, inputs: &[&[usize]], _: &[usize]) -> u64 {
        // Of A and Q; of K; of V.
        let work = Extents::new(self.heads, inputs).work();
        if input == 0 { work } else { work / 2 }
    }

    fn forward(&self, pass: Forward<'_, T>) -> Result<(), GraphError> {
        let Forward { inputs, output, workspace, scratch, threads, .. } = pass;
        let extents = extents(self, &inputs);
        let [queries, keys] = extents.rows();
        let (q, k, v) = (inputs.values(0), inputs.values(1), inputs.values(2));
        let (mut output, mut kept) = (output, workspace);
        let jobs = ranges(extents.examples).map(|examples| {
            let y = output.split_off_mut(..examples.len() * queries).unwrap_or_default();
            let kept = kept.split_off_mut(..(examples.len() * extents.probabilities()).min(kept.len()));
            (examples, y, kept.unwrap_or_default())
        });
        let size = extents.queries * extents.keys;
        share(jobs, extents.threads(threads), scratch, size, |(examples, y, kept), scratch| {
            for (at, example) in examples.enumerate() {
                let q = &q[example * queries..][..queries];
                let (k, v) = (&k[example * keys..][..keys], &v[example * keys..][..keys]);
                let y = &mut y[at * queries..][..queries];
                for head in 0..extents.heads {
                    let a = match kept.is_empty() {
                        true => &mut scratch[..size],
                        false => &mut kept[(at * extents.heads + head) * size..][..size],
                    };
                    let scores = MatrixMut::new(a, extents.queries, extents.keys);
                    let keys = extents.head(k, head, extents.keys);
                    gemm(extents.head(q, head, extents.queries), keys.transposed(), scores, false);
                    dispatch(Probabilities {
                        rows: a,
                        length: extents.keys,
                        factor: extents.factor(),
                        causal: self.causal,
                    });
                    let a = Matrix::new(a, extents.queries, extents.keys);
                    let values = extents.head(v, head, extents.keys);
                    gemm(a, values, extents.head_mut(y, head, extents.queries), false);
                }
            }
        });
        Ok(())
    }

    fn backward(&self, pass: Backward<'_, T>) {
        let Backward { inputs, workspace, gradient, scratch, threads, mut targets, .. } = pass;
        let extents = extents(self, &inputs);
        let size = extents.queries * extents.keys;
        let work = |mut part: Part<'_, T>, scores: &mut [T]| {
            for example in part.examples.clone() {
                self.gradients(&inputs, workspace, gradient, &mut scores[..size], example, &mut part);
            }
        };
        let threads = extents.threads(threads);
        if threads > 1
            && let Some(mut apart) = targets.apart::<3>()
        {
            let [queries, keys] = extents.rows();
            let jobs = ranges(extents.examples).map(|examples| {
                let own = std::array::from_fn(|input| {
                    let Target { values, accumulate } = apart[input].as_mut()?;
                    let len = examples.len() * if input == 0 { queries } else { keys };
                    Some(Target { values: values.split_off_mut(..len)?, accumulate: *accumulate })
                });
                Part { examples, places: Places::Own(own) }
            });
            share(jobs, threads, scratch, size, work);
            return;
        }
        work(Part { examples: 0..extents.examples, places: Places::All(targets) }, scratch);
    }
}

/// Some examples, and where their gradients go.
struct Part<'a, T: Element> {
    examples: Range<usize>,
    places: Places<'a, T>,
}

enum Places<'a, T: Element> {
    /// Those of these examples.
    Own([Option<Target<'a, T>>; 3]),
    /// Those of all examples.
    All(Targets<'a, T>),
}

impl<T: Element> Part<'_, T> {
    /// Where the gradient of an input of an example goes, `len` numbers.
    fn target(&mut self, input: usize, example: usize, len: usize) -> Option<Target<'_, T>> {
        let (target, example) = match &mut self.places {
            Places::Own(own) => {
                let Target { values, accumulate } = own[input].as_mut()?;
                (Target { values, accumulate: *accumulate }, example - self.examples.start)
            }
            Places::All(all) => (all.get(input)?, example),
        };
        Some(Target { values: &mut target.values[example * len..][..len], ..target })
    }
}

impl Attention {
    /// The gradients of one example.
    fn gradients<T: Element>(
        &self,
        inputs: &Inputs<'_, T>,
        probabilities: &[T],
        gradient: &[T],
        scores: &mut [T],
        example: usize,
        part: &mut Part<'_, T>,
    ) {
        let extents = extents(self, inputs);
        let [queries, keys] = extents.rows();
        let q = &inputs.values(0)[example * queries..][..queries];
        let [k, v] = [1, 2].map(|input| &inputs.values(input)[example * keys..][..keys]);
        let g = &gradient[example * queries..][..queries];
        let size = scores.len();
        for head in 0..extents.heads {
            let a = &probabilities[(example * extents.heads + head) * size..][..size];
            let (a_matrix, g) =
                (Matrix::new(a, extents.queries, extents.keys), extents.head(g, head, extents.queries));
            let values = extents.head(v, head, extents.keys);
            gemm(g, values.transposed(), MatrixMut::new(scores, extents.queries, extents.keys), false);
            dispatch(ScoreGradients { a, h: scores, length: extents.keys, factor: extents.factor() });
            let s = Matrix::new(&*scores, extents.queries, extents.keys);
            // In the order of the inputs, each complete for this head: two of them may be the same node.
            for input in 0..3 {
                let (len, places) =
                    if input == 0 { (queries, extents.queries) } else { (keys, extents.keys) };
                let Some(Target { values, accumulate }) = part.target(input, example, len) else { continue };
                let out = extents.head_mut(values, head, places);
                match input {
                    0 => gemm(s, extents.head(k, head, extents.keys), out, accumulate),
                    1 => gemm(s.transposed(), extents.head(q, head, extents.queries), out, accumulate),
                    _ => gemm(a_matrix.transposed(), g, out, accumulate),
                }
            }
        }
    }
}

fn extents<T: Element>(attention: &Attention, inputs: &Inputs<'_, T>) -> Extents {
    Extents::new(attention.heads, &[inputs.shape(0), inputs.shape(1)])
}

/// Scores become probabilities, row by row; what a causal row may not see becomes 0.
struct Probabilities<'a, T> {
    rows: &'a mut [T],
    length: usize,
    factor: T,
    causal: bool,
}

impl<T: Real> Kernel for Probabilities<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for (place, row) in self.rows.chunks_exact_mut(self.length).enumerate() {
            let seen = if self.causal { place + 1 } else { row.len() };
            let (row, hidden) = row.split_at_mut(seen);
            hidden.fill(T::ZERO);
            let largest = softmax::largest(row) * self.factor;
            let mut sum = T::ZERO;
            for x in &mut *row {
                *x = (*x * self.factor - largest).exp();
            }
            row.iter().for_each(|x| sum += *x);
            row.iter_mut().for_each(|x| *x /= sum);
        }
    }
}

/// h ← a (h - Σ a h) / sqrt(d), row by row.
struct ScoreGradients<'a, T> {
    a: &'a [T],
    h: &'a mut [T],
    length: usize,
    factor: T,
}

impl<T: Real> Kernel for ScoreGradients<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let n = self.length;
        for (a, h) in self.a.chunks_exact(n).zip(self.h.chunks_exact_mut(n)) {
            let sum = super::loops::row_sum(n, |j| a[j] * h[j]);
            for j in 0..n {
                h[j] = self.factor * a[j] * (h[j] - sum);
            }
        }
    }
}

compiled_here!(Attention);

impl<T: Element> Graph<T> {
    /// Adds a node that computes attention of `queries` `[.., places, width]` to `keys` and `values`
    /// `[.., other places, width]`, in `heads` heads that share the width. The result has the shape of the queries.
    ///
    /// # Errors
    /// [`GraphError::Shape`], [`GraphError::ForeignNode`], a name used twice.
    pub fn attention(
        &mut self,
        [queries, keys, values]: [Node; 3],
        heads: usize,
        causal: bool,
    ) -> Result<Node, GraphError> {
        self.apply_compiled(Attention { heads, causal }, &[queries, keys, values])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_gradients;
    use crate::{BATCH, Session};
    use std::sync::Arc;

    #[test]
    fn gradients() {
        for (asking, asked, width, heads, causal) in
            [(1, 1, 1, 1, false), (3, 5, 4, 2, false), (4, 4, 6, 3, true)]
        {
            assert_gradients(2, |graph| {
                let q = graph.input("q", &[BATCH, asking, width])?;
                let (k, v) =
                    (graph.input("k", &[BATCH, asked, width])?, graph.input("v", &[BATCH, asked, width])?);
                for input in [q, k, v] {
                    graph.want_gradient(input)?;
                }
                graph.attention([q, k, v], heads, causal)
            });
        }
        // One node in all three places, and twice.
        assert_gradients(2, |graph| {
            let x = graph.input("x", &[BATCH, 3, 4])?;
            graph.want_gradient(x)?;
            let once = graph.attention([x, x, x], 2, true)?;
            graph.attention([once, x, once], 1, false)
        });
    }

    fn numbers(len: usize, seed: f64) -> Vec<f64> {
        (0..len).map(|i| (i as f64 * 0.7 + seed).sin()).collect()
    }

    #[test]
    fn values_are_those_of_the_definition() {
        let (places, width, heads) = (4, 6, 2);
        for causal in [false, true] {
            let mut graph = Graph::<f64>::new();
            let [q, k, v] = ["q", "k", "v"].map(|name| graph.input(name, &[BATCH, places, width]).unwrap());
            let y = graph.attention([q, k, v], heads, causal).unwrap();
            let mut session = Session::evaluation(&Arc::new(graph), 2, &[y]).unwrap();
            let values = [1.0, 2.0, 3.0].map(|seed| numbers(2 * places * width, seed));
            for (node, values) in [q, k, v].iter().zip(&values) {
                session.set_input(*node, values).unwrap();
            }
            session.forward(&[]).unwrap();
            let y = session.value(y).unwrap();
            let d = width / heads;
            for example in 0..2 {
                for head in 0..heads {
                    let at = |of: usize, place: usize, i: usize| {
                        values[of][(example * places + place) * width + head * d + i]
                    };
                    for place in 0..places {
                        let seen = if causal { place + 1 } else { places };
                        let score = |other: usize| {
                            let dot: f64 = (0..d).map(|i| at(0, place, i) * at(1, other, i)).sum();
                            (dot / (d as f64).sqrt()).exp()
                        };
                        let sum: f64 = (0..seen).map(score).sum();
                        for i in 0..d {
                            let expected: f64 =
                                (0..seen).map(|other| score(other) / sum * at(2, other, i)).sum();
                            let found = y[(example * places + place) * width + head * d + i];
                            assert!((found - expected).abs() < 1e-14);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn any_number_of_threads_gives_the_same_bits() {
        // Queries, keys and values apart, and all three one node.
        for apart in [true, false] {
            let mut graph = Graph::<f32>::new();
            let x = graph.input("x", &[BATCH, 64, 64]).unwrap();
            graph.want_gradient(x).unwrap();
            let seen = ["q", "k", "v"].map(|name| {
                let weight = graph.parameter(name, &[64, 64]).unwrap();
                if apart { graph.matmul(x, weight).unwrap() } else { x }
            });
            let y = graph.attention(seen, 4, true).unwrap();
            let row = graph.flatten(y).unwrap();
            let target = graph.input("t", &[BATCH, 64 * 64]).unwrap();
            let loss = graph.mean_squared_error(row, target).unwrap();
            let graph = Arc::new(graph);
            let parameters = crate::initialise(&graph, crate::Initial::HE, 1);
            let run = |threads: usize| {
                let mut session = Session::training(&graph, 19, loss, &[y]).unwrap();
                session.set_threads(threads);
                let values: Vec<f32> = numbers(19 * 64 * 64, 0.5).iter().map(|&x| x as f32).collect();
                session.set_input(x, &values).unwrap();
                session.set_input(target, &values).unwrap();
                session.forward(parameters.values()).unwrap();
                let mut gradients = parameters.values().to_vec();
                session.backward(parameters.values(), &mut gradients).unwrap();
                let found = [y].map(|node| session.value(node).unwrap().to_vec());
                (found, gradients, session.gradient(x).unwrap().to_vec())
            };
            let alone = run(1);
            assert!(alone.2.iter().any(|x| *x != 0.0));
            for threads in [2, 3, 8] {
                assert!(run(threads) == alone, "{threads} threads");
            }
        }
    }

    #[test]
    fn misfits_are_refused() {
        let mut graph = Graph::<f32>::new();
        let x = graph.input("x", &[BATCH, 3, 6]).unwrap();
        let y = graph.input("y", &[BATCH, 4, 6]).unwrap();
        let mut said = |inputs: [Node; 3], heads: usize, causal: bool| {
            graph.attention(inputs, heads, causal).unwrap_err().to_string()
        };
        assert!(said([x, x, x], 4, false).contains("4 heads do not divide a width of 6"));
        assert!(said([x, y, y], 2, true).contains("needs as many queries as keys, not 3 and 4"));
        assert!(said([x, x, y], 2, false).contains("values [batch, 4, 6] do not match keys [batch, 3, 6]"));
    }
}
