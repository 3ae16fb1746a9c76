//! What holds for every command: help, JSON, errors, closed pipes; and the small commands.

use crate::shell::{Answer, Shell};
use std::process::Stdio;

#[test]
fn the_list_holds_rules_functions_data_sets_and_schedules() {
    let shell = Shell::new();
    let text = shell.succeed("list");
    for name in ["nesterov-as-printed", "rosenbrock", "fashion-mnist", "cosine"] {
        assert!(text.contains(name), "{name}");
    }
    let names = |kind: &str| -> Vec<String> {
        let all = shell.json(&format!("list {kind}"));
        assert_eq!(all.as_object().unwrap().len(), 1, "only {kind}");
        let rows = all[kind].as_array().unwrap();
        rows.iter().map(|row| row["name"].as_str().unwrap().to_string()).collect()
    };
    for rule in [
        "sgd",
        "momentum",
        "nesterov",
        "nesterov-lookahead",
        "nesterov-as-printed",
        "adagrad",
        "rmsprop",
        "adam",
    ] {
        assert!(names("rules").contains(&rule.to_string()), "{rule}");
    }
    assert_eq!(names("functions").len(), 11);
    assert!(names("datasets").contains(&"kmnist".to_string()));
    for schedule in ["constant", "step", "cosine", "multi-step", "piecewise", "one-cycle", "sequence"] {
        assert!(names("schedules").contains(&schedule.to_string()), "{schedule}");
        assert!(text.contains(&format!("\n  {schedule} ")), "{schedule}");
    }
    let schedules = shell.json("list schedules");
    let multi =
        schedules["schedules"].as_array().unwrap().iter().find(|one| one["name"] == "multi-step").unwrap();
    assert_eq!(
        (&multi["settings"][0]["kind"], &multi["settings"][1]["default"]),
        (&"steps".into(), &0.1.into())
    );
    assert!(shell.fail("list ruels").contains("rules"));
    let rules = shell.json("list rules");
    let adam = rules["rules"].as_array().unwrap().iter().find(|rule| rule["name"] == "adam").unwrap().clone();
    assert_eq!(adam["defaults"]["torch"]["beta2"], 0.999);
}

#[test]
fn the_plan_of_a_run_is_explained() {
    let shell = Shell::new();
    let plan = shell.json("explain --hidden 50 --rule adam --batch 20");
    // 64·50 + 50 + 50·10 + 10 parameters, and two moments of 4 bytes for each.
    assert_eq!((&plan["parameter_count"], &plan["batch"]), (&3760.into(), &20.into()));
    assert_eq!(plan["optimizer"]["state"].as_array().unwrap().len(), 2);
    let shapes: Vec<_> =
        plan["parameters"].as_array().unwrap().iter().map(|one| one["shape"].clone()).collect();
    assert!(shapes.contains(&serde_json::json!([64, 50])) && shapes.contains(&serde_json::json!([10])));
    let dot = shell.succeed("explain --hidden 50 --dot");
    assert!(dot.starts_with("digraph network {") && dot.contains("W1 [64, 50]"), "{dot}");
    shell.succeed("explain --hidden 50 --report plan.html");
    assert!(std::fs::read_to_string(shell.path("plan.html")).unwrap().contains("W1 [64, 50]"));
    let text = shell.succeed("explain --hidden 50 --rule adam --batch 20");
    assert!(text.contains("memory  ") && text.contains("adam (book)"), "{text}");
    // Planning is not running: a network that no machine holds can still be looked at.
    assert!(
        shell.json("explain --hidden 1000000,1000000")["parameter_count"].as_u64().unwrap()
            > 1_000_000_000_000
    );
}

#[test]
fn backpropagation_agrees_with_central_differences() {
    let shell = Shell::new();
    for activation in ["relu", "sigmoid", "tanh"] {
        let answer =
            shell.json(&format!("check-gradients --hidden 6,5 --activation {activation} --sample 0"));
        let rows = answer["parameters"].as_array().unwrap();
        assert_eq!(rows.len(), 6);
        assert!(rows.iter().all(|row| row["passed"] == true), "{activation}: {rows:?}");
        assert_eq!(rows[0]["compared"], 64 * 6);
    }
    let listed = shell.json("list networks");
    let networks = listed["networks"]["networks"].as_array().unwrap();
    // For 3c3d the embedded digits are too small.
    for name in
        networks.iter().map(|network| network["name"].as_str().unwrap()).filter(|name| *name != "3c3d")
    {
        let text = ["transformer", "gru"].contains(&name);
        let dataset = if text { "text" } else { "digits" };
        shell.succeed(&format!("check-gradients --network {name} --dataset {dataset} --count 2 --sample 3"));
    }
    // Nothing agrees exactly: the exit status tells.
    let answer = shell.run("check-gradients --hidden 6 --tolerance 1e-300");
    assert_eq!(answer.status, Some(1));
    assert!(
        answer.out.contains("FAILED") && answer.err.starts_with("error: backpropagation"),
        "{}",
        answer.err
    );
}

#[test]
fn help_comes_with_examples() {
    let shell = Shell::new();
    for command in [
        "compare",
        "trajectory",
        "train",
        "evaluate",
        "predict",
        "check-gradients",
        "explain",
        "list",
        "completions",
    ] {
        let help = shell.succeed(&format!("{command} --help"));
        assert!(help.contains("Examples:\n") && help.contains(&format!("thalweg {command}")), "{command}");
    }
    for command in ["data get", "data show"] {
        assert!(shell.succeed(&format!("{command} --help")).contains("Example"), "{command}");
    }
    let help = shell.succeed("--help");
    for command in [
        "compare",
        "trajectory",
        "train",
        "evaluate",
        "predict",
        "check-gradients",
        "explain",
        "data",
        "list",
    ] {
        assert!(help.contains(command), "{command}");
    }
    assert!(shell.succeed("--version").starts_with("thalweg "));
}

#[test]
fn mistakes_on_the_command_line_go_to_standard_error() {
    let shell = Shell::new();
    for line in [
        "trane",
        "trajectory",
        "trajectory --rule",
        "train --seed -1",
        "train --stepz 3",
        "evaluate",
        "data",
        "data get",
        "data get mnst",
        "data get digits",
        "list everything",
        "compare --lang fr",
        "compare missing.toml",
        "predict missing.npz",
        "check-gradients --hidden x",
        "explain --dataset nothing",
    ] {
        // `data` alone prints its help, which is no error message.
        if line == "data" {
            let answer = shell.run(line);
            assert!(answer.status == Some(2) && answer.out.is_empty() && answer.err.contains("Usage:"));
            continue;
        }
        shell.fail(line);
    }
    assert_eq!(shell.names("."), Vec::<String>::new(), "a mistake leaves nothing behind");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let shell = Shell::new();
    for line in ["list", "trajectory --rule sgd --steps 100000", "explain", "--help"] {
        let mut running = shell.start(line);
        drop(running.stdout.take());
        let answer = running.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(answer.stderr).unwrap(), "", "thalweg {line}");
        assert!(answer.status.success(), "thalweg {line}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn results_that_cannot_be_printed_are_an_error() {
    let shell = Shell::new();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = shell.command("list").stdout(Stdio::from(full)).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.starts_with("error: cannot write to standard output: No space left on device"),
        "{message}"
    );
}

#[test]
fn the_range_test_does_not_blame_the_rate_for_a_wrong_start() {
    let shell = Shell::new();
    shell.write(
        "wrong.toml",
        "rules = [\"sgd\"]\n[problem]\ndataset = \"digits\"\nhidden = [20, 20]\ninitial = 30.0\n",
    );
    let command = "lr-test wrong.toml --repeats 1 --rates 3 --steps 20 --lang en --out out";
    let answer = shell.run(command);
    assert_eq!(answer.status, Some(0), "{}", answer.err);
    assert!(answer.err.contains("digits: Before any update the loss is"), "{}", answer.err);
    assert!(answer.out.contains("no learning rate mends that"), "{}", answer.out);
    assert!(!answer.out.contains("lower --"), "{}", answer.out);
    assert!(shell.json(command)["start_fault"].as_str().unwrap().contains("initial values are too large"));
}

#[test]
fn networks_that_cannot_be_made_are_refused_in_words() {
    let shell = Shell::new();
    let nested = format!("{}relu{}, linear outputs", "residual(".repeat(2000), ")".repeat(2000));
    for (network, expected) in [
        (nested.as_str(), "more than 64 lists of layers stand within one another"),
        ("conv 4 8, max-pool 2 stride 1 pad 1 dilation 2, linear outputs", "a window lies on padding alone"),
    ] {
        let text = format!(
            "rules = [\"sgd\"]\n[problem]\ndataset = \"digits\"\nnetwork = \"{network}\"\nsteps = 2\n"
        );
        shell.write("experiment.toml", text);
        for command in [
            "compare experiment.toml --out out",
            "train experiment.toml",
            "lr-test experiment.toml --steps 20",
        ] {
            let message = shell.fail(command);
            assert!(message.contains(expected), "{command}: {message}");
        }
    }
}

#[test]
#[cfg(unix)]
fn words_that_are_no_text_are_used_and_shown() {
    use std::os::unix::ffi::OsStrExt;
    // Two seeds leave something open, and what is advised is the command with more.
    let keys = "dataset = \"digits\"\nmetric = \"loss\"\ndifference = 0.05";
    let shell = crate::compare::shell(&crate::compare::SMALL.replace("dataset = \"digits\"", keys));
    let out = std::ffi::OsStr::from_bytes(b"out-\xff");
    let mut compare = shell.command("compare experiment.toml --out");
    let answer = Answer::of(compare.arg(out).output().unwrap());
    assert_eq!(answer.status, Some(0), "{}", answer.err);
    assert!(answer.out.contains("--out $'out-\\xff'"), "{}", answer.out);
    assert!(std::fs::exists(shell.path("").join(out).join("report.html")).unwrap());
    let mut train = shell.command("train --steps 5 --report");
    let answer = Answer::of(train.arg(out).output().unwrap());
    assert_eq!(answer.status, Some(1), "a report is no folder: {}", answer.err);
    assert!(!answer.err.contains("panicked"), "{}", answer.err);
}
