//! Downloads of known sets. Python makes the requests (`thalweg/data.py`); files, sums and what is left of a broken transfer are the core's.

use crate::error::said;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::io::{self, Read};
use std::path::PathBuf;
use thalweg_data::fetch::{Answer, SOURCES, Web, get};
use thalweg_data::image_files::user_cache;

/// Makes requests with a function of Python: `open(url, start)` returns `(start, is_page, length, read)`, where `read(count)` gives bytes.
struct PythonWeb<'a>(&'a Py<PyAny>);

impl Web for PythonWeb<'_> {
    fn get(&self, url: &str, start: u64) -> Result<Answer, String> {
        Python::attach(|py| {
            let answer = self.0.bind(py).call1((url, start)).map_err(|error| words(py, &error))?;
            let (start, is_page, length, read): (u64, bool, Option<u64>, Py<PyAny>) =
                answer.extract().map_err(|error| words(py, &error))?;
            Ok(Answer { start, is_page, length, body: Box::new(Body(read)) })
        })
    }
}

/// What an exception says, without its kind.
fn words(py: Python<'_>, error: &PyErr) -> String {
    error.value(py).to_string()
}

/// The bytes of an answer.
struct Body(Py<PyAny>);

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Python::attach(|py| {
            let failed = |error: PyErr| io::Error::other(words(py, &error));
            let bytes = self.0.bind(py).call1((buffer.len(),)).map_err(failed)?;
            let bytes =
                bytes.cast::<PyBytes>().map_err(|error| io::Error::other(error.to_string()))?.as_bytes();
            let Some(place) = buffer.get_mut(..bytes.len()) else {
                return Err(io::Error::other("more bytes than were asked for"));
            };
            place.copy_from_slice(bytes);
            Ok(bytes.len())
        })
    }
}

/// Downloads the files of a known set into `folder/NAME` and returns their paths. `open` makes the requests; `progress` is told the bytes
/// there are and all there will be; its first exception is raised when the download has ended.
#[pyfunction]
#[pyo3(signature = (name, open, folder = None, mirror = None, progress = None))]
pub(crate) fn fetch(
    py: Python<'_>,
    name: &str,
    open: Py<PyAny>,
    folder: Option<PathBuf>,
    mirror: Option<&str>,
    progress: Option<Py<PyAny>>,
) -> PyResult<Vec<PathBuf>> {
    let set = || std::env::var_os("THALWEG_DATA").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let folder = folder.or_else(set).or_else(user_cache).ok_or_else(|| {
        said(&"there is no home directory to keep a cache in; say where to put the files with folder=…")
    })?;
    let mut stop = None;
    let mut tell = |done: u64, total: u64| {
        let told = Python::attach(|py| match &progress {
            Some(progress) => progress.call1(py, (done, total)).map(drop),
            None => Ok(()),
        });
        stop = stop.take().or(told.err());
    };
    let fetched = py.detach(|| get(name, &folder, mirror, &PythonWeb(&open), &mut tell));
    if let Some(error) = stop {
        return Err(error);
    }
    Ok(fetched.map_err(|error| said(&error))?.into_iter().map(|file| file.path).collect())
}

/// The names of the sets that can be downloaded.
#[pyfunction]
pub(crate) fn downloadable() -> Vec<&'static str> {
    SOURCES.iter().map(|source| source.name).collect()
}
