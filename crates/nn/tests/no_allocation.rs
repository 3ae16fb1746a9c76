//! A step allocates nothing: counted, after one step of warm-up.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use thalweg_arena::Arena;
use thalweg_nn::{Activation, Element, Initial, Loss, Mlp, Session, initialise};

/// The system's allocator, counting the allocations of each thread.
struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is handed to the system's allocator unchanged; counting touches a thread-local number without
// destructor and does not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        // SAFETY: the caller's obligations are passed on.
        unsafe { System.alloc(layout) }
    }
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, size) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(work: impl FnOnce()) -> usize {
    let before = COUNT.get();
    work();
    COUNT.get() - before
}

fn assert_steps_do_not_allocate<T: Element>(loss: Loss, activation: Activation) {
    const BATCH: usize = 100;
    let mlp = Mlp { inputs: 784, hidden: vec![50, 30], outputs: 10, activation, loss };
    let model = mlp.build::<T>().unwrap();
    let parameters = initialise(&model.graph, Initial::He, 1);
    let mut gradients = Arena::<T>::zeros(model.graph.layout().clone());
    let mut training = Session::training(&model.graph, BATCH, model.loss, &[model.output]).unwrap();
    let mut evaluation = Session::evaluation(&model.graph, BATCH, &[model.output]).unwrap();
    let mut step = || {
        for session in [&mut training, &mut evaluation] {
            session.input_mut(model.input).unwrap().fill(T::from_f64(0.5));
        }
        match loss {
            Loss::SoftmaxCrossEntropy => training.labels_mut(model.target).unwrap().fill(3),
            Loss::MeanSquaredError => training.input_mut(model.target).unwrap().fill(T::ONE),
        }
        training.forward(parameters.values()).unwrap();
        training.backward(parameters.values(), gradients.values_mut()).unwrap();
        evaluation.forward(parameters.values()).unwrap();
        assert!(training.loss(model.loss).unwrap() > 0.0);
        assert_eq!(training.value(model.output).unwrap(), evaluation.value(model.output).unwrap());
    };
    assert!(allocations(&mut step) > 0, "the first step warms up the matrix products, or nothing is counted");
    let count = allocations(|| (0..3).for_each(|_| step()));
    assert_eq!(count, 0, "{} {loss} {activation}", T::NAME);
}

#[test]
fn steps_do_not_allocate() {
    std::thread::spawn(|| {
        assert!(allocations(|| drop(vec![1u8; 100])) == 1, "allocations are counted");
    })
    .join()
    .unwrap();
    // Each in a thread of its own: the first product of a thread allocates its scratch memory.
    let cases: [fn(); 4] = [
        || assert_steps_do_not_allocate::<f32>(Loss::SoftmaxCrossEntropy, Activation::Relu),
        || assert_steps_do_not_allocate::<f32>(Loss::MeanSquaredError, Activation::Tanh),
        || assert_steps_do_not_allocate::<f64>(Loss::SoftmaxCrossEntropy, Activation::Sigmoid),
        || assert_steps_do_not_allocate::<f64>(Loss::MeanSquaredError, Activation::Step),
    ];
    for case in cases {
        std::thread::spawn(case).join().unwrap();
    }
}
