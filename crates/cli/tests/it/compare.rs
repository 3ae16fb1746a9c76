//! `thalweg compare`: the same seed gives the same bits, nothing is run twice, the test split is read last.

use crate::shell::Shell;
use crate::trajectory::outside_resources;
use serde_json::Value;

/// Two rules, few trials, a small network: a comparison in a fraction of a second.
pub(crate) const SMALL: &str = r#"
name = "small"
seed = 1
rules = ["sgd", "adam"]

[protocol]
tuning_trials = 3
tuning_seeds = 1
confirmation_top = 1
confirmation_seeds = 1
final_seeds = 2
default_seeds = 1
boundary_extensions = 0

[problem]
dataset = "digits"
hidden = [8]
batch = 50
steps = 60
"#;

pub(crate) fn shell(experiment: &str) -> Shell {
    let shell = Shell::new();
    shell.write("experiment.toml", experiment);
    shell
}

/// The result of an output folder without what the clock says.
pub(crate) fn result(shell: &Shell, folder: &str) -> Value {
    let mut result: Value = serde_json::from_slice(&shell.read(&format!("{folder}/result.json"))).unwrap();
    forget_times(&mut result);
    result
}

fn forget_times(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|name, _| name != "seconds_per_step" && name != "microseconds_per_step");
            map.values_mut().for_each(forget_times);
        }
        Value::Array(list) => list.iter_mut().for_each(forget_times),
        _ => {}
    }
}

#[test]
fn the_same_seed_gives_the_same_bits_on_any_number_of_threads() {
    let shell = shell(SMALL);
    shell.succeed("compare experiment.toml --threads 1 --out one");
    shell.succeed("compare experiment.toml --threads 2 --out two");
    shell.succeed("compare experiment.toml --threads 2 --out other --seed 2");
    assert_eq!(result(&shell, "one"), result(&shell, "two"));
    let seeds = |folder| result(&shell, folder)["problems"][0]["rules"][0]["runs"].clone();
    assert_ne!(seeds("one"), seeds("other"));
}

#[test]
fn a_second_run_uses_every_result_of_the_first() {
    let shell = shell(SMALL);
    let first = shell.run("compare experiment.toml --out out");
    assert!(first.err.contains("tuning: 6 runs\n"), "{}", first.err);
    let result = shell.read("out/result.json");
    let second = shell.run("compare experiment.toml --out out");
    assert_eq!(second.status, Some(0));
    for stage in ["tuning: 6 runs (6 known", "confirmation: 2 runs (2 known", "final: 6 runs (6 known"] {
        assert!(second.err.contains(stage), "{stage}: {}", second.err);
    }
    // The times too, which a new run would not repeat.
    assert_eq!(shell.read("out/result.json"), result);
    assert_eq!(second.out, first.out);
}

#[test]
fn the_report_and_its_data_are_complete_and_need_no_network() {
    let shell = shell(SMALL);
    let text = shell.succeed("compare experiment.toml --out out");
    assert!(text.contains("validation accuracy") && text.contains("test accuracy"), "{text}");
    assert!(text.trim_end().ends_with("Report: out/report.html"), "{text}");
    let names = shell.names("out");
    for name in [
        "digits-final-runs.csv",
        "digits-learning-rates.csv",
        "digits-results.csv",
        "digits-training-loss.csv",
        "digits-validation.csv",
        "report.html",
        "result.json",
        "results.sqlite",
    ] {
        assert!(names.contains(&name.to_string()), "{name} is missing: {names:?}");
    }
    let page = String::from_utf8(shell.read("out/report.html")).unwrap();
    assert!(page.contains("Plotly.newPlot") && page.contains("tuning_trials = 3"));
    assert_eq!(outside_resources(&page), Vec::<&str>::new());
    let csv = String::from_utf8(shell.read("out/digits-final-runs.csv")).unwrap();
    assert!(csv.contains("sgd") && csv.contains("adam"), "{csv}");
}

#[test]
fn only_final_runs_read_the_test_split() {
    let shell = shell(SMALL);
    let result = shell.json("compare experiment.toml --out out");
    for rule in result["problems"][0]["rules"].as_array().unwrap() {
        assert!(rule["test"]["mean"].is_f64());
        let runs = rule["runs"].as_array().unwrap();
        assert_eq!(runs.len(), 2);
        assert!(runs.iter().all(|run| run["test"].is_f64() && run["unsealed"] == true));
        let default = rule["default"]["runs"].as_array().unwrap();
        assert_eq!(default.len(), 1);
        assert!(default.iter().all(|run| run["test"].is_null() && run["unsealed"] == false));
        let trials = rule["tuning"]["trials"].as_array().unwrap();
        assert_eq!(trials.len(), 3);
        assert!(trials.iter().all(|trial| trial.get("test").is_none()));
    }
}

#[test]
fn the_experiment_in_the_result_gives_the_result_again() {
    let shell = shell(SMALL);
    let first = shell.json("compare experiment.toml --seed 7 --out first");
    shell.write("again.toml", first["experiment"].as_str().unwrap());
    shell.succeed("compare again.toml --out again");
    assert_eq!(result(&shell, "first"), result(&shell, "again"));
}

#[test]
fn rules_and_problems_can_be_named_on_the_command_line() {
    let shell = shell(SMALL);
    let answer = shell.json("compare --rules momentum --problem bowl --out out");
    let problems = answer["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0]["name"], "bowl");
    assert_eq!(problems[0]["rules"].as_array().unwrap().len(), 1);
    assert_eq!(problems[0]["rules"][0]["rule"], "momentum");
    let answer = shell.json("compare experiment.toml --rules sgd --problem blobs --out blobs");
    assert_eq!(answer["problems"][0]["name"], "blobs");
    for (line, advice) in [
        ("--rules sgdd", "did you mean `sgd`?"),
        ("--rules sgd,sgd", "the rule `sgd` is listed twice"),
        ("--problem bowl,bowl", "two problems are called `bowl`"),
        ("--problem digts", "did you mean `digits`?"),
        ("--preset qick", "did you mean `quick`?"),
    ] {
        let message = shell.fail(&format!("compare {line}"));
        assert!(message.contains(advice), "{line}: {message}");
    }
}

#[test]
fn a_rate_that_leads_to_nan_is_reported_as_diverged() {
    let huge = SMALL.replace(
        "rules = [\"sgd\", \"adam\"]",
        "rules = [\"adam\", { name = \"sgd\", learning_rate = 1e30 }]",
    );
    let shell = shell(&huge);
    let answer = shell.run("compare experiment.toml --out out");
    assert_eq!(answer.status, Some(0), "{}", answer.err);
    let row = answer.out.lines().find(|line| line.starts_with("sgd ")).unwrap();
    assert!(row.contains("diverged"), "{row}");
    let result = result(&shell, "out");
    let rules = result["problems"][0]["rules"].as_array().unwrap();
    let sgd = rules.iter().find(|rule| rule["rule"] == "sgd").unwrap();
    assert_eq!(sgd["diverged"], 2);
    assert!(sgd["validation"].is_null() && sgd["test"].is_null());
    assert!(sgd["runs"][0]["diverged_at"].as_u64().unwrap() >= 1);
}

#[test]
fn an_unknown_key_is_refused_where_it_stands() {
    let shell = shell(&SMALL.replace("hidden =", "hiden ="));
    let line = SMALL.lines().position(|line| line.starts_with("hidden")).unwrap() + 1;
    let message = shell.fail("compare experiment.toml");
    assert!(
        message.starts_with(&format!("error: experiment.toml:{line}:1: unknown key `hiden`")),
        "{message}"
    );
    assert!(message.contains("did you mean `hidden`?"));
    assert_eq!(shell.names("."), ["experiment.toml"], "nothing was begun");
    shell.write("experiment.toml", "rules = [\"sgd\"\n[problem]");
    assert!(shell.fail("compare experiment.toml").contains("experiment.toml:2:1: this is not valid TOML"));
}
