//! What must hold for every rule of the catalogue, in every dialect it has.

use std::collections::BTreeMap;
use std::sync::Arc;
use thalweg_arena::{Checkpoint, Layout};
use thalweg_lanes::{Isa, Real, force_isa};
use thalweg_optim::{
    Buildable, CATALOG, Catalogued, Composer, Dialect, Entry, Format, Info, NonFinite, OptimError, Optimizer,
    Schedule, Shape, Slot, Specification, StageSpecification, load, register, save,
};

fn every_rule() -> impl Iterator<Item = Specification> {
    CATALOG.iter().flat_map(|entry| {
        entry.dialects().into_iter().map(|dialect| Specification::new(entry.info.name, dialect))
    })
}

/// Muon takes matrices only.
fn layout_for(spec: &Specification) -> Arc<Layout> {
    let mut layout = Layout::new();
    layout.add("W", &[7, 5]).unwrap();
    if spec.rule != "muon" {
        layout.add("none", &[0]).unwrap();
        layout.add("b", &[3]).unwrap();
        layout.add("scalar", &[]).unwrap();
    }
    layout.add("V", &[2, 6]).unwrap();
    Arc::new(layout)
}

/// Gradients from 1e-8 to 1e2 with exact zeros; padding stays 0.
fn gradients<T: Real>(layout: &Layout, step: usize) -> Vec<T> {
    let mut gradients = vec![T::ZERO; layout.len()];
    for tensor in layout.tensors() {
        for i in tensor.range.clone() {
            let k = (i * 31 + step * 17) % 22;
            let sign = if k.is_multiple_of(2) { 1.0 } else { -1.0 };
            gradients[i] =
                if k == 7 { T::ZERO } else { T::from_f64(sign * 10f64.powf(k as f64 / 2.1 - 8.0)) };
        }
    }
    gradients
}

fn start<T: Real>(layout: &Layout) -> Vec<T> {
    let mut parameters = vec![T::ZERO; layout.len()];
    for tensor in layout.tensors() {
        tensor.range.clone().for_each(|i| parameters[i] = T::from_f64((i as f64 * 0.37 + 0.1).sin()));
    }
    parameters
}

fn run<T: Buildable>(spec: &Specification, steps: usize, threads: usize) -> Vec<T> {
    let layout = layout_for(spec);
    let mut optimizer = spec.build::<T>(layout.clone()).unwrap();
    optimizer.set_threads(threads);
    let mut parameters = start::<T>(&layout);
    for step in 0..steps {
        optimizer.step(&mut parameters, &gradients::<T>(&layout, step)).unwrap();
    }
    parameters
}

/// The lowest value that a rule reaches of a function over a grid of rates.
fn best(
    spec: &Specification,
    steps: usize,
    value: fn([f64; 2]) -> f64,
    gradient: fn([f64; 2]) -> [f64; 2],
) -> f64 {
    let shape: &[usize] = if spec.rule == "muon" { &[1, 2] } else { &[2] };
    let descend = |rate: f64| {
        let mut layout = Layout::new();
        layout.add("w", shape).unwrap();
        let spec = spec.clone().with("learning_rate", rate);
        let mut optimizer = spec.build::<f64>(Arc::new(layout)).unwrap();
        let mut at = [-1.2, 1.0];
        for _ in 0..steps {
            let mut point = at;
            optimizer.evaluation_point(&at, &mut point).unwrap();
            if optimizer.step(&mut at, &gradient(point)).is_err() {
                return f64::INFINITY;
            }
        }
        let mut point = at;
        optimizer.averaged(&at, &mut point).unwrap();
        let value = value(point);
        if value.is_finite() { value } else { f64::INFINITY }
    };
    (-10..=4).map(|power| descend(10f64.powf(f64::from(power) / 2.0))).fold(f64::INFINITY, f64::min)
}

/// A quadratic of condition number 100 along axes turned by 30 degrees.
#[test]
fn each_descends_a_rotated_ill_conditioned_quadratic() {
    fn turned(at: [f64; 2]) -> [f64; 2] {
        let (sin, cos) = std::f64::consts::FRAC_PI_6.sin_cos();
        [cos * at[0] + sin * at[1], cos * at[1] - sin * at[0]]
    }
    fn value(at: [f64; 2]) -> f64 {
        let [u, v] = turned(at);
        0.5 * (u * u + 100.0 * v * v)
    }
    fn gradient(at: [f64; 2]) -> [f64; 2] {
        let (sin, cos) = std::f64::consts::FRAC_PI_6.sin_cos();
        let [u, v] = turned(at);
        [cos * u - sin * 100.0 * v, sin * u + cos * 100.0 * v]
    }
    let from = value([-1.2, 1.0]);
    for spec in every_rule() {
        let reached = best(&spec, 1000, value, gradient);
        assert!(reached < 0.01 * from, "{} {}: from {from} to {reached}", spec.rule, spec.dialect);
    }
}

#[test]
fn each_descends_the_rosenbrock_valley() {
    fn value([x, y]: [f64; 2]) -> f64 {
        (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2)
    }
    fn gradient([x, y]: [f64; 2]) -> [f64; 2] {
        [-2.0 * (1.0 - x) - 400.0 * x * (y - x * x), 200.0 * (y - x * x)]
    }
    // From 24.2; the floor of the valley, where it bends, is at 4.
    for spec in every_rule() {
        let reached = best(&spec, 2000, value, gradient);
        assert!(reached < 3.0, "{} {}: to {reached}", spec.rule, spec.dialect);
    }
}

#[test]
fn each_has_the_same_bits_on_every_instruction_set() {
    // Products of matrices come from a library that uses what the machine has.
    const MATRICES: [&str; 3] = ["muon", "shampoo", "soap"];
    for spec in every_rule().filter(|spec| !MATRICES.contains(&spec.rule.as_str())) {
        for format in Format::ALL {
            let spec = Specification { state: format, ..spec.clone() };
            let bits: Vec<Vec<u32>> = Isa::available()
                .into_iter()
                .map(|isa| {
                    assert!(force_isa(Some(isa)));
                    run::<f32>(&spec, 6, 1).into_iter().map(f32::to_bits).collect()
                })
                .collect();
            force_isa(None);
            assert!(bits.windows(2).all(|pair| pair[0] == pair[1]), "{spec:?}");
        }
    }
}

/// Large enough that several threads share a tensor, with a last piece that is not whole.
#[test]
fn the_same_bits_for_any_number_of_threads() {
    let mut layout = Layout::new();
    layout.add("a", &[700_001]).unwrap();
    layout.add("b", &[300]).unwrap();
    let layout = Arc::new(layout);
    let clip = StageSpecification::new("clip-by-global-norm").with("largest", 1.0);
    let specs = [
        Specification::new("adam", Dialect::Torch),
        Specification::new("momentum", Dialect::Book),
        Specification::new("lamb", Dialect::Paper),
        Specification::new("rmsprop", Dialect::Torch)
            .before(clip)
            .after(StageSpecification::new("decoupled-weight-decay").with("weight_decay", 0.1))
            .after(StageSpecification::new("average")),
        Specification { state: Format::Bf16, ..Specification::new("adamw", Dialect::Torch) },
        Specification { state: Format::EightBit, ..Specification::new("adam", Dialect::Torch) },
    ];
    for spec in specs {
        let outcomes: Vec<(Vec<u32>, f64, f64)> = [1, 2, 7]
            .into_iter()
            .map(|threads| {
                let mut optimizer = spec.build::<f32>(layout.clone()).unwrap();
                optimizer.set_threads(threads);
                optimizer.measure(true);
                let mut parameters = start::<f32>(&layout);
                for step in 0..2 {
                    optimizer.step(&mut parameters, &gradients(&layout, step)).unwrap();
                }
                optimizer.measure(false);
                optimizer.step(&mut parameters, &gradients(&layout, 2)).unwrap();
                optimizer.measure(true);
                optimizer.step(&mut parameters, &gradients(&layout, 3)).unwrap();
                let total = &optimizer.report().total;
                (parameters.into_iter().map(f32::to_bits).collect(), total.gradient_norm, total.update_norm)
            })
            .collect();
        assert!(outcomes.windows(2).all(|pair| pair[0] == pair[1]), "{spec:?}");
    }
}

/// What a buffer starts with, and is read from nowhere later.
const AT_THE_START: [(&str, &str); 3] =
    [("adagrad", "initial_accumulator"), ("rprop", "learning_rate"), ("prodigy", "d0")];

/// What decides how a rule is put together: whether there is a momentum, over which axes it works, what state starts at.
const REFUSED_LATER: &[(&str, &[&str])] = &[
    ("adafactor", &["momentum", "smallest_factored"]),
    ("dadapt-adam", &["d0"]),
    ("muon", &["adjust", "epsilon"]),
    ("rmsprop", &["initial_accumulator", "momentum"]),
    ("sgd", &["dampening", "momentum"]),
    ("shampoo", &["largest_axis", "momentum"]),
    ("soap", &["largest_axis"]),
    ("yogi", &["initial_accumulator"]),
];

#[test]
fn a_hyper_parameter_set_later_is_as_if_set_at_first() {
    let mut changed = 0;
    for spec in every_rule() {
        let layout = layout_for(&spec);
        let entry = CATALOG.iter().find(|entry| entry.info.name == spec.rule).unwrap();
        for (parameter, default) in entry.hyperparameters(spec.dialect) {
            let other = [0.75 * default, 0.01, 2.0].into_iter().find(|&value| {
                value != default && parameter.check(value).is_ok() && !(default == 0.0 && value == 0.0)
            });
            let Some(other) = other else { continue };
            let mut later = spec.build::<f64>(layout.clone()).unwrap();
            if let Err(error) = later.set(parameter.name, other) {
                assert_eq!(error, OptimError::Fixed(parameter.name.into()));
                let known = REFUSED_LATER
                    .iter()
                    .any(|(rule, names)| *rule == spec.rule && names.contains(&parameter.name));
                assert!(known, "{} {:?} {}", spec.rule, spec.dialect, parameter.name);
                continue;
            }
            let mut first = spec.clone().with(parameter.name, other).build::<f64>(layout.clone()).unwrap();
            let (mut a, mut b) = (start::<f64>(&layout), start::<f64>(&layout));
            for step in 0..5 {
                later.step(&mut a, &gradients(&layout, step)).unwrap();
                first.step(&mut b, &gradients(&layout, step)).unwrap();
            }
            let said = format!("{} {:?} {} {default} -> {other}", spec.rule, spec.dialect, parameter.name);
            assert_eq!(a == b, !AT_THE_START.contains(&(&*spec.rule, parameter.name)), "{said}");
            changed += 1;
        }
    }
    assert!(changed > 300, "{changed}");
}

#[test]
fn any_hyper_parameter_can_be_scheduled() {
    let (shape, mut scheduled) = (Shape::Exponential { decay: 0.75 }, 0);
    for spec in every_rule() {
        let layout = layout_for(&spec);
        let entry = CATALOG.iter().find(|entry| entry.info.name == spec.rule).unwrap();
        for (parameter, default) in
            entry.hyperparameters(spec.dialect).into_iter().filter(|(_, value)| *value != 0.0)
        {
            // Counts and choices have no fractions.
            if parameter.check(0.75 * default).is_err() || parameter.name == "learning_rate" {
                continue;
            }
            let schedule = Schedule { shape: shape.clone(), warmup: 0 };
            let schedules = BTreeMap::from([(parameter.name.to_string(), schedule)]);
            let said = format!("{} {:?} {}", spec.rule, spec.dialect, parameter.name);
            let mut by_hand = spec.build::<f64>(layout.clone()).unwrap();
            let built = Specification { schedules, ..spec.clone() }.build::<f64>(layout.clone());
            if let Err(error) = by_hand.set(parameter.name, default) {
                assert_eq!(built.err(), Some(error), "{said}");
                continue;
            }
            let mut optimizer = built.unwrap();
            let (mut a, mut b) = (start::<f64>(&layout), start::<f64>(&layout));
            for step in 0..4 {
                by_hand.set(parameter.name, default * 0.75f64.powi(step)).unwrap();
                by_hand.step(&mut a, &gradients(&layout, step as usize)).unwrap();
                optimizer.step(&mut b, &gradients(&layout, step as usize)).unwrap();
            }
            assert_eq!(a, b, "{said}");
            scheduled += 1;
        }
    }
    assert!(scheduled > 200, "{scheduled}");
}

#[test]
fn a_name_that_a_stage_has_too_is_the_rule_s() {
    let clip = StageSpecification::new("clip-by-norm").with("largest", 0.1).with("epsilon", 0.25);
    let trace = StageSpecification::new("trace").with("momentum", 0.75);
    for (base, name, stage) in [
        (Specification::new("adam", Dialect::Torch), "epsilon", clip),
        (Specification::new("sgd", Dialect::Torch).with("momentum", 0.9), "momentum", trace),
    ] {
        for (before, after) in [(vec![stage.clone()], vec![]), (vec![], vec![stage.clone()])] {
            let spec = Specification { before, after, ..base.clone() };
            let layout = layout_for(&spec);
            let mut set = spec.build::<f64>(layout.clone()).unwrap();
            let mut first = spec.clone().with(name, 0.5).build::<f64>(layout.clone()).unwrap();
            let schedule = Schedule { shape: Shape::Exponential { decay: 0.5 }, warmup: 0 };
            let scheduled = spec.clone().with(name, 0.5);
            let scheduled =
                Specification { schedules: BTreeMap::from([(name.into(), schedule)]), ..scheduled };
            let mut scheduled = scheduled.build::<f64>(layout.clone()).unwrap();
            set.set(name, 0.5).unwrap();
            let mut parameters = [start::<f64>(&layout), start::<f64>(&layout), start::<f64>(&layout)];
            let optimizers = [&mut set, &mut first, &mut scheduled];
            for (optimizer, parameters) in optimizers.into_iter().zip(&mut parameters) {
                optimizer.step(parameters, &gradients(&layout, 0)).unwrap();
            }
            assert!(parameters[0] == parameters[1] && parameters[0] == parameters[2], "{name}");
            set.set(name, 0.25).unwrap();
            set.step(&mut parameters[0], &gradients(&layout, 1)).unwrap();
            first.step(&mut parameters[1], &gradients(&layout, 1)).unwrap();
            scheduled.step(&mut parameters[2], &gradients(&layout, 1)).unwrap();
            assert!(parameters[0] != parameters[1] && parameters[0] == parameters[2], "{name}");
        }
    }
}

#[test]
fn two_buffers_of_one_name_are_saved_apart() {
    let spec = Specification::new("sgd", Dialect::Torch)
        .with("momentum", 0.5)
        .before(StageSpecification::new("trace"))
        .after(StageSpecification::new("trace").with("momentum", 0.75));
    for state in [Format::Full, Format::Bf16, Format::EightBit] {
        let spec = Specification { state, ..spec.clone() };
        let layout = layout_for(&spec);
        let mut straight = spec.build::<f32>(layout.clone()).unwrap();
        let mut parameters = start::<f32>(&layout);
        (0..3).for_each(|step| straight.step(&mut parameters, &gradients(&layout, step)).unwrap());
        let mut checkpoint = Checkpoint::default();
        spec.save(straight.as_ref(), &mut checkpoint);
        let mut resumed = spec.build::<f32>(layout.clone()).unwrap();
        spec.load(resumed.as_mut(), &checkpoint).unwrap();
        let mut again = parameters.clone();
        for step in 3..6 {
            straight.step(&mut parameters, &gradients(&layout, step)).unwrap();
            resumed.step(&mut again, &gradients(&layout, step)).unwrap();
        }
        assert_eq!(again, parameters, "{}", state.name());
    }
}

/// Where each parameter went in six steps, with gradients of about 1 that keep their signs and the factor `weak` for each seventh.
fn displacement(spec: &Specification, weak: f64) -> Vec<f64> {
    let mut layout = Layout::new();
    layout.add("W", &[20, 30]).unwrap();
    layout.add("b", &[7]).unwrap();
    let layout = Arc::new(layout);
    let mut optimizer = spec.build::<f32>(layout.clone()).unwrap();
    let before = start::<f32>(&layout);
    let mut parameters = before.clone();
    for step in 0..6 {
        let gradient = |i: usize| {
            let sign = if (i / 3).is_multiple_of(2) { 1.0 } else { -1.0 };
            let size = if i.is_multiple_of(7) { weak } else { 1.0 };
            sign * size * (1.0 + 0.5 * ((i * 5 + step * 3) as f64).sin())
        };
        let mut gradients = vec![0.0; layout.len()];
        for i in layout.tensors().iter().flat_map(|tensor| tensor.range.clone()) {
            gradients[i] = gradient(i) as f32;
        }
        optimizer.step(&mut parameters, &gradients).unwrap();
    }
    parameters.iter().zip(&before).map(|(after, before)| f64::from(after - before)).collect()
}

#[test]
fn state_in_fewer_bits_takes_nearly_the_same_steps() {
    // Muon makes all singular values alike, those of the rounding too.
    for spec in every_rule().filter(|spec| spec.rule != "muon") {
        let full = displacement(&spec, 1.0);
        let norm = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>().sqrt();
        for (state, tolerance) in [(Format::Bf16, 0.01), (Format::EightBit, 0.05)] {
            let packed = displacement(&Specification { state, ..spec.clone() }, 1.0);
            let apart: Vec<f64> = packed.iter().zip(&full).map(|(packed, full)| packed - full).collect();
            let share = norm(&apart) / norm(&full);
            assert!(share < tolerance, "{} {}: {share}", spec.rule, state.name());
        }
    }
}

#[test]
fn weights_beside_a_packed_rule_stay_full() {
    let adam = Specification { state: Format::EightBit, ..Specification::new("adam", Dialect::Torch) };
    for stage in ["average", "lookahead"] {
        let spec = adam.clone().after(StageSpecification::new(stage));
        let optimizer = spec.build::<f32>(layout_for(&spec)).unwrap();
        assert_eq!((optimizer.packed().len(), optimizer.state().len()), (2, 1), "{stage}");
    }
}

/// A second moment that became 0, beside larger ones of its block, would be divided by.
#[test]
fn a_weak_gradient_beside_strong_ones_makes_no_huge_step_in_8_bits() {
    let adam = Specification::new("adam", Dialect::Torch);
    let full = displacement(&adam, 1e-5);
    let packed = displacement(&Specification { state: Format::EightBit, ..adam }, 1e-5);
    for (packed, full) in packed.iter().zip(&full) {
        assert!(packed.abs() <= 1.2 * full.abs(), "{packed} {full}");
    }
}

#[test]
fn saving_and_loading_the_state_is_as_if_nothing_had_happened() {
    for spec in every_rule() {
        for format in Format::ALL {
            let spec = Specification { state: format, ..spec.clone() };
            let layout = layout_for(&spec);
            let mut parameters = start::<f32>(&layout);
            let mut optimizer = spec.build::<f32>(layout.clone()).unwrap();
            for step in 0..4 {
                optimizer.step(&mut parameters, &gradients(&layout, step)).unwrap();
            }
            let mut checkpoint = Checkpoint::new();
            spec.save(optimizer.as_ref(), &mut checkpoint);
            let checkpoint = Checkpoint::parse(&checkpoint.to_bytes().unwrap(), "memory").unwrap();
            let mut resumed = spec.build::<f32>(layout.clone()).unwrap();
            spec.load(resumed.as_mut(), &checkpoint).unwrap();
            let mut copy = parameters.clone();
            for step in 4..8 {
                optimizer.step(&mut parameters, &gradients(&layout, step)).unwrap();
                resumed.step(&mut copy, &gradients(&layout, step)).unwrap();
            }
            assert_eq!(parameters, copy, "{spec:?}");
            assert_eq!(resumed.steps(), 8);
        }
    }
}

#[test]
fn a_state_of_another_rule_or_layout_is_refused_and_changes_nothing() {
    let book = |rule: &str| Specification::new(rule, Dialect::Book);
    let layout = layout_for(&book("adam"));
    let adam = book("adam").build::<f32>(layout.clone()).unwrap();
    let mut checkpoint = Checkpoint::new();
    book("adam").save(adam.as_ref(), &mut checkpoint);
    let mut momentum = book("momentum").build::<f32>(layout.clone()).unwrap();
    let error = book("momentum").load(momentum.as_mut(), &checkpoint).unwrap_err().to_string();
    for part in [
        "it was saved with rule adam, and this is rule momentum",
        "no tensor `optimizer.velocity.W`",
        "`optimizer.first_moment.W` is not of this rule's state",
    ] {
        assert!(error.contains(part), "{part}: {error}");
    }
    let torch = Specification::new("adam", Dialect::Torch);
    let mut other = torch.build::<f32>(layout).unwrap();
    let error = torch.load(other.as_mut(), &checkpoint).unwrap_err().to_string();
    assert!(error.contains("it was saved with dialect book, and this is dialect torch"), "{error}");
    let mut flat = book("adam").build::<f32>(Arc::new(Layout::flat(3))).unwrap();
    let error = load(flat.as_mut(), &checkpoint).unwrap_err().to_string();
    assert!(error.contains("no step count `optimizer.steps.parameters`"), "{error}");
    assert_eq!((momentum.steps(), flat.steps()), (0, 0));
}

#[test]
fn what_fits_is_loaded_on_request_and_the_rest_is_named() {
    let spec = Specification::new("momentum", Dialect::Torch);
    let layout = layout_for(&spec);
    let mut optimizer = spec.build::<f32>(layout.clone()).unwrap();
    let mut parameters = start::<f32>(&layout);
    optimizer.step(&mut parameters, &gradients(&layout, 0)).unwrap();
    let mut checkpoint = Checkpoint::new();
    save(optimizer.as_ref(), &mut checkpoint);
    let mut changed = Layout::new();
    changed.add("W", &[7, 5]).unwrap();
    changed.add("head", &[4]).unwrap();
    let mut fresh = spec.build::<f32>(Arc::new(changed)).unwrap();
    let left = thalweg_optim::load_partial(fresh.as_mut(), &checkpoint);
    assert!(left.iter().any(|what| what.contains("no tensor `optimizer.velocity.head`")), "{left:?}");
    let velocity =
        |optimizer: &dyn Optimizer<f32>| thalweg_optim::state_of(optimizer, "velocity", "W").unwrap();
    assert_eq!(velocity(fresh.as_ref()), velocity(optimizer.as_ref()));
    assert_eq!(fresh.counts(), [1, 0]);
}

#[test]
fn a_gradient_that_is_not_finite_changes_nothing() {
    for spec in every_rule() {
        let layout = layout_for(&spec);
        let mut optimizer = spec.build::<f32>(layout.clone()).unwrap();
        let mut parameters = start::<f32>(&layout);
        optimizer.step(&mut parameters, &gradients(&layout, 0)).unwrap();
        let (before, mut bad) = (parameters.clone(), gradients::<f32>(&layout, 1));
        let mut saved = Checkpoint::new();
        save(optimizer.as_ref(), &mut saved);
        bad[3] = f32::NAN;
        let error = optimizer.step(&mut parameters, &bad).unwrap_err().to_string();
        assert!(error.starts_with("the gradient of `W` is NaN at element 3 (1 elements"), "{error}");
        optimizer.set_policy(NonFinite::Skip);
        optimizer.step(&mut parameters, &bad).unwrap();
        assert_eq!((&parameters, optimizer.report().skipped), (&before, 1), "{spec:?}");
        let mut after = Checkpoint::new();
        save(optimizer.as_ref(), &mut after);
        assert_eq!(saved, after, "{spec:?}");
    }
}

/// A step over an arena, and the same tensors handed over one by one in another order.
#[test]
fn tensors_from_anywhere_are_updated_like_an_arena() {
    // One distance for all tensors, added up in their order.
    for spec in every_rule().filter(|spec| spec.rule != "prodigy" && spec.rule != "dadapt-adam") {
        let layout = layout_for(&spec);
        let (mut whole, mut parts) =
            (spec.build::<f64>(layout.clone()).unwrap(), spec.build::<f64>(layout.clone()).unwrap());
        let mut together = start::<f64>(&layout);
        let mut apart: Vec<Vec<f64>> =
            layout.tensors().iter().map(|tensor| together[tensor.range.clone()].to_vec()).collect();
        for step in 0..4 {
            let gradients = gradients::<f64>(&layout, step);
            whole.step(&mut together, &gradients).unwrap();
            let tensors = layout.tensors().iter().zip(&mut apart).enumerate().rev();
            let slots = tensors.map(|(index, (tensor, parameters))| {
                let (parameters, gradients) = (parameters.as_mut_slice(), &gradients[tensor.range.clone()]);
                Slot { index, parameters, gradients }
            });
            parts.step_tensors(slots.collect()).unwrap();
        }
        for (tensor, apart) in layout.tensors().iter().zip(&apart) {
            assert_eq!(&together[tensor.range.clone()], apart.as_slice(), "{spec:?} {}", tensor.name);
        }
        // What lies between tensors is still 0.
        for pair in layout.tensors().windows(2) {
            assert!(together[pair[0].range.end..pair[1].range.start].iter().all(|&x| x == 0.0), "{spec:?}");
        }
    }
}

/// A value that happens to equal that of a switch is a value like any other.
#[test]
fn every_value_of_a_decay_or_momentum_makes_a_difference() {
    let mut looked_at = 0;
    for spec in every_rule() {
        let known = spec.resolved().unwrap();
        for name in ["weight_decay", "momentum"] {
            if known.iter().all(|(known, _)| *known != name) {
                continue;
            }
            let values = [0.0, 0.5, 1.0].map(|value| spec.clone().with(name, value));
            let runs: Vec<Vec<f64>> =
                values.iter().filter(|spec| spec.resolved().is_ok()).map(|spec| run(spec, 3, 1)).collect();
            looked_at += 1;
            for (place, run) in runs.iter().enumerate() {
                let same = runs[..place].iter().position(|other| other == run);
                assert_eq!(same, None, "{} {}: {name}", spec.rule, spec.dialect);
            }
        }
    }
    assert!(looked_at > 40, "{looked_at}");
}

#[test]
fn the_rates_written_in_rust_are_those_of_the_catalogue() {
    use thalweg_optim::rules::Sgd;
    for (dialect, rule) in [(Dialect::Book, Sgd::book()), (Dialect::Torch, Sgd::torch())] {
        let known = Specification::new("sgd", dialect).resolved().unwrap();
        let rate = known.iter().find(|(name, _)| *name == "learning_rate").map(|(_, rate)| *rate);
        assert_eq!(rate, Some(rule.learning_rate));
    }
}

/// A rule that nobody described a hyper-parameter of.
#[derive(Clone)]
struct Secretive {
    learning_rate: f64,
    secret: f64,
}

impl Catalogued for Secretive {
    const INFO: Info = Info {
        name: "secretive",
        title: "Secretive",
        formula: "w -= η s g",
        paper: "none",
        when: "never",
        special: &[],
        differences: &[],
        rates: (1e-3, 1.0),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        (dialect == Dialect::Paper).then_some(Self { learning_rate: 0.1, secret: 1.0 })
    }

    fn settings(&mut self, _: Dialect, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        visit("learning_rate", &mut self.learning_rate);
        visit("secret", &mut self.secret);
    }

    fn compose<T: Buildable>(&self, composer: Composer<T>) -> Composer<T> {
        composer.rule(thalweg_optim::rules::Sgd { learning_rate: self.learning_rate * self.secret })
    }
}

/// No value of it could be checked, so it is refused by name instead of taking any.
#[test]
fn a_rule_with_a_hyperparameter_that_nobody_describes_is_refused() {
    let refused = register::<Secretive>().unwrap_err();
    assert_eq!(refused, OptimError::Undescribed { rule: "secretive", name: "secret" });
    assert!(refused.to_string().contains("`secret`"), "{refused}");
    assert!(Entry::named("secretive").is_err());
}

#[test]
fn corrected_averages_of_a_constant_gradient_are_the_gradient_and_its_square() {
    let mut corrected = Vec::new();
    for entry in CATALOG {
        for dialect in entry.dialects() {
            let rule = Specification::new(entry.info.name, dialect);
            if rule.corrections(1).unwrap().is_empty() {
                continue;
            }
            corrected.push(entry.info.name);
            let mut optimizer = rule.build::<f64>(Arc::new(Layout::flat(1))).unwrap();
            let mut parameters = [1.0];
            for step in 1..=3 {
                optimizer.step(&mut parameters, &[0.5]).unwrap();
                for (name, by) in rule.corrections(step).unwrap() {
                    let state = optimizer.state();
                    let (_, buffer) = state.iter().find(|(known, _)| *known == name).unwrap();
                    let expected = match (name, entry.info.name) {
                        ("first_moment", _) => 0.5,
                        // AdaBelief averages the squares of what the mean did not foresee.
                        (_, "adabelief") => continue,
                        _ => 0.25,
                    };
                    let found = buffer.values()[0] / by;
                    assert!(
                        (found - expected).abs() < 1e-12,
                        "{} ({dialect}) step {step}: {name} {found}",
                        entry.info.name
                    );
                }
            }
        }
    }
    corrected.dedup();
    let known = ["adam", "adamw", "amsgrad", "adamax", "nadam", "radam", "adabelief", "adam-atan2", "lamb"];
    assert!(known.iter().all(|name| corrected.contains(name)), "{corrected:?}");
}
