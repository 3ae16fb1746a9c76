//! Numbers as the page needs them.

use serde_json::Value;

/// The most points of a curve on the page; the CSV file has all of them. A screen cannot show more, and the limit keeps the
/// file small.
pub(crate) const POINTS: usize = 1000;

/// Rounds `value` to that many significant digits: as many as a picture can show, in a third of the bytes.
pub(crate) fn significant(value: f64, digits: usize) -> f64 {
    if !value.is_finite() {
        return value;
    }
    // Decimal text is the definition of "significant digits", and parses back to the nearest number.
    format!("{value:.*e}", digits.saturating_sub(1)).parse().unwrap_or(value)
}

/// Returns a JSON array. Numbers that are not finite become `null`, which leaves a gap in the picture.
pub(crate) fn array(values: impl IntoIterator<Item = f64>) -> Value {
    values.into_iter().map(|value| Value::from(significant(value, 6))).collect()
}

/// Returns the indices to keep of a curve with `length` points: all, or evenly spaced ones with both ends.
pub(crate) fn thinned(length: usize) -> Vec<usize> {
    if length <= POINTS {
        return (0..length).collect();
    }
    (0..POINTS).map(|index| index * (length - 1) / (POINTS - 1)).collect()
}

/// Mean, sample standard deviation (0 for a single value), smallest and largest of the finite values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Summary {
    pub(crate) count: usize,
    pub(crate) mean: f64,
    pub(crate) deviation: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// Returns the summary of the finite values, `None` if there is none.
pub(crate) fn summary(values: impl Iterator<Item = f64> + Clone) -> Option<Summary> {
    let finite = values.filter(|value| value.is_finite());
    let count = finite.clone().count();
    if count == 0 {
        return None;
    }
    let mean = finite.clone().sum::<f64>() / count as f64;
    let squares: f64 = finite.clone().map(|value| (value - mean).powi(2)).sum();
    let deviation = if count > 1 { (squares / (count - 1) as f64).sqrt() } else { 0.0 };
    let low = finite.clone().fold(f64::INFINITY, f64::min);
    let high = finite.fold(f64::NEG_INFINITY, f64::max);
    Some(Summary { count, mean, deviation, low, high })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn significant_digits() {
        assert_eq!(significant(123_456.789, 4), 123_500.0);
        assert_eq!(significant(-0.000_123_456, 3), -0.000_123);
        assert_eq!(significant(0.0, 6), 0.0);
        assert!(significant(f64::NAN, 3).is_nan());
    }

    #[test]
    fn gaps_become_null() {
        assert_eq!(array([1.0, f64::NAN, f64::INFINITY]).to_string(), "[1.0,null,null]");
    }

    #[test]
    fn thinning_keeps_both_ends() {
        assert_eq!(thinned(3), [0, 1, 2]);
        let kept = thinned(10_001);
        assert_eq!((kept.len(), kept[0], kept[POINTS - 1]), (POINTS, 0, 10_000));
        assert!(kept.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn summary_of_four_values_and_a_diverged_one() {
        let values = [2.0, 4.0, f64::NAN, 4.0, 6.0];
        let found = summary(values.iter().copied()).expect("four are finite");
        let deviation = (8.0_f64 / 3.0).sqrt();
        assert_eq!(found, Summary { count: 4, mean: 4.0, deviation, low: 2.0, high: 6.0 });
        assert_eq!(summary([f64::NAN].into_iter()), None);
    }
}
