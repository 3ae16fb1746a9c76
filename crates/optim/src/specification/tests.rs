use super::*;

fn message(spec: &Specification) -> String {
    match spec.build::<f32>(Arc::new(Layout::flat(1))) {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn mistakes_are_named_with_what_to_do() {
    let book = |rule: &str| Specification::new(rule, Dialect::Book);
    assert_eq!(message(&book("adamm")), "there is no rule called `adamm`; did you mean `adam`?");
    assert_eq!(
        message(&book("adam").with("beta", 0.9)),
        "there is no hyper-parameter of this rule called `beta`; did you mean `beta1`?"
    );
    assert_eq!(
        message(&book("adam").with("beta1", 1.0)),
        "beta1 = 1 is out of range; it must be a number of at least 0 and below 1"
    );
    assert!(
        message(&book("sgd").with("learning_rate", f64::NAN)).contains("learning_rate = NaN is out of range")
    );
    assert_eq!(
        message(&Specification::new("nesterov-as-printed", Dialect::Torch)),
        "`nesterov-as-printed` has no dialect `torch`; it has `book`"
    );
    let error = message(&book("adam").with("amsgrad", 1.0));
    assert!(error.starts_with("`adam` has no `amsgrad` in dialect `book`"), "{error}");
    assert!(error.ends_with("`torch`, `keras` has it"), "{error}");
    let clip = |name: &str| book("sgd").before(StageSpecification::new(name));
    assert!(message(&clip("clip-by-globl-norm")).ends_with("did you mean `clip-by-global-norm`?"));
    assert_eq!(
        message(&clip("clip-by-global-norm")),
        "the stage `clip-by-global-norm` needs `largest`: the most that passes"
    );
}

#[test]
fn resolved_values_are_the_defaults_and_what_was_set() {
    let spec = Specification::new("adam", Dialect::Book).with("beta1", 0.5);
    let values = spec.resolved().unwrap();
    assert_eq!(values, [("learning_rate", 1e-3), ("beta1", 0.5), ("beta2", 0.999), ("epsilon", 1e-7)]);
}

#[test]
fn old_files_without_the_newer_keys_are_read() {
    let text = r#"{"rule": "adam", "dialect": "book", "hyperparameters": {}, "schedule": {"shape": "constant", "warmup": 0}}"#;
    let spec: Specification = serde_json::from_str(text).unwrap();
    assert_eq!(spec, Specification::new("adam", Dialect::Book));
    assert_eq!(serde_json::to_string(&spec).unwrap(), text.replace(": ", ":").replace(", ", ","));
}

#[test]
fn the_fingerprint_is_of_the_structure_and_not_of_the_values() {
    let spec = Specification::new("adam", Dialect::Torch);
    assert_eq!(spec.fingerprint(), spec.clone().with("learning_rate", 0.5).fingerprint());
    let others = [
        Specification::new("adamw", Dialect::Torch),
        Specification::new("adam", Dialect::Optax),
        spec.clone().after(StageSpecification::new("cautious")),
        Specification { state: Format::Bf16, ..spec.clone() },
    ];
    for other in others {
        assert_ne!(other.fingerprint(), spec.fingerprint(), "{other:?}");
    }
}

#[test]
fn names_of_other_libraries_and_any_case_are_understood_and_said_in_our_words() {
    let spec =
        Specification::new("AdamW", Dialect::Torch).with("lr", 0.5).with("wd", 0.25).with("EPS", 0.125);
    let ours = Specification::new("adamw", Dialect::Torch)
        .with("learning_rate", 0.5)
        .with("weight_decay", 0.25)
        .with("epsilon", 0.125);
    assert_eq!(spec.in_our_words().unwrap(), ours);
    assert_eq!(spec.resolved().unwrap(), ours.resolved().unwrap());
    let step = |spec: &Specification| {
        let (mut optimizer, mut parameters) = (spec.build::<f64>(Arc::new(Layout::flat(1))).unwrap(), [1.0]);
        optimizer.step(&mut parameters, &[0.5]).unwrap();
        parameters
    };
    assert_eq!(step(&spec), step(&ours));
    let twice = message(&spec.with("learning_rate", 0.1));
    assert!(twice.starts_with("`learning_rate` is given twice"), "{twice}");
    assert!(message(&Specification::new("Adamm", Dialect::Book)).ends_with("did you mean `adam`?"));
    let unknown = message(&Specification::new("Adam", Dialect::Book).with("lrr", 0.1));
    assert!(unknown.starts_with("there is no hyper-parameter of this rule called `lrr`"), "{unknown}");
}

#[test]
fn torch_and_optax_take_a_momentum_above_1_and_others_refuse_it() {
    for (dialect, taken) in
        [(Dialect::Torch, true), (Dialect::Optax, true), (Dialect::Keras, false), (Dialect::Book, false)]
    {
        let error = message(&Specification::new("momentum", dialect).with("momentum", 1.5));
        assert_eq!(error.is_empty(), taken, "{dialect}: {error}");
    }
    assert_eq!(
        message(&Specification::new("sgd", Dialect::Torch).with("momentum", 1.5).with("dampening", -2.0)),
        ""
    );
    assert!(
        message(&Specification::new("sgd", Dialect::Torch).with("momentum", -0.1)).contains("at least 0")
    );
}
