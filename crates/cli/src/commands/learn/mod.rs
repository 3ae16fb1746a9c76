//! `thalweg learn`: the experiments of the book, section by section, with formula, numbers, a picture, and the same in Python.

mod chapter_3;
mod chapter_4;
mod chapter_5;
mod chapter_6;
mod chapter_7;
mod digits;
mod entry;
mod numbers;
mod printing;
mod sections;
mod sheet;
mod studies;

use crate::experiment::SourceArguments;
use crate::failure::{Context, Failure};
use crate::language::{Language, chosen};
use crate::writing::{Kind, Overwriting, Target, check};
use crate::{output, stderr};
use entry::{Entry, Request};
use printing::{page, print};
use sections::{all, find};
use sheet::Sheet;
use std::path::PathBuf;
use thalweg::report::{Cell, Column, Table};

/// Learn by the book: each section's experiment, with numbers, a picture and the same in Python
#[derive(clap::Args)]
#[command(after_help = "\
The sections are those of \"Deep Learning from Scratch\", chapters 3 to 8. Without a section there is a table of contents.

Examples:
  thalweg learn
  thalweg learn 6
  thalweg learn 6.1.4
  thalweg learn 3.5.1 --with 1,2,3
  thalweg learn 4.5.3 --lang ko --html accuracy.html")]
pub(crate) struct Arguments {
    /// A section, such as 6.1.4; of a chapter, such as 6, the contents
    #[arg(value_name = "SECTION", conflicts_with = "all")]
    section: Option<String>,
    /// Run every section
    #[arg(long)]
    all: bool,
    /// Numbers in place of the book's, where a section computes with a few
    #[arg(long, value_name = "X,…", value_delimiter = ',', allow_hyphen_values = true, requires = "section")]
    with: Vec<f64>,
    /// Run a network at the size of the book, which may take minutes
    #[arg(long, requires = "section")]
    full: bool,
    /// What all randomness follows from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    source: SourceArguments,
    /// Write a page with the pictures
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    #[command(flatten)]
    overwriting: Overwriting,
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    check(&[Target::of("--html", arguments.html.as_deref(), Kind::Page)], arguments.overwriting)?;
    let language = chosen();
    let entries: Vec<&Entry> = match &arguments.section {
        Some(section) => find(section, language)?,
        None => all().collect(),
    };
    let named = matches!((&arguments.section, entries.as_slice()), (Some(given), [one]) if one.number == given.trim());
    if !named && !arguments.all {
        if !arguments.with.is_empty() || arguments.full || arguments.html.is_some() {
            return Err(Failure::new(language.words().name_one_section()));
        }
        return output::line(contents(&entries, language).to_text(output::width()).trim_end());
    }
    let request = Request {
        language,
        seed: arguments.seed,
        full: arguments.full,
        with: arguments.with,
        source: arguments.source.source(),
    };
    let mut shown: Vec<(&Entry, Sheet)> = Vec::new();
    for entry in entries {
        let sheet = entry.run(&request)?;
        print(entry, &sheet, language)?;
        shown.push((entry, sheet));
    }
    if let Some(file) = &arguments.html {
        page(shown, language).write_file(file).context(format!("writing {}", file.display()))?;
        stderr::note(format!("wrote {}", file.display()));
    }
    Ok(())
}

/// The table of contents, a line for each section.
fn contents(entries: &[&Entry], language: Language) -> Table {
    let words = language.words();
    let titles = [words.section(), words.lesson_title(), words.one_sees(), words.takes_about()];
    let mut table = Table::new(titles.map(Column::text).to_vec());
    for entry in entries {
        let lesson = (entry.lesson)(language);
        let time = match entry.seconds {
            0 => words.under_a_second().to_owned(),
            seconds => words.seconds(&seconds.to_string()),
        };
        table.push([Cell::from(entry.number), lesson.title.into(), lesson.sees.into(), time.into()]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stands above the table in a page of the documentation.
    const MARK: &str = "<!-- contents -->\n";

    fn markdown(language: Language) -> String {
        let entries: Vec<&Entry> = all().collect();
        let table = contents(&entries, language);
        let titles: Vec<&str> = table.columns.iter().map(|column| column.title.as_str()).collect();
        let mut text = format!("| {} |\n|{}\n", titles.join(" | "), " --- |".repeat(titles.len()));
        for row in &table.rows {
            let cells: Vec<&str> = row.iter().map(|cell| cell.text.as_str()).collect();
            text += &format!("| {} |\n", cells.join(" | "));
        }
        text
    }

    /// With `THALWEG_WRITE_DOCS` set, the tables are written.
    #[test]
    fn the_pages_of_the_documentation_have_the_table_of_contents() {
        for (language, name) in [(Language::English, "learn.md"), (Language::Korean, "learn.ko.md")] {
            let path = format!("{}/../../docs/{name}", env!("CARGO_MANIFEST_DIR"));
            let page = std::fs::read_to_string(&path).unwrap();
            let (before, table) = page.split_once(MARK).unwrap();
            if std::env::var_os("THALWEG_WRITE_DOCS").is_some() {
                std::fs::write(&path, format!("{before}{MARK}{}", markdown(language))).unwrap();
            } else {
                assert_eq!(table, markdown(language), "{name}: run this test with THALWEG_WRITE_DOCS=1");
            }
        }
    }
}
