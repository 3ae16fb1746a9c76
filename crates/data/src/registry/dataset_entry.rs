//! What is known of a dataset without loading it.

use crate::dataset::Dataset;
use crate::error::DataError;
use crate::examples::{Examples, Targets};
use crate::options::{Options, Source};

/// Where a dataset comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Part of the program: always there.
    Embedded,
    /// Files that `thalweg data get` fetches.
    Files,
    /// Made from a seed when it is loaded.
    Synthetic,
}

/// What is known of a dataset without loading it.
#[derive(Debug)]
pub struct DatasetEntry {
    /// The name users write.
    pub name: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
    /// Where it comes from.
    pub origin: Origin,
    /// Shape of one example before flattening.
    pub shape: &'static [usize],
    /// Number of train, validation and test examples with the default options.
    pub counts: [usize; 3],
    /// The classes in the order of their labels. Synthetic sets with a settable number of classes list their default.
    pub classes: &'static [&'static str],
    /// Who to cite, with an address.
    pub citation: &'static str,
    /// Under which terms it may be used.
    pub licence: &'static str,
    pub(super) is_here: fn(&DatasetEntry, &Source) -> bool,
    pub(super) load: fn(&DatasetEntry, &Options, &Source) -> Result<Dataset, DataError>,
}

impl DatasetEntry {
    /// Returns whether the dataset can be loaded without a download.
    pub fn is_here(&self, source: &Source) -> bool {
        (self.is_here)(self, source)
    }

    /// Returns a dataset with this entry's words and no examples, for loaders to fill.
    pub(crate) fn empty_dataset(&self) -> Dataset {
        let features = self.shape.iter().product();
        let none = Examples::new(Vec::new(), features, Targets::Labels([].into()))
            .expect("an empty part is well formed");
        Dataset {
            name: self.name.into(),
            title: self.title.into(),
            citation: self.citation.into(),
            licence: self.licence.into(),
            shape: self.shape.to_vec(),
            image: None,
            classes: self.classes.iter().map(|class| String::from(*class)).collect(),
            train: none.clone(),
            validation: none.clone(),
            test: none,
            has_targets: true,
            understood: Vec::new(),
            table: None,
            encoding: None,
        }
    }
}
