//! An allocator that can be watched, and that fails on request.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The system's allocator. It notes the requests of each thread, and fails the large one that is counted down to.
struct Watching;

/// Small requests always succeed, as they do on a machine that has some memory left.
const LARGE: usize = 256 * 1024;

thread_local! {
    static LARGEST: Cell<usize> = const { Cell::new(0) };
    static COUNT: Cell<usize> = const { Cell::new(0) };
    static LEFT: Cell<usize> = const { Cell::new(usize::MAX) };
}

// SAFETY: every call is passed on unchanged to the system's allocator, or answered with null, which stands for a failure; the notes are
// plain cells that allocate nothing.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LARGEST.set(LARGEST.get().max(layout.size()));
        COUNT.set(COUNT.get() + 1);
        if layout.size() >= LARGE {
            LEFT.set(LEFT.get() - 1);
            if LEFT.get() == 0 {
                LEFT.set(usize::MAX);
                return std::ptr::null_mut();
            }
        }
        // SAFETY: the caller's promises about `layout` are those that `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: `pointer` came from `System` by way of `alloc` above, with this `layout`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static WATCHING: Watching = Watching;

/// The largest single request for memory while `work` runs, in bytes.
pub(crate) fn largest_request(work: impl FnOnce()) -> usize {
    LARGEST.set(0);
    work();
    LARGEST.get()
}

/// The requests of this thread so far.
pub(crate) fn request_count() -> usize {
    COUNT.get()
}

/// Fails the first, the second, … large request of `work` until it makes no more, and returns the errors.
pub(crate) fn failing<T, E>(work: impl Fn() -> Result<T, E>) -> Vec<E> {
    let mut errors = Vec::new();
    loop {
        LEFT.set(errors.len() + 1);
        let result = work();
        LEFT.set(usize::MAX);
        match result {
            Ok(_) => return errors,
            Err(error) => errors.push(error),
        }
    }
}
