//! `thalweg data describe`: how a file of one's own is understood.

use crate::failure::Failure;
use crate::language::said;
use crate::output;
use crate::reading::{ReadingArguments, in_language};
use serde_json::json;
use std::path::Path;
use thalweg::data::image_folder::{self, FolderDescription};
use thalweg::data::table::{ColumnDescription, ColumnKind, Description, LeftOut, Role, describe};
use thalweg::data::{ImageForm, Options, Source};
use thalweg::report::{Cell, Column, Language, Table};

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  thalweg data describe mine.csv
  thalweg data describe mine.csv --target price --ignore id,name
  thalweg data describe arrays.npz
  thalweg data describe photos/ --image-size 64x64")]
pub(crate) struct Arguments {
    /// The file: PATH or csv:PATH for a table, npz:PATH or a path that ends in .npz for arrays, a folder or images:PATH for images
    file: String,
    #[command(flatten)]
    reading: ReadingArguments,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let language = crate::language::chosen();
    let options = arguments.reading.options(Options::default());
    let path = arguments.file.strip_prefix("csv:").unwrap_or(&arguments.file);
    if path.starts_with("npz:") || path.to_lowercase().ends_with(".npz") {
        let dataset = thalweg::data::load(path, &options, &Source::default())?;
        return dataset.understood.iter().try_for_each(|note| output::line(in_language(note, language)));
    }
    if let Some(folder) = path.strip_prefix("images:").or_else(|| Path::new(path).is_dir().then_some(path)) {
        return folder_of_images(folder.as_ref(), &options, language, arguments.json);
    }
    let description = describe(path.as_ref(), &options)?;
    let proposal = description.proposal(&format!("csv:{path}"));
    if arguments.json {
        return output::json(&in_json(&description, &proposal));
    }
    for note in description.summary() {
        output::line(in_language(&note, language))?;
    }
    output::line(format!(
        "\n{}",
        columns(&description, language).to_text(crate::output::width()).trim_end()
    ))?;
    if !description.problems.is_empty() {
        output::line(format!("\n{}", language.words().before_it_can_be_learnt()))?;
        for problem in &description.problems {
            output::line(format!("- {}", said(&problem.to_string())))?;
        }
    }
    output::line(format!("\n{}", language.words().keys_for_an_experiment()))?;
    output::line(proposal)
}

fn folder_of_images(folder: &Path, options: &Options, language: Language, json: bool) -> Result<(), Failure> {
    let FolderDescription { summary, classes, sizes, form, problem, proposal } =
        image_folder::describe(folder, options)?;
    if json {
        return output::json(&json!({
            "classes": classes, "sizes": sizes, "shape": form.map(ImageForm::shape), "problem": problem, "proposal": proposal,
        }));
    }
    output::line(in_language(&summary, language))?;
    if let Some(problem) = problem {
        let before = language.words().before_it_can_be_learnt();
        output::line(format!("\n{before}\n- {}", said(&problem.to_string())))?;
    }
    output::line(format!("\n{}\n{proposal}", language.words().keys_for_an_experiment()))
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
    let words = language.words();
    let mut table = Table::new(vec![
        Column::number("#"),
        Column::text(words.column()),
        Column::text(words.holds()),
        Column::text(words.used_as()),
        Column::number(words.missing()),
        Column::text(words.values()),
        Column::text(words.remark()),
    ]);
    for (number, column) in (1..).zip(&description.columns) {
        table.push([
            Cell::from(number.to_string().as_str()),
            Cell::from(column.name.as_str()),
            Cell::from(kind(column, language)),
            Cell::from(role(column, language)),
            Cell::from(column.missing.to_string().as_str()),
            Cell::from(values(column).as_str()),
            Cell::from(remark(column, language).as_str()),
        ]);
    }
    table
}

fn kind(column: &ColumnDescription, language: Language) -> &'static str {
    let words = language.words();
    match column.kind {
        ColumnKind::Numbers if column.is_whole => words.whole_numbers(),
        ColumnKind::Numbers => words.numbers(),
        ColumnKind::Texts => words.texts(),
        ColumnKind::Dates => words.dates(),
        ColumnKind::Mixed => words.numbers_and_text(),
        ColumnKind::Empty => words.nothing(),
    }
}

fn role(column: &ColumnDescription, language: Language) -> &'static str {
    let words = language.words();
    match column.role {
        Some(Role::Feature) => words.feature(),
        Some(Role::Target) => words.target(),
        Some(Role::LeftOut(LeftOut::Ignored)) => words.left_out_ignored(),
        Some(Role::LeftOut(LeftOut::Group)) => words.left_out_group(),
        Some(Role::LeftOut(LeftOut::Index)) => words.left_out_index(),
        Some(Role::LeftOut(LeftOut::Empty)) => words.left_out_empty(),
        Some(Role::LeftOut(LeftOut::Unknown)) => words.left_out_unknown(),
        None => "?",
    }
}

/// The range of numbers, or the most frequent texts.
fn values(column: &ColumnDescription) -> String {
    if let Some((least, most)) = column.range {
        return format!("{} … {}", thalweg::pages::number(least), thalweg::pages::number(most));
    }
    let listed: Vec<String> = column
        .frequent
        .iter()
        .map(|(text, count)| {
            format!("{} ({count})", text.chars().take(20).collect::<String>().replace('\n', " "))
        })
        .collect();
    let more = if column.texts > listed.len() { format!(", … [{}]", column.texts) } else { String::new() };
    listed.join(", ") + &more
}

fn remark(column: &ColumnDescription, language: Language) -> String {
    let mut remarks = Vec::new();
    if column.is_constant {
        remarks.push(language.words().same_in_every_line());
    }
    if column.is_index {
        remarks.push(language.words().names_or_counts_the_lines());
    }
    remarks.join(", ")
}
