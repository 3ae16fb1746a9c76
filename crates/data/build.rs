//! Tells the tests whether the files they need are here, so that those on MNIST itself are listed as ignored where they are not.

use std::path::PathBuf;

/// What the tests read below the folder that `THALWEG_DATA` names.
const FILES: [&str; 2] = ["mnist/train-images-idx3-ubyte.gz", "pretrained/mnist-784-50-100-10.npz"];

fn main() {
    println!("cargo::rustc-check-cfg=cfg(thalweg_data)");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=THALWEG_DATA");
    let folder = std::env::var_os("THALWEG_DATA").map(PathBuf::from);
    if folder.is_some_and(|folder| FILES.iter().all(|file| folder.join(file).exists())) {
        println!("cargo::rustc-cfg=thalweg_data");
    }
}
