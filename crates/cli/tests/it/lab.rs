//! Tuning, range tests, plans and exports: what stands around a comparison.

use crate::compare::{SMALL, result, shell};
use crate::shell::Shell;
use serde_json::{Value, json};

#[test]
fn tuning_finds_what_it_was_asked_for() {
    let shell = Shell::new();
    shell.write("small.toml", SMALL.replace("rules = [\"sgd\", \"adam\"]\n", ""));
    let said = shell.succeed(
        "tune small.toml --rule adam --dialect torch --search beta1 --search epsilon=1e-8,1e-4 --set beta2=0.99 --out out",
    );
    assert!(said.contains("also found") && said.contains("beta1 0."), "{said}");
    let rule = &result(&shell, "out")["problems"][0]["rules"][0];
    assert_eq!(rule["hyperparameters"]["beta2"], 0.99);
    assert!([1e-8, 1e-4].contains(&rule["hyperparameters"]["epsilon"].as_f64().unwrap()));
    let trials = rule["tuning"]["trials"].as_array().unwrap();
    assert!(
        trials
            .iter()
            .all(|trial| trial["others"]["beta1"].as_f64().is_some_and(|b| (0.5..=0.98).contains(&b)))
    );
    let page = String::from_utf8(shell.read("out/report.html").clone()).unwrap();
    assert!(page.contains("adam: the trials") && page.contains("Was it fair?"));

    let message = shell.fail("tune small.toml --rule sgd --search beta1");
    assert!(message.contains("no rule here has a hyper-parameter `beta1`"), "{message}");
    shell.write("two.toml", SMALL);
    let message = shell.fail("tune two.toml");
    assert!(message.contains("one is tuned at a time"), "{message}");
    let message = shell.fail("compare two.toml --search learning_rate=0.1");
    assert!(message.contains("--search learning_rate=1e-4..1"), "{message}");
}

#[test]
fn a_dry_run_says_what_a_comparison_would_do_and_its_runs_count() {
    let shell = shell(SMALL);
    let said = shell.succeed("compare experiment.toml --out out --dry-run --lang en");
    for expected in
        ["2 rules, 14 runs, about", "sgd (book): learning_rate", "gradients agree", "over 5 seeds"]
    {
        assert!(said.contains(expected), "{said}");
    }
    assert!(!shell.path("out/report.html").exists());
    let again = shell.run("compare experiment.toml --out out");
    assert!(again.err.contains("known already"), "{}", again.err);
    let plan: Value =
        serde_json::from_str(&shell.succeed("compare experiment.toml --out out --dry-run --json")).unwrap();
    assert_eq!((&plan[0]["cells"], &plan[0]["seeds"]), (&14.into(), &2.into()));
    assert!(plan[0]["gradient"].as_f64().unwrap() < 1e-6);
    // More seeds run those seeds only.
    let more = shell.run("compare experiment.toml --out out --more-seeds 1");
    assert!(more.err.contains("final: 8 runs (6 known already)"), "{}", more.err);
    assert_eq!(result(&shell, "out")["problems"][0]["rules"][0]["runs"].as_array().unwrap().len(), 3);
    assert!(!more.err.contains("results of another experiment"), "{}", more.err);
}

#[test]
fn seeds_are_added_until_nothing_is_open_that_they_decide_or_no_more_are_allowed() {
    // Judged by the loss, so that the number of test examples is no limit.
    let text =
        SMALL.replace("dataset = \"digits\"", "dataset = \"digits\"\nmetric = \"loss\"\ndifference = 0.05");
    let shell = shell(&text);
    let two = shell.run("compare experiment.toml --out out --more-seeds auto --at-most 4");
    assert!(two.err.contains("2 final seeds a rule leave something open: on to 4"), "{}", two.err);
    let verdict = || result(&shell, "out")["problems"][0]["verdict"].clone();
    assert_eq!((&verdict()["look"]["number"], &verdict()["look"]["earlier"]), (&2.into(), &json!([[1, 2]])));
    // What is advised at the end is the command that goes on.
    let more = verdict()["more_seeds"].as_u64().expect("four seeds decide nothing");
    assert!(two.out.contains(&format!("--more-seeds auto --at-most {}", 4 + more)), "{}", two.out);
    let decided = shell.run("compare experiment.toml --out out --more-seeds auto");
    assert_eq!(verdict()["more_seeds"], Value::Null, "{}", decided.out);
    let seeds = result(&shell, "out")["problems"][0]["rules"][0]["runs"].as_array().unwrap().len();
    assert!(seeds > 4 && seeds <= 200, "{seeds}");
    // Asked again, it is the same look.
    let looks = verdict()["look"]["number"].clone();
    shell.succeed(&format!("compare experiment.toml --out out --more-seeds {}", seeds - 2));
    assert_eq!(verdict()["look"]["number"], looks);
    let error = shell.fail("compare experiment.toml --out out --more-seeds many");
    assert!(error.contains("expected a number of seeds up to 65535, or `auto`"), "{error}");
}

#[test]
fn the_range_test_suggests_rates_or_says_why_not() {
    let shell = Shell::new();
    let json: Value = serde_json::from_str(
        &shell.succeed("lr-test --rules sgd,adam --repeats 2 --rates 5 --steps 80 --json --out out"),
    )
    .unwrap();
    for rule in json["rules"].as_array().unwrap() {
        assert!(rule["suggestion"]["Ok"]["best"].as_f64().unwrap() > 1e-4, "{rule}");
        assert_eq!(rule["losses"].as_array().unwrap().len(), 2);
    }
    assert!(shell.path("out/report.html").exists());
    let said = shell.succeed("lr-test --rules sgd --to 1e-4 --repeats 2 --steps 40 --out none --lang en");
    assert!(said.contains("no suggestion: no rate brought the loss down"), "{said}");
    let message = shell.fail("lr-test --from 1 --to 0.1");
    assert!(message.contains("the rates must grow from above 0"), "{message}");
    let message = shell.fail("lr-test --problem bowl");
    assert!(message.contains("--problem digits"), "{message}");
}

#[test]
fn results_go_to_other_programs_and_a_journal_is_never_replaced() {
    let shell = shell(SMALL);
    shell.succeed("compare experiment.toml --out out");
    shell.succeed(
        "results out --csv cells.csv --json-lines cells.jsonl --tensorboard runs --optuna journal.log",
    );
    let text = |file: &str| String::from_utf8(shell.read(file).clone()).unwrap();
    assert_eq!(text("cells.csv").lines().count(), 15);
    assert_eq!(text("cells.jsonl").lines().count(), 14);
    assert!(text("cells.csv").contains(",digits,sgd,sgd,book,tuning,1,"));
    assert_eq!(text("journal.log").lines().filter(|line| line.contains("\"op_code\":4")).count(), 6);
    let experiments = shell.names("runs");
    assert!(experiments.len() == 1 && experiments[0].starts_with("small-"), "{experiments:?}");
    assert!(shell.path(&format!("runs/{}/digits/sgd", experiments[0])).is_dir());
    let message = shell.fail("results out --optuna journal.log");
    assert!(message.contains("is there already"), "{message}");
    let message = shell.fail("results nowhere --csv x.csv");
    assert!(message.contains("there are no results in nowhere"), "{message}");
    assert!(shell.fail("results out").contains("--csv"));
}

#[test]
fn progress_is_lines_for_people_or_for_programs() {
    let shell = shell(SMALL);
    let said = shell.run("compare experiment.toml --out out --json");
    let events: Vec<Value> = said.err.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    assert_eq!(events.len(), said.err.lines().count(), "every line is JSON: {}", said.err);
    let runs: Vec<&Value> = events.iter().filter(|event| event["event"] == "run").collect();
    assert_eq!(runs.len(), 14);
    assert!(runs.iter().all(|run| run["total"] == 14 && run["failed"] == 0 && run["value"].is_number()));
    assert!(serde_json::from_str::<Value>(&said.out).is_ok(), "the result alone is on standard output");
    let said = shell.run("compare experiment.toml --out other -v");
    assert!(said.err.contains("14/14 ") && said.err.contains("final: sgd at rate"), "{}", said.err);
    assert_eq!(said.err.lines().filter(|line| line.contains("/14 ")).count(), 14);
    let message = shell.fail("compare experiment.toml --out out --live");
    assert!(message.contains("--live needs a terminal"), "{message}");
}

#[test]
fn halving_is_marked_and_problems_are_drawn_together() {
    let shell = Shell::new();
    shell.write(
        "two.toml",
        "rules = ['sgd', 'adam']\n[protocol]\nsearch = 'sobol'\ntuning_trials = 4\nhalving = 2\nconfirmation_seeds = 1\n\
         final_seeds = 2\ndefault_seeds = 0\nboundary_extensions = 0\n[[problems]]\ndataset = 'digits'\ntarget_loss = 1.5\n\
         evaluate_every = 2\nsteps = 40\n[[problems]]\ndataset = 'moons'\ntarget_loss = 0.6\nevaluate_every = 2\nsteps = 40\n",
    );
    shell.succeed("compare two.toml --out out --lang en");
    let page = String::from_utf8(shell.read("out/report.html").clone()).unwrap();
    for expected in ["The search halved", "All problems together", "interquartile mean", "All runs ("] {
        assert!(page.contains(expected), "no {expected}");
    }
    let trials = &result(&shell, "out")["problems"][0]["rules"][0]["tuning"]["trials"];
    let divisors: Vec<u64> =
        trials.as_array().unwrap().iter().map(|trial| trial["divisor"].as_u64().unwrap_or(1)).collect();
    let count = |divisor| divisors.iter().filter(|&&found| found == divisor).count();
    assert_eq!((count(4), count(2), count(1)), (2, 1, 1), "{divisors:?}");
}

#[test]
fn several_files_run_one_after_the_other() {
    let shell = shell(SMALL);
    shell.write("second.toml", SMALL.replace("seed = 1", "seed = 2"));
    shell.succeed("run experiment.toml second.toml --out out");
    assert_ne!(result(&shell, "out/experiment"), result(&shell, "out/second"));
    // Two files of one name get a folder each.
    std::fs::create_dir(shell.path("b")).unwrap();
    shell.write("b/experiment.toml", SMALL.replace("seed = 1", "seed = 3"));
    shell.succeed("run experiment.toml b/experiment.toml --out both");
    assert_eq!(shell.names("both").len(), 2, "{:?}", shell.names("both"));
}

#[test]
fn a_target_that_nobody_reaches_is_called_out() {
    let shell = Shell::new();
    shell.write("small.toml", format!("{SMALL}target_loss = 1e-9\n"));
    let said = shell.succeed("compare small.toml --out out --lang en");
    assert!(said.contains("No final run reached the target"), "{said}");
}

#[test]
fn a_sweep_runs_every_combination_once() {
    let shell = Shell::new();
    shell.write("small.toml", SMALL.replace("rules = [\"sgd\", \"adam\"]\n", ""));
    let command = "sweep small.toml --rule momentum --over learning_rate=0.01..1:3 --over momentum=0.5,0.9 --seeds 2 --out out";
    let said = shell.succeed(command);
    assert_eq!(said.lines().filter(|line| line.contains(" ± ")).count(), 6, "{said}");
    assert!(shell.path("out/sweep.csv").exists());
    let json: Value = serde_json::from_str(&shell.succeed(&format!("{command} --json"))).unwrap();
    assert_eq!(json["trials"].as_array().unwrap().len(), 6);
    shell.succeed("sweep --rule sgd --over learning_rate=0.1,1 --problem bowl --out bowl");
    let said = shell.succeed("sweep --rule SGD --over lr=0.1,1 --problem bowl --out named");
    assert!(said.contains("learning_rate") && !said.contains("lr "), "{said}");
    for (arguments, expected) in [
        ("--over momentum=0.5,-1", "`momentum` must be"),
        ("--over momentun=0.5", "did you mean `momentum`?"),
        ("--over momentum=0.5 --over momentum=0.6", "is given twice"),
        ("--over learning_rate=1e-5..1:9000 --over momentum=0.1,0.2", "too many"),
        ("--over momentum=0.5 --dry-run", "unexpected argument '--dry-run'"),
        ("--over momentum=0.5 --preset quick", "unexpected argument '--preset'"),
    ] {
        let message = shell.fail(&format!("sweep small.toml --rule momentum {arguments} --out no"));
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
#[cfg_attr(not(python3), ignore = "needs python3")]
fn a_program_can_be_a_problem() {
    let shell = Shell::new();
    shell.write("logistic.py", include_str!("../../../../experiments/own/logistic.py"));
    let experiment = include_str!("../../../../experiments/own/logistic.toml");
    let small = "preset = \"quick\"\n[protocol]\ntuning_trials = 4\nconfirmation_top = 1\nfinal_seeds = 2\ndefault_seeds = 1\n\
                 boundary_extensions = 0\n";
    let (before, problem) = experiment.split_once("[problem]").unwrap();
    let experiment = format!("{}{small}[problem]{problem}", before.replace("preset = \"quick\"\n", ""));
    let experiment = experiment.replace("experiments/own/", "");
    shell.write("own.toml", &experiment);
    shell.succeed("compare own.toml --threads 1 --out one");
    shell.succeed("compare own.toml --threads 2 --out two");
    let found = result(&shell, "one");
    assert_eq!(found, result(&shell, "two"));
    let rules = found["problems"][0]["rules"].as_array().unwrap();
    assert!(rules.iter().all(|rule| rule["test"]["mean"].as_f64().unwrap() > 0.85), "{rules:?}");
    let page = String::from_utf8(shell.read("one/report.html").clone()).unwrap();
    assert!(page.contains("losses and gradients come from"));
    assert!(shell.run("compare own.toml --threads 1 --out one").err.contains("known already"));

    // Without a test split, pages show the figures that the verdict is about, and call them what they are.
    let script = include_str!("../../../../experiments/own/logistic.py");
    shell.write("logistic.py", script.replace("\"evaluates\": True", "\"evaluates\": False"));
    shell.write("untested.toml", experiment.replace("metric = \"accuracy\"\n", ""));
    shell.succeed("compare untested.toml --threads 1 --out untested");
    let names = shell.names("untested");
    let named =
        |end: &str| names.iter().find(|name| name.ends_with(end)).unwrap_or_else(|| panic!("{names:?}"));
    let table = |end: &str| String::from_utf8(shell.read(&format!("untested/{}", named(end)))).unwrap();
    let runs = table("final-runs.csv");
    assert!(runs.starts_with("rule,label,seed,validation loss\n"), "{runs}");
    let losses = runs.lines().skip(1).map(|line| line.rsplit(',').next().unwrap().parse::<f64>());
    assert_eq!(
        losses.filter(|loss| loss.as_ref().is_ok_and(|loss| *loss > 0.0 && *loss < 1.0)).count(),
        6,
        "{runs}"
    );
    let page = String::from_utf8(shell.read("untested/report.html")).unwrap();
    assert!(page.contains("difference in validation loss") && !page.contains("test loss"));
    shell.write("logistic.py", script);

    for (script, expected) in [
        ("print('hello', flush=True); input()", "which is no JSON object in one line"),
        ("import sys; sys.exit(3)", "ended (exit status: 3) without an answer"),
        (
            "input(); print('{\"parameters\": {\"w\": \"x\"}}', flush=True); input()",
            "must give the parameter `w` as a list",
        ),
        (
            "input(); print('{\"parameters\": {\"w\": [1]}}', flush=True); input(); print('{\"loss\": 1}', flush=True); input()",
            "\\\"gradients\\\" that hold 1 numbers for `w`",
        ),
    ] {
        shell.write("logistic.py", script);
        let message = shell.fail("compare own.toml --threads 1 --out bad");
        assert!(message.contains(&expected.replace("\\\"", "\"")), "{message}");
    }
    shell.write("own.toml", experiment.replace("python3", "no-such-program"));
    let message = shell.fail("compare own.toml --threads 1 --out bad");
    assert!(message.contains("cannot be started"), "{message}");
    shell.write("own.toml", experiment.replace("steps = 100", "steps = 100\nhidden = [5]"));
    let message = shell.fail("compare own.toml --threads 1 --out bad");
    assert!(message.contains("`hidden` does not belong to a problem with a `program`"), "{message}");
}
