//! `thalweg step`: the numbers of updates that the notes and the papers check by hand.

use crate::shell::Shell;
use serde_json::Value;

fn step(line: &str) -> Value {
    Shell::new().json(&format!("step {line}"))["updates"].clone()
}

#[track_caller]
fn near(found: &Value, expected: &[f64]) {
    let found: Vec<f64> = serde_json::from_value(found.clone()).unwrap();
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-6, "{found} for {expected}");
    }
}

#[test]
fn the_notes_examples_come_out_as_they_are_checked_by_hand() {
    // AdaGrad(1): h = g², w ← w − g / |g|.
    let adagrad = step("--rule adagrad --set learning_rate=1");
    near(&adagrad[0]["state"][0]["after"], &[4.0, 1.0]);
    near(&adagrad[0]["parameters"]["after"], &[0.0, 1.0]);
    // RMSProp(1, 3/4): h = g² / 4, w ← w − 2 g / |g|.
    let rmsprop = step("--rule rmsprop --set learning_rate=1 --set decay_rate=0.75");
    near(&rmsprop[0]["state"][0]["after"], &[1.0, 0.25]);
    near(&rmsprop[0]["parameters"]["after"], &[-1.0, 0.0]);
    // Adam(1, 1/2, 1/2): m = g / 2, v = g² / 2, both corrected by 1/2: w ← w − g / |g|.
    let adam = step("--rule adam --set learning_rate=1 --set betas=0.5,0.5");
    near(&adam[0]["state"][0]["after"], &[1.0, 0.5]);
    near(&adam[0]["state"][1]["after"], &[2.0, 0.5]);
    near(&adam[0]["state"][0]["corrected"], &[2.0, 1.0]);
    near(&adam[0]["state"][1]["corrected"], &[4.0, 1.0]);
    near(&adam[0]["parameters"]["after"], &[0.0, 1.0]);
}

#[test]
fn updates_follow_one_another_and_gradients_may_change() {
    let momentum = step("--rule momentum --set learning_rate=0.1 --gradients 2,1 --gradients -1,0 --steps 3");
    near(&momentum[0]["state"][0]["after"], &[-0.2, -0.1]);
    near(&momentum[1]["state"][0]["before"], &[-0.2, -0.1]);
    near(&momentum[1]["state"][0]["after"], &[-0.08, -0.09]);
    near(&momentum[2]["gradients"], &[-1.0, 0.0]);
    near(&momentum[1]["parameters"]["after"], &[0.72, 1.81]);
    let bowl = step("--rule sgd --set learning_rate=0.95 --function bowl --steps 2");
    near(&bowl[0]["gradients"], &[-0.7, 4.0]);
    near(&bowl[1]["parameters"]["before"], &[-6.335, -1.8]);
    let ahead = step("--rule nesterov-lookahead --set learning_rate=0.1 --function bowl --steps 2");
    near(&ahead[1]["gradients_at"], &[-6.93 + 0.9 * 0.07, 1.6 - 0.9 * 0.4]);
}

#[test]
fn every_rule_shows_its_updates_in_both_languages() {
    let shell = Shell::new();
    let rules = shell.json("list rules");
    for rule in rules["rules"].as_array().unwrap() {
        let name = rule["name"].as_str().unwrap();
        let said = shell.succeed(&format!(
            "step --rule {name} --steps 2 --shape 2,2 --at 1,2,3,4 --gradients 0.5,-1,2,1 --lang en"
        ));
        assert!(said.contains(rule["formula"].as_str().unwrap()) && said.contains("gradient g"), "{said}");
        let said = shell.succeed(&format!(
            "step --rule {name} --shape 2,2 --at 1,2,3,4 --gradients 0.5,-1,2,1 --lang ko"
        ));
        assert!(said.contains("매개변수 w"), "{said}");
    }
}

#[test]
fn a_page_has_formula_and_numbers() {
    let shell = Shell::new();
    shell.succeed("step --rule adam --set learning_rate=0.1 --at 1,2 --gradients 0.5,-1 --steps 3 --html step.html --lang ko");
    let page = String::from_utf8(shell.read("step.html")).unwrap();
    for part in ["Adam (book)의 갱신", "η √(1 − β₂ᵗ)", "first_moment", "thalweg step --rule adam"]
    {
        assert!(page.contains(part), "{part}");
    }
}

#[test]
fn what_does_not_fit_together_is_said() {
    let shell = Shell::new();
    for (line, said) in [
        ("--rule adm", "did you mean `adam`"),
        ("--rule sgd --at 1,2,3", "--at gives 3 parameters and --gradients 2 numbers"),
        ("--rule sgd --at 1 --function bowl", "a function has two variables"),
        ("--rule sgd --shape 3,3", "does not hold 2 parameters"),
        ("--rule sgd --gradients 1,x", "`x` is not a number"),
        ("--rule sgd --steps 1000000", "more than 10000 numbers"),
    ] {
        let message = shell.fail(&format!("step {line} --lang en"));
        assert!(message.contains(said), "{line}: {message}");
    }
}
