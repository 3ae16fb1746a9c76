use super::*;
use crate::{
    Dialect, Match, NonFinite, Plan, Schedule, Shape, Slot, StageSpecification, layer_wise_rate_decay,
    no_decay_on_vectors, state_bytes,
};
use std::sync::Arc;
use thalweg_arena::{Checkpoint, Layout};

fn layout() -> Arc<Layout> {
    let mut layout = Layout::new();
    for (name, shape) in
        [("W1", &[3, 4][..]), ("b1", &[4]), ("W2", &[4, 2]), ("b2", &[2]), ("W3", &[2, 2]), ("b3", &[2])]
    {
        layout.add(name, shape).unwrap();
    }
    Arc::new(layout)
}

fn base() -> Specification {
    Specification::new("adamw", Dialect::Torch).with("learning_rate", 0.1).with("weight_decay", 0.5)
}

fn grouped(groups: Vec<GroupSpecification>) -> Specification {
    Specification { groups, ..base() }
}

fn error(groups: Vec<GroupSpecification>) -> String {
    match grouped(groups).build::<f32>(layout()) {
        Ok(_) => panic!("should be refused"),
        Err(error) => error.to_string(),
    }
}

fn gradients(layout: &Layout, step: usize) -> Vec<f64> {
    (0..layout.len()).map(|i| ((i * 7 + step * 3) as f64).sin()).collect()
}

/// Parameters after three steps.
fn run(spec: &Specification) -> Vec<f64> {
    let layout = layout();
    let mut optimizer = spec.build::<f64>(layout.clone()).unwrap();
    let mut parameters = vec![1.0; layout.len()];
    for step in 0..3 {
        optimizer.step(&mut parameters, &gradients(&layout, step)).unwrap();
    }
    parameters
}

#[test]
fn every_tensor_belongs_to_exactly_one_group() {
    let matrices = || GroupSpecification::new("matrices", Match::least_rank(2));
    let message = error(vec![matrices()]);
    assert!(message.contains("`b1` belongs to no group; `b2` belongs to no group"), "{message}");
    assert!(message.contains("matrices        rank 2 and more: W1 W2 W3"), "{message}");
    let message = error(vec![
        matrices(),
        GroupSpecification::new("first", Match::names(["*1"])),
        GroupSpecification::new("rest", Match::default()),
    ]);
    assert!(message.contains("`W1` belongs to matrices and first"), "{message}");
    let message = error(vec![
        GroupSpecification::new("heads", Match::names(["head*"])),
        GroupSpecification::new("rest", Match::default()),
    ]);
    assert!(message.contains("`heads` (head*) takes no parameter"), "{message}");
    let rest = || GroupSpecification::new("rest", Match::default());
    assert!(error(vec![rest(), rest()]).contains("two groups are called `rest`"));
}

#[test]
fn groups_are_what_separate_optimizers_would_be() {
    let spec = grouped(vec![
        GroupSpecification {
            rule: Some("sgd".into()),
            ..GroupSpecification::new("vectors", Match::largest_rank(1)).with("learning_rate", 0.01)
        },
        GroupSpecification::new("first", Match::names(["W1"])).with_rate_factor(0.5),
        GroupSpecification::new("last", Match::names(["W3"])).frozen(),
        GroupSpecification::new("rest", Match::default()),
    ]);
    let (layout, found) = (layout(), run(&spec));
    let alone = |spec: Specification| {
        let mut optimizer = spec.build::<f64>(layout.clone()).unwrap();
        let mut parameters = vec![1.0; layout.len()];
        (0..3).for_each(|step| optimizer.step(&mut parameters, &gradients(&layout, step)).unwrap());
        parameters
    };
    let sgd = alone(Specification::new("sgd", Dialect::Torch).with("learning_rate", 0.01));
    let (half, full) = (alone(base().with("learning_rate", 0.05)), alone(base()));
    for (name, expected) in [("b1", &sgd), ("b3", &sgd), ("W1", &half), ("W2", &full)] {
        let range = layout.find(name).unwrap().range.clone();
        assert_eq!(found[range.clone()], expected[range], "{name}");
    }
    assert_eq!(found[layout.find("W3").unwrap().range.clone()], [1.0; 4]);
}

#[test]
fn stages_before_groups_see_all_parameters_that_move() {
    let clip = |spec: Specification| {
        spec.before(StageSpecification::new("clip-by-global-norm").with("largest", 0.1))
    };
    let two = clip(grouped(vec![
        GroupSpecification::new("vectors", Match::largest_rank(1)),
        GroupSpecification::new("rest", Match::default()),
    ]));
    let (grouped, whole) = (run(&two), run(&clip(base())));
    for tensor in layout().tensors() {
        assert_eq!(grouped[tensor.range.clone()], whole[tensor.range.clone()], "{}", tensor.name);
    }
    // Tensor by tensor, in another order, the same.
    let layout = layout();
    let mut optimizer = two.build::<f64>(layout.clone()).unwrap();
    let mut parameters = vec![vec![1.0; 12]; 6];
    for step in 0..3 {
        let gradients = gradients(&layout, step);
        let tensors = layout.tensors().iter().zip(&mut parameters).enumerate().rev();
        let slots = tensors.map(|(index, (tensor, parameters))| {
            let (parameters, gradients) = (&mut parameters[..tensor.len()], &gradients[tensor.range.clone()]);
            Slot { index, parameters, gradients }
        });
        optimizer.step_tensors(slots.collect()).unwrap();
    }
    for (tensor, parameters) in layout.tensors().iter().zip(&parameters) {
        for (found, expected) in parameters.iter().zip(&whole[tensor.range.clone()]) {
            // The norm is added up in another order.
            assert!((found - expected).abs() <= 1e-13, "{}", tensor.name);
        }
    }
    assert!(optimizer.report().total.clipped);
}

#[test]
fn the_helpers_group_as_they_say() {
    let layout = layout();
    let spec = no_decay_on_vectors(base(), &layout);
    let plan = Plan::new::<f32>(&spec, &layout).unwrap();
    let text = plan.to_string();
    assert!(text.contains("decay           adamw (torch), rate 0.1; 3 tensors, 24 parameters"), "{text}");
    assert!(text.contains("no decay        adamw (torch), rate 0.1; 3 tensors, 8 parameters"), "{text}");
    let found = run(&spec);
    let free = run(&base().with("weight_decay", 0.0));
    let range = layout.find("b2").unwrap().range.clone();
    assert_eq!(found[range.clone()], free[range]);
    let spec = layer_wise_rate_decay(base(), &layout, 0.5);
    let plan = Plan::new::<f32>(&spec, &layout).unwrap();
    let rates: Vec<f64> = plan.groups.iter().map(|group| group.learning_rate.unwrap()).collect();
    assert_eq!(rates, [0.025, 0.05, 0.1]);
    assert_eq!(plan.groups[0].tensors, [0, 1]);
}

#[test]
fn a_plan_shows_what_comes_before_the_groups_with_its_memory() {
    let layout = layout();
    let spec = no_decay_on_vectors(base(), &layout);
    assert_eq!(Plan::new::<f32>(&spec, &layout).unwrap().shared, None);
    let (clip, trace) = (
        StageSpecification::new("clip-by-global-norm").with("largest", 0.1),
        StageSpecification::new("trace").with("momentum", 0.9),
    );
    let mut spec = Specification { before: vec![clip, trace], ..spec };
    for frozen in [false, true] {
        spec.groups[1].frozen = frozen;
        let text = Plan::new::<f32>(&spec, &layout).unwrap().to_string();
        let bytes = state_bytes(spec.build::<f32>(layout.clone()).unwrap().as_ref());
        let groups: usize =
            Plan::new::<f32>(&spec, &layout).unwrap().groups.iter().map(|group| group.state_bytes).sum();
        let line =
            format!("before groups   clip-by-global-norm -> trace; {} bytes of state\n", bytes - groups);
        assert!(text.starts_with(&line) && bytes > groups, "{text} {line}");
    }
}

#[test]
fn a_gradient_that_is_not_finite_stops_every_group() {
    let spec = no_decay_on_vectors(base(), &layout());
    let layout = layout();
    let mut optimizer = spec.build::<f64>(layout.clone()).unwrap();
    let mut parameters = vec![1.0; layout.len()];
    let mut bad = gradients(&layout, 0);
    bad[layout.find("b3").unwrap().range.start] = f64::INFINITY;
    let message = optimizer.step(&mut parameters, &bad).unwrap_err().to_string();
    assert!(message.contains("the gradient of `b3` is inf at element 0"), "{message}");
    assert!(parameters.iter().all(|&p| p == 1.0));
    assert_eq!((optimizer.steps(), optimizer.report().non_finite), (0, 1));
    optimizer.set_policy(NonFinite::Skip);
    optimizer.step(&mut parameters, &bad).unwrap();
    assert!(parameters.iter().all(|&p| p == 1.0));
    assert_eq!((optimizer.steps(), optimizer.report().skipped), (0, 1));
    optimizer.step(&mut parameters, &gradients(&layout, 0)).unwrap();
    assert_eq!((optimizer.steps(), optimizer.report().non_finite), (1, 0));
}

#[test]
fn the_report_has_a_row_for_each_group() {
    let layout = layout();
    let mut optimizer = no_decay_on_vectors(base(), &layout).build::<f64>(layout.clone()).unwrap();
    optimizer.measure(true);
    let mut parameters = vec![2.0; layout.len()];
    let gradients = vec![0.5; layout.len()];
    optimizer.step(&mut parameters, &gradients).unwrap();
    let report = optimizer.report();
    assert_eq!(
        report.groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>(),
        ["decay", "no decay"]
    );
    assert_eq!(report.total.learning_rate, Some(0.1));
    assert!((report.groups[0].gradient_norm - 0.5 * 24f64.sqrt()).abs() < 1e-12, "{report:?}");
    assert!((report.groups[1].parameter_norm - 2.0 * 8f64.sqrt()).abs() < 1e-12);
    assert!((report.total.parameter_norm - 2.0 * 32f64.sqrt()).abs() < 1e-12);
    // Adam's first step is the rate; decay adds 0.1 · 0.5 · 2.
    assert!((report.groups[1].update_norm - 0.1 * 8f64.sqrt()).abs() < 1e-6);
    assert!((report.groups[0].update_norm - 0.2 * 24f64.sqrt()).abs() < 1e-6);
}

fn halving() -> Schedule {
    Schedule { shape: Shape::Exponential { decay: 0.5 }, warmup: 0 }
}

/// Vectors by torch's SGD, the rest by AdamW, all gradients through `before`.
fn mixed(before: Vec<StageSpecification>) -> Specification {
    let vectors = GroupSpecification {
        rule: Some("sgd".into()),
        ..GroupSpecification::new("vectors", Match::largest_rank(1))
    };
    Specification { before, ..grouped(vec![vectors, GroupSpecification::new("rest", Match::default())]) }
}

#[test]
fn a_schedule_holds_in_every_group_that_has_the_hyper_parameter() {
    let scheduled =
        Specification { schedules: BTreeMap::from([("beta1".into(), halving())]), ..mixed(Vec::new()) };
    let layout = layout();
    let mut by_hand = mixed(Vec::new()).build::<f64>(layout.clone()).unwrap();
    let mut expected = vec![1.0; layout.len()];
    for step in 0..3 {
        by_hand.set("beta1", 0.9 * 0.5f64.powi(step)).unwrap();
        by_hand.step(&mut expected, &gradients(&layout, step as usize)).unwrap();
    }
    assert_eq!(run(&scheduled), expected);
    assert_ne!(run(&mixed(Vec::new())), expected);
    let unknown =
        Specification { schedules: BTreeMap::from([("betta1".into(), halving())]), ..mixed(Vec::new()) };
    let error = unknown.build::<f64>(layout).err().unwrap().to_string();
    assert!(error.contains("`betta1`; did you mean `beta1`?"), "{error}");
}

#[test]
fn stages_before_groups_can_be_scheduled_and_set() {
    let clip = || StageSpecification::new("clip-by-global-norm").with("largest", 0.1);
    let spec = mixed(vec![clip()]);
    let scheduled =
        Specification { schedules: BTreeMap::from([("largest".into(), halving())]), ..spec.clone() };
    let layout = layout();
    let mut by_hand = spec.build::<f64>(layout.clone()).unwrap();
    let mut expected = vec![1.0; layout.len()];
    for step in 0..3 {
        by_hand.set("largest", 0.1 * 0.5f64.powi(step)).unwrap();
        by_hand.step(&mut expected, &gradients(&layout, step as usize)).unwrap();
    }
    assert_eq!(run(&scheduled), expected);
    assert_ne!(run(&spec), expected);
    // ε is the rules', not the clipping's.
    let with = |epsilon: f64| {
        let spec = mixed(vec![clip().with("epsilon", epsilon)]);
        let mut optimizer = spec.build::<f64>(layout.clone()).unwrap();
        optimizer.set("epsilon", 0.5).unwrap();
        let mut parameters = vec![1.0; layout.len()];
        optimizer.step(&mut parameters, &gradients(&layout, 0)).unwrap();
        parameters
    };
    assert_ne!(with(0.0), with(0.5));
}

#[test]
fn what_is_set_is_checked_in_every_group_first() {
    let layout = layout();
    let mut optimizer = mixed(Vec::new()).build::<f64>(layout.clone()).unwrap();
    let mut untouched = mixed(Vec::new()).build::<f64>(layout.clone()).unwrap();
    for (name, value, message) in [
        ("beta1", 1.0, "beta1 = 1 is out of range; it must be a number of at least 0 and below 1"),
        ("learning_rate", -1.0, "learning_rate = -1 is out of range"),
        ("momentum", 0.9, "`momentum` decides how the optimizer is put together"),
        ("betta1", 0.9, "did you mean `beta1`?"),
    ] {
        let error = optimizer.set(name, value).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
    let (mut a, mut b) = (vec![1.0; layout.len()], vec![1.0; layout.len()]);
    optimizer.step(&mut a, &gradients(&layout, 0)).unwrap();
    untouched.step(&mut b, &gradients(&layout, 0)).unwrap();
    assert_eq!(a, b);
}

#[test]
fn stages_before_groups_go_on_where_they_were() {
    let layout = layout();
    for stage in [StageSpecification::new("trace"), StageSpecification::new("noise")] {
        let spec = mixed(vec![stage]);
        let mut straight = spec.build::<f64>(layout.clone()).unwrap();
        let mut parameters = vec![1.0; layout.len()];
        (0..2).for_each(|step| straight.step(&mut parameters, &gradients(&layout, step)).unwrap());
        let mut checkpoint = Checkpoint::default();
        spec.save(straight.as_ref(), &mut checkpoint);
        let mut resumed = spec.build::<f64>(layout.clone()).unwrap();
        spec.load(resumed.as_mut(), &checkpoint).unwrap();
        let mut again = parameters.clone();
        for step in 2..4 {
            straight.step(&mut parameters, &gradients(&layout, step)).unwrap();
            resumed.step(&mut again, &gradients(&layout, step)).unwrap();
        }
        assert_eq!(again, parameters, "{}", spec.before[0].stage);
    }
}

/// One group of matrices and one of everything else, with nothing of their own.
fn two_groups() -> Vec<GroupSpecification> {
    vec![
        GroupSpecification::new("matrices", Match::least_rank(2)),
        GroupSpecification::new("rest", Match::default()),
    ]
}

#[test]
fn what_is_one_number_for_all_parameters_is_one_for_all_groups() {
    let clip = StageSpecification::new("clip-by-global-norm").with("largest", 0.01);
    let specifications = [
        Specification::new("prodigy", Dialect::Paper).with("d0", 1e-2),
        Specification::new("dadapt-adam", Dialect::Optax).with("d0", 1e-2),
        base().after(clip.clone()),
        base().before(clip),
        base().after(StageSpecification::new("normalise").with("together", 1.0)),
    ];
    for alone in specifications {
        let grouped = Specification { groups: two_groups(), ..alone.clone() };
        let (one, several) = (run(&alone), run(&grouped));
        let layout = layout();
        for range in layout.tensors().iter().map(|tensor| tensor.range.clone()) {
            let pairs = one[range.clone()].iter().zip(&several[range]);
            pairs.for_each(|(one, other)| assert!((one - other).abs() < 1e-13, "{alone:?}: {one} {other}"));
        }
        // The same where tensors are given one by one.
        let mut optimizer = grouped.build::<f64>(layout.clone()).unwrap();
        let mut parameters = vec![1.0; layout.len()];
        for step in 0..3 {
            let gradients = gradients(&layout, step);
            let mut rest = parameters.as_mut_slice();
            let (mut slots, mut taken) = (Vec::new(), 0);
            for (index, tensor) in layout.tensors().iter().enumerate() {
                let (own, behind) =
                    std::mem::take(&mut rest)[tensor.range.start - taken..].split_at_mut(tensor.range.len());
                (rest, taken) = (behind, tensor.range.end);
                slots.push(Slot { index, parameters: own, gradients: &gradients[tensor.range.clone()] });
            }
            optimizer.step_tensors(slots).unwrap();
        }
        for tensor in layout.tensors() {
            let pairs = several[tensor.range.clone()].iter().zip(&parameters[tensor.range.clone()]);
            pairs.for_each(|(whole, some)| assert!((whole - some).abs() < 1e-13, "{whole} {some}"));
        }
    }
}

#[test]
fn a_group_is_found_by_its_name_and_changed_alone() {
    let layout = layout();
    let mut optimizer = grouped(two_groups()).build::<f64>(layout.clone()).unwrap();
    assert!(optimizer.group_mut("others").is_none());
    optimizer.group_mut("rest").unwrap().set("learning_rate", 0.0).unwrap();
    let mut parameters = vec![1.0; layout.len()];
    optimizer.step(&mut parameters, &gradients(&layout, 0)).unwrap();
    for tensor in layout.tensors() {
        let moved = parameters[tensor.range.clone()].iter().any(|&value| value != 1.0);
        assert_eq!(moved, tensor.shape.len() == 2, "{}", tensor.name);
    }
}
