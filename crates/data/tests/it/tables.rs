//! Tables as people and programs write them: the form of a file, and how it is to be read.

use thalweg_data::table::{self, TableError};
use thalweg_data::{Missing, Normalize, Options, TableOptions, TargetKind};

/// What is expected of a file.
enum Expected {
    /// Names of the inputs, and the classes (none for values).
    Read(&'static [&'static str], &'static [&'static str]),
    /// A part of the refusal.
    Refused(&'static str),
}

use Expected::{Read, Refused};

const AB: &[&str] = &["a", "b"];
const XY: &[&str] = &["x", "y"];

struct Case {
    form: &'static str,
    bytes: Vec<u8>,
    options: Options,
    expected: Expected,
}

fn raw() -> Options {
    Options { normalize: Normalize::None, ..Options::default() }
}

/// Twenty lines of two numbers and a class, put together by `line`.
fn twenty(line: impl Fn(usize, f64, f64, &str) -> String) -> String {
    let row = |row: usize| {
        let (a, b) = (0.25 * row as f64 + 0.5, 2.75 - 0.125 * row as f64);
        line(row, a, b, ["x", "y"][row % 2])
    };
    (0..20).map(row).collect()
}

fn commas(row: f64) -> String {
    row.to_string().replace('.', ",")
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |form, bytes: Vec<u8>, options: Options, expected| cases.push(Case { form, bytes, options, expected });
    let plain = twenty(|_, a, b, t| format!("{a},{b},{t}\n"));
    let table = |options: TableOptions| Options { table: options, ..raw() };
    let ignore = |key: &str| table(TableOptions { ignore: vec![key.into()], ..TableOptions::default() });
    let target = |key: &str| Options { target: Some(key.into()), ..raw() };
    let kind = |kind| Options { target_kind: Some(kind), ..raw() };
    let fill = || table(TableOptions { missing: Missing::Fill, ..TableOptions::default() });
    // Characters.
    let named = format!("a,b,t\n{plain}");
    add("UTF-8", named.clone().into(), raw(), Read(AB, XY));
    add("byte order mark", [b"\xef\xbb\xbf", named.as_bytes()].concat(), raw(), Read(AB, XY));
    let units = |text: &str| -> Vec<u16> { std::iter::once(0xfeff).chain(text.encode_utf16()).collect() };
    add("UTF-16 little", units(&named).iter().flat_map(|unit| unit.to_le_bytes()).collect(), raw(), Read(AB, XY));
    add("UTF-16 big", units(&named).iter().flat_map(|unit| unit.to_be_bytes()).collect(), raw(), Read(AB, XY));
    let latin: Vec<u8> = format!("größe,b,t\n{plain}").chars().map(|letter| letter as u8).collect();
    add("Latin-1", latin, raw(), Read(&["größe", "b"], XY));
    let euro = [b"\x80,b,t\n".as_slice(), plain.as_bytes()].concat();
    add("Windows-1252", euro, raw(), Read(&["€", "b"], XY));
    let korean = [b"\xc0\xcc\xb8\xa7,b,t\n".as_slice(), plain.as_bytes()].concat();
    add("CP949 of a Korean Excel", korean, raw(), Refused("iconv -f CP949"));
    add("Korean in UTF-8", format!("나이,b,t\n{plain}").into(), raw(), Read(&["나이", "b"], XY));
    add("workbook", b"PK\x03\x04\x14\0\x06\0".to_vec(), raw(), Refused("Excel workbook"));
    add("UTF-16 without a mark", named.encode_utf16().flat_map(u16::to_le_bytes).collect(), raw(), Refused("UTF-16LE"));
    add("Windows line ends", named.replace('\n', "\r\n").into(), raw(), Read(AB, XY));
    add("no line end at the end", named.trim_end().into(), raw(), Read(AB, XY));
    add("blank lines", named.replace("\n1.", "\n\n1.").into(), raw(), Read(AB, XY));

    // Separators and decimals.
    add("semicolons", named.replace(',', ";").into(), raw(), Read(AB, XY));
    add("tabs", named.replace(',', "\t").into(), raw(), Read(AB, XY));
    add("pipes", named.replace(',', "|").into(), raw(), Read(AB, XY));
    let european = twenty(|_, a, b, t| format!("{};{};{t}\n", commas(a), commas(b)));
    add("decimal commas", format!("a;b;t\n{european}").into(), raw(), Read(AB, XY));
    add("decimal commas and tabs", format!("a;b;t\n{european}").replace(';', "\t").into(), raw(), Read(AB, XY));
    let one = twenty(|row, _, _, t| format!("{};{t}\n", commas(row as f64 + 0.5)));
    add("one feature, decimal commas, no header", one.into(), raw(), Read(&["1"], XY));
    let quoted = twenty(|_, a, b, t| format!("\"{}\",\"{}\",{t}\n", commas(a), commas(b)));
    add("quoted decimal commas", format!("a,b,t\n{quoted}").into(), raw(), Read(AB, XY));
    add("separators in quoted names", named.replace("a,b", "\"Temp, C\",\"Wind; m\"").into(), raw(), Read(&["Temp, C", "Wind; m"], XY));
    let german = format!("\"Temp, C\";\"Wind, m/s\";t\n{}", plain.replace(',', ";"));
    add("commas in quotes, semicolons between", german.into(), raw(), Read(&["Temp, C", "Wind, m/s"], XY));
    let header_commas = format!("Temp, C;Wind, m/s;t\n{}", plain.replace(',', ";"));
    add("commas in a bare header", header_commas.into(), raw(), Read(&["Temp, C", "Wind, m/s"], XY));
    add("sep= line of Excel", format!("sep=;\n{}", named.replace(',', ";")).into(), raw(), Read(AB, XY));
    add("blanks", named.replace(',', " ").into(), raw(), Refused("separator = \"space\""));
    let spaces = table(TableOptions { separator: Some(' '), ..TableOptions::default() });
    add("blanks, said so", named.replace(',', " ").into(), spaces, Read(AB, XY));
    add("two separators alike", twenty(|row, _, _, t| format!("p{},{t};{t}\n", row % 3)).into(), raw(), Refused("`separator"));
    let thousands = twenty(|row, _, b, t| format!("\"{},234,567\",{b},{t}\n", row + 1));
    add("thousands", format!("a,b,t\n{thousands}").into(), raw(), Refused("between the thousands"));
    let unclear = twenty(|row, _, _, t| format!("{},250;{t}\n", row + 1));
    add("three digits behind each comma", format!("a;t\n{unclear}").into(), raw(), Refused("set `decimal"));
    let comma = table(TableOptions { decimal: Some(','), ..TableOptions::default() });
    add("three digits, decimal said", format!("a;t\n{unclear}").into(), comma, Read(&["a"], XY));
    let mixed = twenty(|row, a, _, t| format!("{};{};{t}\n", commas(a), row as f64 + 0.5));
    add("points and commas", format!("a;b;t\n{mixed}").into(), raw(), Refused("write all of them alike"));
    let embedded = twenty(|row, a, _, t| format!("\"one\n{}\",{a},{t}\n", row % 3));
    add("line ends in quotes", format!("w,b,t\n{embedded}").into(), raw(), Read(&["w=one\n0", "w=one\n1", "w=one\n2", "b"], XY));
    add("ragged", format!("{named}1,2\n").into(), raw(), Refused("line 22 has 2 fields, but the first line has 3"));
    add("quotes that do not close", format!("{named}1,2,\"x\n3,4,y\n").into(), raw(), Refused("are not closed"));
    add("one column", "a\n1\n2\n".into(), raw(), Refused("one column"));
    add("trailing separators", named.replace('\n', ",\n").into(), raw(), Read(AB, XY));
    add("lines of separators", format!("{named},,\n,,\n").into(), raw(), Read(AB, XY));

    // Headers.
    add("no header", plain.clone().into(), raw(), Read(&["1", "2"], XY));
    add("pandas' numbers for names", twenty_after("0,1,2\n", |row| (row % 2).to_string()).into(), raw(), Read(&["0", "1"], &["0", "1"]));
    add("numbers and one name", twenty_after("0,1,target\n", |row| (row % 2).to_string()).into(), raw(), Read(&["0", "1"], &["0", "1"]));
    add("NumPy's comment", named.replace("a,b,t", "# a,b,t").into(), raw(), Read(AB, XY));
    let indexed = format!(",a,b,t\n{}", twenty(|row, a, b, t| format!("{row},{a},{b},{t}\n")));
    add("pandas' index", indexed.clone().into(), raw(), Read(AB, XY));
    add("Unnamed: 0", format!("Unnamed: 0{indexed}").into(), raw(), Read(AB, XY));
    let text = |row: usize| format!("{},{}\n", ["red", "blue", "grey"][row % 3], ["x", "y"][row % 2]);
    let words: String = (0..20).map(text).collect();
    add("text alone, with names", format!("colour,t\n{words}").into(), raw(), Read(&["colour=blue", "colour=grey", "colour=red"], XY));
    add("text alone, without", words.clone().into(), raw(), Read(&["1=blue", "1=grey", "1=red"], XY));
    add("whole numbers that may be names", "0,1\n1,0\n2,1\n".into(), raw(), Refused("set `header = true`"));
    let years = format!("2019,2020,t\n{plain}");
    add("years for names", years.clone().into(), raw(), Refused("set `header = true`"));
    let header = table(TableOptions { header: Some(true), ..TableOptions::default() });
    add("years for names, said so", years.into(), header, Read(&["2019", "2020"], XY));

    // Targets.
    let first = twenty(|row, a, b, _| format!("{},{a},{b}\n", row % 2));
    add("label first, Kaggle's form", format!("label,p0,p1\n{first}").into(), raw(), Read(&["p0", "p1"], &["0", "1"]));
    add("label first, without names", first.clone().into(), raw(), Refused("or the first column `1`"));
    add("label first, its number", first.into(), target("1"), Read(&["2", "3"], &["0", "1"]));
    add("from the end", format!("t,a,b\n{}", twenty(|_, a, b, t| format!("{t},{a},{b}\n"))).into(), target("-3"), Read(AB, XY));
    add("a name that is none", named.clone().into(), target("c"), Refused("`target` names the column `c`"));
    let prices = twenty(|row, a, _, _| format!("{a},{}\n", 100_000 + 1_000 * row));
    add("whole-number prices", format!("size,price\n{prices}").into(), raw(), Read(&["size"], &[]));
    let rating = twenty(|row, a, _, _| format!("{a},{}\n", [2, 5, 7][row % 3]));
    add("few whole numbers with gaps", format!("size,stars\n{rating}").into(), raw(), Refused("set `target_kind"));
    add("gaps, classes", format!("size,stars\n{rating}").into(), kind(TargetKind::Labels), Read(&["size"], &["2", "5", "7"]));
    add("gaps, values", format!("size,stars\n{rating}").into(), kind(TargetKind::Values), Read(&["size"], &[]));
    let same = twenty(|row, a, _, _| format!("{a},{}\n", ["1", "1.0", "2", "2.0"][row % 4]));
    add("1 and 1.0", format!("a,t\n{same}").into(), raw(), Read(&["a"], &["1", "2"]));
    let fractions = twenty(|row, a, b, _| format!("{a},{b},{}\n", row as f64 / 3.0));
    add("fractions", format!("a,b,t\n{fractions}").into(), raw(), Read(AB, &[]));
    let constant = plain.replace('y', "x");
    add("one class", format!("a,b,t\n{constant}").into(), raw(), Refused("the same in every line"));
    add("one class by name", format!("a,b,label\n{constant}").into(), raw(), Refused("`x` in every example"));
    let names = twenty(|row, a, _, _| format!("{a},kim {row}\n"));
    add("names as target", format!("a,t\n{names}").into(), raw(), Refused("names examples rather than classes"));
    let gone = named.replacen(",x\n", ",\n", 1);
    add("a target is missing", gone.into(), raw(), Refused("has no value in 1 lines (first in line 2)"));

    // Features.
    let work = twenty(|row, a, _, t| format!("{a},{},{t}\n", ["state", "private"][row % 2]));
    add("categories", format!("a,work,t\n{work}").into(), raw(), Read(&["a", "work=private", "work=state"], XY));
    let holes = twenty(|row, a, b, t| if row == 4 { format!("{a},NA,{t}\n") } else { format!("{a},{b},{t}\n") });
    add("missing", format!("a,b,t\n{holes}").into(), raw(), Refused("`b` (1); fill them in first, or set `missing"));
    add("missing, filled", format!("a,b,t\n{holes}").into(), fill(), Read(&["a", "b", "b?"], XY));
    let typo = named.replacen("0.75,", "0.75x,", 1);
    add("a typing error", typo.into(), raw(), Refused("line 3, column `a`: `0.75x` is not a number"));
    let dates = twenty(|row, a, _, t| format!("{a},{}.03.2024,{t}\n", row + 1));
    add("dates", format!("a,when,t\n{dates}").into(), raw(), Refused("holds dates (`1.03.2024` in line 2)"));
    add("dates, left out", format!("a,when,t\n{dates}").into(), ignore("when"), Read(&["a"], XY));
    add("dates, left out by number", format!("a,when,t\n{dates}").into(), ignore("-2"), Read(&["a"], XY));
    let tickets = twenty(|row, a, _, t| format!("{a},T-{row},{t}\n"));
    add("texts that name lines", format!("a,ticket,t\n{tickets}").into(), raw(), Refused("ignore = [\"ticket\"]"));
    add("infinite", format!("{named}inf,1,x\n").into(), raw(), Refused("is not a finite number"));
    cases
}

/// Twenty lines of two fractions and what `last` says, after a header.
fn twenty_after(header: &str, last: impl Fn(usize) -> String) -> String {
    header.to_string() + &twenty(|row, a, b, _| format!("{a},{b},{}\n", last(row)))
}

#[test]
fn every_form_is_read_as_expected_or_refused_with_what_to_do() {
    let cases = cases();
    assert!(cases.len() >= 60, "{} forms", cases.len());
    let mut wrong = Vec::new();
    for Case { form, bytes, options, expected } in &cases {
        let found = table::parse(bytes, options);
        let fits = match (&found, expected) {
            (Ok(table), Read(inputs, classes)) => {
                table.encoding.input_names() == *inputs && table.encoding.classes == *classes && table.examples.len() == 20
            }
            (Err(error), Refused(part)) => error.to_string().contains(part),
            _ => false,
        };
        if !fits {
            let found: Result<_, &TableError> =
                found.as_ref().map(|table| (table.encoding.input_names(), &table.encoding.classes, table.examples.len()));
            wrong.push(format!("{form}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn numbers_mean_the_same_in_every_dialect() {
    let comma = twenty(|_, a, b, t| format!("{a},{b},{t}\n"));
    let other = twenty(|_, a, b, t| format!("{};{};{t}\n", commas(a), commas(b)));
    let [one, two] = [comma, other].map(|text| table::parse(text.as_bytes(), &Options::default()).unwrap());
    assert_eq!(one.examples.inputs(), two.examples.inputs());
    assert_eq!(one.examples.labels(), two.examples.labels());
    // Units do not matter once numbers are standardised: an income in thousands or in ones, a share of 1 or of 1000.
    let units = twenty(|_, a, b, t| format!("{},{},{t}\n", a * 1024.0, b / 1024.0));
    let units = table::parse(units.as_bytes(), &Options::default()).unwrap();
    assert_eq!(one.examples.inputs(), units.examples.inputs());
}
