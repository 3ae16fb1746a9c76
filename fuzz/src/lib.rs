//! Everything that is read from files and programs of strangers: no bytes may make it panic, hang, or take more memory than they
//! justify.
//!
//! `cargo test -p thalweg-fuzz` tries the corpus and changed copies of it; `cargo xtask fuzz` looks for more with libFuzzer.

#![forbid(unsafe_code)]

mod data;
mod experiments;
mod networks;
mod optimizers;
mod runs;

/// Something that reads bytes.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, and that of its folder in the corpus.
    pub name: &'static str,
    /// Reads the bytes as a command would.
    pub run: fn(&[u8]),
}

/// All targets.
pub const TARGETS: &[Target] = &[
    Target { name: "answer", run: experiments::answer },
    Target { name: "conformance", run: optimizers::conformance },
    Target { name: "csv", run: data::csv },
    Target { name: "experiment", run: experiments::experiment },
    Target { name: "idx", run: data::idx },
    Target { name: "layers", run: networks::layers },
    Target { name: "npz", run: data::npz },
    Target { name: "onnx", run: networks::onnx },
    Target { name: "safetensors", run: runs::safetensors },
    Target { name: "saved", run: runs::saved },
    Target { name: "schedule", run: optimizers::schedule },
    Target { name: "specification", run: optimizers::specification },
    Target { name: "store", run: experiments::store },
    Target { name: "study", run: experiments::study },
    Target { name: "torch_state", run: optimizers::torch_state },
];
