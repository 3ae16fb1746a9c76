//! Loss, accuracy or anything else against the step or epoch: the mean over seeds and how far they spread.

use serde_json::{Value, json};

use super::Scale;
use crate::{
    Arm, Figure, Language,
    csv::Csv,
    escape::label,
    figure::with,
    number::{Summary, array, summary, thinned},
};

/// The runs of one rule.
#[derive(Debug, Clone)]
pub struct Curve {
    /// Name of the rule; decides the colour.
    pub rule: String,
    /// What the legend says.
    pub label: String,
    /// The step, epoch or second of each value.
    pub steps: Vec<f64>,
    /// One list of values a seed, each at most as long as `steps`; a run that ended early is short.
    pub runs: Vec<Vec<f64>>,
}

/// What the band around the mean shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Band {
    /// From the smallest to the largest run.
    #[default]
    Range,
    /// One sample standard deviation on each side of the mean.
    Deviation,
}

/// Several rules' curves in one figure.
#[derive(Debug, Clone, Default)]
pub struct Curves {
    /// Title, a few words.
    pub title: String,
    /// What the horizontal axis counts, for example `step`.
    pub across: String,
    /// What the vertical axis shows, for example `training loss`.
    pub up: String,
    /// The vertical axis at first; the reader can switch.
    pub scale: Scale,
    /// What the bands show.
    pub band: Band,
    /// The curves.
    pub curves: Vec<Curve>,
}

impl Curves {
    /// Draws the figure.
    pub fn figure(&self, language: Language) -> Figure {
        let words = language.words();
        let arms: Vec<Arm> = self.curves.iter().map(|curve| Arm::new(&curve.rule, &curve.label)).collect();
        let traces = self.curves.iter().zip(&arms).flat_map(|(curve, arm)| self.traces(curve, arm, language));
        let layout = json!({
            "xaxis": { "title": { "text": label(&self.across) }, "zeroline": false },
            "yaxis": { "title": { "text": label(&self.up) }, "zeroline": false, "tickformat": "~g" },
            "hovermode": "closest",
            "legend": { "orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom" },
            "margin": { "l": 55, "r": 10, "t": 40, "b": 42 },
        });
        let figure = Figure::new(&self.title, traces.collect(), layout).with_csv(&self.title, self.csv());
        let caption = match self.band {
            Band::Range => words.range_caption(),
            Band::Deviation => words.deviation_caption(),
        };
        Figure {
            caption: caption.to_owned(),
            views: self.scale.views(language),
            height: (400, 400),
            arms,
            ..figure
        }
    }

    /// Lower edge, upper edge filled down to it, mean. The band is left out where there is a single run.
    fn traces(&self, curve: &Curve, arm: &Arm, language: Language) -> Vec<Value> {
        let spread = spread(curve);
        let kept = thinned(spread.len());
        let across = array(kept.iter().map(|index| curve.steps[*index]));
        let values = |of: &dyn Fn(&Summary) -> f64| {
            array(kept.iter().map(|index| spread[*index].as_ref().map_or(f64::NAN, of)))
        };
        let line = |mode: &str| {
            let (name, group) = (label(&curve.label), &curve.label);
            json!({ "type": "scatter", "mode": mode, "name": name, "legendgroup": group })
        };
        let edge = |values: Value| {
            let invisible = json!({
                "x": across, "y": values, "showlegend": false, "hoverinfo": "skip",
                "line": { "width": 0.0, "color": "transparent" },
            });
            with(line("lines"), invisible)
        };
        let mut traces = Vec::new();
        if curve.runs.len() > 1 {
            let (low, high): (fn(&Summary) -> f64, fn(&Summary) -> f64) = match self.band {
                Band::Range => (|found| found.low, |found| found.high),
                Band::Deviation => {
                    (|found| found.mean - found.deviation, |found| found.mean + found.deviation)
                }
            };
            let filled = json!({ "fill": "tonexty", "fillcolor": arm.faded() });
            traces.push(edge(values(&low)));
            traces.push(with(edge(values(&high)), filled));
        }
        let details: Vec<Value> = kept
            .iter()
            .map(|index| match &spread[*index] {
                Some(found) => {
                    let ends = array([found.low, found.high]);
                    json!([ends[0], ends[1], found.count])
                }
                None => json!([null, null, 0]),
            })
            .collect();
        let hover = format!(
            "{} %{{x}}<br>%{{y:.4g}}  (%{{customdata[0]:.4g}} – %{{customdata[1]:.4g}}, %{{customdata[2]}} {})\
             <extra>%{{fullData.name}}</extra>",
            label(&self.across).replace('%', "&#37;"),
            language.words().runs()
        );
        let mode = if kept.len() <= 30 { "lines+markers" } else { "lines" };
        let mean_of = |found: &Summary| found.mean;
        let mean = json!({
            "x": across, "y": values(&mean_of), "line": arm.line(2.2), "marker": arm.marker(6),
            "customdata": details, "hovertemplate": hover,
        });
        traces.push(with(line(mode), mean));
        traces
    }

    /// Every value of every run: `rule,label,run,<across>,<up>`.
    fn csv(&self) -> String {
        let mut csv = Csv::new(["rule", "label", "run", &self.across, &self.up]);
        for curve in &self.curves {
            for (run, values) in curve.runs.iter().enumerate() {
                for (step, value) in curve.steps.iter().zip(values) {
                    let [run, step, value] = [(run + 1).to_string(), step.to_string(), value.to_string()];
                    csv.row([&curve.rule, &curve.label, &run, &step, &value]);
                }
            }
        }
        csv.finish()
    }
}

/// The summary over runs at each step.
fn spread(curve: &Curve) -> Vec<Option<Summary>> {
    let at = |index: usize| summary(curve.runs.iter().filter_map(move |run| run.get(index).copied()));
    (0..curve.steps.len()).map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curves(band: Band) -> Curves {
        let runs = vec![vec![4.0, 2.0, 1.0], vec![2.0, f64::NAN]];
        let curve = Curve { rule: "sgd".into(), label: "SGD".into(), steps: vec![1.0, 2.0, 3.0], runs };
        Curves {
            title: "Loss".into(),
            across: "step".into(),
            up: "loss".into(),
            band,
            scale: Scale::Logarithmic,
            curves: vec![curve],
        }
    }

    #[test]
    fn mean_and_range_over_the_runs_that_are_left() {
        let figure = curves(Band::Range).figure(Language::English);
        let values: Vec<&Value> = figure.traces.iter().map(|trace| &trace["y"]).collect();
        assert_eq!(values, [&json!([2.0, 2.0, 1.0]), &json!([4.0, 2.0, 1.0]), &json!([3.0, 2.0, 1.0])]);
        assert_eq!(figure.traces[2]["customdata"][0], json!([2.0, 4.0, 2]));
        assert_eq!(figure.traces[2]["customdata"][2], json!([1.0, 1.0, 1]));
        assert_eq!(figure.views[0].layout, json!({ "yaxis": { "type": "log" } }));
    }

    #[test]
    fn the_band_of_one_deviation() {
        let figure = curves(Band::Deviation).figure(Language::English);
        let low = figure.traces[0]["y"][0].as_f64().expect("a number");
        assert!((low - (3.0 - 2_f64.sqrt())).abs() < 1e-5, "{low}");
    }

    #[test]
    fn csv_has_every_value() {
        let (name, csv) = curves(Band::Range).figure(Language::English).csv.expect("data");
        assert_eq!(name, "loss.csv");
        let expected = "rule,label,run,step,loss\nsgd,SGD,1,1,4\nsgd,SGD,1,2,2\nsgd,SGD,1,3,1\nsgd,SGD,2,1,2\nsgd,SGD,2,2,NaN\n";
        assert_eq!(csv, expected);
    }

    #[test]
    fn a_long_curve_is_thinned_on_the_page_only() {
        let mut long = curves(Band::Range);
        long.curves[0].steps = (0..5000).map(f64::from).collect();
        long.curves[0].runs = vec![vec![1.0; 5000]];
        let figure = long.figure(Language::English);
        assert_eq!(figure.traces.len(), 1);
        assert_eq!(figure.traces[0]["y"].as_array().map(Vec::len), Some(1000));
        assert_eq!(figure.csv.expect("data").1.lines().count(), 5001);
    }
}
