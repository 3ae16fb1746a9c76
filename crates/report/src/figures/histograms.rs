//! Distributions, one small plot each: the activations, layer by layer.

use serde_json::{Value, json};

use crate::{Figure, csv::Csv, escape::label, number::array};

/// One distribution.
#[derive(Debug, Clone)]
pub struct Distribution {
    /// The text above it.
    pub label: String,
    /// Where bars begin and end: one more than there are bars.
    pub edges: Vec<f64>,
    /// The height of each bar.
    pub counts: Vec<u64>,
}

/// Several distributions in a row.
#[derive(Debug, Clone, Default)]
pub struct Histograms {
    /// Title, a few words.
    pub title: String,
    /// The caption; may be empty.
    pub caption: String,
    /// The distributions, left to right.
    pub distributions: Vec<Distribution>,
}

impl Histograms {
    /// Draws the figure.
    pub fn figure(&self) -> Figure {
        let count = self.distributions.len().max(1);
        let mut layout = json!({
            "grid": { "rows": 1, "columns": count, "pattern": "independent", "xgap": 0.12 },
            "showlegend": false, "bargap": 0.05, "hovermode": "closest",
            "margin": { "l": 10, "r": 10, "t": 28, "b": 30 },
        });
        let mut annotations = Vec::new();
        let mut traces = Vec::new();
        for (index, one) in self.distributions.iter().enumerate() {
            // plotly.js calls the first axes x and y, the others x2, y2, …
            let suffix = if index == 0 { String::new() } else { (index + 1).to_string() };
            let middles = one.edges.windows(2).map(|edge| (edge[0] + edge[1]) / 2.0);
            let width = one.edges.windows(2).next().map_or(1.0, |edge| edge[1] - edge[0]);
            traces.push(json!({
                "type": "bar", "x": array(middles), "y": one.counts, "width": width,
                "xaxis": format!("x{suffix}"), "yaxis": format!("y{suffix}"), "name": label(&one.label),
                "marker": { "color": "#1a7cc0" }, "hovertemplate": "%{x:.3g}: %{y}<extra>%{fullData.name}</extra>",
            }));
            let ends = (one.edges.first().copied(), one.edges.last().copied());
            let range = if let (Some(low), Some(high)) = ends { json!([low, high]) } else { Value::Null };
            layout[format!("xaxis{suffix}")] =
                json!({ "range": range, "nticks": 4, "fixedrange": true, "zeroline": false });
            layout[format!("yaxis{suffix}")] = json!({ "showticklabels": false, "fixedrange": true, "rangemode": "tozero", "showgrid": false });
            annotations.push(json!({
                "text": label(&one.label), "showarrow": false, "xref": format!("x{suffix} domain"),
                "yref": format!("y{suffix} domain"), "x": 0.5, "y": 1.12, "xanchor": "center",
            }));
        }
        layout["annotations"] = Value::Array(annotations);
        let figure = Figure::new(&self.title, traces, layout).with_csv(&self.title, self.csv());
        Figure { caption: self.caption.clone(), height: (210, 190), wide: true, ..figure }
    }

    fn csv(&self) -> String {
        let mut csv = Csv::new(["distribution", "from", "to", "count"]);
        for one in &self.distributions {
            for (edge, count) in one.edges.windows(2).zip(&one.counts) {
                csv.row([&one.label, &edge[0].to_string(), &edge[1].to_string(), &count.to_string()]);
            }
        }
        csv.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_distribution_has_axes_of_its_own() {
        let one =
            |name: &str| Distribution { label: name.into(), edges: vec![0.0, 0.5, 1.0], counts: vec![3, 4] };
        let histograms = Histograms {
            title: "He".into(),
            caption: String::new(),
            distributions: vec![one("relu1"), one("relu2")],
        };
        let figure = histograms.figure();
        assert_eq!(figure.traces[1]["xaxis"], "x2");
        assert_eq!(figure.traces[1]["x"], json!([0.25, 0.75]));
        assert_eq!(figure.layout["xaxis2"]["range"], json!([0.0, 1.0]));
        assert!(figure.csv.unwrap().1.ends_with("relu2,0.5,1,4\n"));
        assert!(Histograms::default().figure().traces.is_empty());
    }
}
