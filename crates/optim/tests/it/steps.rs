//! What a step does with its tensors, whatever the rule: one after the other or together, on one thread or several, in one pass
//! or several.

use std::sync::{Arc, Mutex};
use thalweg_arena::{Checkpoint, Layout};
use thalweg_lanes::Real;
use thalweg_optim::rules::{Adam, Momentum, NAdam, NesterovLookahead, Sgd};
use thalweg_optim::stages::{ClipByGlobalNorm, ClipByNorm, ClipByValue, Normalize, Scale, WeightDecay};
use thalweg_optim::{
    Accumulated, Barrier, CATALOG, Catalogued, Composer, Dialect, Entry, Format, GroupSpecification, Items,
    Match, Moment, NonFinite, OptimError, Optimizer, Passes, Rule, Schedule, Shape, Sharpness,
    SharpnessAware, Slot, Specification, StageSpecification, load, save,
};

/// More than three of the pieces that sums are formed in, and a few elements.
fn layout() -> Arc<Layout> {
    let mut layout = Layout::new();
    layout.add("a", &[200, 130]).unwrap();
    layout.add("b", &[5]).unwrap();
    layout.add("c", &[3, 50]).unwrap();
    Arc::new(layout)
}

/// Values that differ from element to element, 0 between tensors.
fn values<T: Real>(layout: &Layout, salt: usize) -> Vec<T> {
    let mut values = vec![T::ZERO; layout.len()];
    for i in layout.tensors().iter().flat_map(|tensor| tensor.range.clone()) {
        values[i] = T::from_f64(((i * 7 + salt * 31) % 101) as f64 / 64.0 - 0.75);
    }
    values
}

fn norm<T: Real>(values: &[T]) -> f64 {
    values.iter().map(|value| value.to_f64().powi(2)).sum::<f64>().sqrt()
}

fn close(found: f64, expected: f64) {
    assert!((found / expected - 1.0).abs() < 1e-12, "{found} where {expected} is expected");
}

/// One step of the tensors in `indices`, tensor by tensor in one call.
fn step_some<T: Real>(
    optimizer: &mut dyn Optimizer<T>,
    parameters: &mut [T],
    gradients: &[T],
    indices: &[usize],
) {
    let layout = optimizer.layout().clone();
    let (mut rest, mut start, mut slots) = (parameters, 0, Vec::new());
    for &index in indices {
        let range = layout.tensors()[index].range.clone();
        let (before, after) = rest.split_at_mut(range.end - start);
        slots.push(Slot {
            index,
            parameters: &mut before[range.start - start..],
            gradients: &gradients[range.clone()],
        });
        (rest, start) = (after, range.end);
    }
    optimizer.step_tensors(slots).unwrap();
}

fn halving() -> Schedule {
    Schedule { shape: Shape::Exponential { decay: 0.5 }, warmup: 0 }
}

#[test]
fn norms_in_the_report_are_those_of_all_tensors() {
    fn measured<T: Real>() {
        let layout = layout();
        let gradients = values::<T>(&layout, 1);
        let clip =
            || Composer::<T>::new(layout.clone()).barrier(ClipByGlobalNorm { largest: 2.0, epsilon: 0.0 });
        for (mut passes, clipped) in [
            (Passes::<T>::new(Sgd { learning_rate: 0.5 }, layout.clone()), false),
            (clip().rule(Sgd { learning_rate: 0.5 }).build(), true),
        ] {
            passes.measure(true);
            for together in [true, false] {
                let mut parameters = values::<T>(&layout, 2);
                match together {
                    true => passes.step(&mut parameters, &gradients).unwrap(),
                    false => step_some(&mut passes, &mut parameters, &gradients, &[0, 1, 2]),
                }
                let total = &passes.report().total;
                close(total.gradient_norm, norm(&gradients));
                close(total.parameter_norm, norm(&values::<T>(&layout, 2)));
                assert_eq!(total.clipped, clipped);
                let expected = if clipped { 1.0 } else { 0.5 * norm(&gradients) };
                let tolerance = if T::BYTES == 4 { 1e-6 } else { 1e-12 };
                assert!((total.update_norm / expected - 1.0).abs() < tolerance, "{total:?}");
            }
        }
    }
    measured::<f32>();
    measured::<f64>();
}

#[test]
fn a_group_s_gradient_norm_is_that_of_the_gradient_as_it_came() {
    let layout = layout();
    let gradients = values::<f64>(&layout, 1);
    let groups = vec![
        GroupSpecification::new("vectors", Match::largest_rank(1)),
        GroupSpecification::new("rest", Match::default()),
    ];
    let spec =
        Specification { groups, ..Specification::new("sgd", Dialect::Torch).with("learning_rate", 0.5) };
    let spec = spec.before(StageSpecification::new("clip-by-global-norm").with("largest", 2.0));
    for together in [true, false] {
        let mut optimizer = spec.build::<f64>(layout.clone()).unwrap();
        optimizer.measure(true);
        let mut parameters = values::<f64>(&layout, 2);
        match together {
            true => optimizer.step(&mut parameters, &gradients).unwrap(),
            false => step_some(optimizer.as_mut(), &mut parameters, &gradients, &[0, 1, 2]),
        }
        let report = optimizer.report();
        let b = layout.find("b").unwrap().range.clone();
        close(report.groups[0].gradient_norm, norm(&gradients[b]));
        close(report.total.gradient_norm, norm(&gradients));
        assert!((report.total.update_norm - 1.0).abs() < 1e-6 && report.total.clipped);
    }
}

#[test]
fn what_is_not_finite_is_found_wherever_it_is() {
    let len = 300_000;
    for threads in [1, 2, 3] {
        for at in [0, 8191, 150_000, len - 1] {
            let (mut gradients, mut parameters) = (vec![1.0f32; len], vec![0.0f32; len]);
            gradients[at] = f32::NAN;
            let mut passes = Passes::<f32>::flat(Sgd { learning_rate: 1.0 }, len);
            passes.set_threads(threads);
            let error = passes.step(&mut parameters, &gradients).unwrap_err();
            assert!(matches!(error, OptimError::NonFinite { index, count: 1, .. } if index == at), "{error}");
            passes.set_policy(NonFinite::Skip);
            passes.step(&mut parameters, &gradients).unwrap();
            assert_eq!((passes.report().skipped, passes.report().non_finite, passes.steps()), (1, 1, 0));
            assert!(parameters.iter().all(|parameter| *parameter == 0.0));
            passes.set_policy(NonFinite::Allow);
            passes.step(&mut parameters, &gradients).unwrap();
            assert_eq!(parameters.iter().filter(|parameter| **parameter == -1.0).count(), len - 1);
            assert!(parameters[at].is_nan() && passes.steps() == 1);
            passes.measure(true);
            gradients[at] = f32::INFINITY;
            gradients[1] = f32::NAN;
            passes.step(&mut parameters, &gradients).unwrap();
            assert_eq!((passes.report().non_finite, passes.steps()), (2, 2));
        }
    }
}

#[test]
fn tensors_that_remember_different_things_are_updated_by_what_each_remembers() {
    // Both have had one update when they are updated together, but with another β₁.
    let layout = layout();
    let gradients = values::<f64>(&layout, 1);
    let run = |order: &[(f64, &[usize])]| {
        let mut passes = Passes::<f64>::new(NAdam::in_dialect(Dialect::Torch).unwrap(), layout.clone());
        let mut parameters = values::<f64>(&layout, 2);
        for &(beta1, indices) in order {
            passes.set("beta1", beta1).unwrap();
            step_some(&mut passes, &mut parameters, &gradients, indices);
        }
        parameters
    };
    let together = run(&[(0.5, &[0, 2]), (0.9, &[1]), (0.8, &[0, 1, 2])]);
    let first = run(&[(0.5, &[0, 2]), (0.8, &[0, 2])]);
    let second = run(&[(0.9, &[1]), (0.8, &[1])]);
    for (name, expected) in [("a", &first), ("b", &second), ("c", &first)] {
        let range = layout.find(name).unwrap().range.clone();
        assert_eq!(together[range.clone()], expected[range], "{name}");
    }
}

#[test]
fn packed_state_is_the_same_in_one_call_and_tensor_by_tensor() {
    let layout = layout();
    for format in [Format::Bf16, Format::EightBit] {
        let build = || Composer::<f32>::new(layout.clone()).format(format).rule(Adam::torch()).build();
        let (mut whole, mut parts) = (build(), build());
        let (mut a, mut b) = (values::<f32>(&layout, 2), values::<f32>(&layout, 2));
        for step in 0..5 {
            whole.step(&mut a, &values(&layout, step)).unwrap();
            step_some(&mut parts, &mut b, &values(&layout, step), &[0, 1, 2]);
        }
        assert_eq!(a, b, "{}", format.name());
    }
}

/// Subtracts the gradient, and is evaluated with as much of what it subtracted last as is remembered.
#[derive(Clone)]
struct OneBack;

impl Rule for OneBack {
    type State<T: Real> = [T; 1];
    type Step<T: Real> = ();
    const AVERAGES: bool = true;

    fn state_names(&self) -> Vec<&'static str> {
        vec!["last"]
    }

    fn hyperparameters(&mut self, _: &mut dyn FnMut(&'static str, &mut f64)) {}

    fn step<T: Real>(&self, _: &Moment) {}

    fn update<T: Real>((): &(), gradient: T, _: T, _: [T; 1]) -> (T, [T; 1]) {
        (gradient, [gradient])
    }

    fn evaluated<T: Real>((): &(), parameter: T, [last]: [T; 1]) -> T {
        parameter + last
    }
}

#[test]
fn points_are_told_from_packed_state_too() {
    let layout = layout();
    for (format, tolerance) in [(Format::Full, 1e-6), (Format::Bf16, 0.01), (Format::EightBit, 0.05)] {
        let composer = || Composer::<f32>::new(layout.clone()).format(format);
        let gradients = values::<f32>(&layout, 1);
        let (mut ahead, mut back) =
            (composer().rule(NesterovLookahead::new(0.5, 0.5)).build(), composer().rule(OneBack).build());
        let (mut a, mut b) = (vec![0.0f32; layout.len()], vec![0.0f32; layout.len()]);
        ahead.step(&mut a, &gradients).unwrap();
        back.step(&mut b, &gradients).unwrap();
        let mut point = vec![9.0f32; layout.len()];
        assert!(ahead.evaluation_point(&a, &mut point).unwrap());
        // One step of 0.5 g was made, and half of it is to come.
        for (point, gradient) in point.iter().zip(&gradients) {
            assert!((point + 0.75 * gradient).abs() <= tolerance, "{}: {point} {gradient}", format.name());
        }
        assert!(!ahead.averaged(&a, &mut point).unwrap() && !back.evaluation_point(&b, &mut point).unwrap());
        assert!(back.averaged(&b, &mut point).unwrap());
        assert!(point.iter().all(|point| point.abs() <= tolerance), "{}", format.name());
    }
}

#[test]
fn what_to_evaluate_with_follows_from_the_last_update_s_constants() {
    let spec = Specification::new("schedule-free-sgd", Dialect::Paper).with("learning_rate", 0.1);
    let scheduled = Specification { schedules: [("beta1".to_string(), halving())].into(), ..spec.clone() };
    let layout = Arc::new(Layout::flat(4));
    let (mut by_hand, mut optimizer) =
        (spec.build::<f64>(layout.clone()).unwrap(), scheduled.build::<f64>(layout).unwrap());
    let (mut a, mut b) = ([1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0]);
    let beta1 = spec.resolved().unwrap().into_iter().find(|(name, _)| *name == "beta1").unwrap().1;
    for step in 0..4 {
        by_hand.set("beta1", beta1 * 0.5f64.powi(step)).unwrap();
        by_hand.step(&mut a, &[0.5, -1.0, 2.0, 0.25]).unwrap();
        optimizer.step(&mut b, &[0.5, -1.0, 2.0, 0.25]).unwrap();
        let (mut x, mut y) = ([0.0; 4], [0.0; 4]);
        assert!(by_hand.averaged(&a, &mut x).unwrap() && optimizer.averaged(&b, &mut y).unwrap());
        assert_eq!((a, x), (b, y), "{step}");
    }
}

#[test]
fn each_pass_goes_on_from_the_one_before() {
    // The direction of the gradient all the way, in the length that the last stages leave.
    let layout = layout();
    let gradients = values::<f64>(&layout, 1);
    let normalize = || Normalize { epsilon: 0.0, together: 0.0 };
    let clip = |largest: f64| ClipByNorm { largest, epsilon: 0.0 };
    let composer = || Composer::<f64>::new(layout.clone());
    let scale = |factor: f64| Scale { factor };
    let (idle, sgd) = (WeightDecay { weight_decay: 0.0 }, Sgd { learning_rate: 1.0 });
    for (mut passes, length) in [
        (
            composer()
                .rule(scale(2.0))
                .barrier(normalize())
                .rule(scale(3.0))
                .barrier(clip(0.05))
                .rule(sgd)
                .build(),
            0.05,
        ),
        (
            composer()
                .rule(scale(2.0))
                .barrier(normalize())
                .rule(scale(3.0))
                .barrier(clip(9.0))
                .rule(sgd)
                .build(),
            3.0,
        ),
        (
            composer()
                .rule(scale(2.0))
                .barrier(clip(0.05))
                .rule(scale(3.0))
                .barrier(clip(9.0))
                .rule(sgd)
                .build(),
            0.15,
        ),
        (composer().barrier(normalize()).rule(scale(3.0)).barrier(clip(0.05)).rule(sgd).build(), 0.05),
        (composer().barrier(normalize()).rule(scale(3.0)).barrier(clip(9.0)).rule(sgd).build(), 3.0),
        (
            composer().rule(scale(2.0)).barrier(normalize()).rule(idle).barrier(clip(0.05)).rule(sgd).build(),
            0.05,
        ),
        (composer().barrier(clip(0.05)).rule(idle).barrier(clip(9.0)).rule(sgd).build(), 0.05),
        (composer().barrier(clip(0.05)).barrier(normalize()).build(), 1.0),
        (composer().barrier(normalize()).barrier(clip(0.05)).build(), 0.05),
    ] {
        for together in [true, false] {
            let mut parameters = vec![0.0; layout.len()];
            match together {
                true => passes.step(&mut parameters, &gradients).unwrap(),
                false => step_some(&mut passes, &mut parameters, &gradients, &[0, 1, 2]),
            }
            for tensor in layout.tensors() {
                let (found, given) = (&parameters[tensor.range.clone()], &gradients[tensor.range.clone()]);
                let factor = length / norm(given);
                for (found, given) in found.iter().zip(given) {
                    assert!(
                        (found + factor * given).abs() < 1e-13,
                        "{length} {found} {given} {together} {}",
                        tensor.name
                    );
                }
            }
        }
    }
}

/// Writes down when each tensor is updated.
struct Log(Arc<Mutex<Vec<(usize, Moment)>>>);

impl<T: Real> Barrier<T> for Log {
    fn settle(&mut self, items: &mut Items<'_, '_, T>) {
        items.for_each(|item| self.0.lock().unwrap().push((item.index, item.now)));
    }
}

#[test]
fn a_barrier_knows_the_moment_of_each_tensor() {
    let (layout, log) = (layout(), Arc::new(Mutex::new(Vec::new())));
    let composer = Composer::<f64>::new(layout.clone()).barrier(Log(log.clone()));
    let mut passes = composer.rule(Sgd { learning_rate: 8.0 }).build().with_schedule(halving());
    passes.scale_rate(0.25);
    let gradients = values::<f64>(&layout, 1);
    let mut parameters = values::<f64>(&layout, 2);
    step_some(&mut passes, &mut parameters, &gradients, &[0, 2]);
    step_some(&mut passes, &mut parameters, &gradients, &[2]);
    passes.step(&mut parameters, &gradients).unwrap();
    let found: Vec<(usize, u64, f64, f64)> = log
        .lock()
        .unwrap()
        .iter()
        .map(|(index, now)| (*index, now.step, now.learning_rate, now.factor))
        .collect();
    let expected = [
        (0, 1, 2.0, 0.25),
        (2, 1, 2.0, 0.25),
        (2, 2, 1.0, 0.125),
        (0, 2, 1.0, 0.125),
        (1, 1, 2.0, 0.25),
        (2, 3, 0.5, 0.0625),
    ];
    assert_eq!(found, expected);
}

#[test]
fn the_rate_is_the_schedule_s_times_what_a_plateau_says() {
    let mut passes = Passes::<f64>::flat(Sgd { learning_rate: 8.0 }, 1).with_schedule(halving());
    let mut parameters = [0.0];
    for (scale, rate, parameter) in
        [(1.0, 8.0, -8.0), (1.0, 4.0, -12.0), (0.25, 0.5, -12.5), (0.25, 0.25, -12.75)]
    {
        passes.scale_rate(scale);
        assert_eq!(passes.learning_rate(), Some(rate));
        passes.step(&mut parameters, &[1.0]).unwrap();
        assert_eq!((parameters[0], passes.report().total.learning_rate), (parameter, Some(rate)));
    }
}

#[test]
fn the_last_schedule_of_a_name_counts_once_in_every_stage() {
    // Two stages with a `largest`.
    let composer = Composer::<f64>::new(Arc::new(Layout::flat(2))).rule(ClipByValue { largest: 4.0 });
    let passes =
        composer.barrier(ClipByNorm { largest: 4.0, epsilon: 0.0 }).rule(Sgd { learning_rate: 2.0 }).build();
    let constant = Schedule { shape: Shape::Constant, warmup: 0 };
    let passes =
        passes.with_schedule_of("largest", constant).unwrap().with_schedule_of("largest", halving()).unwrap();
    let mut passes = passes.with_schedule_of("learning_rate", halving()).unwrap();
    let mut parameters = [0.0; 2];
    for expected in [-8.0, -10.0, -10.5] {
        passes.step(&mut parameters, &[100.0, 0.0]).unwrap();
        assert_eq!(parameters, [expected, 0.0]);
    }
    // A step of values that are clipped one by one: (1/4, 1/4) is the longer by √2 than what its norm allows.
    passes.step(&mut [0.0; 2], &[1.0, 1.0]).unwrap();
    let mut parameters = [0.0; 2];
    passes.step(&mut parameters, &[100.0, 100.0]).unwrap();
    let expected = -0.125 * 0.25 * 0.5f64.sqrt();
    assert!(parameters.iter().all(|parameter| (parameter - expected).abs() < 1e-16), "{parameters:?}");
    let error = passes.with_schedule_of("smallest", halving()).err().unwrap().to_string();
    assert!(
        error.contains(
            "there is no hyper-parameter called `smallest`; there are: largest, epsilon, learning_rate"
        ),
        "{error}"
    );
}

#[test]
fn sharpness_keeps_the_state_and_the_policy_of_what_it_is_around() {
    let build = || {
        let passes = Passes::<f64>::flat(NAdam::in_dialect(Dialect::Torch).unwrap(), 3);
        SharpnessAware::new(Box::new(passes), Sharpness::SAM).unwrap()
    };
    let (mut straight, mut a) = (build(), [1.0, 2.0, 3.0]);
    assert!(straight.looks_ahead());
    (0..3).for_each(|_| straight.step(&mut a, &[1.0, -2.0, 0.5]).unwrap());
    let mut checkpoint = Checkpoint::default();
    save(&straight, &mut checkpoint);
    let (mut resumed, mut b) = (build(), a);
    load(&mut resumed, &checkpoint).unwrap();
    for _ in 0..3 {
        straight.step(&mut a, &[0.5, 1.0, 1.5]).unwrap();
        resumed.step(&mut b, &[0.5, 1.0, 1.5]).unwrap();
    }
    assert_eq!(a, b);
    resumed.set_policy(NonFinite::Skip);
    resumed.step(&mut b, &[f64::NAN, 1.0, 1.0]).unwrap();
    assert_eq!((resumed.report().skipped, b), (1, a));
}

#[test]
fn accumulation_looks_where_its_optimizer_looks_and_counts_what_is_not_finite() {
    let around = |ahead: bool| -> Accumulated<f64> {
        let inner: Passes<f64> = match ahead {
            true => Passes::flat(NesterovLookahead::new(0.5, 0.5), 3),
            false => Passes::flat(Momentum::torch(), 3),
        };
        Accumulated::new(Box::new(inner), 2)
    };
    assert!(around(true).looks_ahead() && !around(false).looks_ahead());
    let mut optimizer = around(false);
    optimizer.set_policy(NonFinite::Skip);
    optimizer.step(&mut [0.0; 3], &[f64::NAN, 1.0, f64::INFINITY]).unwrap();
    assert_eq!((optimizer.report().non_finite, optimizer.report().skipped), (2, 1));
}

#[test]
fn a_gradient_too_large_for_the_rule_is_refused_and_for_others_is_not() {
    let huge = [1.0f32, -1e30];
    let mut parameters = [0.0f32; 2];
    for name in ["adam", "rmsprop", "adagrad", "adamw", "amsgrad", "yogi", "adabelief"] {
        let dialect = Entry::named(name).unwrap().dialects()[0];
        let mut optimizer = Specification::new(name, dialect).build::<f32>(Layout::flat(2).into()).unwrap();
        let error = optimizer.step(&mut parameters, &huge).unwrap_err();
        assert!(matches!(error, OptimError::TooLarge { index: 1, .. }), "{name}: {error}");
        assert_eq!(parameters, [0.0; 2], "{name}");
        assert!(error.to_string().contains("-1.000e30 at element 1"), "{error}");
        optimizer.set_policy(NonFinite::Skip);
        optimizer.step(&mut parameters, &huge).unwrap();
        assert_eq!((parameters, optimizer.report().skipped), ([0.0; 2], 1), "{name}");
        // An element that was refused has not been frozen.
        optimizer.step(&mut parameters, &[1.0, 1.0]).unwrap();
        assert!(parameters.iter().all(|parameter| *parameter < 0.0), "{name}: {parameters:?}");
        parameters = [0.0; 2];
    }
    Passes::<f32>::flat(Sgd { learning_rate: 1.0 }, 2).step(&mut parameters, &huge).unwrap();
    assert_eq!(parameters, [-1.0, 1e30]);
    let mut clipped = Specification::new("adam", Dialect::Book)
        .before(StageSpecification::new("clip-by-value").with("largest", 1.0))
        .build::<f32>(Layout::flat(2).into())
        .unwrap();
    clipped.step(&mut [0.0; 2], &huge).unwrap();
    Passes::<f64>::flat(Adam::book(), 2).step(&mut [0.0; 2], &[1.0, -1e30]).unwrap();
}

/// Gradients whose squares are infinite in 32 bits: they are refused, or every rule goes on and none of its elements stands still.
#[test]
fn no_rule_stands_still_after_a_gradient_whose_square_is_infinite() {
    let mut refused = 0;
    for entry in CATALOG.iter().filter(|entry| !entry.looks_ahead()) {
        for dialect in entry.dialects() {
            let name = entry.info.name;
            for huge in [3e19f32, 1e22, 1e26, 1e38] {
                let mut layout = Layout::new();
                layout.add("w", &[2, 2]).unwrap();
                let spec = Specification::new(name, dialect).with("learning_rate", 0.01);
                let mut optimizer = spec.build::<f32>(Arc::new(layout)).unwrap();
                let mut parameters = vec![0.5f32; optimizer.layout().len()];
                let gradients: Vec<f32> =
                    (0..parameters.len()).map(|i| if i == 1 { huge } else { 1.0 }).collect();
                let said = format!("{name} {dialect} {huge:e}");
                if let Err(error) = optimizer.step(&mut parameters, &gradients) {
                    assert!(matches!(error, OptimError::TooLarge { index: 1, .. }), "{said}: {error}");
                    assert!(parameters.iter().take(4).all(|parameter| *parameter == 0.5), "{said}");
                    refused += 1;
                    continue;
                }
                for (buffer, arena) in optimizer.state() {
                    assert!(arena.values().iter().all(|value| value.is_finite()), "{said}: {buffer}");
                }
                assert!(
                    parameters[..4].iter().all(|parameter| parameter.is_finite()),
                    "{said}: {parameters:?}"
                );
            }
        }
    }
    assert!(refused > 60, "{refused}");
}

#[test]
fn nothing_divided_by_nothing_is_said_and_changes_nothing() {
    let adam = Specification::new("adam", Dialect::Torch).with("epsilon", 0.0);
    let mut optimizer = adam.build::<f32>(Layout::flat(3).into()).unwrap();
    let mut parameters = [1.0f32; 3];
    let error = optimizer.step(&mut parameters, &[1.0, 0.0, 1.0]).unwrap_err();
    assert_eq!(error, OptimError::ZeroOverZero { tensor: "parameters".into(), index: 1 });
    assert_eq!(parameters, [1.0; 3]);
    // An element that has moved before has something to be divided by.
    optimizer.step(&mut parameters, &[1.0, 1.0, 1.0]).unwrap();
    optimizer.step(&mut parameters, &[1.0, 0.0, 1.0]).unwrap();
    assert!(parameters.iter().all(|parameter| *parameter < 1.0), "{parameters:?}");
    optimizer.set_policy(NonFinite::Allow);
    let mut fresh = adam.build::<f32>(Layout::flat(1).into()).unwrap();
    fresh.set_policy(NonFinite::Allow);
    let mut parameter = [1.0f32];
    fresh.step(&mut parameter, &[0.0]).unwrap();
    assert!(parameter[0].is_nan(), "as in torch and keras");
}
