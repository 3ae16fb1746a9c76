//! The table as text, at most so many columns wide.
//!
//! Titles break first, then words, then the table: what does not fit stands below, with the first column again.

use unicode_width::UnicodeWidthStr;

use super::{Align, Column, Table};
use crate::wrap::wrap;

const GAP: &str = "  ";
/// Where the table is too wide, columns of words become so narrow and no narrower.
const WORDS: usize = 24;

impl Table {
    /// Returns the table as aligned plain text: header, rule, rows. Each line ends with `\n`, has no trailing spaces and takes
    /// at most `most` columns of a terminal, where a Korean syllable takes two. With [`usize::MAX`] nothing is broken.
    pub fn to_text(&self, most: usize) -> String {
        let widths = self.widths(most);
        let groups = groups(&widths, most);
        groups.iter().map(|group| self.group(group, &widths)).collect::<Vec<_>>().join("\n")
    }

    /// The width of each column: that of its cells where possible.
    fn widths(&self, most: usize) -> Vec<usize> {
        let natural: Vec<[usize; 3]> =
            self.columns.iter().enumerate().map(|(index, column)| self.natural(index, column)).collect();
        let fits = |widths: &[usize]| total(widths.iter().copied()) <= most;
        let whole: Vec<usize> = natural.iter().map(|[cells, title, _]| *cells.max(title)).collect();
        if fits(&whole) {
            return whole;
        }
        let broken: Vec<usize> = natural.iter().map(|[cells, _, word]| *cells.max(word)).collect();
        if fits(&broken) {
            return self.with_room_for_titles(broken, most);
        }
        let narrow = |(column, [cells, _, word]): (&Column, &[usize; 3])| match column.align {
            Align::Left => *cells.min(&WORDS).max(word.min(&WORDS)),
            Align::Right => *cells.max(word),
        };
        let widths = self.columns.iter().zip(&natural).map(narrow);
        widths.map(|width| width.min(most)).collect()
    }

    /// What is left of the width goes to the titles that take most lines, as far as they take fewer then.
    fn with_room_for_titles(&self, mut widths: Vec<usize>, most: usize) -> Vec<usize> {
        let lines = |place: usize, width: usize| wrap(&self.columns[place].title, width).len();
        loop {
            let room = most.saturating_sub(total(widths.iter().copied()));
            let shorter = |place: usize| {
                let (width, now) = (widths[place], lines(place, widths[place]));
                let wider = (width + 1..=width + room).find(|&wider| lines(place, wider) < now)?;
                Some((now, place, wider))
            };
            let Some((_, place, wider)) = (0..widths.len()).filter_map(shorter).max() else { return widths };
            widths[place] = wider;
        }
    }

    /// The widths of a column's widest cell, its title, and the longest word of the title.
    fn natural(&self, index: usize, column: &Column) -> [usize; 3] {
        let cells = self.rows.iter().filter_map(|row| row.get(index)).map(|cell| cell.text.width());
        let words = column.title.split_whitespace().map(UnicodeWidthStr::width);
        [cells.max().unwrap_or(0), column.title.width(), words.max().unwrap_or(0)]
    }

    /// Some of the columns, by their places.
    fn group(&self, places: &[usize], widths: &[usize]) -> String {
        let titles: Vec<&str> = self.columns.iter().map(|column| column.title.as_str()).collect();
        let rule: Vec<String> = places.iter().map(|&place| "─".repeat(widths[place])).collect();
        let mut text = self.row(&titles, places, widths, true) + &rule.join(GAP) + "\n";
        for row in &self.rows {
            let cells: Vec<&str> = self.cells(row).map(|(_, cell)| cell.text.as_str()).collect();
            text.push_str(&self.row(&cells, places, widths, false));
        }
        text
    }

    /// A row, as many lines as its longest cell needs; titles stand on the rule below them.
    fn row(&self, cells: &[&str], places: &[usize], widths: &[usize], at_the_bottom: bool) -> String {
        let broken: Vec<Vec<String>> =
            places.iter().map(|&place| wrap(cells[place], widths[place])).collect();
        let height = broken.iter().map(Vec::len).max().unwrap_or(0).max(1);
        let line = |number: usize| {
            let parts = places.iter().zip(&broken).map(|(&place, lines)| {
                let skipped = if at_the_bottom { height - lines.len() } else { 0 };
                let part = number.checked_sub(skipped).and_then(|number| lines.get(number));
                pad(part.map_or("", String::as_str), widths[place], self.columns[place].align)
            });
            parts.collect::<Vec<_>>().join(GAP).trim_end().to_owned() + "\n"
        };
        (0..height).map(line).collect()
    }
}

/// Columns that fit beside one another; every group begins with the first column.
fn groups(widths: &[usize], most: usize) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = vec![(0..widths.len().min(1)).collect()];
    for place in 1..widths.len() {
        let group = groups.last_mut().expect("there is always a group");
        group.push(place);
        if group.len() > 2 && total(group.iter().map(|&place| widths[place])) > most {
            group.pop();
            groups.push(vec![0, place]);
        }
    }
    groups
}

/// Columns side by side, with the gaps between them.
fn total(widths: impl ExactSizeIterator<Item = usize>) -> usize {
    let gaps = GAP.len() * widths.len().saturating_sub(1);
    widths.sum::<usize>() + gaps
}

fn pad(text: &str, width: usize, align: Align) -> String {
    let space = " ".repeat(width.saturating_sub(text.width()));
    match align {
        Align::Left => text.to_owned() + &space,
        Align::Right => space + text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_in_korean_too() {
        let mut table =
            Table::new(vec![Column::text("규칙"), Column::number("accuracy"), Column::text("비고")]);
        table.push(["모멘텀".into(), "0.98".into(), "좋음".into()]);
        table.push(["sgd".into(), "0.9 ± 0.01".into()]);
        let expected = "\
규칙      accuracy  비고
──────  ──────────  ────
모멘텀        0.98  좋음
sgd     0.9 ± 0.01
";
        assert_eq!(table.to_text(80), expected);
    }

    #[test]
    fn long_titles_break_before_anything_else() {
        let titles =
            ["learning rate", "validation accuracy", "test accuracy", "steps to target", "would win again"];
        let columns = titles.map(Column::number);
        let mut table = Table::new([Column::text("rule")].into_iter().chain(columns).collect());
        table.push(["nesterov".into(), "0.123".into(), "0.9123 ± 0.0012".into(), "0.9123 ± 0.0012".into()]);
        let expected = [
            "          learning       validation                   steps to",
            "rule          rate         accuracy    test accuracy    target  would win again",
            "────────  ────────  ───────────────  ───────────────  ────────  ───────────────",
            "nesterov     0.123  0.9123 ± 0.0012  0.9123 ± 0.0012",
        ];
        let expected = expected.join("\n") + "\n";
        assert_eq!(table.to_text(80), expected);
    }

    #[test]
    fn any_table_fits_and_loses_nothing() {
        let korean = "아주 긴 이름을 가진 규칙이며 모든 편향에는 가중치 감쇠를 적용하지 않습니다";
        let titles = (0..12).map(|index| format!("검증 정확도의 평균 {index}"));
        let columns: Vec<Column> =
            [Column::text("규칙")].into_iter().chain(titles.map(Column::number)).collect();
        let mut table = Table::new(columns);
        let row: Vec<super::super::Cell> =
            (0..12).map(|index| format!("0.9{index:02} ± 0.0012").into()).collect();
        table.push([korean.into()].into_iter().chain(row));
        table.push([format!("{}끝", "x".repeat(100)).as_str().into()]);
        let found = table.to_text(80);
        assert!(found.lines().all(|line| line.width() <= 80), "{found}");
        for word in korean.split(' ').chain(["0.911 ± 0.0012", "끝"]) {
            assert!(found.contains(word), "{word} is not in\n{found}");
        }
        // Each group of columns names its rows.
        let groups = found.split("\n\n").count();
        assert!(groups > 1 && found.matches("아주 긴").count() == groups, "{found}");
    }

    #[test]
    fn no_columns_are_no_text_but_a_rule() {
        assert_eq!(Table::default().to_text(80), "\n\n");
    }
}
