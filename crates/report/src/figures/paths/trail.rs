//! One rule's trail: over the contour lines, and f against the step.

use serde_json::{Value, json};

use super::path::Path;
use crate::figures::Landscape;
use crate::{Arm, escape::label, figure::with, number::array};

/// A path with what is needed to draw it.
pub(super) struct Drawn<'a> {
    pub(super) path: &'a Path,
    pub(super) arm: &'a Arm,
    /// The steps that are drawn.
    pub(super) kept: Vec<usize>,
    pub(super) offset: Option<f64>,
    /// The word for a step.
    pub(super) step: &'static str,
}

impl Drawn<'_> {
    pub(super) fn over_the_contours(&self, landscape: &Landscape) -> (Value, Value) {
        let ((left, right), (bottom, top)) = (Landscape::ends(&landscape.x), Landscape::ends(&landscape.y));
        // A point far outside shows only the direction of the path. At its true position it would overflow the canvas.
        let near = |value: f64, low: f64, high: f64| {
            value.clamp(low - 20.0 * (high - low), high + 20.0 * (high - low))
        };
        let points = |axis: usize, low: f64, high: f64| -> Vec<f64> {
            self.kept.iter().map(|step| near(self.path.points[*step][axis], low, high)).collect()
        };
        self.trail(points(0, left, right), points(1, bottom, top), "(%{x:.4g}, %{y:.4g})<br>", true)
    }

    pub(super) fn against_the_step(&self) -> (Value, Value) {
        let steps = self.kept.iter().map(|step| *step as f64).collect();
        let value = |step: &usize| match self.offset {
            Some(offset) => {
                Some(self.path.value(*step) - offset).filter(|value| *value > 0.0).unwrap_or(f64::NAN)
            }
            None => self.path.value(*step),
        };
        let values = self.kept.iter().map(value).collect();
        let (mut trail, mut head) = self.trail(steps, values, "", false);
        for trace in [&mut trail, &mut head] {
            trace["xaxis"] = json!("x2");
            trace["yaxis"] = json!("y2");
        }
        (trail, head)
    }

    /// The line, and the larger point at its end.
    fn trail(&self, x: Vec<f64>, y: Vec<f64>, place: &str, legend: bool) -> (Value, Value) {
        let values = |step: &usize| json!([step, array([self.path.value(*step)])[0]]);
        let details: Vec<Value> = self.kept.iter().map(values).collect();
        // Short paths show each step as a point; long ones would be nothing but points.
        let mode = if self.kept.len() <= 120 && legend { "lines+markers" } else { "lines" };
        let step = self.step;
        let hover = format!(
            "{step} %{{customdata[0]}}<br>{place}f = %{{customdata[1]:.4g}}<extra>%{{fullData.name}}</extra>"
        );
        let last = |values: &[f64]| array(values.last().copied());
        let outline = json!({ "line": { "color": "var(--paper)", "width": 1.5 } });
        let head = json!({
            "type": "scatter", "mode": "markers", "name": label(&self.path.label), "legendgroup": self.path.label,
            "showlegend": false, "x": last(&x), "y": last(&y), "marker": with(self.arm.marker(11), outline),
            "hoverinfo": "skip",
        });
        let trail = json!({
            "type": "scatter", "mode": mode, "name": label(&self.path.label), "legendgroup": self.path.label,
            "showlegend": legend, "x": array(x), "y": array(y), "line": self.arm.line(2.2),
            "marker": self.arm.marker(5), "customdata": details, "hovertemplate": hover,
        });
        (trail, head)
    }
}
