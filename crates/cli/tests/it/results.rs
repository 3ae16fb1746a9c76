//! `thalweg results`, and the folders in which results are kept: experiments do not mix.

use crate::compare::{SMALL, result, shell};
use crate::shell::Shell;
use serde_json::Value;
use std::collections::BTreeSet;

/// The rows of a CSV file without quoted cells, as names and values.
fn rows(shell: &Shell, file: &str) -> Vec<Vec<(String, String)>> {
    let text = String::from_utf8(shell.read(file)).unwrap();
    let mut lines = text.lines();
    let names: Vec<String> = lines.next().unwrap().split(',').map(String::from).collect();
    let row = |line: &str| names.iter().cloned().zip(line.split(',').map(String::from)).collect();
    lines.map(row).collect()
}

/// The values of a column.
fn column(rows: &[Vec<(String, String)>], name: &str) -> Vec<String> {
    let value = |row: &Vec<(String, String)>| row.iter().find(|cell| cell.0 == name).unwrap().1.clone();
    rows.iter().map(value).collect()
}

fn distinct(values: &[String]) -> BTreeSet<&str> {
    values.iter().map(String::as_str).collect()
}

/// The names of the studies in an Optuna journal.
fn studies(shell: &Shell, file: &str) -> Vec<String> {
    let text = String::from_utf8(shell.read(file)).unwrap();
    let operations = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    operations.filter_map(|one| Some(one.get("study_name")?.as_str()?.to_string())).collect()
}

#[test]
fn an_export_holds_the_experiment_at_hand_and_the_others_only_with_all() {
    let shell = shell(SMALL);
    shell.succeed("compare experiment.toml --out out");
    // The same label with other steps, and other problems at the same place of the list.
    shell.write("experiment.toml", SMALL.replace("steps = 60", "steps = 30"));
    shell.succeed("compare experiment.toml --out out");
    shell.succeed("compare experiment.toml --problem bowl --out out");
    let exports = "--csv cells.csv --json-lines cells.jsonl --tensorboard runs --optuna journal.log";
    let said = shell.run(&format!("results out {exports}"));
    assert_eq!(said.status, Some(0), "{}", said.err);
    assert!(said.err.contains("28 runs of other experiments") && said.err.contains("--all"), "{}", said.err);

    let bowl = rows(&shell, "cells.csv");
    assert_eq!(distinct(&column(&bowl, "problem")), BTreeSet::from(["bowl"]));
    assert_eq!(distinct(&column(&bowl, "experiment")), BTreeSet::from(["small"]));
    let hash = column(&bowl, "experiment_hash")[0].clone();
    assert!(hash.len() == 12 && hash.chars().all(|c| c.is_ascii_hexdigit()), "{hash}");
    assert_eq!(distinct(&column(&bowl, "experiment_hash")).len(), 1);
    // Nothing is random there: each of the 6 rates, the chosen ones and the defaults run once.
    assert_eq!(bowl.len(), 10);
    let lines = String::from_utf8(shell.read("cells.jsonl")).unwrap();
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), bowl.len());
    assert!(lines.iter().all(|line| line["problem"] == "bowl" && line["experiment_hash"] == *hash));
    assert_eq!(shell.names("runs"), [format!("small-{hash}")]);
    assert_eq!(shell.names(&format!("runs/small-{hash}")), ["bowl"]);
    assert_eq!(studies(&shell, "journal.log"), ["small/bowl/sgd", "small/bowl/adam"]);

    let all = exports.replace("cells", "all").replace("runs", "every").replace("journal", "all-journal");
    shell.succeed(&format!("results out --all {all}"));
    let all = rows(&shell, "all.csv");
    let hashes = column(&all, "experiment_hash");
    assert_eq!(distinct(&hashes).len(), 3);
    let problems = column(&all, "problem");
    for (hash, problem) in hashes.iter().zip(&problems) {
        let of_bowl = hash == &column(&bowl, "experiment_hash")[0];
        assert_eq!(problem, if of_bowl { "bowl" } else { "digits" });
    }
    assert_eq!(all.len(), 28 + bowl.len());
    assert_eq!(shell.names("every").len(), 3);
    let named = studies(&shell, "all-journal.log");
    assert_eq!(named.len(), 6);
    assert_eq!(distinct(&named).len(), 6, "{named:?}");

    // An experiment that comes back is the one at hand again, and runs nothing twice.
    shell.write("experiment.toml", SMALL);
    let said = shell.run("compare experiment.toml --out out");
    assert!(said.err.contains("final: 6 runs (6 known already)"), "{}", said.err);
    shell.succeed("results out --csv cells.csv");
    let long = rows(&shell, "cells.csv");
    assert_eq!(long.len(), 14);
    let finals = long.iter().filter(|row| row.iter().any(|cell| cell.1 == "final"));
    let mut seeds: Vec<String> = column(&finals.cloned().collect::<Vec<_>>(), "seed");
    seeds.sort();
    let rules = &result(&shell, "out")["problems"][0]["rules"];
    let told = rules.as_array().unwrap().iter().flat_map(|rule| rule["runs"].as_array().unwrap());
    let mut told: Vec<String> = told.map(|run| run["seed"].to_string()).collect();
    told.sort();
    assert_eq!(seeds, told);
}

#[test]
fn a_run_that_serves_two_stages_has_a_row_in_each() {
    // Nothing is random on a function: the rate that was chosen runs once.
    let shell =
        shell(&SMALL.replace("dataset = \"digits\"\nhidden = [8]\nbatch = 50", "function = \"bowl\""));
    shell.succeed("compare experiment.toml --out out");
    shell.succeed("results out --csv cells.csv");
    let rows = rows(&shell, "cells.csv");
    let stages = column(&rows, "stage");
    let count = |stage: &str| stages.iter().filter(|found| *found == stage).count();
    assert_eq!((count("tuning"), count("final"), count("default")), (6, 2, 2), "{stages:?}");
    assert!(distinct(&column(&rows, "id")).len() < rows.len());
}

#[test]
fn a_sweep_s_results_are_exported_and_kept_from_those_of_another_grid() {
    let shell = Shell::new();
    let sweep = "sweep --rule sgd --problem bowl --out out --over learning_rate";
    shell.succeed(&format!("{sweep}=0.1,0.2,0.4"));
    let said = shell.run(&format!("{sweep}=0.1,0.3,0.4"));
    assert_eq!(said.status, Some(0), "{}", said.err);
    shell.succeed("results out --csv cells.csv");
    assert_eq!(column(&rows(&shell, "cells.csv"), "learning_rate"), ["0.1", "0.3", "0.4"]);
    shell.succeed("results out --all --csv cells.csv");
    assert_eq!(rows(&shell, "cells.csv").len(), 6);
    let message = shell.fail("results out --optuna journal.log");
    assert!(message.contains("no finished comparison"), "{message}");
    let message = shell.fail("work out");
    assert!(message.contains("does not hold its experiment"), "{message}");
}

#[test]
fn runs_that_belong_to_no_experiment_are_exported_with_all_alone() {
    let shell = shell(SMALL);
    // A dry run keeps its runs before there is a comparison, as earlier versions kept all of theirs.
    shell.succeed("compare experiment.toml --out out --dry-run");
    let message = shell.fail("results out --csv cells.csv");
    assert!(message.contains("name no experiment") && message.contains("--all"), "{message}");
    assert!(!shell.path("cells.csv").exists());
    shell.succeed("results out --all --csv cells.csv");
    let kept = rows(&shell, "cells.csv");
    assert_eq!(kept.len(), 6, "one run of each rule, and four more of the best");
    assert_eq!(distinct(&column(&kept, "experiment_hash")), BTreeSet::from([""]));
    assert_eq!(distinct(&column(&kept, "problem")), BTreeSet::from(["problem 0"]));
    // Of those the comparison takes the ones that it has, and leaves the others out.
    shell.succeed("compare experiment.toml --out out");
    shell.succeed("results out --csv cells.csv");
    assert_eq!(rows(&shell, "cells.csv").len(), 14);
    shell.succeed("results out --all --csv cells.csv");
    assert_eq!(rows(&shell, "cells.csv").len(), 14 + 4);
}

#[test]
fn a_folder_that_holds_another_experiment_says_so() {
    let shell = shell(SMALL);
    let first = shell.run("compare experiment.toml --out out");
    assert!(!first.err.contains("another"), "{}", first.err);
    // Changed, it is another experiment of the same name: what it has in common is used, and it is said.
    let seeds = shell.run("compare experiment.toml --out out --seed 2");
    assert!(seeds.err.contains("out also holds results of another experiment"), "{}", seeds.err);
    let again = shell.run("compare experiment.toml --out out --seed 2");
    assert!(!again.err.contains("another experiment"), "{}", again.err);
    // An experiment of another name, or a sweep, is kept out.
    let report = shell.read("out/report.html");
    shell.write("other.toml", SMALL.replace("\"small\"", "\"other\""));
    let message = shell.fail("compare other.toml --out out");
    assert!(message.contains("out holds the results of the comparison `small`"), "{message}");
    assert!(message.contains("--out"), "{message}");
    let message = shell.fail("sweep --rule sgd --problem bowl --over learning_rate=0.1,0.2 --out out");
    assert!(message.contains("out holds the results of the comparison `small`"), "{message}");
    for command in ["lr-test --rules sgd --out out", "run study.toml --out out"] {
        shell.write(
            "study.toml",
            "name = 'study'\nfigure = 'loss'\nrules = ['sgd']\n[problem]\ndataset = 'digits'\nsteps = 5\n",
        );
        let message = shell.fail(command);
        assert!(message.contains("out holds the results of the comparison `small`"), "{message}");
    }
    assert!(shell.read("out/report.html") == report, "the report was touched");
}

#[test]
fn default_folders_differ_by_command_file_and_rule() {
    let shell = Shell::new();
    let quick = SMALL.replace("steps = 60", "steps = 2");
    for folder in ["one", "two"] {
        std::fs::create_dir(shell.path(folder)).unwrap();
        shell.write(&format!("{folder}/race.toml"), &quick);
    }
    shell.write("tuned.toml", quick.replace("rules = [\"sgd\", \"adam\"]\n", ""));
    let commands = [
        "compare one/race.toml",
        "compare two/race.toml",
        "compare --rules sgd,adam --problem bowl",
        "compare tuned.toml --rules sgd",
        "tune tuned.toml --rule sgd",
        "tune tuned.toml --rule adam",
        "tune --rule sgd --problem bowl",
        "tune --rule adam --problem bowl",
        "sweep tuned.toml --rule sgd --over learning_rate=0.1,0.2",
        "sweep --rule sgd --over learning_rate=0.1,0.2 --problem bowl",
        "lr-test tuned.toml --rules sgd --steps 20 --repeats 1 --rates 3",
        "lr-test --rules sgd --steps 20 --repeats 1 --rates 3",
    ];
    let mut known: BTreeSet<String> = BTreeSet::new();
    for command in commands {
        shell.succeed(command);
        let names: BTreeSet<String> = shell.names("thalweg-out").into_iter().collect();
        assert_eq!(names.len(), known.len() + 1, "{command}: {names:?}");
        assert!(names.is_superset(&known));
        known = names;
    }
    // The same command finds its folder again, however its file is written.
    let said = shell.run("compare ./two/../one/race.toml");
    assert!(said.err.contains("final: 6 runs (6 known already)"), "{}", said.err);
    assert_eq!(shell.names("thalweg-out").len(), known.len());
}

#[test]
fn tables_for_papers_hold_the_figures_of_the_result() {
    let huge = SMALL.replace(
        "rules = [\"sgd\", \"adam\"]",
        "rules = [\"adam\", { name = \"sgd\", label = \"50% a_b | c\", learning_rate = 1e30 }]",
    );
    let shell = shell(&huge);
    shell.succeed("compare experiment.toml --out out");
    shell.succeed("results out --summary summary.csv --latex table.tex --markdown table.md --lang en");
    let summary = rows(&shell, "summary.csv");
    assert_eq!(column(&summary, "label"), ["adam", "50% a_b | c"]);
    assert_eq!(
        (column(&summary, "n"), column(&summary, "diverged")),
        (strings(["2", "0"]), strings(["0", "2"]))
    );
    assert_eq!(column(&summary, "split")[0], "test");
    let adam = result(&shell, "out")["problems"][0]["rules"][0].clone();
    let number = |name: &str| column(&summary, name)[0].parse::<f64>().unwrap();
    assert_eq!(Some(number("mean")), adam["test"]["mean"].as_f64());
    assert_eq!(Some(number("standard_deviation")), adam["test"]["standard_deviation"].as_f64());
    assert_eq!(Some(number("learning_rate")), adam["learning_rate"].as_f64());
    // Student's quantile for one degree of freedom, over the root of two.
    let half = 12.706_204_736_174_694 * number("standard_deviation") / 2f64.sqrt();
    assert!((number("interval_high") - number("mean") - half).abs() < 1e-9 * half);
    assert!((number("mean") - number("interval_low") - half).abs() < 1e-9 * half);

    let text = |file: &str| String::from_utf8(shell.read(file)).unwrap();
    let (latex, markdown) = (text("table.tex"), text("table.md"));
    assert!(
        latex.contains("50\\% a\\_b \\textbar{} c & $10^{30}$ & $0$ & -- & -- & -- & $2$ \\\\"),
        "{latex}"
    );
    assert!(markdown.contains("| 50% a\\_b \\| c | 1e30 | 0 | – | – | – | 2 |"), "{markdown}");
    // Without a file they go to standard output, and there nothing else does.
    assert_eq!(shell.succeed("results out --markdown --lang en"), markdown);
    assert_eq!(shell.succeed("results out --latex --lang en"), latex);
    assert_eq!(shell.succeed("results out --summary"), text("summary.csv"));
    assert!(shell.succeed("results out --markdown --lang ko").contains("갱신 규칙"));

    shell.succeed("sweep --rule sgd --problem bowl --over learning_rate=0.1,0.2 --out sweep");
    let message = shell.fail("results sweep --latex");
    assert!(message.contains("there are no final runs in sweep"), "{message}");
}

fn strings<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(String::from).to_vec()
}
