//! `thalweg data describe`: how a file of one's own is understood.

use crate::failure::Failure;
use crate::language::say;
use crate::output;
use crate::reading::ReadingArguments;
use serde_json::json;
use thalweg::data::table::{ColumnDescription, ColumnKind, Description, LeftOut, Role, describe};
use thalweg::data::{Options, Source};
use thalweg::report::{Cell, Column, Language, Table};

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  thalweg data describe mine.csv
  thalweg data describe mine.csv --target price --ignore id,name --lang ko
  thalweg data describe arrays.npz")]
pub(crate) struct Arguments {
    /// The file: PATH or csv:PATH for a table, npz:PATH or a path that ends in .npz for arrays
    file: String,
    #[command(flatten)]
    reading: ReadingArguments,
    /// en or ko [default: from the locale]
    #[arg(long, value_parser = crate::language::language)]
    lang: Option<Language>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let language = arguments.lang.unwrap_or_else(crate::language::locale);
    let options = arguments.reading.options(Options::default());
    let path = arguments.file.strip_prefix("csv:").unwrap_or(&arguments.file);
    if path.starts_with("npz:") || path.to_lowercase().ends_with(".npz") {
        let dataset = thalweg::data::load(path, &options, &Source::default())?;
        return dataset.understood.iter().try_for_each(|note| output::line(say(language, &note.en, &note.ko)));
    }
    let description = describe(path.as_ref(), &options)?;
    let proposal = description.proposal(&format!("csv:{path}"));
    if arguments.json {
        return output::json(&in_json(&description, &proposal));
    }
    for note in description.summary() {
        output::line(say(language, &note.en, &note.ko))?;
    }
    output::line(format!("\n{}", columns(&description, language).to_text().trim_end()))?;
    if !description.problems.is_empty() {
        output::line(say(language, "\nBefore it can be learnt from:", "\n학습하기 전에 고칠 것:"))?;
        for problem in &description.problems {
            output::line(format!("- {problem}"))?;
        }
    }
    output::line(say(language, "\nKeys for an experiment file:", "\n실험 파일에 적을 키:"))?;
    output::line(proposal)
}

fn in_json(description: &Description, proposal: &str) -> serde_json::Value {
    let columns = description.columns.iter().map(|column| {
        json!({
            "name": column.name, "kind": kind(column, Language::English), "used_as": role(column, Language::English),
            "missing": column.missing, "range": column.range, "texts": column.texts, "frequent": column.frequent,
            "constant": column.is_constant, "index": column.is_index,
        })
    });
    json!({
        "lines": description.lines, "header": description.has_header, "separator": description.separator,
        "decimal_comma": description.decimal_comma, "characters": description.characters.name(),
        "columns": columns.collect::<Vec<_>>(),
        "target": description.target.as_ref().map(|target| json!({
            "column": description.columns[target.column].name, "classes": target.classes,
        })),
        "problems": description.problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "proposal": proposal,
    })
}

fn columns(description: &Description, language: Language) -> Table {
    let heading = |english: &str, korean: &str| say(language, english, korean);
    let mut table = Table::new(vec![
        Column::number("#"),
        Column::text(heading("column", "열")),
        Column::text(heading("holds", "내용")),
        Column::text(heading("used as", "쓰임")),
        Column::number(heading("missing", "빈 칸")),
        Column::text(heading("values", "값")),
        Column::text(heading("remark", "비고")),
    ]);
    for (number, column) in (1..).zip(&description.columns) {
        table.push([
            Cell::from(number.to_string().as_str()),
            Cell::from(column.name.as_str()),
            Cell::from(kind(column, language).as_str()),
            Cell::from(role(column, language).as_str()),
            Cell::from(column.missing.to_string().as_str()),
            Cell::from(values(column).as_str()),
            Cell::from(remark(column, language).as_str()),
        ]);
    }
    table
}

fn kind(column: &ColumnDescription, language: Language) -> String {
    let (english, korean) = match column.kind {
        ColumnKind::Numbers if column.is_whole => ("whole numbers", "정수"),
        ColumnKind::Numbers => ("numbers", "수"),
        ColumnKind::Texts => ("text", "글"),
        ColumnKind::Dates => ("dates", "날짜"),
        ColumnKind::Mixed => ("numbers and text", "수와 글"),
        ColumnKind::Empty => ("nothing", "없음"),
    };
    say(language, english, korean)
}

fn role(column: &ColumnDescription, language: Language) -> String {
    let (english, korean) = match column.role {
        Some(Role::Feature) => ("feature", "특성"),
        Some(Role::Target) => ("target", "목표"),
        Some(Role::LeftOut(LeftOut::Ignored)) => ("left out (ignore)", "뺌(ignore)"),
        Some(Role::LeftOut(LeftOut::Index)) => ("left out (index)", "뺌(인덱스)"),
        Some(Role::LeftOut(LeftOut::Empty)) => ("left out (empty)", "뺌(빈 열)"),
        Some(Role::LeftOut(LeftOut::Unknown)) => ("left out (unknown)", "뺌(모르는 열)"),
        None => ("?", "?"),
    };
    say(language, english, korean)
}

/// The range of numbers, or the most frequent texts.
fn values(column: &ColumnDescription) -> String {
    if let Some((least, most)) = column.range {
        return format!("{} … {}", output::number(least), output::number(most));
    }
    let listed: Vec<String> = column
        .frequent
        .iter()
        .map(|(text, count)| format!("{} ({count})", text.chars().take(20).collect::<String>().replace('\n', " ")))
        .collect();
    let more = if column.texts > listed.len() { format!(", … [{}]", column.texts) } else { String::new() };
    listed.join(", ") + &more
}

fn remark(column: &ColumnDescription, language: Language) -> String {
    let mut remarks = Vec::new();
    if column.is_constant {
        remarks.push(say(language, "the same in every line", "모든 줄에서 같음"));
    }
    if column.is_index {
        remarks.push(say(language, "names or counts the lines", "줄 번호처럼 보임"));
    }
    remarks.join(", ")
}
