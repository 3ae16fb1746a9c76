//! The landscape in three dimensions, to be turned with the finger.

use serde_json::json;

use super::{Landscape, Path};
use crate::{
    Arm, Figure, Language,
    escape::label,
    number::{array, significant, thinned},
};

/// The surface of a function of two variables, with the rules' paths on it.
#[derive(Debug, Clone)]
pub struct Surface<'a> {
    /// The function.
    pub landscape: &'a Landscape,
    /// Paths over it; may be empty.
    pub paths: &'a [Path],
}

impl Surface<'_> {
    /// Draws the figure.
    pub fn figure(&self, language: Language) -> Figure {
        let landscape = self.landscape;
        let rounded = |rows: Vec<Vec<f64>>| -> Vec<Vec<f64>> {
            rows.into_iter().map(|row| row.into_iter().map(|value| significant(value, 4)).collect()).collect()
        };
        let lines =
            json!({ "show": true, "usecolormap": false, "color": "rgba(255,255,255,0.35)", "width": 1 });
        let mut traces = vec![json!({
            "type": "surface", "x": landscape.x, "y": landscape.y, "z": rounded(landscape.values.clone()),
            "colorscale": "Cividis", "contours": { "z": lines }, "opacity": 0.92, "showscale": false,
            // The colours spread as the contour lines of the flat picture do.
            "surfacecolor": rounded(landscape.heights()),
            "hovertemplate": "f(%{x:.3g}, %{y:.3g}) = %{z:.4g}<extra></extra>",
        })];
        let arms: Vec<Arm> = self.paths.iter().map(Path::arm).collect();
        for (path, arm) in self.paths.iter().zip(&arms) {
            let kept = thinned(path.points_within(landscape));
            let points =
                |axis: usize| kept.iter().map(|index| path.points[*index][axis]).collect::<Vec<f64>>();
            traces.push(json!({
                "type": "scatter3d", "mode": "lines+markers", "name": label(&path.legend()),
                "x": points(0), "y": points(1), "z": array(kept.iter().map(|index| path.value(*index))),
                "line": { "color": arm.colour(), "width": 5.0 }, "marker": { "color": arm.colour(), "size": 3 },
                "hovertemplate": "%{fullData.name}<br>f(%{x:.3g}, %{y:.3g}) = %{z:.4g}<extra></extra>",
            }));
        }
        let axis = |title: &str| json!({ "title": { "text": title } });
        let layout = json!({
            "scene": {
                "xaxis": axis("x"), "yaxis": axis("y"), "zaxis": axis("f"),
                "aspectratio": { "x": 1, "y": 1, "z": 0.62 },
                "camera": { "eye": { "x": 1.45, "y": -0.8, "z": 1.1 }, "center": { "x": 0, "y": 0, "z": -0.16 } },
            },
            // Below the scene, where no axis is.
            "margin": { "l": 0, "r": 0, "t": 0, "b": 40 },
            "legend": { "orientation": "h", "x": 0, "y": 0, "yanchor": "top" },
            "showlegend": !self.paths.is_empty(),
        });
        let narrow = json!({ "scene": { "camera": { "eye": { "x": 1.7, "y": -0.95, "z": 1.3 } } } });
        let caption = language.words().surface_caption().to_owned();
        let figure = Figure::new(landscape.heading(), traces, layout)
            .with_csv(&format!("{}-surface", landscape.name), landscape.csv());
        Figure { caption, narrow, height: (420, 400), arms, ..figure }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::landscape::tests::bowl, *};

    #[test]
    fn the_surface_has_every_grid_point_and_paths_stop_where_they_leave() {
        let landscape = bowl();
        let points = vec![[-7.0, 2.0], [-6.0, 1.0], [900.0, 900.0]];
        let path = Path {
            rule: "sgd".into(),
            label: "SGD".into(),
            detail: String::new(),
            points,
            values: vec![6.45, 2.8, 1e6],
        };
        let figure = Surface { landscape: &landscape, paths: &[path] }.figure(Language::English);
        assert_eq!(figure.traces[0]["type"], "surface");
        assert_eq!(figure.traces[0]["z"].as_array().map(Vec::len), Some(81));
        assert_eq!(figure.traces[1]["z"], json!([6.45, 2.8]));
    }
}
