//! A fixed-length array that starts on a cache line.

use crate::Real;
use std::fmt;
use std::ops::{Deref, DerefMut};

/// Bytes that the first element of every [`Buffer`] is aligned to: one cache line, one 512-bit vector.
pub const ALIGNMENT: usize = 64;

/// A fixed-length array of `T`, zero when created, whose first element is aligned to [`ALIGNMENT`] bytes.
pub struct Buffer<T> {
    storage: Vec<T>,
    start: usize,
    len: usize,
}

impl<T: Real> Buffer<T> {
    /// `len` zeros.
    pub fn zeros(len: usize) -> Self {
        let mut storage = vec![T::ZERO; len + ALIGNMENT / T::BYTES];
        ask_for_huge_pages(&mut storage);
        // `align_offset` may decline (it never does for plain memory); alignment is speed, not correctness.
        let start = storage.as_ptr().align_offset(ALIGNMENT).min(ALIGNMENT / T::BYTES);
        Self { storage, start, len }
    }

    /// A copy of `values`.
    pub fn from_slice(values: &[T]) -> Self {
        let mut buffer = Self::zeros(values.len());
        buffer.copy_from_slice(values);
        buffer
    }
}

/// Bytes from which memory is asked for in pages of 2 MiB: such a buffer has at least one of them inside.
const HUGE: usize = 4 << 20;

/// Large buffers in huge pages: a sweep over many buffers at once spends up to a fifth of its time on looking up pages of
/// 4 KiB. To be called before the memory is first written to; a request, which the system may decline.
#[cfg(target_os = "linux")]
fn ask_for_huge_pages<T: Real>(storage: &mut [T]) {
    const PAGE: usize = 2 << 20;
    if size_of_val(storage) < HUGE {
        return;
    }
    let bytes = storage.as_mut_ptr_range();
    let start = (bytes.start as usize).next_multiple_of(PAGE);
    let end = bytes.end as usize / PAGE * PAGE;
    // SAFETY: the range lies within one live allocation, and the advice changes neither its contents nor who may use it.
    unsafe { libc::madvise(start as *mut libc::c_void, end - start, libc::MADV_HUGEPAGE) };
}

#[cfg(not(target_os = "linux"))]
fn ask_for_huge_pages<T: Real>(_: &mut [T]) {}

impl<T> Default for Buffer<T> {
    /// The empty buffer; allocates nothing.
    fn default() -> Self {
        Self { storage: Vec::new(), start: 0, len: 0 }
    }
}

impl<T: Real> Clone for Buffer<T> {
    fn clone(&self) -> Self {
        Self::from_slice(self)
    }
}

impl<T> Deref for Buffer<T> {
    type Target = [T];
    #[inline]
    fn deref(&self) -> &[T] {
        &self.storage[self.start..self.start + self.len]
    }
}

impl<T> DerefMut for Buffer<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.storage[self.start..self.start + self.len]
    }
}

impl<T: fmt::Debug> fmt::Debug for Buffer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_on_a_cache_line_and_copies_by_value() {
        for len in [0, 1, 15, 16, 17, 1000, 1 << 20, (1 << 20) + 7, 3 << 20] {
            let mut buffer = Buffer::<f32>::zeros(len);
            assert_eq!(buffer.len(), len);
            assert_eq!(buffer.as_ptr() as usize % ALIGNMENT, 0);
            let copy = buffer.clone();
            buffer.fill(1.0);
            assert!(copy.iter().all(|&x| x == 0.0));
            assert_eq!(copy.as_ptr() as usize % ALIGNMENT, 0);
        }
    }
}
