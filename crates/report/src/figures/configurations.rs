//! Trials of several hyper-parameters at once: parallel coordinates, and a map of two of them.

use serde_json::{Value, json};

use crate::{
    Figure, Language,
    csv::Csv,
    escape::label,
    number::{array, significant, summary},
};

/// From the worst to the best result: steps of the Viridis map, which colour-blind people can tell apart.
const SHADES: [&str; 8] =
    ["#440154", "#46327e", "#365c8d", "#277f8e", "#1fa187", "#4ac16d", "#8cc63f", "#c8b900"];

/// The scale of a hyper-parameter's axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AxisScale {
    /// Linear.
    Linear,
    /// Logarithmic.
    Logarithmic,
    /// Logarithmic in the distance to 1.
    OneMinus,
}

/// A hyper-parameter.
#[derive(Debug, Clone)]
pub struct Axis {
    /// Its name.
    pub name: String,
    /// Its scale.
    pub scale: AxisScale,
    /// Its value in each trial.
    pub values: Vec<f64>,
}

/// The trials of one rule.
#[derive(Debug, Clone)]
pub struct Configurations {
    /// Title, a few words.
    pub title: String,
    /// The name of the result, for example `validation accuracy`.
    pub up: String,
    /// Whether a larger result is better.
    pub higher_is_better: bool,
    /// The hyper-parameters.
    pub axes: Vec<Axis>,
    /// The result of each trial; not finite if it diverged.
    pub results: Vec<f64>,
}

impl AxisScale {
    fn straighten(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Logarithmic => value.log10(),
            Self::OneMinus => -(1.0 - value).log10(),
        }
    }
}

impl Axis {
    /// The positions and texts of the ticks: the values themselves, at their positions on the scale.
    fn ticks(&self) -> (Vec<f64>, Vec<String>) {
        let straight: Vec<f64> = self.values.iter().map(|&value| self.scale.straighten(value)).collect();
        let found = summary(straight.iter().copied());
        let (low, high) = found.map_or((0.0, 1.0), |found| (found.low, found.high));
        let places: Vec<f64> = (0..=4).map(|tick| low + (high - low) * f64::from(tick) / 4.0).collect();
        let text = |place: &f64| {
            let value = match self.scale {
                AxisScale::Linear => *place,
                AxisScale::Logarithmic => 10_f64.powf(*place),
                AxisScale::OneMinus => 1.0 - 10_f64.powf(-*place),
            };
            if value != 0.0 && value.abs() < 1e-3 {
                format!("{value:.0e}")
            } else {
                significant(value, 3).to_string()
            }
        };
        let texts = places.iter().map(text).collect();
        (places, texts)
    }

    /// The place of each value between the smallest and the largest, 0 to 1.
    fn heights(&self) -> Vec<f64> {
        let straight: Vec<f64> = self.values.iter().map(|&value| self.scale.straighten(value)).collect();
        let found = summary(straight.iter().copied());
        let (low, high) = found.map_or((0.0, 1.0), |found| (found.low, found.high));
        let place = |value: f64| if high > low { (value - low) / (high - low) } else { 0.5 };
        straight.into_iter().map(place).collect()
    }

    /// The axis of a map, and where the trials are on it. The page labels a logarithmic one.
    fn of_map(&self) -> (Value, Value) {
        let mut axis = json!({ "title": { "text": label(&self.name) }, "zeroline": false });
        if self.scale == AxisScale::Logarithmic {
            axis["type"] = json!("log");
            return (axis, array(self.values.iter().copied()));
        }
        let (places, texts) = self.ticks();
        axis["tickvals"] = json!(places);
        axis["ticktext"] = json!(texts);
        (axis, array(self.values.iter().map(|&value| self.scale.straighten(value))))
    }
}

impl Configurations {
    /// Draws a line through all axes for each trial; its colour shows the result.
    pub fn parallel(&self, language: Language) -> Figure {
        let (results, worst) = self.filled();
        let (low, high) = self.shades(&results, worst);
        let last = Axis { name: self.up.clone(), scale: AxisScale::Linear, values: results.clone() };
        let axes: Vec<&Axis> = self.axes.iter().chain([&last]).collect();
        let heights: Vec<Vec<f64>> = axes.iter().map(|axis| axis.heights()).collect();
        // One trace for each shade, with gaps between its trials: as fast with thousands of trials as with ten.
        let shade = |trial: usize| {
            let share = ((results[trial] - low) / (high - low)).clamp(0.0, 1.0);
            let share = if self.higher_is_better { share } else { 1.0 - share };
            ((share * SHADES.len() as f64) as usize).min(SHADES.len() - 1)
        };
        let mut traces: Vec<Value> = Vec::new();
        for (number, colour) in SHADES.iter().enumerate() {
            let (mut x, mut y, mut texts) = (Vec::new(), Vec::new(), Vec::new());
            for trial in (0..results.len()).filter(|&trial| shade(trial) == number) {
                for (place, heights) in heights.iter().enumerate() {
                    x.push(json!(place));
                    y.push(json!(heights[trial]));
                    texts.push(self.describe(trial, language));
                }
                // A gap.
                x.push(Value::Null);
                y.push(Value::Null);
                texts.push(String::new());
            }
            if !x.is_empty() {
                traces.push(json!({
                    "type": "scatter", "mode": "lines+markers", "x": x, "y": y, "text": texts,
                    "line": { "color": colour, "width": 1.5 }, "marker": { "color": colour, "size": 5 },
                    "hovertemplate": "%{text}<extra></extra>",
                }));
            }
        }
        let mut annotations = Vec::new();
        let mut shapes = Vec::new();
        for (place, axis) in axes.iter().enumerate() {
            shapes.push(json!({ "type": "line", "x0": place, "x1": place, "y0": 0, "y1": 1,
                                "line": { "color": "var(--muted)", "width": 1 } }));
            for (tick, text) in axis.ticks().1.into_iter().enumerate() {
                annotations
                    .push(json!({ "x": place, "y": tick as f64 / 4.0, "text": text, "showarrow": false,
                                         "xshift": -6, "xanchor": "right", "font": { "size": 10 } }));
            }
        }
        let names: Vec<String> = axes.iter().map(|axis| label(&axis.name)).collect();
        let layout = json!({
            "xaxis": {
                "tickvals": (0..axes.len()).collect::<Vec<_>>(), "ticktext": names, "side": "top", "showgrid": false,
                "zeroline": false, "range": [-0.45, axes.len() as f64 - 0.55], "fixedrange": true,
            },
            "yaxis": { "visible": false, "range": [-0.06, 1.06], "fixedrange": true },
            "annotations": annotations, "shapes": shapes, "hovermode": "closest", "showlegend": false,
            "margin": { "l": 10, "r": 10, "t": 40, "b": 10 },
        });
        let figure = Figure::new(&self.title, traces, layout).with_csv(&self.title, self.csv());
        Figure {
            caption: language.words().parallel_caption().to_owned(),
            wide: self.axes.len() > 2,
            height: (420, 380),
            ..figure
        }
    }

    /// A trial in words.
    fn describe(&self, trial: usize, language: Language) -> String {
        let settings =
            self.axes.iter().map(|axis| format!("{}: {}<br>", label(&axis.name), axis.values[trial]));
        let value = self.results[trial];
        let shown =
            if value.is_finite() { format!("{value:.4}") } else { language.words().diverged().into() };
        settings.collect::<String>() + &shown
    }

    /// Draws the first hyper-parameter against the second, each trial as a dot whose colour shows the result.
    pub fn map(&self, language: Language) -> Option<Figure> {
        let [across, up, ..] = self.axes.as_slice() else { return None };
        let (results, worst) = self.filled();
        let mut marker = self.colours(&results, worst);
        marker["size"] = json!(14);
        marker["line"] = json!({ "color": "var(--line)", "width": 1 });
        let symbols: Vec<&str> =
            self.results.iter().map(|value| if value.is_finite() { "circle" } else { "x" }).collect();
        marker["symbol"] = json!(symbols);
        let texts: Vec<String> =
            (0..self.results.len()).map(|trial| self.describe(trial, language)).collect();
        let ((x_axis, x), (y_axis, y)) = (across.of_map(), up.of_map());
        let trace = json!({
            "type": "scatter", "mode": "markers", "x": x, "y": y, "marker": marker,
            "text": texts, "hovertemplate": "%{text}<extra></extra>",
        });
        let layout = json!({
            "xaxis": x_axis, "yaxis": y_axis, "hovermode": "closest", "showlegend": false,
            "margin": { "l": 65, "r": 10, "t": 10, "b": 42 },
        });
        let figure = Figure::new(&self.title, vec![trace], layout).with_csv(&self.title, self.csv());
        Some(Figure { caption: language.words().map_caption().to_owned(), height: (400, 360), ..figure })
    }

    /// The results, those that diverged as the worst that did not.
    fn filled(&self) -> (Vec<f64>, f64) {
        let found = summary(self.results.iter().copied());
        let worst = found.map_or(0.0, |found| if self.higher_is_better { found.low } else { found.high });
        (self.results.iter().map(|&value| if value.is_finite() { value } else { worst }).collect(), worst)
    }

    /// Returns the results at the two ends of the colour scale. Results far below the best share a colour, so that the colours
    /// tell the good ones apart.
    fn shades(&self, results: &[f64], worst: f64) -> (f64, f64) {
        let mut sorted = results.to_vec();
        sorted.sort_by(f64::total_cmp);
        if !self.higher_is_better {
            sorted.reverse();
        }
        let from = sorted.get(sorted.len() / 4).copied().unwrap_or(worst);
        let to = sorted.last().copied().unwrap_or(worst);
        let (low, high) = if from < to { (from, to) } else { (to, from) };
        (low, if low < high { high } else { low + 1e-12 })
    }

    fn colours(&self, results: &[f64], worst: f64) -> Value {
        let (low, high) = self.shades(results, worst);
        json!({
            "color": array(results.iter().copied()), "colorscale": "Viridis", "reversescale": !self.higher_is_better,
            "cmin": low, "cmax": high, "showscale": true,
            "colorbar": { "thickness": 12, "title": { "text": label(&self.up), "side": "right" } },
        })
    }

    fn csv(&self) -> String {
        let names = self.axes.iter().map(|axis| axis.name.as_str()).chain([self.up.as_str()]);
        let mut csv = Csv::new(names.collect::<Vec<_>>());
        for (trial, result) in self.results.iter().enumerate() {
            let values = self.axes.iter().map(|axis| axis.values[trial]).chain([*result]);
            csv.row(values.map(|value| value.to_string()).collect::<Vec<_>>());
        }
        csv.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trials() -> Configurations {
        Configurations {
            title: "Trials".into(),
            up: "accuracy".into(),
            higher_is_better: true,
            axes: vec![
                Axis {
                    name: "learning_rate".into(),
                    scale: AxisScale::Logarithmic,
                    values: vec![0.01, 0.1, 1.0],
                },
                Axis { name: "momentum".into(), scale: AxisScale::OneMinus, values: vec![0.9, 0.99, 0.5] },
            ],
            results: vec![0.8, 0.9, f64::NAN],
        }
    }

    #[test]
    fn lines_through_all_axes() {
        let figure = trials().parallel(Language::English);
        // 0.8 twice (the one that diverged counts as the worst that did not) and 0.9: two shades.
        assert_eq!(figure.traces.len(), 2);
        assert_eq!(figure.traces[1]["x"], json!([0, 1, 2, null]));
        assert_eq!(figure.traces[1]["y"][0], json!(0.5));
        assert_eq!(figure.traces[1]["y"][1], json!(1.0));
        assert_eq!(figure.traces[0]["x"].as_array().map(Vec::len), Some(8));
        let texts: Vec<&str> = figure.layout["annotations"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|a| a["text"].as_str())
            .collect();
        assert_eq!(texts[..5], ["0.01", "0.0316", "0.1", "0.316", "1"]);
        assert!(figure.csv.expect("data").1.ends_with("1,0.5,NaN\n"));
    }

    #[test]
    fn a_map_of_the_first_two() {
        let figure = trials().map(Language::English).expect("two axes");
        assert_eq!(figure.traces[0]["marker"]["symbol"], json!(["circle", "circle", "x"]));
        assert_eq!(
            (&figure.layout["xaxis"]["type"], &figure.traces[0]["x"]),
            (&json!("log"), &json!([0.01, 0.1, 1.0]))
        );
        assert_eq!(figure.layout["yaxis"]["ticktext"][0], json!("0.5"));
        let mut one = trials();
        one.axes.pop();
        assert!(one.map(Language::English).is_none());
    }
}
