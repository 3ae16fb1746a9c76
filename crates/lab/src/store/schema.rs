//! The tables of a results file: what makes a file ours, and how a new one comes about.
//!
//! Tables, layout and application id are written in one transaction. A program that is killed before it leaves an empty file, and
//! another one that opens the file meanwhile sees all of them or none.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, Transaction, TransactionBehavior};

use super::error::{StoreError, WAIT, explain};
use super::layout::LAYOUT;
use super::reading::{Opened, ReadError};

/// "THLW": marks a file as ours.
const APPLICATION: i32 = 0x5448_4c57;
/// The oldest layout that is read.
const OLDEST: i32 = 2;
/// Columns that older layouts lack, each with the first layout that has it, in the order of the table.
pub(super) const ADDED: [(&str, i32); 4] = [("inside", 3), ("correct", 4), ("workload", 5), ("checksum", 5)];

const CREATE_CELLS: &str = "
CREATE TABLE IF NOT EXISTS cells (
    id TEXT PRIMARY KEY,
    problem INTEGER NOT NULL,
    label TEXT NOT NULL,
    rule TEXT NOT NULL,
    dialect TEXT NOT NULL,
    hyperparameters TEXT NOT NULL,
    learning_rate REAL,
    seed INTEGER NOT NULL,
    stage TEXT NOT NULL,
    validation REAL,
    test REAL,
    unsealed INTEGER NOT NULL,
    diverged_at INTEGER,
    steps_to_target INTEGER,
    seconds_per_step REAL,
    validation_curve BLOB NOT NULL,
    training_loss BLOB NOT NULL,
    predictions BLOB NOT NULL,
    inside BLOB NOT NULL DEFAULT x'',
    correct BLOB NOT NULL DEFAULT x'',
    workload BLOB NOT NULL DEFAULT x'',
    checksum BLOB NOT NULL DEFAULT x''
)";

const CREATE_EXPERIMENT: &str =
    "CREATE TABLE IF NOT EXISTS experiment (only INTEGER PRIMARY KEY, document TEXT NOT NULL)";

/// The experiments whose runs these are, in the order in which they were begun last, and what each run was for. A file without
/// these tables is from an earlier version.
const CREATE_ORIGINS: &str = "
CREATE TABLE IF NOT EXISTS experiments (
    hash TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    result TEXT
);
CREATE TABLE IF NOT EXISTS uses (
    experiment TEXT NOT NULL,
    problem TEXT NOT NULL,
    metric TEXT NOT NULL,
    label TEXT NOT NULL,
    stage TEXT NOT NULL,
    divisor INTEGER NOT NULL,
    cell TEXT NOT NULL,
    UNIQUE (experiment, problem, label, stage, cell, metric, divisor)
)";

/// Which numbers of final seeds a group of rules was looked at with, in the order of the looks.
const CREATE_LOOKS: &str = "CREATE TABLE IF NOT EXISTS looks (
    number INTEGER PRIMARY KEY, rules TEXT NOT NULL, seeds INTEGER NOT NULL, UNIQUE (rules, seeds)
)";

/// Which program is at which cell; see [claims](super::claims).
const CREATE_CLAIMS: &str = "
CREATE TABLE IF NOT EXISTS workers (name TEXT PRIMARY KEY, seen REAL NOT NULL);
CREATE TABLE IF NOT EXISTS claims (id TEXT PRIMARY KEY, worker TEXT NOT NULL)";

/// Every table, with its columns in the order in which they were first made.
const TABLES: [(&str, &str); 7] = [
    ("cells", "id,problem,label,rule"),
    ("claims", "id,worker"),
    ("experiment", "only,document"),
    ("experiments", "hash,kind,name,document,result"),
    ("looks", "number,rules,seeds"),
    ("uses", "experiment,problem,metric,label,stage,divisor,cell"),
    ("workers", "name,seen"),
];

/// Reads a result from a file of this layout: every column in the order of the table, the checksum last.
pub(super) fn select(layout: i32) -> String {
    let added = ADDED.map(|(column, since)| if layout < since { "x''" } else { column });
    format!(
        "SELECT id, problem, label, rule, dialect, hyperparameters, learning_rate, seed, stage, validation, test, unsealed, \
         diverged_at, steps_to_target, seconds_per_step, validation_curve, training_loss, predictions, {} \
         FROM cells WHERE id = ?1",
        added.join(", ")
    )
}

/// What a file says of itself.
struct Found {
    application: i32,
    layout: i32,
    /// Names and columns of its tables.
    tables: Vec<(String, String)>,
    /// A view, a trigger or a virtual table: code that runs when the file is read or written. We make none.
    program: Option<String>,
}

impl Found {
    /// Reads everything in one transaction, so that it is the state of one moment.
    fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Deferred)?;
        let found = Self::within(&transaction)?;
        transaction.commit()?;
        Ok(found)
    }

    fn within(transaction: &Transaction<'_>) -> rusqlite::Result<Self> {
        let number = |pragma: &str| transaction.query_row(pragma, [], |row| row.get::<_, i32>(0));
        let program = "SELECT type || ' ' || name FROM sqlite_schema
            WHERE type NOT IN ('table', 'index') OR sql LIKE 'CREATE VIRTUAL%'";
        let program = transaction.query_row(program, [], |row| row.get(0)).optional()?;
        let tables = "SELECT name, (SELECT group_concat(name) FROM pragma_table_info(listed.name)) FROM sqlite_schema AS listed
            WHERE type = 'table'";
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get::<_, Option<String>>(1)?.unwrap_or_default()));
        // The columns of a virtual table are only known to its program.
        let tables = match program {
            Some(_) => vec![],
            None => transaction.prepare(tables)?.query_map([], read)?.collect::<Result<_, _>>()?,
        };
        Ok(Self {
            application: number("PRAGMA application_id")?,
            layout: number("PRAGMA user_version")?,
            tables,
            program,
        })
    }

    /// Whether the file is a results file, or one that is going to be: it holds nothing but tables of ours. Earlier versions made
    /// some of the tables before they marked the file.
    fn is_ours(&self) -> bool {
        let known = |(name, columns): &(String, String)| {
            TABLES.iter().any(|(ours, begin)| name == ours && columns.starts_with(begin))
        };
        let is_new = self.application == 0 && self.program.is_none() && self.tables.iter().all(known);
        self.application == APPLICATION || is_new
    }

    /// Refuses what is not ours, of another version, or holds a program.
    fn admit(&self, path: &Path) -> Result<(), StoreError> {
        let path = path.to_path_buf();
        if !self.is_ours() {
            return Err(StoreError::Foreign { path });
        }
        if let Some(program) = &self.program {
            return Err(StoreError::Program { path, program: program.clone() });
        }
        if self.layout != 0 && !(OLDEST..=LAYOUT).contains(&self.layout) {
            return Err(StoreError::Layout { path, found: self.layout });
        }
        Ok(())
    }

    /// Whether there is a table of this name.
    fn has(&self, table: &str) -> bool {
        self.tables.iter().any(|(name, _)| name == table)
    }

    /// Whether tables, layout and application id are those of this version.
    fn is_complete(&self) -> bool {
        self.application == APPLICATION
            && self.layout == LAYOUT
            && TABLES.iter().all(|(name, _)| self.has(name))
    }
}

/// Opens a results file, or makes one, and returns the layout in which it is read.
pub(super) fn open(path: &Path) -> Result<(Connection, i32), StoreError> {
    let explain = |error| explain(path, &error);
    let connection = Connection::open(path).map_err(explain)?;
    let found = guard(&connection).map_err(explain)?;
    found.admit(path)?;
    if connection.is_readonly("main").map_err(explain)? {
        return Ok((connection, if found.layout == 0 { LAYOUT } else { found.layout }));
    }
    write_ahead(&connection).map_err(explain)?;
    if !found.is_complete() {
        set_up(&connection).map_err(explain)?;
    }
    Ok((connection, LAYOUT))
}

/// Opens a results file to read it, changes nothing in it, and returns its layout. Another program may be writing to it.
pub(super) fn read(path: &Path) -> Result<(Opened, i32), StoreError> {
    let opened = Opened::reading(path).map_err(|error| match error {
        ReadError::Sqlite(error) => explain(path, &error),
        ReadError::System(error) => StoreError::Open { path: path.to_path_buf(), reason: error.to_string() },
    })?;
    let found = guard(&opened.connection).map_err(|error| explain(path, &error))?;
    found.admit(path)?;
    if !found.has("cells") {
        return Err(StoreError::Empty { path: path.to_path_buf() });
    }
    Ok((opened, if found.layout == 0 { LAYOUT } else { found.layout }))
}

/// Keeps a file that may come from a stranger from running anything, waits for other programs, and reads what the file is.
fn guard(connection: &Connection) -> rusqlite::Result<Found> {
    connection.busy_timeout(WAIT)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    connection.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")?;
    Found::read(connection)
}

/// Switches to write-ahead logging: NORMAL survives a killed program, and only a power cut may cost the last results. While another
/// program does the same, SQLite refuses at once instead of waiting.
fn write_ahead(connection: &Connection) -> rusqlite::Result<()> {
    let begun = Instant::now();
    loop {
        match connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL") {
            Err(error) if is_busy(&error) && begun.elapsed() < WAIT => {
                std::thread::sleep(Duration::from_millis(5));
            }
            result => return result,
        }
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Makes what is missing, in one transaction.
fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    // Another program may have done it meanwhile.
    let layout = Found::within(&transaction)?.layout;
    for (column, since) in ADDED {
        if layout >= OLDEST && layout < since {
            transaction
                .execute_batch(&format!("ALTER TABLE cells ADD COLUMN {column} BLOB NOT NULL DEFAULT x''"))?;
        }
    }
    for create in [CREATE_CELLS, CREATE_CLAIMS, CREATE_EXPERIMENT, CREATE_LOOKS, CREATE_ORIGINS] {
        transaction.execute_batch(create)?;
    }
    transaction
        .execute_batch(&format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {LAYOUT}"))?;
    transaction.commit()
}
