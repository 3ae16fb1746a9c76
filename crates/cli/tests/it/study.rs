//! `thalweg run`, and networks of layers.

use crate::shell::Shell;

const STUDY: &str = "\
name = \"small\"
title = \"Two networks\"
figure = \"accuracy\"
seeds = 2
rules = [{ name = \"adam\", learning_rate = 0.01 }]
[problem]
dataset = \"digits\"
steps = 40
evaluate_every = 20
[[lines]]
name = \"dense\"
book = { test_accuracy = 0.9 }
[[lines]]
name = \"convolutional\"
problem = { network = [\"conv 4 3\", \"relu\", \"max-pool 2\", \"linear outputs\"] }
";

#[test]
fn a_study_prints_its_table_and_writes_its_page() {
    let shell = Shell::new();
    shell.write("small.toml", STUDY);
    let said = shell.succeed("run small.toml --lang en");
    assert!(said.contains("in the book") && said.contains("convolutional") && said.contains(" ± "), "{said}");
    let folders = shell.names("thalweg-out");
    assert!(folders.len() == 1 && folders[0].starts_with("run-small-"), "{folders:?}");
    let page = String::from_utf8(shell.read(&format!("thalweg-out/{}/report.html", folders[0]))).unwrap();
    assert!(page.contains("Two networks") && page.contains("thalweg run small.toml"));
    let one = shell.json("run small.toml --threads 1");
    let two = shell.json("run small.toml --threads 2");
    let accuracy =
        |result: &serde_json::Value| result["lines"][1]["runs"][1]["test"]["accuracy"].as_f64().unwrap();
    assert_eq!(accuracy(&one), accuracy(&two));
    assert!(accuracy(&one) > 0.3);
}

#[test]
fn what_is_wrong_with_a_study_is_said() {
    let shell = Shell::new();
    shell.write("wrong.toml", STUDY.replace("conv 4 3", "conv 4 9"));
    let said = shell.fail("run wrong.toml");
    assert!(
        said.contains("line `convolutional`: layer `conv 4 9`: a window that reaches over 9 rows"),
        "{said}"
    );
    let said = shell.fail("run nowhere.toml");
    assert!(said.contains("reading nowhere.toml"), "{said}");
}

#[test]
fn a_network_of_layers_is_trained_saved_and_evaluated() {
    let shell = Shell::new();
    shell.write(
        "net.toml",
        "rules = [{ name = \"adam\", learning_rate = 0.01 }]\n[problem]\ndataset = \"digits\"\nsteps = 150\nnetwork = [\"conv 4 3\", \
         \"batch-norm\", \"relu\", \"max-pool 2\", \"dropout 0.2\", \"linear outputs\"]\n",
    );
    let trained = shell.json("train net.toml --save run.safetensors");
    let evaluated = shell.json("evaluate run.safetensors");
    assert_eq!(evaluated["accuracy"], trained["test"]["accuracy"]);
    assert!(evaluated["accuracy"].as_f64().unwrap() > 0.8, "{evaluated}");
    let said = shell.fail("train --network simple-convet");
    assert!(said.contains("there is no layer `simple-convet`") && said.contains("simple-convnet"), "{said}");
    let said = shell.succeed("explain --network simple-convnet");
    assert!(said.contains("max_pool1  max_pool(relu1)"), "{said}");
}

#[test]
fn a_text_is_learnt() {
    let trained = Shell::new()
        .json("train --dataset text --network gru --rule adam --set learning_rate=0.01 --batch 8 --steps 60");
    // Forty-three characters: chance is one in forty, the most frequent one a fifth.
    assert!(trained["test"]["accuracy"].as_f64().unwrap() > 0.22, "{}", trained["test"]);
}
