use super::*;
use crate::{Dialect, GroupSpecification, Match, OptimError, Optimizer, Schedule, Shape, Specification};
use crate::{StageSpecification, state_of};
use serde_json::{Value, json};
use std::sync::Arc;
use thalweg_arena::{Checkpoint, Layout};

fn layout(last: &[usize]) -> Arc<Layout> {
    let mut layout = Layout::new();
    layout.add("w", &[2, 3]).unwrap();
    layout.add("b", &[3]).unwrap();
    layout.add("out.w", last).unwrap();
    Arc::new(layout)
}

fn torch(rule: &str) -> Specification {
    Specification::new(rule, Dialect::Torch).with("learning_rate", 0.05)
}

/// Steps with gradients that differ, from `first` on.
fn walk(optimizer: &mut dyn Optimizer<f64>, parameters: &mut [f64], steps: std::ops::Range<usize>) {
    for step in steps {
        let gradients: Vec<f64> =
            parameters.iter().enumerate().map(|(k, p)| p + ((step * 7 + k) as f64).sin()).collect();
        optimizer.step(parameters, &gradients).unwrap();
    }
}

fn start(layout: &Layout) -> Vec<f64> {
    (0..layout.len()).map(|k| (k as f64 * 0.7).cos()).collect()
}

fn walked(specification: &Specification) -> (Box<dyn Optimizer<f64>>, Vec<f64>) {
    let layout = layout(&[4]);
    let mut optimizer = specification.build::<f64>(layout.clone()).unwrap();
    let mut parameters = start(&layout);
    walk(optimizer.as_mut(), &mut parameters, 0..4);
    (optimizer, parameters)
}

fn every_rule() -> Vec<Specification> {
    let mut all: Vec<Specification> = [
        "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam", "adamw", "amsgrad",
        "adamax", "nadam", "radam", "rprop",
    ]
    .map(torch)
    .into();
    all.push(torch("sgd").with("momentum", 0.9).with("nesterov", 1.0));
    all.push(torch("sgd").with("momentum", 0.9).with("dampening", 0.5).with("weight_decay", 0.1));
    all.push(torch("rmsprop").with("momentum", 0.5).with("centered", 1.0));
    all.push(torch("adagrad").with("initial_accumulator", 0.1).with("rate_decay", 0.1));
    all.push(torch("adam").with("amsgrad", 1.0).with("maximize", 1.0));
    all.push(torch("nadam").with("decoupled_weight_decay", 1.0).with("weight_decay", 0.1));
    let mut grouped = torch("nadam");
    grouped.groups = vec![
        GroupSpecification::new("vectors", Match::names(["*b"]))
            .with("weight_decay", 0.0)
            .with_rate_factor(0.5),
        GroupSpecification::new("rest", Match::default()),
    ];
    all.push(grouped);
    all.push(torch("adam").with_schedule(Schedule { shape: Shape::Exponential { decay: 0.5 }, warmup: 0 }));
    all
}

#[test]
fn every_rule_goes_on_where_it_stopped() {
    for specification in every_rule() {
        let (mut optimizer, mut parameters) = walked(&specification);
        let (tensors, groups) = export(&specification, optimizer.as_ref()).unwrap();
        // Through bytes, as through files.
        let tensors = Checkpoint::parse(&tensors.to_bytes().unwrap(), "test").unwrap();
        let mut other = specification.build::<f64>(layout(&[4])).unwrap();
        let differences = import(&specification, other.as_mut(), &tensors, &groups).unwrap();
        assert!(differences.is_empty(), "{differences:?}");
        let mut same = parameters.clone();
        walk(optimizer.as_mut(), &mut parameters, 4..8);
        walk(other.as_mut(), &mut same, 4..8);
        assert_eq!(parameters, same, "{specification:?}");
        assert_eq!(optimizer.counts(), other.counts());
    }
}

#[test]
fn the_layout_is_torchs() {
    let specification = torch("adamw").with("weight_decay", 0.2);
    let (optimizer, _) = walked(&specification);
    let (tensors, groups) = export(&specification, optimizer.as_ref()).unwrap();
    let names: Vec<&str> = tensors.names().map(|(name, _)| name).collect();
    let of = |index: usize| ["exp_avg", "exp_avg_sq", "step"].map(|name| format!("state.{index}.{name}"));
    assert_eq!(names, [of(0), of(1), of(2)].concat());
    assert_eq!(tensors.get::<f32>("state.2.step").unwrap(), (vec![], vec![4.0]));
    let (shape, moment) = tensors.get::<f64>("state.0.exp_avg").unwrap();
    assert_eq!((shape, Some(moment)), (vec![2, 3], state_of(optimizer.as_ref(), "first_moment", "w")));
    let groups: Value = serde_json::from_str(&groups).unwrap();
    assert_eq!(
        groups,
        json!({"format": "torch.optim.AdamW", "param_groups": [{
            "lr": 0.05, "betas": [0.9, 0.999], "eps": 1e-8, "weight_decay": 0.2, "amsgrad": false, "maximize": false,
            "decoupled_weight_decay": true, "foreach": null, "capturable": false, "differentiable": false, "fused": null,
            "params": [0, 1, 2], "param_names": ["w", "b", "out.w"],
        }]})
    );
}

#[test]
fn without_names_the_place_in_the_group_counts_and_with_them_the_name() {
    let specification = every_rule().into_iter().find(|one| !one.groups.is_empty()).unwrap();
    let (optimizer, _) = walked(&specification);
    let (tensors, text) = export(&specification, optimizer.as_ref()).unwrap();
    let written: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(written["param_groups"][0]["params"], json!([1]));
    assert_eq!(written["param_groups"][1]["params"], json!([0, 2]));
    let mut bare = written.clone();
    for group in bare["param_groups"].as_array_mut().unwrap() {
        group.as_object_mut().unwrap().remove("param_names");
    }
    // The same parameters in one group with the names the other way round.
    let mut one = written["param_groups"][1].clone();
    (one["params"], one["param_names"]) = (json!([2, 1, 0]), json!(["out.w", "b", "w"]));
    let one = json!({"format": "torch.optim.NAdam", "param_groups": [one]});
    for groups in [bare, one] {
        let mut other = specification.build::<f64>(layout(&[4])).unwrap();
        import(&specification, other.as_mut(), &tensors, &groups.to_string()).unwrap();
        for tensor in ["w", "b", "out.w"] {
            let of = |optimizer: &dyn Optimizer<f64>| state_of(optimizer, "second_moment", tensor);
            assert_eq!(of(optimizer.as_ref()), of(other.as_ref()), "{tensor}");
        }
        assert_eq!(optimizer.numbers(), other.numbers());
    }
}

/// What importing says, after making sure that nothing changed.
fn refused(specification: &Specification, shape: &[usize], tensors: &Checkpoint, groups: &str) -> String {
    let mut optimizer = specification.build::<f64>(layout(shape)).unwrap();
    let before: Vec<Vec<f64>> = optimizer.state().iter().map(|(_, arena)| arena.values().to_vec()).collect();
    let error = import(specification, optimizer.as_mut(), tensors, groups).unwrap_err();
    let after: Vec<Vec<f64>> = optimizer.state().iter().map(|(_, arena)| arena.values().to_vec()).collect();
    assert_eq!((before, optimizer.steps()), (after, 0));
    error.to_string()
}

#[test]
fn every_mismatch_is_named_and_nothing_changes() {
    let amsgrad = torch("amsgrad");
    let (optimizer, _) = walked(&amsgrad);
    let (tensors, groups) = export(&amsgrad, optimizer.as_ref()).unwrap();
    let has = |text: String, parts: &[&str]| {
        for part in parts {
            assert!(text.contains(part), "`{part}` in {text}");
        }
    };
    has(
        refused(&torch("adamw"), &[4], &tensors, &groups),
        &[
            "it is of torch.optim.Adam, and this is torch.optim.AdamW",
            "tensor `state.0.max_exp_avg_sq` is not of this rule's state",
            "tensor `state.2.max_exp_avg_sq`",
        ],
    );
    has(refused(&torch("rprop"), &[4], &tensors, &groups), &["state.1.prev", "(of `b`)", "state.1.exp_avg"]);
    has(
        refused(&amsgrad, &[5], &tensors, &groups),
        &["tensor `state.2.exp_avg` of `out.w` has shape [4] where [5] is expected"],
    );
    has(
        refused(&amsgrad, &[4], &tensors, &groups.replace("\"out.w\"", "\"head\"")),
        &["there is no parameter `out.w`", "`head` is not a parameter"],
    );
    has(refused(&amsgrad, &[4], &tensors, "[1"), &["the JSON beside the tensors cannot be read"]);
    let mut halved = tensors.clone();
    halved.put("state.0.step", &[], &[1.5f32]);
    has(
        refused(&amsgrad, &[4], &halved, &groups),
        &["`state.0.step` of `w` is 1.5, which is no number of steps"],
    );
    let bare = json!({"format": "torch.optim.Adam", "param_groups": [{"params": [0]}, {"params": [1, 2]}]});
    has(
        refused(&amsgrad, &[4], &tensors, &bare.to_string()),
        &["it has 2 groups where 1 are expected", "group 1 has 1 parameters where 3 are expected"],
    );
}

#[test]
fn other_hyperparameters_are_reported_and_parameters_without_state_start_anew() {
    let specification = torch("rprop");
    let (optimizer, _) = walked(&specification);
    let (tensors, groups) = export(&specification, optimizer.as_ref()).unwrap();
    let mut some = Checkpoint::new();
    for name in ["state.0.prev", "state.0.step_size"] {
        let (shape, values) = tensors.get::<f64>(name).unwrap();
        some.put(name, &shape, &values);
    }
    some.put("state.0.step", &[], &[4f32]);
    let slower = torch("rprop").with("learning_rate", 0.01).with("shrink", 0.4);
    let mut other = slower.build::<f64>(layout(&[4])).unwrap();
    let mut differences = import(&slower, other.as_mut(), &some, &groups).unwrap();
    differences.sort();
    assert_eq!(
        differences,
        ["etas is [0.5,1.2] in the file and [0.4,1.2] here", "lr is 0.05 in the file and 0.01 here"]
    );
    assert_eq!(
        (other.counts(), state_of(other.as_ref(), "step_size", "b")),
        (&[4, 0, 0][..], Some(vec![0.01; 3]))
    );
}

#[test]
fn what_torch_does_not_have_is_refused_by_name() {
    let says = |specification: Specification, part: &str| {
        let optimizer = specification.build::<f64>(layout(&[4])).unwrap();
        let error = export(&specification, optimizer.as_ref()).unwrap_err();
        assert!(matches!(error, OptimError::Contradiction(_)) && error.to_string().contains(part), "{error}");
    };
    says(torch("asgd"), "no torch state for `asgd` in dialect `torch`");
    says(Specification::new("adam", Dialect::Keras), "no torch state for `adam` in dialect `keras`");
    says(torch("adam").after(StageSpecification::new("lookahead")), "the stage `lookahead` after the rule");
    says(Specification { accumulate: 2, ..torch("adam") }, "accumulated gradients");
    let mut mixed = torch("adam");
    let other =
        GroupSpecification { rule: Some("sgd".into()), ..GroupSpecification::new("b", Match::names(["b"])) };
    mixed.groups = vec![other, GroupSpecification::new("rest", Match::default())];
    says(mixed, "the groups `b` and `rest` are of different classes, SGD and Adam");
    let frozen = torch("adam");
    let group = GroupSpecification::new("b", Match::names(["b"])).frozen();
    let frozen =
        Specification { groups: vec![group, GroupSpecification::new("rest", Match::default())], ..frozen };
    let (optimizer, _) = walked(&frozen);
    let (tensors, groups) = export(&frozen, optimizer.as_ref()).unwrap();
    assert!(tensors.names().all(|(name, _)| !name.starts_with("state.1.")));
    assert!(groups.contains("\"b\""), "{groups}");
}
