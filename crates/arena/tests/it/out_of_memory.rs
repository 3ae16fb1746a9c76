//! A machine without memory: reading a file ends in an error, whichever of its large requests fails.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use thalweg_arena::{ArenaError, Checkpoint};

/// The system's allocator. Of the requests of a thread for [`LARGE`] bytes and more, the one that is counted down to fails.
struct Failing;

/// Small requests always succeed, as they do on a machine that has some memory left.
const LARGE: usize = 64 * 1024;

thread_local! {
    static LEFT: Cell<usize> = const { Cell::new(usize::MAX) };
}

// SAFETY: every call is passed on unchanged to the system's allocator, or answered with null, which stands for a failure.
unsafe impl GlobalAlloc for Failing {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
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
static FAILING: Failing = Failing;

/// Fails the first, the second, … large request of `work` until it makes no more, and returns the errors.
fn failing<T>(work: impl Fn() -> Result<T, ArenaError>) -> Vec<ArenaError> {
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

#[test]
fn a_checkpoint_that_does_not_fit_is_an_error() {
    let mut checkpoint = Checkpoint::new();
    checkpoint.put("W", &[200, 300], &[0.5f32; 60_000]);
    checkpoint.put("b", &[40_000], &[0.5f64; 40_000]);
    let bytes = checkpoint.to_bytes().unwrap();
    let errors = failing(|| Checkpoint::parse(&bytes, "run.safetensors"));
    let text: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let too_large = |tensor| format!("tensor {tensor} is too large for this machine; make it smaller");
    assert_eq!(text, [too_large("`W` of shape [200, 300]"), too_large("`b` of shape [40000]")]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.safetensors");
    checkpoint.save(&path).unwrap();
    let errors = failing(|| Checkpoint::load(&path));
    assert!(matches!(errors[0], ArenaError::Read { .. }), "{:?}", errors[0]);
    assert_eq!(errors.len(), 3);
    let errors = failing(|| checkpoint.get::<f64>("W"));
    assert!(matches!(&errors[..], [ArenaError::TooLarge { name, .. }] if name == "W"), "{errors:?}");
}
