//! Sets of points in the plane, made from a seed: blobs, moons, spirals.

use std::f64::consts::{PI, TAU};

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal, StandardUniform};

use crate::dataset::{self, Dataset};
use crate::error::DataError;
use crate::examples::{Examples, Targets};
pub use crate::options::SyntheticOptions;
use crate::options::{Options, Source};
use crate::registry::DatasetEntry;

const EXAMPLES: usize = 1_000;
/// The largest set: a mistyped number should not fill the memory.
const MOST_EXAMPLES: usize = 10_000_000;

/// Makes round clouds of points: their centres lie evenly on a circle of radius 4, with normal noise around each.
pub(crate) fn blobs(entry: &DatasetEntry, options: &Options, _: &Source) -> Result<Dataset, DataError> {
    scatter(entry, options, 1.0, |class, classes, _| {
        let angle = TAU * class as f64 / classes as f64;
        [4.0 * angle.cos(), 4.0 * angle.sin()]
    })
}

/// Makes two half circles: the upper half of the unit circle, and its mirror image moved by (1, 1/2).
pub(crate) fn moons(entry: &DatasetEntry, options: &Options, _: &Source) -> Result<Dataset, DataError> {
    if let Some(classes) = options.synthetic.classes.filter(|classes| *classes != 2) {
        return Err(refuse(
            entry,
            format!("there are always two moons, not {classes}; leave the number of classes out"),
        ));
    }
    scatter(entry, options, 0.1, |class, _, along| {
        let (sine, cosine) = (PI * along).sin_cos();
        if class == 0 { [cosine, sine] } else { [1.0 - cosine, 0.5 - sine] }
    })
}

/// Makes spiral arms that turn by 4 radians from the centre to radius 1.
pub(crate) fn spirals(entry: &DatasetEntry, options: &Options, _: &Source) -> Result<Dataset, DataError> {
    scatter(entry, options, 0.05, |class, classes, along| {
        let angle = 4.0 * along + TAU * class as f64 / classes as f64;
        [along * angle.sin(), along * angle.cos()]
    })
}

/// Points of each class in turn: `curve(class, classes, along)`, with `along` uniform in 0..1, plus noise.
fn scatter(
    entry: &DatasetEntry,
    options: &Options,
    usual_noise: f64,
    curve: impl Fn(usize, usize, f64) -> [f64; 2],
) -> Result<Dataset, DataError> {
    let examples = options.synthetic.examples.unwrap_or(EXAMPLES);
    let classes = options.synthetic.classes.unwrap_or(entry.classes.len());
    let noise = options.synthetic.noise.unwrap_or(usual_noise);
    if !(2..=1_000).contains(&classes) {
        return Err(refuse(entry, format!("{classes} classes do not make a task; choose 2 to 1000")));
    }
    // With five of each class, every class is in every part.
    if !(5 * classes..=MOST_EXAMPLES).contains(&examples) {
        let least = 5 * classes;
        return Err(refuse(
            entry,
            format!("{examples} examples of {classes} classes; choose {least} to {MOST_EXAMPLES}"),
        ));
    }
    if !(noise.is_finite() && noise >= 0.0) {
        return Err(refuse(
            entry,
            format!("the noise is {noise}; it is a standard deviation, so choose 0 or more"),
        ));
    }
    let mut generator = ChaCha8Rng::seed_from_u64(options.seed);
    let mut inputs = Vec::with_capacity(2 * examples);
    let mut labels = Vec::with_capacity(examples);
    for class in (0..classes).cycle().take(examples) {
        let along: f64 = StandardUniform.sample(&mut generator);
        for coordinate in curve(class, classes, along) {
            let normal: f64 = StandardNormal.sample(&mut generator);
            inputs.push((coordinate + noise * normal) as f32);
        }
        labels.push(class as u32);
    }
    let all =
        Examples::new(inputs, 2, Targets::Labels(labels.into())).map_err(DataError::examples(entry.name))?;
    let [train, validation, test] = dataset::cut(&all, options.seed);
    let classes = (0..classes).map(|class| class.to_string()).collect();
    Dataset { classes, train, validation, test, ..entry.empty_dataset() }.finish(options)
}

fn refuse(entry: &DatasetEntry, message: String) -> DataError {
    DataError::Options { name: entry.name.into(), message }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry;

    fn load(name: &str, seed: u64, synthetic: SyntheticOptions) -> Result<Dataset, DataError> {
        registry::load(name, &Options { seed, synthetic, ..Options::default() }, &Source::default())
    }

    #[test]
    fn the_seed_decides() {
        for name in ["blobs", "moons", "spirals"] {
            let set = |seed| load(name, seed, SyntheticOptions::default()).unwrap();
            assert_eq!(set(3).train.inputs(), set(3).train.inputs());
            assert_ne!(set(3).train.inputs(), set(4).train.inputs());
        }
    }

    #[test]
    fn without_noise_points_lie_on_their_curves() {
        let quiet =
            |name| load(name, 1, SyntheticOptions { noise: Some(0.0), ..Default::default() }).unwrap().train;
        for row in quiet("blobs").inputs().chunks(2) {
            assert!((row[0].hypot(row[1]) - 4.0).abs() < 1e-5);
        }
        let moons = quiet("moons");
        for index in 0..moons.len() {
            let [x, y] = [moons.input(index)[0], moons.input(index)[1]];
            let radius = if moons.label(index) == Some(0) { x.hypot(y) } else { (x - 1.0).hypot(y - 0.5) };
            assert!((radius - 1.0).abs() < 1e-5);
        }
        let spirals = quiet("spirals");
        for index in 0..spirals.len() {
            let [x, y] = [spirals.input(index)[0], spirals.input(index)[1]];
            let angle = 4.0 * x.hypot(y) + std::f32::consts::TAU * spirals.label(index).unwrap() as f32 / 3.0;
            assert!((x - x.hypot(y) * angle.sin()).abs() < 1e-5);
        }
    }

    #[test]
    fn noise_has_the_standard_deviation_asked_for() {
        let wanted = SyntheticOptions { examples: Some(20_000), classes: Some(2), noise: Some(0.5) };
        let set = load("blobs", 1, wanted).unwrap().train;
        let squares: f64 = set.inputs().chunks(2).map(|row| f64::from(row[1]).powi(2)).sum();
        // Both centres have y = 0. Standard error of the deviation: 0.5 / sqrt(2 * 12000) = 0.003.
        assert!(((squares / set.len() as f64).sqrt() - 0.5).abs() < 0.015);
    }

    #[test]
    fn impossible_wishes_are_refused() {
        let refused = |name, synthetic| load(name, 1, synthetic).unwrap_err().to_string();
        let none = SyntheticOptions::default();
        assert!(refused("moons", SyntheticOptions { classes: Some(3), ..none }).contains("always two moons"));
        assert!(refused("blobs", SyntheticOptions { classes: Some(1), ..none }).contains("choose 2 to 1000"));
        assert!(refused("blobs", SyntheticOptions { examples: Some(14), ..none }).contains("choose 15 to"));
        assert!(
            refused("spirals", SyntheticOptions { noise: Some(-1.0), ..none }).contains("choose 0 or more")
        );
    }
}
