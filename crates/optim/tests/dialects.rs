//! The table of dialects in the documentation is made from the catalogue, and is the catalogue's.
//!
//! `THALWEG_WRITE_DOCS=1 cargo test -p thalweg-optim --test dialects` writes it anew.

use std::fmt::Write;
use std::path::Path;
use thalweg_optim::{CATALOG, Dialect};

fn table() -> String {
    let mut text = String::from(
        "# Rules and dialects\n\n\
         Rules of the same name differ between libraries. A *dialect* is whose formula and defaults are meant: the book (\"Deep\n\
         Learning from Scratch\"), PyTorch 2.15, Keras 3.15, Optax 0.2.8, or the paper that introduced the rule. This page is made\n\
         from the catalogue (`thalweg list rules` prints the same); [test vectors](../conformance/README.md) made by the libraries\n\
         themselves hold every entry to it.\n\n\
         | rule | formula | book | torch | keras | optax | paper |\n|---|---|---|---|---|---|---|\n",
    );
    for entry in CATALOG {
        let formula = entry.info.formula.replace('|', "\\|");
        write!(text, "| [`{0}`](#{0}) | {formula} |", entry.info.name).unwrap();
        for dialect in Dialect::ALL {
            text += match entry.defaults(dialect) {
                None => " – |",
                Some(_) if entry.info.differences.iter().any(|(other, _)| *other == dialect) => " differs |",
                Some(_) => " yes |",
            };
        }
        text.push('\n');
    }
    for entry in CATALOG {
        let info = entry.info;
        write!(
            text,
            "\n## {}\n\n{}: {}.\n\nUse it for {}.\n\n",
            info.name, info.title, info.paper, info.when
        )
        .unwrap();
        for (dialect, what) in info.differences {
            writeln!(text, "- **{dialect}**: {what}").unwrap();
        }
        if !info.differences.is_empty() {
            text.push('\n');
        }
        let dialects = entry.dialects();
        let heads: Vec<&str> = dialects.iter().map(|dialect| dialect.name()).collect();
        writeln!(text, "| hyper-parameter | {} | what it does |", heads.join(" | ")).unwrap();
        writeln!(text, "|---|{}---|", "---|".repeat(heads.len())).unwrap();
        for one in entry.all_hyperparameters() {
            write!(text, "| `{}` |", one.name).unwrap();
            for &dialect in &dialects {
                let defaults = entry.defaults(dialect).unwrap_or_default();
                match defaults.iter().find(|(name, _)| *name == one.name) {
                    Some((_, value)) if *value != 0.0 && value.abs() < 1e-3 => {
                        write!(text, " {value:e} |").unwrap()
                    }
                    Some((_, value)) => write!(text, " {value} |").unwrap(),
                    None => text += " – |",
                }
            }
            writeln!(text, " {} |", one.meaning.replace('|', "\\|")).unwrap();
        }
    }
    text
}

#[test]
fn the_page_is_what_the_catalogue_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/dialects.md");
    let table = table();
    if std::env::var_os("THALWEG_WRITE_DOCS").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == table,
        "docs/dialects.md is out of date: THALWEG_WRITE_DOCS=1 cargo test -p thalweg-optim --test dialects"
    );
}
