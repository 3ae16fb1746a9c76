//! What is refused, and in which words.

use super::*;

fn refused<const N: usize>(name: &str, settings: [(&str, Setting); N]) -> String {
    let settings = settings.map(|(key, value)| (key.to_string(), value)).into();
    Schedule::from_settings(name, &settings, 100).unwrap_err().to_string()
}

#[test]
fn mistakes_are_named() {
    use Setting::{Number, Numbers, Points, Schedules, Text};
    let part = |name: &str| WrittenSchedule { name: name.to_string(), settings: Settings::new() };
    for (error, expected) in [
        (refused("cosin", []), "there is no schedule called `cosin`; did you mean `cosine`?"),
        (
            refused("cosine", [("flor", Number(0.1))]),
            "there is no setting of this schedule called `flor`; did you mean `floor`?",
        ),
        (
            refused("step", [("every", Number(0.0))]),
            "every = 0 is out of range; it must be a whole number of at least 1",
        ),
        (
            refused("multi-step", []),
            "there is no value for the setting called `at`; give one, for example at = [1000, 2000]",
        ),
        (
            refused("multi-step", [("at", Text("often".into()))]),
            "there is no value of that kind for the setting called `at`; give one, for example at = [1000, 2000]",
        ),
        (
            refused("multi-step", [("at", Numbers(vec![5.0, 4.0]))]),
            "at[1] = 4 is out of range; it must be at least 5, the step before it",
        ),
        (
            refused("multi-step", [("at", Number(0.5))]),
            "at[0] = 0.5 is out of range; it must be a whole number of at least 0",
        ),
        (
            refused("piecewise", [("points", Points(vec![[0.0, f64::NAN]]))]),
            "the factor of points[0] = NaN is out of range; it must be a number of at least 0",
        ),
        (
            refused("cyclic", [("mode", Text("trianglar".into()))]),
            "there is no mode called `trianglar`; did you mean `triangular`?",
        ),
        (
            refused("cosine", [("floor", Text("low".into()))]),
            "there is no value of that kind for the setting called `floor`; give a number",
        ),
        (
            refused("warm-restarts", [("growth", Number(0.5))]),
            "growth = 0.5 is out of range; it must be a number of at least 1",
        ),
        (
            refused("one-cycle", [("rise", Number(0.75)), ("annihilation", Number(0.5))]),
            "annihilation = 0.5 is out of range; it must be at most 0.25, so that `rise` and `annihilation` fit into \
             one cycle",
        ),
        (
            refused("sequence", [("of", Schedules(vec![part("cosine")])), ("at", Number(3.0))]),
            "a sequence of one schedule has nothing to switch to: give at least two in `of`, or write the schedule by itself",
        ),
        (
            refused(
                "sequence",
                [("of", Schedules(vec![part("cosine"), part("linear")])), ("at", Numbers(vec![3.0, 4.0]))],
            ),
            "a sequence of 2 schedules needs 1 steps in `at`, where each but the first takes over, not 2",
        ),
        (
            refused("product", [("of", Schedules(vec![part("constant"), part("liner")]))]),
            "there is no schedule called `liner`; did you mean `linear`?",
        ),
    ] {
        assert_eq!(error, expected);
    }
}

#[test]
fn numbers_alone_reach_every_schedule_that_needs_no_list() {
    let settings = BTreeMap::from([("at".to_string(), 30.0), ("factor".to_string(), 0.5)]);
    let shape = Schedule::named("multi-step", &settings, 100).unwrap().shape;
    assert_eq!(shape, Shape::MultiStep { at: vec![30], factor: 0.5 });
    for name in ["linear", "polynomial", "warm-restarts", "one-cycle", "cyclic", "warmup-stable-decay"] {
        Schedule::named(name, &BTreeMap::new(), 100).unwrap();
    }
}

#[test]
fn a_flag_may_be_a_number_too() {
    let piecewise = |flag: Setting| {
        let points = Setting::Points(vec![[0.0, 1.0], [10.0, 0.0]]);
        let settings = [("points".to_string(), points), ("interpolate".to_string(), flag)].into();
        Schedule::from_settings("piecewise", &settings, 100).map(|schedule| schedule.factor(5))
    };
    for (flag, factor) in [
        (Setting::Flag(true), 0.5),
        (Setting::Flag(false), 1.0),
        (Setting::Number(1.0), 0.5),
        (Setting::Number(0.0), 1.0),
    ] {
        assert_eq!(piecewise(flag).unwrap(), factor);
    }
    assert!(piecewise(Setting::Number(2.0)).is_err());
    // Lists without anything in them say nothing.
    assert!(refused("piecewise", [("points", Setting::Points(vec![]))]).contains("no value of that kind"));
    assert!(refused("multi-step", [("at", Setting::Numbers(vec![]))]).contains("no value of that kind"));
    assert!(refused("product", [("of", Setting::Schedules(vec![]))]).contains("no value of that kind"));
}

#[test]
fn what_torch_allows_is_allowed() {
    let settings = [("at", Setting::Numbers(vec![2.0, 2.0, 4.0])), ("factor", Setting::Number(0.5))];
    let settings = settings.map(|(key, value)| (key.to_string(), value)).into();
    // MultiStepLR(optimizer, [2, 2, 4], 0.5): a milestone that stands twice counts twice.
    let schedule = Schedule::from_settings("multi-step", &settings, 10).unwrap();
    assert_eq!([0, 1, 2, 3, 4].map(|step| schedule.factor(step)), [1.0, 1.0, 0.25, 0.25, 0.125]);
    // StepLR(optimizer, 2, 1.5) and ExponentialLR(optimizer, 1.5) raise the rate.
    let raising = |name: &str, settings: &[(&str, f64)]| {
        let settings = settings.iter().map(|(key, value)| (key.to_string(), *value)).collect();
        Schedule::named(name, &settings, 10).unwrap()
    };
    let step = raising("step", &[("every", 2.0), ("factor", 1.5)]);
    assert_eq!([1, 2, 4].map(|step_count| step.factor(step_count)), [1.0, 1.5, 2.25]);
    assert_eq!(raising("exponential", &[("decay", 1.5)]).factor(2), 2.25);
}
