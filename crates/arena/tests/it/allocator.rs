//! An allocator that can be watched, and that fails on request. The tests of several crates share this file by `#[path]`.
#![expect(dead_code, reason = "the tests of each crate use a part of it")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The system's allocator. It notes the requests of each thread, and fails the large one that is counted down to.
struct Watching;

/// Small requests always succeed, as they do on a machine that has some memory left.
const LARGE: usize = 256 * 1024;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
    static LARGEST: Cell<usize> = const { Cell::new(0) };
    /// Bytes held now, and the most there were.
    static HELD: Cell<(isize, isize)> = const { Cell::new((0, 0)) };
    static LEFT: Cell<usize> = const { Cell::new(usize::MAX) };
}

fn hold(bytes: isize) {
    let (held, most) = HELD.get();
    HELD.set((held + bytes, most.max(held + bytes)));
}

// SAFETY: every call is passed on unchanged to the system's allocator, or answered with null, which stands for a failure; the notes are
// plain cells that allocate nothing.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        LARGEST.set(LARGEST.get().max(layout.size()));
        if layout.size() >= LARGE {
            LEFT.set(LEFT.get() - 1);
            if LEFT.get() == 0 {
                LEFT.set(usize::MAX);
                return std::ptr::null_mut();
            }
        }
        hold(layout.size() as isize);
        // SAFETY: the caller's promises about `layout` are those that `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        hold(-(layout.size() as isize));
        // SAFETY: `pointer` came from `System` by way of `alloc` above, with this `layout`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static WATCHING: Watching = Watching;

/// Returns the number of requests of this thread while `work` runs.
pub(crate) fn request_count(work: impl FnOnce()) -> usize {
    let before = COUNT.get();
    work();
    COUNT.get() - before
}

/// Returns the largest single request of this thread while `work` runs, in bytes.
pub(crate) fn largest_request(work: impl FnOnce()) -> usize {
    LARGEST.set(0);
    work();
    LARGEST.get()
}

/// Returns the most bytes that this thread holds at a time while `work` runs, beyond those it holds before, and what `work` gives.
pub(crate) fn most_held<T>(work: impl FnOnce() -> T) -> (usize, T) {
    let (before, _) = HELD.get();
    HELD.set((before, before));
    let result = work();
    ((HELD.get().1 - before) as usize, result)
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
