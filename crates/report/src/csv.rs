//! Comma-separated values as RFC 4180 describes them, with `\n` line ends.

/// A growing CSV text.
#[derive(Debug, Default)]
pub(crate) struct Csv {
    text: String,
}

impl Csv {
    /// Creates a file with its header line.
    pub(crate) fn new<S: AsRef<str>>(header: impl IntoIterator<Item = S>) -> Self {
        let mut csv = Self::default();
        csv.row(header);
        csv
    }

    /// Appends one line.
    pub(crate) fn row<S: AsRef<str>>(&mut self, fields: impl IntoIterator<Item = S>) {
        for (index, field) in fields.into_iter().enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            self.text.push_str(&thalweg_kit::csv_field(field.as_ref()));
        }
        self.text.push('\n');
    }

    pub(crate) fn finish(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_only_where_needed() {
        let mut csv = Csv::new(["rule", "note"]);
        csv.row(["sgd, plain", "he said \"go\""]);
        csv.row(["아담", "two\nlines"]);
        assert_eq!(csv.finish(), "rule,note\n\"sgd, plain\",\"he said \"\"go\"\"\"\n아담,\"two\nlines\"\n");
    }
}
