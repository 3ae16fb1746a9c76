//! What surrounds an optimizer instead of standing in its chain.

mod accumulated;
mod sharpness;

pub use accumulated::Accumulated;
pub use sharpness::{Sharpness, SharpnessAware};

/// The methods of [`Optimizer`](crate::Optimizer) that a wrapper hands on to its field `inner`.
macro_rules! hand_on {
    () => {
        fn layout(&self) -> &std::sync::Arc<thalweg_arena::Layout> {
            self.inner.layout()
        }
        fn evaluation_point(&mut self, parameters: &[T], point: &mut [T]) -> Result<bool, crate::OptimError> {
            self.inner.evaluation_point(parameters, point)
        }
        fn averaged(&mut self, parameters: &[T], point: &mut [T]) -> Result<bool, crate::OptimError> {
            self.inner.averaged(parameters, point)
        }
        fn learning_rate(&mut self) -> Option<f64> {
            self.inner.learning_rate()
        }
        fn steps(&self) -> u64 {
            self.inner.steps()
        }
        fn scale_rate(&mut self, factor: f64) {
            self.inner.scale_rate(factor);
        }
        fn packed(&self) -> Vec<(&'static str, &crate::PackedArena)> {
            self.inner.packed()
        }
        fn packed_mut(&mut self) -> Vec<(&'static str, &mut crate::PackedArena)> {
            self.inner.packed_mut()
        }
        fn counts(&self) -> &[u64] {
            self.inner.counts()
        }
        fn counts_mut(&mut self) -> &mut [u64] {
            self.inner.counts_mut()
        }
        fn measure(&mut self, on: bool) {
            self.inner.measure(on);
        }
        fn set_threads(&mut self, threads: usize) {
            self.inner.set_threads(threads);
        }
    };
}
pub(crate) use hand_on;
