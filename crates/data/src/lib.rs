//! Where batches come from: datasets, batches, file formats, 2-D functions, downloads.

#![forbid(unsafe_code)]
