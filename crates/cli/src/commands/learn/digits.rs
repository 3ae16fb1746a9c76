//! Images of digits for the experiments on networks: MNIST where it is there, the built-in digits elsewhere.

use super::entry::Request;
use super::sheet::Sheet;
use crate::failure::Failure;
use thalweg::data::{DATASETS, Dataset, Options, load};

/// Returns the name of the data set, and says so where it is not MNIST.
pub(super) fn name(request: &Request, sheet: &mut Sheet) -> &'static str {
    if DATASETS.iter().any(|entry| entry.name == "mnist" && entry.is_here(&request.source)) {
        return "mnist";
    }
    sheet.text(request.language.words().mnist_is_missing());
    "digits"
}

/// Loads the images.
pub(super) fn dataset(request: &Request, sheet: &mut Sheet) -> Result<Dataset, Failure> {
    Ok(load(name(request, sheet), &Options::default(), &request.source)?)
}
