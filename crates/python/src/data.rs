//! The class `Dataset`: examples from a registry or from arrays.

use crate::error::said;
use crate::rows::Rows;
use crate::specification::to_json;
use numpy::{PyArray1, PyArray2, PyArrayMethods};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::path::PathBuf;
use thalweg_data::functions::FUNCTIONS;
use thalweg_data::{Dataset as Core, Examples, Image, Options, Source, Split, Targets};

/// Examples for training, validation and test.
#[pyclass(frozen, module = "thalweg.data")]
pub(crate) struct Dataset(pub(crate) Core);

#[pymethods]
impl Dataset {
    /// A data set of the registry, or of a file: `digits`, `mnist`, `csv:PATH`, …
    #[staticmethod]
    #[pyo3(signature = (name, *, folder = None, options = None))]
    fn load(
        py: Python<'_>,
        name: &str,
        folder: Option<PathBuf>,
        options: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let mut whole = serde_json::to_value(Options::default()).unwrap_or_default();
        if let (Some(options), Some(whole)) = (options, whole.as_object_mut()) {
            whole.extend(to_json(options)?.as_object().cloned().unwrap_or_default());
        }
        let options: Options = serde_json::from_value(whole).map_err(|error| said(&error))?;
        let source = Source { data_dir: folder };
        py.detach(|| thalweg_data::load(name, &options, &source)).map(Self).map_err(|error| said(&error))
    }

    /// A data set of arrays: one row an example. Whole numbers as targets are labels of classes, others are values.
    #[staticmethod]
    #[pyo3(signature = (x, t, *, validation = None, test = None, classification = true, image = None, name = "arrays"))]
    fn of(
        x: &Bound<'_, PyAny>,
        t: &Bound<'_, PyAny>,
        validation: Option<(Bound<'_, PyAny>, Bound<'_, PyAny>)>,
        test: Option<(Bound<'_, PyAny>, Bound<'_, PyAny>)>,
        classification: bool,
        image: Option<(usize, usize)>,
        name: &str,
    ) -> PyResult<Self> {
        let train = examples(x, t, classification)?;
        let none = || train.slice(0..0);
        let part = |pair: &Option<(Bound<'_, PyAny>, Bound<'_, PyAny>)>| match pair {
            Some((x, t)) => examples(x, t, classification),
            None => Ok(none()),
        };
        let (validation, test) = (part(&validation)?, part(&test)?);
        let labels = [&train, &validation, &test].into_iter().filter_map(|part| match part.targets() {
            Targets::Labels(labels) => labels.iter().max().copied(),
            _ => None,
        });
        let classes = labels.max().map_or(0, |most| most + 1);
        let largest = train.inputs().iter().copied().fold(0.0, f32::max);
        let image = match image {
            Some((height, width)) if height * width > 0 && train.features() % (height * width) == 0 => {
                Some(Image { height, width, white: largest })
            }
            Some((height, width)) => {
                return Err(PyValueError::new_err(format!(
                    "images of {height} x {width} pixels do not fit {} numbers an example",
                    train.features()
                )));
            }
            None => None,
        };
        let core = Core {
            name: name.into(),
            title: "arrays".into(),
            citation: String::new(),
            licence: String::new(),
            shape: vec![train.features()],
            image,
            classes: (0..classes).map(|class| class.to_string()).collect(),
            train,
            validation,
            test,
            has_targets: true,
            understood: Vec::new(),
            table: None,
            encoding: None,
        };
        // Validation and test may be absent; what is there must be sound.
        for (part, examples) in
            [("train", &core.train), ("validation", &core.validation), ("test", &core.test)]
        {
            examples.check_finite(part).map_err(|error| said(&error))?;
        }
        if core.train.is_empty() {
            return Err(PyValueError::new_err("x holds no example"));
        }
        Ok(Self(core))
    }

    /// Inputs and targets of `train`, `validation` or `test`, as new arrays: `[examples, features]`, and labels `[examples]` or values
    /// `[examples, outputs]`; targets that are not known are None.
    fn part<'py>(&self, py: Python<'py>, part: &str) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let examples = self.0.part(part.parse::<Split>().map_err(|error| said(&error))?);
        let x = PyArray2::<f32>::zeros(py, [examples.len(), examples.features()], false);
        let all: Vec<u32> = (0..examples.len() as u32).collect();
        examples.gather_inputs(&all, x.readwrite().as_slice_mut()?);
        let t = match examples.targets() {
            _ if !self.0.has_targets => py.None().into_bound(py),
            Targets::Labels(labels) => {
                PyArray1::from_iter(py, labels.iter().map(|&label| i64::from(label))).into_any()
            }
            Targets::Sequences { labels, width } => {
                PyArray1::from_iter(py, labels.iter().map(|&label| i64::from(label)))
                    .reshape([examples.len(), *width])?
                    .into_any()
            }
            // In the units of the data, as `Model.predict` gives them.
            Targets::Values { width, .. } => {
                let values = examples.values().unwrap_or_default();
                PyArray1::from_iter(py, values.iter().map(|value| *value as f32))
                    .reshape([examples.len(), *width])?
                    .into_any()
            }
        };
        Ok((x.into_any(), t))
    }

    #[getter]
    fn name(&self) -> &str {
        &self.0.name
    }

    #[getter]
    fn title(&self) -> &str {
        &self.0.title
    }

    /// How a file was understood, in a line or two; empty for known sets.
    #[getter]
    fn understood(&self) -> Vec<&str> {
        self.0.understood.iter().map(|note| note.en.as_str()).collect()
    }

    /// The names of the inputs of a table, in their order; empty for other sets.
    #[getter]
    fn inputs(&self) -> Vec<String> {
        self.0.encoding.as_ref().map(|encoding| encoding.input_names()).unwrap_or_default()
    }

    #[getter]
    fn classes(&self) -> Vec<String> {
        self.0.classes.clone()
    }

    /// Rows and columns of an example, if it is an image.
    #[getter]
    fn image(&self) -> Option<(usize, usize)> {
        self.0.image.map(|image| (image.height, image.width))
    }

    fn __repr__(&self) -> String {
        let of = |part: &Examples| part.len();
        let (train, validation, test) = (of(&self.0.train), of(&self.0.validation), of(&self.0.test));
        format!(
            "<Dataset {}: {train} for training, {validation} for validation, {test} for test>",
            self.0.name
        )
    }
}

/// Rows and their targets.
pub(crate) fn examples(
    x: &Bound<'_, PyAny>,
    t: &Bound<'_, PyAny>,
    classification: bool,
) -> PyResult<Examples> {
    let (x, t) = (Rows::read("x", x)?, Rows::read("t", t)?);
    let (count, features) = x.extent("x")?;
    let targets = if classification {
        Targets::Labels(t.labels("t", count)?.into())
    } else {
        let (rows, width) = t.extent("t")?;
        if rows != count {
            return Err(PyValueError::new_err(format!(
                "t has {rows} rows for {count} examples; give one for each"
            )));
        }
        Targets::Values { values: t.singles()?.into(), width }
    };
    Examples::new(x.singles()?, features, targets).map_err(|error| said(&error))
}

/// The functions of two variables that comparisons can minimise, by name.
#[pyfunction]
pub(crate) fn functions() -> Vec<&'static str> {
    FUNCTIONS.iter().map(|function| function.name).collect()
}
