//! Lists the crates in the tool with their licences, and the texts of these.

use crate::{process, workspace};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A crate of others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Crate {
    name: String,
    version: String,
    licence: String,
    manifest: String,
}

/// Returns the crates of others in the tool, each with version and licence, and below them the texts of the licences.
///
/// # Errors
/// If Cargo fails or a file cannot be read.
pub(crate) fn of_the_tool(target: &str) -> Result<String, String> {
    let tree = ["tree", "-e", "normal,no-proc-macro", "--prefix", "none", "--locked", "-p", "thalweg-cli"];
    let tree = process::output(process::cargo(&tree).args(["--target", target]))?;
    let metadata = ["metadata", "--format-version", "1", "--locked", "--filter-platform", target];
    let metadata = process::output(&mut process::cargo(&metadata))?;
    let metadata = serde_json::from_str(&metadata).map_err(|error| format!("cargo metadata: {error}"))?;
    let crates = crates(&tree, &metadata);
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for one in &crates {
        for text in licence_files(Path::new(&one.manifest))? {
            texts.entry(text).or_default().push(format!("{} {}", one.name, one.version));
        }
    }
    add_programs(&mut texts)?;
    let data = workspace::read(&workspace::root().join("crates/data/data/digits/README.md"))?;
    Ok(document(&crates, &texts, &data))
}

/// Returns the crates of `cargo tree` that come from elsewhere, with what `cargo metadata` says of them.
fn crates(tree: &str, metadata: &Value) -> BTreeSet<Crate> {
    let used: BTreeSet<(&str, &str)> = tree
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?, words.next()?.strip_prefix('v')?))
        })
        .collect();
    let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
    packages
        .iter()
        .filter(|package| !package["source"].is_null())
        .filter_map(|package| {
            let text = |key: &str| package[key].as_str();
            let (name, version) = (text("name")?, text("version")?);
            used.contains(&(name, version)).then(|| Crate {
                name: name.into(),
                version: version.into(),
                licence: text("license").unwrap_or("see its licence file").into(),
                manifest: text("manifest_path").unwrap_or_default().into(),
            })
        })
        .collect()
}

/// Adds the licences of programs of others that are in the tool and are no crates.
fn add_programs(texts: &mut BTreeMap<String, Vec<String>>) -> Result<(), String> {
    let plotly = workspace::read(&workspace::root().join("crates/report/assets/LICENSE-plotly"))?;
    texts.entry(plotly).or_default().push("plotly.js".into());
    Ok(())
}

/// Returns the texts of the licence files beside a manifest.
fn licence_files(manifest: &Path) -> Result<Vec<String>, String> {
    let Some(folder) = manifest.parent() else { return Ok(Vec::new()) };
    let entries =
        std::fs::read_dir(folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    let mut paths: Vec<_> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    let is_licence = |path: &&std::path::PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().to_uppercase()).unwrap_or_default();
        path.is_file()
            && ["LICENSE", "LICENCE", "COPYING", "UNLICENSE", "NOTICE"]
                .iter()
                .any(|word| name.starts_with(word))
    };
    paths.iter().filter(is_licence).map(|path| workspace::read(path)).collect()
}

fn document(crates: &BTreeSet<Crate>, texts: &BTreeMap<String, Vec<String>>, data: &str) -> String {
    let width = crates.iter().map(|one| one.name.len() + one.version.len() + 1).max().unwrap_or(0);
    let mut document = String::from("The tool `thalweg` holds these crates of others:\n\n");
    for one in crates {
        document += &format!("{:<width$}  {}\n", format!("{} {}", one.name, one.version), one.licence);
    }
    let rule = "-".repeat(80);
    document += &format!("\n{rule}\nThe handwritten digits in it:\n\n{}\n", data.trim_end());
    for (text, names) in texts {
        document += &format!("\n{rule}\nLicence of {}:\n\n{}\n", names.join(", "), text.trim_end());
    }
    document
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn crates_of_others_are_listed_if_they_are_used() {
        let tree = "thalweg-cli v0.1.0 (/home/me)\nclap v4.6.9\nlibc v0.2.1 (*)\n";
        let package = |name: &str, version: &str, licence: Value, source: Value| {
            json!({
                "name": name, "version": version, "license": licence, "source": source,
                "manifest_path": "/registry/Cargo.toml",
            })
        };
        let registry = json!("registry");
        let metadata = json!({"packages": [
            package("thalweg-cli", "0.1.0", json!("MIT"), Value::Null),
            package("clap", "4.6.9", json!("MIT OR Apache-2.0"), registry.clone()),
            package("clap", "3.0.0", json!("MIT"), registry.clone()),
            package("libc", "0.2.1", Value::Null, registry.clone()),
            package("proptest", "1.0.0", json!("MIT"), registry),
        ]});
        let found = crates(tree, &metadata);
        let rows: Vec<_> = found.iter().map(|one| (one.name.as_str(), one.licence.as_str())).collect();
        assert_eq!(rows, [("clap", "MIT OR Apache-2.0"), ("libc", "see its licence file")]);
        let texts = BTreeMap::from([("Permission is …\n".to_owned(), vec!["clap 4.6.9".to_owned()])]);
        let text = document(&found, &texts, "Digits.\n");
        assert!(text.contains("\nclap 4.6.9  MIT OR Apache-2.0\nlibc 0.2.1  see"), "{text}");
        assert!(
            text.ends_with("Licence of clap 4.6.9:\n\nPermission is …\n") && text.contains("\nDigits.\n"),
            "{text}"
        );
    }

    #[test]
    fn the_program_that_draws_the_figures_is_named() {
        let mut texts = BTreeMap::new();
        add_programs(&mut texts).unwrap();
        let (text, names) = texts.first_key_value().unwrap();
        assert!(text.starts_with("MIT License") && text.contains("Plotly"), "{text}");
        assert_eq!(names, &["plotly.js"]);
    }

    #[test]
    fn the_texts_of_a_crate_are_found() {
        let texts = licence_files(&workspace::root().join("Cargo.toml")).unwrap();
        assert_eq!(texts.len(), 2);
        assert!(texts.iter().any(|text| text.contains("Apache License")));
    }
}
