//! Keys to paste into an experiment file.

use super::{Description, Role};
use crate::table::{ColumnKind, MOST_CATEGORIES, TableError};
use crate::target::TargetError;

impl Description {
    /// Returns lines of an experiment file that read the table at `dataset` as described, and leave out what cannot be used.
    pub fn proposal(&self, dataset: &str) -> String {
        let mut lines = vec!["[problem]".to_string(), format!("dataset = {}", quoted(dataset))];
        if let Some(target) = &self.target {
            lines.push(format!("target = {}", self.key(target.column)));
            let kind = if target.classes.is_empty() { "values" } else { "classes" };
            lines.push(format!("target_kind = \"{kind}\""));
        }
        let unclear = |problem: &TableError| {
            matches!(problem, TableError::TargetKind { cause: TargetError::Unclear { .. }, .. })
        };
        if self.problems.iter().any(unclear) {
            if let Some(target) = self.columns.iter().position(|column| column.role == Some(Role::Target)) {
                lines.push(format!("target = {}", self.key(target)));
            }
            lines.push("target_kind = \"classes\"  # or \"values\"".into());
        }
        let ignored: Vec<String> = (0..self.columns.len()).filter(|place| self.is_useless(*place)).map(|place| self.key(place)).collect();
        if !ignored.is_empty() {
            lines.push(format!("ignore = [{}]", ignored.join(", ")));
        }
        if self.features().any(|column| column.missing > 0) {
            lines.push("missing = \"fill\"".into());
        }
        lines.join("\n")
    }

    fn key(&self, place: usize) -> String {
        let name = &self.columns[place].name;
        let is_unique = self.columns.iter().filter(|column| column.name == *name).count() == 1;
        if self.has_header && is_unique { quoted(name) } else { (place + 1).to_string() }
    }

    fn is_useless(&self, place: usize) -> bool {
        let column = &self.columns[place];
        let holds_too_much = match column.kind {
            ColumnKind::Dates | ColumnKind::Mixed => true,
            ColumnKind::Texts => {
                column.texts > MOST_CATEGORIES || column.texts > 2 && column.texts + column.missing == self.lines
            }
            ColumnKind::Numbers | ColumnKind::Empty => false,
        };
        let is_ignored = matches!(column.role, Some(Role::LeftOut(super::LeftOut::Ignored)));
        is_ignored
            || (column.role == Some(Role::Feature) && (column.is_index || column.is_constant || holds_too_much))
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
