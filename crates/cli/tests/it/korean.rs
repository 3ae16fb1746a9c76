//! Everything that a command says under a Korean locale is Korean, but for names.

use crate::shell::Shell;

/// Words in Latin letters that are names: of things that a command line or a file names so, of programs, formats and people.
const NAMES: &str = "
    thalweg compare tune lr test results sweep work run trajectory learn train evaluate predict export check gradients explain conform data list
    get describe show completions help man pages book torch keras optax paper nn Sequential
    sgd momentum nesterov adagrad rmsprop adam adamw adm Adam AdamW
    digits mnist fashion kmnist cifar10 bowl rosenbrock blobs moons spirals text name csv npz images refuse fill species label target class
    relu gelu sigmoid tanh mlp linear conv outputs softmax labels parameter input loss cross entropy he xavier lecun glorot orthogonal
    true false tab space shuffled replacement quick standard publish auto judged raw classes values validation
    onnx onnxruntime safetensors booktabs journal study png zsh bash fish elvish powershell rules stages functions datasets networks schedules
    learning rate beta beta1 beta2 epsilon momentum constant cosine uniform truncated fan plateau min max none mean
    en ko lines thalweg-out out sqlite toml warmup steps epochs schedule factor patience threshold cooldown floor crop flip shift size
    TensorBoard Optuna Keras ReLU cautious Graphviz LaTeX Markdown summary muon
    notes os error nothing foo clip by value norm global adaptive weight decay decoupled fully noise centralise normalise maximise
    trace scale average stochastic lookahead latent pool batch layer rms embedding positions attention gru dropout residual flatten image
    step leaky elu selu silu softplus hard identity sede sphere rotated saddle ravine beale himmelblau rastrigin styblinski tang
    hidden activation network accumulate balanced cos sin and dot
";

/// Returns the words of a text that are English. What stands in quotes, options, paths, numbers and capitals are names.
fn english(text: &str) -> Vec<String> {
    let names: Vec<&str> = NAMES.split_whitespace().collect();
    let mut found = Vec::new();
    for line in text.lines() {
        // A command to be copied.
        if line.trim_start().starts_with("thalweg ") {
            continue;
        }
        // What stands in quotes is code.
        let prose: String = line.split('`').step_by(2).collect::<Vec<_>>().join(" ");
        for token in prose.split_whitespace() {
            let is_code =
                token.contains(|sign: char| "=/\\_$<>[]{}|'\"".contains(sign)) || token.starts_with("--");
            if is_code || token.trim_matches(|sign: char| "(),:".contains(sign)).contains('.') {
                continue;
            }
            let words = token.split(|letter: char| !letter.is_ascii_alphanumeric());
            let words = words
                .filter(|word| word.len() > 1 && word.chars().all(|letter| letter.is_ascii_alphabetic()));
            let words = words.filter(|word| word.chars().any(|letter| letter.is_ascii_lowercase()));
            found.extend(words.filter(|word| !names.contains(word)).map(str::to_owned));
        }
    }
    found
}

fn assert_korean(line: &str, text: &str) {
    let words = english(text);
    assert!(words.is_empty(), "thalweg {line}: {words:?} in\n{text}");
    assert!(text.chars().any(|letter| ('가'..='힣').contains(&letter)), "thalweg {line}:\n{text}");
}

#[test]
fn the_check_finds_english() {
    assert!(english("학습률 0.1, `learning_rate` --seed a.toml sgd 16 MB").is_empty());
    assert_eq!(english("saved to run.safetensors"), ["saved", "to"]);
    assert_eq!(english("warning: 파일"), ["warning"]);
}

#[test]
fn the_help_of_every_command_is_korean() {
    let shell = Shell::new();
    let mut waiting = vec![String::new()];
    let mut seen = 0;
    while let Some(command) = waiting.pop() {
        let help = shell.succeed(&format!("{command} --help --lang ko"));
        assert!(help.contains("사용법: thalweg"), "{help}");
        assert_korean(&format!("{command} --help"), &help);
        let commands = help.split("\n명령:\n").nth(1).unwrap_or_default();
        let commands = commands.lines().take_while(|line| !line.is_empty());
        let names = commands.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
        let names = names.filter(|name| !name.is_empty() && *name != "help");
        waiting.extend(names.map(|name| format!("{command} {name}").trim().to_owned()));
        seen += 1;
    }
    assert!(seen > 20, "{seen}");
    assert_korean("help train", &shell.succeed("--lang ko help train"));
}

#[test]
fn what_commands_print_is_korean() {
    let shell = Shell::new();
    for line in [
        "trajectory --rule sgd --steps 3",
        "trajectory --rules sgd,adam --steps 3",
        "trajectory --rule sgd --steps 1000 --set learning_rate=100",
        "train --steps 20 --diagnostics --save r.safetensors --report r.html",
        "train --steps 20 --rule muon",
        "evaluate r.safetensors",
        "predict r.safetensors --count 3",
        "export r.safetensors r.onnx",
        "export r.safetensors r.npz --naming torch",
        "explain --rule adam",
        "check r.safetensors",
        "check-gradients",
        "data list",
        "data show digits 0",
        "lr-test --rules sgd --steps 20 --repeats 1 --rates 3 --out l",
        "compare --rules sgd,adam --problem bowl --out b",
        "compare --rules sgd,adam --problem bowl --out b --dry-run",
        "compare --rules sgd,adam --problem bowl --out b -v",
        "work b",
        "results b --csv r.csv",
        "results b --markdown",
        "sweep --rule sgd --over learning_rate=0.1,0.2 --seeds 1 --problem bowl --out s",
        "check b",
    ] {
        let answer = shell.run(&format!("{line} --lang ko"));
        assert!(answer.status.is_some_and(|status| status < 2), "thalweg {line}: {}", answer.err);
        assert_korean(line, &(answer.out + &answer.err));
    }
}

#[test]
fn what_rules_are_for_is_said_in_korean() {
    // Formulas and papers are names.
    let list = Shell::new().succeed("list rules --lang ko");
    let uses: Vec<&str> = list.lines().filter(|line| line.contains("쓸 곳: ")).collect();
    assert!(uses.len() > 30, "{list}");
    for line in uses {
        assert!(
            line.split("쓸 곳: ")
                .nth(1)
                .is_some_and(|said| said.chars().any(|letter| ('가'..='힣').contains(&letter))),
            "{line}"
        );
    }
}

#[test]
fn what_is_wrong_is_said_in_korean() {
    let shell = Shell::new();
    shell.write("a.toml", "rules = ['sgd']\nsede = 1\n[problem]\ndataset = 'digits'\n");
    shell.write("b.toml", "rules = ['sgd', 'sgd']\n[problem]\ndataset = 'digits'\nbatch = 0\n");
    shell.write("red.csv", "a,b\n1,red\n2,\n3,blue\n");
    for line in [
        "trin",
        "train --sed 1",
        "train --seed -1",
        "train --seed abc",
        "train --rule adm",
        "train --dataset nothing",
        "train --hidden x",
        "train --resume nothing.safetensors",
        "train --set beta9=1",
        "train --rule adam --set beta1=2",
        "train --steps 50 --set learning_rate=1000",
        "compare a.toml",
        "compare b.toml",
        "compare nothing.toml",
        "compare --rules sgd,sgd",
        "compare --search beta1=x",
        "compare --search beta9",
        "sweep --over beta1",
        "sweep --over learning_rate=0.1,0.1",
        "evaluate nothing.safetensors",
        "data get nothing",
        "data show digits 100000",
        "data describe nothing.csv",
        "results nothing --csv -",
        "work nothing",
        "check nothing",
        "trajectory --rule sgd --start 1",
        "trajectory --rule sgd --function nothing",
        "trajectory --rule sgd --with steepness=1",
        "lr-test --from 1 --to 0.1",
        "run nothing.toml",
        "conform nothing.json",
        "list nothing",
        "export nothing.npz out.txt",
        "train --after foo",
        "train --rule adam --dialect foo",
        "export nothing.npz x.npz --naming foo",
        "train --dataset csv:red.csv",
    ] {
        let answer = shell.run(&format!("{line} --lang ko"));
        assert!(matches!(answer.status, Some(1 | 2)), "thalweg {line}: {:?}", answer.status);
        assert!(answer.err.lines().any(|line| line.starts_with("오류: ")), "thalweg {line}: {}", answer.err);
        assert_korean(line, &answer.err);
    }
}
