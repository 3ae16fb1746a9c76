//! How much the learning rate matters: every trial of the search, one line a rule, a band where several seeds ran, a bar at
//! the cliff.

use serde_json::{Value, json};

use super::Scale;
use crate::{
    Arm, Figure, Language,
    csv::Csv,
    escape::label,
    figure::with,
    number::{Summary, array, summary},
};

/// The most trials of a figure that are drawn as single points. More of them would hide one another, and a browser takes
/// minutes for them.
const MOST_DOTS: usize = 5_000;

/// One trial of a search.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trial {
    /// Learning rate, positive.
    pub learning_rate: f64,
    /// The result of the run; not finite if it diverged.
    pub value: f64,
}

/// The search for one rule's learning rate.
#[derive(Debug, Clone)]
pub struct Searched {
    /// Name of the rule; decides the colour.
    pub rule: String,
    /// What the legend says.
    pub label: String,
    /// The trials, in any order; several may share a rate.
    pub trials: Vec<Trial>,
    /// The rate that was chosen.
    pub chosen: Option<f64>,
    /// The cliff: the smallest rate above the chosen one where the result collapses.
    pub cliff: Option<f64>,
}

/// Which values are better; decides where runs that diverged are put: at the worse end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Better {
    /// Accuracy.
    #[default]
    Higher,
    /// Loss.
    Lower,
}

/// The searches of several rules in one figure.
#[derive(Debug, Clone, Default)]
pub struct Sensitivity {
    /// Title, a few words.
    pub title: String,
    /// What the vertical axis shows, for example `validation accuracy`.
    pub up: String,
    /// Which values are better.
    pub better: Better,
    /// The vertical axis at first; the reader can switch.
    pub scale: Scale,
    /// The searches.
    pub rules: Vec<Searched>,
}

impl Searched {
    /// Returns whether the chosen rate lies in the outer tenth (of the logarithm) of the searched range. The best rate may lie
    /// outside then.
    pub fn at_edge(&self) -> bool {
        let rates = self.trials.iter().map(|trial| trial.learning_rate.ln());
        let (Some(chosen), Some(range)) = (self.chosen, summary(rates)) else { return false };
        let (low, high) = (range.low, range.high);
        let outer = 0.1 * (high - low);
        // A rate that was read back from decimal text is still at the end of the range.
        let slack = 1e-9 * (1.0 + outer);
        high > low && (chosen.ln() <= low + outer + slack || chosen.ln() >= high - outer - slack)
    }

    /// The finite values at each rate, rates ascending: absent where every run diverged.
    fn by_rate(&self) -> Vec<(f64, Option<Summary>)> {
        let mut rates: Vec<f64> = self.trials.iter().map(|trial| trial.learning_rate).collect();
        rates.sort_by(f64::total_cmp);
        rates.dedup();
        let values = |rate: f64| {
            summary(self.trials.iter().filter(|trial| trial.learning_rate == rate).map(|trial| trial.value))
        };
        rates.into_iter().map(|rate| (rate, values(rate))).collect()
    }
}

impl Sensitivity {
    /// Draws the figure.
    pub fn figure(&self, language: Language) -> Figure {
        let words = language.words();
        let arms: Vec<Arm> =
            self.rules.iter().map(|searched| Arm::new(&searched.rule, &searched.label)).collect();
        let drawn = self.rules.iter().zip(&arms).enumerate();
        let traces = drawn.flat_map(|(index, (searched, arm))| self.traces(index, searched, arm, language));
        // Crosses have an axis of their own, so that they stay at the worse end whatever the range of values and the zoom.
        let (shapes, annotations): (Vec<Value>, Vec<Value>) =
            self.rules.iter().zip(&arms).filter_map(|(searched, arm)| edge(searched, arm)).unzip();
        let layout = json!({
            "shapes": shapes, "annotations": annotations,
            "xaxis": {
                "type": "log", "title": { "text": words.learning_rate() }, "zeroline": false,
            },
            "yaxis": { "title": { "text": label(&self.up) }, "zeroline": false, "tickformat": "~g" },
            "yaxis2": { "overlaying": "y", "range": [0, 1], "visible": false, "fixedrange": true },
            "hovermode": "closest",
            "legend": { "orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom" },
            "margin": { "l": 55, "r": 10, "t": 40, "b": 42 },
        });
        let dots = if self.shows_each() { words.sensitivity_dots() } else { "" };
        let mut caption = dots.to_owned() + words.sensitivity_caption();
        for searched in self.rules.iter().filter(|searched| searched.at_edge()) {
            caption = caption + " ⚠ " + &words.edge(&searched.label);
        }
        let figure = Figure::new(&self.title, traces.collect(), layout).with_csv(&self.title, self.csv());
        Figure { caption, views: self.scale.views(language), height: (420, 420), arms, ..figure }
    }

    /// Band, mean line, trials, ring around the chosen rate, crosses, cliff.
    fn traces(&self, index: usize, searched: &Searched, arm: &Arm, language: Language) -> Vec<Value> {
        let words = language.words();
        let scatter = |mode: &str, pairs: &[(f64, f64)], extra: Value| {
            let (x, y) = (array(pairs.iter().map(|pair| pair.0)), array(pairs.iter().map(|pair| pair.1)));
            let points = json!({
                "type": "scatter", "mode": mode, "name": label(&searched.label), "legendgroup": searched.label,
                "x": x, "y": y,
            });
            with(points, extra)
        };
        let hover = |what: &str| {
            format!("{} %{{x:.3g}}<br>{what}<extra>%{{fullData.name}}</extra>", words.learning_rate())
        };
        let by_rate = searched.by_rate();
        let at = |pick: fn(Summary) -> f64| -> Vec<(f64, f64)> {
            by_rate.iter().map(|&(rate, found)| (rate, found.map_or(f64::NAN, pick))).collect()
        };
        let means = at(|found| found.mean);
        let mut traces = Vec::new();
        if by_rate.iter().any(|(_, found)| found.is_some_and(|found| found.count > 1)) {
            let invisible = json!({
                "showlegend": false, "hoverinfo": "skip", "line": { "width": 0.0, "color": "transparent" },
            });
            let filled = json!({ "fill": "tonexty", "fillcolor": arm.faded() });
            traces.push(scatter("lines", &at(|found| found.low), invisible.clone()));
            traces.push(scatter("lines", &at(|found| found.high), with(invisible, filled)));
        }
        let drawn = json!({
            "line": arm.line(2.0), "marker": arm.marker(6), "hovertemplate": hover("%{y:.4g}"),
        });
        traces.push(scatter("lines+markers", &means, drawn));

        let pair = |trial: &Trial| (trial.learning_rate, trial.value);
        let (finished, diverged): (Vec<_>, Vec<_>) =
            searched.trials.iter().map(pair).partition(|(_, value)| value.is_finite());
        // Where each rate was tried once, the line's own markers are the trials.
        let repeated = finished.len() > means.iter().filter(|(_, mean)| mean.is_finite()).count();
        if repeated && self.shows_each() {
            let dots = json!({
                "showlegend": false, "marker": with(arm.marker(5), json!({ "opacity": 0.45 })),
                "hovertemplate": hover("%{y:.4g}"),
            });
            traces.push(scatter("markers", &finished, dots));
        }
        let is_chosen = |rate: f64| searched.chosen.is_some_and(|chosen| close(rate, chosen));
        let chosen: Vec<(f64, f64)> = means.iter().filter(|(rate, _)| is_chosen(*rate)).copied().collect();
        let open = json!({ "symbol": "circle-open", "line": { "width": 2.5 } });
        let ring = json!({
            "showlegend": false, "marker": with(arm.marker(16), open),
            "hovertemplate": hover(&format!("{}: %{{y:.4g}}", words.chosen())),
        });
        traces.push(scatter("markers", &chosen, ring));

        if !diverged.is_empty() {
            // Each rule has its own height, so that crosses at the same rate stay apart.
            let inward = 0.02 + 0.035 * index as f64;
            let height = if self.better == Better::Higher { inward } else { 1.0 - inward };
            let mut places: Vec<(f64, f64)> = diverged.iter().map(|(rate, _)| (*rate, height)).collect();
            places.dedup();
            let cross = json!({
                "showlegend": false, "marker": with(arm.marker(9), json!({ "symbol": "x" })), "yaxis": "y2",
                "hovertemplate": hover(words.diverged()),
            });
            traces.push(scatter("markers", &places, cross));
        }
        if let Some(cliff) = searched.cliff {
            // Bars of several rules at one rate: the shorter before the longer.
            let length = 0.05 + 0.03 * (self.rules.len() - index) as f64;
            let ends = if self.better == Better::Higher { [0.0, length] } else { [1.0, 1.0 - length] };
            let bar = json!({
                "showlegend": false, "line": { "width": 4.0, "color": arm.colour() }, "yaxis": "y2",
                "hovertemplate": hover(words.collapses()),
            });
            traces.push(scatter("lines", &ends.map(|end| (cliff, end)), bar));
        }
        traces
    }

    /// Whether trials are drawn one by one.
    fn shows_each(&self) -> bool {
        self.values().count() <= MOST_DOTS
    }

    fn values(&self) -> impl Iterator<Item = f64> {
        self.rules.iter().flat_map(|searched| &searched.trials).map(|trial| trial.value)
    }

    fn csv(&self) -> String {
        let mut csv = Csv::new(["rule", "label", "learning_rate", &self.up, "chosen"]);
        for searched in &self.rules {
            for trial in &searched.trials {
                let chosen = searched.chosen.is_some_and(|chosen| close(trial.learning_rate, chosen));
                let numbers = [trial.learning_rate.to_string(), trial.value.to_string(), chosen.to_string()];
                csv.row([&searched.rule, &searched.label, &numbers[0], &numbers[1], &numbers[2]]);
            }
        }
        csv.finish()
    }
}

/// A dotted line and a warning sign at a chosen rate that lies at the edge.
fn edge(searched: &Searched, arm: &Arm) -> Option<(Value, Value)> {
    let rate = searched.chosen.filter(|_| searched.at_edge())?;
    let line = json!({
        "type": "line", "xref": "x", "yref": "paper", "x0": rate, "x1": rate, "y0": 0, "y1": 1,
        "line": { "color": arm.colour(), "width": 1.5, "dash": "dot" },
    });
    // plotly.js places shapes by the value and annotations by its logarithm.
    let sign = json!({
        "xref": "x", "yref": "paper", "x": rate.log10(), "y": 0.5, "text": "⚠", "showarrow": false, "xshift": -9,
        "font": { "color": arm.colour(), "size": 15 },
    });
    Some((line, sign))
}

/// Whether two rates are the same but for rounding.
fn close(a: f64, b: f64) -> bool {
    (a / b - 1.0).abs() < 1e-9
}

#[cfg(test)]
mod tests {
    use super::*;

    fn searched(chosen: f64) -> Searched {
        let trial = |learning_rate, value| Trial { learning_rate, value };
        let trials =
            vec![trial(0.1, 0.9), trial(0.01, 0.6), trial(0.1, 0.8), trial(10.0, f64::NAN), trial(1.0, 0.5)];
        Searched { rule: "sgd".into(), label: "SGD".into(), trials, chosen: Some(chosen), cliff: Some(10.0) }
    }

    fn figure(better: Better, chosen: f64) -> Figure {
        let rules = vec![searched(chosen)];
        let up = "accuracy".to_owned();
        Sensitivity { title: "Rate".into(), up, better, scale: Scale::Linear, rules }
            .figure(Language::English)
    }

    #[test]
    fn thousands_of_trials_are_a_band() {
        let trials = |count: usize| -> Vec<Trial> {
            let one = |i| Trial { learning_rate: 1.0 + (i / 2) as f64, value: i as f64 };
            (0..count).map(one).collect()
        };
        let figure = |count| {
            let searched = Searched { trials: trials(count), ..searched(1.0) };
            Sensitivity { rules: vec![searched], ..Sensitivity::default() }.figure(Language::English)
        };
        let (dots, band) = (figure(MOST_DOTS), figure(MOST_DOTS + 1));
        assert_eq!(dots.traces.len(), band.traces.len() + 1);
        assert!(
            dots.caption.starts_with("Each dot is one trial. A line") && band.caption.starts_with("A line")
        );
    }

    #[test]
    fn band_means_trials_ring_crosses_and_cliff() {
        let [low, high, means, trials, ring, crosses, cliff] =
            <[Value; 7]>::try_from(figure(Better::Higher, 0.1).traces).expect("seven traces");
        assert_eq!(means["x"], json!([0.01, 0.1, 1.0, 10.0]));
        assert_eq!(means["y"], json!([0.6, 0.85, 0.5, null]));
        assert_eq!((&low["y"], &low["x"]), (&json!([0.6, 0.8, 0.5, null]), &means["x"]));
        assert_eq!((&high["y"], &high["fill"]), (&json!([0.6, 0.9, 0.5, null]), &json!("tonexty")));
        assert_eq!(trials["y"], json!([0.9, 0.6, 0.8, 0.5]));
        assert_eq!((&ring["x"], &ring["y"]), (&json!([0.1]), &json!([0.85])));
        assert_eq!((&crosses["x"], &crosses["y"]), (&json!([10.0]), &json!([0.02])));
        assert_eq!((&cliff["x"], &cliff["y"]), (&json!([10.0, 10.0]), &json!([0.0, 0.08])));
        assert_eq!((&crosses["yaxis"], &cliff["yaxis"]), (&json!("y2"), &json!("y2")));
    }

    #[test]
    fn one_seed_at_each_rate_has_no_band() {
        let alone = vec![Trial { learning_rate: 0.1, value: 1.0 }, Trial { learning_rate: 1.0, value: 2.0 }];
        let rules = vec![Searched { trials: alone, cliff: None, ..searched(0.1) }];
        let figure = Sensitivity { rules, ..Sensitivity::default() }.figure(Language::English);
        assert_eq!(figure.traces.len(), 2, "the means and the ring");
    }

    #[test]
    fn what_went_wrong_stands_at_the_worse_end() {
        let traces = figure(Better::Lower, 0.1).traces;
        assert_eq!((&traces[5]["y"], &traces[6]["y"]), (&json!([0.98]), &json!([1.0, 0.92])));
    }

    #[test]
    fn the_edge_of_the_range_is_called_out() {
        assert!(!searched(0.1).at_edge());
        assert!(searched(0.01).at_edge());
        assert!(searched(10.0).at_edge());
        let warned = figure(Better::Higher, 10.0);
        assert!(warned.caption.contains("⚠ SGD: the best rate lies at the edge"));
        assert_eq!(
            (&warned.layout["shapes"][0]["x0"], &warned.layout["annotations"][0]["x"]),
            (&json!(10.0), &json!(1.0))
        );
        let alone = Searched { trials: vec![Trial { learning_rate: 0.1, value: 1.0 }], ..searched(0.1) };
        assert!(!alone.at_edge());
    }

    #[test]
    fn csv_marks_the_chosen_rate() {
        let (_, csv) = figure(Better::Higher, 0.1).csv.expect("data");
        assert_eq!(csv.lines().nth(1), Some("sgd,SGD,0.1,0.9,true"));
        assert_eq!(csv.lines().nth(4), Some("sgd,SGD,10,NaN,false"));
    }
}
