//! A machine without memory: reading a file ends in an error, whichever of its large requests fails.

use thalweg_arena::{ArenaError, Checkpoint};

use crate::allocator::failing;

#[test]
fn a_checkpoint_that_does_not_fit_is_an_error() {
    let mut checkpoint = Checkpoint::new();
    checkpoint.put("W", &[300, 300], &[0.5f32; 90_000]);
    checkpoint.put("b", &[40_000], &[0.5f64; 40_000]);
    let bytes = checkpoint.to_bytes().unwrap();
    let errors = failing(|| Checkpoint::parse(&bytes, "run.safetensors"));
    let text: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let too_large = |tensor| format!("tensor {tensor} is too large for this machine; make it smaller");
    assert_eq!(text, [too_large("`W` of shape [300, 300]"), too_large("`b` of shape [40000]")]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.safetensors");
    checkpoint.save(&path).unwrap();
    let errors = failing(|| Checkpoint::load(&path));
    assert!(matches!(errors[0], ArenaError::Read { .. }), "{:?}", errors[0]);
    assert_eq!(errors.len(), 3);
    let errors = failing(|| checkpoint.get::<f64>("W"));
    assert!(matches!(&errors[..], [ArenaError::TooLarge { name, .. }] if name == "W"), "{errors:?}");
}
