//! "Did you mean …?"

/// The candidate nearest to `name`, if one is near enough to be a slip of the fingers.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// The end of a sentence about an unknown name: the nearest candidate, or all of them.
pub fn suggestion<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match nearest(name, candidates.clone()) {
        Some(near) => format!("; did you mean `{near}`?"),
        None => {
            let all: Vec<String> = candidates.into_iter().map(|candidate| format!("`{candidate}`")).collect();
            format!("; there are {}", all.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_strangers_are_answered_with_the_list() {
        let names = ["sgd", "momentum", "adam"];
        assert_eq!(nearest("Adm", names), Some("adam"));
        assert_eq!(suggestion("momentm", names), "; did you mean `momentum`?");
        assert_eq!(suggestion("xyz", names), "; there are `sgd`, `momentum`, `adam`");
    }
}
