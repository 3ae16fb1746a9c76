//! Rules in tiers: their means, the intervals that decided, and bars that join those which cannot be told apart.
//!
//! It is read like a critical-difference diagram (J. Demšar, 2006), but each pair has an interval of its own, so sets overlap as
//! they do in the data: every bar is a largest set of rules of which no two are told apart. Plain HTML, which follows the width and
//! the colours of the page, is printed as it is, and can be read aloud.

use crate::{Arm, escape::html};
use thalweg_words::Words;

/// One rule.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// Name of the rule; decides the colour together with the label.
    pub rule: String,
    /// What it is called.
    pub label: String,
    /// Its mean; not finite if every run diverged.
    pub mean: f64,
    /// The mean in words.
    pub text: String,
    /// The two ends of the interval of its difference from the best rule, seen from that one's mean.
    pub interval: Option<[f64; 2]>,
}

/// Several rules, the best one first.
#[derive(Debug, Clone, Default)]
pub struct Tiers {
    /// What the means are of, for example `test accuracy`.
    pub across: String,
    /// The rules.
    pub rows: Vec<Standing>,
    /// The sets of rules that cannot be told apart, as places in `rows`; a rule may be in several.
    pub groups: Vec<Vec<usize>>,
}

impl Standing {
    pub(crate) fn arm(&self) -> Arm {
        Arm::new(&self.rule, &self.label)
    }
}

impl Tiers {
    pub(crate) fn html(&self, words: &dyn Words) -> String {
        let (low, high) = self.ends();
        let place = |value: f64| 4.0 + 92.0 * ((value - low) / (high - low)).clamp(-0.04, 1.04);
        let best = self.rows.first().map_or(f64::NAN, |best| best.mean);
        let rows: String = (0..self.rows.len())
            .map(|at| {
                let row = &self.rows[at];
                let colour = row.arm().colour();
                format!(
                    "<div role=\"row\"><div role=\"rowheader\"><i class=\"swatch\" style=\"background:{colour}\"></i>{label}</div>\
                     <div role=\"cell\" class=\"track\" aria-hidden=\"true\">{track}</div>\
                     <div role=\"cell\" class=\"mean\">{text}</div><div role=\"cell\" class=\"joined\">{joined}</div></div>\n",
                    label = html(&row.label),
                    track = track(row, best, &colour, &place),
                    text = html(&row.text),
                    joined = self.joined(at),
                )
            })
            .collect();
        format!(
            "<div class=\"tiers\" role=\"table\" aria-label=\"{across}\">\n{rows}</div>\n<p class=\"reading\">{across}. {caption}</p>\n",
            across = html(&self.across),
            caption = words.tiers_caption(),
        )
    }

    /// The values at the two ends of the scale. Intervals of two or three runs may be so wide that all means would lie on one
    /// another; they are cut off at some distance from the means.
    fn ends(&self) -> (f64, f64) {
        let means = self.rows.iter().map(|row| row.mean).filter(|mean| mean.is_finite());
        let (low, high) = means
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), mean| (low.min(mean), high.max(mean)));
        if low > high {
            return (0.0, 1.0);
        }
        let widths = self.rows.iter().filter_map(|row| row.interval).map(|[low, high]| high - low);
        let room = widths.fold(f64::INFINITY, f64::min).min(3.0 * (high - low)).max(high - low);
        let room = if room > 0.0 { room } else { low.abs().max(1e-12) };
        let ends = self.rows.iter().filter_map(|row| row.interval).flatten();
        let (least, most) = ends.fold((low, high), |(low, high), end| (low.min(end), high.max(end)));
        let (low, high) = (least.max(low - room), most.min(high + room));
        if low < high { (low, high) } else { (low - room, high + room) }
    }

    /// A cell for each set of two rules or more: where its bar begins, goes on, and ends.
    fn joined(&self, at: usize) -> String {
        let mut cells = String::new();
        for group in self.groups.iter().filter(|group| group.len() > 1) {
            let (first, last) = (group[0], group[group.len() - 1]);
            let class = match at {
                at if at < first || at > last => "",
                at if at == first => "in begin",
                at if at == last => "in end",
                at if group.contains(&at) => "in",
                _ => "past",
            };
            cells += &format!("<i class=\"{class}\"></i>");
        }
        let with =
            |other: &usize| self.groups.iter().any(|group| group.contains(&at) && group.contains(other));
        let others = (0..self.rows.len()).filter(|other| *other != at).filter(with);
        let names: Vec<String> = others.map(|other| html(&self.rows[other].label)).collect();
        if names.is_empty() {
            cells
        } else {
            format!("{cells}<span class=\"spoken\">= {}</span>", names.join(", "))
        }
    }
}

/// The line of the best mean, an interval and a mean, at their places in per cent.
fn track(row: &Standing, best: f64, colour: &str, place: &dyn Fn(f64) -> f64) -> String {
    let mut track = String::new();
    if best.is_finite() {
        track += &format!("<i class=\"best\" style=\"left:{:.1}%\"></i>", place(best));
    }
    if let Some([low, high]) = row.interval {
        let (left, right) = (place(low), place(high));
        track += &format!(
            "<i class=\"interval\" style=\"left:{left:.1}%;width:{:.1}%;background:{colour}\"></i>",
            right - left
        );
    }
    if row.mean.is_finite() {
        track += &format!("<i class=\"dot\" style=\"left:{:.1}%;background:{colour}\"></i>", place(row.mean));
    }
    track
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;

    fn tiers(groups: Vec<Vec<usize>>) -> Tiers {
        let row = |(label, mean, interval): (&str, f64, Option<[f64; 2]>)| Standing {
            rule: label.into(),
            label: label.into(),
            mean,
            text: mean.to_string(),
            interval,
        };
        let rows = [("a", 0.9, None), ("b", 0.8, Some([0.7, 0.95])), ("<c>", 0.7, Some([0.6, 0.8]))];
        Tiers { across: "accuracy".into(), rows: rows.map(row).into(), groups }
    }

    /// The classes of the bars' cells in each row.
    fn bars(tiers: &Tiers) -> Vec<Vec<String>> {
        let html = tiers.html(Language::English.words());
        let rows = html
            .split("class=\"joined\">")
            .skip(1)
            .map(|row| row.split("</div>").next().expect("a cell").to_owned());
        rows.map(|row| {
            row.split("<i class=\"")
                .skip(1)
                .map(|cell| cell.split('"').next().expect("a class").to_owned())
                .collect()
        })
        .collect()
    }

    #[test]
    fn overlapping_sets_are_two_bars() {
        // a = b, b = c, a > c: nothing joins a and c.
        let found = tiers(vec![vec![0, 1], vec![1, 2]]);
        assert_eq!(bars(&found), [["in begin", ""], ["in end", "in begin"], ["", "in end"]]);
        let html = found.html(Language::English.words());
        assert_eq!(html.matches("class=\"spoken\">= ").count(), 3, "{html}");
        assert!(
            html.contains("= b</span>") && html.contains("= a, &lt;c&gt;</span>") && !html.contains("<c>"),
            "{html}"
        );
    }

    #[test]
    fn a_bar_passes_a_rule_that_is_not_in_its_set() {
        assert_eq!(bars(&tiers(vec![vec![0, 2], vec![1]])), [["in begin"], ["past"], ["in end"]]);
        assert_eq!(bars(&tiers(vec![vec![0, 1, 2]])), [["in begin"], ["in"], ["in end"]]);
        assert!(bars(&tiers(vec![vec![0], vec![1], vec![2]])).iter().all(Vec::is_empty));
    }

    #[test]
    fn an_interval_touches_the_line_of_the_best_where_it_holds_its_mean() {
        let html = tiers(vec![]).html(Language::English.words());
        let style = |row: &str, class: &str| -> Vec<f64> {
            let style = row.split(&format!("class=\"{class}\" style=\"")).nth(1).expect("is drawn");
            let numbers = style.split(['%', ':']).filter_map(|part| part.parse().ok());
            numbers.take(2).collect()
        };
        let rows: Vec<&str> = html.split("role=\"row\"").skip(1).collect();
        let best = style(rows[0], "best")[0];
        let [b, c] = [1, 2].map(|row| style(rows[row], "interval"));
        assert!(b[0] < best && best < b[0] + b[1], "{b:?} {best}");
        assert!(c[0] + c[1] < best, "{c:?} {best}");
        assert!((style(rows[1], "dot")[0] - (b[0] + b[1] * 0.4)).abs() < 0.2);
    }

    #[test]
    fn hopeless_numbers_are_drawn_as_far_as_they_go() {
        let alone = Standing { mean: f64::NAN, text: "diverged".into(), ..Standing::default() };
        let diverged = Tiers { rows: vec![alone.clone(), alone], ..Tiers::default() };
        assert!(!diverged.html(Language::English.words()).contains("NaN"));
        // Two runs: an interval a thousand times as wide as the difference does not hide it.
        let mut wide = tiers(vec![vec![0, 1, 2]]);
        wide.rows[1].interval = Some([-100.0, 101.0]);
        wide.rows[2].interval = Some([-100.0, 101.0]);
        let (low, high) = wide.ends();
        assert!(low > -0.1 && high < 1.6, "{low} {high}");
        let mut equal = tiers(vec![]);
        equal.rows.iter_mut().for_each(|row| (row.mean, row.interval) = (0.5, Some([0.5, 0.5])));
        assert!(!equal.html(Language::English.words()).contains("NaN"));
    }
}
