//! What is known of a two-dimensional function: its words, its parameters and its mathematics.

/// Everything that is known of a function, whatever its parameters.
#[derive(Debug)]
pub struct Definition {
    /// The name users write.
    pub name: &'static str,
    /// What it shows, in a few words.
    pub title: &'static str,
    /// The formula, for people.
    pub formula: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// Its parameters, in the order in which the functions below take them.
    pub parameters: &'static [Parameter],
    /// The part of the plane to draw: `[[x from, to], [y from, to]]`.
    pub domain: [[f64; 2]; 2],
    /// Where descents usually start.
    pub start: [f64; 2],
    pub(super) value: fn(&[f64], [f64; 2]) -> f64,
    pub(super) gradient: fn(&[f64], [f64; 2]) -> [f64; 2],
    pub(super) minima: fn(&[f64]) -> Vec<Minimum>,
}

/// A number that shapes a function.
#[derive(Debug)]
pub struct Parameter {
    /// The name users write.
    pub name: &'static str,
    /// What it does, and its unit.
    pub meaning: &'static str,
    /// The default value.
    pub default: f64,
    /// The smallest and the largest value that make sense.
    pub range: [f64; 2],
}

/// A point where a function takes its smallest value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Minimum {
    /// Where.
    pub point: [f64; 2],
    /// How low.
    pub value: f64,
}
