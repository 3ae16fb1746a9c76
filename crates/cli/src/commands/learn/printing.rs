//! A section with what its experiment shows, in the terminal and as a page.

use super::entry::Entry;
use super::sheet::{Part, Sheet};
use crate::failure::Failure;
use crate::language::Language;
use crate::output;
use thalweg::report::{Page, wrap};

/// Width of a paragraph in the terminal.
const PARAGRAPH: usize = 80;

/// Prints a section: what its experiment shows, with title, formula, what to change, and Python.
pub(super) fn print(entry: &Entry, sheet: &Sheet, language: Language) -> Result<(), Failure> {
    let (words, lesson) = (language.words(), (entry.lesson)(language));
    output::line(format!("{}  {}\n\n    {}\n", entry.number, lesson.title, indented(entry.formula)))?;
    output::line(paragraph(lesson.about))?;
    for part in &sheet.parts {
        match part {
            Part::Text(text) => output::line(format!("\n{}", paragraph(text)))?,
            Part::Table(table) => output::line(format!("\n{}", table.to_text(output::width()).trim_end()))?,
            Part::Drawing(drawing) => output::drawing(format!("\n{}", drawing.trim_end()))?,
            Part::Block(_) | Part::Section(_) => {}
        }
    }
    output::line(format!("\n{}: {}", words.change_next(), paragraph(lesson.next).trim_start()))?;
    for command in entry.next {
        output::line(format!("    {command}"))?;
    }
    output::line(format!("\n{}:\n    {}\n", words.in_python(), indented(entry.python.trim_end())))
}

/// Makes the page of one section or of several.
pub(super) fn page(shown: Vec<(&Entry, Sheet)>, language: Language) -> Page {
    let words = language.words();
    let alone = shown.len() == 1;
    let mut page = Page::new(language, words.learners_path());
    for (entry, sheet) in shown {
        let lesson = (entry.lesson)(language);
        let title = format!("{} {}", entry.number, lesson.title);
        let introduction = format!("{}\n\n{}", entry.formula, lesson.about);
        if alone {
            page.title.clone_from(&title);
            page.reproduce = vec![
                (words.command().into(), format!("thalweg learn {}", entry.number)),
                (words.in_python().into(), entry.python.trim_end().into()),
                (format!("{}: {}", words.change_next(), lesson.next), entry.next.join("\n")),
            ];
        }
        page.sections.extend(sheet.sections(if alone { lesson.sees.into() } else { title }, introduction));
    }
    page
}

fn paragraph(text: &str) -> String {
    wrap(text, PARAGRAPH).join("\n")
}

/// Indents the lines after the first.
fn indented(text: &str) -> String {
    text.replace('\n', "\n    ").replace("\n    \n", "\n\n")
}
