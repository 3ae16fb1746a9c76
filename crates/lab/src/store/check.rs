//! What is sound in a results file, and what is not.

use std::path::Path;

use super::{SqliteStore, Store, StoreError};
use crate::cell::CellId;

/// Most faults of the file's structure that are named.
const MOST: usize = 10;

/// What a check of a results file found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Soundness {
    /// Runs whose results fit their checksums.
    pub sound: usize,
    /// Runs of earlier versions, which have no checksums.
    pub unsealed: usize,
    /// The names of runs whose results are damaged.
    pub damaged: Vec<String>,
    /// What else is wrong, in words.
    pub faults: Vec<String>,
}

impl Soundness {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.damaged.is_empty() && self.faults.is_empty()
    }
}

impl SqliteStore {
    /// Checks every run, experiment and page of a results file, and changes nothing in it.
    ///
    /// # Errors
    /// If the file cannot be opened, or is something else.
    pub fn check(path: &Path) -> Result<Soundness, StoreError> {
        let store = Self::read(path)?;
        let mut found = Soundness { faults: store.structure(), ..Soundness::default() };
        match store.ids() {
            Err(error) => found.faults.push(format!("the runs cannot be listed ({error})")),
            Ok(ids) => {
                for (id, has_checksum) in ids {
                    match store.get(&CellId::stored(&id)) {
                        Ok(Some(_)) if has_checksum => found.sound += 1,
                        Ok(Some(_)) => found.unsealed += 1,
                        Ok(None) | Err(_) => found.damaged.push(id),
                    }
                }
            }
        }
        let documents = store.experiment().map(drop);
        let results =
            store.origins().and_then(|all| all.iter().try_for_each(|one| store.result(one).map(drop)));
        found.faults.extend([documents, results].into_iter().filter_map(Result::err).map(
            |error| match error {
                StoreError::Damaged { reason, .. } => reason,
                other => other.to_string(),
            },
        ));
        Ok(found)
    }

    /// What SQLite finds wrong with the structure of the file.
    fn structure(&self) -> Vec<String> {
        let check = || -> rusqlite::Result<Vec<String>> {
            let mut check = self.connection().prepare(&format!("PRAGMA integrity_check({MOST})"))?;
            let rows = check.query_map([], |row| row.get::<_, String>(0))?;
            Ok(rows.collect::<Result<Vec<_>, _>>()?.into_iter().filter(|row| row != "ok").collect())
        };
        check().unwrap_or_else(|error| vec![error.to_string()])
    }

    /// The names of all runs, and whether each has a checksum.
    fn ids(&self) -> rusqlite::Result<Vec<(String, bool)>> {
        let has_checksum = match self.connection().column_exists(None, "cells", "checksum")? {
            true => "length(checksum) > 0",
            false => "0",
        };
        let mut select =
            self.connection().prepare(&format!("SELECT id, {has_checksum} FROM cells ORDER BY rowid"))?;
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect()
    }
}
