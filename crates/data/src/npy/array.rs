//! An array in memory: a shape and as many values.

use std::collections::HashMap;

use super::error::NpyError;
use super::room::with_room;

/// An array with its shape. The values are in C order, also if the file has Fortran order.
#[derive(Debug, Clone, PartialEq)]
pub struct Array {
    /// Size of each dimension, slowest first; empty for a scalar.
    pub shape: Vec<usize>,
    /// As many values as the shape says.
    pub values: Values,
}

/// The values in (nearly) their own type: integers of 2 and 4 bytes come as `I64`.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Unsigned bytes.
    U8(Vec<u8>),
    /// Unsigned integers of 8 bytes.
    U64(Vec<u64>),
    /// All other integers.
    I64(Vec<i64>),
    /// Single and half precision, and booleans as 0 and 1.
    F32(Vec<f32>),
    /// Double precision.
    F64(Vec<f64>),
    /// Texts.
    Text(Texts),
}

/// Texts, each kept once.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Texts {
    different: Vec<String>,
    positions: Vec<u32>,
}

impl Texts {
    /// Keeps texts in their order.
    pub fn new(texts: impl IntoIterator<Item = String>) -> Texts {
        Self::kept(Vec::new(), texts)
    }

    /// Keeps texts, with their positions in a list that is empty and may have room already.
    pub(super) fn kept(positions: Vec<u32>, texts: impl IntoIterator<Item = String>) -> Texts {
        let mut kept = Texts { different: Vec::new(), positions };
        let mut known = HashMap::new();
        for text in texts {
            let position = *known.entry(text).or_insert_with_key(|text| {
                kept.different.push(text.clone());
                kept.different.len() as u32 - 1
            });
            kept.positions.push(position);
        }
        kept
    }

    /// Returns how many texts there are.
    pub fn len(&self) -> usize {
        self.positions.len()
    }

    /// Returns whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.positions.is_empty()
    }

    /// Returns the texts in their order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.positions.iter().map(|position| self.different[*position as usize].as_str())
    }
}

impl Array {
    /// Returns the number of values.
    pub fn len(&self) -> usize {
        match &self.values {
            Values::U8(values) => values.len(),
            Values::U64(values) => values.len(),
            Values::I64(values) => values.len(),
            Values::F32(values) => values.len(),
            Values::F64(values) => values.len(),
            Values::Text(texts) => texts.len(),
        }
    }

    /// Returns whether there is no value.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the values as f32, rounded where they do not fit exactly; NaN for texts.
    pub fn to_f32(&self) -> Vec<f32> {
        match &self.values {
            Values::U8(values) => values.iter().map(|value| f32::from(*value)).collect(),
            Values::U64(values) => values.iter().map(|value| *value as f32).collect(),
            Values::I64(values) => values.iter().map(|value| *value as f32).collect(),
            Values::F32(values) => values.clone(),
            Values::F64(values) => values.iter().map(|value| *value as f32).collect(),
            Values::Text(texts) => vec![f32::NAN; texts.len()],
        }
    }

    /// Returns the values as f64, rounded where they do not fit exactly (integers beyond 2^53); NaN for texts.
    pub fn to_f64(&self) -> Vec<f64> {
        match &self.values {
            Values::U8(values) => values.iter().map(|value| f64::from(*value)).collect(),
            Values::U64(values) => values.iter().map(|value| *value as f64).collect(),
            Values::I64(values) => values.iter().map(|value| *value as f64).collect(),
            Values::F32(values) => values.iter().map(|value| f64::from(*value)).collect(),
            Values::F64(values) => values.clone(),
            Values::Text(texts) => vec![f64::NAN; texts.len()],
        }
    }

    /// Returns the values as texts, numbers as they are written.
    pub fn to_texts(&self) -> Vec<String> {
        match &self.values {
            Values::Text(texts) => texts.iter().map(String::from).collect(),
            _ => self.to_f64().iter().map(f64::to_string).collect(),
        }
    }
}

impl Values {
    /// Reorders the values from Fortran order (first index fastest) to C order (last index fastest).
    pub(super) fn transposed(self, shape: &[usize]) -> Result<Values, NpyError> {
        Ok(match self {
            Values::U8(values) => Values::U8(to_c_order(&values, shape)?),
            Values::U64(values) => Values::U64(to_c_order(&values, shape)?),
            Values::I64(values) => Values::I64(to_c_order(&values, shape)?),
            Values::F32(values) => Values::F32(to_c_order(&values, shape)?),
            Values::F64(values) => Values::F64(to_c_order(&values, shape)?),
            Values::Text(Texts { different, positions }) => {
                Values::Text(Texts { different, positions: to_c_order(&positions, shape)? })
            }
        })
    }
}

fn to_c_order<T: Copy>(values: &[T], shape: &[usize]) -> Result<Vec<T>, NpyError> {
    let strides: Vec<usize> = shape
        .iter()
        .scan(1, |stride, size| {
            let this = *stride;
            *stride *= size;
            Some(this)
        })
        .collect();
    let mut index = vec![0; shape.len()];
    let mut at = 0;
    let mut ordered = with_room(values.len())?;
    for _ in 0..values.len() {
        ordered.push(values[at]);
        for dimension in (0..shape.len()).rev() {
            index[dimension] += 1;
            at += strides[dimension];
            if index[dimension] < shape[dimension] {
                break;
            }
            at -= strides[dimension] * shape[dimension];
            index[dimension] = 0;
        }
    }
    Ok(ordered)
}
