//! CSV files: one example a line, numeric features, one target column.
//!
//! Three things are detected. The separator is the comma, semicolon or tab, whichever the first line has most of. There is a
//! header if the first line holds no number, or if the target is named. The target is a class if its column holds text or at
//! most 100 different whole numbers, and a value otherwise. Classes are labelled in sorted order, numbers by size.

mod error;
mod lines;

pub use error::CsvError;

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;

use lines::Lines;

use crate::dataset::{self, Dataset};
use crate::error::DataError;
use crate::examples::{Examples, TargetKind, Targets};
use crate::options::Options;

/// More different whole numbers than this are taken for values, not for classes.
const MOST_NUMERIC_CLASSES: usize = 100;

/// What a CSV file holds.
#[derive(Debug, Clone)]
pub struct Table {
    /// Names of the feature columns; without a header their numbers, from 1.
    pub columns: Vec<String>,
    /// The classes in the order of their labels; empty when the target is a value.
    pub classes: Vec<String>,
    /// One example a line.
    pub examples: Examples,
}

/// Reads and cuts a file into train, validation and test, three fifths, a fifth and a fifth, class by class.
pub fn load(path: &Path, options: &Options) -> Result<Dataset, DataError> {
    let bytes = fs::read(path).map_err(DataError::read(path))?;
    let table = parse(&bytes, options.target.as_deref(), options.target_kind)
        .map_err(|cause| DataError::Csv { path: path.to_path_buf(), cause })?;
    let [train, validation, test] = dataset::cut(&table.examples, options.seed);
    let dataset = Dataset {
        name: format!("csv:{}", path.display()),
        title: "a table of your own".into(),
        citation: String::new(),
        licence: String::new(),
        shape: vec![table.examples.features()],
        image: None,
        classes: table.classes,
        train,
        validation,
        test,
    };
    dataset.finish(options)
}

/// Reads a table. `target` is a column's name (else the last column is the target), `kind` what to take the target for (else it
/// is decided by what the column holds).
pub fn parse(bytes: &[u8], target: Option<&str>, kind: Option<TargetKind>) -> Result<Table, CsvError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut lines = Lines::new(bytes);
    let first = lines.next()?.ok_or(CsvError::Empty)?;
    let width = first.fields.len();
    if width < 2 {
        return Err(CsvError::OneColumn);
    }
    let has_header = target.is_some() || first.fields.iter().all(|field| number(field).is_none());
    let names: Vec<String> = match has_header {
        true => first.fields.iter().map(|name| String::from(*name)).collect(),
        false => (1..=width).map(|column| column.to_string()).collect(),
    };
    let target = match target {
        Some(name) => names.iter().position(|column| column == name).ok_or_else(|| CsvError::NoTarget {
            name: name.into(),
            hint: thalweg_kit::hint(name, names.iter().map(String::as_str)),
        })?,
        None => width - 1,
    };

    let mut inputs = Vec::new();
    let mut targets: Vec<(u64, String)> = Vec::new();
    let mut pending = if has_header { lines.next()? } else { Some(first) };
    while let Some(line) = pending {
        if line.fields.len() != width {
            return Err(CsvError::Fields { line: line.number, found: line.fields.len(), expected: width });
        }
        for (column, field) in line.fields.iter().enumerate() {
            if column == target {
                targets.push((line.number, String::from(*field)));
            } else {
                inputs.push(finite(field, line.number, &names[column])?);
            }
        }
        pending = lines.next()?;
    }
    if targets.is_empty() {
        return Err(CsvError::Empty);
    }
    let (targets, classes) = read_targets(&targets, &names[target], kind)?;
    let examples = Examples::new(inputs, width - 1, targets)?;
    let columns =
        names.into_iter().enumerate().filter(|(column, _)| *column != target).map(|(_, name)| name).collect();
    Ok(Table { columns, classes, examples })
}

/// Class labels with the names of the classes, or values and no classes.
fn read_targets(
    fields: &[(u64, String)],
    column: &str,
    kind: Option<TargetKind>,
) -> Result<(Targets, Vec<String>), CsvError> {
    let are_classes = match kind {
        Some(TargetKind::Values) => false,
        Some(TargetKind::Labels | TargetKind::OneHot) => true,
        // A table has no sequences: it is looked at as if nothing had been said.
        Some(TargetKind::Sequences) | None => look_like_classes(fields),
    };
    if !are_classes {
        let values: Result<Vec<f32>, CsvError> =
            fields.iter().map(|(line, field)| finite(field, *line, column)).collect();
        return Ok((Targets::Values { values: values?.into(), width: 1 }, Vec::new()));
    }
    if let Some((line, _)) = fields.iter().find(|(_, field)| field.is_empty()) {
        return Err(CsvError::NoClass { line: *line, column: column.into() });
    }
    let distinct: BTreeSet<&str> = fields.iter().map(|(_, field)| field.as_str()).collect();
    let mut classes: Vec<&str> = distinct.into_iter().collect();
    if classes.iter().all(|class| number(class).is_some()) {
        // 2 before 10; the sort is stable, so `1` and `1.0` keep their textual order.
        classes.sort_by(|a, b| number(a).unwrap_or(0.0).total_cmp(&number(b).unwrap_or(0.0)));
    }
    let position: HashMap<&str, u32> = classes.iter().copied().zip(0..).collect();
    let labels = fields.iter().map(|(_, field)| position[field.as_str()]).collect();
    Ok((Targets::Labels(labels), classes.into_iter().map(String::from).collect()))
}

fn look_like_classes(fields: &[(u64, String)]) -> bool {
    let mut distinct = BTreeSet::new();
    for (_, field) in fields {
        match number(field) {
            // NaN is left to `finite`, which names its line.
            Some(value) if value.is_nan() || value.is_infinite() => return false,
            Some(value) if value.fract() == 0.0 => {
                distinct.insert(field.as_str());
                if distinct.len() > MOST_NUMERIC_CLASSES {
                    return false;
                }
            }
            Some(_) => return false,
            None => return true,
        }
    }
    true
}

fn number(field: &str) -> Option<f32> {
    field.parse().ok()
}

fn finite(field: &str, line: u64, column: &str) -> Result<f32, CsvError> {
    number(field).filter(|value| value.is_finite()).ok_or_else(|| CsvError::NotANumber {
        line,
        column: column.into(),
        text: field.chars().take(40).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Table, CsvError> {
        parse(text.as_bytes(), None, None)
    }

    #[test]
    fn a_header_names_the_columns_and_text_targets_become_sorted_classes() {
        let table = read("length,width,species\n1,2,setosa\n3,4,iris\n5,6,setosa\n").unwrap();
        assert_eq!(table.columns, ["length", "width"]);
        assert_eq!(table.classes, ["iris", "setosa"]);
        assert_eq!(table.examples.inputs(), [1., 2., 3., 4., 5., 6.]);
        assert_eq!(table.examples.labels().unwrap(), [1, 0, 1]);
    }

    #[test]
    fn the_target_may_stand_anywhere_and_numeric_classes_sort_by_size() {
        let table = parse("label;a\n10;0.5\n2;1.5\n".as_bytes(), Some("label"), None).unwrap();
        assert_eq!(table.columns, ["a"]);
        assert_eq!(table.classes, ["2", "10"]);
        assert_eq!(table.examples.labels().unwrap(), [1, 0]);
        let error = parse(b"label,a\n1,2\n", Some("labell"), None).unwrap_err();
        assert_eq!(error.to_string(), "there is no column `labell` to be the target; did you mean `label`?");
    }

    #[test]
    fn fractions_are_values_and_whole_numbers_may_be_on_request() {
        let table = read("1,2,0.5\n3,4,1\n").unwrap();
        assert_eq!(table.columns, ["1", "2"]);
        assert_eq!(table.examples.targets(), &Targets::Values { values: vec![0.5, 1.0].into(), width: 1 });
        let table = parse(b"1,2\n3,4\n", None, Some(TargetKind::Values)).unwrap();
        assert_eq!(table.examples.targets(), &Targets::Values { values: vec![2.0, 4.0].into(), width: 1 });
        let many: String = (0..101).map(|value| format!("0,{value}\n")).collect();
        assert!(read(&many).unwrap().classes.is_empty());
    }

    #[test]
    fn errors_name_line_and_column() {
        let text = |table: &str| read(table).unwrap_err().to_string();
        assert!(text("a,b,t\n1,2,0\n1,x,0\n").starts_with("line 3, column `b`: `x` is not a finite number"));
        assert!(text("1,2,0\n\nNaN,2,0\n").starts_with("line 3, column `1`: `NaN` is not a finite"));
        assert!(text("1,2,0\n1,,0\n").contains("line 2, column `2`: `` is not"));
        assert!(text("1,2,0.5\n1,2,nan\n").contains("line 2, column `3`: `nan`"));
        assert_eq!(text("1,2,0\n1,2\n"), "line 2 has 2 fields, but the first line has 3");
        assert!(text("1,2,a\n1,2,\n").starts_with("line 2, column `3`: the class is missing"));
        assert_eq!(read("").unwrap_err(), CsvError::Empty);
        assert_eq!(read("a,b\n").unwrap_err(), CsvError::Empty);
        assert_eq!(read("1\n2\n").unwrap_err(), CsvError::OneColumn);
        assert_eq!(parse(b"1,2\n1,\xff\n", None, None).unwrap_err(), CsvError::NotText { line: 2 });
    }

    #[test]
    fn a_file_becomes_a_dataset() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("points.csv");
        let lines: String =
            (0..50).map(|index| format!("{index},{},{}\n", index * 2, ["no", "yes"][index % 2])).collect();
        fs::write(&path, lines).unwrap();
        let set = crate::load(&format!("csv:{}", path.display()), &Options::default(), &Default::default())
            .unwrap();
        assert_eq!((set.train.len(), set.validation.len(), set.test.len()), (30, 10, 10));
        assert_eq!((set.features(), set.outputs()), (2, 2));
        let missing = load(&folder.path().join("none.csv"), &Options::default()).unwrap_err().to_string();
        assert!(missing.starts_with("cannot read ") && missing.contains("none.csv"), "{missing}");
    }
}
