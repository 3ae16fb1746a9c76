//! Results in an SQLite file.
//!
//! Write-ahead logging: readers never wait for a writer, a killed program loses at most the cell it was working on. The
//! columns are plain, so that the file can be looked into with any SQLite tool.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::claims::{self, Worker};
use super::error::{StoreError, explain};
use super::origin::{Origin, OriginKind, Use};
use super::reading::Opened;
use super::seal::{is_sound, open_text, seal, seal_text};
use super::{Store, Tried, curve, inside, predictions, schema};
use crate::cell::{Cell, CellId, Stage, WorkloadHash};
use crate::comparison::Comparison;
use crate::experiment::Metric;
use crate::export::Record;
use crate::outcome::Outcome;

/// How often the write-ahead log is written into the file: what copies or moves the file alone then loses little.
const SETTLE: Duration = Duration::from_secs(30);

// The row moves to the end, and its result stays.
const BEGIN: &str = "
INSERT OR REPLACE INTO experiments VALUES (?1, ?2, ?3, ?4, (SELECT result FROM experiments WHERE hash = ?1))";

const RECORDS: &str = "
SELECT cells.id, cells.rule, cells.dialect, cells.hyperparameters, cells.seed, uses.stage, uses.problem, uses.label,
    uses.metric, uses.divisor
FROM uses JOIN cells ON cells.id = uses.cell WHERE uses.experiment = ?1 ORDER BY uses.rowid";

const UNCLAIMED: &str = "
SELECT id, rule, dialect, hyperparameters, seed, stage, 'problem ' || problem, label, NULL, NULL
FROM cells WHERE id NOT IN (SELECT cell FROM uses) ORDER BY rowid";

// In a file without the tables of origins.
const ALL_UNCLAIMED: &str = "
SELECT id, rule, dialect, hyperparameters, seed, stage, 'problem ' || problem, label, NULL, NULL
FROM cells ORDER BY rowid";

// A result that includes the test split is never replaced by one that does not.
const UPSERT: &str = "
INSERT INTO cells VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, x'')
ON CONFLICT (id) DO UPDATE SET
    stage = excluded.stage, validation = excluded.validation, test = excluded.test, unsealed = excluded.unsealed,
    diverged_at = excluded.diverged_at, steps_to_target = excluded.steps_to_target,
    seconds_per_step = excluded.seconds_per_step,
    validation_curve = excluded.validation_curve, training_loss = excluded.training_loss,
    predictions = excluded.predictions, inside = excluded.inside, correct = excluded.correct
WHERE excluded.unsealed > cells.unsealed";

const TRIED: &str = "
SELECT count(*), count(DISTINCT label || char(10) || rule || char(10) || dialect)
FROM (SELECT DISTINCT label, rule, dialect, hyperparameters FROM cells WHERE workload = ?1)";

// The fingerprint of the rules begins with the name of a cell.
const OTHER_LOOKS: &str = "
SELECT count(*) FROM looks WHERE rules != ?2
    AND EXISTS (SELECT 1 FROM cells WHERE id = substr(looks.rules, 1, 64) AND workload = ?1)";

/// Results in a file.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    opened: Opened,
    worker: Worker,
    /// When the write-ahead log was last written into the file.
    settled: Instant,
    select: String,
    /// The hash of the experiment that was begun.
    begun: Option<String>,
}

impl SqliteStore {
    /// Opens a results file, or makes one.
    ///
    /// # Errors
    /// If the file cannot be opened, is damaged, or is something else. It is not changed then.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let (connection, layout) = schema::open(path)?;
        let select = schema::select(layout);
        Ok(Self::new(path, Opened { connection, _copy: None }, select))
    }

    /// Opens a results file to read it: it is never changed, may stand where nothing can be written, and other programs may work on
    /// it meanwhile.
    ///
    /// # Errors
    /// If the file is not there, cannot be read, holds nothing yet, is damaged, or is something else.
    pub fn read(path: &Path) -> Result<Self, StoreError> {
        let (opened, layout) = schema::read(path)?;
        Ok(Self::new(path, opened, schema::select(layout)))
    }

    fn new(path: &Path, opened: Opened, select: String) -> Self {
        let (path, worker) = (path.to_path_buf(), Worker::new());
        Self { path, opened, worker, settled: Instant::now(), select, begun: None }
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.opened.connection
    }

    /// The experiment whose results these are, as a file; absent if none was [kept](SqliteStore::keep_experiment).
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn experiment(&self) -> Result<Option<String>, StoreError> {
        let query = "SELECT document FROM experiment";
        let found = self.connection().query_row(query, [], |row| row.get(0)).optional();
        let found = found.map_err(|error| explain(&self.path, &error))?;
        found.map(|text| self.unsealed(text, "the experiment")).transpose()
    }

    /// Keeps the experiment beside its results, so that other programs can help with it. The last one kept counts; a file that
    /// may only be read is left as it is.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn keep_experiment(&self, document: &str) -> Result<(), StoreError> {
        let insert = "INSERT OR REPLACE INTO experiment VALUES (0, ?1)";
        self.write(|connection| connection.execute(insert, [seal_text(document)]).map(drop))
    }

    /// How many results there are.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn count(&self) -> Result<usize, StoreError> {
        let count = self.connection().query_row("SELECT count(*) FROM cells", [], |row| row.get::<_, i64>(0));
        Ok(count.map_err(|error| explain(&self.path, &error))?.max(0) as usize)
    }

    /// The experiments whose runs are here, in the order in which they were begun last: the one at hand comes last. Empty if the
    /// file is from a version that did not note them.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn origins(&self) -> Result<Vec<Origin>, StoreError> {
        if !self.knows_origins()? {
            return Ok(vec![]);
        }
        let read = || -> rusqlite::Result<Vec<(String, String, String, String)>> {
            let query = "SELECT hash, kind, name, document FROM experiments ORDER BY rowid";
            let mut select = self.connection().prepare(query)?;
            let rows =
                select.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
            rows.collect()
        };
        let rows = read().map_err(|error| explain(&self.path, &error))?;
        let origin = |(hash, kind, name, document): (String, String, String, String)| {
            let kind =
                OriginKind::named(&kind).ok_or_else(|| self.damaged("an unknown kind of experiment"))?;
            let document = self.unsealed(document, "an experiment")?;
            Ok(Origin { hash, kind, name, document })
        };
        rows.into_iter().map(origin).collect()
    }

    /// What a comparison found, without curves and predictions; absent if it is not finished.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn result(&self, origin: &Origin) -> Result<Option<Comparison>, StoreError> {
        let query = "SELECT result FROM experiments WHERE hash = ?1";
        let found = self.connection().query_row(query, [&origin.hash], |row| row.get::<_, Option<String>>(0));
        let found = found.optional().map_err(|error| explain(&self.path, &error))?.flatten();
        let read = |text: String| {
            let text = self.unsealed(text, "the result of a comparison")?;
            serde_json::from_str(&text).map_err(|_| self.damaged("the result of a comparison is not JSON"))
        };
        found.map(read).transpose()
    }

    /// The results of an experiment, one for each use of a run: a run that serves two stages comes twice. Only those of the
    /// final stage hold the test split.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn records(&self, origin: &Origin) -> Result<Vec<Record>, StoreError> {
        self.agrees("uses")?;
        let mut records = self.select(RECORDS, &[&origin.hash])?;
        for record in &mut records {
            record.experiment.clone_from(&origin.name);
            record.experiment_hash.clone_from(&origin.hash);
            if record.stage != Stage::Final.name() {
                record.outcome.test = None;
                record.outcome.predictions.clear();
            }
        }
        Ok(records)
    }

    /// The results that belong to no experiment known here, in the order in which they were stored.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn unclaimed(&self) -> Result<Vec<Record>, StoreError> {
        self.select(if self.knows_origins()? { UNCLAIMED } else { ALL_UNCLAIMED }, &[])
    }

    /// How many results there are beside those of an experiment, as [`records`](Self::records) of the other experiments and
    /// [`unclaimed`](Self::unclaimed) count them.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn count_of_others(&self, origin: &Origin) -> Result<usize, StoreError> {
        let query = "
            SELECT (SELECT count(*) FROM uses JOIN cells ON cells.id = uses.cell WHERE uses.experiment != ?1)
                + (SELECT count(*) FROM cells WHERE id NOT IN (SELECT cell FROM uses))";
        let count = self.connection().query_row(query, [&origin.hash], |row| row.get::<_, i64>(0));
        Ok(count.map_err(|error| explain(&self.path, &error))?.max(0) as usize)
    }

    /// Whether the file notes what its runs belong to. One that may only be read is left as an earlier version wrote it.
    fn knows_origins(&self) -> Result<bool, StoreError> {
        let query = "SELECT count(*) FROM sqlite_schema WHERE name IN ('experiments', 'uses')";
        let count = self.connection().query_row(query, [], |row| row.get::<_, i64>(0));
        Ok(count.map_err(|error| explain(&self.path, &error))? == 2)
    }

    fn select(&self, query: &str, of: &[&String]) -> Result<Vec<Record>, StoreError> {
        let read = || -> rusqlite::Result<Vec<(Record, String, Option<String>)>> {
            let mut select = self.connection().prepare(query)?;
            let rows = select.query_map(rusqlite::params_from_iter(of), |row| {
                let record = Record {
                    experiment: String::new(),
                    experiment_hash: String::new(),
                    id: row.get(0)?,
                    problem: row.get(6)?,
                    metric: None,
                    label: row.get(7)?,
                    rule: row.get(1)?,
                    dialect: row.get(2)?,
                    hyperparameters: BTreeMap::new(),
                    seed: row.get::<_, i64>(4)?.max(0) as u64,
                    stage: row.get(5)?,
                    divisor: row.get::<_, Option<i64>>(9)?.map(|divisor| divisor.max(1) as u32),
                    outcome: Outcome::default(),
                };
                Ok((record, row.get(3)?, row.get(8)?))
            })?;
            rows.collect()
        };
        let mut records = Vec::new();
        for (record, hyperparameters, metric) in read().map_err(|error| explain(&self.path, &error))? {
            let hyperparameters = serde_json::from_str(&hyperparameters)
                .map_err(|_| self.damaged("hyper-parameters are not JSON"))?;
            // It was there a moment ago, and nothing is ever taken out.
            let outcome = self.get(&CellId::stored(&record.id))?.unwrap_or_default();
            let metric = metric.as_deref().and_then(Metric::named);
            records.push(Record { hyperparameters, metric, outcome, ..record });
        }
        Ok(records)
    }

    /// Writes, unless the file may only be read: then it is left as it is.
    fn write(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<()>) -> Result<(), StoreError> {
        let written = match self.connection().is_readonly("main") {
            Ok(true) => Ok(()),
            Ok(false) => work(self.connection()),
            Err(error) => Err(error),
        };
        written.map_err(|error| explain(&self.path, &error))
    }

    /// Writes the write-ahead log into the file, as far as nobody reads it. Whether that works or not, the results are safe.
    fn settle(&mut self) {
        let _ = self.connection().query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        self.settled = Instant::now();
    }

    /// Checks that the rows of a table are those of its index.
    fn agrees(&self, table: &str) -> Result<(), StoreError> {
        let check = format!("PRAGMA integrity_check({table})");
        let found = self.connection().query_row(&check, [], |row| row.get::<_, String>(0));
        match found.map_err(|error| explain(&self.path, &error))? {
            ok if ok == "ok" => Ok(()),
            fault => Err(self.damaged(&fault)),
        }
    }

    /// Returns a text without its checksum.
    fn unsealed(&self, text: String, what: &str) -> Result<String, StoreError> {
        open_text(text).ok_or_else(|| self.damaged(&format!("{what} does not fit its checksum")))
    }

    fn damaged(&self, reason: &str) -> StoreError {
        StoreError::Damaged { path: self.path.clone(), reason: reason.to_string() }
    }
}

impl Store for SqliteStore {
    fn get(&self, id: &CellId) -> Result<Option<Outcome>, StoreError> {
        let found = self.connection().prepare_cached(&self.select).and_then(|mut select| {
            let row = select.query_row([id.as_str()], |row| {
                if !is_sound(row, id.as_str())? {
                    return Ok(None);
                }
                let packed: [Vec<u8>; 4] = [row.get(15)?, row.get(16)?, row.get(17)?, row.get(18)?];
                let outcome = Outcome {
                    validation: row.get::<_, Option<f64>>(9)?.unwrap_or(f64::NAN),
                    validation_curve: Default::default(),
                    training_loss: Default::default(),
                    test: row.get(10)?,
                    unsealed: row.get(11)?,
                    diverged_at: row.get::<_, Option<i64>>(12)?.map(|step| step.max(0) as u64),
                    steps_to_target: row.get::<_, Option<i64>>(13)?.map(|step| step.max(0) as u64),
                    seconds_per_step: row.get::<_, Option<f64>>(14)?.unwrap_or(f64::NAN),
                    inside: Default::default(),
                    predictions: vec![],
                    correct: row.get(19)?,
                };
                Ok(Some((outcome, packed)))
            });
            row.optional()
        });
        let Some(found) = found.map_err(|error| explain(&self.path, &error))? else { return Ok(None) };
        let Some((outcome, [validation, training, said, looked])) = found else {
            return Err(self.damaged(&format!("the run {} does not fit its checksum", id.as_str())));
        };
        let unpack =
            |bytes: &[u8]| curve::unpack(bytes).ok_or_else(|| self.damaged("a curve has the wrong length"));
        Ok(Some(Outcome {
            validation_curve: unpack(&validation)?,
            training_loss: unpack(&training)?,
            inside: inside::unpack(&looked)
                .ok_or_else(|| self.damaged("what was seen inside has the wrong length"))?,
            predictions: predictions::unpack(&said)
                .ok_or_else(|| self.damaged("predictions have the wrong length"))?,
            ..outcome
        }))
    }

    fn put(&mut self, id: &CellId, cell: &Cell, outcome: &Outcome) -> Result<(), StoreError> {
        let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let hyperparameters = serde_json::to_string(&cell.hyperparameters).unwrap_or_default();
        let written = self.connection().unchecked_transaction().and_then(|transaction| {
            let changed = transaction.prepare_cached(UPSERT)?.execute(params![
                id.as_str(),
                whole(cell.problem as u64),
                cell.label,
                cell.rule,
                cell.dialect,
                hyperparameters,
                cell.learning_rate(),
                whole(cell.seed),
                cell.stage.name(),
                // SQLite has no NaN: it stores NULL, which reads back as NaN.
                outcome.validation,
                outcome.test,
                outcome.unsealed,
                outcome.diverged_at.map(whole),
                outcome.steps_to_target.map(whole),
                outcome.seconds_per_step,
                curve::pack(&outcome.validation_curve),
                curve::pack(&outcome.training_loss),
                predictions::pack(&outcome.predictions),
                inside::pack(&outcome.inside),
                outcome.correct,
                cell.workload.as_str().as_bytes(),
            ])?;
            if changed > 0 {
                seal(&transaction, id.as_str())?;
            }
            self.worker.release(&transaction, id)?;
            transaction.commit()
        });
        written.map_err(|error| explain(&self.path, &error))?;
        if self.settled.elapsed() > SETTLE {
            self.settle();
        }
        Ok(())
    }

    fn begin(&mut self, origin: &Origin) -> Result<(), StoreError> {
        self.begun = Some(origin.hash.clone());
        let Origin { hash, kind, name, document } = origin;
        self.write(|connection| {
            connection.execute(BEGIN, [hash, kind.name(), name, &seal_text(document)]).map(drop)
        })
    }

    fn note(&mut self, uses: &[Use<'_>]) -> Result<(), StoreError> {
        let Some(begun) = &self.begun else { return Ok(()) };
        self.write(|connection| {
            let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
            for one in uses {
                let mut insert = transaction
                    .prepare_cached("INSERT OR IGNORE INTO uses VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
                insert.execute(params![
                    begun,
                    one.problem,
                    one.metric.name(),
                    one.cell.label,
                    one.cell.stage.name(),
                    one.cell.divisor,
                    one.id.as_str()
                ])?;
            }
            transaction.commit()
        })
    }

    fn conclude(&mut self, comparison: &Comparison) -> Result<(), StoreError> {
        let Some(begun) = &self.begun else { return Ok(()) };
        let mut comparison = comparison.clone();
        let rules = comparison.problems.iter_mut().flat_map(|problem| &mut problem.rules);
        for run in rules.flat_map(|rule| {
            rule.runs.iter_mut().chain(rule.default.iter_mut().flat_map(|default| &mut default.runs))
        }) {
            // The cells hold them.
            let outcome = &mut run.outcome;
            outcome.validation_curve = Default::default();
            outcome.training_loss = Default::default();
            outcome.inside = Default::default();
            outcome.predictions = vec![];
        }
        let result = seal_text(&serde_json::to_string(&comparison).unwrap_or_default());
        let update = "UPDATE experiments SET result = ?2 WHERE hash = ?1";
        self.write(|connection| connection.execute(update, [begun, &result]).map(drop))?;
        self.settle();
        Ok(())
    }

    fn claim(&mut self, id: &CellId) -> Result<bool, StoreError> {
        self.worker.claim(&self.opened.connection, id).map_err(|error| explain(&self.path, &error))
    }

    fn holder(&self, id: &CellId) -> Result<Option<String>, StoreError> {
        claims::holder(self.connection(), id).map_err(|error| explain(&self.path, &error))
    }

    fn release(&mut self, id: &CellId) -> Result<(), StoreError> {
        self.worker.release(self.connection(), id).map_err(|error| explain(&self.path, &error))
    }

    fn look(&mut self, rules: &str, seeds: usize) -> Result<Vec<usize>, StoreError> {
        let explain = |error| explain(&self.path, &error);
        if !self.connection().is_readonly("main").map_err(explain)? {
            let insert = "INSERT OR IGNORE INTO looks (rules, seeds) VALUES (?1, ?2)";
            self.connection().execute(insert, params![rules, seeds as i64]).map_err(explain)?;
        }
        let read = || {
            let mut select =
                self.connection().prepare("SELECT seeds FROM looks WHERE rules = ?1 ORDER BY number")?;
            let rows = select.query_map([rules], |row| Ok(row.get::<_, i64>(0)?.max(0) as usize))?;
            rows.collect()
        };
        if self.connection().table_exists(None, "looks").map_err(explain)? {
            self.agrees("looks")?;
        }
        // A file of an older layout that may only be read has no such table, and nobody looked.
        match read() {
            Err(_) if self.connection().table_exists(None, "looks").is_ok_and(|exists| !exists) => Ok(vec![]),
            found => found.map_err(explain),
        }
    }

    fn tried(&self, problem: &WorkloadHash, rules: &str) -> Result<Tried, StoreError> {
        let explain = |error| explain(&self.path, &error);
        // A file of an older layout that may only be read does not say which cells belong to a problem.
        if !self.connection().column_exists(None, "cells", "workload").map_err(explain)? {
            return Ok(Tried::default());
        }
        let problem = problem.as_str().as_bytes();
        let count = |row: &rusqlite::Row<'_>, column| Ok(row.get::<_, i64>(column)?.max(0) as usize);
        let read = || {
            let (configurations, known) = self
                .connection()
                .query_row(TRIED, params![problem], |row| Ok((count(row, 0)?, count(row, 1)?)))?;
            let looked = params![problem, rules];
            let other_looks = self.connection().query_row(OTHER_LOOKS, looked, |row| count(row, 0))?;
            Ok(Tried { rules: known, configurations, other_looks })
        };
        read().map_err(explain)
    }

    fn alive(&mut self) -> Result<(), StoreError> {
        self.worker.alive(&self.opened.connection).map_err(|error| explain(&self.path, &error))
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        self.worker.leave(self.connection());
    }
}

#[cfg(test)]
mod tests;
