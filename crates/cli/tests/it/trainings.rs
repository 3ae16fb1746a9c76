//! Trainings of the user's own: commands that train and report.

use crate::shell::Shell;
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// One update on x² from 1, at which a rate of 0.5 lands on the minimum. It notes every start.
const SCRIPT: &str = r#"
import json, os, sys
rate, seed, steps = float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
run = json.loads(os.environ["THALWEG_RUN"])
with open("starts", "a") as starts:
    starts.write(json.dumps(run) + "\n")
x = 1.0
print("this is no report", flush=True)
for step in range(1, steps + 1):
    BEFORE
    x -= rate * (2 * x + 1e-3 * ((seed + step) % 7 - 3))
    loss = x * x if abs(x) < 1e150 else float("inf")
    print(json.dumps({"step": step, "loss": loss, "validation": {"loss": loss}, "test": {"loss": loss}}), flush=True)
"#;

const EXPERIMENT: &str = r#"
[protocol]
tuning_trials = 7
search = "sobol"
confirmation_seeds = 0
final_seeds = 2
boundary_extensions = 0
[problem]
command = ["python3", "train.py", "{learning_rate}", "{seed}", "{steps}"]
steps = 3
KEYS
[[arms]]
name = "first"
learning_rate = { from = 0.05, to = 5 }
[[arms]]
name = "second"
set = { lr = 0.5, fused = true, text = "a 'b' \"c\" $d {e} 이름" }
"#;

fn shell(before: &str, keys: &str) -> Shell {
    let shell = Shell::new();
    shell.write("train.py", SCRIPT.replace("BEFORE", before));
    shell.write("own.toml", EXPERIMENT.replace("KEYS", keys));
    shell
}

/// An experiment of one run: these words of a shell, after which it is over unless they say otherwise.
fn one(words: &str, keys: &str) -> Shell {
    let shell = Shell::new();
    let text = format!(
        "[protocol]\nfinal_seeds = 1\n[problem]\nname = \"mine\"\ncommand = [\"sh\", \"-c\", '''{words}''']\nsteps = 3\n{keys}\n\
         [[arms]]\nname = \"only\"\nlearning_rate = 0.5\n"
    );
    shell.write("own.toml", text);
    shell
}

fn starts(shell: &Shell) -> Vec<Value> {
    let text = String::from_utf8(shell.read("starts")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn result(shell: &Shell) -> Value {
    let mut result: Value = serde_json::from_slice(&shell.read("out/result.json")).unwrap();
    for problem in result["problems"].as_array_mut().unwrap() {
        for rule in problem["rules"].as_array_mut().unwrap() {
            rule["microseconds_per_step"] = Value::Null;
            for run in rule["runs"].as_array_mut().unwrap() {
                run["seconds_per_step"] = Value::Null;
            }
        }
    }
    result
}

/// The only log of an experiment.
fn log(shell: &Shell) -> String {
    let folders = shell.names("out/runs");
    assert_eq!(folders.len(), 1, "{folders:?}");
    String::from_utf8(shell.read(&format!("out/runs/{}/log.txt", folders[0]))).unwrap()
}

#[test]
#[cfg_attr(not(python3), ignore = "needs python3")]
fn trainings_are_searched_confirmed_and_judged_like_rules() {
    let shell = shell("", "slots = 2");
    let answer = shell.run("compare own.toml --out out");
    assert_eq!(answer.status, Some(0), "{}", answer.err);
    let found = result(&shell);
    let [first, second] = found["problems"][0]["rules"].as_array().unwrap().as_slice() else { panic!() };
    // The rate that is known to be best is 0.5; above 1 the runs move away from the minimum.
    let rate = first["learning_rate"].as_f64().unwrap();
    assert!((0.3..0.8).contains(&rate), "{rate}");
    assert_eq!((second["label"].as_str(), second["learning_rate"].as_f64()), (Some("second"), Some(0.5)));
    assert_eq!(second["tuning"], Value::Null);
    assert_eq!(found["problems"][0]["verdict"]["measured_on"], "test");
    // At 0.5 only the noise of the last step is left: at most (0.5 · 3e-3)².
    for run in second["runs"].as_array().unwrap() {
        assert!(run["validation"].as_f64().unwrap() <= 2.26e-6, "{run}");
        assert_eq!(run["training_loss"]["steps"], serde_json::json!([1, 2, 3]));
    }
    // Seven trials, two final runs of each arm, no defaults; the same seeds for both.
    let all = starts(&shell);
    assert_eq!(all.len(), 7 + 2 + 2);
    let seeds = |arm: &str| {
        let finals = all.iter().filter(|run| run["arm"] == arm && run["test"] == true);
        let mut seeds: Vec<u64> = finals.map(|run| run["seed"].as_u64().unwrap()).collect();
        seeds.sort_unstable();
        seeds
    };
    assert_eq!(seeds("first"), seeds("second"));
    assert!(seeds("first").len() == 2 && seeds("first").iter().all(|seed| *seed < 1 << 31));
    let run = all.iter().find(|run| run["arm"] == "second").unwrap();
    assert_eq!((&run["fused"], &run["text"]), (&Value::Bool(true), &Value::from("a 'b' \"c\" $d {e} 이름")));
    // What stands in no word is said once for each arm.
    assert!(answer.err.contains("has no {fused}, {text} for second"), "{}", answer.err);
    // The report names the logs, which are there.
    let page = String::from_utf8(shell.read("out/report.html")).unwrap();
    let logs = shell.names("out/runs");
    assert_eq!(logs.len(), 11);
    assert_eq!(logs.iter().filter(|name| page.contains(&format!("runs/{name}/log.txt"))).count(), 4);
    let text = String::from_utf8(shell.read(&format!("out/runs/{}/log.txt", logs[0]))).unwrap();
    assert!(
        text.starts_with("[thalweg: start 1: python3 train.py ") && text.contains("this is no report"),
        "{text}"
    );
    // Nothing runs again, until the script changes.
    shell.succeed("compare own.toml --out out");
    assert_eq!(starts(&shell).len(), 11);
    shell.write("train.py", SCRIPT.replace("BEFORE", "pass"));
    shell.succeed("compare own.toml --out out");
    assert_eq!(starts(&shell).len(), 22);
    // Written out, the experiment is itself again.
    let written = found["experiment"].as_str().unwrap();
    assert!(written.contains("[[arms]]") && !written.contains("[[rules]]"), "{written}");
    shell.write("again.toml", written);
    shell.succeed("compare again.toml --out out");
    assert_eq!(starts(&shell).len(), 22);
}

#[test]
#[cfg_attr(not(python3), ignore = "needs python3")]
fn a_dry_run_shows_the_first_command_and_asks_before_it_starts_it() {
    let shell = shell("", "");
    let refused = shell.fail("compare own.toml --out out --dry-run");
    assert!(refused.contains("python3 train.py '{learning_rate}' '{seed}' '{steps}'"), "{refused}");
    assert!(refused.contains("--run-programs") && !shell.path("starts").exists(), "{refused}");
    let plan = shell.succeed("compare own.toml --out out --dry-run --run-programs");
    assert!(plan.starts_with("train: python3 train.py 0."), "{plan}");
    assert!(
        plan.contains("train: 2 rules, 11 runs, about") && plan.contains("it is kept and counts"),
        "{plan}"
    );
    assert_eq!(starts(&shell).len(), 1);
    shell.succeed("compare own.toml --out out");
    assert_eq!(starts(&shell).len(), 11, "the first run counts");
}

#[test]
#[cfg_attr(not(python3), ignore = "needs python3")]
fn what_diverges_is_a_result_and_is_ended_at_once() {
    let before = "if rate > 1 and step == 2: print('{\"step\": 2, \"loss\": NaN}', flush=True); import time; time.sleep(1000)";
    let shell = shell(before, "");
    shell.succeed("compare own.toml --out out");
    let found = result(&shell);
    let trials = found["problems"][0]["rules"][0]["tuning"]["trials"].as_array().unwrap();
    for trial in trials {
        let diverged = trial["values"][0].is_null();
        assert_eq!(diverged, trial["learning_rate"].as_f64().unwrap() > 1.0, "{trial}");
    }
    assert_eq!(starts(&shell).len(), 11, "nothing that diverged is started again");
}

#[test]
fn a_crash_is_no_divergence_and_is_told_in_words() {
    for (end, words) in [
        ("exit 3", "the training crashed: exit code 3, each of 2 times it was started"),
        ("kill -SEGV $$", "it was ended by SIGSEGV (it read or wrote memory that is not its own)"),
        ("kill -9 $$", "it was ended by SIGKILL (as the system does when memory runs out)"),
        ("echo 'torch.OutOfMemoryError: CUDA out of memory' >&2; exit 1", "exit code 1, out of memory"),
    ] {
        let shell = one(&format!("echo start >> starts; echo trying; {end}"), "");
        let message = shell.fail("compare own.toml --out out");
        assert!(message.contains(words), "{message}");
        assert!(
            message.contains("its log: ") && message.contains("log.txt, which ends with:\n"),
            "{message}"
        );
        assert!(message.contains("| trying"), "{message}");
        assert_eq!(shell.read("starts"), b"start\nstart\n", "one retry");
        assert!(log(&shell).contains("[thalweg: start 2: sh -c"), "{}", log(&shell));
    }
    // A crash that does not come again is no fault.
    let words = "test -f {folder}/was && echo '{{\"step\": 1, \"validation\": 1}}' && exit 0; touch {folder}/was; exit 3";
    one(words, "").succeed("compare own.toml --out out");
    let message = one(words, "retries = 0").fail("compare own.toml --out out");
    assert!(message.contains("the training crashed: exit code 3\n"), "{message}");
}

#[test]
fn a_training_ends_at_its_time_limit_with_all_it_has_started() {
    let shell = one("echo start >> starts; sleep 1000 & echo $! > child; wait", "limit_seconds = 1");
    let started = Instant::now();
    let message = shell.fail("compare own.toml --out out");
    assert!(started.elapsed() < Duration::from_secs(60), "{message}");
    assert!(message.contains("it took longer than 1 seconds (`limit_seconds`)"), "{message}");
    assert_eq!(shell.read("starts"), b"start\n", "it is not started again");
    let child = String::from_utf8(shell.read("child")).unwrap();
    assert!(is_gone(child.trim()));
}

/// Whether a process has ended, or does so within a moment.
fn is_gone(process: &str) -> bool {
    let since = Instant::now();
    while since.elapsed() < Duration::from_secs(20) {
        let status = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        if matches!(status.rsplit(") ").next().and_then(|rest| rest.chars().next()), None | Some('Z' | 'X')) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    false
}

#[test]
#[cfg(target_os = "linux")]
#[cfg_attr(not(python3), ignore = "needs python3")]
fn a_training_ends_at_its_memory_limit() {
    let words = "python3 -c \"x = b'x' * (200 << 20); import time; time.sleep(1000)\"";
    let message = one(words, "limit_mebibytes = 100").fail("compare own.toml --out out");
    assert!(
        message.contains("its processes used more than 100 MiB of memory (`limit_mebibytes`)"),
        "{message}"
    );
}

#[test]
fn what_a_training_prints_is_bounded() {
    let words = "head -c 300000000 /dev/zero; head -c 300000000 /dev/zero | tr '\\0' '{{' >&2; echo; \
                 echo '{{\"step\": 1, \"validation\": {{\"loss\": 1}}}}'";
    let shell = one(words, "");
    shell.succeed("compare own.toml --out out");
    let log = log(&shell);
    assert!(log.len() < 8 << 20, "{}", log.len());
    assert!(log.contains("bytes are left out here]"));
    let many = "i=0; while :; do seq -f '{{\"step\": %.0f, \"loss\": 1}}' 1 200000; done";
    let message = one(many, "").fail("compare own.toml --out out");
    assert!(message.contains("it reported more than 100000 steps; report every 10 steps"), "{message}");
}

#[test]
fn a_training_that_says_nothing_is_told_what_to_say() {
    let message = one("echo hello", "").fail("compare own.toml --out out");
    let line = "it reports on standard output, in lines such as {\"step\": 10, \"loss\": 0.7, \"validation\": {\"loss\": 0.8}}";
    assert!(message.contains(&format!("the training ended without a report; {line}")), "{message}");
    let message = one("echo '{{\"step\": 1, \"loss\": 1}}'", "metric = \"accuracy\"")
        .fail("compare own.toml --out out");
    assert!(message.contains("without a validation figure called `accuracy`"), "{message}");
    let message = one("echo hello", "report = \"metrics.csv\"").fail("compare own.toml --out out");
    assert!(
        message.contains("in {folder}/metrics.csv, with columns such as step,loss,validation_loss"),
        "{message}"
    );
}

#[test]
fn a_training_reports_in_a_file_or_on_its_output() {
    for (file, lines) in [
        (
            "metrics.jsonl",
            "{{\"step\": 1, \"loss\": 2}}\\n{{\"step\": 2, \"loss\": 1, \"validation\": {{\"loss\": 0.25}}}}\\n",
        ),
        ("metrics.csv", "step,loss,validation_loss\\n1,2,\\n2,1,0.25\\n"),
    ] {
        let words =
            format!("printf '{lines}' > {{folder}}/{file}; echo '{{{{\"step\": 9, \"validation\": 7}}}}'");
        let shell = one(&words, &format!("report = \"{file}\""));
        shell.succeed("compare own.toml --out out");
        let run = result(&shell)["problems"][0]["rules"][0]["runs"][0].clone();
        assert_eq!((&run["validation"], &run["test"]), (&Value::from(0.25), &Value::Null));
        assert_eq!(run["training_loss"]["values"], serde_json::json!([2.0, 1.0]));
    }
}

#[test]
#[cfg_attr(not(python3), ignore = "needs python3")]
fn a_run_that_was_killed_goes_on_from_its_checkpoint_to_the_same_result() {
    let script = r#"
import json, os, sys, time
folder, saved = sys.argv[1], os.path.join(sys.argv[1], "checkpoint")
step, x = json.load(open(saved)) if os.path.exists(saved) else (0, 1.0)
open("begun", "a").write(f"{step}\n")
while step < 20:
    step, x = step + 1, x * 0.9
    print(json.dumps({"step": step, "loss": x, "validation": {"loss": x}}), flush=True)
    json.dump((step, x), open(saved + ".new", "w")); os.replace(saved + ".new", saved)
    if step == 10 and os.path.exists("wait"):
        open("waiting", "w").write("\n"); time.sleep(1000)
"#;
    let run = |interrupted: bool| {
        let shell = one("exec python3 train.py {folder}", "");
        shell.write("train.py", script);
        if interrupted {
            shell.write("wait", "");
            let mut child = shell.start("compare own.toml --out out");
            wait_for(&shell.path("waiting"));
            let process = child.id().to_string();
            assert!(Command::new("kill").args(["-INT", &process]).status().unwrap().success());
            assert!(!child.wait().unwrap().success());
            std::fs::remove_file(shell.path("wait")).unwrap();
        }
        shell.succeed("compare own.toml --out out");
        (
            result(&shell)["problems"][0]["rules"][0]["runs"].clone(),
            String::from_utf8(shell.read("begun")).unwrap(),
        )
    };
    let (whole, once) = run(false);
    let (resumed, twice) = run(true);
    assert_eq!((once.as_str(), twice.as_str()), ("0\n", "0\n10\n"));
    assert_eq!(resumed, whole);
    assert_eq!(whole[0]["validation_curve"]["steps"].as_array().unwrap().len(), 20);
}

#[test]
#[cfg(target_os = "linux")]
fn a_training_that_was_left_behind_ends_before_its_run_is_made_again() {
    // Only the first start waits, in silence. What it writes is no file of the command, which would make it another one.
    let words =
        "if mkdir first; then echo $$ > left; sleep 1000; fi; echo '{{\"step\": 1, \"validation\": 1}}'";
    let shell = one(words, "");
    let mut child = shell.start("compare own.toml --out out");
    wait_for(&shell.path("left"));
    child.kill().unwrap();
    child.wait().unwrap();
    shell.succeed("compare own.toml --out out");
    assert!(is_gone(String::from_utf8(shell.read("left")).unwrap().trim()));
}

fn wait_for(file: &Path) {
    let since = Instant::now();
    while std::fs::read(file).unwrap_or_default().is_empty() {
        assert!(since.elapsed() < Duration::from_secs(60), "{} is not written", file.display());
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn runs_are_spread_over_the_devices() {
    let words =
        "echo \"$CUDA_VISIBLE_DEVICES={device}\" >> devices; echo '{{\"step\": 1, \"validation\": 1}}'";
    let shell = one(words, "devices = [\"3\", \"GPU-7\"]");
    shell.write(
        "own.toml",
        String::from_utf8(shell.read("own.toml")).unwrap().replace("seeds = 1", "seeds = 8"),
    );
    shell.succeed("compare own.toml --out out --threads 1");
    let text = String::from_utf8(shell.read("devices")).unwrap();
    assert_eq!(text.lines().count(), 8, "{text}");
    assert!(text.lines().all(|line| line == "3=3" || line == "GPU-7=GPU-7"), "{text}");
}

#[test]
#[cfg_attr(not(python3), ignore = "needs python3")]
fn two_workers_share_the_trainings() {
    let shell = shell("import time; time.sleep(0.02)", "");
    let mut first = shell.start("compare own.toml --out out");
    wait_for(&shell.path("starts"));
    let second = shell.run("work out --run-programs");
    assert_eq!(second.status, Some(0), "{}", second.err);
    assert!(first.wait().unwrap().success());
    assert_eq!(starts(&shell).len(), 11, "no run is made twice");
}

#[test]
fn mistakes_in_a_command_are_pointed_at() {
    let refuse = |command: &str, arm: &str| {
        let shell = Shell::new();
        shell.write("own.toml", format!("[problem]\ncommand = [{command}]\n[[arms]]\nname = \"a\"\n{arm}\n[[arms]]\nname = \"b\"\nset = {{ lr = 1, depth = 3 }}"));
        shell.fail("compare own.toml")
    };
    let message = refuse("\"x\", \"{learning_rat}\"", "learning_rate = 1");
    assert!(
        message.contains("`{learning_rat}` stands for nothing")
            && message.contains("there are: {arm}, {depth}, {device}"),
        "{message}"
    );
    let message = refuse("\"x\", \"{depth}\"", "learning_rate = 1");
    assert!(
        message.contains("the arm `a` has no `depth`")
            && message.contains("arguments = [\"--depth\", \"{depth}\"]"),
        "{message}"
    );
    let message = refuse("\"x\", '{\"lr\": {lr}}'", "learning_rate = 1");
    assert!(message.contains("write {{ and }}") || message.contains("stands for nothing"), "{message}");
    let message = refuse("\"x\", \"{lr\"", "learning_rate = 1");
    assert!(
        message.contains("a brace in `{lr` has no partner") && message.contains("write {{ and }}"),
        "{message}"
    );
    let message = refuse("\"x\"", "");
    assert!(message.contains("the arm `a` has no learning rate"), "{message}");
    let message = refuse("\"x\"", "learning_rate = 1\nset = { seed = 3 }");
    assert!(message.contains("`seed` is no name for a setting"), "{message}");
    let message = refuse("\"x\"", "learning_rate = 1\nset = { lr = 3 }");
    assert!(message.contains("the learning rate is given twice"), "{message}");
    let shell = Shell::new();
    shell.write("own.toml", "[problem]\ndataset = \"digits\"\n[[arms]]\nname = \"a\"\nlearning_rate = 1");
    assert!(shell.fail("compare own.toml").contains("this problem has no `command`"));
    let message = one("exit 1", "schedule = \"cosine\"").fail("compare own.toml");
    assert!(message.contains("`schedule` does not belong to a problem with a `command`"), "{message}");
    let shell = one("", "");
    let text = String::from_utf8(shell.read("own.toml")).unwrap().replace("\"sh\"", "\"no-such-program\"");
    shell.write("own.toml", text);
    assert!(shell.fail("compare own.toml").contains("cannot be started"));
}

/// The repository.
fn repository() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

#[test]
#[cfg_attr(not(python3), ignore = "needs python3")]
fn the_example_runs_and_a_changed_arm_runs_alone() {
    let shell = Shell::new();
    std::fs::create_dir_all(shell.path("experiments/own")).unwrap();
    for name in ["experiments/own/train.py", "experiments/own/training.toml"] {
        std::fs::copy(repository().join(name), shell.path(name)).unwrap();
    }
    let text = String::from_utf8(shell.read("experiments/own/training.toml")).unwrap();
    let short = text.replace("[problem]", "[protocol]\ntuning_trials = 2\nconfirmation_seeds = 0\nfinal_seeds = 2\nboundary_extensions = 0\n[problem]");
    shell.write("experiments/own/training.toml", short);
    shell.succeed("compare experiments/own/training.toml --out out");
    let found = result(&shell);
    assert_eq!(found["problems"][0]["verdict"]["measured_on"], "test");
    let momentum = found["problems"][0]["rules"][1]["hyperparameters"]["momentum"].as_f64().unwrap();
    assert!((0.5..=0.99).contains(&momentum), "{momentum}");
}

#[test]
#[cfg_attr(not(cc), ignore = "needs a C compiler")]
fn a_training_may_be_written_in_c() {
    let shell = Shell::new();
    let source = repository().join("experiments/own/train.c");
    let compiled = Command::new("cc").arg("-o").arg(shell.path("train")).arg(source).arg("-lm").status();
    assert!(compiled.unwrap().success());
    let text = EXPERIMENT.replace("\"python3\", \"train.py\"", "\"./train\"").replace("KEYS", "");
    shell.write("own.toml", text.replace("steps = 3", "steps = 50"));
    shell.succeed("compare own.toml --out out");
    let found = result(&shell);
    for rule in found["problems"][0]["rules"].as_array().unwrap() {
        // The noise of a gradient is at most 0.1: x ends within 0.05 of the minimum at a rate of 0.5.
        assert!(rule["validation"]["mean"].as_f64().unwrap() <= 2.5e-3, "{rule}");
    }
}
