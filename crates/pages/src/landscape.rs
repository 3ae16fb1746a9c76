//! A two-dimensional function as the report draws it.

use thalweg_data::Function;
use thalweg_report::figures::Landscape;

/// Samples the function over its usual domain, widened to show all of `points` that stay near it.
pub(crate) fn landscape<'a>(
    function: &Function,
    points: impl Iterator<Item = &'a [f64; 2]> + Clone,
) -> Landscape {
    let definition = function.definition();
    let domain = definition.domain;
    let axis = |axis: usize| {
        let [low, high] = domain[axis];
        let reach = high - low;
        // A point further out than the domain is wide belongs to a diverging path and would shrink the rest to a dot.
        let near = points.clone().map(|point| point[axis]).filter(|x| *x > low - reach && *x < high + reach);
        near.fold((low, high), |(low, high), x| (low.min(x), high.max(x)))
    };
    let mut landscape = Landscape::sample(
        definition.name,
        definition.formula,
        axis(0),
        axis(1),
        |x, y| function.value([x, y]),
        |x, y| function.gradient([x, y]),
    );
    let minima = function.minima();
    landscape.lowest = minima.first().map(|minimum| minimum.value);
    landscape.minima = minima.into_iter().map(|minimum| minimum.point).collect();
    landscape
}
