//! `thalweg train`: it learns, it can be stopped and resumed to the same bits, and it loses nothing.

use crate::shell::Shell;
use std::io::{BufRead, BufReader};
use std::path::Path;
use thalweg::arena::Checkpoint;
use thalweg::data::npz::write_npz;

/// Parameters and optimizer state by name, as bits. The times in a file differ from run to run.
fn tensors(path: &Path) -> Vec<(String, Vec<usize>, Vec<u32>)> {
    let file = Checkpoint::load(path).unwrap();
    let names = file.names().map(|(name, _)| name.to_string());
    let tensor = |name: String| {
        let (shape, values) = file.get::<f32>(&name).unwrap();
        (name, shape, values.into_iter().map(f32::to_bits).collect())
    };
    names.map(tensor).collect()
}

#[test]
fn it_learns_the_digits() {
    let line = "train --hidden 50 --rule sgd --set learning_rate=0.5 --batch 50 --steps 1500 --seed 1";
    let answer = Shell::new().json(line);
    assert_eq!(answer["steps"], 1500);
    assert_eq!(answer["test"]["examples"], 360);
    let accuracy = answer["test"]["accuracy"].as_f64().unwrap();
    assert!(accuracy >= 0.95, "{accuracy}");
}

#[test]
fn names_of_other_libraries_are_understood_and_said_in_our_words() {
    let run = |options: &str| {
        let answer = Shell::new().json(&format!("train --hidden 8 --steps 20 --seed 1 {options}"));
        (answer["settings"].clone(), answer["test"].clone())
    };
    let theirs =
        run("--rule AdamW --dialect torch --set lr=0.01 --set wd=0.5 --set betas=0.5,0.75 --set eps=1e-3");
    let ours =
        run("--rule adamw --dialect torch --set learning_rate=0.01 --set weight_decay=0.5 --set beta1=0.5 \
                    --set beta2=0.75 --set epsilon=1e-3");
    assert_eq!(theirs, ours);
}

#[test]
fn muon_learns_on_any_network_and_says_once_who_updates_what() {
    let shell = Shell::new();
    let answer = shell.run("train --hidden 8 --rule Muon --set lr=0.02 --steps 20 --seed 1");
    assert_eq!(answer.status, Some(0), "{}", answer.err);
    let plan = answer.err;
    assert_eq!(plan.matches("works with AdamW").count(), 1, "{plan}");
    assert!(
        plan.contains("hidden matrices muon (torch), rate 0.02; 1 tensors") && plan.contains(": b1 W2 b2"),
        "{plan}"
    );
}

#[test]
fn a_resumed_run_equals_the_uninterrupted_one_to_the_bit() {
    for rule in ["adam", "nesterov-lookahead", "muon"] {
        let shell = Shell::new();
        let line = format!("train --rule {rule} --batch 30 --seed 4 --hidden 12");
        shell.succeed(&format!("{line} --steps 173 --save whole.safetensors"));
        // 57 steps end in the middle of an epoch of 35 batches.
        shell.succeed(&format!("{line} --steps 57 --save part.safetensors"));
        shell.succeed("train --resume part.safetensors --steps 173 --save rest.safetensors");
        let whole = tensors(&shell.path("whole.safetensors"));
        assert!(whole.iter().any(|(name, ..)| name.starts_with("optimizer.")), "{rule} has a state");
        assert_eq!(whole, tensors(&shell.path("rest.safetensors")), "{rule}");
        assert_ne!(whole, tensors(&shell.path("part.safetensors")), "{rule}");
    }
}

#[test]
#[cfg(unix)]
fn ctrl_c_saves_and_says_how_to_go_on() {
    let shell = Shell::new();
    let line = "train --hidden 4 --batch 10 --evaluate-every 1000000 --seed 2";
    let mut running = shell.start(&format!("{line} --steps 1000000000 -v"));
    let mut lines = BufReader::new(running.stderr.take().unwrap()).lines().map_while(Result::ok);
    assert_eq!(lines.next().as_deref(), Some("training: 1000000000 steps"));
    assert!(lines.next().unwrap().starts_with("step      0/"));
    let killed =
        std::process::Command::new("kill").args(["-INT", &running.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let last = lines.last().unwrap();
    assert_eq!(running.wait().unwrap().code(), Some(130));
    let file = "thalweg-interrupted.safetensors";
    assert!(last.contains(&format!("Go on with: thalweg train --resume {file} --save {file}")), "{last}");
    let done: u64 = last.split_whitespace().nth(2).unwrap().parse().unwrap();
    assert!(done > 0, "{last}");
    // What was saved is the run as far as it went.
    shell.succeed(&format!("{line} --steps {done} --save same.safetensors"));
    assert_eq!(tensors(&shell.path(file)), tensors(&shell.path("same.safetensors")));
    shell.succeed(&format!("train --resume {file} --steps {}", done + 5));
}

#[test]
fn a_rate_that_diverges_is_named_and_the_saved_run_stays() {
    let shell = Shell::new();
    let message = shell.fail("train --set learning_rate=1e6 --steps 200 --save run.safetensors");
    assert!(message.contains("training diverged at step "), "{message}");
    assert!(message.contains("The learning rate 1e6 is too large"), "{message}");
    assert!(
        message.contains("run.safetensors holds the run as it was at the evaluation before"),
        "{message}"
    );
    let saved = tensors(&shell.path("run.safetensors"));
    assert!(saved.iter().all(|(.., values)| values.iter().all(|&bits| f32::from_bits(bits).is_finite())));
}

#[test]
fn diagnostics_of_a_network_are_shown_on_request() {
    let shell = Shell::new();
    let line = "train --hidden 8,8 --steps 60 --evaluate-every 20 --rule adam";
    let plain = shell.json(line);
    assert_eq!(plain["diagnostics"], serde_json::json!([]));
    let looked = shell.json(&format!("{line} --diagnostics"));
    assert_eq!(plain["test"], looked["test"], "looking changes nothing");
    let diagnostics = looked["diagnostics"].as_array().unwrap();
    let steps: Vec<_> = diagnostics.iter().map(|one| one["step"].as_u64().unwrap()).collect();
    assert_eq!(steps, [0, 20, 40, 60]);
    assert_eq!(diagnostics[0]["tensors"], serde_json::json!([]), "no update before the first");
    let last = &diagnostics[3];
    let names: Vec<_> =
        last["tensors"].as_array().unwrap().iter().map(|one| one["tensor"].as_str().unwrap()).collect();
    assert_eq!(names, ["W1", "b1", "W2", "b2", "W3", "b3"]);
    let ratio = last["tensors"][0]["update_ratio"].as_f64().unwrap();
    assert!((1e-5..1e-1).contains(&ratio), "{ratio}");
    assert_eq!(last["activations"][1]["layer"], "relu2");
    let said = shell.succeed(&format!("{line} --diagnostics --report page.html --lang ko"));
    assert!(
        said.contains("갱신 / 가중치") && said.contains("죽은 뉴런") && said.contains("페이지: page.html"),
        "{said}"
    );
    let page = std::fs::read_to_string(shell.path("page.html")).unwrap();
    assert!(
        page.contains("기울기와 갱신")
            && page.contains("linear1")
            && page.contains("thalweg train --hidden 8,8")
    );
}

#[test]
fn a_page_that_cannot_be_written_is_found_before_the_first_step() {
    let shell = Shell::new();
    shell.write("taken", "a file, not a folder");
    let said = shell.fail("train --steps 1000000000 --report taken/page.html");
    assert!(said.contains("taken") && !said.contains("step "), "{said}");
}

#[test]
fn the_first_node_that_is_not_finite_is_named() {
    let said = Shell::new().fail("train --set learning_rate=1e30 --anomaly");
    assert!(said.contains("update 2: the value of `linear2` (linear) is "), "{said}");
    assert!(said.contains("what it is computed from is finite"), "{said}");
}

#[test]
fn regularisation_and_augmentation_are_options_too() {
    let shell = Shell::new();
    let line = "train --steps 30 --hidden 8 --validation 200 --label-smoothing 0.1 --class-weights balanced \
                --augment shift=1,flip,crop=0.7 --early-stopping 3";
    let settings = &shell.json(line)["settings"];
    assert_eq!(settings["label_smoothing"], 0.1);
    assert_eq!(settings["class_weights"], "balanced");
    assert_eq!(settings["augmentation"], serde_json::json!({ "shift": 1, "flip": true, "crop": 0.7 }));
    assert_eq!(settings["early_stopping"]["patience"], 3);
    let said = shell.fail("train --augment turn=3");
    assert!(said.contains("`turn=3` is none of shift=PIXELS, flip and crop=SHARE"), "{said}");
    // What options describe has a name as well, which undoes a file's network.
    shell.write(
        "run.toml",
        "rules = [\"sgd\"]\n[problem]\ndataset = \"digits\"\nnetwork = \"simple-convnet\"\n",
    );
    let settings = &shell.json("train run.toml --steps 3 --network mlp --hidden 8")["settings"];
    assert_eq!(
        (&settings["network"], &settings["hidden"]),
        (&serde_json::Value::Null, &serde_json::json!([8]))
    );
    let said = shell.fail("train --augment crop=1.5");
    assert!(said.contains("a crop of 1.5: it is the smallest share of an image's area"), "{said}");
}

#[test]
fn a_file_that_cannot_be_resumed_is_named() {
    let shell = Shell::new();
    shell.succeed("train --steps 20 --hidden 4 --save run.safetensors");
    let whole = shell.read("run.safetensors");
    shell.write("cut.safetensors", &whole[..whole.len() - 100]);
    shell.write("empty.safetensors", "");
    shell.write("noise.safetensors", [0xa5; 400]);
    let mut foreign = Checkpoint::new();
    foreign.put::<f32>("W1", &[1, 2], &[0.0; 2]);
    foreign.save(&shell.path("foreign.safetensors")).unwrap();
    for (file, expected) in [
        ("cut.safetensors", "is not a whole safetensors file"),
        ("empty.safetensors", "is not a whole safetensors file"),
        ("noise.safetensors", "is not a whole safetensors file"),
        ("foreign.safetensors", "it may be weights alone, which can be evaluated but not resumed"),
        ("missing.safetensors", "cannot read missing.safetensors"),
        (".", "cannot read ."),
    ] {
        let message = shell.fail(&format!("train --resume {file}"));
        assert!(message.contains(file) && message.contains(expected), "{message}");
    }
    assert_eq!(shell.read("run.safetensors"), whole);
}

#[test]
fn what_the_saved_run_says_cannot_be_said_again() {
    let shell = Shell::new();
    shell.succeed("train --steps 20 --hidden 4 --save run.safetensors");
    for option in [
        "--dataset digits",
        "--hidden 3",
        "--activation relu",
        "--initial he",
        "--rule adam",
        "--dialect book",
        "--set learning_rate=1",
        "--schedule cosine",
        "--batch 5",
        "--sampling shuffled",
        "--epochs 3",
        "--examples 50",
        "--validation 9",
        "--evaluate-every 5",
        "--seed 3",
    ] {
        let message = shell.fail(&format!("train --resume run.safetensors {option}"));
        let name = option.split(' ').next().unwrap();
        assert!(message.starts_with(&format!("error: {name} cannot be given with --resume")), "{message}");
    }
}

#[test]
fn steps_that_complete_no_round_of_gradients_are_named() {
    let shell = Shell::new();
    shell.write("four.toml", "rules = [{ name = \"sgd\", accumulate = 4 }]\n[problem]\ndataset = \"digits\"\nschedule = \"cosine\"\n");
    let note = "the last 2 of 42 steps make no update, because gradients are averaged over 4 steps (`accumulate`); a run of 40 or 44 \
                steps leaves none over";
    let answer = shell.run("train four.toml --steps 42");
    assert!(answer.status == Some(0) && answer.err.contains(note), "{}", answer.err);
    let answer = shell.run("train four.toml --steps 40 --evaluate-every 40 --save run.safetensors --json");
    assert!(answer.status == Some(0) && !answer.err.contains("make no update"), "{}", answer.err);
    // The schedule of ten updates is over.
    let trained: serde_json::Value = serde_json::from_str(&answer.out).unwrap();
    assert_eq!(trained["points"][1]["learning_rate"], 0.0);
    let said = shell.fail("train --resume run.safetensors --steps 80");
    assert!(said.contains("is 0 from step 40 on, so more steps would change nothing"), "{said}");
    assert!(shell.fail("train four.toml --steps 3").contains("a run of 3 steps makes no update"));
    // A comparison says it of each rule.
    let answer = shell.run("compare four.toml --preset quick --dry-run");
    assert_eq!(answer.status, Some(0), "{}", answer.err);
    assert!(answer.err.contains("sgd on digits: the last 2 of 330 steps make no update"), "{}", answer.err);
}

#[test]
fn a_folder_that_cannot_be_written_is_found_before_the_first_step() {
    let shell = Shell::new();
    shell.write("file", "mine");
    for path in ["missing/run.safetensors", "file/run.safetensors"] {
        let message = shell.fail(&format!("train --steps 5 --save {path}"));
        assert!(message.starts_with(&format!("error: cannot write {path}: ")), "{message}");
    }
    assert_eq!(shell.names("."), ["file"]);
}

#[test]
#[cfg(unix)]
#[cfg_attr(writes_everywhere, ignore = "this user may write everywhere")]
fn a_read_only_folder_is_found_before_the_first_step() {
    use std::os::unix::fs::PermissionsExt;
    let shell = Shell::new();
    let folder = shell.path("closed");
    std::fs::create_dir(&folder).unwrap();
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o555)).unwrap();
    let message = shell.fail("train --steps 5 --save closed/run.safetensors");
    assert!(
        message.starts_with("error: cannot write closed/run.safetensors: Permission denied"),
        "{message}"
    );
}

/// Two groups of points that a line tells apart.
fn points() -> impl Iterator<Item = (f32, f32, usize)> {
    (0..200).map(|index| {
        let class = index % 2;
        let (wobble, side) = (((index * 37) % 100) as f32 / 100.0, class as f32 * 4.0 - 2.0);
        (side + wobble, wobble - side, class)
    })
}

#[test]
fn csv_and_npz_files_are_data_sets() {
    let shell = Shell::new();
    let rows = points().map(|(a, b, class)| format!("{a},{b},{}\n", ["left", "right"][class]));
    shell.write("points.csv", format!("a,b,label\n{}", rows.collect::<String>()));
    let (mut x, mut t) = (Vec::new(), Vec::new());
    for (a, b, class) in points() {
        x.extend([a, b]);
        t.extend([1.0 - class as f32, class as f32]);
    }
    write_npz(&shell.path("points.npz"), &[("x", &[200, 2], &x), ("t", &[200, 2], &t)]).unwrap();
    for file in ["csv:points.csv", "npz:points.npz"] {
        let line =
            format!("train --dataset {file} --hidden 5 --batch 20 --steps 200 --set learning_rate=0.1");
        assert_eq!(shell.json(&line)["test"]["accuracy"], 1.0, "{file}");
    }
}

#[test]
fn what_is_wrong_in_a_data_file_is_named_with_its_place() {
    let shell = Shell::new();
    shell.write("nan.csv", "a,b,label\n1,2,x\n2,nan,y\n");
    shell.write("word.csv", "a,b,label\n1,2,x\n2,oops,y\n3,4,x\n");
    shell.write("ragged.csv", "1,2,0\n1,2\n");
    shell.write("noise.npz", [0xa5; 100]);
    for (file, expected) in [
        ("csv:nan.csv", "nan.csv: cells are missing in `b` (1)"),
        ("csv:word.csv", "word.csv: line 3, column `b`: `oops` is not a number"),
        ("csv:ragged.csv", "ragged.csv: line 2 has 2 fields, but the first line has 3"),
        ("csv:missing.csv", "cannot read missing.csv"),
        ("npz:noise.npz", "noise.npz: the archive cannot be read"),
    ] {
        let message = shell.fail(&format!("train --dataset {file} --steps 5"));
        assert!(message.starts_with(&format!("error: {expected}")), "{message}");
    }
}

#[test]
fn settings_out_of_range_are_explained() {
    let shell = Shell::new();
    for (line, advice) in [
        ("--steps 0", "`steps` must be between 1 and"),
        ("--epochs 0", "`epochs` must be between 1 and"),
        ("--hidden 0", "a hidden layer must be between 1 and 1000000 wide"),
        ("--hidden 1000000000", "a hidden layer must be between 1 and 1000000 wide"),
        ("--hidden 99999999999999999999", "is not a whole number"),
        ("--batch 0", "`batch` must be between 1 and"),
        ("--batch 100000", "use a batch size of at most 1077"),
        ("--examples 3", "use a batch size of at most 3"),
        ("--validation 99999", "ask for at most 1436"),
        ("--initial nan", "`initial` must be 0 or greater"),
        ("--evaluate-every 0", "`evaluate_every` must be between 1 and"),
        ("--sampling shufled", "did you mean `shuffled`?"),
        ("--activation rleu", "did you mean `relu`?"),
        ("--dataset digts", "did you mean `digits`?"),
        ("--rule sgd --dialect torhc", "did you mean `torch`?"),
        ("--rule adm", "did you mean `adam`?"),
        ("--steps 3 --epochs 3", "cannot be used with"),
        ("--network 2c2d --hidden 5", "both `network` and `hidden` are given"),
    ] {
        let message = shell.fail(&format!("train {line}"));
        assert!(message.contains(advice), "{line}: {message}");
    }
}

#[test]
fn a_data_file_is_named_by_its_kind_or_by_its_ending() {
    let shell = Shell::new();
    let rows: String = (0..60).map(|i| format!("{},{},{}\n", i % 7, i % 5, i % 2)).collect();
    shell.write("plain", &rows);
    shell.write("data.csv", &rows);
    for name in ["csv:plain", "csv:data.csv", "data.csv"] {
        shell.succeed(&format!("train --dataset {name} --hidden 4 --batch 10 --steps 5"));
    }
    let message = shell.fail("train --dataset plain --steps 5");
    assert!(message.contains("plain"), "{message}");
}
