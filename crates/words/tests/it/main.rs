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
