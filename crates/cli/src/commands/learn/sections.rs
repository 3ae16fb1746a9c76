//! The sections in the order of the book, and how one is found.

use super::entry::Entry;
use super::{chapter_3, chapter_4, chapter_5, chapter_6, chapter_7};
use crate::failure::Failure;
use crate::language::Language;

/// All sections in the order of the book.
pub(super) fn all() -> impl Iterator<Item = &'static Entry> + Clone {
    [chapter_3::ENTRIES, chapter_4::ENTRIES, chapter_5::ENTRIES, chapter_6::ENTRIES, chapter_7::ENTRIES]
        .into_iter()
        .flatten()
}

/// Returns the section of this number, or those that begin with it.
pub(super) fn find(given: &str, language: Language) -> Result<Vec<&'static Entry>, Failure> {
    let given = given.trim();
    if let Some(entry) = all().find(|entry| entry.number == given) {
        return Ok(vec![entry]);
    }
    let below: Vec<&Entry> = beginning_with(given).collect();
    if below.is_empty() { Err(unknown(given, language)) } else { Ok(below) }
}

/// The sections within a chapter or a section.
fn beginning_with(number: &str) -> impl Iterator<Item = &'static Entry> + Clone {
    let beginning = format!("{}.", number.trim_end_matches('.'));
    all().filter(move |entry| entry.number.starts_with(&beginning))
}

/// Says that there is no such section, and names those nearby: of the same section, else of the same chapter, else all chapters.
fn unknown(given: &str, language: Language) -> Failure {
    let mut outer = given;
    while let Some((before, _)) = outer.rsplit_once('.') {
        outer = before;
        let near: Vec<&str> = beginning_with(outer).map(|entry| entry.number).collect();
        if !near.is_empty() {
            return Failure::new(language.words().no_such_section(given, &near.join(", ")));
        }
    }
    let mut chapters: Vec<&str> = all().filter_map(|entry| entry.number.split('.').next()).collect();
    chapters.dedup();
    Failure::new(language.words().no_such_section(given, &chapters.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use thalweg::report::Lesson;

    #[test]
    fn sections_stand_in_order_and_have_everything_in_both_languages() {
        let place = |entry: &Entry| -> Vec<u32> {
            entry.number.split('.').map(|part| part.parse().unwrap()).collect()
        };
        let entries: Vec<&Entry> = all().collect();
        assert!(entries.windows(2).all(|pair| place(pair[0]) < place(pair[1])));
        let hangul = |text: &str| text.chars().any(|letter| ('가'..='힣').contains(&letter));
        for entry in entries {
            assert!(
                !entry.formula.is_empty() && !entry.python.is_empty() && !entry.next.is_empty(),
                "{}",
                entry.number
            );
            for language in Language::ALL {
                let Lesson { title, sees, about, next } = (entry.lesson)(language);
                // What one sees may be a number.
                assert!(
                    !sees.is_empty() && (language == Language::Korean || !hangul(sees)),
                    "{}: {sees}",
                    entry.number
                );
                for text in [title, about, next] {
                    assert_eq!(hangul(text), language == Language::Korean, "{}: {text}", entry.number);
                }
                assert!(
                    about.ends_with('.') && next.ends_with(['.', ':']),
                    "{}: {about} {next}",
                    entry.number
                );
            }
            for command in entry.next {
                assert!(command.starts_with("thalweg "), "{command}");
            }
        }
    }

    #[test]
    fn what_is_not_there_is_answered_with_what_is_near() {
        let said = |given: &str| match find(given, Language::English) {
            Ok(found) => found.iter().map(|entry| entry.number).collect::<Vec<_>>().join(" "),
            Err(Failure::Error(message)) => message,
            Err(_) => unreachable!(),
        };
        assert_eq!(said("3.5.1"), "3.5.1");
        assert_eq!(said(" 3.5 "), "3.5.1 3.5.2 3.5.3");
        assert_eq!(said("3.5.9"), "there is no section `3.5.9`; there are: 3.5.1, 3.5.2, 3.5.3");
        assert!(said("3.9.1").contains("there are: 3.1.3, 3.2.3"), "{}", said("3.9.1"));
        assert!(said("adam").starts_with("there is no section `adam`; there are: 3"), "{}", said("adam"));
    }
}
