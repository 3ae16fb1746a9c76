//! What is wrong with the bytes of an array.

/// Why bytes are not an array that can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NpyError {
    /// Something else than an NPY file.
    #[error("this is not a NumPy array: it does not start with \\x93NUMPY")]
    NotNpy,
    /// A version from the future.
    #[error("version {0} of the NPY format is not known; versions 1 to 3 are read")]
    Version(u8),
    /// A header that is not the dictionary it should be.
    #[error("the array's header is damaged: {0}")]
    Header(String),
    /// Python objects.
    #[error(
        "the array holds pickled Python objects, which are not read because unpickling can run any program; in Python, save \
         it as plain numbers (array.astype('f4')) or texts (array.astype(str)) and np.save"
    )]
    Pickled,
    /// A type of element that is not read.
    #[error("elements of type `{0}` are not read; convert the array first: array.astype('f4')")]
    ElementType(String),
    /// Fewer bytes than the header promises.
    #[error("the array is cut off: its header promises {promised} bytes of values, {found} are there")]
    Truncated {
        /// Bytes the shape and type multiply to.
        promised: u64,
        /// Bytes found.
        found: u64,
    },
    /// More bytes than the header promises.
    #[error("more bytes follow than the {promised} the array's header promises")]
    Trailing {
        /// Bytes the shape and type multiply to.
        promised: u64,
    },
    /// More values than fit in memory.
    #[error(
        "the array is too large: {0}; store fewer examples, or numbers of fewer bytes (array.astype('f4'))"
    )]
    Memory(thalweg_kit::TooLittleMemory),
    /// The stream broke.
    #[error("the array cannot be read: {0}")]
    Stream(String),
}
