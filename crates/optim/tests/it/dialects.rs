//! The table of dialects in the documentation is made from the catalogue, and is the catalogue's.
//!
//! `THALWEG_WRITE_DOCS=1 cargo test -p thalweg-optim --test it dialects` writes it anew.

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
            "\n## {}\n\n{}: {}.\n\nWhen to use it: {}.\n\n",
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
        "docs/dialects.md is out of date: THALWEG_WRITE_DOCS=1 cargo test -p thalweg-optim --test it dialects"
    );
}

/// What the source of a rule says of its type: the documentation without line ends, and the fields.
fn documented<'s>(source: &'s str, name: &str) -> Option<(String, &'s str)> {
    let (before, _) = source.split_once(&format!("        name: \"{name}\",\n"))?;
    let rule = before.rsplit_once("impl Catalogued for ")?.1.split(' ').next()?;
    let (above, below) = source.split_once(&format!("pub struct {rule} {{\n"))?;
    let lines = above.lines().rev().skip_while(|line| line.starts_with('#'));
    let mut lines: Vec<&str> = lines.map_while(|line| line.strip_prefix("///")).map(str::trim).collect();
    lines.reverse();
    Some((lines.join(" "), below.split_once("\n}")?.0))
}

#[test]
fn every_rule_s_type_says_when_to_use_it_where_it_is_from_and_what_each_hyper_parameter_does() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let files =
        std::fs::read_dir(rules).unwrap().map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    let sources: Vec<String> = files.collect();
    for entry in CATALOG {
        let info = entry.info;
        let found = sources.iter().find_map(|source| documented(source, info.name));
        let (text, fields) = found.unwrap_or_else(|| panic!("{} has no type of its own", info.name));
        let wanted = format!("When to use it: {}. Source: {}.", info.when, info.paper);
        assert!(text.contains(&wanted), "the documentation of {} lacks: {wanted}", info.name);
        for one in entry.all_hyperparameters() {
            let (listed, field) =
                (format!("- `{}`: {}", one.name, one.meaning), format!("    pub {}:", one.name));
            assert!(
                text.contains(&listed) || fields.contains(&field),
                "the documentation of {} lacks: {listed}",
                info.name
            );
        }
    }
}
