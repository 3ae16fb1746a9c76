//! `thalweg evaluate`, `predict` and `data`: trained weights, pictures and downloads.

use crate::shell::{Answer, Shell};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use thalweg::data::npz::write_npz;

/// 64 inputs straight to 10 classes; class 3 always wins by its bias.
fn always_three(shell: &Shell) {
    let mut bias = [0.0_f32; 10];
    bias[3] = 5.0;
    write_npz(&shell.path("three.npz"), &[("W1", &[64, 10], &[0.0; 640]), ("b1", &[10], &bias)]).unwrap();
}

#[test]
fn weights_from_an_npz_file_are_evaluated() {
    let shell = Shell::new();
    always_three(&shell);
    let answer = shell.json("evaluate three.npz --dataset digits --split test");
    assert_eq!(answer["examples"], 360);
    // The logits are 5 for class 3 and 0 for the nine others: the loss follows from the share of threes.
    let share = answer["accuracy"].as_f64().unwrap();
    assert!(
        (share * 360.0 - (share * 360.0).round()).abs() < 1e-9 && share > 0.08 && share < 0.12,
        "{share}"
    );
    let expected = (5_f64.exp() + 9.0).ln() - 5.0 * share;
    assert!((answer["loss"].as_f64().unwrap() - expected).abs() < 1e-5, "{answer} {expected}");
    for batch in [1, 7, 1000] {
        let again = shell.json(&format!("evaluate three.npz --dataset digits --batch {batch}"));
        assert_eq!(again["accuracy"], answer["accuracy"]);
    }
}

#[test]
fn predictions_name_the_class_its_probability_and_the_label() {
    let shell = Shell::new();
    always_three(&shell);
    let rows = shell.json("predict three.npz --dataset digits --index 350 --count 100");
    let rows = rows.as_array().unwrap();
    assert_eq!(rows.len(), 10, "the test part ends at 360");
    let probability = 5_f64.exp() / (5_f64.exp() + 9.0);
    for (row, index) in rows.iter().zip(350..) {
        assert_eq!((&row["index"], &row["predicted"]), (&index.into(), &"3".into()));
        assert!((row["probability"].as_f64().unwrap() - probability).abs() < 1e-6);
    }
    assert!(shell.fail("predict three.npz --dataset digits --index 360").contains("there is no example 360"));
}

#[test]
fn a_saved_run_evaluates_to_what_training_said() {
    let shell = Shell::new();
    let trained = shell.json("train --steps 100 --activation tanh --save run.safetensors");
    let evaluated = shell.json("evaluate run.safetensors --dataset digits");
    assert_eq!(evaluated["accuracy"], trained["test"]["accuracy"]);
}

/// What `train` is told for every kind of rule and stage that evaluates with an average of the weights.
const AVERAGING: [&str; 5] = [
    "--rule adam --after average:decay=0.99",
    "--rule adam --after stochastic-weight-average:start=30",
    "--rule asgd --dialect torch --set learning_rate=0.1 --set t0=5",
    "--rule schedule-free-sgd --dialect paper --set learning_rate=0.5",
    "--rule schedule-free-adamw --dialect paper --set learning_rate=0.01",
];

#[test]
fn the_weights_that_leave_are_the_weights_judged() {
    for rule in AVERAGING {
        let shell = Shell::new();
        let trained = shell.json(&format!("train {rule} --steps 60 --hidden 12 --save run.safetensors"));
        let same = |evaluated: &serde_json::Value, against: &serde_json::Value, what: &str| {
            assert_eq!(evaluated["accuracy"], against["accuracy"], "{rule}: {what}");
            let loss = |value: &serde_json::Value| value["loss"].as_f64().unwrap();
            // Batches of 100 in place of all: rounding alone.
            assert!((loss(evaluated) - loss(against)).abs() < 1e-6, "{rule}: {what}");
        };
        let test = &trained["test"];
        let raw = shell.json("evaluate run.safetensors --weights raw");
        let apart = (raw["loss"].as_f64().unwrap() - test["loss"].as_f64().unwrap()).abs();
        assert!(apart > 1e-3, "{rule}: the two sets differ by {apart}");
        same(&shell.json("evaluate run.safetensors"), test, "evaluate");
        same(&shell.json("evaluate run.safetensors --weights judged"), test, "evaluate --weights judged");

        // Right answers of `predict`, over the whole test part.
        for (set, against) in [("judged", test), ("raw", &raw)] {
            let rows = shell.json(&format!("predict run.safetensors --count 360 --weights {set}"));
            let rows = rows.as_array().unwrap();
            let right = rows.iter().filter(|row| row["predicted"] == row["label"]).count() as f64;
            assert_eq!(right / rows.len() as f64, against["accuracy"].as_f64().unwrap(), "{rule}: {set}");
        }

        for (set, against) in [("judged", test), ("raw", &raw)] {
            for ending in ["safetensors", "npz"] {
                shell.succeed(&format!("export run.safetensors {set}.{ending} --weights {set}"));
                let evaluated = format!("evaluate {set}.{ending} --activation relu --dataset digits");
                same(&shell.json(&evaluated), against, ending);
            }
            // The same network from weights that are known to be the ones judged.
            shell.succeed(&format!("export run.safetensors {set}.onnx --weights {set}"));
            shell.succeed(&format!("export {set}.safetensors {set}-again.onnx --activation relu"));
            assert_eq!(
                shell.read(&format!("{set}.onnx")),
                shell.read(&format!("{set}-again.onnx")),
                "{rule}"
            );
        }
        shell.succeed("export run.safetensors default.onnx");
        assert_eq!(shell.read("default.onnx"), shell.read("judged.onnx"), "{rule}");
        assert_ne!(shell.read("raw.onnx"), shell.read("judged.onnx"), "{rule}");

        // A run that was cut in two ends with the same weights of both kinds.
        shell.succeed(&format!("train {rule} --steps 30 --hidden 12 --save half.safetensors"));
        shell.succeed("train --resume half.safetensors --steps 60 --save half.safetensors");
        for set in ["judged", "raw"] {
            shell.succeed(&format!("export half.safetensors half-{set}.npz --weights {set}"));
            assert_eq!(shell.read(&format!("half-{set}.npz")), shell.read(&format!("{set}.npz")), "{rule}");
        }
    }
}

#[test]
fn a_set_of_weights_that_is_not_there_is_refused() {
    let shell = Shell::new();
    always_three(&shell);
    let said = shell.fail("evaluate three.npz --dataset digits --weights raw");
    assert!(said.contains("holds one set of weights and no run"), "{said}");
    let said = shell.fail("evaluate three.npz --dataset digits --weights average");
    assert!(said.contains("there is no set of weights `average`; there are judged and raw"), "{said}");
}

#[test]
fn a_run_that_stopped_early_says_what_it_went_back_to() {
    let shell = Shell::new();
    let line = "train --rule adam --set learning_rate=0.05 --after average:decay=0.9 --examples 60 --batch 20 --steps 2000 \
                --evaluate-every 10 --early-stopping 3 --save run.safetensors";
    let said = shell.succeed(line);
    // `train` is about the 60 examples, where `evaluate` knows all of them.
    for split in ["validation", "test"] {
        let evaluated = shell.succeed(&format!("evaluate run.safetensors --split {split}"));
        let figures = evaluated.trim_end().rsplit("examples: ").next().unwrap();
        assert!(said.contains(&format!("{split} {figures}")), "{said}\n{split}: {evaluated}");
    }
}

#[test]
fn weights_that_do_not_fit_are_refused() {
    let shell = Shell::new();
    always_three(&shell);
    write_npz(&shell.path("wide.npz"), &[("W1", &[784, 10], &[0.0_f32; 7840]), ("b1", &[10], &[0.0; 10])])
        .unwrap();
    write_npz(&shell.path("few.npz"), &[("W1", &[64, 4], &[0.0_f32; 256]), ("b1", &[4], &[0.0; 4])]).unwrap();
    write_npz(&shell.path("bias.npz"), &[("W1", &[64, 4], &[0.0_f32; 256]), ("b1", &[5], &[0.0; 5])])
        .unwrap();
    write_npz(&shell.path("other.npz"), &[("x", &[1], &[0.0_f32])]).unwrap();
    shell.write("empty.npz", "");
    let whole = shell.read("three.npz");
    shell.write("cut.npz", &whole[..whole.len() / 2]);
    for (file, expected) in [
        ("wide.npz", "the weights take 784 inputs, but digits has 64 features an example"),
        ("few.npz", "the weights tell 4 classes apart, but digits has 10"),
        ("bias.npz", "bias.npz: b1 has shape [5]; it should be [4] as W1 gives"),
        ("other.npz", "other.npz: there is no array W1"),
        ("empty.npz", "empty.npz: the archive cannot be read"),
        ("cut.npz", "cut.npz: the archive cannot be read"),
    ] {
        let message = shell.fail(&format!("evaluate {file} --dataset digits"));
        assert!(message.starts_with(&format!("error: {expected}")), "{message}");
    }
    assert!(shell.fail("evaluate three.npz --split tset").contains("there are train, validation and test"));
    assert!(shell.fail("evaluate three.npz --batch 0").contains("--batch"));
}

#[test]
#[cfg_attr(not(thalweg_data), ignore = "needs THALWEG_DATA with mnist/ and pretrained/")]
fn the_notes_weights_get_9352_test_images_right() {
    let data = PathBuf::from(std::env::var_os("THALWEG_DATA").unwrap());
    let weights = data.join("pretrained/mnist-784-50-100-10.npz");
    let shell = Shell::new();
    for batch in ["1", "100"] {
        let mut command = shell.command("evaluate --dataset mnist --split test --json --batch");
        command.arg(batch).arg(&weights).env("THALWEG_DATA", &data);
        let answer = Answer::of(command.output().unwrap());
        let figures: serde_json::Value = serde_json::from_str(&answer.out).unwrap();
        assert_eq!(
            (&figures["accuracy"], &figures["examples"]),
            (&0.9352.into(), &10000.into()),
            "batch {batch}"
        );
    }
}

#[test]
fn an_image_is_drawn_and_written() {
    let shell = Shell::new();
    let text = shell.succeed("data show digits 0 --png zero.png");
    assert!(text.ends_with("wrote zero.png\n") && text.contains("digits train 0: 0"), "{text}");
    assert!(text.lines().any(|line| line.contains("%%")), "{text}");
    let png = shell.read("zero.png");
    assert_eq!(png[..8], *b"\x89PNG\r\n\x1a\n");
    // Width and height in the header: 8 pixels, 8 times as large.
    assert_eq!(png[16..24], [0, 0, 0, 64, 0, 0, 0, 64]);
    // A file is written only where one is named.
    assert!(!shell.succeed("data show digits 1").contains("wrote"));
    assert_eq!(std::fs::read_dir(shell.path("")).unwrap().count(), 1);
    assert!(shell.fail("data show digits 100000").contains("there is no example 100000; the part has 1077"));
    assert!(shell.fail("data show digit 0").contains("did you mean `digits`?"));
    assert!(shell.fail("data show moons 0").contains("the examples of moons are not images"));
}

#[test]
fn the_list_says_what_is_here() {
    let shell = Shell::new();
    let rows = shell.json("data list");
    let find = |name: &str| rows.as_array().unwrap().iter().find(|row| row["name"] == name).unwrap();
    assert_eq!((&find("digits")["here"], &find("mnist")["here"]), (&true.into(), &false.into()));
    assert!(shell.succeed("data list").contains("no: thalweg data get mnist"));
    let message = shell.fail("train --dataset mnist --steps 5");
    assert!(message.contains("Download them with `thalweg data get mnist`"), "{message}");
}

/// A mirror on this machine that answers every request with `body`.
fn mirror(body: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
        }
    });
    address
}

#[test]
fn a_download_of_something_else_is_refused_and_leaves_nothing() {
    // The length of MNIST's first file: the right number of wrong bytes.
    for (body, reason) in [
        (b"<html>log in first</html>".to_vec(), "it offers 25 bytes where 9912422 are due"),
        (vec![0; 9_912_422], "the file has the wrong checksum"),
    ] {
        let shell = Shell::new();
        let mut command = shell.command("data get mnist --to data --mirror");
        // The real mirrors behind it are out of reach: this port answers nobody.
        command
            .arg(mirror(body))
            .env("ALL_PROXY", "http://127.0.0.1:9")
            .env("HTTPS_PROXY", "http://127.0.0.1:9");
        let answer = Answer::of(command.output().unwrap());
        assert_eq!((answer.status, answer.out.as_str()), (Some(1), ""));
        assert!(
            answer.err.starts_with("error: cannot download train-images-idx3-ubyte.gz:"),
            "{}",
            answer.err
        );
        assert!(answer.err.contains(reason), "{}", answer.err);
        assert_eq!(shell.names("data/mnist"), Vec::<String>::new());
    }
}

#[test]
fn a_trained_network_goes_out_and_comes_back() {
    let shell = Shell::new();
    shell.succeed("train --network simple-convnet --steps 40 --save run.safetensors");
    let right = shell.json("evaluate run.safetensors");
    let network = "--network simple-convnet --dataset digits";
    for naming in ["thalweg", "torch", "keras"] {
        for ending in ["npz", "safetensors"] {
            let said =
                shell.succeed(&format!("export run.safetensors out-{naming}.{ending} --naming {naming}"));
            assert!(said.contains(&format!("6 tensors, named as {naming} names them")), "{said}");
            assert_eq!(
                shell.json(&format!("evaluate out-{naming}.{ending} {network}")),
                right,
                "{naming} {ending}"
            );
        }
    }
    shell.succeed(&format!("export out-keras.npz again.safetensors --naming torch {network}"));
    assert_eq!(shell.read("again.safetensors"), shell.read("out-torch.safetensors"));
    let said = shell.succeed("export run.safetensors run.onnx");
    assert!(said.contains("`output` holds scores"), "{said}");
    assert!(shell.read("run.onnx").len() > 4 * 400);
    for (line, expected) in [
        ("export run.safetensors run.onnx", "run.onnx is there already"),
        ("export run.safetensors run.h5", "ends in neither .onnx, .safetensors nor .npz"),
        ("export run.safetensors new.onnx --naming torch", "--naming is for .safetensors and .npz"),
        ("export run.safetensors new.npz --naming jax", "there is no naming `jax`"),
        ("evaluate out-torch.npz --dataset digits", "say which network the weights are of (--network)"),
    ] {
        let said = shell.fail(line);
        assert!(said.contains(expected), "{line}: {said}");
    }
}

#[test]
fn a_text_is_evaluated_and_its_next_character_foretold() {
    let shell = Shell::new();
    shell.succeed("train --dataset text --network gru --steps 3 --batch 8 --save gru.safetensors");
    assert!(shell.json("evaluate gru.safetensors")["accuracy"].as_f64().unwrap() > 0.0);
    let rows = shell.json("predict gru.safetensors --count 2");
    let scores = rows[1]["scores"].as_array().unwrap();
    assert_eq!(scores.len(), 43);
    assert_eq!(rows[1]["label"].as_str().unwrap().chars().count(), 1);
}

#[test]
fn an_autoencoder_is_judged_by_what_it_gives_back() {
    let shell = Shell::new();
    let said = shell.succeed(
        "train --network vae --rule adam --steps 20 --save vae.safetensors --report vae.html --lang en",
    );
    assert!(said.contains("test loss") && !said.contains("accuracy"), "{said}");
    let page = String::from_utf8(shell.read("vae.html")).unwrap();
    assert!(page.contains("what the network gives back"));
    let evaluated = shell.json("evaluate vae.safetensors");
    assert!(evaluated["accuracy"].is_null() && evaluated["loss"].as_f64().unwrap() > 0.0);
    let said = shell.fail("predict vae.safetensors");
    assert!(said.contains("tells no classes apart"), "{said}");
    shell.write("vae.toml", "preset = \"quick\"\nrules = [\"sgd\"]\n[problem]\ndataset = \"digits\"\nnetwork = \"vae\"\nmetric = \"accuracy\"\n");
    let said = shell.fail("compare vae.toml");
    assert!(said.contains("has no accuracy"), "{said}");
}
