//! Which column is the target, and which are left out.

use super::columns::{Column, ColumnKind, find};
use super::error::TableError;
use super::reading::Table;
use crate::options::{ColumnKey, Options};
use crate::target::{self, Understood};

/// Names of a column that is the target, in any case.
const TARGETS: &[&str] = &["label", "target", "class", "y", "species"];

/// Why a column was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// The key `ignore` names it.
    Ignored,
    /// The key `group` names it: its lines stay together.
    Group,
    /// It is the index that pandas writes: the first column, without a name, different in each line.
    Index,
    /// It holds nothing.
    Empty,
    /// The trained network does not know it.
    Unknown,
}

/// How the target column was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chosen {
    /// The key `target` names it.
    Given,
    /// Its name is one that targets have.
    Named,
    /// It is the last.
    Last,
}

/// The target column, the features in their order, and what is left out.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    /// `None` in a table that a trained network predicts.
    pub(super) target: Option<usize>,
    pub(super) chosen: Chosen,
    pub(super) features: Vec<usize>,
    pub(super) left_out: Vec<(usize, LeftOut)>,
    /// The column whose equal values stay in one part.
    pub(super) group: Option<usize>,
}

impl Choice {
    pub(super) fn new(table: &Table, options: &Options) -> Result<Choice, TableError> {
        if let Some(encoding) = &options.encoding {
            return as_trained(table, encoding, options.group.as_ref());
        }
        let given = options.target.as_ref().map(|key| find(&table.columns, key, "target")).transpose()?;
        let group = options.group.as_ref().map(|key| find(&table.columns, key, "group")).transpose()?;
        let left_out = left_out(table, options, given, group)?;
        let is_left = |column: &usize| left_out.iter().all(|(out, _)| out != column);
        let candidates: Vec<usize> = (0..table.columns.len()).filter(is_left).collect();
        let (target, chosen) = match given {
            Some(target) => (target, Chosen::Given),
            None => usual_target(table, &candidates)?,
        };
        let features: Vec<usize> = candidates.into_iter().filter(|column| *column != target).collect();
        if features.is_empty() {
            return Err(TableError::NoFeatures);
        }
        Ok(Choice { target: Some(target), chosen, features, left_out, group })
    }
}

fn left_out(
    table: &Table,
    options: &Options,
    target: Option<usize>,
    group: Option<usize>,
) -> Result<Vec<(usize, LeftOut)>, TableError> {
    if let (Some(group), true) = (group, group == target) {
        let problem = format!("`{}` is both `target` and `group`", table.columns[group].name);
        return Err(TableError::Target { problem });
    }
    let mut left_out: Vec<_> = group.map(|group| (group, LeftOut::Group)).into_iter().collect();
    for key in &options.table.ignore {
        let column = find(&table.columns, key, "ignore")?;
        if Some(column) == target {
            let problem = format!("`{}` is both `target` and in `ignore`", table.columns[column].name);
            return Err(TableError::Target { problem });
        }
        left_out.push((column, LeftOut::Ignored));
    }
    for (place, column) in table.columns.iter().enumerate() {
        if Some(place) == target || left_out.iter().any(|(out, _)| *out == place) {
            continue;
        }
        match column.kind() {
            ColumnKind::Empty => left_out.push((place, LeftOut::Empty)),
            _ if place > 0 || !table.unnamed_first => {}
            ColumnKind::Numbers if !column.is_whole() || !column.is_distinct() => {
                return Err(TableError::Unnamed);
            }
            _ if !column.is_distinct() => return Err(TableError::Unnamed),
            _ => left_out.push((place, LeftOut::Index)),
        }
    }
    Ok(left_out)
}

/// Returns the column whose name says that it is the target, else the last one, if it can be one.
fn usual_target(table: &Table, candidates: &[usize]) -> Result<(usize, Chosen), TableError> {
    let name = |column: &usize| table.columns[*column].name.as_str();
    let named: Vec<usize> = candidates
        .iter()
        .copied()
        .filter(|column| TARGETS.iter().any(|target| name(column).eq_ignore_ascii_case(target)))
        .collect();
    match named[..] {
        [target] => return Ok((target, Chosen::Named)),
        [one, other, ..] => {
            let problem = format!("both `{}` and `{}` may be the target", name(&one), name(&other));
            return Err(TableError::Target { problem });
        }
        [] => {}
    }
    let (Some(&first), Some(&last)) = (candidates.first(), candidates.last()) else {
        return Err(TableError::NoFeatures);
    };
    let column = &table.columns[last];
    let refuse =
        |why: String| Err(TableError::Target { problem: format!("the last column `{}` {why}", column.name) });
    if column.is_constant() && column.seen.missing == 0 {
        return refuse("is the same in every line, so it cannot be the target".into());
    }
    if column.kind() == ColumnKind::Dates {
        return refuse("holds dates, so it is not taken for the target".into());
    }
    if !table.has_header && first != last && has_classes(&table.columns[first]) && !has_classes(column) {
        let first = &table.columns[first].name;
        return refuse(format!("may be the target, or the first column `{first}`, which looks like classes"));
    }
    Ok((last, Chosen::Last))
}

/// Returns whether a column is plainly one of classes.
fn has_classes(column: &Column) -> bool {
    match column.kind() {
        ColumnKind::Numbers if column.seen.missing == 0 => {
            matches!(target::numbers(column.numbers(), None), Ok(Understood::Classes(..)))
        }
        ColumnKind::Texts => !column.has_too_many_texts() && 2 * column.dictionary().len() <= column.len(),
        _ => false,
    }
}

/// Returns the columns that a trained network knows, found by their names. The target may be missing: then it is predicted.
fn as_trained(
    table: &Table,
    encoding: &super::Encoding,
    group: Option<&ColumnKey>,
) -> Result<Choice, TableError> {
    let find = |name: &str| {
        find(&table.columns, &ColumnKey::Name(name.into()), "target").map_err(|_| TableError::OtherColumns {
            column: name.into(),
            what: "missing, or stands several times",
            hint: thalweg_kit::hint(name, table.columns.iter().map(|column| column.name.as_str())),
        })
    };
    let has_target = table.columns.iter().any(|column| column.name == encoding.target);
    let target = if has_target { Some(find(&encoding.target)?) } else { None };
    let features =
        encoding.features.iter().map(|feature| find(&feature.column)).collect::<Result<Vec<_>, _>>()?;
    let unused =
        (0..table.columns.len()).filter(|column| Some(*column) != target && !features.contains(column));
    // Another table may have no groups.
    let group = group.and_then(|key| super::columns::find(&table.columns, key, "group").ok());
    let why = |column| if Some(column) == group { LeftOut::Group } else { LeftOut::Unknown };
    let left_out = unused.map(|column| (column, why(column))).collect();
    Ok(Choice { target, chosen: Chosen::Given, features, left_out, group })
}
