//! Every seed's final value, so that a difference of means can be compared with the spread.

use serde_json::{Value, json};

use crate::{
    Arm, Figure, Language,
    csv::Csv,
    escape::label,
    figure::with,
    number::{array, summary},
};

/// The final values of one rule.
#[derive(Debug, Clone)]
pub struct Finals {
    /// Name of the rule; decides the colour.
    pub rule: String,
    /// The text at the start of its row.
    pub label: String,
    /// One value a seed; not finite if the run diverged.
    pub values: Vec<f64>,
}

/// The final values of several rules, one row each.
#[derive(Debug, Clone, Default)]
pub struct Dots {
    /// Title, a few words.
    pub title: String,
    /// What the values are, for example `test accuracy`.
    pub across: String,
    /// The rows, top to bottom.
    pub rules: Vec<Finals>,
}

impl Dots {
    /// Draws the figure.
    pub fn figure(&self, language: Language) -> Figure {
        let arms: Vec<Arm> = self.rules.iter().map(|finals| Arm::new(&finals.rule, &finals.label)).collect();
        let rows = self.rules.iter().zip(&arms).enumerate();
        let traces = rows.flat_map(|(row, (finals, arm))| self.traces(row, finals, arm, language)).collect();
        let rows = self.rules.len();
        let names: Vec<String> = self.rules.iter().map(|finals| label(&finals.label)).collect();
        let layout = json!({
            "xaxis": { "title": { "text": label(&self.across) }, "zeroline": false },
            "yaxis": {
                "tickvals": (0..rows).collect::<Vec<usize>>(), "ticktext": names, "zeroline": false,
                // Downwards, as one reads.
                "range": [rows as f64 - 0.4, -0.6], "fixedrange": true, "showgrid": false,
            },
            "hovermode": "closest",
            "showlegend": false,
            "margin": { "l": 80, "r": 10, "t": 10, "b": 42 },
        });
        let height = 80 + 48 * rows.max(2) as u32;
        let figure = Figure::new(&self.title, traces, layout).with_csv(&self.title, self.csv());
        Figure { caption: language.words().dots_caption().to_owned(), height: (height, height), arms, ..figure }
    }

    /// The seeds above the line of their row, mean and deviation below it.
    fn traces(&self, row: usize, finals: &Finals, arm: &Arm, language: Language) -> Vec<Value> {
        let words = language.words();
        let row = row as f64;
        // Neighbours in the list are drawn at different heights, so that equal values do not hide each other.
        let height = |index: usize| row - 0.06 - 0.09 * (index % 4) as f64;
        let finite = || finals.values.iter().enumerate().filter(|(_, value)| value.is_finite());
        let seeds: Vec<usize> = finite().map(|(index, _)| index + 1).collect();
        let hover = format!("{} %{{customdata}}: %{{x:.5g}}<extra>%{{fullData.name}}</extra>", words.seed());
        let dots = json!({
            "type": "scatter", "mode": "markers", "name": label(&finals.label),
            "x": array(finite().map(|(_, value)| *value)), "y": array(finite().map(|(index, _)| height(index))),
            "marker": with(arm.marker(7), json!({ "opacity": 0.6 })),
            "customdata": seeds, "hovertemplate": hover,
        });
        let mut traces = vec![dots];
        if let Some(found) = summary(finals.values.iter().copied()) {
            let text = format!(
                "{} {:.5} ± {:.5}<extra>%{{fullData.name}}</extra>",
                words.mean(), found.mean, found.deviation
            );
            let outline = json!({ "line": { "color": "var(--paper)", "width": 1.5 } });
            traces.push(json!({
                "type": "scatter", "mode": "markers", "name": label(&finals.label),
                "x": [found.mean], "y": [row + 0.17], "marker": with(arm.marker(11), outline),
                "error_x": {
                    "type": "data", "array": [found.deviation], "color": arm.colour(), "thickness": 2.5, "width": 6,
                },
                "hovertemplate": text,
            }));
        }
        traces
    }

    fn csv(&self) -> String {
        let mut csv = Csv::new(["rule", "label", "seed", &self.across]);
        for finals in &self.rules {
            for (index, value) in finals.values.iter().enumerate() {
                csv.row([&finals.rule, &finals.label, &(index + 1).to_string(), &value.to_string()]);
            }
        }
        csv.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_mean_and_deviation() {
        let finals = Finals { rule: "adam".into(), label: "Adam".into(), values: vec![0.9, f64::NAN, 0.94] };
        let dots = Dots { title: "Finals".into(), across: "test accuracy".into(), rules: vec![finals] };
        let figure = dots.figure(Language::English);
        assert_eq!(figure.traces[0]["x"], json!([0.9, 0.94]));
        assert_eq!(figure.traces[0]["customdata"], json!([1, 3]));
        let mean = figure.traces[1]["x"][0].as_f64().expect("a number");
        assert!((mean - 0.92).abs() < 1e-12);
        let deviation = figure.traces[1]["error_x"]["array"][0].as_f64().expect("a number");
        assert!((deviation - 0.0008_f64.sqrt()).abs() < 1e-12);
        let (_, csv) = figure.csv.expect("data");
        assert_eq!(
            csv,
            "rule,label,seed,test accuracy\nadam,Adam,1,0.9\nadam,Adam,2,NaN\nadam,Adam,3,0.94\n"
        );
    }

    #[test]
    fn a_rule_whose_runs_all_diverged_keeps_its_row() {
        let finals = Finals { rule: "sgd".into(), label: "SGD".into(), values: vec![f64::NAN] };
        let figure = Dots { rules: vec![finals], ..Dots::default() }.figure(Language::English);
        assert_eq!(figure.traces.len(), 1);
        assert_eq!(figure.layout["yaxis"]["ticktext"], json!(["SGD"]));
    }
}
