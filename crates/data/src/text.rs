//! Text, character by character: each example is a piece of the text, and its targets are the characters that follow each
//! position.
//!
//! `text` is a small text that comes with the program, written for it; `text:PATH` is any UTF-8 file. The characters that
//! occur, sorted, are the classes. Pieces do not overlap, and they stay in order. The beginning is for training, the last fifth
//! for validation and testing, so that no part of the text is in two splits.

use std::path::Path;
use std::sync::Arc;

use crate::dataset::Dataset;
use crate::error::DataError;
use crate::examples::{Examples, Targets};
use crate::options::{Options, Source};
use crate::registry::DatasetEntry;

const VALLEY: &str = include_str!("../data/text/valley.txt");

/// Loads the text that comes with the program.
pub(crate) fn embedded(entry: &DatasetEntry, options: &Options, _: &Source) -> Result<Dataset, DataError> {
    let dataset = pieces(entry.name, VALLEY, options)?;
    Ok(Dataset {
        title: entry.title.into(),
        citation: entry.citation.into(),
        licence: entry.licence.into(),
        ..dataset
    })
}

/// Loads the text of a file.
pub(crate) fn load(path: &Path, options: &Options) -> Result<Dataset, DataError> {
    let name = format!("text:{}", path.display());
    let refuse = |message: String| DataError::Options { name: name.clone(), message };
    let bytes = std::fs::read(path).map_err(|error| refuse(format!("cannot read the file: {error}")))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        refuse(format!("this is not a text file (byte {at} is not UTF-8); save it as UTF-8"))
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).replace("\r\n", "\n");
    pieces(&name, &text, options)
}

/// The examples of a text.
fn pieces(name: &str, text: &str, options: &Options) -> Result<Dataset, DataError> {
    let length = options.context;
    let refuse = |message: String| DataError::Options { name: name.to_owned(), message };
    if length == 0 {
        return Err(refuse("an example needs at least one character; set `context` to 1 or more".into()));
    }
    let mut characters: Vec<char> = text.chars().collect();
    characters.sort_unstable();
    characters.dedup();
    let number = |character: char| characters.binary_search(&character).unwrap_or_default() as u32;
    let tokens: Vec<u32> = text.chars().map(number).collect();
    let count = tokens.len().saturating_sub(1) / length;
    if count < 3 {
        return Err(refuse(format!(
            "{} characters are too few for three examples of {length}, one each for training, validation and test; take a \
             longer text or a smaller `context`",
            tokens.len()
        )));
    }
    let inputs: Vec<f32> = tokens[..count * length].iter().map(|&token| token as f32).collect();
    let labels: Arc<[u32]> = tokens[1..=count * length].into();
    let all = Examples::new(inputs, length, Targets::Sequences { labels, width: length })
        .map_err(DataError::examples(name))?;
    let part = (count / 10).max(1);
    let (train, validation) = (count - 2 * part, count - part);
    let dataset = Dataset {
        name: name.to_owned(),
        title: "text, character by character".into(),
        citation: String::new(),
        licence: String::new(),
        shape: vec![length],
        image: None,
        classes: characters.iter().map(char::to_string).collect(),
        train: all.slice(0..train),
        validation: all.slice(train..validation),
        test: all.slice(validation..count),
        has_targets: true,
        understood: Vec::new(),
        table: None,
        encoding: None,
    };
    dataset.finish(options)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TargetKind;

    fn written(bytes: &[u8], context: usize) -> Result<Dataset, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        std::fs::write(&path, bytes).unwrap();
        load(&path, &Options { context, ..Options::default() }).map_err(|error| error.to_string())
    }

    #[test]
    fn targets_are_the_characters_that_follow() {
        let dataset = written("\u{feff}골짜기의 물은\r\n낮은 데로 흐른다.".as_bytes(), 5).unwrap();
        let read = |token: u32| dataset.classes[token as usize].as_str();
        let inputs: String = dataset.train.inputs().iter().map(|&token| read(token as u32)).collect();
        assert_eq!(inputs, "골짜기의 ");
        let Targets::Sequences { labels, width } = dataset.train.targets() else { panic!("no sequences") };
        assert_eq!(
            (labels.iter().map(|&token| read(token)).collect::<String>().as_str(), *width),
            ("짜기의 물", 5)
        );
        assert_eq!(
            (dataset.outputs(), dataset.target_kind()),
            (dataset.classes.len(), TargetKind::Sequences)
        );
        let mut gathered = [0; 5];
        dataset.test.gather_sequences(&[0], &mut gathered).unwrap();
        assert_eq!(gathered.map(read).concat(), "데로 흐른");
        assert_eq!((dataset.train.len(), dataset.validation.len(), dataset.test.len()), (1, 1, 1));
        assert!(dataset.classes.contains(&"\n".to_owned()) && !dataset.classes.contains(&"\r".to_owned()));
    }

    #[test]
    fn the_embedded_text_is_there_in_order() {
        let dataset = crate::load("text", &Options::default(), &Source::default()).unwrap();
        assert!(dataset.train.len() > 50 && dataset.shape == [64]);
        let tokens =
            [&dataset.train, &dataset.validation, &dataset.test].map(|part| part.inputs().to_vec()).concat();
        let text: String = tokens.iter().map(|&token| dataset.classes[token as usize].as_str()).collect();
        assert!(VALLEY.starts_with(&text) && text.len() > VALLEY.len() - 66);
        assert_ne!(
            dataset.digest(),
            crate::load("text", &Options { context: 32, ..Options::default() }, &Source::default())
                .unwrap()
                .digest()
        );
    }

    #[test]
    fn what_is_no_text_or_too_short_is_refused() {
        assert!(written(b"abc\xff", 1).unwrap_err().contains("byte 3 is not UTF-8"));
        assert!(written(b"", 1).unwrap_err().contains("0 characters are too few"));
        assert!(
            written(b"abcdef", 2).unwrap_err().contains("6 characters are too few for three examples of 2")
        );
        assert!(written(b"abcdef", 0).unwrap_err().contains("set `context` to 1 or more"));
        let missing = load(Path::new("/nowhere.txt"), &Options::default()).unwrap_err().to_string();
        assert!(missing.starts_with("text:/nowhere.txt: cannot read the file"), "{missing}");
    }
}
