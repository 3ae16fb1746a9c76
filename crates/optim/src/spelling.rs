//! How other libraries write the names of rules and hyper-parameters, in our words.

/// Their name and ours, tried in order until the rule has one.
const HYPERPARAMETERS: &[(&str, &str)] = &[
    ("lr", "learning_rate"),
    ("eps", "epsilon"),
    ("eps_root", "epsilon_root"),
    ("eps_in_sqrt", "epsilon_in_root"),
    ("alpha", "decay_rate"),
    ("rho", "decay_rate"),
    ("decay", "decay_rate"),
    ("beta_1", "beta1"),
    ("beta_2", "beta2"),
    ("b1", "beta1"),
    ("b2", "beta2"),
    ("b3", "beta3"),
    ("beta", "momentum"),
    ("lr_decay", "rate_decay"),
    ("initial_accumulator_value", "initial_accumulator"),
    ("initial_scale", "initial_accumulator"),
    ("etaminus", "shrink"),
    ("etaplus", "grow"),
    ("eta_minus", "shrink"),
    ("eta_plus", "grow"),
    ("min_step_size", "smallest_step"),
    ("max_step_size", "largest_step"),
    ("lambd", "lambda"),
    ("wd", "weight_decay"),
    ("ns_steps", "iterations"),
    ("eps1", "epsilon1"),
    ("eps2", "epsilon2"),
    ("epsilon_1", "epsilon1"),
    ("epsilon_2", "epsilon2"),
    ("d", "clip_threshold"),
    ("clipping_threshold", "clip_threshold"),
    ("beta_2_decay", "beta2_decay"),
    ("min_dim_size_to_factor", "smallest_factored"),
    ("estim_lr0", "d0"),
    ("weight_lr_power", "rate_power"),
];

/// Whether two names of rules are the same but for case and for what joins their words: `AdamW`, `adam_w`, `adamw`.
pub fn same_name(one: &str, other: &str) -> bool {
    let plain = |name: &str| {
        let letters = name.chars().filter(|letter| !matches!(letter, '-' | '_' | ' '));
        letters.flat_map(char::to_lowercase).collect::<String>()
    };
    plain(one) == plain(other)
}

/// Our name for a hyper-parameter, of those that the rule has: the name itself, in any case, or what libraries call it (`lr`, `wd`,
/// `eps`). Nothing if it is none of these.
pub fn hyperparameter<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let exact = known.iter().find(|ours| **ours == name);
    let spelt = || known.iter().find(|ours| same_name(ours, name));
    let other = || {
        let pairs = HYPERPARAMETERS.iter().filter(|(theirs, _)| same_name(theirs, name));
        pairs.filter_map(|(_, ours)| known.iter().find(|known| *known == ours)).next()
    };
    exact.or_else(spelt).or_else(other).copied()
}

/// The names of the numbers of a list called `name`, as torch gives both betas in one.
pub fn listed(name: &str, count: usize) -> Option<Vec<String>> {
    let betas = name.eq_ignore_ascii_case("betas") && (2..=3).contains(&count);
    betas.then(|| (1..=count).map(|place| format!("beta{place}")).collect())
}

/// The value with which a hyper-parameter has no effect, where libraries say `None` for that.
pub fn switched_off(name: &str) -> Option<f64> {
    match name {
        "momentum" | "weight_decay" | "clipping" | "nesterov" | "rms_rate" => Some(0.0),
        // √β₂, and the spacing of numbers at 1.
        "beta3" | "epsilon1" => Some(0.0),
        // No root mean square is larger.
        "clip_threshold" => Some(f64::MAX),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Dialect, Entry};

    #[test]
    fn names_are_understood_in_any_case_and_as_the_libraries_write_them() {
        let adam = ["learning_rate", "beta1", "beta2", "epsilon", "weight_decay"];
        for (theirs, ours) in [
            ("lr", "learning_rate"),
            ("LR", "learning_rate"),
            ("Learning-Rate", "learning_rate"),
            ("wd", "weight_decay"),
            ("eps", "epsilon"),
            ("beta_1", "beta1"),
            ("b2", "beta2"),
        ] {
            assert_eq!(hyperparameter(theirs, &adam), Some(ours), "{theirs}");
        }
        assert_eq!((hyperparameter("rho", &adam), hyperparameter("momentun", &adam)), (None, None));
        assert_eq!(listed("betas", 2), Some(vec!["beta1".into(), "beta2".into()]));
        assert_eq!((listed("betas", 4), listed("momentum", 2)), (None, None));
    }

    #[test]
    fn no_two_rules_have_the_same_name_but_for_its_spelling() {
        let all = Entry::all();
        for (place, one) in all.iter().enumerate() {
            let same = all[..place].iter().find(|other| same_name(other.info.name, one.info.name));
            assert!(same.is_none(), "{} and {same:?}", one.info.name);
        }
        for (written, rule) in
            [("AdamW", "adamw"), ("SGD", "sgd"), ("ScheduleFreeAdamW", "schedule-free-adamw")]
        {
            assert_eq!(Entry::named(written).unwrap().info.name, rule);
        }
        assert!(Entry::named("Adamm").unwrap_err().to_string().ends_with("did you mean `adam`?"));
    }

    #[test]
    fn what_switches_off_is_a_value_that_every_rule_with_the_name_takes() {
        for entry in Entry::all() {
            for dialect in Dialect::ALL {
                for (one, _) in entry.hyperparameters(dialect) {
                    let Some(off) = switched_off(one.name) else { continue };
                    assert!(one.check(off).is_ok(), "{} of {} in {dialect}", one.name, entry.info.name);
                }
            }
        }
    }
}
