//! An array in memory: a shape and as many values.

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
    /// Unsigned bytes and booleans.
    U8(Vec<u8>),
    /// Unsigned integers of 8 bytes.
    U64(Vec<u64>),
    /// All other integers.
    I64(Vec<i64>),
    /// Single precision.
    F32(Vec<f32>),
    /// Double precision.
    F64(Vec<f64>),
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
        }
    }

    /// Returns whether there is no value.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the values as f32, rounded where they do not fit exactly.
    pub fn to_f32(&self) -> Vec<f32> {
        match &self.values {
            Values::U8(values) => values.iter().map(|value| f32::from(*value)).collect(),
            Values::U64(values) => values.iter().map(|value| *value as f32).collect(),
            Values::I64(values) => values.iter().map(|value| *value as f32).collect(),
            Values::F32(values) => values.clone(),
            Values::F64(values) => values.iter().map(|value| *value as f32).collect(),
        }
    }

    /// Returns the values as f64, rounded where they do not fit exactly (integers beyond 2^53).
    pub fn to_f64(&self) -> Vec<f64> {
        match &self.values {
            Values::U8(values) => values.iter().map(|value| f64::from(*value)).collect(),
            Values::U64(values) => values.iter().map(|value| *value as f64).collect(),
            Values::I64(values) => values.iter().map(|value| *value as f64).collect(),
            Values::F32(values) => values.iter().map(|value| f64::from(*value)).collect(),
            Values::F64(values) => values.clone(),
        }
    }
}

impl Values {
    /// Reorders the values from Fortran order (first index fastest) to C order (last index fastest).
    pub(super) fn transposed(self, shape: &[usize]) -> Values {
        match self {
            Values::U8(values) => Values::U8(to_c_order(&values, shape)),
            Values::U64(values) => Values::U64(to_c_order(&values, shape)),
            Values::I64(values) => Values::I64(to_c_order(&values, shape)),
            Values::F32(values) => Values::F32(to_c_order(&values, shape)),
            Values::F64(values) => Values::F64(to_c_order(&values, shape)),
        }
    }
}

fn to_c_order<T: Copy>(values: &[T], shape: &[usize]) -> Vec<T> {
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
    let mut ordered = Vec::with_capacity(values.len());
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
    ordered
}
