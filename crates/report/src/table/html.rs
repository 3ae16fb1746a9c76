//! The table on a page.

use super::{Align, Cell, Column, Table};
use crate::escape::html;

impl Table {
    /// Returns the table as an HTML `<table>`, with the explanations of the columns below it.
    pub fn to_html(&self) -> String {
        let head: String = self.columns.iter().map(header).collect();
        let body: String = self
            .rows
            .iter()
            .map(|row| {
                let cells = self.cells(row).enumerate();
                let cells: String = cells.map(|(index, (column, cell))| data(index, column, cell)).collect();
                format!("<tr>{cells}</tr>\n")
            })
            .collect();
        let explained =
            self.columns.iter().filter_map(|column| column.help.as_ref().map(|help| (column, help)));
        let notes: String = explained
            .map(|(column, help)| format!("<dt>{}</dt><dd>{}</dd>\n", html(&column.title), html(help)))
            .collect();
        let notes = if notes.is_empty() { notes } else { format!("<dl class=\"notes\">\n{notes}</dl>\n") };
        // The script stacks the cells of a table that is wider than the screen. Without it, the table scrolls inside its frame;
        // `tabindex` lets the keyboard scroll it as well.
        format!(
            "<div class=\"table\" tabindex=\"0\"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n\
             </table></div>\n{notes}"
        )
    }
}

fn header(column: &Column) -> String {
    let title = column.help.as_ref().map(|help| format!(" title=\"{}\"", html(help))).unwrap_or_default();
    format!("<th scope=\"col\"{}{title}>{}</th>", class(column), html(&column.title))
}

fn data(index: usize, column: &Column, cell: &Cell) -> String {
    let mut text = html(&cell.text);
    if cell.strong {
        text = format!("<strong>{text}</strong>");
    }
    if let Some(arm) = cell.arm() {
        text = format!("<i class=\"swatch\" style=\"background:{}\"></i>{text}", arm.colour());
    }
    // By this the page sorts, and this is what it saves as CSV.
    let raw = cell.raw.as_ref().map(|raw| format!(" data-raw=\"{}\"", html(raw))).unwrap_or_default();
    // The first cell names its row.
    if index == 0 {
        format!("<th scope=\"row\"{}{raw}>{text}</th>", class(column))
    } else {
        format!("<td{}{raw}>{text}</td>", class(column))
    }
}

fn class(column: &Column) -> &'static str {
    match column.align {
        Align::Left => "",
        Align::Right => " class=\"number\"",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Arm;

    #[test]
    fn cells_are_escaped_marked_and_coloured() {
        let mut table = Table::new(vec![Column::text("rule"), Column::number("a<b").help("less \"than\"")]);
        table.push([Cell::rule("adam", "Adam</td>"), Cell::value("1", 1.0).strong()]);
        let found = table.to_html();
        assert!(
            found.contains("<th scope=\"col\" class=\"number\" title=\"less &quot;than&quot;\">a&lt;b</th>")
        );
        let colour = Arm::new("adam", "Adam</td>").colour();
        assert!(found.contains(&format!(
            "<i class=\"swatch\" style=\"background:{colour}\"></i>Adam&lt;/td&gt;</th>"
        )));
        assert!(found.contains("<td class=\"number\" data-raw=\"1\"><strong>1</strong></td>"));
        assert!(found.contains("<dt>a&lt;b</dt><dd>less &quot;than&quot;</dd>"));
    }
}
