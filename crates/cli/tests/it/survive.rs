//! Killed comparisons, damaged results, full or missing folders: nothing is lost and nothing foreign is touched.

use crate::compare::{SMALL, result, shell};
use std::io::{BufRead, BufReader};

#[test]
fn a_killed_comparison_goes_on_where_it_was() {
    let shell = shell(&SMALL.replace("steps = 60", "steps = 4000"));
    let mut running = shell.start("compare experiment.toml --threads 1 --out killed -v");
    let lines = BufReader::new(running.stderr.take().unwrap()).lines().map_while(Result::ok);
    let told: Vec<String> = lines.take_while(|line| !line.starts_with("2/14")).collect();
    running.kill().unwrap();
    let ended = running.wait().unwrap();
    assert!(!ended.success(), "it was done before it could be killed: {told:?}");
    assert!(!shell.path("killed/result.json").exists());

    let again = shell.run("compare experiment.toml --threads 1 --out killed");
    assert_eq!(again.status, Some(0), "{}", again.err);
    assert!(again.err.contains("known already"), "{}", again.err);
    shell.succeed("compare experiment.toml --threads 2 --out whole");
    assert_eq!(result(&shell, "killed"), result(&shell, "whole"));
}

#[test]
fn killed_workers_cost_nothing_but_their_cells() {
    let shell = shell(&SMALL.replace("steps = 60", "steps = 1500"));
    shell.succeed("compare experiment.toml --threads 2 --out whole");
    let mut main = shell.start("compare experiment.toml --threads 1 --out shared");
    while !shell.path("shared/results.sqlite").exists() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let mut killed = 0;
    while main.try_wait().unwrap().is_none() {
        let mut helper = shell.start("work shared/results.sqlite --threads 2");
        std::thread::sleep(std::time::Duration::from_millis(60 + 37 * killed % 100));
        if helper.try_wait().unwrap().is_none() {
            helper.kill().unwrap();
            killed += 1;
        }
        helper.wait().unwrap();
    }
    assert!(main.wait().unwrap().success());
    assert!(killed > 0, "no helper was killed at work");
    assert_eq!(result(&shell, "shared"), result(&shell, "whole"));
    for results in ["shared/results.sqlite", "shared"] {
        let last = shell.succeed(&format!("work {results}"));
        assert!(last.ends_with("runs are there\n"), "{last}");
    }
    let message = shell.fail("work .");
    assert!(message.contains("there is no results file ./results.sqlite"), "{message}");
    let message = shell.fail("work nowhere.sqlite");
    assert!(message.contains("there is no results file nowhere.sqlite"), "{message}");
}

#[test]
#[cfg(unix)]
fn ctrl_c_stops_a_comparison_and_says_how_to_go_on() {
    let shell = shell(&SMALL.replace("steps = 60", "steps = 1000000"));
    let mut running = shell.start("compare experiment.toml --out out");
    let mut lines = BufReader::new(running.stderr.take().unwrap()).lines().map_while(Result::ok);
    assert_eq!(lines.next().as_deref(), Some("tuning: 6 runs"));
    let killed =
        std::process::Command::new("kill").args(["-INT", &running.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let last = lines.last().unwrap();
    assert!(last.contains("run the same experiment again to do the rest"), "{last}");
    assert_eq!(running.wait().unwrap().code(), Some(130));
}

#[test]
fn results_that_are_damaged_or_foreign_are_left_alone() {
    let shell = shell(SMALL);
    shell.succeed("compare experiment.toml --out whole");
    let whole = shell.read("whole/results.sqlite");
    for (folder, bytes, expected) in [
        ("cut", &whole[..3000], "is damaged"),
        (
            "noise",
            b"no database, only a sentence that is long enough to be looked at as one".as_slice(),
            "is not a Thalweg results file",
        ),
    ] {
        std::fs::create_dir(shell.path(folder)).unwrap();
        let file = format!("{folder}/results.sqlite");
        shell.write(&file, bytes);
        let message = shell.fail(&format!("compare experiment.toml --out {folder}"));
        assert!(message.contains(expected) && message.contains(&file), "{message}");
        assert_eq!(shell.read(&file), bytes, "{folder}: it was changed");
    }
    // An empty file is a fresh start.
    std::fs::create_dir(shell.path("empty")).unwrap();
    shell.write("empty/results.sqlite", "");
    shell.succeed("compare experiment.toml --out empty");
}

#[test]
fn an_output_folder_that_cannot_be_is_refused_before_anything_runs() {
    let shell = shell(SMALL);
    shell.write("file", "mine");
    for folder in ["file", "file/below"] {
        let message = shell.fail(&format!("compare experiment.toml --out {folder}"));
        assert!(message.starts_with(&format!("error: making the folder {folder}: ")), "{message}");
    }
    assert_eq!(shell.read("file"), b"mine");
}

#[test]
fn an_experiment_that_is_no_experiment_is_named() {
    let shell = shell(SMALL);
    shell.write("empty.toml", "");
    shell.write("binary.toml", [0xff, 0xfe, 0x00]);
    for (file, expected) in [
        ("empty.toml", "there is no problem to compare the rules on"),
        ("binary.toml", "this is not a text file (byte 0 is not UTF-8)"),
        ("missing.toml", "cannot read the experiment"),
        (".", "cannot read the experiment"),
    ] {
        let message = shell.fail(&format!("compare {file}"));
        assert!(message.starts_with(&format!("error: {file}: {expected}")), "{message}");
    }
}
