//! The table in a terminal.

use unicode_width::UnicodeWidthStr;

use super::{Align, Cell, Column, Table};

const GAP: &str = "  ";

impl Table {
    /// Returns the table as aligned plain text: header, rule, rows. Each line ends with `\n` and has no trailing spaces.
    ///
    /// Widths are those of a terminal, where a Korean syllable takes two columns.
    pub fn to_text(&self) -> String {
        let width_of = |index: usize, column: &Column| {
            let cells = self.rows.iter().filter_map(|row| row.get(index)).map(|cell| cell.text.width());
            cells.chain([column.title.width()]).max().unwrap_or(0)
        };
        let widths: Vec<usize> =
            self.columns.iter().enumerate().map(|(index, column)| width_of(index, column)).collect();
        let titles: Vec<Cell> = self.columns.iter().map(|column| column.title.as_str().into()).collect();
        let rule = widths.iter().map(|width| "─".repeat(*width)).collect::<Vec<_>>().join(GAP);
        let mut text = self.line(&titles, &widths) + &rule + "\n";
        for row in &self.rows {
            text.push_str(&self.line(row, &widths));
        }
        text
    }

    fn line(&self, row: &[Cell], widths: &[usize]) -> String {
        let padded = self.cells(row).zip(widths).map(|((column, cell), width)| {
            let space = " ".repeat(width.saturating_sub(cell.text.width()));
            match column.align {
                Align::Left => cell.text.clone() + &space,
                Align::Right => space + &cell.text,
            }
        });
        padded.collect::<Vec<_>>().join(GAP).trim_end().to_owned() + "\n"
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
        assert_eq!(table.to_text(), expected);
    }
}
