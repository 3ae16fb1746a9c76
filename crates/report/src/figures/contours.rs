//! The landscape from above, with the direction every rule starts from: downhill.

use serde_json::json;

use super::Landscape;
use crate::{Figure, Language};

/// Contour lines of a function of two variables, its gradient field and its minima.
#[derive(Debug, Clone)]
pub struct Contours<'a> {
    /// The function.
    pub landscape: &'a Landscape,
}

impl Contours<'_> {
    /// Draws the figure.
    pub fn figure(&self, language: Language) -> Figure {
        let landscape = self.landscape;
        let (across, up) = landscape.axes();
        let traces = vec![
            landscape.contour_trace(true),
            landscape.arrow_trace(language),
            landscape.minima_trace(language),
        ];
        let layout = json!({
            "xaxis": across, "yaxis": up,
            "margin": { "l": 45, "r": 10, "t": 10, "b": 40 },
            "hovermode": "closest",
            "showlegend": false,
        });
        let title = format!("{} (∇f)", landscape.heading());
        let caption = language.words().contours_caption().to_owned();
        Figure {
            caption,
            height: landscape_height(landscape),
            ..Figure::new(title, traces, layout).with_csv(&format!("{}-gradient", landscape.name), self.csv())
        }
    }

    /// The gradient field: `x,y,gradient_x,gradient_y`. The values of f are the data of the surface.
    fn csv(&self) -> String {
        let mut csv = crate::csv::Csv::new(["x", "y", "gradient_x", "gradient_y"]);
        for arrow in &self.landscape.arrows {
            let [x, y] = arrow.at;
            csv.row([x, y, arrow.gradient[0], arrow.gradient[1]].map(|value| value.to_string()));
        }
        csv.finish()
    }
}

/// Heights that leave little empty ground around a landscape drawn with equal units: half a page, a phone.
fn landscape_height(landscape: &Landscape) -> (u32, u32) {
    let height = |width: f64| (width * landscape.shape() + 60.0).clamp(260.0, 480.0) as u32;
    (height(450.0), height(300.0))
}

#[cfg(test)]
mod tests {
    use super::{super::landscape::tests::bowl, *};

    #[test]
    fn lines_arrows_and_minimum() {
        let landscape = bowl();
        let figure = Contours { landscape: &landscape }.figure(Language::Korean);
        let kinds: Vec<_> = figure.traces.iter().map(|trace| trace["type"].as_str()).collect();
        assert_eq!(kinds, [Some("contour"), Some("scatter"), Some("scatter")]);
        assert_eq!(figure.traces[2]["name"], "최솟값");
        assert_eq!(figure.layout["yaxis"]["scaleanchor"], "x");
        let (_, csv) = figure.csv.expect("a gradient field");
        assert_eq!(csv.lines().count(), 1 + 15 * 15);
    }
}
