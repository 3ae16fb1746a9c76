//! Memory and messages have bounds: what does not fit is refused before the first run, and nothing grows without end.

use crate::compare::{SMALL, shell};
use crate::shell::{Answer, Shell};
use std::process::Command;

/// Networks of about 100 MB a run.
const LARGE: &str = r#"
rules = ["adam"]
[protocol]
tuning_trials = 2
[problem]
dataset = "digits"
hidden = [2000, 2000]
steps = 4
"#;

/// Runs the program with a limit of the shell, in kilobytes.
fn limited(shell: &Shell, limit: &str, line: &str) -> Answer {
    let program = shell.command(line);
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("ulimit {limit} && exec \"$@\"")).arg("sh").arg(program.get_program());
    command.args(program.get_args()).current_dir(shell.path("")).env("LANG", "C");
    Answer::of(command.output().unwrap())
}

#[test]
#[cfg(target_os = "linux")]
fn what_does_not_fit_is_refused_before_the_first_run_with_what_helps() {
    let shell = shell(LARGE);
    for (limit, name) in [("-v 700000", "under `ulimit -v`"), ("-d 600000", "under `ulimit -d`")] {
        let refused = limited(&shell, limit, "compare experiment.toml --threads 8 --out out");
        assert_eq!(refused.status, Some(1), "{}", refused.err);
        assert!(
            refused.err.contains("GB of memory are needed") && refused.err.contains(name),
            "{}",
            refused.err
        );
        assert!(refused.err.contains("each of 8 runs at the same time takes"), "{}", refused.err);
        let (_, advice) = refused.err.split_once("use `--threads ").unwrap();
        let threads = advice.split('`').next().unwrap();
        let line = format!("compare experiment.toml --threads {threads} --out out-{threads}");
        let followed = limited(&shell, limit, &line);
        assert_eq!(followed.status, Some(0), "--threads {threads}: {}", followed.err);
        std::fs::remove_dir_all(shell.path(&format!("out-{threads}"))).unwrap();
    }
    let huge = LARGE.replace("[2000, 2000]", "[200000, 200000]");
    shell.write("huge.toml", &huge);
    for line in
        ["compare huge.toml --out huge", "train huge.toml --rule adam", "lr-test huge.toml --out range"]
    {
        let message = shell.fail(line);
        assert!(message.contains("of memory are needed"), "{line}: {message}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn the_memory_of_a_comparison_is_announced() {
    let shell = shell(SMALL);
    let said = shell.run("compare experiment.toml --threads 2 --out out -v").err;
    assert!(said.contains("memory: at most about ") && said.contains("and 2 run at the same time"), "{said}");
    let planned = shell.succeed("compare experiment.toml --threads 2 --out dry --dry-run --lang ko");
    assert!(planned.contains("메모리: 최대 약 ") && planned.contains("동시에 2개"), "{planned}");
}

#[test]
fn a_message_is_bounded() {
    let shell = Shell::new();
    shell.write("long.toml", format!("name = \"{}", "x".repeat(1_000_000)));
    let message = shell.fail("compare long.toml");
    assert!(
        message.contains("long.toml:1:") && message.contains("characters left out"),
        "{}",
        &message[..200]
    );
    assert!(message.len() < 20_000, "{}", message.len());
}

#[test]
fn a_long_path_of_a_function_gives_a_small_result() {
    let text = "rules = [{ name = \"sgd\", learning_rate = 0.01 }]\n[problem]\nfunction = \"bowl\"\nsteps = 200000\n";
    let shell = shell(text);
    shell.succeed("compare experiment.toml --out out");
    let size = std::fs::metadata(shell.path("out/result.json")).unwrap().len();
    assert!(size < 400_000, "{size}");
}
