//! `thalweg export`: a trained network for other programs.

use super::evaluate::WeightsArguments;
use crate::failure::Failure;
use crate::language::words;
use crate::output;
use std::path::PathBuf;
use thalweg::nn::grouped;
use thalweg::train::Naming;

/// Write trained weights for other programs: ONNX, safetensors or NPZ, named as torch or Keras do
#[derive(clap::Args)]
#[command(after_help = "\
The ending of OUT says what is written: .onnx a whole network that onnxruntime and others evaluate, .safetensors or .npz the \
weights, under our own names or those of `nn.Sequential` or `keras.Sequential`, in their layouts. The names of weights that come \
in are recognised, so this also converts between them; weights that are not of linear layers alone need --network.

Examples:
  thalweg export run.safetensors digits.onnx
  thalweg export run.safetensors for-torch.safetensors --naming torch
  thalweg export theirs.npz ours.npz --network simple-convnet --dataset mnist")]
pub(crate) struct Arguments {
    #[command(flatten)]
    weights: WeightsArguments,
    /// The file to write: .onnx, .safetensors or .npz
    out: PathBuf,
    /// Whose names and layouts: thalweg, torch or keras [default: thalweg]
    #[arg(long, value_parser = naming)]
    naming: Option<Naming>,
    /// Replace a file that is already there
    #[arg(long)]
    force: bool,
}

fn naming(text: &str) -> Result<Naming, String> {
    text.parse().map_err(|error: thalweg::train::TrainError| error.to_string())
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let out = &arguments.out;
    let ending = out.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    if !["onnx", "safetensors", "npz"].contains(&ending.as_str()) {
        return Err(Failure::new(format!(
            "{} ends in neither .onnx, .safetensors nor .npz, so it is not clear what to write",
            out.display()
        )));
    }
    if ending == "onnx" && arguments.naming.is_some() {
        return Err(Failure::new(
            "an ONNX file has the network in it; --naming is for .safetensors and .npz",
        ));
    }
    if out.exists() && !arguments.force {
        let out = out.display();
        return Err(Failure::new(format!(
            "{out} is there already; choose another name, or add --force to replace it"
        )));
    }
    let weights = arguments.weights.load()?;
    let naming = arguments.naming.unwrap_or_default();
    let what = match weights.write(out, naming)? {
        None => {
            let encoding = weights.settings.as_ref().and_then(|settings| settings.data.encoding.as_ref());
            let holds = match encoding {
                Some(encoding) if !encoding.target_scales.is_empty() => words().holds_values(),
                _ => words().holds_scores(),
            };
            words().exported_network(holds)
        }
        Some(tensors) => words().exported_tensors(tensors, &naming.to_string()),
    };
    let count = weights.model.graph.layout().elements() as u64;
    output::line(words().exported(&out.display().to_string(), &grouped(count), &what))
}
