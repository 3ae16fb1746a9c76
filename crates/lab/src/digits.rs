//! How many digits a figure deserves: one rule for the terminal, the page, and tables for people.
//!
//! A learning rate found by search has no more digits than tell it from the other rates that were tried. A mean over seeds ends where
//! the second digit of the half-width of its 95 % interval stands; without an interval it has two digits.

use crate::statistics::Summary;

/// Digits of a figure without an interval: a search misses the best configuration by more than the third.
const DIGITS: usize = 2;

/// Numbers from here on have a power of ten.
const PLAIN: f64 = 1e7;

/// Rounds a rate to the fewest digits, three at most, with which it is nearer to itself than to any other rate that was tried.
/// Where none was tried, it stays as it is.
pub fn rate_among(rate: f64, tried: impl Iterator<Item = f64>) -> f64 {
    let distance = |other: f64| (other / rate).ln().abs();
    let others = tried.filter(|&other| other > 0.0 && other != rate).map(distance);
    let room = 0.5 * others.fold(f64::INFINITY, f64::min);
    if room.is_infinite() {
        return rate;
    }
    let rounded = |decimals: usize| format!("{rate:.decimals$e}").parse::<f64>().unwrap_or(rate);
    (0..2).map(rounded).find(|&shown| distance(shown) < room).unwrap_or_else(|| rounded(2))
}

/// Returns the decimal place, as a power of ten, at which a mean over seeds ends.
pub fn place(summary: &Summary) -> i32 {
    let half = summary.interval(0.95).map(|interval| interval.high - summary.mean);
    let uncertain = half.filter(|half| *half > 0.0).unwrap_or(summary.mean);
    let decimals = DIGITS - 1;
    exponent(uncertain, decimals) - decimals as i32
}

/// Returns a number to the decimal place 10^`place`: with six decimals at most, rounded to thousands at most, or else with a power
/// of ten.
pub fn to_place(value: f64, place: i32) -> String {
    if (-6..=0).contains(&place) {
        let digits = format!("{value:.*}", place.unsigned_abs() as usize);
        let zero = digits.chars().all(|c| "-0.".contains(c));
        return if zero { digits.trim_start_matches('-').to_string() } else { digits };
    }
    let unit = 10_f64.powi(place);
    let rounded = (value / unit).round() * unit;
    if rounded == 0.0 || !rounded.is_finite() {
        return rounded.abs().to_string();
    }
    if (1..=3).contains(&place) && rounded.abs() < PLAIN {
        return format!("{rounded:.0}");
    }
    let decimals = (exponent(rounded, 15) - place).max(0) as usize;
    format!("{rounded:.decimals$e}")
}

/// Returns mean and standard deviation, or the mean alone where there is no deviation, in units of 10^`unit`.
pub fn mean_and_deviation(summary: &Summary, unit: i32) -> String {
    let shown = |value: f64| to_place(value / 10_f64.powi(unit), place(summary) - unit);
    let deviation = summary.standard_deviation.map(|deviation| format!(" ± {}", shown(deviation)));
    shown(summary.mean) + &deviation.unwrap_or_default()
}

/// Returns the power of ten of a number's first digit, after rounding to so many digits behind it.
fn exponent(value: f64, decimals: usize) -> i32 {
    let text = format!("{value:.decimals$e}");
    text.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_has_the_digits_that_tell_it_from_its_neighbours() {
        let among = |rate: f64, tried: &[f64]| rate_among(rate, tried.iter().copied());
        // Two and three a decade, and two that are close together.
        assert_eq!(among(0.0316, &[0.01, 0.0316, 0.1]), 0.03);
        assert_eq!(among(0.0464, &[0.0215, 0.0464, 0.1]), 0.05);
        assert_eq!(among(0.0316, &[0.0316, 0.0331, 0.1]), 0.032);
        assert_eq!(among(0.0316, &[0.0316, 0.0318]), 0.0316);
        // Nothing else was tried: the rate as it was given.
        assert_eq!(among(0.031_25, &[0.031_25]), 0.031_25);
    }

    #[test]
    fn a_mean_ends_with_the_second_digit_of_its_uncertainty() {
        let shown = |values: &[f64]| mean_and_deviation(&Summary::of(values).unwrap(), 0);
        // Half-widths: 0.0053, 0.00028, 0.47, 12,706 and 8.7e-5.
        assert_eq!(shown(&[0.921, 0.925, 0.919, 0.930, 0.922]), "0.9234 ± 0.0043");
        assert_eq!(shown(&[0.9, 0.9002, 0.8998, 0.90016]), "0.90004 ± 0.00018");
        assert_eq!(shown(&[3.0, 3.5, 2.8, 3.1]), "3.10 ± 0.29");
        assert_eq!(shown(&[10_000.0, 12_000.0]), "11000 ± 1000");
        assert_eq!(shown(&[-1e-4, 1e-4, 0.0, 0.0, 0.0]), "0.000000 ± 0.000071");
        // Without a spread, two digits.
        assert_eq!([shown(&[0.070_512]), shown(&[0.0]), shown(&[0.5, 0.5])], ["0.071", "0.0", "0.50 ± 0.00"]);
        assert_eq!([shown(&[1.495e-4]), shown(&[1.5e-12]), shown(&[4321.0])], ["0.00015", "1.5e-12", "4300"]);
        // In per cent.
        assert_eq!(mean_and_deviation(&Summary::of(&[0.9, 0.92, 0.91]).unwrap(), -2), "91.0 ± 1.0");
    }
}
