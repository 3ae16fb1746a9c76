//! Every case of `conformance/` at the repository's root (its README has the format), run on the rules of the catalogue.

use std::path::Path;
use thalweg_optim::CATALOG;
use thalweg_optim::conformance::{Case, run};

fn cases() -> Vec<(String, Case)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    let read = |path: std::path::PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let case = Case::parse(&std::fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, case)
    };
    files.into_iter().map(read).collect()
}

#[test]
fn every_case_agrees() {
    let mut failures = Vec::new();
    for (file, case) in cases() {
        assert_eq!(file, case.name, "a file is called after its case");
        assert!(case.expected.is_some(), "{file} has nothing to agree with");
        match run(&case) {
            Ok(outcome) => {
                failures.extend(outcome.difference.map(|difference| format!("{file}: {difference}")))
            }
            Err(error) => failures.push(format!("{file}: {error}")),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_rule_has_a_case_in_every_dialect_and_precision() {
    let cases = cases();
    let mut missing = Vec::new();
    for entry in CATALOG {
        for dialect in entry.dialects() {
            for dtype in ["f32", "f64"] {
                // The look-ahead form wants gradients at a point that a list of gradients does not know.
                let there = cases.iter().any(|(_, case)| {
                    case.rule == entry.info.name && case.dialect == dialect && case.dtype == dtype
                });
                if !there && !entry.looks_ahead() {
                    missing.push(format!("{} {dialect} {dtype}", entry.info.name));
                }
            }
        }
    }
    assert!(missing.is_empty(), "no case for {}", missing.join(", "));
}
