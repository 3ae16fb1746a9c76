//! How whole tables are read.

use super::*;
use crate::options::ColumnKey;
use crate::options::{Normalize, TableOptions};

fn raw() -> Options {
    Options { normalize: Normalize::None, ..Options::default() }
}

fn read_with(text: &str, options: &Options) -> Result<Parsed, TableError> {
    parse(text.as_bytes(), options)
}

fn read(text: &str) -> Result<Parsed, TableError> {
    read_with(text, &raw())
}

/// Lines that make two classes plain.
fn lines(of: impl Fn(usize) -> String) -> String {
    (0..20).map(|row| of(row) + "\n").collect()
}

#[test]
fn a_header_names_the_columns_and_text_targets_become_sorted_classes() {
    let table = read("length,width,species\n1,2,setosa\n3,4,iris\n5,6,setosa\n7,8,iris\n").unwrap();
    assert_eq!(table.encoding.input_names(), ["length", "width"]);
    assert_eq!(table.encoding.classes, ["iris", "setosa"]);
    assert_eq!(table.examples.inputs(), [1., 2., 3., 4., 5., 6., 7., 8.]);
    assert_eq!(table.examples.labels().unwrap(), [1, 0, 1, 0]);
}

#[test]
fn the_target_may_stand_anywhere_and_numeric_classes_sort_by_size() {
    let with = |target: &str| Options { target: Some(target.into()), ..raw() };
    let table = read_with("kind;a\n10;0.5\n2;1.5\n2.0;1.5\n", &with("kind")).unwrap();
    assert_eq!(table.encoding.input_names(), ["a"]);
    assert_eq!(table.encoding.classes, ["2", "10"]);
    assert_eq!(table.examples.labels().unwrap(), [1, 0, 0]);
    for key in ["1", "-2"] {
        assert_eq!(read_with("kind;a\n10;0.5\n2;1.5\n", &with(key)).unwrap().encoding.target, "kind");
    }
    let error = read_with("kind,a\n1,2\n", &with("kinds")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`target` names the column `kinds`, but there is none; did you mean `kind`?"
    );
    assert!(read_with("kind,a\n1,2\n", &with("3")).unwrap_err().to_string().contains("there are 2 columns"));
}

#[test]
fn a_column_with_a_targets_name_is_the_target_else_the_last() {
    let first = lines(|row| format!("{},{},{}", row % 2, row, row * row));
    assert_eq!(read(&format!("Label,a,b\n{first}")).unwrap().encoding.target, "Label");
    assert_eq!(read(&format!("kind,a,b\n{first}")).unwrap().encoding.target, "b");
    let both = read(&format!("label,a,y\n{first}")).unwrap_err().to_string();
    assert!(both.starts_with("both `label` and `y` may be the target; set `target`"), "{both}");
    // Without names, a first column of classes and a last one of values may both be meant.
    let unclear = read(&first.replace(',', ".5,")).unwrap();
    assert_eq!(unclear.encoding.target, "3");
    let unclear = read(&lines(|row| format!("{},{}.5,{}", row % 2, row, row * row))).unwrap_err().to_string();
    assert!(unclear.contains("or the first column `1`"), "{unclear}");
    let constant = read(&lines(|row| format!("{},{}.5,0", row % 2, row))).unwrap_err().to_string();
    assert!(
        constant.contains("the same in every line, so it cannot be the target; set `target`"),
        "{constant}"
    );
}

#[test]
fn errors_name_line_and_column() {
    let text = |table: &str| read(table).unwrap_err().to_string();
    assert!(
        text("a,b,t\n1,2,0\n1,x,1\n").starts_with("line 3, column `b`: `x` is not a number, and other cells")
    );
    assert!(text("1.5,2,0\n\ninf,2,1\n").starts_with("line 3, column `1`: `inf` is not a finite"));
    assert!(
        text("1.5,2,0\n1,,1\n")
            .starts_with("cells are missing in `2` (1); fill them in first, or set `missing")
    );
    assert!(
        text("1.5,2,0.5\n1,2,nan\n")
            .starts_with("the target column `3` has no value in 1 lines (first in line 2)")
    );
    assert!(text("1.5,2,0\n1,2\n").starts_with("line 2 has 2 fields, but the first line has 3"));
    assert!(text("a,b,t\n1,2,\"x\n3,4,y\n").starts_with("the quotes that open in the record of line 2"));
    assert_eq!(read("").unwrap_err(), TableError::Empty);
    assert_eq!(read("a,b\n").unwrap_err(), TableError::Empty);
    assert!(matches!(read("1\n2\n"), Err(TableError::OneColumn { .. })));
}

#[test]
fn dates_names_and_thousands_are_refused_with_the_key() {
    let body = |cell: &dyn Fn(usize) -> String| lines(|row| format!("{},{},{}", row, cell(row), row % 2));
    let text =
        |cell: &dyn Fn(usize) -> String| read(&format!("a,when,t\n{}", body(cell))).unwrap_err().to_string();
    let dates = text(&|row| format!("2024-01-{:02}", row + 1));
    assert!(
        dates.contains("holds dates (`2024-01-01` in line 2)") && dates.contains("ignore = [\"when\"]"),
        "{dates}"
    );
    let names = text(&|row| format!("name {row}"));
    assert!(
        names.contains("20 different texts in 20 lines") && names.contains("ignore = [\"when\"]"),
        "{names}"
    );
    let thousands = text(&|row| format!("\"{row},000,000\""));
    assert!(thousands.contains("separators between the thousands"), "{thousands}");
    let unclear = text(&|row| format!("\"{},500\"", row + 1));
    assert!(unclear.contains("may be a decimal comma or part the thousands; set `decimal"), "{unclear}");
    let ignored =
        Options { table: TableOptions { ignore: vec!["when".into()], ..Default::default() }, ..raw() };
    let table =
        read_with(&format!("a,when,t\n{}", body(&|row| format!("2024-01-{row:02}"))), &ignored).unwrap();
    assert_eq!(table.encoding.input_names(), ["a"]);
}

#[test]
fn a_trained_network_finds_its_columns_and_keeps_its_classes() {
    let text = format!(
        "work,age,t\n{}",
        lines(|row| format!("{},{},{}", ["a", "b"][row % 2], row, ["no", "yes"][row / 10]))
    );
    let trained = read_with(&text, &Options::default()).unwrap();
    let options = Options { encoding: Some(trained.encoding.clone()), ..Options::default() };
    assert_eq!(read_with(&text, &options).unwrap().examples.inputs(), trained.examples.inputs());
    let later = read_with("id,t,work,age\n1,yes,c,3\n2,yes,a,3\n", &options).unwrap();
    assert_eq!(later.examples.labels().unwrap(), [1, 1]);
    assert_eq!(later.examples.inputs()[..2], [0.0, 0.0]);
    assert_eq!(later.examples.inputs()[2], trained.examples.input(3)[2]);
    let said = later.description.summary();
    assert!(said[1].en.contains("`id`") && said[1].en.contains("(`c` in `work`)"), "{}", said[1].en);
    let other = read_with("t,age\nyes,3\nno,4\n", &options).unwrap_err().to_string();
    assert!(other.starts_with("the network was trained on a column `work` that is missing"), "{other}");
    let other = read_with("t,age,work\nyes,3,a\nmaybe,4,a\n", &options).unwrap_err().to_string();
    assert!(other.contains("`maybe`"), "{other}");
}

#[test]
fn the_split_and_the_scales_follow_the_options() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("points.csv");
    let rows: String = (0..50).map(|row| format!("{row},{},{}\n", row * 2, ["no", "yes"][row % 2])).collect();
    fs::write(&path, rows).unwrap();
    let load = |options: &Options| {
        crate::load(&format!("csv:{}", path.display()), options, &Default::default()).unwrap()
    };
    let set = load(&Options::default());
    assert_eq!((set.train.len(), set.validation.len(), set.test.len()), (30, 10, 10));
    assert_eq!((set.features(), set.outputs()), (2, 2));
    let moments = |values: &[f32]| {
        let mean = values.iter().sum::<f32>() / values.len() as f32;
        (mean, values.iter().map(|value| (value - mean).powi(2)).sum::<f32>() / values.len() as f32)
    };
    for options in [Options::default(), Options { validation: Some(0), ..Options::default() }] {
        let set = load(&options);
        let column: Vec<f32> = set.train.inputs().iter().step_by(2).copied().collect();
        let (mean, variance) = moments(&column);
        assert!(mean.abs() < 1e-6 && (variance - 1.0).abs() < 1e-5, "{mean} {variance}");
    }
    fs::write(&path, (0..50).map(|row| format!("{row},{}\n", ["no", "yes"][row / 25])).collect::<String>())
        .unwrap();
    let held_out = |count| load(&Options { validation: Some(count), ..Options::default() });
    for count in [1, 2, 8, 20, 39] {
        let set = held_out(count);
        assert_eq!((set.train.len(), set.validation.len(), set.test.len()), (40 - count, count, 10));
        let yes = set.validation.labels().unwrap().iter().filter(|label| **label == 1).count();
        assert!((2 * yes).abs_diff(count) <= 1, "{yes} of {count} in a file that is sorted by class");
        let said = &set.understood[0].en;
        assert!(
            said.contains(&format!("{} lines for training, {count} for validation, 10", 40 - count)),
            "{said}"
        );
    }
    let all =
        super::load(&path, &Options { validation: Some(40), ..Options::default() }).unwrap_err().to_string();
    assert!(all.contains("cannot keep 40 of 40 training examples") && all.contains("at most 39"), "{all}");
    let missing = super::load(&folder.path().join("none.csv"), &Options::default()).unwrap_err().to_string();
    assert!(missing.starts_with("cannot read ") && missing.contains("none.csv"), "{missing}");
    fs::write(&path, "1.5,a\n2.5,b\n3.5,a\n").unwrap();
    let few = super::load(&path, &Options::default()).unwrap_err().to_string();
    assert!(few.contains("3 lines are too few") && few.contains("at least 5"), "{few}");
}

#[test]
fn a_description_says_what_keeps_a_table_from_being_learnt_from() {
    let text = format!(
        "id,a,when,flat,t\n{}",
        lines(|row| format!(
            "{},{},2024-01-{:02},7,{}",
            row + 1,
            if row == 3 { "NA".into() } else { row.to_string() },
            row + 1,
            row % 2
        ))
    );
    let description = describe_bytes(text.as_bytes(), &raw()).unwrap();
    assert_eq!(description.problems.len(), 2, "{:?}", description.problems);
    let proposal = description.proposal("csv:mine.csv");
    assert_eq!(
        proposal,
        "[problem]\ndataset = \"csv:mine.csv\"\ntarget = \"t\"\ntarget_kind = \"classes\"\n\
         ignore = [\"id\", \"when\", \"flat\"]\nmissing = \"fill\""
    );
    assert!(description.columns[0].is_index && description.columns[3].is_constant);
    let options = Options {
        table: TableOptions {
            ignore: ["id", "when", "flat"].map(ColumnKey::from).into(),
            missing: Missing::Fill,
            ..TableOptions::default()
        },
        ..raw()
    };
    assert_eq!(read_with(&text, &options).unwrap().encoding.input_names(), ["a", "a?"]);
}

#[test]
fn the_separator_is_said_as_its_key_is_written() {
    for (separator, said) in [(',', ","), (';', ";"), ('\t', "tab"), ('|', "|"), (' ', "space"), ('#', "#")] {
        let mark = separator.to_string();
        let rows = lines(|row| format!("{row}{mark}{}", row % 2));
        let table = TableOptions { separator: Some(separator), ..TableOptions::default() };
        let parsed = read_with(&format!("a{mark}kind\n{rows}"), &Options { table, ..raw() }).unwrap();
        let note = &parsed.description.summary()[0];
        assert!(note.en.contains(&format!("separator \"{said}\", header")), "{}", note.en);
        assert!(note.ko.contains(&format!("구분자 \"{said}\", 머리글 있음")), "{}", note.ko);
    }
}

#[test]
fn a_trained_network_predicts_a_table_without_the_target() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new.csv");
    for (target, classes) in [("price", 0), ("kind", 2)] {
        let rows = lines(|row| {
            let value = if target == "price" { format!("{row}.5") } else { ["a", "b"][row % 2].into() };
            format!("{row},{},{value}", row * row)
        });
        let trained = read(&format!("x,z,{target}\n{rows}")).unwrap();
        let options = Options { encoding: Some(trained.encoding.clone()), validation: Some(3), ..raw() };
        // In another order, with a column more, and fewer lines than are cut into parts.
        std::fs::write(&path, "id,z,x\nk,4,2\nl,9,3\n").unwrap();
        let set = load(&path, &options).unwrap();
        assert!(!set.has_targets && set.classes.len() == classes);
        assert_eq!(
            (set.train.len(), set.validation.len(), set.test.inputs()),
            (0, 0, &[2.0f32, 4., 3., 9.][..])
        );
        let said = &set.understood.last().unwrap().en;
        assert_eq!(
            *said,
            format!("there is no target column `{target}`; all lines are there to be predicted")
        );
        std::fs::write(&path, "id,z\nk,4\nl,9\n").unwrap();
        assert!(load(&path, &options).unwrap_err().to_string().contains("`x`"));
    }
}

#[test]
fn lines_of_a_group_stay_in_one_part() {
    let text = lines(|row| format!("{},p{},{}", row, row / 2, row % 2));
    let with = |group: &str| Options { group: Some(group.into()), ..raw() };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    std::fs::write(&path, format!("a,patient,kind\n{text}")).unwrap();
    let set = load(&path, &with("patient")).unwrap();
    assert_eq!([set.train.len(), set.validation.len(), set.test.len()], [12, 4, 4]);
    for part in [&set.train, &set.validation, &set.test] {
        // `a` counts the lines; a patient has two that follow each other.
        let mut lines: Vec<u32> = part.inputs().iter().map(|line| *line as u32).collect();
        lines.sort_unstable();
        assert!(lines.chunks(2).all(|pair| pair[0] % 2 == 0 && pair[1] == pair[0] + 1), "{lines:?}");
    }
    for count in [2, 5, 8] {
        let set = load(&path, &Options { validation: Some(count), ..with("patient") }).unwrap();
        let held_out: Vec<u32> = set.validation.inputs().iter().map(|line| *line as u32).collect();
        assert!(
            held_out.len().abs_diff(count) <= 1 && held_out.len().is_multiple_of(2),
            "{held_out:?} for {count}"
        );
        assert!(held_out.chunks(2).all(|pair| pair[0] % 2 == 0 && pair[1] == pair[0] + 1), "{held_out:?}");
    }
    // A trained network reads the same table in the same way.
    let again = load(&path, &Options { encoding: set.encoding.clone(), ..with("patient") }).unwrap();
    assert_eq!(again.digest(), set.digest());
    let refused = |text: &str, options: &Options| read_with(text, options).unwrap_err().to_string();
    let same = format!("a,patient,kind\n{}", text.replace("p1,", "p0,"));
    assert!(read_with(&same, &with("patient")).is_ok());
    let two = lines(|row| format!("{row},p{},{}", row / 10, row % 2));
    assert!(
        refused(&format!("a,patient,kind\n{two}"), &with("patient")).starts_with("`group` makes 2 groups")
    );
    let empty = text.replacen("p1,", ",", 1);
    assert!(refused(&format!("a,patient,kind\n{empty}"), &with("patient")).contains("is empty in line 4"));
    assert!(
        refused(&format!("a,patient,kind\n{text}"), &with("patients")).contains("did you mean `patient`?")
    );
    let both = Options { target: Some("kind".into()), ..with("kind") };
    assert!(refused(&format!("a,patient,kind\n{text}"), &both).contains("both `target` and `group`"));
}
