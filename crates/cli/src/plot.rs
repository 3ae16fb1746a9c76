//! Pictures in the terminal, of braille dots: two across and four down in each letter.

use std::collections::BTreeMap;

/// Letters across and lines down.
const SIZE: [usize; 2] = [60, 15];
/// Dots across and down.
const DOTS: [usize; 2] = [2 * SIZE[0], 4 * SIZE[1]];

/// A picture of a part of the plane.
pub(crate) struct Plot {
    x: [f64; 2],
    y: [f64; 2],
    dots: Vec<u8>,
    marks: BTreeMap<usize, char>,
}

impl Plot {
    /// Creates an empty picture of the ranges.
    pub(crate) fn new(x: [f64; 2], y: [f64; 2]) -> Self {
        Self { x, y, dots: vec![0; SIZE[0] * SIZE[1]], marks: BTreeMap::new() }
    }

    /// Creates an empty picture that holds all finite points.
    pub(crate) fn around(points: impl Iterator<Item = [f64; 2]> + Clone) -> Self {
        let range = |axis: usize| {
            let values = points.clone().map(|point| point[axis]).filter(|value| value.is_finite());
            let empty = [f64::INFINITY, f64::NEG_INFINITY];
            let [low, high] = values.fold(empty, |[low, high], value| [low.min(value), high.max(value)]);
            if low < high { [low, high] } else { [low.min(0.0), high.max(1.0)] }
        };
        Self::new(range(0), range(1))
    }

    /// Draws lines from point to point. What lies outside is left out.
    pub(crate) fn line(&mut self, points: impl Iterator<Item = [f64; 2]>) {
        let mut last: Option<[f64; 2]> = None;
        for point in points {
            let Some(to) = self.place(point) else {
                last = None;
                continue;
            };
            let from = last.unwrap_or(to);
            let steps = (to[0] - from[0]).abs().max((to[1] - from[1]).abs()).ceil().clamp(1.0, 1000.0);
            for step in 0..=steps as usize {
                let share = step as f64 / steps;
                self.dot([0, 1].map(|axis| from[axis] + share * (to[axis] - from[axis])));
            }
            last = Some(to);
        }
    }

    /// Sets a letter at a point, over the dots.
    pub(crate) fn mark(&mut self, point: [f64; 2], letter: char) {
        if let Some(cell) = self.place(point).and_then(Self::cell) {
            self.marks.insert(cell.0, letter);
        }
    }

    /// Where a point is, in dots from the upper left; `None` for one that is not finite.
    fn place(&self, [x, y]: [f64; 2]) -> Option<[f64; 2]> {
        let across = (x - self.x[0]) / (self.x[1] - self.x[0]) * (DOTS[0] - 1) as f64;
        let down = (self.y[1] - y) / (self.y[1] - self.y[0]) * (DOTS[1] - 1) as f64;
        (across.is_finite() && down.is_finite()).then_some([across, down])
    }

    /// The letter that a dot is in, and its bit there.
    fn cell(place: [f64; 2]) -> Option<(usize, u8)> {
        const BITS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
        let inside = |axis: usize| (0.0..DOTS[axis] as f64 - 0.5).contains(&(place[axis] + 1e-9));
        if !(inside(0) && inside(1)) {
            return None;
        }
        let [column, row] = place.map(|value| value.round() as usize);
        Some((row / 4 * SIZE[0] + column / 2, BITS[row % 4][column % 2]))
    }

    fn dot(&mut self, place: [f64; 2]) {
        if let Some((cell, bit)) = Self::cell(place) {
            self.dots[cell] |= bit;
        }
    }

    /// Returns the picture with the ends of its axes.
    pub(crate) fn text(&self) -> String {
        let [top, bottom] = [self.y[1], self.y[0]].map(short);
        let margin = top.chars().count().max(bottom.chars().count());
        let mut text = String::new();
        for row in 0..SIZE[1] {
            let label = if row == 0 {
                &top
            } else if row + 1 == SIZE[1] {
                &bottom
            } else {
                ""
            };
            let letters = (row * SIZE[0]..(row + 1) * SIZE[0]).map(|cell| self.letter(cell));
            let line = format!("{label:>margin$} │{}", letters.collect::<String>());
            text += line.trim_end();
            text.push('\n');
        }
        let [left, right] = self.x.map(short);
        let room = SIZE[0] - left.chars().count().min(SIZE[0]);
        text + &format!("{:margin$} └{}\n{:margin$}  {left}{right:>room$}\n", "", "─".repeat(SIZE[0]), "")
    }

    fn letter(&self, cell: usize) -> char {
        match (self.marks.get(&cell), self.dots[cell]) {
            (Some(mark), _) => *mark,
            (None, 0) => ' ',
            (None, dots) => char::from_u32(0x2800 + u32::from(dots)).unwrap_or(' '),
        }
    }
}

/// Draws in the terminal which way is downhill, on a grid from −3 to 3.
pub(crate) fn arrows(gradient: impl Fn([f64; 2]) -> [f64; 2]) -> String {
    const ARROWS: [char; 8] = ['→', '↗', '↑', '↖', '←', '↙', '↓', '↘'];
    let arrow = |[x, y]: [f64; 2]| {
        let [dx, dy] = gradient([x, y]);
        if dx.hypot(dy) < 1e-9 {
            return '·';
        }
        let eighths = (-dy).atan2(-dx) / std::f64::consts::FRAC_PI_4;
        ARROWS[(eighths.round() as i64).rem_euclid(8) as usize]
    };
    let line = |y: i32| {
        let letters: Vec<String> =
            (-6..=6).map(|x| arrow([f64::from(x) / 2.0, f64::from(y)]).to_string()).collect();
        format!("{y:>3}  {}", letters.join("  "))
    };
    let lines: Vec<String> = (-3..=3).rev().map(line).collect();
    format!("{}\n\n     -3                 0                 3", lines.join("\n"))
}

/// Four digits at most.
fn short(value: f64) -> String {
    thalweg::pages::rounded(value, 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagonal_runs_from_corner_to_corner() {
        let points = [[0.0, 0.0], [2.0, 5.0]];
        let mut plot = Plot::around(points.into_iter());
        plot.line(points.into_iter());
        plot.mark([0.0, 0.0], 'a');
        plot.mark([9.0, 9.0], 'b');
        let text = plot.text();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), SIZE[1] + 2);
        assert!(lines[0].starts_with("5 │ ") && lines[0].ends_with('⠉') || lines[0].ends_with('⠊'), "{text}");
        assert!(lines[SIZE[1] - 1].starts_with("0 │a"), "{text}");
        assert!(lines[SIZE[1] + 1].ends_with('2') && !text.contains('b'), "{text}");
    }

    #[test]
    fn what_is_not_finite_or_outside_is_left_out() {
        let mut plot = Plot::new([0.0, 1.0], [0.0, 1.0]);
        plot.line([[f64::NAN, 0.0], [1e300, 1e300], [0.5, f64::INFINITY]].into_iter());
        assert!(plot.dots.iter().all(|dots| *dots == 0));
    }
}
