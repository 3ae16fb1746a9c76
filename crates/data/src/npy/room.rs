//! Room for values whose number comes from a file.

use super::error::NpyError;
use thalweg_kit::TooLittleMemory;

/// Returns an empty list with room for so many values; an error where there is not so much memory.
pub(super) fn with_room<T>(count: usize) -> Result<Vec<T>, NpyError> {
    let mut list = Vec::new();
    let needed = (count as u64).saturating_mul(size_of::<T>() as u64);
    list.try_reserve_exact(count).map_err(|_| NpyError::Memory(TooLittleMemory { needed, free: None }))?;
    Ok(list)
}
