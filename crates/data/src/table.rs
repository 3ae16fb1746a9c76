//! Tables of one's own: CSV and its kin, one example a line, one column the target.
//!
//! A file goes through parts of one idea each: which characters its bytes are (`characters`), what parts its cells (`dialect`),
//! what a cell says (`cells`), what kind of column that makes (`columns`), whether the first line names them (`header`), which column
//! is the target (`choice`), whether that is a class or a value (`crate::target`), and how a line becomes inputs (`encoding`).
//!
//! A guess is made only where a wrong one cannot look like success; everything else is refused with the key that settles it. Every
//! guess that was made stands in the [`Description`].

mod cells;
mod characters;
mod choice;
mod columns;
mod description;
mod dialect;
mod encoding;
mod error;
mod header;
mod reading;

pub use cells::{MISSING, MOST_CATEGORIES};
pub use characters::Characters;
pub use choice::{Chosen, LeftOut};
pub use columns::ColumnKind;
pub use description::{ColumnDescription, Description, Role, TargetDescription};
pub(crate) use dialect::name as separator_name;
pub use encoding::{Encoding, Feature, FeatureValues};
pub(crate) use encoding::{scale, target_scales};
pub use error::TableError;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use choice::Choice;
use columns::{Column, ColumnKind as Kind};
use reading::Table;

use crate::dataset::Dataset;
use crate::error::DataError;
use crate::examples::{Examples, TargetKind, Targets};
use crate::groups;
use crate::note::Note;
use crate::options::{Missing, Options};
use crate::parts::{Parts, Wanted};
use crate::split;
use crate::target::{self, Understood};

/// Fewer lines are not cut into three parts.
const FEWEST_LINES: usize = 5;

/// A table that was read: all its lines as examples, and how they were understood.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// One example a line.
    pub examples: Examples,
    /// How lines became inputs.
    pub encoding: Encoding,
    /// How the file was understood.
    pub description: Description,
    parts: Parts,
    has_targets: bool,
}

/// Reads a file and cuts it into train, validation and test, three fifths, a fifth and a fifth, class by class.
pub fn load(path: &Path, options: &Options) -> Result<Dataset, DataError> {
    let bytes = fs::read(path).map_err(DataError::read(path))?;
    let in_file = |cause| DataError::Table { path: path.to_path_buf(), cause };
    let Parsed { examples, encoding, description, parts, has_targets } =
        parse(&bytes, options).map_err(in_file)?;
    let lines = examples.len();
    let lacks_validation = options.validation.is_none() && parts.validation.is_empty();
    if has_targets && (lines < FEWEST_LINES || parts.test.is_empty() || lacks_validation) {
        let classes = encoding.classes.len();
        return Err(in_file(TableError::TooFew { lines, needed: FEWEST_LINES, classes }));
    }
    let mut understood = description.summary();
    if !has_targets {
        understood.push(unknown_targets(&encoding.target));
    }
    let dataset = Dataset {
        name: format!("csv:{}", path.display()),
        title: "a table of your own".into(),
        citation: String::new(),
        licence: String::new(),
        shape: vec![examples.features()],
        image: None,
        classes: encoding.classes.clone(),
        train: examples.select(&parts.train),
        validation: examples.select(&parts.validation),
        test: examples.select(&parts.test),
        has_targets,
        understood,
        table: Some(Arc::new(description)),
        encoding: Some(encoding),
    };
    dataset.finish_as_cut(options)
}

/// Says that the target is to be predicted.
fn unknown_targets(target: &str) -> Note {
    Note::new(
        format!("there is no target column `{target}`; all lines are there to be predicted"),
        format!("목표 열 `{target}`이 없습니다. 모든 줄을 예측할 수 있습니다"),
    )
}

/// Describes a file at length. What keeps it from being learnt from is part of the description, as far as its cells can be read.
pub fn describe(path: &Path, options: &Options) -> Result<Description, DataError> {
    let bytes = fs::read(path).map_err(DataError::read(path))?;
    describe_bytes(&bytes, options).map_err(|cause| DataError::Table { path: path.to_path_buf(), cause })
}

/// Describes the bytes of a file, as [`describe`] does.
pub fn describe_bytes(bytes: &[u8], options: &Options) -> Result<Description, TableError> {
    let table = Table::read(bytes, options)?;
    let choice = Choice::new(&table, options);
    let mut description = Description::new(&table, choice.as_ref().ok(), options);
    match choice {
        Err(problem) => description.problems.push(problem),
        Ok(choice) => {
            description.problems.extend(problems(&table, &choice, options));
            match targets(&table, &choice, options) {
                Ok(understood) => description.set_target(&choice, &understood),
                Err(problem) => description.problems.push(problem),
            }
        }
    }
    Ok(description)
}

/// Reads the bytes of a file.
pub fn parse(bytes: &[u8], options: &Options) -> Result<Parsed, TableError> {
    let table = Table::read(bytes, options)?;
    let choice = Choice::new(&table, options)?;
    if let Some(problem) = problems(&table, &choice, options).into_iter().next() {
        return Err(problem);
    }
    let understood = targets(&table, &choice, options)?;
    let (classes, targets) = match understood.clone() {
        // The values themselves follow when it is known how they are scaled.
        Understood::Values => {
            (Vec::new(), Targets::Values { values: vec![0.0; table.lines].into(), width: 1 })
        }
        Understood::Classes(classes, labels) => (classes, Targets::Labels(labels.into())),
    };
    let has_targets = choice.target.is_some();
    let parts = match &targets {
        _ if !has_targets => Parts::all_test(table.lines),
        Targets::Labels(labels) => cut(&table, &choice, labels, options)?,
        _ => cut(&table, &choice, &vec![0; table.lines], options)?,
    };
    let encoding = match &options.encoding {
        Some(encoding) => encoding.clone(),
        None => fit(&table, &choice, classes, &parts.train, options),
    };
    let features: Vec<&Column> = choice.features.iter().map(|column| &table.columns[*column]).collect();
    let (inputs, unknown) = encoding.encode(&features, table.lines);
    let mut examples = Examples::new(inputs, encoding.inputs(), targets)?;
    if let Some(target) = choice.target {
        examples = examples.with_values(table.columns[target].numbers(), &encoding.target_scales);
    }
    let mut description = Description::new(&table, Some(&choice), options);
    description.set_target(&choice, &understood);
    description.set_encoding(&encoding, &unknown);
    description.parts = has_targets.then_some([parts.train.len(), parts.validation.len(), parts.test.len()]);
    Ok(Parsed { examples, encoding, description, parts, has_targets })
}

/// Cuts the lines class by class, and keeps groups together.
fn cut(table: &Table, choice: &Choice, labels: &[u32], options: &Options) -> Result<Parts, TableError> {
    let groups = match choice.group {
        None => None,
        Some(group) => Some(numbered_groups(table, &table.columns[group])?),
    };
    let wanted = Wanted::beside(false, false, options.validation);
    Ok(split::cut(labels, groups.as_deref(), wanted, options.seed)?)
}

/// Returns the group of each line.
fn numbered_groups(table: &Table, column: &Column) -> Result<Vec<u32>, TableError> {
    let name = |row| column.said(row).ok_or(row);
    let names: Vec<String> = (0..table.lines).map(name).collect::<Result<_, _>>().map_err(|row| {
        TableError::NoGroup { column: column.name.clone(), line: row + 1 + usize::from(table.has_header) }
    })?;
    Ok(groups::numbered(names.into_iter()))
}

fn fit(
    table: &Table,
    choice: &Choice,
    classes: Vec<String>,
    training: &[u32],
    options: &Options,
) -> Encoding {
    let fill = options.table.missing == Missing::Fill;
    let feature = |column: &usize| Feature::fit(&table.columns[*column], training, options.normalize, fill);
    let target = choice.target.map(|target| &table.columns[target]);
    let target_scales = match target {
        Some(target) if classes.is_empty() => {
            let values: Vec<f64> = training.iter().map(|row| target.numbers()[*row as usize]).collect();
            encoding::target_scales(&values, 1, options.normalize)
        }
        _ => Vec::new(),
    };
    Encoding {
        features: choice.features.iter().map(feature).collect(),
        target: target.map(|target| target.name.clone()).unwrap_or_default(),
        classes,
        target_scales,
        image: None,
    }
}

/// Decides what the target is, with the labels of the trained network if there is one. Unknown targets are the first class, or 0.
fn targets(table: &Table, choice: &Choice, options: &Options) -> Result<Understood, TableError> {
    let Some(target) = choice.target else {
        let classes = options.encoding.as_ref().map(|encoding| encoding.classes.clone()).unwrap_or_default();
        return Ok(match classes.is_empty() {
            true => Understood::Values,
            false => Understood::Classes(classes, vec![0; table.lines]),
        });
    };
    let column = &table.columns[target];
    if let Some(line) = column.seen.first_missing {
        return Err(TableError::MissingTarget {
            column: column.name.clone(),
            count: column.seen.missing,
            line,
        });
    }
    let cause = |cause| TableError::TargetKind { column: column.name.clone(), cause };
    // The kind of a trained network is known.
    let asked = match &options.encoding {
        Some(encoding) if encoding.classes.is_empty() => Some(TargetKind::Values),
        Some(_) => Some(TargetKind::Labels),
        None => options.target_kind,
    };
    let is_classes = matches!(asked, Some(TargetKind::Labels | TargetKind::OneHot));
    let understood = match column.kind() {
        Kind::Numbers => target::numbers(column.numbers(), asked),
        Kind::Dates => return Err(dates(column)),
        Kind::Mixed if !is_classes => return Err(mixed(column)),
        Kind::Mixed => {
            let said: Vec<String> = (0..table.lines).filter_map(|row| column.said(row)).collect();
            target::texts(said.iter().map(String::as_str), asked)
        }
        Kind::Texts if column.has_too_many_texts() => Err(target::TargetError::TooMany(columns::MOST_TEXTS)),
        Kind::Texts => target::texts((0..table.lines).filter_map(|row| column.text(row)), asked),
        Kind::Empty => Ok(Understood::Values),
    };
    match (understood, &options.encoding) {
        // A table of one class is fine for a network that knows several.
        (Err(target::TargetError::Constant { .. }), Some(encoding)) if !encoding.classes.is_empty() => {
            let class = column.said(0).unwrap_or_default();
            let labels =
                target::labels_of(&[class], &vec![0; table.lines], &encoding.classes).map_err(cause)?;
            Ok(Understood::Classes(encoding.classes.clone(), labels))
        }
        (Err(target::TargetError::Constant { .. }), Some(_)) => Ok(Understood::Values),
        (Ok(Understood::Classes(classes, labels)), Some(encoding)) => {
            let labels = target::labels_of(&classes, &labels, &encoding.classes).map_err(cause)?;
            Ok(Understood::Classes(encoding.classes.clone(), labels))
        }
        (understood, _) => understood.map_err(cause),
    }
}

/// Returns what keeps the chosen columns from being learnt from.
fn problems(table: &Table, choice: &Choice, options: &Options) -> Vec<TableError> {
    let used = choice.features.iter().chain(&choice.target).map(|column| &table.columns[*column]);
    let mut problems: Vec<TableError> = used.clone().filter_map(unreadable).collect();
    problems.extend(reading::unclear_decimals(used, options.table.decimal));
    let mut missing = Vec::new();
    for (place, column) in choice.features.iter().map(|column| &table.columns[*column]).enumerate() {
        match &options.encoding {
            Some(encoding) => {
                let feature = &encoding.features[place];
                problems.extend(other_column(column, feature));
                if column.seen.missing > 0 && !feature.fills() {
                    missing.push((column.name.clone(), column.seen.missing));
                }
            }
            None => {
                problems.extend(useless(column));
                if column.seen.missing > 0 && options.table.missing == Missing::Refuse {
                    missing.push((column.name.clone(), column.seen.missing));
                }
            }
        }
    }
    if !missing.is_empty() {
        problems.push(TableError::Missing(missing));
    }
    problems
}

/// Returns the cell of a column that is neither number nor text.
fn unreadable(column: &Column) -> Option<TableError> {
    let name = || column.name.clone();
    if let Some(first) = &column.seen.first_infinite {
        return Some(TableError::NotFinite { line: first.line, column: name(), text: first.text.clone() });
    }
    let first = column.seen.first_grouped.as_ref()?;
    Some(TableError::Grouped { line: first.line, column: name(), text: first.text.clone() })
}

/// Returns why a column cannot become inputs.
fn useless(column: &Column) -> Option<TableError> {
    match column.kind() {
        Kind::Numbers | Kind::Empty => None,
        // `unreadable` has named the cell.
        Kind::Mixed if column.seen.first_infinite.is_some() || column.seen.first_grouped.is_some() => None,
        Kind::Mixed => Some(mixed(column)),
        Kind::Dates => Some(dates(column)),
        Kind::Texts => {
            let distinct = column.dictionary().len();
            let names_lines = distinct > 2 && distinct == column.seen.texts;
            (distinct > MOST_CATEGORIES || names_lines).then(|| TableError::Categories {
                column: column.name.clone(),
                count: if column.has_too_many_texts() {
                    format!("more than {distinct}")
                } else {
                    distinct.to_string()
                },
                lines: column.len(),
            })
        }
    }
}

/// Returns why a column is not what a trained network knows under its name.
fn other_column(column: &Column, feature: &Feature) -> Option<TableError> {
    let other = |what| {
        let hint = "give it the column as in training".into();
        Some(TableError::OtherColumns { column: column.name.clone(), what, hint })
    };
    match (&feature.values, column.kind()) {
        (FeatureValues::Number { .. }, Kind::Numbers | Kind::Empty) | (FeatureValues::Text { .. }, _) => None,
        (FeatureValues::Number { .. }, Kind::Dates) => other("a date"),
        (FeatureValues::Number { .. }, Kind::Mixed) => useless(column),
        (FeatureValues::Number { .. }, Kind::Texts) => other("text"),
    }
}

fn mixed(column: &Column) -> TableError {
    let seen = &column.seen;
    let first = seen.first_text.as_ref().or(seen.first_date.as_ref());
    let (line, text) = first.map_or((0, String::new()), |first| (first.line, first.text.clone()));
    TableError::Mixed { line, column: column.name.clone(), text }
}

fn dates(column: &Column) -> TableError {
    let first = column.seen.first_date.as_ref();
    let (line, text) = first.map_or((0, String::new()), |first| (first.line, first.text.clone()));
    TableError::Dates { line, column: column.name.clone(), text }
}

#[cfg(test)]
mod tests;
