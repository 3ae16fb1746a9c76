//! State in fewer bits than the parameters: bf16, and 8 bits with a scale for every 512 values.
//!
//! Both round stochastically, so that a moving average goes on moving when its steps are smaller than the spacing of the
//! format: the expected value of what is stored is the value itself. The random bits are a hash of the update's number and
//! the element's place: same run, same bits, for any number of threads.

mod arena;
mod bf16;
mod eight_bit;
mod sweep;

pub use arena::PackedArena;
pub(crate) use bf16::Bf16;
pub(crate) use eight_bit::{EightBit, SCALED};
pub(crate) use sweep::{Packed, PackedColumns};

use serde::{Deserialize, Serialize};

/// How state is kept.
///
/// A rule or stage that keeps weights beside the parameters (the point of schedule-free rules, MADGRAD's start, averages,
/// Lookahead's slow weights) has its state in full whatever is asked for: what fewer bits round a weight by is more than a step
/// moves it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// In the parameters' own type.
    #[default]
    #[serde(rename = "full")]
    Full,
    /// 16 bits: the upper half of an `f32` (8 bits of exponent, 7 of fraction).
    #[serde(rename = "bf16")]
    Bf16,
    /// 8 bits and an `f32` for every 512 values of a tensor. Signed buffers have 4 bits of exponent below the largest of
    /// their 512 values, buffers that are never negative have 5; 3 bits of fraction.
    #[serde(rename = "8-bit")]
    EightBit,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 3] = [Format::Full, Format::Bf16, Format::EightBit];

    /// The name in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Format::Full => "full",
            Format::Bf16 => "bf16",
            Format::EightBit => "8-bit",
        }
    }

    /// Whether this is the parameters' own type.
    pub fn is_full(&self) -> bool {
        *self == Format::Full
    }
}
