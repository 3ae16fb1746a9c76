//! The keys that say how a file of the user's is read.

use serde::{Deserialize, Serialize};

use super::{
    ColumnKey, Decimal, ImageChannels, ImageOptions, ImageSize, Missing, Options, Separator, TableOptions,
    WrittenKind,
};
use crate::examples::TargetKind;

/// How a file of the user's is read, as experiment files and the command line write it. Keys at their defaults are not written, so
/// that a new one does not rename stored results.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reading {
    /// As [`Options::target`].
    #[serde(skip_serializing_if = "is_default")]
    pub target: Option<ColumnKey>,
    /// As [`Options::target_kind`]: `classes` or `values`.
    #[serde(skip_serializing_if = "is_default")]
    pub target_kind: Option<WrittenKind>,
    /// As [`Options::group`].
    #[serde(skip_serializing_if = "is_default")]
    pub group: Option<ColumnKey>,
    /// As [`TableOptions::ignore`].
    #[serde(skip_serializing_if = "is_default")]
    pub ignore: Vec<ColumnKey>,
    /// As [`TableOptions::missing`].
    #[serde(skip_serializing_if = "is_default")]
    pub missing: Missing,
    /// As [`TableOptions::separator`].
    #[serde(skip_serializing_if = "is_default")]
    pub separator: Option<Separator>,
    /// As [`TableOptions::decimal`].
    #[serde(skip_serializing_if = "is_default")]
    pub decimal: Option<Decimal>,
    /// As [`TableOptions::header`].
    #[serde(skip_serializing_if = "is_default")]
    pub header: Option<bool>,
    /// As [`ImageOptions::size`].
    #[serde(skip_serializing_if = "is_default")]
    pub image_size: Option<ImageSize>,
    /// As [`ImageOptions::channels`].
    #[serde(skip_serializing_if = "is_default")]
    pub image_channels: Option<ImageChannels>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Reading {
    /// Lays the keys over `options`.
    pub fn apply(&self, options: Options) -> Options {
        Options {
            target: self.target.clone(),
            target_kind: self.target_kind.map(|kind| match kind {
                WrittenKind::Classes => TargetKind::Labels,
                WrittenKind::Values => TargetKind::Values,
            }),
            group: self.group.clone(),
            table: TableOptions {
                ignore: self.ignore.clone(),
                missing: self.missing,
                separator: self.separator.map(|separator| separator.0),
                decimal: self.decimal.map(|decimal| decimal.0),
                header: self.header,
            },
            images: ImageOptions { size: self.image_size, channels: self.image_channels },
            ..options
        }
    }
}
