//! Pointing at the place in a file that is wrong.

use std::fmt;
use std::ops::Range;

use super::ExperimentFault;

/// The text an experiment came from, and its name in messages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Source {
    /// The file name, as the user wrote it.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// Why an experiment was refused: where, what is wrong, and what to do.
#[derive(Clone, Debug, PartialEq)]
pub struct ExperimentError {
    /// The file name, as the user wrote it; empty when the experiment came from the command line.
    pub file: String,
    /// The place, when the fault has one.
    pub place: Option<Place>,
    /// What is wrong, which says too what to do about it.
    pub fault: Box<ExperimentFault>,
}

/// A place in a text, for people: lines and columns count characters from 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
    /// How many characters are meant.
    pub length: usize,
    /// The whole line.
    pub text: String,
}

impl Source {
    /// Refuses something at a byte range; an empty range at 0 stands for "not from the file".
    pub fn refuse(&self, span: Range<usize>, fault: impl Into<ExperimentFault>) -> ExperimentError {
        ExperimentError { file: self.name.clone(), place: self.place(span), fault: Box::new(fault.into()) }
    }

    /// Refuses the file as a whole.
    pub fn refuse_whole(&self, fault: impl Into<ExperimentFault>) -> ExperimentError {
        self.refuse(0..0, fault)
    }

    fn place(&self, span: Range<usize>) -> Option<Place> {
        if span == (0..0) {
            return None;
        }
        let start = floor_boundary(&self.text, span.start);
        let line_start = self.text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = self.text[start..].find('\n').map_or(self.text.len(), |newline| start + newline);
        let end = floor_boundary(&self.text, span.end).clamp(start, line_end);
        Some(Place {
            line: self.text[..start].matches('\n').count() + 1,
            column: self.text[line_start..start].chars().count() + 1,
            length: self.text[start..end].chars().count().max(1),
            text: self.text[line_start..line_end].trim_end().to_string(),
        })
    }
}

/// The nearest character boundary at or before `byte`.
fn floor_boundary(text: &str, byte: usize) -> usize {
    let mut byte = byte.min(text.len());
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    byte
}

impl fmt::Display for ExperimentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.file.is_empty() {
            write!(f, "{}:", self.file)?;
            if let Some(place) = &self.place {
                write!(f, "{}:{}:", place.line, place.column)?;
            }
            write!(f, " ")?;
        }
        write!(f, "{}", self.fault)?;
        if let Some(place) = &self.place {
            let margin = " ".repeat(place.line.to_string().len());
            // A tab before the place stays a tab, so that the caret stands under it whatever a tab's width is.
            let indent: String = place
                .text
                .chars()
                .take(place.column - 1)
                .map(|c| if c == '\t' { '\t' } else { ' ' })
                .collect();
            write!(
                f,
                "\n{margin} |\n{} | {}\n{margin} | {indent}{}",
                place.line,
                place.text,
                "^".repeat(place.length)
            )?;
        }
        match self.fault.help() {
            Some(help) => write!(f, "\nhelp: {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ExperimentError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.fault.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_the_mistake() {
        let source =
            Source { name: "race.toml".into(), text: "seed = 1\n\tset = { momemtum = 0.9 }\n".into() };
        let start = source.text.find("momemtum").unwrap();
        let suggestion = "did you mean `momentum`?".into();
        let fault = ExperimentFault::UnknownKey { name: "momemtum".into(), suggestion };
        let error = source.refuse(start..start + 8, fault);
        assert_eq!(
            error.to_string(),
            "race.toml:2:10: unknown key `momemtum`\n  |\n2 | \tset = { momemtum = 0.9 }\n  | \t        ^^^^^^^^\nhelp: did you mean `momentum`?"
        );
    }

    #[test]
    fn columns_count_characters_and_any_range_is_safe() {
        let source = Source { name: "race.toml".into(), text: "이름 = \"새\" x".into() };
        let place =
            source.refuse(source.text.len() - 1..source.text.len(), ExperimentFault::NoRules).place.unwrap();
        assert_eq!((place.line, place.column), (1, 10));
        for start in 0..20 {
            for end in 0..20 {
                let _ = source.refuse(start..end, ExperimentFault::NoRules).to_string();
            }
        }
    }
}
