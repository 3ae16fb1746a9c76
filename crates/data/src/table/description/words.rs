//! What every run says of its table at the start.

use super::{Chosen, ColumnDescription, Description, LeftOut, Role, TargetDescription};
use crate::note::Note;
use crate::options::Normalize;
use crate::table::separator_name;

/// Names that a sentence lists.
const LISTED: usize = 5;
/// Classes that a sentence lists.
const LISTED_CLASSES: usize = 6;

impl Description {
    /// Returns how the table was understood, in one line, and in a second one what else is to be said of it.
    pub fn summary(&self) -> Vec<Note> {
        let mut parts = vec![self.size()];
        parts.extend(self.target.as_ref().map(|target| self.target_words(target)));
        parts.push(self.form());
        parts.extend(self.scaling());
        parts.extend(self.cut());
        let remarks = self.remarks();
        let mut notes = vec![Note::joined(&parts)];
        if !remarks.is_empty() {
            notes.push(Note::joined(&remarks));
        }
        notes
    }

    fn size(&self) -> Note {
        let (lines, features) = (self.lines, self.features().count());
        let (en, ko) = match self.inputs {
            Some(inputs) if inputs != features => {
                (format!(" as {inputs} inputs"), format!("(입력 {inputs}개)"))
            }
            _ => (String::new(), String::new()),
        };
        let s = if features == 1 { "" } else { "s" };
        Note::new(
            format!("table of {lines} lines: {features} column{s} used{en}"),
            format!("표 {lines}줄: 열 {features}개를 사용합니다{ko}"),
        )
    }

    fn target_words(&self, target: &TargetDescription) -> Note {
        let column = &self.columns[target.column];
        let (how_en, how_ko) = match target.chosen {
            Chosen::Given => ("", ""),
            Chosen::Named => (" (by its name)", "(이름으로 찾음)"),
            Chosen::Last => (" (the last column)", "(마지막 열)"),
        };
        let name = &column.name;
        let (what_en, what_ko) = match (&target.classes[..], column.range) {
            ([], Some((least, most))) => {
                (format!("values from {least} to {most}"), format!("{least}에서 {most}까지의 값"))
            }
            ([], None) => ("values".into(), "값".into()),
            (classes, _) => {
                let listed =
                    classes.iter().take(LISTED_CLASSES).map(|(class, lines)| format!("{class} ({lines})"));
                let mut listed = listed.collect::<Vec<_>>().join(", ");
                if classes.len() > LISTED_CLASSES {
                    listed += ", …";
                }
                let count = classes.len();
                (format!("{count} classes, {listed}"), format!("클래스 {count}개, {listed}"))
            }
        };
        Note::new(format!("target `{name}`{how_en}: {what_en}"), format!("목표 `{name}`{how_ko}: {what_ko}"))
    }

    fn form(&self) -> Note {
        // In quotes, as the key `separator` is written: a bare comma would end the word before it.
        let separator = separator_name(self.separator);
        let (mut en, mut ko) = (format!("separator \"{separator}\""), format!("구분자 \"{separator}\""));
        if self.decimal_comma {
            en += ", decimal comma";
            ko += ", 소수점은 쉼표";
        }
        if self.characters.name() != "UTF-8" {
            en += &format!(", {}", self.characters.name());
            ko += &format!(", {}", self.characters.name());
        }
        en += if self.has_header { ", header" } else { ", no header" };
        ko += if self.has_header { ", 머리글 있음" } else { ", 머리글 없음" };
        Note::new(en, ko)
    }

    fn scaling(&self) -> Option<Note> {
        self.inputs?;
        self.features().find(|column| column.range.is_some())?;
        let are_values = self.target.as_ref().is_some_and(|target| target.classes.is_empty());
        Some(match self.normalize {
            Normalize::Usual | Normalize::Standard if are_values => {
                Note::new("numbers standardised, the target too", "수와 목표는 표준화")
            }
            Normalize::Usual | Normalize::Standard => Note::new("numbers standardised", "수는 표준화"),
            Normalize::MinMax if are_values => {
                Note::new("numbers from 0 to 1, the target too", "수와 목표는 0에서 1까지로 맞춤")
            }
            Normalize::MinMax => Note::new("numbers from 0 to 1", "수는 0에서 1까지로 맞춤"),
            Normalize::None => Note::new("numbers as they are", "수는 그대로"),
        })
    }

    fn cut(&self) -> Option<Note> {
        let [train, validation, test] = self.parts?;
        Some(Note::new(
            format!("{train} lines for training, {validation} for validation, {test} for test"),
            format!("훈련 {train}줄, 검증 {validation}줄, 시험 {test}줄"),
        ))
    }

    fn remarks(&self) -> Vec<Note> {
        let mut remarks = Vec::new();
        for (why, en, ko) in [
            (LeftOut::Index, "left out as an index", "인덱스라서 뺀 열"),
            (LeftOut::Empty, "left out as empty", "비어 있어서 뺀 열"),
            (LeftOut::Unknown, "not known to the network and left out", "신경망이 모르는 열이라서 뺌"),
        ] {
            remarks.extend(self.listed(|column| column.role == Some(Role::LeftOut(why)), en, ko));
        }
        let feature = |column: &ColumnDescription| column.role == Some(Role::Feature);
        let index = |column: &ColumnDescription| feature(column) && column.is_index;
        remarks.extend(self.listed(
            index,
            "names or counts the lines and is used all the same; `ignore` (--ignore) leaves it out",
            "줄 번호처럼 보이지만 그대로 사용합니다. `ignore`(--ignore)로 뺄 수 있습니다",
        ));
        let constant = |column: &ColumnDescription| feature(column) && column.is_constant;
        remarks.extend(self.listed(constant, "the same in every line", "모든 줄에서 같은 열"));
        let missing: usize = self.features().map(|column| column.missing).sum();
        if missing > 0 && self.fills {
            remarks.push(Note::new(
                format!("{missing} missing cells filled"),
                format!("빈 칸 {missing}개를 채웠습니다"),
            ));
        }
        if self.blank_lines > 0 {
            let blank = self.blank_lines;
            remarks.push(Note::new(
                format!("{blank} blank lines left out"),
                format!("빈 줄 {blank}개를 뺐습니다"),
            ));
        }
        if let Some((column, text)) = &self.unknown.first {
            let cells = self.unknown.texts;
            remarks.push(Note::new(
                format!("{cells} cells hold texts that the network was not trained on (`{text}` in `{column}`); their inputs are 0"),
                format!("칸 {cells}개의 글은 신경망이 배우지 않은 것입니다(`{column}` 열의 `{text}`). 그 입력은 0입니다"),
            ));
        }
        remarks
    }

    fn listed(&self, which: impl Fn(&ColumnDescription) -> bool, en: &str, ko: &str) -> Option<Note> {
        let names: Vec<String> = self
            .columns
            .iter()
            .filter(|column| which(column))
            .map(|column| format!("`{}`", column.name))
            .collect();
        if names.is_empty() {
            return None;
        }
        let mut listed = names[..names.len().min(LISTED)].join(", ");
        if names.len() > LISTED {
            listed += ", …";
        }
        Some(Note::new(format!("{en}: {listed}"), format!("{ko}: {listed}")))
    }
}
