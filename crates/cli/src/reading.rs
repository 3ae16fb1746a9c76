//! How a file of the user's is read: the options, and what is said of it once.

use crate::language::{Language, chosen};
use crate::stderr;
use thalweg::data::{
    ColumnKey, Dataset, Decimal, ImageChannels, ImageSize, Missing, Note, Options, Reading, Separator,
    WrittenKind,
};
use thalweg::lab::experiment::Experiment;
use thalweg::workloads::engine::Engine;

/// How a table, arrays or images are read; experiment files have keys of the same names.
#[derive(clap::Args, Clone, Default)]
pub(crate) struct ReadingArguments {
    /// The target column: its name, or its number from 1, or from the end with a minus [default: label, target, class, y or
    /// species, else the last]
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true)]
    target: Option<ColumnKey>,
    /// What the target is: classes or values [default: what it holds, where that is plain]
    #[arg(long, value_name = "KIND")]
    target_kind: Option<WrittenKind>,
    /// The column or array whose equal values stay in one part, such as a patient; it is no input
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true)]
    group: Option<ColumnKey>,
    /// Columns to leave out, by name or number
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',', allow_hyphen_values = true)]
    ignore: Vec<ColumnKey>,
    /// What becomes of missing cells: refuse, or fill (mean or most frequent text, and an input that says where) [default:
    /// refuse]
    #[arg(long, value_name = "HOW")]
    missing: Option<Missing>,
    /// What stands between the cells: a sign, tab or space [default: found out]
    #[arg(long, value_name = "SIGN")]
    separator: Option<Separator>,
    /// What stands before a fraction: . or , [default: found out]
    #[arg(long, value_name = "SIGN")]
    decimal: Option<Decimal>,
    /// Whether the first line names the columns: true or false [default: found out]
    #[arg(long, value_name = "BOOL")]
    header: Option<bool>,
    /// Height and width that the images of a folder are scaled to, such as 64x64 [default: as they are, if they are alike]
    #[arg(long, value_name = "HEIGHTxWIDTH")]
    image_size: Option<ImageSize>,
    /// Channels of the images of a folder: 1 (grey) or 3 (colour) [default: 3 if any has colour]
    #[arg(long, value_name = "NUMBER")]
    image_channels: Option<ImageChannels>,
}

impl ReadingArguments {
    /// Lays the options over others.
    pub(crate) fn options(&self, options: Options) -> Options {
        let reading = Reading {
            target: self.target.clone(),
            target_kind: self.target_kind,
            group: self.group.clone(),
            ignore: self.ignore.clone(),
            missing: self.missing.unwrap_or_default(),
            separator: self.separator,
            decimal: self.decimal,
            header: self.header,
            image_size: self.image_size,
            image_channels: self.image_channels,
        };
        reading.apply(options)
    }
}

/// Returns a note in a language.
pub(crate) fn in_language(note: &Note, language: Language) -> &str {
    match language {
        Language::English => &note.en,
        Language::Korean => &note.ko,
    }
}

/// Says on standard error how a file of the user's was understood.
pub(crate) fn say_understood(dataset: &Dataset) {
    for note in &dataset.understood {
        stderr::note(format!("{}: {}", dataset.name, in_language(note, chosen())));
    }
}

/// Says how the files of all problems of an experiment were understood, each once.
pub(crate) fn say_all_understood(experiment: &Experiment, engine: &Engine) {
    let mut said: Vec<&Dataset> = Vec::new();
    for dataset in (0..experiment.problems.len()).filter_map(|problem| engine.dataset(problem)) {
        let is_said = |other: &&Dataset| other.name == dataset.name && other.understood == dataset.understood;
        if !said.iter().any(is_said) {
            say_understood(dataset);
            said.push(dataset);
        }
    }
}
