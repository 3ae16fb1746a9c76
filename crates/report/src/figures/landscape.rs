//! A function of two variables, ready to be drawn.

use plotly::{
    Contour, Scatter, Trace,
    common::{ColorScale, ColorScaleElement, HoverInfo, Line, Marker, MarkerSymbol, Mode},
    contour::{Coloring, Contours},
};
use serde_json::{Value, json};

use crate::{
    Language,
    csv::Csv,
    escape::label,
    figure::trace,
    number::{significant, summary},
};

/// Points a side of the grid.
const GRID: usize = 81;
/// Arrows a side of the gradient field.
const ARROWS: usize = 15;
/// Contour lines.
const LEVELS: f64 = 18.0;

/// A function of two variables on a grid, with its gradient field.
#[derive(Debug, Clone)]
pub struct Landscape {
    /// Name, for example `bowl`.
    pub name: String,
    /// Formula for the eye, for example `x²/20 + y²`.
    pub formula: String,
    /// Grid coordinates along x, ascending.
    pub x: Vec<f64>,
    /// Grid coordinates along y, ascending.
    pub y: Vec<f64>,
    /// Values, one row for each `y`, one column for each `x`.
    pub values: Vec<Vec<f64>>,
    /// The gradient at some places.
    pub arrows: Vec<Arrow>,
    /// Where the minima are, if known.
    pub minima: Vec<[f64; 2]>,
    /// The value at the minima, if known.
    pub lowest: Option<f64>,
}

/// The gradient at one place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arrow {
    /// The place.
    pub at: [f64; 2],
    /// The gradient there.
    pub gradient: [f64; 2],
}

impl Landscape {
    /// Evaluates a function and its gradient over `x` times `y`, each given as lower and upper end.
    pub fn sample(
        name: impl Into<String>,
        formula: impl Into<String>,
        x: (f64, f64),
        y: (f64, f64),
        value: impl Fn(f64, f64) -> f64,
        gradient: impl Fn(f64, f64) -> [f64; 2],
    ) -> Self {
        let spread = |(low, high): (f64, f64), count: usize, offset: f64| -> Vec<f64> {
            let cell = |index: usize| (index as f64 + offset) / (count as f64 - 1.0 + 2.0 * offset);
            (0..count).map(|index| low + (high - low) * cell(index)).collect()
        };
        let (columns, rows) = (spread(x, GRID, 0.0), spread(y, GRID, 0.0));
        let values = rows.iter().map(|y| columns.iter().map(|x| value(*x, *y)).collect()).collect();
        // Arrows stand in the middle of their cells, so that none leaves the picture.
        let (across, up) = (spread(x, ARROWS, 0.5), spread(y, ARROWS, 0.5));
        let place = |at: [f64; 2]| Arrow { at, gradient: gradient(at[0], at[1]) };
        let arrows = up.iter().flat_map(|y| across.iter().map(move |x| [*x, *y])).map(place).collect();
        Self {
            name: name.into(),
            formula: formula.into(),
            x: columns,
            y: rows,
            values,
            arrows,
            minima: Vec::new(),
            lowest: None,
        }
    }

    /// `bowl: f(x, y) = x²/20 + y²`
    pub(crate) fn heading(&self) -> String {
        format!("{}: f(x, y) = {}", self.name, self.formula)
    }

    /// Lower and upper end of an axis; an empty grid counts as the unit interval.
    pub(crate) fn ends(axis: &[f64]) -> (f64, f64) {
        (axis.first().copied().unwrap_or(0.0), axis.last().copied().unwrap_or(1.0))
    }

    /// Heights for colours and contour lines: `(f - min f)^(1/p)`, with `p` such that half of the ground lies below
    /// half of the height.
    ///
    /// Equally spaced values of f would crowd all lines of a ravine at its walls and leave its floor, where everything
    /// happens, empty. The map is monotone, so each line still is a line of equal f.
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

    /// The contour lines over a tint that deepens downhill.
    pub(crate) fn contour_trace(&self, hover: bool) -> Value {
        let heights = self.heights();
        let top = summary(heights.iter().flatten().copied()).map_or(1.0, |found| found.high);
        let tint = |opacity: f64| format!("rgba(58,110,165,{opacity})");
        let scale = [(0.0, 0.5), (0.15, 0.38), (0.4, 0.22), (1.0, 0.03)];
        let scale = scale.map(|(at, opacity)| ColorScaleElement(at, tint(opacity)));
        let lines =
            Contours::new().start(top / LEVELS / 2.0).end(top).size(top / LEVELS).coloring(Coloring::Fill);
        let contour = Contour::new(self.x.clone(), self.y.clone(), Vec::<f64>::new())
            .contours(lines)
            .color_scale(ColorScale::Vector(scale.into()))
            .line(Line::new().width(0.7).color("rgba(70,110,150,0.55)"))
            .show_scale(false);
        let rounded = |rows: &[Vec<f64>], digits: usize| -> Vec<Vec<f64>> {
            rows.iter().map(|row| row.iter().map(|v| significant(*v, digits)).collect()).collect()
        };
        let mut extra = json!({
            "x": rounded(std::slice::from_ref(&self.x), 6)[0],
            "y": rounded(std::slice::from_ref(&self.y), 6)[0],
            "z": rounded(&heights, 4),
            "hoverinfo": "skip",
        });
        if hover {
            extra["customdata"] = json!(rounded(&self.values, 4));
            extra["hovertemplate"] = json!("f(%{x:.3g}, %{y:.3g}) = %{customdata}<extra></extra>");
        }
        trace(contour, extra)
    }

    /// A star at every known minimum.
    pub(crate) fn minima_trace(&self, language: Language) -> Value {
        let coordinates = |axis: usize| self.minima.iter().map(|place| place[axis]).collect::<Vec<f64>>();
        let marker = Marker::new().symbol(MarkerSymbol::Star).size(13).color("var(--ink)");
        let stars = Scatter::new(coordinates(0), coordinates(1))
            .mode(Mode::Markers)
            .name(label(language.words().minimum))
            .marker(marker.line(Line::new().color("var(--paper)").width(1.0)));
        trace(stars, json!({ "hovertemplate": "(%{x:.4g}, %{y:.4g})<extra>%{fullData.name}</extra>" }))
    }

    /// The arrows against the gradient, at most as long as a cell, their lengths growing with the square root of the
    /// gradient's norm (so that the flat places still have visible ones).
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
        let lines = Scatter::new(x, y)
            .mode(Mode::LinesMarkers)
            .name(label(language.words().gradient))
            .line(Line::new().color("var(--muted)").width(1.1))
            .marker(Marker::new().color("var(--muted)"))
            .hover_info(HoverInfo::Skip);
        let head =
            json!({ "symbol": "arrow", "angleref": "previous", "size": sizes, "line": { "width": 0 } });
        trace(lines as Box<dyn Trace>, json!({ "marker": head, "connectgaps": false }))
    }

    /// Axes over the whole landscape; with equal units where its sides are of similar length, so that the gradient
    /// stands at right angles to the contour lines.
    pub(crate) fn axes(&self) -> (Value, Value) {
        let ((left, right), (bottom, top)) = (Self::ends(&self.x), Self::ends(&self.y));
        let mut across = json!({ "title": { "text": "x" }, "range": [left, right], "zeroline": false });
        let mut up = json!({ "title": { "text": "y" }, "range": [bottom, top], "zeroline": false });
        let shape = (right - left) / (top - bottom);
        if (0.4..=2.5).contains(&shape) {
            across["constrain"] = json!("domain");
            up["constrain"] = json!("domain");
            up["scaleanchor"] = json!("x");
        }
        (across, up)
    }

    /// One line for each grid point: `x,y,f`.
    pub(crate) fn csv(&self) -> String {
        let mut csv = Csv::new(["x", "y", "f"]);
        for (y, row) in self.y.iter().zip(&self.values) {
            for (x, value) in self.x.iter().zip(row) {
                csv.row([x, y, value].map(f64::to_string));
            }
        }
        csv.finish()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn bowl() -> Landscape {
        let value = |x: f64, y: f64| x * x / 20.0 + y * y;
        let gradient = |x: f64, y: f64| [x / 10.0, 2.0 * y];
        let mut bowl = Landscape::sample("bowl", "x²/20 + y²", (-10.0, 10.0), (-5.0, 5.0), value, gradient);
        bowl.minima = vec![[0.0, 0.0]];
        bowl.lowest = Some(0.0);
        bowl
    }

    #[test]
    fn the_grid_covers_the_domain_and_the_csv_lists_it() {
        let bowl = bowl();
        assert_eq!((Landscape::ends(&bowl.x), Landscape::ends(&bowl.y)), ((-10.0, 10.0), (-5.0, 5.0)));
        assert_eq!((bowl.values[0][0], bowl.values[40][40]), (30.0, 0.0));
        let csv = bowl.csv();
        assert_eq!(csv.lines().count(), 1 + GRID * GRID);
        assert_eq!(csv.lines().nth(1), Some("-10,-5,30"));
    }

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
