//! The tables of keys in the reference of experiment files, English and Korean, written from the keys themselves.

use super::{Key, Kind, Preset, RawArm, RawExperiment, RawProblem, RawProtocol, RawRuleTable, Usual};
use std::path::PathBuf;

/// English or Korean, by the place in a pair.
const LANGUAGES: [(usize, &str); 2] = [(0, "docs/experiments.md"), (1, "docs/experiments.ko.md")];

/// Set to have the test write the tables instead of comparing them.
const WRITE: &str = "THALWEG_WRITE_REFERENCE";

/// Returns a row of a table.
fn row(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    format!("| {} |\n", cells.join(" | "))
}

/// Returns the heading of a table.
fn heading(cells: &[&str]) -> String {
    row(cells) + "|" + &"---|".repeat(cells.len()) + "\n"
}

/// Returns a sentence as a cell has it: a single one without its full stop.
fn sentence(text: &str) -> &str {
    let text = text.trim();
    match text.strip_suffix('.') {
        Some(short) if !short.contains(". ") => short,
        _ => text,
    }
}

/// Returns what a key means, and the option that stands for it.
fn meaning<T>(key: &Key<T>, language: usize) -> String {
    let text = sentence([key.meaning, key.korean][language]);
    match &key.option {
        Some(option) => format!("{text} (`--{}`)", option.parts().0),
        None => text.to_owned(),
    }
}

fn usual(usual: Usual, language: usize) -> String {
    match usual {
        Usual::Nothing => ["none", "없음"][language].to_owned(),
        Usual::Required => String::new(),
        Usual::Value(value) => format!("`{value}`"),
        Usual::Said(said) => said[language].to_owned(),
    }
}

/// Returns the table of some keys: what each means, takes, and is where it is not written.
fn rows<T>(keys: &[&Key<T>], language: usize) -> String {
    let line = |key: &&Key<T>| {
        let takes = &(key.takes)()[language];
        row(&[&format!("`{}`", key.name), &meaning(key, language), takes, &usual(key.default, language)])
    };
    keys.iter().map(line).collect()
}

const COLUMNS: [[&str; 4]; 2] = [["key", "meaning", "takes", "default"], ["항목", "뜻", "값", "기본값"]];

/// Returns the table of all keys of one table of the file.
fn table<T>(keys: &[Key<T>], language: usize) -> String {
    heading(&COLUMNS[language]) + &rows(&keys.iter().collect::<Vec<_>>(), language)
}

/// Returns whether a key is not of one kind of problem alone.
fn is_general(of: &[Kind]) -> bool {
    of.contains(&Kind::Function) && of.contains(&Kind::Dataset)
}

/// Returns the table of the keys of a problem: those of all problems, then those of each kind.
fn problems(language: usize) -> String {
    let keys = RawProblem::keys();
    let mut text = heading(&COLUMNS[language]);
    let kinds: [(&str, &str, fn(&[Kind]) -> bool); 5] = [
        ("**all**", "**공통**", |of| is_general(of)),
        ("**functions**", "**함수**", |of| of == [Kind::Function]),
        ("**programs**", "**프로그램**", |of| {
            of.contains(&Kind::Program) && !of.contains(&Kind::Dataset)
        }),
        ("**trainings of your own**", "**직접 만든 학습**", |of| of == [Kind::Command]),
        ("**networks**", "**신경망**", |of| !is_general(of) && of.contains(&Kind::Dataset)),
    ];
    for (english, korean, has) in kinds {
        text += &row(&[[english, korean][language], "", "", ""]);
        text += &rows(&keys.iter().filter(|key| has(key.of)).collect::<Vec<_>>(), language);
    }
    text
}

/// Returns the table of the protocol, with what the presets have.
fn protocol(language: usize) -> String {
    let presets = [Preset::Quick, Preset::Standard, Preset::Publish]
        .map(|preset| serde_json::to_value(preset.protocol()).expect("a protocol is plain numbers"));
    let meaning_column = ["meaning", "뜻"][language];
    let mut text = heading(&["`[protocol]`", "`quick`", "`standard`", "`publish`", meaning_column]);
    for key in RawProtocol::keys() {
        let value = |preset: &serde_json::Value| match preset.get(key.name) {
            None | Some(serde_json::Value::Null) => "–".to_owned(),
            Some(serde_json::Value::String(word)) => format!("`{word}`"),
            Some(number) => number.to_string(),
        };
        let [quick, standard, publish] = presets.each_ref().map(value);
        let meaning = meaning(&key, language);
        text += &row(&[&format!("`{}`", key.name), &quick, &standard, &publish, &meaning]);
    }
    text
}

/// Replaces what stands between the marks of a table.
fn fill(page: &str, name: &str, table: &str) -> String {
    let marks = [format!("<!-- keys: {name} -->\n"), format!("<!-- end of keys: {name} -->")];
    let (before, rest) = page.split_once(&marks[0]).unwrap_or_else(|| panic!("no {}", marks[0]));
    let (_, after) = rest.split_once(&marks[1]).unwrap_or_else(|| panic!("no {}", marks[1]));
    format!("{before}{}{table}{}{after}", marks[0], marks[1])
}

#[test]
fn the_reference_has_all_keys_as_they_are() {
    for (language, file) in LANGUAGES {
        let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(file);
        let page = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
        let mut current = page.clone();
        for (name, table) in [
            ("file", table(&RawExperiment::keys(), language)),
            ("rule", table(&RawRuleTable::keys(), language)),
            ("arm", table(&RawArm::keys(), language)),
            ("protocol", protocol(language)),
            ("problem", problems(language)),
        ] {
            current = fill(&current, name, &table);
        }
        if std::env::var_os(WRITE).is_some() {
            std::fs::write(&path, &current).unwrap();
        } else {
            assert!(
                page == current,
                "{file} is not current: {WRITE}=1 cargo test -p thalweg-lab the_reference"
            );
        }
    }
}

#[test]
fn every_key_is_described_in_both_languages() {
    fn described<T>(keys: Vec<Key<T>>) {
        for key in keys {
            let said = (key.takes)();
            assert!(key.meaning.ends_with('.') && key.korean.ends_with('.'), "`{}`", key.name);
            assert!(said.iter().all(|said| !said.is_empty()), "`{}`", key.name);
            let korean = |text: &str| text.chars().any(|c| ('가'..='힣').contains(&c));
            assert!(korean(key.korean) && !korean(key.meaning), "`{}`", key.name);
        }
    }
    described(RawExperiment::keys());
    described(RawRuleTable::keys());
    described(RawArm::keys());
    described(RawProtocol::keys());
    described(RawProblem::keys());
}
