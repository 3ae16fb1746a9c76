//! A function of two variables, ready to be drawn.

mod draw;

use crate::csv::Csv;

/// Points a side of the grid.
const GRID: usize = 81;
/// Arrows a side of the gradient field.
const ARROWS: usize = 15;

/// A function of two variables on a grid, with its gradient field.
#[derive(Debug, Clone)]
pub struct Landscape {
    /// Name, for example `bowl`.
    pub name: String,
    /// Formula for readers, for example `x²/20 + y²`.
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
        // Arrows are in the middle of their cells, so that none leaves the picture.
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

    /// Returns the heading: `bowl: f(x, y) = x²/20 + y²`.
    pub(crate) fn heading(&self) -> String {
        format!("{}: f(x, y) = {}", self.name, self.formula)
    }

    /// Returns the lower and the upper end of an axis. An empty grid counts as the unit interval.
    pub(crate) fn ends(axis: &[f64]) -> (f64, f64) {
        (axis.first().copied().unwrap_or(0.0), axis.last().copied().unwrap_or(1.0))
    }

    /// Returns a line for each grid point: `x,y,f`.
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
}
