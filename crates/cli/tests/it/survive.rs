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
fn a_comparison_of_networks_in_layers_ends_and_can_be_worked_on() {
    let shell =
        shell(&SMALL.replace("hidden = [8]", "network = [\"linear 8\", \"tanh\", \"linear outputs\"]"));
    let text = shell.succeed("compare experiment.toml --out out");
    assert!(text.trim_end().ends_with("Report: out/report.html"), "{text}");
    let done = shell.succeed("work out");
    assert!(done.ends_with("runs are there\n"), "{done}");
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

#[test]
fn every_output_has_a_file_of_its_own_and_files_of_others_are_kept() {
    let shell = shell(SMALL);
    shell.write("mine.html", "my notes");
    shell.write("mine.csv", "a,b\n1,2\n");
    for (line, said) in [
        ("train --steps 5 --save x --report ./x", "--save and --report both name ./x"),
        ("train --steps 5 --report mine.html", "mine.html is there already"),
        ("trajectory --rule sgd --html mine.html", "mine.html is there already"),
        ("explain --report mine.html", "mine.html is there already"),
        ("data show digits 0 --png mine.csv", "mine.csv is there already"),
    ] {
        let message = shell.fail(line);
        assert!(message.contains(said), "{line}: {message}");
    }
    // What a command has written, it writes again; what it has not, it writes when told to.
    for line in [
        "trajectory --rule sgd --html path.html",
        "data show digits 0 --png zero.png",
        "trajectory --rule sgd --html mine.html --force",
    ] {
        shell.succeed(line);
        shell.succeed(line);
    }
    assert!(shell.read("mine.html").starts_with(b"<!doctype html>"));

    shell.succeed("compare experiment.toml --out out");
    for (line, said) in [
        ("results out --csv a --json-lines a", "--csv and --json-lines both name a"),
        ("results out --summary s --markdown ./s", "--summary and --markdown both name ./s"),
        ("results out --csv mine.csv", "mine.csv is there already"),
    ] {
        let message = shell.fail(line);
        assert!(message.contains(said), "{line}: {message}");
    }
    assert_eq!(shell.read("mine.csv"), b"a,b\n1,2\n");
    let exports = "results out --csv a.csv --json-lines b.jsonl --summary c.csv --latex d.tex --markdown e.md --tensorboard f";
    shell.succeed(exports);
    shell.succeed(exports);
    shell.succeed("results out --csv mine.csv --force");

    std::fs::create_dir(shell.path("taken")).unwrap();
    shell.write("taken/report.html", "mine");
    for line in [
        "compare experiment.toml --out taken",
        "lr-test --rules sgd --out taken",
        "sweep --over learning_rate=0.1,0.2 --out taken",
    ] {
        let message = shell.fail(line);
        assert!(message.contains("report.html is there already"), "{line}: {message}");
    }
    assert_eq!(shell.names("taken"), ["report.html"]);
    shell.succeed("compare experiment.toml --out taken --force");
}

#[test]
fn a_run_is_saved_by_one_process_at_a_time() {
    let shell = shell(SMALL);
    let line =
        "train --hidden 4 --batch 10 --evaluate-every 1000000 --steps 1000000000 --save run.safetensors -v";
    let mut first = shell.start(line);
    let mut lines = BufReader::new(first.stderr.take().unwrap()).lines().map_while(Result::ok);
    assert!(lines.next().is_some());
    for second in [line, format!("{line} --force").as_str()] {
        let message = shell.fail(second);
        assert!(message.contains("another process is saving its run to run.safetensors"), "{message}");
    }
    first.kill().unwrap();
    first.wait().unwrap();
    // A claim ends with its process.
    shell.succeed("train --resume run.safetensors --steps 5 --save run.safetensors");
    assert_eq!(shell.names("."), ["experiment.toml", "run.safetensors"]);
}

#[test]
fn names_that_look_alike_as_files_have_files_of_their_own() {
    let shell = shell(
        "rules = [{ name = 'sgd', label = 'x/y' }, { name = 'adam', label = 'x-y' }, { name = 'momentum', label = 'X-Y' }]
[protocol]
tuning_trials = 2
final_seeds = 2
default_seeds = 2
confirmation_seeds = 0
boundary_extensions = 0
[[problems]]
function = 'bowl'
name = 'a/b'
noise = 0.1
[[problems]]
function = 'bowl'
name = 'a-b'
noise = 0.2
[[problems]]
function = 'bowl'
name = 'A-B'
noise = 0.3
",
    );
    shell.succeed("compare experiment.toml --out out");
    let tables = shell
        .names("out")
        .into_iter()
        .filter(|name| name.ends_with("-results.csv"))
        .map(|name| name.to_lowercase());
    assert_eq!(tables.collect::<std::collections::BTreeSet<_>>().len(), 3);
    let said = shell.succeed("results out --tensorboard runs");
    assert_eq!(said, "runs: 18 final runs\n");
    let owner = shell.names("runs").remove(0);
    let mut files = 0;
    for problem in shell.names(&format!("runs/{owner}")) {
        for rule in shell.names(&format!("runs/{owner}/{problem}")) {
            files += shell.names(&format!("runs/{owner}/{problem}/{rule}")).len();
        }
    }
    assert_eq!(files, 18);
}

#[test]
fn a_check_names_what_is_damaged_and_what_can_be_kept() {
    let shell = shell(SMALL);
    shell.succeed("compare experiment.toml --out out");
    shell.succeed("train --steps 5 --hidden 4 --save out/run.safetensors");
    let said = shell.succeed("check out");
    for part in [
        "out/results.sqlite: sound (14 runs fit",
        "run.safetensors: sound (",
        "report.html: sound",
        "result.json: sound",
    ] {
        assert!(said.contains(part), "{said}");
    }
    let mut weights = shell.read("out/run.safetensors");
    let last = weights.len() - 1;
    weights[last] ^= 1;
    shell.write("out/run.safetensors", &weights);
    let checked = shell.run("check out/run.safetensors");
    assert_eq!(checked.status, Some(1), "{}", checked.out);
    assert!(checked.out.contains("damaged") && checked.out.contains("checksum"), "{}", checked.out);
    let message = shell.fail("train --resume out/run.safetensors --steps 9");
    assert!(message.contains("out/run.safetensors is damaged"), "{message}");
    // Half a results file.
    let bytes = shell.read("out/results.sqlite");
    shell.write("out/results.sqlite", &bytes[..bytes.len() / 2]);
    let checked = shell.run("check out");
    assert_eq!(checked.status, Some(1));
    assert!(checked.out.contains("results.sqlite: damaged: "), "{}", checked.out);
    shell.write("notes.txt", "mine");
    assert!(shell.fail("check notes.txt").contains("nothing to check it by"));
}

#[test]
#[cfg(unix)]
fn programs_in_a_results_file_are_started_by_nobody_who_did_not_ask() {
    let experiment = "rules = ['sgd']\n[protocol]\ntuning_trials = 2\nfinal_seeds = 2\n[problem]\nname = 'theirs'\n\
                      program = ['sh', '-c', 'touch started; exit 1']\nsteps = 2\n";
    let shell = shell(experiment);
    let message = shell.fail("compare experiment.toml --dry-run --out out");
    assert!(
        message.contains("theirs: sh -c 'touch started; exit 1'") && message.contains("--run-programs"),
        "{message}"
    );
    assert!(!shell.path("started").exists());
    // The file that names it is one's own here.
    assert_eq!(shell.run("compare experiment.toml --out out").status, Some(1));
    std::fs::remove_file(shell.path("started")).unwrap();
    let message = shell.fail("work out");
    assert!(message.contains("theirs: sh -c") && message.contains("--run-programs"), "{message}");
    assert!(!shell.path("started").exists());
    shell.run("work out --run-programs");
    assert!(shell.path("started").exists());
}

#[test]
fn names_steer_no_terminal_and_turn_no_page_around() {
    let hostile = "\u{202e}=x\u{9b}2J";
    let label = "\\u202e=x\\u009b2J";
    let shell =
        shell(&SMALL.replace(
            "[\"sgd\", \"adam\"]",
            &format!("[{{ name = \"sgd\", label = \"{label}\" }}, \"adam\"]"),
        ));
    let said = shell.run("compare experiment.toml --out out -v");
    assert_eq!(said.status, Some(0), "{}", said.err);
    let csv = shell.succeed("results out --csv cells.csv --latex");
    let page = String::from_utf8(shell.read("out/report.html")).unwrap();
    // The script that draws figures is plotly.js itself.
    let names = page.split("<script>").next().unwrap().to_string()
        + page.rsplit("</script>\n<script>").next().unwrap();
    for text in [said.out, said.err, csv, names] {
        assert!(!text.contains(hostile) && !text.contains(['\u{202e}', '\u{9b}']), "{text}");
    }
}
