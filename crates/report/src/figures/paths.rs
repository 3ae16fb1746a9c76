//! The rules' paths over the contour lines, replayed step by step, with f on the way beside them.

mod path;
mod trail;

pub use path::Path;

use serde_json::{Value, json};

use super::Landscape;
use crate::{
    Arm, Figure, Language, Walk,
    csv::Csv,
    escape::label,
    number::{summary, thinned},
};
use trail::Drawn;

/// The paths of several rules over one landscape.
#[derive(Debug, Clone)]
pub struct Paths<'a> {
    /// The function under the paths.
    pub landscape: &'a Landscape,
    /// The paths.
    pub paths: &'a [Path],
}

impl Paths<'_> {
    /// Draws the figure.
    pub fn figure(&self, language: Language) -> Figure {
        let words = language.words();
        let longest = self.paths.iter().map(|path| path.points.len()).max().unwrap_or(0);
        let steps = thinned(longest);
        let arms: Vec<Arm> = self.paths.iter().map(Path::arm).collect();
        let offset = self.offset();
        let ground = self.landscape;
        let mut traces =
            vec![ground.contour_trace(false), ground.arrow_trace(language), ground.minima_trace(language)];
        let (mut trails, mut heads) = (Vec::new(), Vec::new());
        for (path, arm) in self.paths.iter().zip(&arms) {
            let kept: Vec<usize> =
                steps.iter().copied().take_while(|step| *step < path.points.len()).collect();
            let drawn = Drawn { path, arm, kept, offset, step: words.walk_step() };
            for (trail, head) in [drawn.over_the_contours(self.landscape), drawn.against_the_step()] {
                trails.push(traces.len());
                heads.push((traces.len() + 1, traces.len()));
                traces.extend([trail, head]);
            }
        }
        traces.push(self.start(language));
        let figure = Figure::new(self.landscape.heading(), traces, self.layout(language, longest, offset));
        let mut caption = words.paths_caption().to_owned();
        for path in self.paths {
            let left = path.points_within(self.landscape);
            if left < path.points.len() {
                caption = caption + " " + &words.leaves(&path.label, left);
            }
        }
        Figure {
            caption,
            narrow: narrow(),
            height: self.height(),
            wide: true,
            walk: Some(Walk { steps, trails, heads }),
            arms,
            ..figure.with_csv(&format!("{}-paths", self.landscape.name), self.csv())
        }
    }

    /// Returns the number that is subtracted from f so that its values can be drawn on a logarithmic axis; `None` if they
    /// cannot.
    fn offset(&self) -> Option<f64> {
        let values = self.paths.iter().flat_map(|path| path.values.iter().copied());
        let lowest = summary(values).map_or(0.0, |found| found.low);
        match self.landscape.lowest {
            // Rounding may carry a rule a little below the published minimum.
            Some(known) => Some(known.min(lowest)),
            None => (lowest > 0.0).then_some(0.0),
        }
    }

    fn start(&self, language: Language) -> Value {
        let mut places: Vec<[f64; 2]> =
            self.paths.iter().filter_map(|path| path.points.first().copied()).collect();
        places.dedup();
        let coordinates = |axis: usize| places.iter().map(|place| place[axis]).collect::<Vec<f64>>();
        json!({
            "type": "scatter", "mode": "markers", "name": label(language.words().start()),
            "x": coordinates(0), "y": coordinates(1),
            "marker": { "symbol": "circle-open", "size": 15, "color": "var(--ink)", "line": { "width": 2.0 } },
            "hovertemplate": "(%{x:.4g}, %{y:.4g})<extra>%{fullData.name}</extra>",
        })
    }

    fn layout(&self, language: Language, longest: usize, offset: Option<f64>) -> Value {
        let words = language.words();
        let (mut across, mut up) = self.landscape.axes();
        across["domain"] = json!([0.0, 0.56]);
        up["domain"] = json!([0.0, 1.0]);
        let mut value = json!({
            "title": { "text": "f" }, "anchor": "x2", "domain": [0.0, 1.0], "zeroline": false,
            "tickformat": "~g",
        });
        if let Some(offset) = offset {
            value["type"] = json!("log");
            value["range"] = json!(self.decades(offset));
            if offset != 0.0 {
                value["title"]["text"] = json!(words.above_minimum());
            }
        }
        json!({
            "xaxis": across,
            "yaxis": up,
            "xaxis2": {
                "title": { "text": words.walk_step() }, "anchor": "y2", "domain": [0.65, 1.0], "zeroline": false,
                "range": [-0.02 * longest as f64, 1.02 * (longest.max(2) - 1) as f64],
            },
            "yaxis2": value,
            "hovermode": "closest",
            "legend": { "orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom" },
            "margin": { "l": 45, "r": 10, "t": 40, "b": 42 },
        })
    }

    /// Range of the logarithmic axis, as powers of ten. A rule that diverges, or one that reaches the minimum to the last bit,
    /// must not flatten the others.
    fn decades(&self, offset: f64) -> [f64; 2] {
        let above = |path: &Path| path.values.iter().map(|value| value - offset).collect::<Vec<f64>>();
        let values: Vec<f64> = self.paths.iter().flat_map(above).filter(|value| *value > 0.0).collect();
        let starts = self.paths.iter().map(|path| path.value(0) - offset);
        let start = summary(starts.filter(|value| *value > 0.0)).map_or(1.0, |found| found.high);
        let found = summary(values.iter().copied());
        let (low, high) = found.map_or((1.0, 1.0), |found| (found.low, found.high));
        let low = low.max(start * 1e-16);
        let high = high.min(start * 1e3).max(low * 10.0);
        [low.log10() - 0.2, high.log10() + 0.2]
    }

    /// As much as the map needs at the width it gets, on a desk and on a phone.
    fn height(&self) -> (u32, u32) {
        let shape = self.landscape.shape();
        (
            (540.0 * shape + 90.0).clamp(360.0, 620.0) as u32,
            (310.0 * shape / 0.58 + 190.0).clamp(500.0, 740.0) as u32,
        )
    }

    fn csv(&self) -> String {
        let mut csv = Csv::new(["rule", "label", "step", "x", "y", "f"]);
        for path in self.paths {
            for (step, [x, y]) in path.points.iter().enumerate() {
                let numbers = [*x, *y, path.value(step)].map(|value| value.to_string());
                let [x, y, value] = numbers;
                csv.row([&path.rule, &path.label, &step.to_string(), &x, &y, &value]);
            }
        }
        csv.finish()
    }
}

/// On a phone the curve of f is below the map.
fn narrow() -> Value {
    json!({
        "xaxis": { "domain": [0.0, 1.0], "title": { "text": "" } },
        "yaxis": { "domain": [0.42, 1.0] },
        "xaxis2": { "domain": [0.0, 1.0] },
        "yaxis2": { "domain": [0.0, 0.3] },
        "margin": { "l": 42, "r": 4 },
    })
}

#[cfg(test)]
mod tests {
    use super::{super::landscape::tests::bowl, *};

    fn path(rule: &str, points: Vec<[f64; 2]>) -> Path {
        let values = points.iter().map(|[x, y]| x * x / 20.0 + y * y).collect();
        Path { rule: rule.into(), label: rule.to_uppercase(), detail: "rate 0.1".into(), points, values }
    }

    #[test]
    fn each_rule_has_a_trail_and_a_head_on_both_sides() {
        let landscape = bowl();
        let paths = [path("sgd", vec![[-7.0, 2.0], [-6.3, -1.8]]), path("adam", vec![[-7.0, 2.0]])];
        let figure = Paths { landscape: &landscape, paths: &paths }.figure(Language::English);
        let walk = figure.walk.expect("paths can be replayed");
        assert_eq!(walk.steps, [0, 1]);
        assert_eq!(walk.trails, [3, 5, 7, 9]);
        assert_eq!(walk.heads, [(4, 3), (6, 5), (8, 7), (10, 9)]);
        assert_eq!(figure.traces[3]["x"], json!([-7.0, -6.3]));
        assert_eq!(figure.traces[3]["name"], "SGD, rate 0.1");
        assert_eq!(figure.arms[0], Arm::new("sgd", "SGD"));
        assert_eq!(figure.traces[4]["x"], json!([-6.3]));
        assert_eq!(figure.traces[5]["yaxis"], "y2");
        assert_eq!(figure.traces.last().expect("the start")["x"], json!([-7.0]));
        let (name, csv) = figure.csv.expect("the points");
        assert_eq!(name, "bowl-paths.csv");
        assert_eq!(csv.lines().nth(2), Some("sgd,SGD,1,-6.3,-1.8,5.2245"));
    }

    #[test]
    fn a_path_that_runs_away_is_said_to_and_does_not_flatten_the_others() {
        let landscape = bowl();
        let paths = [path("sgd", vec![[-7.0, 2.0], [30.0, 2.0], [1e200, f64::NAN]])];
        let figure = Paths { landscape: &landscape, paths: &paths }.figure(Language::English);
        assert!(figure.caption.ends_with("SGD leaves the picture at step 1."), "{}", figure.caption);
        assert_eq!(figure.traces[3]["x"], json!([-7.0, 30.0, 410.0]));
        assert!(figure.traces[3]["y"][2].is_null());
        let range = figure.layout["yaxis2"]["range"].as_array().expect("a range");
        assert!(range[1].as_f64().expect("a number") < 4.1, "{range:?}");
    }

    #[test]
    fn negative_values_without_a_known_minimum_are_drawn_on_a_linear_axis() {
        let mut landscape = bowl();
        landscape.lowest = None;
        let mut down = path("sgd", vec![[0.0, 1.0], [0.0, 0.5]]);
        down.values = vec![1.0, -1.0];
        let figure = Paths { landscape: &landscape, paths: &[down] }.figure(Language::English);
        assert!(figure.layout["yaxis2"]["type"].is_null());
        assert_eq!(figure.traces[5]["y"], json!([1.0, -1.0]));
    }
}
