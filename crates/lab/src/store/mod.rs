//! Where results are kept, so that no run is done twice.
//!
//! Several programs may work on one place: each [claims](Store::claim) the cells it runs, and a claim ends with its program.
//!
//! A result is stored under the hash of everything that determines it. Storing it again changes nothing; resuming an
//! experiment is running it again, and only what is missing runs.

mod check;
mod claims;
mod curve;
mod error;
mod inside;
mod layout;
mod origin;
mod predictions;
mod reading;
mod schema;
mod seal;
mod sqlite;
mod tried;

pub use check::Soundness;
pub use error::StoreError;
pub use origin::{Origin, OriginKind, Use};
pub use sqlite::SqliteStore;
pub use tried::Tried;

use std::collections::{BTreeMap, BTreeSet};

use crate::cell::{Cell, CellId, WorkloadHash};
use crate::comparison::Comparison;
use crate::outcome::Outcome;

/// A place for results.
pub trait Store {
    /// The result stored under this name, if any.
    ///
    /// # Errors
    /// If the place cannot be read.
    fn get(&self, id: &CellId) -> Result<Option<Outcome>, StoreError>;

    /// Stores a result; it is safe when this returns.
    ///
    /// # Errors
    /// If the place cannot be written. What was stored before stays.
    fn put(&mut self, id: &CellId, cell: &Cell, outcome: &Outcome) -> Result<(), StoreError>;

    /// Asks to run a cell. `false` if another program that is still alive is at it: its result will be here, or the claim will
    /// end with that program. A claim ends when the result is [put](Store::put), or [given up](Store::release).
    ///
    /// # Errors
    /// If the place cannot be written.
    fn claim(&mut self, _id: &CellId) -> Result<bool, StoreError> {
        Ok(true)
    }

    /// Says in words who is at a cell; absent if nobody is.
    ///
    /// # Errors
    /// If the place cannot be read.
    fn holder(&self, _id: &CellId) -> Result<Option<String>, StoreError> {
        Ok(None)
    }

    /// Gives a claim up.
    ///
    /// # Errors
    /// If the place cannot be written.
    fn release(&mut self, _id: &CellId) -> Result<(), StoreError> {
        Ok(())
    }

    /// Notes a look at the final runs of a group of rules (their [fingerprint](crate::verdict::Look)), each with `seeds` seeds,
    /// and returns the numbers of seeds of all looks at them, in their order. Looking again at as many seeds is the same look.
    ///
    /// # Errors
    /// If the place cannot be written.
    fn look(&mut self, rules: &str, seeds: usize) -> Result<Vec<usize>, StoreError>;

    /// Counts what was ever tried on a problem, whatever the experiment; `rules` is the fingerprint with which the rules at hand were
    /// [looked at](Store::look).
    ///
    /// # Errors
    /// If the place cannot be read.
    fn tried(&self, problem: &WorkloadHash, rules: &str) -> Result<Tried, StoreError>;

    /// Begins an experiment: what is [noted](Store::note) from now on belongs to it.
    ///
    /// # Errors
    /// If the place cannot be written.
    fn begin(&mut self, _origin: &Origin) -> Result<(), StoreError> {
        Ok(())
    }

    /// Notes what runs are for in the experiment that was begun, whether they have results already or not.
    ///
    /// # Errors
    /// If the place cannot be written.
    fn note(&mut self, _uses: &[Use<'_>]) -> Result<(), StoreError> {
        Ok(())
    }

    /// Keeps what the comparison that was begun found.
    ///
    /// # Errors
    /// If the place cannot be written.
    fn conclude(&mut self, _comparison: &Comparison) -> Result<(), StoreError> {
        Ok(())
    }

    /// Says that this program is alive; called again and again while cells are run.
    ///
    /// # Errors
    /// If the place cannot be written.
    fn alive(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}

/// Results in memory: for runs without a file, and for tests.
#[derive(Debug, Default)]
pub struct MemoryStore {
    outcomes: BTreeMap<CellId, Outcome>,
    looks: BTreeMap<String, Vec<usize>>,
    cells: BTreeMap<CellId, Cell>,
}

impl MemoryStore {
    /// How many results there are.
    pub fn len(&self) -> usize {
        self.outcomes.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.outcomes.is_empty()
    }
}

impl Store for MemoryStore {
    fn get(&self, id: &CellId) -> Result<Option<Outcome>, StoreError> {
        Ok(self.outcomes.get(id).cloned())
    }

    fn put(&mut self, id: &CellId, cell: &Cell, outcome: &Outcome) -> Result<(), StoreError> {
        self.cells.insert(id.clone(), cell.clone());
        self.outcomes.insert(id.clone(), outcome.clone());
        Ok(())
    }

    fn look(&mut self, rules: &str, seeds: usize) -> Result<Vec<usize>, StoreError> {
        let looks = self.looks.entry(rules.to_string()).or_default();
        if !looks.contains(&seeds) {
            looks.push(seeds);
        }
        Ok(looks.clone())
    }

    fn tried(&self, problem: &WorkloadHash, rules: &str) -> Result<Tried, StoreError> {
        let cells = || self.cells.values().filter(|cell| cell.workload == *problem);
        let rule = |cell: &Cell| (cell.label.clone(), cell.rule.clone(), cell.dialect.clone());
        let values = |cell: &Cell| format!("{:?}", cell.hyperparameters);
        let known: BTreeSet<_> = cells().map(rule).collect();
        let configurations: BTreeSet<_> = cells().map(|cell| (rule(cell), values(cell))).collect();
        let here = |looked: &str| {
            let first = CellId::stored(looked.split(' ').next().unwrap_or(""));
            self.cells.get(&first).is_some_and(|cell| cell.workload == *problem)
        };
        let others = self.looks.iter().filter(|(looked, _)| *looked != rules && here(looked));
        Ok(Tried {
            rules: known.len(),
            configurations: configurations.len(),
            other_looks: others.map(|(_, seeds)| seeds.len()).sum(),
        })
    }
}
