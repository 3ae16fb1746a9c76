//! Tests of the catalogue as a whole: every message is used, and each language is written in its own way.
#![forbid(unsafe_code)]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The text of all files of Rust below a folder of the repository, with their paths.
fn read_all(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            found.extend(read_all(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a readable file");
            found.push((path, text));
        }
    }
    found
}

fn said_in(language: &str) -> Vec<(PathBuf, String)> {
    read_all(&root().join("crates/words/src").join(language))
}

/// The phrases of a language: names and texts.
fn phrases(language: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (_, text) in said_in(language) {
        let Some((_, list)) = text.split_once("phrases! {\n") else { continue };
        let list = list.split("\n    }\n").next().unwrap_or_default();
        let entries = list.split("\",\n").filter_map(|entry| entry.split_once(": \""));
        found.extend(
            entries.map(|(name, text)| (name.trim().to_owned(), text.trim_end_matches("\",").to_owned())),
        );
    }
    found.sort();
    found
}

/// The names of all messages, with and without arguments.
fn messages() -> Vec<String> {
    let mut found: Vec<String> = phrases("en").into_iter().map(|(name, _)| name).collect();
    for (_, text) in said_in("en").into_iter().filter(|(_, text)| text.contains("Words for English")) {
        let methods = text.split("\n    fn ").skip(1).filter_map(|method| method.split_once('('));
        found.extend(methods.map(|(name, _)| name.to_owned()));
    }
    found
}

#[test]
fn every_message_is_used() {
    let users = ["lab", "workloads", "report", "pages", "cli"]
        .map(|name| root().join("crates").join(name).join("src"));
    let code: String = users.iter().flat_map(|folder| read_all(folder)).map(|(_, text)| text).collect();
    let messages = messages();
    assert!(messages.len() > 200, "{}", messages.len());
    for name in messages {
        assert!(code.contains(&format!(".{name}(")), "nobody says `{name}`");
    }
}

#[test]
fn every_phrase_is_in_its_language() {
    let (english, korean) = (phrases("en"), phrases("ko"));
    assert!(english.len() > 150 && english.len() == korean.len(), "{} {}", english.len(), korean.len());
    let hangul = |text: &str| text.chars().any(|letter| ('가'..='힣').contains(&letter));
    for ((name, english), (also, korean)) in english.iter().zip(&korean) {
        assert_eq!(name, also);
        assert!(!hangul(english), "`{name}` is {english:?}");
        // Addresses and commands are no words.
        assert!(hangul(korean) || ["statistics_link", "latex_packages"].contains(&name.as_str()), "`{name}`");
    }
}

#[test]
fn korean_sentences_end_politely() {
    for (path, text) in said_in("ko") {
        for (number, line) in
            text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"))
        {
            for end in ["다.", "다\"", "다;", "다:", "자.", "자\"", "라.", "라\""] {
                let mut rest = line;
                while let Some((before, after)) = rest.split_once(end) {
                    let polite = before.ends_with('니') && end.starts_with('다');
                    assert!(polite, "{}:{}: {line}", path.display(), number + 1);
                    rest = after;
                }
            }
        }
    }
}

/// The code of the crates but this one, as it is printed, with every placeholder as `{}`.
fn code() -> String {
    let folders = fs::read_dir(root().join("crates")).expect("the folder is there");
    let folders = folders.map(|entry| entry.expect("a readable entry").path());
    let files = folders.filter(|folder| !folder.ends_with("words")).map(|folder| folder.join("src"));
    let files = files.filter(|source| source.is_dir()).flat_map(|source| read_all(&source));
    files.map(|(_, text)| as_printed(&text)).collect()
}

/// A source with its lines joined where a literal or a comment goes on, and without escapes.
fn as_printed(source: &str) -> String {
    let mut text = String::new();
    for line in source.lines().map(str::trim) {
        match (line.strip_suffix('\\'), line.strip_prefix("///")) {
            (Some(begun), _) => text += begun,
            (None, Some(comment)) => text += comment,
            (None, None) => text += &format!("{line}\n"),
        }
    }
    without_values(&text.replace("\\\"", "\"").replace("\\n", "\n"))
}

/// A text with `{}` for every placeholder. What has a space in it is code.
fn without_values(text: &str) -> String {
    let mut parts = text.split('{');
    let mut all = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        all += &match part.split_once('}') {
            Some((name, rest)) if !name.contains(char::is_whitespace) => format!("{{}}{rest}"),
            _ => format!("{{{part}"),
        };
    }
    all
}

/// The sentences of the Korean phrasebook, in English and Korean, without those of some tables.
fn sentences(skipped: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (_, text) in said_in("ko/sentences") {
        let tables = text.split("pub(super) const ").skip(1);
        for table in tables.filter(|table| !skipped.iter().any(|name| table.starts_with(name))) {
            found.extend(literals(table).chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())));
        }
    }
    found
}

/// The literals of a piece of code, as they are printed.
fn literals(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut letters = code.chars();
    while letters.any(|letter| letter == '"') {
        let mut literal = String::new();
        loop {
            match letters.next() {
                None | Some('"') => break,
                Some('\\') => match letters.next() {
                    Some('n') => literal.push('\n'),
                    Some('\n') => letters = letters.as_str().trim_start().chars(),
                    Some(letter) => literal.push(letter),
                    None => break,
                },
                Some(letter) => literal.push(letter),
            }
        }
        found.push(literal);
    }
    found
}

fn is_korean(text: &str) -> bool {
    text.chars().any(|letter| ('가'..='힣').contains(&letter))
}

/// Sentences that the code puts together from parts.
const PUT_TOGETHER: [&str; 11] = [
    "the file has one column; it needs at least one feature and a target, parted by one of , ; tab |; if blanks part them, set `separator = \"space\"` (--separator space)",
    " are needed, and 3 of one class",
    "this is not a NumPy array: it does not start with \\x93NUMPY",
    " GB of memory are needed, more than there are: ",
    "W x + b with N outputs; `outputs` for as many as the data ask for; an image is flattened first",
    "the last step makes no update, because gradients are averaged over ",
    " steps make no update, because gradients are averaged over ",
    " case does not agree",
    " cases do not agree",
    "The learning rate is too large for this rule and network; try a third of it",
    "`thalweg compare` makes one, results.sqlite in its --out folder",
];

#[test]
fn every_translated_sentence_is_still_said_in_english() {
    let code = code();
    // The reader of the command line and the system have their own words.
    let sentences = sentences(&["COMMAND_LINE", "SYSTEM"]);
    assert!(sentences.len() > 500, "{}", sentences.len());
    let mut nobody = Vec::new();
    for (english, _) in &sentences {
        let english = without_values(english);
        // Parts of a few words may be put together from smaller ones.
        let parts = english.split("{}").filter(|part| part.matches(' ').count() > 3);
        let parts = parts.filter(|part| !PUT_TOGETHER.contains(part) && !code.contains(*part));
        nobody.extend(parts.map(str::to_owned));
    }
    assert!(nobody.is_empty(), "nobody says {nobody:#?}");
}

#[test]
fn every_error_of_a_library_has_a_korean_sentence() {
    let words = thalweg_words::Language::Korean.words();
    let (mut missing, mut errors) = (Vec::new(), 0);
    for library in ["arena", "data", "kit", "lab", "nn", "optim", "report", "train", "web", "workloads"] {
        for (path, text) in read_all(&root().join("crates").join(library).join("src")) {
            for error in text.split("#[error(").skip(1) {
                let Some(english) = literals(error.split(")]").next().unwrap_or_default()).into_iter().next()
                else {
                    continue;
                };
                let english = without_values(&english);
                // What only hands on another text has no words.
                if !english.replace("{}", "").chars().any(char::is_alphabetic) {
                    continue;
                }
                errors += 1;
                if !is_korean(&words.said(&english.replace("{}", "q1"))) {
                    missing.push(format!("{}: {english}", path.display()));
                }
            }
        }
    }
    assert!(errors > 150, "{errors}");
    assert!(missing.is_empty(), "{} of {errors}:\n{}", missing.len(), missing.join("\n"));
}
