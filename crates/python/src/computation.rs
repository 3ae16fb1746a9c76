//! What a `Network` computes, for one element type.

use crate::entries::dict;
use crate::error::said;
use crate::lend::Scalar;
use crate::rows::Rows;
use numpy::{PyArray1, PyArrayDyn, PyArrayMethods, PyReadonlyArray1, PyUntypedArrayMethods};
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PySlice};
use std::ops::Range;
use thalweg_arena::{Arena, Layout};
use thalweg_lanes::{Kernel, Real, dispatch};
use thalweg_nn::{Element, Example, Graph, Layers, Loss, Model, Session};

/// Examples that an evaluation looks at in one go.
const EVALUATED: usize = 500;
/// Sessions for other numbers of examples that are kept.
const KEPT: usize = 4;

/// A model with the sessions that compute it.
pub(crate) struct Core<T: Element> {
    model: Model<T>,
    parameters: Arena<T>,
    /// Sessions by what they compute: gradients, the loss, the last layer.
    training: Vec<Session<T>>,
    losses: Vec<Session<T>>,
    outputs: Vec<Session<T>>,
    threads: usize,
}

impl<T: Scalar + Element> Core<T> {
    pub(crate) fn new(layers: &Layers, example: &Example, loss: Loss, threads: usize) -> PyResult<Self> {
        let model = layers.model::<T>(example, loss).map_err(|error| said(&error))?;
        let layout = model.graph.layout().clone();
        Ok(Self {
            model,
            parameters: Arena::zeros(layout),
            training: vec![],
            losses: vec![],
            outputs: vec![],
            threads: threads.max(1),
        })
    }

    pub(crate) fn graph(&self) -> &Graph<T> {
        &self.model.graph
    }

    /// The parameters as they are, if they lie as the network wants them; otherwise a copy of them is taken.
    fn take<'py>(&mut self, params: &Bound<'py, PyAny>) -> PyResult<Option<PyReadonlyArray1<'py, T>>> {
        let params = dict("params", params)?;
        let layout = self.parameters.layout().clone();
        if let Some(lent) = together(params, &layout)? {
            return Ok(Some(lent));
        }
        for tensor in layout.tensors() {
            let Some(value) = params.get_item(&tensor.name)? else {
                return Err(PyKeyError::new_err(format!(
                    "params has no `{}`, which the network needs",
                    tensor.name
                )));
            };
            let value = Rows::read(&tensor.name, &value)?;
            if value.shape() != tensor.shape {
                return Err(PyValueError::new_err(format!(
                    "`{}` has shape {:?} and the network needs {:?}",
                    tensor.name,
                    value.shape(),
                    tensor.shape
                )));
            }
            value.copy(0, &mut self.parameters.values_mut()[tensor.range.clone()])?;
        }
        Ok(None)
    }

    /// How many examples there are.
    fn count(&self, x: &Rows<'_>) -> PyResult<usize> {
        let (count, width) = x.extent("x")?;
        let wanted = self.features()?;
        if width != wanted {
            let shape = x.shape();
            return Err(PyValueError::new_err(format!(
                "x has shape {shape:?}, that is {width} numbers an example, and the network takes {wanted}"
            )));
        }
        if count == 0 {
            return Err(PyValueError::new_err("x holds no example"));
        }
        Ok(count)
    }

    fn features(&self) -> PyResult<usize> {
        let shape = self.model.graph.shape(self.model.input).map_err(|error| said(&error))?;
        Ok(shape.resolve(1).iter().product())
    }

    pub(crate) fn together<'py>(&mut self, params: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
        let lent = self.take(params)?;
        let values = slice(&lent)?.unwrap_or(self.parameters.values());
        views(&PyArray1::from_slice(params.py(), values), self.parameters.layout())
    }

    pub(crate) fn outputs<'py>(
        &mut self,
        params: &Bound<'py, PyAny>,
        x: &Rows<'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let found = self.evaluated(params, x)?;
        let count = self.count(x)?;
        let width = found.len() / count;
        Ok(PyArray1::from_vec(params.py(), found).reshape([count, width])?.into_any())
    }

    pub(crate) fn cross_entropy(
        &mut self,
        params: &Bound<'_, PyAny>,
        x: &Rows<'_>,
        t: &Rows<'_>,
        floor: f64,
    ) -> PyResult<f64> {
        let labels = t.labels("t", self.count(x)?)?;
        let mut scores = self.evaluated(params, x)?;
        let width = scores.len() / labels.len();
        if let Some(label) = labels.iter().find(|&&label| label as usize >= width) {
            return Err(PyValueError::new_err(format!(
                "t holds the label {label}, and the network gives {width} scores, for labels below that"
            )));
        }
        dispatch(Exponentials { scores: &mut scores, width });
        let mut sum = 0.0;
        for (parts, &label) in scores.chunks_exact(width).zip(&labels) {
            let all: f64 = parts.iter().map(|part| part.to_f64()).sum();
            sum -= (parts[label as usize].to_f64() / all + floor).ln();
        }
        Ok(sum / labels.len() as f64)
    }

    /// What the last layer gives for each example, one after the other.
    fn evaluated(&mut self, params: &Bound<'_, PyAny>, x: &Rows<'_>) -> PyResult<Vec<T>> {
        let py = params.py();
        let lent = self.take(params)?;
        let lent = slice(&lent)?;
        let (count, features) = (self.count(x)?, self.features()?);
        let mut found = Vec::new();
        let output = self.model.output;
        for first in (0..count).step_by(EVALUATED) {
            let size = EVALUATED.min(count - first);
            let (graph, threads) = (self.model.graph.clone(), self.threads);
            let session =
                session(&mut self.outputs, size, threads, || Session::evaluation(&graph, size, &[output]))?;
            x.fill(first * features, session, self.model.input)?;
            let parameters = lent.unwrap_or(self.parameters.values());
            py.detach(|| session.forward(parameters)).map_err(|error| said(&error))?;
            found.extend_from_slice(session.value(output).map_err(|error| said(&error))?);
        }
        Ok(found)
    }

    pub(crate) fn loss(
        &mut self,
        params: &Bound<'_, PyAny>,
        x: &Rows<'_>,
        t: &Rows<'_>,
        kind: Loss,
    ) -> PyResult<f64> {
        let count = self.count(x)?;
        let mut sum = 0.0;
        let lent = self.take(params)?;
        let lent = slice(&lent)?;
        let targets = Targets::read(t, count, kind)?;
        for first in (0..count).step_by(EVALUATED) {
            let size = EVALUATED.min(count - first);
            sum += self.batch(params.py(), lent, x, &targets, first..first + size, None)? * size as f64;
        }
        Ok(sum / count as f64)
    }

    pub(crate) fn gradients<'py>(
        &mut self,
        params: &Bound<'py, PyAny>,
        x: &Rows<'py>,
        t: &Rows<'py>,
        kind: Loss,
    ) -> PyResult<(f64, Bound<'py, PyDict>)> {
        let py = params.py();
        let count = self.count(x)?;
        let lent = self.take(params)?;
        let targets = Targets::read(t, count, kind)?;
        // One array in the layout of the arena, of which the caller gets a view for each tensor.
        let layout = self.parameters.layout().clone();
        let gradients = blank::<T>(py, layout.len())?;
        let loss = {
            let mut values = gradients.try_readwrite().map_err(|error| said(&error))?;
            let values = values.as_slice_mut().map_err(|error| said(&error))?;
            self.batch(py, slice(&lent)?, x, &targets, 0..count, Some(values))?
        };
        Ok((loss, views(&gradients, &layout)?))
    }

    /// The loss of some examples, with the gradients if there is a place for them.
    fn batch(
        &mut self,
        py: Python<'_>,
        lent: Option<&[T]>,
        x: &Rows<'_>,
        targets: &Targets<'_>,
        examples: Range<usize>,
        gradients: Option<&mut [T]>,
    ) -> PyResult<f64> {
        let Range { start: first, end } = examples;
        let size = end - first;
        let features = self.features()?;
        let model = &self.model;
        let (graph, loss) = (model.graph.clone(), model.loss);
        let trains = gradients.is_some();
        let kept = if trains { &mut self.training } else { &mut self.losses };
        let session = session(kept, size, self.threads, || match trains {
            true => Session::training(&graph, size, loss, &[]),
            false => Session::evaluation(&graph, size, &[loss]),
        })?;
        x.fill(first * features, session, model.input)?;
        match targets {
            Targets::Labels(labels) => {
                let into = session.labels_mut(model.target).map_err(|error| said(&error))?;
                into.copy_from_slice(&labels[first..first + size]);
            }
            Targets::Values(values) => {
                let into = session.input_mut(model.target).map_err(|error| said(&error))?;
                let (count, width) = values.extent("t")?;
                if width != into.len() / size || count < first + size {
                    return Err(PyValueError::new_err(format!(
                        "t has shape {:?} and the network gives {} numbers for each example",
                        values.shape(),
                        into.len() / size
                    )));
                }
                values.copy(first * width, into)?;
            }
            Targets::None => {}
        }
        let parameters = lent.unwrap_or(self.parameters.values());
        py.detach(|| {
            session.forward(parameters)?;
            gradients.map_or(Ok(()), |gradients| session.backward(parameters, gradients))
        })
        .map_err(|error| said(&error))?;
        session.loss(loss).map_err(|error| said(&error))
    }
}

/// An array to be written over, every element: its memory is as it is found.
fn blank<T: Scalar>(py: Python<'_>, len: usize) -> PyResult<Bound<'_, PyArray1<T>>> {
    static EMPTY: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let empty = EMPTY.import(py, "numpy", "empty")?;
    Ok(empty.call1((len, numpy::dtype::<T>(py)))?.cast_into()?)
}

/// The tensors of one array in the layout of an arena, as a dict of views.
pub(crate) fn views<'py, T: Scalar>(
    all: &Bound<'py, PyArray1<T>>,
    layout: &Layout,
) -> PyResult<Bound<'py, PyDict>> {
    let py = all.py();
    let views = PyDict::new(py);
    for tensor in layout.tensors() {
        let range = PySlice::new(py, tensor.range.start as isize, tensor.range.end as isize, 1);
        let view = all.get_item(range)?.cast_into::<PyArray1<T>>()?;
        views.set_item(&tensor.name, view.reshape(tensor.shape.as_slice())?)?;
    }
    Ok(views)
}

/// The one array of which [`views`] made these parameters, if it did and none has been replaced since.
fn together<'py, T: Scalar>(
    params: &Bound<'py, PyDict>,
    layout: &Layout,
) -> PyResult<Option<PyReadonlyArray1<'py, T>>> {
    let mut whole: Option<Bound<'py, PyArray1<T>>> = None;
    for tensor in layout.tensors() {
        let Some(value) = params.get_item(&tensor.name)? else { return Ok(None) };
        let Ok(view) = value.cast::<PyArrayDyn<T>>() else { return Ok(None) };
        if whole.is_none() {
            whole = view.getattr("base")?.cast_into::<PyArray1<T>>().ok();
        }
        let Some(whole) = &whole else { return Ok(None) };
        let there = whole.len() == layout.len()
            && whole.is_c_contiguous()
            && view.is_c_contiguous()
            && view.shape() == tensor.shape
            && view.data().addr() == whole.data().addr() + tensor.range.start * size_of::<T>();
        if !there {
            return Ok(None);
        }
    }
    whole.map(|whole| whole.try_readonly().map_err(|error| said(&error))).transpose()
}

fn slice<'a, T: Scalar>(lent: &'a Option<PyReadonlyArray1<'_, T>>) -> PyResult<Option<&'a [T]>> {
    lent.as_ref().map(|lent| lent.as_slice().map_err(|error| said(&error))).transpose()
}

/// e to the power of each score less the largest of its row.
struct Exponentials<'a, T> {
    scores: &'a mut [T],
    width: usize,
}

impl<T: Real> Kernel for Exponentials<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for row in self.scores.chunks_exact_mut(self.width) {
            let largest = row.iter().copied().fold(row[0], T::maximum);
            row.iter_mut().for_each(|score| *score -= largest);
        }
        self.scores.iter_mut().for_each(|score| *score = score.exp());
    }
}

/// What the examples are compared with.
enum Targets<'py> {
    Labels(Vec<u32>),
    Values(&'py Rows<'py>),
    None,
}

impl<'py> Targets<'py> {
    fn read(t: &'py Rows<'py>, count: usize, loss: Loss) -> PyResult<Self> {
        Ok(match loss {
            Loss::SoftmaxCrossEntropy => Targets::Labels(t.labels("t", count)?),
            Loss::MeanSquaredError => Targets::Values(t),
            Loss::Reconstruction => Targets::None,
        })
    }
}

/// The session for so many examples; few are kept.
fn session<T: Element>(
    kept: &mut Vec<Session<T>>,
    size: usize,
    threads: usize,
    make: impl FnOnce() -> Result<Session<T>, thalweg_nn::GraphError>,
) -> PyResult<&mut Session<T>> {
    let place = match kept.iter().position(|session| session.batch() == size) {
        Some(place) => place,
        None => {
            if kept.len() == KEPT {
                kept.remove(0);
            }
            let mut session = make().map_err(|error| said(&error))?;
            session.set_threads(threads);
            kept.push(session);
            kept.len() - 1
        }
    };
    Ok(&mut kept[place])
}
