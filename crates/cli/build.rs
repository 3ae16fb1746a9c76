//! Tells the tests what is here of the things that some of them need, so that these are listed as ignored where it is missing:
//! the files of MNIST, a Python interpreter, a C compiler, a user who may not write everywhere.

use std::path::{Path, PathBuf};
use std::process::Command;

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

    println!("cargo::rustc-check-cfg=cfg(python3)");
    if Command::new("python3").arg("--version").output().is_ok_and(|output| output.status.success()) {
        println!("cargo::rustc-cfg=python3");
    }

    println!("cargo::rustc-check-cfg=cfg(cc)");
    if Command::new("cc").arg("--version").output().is_ok_and(|output| output.status.success()) {
        println!("cargo::rustc-cfg=cc");
    }

    println!("cargo::rustc-check-cfg=cfg(writes_everywhere)");
    if writes_everywhere() {
        println!("cargo::rustc-cfg=writes_everywhere");
    }
}

/// Whether this user may write into folders that are closed to writing, as root may.
fn writes_everywhere() -> bool {
    let Some(out) = std::env::var_os("OUT_DIR") else { return false };
    let closed = Path::new(&out).join("closed");
    let Ok(()) = std::fs::create_dir_all(&closed) else { return false };
    let Ok(open) = std::fs::metadata(&closed).map(|metadata| metadata.permissions()) else { return false };
    let mut permissions = open.clone();
    permissions.set_readonly(true);
    let Ok(()) = std::fs::set_permissions(&closed, permissions) else { return false };
    let probe = closed.join("probe");
    let written = std::fs::write(&probe, "").is_ok();
    // The folder is removed with the others of the build, which it must not hinder.
    let _ = std::fs::set_permissions(&closed, open);
    let _ = std::fs::remove_dir_all(&closed);
    written
}
