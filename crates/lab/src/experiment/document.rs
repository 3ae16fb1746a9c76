//! Reading an experiment file, and saying what is wrong with it in words.

use std::path::Path;

use toml::Spanned;

use super::{
    Experiment, ExperimentError, ExperimentFault, RawExperiment, RawRule, Source, Vocabulary, check,
    suggestion,
};

/// An experiment as written, with its text: options may still change it before it is checked.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// What was written.
    pub raw: RawExperiment,
    source: Source,
    /// The labels of the rules the file lists, whatever becomes of them; absent if it lists none.
    listed: Option<Vec<String>>,
}

impl Document {
    /// Reads a file.
    ///
    /// # Errors
    /// If it cannot be read, is not text, is not TOML, or holds an unknown key or a value of the wrong type.
    pub fn read(path: &Path) -> Result<Self, ExperimentError> {
        let name = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|error| {
            let source = Source { name: name.clone(), text: String::new() };
            let (reason, is_file) = (error.to_string(), path.extension().is_some());
            source.refuse_whole(ExperimentFault::Unreadable { reason, is_file })
        })?;
        Self::from_bytes(&name, &bytes)
    }

    /// Reads the bytes of a file; `name` is used in messages.
    ///
    /// # Errors
    /// As [`Document::read`].
    pub fn from_bytes(name: &str, bytes: &[u8]) -> Result<Self, ExperimentError> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::parse(name, text),
            Err(error) => {
                let source = Source { name: name.to_string(), text: String::new() };
                Err(source.refuse_whole(ExperimentFault::NotText(error.valid_up_to())))
            }
        }
    }

    /// Reads a text; `name` is used in messages.
    ///
    /// # Errors
    /// As [`Document::read`].
    pub fn parse(name: &str, text: &str) -> Result<Self, ExperimentError> {
        let source = Source { name: name.to_string(), text: text.to_string() };
        match toml::from_str(text) {
            Ok(raw) => Ok(Self { listed: labels(&raw), raw, source }),
            Err(error) => Err(explain(&source, &error)),
        }
    }

    /// Checks everything and fills in the defaults.
    ///
    /// # Errors
    /// If a name is unknown, a number is out of range, or the parts do not fit together.
    pub fn check(&self, vocabulary: &Vocabulary) -> Result<Experiment, ExperimentError> {
        let listed = self.listed.as_ref().unwrap_or(&vocabulary.default_rules);
        check::experiment(&self.raw, &self.source, listed, vocabulary)
    }
}

/// Whether a text is a study rather than an experiment alone: it says what to show.
pub fn is_study(text: &str) -> bool {
    text.parse::<toml::Table>().is_ok_and(|table| table.contains_key("figure"))
}

/// What the rules are called, where that is written.
fn labels(raw: &RawExperiment) -> Option<Vec<String>> {
    let label = |rule: &Spanned<RawRule>| match rule.get_ref() {
        RawRule::Name(name) => Some(name.clone()),
        RawRule::Table(table) => {
            table.label.as_ref().or(table.name.as_ref()).map(|label| label.get_ref().clone())
        }
    };
    if let Some(arms) = &raw.arms {
        let names = arms.get_ref().iter().filter_map(|arm| arm.get_ref().name.as_ref());
        return Some(names.map(|name| name.get_ref().clone()).collect());
    }
    Some(raw.rules.as_ref()?.get_ref().iter().filter_map(label).collect())
}

/// Turns the parser's message into ours.
fn explain(source: &Source, error: &toml::de::Error) -> ExperimentError {
    let message = error.message().trim();
    // A missing bracket at the very end of the file has an empty span there; point at the last character instead.
    let span = error.span().unwrap_or(0..0);
    let span = if span == (0..0) && !source.text.is_empty() { 0..1 } else { span };
    if message.starts_with("unknown field") {
        let mut quoted = message.split('`').skip(1).step_by(2);
        let unknown = quoted.next().unwrap_or_default();
        if is_study(&source.text) {
            return source.refuse_whole(ExperimentFault::Study { file: source.name.clone() });
        }
        let (name, suggestion) = (unknown.to_owned(), suggestion(unknown, quoted));
        return source.refuse(span, ExperimentFault::UnknownKey { name, suggestion });
    }
    if let Some((found, expected)) = message
        .strip_prefix("invalid type: ")
        .or(message.strip_prefix("invalid value: "))
        .and_then(|rest| rest.split_once(", expected "))
    {
        let (expected, found) = (plain(expected), plain(found));
        return source.refuse(span, ExperimentFault::Type { expected, found });
    }
    source.refuse(span, ExperimentFault::Syntax(message.to_owned()))
}

/// Names of types as a person would say them.
fn plain(description: &str) -> String {
    let described = match description {
        "f64" | "f32" | "floating point number" => "a number",
        "u64" | "usize" | "u32" | "i64" => "a whole number, not negative",
        "a sequence" | "sequence" => "a list",
        "a map" | "map" => "a table",
        "a string" => "text in quotes",
        "a boolean" => "`true` or `false`",
        other if other.starts_with("struct Raw") => "a table",
        other => other,
    };
    described
        .replace("floating point `", "the number `")
        .replace("integer `", "the number `")
        .replace("string \"", "the text \"")
        .replace("boolean `", "`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        Document::parse("race.toml", text).unwrap_err().to_string()
    }

    #[test]
    fn an_unknown_key_is_pointed_at_wherever_it_is() {
        assert_eq!(
            refusal("seed = 1\n[[rules]]\nname = \"sgd\"\nlearning_rte = 0.1\n"),
            "race.toml:4:1: unknown key `learning_rte`\n  |\n4 | learning_rte = 0.1\n  | ^^^^^^^^^^^^\nhelp: did you mean `learning_rate`?"
        );
        for (text, place, help) in [
            ("sede = 1", "race.toml:1:1: unknown key `sede`", "did you mean `seed`?"),
            (
                "[protocol]\n final_seds = 3",
                "race.toml:2:2: unknown key `final_seds`",
                "did you mean `final_seeds`?",
            ),
            (
                "[problem]\nfuntion = \"bowl\"",
                "race.toml:2:1: unknown key `funtion`",
                "did you mean `function`?",
            ),
            (
                "[[problems]]\ndataset = \"digits\"\n[[problems]]\ndatset = \"digits\"",
                "race.toml:4:1: unknown key `datset`",
                "did you mean `dataset`?",
            ),
            (
                "rules = [\"sgd\", { name = \"adam\", learning_rate = { form = 1 } }]",
                "race.toml:1:52: unknown key `form`",
                "did you mean `from`?",
            ),
            ("colour = 1", "race.toml:1:1: unknown key `colour`", "known here: `name`, `seed`"),
        ] {
            let refusal = refusal(text);
            assert!(refusal.starts_with(place) && refusal.contains(help), "{refusal}");
        }
    }

    #[test]
    fn a_wrong_type_is_said_in_plain_words() {
        for (text, message) in [
            (
                "seed = \"one\"",
                "race.toml:1:8: expected a whole number, not negative, found the text \"one\"",
            ),
            ("seed = -1", "race.toml:1:8: expected a whole number, not negative, found the number `-1`"),
            ("[problem]\nnoise = \"no\"", "race.toml:2:9: expected a number, found the text \"no\""),
            ("[problem]\nhidden = 50", "race.toml:2:10: expected a list, found the number `50`"),
            (
                "[problem]\nnormalize = 1",
                "race.toml:2:13: expected `true`, `false`, \"standard\", \"min-max\" or \"none\", found the number `1`",
            ),
            (
                "[problem]\nloss_after_update = 1",
                "race.toml:2:21: expected `true` or `false`, found the number `1`",
            ),
            ("problem = 3", "race.toml:1:11: expected a table, found the number `3`"),
            (
                "rules = [7]",
                "race.toml:1:10: expected a rule's name or a table with a `name`, found the number `7`",
            ),
            ("[[rules]]\nset = { momentum = true }", "race.toml:2:20: expected a number, found `true`"),
            (
                "[[rules]]\nlearning_rate = \"big\"",
                "race.toml:2:17: expected a number or a range such as { from = 1e-4, to = 1 }, found the text \"big\"",
            ),
        ] {
            let refusal = refusal(text);
            assert!(refusal.starts_with(message), "{refusal}");
        }
    }

    #[test]
    fn broken_files_get_a_sentence() {
        assert!(refusal("rules = [\"sgd\"").starts_with("race.toml:1:"), "{}", refusal("rules = [\"sgd\""));
        assert!(refusal("= 3").contains("this is not valid TOML"));
        assert!(refusal("seed = 1\nseed = 2").starts_with("race.toml:2:1: "));
        let error = Document::from_bytes("race.toml", &[b'a', 0xff, 0xfe]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "race.toml: this is not a text file (byte 1 is not UTF-8)\nhelp: an experiment is a TOML file, saved as UTF-8"
        );
        let error = Document::read(Path::new("no/such/race.toml")).unwrap_err().to_string();
        assert!(error.starts_with("no/such/race.toml: cannot read the experiment: "), "{error}");
        assert!(!error.contains("help"), "{error}");
        let error = Document::read(Path::new("no/such/adam")).unwrap_err().to_string();
        assert!(error.ends_with("names rules and problems by options (--help)"), "{error}");
        assert_eq!(
            refusal("figure = \"loss\"\nrules = [\"sgd\"]"),
            "race.toml: this is a study: it shows what settings do, and compares no rules\n\
             help: draw it: thalweg run race.toml"
        );
    }
}
