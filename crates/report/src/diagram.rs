//! A diagram: boxes and arrows from top to bottom, as SVG that follows the colours of the page.

use crate::escape::html;
use crate::picture::picture;
use thalweg_words::Words;

/// A box with text in it.
#[derive(Debug, Clone, Default)]
pub struct Card {
    /// Its first line.
    pub title: String,
    /// The text below the name.
    pub details: Vec<String>,
    /// Where its arrows come from, as places in the diagram; boxes after it are left out.
    pub inputs: Vec<usize>,
    /// Drawn with dashes: something that is not kept.
    pub dashed: bool,
}

/// Boxes and arrows.
#[derive(Debug, Clone, Default)]
pub struct Diagram {
    /// Title, a few words.
    pub title: String,
    /// How to read it, below the diagram.
    pub caption: String,
    /// The boxes, each after those its arrows come from.
    pub boxes: Vec<Card>,
}

const LINE: f64 = 17.0;
const PADDING: f64 = 10.0;
const GAP: f64 = 26.0;
/// The gap between adjacent boxes, and between a box and an arrow that passes it.
const SIDE: f64 = 28.0;
/// Width of a letter of the title and of the details: an estimate that the page's fonts stay below.
const LETTERS: [f64; 2] = [8.0, 6.9];

/// A box with its place: middle, top, width, height.
struct Placed {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

impl Diagram {
    /// Returns, for each box, the number of boxes on the longest path to it.
    fn ranks(&self) -> Vec<usize> {
        let mut ranks: Vec<usize> = Vec::new();
        for (place, one) in self.boxes.iter().enumerate() {
            let before = one.inputs.iter().filter(|&&input| input < place);
            ranks.push(before.map(|&input| ranks[input] + 1).max().unwrap_or(0));
        }
        // A box without inputs (labels) is drawn just above the box that uses it.
        for place in (0..self.boxes.len()).rev() {
            if self.boxes[place].inputs.is_empty() {
                let followers =
                    (0..self.boxes.len()).filter(|&other| self.boxes[other].inputs.contains(&place));
                if let Some(nearest) = followers.map(|other| ranks[other]).min() {
                    ranks[place] = nearest.saturating_sub(1);
                }
            }
        }
        ranks
    }

    /// Rows of equal rank below each other, each in the middle.
    fn placed(&self, ranks: &[usize]) -> Vec<Placed> {
        let mut placed: Vec<Placed> = self
            .boxes
            .iter()
            .map(|one| {
                let details = one.details.iter().map(|line| line.chars().count() as f64 * LETTERS[1]);
                let width = details.fold(one.title.chars().count() as f64 * LETTERS[0], f64::max);
                let height = LINE * (1 + one.details.len()) as f64 + 2.0 * PADDING;
                Placed { x: 0.0, y: 0.0, width: width + 2.0 * PADDING, height }
            })
            .collect();
        let mut top = 1.0;
        for rank in 0..=ranks.iter().copied().max().unwrap_or(0) {
            let row: Vec<usize> = (0..placed.len()).filter(|&place| ranks[place] == rank).collect();
            let width: f64 = row.iter().map(|&place| placed[place].width).sum::<f64>()
                + SIDE * row.len().saturating_sub(1) as f64;
            let mut left = -width / 2.0;
            for &place in &row {
                placed[place].x = left + placed[place].width / 2.0;
                placed[place].y = top;
                left += placed[place].width + SIDE;
            }
            top += row.iter().map(|&place| placed[place].height).fold(0.0, f64::max) + GAP;
        }
        placed
    }

    pub(crate) fn html(&self, words: &dyn Words) -> String {
        let ranks = self.ranks();
        let mut placed = self.placed(&ranks);
        let widest = placed.iter().map(|one| one.x + one.width / 2.0).fold(0.0, f64::max);
        let longest = self.arrows(&ranks).map(|(from, to)| ranks[to] - ranks[from]).max().unwrap_or(0);
        // Arrows that pass boxes run outside on the right.
        let right = if longest > 1 { SIDE + 14.0 } else { 1.0 };
        let (width, shift) = (2.0 * widest + 1.0 + right, widest + 1.0);
        placed.iter_mut().for_each(|one| one.x += shift);
        let height = placed.iter().map(|one| one.y + one.height).fold(0.0, f64::max) + 1.0;
        let arrows: String = self
            .arrows(&ranks)
            .map(|(from, to)| {
                arrow(&placed[from], &placed[to], ranks[to] - ranks[from] > 1, 2.0 * widest + SIDE / 2.0)
            })
            .collect();
        let boxes: String = self.boxes.iter().zip(&placed).map(|(one, place)| one.svg(place)).collect();
        format!(
            "<figure class=\"wide\">\n<h3>{title}</h3>\n<div class=\"diagram\" tabindex=\"0\">\
             <svg role=\"img\" aria-label=\"{title}\" width=\"{width:.0}\" height=\"{height:.0}\" \
             viewBox=\"0 0 {width:.0} {height:.0}\">\n<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" \
             markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/></marker></defs>\n\
             {arrows}{boxes}</svg></div>\n<figcaption>{caption}</figcaption>\n<p class=\"tools\">{picture}</p>\n</figure>\n",
            title = html(&self.title),
            caption = html(&self.caption),
            picture = picture(words),
        )
    }

    /// From where to where, those that point upwards left out.
    fn arrows<'a>(&'a self, ranks: &'a [usize]) -> impl Iterator<Item = (usize, usize)> + 'a {
        let all = self.boxes.iter().enumerate();
        let arrows = all.flat_map(|(to, one)| one.inputs.iter().map(move |&from| (from, to)));
        arrows.filter(|&(from, to)| from < to && ranks[from] < ranks[to])
    }
}

fn arrow(from: &Placed, to: &Placed, passes: bool, outside: f64) -> String {
    let (x0, y0, x1, y1) = (from.x, from.y + from.height, to.x, to.y);
    let path = if passes {
        // Out of the right side, down, and into the right side.
        let (x0, y0) = (from.x + from.width / 2.0, from.y + from.height / 2.0);
        let (x1, y1) = (to.x + to.width / 2.0, to.y + to.height / 2.0);
        format!(
            "M{x0:.1} {y0:.1}C{outside:.1} {y0:.1} {outside:.1} {y0:.1} {outside:.1} {:.1}V{:.1}C{outside:.1} {y1:.1} \
                 {outside:.1} {y1:.1} {x1:.1} {y1:.1}",
            y0 + 24.0,
            y1 - 24.0
        )
    } else if (x0 - x1).abs() < 1.0 {
        format!("M{x0:.1} {y0:.1}V{y1:.1}")
    } else {
        let middle = (y0 + y1) / 2.0;
        format!("M{x0:.1} {y0:.1}C{x0:.1} {middle:.1} {x1:.1} {middle:.1} {x1:.1} {y1:.1}")
    };
    format!("<path class=\"arrow\" d=\"{path}\" marker-end=\"url(#tip)\"/>\n")
}

impl Card {
    fn svg(&self, place: &Placed) -> String {
        let class = if self.dashed { " class=\"dashed\"" } else { "" };
        let baseline = |line: usize| place.y + PADDING + LINE * line as f64 + 13.0;
        let details: String = (self.details.iter().enumerate())
            .map(|(line, text)| {
                format!(
                    "<text class=\"detail\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                    place.x,
                    baseline(line + 1),
                    html(text)
                )
            })
            .collect();
        format!(
            "<g><rect{class} x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"7\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\">{}</text>{details}</g>\n",
            place.x - place.width / 2.0,
            place.y,
            place.width,
            place.height,
            place.x,
            baseline(0),
            html(&self.title)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;

    fn diagram() -> Diagram {
        let one = |title: &str, inputs: &[usize]| Card {
            title: title.into(),
            inputs: inputs.to_vec(),
            ..Card::default()
        };
        // x, a, b after it, t, and a sum of all.
        let boxes =
            vec![one("x", &[]), one("a", &[0]), one("<b>", &[1]), one("t", &[]), one("sum", &[1, 2, 3])];
        Diagram { title: "Network".into(), caption: String::new(), boxes }
    }

    #[test]
    fn every_box_is_below_what_it_needs_and_leaves_are_near() {
        assert_eq!(diagram().ranks(), [0, 1, 2, 2, 3]);
        let ranks = diagram().ranks();
        let placed = diagram().placed(&ranks);
        for (from, to) in diagram().arrows(&ranks) {
            assert!(placed[from].y + placed[from].height < placed[to].y);
        }
        // Two boxes in one row do not touch.
        assert!(placed[2].x + placed[2].width / 2.0 < placed[3].x - placed[3].width / 2.0);
    }

    #[test]
    fn what_users_wrote_is_escaped_and_impossible_arrows_are_left_out() {
        let mut diagram = diagram();
        let html = diagram.html(Language::English.words());
        assert!(html.contains("&lt;b&gt;") && !html.contains("<b>"), "{html}");
        assert_eq!(html.matches("class=\"arrow\"").count(), 5);
        diagram.boxes[0].inputs = vec![4, 99];
        assert_eq!(diagram.html(Language::English.words()).matches("class=\"arrow\"").count(), 5);
        assert!(Diagram::default().html(Language::English.words()).contains("<svg"));
    }
}
