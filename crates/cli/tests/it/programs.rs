//! Programs that are problems: what they answer, and what becomes of those that do not.

use crate::shell::{Answer, Shell};
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// A bowl in Python; `LOSS`, `GRADIENT` and what is done `BEFORE` each answer vary.
const SCRIPT: &str = r#"
import json, math, os, sys, time
json.loads(sys.stdin.readline())
print(json.dumps({"parameters": {"w": [3.0, -1.0], "b": [0.5]}}), flush=True)
for line in sys.stdin:
    at = json.loads(line)["parameters"]
    w, b = at["w"], at["b"][0]
    BEFORE
    print(json.dumps({"loss": LOSS, "gradients": {"w": [2 * a for a in w], "b": [GRADIENT]}}), flush=True)
"#;

const EXPERIMENT: &str = "
rules = [\"sgd\"]
[protocol]
tuning_trials = 3
confirmation_seeds = 0
final_seeds = 2
default_seeds = 1
boundary_extensions = 0
[problem]
program = [\"python3\", \"mine.py\"]
steps = 6
evaluate_every = 3
learning_rates = { sgd = { from = 0.01, to = 0.3 } }
";

fn shell(loss: &str, gradient: &str, before: &str) -> Shell {
    let shell = Shell::new();
    let script = SCRIPT.replace("LOSS", loss).replace("GRADIENT", gradient).replace("BEFORE", before);
    shell.write("mine.py", script);
    shell.write("own.toml", EXPERIMENT);
    shell
}

fn bowl(before: &str) -> Shell {
    shell("sum(a * a for a in w) + b * b", "2 * b", before)
}

/// A shell with an experiment on a program of these words.
fn of(words: &str, keys: &str) -> Shell {
    let shell = Shell::new();
    let program = format!("program = [{words}]\n{keys}");
    shell.write("own.toml", EXPERIMENT.replace("program = [\"python3\", \"mine.py\"]", &program));
    shell
}

/// Waits for a file that says which process wrote it.
fn process(file: &Path) -> String {
    let since = Instant::now();
    loop {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        if text.ends_with('\n') {
            return text.trim().to_string();
        }
        assert!(since.elapsed() < Duration::from_secs(20), "{} is not written", file.display());
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Whether a process is there for good and is not only waiting to be buried; what is killed needs a moment to die.
fn lives(process: &str) -> bool {
    let since = Instant::now();
    while since.elapsed() < Duration::from_secs(5) {
        let status = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        let state = status.rsplit(") ").next().and_then(|rest| rest.chars().next());
        if matches!(state, None | Some('Z' | 'X')) {
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    true
}

fn interrupt(running: &Child) {
    let process = running.id().to_string();
    assert!(Command::new("kill").args(["-INT", &process]).status().unwrap().success());
}

#[test]
#[cfg_attr(not(python3), ignore = "needs python3")]
fn numbers_that_are_not_finite_are_runs_that_diverged() {
    for not_finite in ["math.nan", "math.inf", "-math.inf"] {
        let shell = shell(&format!("{not_finite} if abs(b) < 0.2 else 1.0"), "2 * b", "");
        let answer = shell.run("compare own.toml --out out");
        assert_eq!(answer.status, Some(0), "{}", answer.err);
        assert!(!answer.err.contains("null"), "{}", answer.err);
        let result: serde_json::Value = serde_json::from_slice(&shell.read("out/result.json")).unwrap();
        let trials = result["problems"][0]["rules"][0]["tuning"]["trials"].as_array().unwrap();
        let diverged = |trial: &&serde_json::Value| trial["values"][0].is_null();
        // At a rate of 0.3, b is 0.08 after two steps; at 0.01 it stays above 0.4.
        let count = trials.iter().filter(diverged).count();
        assert!(count > 0 && count < trials.len(), "{trials:?}");
    }
    let shell = shell("None if abs(b) < 0.2 else 1.0", "2 * b", "");
    let answer = shell.run("compare own.toml --out out");
    assert_eq!(answer.status, Some(0), "{}", answer.err);
    assert!(
        answer.err.contains("`python3 mine.py` answered `null` where a number belongs"),
        "{}",
        answer.err
    );
}

#[test]
#[cfg_attr(not(python3), ignore = "needs python3")]
fn both_sides_may_write_more_than_a_pipe_holds() {
    let shell = bowl("os.write(1, b' ' * 1_000_000); os.write(2, b'x' * 1_000_000)");
    let script = String::from_utf8(shell.read("mine.py")).unwrap();
    // A question of a megabyte meets an answer that begins before it is read.
    let script = script
        .replace("\"b\": [0.5]", "\"b\": [0.5], \"long\": [0.1] * 100_000")
        .replace("flush=True)\nfor", "flush=True)\nos.write(1, b' ' * 1_000_000)\nfor")
        .replace("\"b\": [2 * b]", "\"b\": [2 * b], \"long\": [0.0] * 100_000");
    shell.write("mine.py", script);
    shell.write("own.toml", EXPERIMENT.replace("steps = 6", "steps = 2").replace("trials = 3", "trials = 1"));
    let started = Instant::now();
    let answer = shell.run("compare own.toml --threads 1 --out out");
    assert_eq!(answer.status, Some(0), "{}", answer.err);
    assert!(started.elapsed() < Duration::from_secs(60));
}

#[test]
fn a_program_that_does_not_answer_is_stopped_with_all_it_has_started() {
    let shell = of(
        "\"sh\", \"-c\", \"echo waiting >&2; sleep 1000 & echo $! > child; wait\"",
        "answer_seconds = 1\nname = \"slow\"",
    );
    let started = Instant::now();
    let message = shell.fail("compare own.toml --threads 1 --out out");
    assert!(started.elapsed() < Duration::from_secs(10), "{message}");
    assert!(message.contains("within 1 seconds") && message.contains("`answer_seconds`"), "{message}");
    assert!(message.contains("the end of its standard error:\n  | waiting"), "{message}");
    assert!(message.contains("no run can be made"), "{message}");
    assert!(!lives(&process(&shell.path("child"))));
}

#[test]
fn a_line_without_an_end_is_no_answer() {
    let shell = of("\"sh\", \"-c\", \"tr '\\\\0' x < /dev/zero\"", "");
    let message = shell.fail("compare own.toml --threads 1 --out out");
    assert!(message.contains("it wrote 256 MiB without ending the line"), "{message}");
}

#[test]
#[cfg_attr(not(python3), ignore = "needs python3")]
fn a_program_that_fails_is_quoted_and_asked_once() {
    let shell = bowl("raise ValueError('bad \\x1b[31m data')");
    let message = shell.fail("compare own.toml --threads 1 --out out");
    assert!(message.contains("ended (exit status: 1) without an answer"), "{message}");
    assert!(message.contains("  | ValueError: bad  [31m data"), "{message:?}");
    shell.write("mine.py", "import sys\nopen('starts', 'a').write('x')\nsys.exit(3)");
    let message = shell.fail("compare own.toml --threads 1 --out out");
    assert!(
        message.contains("no run can be made. mine: `python3 mine.py` ended (exit status: 3)"),
        "{message}"
    );
    assert_eq!(shell.read("starts"), b"x");
}

#[test]
fn the_first_interruption_ends_a_program_and_the_second_leaves_none() {
    for twice in [false, true] {
        let shell = of("\"sh\", \"-c\", \"trap '' INT; sleep 1000 & echo $! > child; wait\"", "");
        let running = shell.start("compare own.toml --threads 1 --out out");
        let child = process(&shell.path("child"));
        let asked = Instant::now();
        interrupt(&running);
        if twice {
            interrupt(&running);
        }
        let answer = Answer::of(running.wait_with_output().unwrap());
        assert_eq!(answer.status, Some(130), "{}", answer.err);
        assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
        assert!(twice || answer.err.contains("run the same experiment again"), "{}", answer.err);
        assert!(!lives(&child), "twice: {twice}");
    }
}

#[test]
#[cfg_attr(not(python3), ignore = "needs python3")]
fn no_more_copies_run_than_asked_for() {
    // Each copy adds a line when it begins and when it ends.
    let count = "open('log', 'a').write('+'); time.sleep(0.02); open('log', 'a').write('-')";
    for (copies, most) in [(1, 1), (2, 2)] {
        let shell = bowl(count);
        let limited = EXPERIMENT.replace("steps = 6", &format!("parallel = {copies}\nsteps = 6"));
        shell.write("own.toml", limited);
        shell.succeed("compare own.toml --threads 4 --out out");
        let (mut now, mut highest) = (0, 0);
        for byte in shell.read("log") {
            now += if byte == b'+' { 1 } else { -1 };
            highest = highest.max(now);
        }
        assert_eq!(highest, most);
        // It is no part of what results are known by.
        shell.write("own.toml", EXPERIMENT.replace("steps = 6", "answer_seconds = 9\nsteps = 6"));
        let known = shell.run("compare own.toml --threads 4 --out out").err;
        assert!(known.contains("known already"), "{known}");
    }
}

#[test]
#[cfg_attr(not(python3), ignore = "needs python3")]
fn a_dry_run_checks_the_gradients_and_says_how_long_it_waits() {
    let loss = "sum(a * a for a in w) + b * b";
    let said = shell(loss, "2 * b", "").succeed("compare own.toml --dry-run --run-programs --out out");
    assert!(said.contains("gradients agree with difference quotients"), "{said}");
    assert!(said.contains("program: python3 mine.py; an answer may take 600 s"), "{said}");
    let said = shell(loss, "b", "").succeed("compare own.toml --dry-run --run-programs --out out");
    assert!(said.contains("WARNING: the gradient of `b` is wrong: 50 %"), "{said}");
    let said = shell(&format!("{loss} + time.time()"), "2 * b", "")
        .succeed("compare own.toml --dry-run --run-programs --out out");
    assert!(said.contains("WARNING: two runs with one seed begin with different losses"), "{said}");
}

#[test]
#[cfg_attr(not(python3), ignore = "needs python3")]
fn results_belong_to_the_modules_a_script_imports() {
    let shell = bowl("pass");
    let script = String::from_utf8(shell.read("mine.py")).unwrap();
    shell.write("mine.py", script.replace("import json,", "import helper, json,"));
    shell.write("helper.py", "SCALE = 1\n");
    for program in ["[\"python3\", \"mine.py\"]", "[\"sh\", \"-c\", \"python3 mine.py\"]"] {
        shell.write("own.toml", EXPERIMENT.replace("[\"python3\", \"mine.py\"]", program));
        let said = shell.succeed("compare own.toml --dry-run --run-programs --out out");
        assert!(said.contains("known by the contents of mine.py, helper.py"), "{said}");
        shell.succeed("compare own.toml --out out");
        assert!(shell.run("compare own.toml --out out").err.contains("known already"));
        let page = String::from_utf8(shell.read("out/report.html")).unwrap();
        assert!(page.contains("results belong to their contents") && page.contains("mine.py, helper.py"));
        shell.write("helper.py", format!("SCALE = {}\n", program.len()));
        let again = shell.run("compare own.toml --out out");
        assert!(!again.err.contains("known already"), "{}", again.err);
        std::fs::remove_dir_all(shell.path("out")).unwrap();
    }
}
