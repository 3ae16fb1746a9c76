//! The landscape as traces and axes: contour lines, minima, arrows.

use serde_json::{Value, json};

use super::{ARROWS, Arrow, Landscape};
use crate::{
    Language,
    escape::label,
    number::{significant, summary},
};

/// Height over width up to which both axes have the same unit.
const EQUAL_UNITS: std::ops::RangeInclusive<f64> = 0.4..=1.6;
/// Contour lines.
const LEVELS: f64 = 18.0;

impl Landscape {
    /// Returns the heights for colours and contour lines: `(f - min f)^(1/p)`, with `p` such that half of the ground lies below
    /// half of the height.
    ///
    /// With equally spaced values of f, all lines of a ravine would be at its walls, and none on its floor, where the paths
    /// are. The map is monotone, so each line still is a line of equal f.
    pub(crate) fn heights(&self) -> Vec<Vec<f64>> {
        let all = || self.values.iter().flatten().copied();
        let Some(found) = summary(all()) else { return self.values.clone() };
        let mut above: Vec<f64> = all().filter(|v| v.is_finite()).map(|v| v - found.low).collect();
        above.sort_by(f64::total_cmp);
        let median = above[above.len() / 2];
        let ratio = (found.high - found.low) / median;
        let power = if ratio.is_finite() { (ratio.ln() / 2_f64.ln()).clamp(1.0, 12.0) } else { 1.0 };
        let height = |value: &f64| (value - found.low).powf(1.0 / power);
        self.values.iter().map(|row| row.iter().map(height).collect()).collect()
    }

    /// Returns the contour lines, tinted by height. The page brings the colours, light or dark.
    pub(crate) fn contour_trace(&self, hover: bool) -> Value {
        let heights = self.heights();
        let top = summary(heights.iter().flatten().copied()).map_or(1.0, |found| found.high);
        let rounded = |rows: &[Vec<f64>], digits: usize| -> Vec<Vec<f64>> {
            rows.iter().map(|row| row.iter().map(|v| significant(*v, digits)).collect()).collect()
        };
        let mut contour = json!({
            "type": "contour",
            "x": rounded(std::slice::from_ref(&self.x), 6)[0],
            "y": rounded(std::slice::from_ref(&self.y), 6)[0],
            "z": rounded(&heights, 4),
            "contours": { "start": top / LEVELS / 2.0, "end": top, "size": top / LEVELS, "coloring": "fill" },
            "line": { "width": 0.7, "color": "var(--contour)" },
            "showscale": false,
            "hoverinfo": "skip",
        });
        if hover {
            contour["customdata"] = json!(rounded(&self.values, 4));
            contour["hovertemplate"] = json!("f(%{x:.3g}, %{y:.3g}) = %{customdata}<extra></extra>");
        }
        contour
    }

    /// Returns a star at every known minimum.
    pub(crate) fn minima_trace(&self, language: Language) -> Value {
        let coordinates = |axis: usize| self.minima.iter().map(|place| place[axis]).collect::<Vec<f64>>();
        let outline = json!({ "color": "var(--paper)", "width": 1.0 });
        json!({
            "type": "scatter", "mode": "markers", "name": label(language.words().minimum()),
            "x": coordinates(0), "y": coordinates(1),
            "marker": { "symbol": "star", "size": 13, "color": "var(--ink)", "line": outline },
            "hovertemplate": "(%{x:.4g}, %{y:.4g})<extra>%{fullData.name}</extra>",
        })
    }

    /// Returns the arrows against the gradient. They are at most as long as a cell, and their lengths grow with the square root
    /// of the gradient's norm, so that arrows at flat places stay visible.
    pub(crate) fn arrow_trace(&self, language: Language) -> Value {
        let width = |axis: &[f64]| {
            let (low, high) = Self::ends(axis);
            (high - low) / ARROWS as f64
        };
        let (across, up) = (width(&self.x), width(&self.y));
        let norm = |arrow: &Arrow| arrow.gradient[0].hypot(arrow.gradient[1]);
        let longest = summary(self.arrows.iter().map(norm)).map_or(0.0, |found| found.high);
        let (mut x, mut y, mut sizes) = (Vec::new(), Vec::new(), Vec::new());
        for arrow in
            self.arrows.iter().filter(|arrow| norm(arrow).is_finite() && norm(arrow) > 1e-9 * longest)
        {
            let [right, upward] = arrow.gradient.map(|part| -part / norm(arrow));
            // The longest arrow that fits into a cell in this direction.
            let room = 0.9 / (right / across).hypot(upward / up);
            let length = room * (norm(arrow) / longest).sqrt();
            let [from_x, from_y] = [arrow.at[0] - right * length / 2.0, arrow.at[1] - upward * length / 2.0];
            x.extend([from_x, from_x + right * length, f64::NAN].map(|v| significant(v, 5)));
            y.extend([from_y, from_y + upward * length, f64::NAN].map(|v| significant(v, 5)));
            sizes.extend([0, 7, 0]);
        }
        json!({
            "type": "scatter", "mode": "lines+markers", "name": label(language.words().gradient()), "x": x, "y": y,
            "line": { "color": "var(--muted)", "width": 1.1 },
            "marker": {
                "color": "var(--muted)", "symbol": "arrow", "angleref": "previous", "size": sizes,
                "line": { "width": 0 },
            },
            "hoverinfo": "skip", "connectgaps": false,
        })
    }

    /// Returns axes over the whole landscape. If its sides are of similar length, both axes have the same unit, so that the
    /// gradient is perpendicular to the contour lines.
    pub(crate) fn axes(&self) -> (Value, Value) {
        let ((left, right), (bottom, top)) = (Self::ends(&self.x), Self::ends(&self.y));
        let mut across = json!({ "title": { "text": "x" }, "range": [left, right], "zeroline": false });
        let mut up = json!({ "title": { "text": "y" }, "range": [bottom, top], "zeroline": false });
        if EQUAL_UNITS.contains(&((top - bottom) / (right - left))) {
            across["constrain"] = json!("domain");
            up["constrain"] = json!("domain");
            up["scaleanchor"] = json!("x");
        }
        (across, up)
    }

    /// Returns the ratio of height to width of the drawn landscape.
    pub(crate) fn shape(&self) -> f64 {
        let ((left, right), (bottom, top)) = (Self::ends(&self.x), Self::ends(&self.y));
        let shape = (top - bottom) / (right - left);
        if EQUAL_UNITS.contains(&shape) { shape } else { 0.8 }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::bowl, *};

    #[test]
    fn half_the_ground_lies_below_half_the_height() {
        let mut heights: Vec<f64> = bowl().heights().into_iter().flatten().collect();
        heights.sort_by(f64::total_cmp);
        let (median, top) = (heights[heights.len() / 2], heights[heights.len() - 1]);
        assert!((median / top - 0.5).abs() < 1e-12, "{median} of {top}");
    }

    #[test]
    fn arrows_point_downhill_and_stay_in_their_cell() {
        let trace = bowl().arrow_trace(Language::English);
        let at = |axis: &str, index: usize| trace[axis][index].as_f64().expect("a number");
        // The first arrow stands at the lower left corner, where downhill is to the upper right.
        assert!(at("x", 1) > at("x", 0) && at("y", 1) > at("y", 0));
        assert!(trace["x"][2].is_null());
        let cell = 20.0 / ARROWS as f64;
        assert!(at("x", 0) > -10.0 && at("x", 1) < -10.0 + cell);
        // The arrow of the middle cell has no direction, so it is left out.
        assert_eq!(trace["x"].as_array().map(Vec::len), Some(3 * (ARROWS * ARROWS - 1)));
    }

    #[test]
    fn a_function_without_finite_values_is_drawn_empty() {
        let empty =
            Landscape::sample("none", "", (0.0, 1.0), (0.0, 1.0), |_, _| f64::NAN, |_, _| [f64::NAN; 2]);
        assert!(empty.contour_trace(true)["z"][0][0].is_null());
        assert_eq!(empty.arrow_trace(Language::English)["x"], json!([]));
    }
}
