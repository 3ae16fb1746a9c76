//! A rule by its name on the command line.

use crate::failure::Failure;
use thalweg::optim::{Dialect, Entry, Specification};

/// Returns the rule in a dialect: the one that is given, else the book's, else the first that has the rule.
pub(crate) fn named(name: &str, dialect: Option<&str>) -> Result<Specification, Failure> {
    let dialect = match dialect {
        Some(dialect) => dialect.parse::<Dialect>()?,
        None => {
            let has = Entry::named(name)?.dialects();
            let book = Dialect::default();
            if has.contains(&book) { book } else { has.first().copied().unwrap_or(book) }
        }
    };
    Ok(Specification::new(name, dialect))
}

/// Returns the learning rate that a rule will have, if it has one.
pub(crate) fn learning_rate(rule: &Specification) -> Result<Option<f64>, Failure> {
    Ok(rule.resolved()?.into_iter().find(|(name, _)| *name == "learning_rate").map(|(_, rate)| rate))
}
