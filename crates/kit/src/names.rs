//! "Did you mean …?" for mistyped names.

/// A table may have hundreds of columns; a sentence should not.
const MOST_LISTED: usize = 20;

/// Returns the candidate closest to `name`, if one is so close that the user may have meant it.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    // A third of the letters may be wrong: enough for typing errors, too few to turn `csv` into `kmnist`.
    let tolerance = (name.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&name, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= tolerance)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Returns the end of an error sentence: the nearest name, or else all of them.
pub fn hint<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match nearest(name, candidates.clone()) {
        Some(candidate) => format!("did you mean `{candidate}`?"),
        None => {
            let mut names: Vec<&str> = candidates.into_iter().collect();
            if names.len() > MOST_LISTED {
                names.truncate(MOST_LISTED);
                names.push("…");
            }
            format!("there are: {}", names.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 3] = ["mnist", "fashion-mnist", "blobs"];

    #[test]
    fn slips_find_their_name() {
        assert_eq!(nearest("mnits", NAMES), Some("mnist"));
        assert_eq!(nearest("Fashion_MNIST", NAMES), Some("fashion-mnist"));
        assert_eq!(nearest("blob", NAMES), Some("blobs"));
    }

    #[test]
    fn strangers_find_the_whole_list() {
        assert_eq!(nearest("imagenet", NAMES), None);
        assert_eq!(hint("imagenet", NAMES), "there are: mnist, fashion-mnist, blobs");
        assert_eq!(hint("mnits", NAMES), "did you mean `mnist`?");
        assert!(hint("label", ["pixel"; 784]).ends_with("pixel, pixel, …"));
    }
}
