//! No file is forgotten: sources are compiled, crates can be published, links and paths in the documents lead somewhere.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let read = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut found: Vec<PathBuf> = read.map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

/// Every file below `folder` whose name ends so.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in entries(folder) {
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found
}

/// The folders of the crates of the workspace, as its manifest lists them.
fn members() -> Vec<PathBuf> {
    let manifest = read(&root().join("Cargo.toml"));
    let list = manifest.split_once("members = [").unwrap().1.split_once(']').unwrap().0;
    list.split('"').skip(1).step_by(2).map(|member| root().join(member)).collect()
}

/// The crates that are published.
fn published() -> Vec<PathBuf> {
    let mut members = members();
    // Two are for those who work on the repository, and the Python package is published as a wheel.
    members.retain(|member| !["xtask", "fuzz", "python"].iter().any(|name| member.ends_with(name)));
    members
}

/// The file that has to declare the module in `path`: `a/b.rs` and `a/b/mod.rs` are declared by `a.rs`, `a/mod.rs` or the root.
fn parents(path: &Path) -> Vec<PathBuf> {
    let folder = if path.ends_with("mod.rs") { path.parent().unwrap() } else { path };
    let above = folder.parent().unwrap();
    let roots = ["lib.rs", "main.rs", "mod.rs"].map(|name| above.join(name));
    roots.into_iter().chain([above.with_extension("rs")]).collect()
}

#[test]
fn every_source_file_is_a_module() {
    let mut seen = 0;
    for folder in members().iter().flat_map(|member| [member.join("src"), member.join("tests")]) {
        if !folder.is_dir() {
            continue;
        }
        for path in files(&folder, ".rs") {
            let top = path.parent() == Some(&folder);
            let is_root = path.ends_with("lib.rs") || path.ends_with("main.rs") || path.ends_with("build.rs");
            // A file right below `tests` is a program of its own.
            if is_root || top && folder.ends_with("tests") {
                continue;
            }
            let stem = match path.ends_with("mod.rs") {
                true => path.parent().unwrap().file_name(),
                false => path.file_stem(),
            };
            let stem = stem.unwrap().to_string_lossy().into_owned();
            let declares = |parent: &PathBuf| {
                let text = fs::read_to_string(parent).unwrap_or_default();
                let ends =
                    |line: &str| line == format!("mod {stem};") || line.ends_with(&format!(" mod {stem};"));
                text.lines().any(|line| ends(line.trim()))
            };
            assert!(
                parents(&path).iter().any(declares),
                "{} is not compiled: no file declares it",
                path.display()
            );
            seen += 1;
        }
    }
    assert!(seen > 300, "{seen}");
}

#[test]
fn every_crate_can_be_published() {
    for folder in published() {
        let path = folder.join("Cargo.toml");
        let manifest = read(&path);
        let package = manifest.split("\n[").next().unwrap();
        for key in [
            "description =",
            "readme = \"README.md\"",
            "repository.workspace = true",
            "license.workspace = true",
        ] {
            assert!(package.contains(key), "{} lacks `{key}`", path.display());
        }
        for key in ["rust-version.workspace = true", "keywords = [", "categories = ["] {
            assert!(package.contains(key), "{} lacks `{key}`", path.display());
        }
        for file in ["README.md", "LICENSE-MIT", "LICENSE-APACHE"] {
            assert!(folder.join(file).exists(), "{} lacks {file}", folder.display());
        }
        for (number, line) in manifest.lines().enumerate() {
            // A crate whose tests turn on its own features names itself; Cargo leaves that out of a package.
            let local = line.contains("path = \"") && line.contains("= {") && !line.contains("path = \".\"");
            assert!(!local || line.contains("version = "), "{}:{}: a path alone", path.display(), number + 1);
        }
    }
    for line in read(&root().join("Cargo.toml")).lines().filter(|line| line.contains("path = \"crates/")) {
        assert!(
            line.contains("version = "),
            "Cargo.toml: a path without a version cannot be published: {line}"
        );
    }
}

#[test]
fn every_crate_is_documented_with_an_example() {
    for folder in published() {
        // The command line tool is documented by `thalweg --help`.
        let source = folder.join("src/lib.rs");
        if !source.exists() {
            continue;
        }
        let text = read(&source);
        let docs = text.split("\nmod ").next().and_then(|text| text.split("\npub mod ").next()).unwrap();
        let example = docs.contains("```") || docs.contains("#![doc = include_str!(\"../README.md\")]");
        let tested = text.contains("#[doc = include_str!(\"../README.md\")]") || docs.contains("#![doc =");
        assert!(tested, "the examples of {}/README.md are not tested", folder.display());
        assert!(example, "the documentation of {} has no example", source.display());
    }
}

/// The documents that a reader may come to, with their paths.
fn documents() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = entries(&root());
    for folder in ["docs", "crates", "conformance", "bench", "fuzz", ".github"] {
        let folder = root().join(folder);
        if folder.is_dir() {
            let below = files(&folder, ".md");
            found.extend(
                below.into_iter().filter(|path| !path.components().any(|part| part.as_os_str() == "target")),
            );
        }
    }
    found.retain(|path| path.extension().is_some_and(|ending| ending == "md"));
    found
}

#[test]
fn links_in_the_documents_lead_somewhere() {
    let mut links = 0;
    for path in documents() {
        let text = read(&path);
        for part in text.split("](").skip(1) {
            let target = part.split([')', '#', ' ']).next().unwrap();
            if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let place = path.parent().unwrap().join(target);
            assert!(place.exists(), "{}: the link to {target} leads nowhere", path.display());
            links += 1;
        }
    }
    assert!(links > 40, "{links}");
}

#[test]
fn paths_in_the_checklists_exist() {
    let path = root().join("CONTRIBUTING.md");
    let text = read(&path);
    let mut paths = 0;
    for word in text.split('`').skip(1).step_by(2) {
        let folders =
            ["crates/", "conformance/", "docs/", "bench/", "experiments/", "fuzz/", "tools/", ".ci/"];
        if !folders.iter().any(|folder| word.starts_with(folder)) || word.contains(['<', '{', ' ', '*']) {
            continue;
        }
        assert!(root().join(word).exists(), "{}: there is no {word}", path.display());
        paths += 1;
    }
    assert!(paths > 40, "{paths}");
}

#[test]
fn tests_named_in_the_checklists_exist() {
    let text = read(&root().join("CONTRIBUTING.md"));
    let mut sources = String::new();
    for member in members() {
        files(&member, ".rs").iter().for_each(|path| sources += &read(path));
    }
    files(&root().join("crates/python/tests"), ".py").iter().for_each(|path| sources += &read(path));
    let mut named = 0;
    for word in text.split('`').skip(1).step_by(2) {
        let is_test = word.matches('_').count() > 2
            && word.chars().all(|letter| letter == '_' || letter.is_ascii_lowercase());
        if is_test {
            let there = sources.contains(&format!("fn {word}(")) || sources.contains(&format!("def {word}("));
            assert!(there, "CONTRIBUTING.md names a test `{word}` that does not exist");
            named += 1;
        }
    }
    assert!(named > 20, "{named}");
}
