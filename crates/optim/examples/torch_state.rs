//! Half of the check that training goes on in torch where it stopped here, and the other way round; the other half is
//! `conformance/torch_state.py`:
//!
//! ```sh
//! cargo run -p thalweg-optim --example torch_state -- write target/torch-state
//! python conformance/torch_state.py target/torch-state
//! cargo run -p thalweg-optim --example torch_state -- read target/torch-state
//! ```

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use thalweg_arena::{Checkpoint, Layout};
use thalweg_optim::{Dialect, GroupSpecification, Match, Optimizer, Specification, torch_state};

const STEPS: usize = 4;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [mode, folder] = arguments.as_slice() else {
        return Err("give `write` or `read`, and a folder".into());
    };
    let folder = Path::new(folder);
    std::fs::create_dir_all(folder)?;
    for (name, specification) in specifications() {
        match mode.as_str() {
            "write" => write(folder, &name, &specification)?,
            "read" => read(folder, &name, &specification)?,
            other => return Err(format!("there is no `{other}`; there are `write` and `read`").into()),
        }
    }
    Ok(())
}

/// Everything that torch's layout can hold, with settings that differ from the defaults.
fn specifications() -> Vec<(String, Specification)> {
    let torch = |rule: &str| Specification::new(rule, Dialect::Torch).with("learning_rate", 0.05);
    let decayed = |rule: &str| torch(rule).with("weight_decay", 0.1);
    let mut grouped = decayed("nadam");
    grouped.groups = vec![
        GroupSpecification::new("vectors", Match::names(["b"]))
            .with("weight_decay", 0.0)
            .with_rate_factor(0.5),
        GroupSpecification::new("rest", Match::default()),
    ];
    let all = [
        ("sgd", decayed("sgd")),
        ("sgd-nesterov", torch("sgd").with("momentum", 0.8).with("nesterov", 1.0)),
        ("momentum", torch("momentum").with("dampening", 0.5).with("maximize", 1.0)),
        ("nesterov", decayed("nesterov")),
        ("adagrad", torch("adagrad").with("rate_decay", 0.1).with("initial_accumulator", 0.2)),
        ("rmsprop", decayed("rmsprop")),
        ("rmsprop-centered", torch("rmsprop").with("centered", 1.0).with("momentum", 0.5)),
        ("adadelta", decayed("adadelta")),
        ("adam", decayed("adam").with("beta1", 0.8)),
        ("adam-decoupled", decayed("adam").with("decoupled_weight_decay", 1.0).with("amsgrad", 1.0)),
        ("adamw", decayed("adamw").with("beta2", 0.9)),
        ("amsgrad", torch("amsgrad").with("epsilon", 1e-3)),
        ("adamax", decayed("adamax")),
        ("nadam", torch("nadam").with("momentum_decay", 0.1)),
        ("nadam-groups", grouped),
        ("radam", decayed("radam").with("beta2", 0.9)),
        ("rprop", torch("rprop").with("shrink", 0.4).with("largest_step", 0.2)),
    ];
    all.map(|(name, specification)| (name.to_string(), specification)).into()
}

fn layout() -> Result<Arc<Layout>, Box<dyn Error>> {
    let mut layout = Layout::new();
    for (name, shape) in [("w", &[2, 3][..]), ("b", &[3]), ("out.w", &[4])] {
        layout.add(name, shape)?;
    }
    Ok(Arc::new(layout))
}

/// Steps with gradients w + sin(7 step + 3 tensor + element), which the script makes too.
fn walk(
    optimizer: &mut dyn Optimizer<f64>,
    parameters: &mut [f64],
    first: usize,
) -> Result<(), Box<dyn Error>> {
    let layout = optimizer.layout().clone();
    for step in first..first + STEPS {
        let mut gradients = vec![0.0; layout.len()];
        for (place, tensor) in layout.tensors().iter().enumerate() {
            for (element, index) in tensor.range.clone().enumerate() {
                gradients[index] = parameters[index] + ((7 * step + 3 * place + element) as f64).sin();
            }
        }
        optimizer.step(parameters, &gradients)?;
    }
    Ok(())
}

fn put(layout: &Layout, parameters: &[f64], prefix: &str, checkpoint: &mut Checkpoint) {
    for tensor in layout.tensors() {
        checkpoint.put(format!("{prefix}.{}", tensor.name), &tensor.shape, &parameters[tensor.range.clone()]);
    }
}

fn write(folder: &Path, name: &str, specification: &Specification) -> Result<(), Box<dyn Error>> {
    let layout = layout()?;
    let mut optimizer = specification.build::<f64>(layout.clone())?;
    let mut parameters: Vec<f64> = (0..layout.len()).map(|k| (k as f64 * 0.7).cos()).collect();
    walk(optimizer.as_mut(), &mut parameters, 0)?;
    let (tensors, groups) = torch_state::export(specification, optimizer.as_ref())?;
    tensors.save(&folder.join(format!("{name}.safetensors")))?;
    std::fs::write(folder.join(format!("{name}.json")), groups)?;
    let mut path = Checkpoint::new();
    put(&layout, &parameters, "before", &mut path);
    walk(optimizer.as_mut(), &mut parameters, STEPS)?;
    put(&layout, &parameters, "after", &mut path);
    path.save(&folder.join(format!("{name}.path.safetensors")))?;
    Ok(())
}

fn read(folder: &Path, name: &str, specification: &Specification) -> Result<(), Box<dyn Error>> {
    let layout = layout()?;
    let mut optimizer = specification.build::<f64>(layout.clone())?;
    let tensors = Checkpoint::load(&folder.join(format!("{name}.torch.safetensors")))?;
    let groups = std::fs::read_to_string(folder.join(format!("{name}.torch.json")))?;
    let differences = torch_state::import(specification, optimizer.as_mut(), &tensors, &groups)?;
    let path = Checkpoint::load(&folder.join(format!("{name}.torch.path.safetensors")))?;
    let mut parameters = vec![0.0; layout.len()];
    for tensor in layout.tensors() {
        let (_, values) = path.get::<f64>(&format!("before.{}", tensor.name))?;
        parameters[tensor.range.clone()].copy_from_slice(&values);
    }
    walk(optimizer.as_mut(), &mut parameters, 2 * STEPS)?;
    let mut apart = 0.0f64;
    for tensor in layout.tensors() {
        let (_, expected) = path.get::<f64>(&format!("after.{}", tensor.name))?;
        for (found, expected) in parameters[tensor.range.clone()].iter().zip(expected) {
            apart = apart.max((found - expected).abs() / expected.abs().max(1e-3));
        }
    }
    println!("{name:<18}torch -> thalweg: {apart:.1e} apart {}", differences.join("; "));
    if apart > 1e-12 {
        return Err(format!("`{name}` does not go on as in torch").into());
    }
    Ok(())
}
