//! Differences with their intervals, one row each, beside the difference that matters.

use serde_json::{Value, json};

use crate::{Arm, Figure, Language, csv::Csv, escape::label};

/// One difference.
#[derive(Debug, Clone)]
pub struct Difference {
    /// Name of the rule that is compared with the best; decides the colour.
    pub rule: String,
    /// The text at the start of its row: the other rule's name.
    pub label: String,
    /// The difference from the best rule.
    pub difference: f64,
    /// The two ends of the interval.
    pub interval: [f64; 2],
    /// The verdict in a word or two.
    pub verdict: String,
}

/// Differences between the best rule and the others.
#[derive(Debug, Clone, Default)]
pub struct Forest {
    /// Title, a few words.
    pub title: String,
    /// What differs, for example `difference in test accuracy`.
    pub across: String,
    /// The difference that matters: between its two sides, rules are as good as each other.
    pub margin: f64,
    /// The rows, top to bottom.
    pub rows: Vec<Difference>,
}

impl Forest {
    /// Draws the figure.
    pub fn figure(&self, language: Language) -> Figure {
        let arms: Vec<Arm> = self.rows.iter().map(|row| Arm::new(&row.rule, &row.label)).collect();
        let rows = self.rows.iter().zip(&arms).enumerate();
        let traces: Vec<Value> = rows
            .map(|(at, (row, arm))| {
                let [low, high] = row.interval;
                json!({
                    "type": "scatter", "mode": "markers", "x": [row.difference], "y": [at], "name": label(&row.label),
                    "marker": { "color": arm.colour(), "size": 10, "symbol": "square" },
                    "error_x": {
                        "type": "data", "symmetric": false, "array": [high - row.difference],
                        "arrayminus": [row.difference - low], "color": arm.colour(), "thickness": 2.5, "width": 6,
                    },
                    "hovertemplate": format!("{:.4} [{low:.4}, {high:.4}]<br>{}<extra></extra>", row.difference, label(&row.verdict)),
                })
            })
            .collect();
        let count = self.rows.len();
        let line = |x: f64, dash: &str| {
            json!({ "type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1,
                    "line": { "color": "var(--muted)", "width": 1, "dash": dash } })
        };
        let names: Vec<String> = self.rows.iter().map(|row| label(&row.label)).collect();
        let words: Vec<Value> = self
            .rows
            .iter()
            .enumerate()
            .map(|(at, row)| {
                json!({ "x": row.difference, "y": at as f64 - 0.3, "text": label(&row.verdict), "showarrow": false,
                        "font": { "size": 11 } })
            })
            .collect();
        let layout = json!({
            "xaxis": { "title": { "text": label(&self.across) }, "zeroline": false },
            "yaxis": {
                "tickvals": (0..count).collect::<Vec<usize>>(), "ticktext": names, "zeroline": false, "showgrid": false,
                "range": [count as f64 - 0.4, -0.6], "fixedrange": true, "automargin": true,
            },
            "shapes": [line(0.0, "solid"), line(-self.margin, "dot"), line(self.margin, "dot")],
            "annotations": words, "hovermode": "closest", "showlegend": false,
            "margin": { "l": 110, "r": 10, "t": 10, "b": 42 },
        });
        let height = 80 + 44 * count.max(2) as u32;
        let figure = Figure::new(&self.title, traces, layout).with_csv(&self.title, self.csv());
        Figure {
            caption: language.words().forest_caption().to_owned(),
            height: (height, height),
            arms,
            ..figure
        }
    }

    fn csv(&self) -> String {
        let mut csv = Csv::new(["rule", "label", "difference", "low", "high", "verdict"]);
        for row in &self.rows {
            let [low, high] = row.interval.map(|end| end.to_string());
            csv.row([&row.rule, &row.label, &row.difference.to_string(), &low, &high, &row.verdict]);
        }
        csv.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_for_each_difference_and_lines_at_the_margin() {
        let row = Difference {
            rule: "sgd".into(),
            label: "sgd".into(),
            difference: 0.01,
            interval: [-0.005, 0.02],
            verdict: "cannot tell".into(),
        };
        let forest = Forest { margin: 0.004, rows: vec![row], ..Forest::default() };
        let figure = forest.figure(Language::English);
        assert_eq!(figure.traces[0]["error_x"]["array"][0], json!(0.01));
        assert_eq!(figure.traces[0]["error_x"]["arrayminus"][0], json!(0.015));
        let at: Vec<f64> = figure.layout["shapes"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|s| s["x0"].as_f64())
            .collect();
        assert_eq!(at, [0.0, -0.004, 0.004]);
        assert!(figure.csv.expect("data").1.contains("sgd,0.01,-0.005,0.02,cannot tell"));
    }
}
