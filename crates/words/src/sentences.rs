//! Sentences that are written where they belong, in English, and translated by a table.
//!
//! The words of an error stand beside its kind, and those of an option beside the option. A table has such a sentence, with `{name}` for
//! what differs, and how a language says it. What has no entry is taken apart (`path: sentence`), and else left as it is.

/// A sentence in English and in another language; `{name}` stands for what differs.
pub(crate) type Sentence = (&'static str, &'static str);

/// The sentences of a language.
pub(crate) struct Phrasebook {
    /// What is said, area by area.
    pub(crate) tables: &'static [&'static [Sentence]],
    /// Says what a `{mark}` that is no name in English becomes behind a text, such as a particle.
    pub(crate) mark: fn(text: &str, mark: &str) -> Option<&'static str>,
}

/// Where a text is taken apart.
const JOINTS: [&str; 5] = ["\n", ": ", "; ", ". ", ", "];

impl Phrasebook {
    /// Returns a text in the language as far as there are sentences for it.
    pub(crate) fn say(&self, text: &str) -> String {
        if let Some(said) = self.whole(text) {
            return said;
        }
        for joint in JOINTS {
            for (at, _) in text.match_indices(joint) {
                let (before, after) = (&text[..at], &text[at + joint.len()..]);
                if self.whole(before).is_some() || self.whole(after).is_some() {
                    return self.say(before) + joint + &self.say(after);
                }
            }
        }
        match text.split_once('\n') {
            Some((first, rest)) => self.say(first) + "\n" + &self.say(rest),
            None => text.to_owned(),
        }
    }

    /// Returns a text for which there is one sentence: the one with the most words of its own.
    fn whole(&self, text: &str) -> Option<String> {
        let sentence = text.trim();
        let entries = self.tables.iter().flat_map(|table| table.iter());
        let fitting = entries.filter_map(|(english, said)| Some((english, said, values(english, sentence)?)));
        let (_, said, values) = fitting.max_by_key(|(english, _, _)| own_length(english))?;
        let indent = &text[..text.len() - text.trim_start().len()];
        let tail = &text[text.trim_end().len()..];
        Some(format!("{indent}{}{tail}", self.filled(said, &values)))
    }

    fn filled(&self, said: &str, values: &[Value<'_>]) -> String {
        let mut text = String::new();
        for piece in pieces(said) {
            match piece {
                Piece::Own(own) => text += own,
                Piece::Name(name) => match values.iter().find(|value| value.name == name) {
                    Some(value) if value.is_quoted => text += value.text,
                    Some(value) => text += &self.say(value.text),
                    None => text += (self.mark)(&text, name).unwrap_or_default(),
                },
            }
        }
        text
    }
}

/// A part of a sentence.
enum Piece<'a> {
    Own(&'a str),
    Name(&'a str),
}

fn pieces(sentence: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = sentence;
    while let Some((own, behind)) = rest.split_once('{') {
        let Some((name, after)) = behind.split_once('}') else { break };
        found.extend([Piece::Own(own), Piece::Name(name)]);
        rest = after;
    }
    found.push(Piece::Own(rest));
    found
}

/// How much of a sentence is its own.
fn own_length(sentence: &str) -> usize {
    let own = pieces(sentence).into_iter().map(|piece| match piece {
        Piece::Own(own) => own.len(),
        Piece::Name(_) => 0,
    });
    own.sum()
}

/// What stands for a name.
struct Value<'a> {
    name: &'a str,
    text: &'a str,
    /// A name of the user's, which nobody translates.
    is_quoted: bool,
}

/// Returns what stands in a text for the names of a sentence; nothing if it is another sentence.
fn values<'a>(sentence: &'a str, text: &'a str) -> Option<Vec<Value<'a>>> {
    let mut found = Vec::new();
    let mut rest = text;
    let pieces = pieces(sentence);
    let mut name: Option<(&str, bool)> = None;
    for (at, piece) in pieces.iter().enumerate() {
        match (piece, name) {
            (Piece::Name(this), _) => {
                let before = text[..text.len() - rest.len()].chars().last();
                name = Some((this, before.is_some_and(|sign| "`'\"".contains(sign))));
            }
            (Piece::Own(own), None) => rest = rest.strip_prefix(own)?,
            (Piece::Own(own), Some((name, is_quoted))) => {
                let is_last = at + 1 == pieces.len();
                let end = if is_last { rest.strip_suffix(own)?.len() } else { rest.find(own)? };
                // A sentence that stands in one line says nothing of the next.
                if rest[..end].contains('\n') {
                    return None;
                }
                found.push(Value { name, text: &rest[..end], is_quoted });
                rest = &rest[end + own.len()..];
            }
        }
    }
    rest.is_empty().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOOK: Phrasebook = Phrasebook {
        tables: &[&[
            ("there is no {kind} called `{name}`; {suggestion}", "`{name}`({!}){kind} kein; {suggestion}"),
            ("rule", "Regel"),
            ("did you mean `{name}`?", "meinten Sie `{name}`?"),
            ("cannot read {path}", "{path} unlesbar"),
            ("cannot read {path}: {why}", "{path} unlesbar: {why}"),
        ]],
        mark: |_, mark| (mark == "!").then_some("!"),
    };

    #[test]
    fn sentences_are_found_whole_in_parts_and_within_one_another() {
        let said = |text: &str| BOOK.say(text);
        assert_eq!(said("rule"), "Regel");
        assert_eq!(
            said("there is no rule called `rule`; did you mean `adam`?"),
            "`rule`(!)Regel kein; meinten Sie `adam`?"
        );
        assert_eq!(said("a.toml: cannot read b"), "a.toml: b unlesbar");
        assert_eq!(said("cannot read a: rule"), "a unlesbar: Regel");
        assert_eq!(said("nothing known"), "nothing known");
        assert_eq!(said("a\n  rule\nb"), "a\n  Regel\nb");
    }
}
