//! What a key takes: in words, and as a check of a value by itself.

use thalweg_data::Augmentation;

use crate::experiment::Objection;

/// The values of type `T` that a key takes.
pub struct Takes<T> {
    /// What they are, in English and in Korean.
    pub said: [String; 2],
    /// Returns what is wrong with the value of the key of this name.
    #[expect(clippy::type_complexity, reason = "a function of a name and a value")]
    pub objection: Box<dyn Fn(&str, &T) -> Option<Objection>>,
}

/// Returns all values of the type, described in both languages.
pub(super) fn any<T>(english: &str, korean: &str) -> Takes<T> {
    Takes { said: [english.into(), korean.into()], objection: Box::new(|_, _| None) }
}

/// Returns a name, of which `list` of `thalweg list` shows all there are.
pub(super) fn listed<T>(list: &str) -> Takes<T> {
    any(&format!("a name (`thalweg list {list}`)"), &format!("이름(`thalweg list {list}`)"))
}

/// Returns a name of the rule's hyper-parameters with something else.
pub(super) fn by_hyperparameter<T>(english: &str, korean: &str) -> Takes<T> {
    any(&format!("{english} by hyper-parameter"), &format!("하이퍼파라미터마다 {korean}"))
}

/// Returns the whole numbers from `least` to `most`.
pub(super) fn whole(least: u64, most: u64) -> Takes<u64> {
    let (from, to) = (grouped(least), grouped(most));
    Takes {
        said: [format!("whole number, {from} to {to}"), format!("정수, {from}에서 {to}까지")],
        objection: Box::new(move |key, number| {
            let fits = (least..=most).contains(number);
            (!fits).then(|| Objection::Whole { key: key.into(), least, most, found: *number })
        }),
    }
}

/// Returns the whole numbers that TOML can hold, because an experiment must be a file again.
pub(super) fn seed() -> Takes<u64> {
    Takes {
        said: ["whole number".into(), "정수".into()],
        objection: Box::new(|key, number| {
            let fits = i64::try_from(*number).is_ok();
            (!fits).then(|| Objection::Seed { key: key.into(), found: *number })
        }),
    }
}

/// Returns the finite numbers that pass a test.
pub(super) fn number(wanted: &'static str, korean: &str, fits: fn(f64) -> bool) -> Takes<f64> {
    Takes {
        said: [format!("number, {wanted}"), format!("수, {korean}")],
        objection: Box::new(move |key, &number| {
            let fits = number.is_finite() && fits(number);
            (!fits).then(|| Objection::Number { key: key.into(), wanted: wanted.into(), found: number })
        }),
    }
}

/// Returns the finite numbers.
pub(super) fn finite() -> Takes<f64> {
    let numbers = number("a finite number", "", |_| true);
    Takes { said: ["number".into(), "수".into()], ..numbers }
}

/// Returns the widths of layers.
pub(super) fn widths() -> Takes<Vec<u64>> {
    Takes {
        said: ["list of whole numbers, 1 to 1,000,000".into(), "정수 목록, 각각 1에서 1,000,000까지".into()],
        objection: Box::new(|_, widths| {
            let wrong = widths.iter().find(|width| !(1..=1_000_000).contains(*width))?;
            Some(Objection::Width(*wrong))
        }),
    }
}

/// Returns what may be done to images.
pub(super) fn augmentation() -> Takes<Augmentation> {
    Takes {
        said: [
            "`{ shift = PIXELS, flip = true, crop = SHARE }`".into(),
            "`{ shift = 픽셀, flip = true, crop = 비율 }`".into(),
        ],
        objection: Box::new(|_, written| written.check_crop().err().map(Objection::Augmentation)),
    }
}

/// Writes a number with commas between groups of three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_out_of_range_are_named_with_their_key() {
        let said = |takes: &Takes<u64>, value: u64| (takes.objection)("batch", &value);
        let takes = whole(1, 10_000_000);
        assert_eq!(takes.said[0], "whole number, 1 to 10,000,000");
        assert_eq!((said(&takes, 1), said(&takes, 10_000_000)), (None, None));
        assert_eq!(said(&takes, 0).unwrap().to_string(), "`batch` must be between 1 and 10000000, not 0");
        let share = number("from 0 to less than 1", "", |share| (0.0..1.0).contains(&share));
        for (value, fits) in [(0.0, true), (0.999, true), (1.0, false), (-1e-9, false), (f64::NAN, false)] {
            assert_eq!((share.objection)("share", &value).is_none(), fits, "{value}");
        }
        assert_eq!(
            (finite().objection)("x", &f64::INFINITY).unwrap().to_string(),
            "`x` must be a finite number, not inf"
        );
    }
}
