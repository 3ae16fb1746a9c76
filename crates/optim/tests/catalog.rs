//! What must hold for every rule of the catalogue, in every dialect it has.

use std::sync::Arc;
use thalweg_arena::{Checkpoint, Layout};
use thalweg_lanes::{Isa, Real, force_isa};
use thalweg_optim::{Buildable, CATALOG, Dialect, Schedule, Shape, Specification, load, save};

fn every_rule() -> impl Iterator<Item = Specification> {
    CATALOG.iter().flat_map(|entry| {
        entry.dialects().into_iter().map(|dialect| Specification::new(entry.info.name, dialect))
    })
}

fn layout() -> Arc<Layout> {
    let mut layout = Layout::new();
    layout.add("W", &[7, 5]).unwrap();
    layout.add("none", &[0]).unwrap();
    layout.add("b", &[3]).unwrap();
    layout.add("scalar", &[]).unwrap();
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

fn run<T: Buildable>(spec: &Specification, steps: usize) -> Vec<T> {
    let layout = layout();
    let mut optimizer = spec.build::<T>(layout.clone()).unwrap();
    let mut parameters: Vec<T> = (0..layout.len()).map(|i| T::from_f64((i as f64 * 0.37).sin())).collect();
    for step in 0..steps {
        optimizer.step(&mut parameters, &gradients::<T>(&layout, step)).unwrap();
    }
    parameters
}

/// A quadratic of condition number 100 along axes turned by 30 degrees.
#[test]
fn each_descends_a_rotated_ill_conditioned_quadratic() {
    let (sin, cos) = std::f64::consts::FRAC_PI_6.sin_cos();
    for spec in every_rule() {
        let rate = match spec.rule.as_str() {
            "adagrad" => 0.5,
            "rmsprop" => 0.01,
            "adam" => 0.05,
            _ => 0.002,
        };
        let spec = spec.with("learning_rate", rate);
        let mut optimizer = spec.build::<f64>(Arc::new(Layout::flat(2))).unwrap();
        let turn = |at: [f64; 2]| (cos * at[0] + sin * at[1], cos * at[1] - sin * at[0]);
        let value = |at: [f64; 2]| 0.5 * (turn(at).0.powi(2) + 100.0 * turn(at).1.powi(2));
        let (mut at, start) = ([3.0, -2.0], value([3.0, -2.0]));
        for _ in 0..500 {
            let mut point = at;
            optimizer.evaluation_point(&at, &mut point).unwrap();
            let (u, v) = turn(point);
            let gradient = [cos * u - sin * 100.0 * v, sin * u + cos * 100.0 * v];
            optimizer.step(&mut at, &gradient).unwrap();
        }
        assert!(value(at) < 0.01 * start, "{spec:?}: from {start} to {}", value(at));
    }
}

/// Thirty readable lines of f64, independent of the fused path.
fn reference(spec: &Specification, learning_rates: &[f64]) -> Vec<f64> {
    let layout = layout();
    let value = |name: &str| spec.resolved().unwrap().iter().find(|(n, _)| *n == name).unwrap().1;
    let mut w: Vec<f64> = (0..layout.len()).map(|i| (i as f64 * 0.37).sin()).collect();
    let (mut a, mut b) = (vec![0.0; w.len()], vec![0.0; w.len()]);
    for (step, &rate) in learning_rates.iter().enumerate() {
        let t = (step + 1) as i32;
        for (i, g) in gradients::<f64>(&layout, step).into_iter().enumerate() {
            let torch = spec.dialect == Dialect::Torch;
            match spec.rule.as_str() {
                "sgd" => w[i] -= rate * g,
                "momentum" | "nesterov-lookahead" if !torch => {
                    a[i] = value("momentum") * a[i] - rate * g;
                    w[i] += a[i];
                }
                "momentum" => {
                    a[i] = value("momentum") * a[i] + g;
                    w[i] -= rate * a[i];
                }
                "nesterov" if !torch => {
                    let m = value("momentum");
                    w[i] += m * m * a[i] - (1.0 + m) * rate * g;
                    a[i] = m * a[i] - rate * g;
                }
                "nesterov" => {
                    a[i] = value("momentum") * a[i] + g;
                    w[i] -= rate * (g + value("momentum") * a[i]);
                }
                "nesterov-as-printed" => {
                    let m = value("momentum");
                    a[i] = m * a[i] - rate * g;
                    w[i] += m * m * a[i] - (1.0 + m) * rate * g;
                }
                "adagrad" => {
                    a[i] += g * g;
                    w[i] -= rate * g / (a[i].sqrt() + value("epsilon"));
                }
                "rmsprop" => {
                    a[i] = value("decay_rate") * a[i] + (1.0 - value("decay_rate")) * g * g;
                    w[i] -= rate * g / (a[i].sqrt() + value("epsilon"));
                }
                "adam" => {
                    let (beta1, beta2) = (value("beta1"), value("beta2"));
                    a[i] += (1.0 - beta1) * (g - a[i]);
                    b[i] += (1.0 - beta2) * (g * g - b[i]);
                    let (c1, c2) = (1.0 - beta1.powi(t), 1.0 - beta2.powi(t));
                    w[i] -= if torch {
                        rate * (a[i] / c1) / ((b[i] / c2).sqrt() + value("epsilon"))
                    } else {
                        rate * c2.sqrt() / c1 * a[i] / (b[i].sqrt() + value("epsilon"))
                    };
                }
                other => panic!("{other} has no reference here; write one"),
            }
        }
    }
    w
}

#[test]
fn each_follows_its_formula() {
    let schedule = Schedule { shape: Shape::Step { every: 5, factor: 0.5 }, warmup: 0 };
    let rates: Vec<f64> = (0..10).map(|t| 0.01 * schedule.factor(t)).collect();
    for spec in every_rule() {
        let spec = spec.with("learning_rate", 0.01).with_schedule(schedule.clone());
        let expected = reference(&spec, &rates);
        let layout = layout();
        let (f64s, f32s) = (run::<f64>(&spec, 10), run::<f32>(&spec, 10));
        for tensor in layout.tensors() {
            for i in tensor.range.clone() {
                let scale = expected[i].abs().max(1e-3);
                assert!(
                    (f64s[i] - expected[i]).abs() <= 1e-12 * scale,
                    "{spec:?} {i}: {} for {}",
                    f64s[i],
                    expected[i]
                );
                let allowed = 4e-6 * expected[i].abs().max(1.0);
                assert!(
                    (f64::from(f32s[i]) - expected[i]).abs() <= allowed,
                    "{spec:?} {i}: {} for {}",
                    f32s[i],
                    expected[i]
                );
            }
        }
    }
}

#[test]
fn each_has_the_same_bits_on_every_instruction_set() {
    for spec in every_rule() {
        let bits: Vec<Vec<u32>> = Isa::available()
            .into_iter()
            .map(|isa| {
                assert!(force_isa(Some(isa)));
                run::<f32>(&spec, 6).into_iter().map(f32::to_bits).collect()
            })
            .collect();
        force_isa(None);
        assert!(bits.windows(2).all(|pair| pair[0] == pair[1]), "{spec:?}");
    }
}

#[test]
fn saving_and_loading_the_state_is_as_if_nothing_had_happened() {
    for spec in every_rule() {
        let layout = layout();
        let mut parameters = vec![0.5f32; layout.len()];
        let mut optimizer = spec.build::<f32>(layout.clone()).unwrap();
        for step in 0..4 {
            optimizer.step(&mut parameters, &gradients(&layout, step)).unwrap();
        }
        let mut checkpoint = Checkpoint::new();
        save(optimizer.as_ref(), &mut checkpoint);
        let checkpoint = Checkpoint::parse(&checkpoint.to_bytes().unwrap(), "memory").unwrap();
        let mut resumed = spec.build::<f32>(layout.clone()).unwrap();
        load(resumed.as_mut(), &checkpoint).unwrap();
        let mut copy = parameters.clone();
        for step in 4..8 {
            optimizer.step(&mut parameters, &gradients(&layout, step)).unwrap();
            resumed.step(&mut copy, &gradients(&layout, step)).unwrap();
        }
        assert_eq!(parameters, copy, "{spec:?}");
        assert_eq!(resumed.steps(), 8);
    }
}

#[test]
fn a_state_of_another_rule_or_layout_is_refused_and_changes_nothing() {
    let adam = Specification::new("adam", Dialect::Book).build::<f32>(layout()).unwrap();
    let mut checkpoint = Checkpoint::new();
    save(adam.as_ref(), &mut checkpoint);
    let mut momentum = Specification::new("momentum", Dialect::Book).build::<f32>(layout()).unwrap();
    let error = load(momentum.as_mut(), &checkpoint).unwrap_err().to_string();
    assert!(error.contains("`optimizer.first_moment.W` is not of this rule's state"), "{error}");
    let mut other =
        Specification::new("adam", Dialect::Book).build::<f32>(Arc::new(Layout::flat(3))).unwrap();
    let error = load(other.as_mut(), &checkpoint).unwrap_err().to_string();
    assert!(error.contains("no step count `optimizer.steps.parameters`"), "{error}");
    assert_eq!((momentum.steps(), other.steps()), (0, 0));
}
