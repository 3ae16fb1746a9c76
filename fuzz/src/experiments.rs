//! Experiments, studies, their results, and what programs answer.

use std::path::Path;
use thalweg_lab::experiment::Document;
use thalweg_lab::store::SqliteStore;
use thalweg_workloads::engine::{read_answer, vocabulary};
use thalweg_workloads::study::Study;

/// Experiment files, and that what is checked can be written and read again.
pub(crate) fn experiment(bytes: &[u8]) {
    let Ok(document) = Document::from_bytes("fuzz.toml", bytes) else { return };
    if let Ok(experiment) = document.check(&vocabulary()) {
        let again = Document::parse("again.toml", &experiment.to_toml()).expect("what we write is TOML");
        again.check(&vocabulary()).expect("what we write is an experiment");
    }
}

/// Studies.
pub(crate) fn study(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = Study::parse("fuzz.toml", text, &vocabulary());
    }
}

/// Lines of the protocol of programs.
pub(crate) fn answer(bytes: &[u8]) {
    String::from_utf8_lossy(bytes).lines().for_each(read_answer);
}

/// Results files. What is read from one of a stranger's changes nothing in it.
pub(crate) fn store(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder for the file");
    let file = folder.path().join("results.sqlite");
    std::fs::write(&file, bytes).expect("the file");
    read_store(&file);
    assert!(std::fs::read(&file).expect("the file") == bytes, "reading has changed it");
}

fn read_store(file: &Path) {
    let _ = SqliteStore::check(file);
    let Ok(store) = SqliteStore::read(file) else { return };
    let _ = (store.experiment(), store.count(), store.unclaimed());
    for origin in store.origins().unwrap_or_default() {
        let _ = (store.result(&origin), store.records(&origin));
    }
}
