//! The experiments whose memory is measured: large and small networks, batches, states, records and numbers of runs.

/// A name and an experiment file each.
pub(super) const EXPERIMENTS: &[(&str, &str)] = &[
    (
        "blobs",
        r#"rules = ["sgd", "adam"]
[protocol]
tuning_trials = 3
confirmation_top = 1
confirmation_seeds = 1
final_seeds = 3
default_seeds = 2
[problem]
dataset = "blobs"
hidden = [10]
steps = 60
"#,
    ),
    (
        "digits",
        r#"rules = ["sgd", "adam"]
[protocol]
tuning_trials = 3
confirmation_top = 1
confirmation_seeds = 1
final_seeds = 3
default_seeds = 2
[problem]
dataset = "digits"
hidden = [50]
steps = 60
"#,
    ),
    (
        "wide",
        r#"rules = ["sgd", "adam"]
[protocol]
tuning_trials = 3
confirmation_top = 1
confirmation_seeds = 1
final_seeds = 3
default_seeds = 2
[problem]
dataset = "digits"
hidden = [4000]
steps = 12
"#,
    ),
    (
        "wider",
        r#"rules = ["sgd"]
[protocol]
tuning_trials = 3
confirmation_top = 1
confirmation_seeds = 1
final_seeds = 3
default_seeds = 2
[problem]
dataset = "digits"
hidden = [2000, 2000]
steps = 6
"#,
    ),
    (
        "deep",
        r#"rules = ["sgd", "adam"]
[protocol]
tuning_trials = 3
confirmation_top = 1
confirmation_seeds = 1
final_seeds = 3
default_seeds = 2
[problem]
dataset = "digits"
hidden = [300, 300, 300, 300, 300, 300, 300, 300]
steps = 12
"#,
    ),
    (
        "large-batch",
        r#"rules = ["sgd", "momentum"]
[protocol]
tuning_trials = 3
confirmation_top = 1
confirmation_seeds = 1
final_seeds = 3
default_seeds = 2
[problem]
dataset = "digits"
hidden = [2000]
batch = 1000
steps = 6
"#,
    ),
    (
        "convolution",
        r#"rules = ["sgd", "adam"]
[protocol]
tuning_trials = 3
confirmation_top = 1
confirmation_seeds = 1
final_seeds = 3
default_seeds = 2
[problem]
dataset = "digits"
network = ["conv 30 5 pad same", "relu", "max-pool 2", "linear 100", "relu", "linear outputs"]
steps = 12
"#,
    ),
    (
        "convolutions",
        r#"rules = ["adam"]
[protocol]
tuning_trials = 3
confirmation_top = 1
confirmation_seeds = 1
final_seeds = 3
default_seeds = 2
[problem]
dataset = "digits"
network = ["conv 64 3 pad same", "relu", "conv 64 3 pad same", "relu", "max-pool 2", "linear outputs"]
steps = 6
"#,
    ),
    (
        "residual",
        r#"rules = ["momentum"]
[protocol]
tuning_trials = 3
confirmation_top = 1
confirmation_seeds = 1
final_seeds = 3
default_seeds = 2
[problem]
dataset = "digits"
network = "residual"
steps = 4
"#,
    ),
    (
        "transformer",
        r#"rules = ["adam"]
[protocol]
tuning_trials = 3
confirmation_top = 1
confirmation_seeds = 1
final_seeds = 3
default_seeds = 2
[problem]
dataset = "text"
network = "transformer"
steps = 6
batch = 16
"#,
    ),
    (
        "autoencoder",
        r#"rules = ["adam"]
[protocol]
tuning_trials = 3
confirmation_top = 1
confirmation_seeds = 1
final_seeds = 3
default_seeds = 2
[problem]
dataset = "digits"
metric = "loss"
network = ["linear 500", "tanh", "linear 8", "linear 500", "tanh", "linear inputs"]
steps = 20
"#,
    ),
    (
        "much-state",
        r#"rules = ["ademamix", "adan"]
[protocol]
tuning_trials = 3
confirmation_top = 1
confirmation_seeds = 1
final_seeds = 3
default_seeds = 2
[problem]
dataset = "digits"
hidden = [3000]
steps = 8
"#,
    ),
    (
        "shampoo",
        r#"rules = ["shampoo"]
[protocol]
tuning_trials = 3
confirmation_top = 1
confirmation_seeds = 1
final_seeds = 3
default_seeds = 2
[problem]
dataset = "digits"
hidden = [200]
steps = 6
"#,
    ),
    (
        "adafactor",
        r#"rules = ["adafactor"]
[protocol]
tuning_trials = 3
confirmation_top = 1
confirmation_seeds = 1
final_seeds = 3
default_seeds = 2
[problem]
dataset = "digits"
hidden = [1000, 1000]
steps = 4
"#,
    ),
    (
        "average",
        r#"rules = [{ name = "adam", after = [{ stage = "average", decay = 0.9 }] }]
[protocol]
tuning_trials = 3
confirmation_top = 1
confirmation_seeds = 1
final_seeds = 3
default_seeds = 2
[problem]
dataset = "digits"
hidden = [3000]
steps = 8
"#,
    ),
    (
        "early-stopping",
        r#"rules = ["sgd"]
[protocol]
tuning_trials = 3
confirmation_top = 1
confirmation_seeds = 1
final_seeds = 3
default_seeds = 2
[problem]
dataset = "digits"
hidden = [3000]
steps = 30
evaluate_every = 5
early_stopping = { patience = 3 }
"#,
    ),
    (
        "many-evaluations",
        r#"rules = ["sgd"]
[protocol]
tuning_trials = 3
confirmation_top = 1
confirmation_seeds = 1
final_seeds = 3
default_seeds = 2
[problem]
dataset = "blobs"
hidden = [10]
steps = 6000
evaluate_every = 1
"#,
    ),
    (
        "many-curves",
        r#"rules = ["sgd", "momentum", "adam"]
[protocol]
tuning_trials = 3
confirmation_top = 1
confirmation_seeds = 1
final_seeds = 10
default_seeds = 2
[problem]
dataset = "blobs"
hidden = [10]
steps = 6000
evaluate_every = 1
"#,
    ),
    (
        "many-runs",
        r#"rules = ["sgd", "momentum", "adam", "rmsprop", "adagrad"]
[protocol]
tuning_trials = 20
final_seeds = 20
default_seeds = 20
[problem]
dataset = "blobs"
hidden = [10]
steps = 30
"#,
    ),
    (
        "function",
        r#"rules = ["sgd", "adam"]
[protocol]
tuning_trials = 3
confirmation_top = 1
confirmation_seeds = 1
final_seeds = 3
default_seeds = 2
[problem]
function = "bowl"
steps = 300
"#,
    ),
    (
        "long-function",
        r#"rules = ["sgd", "adam"]
[protocol]
tuning_trials = 3
confirmation_top = 1
confirmation_seeds = 1
final_seeds = 3
default_seeds = 2
[problem]
function = "rosenbrock"
steps = 1000000
"#,
    ),
];
