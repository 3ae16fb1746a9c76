//! The trials of a search: the settings and the result of each.

use serde_json::json;

use crate::{Figure, csv::Csv, escape::label, number::array};

/// Values of one setting against the result.
#[derive(Debug, Clone, Default)]
pub struct Trials {
    /// Title, a few words.
    pub title: String,
    /// The caption; may be empty.
    pub caption: String,
    /// The setting, drawn on a logarithmic axis.
    pub across: String,
    /// The name of the result.
    pub up: String,
    /// Setting and result of each trial; results that are not finite are marked at the bottom.
    pub points: Vec<(f64, f64)>,
    /// The range that was searched.
    pub range: [f64; 2],
}

impl Trials {
    /// Draws the figure.
    pub fn figure(&self) -> Figure {
        let good = || self.points.iter().filter(|(_, y)| y.is_finite());
        let lowest = good().map(|(_, y)| *y).fold(f64::INFINITY, f64::min);
        let bad: Vec<f64> = self.points.iter().filter(|(_, y)| !y.is_finite()).map(|(x, _)| *x).collect();
        let marks = vec![if lowest.is_finite() { lowest } else { 0.0 }; bad.len()];
        let traces = vec![
            json!({
                "type": "scatter", "mode": "markers", "x": array(good().map(|(x, _)| *x)), "y": array(good().map(|(_, y)| *y)),
                "marker": { "color": "#1a7cc0", "size": 8, "opacity": 0.75 },
                "hovertemplate": "%{x:.3g}: %{y:.4f}<extra></extra>",
            }),
            json!({
                "type": "scatter", "mode": "markers", "x": array(bad.into_iter()), "y": marks,
                "marker": { "color": "#d55e00", "size": 9, "symbol": "x" }, "hovertemplate": "%{x:.3g}: diverged<extra></extra>",
            }),
        ];
        let edge = |x: f64| {
            json!({ "type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1,
                                    "line": { "color": "var(--muted)", "width": 1, "dash": "dot" } })
        };
        let layout = json!({
            "xaxis": { "type": "log", "title": { "text": label(&self.across) }, "zeroline": false },
            "yaxis": { "title": { "text": label(&self.up) }, "zeroline": false },
            "shapes": self.range.map(edge), "showlegend": false, "hovermode": "closest",
            "margin": { "l": 55, "r": 10, "t": 10, "b": 42 },
        });
        let mut csv = Csv::new([&self.across, &self.up]);
        self.points.iter().for_each(|(x, y)| csv.row([x.to_string(), y.to_string()]));
        let figure = Figure::new(&self.title, traces, layout).with_csv(&self.title, csv.finish());
        Figure { caption: self.caption.clone(), height: (380, 340), ..figure }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trials_that_diverged_are_marked() {
        let trials =
            Trials { points: vec![(0.1, 0.9), (1.0, f64::NAN)], range: [0.01, 10.0], ..Trials::default() };
        let figure = trials.figure();
        assert_eq!(figure.traces[0]["x"], json!([0.1]));
        assert_eq!(
            (figure.traces[1]["x"].clone(), figure.traces[1]["y"].clone()),
            (json!([1.0]), json!([0.9]))
        );
    }
}
