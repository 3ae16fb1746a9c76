//! Named tensors and metadata in one safetensors file.

use crate::{Arena, ArenaError, display_shape, write_atomically};
use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};
use std::collections::BTreeMap;
use std::path::Path;
use thalweg_kit::{brain_half, checksum, half};
use thalweg_lanes::Real;

/// The one metadata entry we write: safetensors keeps metadata unordered, and equal checkpoints should be equal bytes.
const METADATA_KEY: &str = "thalweg";
/// The entry of our metadata that holds the checksum of everything else.
const CHECKSUM_KEY: &str = "checksum";

/// Named tensors and metadata, as kept in a safetensors file
/// (<https://huggingface.co/docs/safetensors>; no code is executed on loading).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checkpoint {
    /// Metadata of the tensors: the specification of the optimizer, the step, the random state.
    pub metadata: BTreeMap<String, String>,
    tensors: BTreeMap<String, Stored>,
}

/// A type of packed numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackedKind {
    /// The upper half of an `f32`, two bytes.
    Bf16,
    /// One byte.
    U8,
}

#[derive(Clone, Debug, PartialEq)]
struct Stored {
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl Checkpoint {
    /// Creates a checkpoint without tensors.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces a tensor. `values` must hold the product of `shape` elements.
    ///
    /// # Panics
    /// If the number of values is not that of the shape.
    pub fn put<T: Real>(&mut self, name: impl Into<String>, shape: &[usize], values: &[T]) {
        assert_eq!(values.len(), shape.iter().product::<usize>(), "a tensor holds the product of its shape");
        let mut bytes = Vec::with_capacity(values.len() * T::BYTES);
        values.iter().for_each(|value| value.write_le(&mut bytes));
        let dtype = if T::BYTES == 4 { Dtype::F32 } else { Dtype::F64 };
        self.tensors.insert(name.into(), Stored { dtype, shape: shape.to_vec(), bytes });
    }

    /// Adds or replaces a tensor of packed numbers: `bytes` of safetensors type `BF16` (two bytes an element) or `U8`.
    ///
    /// # Panics
    /// If the number of bytes is not that of the shape.
    pub fn put_packed(&mut self, name: impl Into<String>, kind: PackedKind, shape: &[usize], bytes: Vec<u8>) {
        let (dtype, width) = match kind {
            PackedKind::Bf16 => (Dtype::BF16, 2),
            PackedKind::U8 => (Dtype::U8, 1),
        };
        assert_eq!(
            bytes.len(),
            width * shape.iter().product::<usize>(),
            "a tensor holds the product of its shape"
        );
        self.tensors.insert(name.into(), Stored { dtype, shape: shape.to_vec(), bytes });
    }

    /// Returns the kind, shape and bytes of a tensor of packed numbers.
    pub fn packed(&self, name: &str) -> Option<(PackedKind, &[usize], &[u8])> {
        let stored = self.tensors.get(name)?;
        let kind = match stored.dtype {
            Dtype::BF16 => PackedKind::Bf16,
            Dtype::U8 => PackedKind::U8,
            _ => return None,
        };
        Some((kind, &stored.shape, &stored.bytes))
    }

    /// Adds every tensor of `arena` under `prefix` followed by its name.
    pub fn put_arena<T: Real>(&mut self, prefix: &str, arena: &Arena<T>) {
        for (tensor, values) in arena.tensors() {
            self.put(format!("{prefix}{}", tensor.name), &tensor.shape, values);
        }
    }

    /// Returns the names of the tensors, sorted, each with its shape.
    pub fn names(&self) -> impl Iterator<Item = (&str, &[usize])> {
        self.tensors.iter().map(|(name, stored)| (name.as_str(), stored.shape.as_slice()))
    }

    /// Returns the shape and values of a tensor stored as `f32` or `f64`, converted to `T`.
    ///
    /// # Errors
    /// [`ArenaError::Missing`]; [`ArenaError::WrongType`] for integers and half precision.
    pub fn get<T: Real>(&self, name: &str) -> Result<(Vec<usize>, Vec<T>), ArenaError> {
        let stored = self.tensors.get(name).ok_or_else(|| ArenaError::Missing(name.to_string()))?;
        let mut values = Vec::new();
        let room = values.try_reserve_exact(stored.shape.iter().product());
        room.map_err(|_| too_large(name, &stored.shape))?;
        match stored.dtype {
            Dtype::F32 => values.extend(stored.bytes.chunks_exact(4).map(|b| T::from(f32::read_le(b)))),
            Dtype::F64 => values.extend(stored.bytes.chunks_exact(8).map(|b| T::from_f64(f64::read_le(b)))),
            other => {
                let (name, found) = (name.to_string(), format!("{other:?}"));
                return Err(ArenaError::WrongType { name, found, expected: "f32 or f64" });
            }
        }
        Ok((stored.shape.clone(), values))
    }

    /// The same, of a tensor stored as `f16` or `bf16` too.
    ///
    /// # Errors
    /// [`ArenaError::Missing`]; [`ArenaError::WrongType`] for integers and numbers of 8 bits.
    pub fn widened<T: Real>(&self, name: &str) -> Result<(Vec<usize>, Vec<T>), ArenaError> {
        let widen = |stored: &Stored, number: fn(u16) -> f32| {
            let words = stored.bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
            (stored.shape.clone(), words.map(|bits| T::from(number(bits))).collect())
        };
        match self.tensors.get(name) {
            Some(stored) if stored.dtype == Dtype::F16 => Ok(widen(stored, half)),
            Some(stored) if stored.dtype == Dtype::BF16 => Ok(widen(stored, brain_half)),
            _ => self.get(name),
        }
    }

    /// Fills `arena` from the tensors called `prefix` followed by each name of its layout. All or nothing: a checkpoint
    /// that lacks a tensor, has another shape or holds more tensors under a non-empty `prefix` is refused.
    ///
    /// # Errors
    /// [`ArenaError::Mismatch`] that names every difference.
    pub fn read_arena<T: Real>(&self, prefix: &str, arena: &mut Arena<T>) -> Result<(), ArenaError> {
        let mut found = Vec::new();
        let mut differences = Vec::new();
        for tensor in arena.layout().tensors() {
            let name = format!("{prefix}{}", tensor.name);
            match self.get::<T>(&name) {
                Ok((shape, _)) if shape != tensor.shape => differences.push(format!(
                    "tensor `{name}` has shape {} where {} is expected",
                    display_shape(&shape),
                    display_shape(&tensor.shape)
                )),
                Ok((_, values)) => found.push((tensor.range.clone(), values)),
                Err(error) => differences.push(error.to_string()),
            }
        }
        if !prefix.is_empty() {
            for (name, _) in self.names() {
                let Some(rest) = name.strip_prefix(prefix) else { continue };
                if arena.layout().find(rest).is_none() {
                    differences.push(format!("tensor `{name}` is not expected"));
                }
            }
        }
        if !differences.is_empty() {
            return Err(ArenaError::Mismatch(differences));
        }
        for (range, values) in found {
            arena.values_mut()[range].copy_from_slice(&values);
        }
        Ok(())
    }

    /// Returns the bytes of the safetensors file.
    ///
    /// # Errors
    /// [`ArenaError::NotSafetensors`] if a name or shape cannot be written (never for tensors added by [`Checkpoint::put`]).
    pub fn to_bytes(&self) -> Result<Vec<u8>, ArenaError> {
        let refused = |reason: String| ArenaError::NotSafetensors { origin: "the checkpoint".into(), reason };
        let views: Vec<(&str, TensorView<'_>)> = self
            .tensors
            .iter()
            .map(|(name, s)| Ok((name.as_str(), TensorView::new(s.dtype, s.shape.clone(), &s.bytes)?)))
            .collect::<Result<_, safetensors::SafeTensorError>>()
            .map_err(|error| refused(error.to_string()))?;
        let mut metadata = self.metadata.clone();
        metadata.insert(CHECKSUM_KEY.to_string(), self.checksum());
        let metadata = serde_json::to_string(&metadata).map_err(|error| refused(error.to_string()))?;
        let metadata = [(METADATA_KEY.to_string(), metadata)].into_iter().collect();
        serialize(views, Some(metadata)).map_err(|error| refused(error.to_string()))
    }

    /// Reads the bytes of a safetensors file; `origin` names it in errors. Metadata of other programs is ignored.
    ///
    /// # Errors
    /// [`ArenaError::NotSafetensors`] for truncated or foreign bytes, [`ArenaError::Damaged`] where the checksum does not fit.
    pub fn parse(bytes: &[u8], origin: &str) -> Result<Self, ArenaError> {
        let refused = |reason: String| ArenaError::NotSafetensors { origin: origin.to_string(), reason };
        let file = SafeTensors::deserialize(bytes).map_err(|error| refused(error.to_string()))?;
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| refused(error.to_string()))?;
        let damaged = || ArenaError::Damaged { origin: origin.to_string() };
        let entries = header.metadata().as_ref();
        let mut metadata: BTreeMap<String, String> = match entries
            .and_then(|entries| entries.get(METADATA_KEY))
        {
            Some(text) => serde_json::from_str(text).map_err(|error| refused(error.to_string()))?,
            // Ours under a name that is no longer ours.
            None if entries.is_some_and(|all| all.values().any(|text| text.contains("\"checksum\":\""))) => {
                return Err(damaged());
            }
            None => BTreeMap::new(),
        };
        // Earlier versions wrote none.
        let written = metadata.remove(CHECKSUM_KEY);
        // In the order of their names, so that of several tensors without room always the same one is named.
        let mut views = file.tensors();
        views.sort_by(|(a, _), (b, _)| a.cmp(b));
        let tensors = views
            .into_iter()
            .map(|(name, view)| {
                let mut bytes = Vec::new();
                let room = bytes.try_reserve_exact(view.data().len());
                room.map_err(|_| too_large(&name, view.shape()))?;
                bytes.extend_from_slice(view.data());
                Ok((name, Stored { dtype: view.dtype(), shape: view.shape().to_vec(), bytes }))
            })
            .collect::<Result<_, ArenaError>>()?;
        let checkpoint = Self { metadata, tensors };
        match written {
            Some(written) if written != checkpoint.checksum() => Err(damaged()),
            _ => Ok(checkpoint),
        }
    }

    /// Returns the checksum of metadata and tensors, in hexadecimal digits.
    fn checksum(&self) -> String {
        let mut text = String::new();
        for (key, value) in &self.metadata {
            text += &format!("{key:?}={value:?}\n");
        }
        for (name, stored) in &self.tensors {
            let bytes = checksum(&stored.bytes);
            text += &format!("{name:?} {:?} {:?} {bytes:016x}\n", stored.dtype, stored.shape);
        }
        format!("{:016x}", checksum(text.as_bytes()))
    }

    /// Writes the file atomically; see [`write_atomically`].
    ///
    /// # Errors
    /// [`ArenaError::Write`].
    pub fn save(&self, path: &Path) -> Result<(), ArenaError> {
        write_atomically(path, &self.to_bytes()?)
    }

    /// Reads the file.
    ///
    /// # Errors
    /// [`ArenaError::Read`], [`ArenaError::NotSafetensors`] and [`ArenaError::Damaged`].
    pub fn load(path: &Path) -> Result<Self, ArenaError> {
        let bytes =
            std::fs::read(path).map_err(|source| ArenaError::Read { path: path.to_path_buf(), source })?;
        Self::parse(&bytes, &path.display().to_string())
    }
}

fn too_large(name: &str, shape: &[usize]) -> ArenaError {
    ArenaError::TooLarge { name: name.to_string(), shape: display_shape(shape) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Layout;

    #[test]
    fn numbers_of_16_bits_are_widened() {
        let of = |bits: [u16; 3]| bits.map(u16::to_le_bytes).concat();
        let (f16, bf16) = (of([0x3c00, 0xc000, 0x0001]), of([0x3f80, 0xc000, 0x3eab]));
        let view = |dtype, bytes| TensorView::new(dtype, vec![3], bytes).unwrap();
        let bytes =
            serialize([("a", view(Dtype::F16, &f16)), ("b", view(Dtype::BF16, &bf16))], None).unwrap();
        let read = Checkpoint::parse(&bytes, "x").unwrap();
        assert_eq!(read.widened::<f32>("a").unwrap(), (vec![3], vec![1.0, -2.0, 5.960_464_5e-8]));
        assert_eq!(read.widened::<f64>("b").unwrap(), (vec![3], vec![1.0, -2.0, 0.333_984_375]));
        let whole = serialize([("n", TensorView::new(Dtype::I64, vec![1], &[0; 8]).unwrap())], None).unwrap();
        let error = Checkpoint::parse(&whole, "x").unwrap().widened::<f32>("n").unwrap_err();
        assert!(matches!(error, ArenaError::WrongType { .. }), "{error}");
    }
    use std::sync::Arc;

    fn arena() -> Arena<f32> {
        let mut layout = Layout::new();
        layout.add("W", &[2, 3]).unwrap();
        layout.add("b", &[3]).unwrap();
        let mut arena = Arena::zeros(Arc::new(layout));
        arena.get_mut("W").unwrap().copy_from_slice(&[1.0, 2.0, 3.0, 4.0, 5.0, -0.0]);
        arena
    }

    fn checkpoint() -> Checkpoint {
        let mut checkpoint = Checkpoint::new();
        checkpoint.put_arena("parameters.", &arena());
        checkpoint.put("state", &[], &[std::f64::consts::PI]);
        checkpoint.metadata.insert("step".into(), "7".into());
        checkpoint.metadata.insert("rule".into(), "adam".into());
        checkpoint
    }

    #[test]
    fn comes_back_from_the_disk_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.safetensors");
        checkpoint().save(&path).unwrap();
        let loaded = Checkpoint::load(&path).unwrap();
        assert_eq!(loaded, checkpoint());
        assert_eq!(loaded.to_bytes().unwrap(), std::fs::read(&path).unwrap());
        let mut target = Arena::<f32>::zeros(arena().layout().clone());
        loaded.read_arena("parameters.", &mut target).unwrap();
        assert_eq!(target.values(), arena().values());
        assert_eq!(loaded.get::<f64>("state").unwrap(), (vec![], vec![std::f64::consts::PI]));
    }

    #[test]
    fn every_mismatch_is_named_and_nothing_changes() {
        let mut layout = Layout::new();
        layout.add("W", &[3, 2]).unwrap();
        layout.add("c", &[1]).unwrap();
        let mut target = Arena::<f32>::zeros(Arc::new(layout));
        let error = checkpoint().read_arena("parameters.", &mut target).unwrap_err().to_string();
        for part in [
            "`parameters.W` has shape [2, 3] where [3, 2]",
            "no tensor `parameters.c`",
            "`parameters.b` is not expected",
        ] {
            assert!(error.contains(part), "{error}");
        }
        assert!(target.values().iter().all(|&x| x == 0.0));
    }

    #[test]
    fn truncated_and_foreign_bytes_are_refused_at_every_length() {
        let bytes = checkpoint().to_bytes().unwrap();
        for length in 0..bytes.len() {
            assert!(Checkpoint::parse(&bytes[..length], "x").is_err(), "{length}");
        }
        let error = Checkpoint::parse(b"hello, I am a text file", "notes.txt").unwrap_err().to_string();
        assert!(error.starts_with("notes.txt is not a whole safetensors file"), "{error}");
    }

    #[test]
    fn a_flipped_bit_is_noticed_wherever_it_is() {
        let bytes = checkpoint().to_bytes().unwrap();
        for bit in 0..8 * bytes.len() {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            // What is read in spite of it holds the same numbers: the flipped bit was in the name of the checksum.
            let Ok(read) = Checkpoint::parse(&flipped, "x") else { continue };
            assert_eq!(read.tensors, checkpoint().tensors, "{bit}");
            assert_eq!(read.metadata["step"], "7", "{bit}");
        }
        let data = bytes.len() - 1;
        let mut flipped = bytes;
        flipped[data] ^= 1;
        let error = Checkpoint::parse(&flipped, "run.safetensors").unwrap_err().to_string();
        assert!(error.starts_with("run.safetensors is damaged"), "{error}");
    }

    #[test]
    fn a_file_of_an_earlier_version_has_no_checksum_and_is_read() {
        let view = TensorView::new(Dtype::F32, vec![1], &[0; 4]).unwrap();
        let metadata = [(METADATA_KEY.to_string(), "{\"step\":\"7\"}".to_string())].into_iter().collect();
        let bytes = serialize([("state", view)], Some(metadata)).unwrap();
        let read = Checkpoint::parse(&bytes, "x").unwrap();
        assert_eq!(read.metadata, BTreeMap::from([("step".to_string(), "7".to_string())]));
    }

    #[test]
    fn integers_are_not_taken_for_numbers() {
        let data = [1u8, 2];
        let view = TensorView::new(Dtype::U8, vec![2], &data).unwrap();
        let bytes = serialize([("labels", view)], None).unwrap();
        let error = Checkpoint::parse(&bytes, "x").unwrap().get::<f32>("labels").unwrap_err();
        assert_eq!(error.to_string(), "tensor `labels` holds U8 values; expected f32 or f64");
    }
}
