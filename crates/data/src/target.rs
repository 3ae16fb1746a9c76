//! What a target is: a class or a value. Tables and arrays are judged alike.
//!
//! Text is a class, fractions are values. Whole numbers are classes only where that is plain, values where they can hardly be
//! classes, and otherwise the key `target_kind` is asked for: a count, a rating or a price that is taken for a class trains well
//! and says nothing.

use crate::examples::TargetKind;

/// Whole numbers are plainly classes up to this many.
const MOST_PLAIN_CLASSES: usize = 100;
/// Examples that plain classes have on average, at least.
const EXAMPLES_A_CLASS: usize = 5;
/// More classes than this are taken for a mistake.
const MOST_CLASSES: usize = 65_536;

/// The targets of all examples.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Understood {
    /// The names of the classes, and the class of each example.
    Classes(Vec<String>, Vec<u32>),
    /// A number for each example.
    Values,
}

/// Why targets cannot be learnt, or what has to be said about them.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TargetError {
    /// The target is the same everywhere.
    #[error("the target is `{value}` in every example, so there is nothing to learn; choose another with `target` (--target)")]
    Constant {
        /// What it is.
        value: String,
    },
    /// Whole numbers that may be classes or values.
    #[error(
        "the target has {distinct} different whole numbers ({least} to {most}) in {examples} examples, which may be classes or values; \
         set `target_kind = \"classes\"` or `target_kind = \"values\"` (--target-kind)"
    )]
    Unclear {
        /// How many different numbers.
        distinct: usize,
        /// The smallest.
        least: f64,
        /// The largest.
        most: f64,
        /// How many examples.
        examples: usize,
    },
    /// Texts that are nearly all different.
    #[error(
        "the target holds {distinct} different texts in {examples} examples, so it names examples rather than classes; choose \
         another with `target` (--target), or set `target_kind = \"classes\"` (--target-kind)"
    )]
    Names {
        /// How many different texts.
        distinct: usize,
        /// How many examples.
        examples: usize,
    },
    /// More classes than can be meant.
    #[error("the target has {0} different values; classes can be at most 65536; set `target_kind = \"values\"` (--target-kind)")]
    TooMany(usize),
    /// Text where values are asked for.
    #[error("the target holds text such as `{0}`, which is no value; leave out `target_kind = \"values\"` (--target-kind)")]
    TextValues(String),
    /// A class that the network does not know.
    #[error("the target holds the class `{class}`, which the network was not trained on; it knows {known}")]
    UnknownClass {
        /// The class found.
        class: String,
        /// The classes known.
        known: String,
    },
}

/// Decides about targets that are numbers, all of them finite.
pub(crate) fn numbers(values: &[f64], asked: Option<TargetKind>) -> Result<Understood, TargetError> {
    let mut distinct = values.to_vec();
    distinct.sort_unstable_by(f64::total_cmp);
    // -0 and 0 are one.
    distinct.dedup_by(|a, b| a == b);
    let (Some(least), Some(most)) = (distinct.first().copied(), distinct.last().copied()) else {
        return Ok(Understood::Values);
    };
    if distinct.len() == 1 {
        return Err(TargetError::Constant { value: least.to_string() });
    }
    match asked {
        Some(TargetKind::Values) => return Ok(Understood::Values),
        Some(TargetKind::Labels | TargetKind::OneHot) => return classes(values, &distinct),
        Some(TargetKind::Sequences) | None => {}
    }
    if distinct.iter().any(|value| value.fract() != 0.0) {
        return Ok(Understood::Values);
    }
    let gapless = (least == 0.0 || least == 1.0) && most - least + 1.0 == distinct.len() as f64;
    let count = distinct.len();
    let several = values.len() >= EXAMPLES_A_CLASS * count && fewest(values, &distinct) > 1;
    if count == 2 || (gapless && several && count <= MOST_PLAIN_CLASSES) {
        return classes(values, &distinct);
    }
    if 2 * count > values.len() || (count > MOST_PLAIN_CLASSES && !gapless) {
        return Ok(Understood::Values);
    }
    Err(TargetError::Unclear { distinct: count, least, most, examples: values.len() })
}

fn position(value: f64, distinct: &[f64]) -> usize {
    distinct.partition_point(|known| *known < value)
}

fn fewest(values: &[f64], distinct: &[f64]) -> usize {
    let mut counts = vec![0; distinct.len()];
    values.iter().for_each(|value| counts[position(*value, distinct)] += 1);
    counts.into_iter().min().unwrap_or(0)
}

fn classes(values: &[f64], distinct: &[f64]) -> Result<Understood, TargetError> {
    if distinct.len() > MOST_CLASSES {
        return Err(TargetError::TooMany(distinct.len()));
    }
    // Adding 0 makes 0 of -0.
    let names = distinct.iter().map(|value| (value + 0.0).to_string()).collect();
    Ok(Understood::Classes(names, values.iter().map(|value| position(*value, distinct) as u32).collect()))
}

/// Decides about targets that are texts. Classes are in the order of their names.
pub(crate) fn texts<'a>(
    values: impl Iterator<Item = &'a str> + Clone,
    asked: Option<TargetKind>,
) -> Result<Understood, TargetError> {
    let mut distinct: Vec<&str> = values.clone().collect();
    let examples = distinct.len();
    distinct.sort_unstable();
    distinct.dedup();
    match distinct[..] {
        [] => return Ok(Understood::Values),
        [only] => return Err(TargetError::Constant { value: only.into() }),
        [first, ..] if asked == Some(TargetKind::Values) => return Err(TargetError::TextValues(first.into())),
        _ if asked.is_none() && distinct.len() > 2 && 2 * distinct.len() > examples => {
            return Err(TargetError::Names { distinct: distinct.len(), examples });
        }
        _ => {}
    }
    if distinct.len() > MOST_CLASSES {
        return Err(TargetError::TooMany(distinct.len()));
    }
    let labels = values.map(|value| distinct.partition_point(|known| *known < value) as u32).collect();
    Ok(Understood::Classes(distinct.into_iter().map(String::from).collect(), labels))
}

/// Gives classes the labels that they have in `known`.
pub(crate) fn labels_of(classes: &[String], labels: &[u32], known: &[String]) -> Result<Vec<u32>, TargetError> {
    let place = |class: &String| {
        known.iter().position(|name| name == class).map(|place| place as u32).ok_or_else(|| TargetError::UnknownClass {
            class: class.clone(),
            known: thalweg_kit::hint(class, known.iter().map(String::as_str)),
        })
    };
    let places: Vec<u32> = classes.iter().map(place).collect::<Result<_, _>>()?;
    Ok(labels.iter().map(|label| places[*label as usize]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cycle(values: &[f64], times: usize) -> Vec<f64> {
        values.iter().copied().cycle().take(values.len() * times).collect()
    }

    fn names(understood: Result<Understood, TargetError>) -> Vec<String> {
        match understood.unwrap() {
            Understood::Classes(names, _) => names,
            Understood::Values => vec![],
        }
    }

    #[test]
    fn whole_numbers_are_classes_only_where_that_is_plain() {
        assert_eq!(names(numbers(&cycle(&[2.0, 0.0, 1.0], 5), None)), ["0", "1", "2"]);
        assert_eq!(names(numbers(&cycle(&[1.0, 2.0, 3.0], 5), None)), ["1", "2", "3"]);
        assert_eq!(names(numbers(&[-1.0, 1.0, 1.0], None)), ["-1", "1"]);
        let prices: Vec<f64> = (0..40).map(|row| 100_000.0 + 1_000.0 * f64::from(row)).collect();
        assert_eq!(numbers(&prices, None), Ok(Understood::Values));
        assert_eq!(numbers(&[0.5, 1.0, 2.0], None), Ok(Understood::Values));
        let many: Vec<f64> = (0..1000).map(|row| f64::from(row % 150) * 3.0).collect();
        assert_eq!(numbers(&many, None), Ok(Understood::Values));
        for unclear in [cycle(&[3.0, 5.0, 9.0], 5), cycle(&[0.0, 1.0, 2.0], 2), (0..2000).map(|row| f64::from(row % 200)).collect()] {
            assert!(matches!(numbers(&unclear, None), Err(TargetError::Unclear { .. })), "{unclear:?}");
        }
        // A class of one example is no plain class.
        let rare = [cycle(&[0.0, 1.0], 20), vec![2.0]].concat();
        assert!(matches!(numbers(&rare, None), Err(TargetError::Unclear { .. })));
    }

    #[test]
    fn what_is_asked_for_is_done_where_it_can_be() {
        assert_eq!(names(numbers(&[3.0, 9.0, 5.0], Some(TargetKind::Labels))), ["3", "5", "9"]);
        assert_eq!(numbers(&cycle(&[0.0, 1.0], 9), Some(TargetKind::Values)), Ok(Understood::Values));
        assert!(matches!(numbers(&[1.0, 1.0], None), Err(TargetError::Constant { .. })));
        assert!(matches!(texts(["a", "a"].into_iter(), None), Err(TargetError::Constant { .. })));
        assert!(matches!(texts(["a", "b", "c"].into_iter(), None), Err(TargetError::Names { .. })));
        assert_eq!(names(texts(["b", "a", "c"].into_iter(), Some(TargetKind::Labels))), ["a", "b", "c"]);
        assert!(matches!(texts(["a", "b"].into_iter(), Some(TargetKind::Values)), Err(TargetError::TextValues(_))));
    }

    #[test]
    fn classes_keep_the_labels_of_the_network() {
        let known = ["a", "b", "c"].map(String::from);
        assert_eq!(labels_of(&["a".into(), "c".into()], &[1, 0], &known), Ok(vec![2, 0]));
        assert!(labels_of(&["d".into()], &[0], &known).unwrap_err().to_string().contains("`d`"));
    }
}
