//! What is said while work goes on, where standard error is a pipe: a line for each stage, for each run, or nothing.

use crate::compare::{SMALL, shell};
use crate::shell::Shell;
use serde_json::Value;

/// The lines on standard error of a command that succeeds.
fn told(shell: &Shell, line: &str) -> Vec<String> {
    let answer = shell.run(line);
    assert_eq!(answer.status, Some(0), "thalweg {line}\n{}", answer.err);
    answer.err.lines().map(String::from).collect()
}

#[test]
fn a_comparison_says_a_line_a_stage_a_line_a_run_or_nothing() {
    let shell = shell(SMALL);
    let stages = ["tuning: 6 runs", "confirmation: 2 runs", "final: 6 runs"];
    assert_eq!(told(&shell, "compare experiment.toml --out plain"), stages);
    for option in ["-v", "--verbose"] {
        let all = told(&shell, &format!("compare experiment.toml --out out{option} {option}"));
        assert_eq!(all.len(), 1 + 3 + 14, "{all:?}");
        assert!(all[0].starts_with("memory: at most about "), "{all:?}");
        assert_eq!(all.iter().filter(|line| line.contains("/14 digits, ")).count(), 14, "{all:?}");
        assert!(all.iter().any(|line| line.starts_with("14/14 digits, ")), "{all:?}");
    }
    for option in ["-q", "--quiet"] {
        assert_eq!(told(&shell, &format!("{option} compare experiment.toml --out out{option}")), [""; 0]);
        assert_eq!(
            told(&shell, &format!("compare experiment.toml --json --out json{option} {option}")),
            [""; 0]
        );
    }
    assert!(shell.fail("compare experiment.toml -q -v").contains("cannot be used with"));
    // A failure is said in any case.
    shell.write("bad.toml", SMALL.replace("hidden = [8]", "hiden = [8]"));
    assert!(shell.fail("compare bad.toml -q").contains("unknown key `hiden`"));
}

#[test]
fn a_range_that_grows_is_no_stage() {
    let edge = SMALL.replace("boundary_extensions = 0", "boundary_extensions = 1");
    let edge = edge.replace(
        "rules = [\"sgd\", \"adam\"]",
        "rules = [{ name = \"sgd\", learning_rate = { from = 1e-6, to = 1e-5 } }]",
    );
    let shell = shell(&edge);
    let plain = told(&shell, "compare experiment.toml --out plain");
    assert!(plain.iter().all(|line| line.contains(": ") && line.contains(" runs")), "{plain:?}");
    assert!(!plain.iter().any(|line| line.contains("lies at the edge")), "{plain:?}");
    let all = told(&shell, "compare experiment.toml --out all -v");
    assert!(all.iter().any(|line| line.contains("lies at the edge")), "{all:?}");
}

#[test]
fn a_dry_run_says_what_it_is_doing() {
    let shell = shell(SMALL);
    let stages = ["digits: the defaults, 7 runs", "digits: checking gradients", "digits: learning one batch"];
    assert_eq!(told(&shell, "compare experiment.toml --out out --dry-run"), stages);
    let all = told(&shell, "compare experiment.toml --out out --dry-run -v");
    assert_eq!(all.len(), 3 + 7, "{all:?}");
    assert!(all[7].starts_with("7/7 the defaults: "), "{all:?}");
    assert_eq!(told(&shell, "compare experiment.toml --out out --dry-run -q"), [""; 0]);
    let events = told(&shell, "compare experiment.toml --out out --dry-run --json");
    let events: Vec<Value> = events.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let count = |what: &str| events.iter().filter(|event| event["event"] == what).count();
    assert_eq!((count("stage"), count("run")), (3, 7), "{events:?}");
}

#[test]
fn a_range_test_says_what_it_is_doing() {
    let shell = Shell::new();
    let command = "lr-test --rules sgd,adam --repeats 2 --rates 3 --steps 60 --out out";
    let stages = ["digits: growing rates, 4 runs", "digits: constant rates, 12 runs"];
    assert_eq!(told(&shell, command), stages);
    let all = told(&shell, &format!("{command} -v"));
    assert_eq!(all.len(), 2 + 16, "{all:?}");
    assert!(all.iter().any(|line| line.starts_with("12/12 constant rates: ")), "{all:?}");
    assert_eq!(told(&shell, &format!("{command} -q")), [""; 0]);
    let events = told(&shell, &format!("{command} --json"));
    let events: Vec<Value> = events.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events.len(), 18);
    assert_eq!(events[17]["done"], 12);
}

#[test]
fn a_study_a_sweep_and_a_training_run_keep_to_it() {
    let shell = Shell::new();
    shell.write(
        "study.toml",
        "name = 'small'\nfigure = 'loss'\nseeds = 2\nrules = ['sgd']\n[problem]\ndataset = 'digits'\nsteps = 5\n",
    );
    // A training run is evaluated before its first step, too.
    for (command, stages, runs) in [
        ("run study.toml --out study", vec!["small: 2 runs"], 2),
        ("sweep --rule sgd --problem bowl --over learning_rate=0.1,0.2", vec!["tuning: 2 runs"], 2),
        ("train --steps 40 --evaluate-every 10", vec!["training: 40 steps"], 5),
    ] {
        let once = |option: &str| told(&shell, &format!("{command} {option} --json"));
        if command.starts_with("sweep") {
            let all = told(&shell, &format!("{command} --out verbose -v"));
            assert_eq!(all.len(), stages.len() + runs, "{all:?}");
            assert_eq!(told(&shell, &format!("{command} --out plain")), stages);
            assert_eq!(told(&shell, &format!("{command} --out quiet -q")), [""; 0]);
        } else {
            assert_eq!(once(""), stages, "{command}");
            assert_eq!(once("-v").len(), stages.len() + runs, "{command}");
            assert_eq!(once("-q"), [""; 0], "{command}");
        }
    }
}
