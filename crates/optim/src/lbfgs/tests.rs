//! Trajectories beside those of torch 2.15. The literals are printed by this, with the settings that each test names:
//!
//! ```python
//! import torch
//! torch.set_default_dtype(torch.float64)
//! def rosenbrock(p): return (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2
//! def quadratic(p): return p[0] ** 2 / 20 + p[1] ** 2 + (p[2] - p[0]) ** 2 / 2 + p[1] * p[2] / 10
//! def trajectory(f, start, calls, **settings):
//!     p = torch.tensor(start, requires_grad=True)
//!     optimizer = torch.optim.LBFGS([p], **settings)
//!     def closure():
//!         optimizer.zero_grad(); loss = f(p); loss.backward(); return loss
//!     for _ in range(calls):
//!         optimizer.step(closure)
//!         state = optimizer.state[p]
//!         print(p.tolist(), state["n_iter"], state["func_evals"])
//! ```

use super::*;

type Function = fn(&[f64], &mut [f64]) -> f64;
/// Parameters, iterations and evaluations in all, after each call.
type Trajectory<'a> = &'a [(&'a [f64], usize, usize)];

fn rosenbrock(p: &[f64], gradient: &mut [f64]) -> f64 {
    let (a, b) = (1.0 - p[0], p[1] - p[0] * p[0]);
    gradient.copy_from_slice(&[-2.0 * a - 400.0 * p[0] * b, 200.0 * b]);
    a * a + 100.0 * b * b
}

fn quadratic(p: &[f64], gradient: &mut [f64]) -> f64 {
    let apart = p[2] - p[0];
    gradient.copy_from_slice(&[p[0] / 10.0 - apart, 2.0 * p[1] + p[2] / 10.0, apart + p[1] / 10.0]);
    p[0] * p[0] / 20.0 + p[1] * p[1] + apart * apart / 2.0 + p[1] * p[2] / 10.0
}

fn follows(function: Function, start: &[f64], settings: LbfgsSettings, torch: Trajectory<'_>) {
    let mut lbfgs = Lbfgs::with(start.len(), settings).unwrap();
    let (mut parameters, mut iterations, mut evaluations) = (start.to_vec(), 0, 0);
    for (call, (expected, all_iterations, all_evaluations)) in torch.iter().enumerate() {
        let report = lbfgs.step(&mut parameters, &mut |p, g| function(p, g)).unwrap();
        iterations += report.iterations;
        evaluations += report.evaluations;
        assert_eq!((iterations, evaluations), (*all_iterations, *all_evaluations), "call {call}: {report:?}");
        for (found, expected) in parameters.iter().zip(*expected) {
            let near = (found - expected).abs() <= 1e-9 * expected.abs() + 1e-13;
            assert!(near, "call {call}: {parameters:?}, torch has {expected}");
        }
    }
}

fn wolfe() -> LbfgsSettings {
    LbfgsSettings { strong_wolfe: true, ..LbfgsSettings::default() }
}

#[test]
fn rosenbrock_with_a_line_search_goes_as_in_torch() {
    // trajectory(rosenbrock, [-1.2, 1.0], 12, max_iter=4, line_search_fn="strong_wolfe")
    follows(
        rosenbrock,
        &[-1.2, 1.0],
        LbfgsSettings { iterations: 4, ..wolfe() },
        &[
            (&[-1.0288795348319695, 1.0655029516848564], 3, 5),
            (&[-0.9431278012083242, 0.8529662725410918], 7, 10),
            (&[-0.5160277728852024, 0.2265458257902353], 11, 15),
            (&[-0.2560895768966468, 0.03726198161622369], 13, 20),
            (&[0.21682779600948238, 0.06691881400560815], 17, 25),
            (&[0.38062264334648777, 0.12491013187293636], 19, 30),
            (&[0.7460759093292195, 0.5450068956869687], 23, 36),
            (&[0.8926077474569865, 0.7909177737724866], 26, 41),
            (&[0.9768773674819872, 0.9525832436377473], 29, 46),
            (&[0.9998139520065257, 0.9996256094716882], 33, 51),
            (&[0.9999814210791366, 0.9999619651810989], 35, 53),
            (&[0.9999814210791366, 0.9999619651810989], 36, 54),
        ],
    );
}

#[test]
fn rosenbrock_without_a_line_search_goes_as_in_torch() {
    // trajectory(rosenbrock, [-1.2, 1.0], 12, lr=0.5, max_iter=5, history_size=3)
    follows(
        rosenbrock,
        &[-1.2, 1.0],
        LbfgsSettings { learning_rate: 0.5, iterations: 5, history: 3, ..LbfgsSettings::default() },
        &[
            (&[-1.01834202549822, 1.0645268362279212], 5, 5),
            (&[-1.02221297883133, 1.047205279251373], 10, 10),
            (&[-0.8431217715125857, 0.6683249438391848], 15, 15),
            (&[-0.4583692865183132, 0.19534273340880481], 20, 20),
            (&[0.07422122799210551, -0.03561656126830257], 25, 25),
            (&[0.4738888536301531, 0.12132746030625097], 30, 30),
            (&[0.42782527044369145, 0.18421942547311634], 35, 35),
            (&[0.7145257020197285, 0.48095151109464446], 40, 40),
            (&[0.7084710066098316, 0.5005960786618213], 45, 45),
            (&[0.7572218806899408, 0.5802527029660757], 50, 50),
            (&[0.9209301239254553, 0.8436923647357857], 55, 55),
            (&[0.9222728491611903, 0.8508094183762847], 60, 60),
        ],
    );
}

#[test]
fn a_search_that_brackets_and_runs_out_of_evaluations_goes_as_in_torch() {
    // trajectory(rosenbrock, [9.0, -7.0], 8, lr=3.0, max_iter=6, max_eval=9, line_search_fn="strong_wolfe")
    follows(
        rosenbrock,
        &[9.0, -7.0],
        LbfgsSettings { learning_rate: 3.0, iterations: 6, evaluations: Some(9), ..wolfe() },
        &[
            (&[-0.08591231763061474, -0.852009688147449], 6, 7),
            (&[0.10176606829080531, -0.017899888049016127], 9, 17),
            (&[0.580242635510829, 0.33909261506934985], 14, 26),
            (&[0.9008700058212727, 0.8123947098292814], 19, 36),
            (&[0.9967626515454853, 0.99358211951353], 23, 45),
            (&[0.9999942887398524, 0.9999886726236706], 26, 50),
            (&[0.9999942887398524, 0.9999886726236706], 27, 51),
            (&[0.9999942887398524, 0.9999886726236706], 28, 52),
        ],
    );
}

#[test]
fn a_quadratic_with_a_line_search_goes_as_in_torch() {
    // trajectory(quadratic, [-7.0, 2.0, 1.0], 6, max_iter=3, tolerance_change=1e-15, history_size=2,
    //     line_search_fn="strong_wolfe")
    follows(
        quadratic,
        &[-7.0, 2.0, 1.0],
        LbfgsSettings { iterations: 3, change_tolerance: 1e-15, history: 2, ..wolfe() },
        &[
            (&[-2.8571428571428577, 0.047619047619047894, -2.904761904761904], 1, 3),
            (&[-2.5693768434040196, 0.19289748694252018, -2.768046336390574], 3, 6),
            (&[-0.7591365597226021, 0.19776806964656835, -0.9552470294548683], 5, 9),
            (&[-0.769343230146043, 0.024800847724130215, -0.8126307302418712], 6, 12),
            (&[0.00021381665704896935, -6.846182397134707e-06, 0.00022596094926361656], 8, 16),
            (&[-1.7048341091705638e-12, -3.352195715394877e-11, 2.7920836703863167e-11], 9, 18),
        ],
    );
}

#[test]
fn a_quadratic_without_a_line_search_goes_as_in_torch() {
    // trajectory(quadratic, [-7.0, 2.0, 1.0], 6, lr=0.8, max_iter=3, tolerance_change=1e-15)
    follows(
        quadratic,
        &[-7.0, 2.0, 1.0],
        LbfgsSettings {
            learning_rate: 0.8,
            iterations: 3,
            change_tolerance: 1e-15,
            ..LbfgsSettings::default()
        },
        &[
            (&[-3.5258979420075245, 0.48119259480106663, -2.171501516674001], 2, 3),
            (&[-2.659206930118487, 0.15293188252705392, -2.7516666217451258], 4, 6),
            (&[-2.2646644658570536, 0.09418315302162641, -2.536067952063426], 6, 9),
            (&[-0.8782216001726917, -0.009907255043725461, -1.2312003522594388], 8, 12),
            (&[0.005941091817416326, -0.009354592079789817, -0.037884761452056784], 10, 15),
            (&[0.006179190112726582, -0.000756382644550502, 0.003990754658920943], 12, 18),
        ],
    );
}

#[test]
fn rosenbrock_converges() {
    for settings in [
        LbfgsSettings { iterations: 200, change_tolerance: 1e-18, ..wolfe() },
        LbfgsSettings { iterations: 200, change_tolerance: 1e-18, learning_rate: 0.5, ..Default::default() },
    ] {
        let mut lbfgs = Lbfgs::with(2, settings).unwrap();
        let mut parameters = [-1.2, 1.0];
        let report = lbfgs.step(&mut parameters, &mut rosenbrock).unwrap();
        assert!(report.stop.converged() && report.loss < report.initial_loss, "{report:?}");
        assert!(parameters.iter().all(|p| (p - 1.0).abs() < 1e-8), "{parameters:?} {report:?}");
        assert!(lbfgs.remembered() > 5 && report.gradient_norm < 1e-6, "{report:?}");
    }
}

#[test]
fn f32_works_too() {
    let mut lbfgs = Lbfgs::<f32>::with(2, wolfe()).unwrap();
    let mut parameters = [-7.0f32, 2.0];
    let mut bowl = |p: &[f32], gradient: &mut [f32]| {
        gradient.copy_from_slice(&[p[0] / 10.0, 2.0 * p[1]]);
        f64::from(p[0] * p[0] / 20.0 + p[1] * p[1])
    };
    let report = lbfgs.step(&mut parameters, &mut bowl).unwrap();
    assert!(
        report.stop.converged() && parameters.iter().all(|p| p.abs() < 1e-3),
        "{parameters:?} {report:?}"
    );
}

#[test]
fn a_zero_gradient_changes_nothing() {
    let mut lbfgs = Lbfgs::with(2, wolfe()).unwrap();
    let mut parameters = [1.0, 1.0];
    let report = lbfgs.step(&mut parameters, &mut rosenbrock).unwrap();
    assert_eq!((report.stop, report.iterations, report.evaluations), (Stop::Gradient, 0, 1));
    assert_eq!((parameters, lbfgs.remembered()), ([1.0, 1.0], 0));
    // No parameters at all: nothing slopes.
    assert_eq!(Lbfgs::<f64>::new(0).step(&mut [], &mut |_, _| 3.0).unwrap().stop, Stop::Gradient);
}

#[test]
fn a_start_that_is_not_finite_is_refused_and_changes_nothing() {
    let mut lbfgs = Lbfgs::<f64>::new(2);
    let mut parameters = [-1.2, 1.0];
    lbfgs.step(&mut parameters, &mut rosenbrock).unwrap();
    let (before, remembered) = (parameters, lbfgs.remembered());
    let error = lbfgs.step(&mut parameters, &mut |_, _| f64::NAN).unwrap_err();
    assert!(error.to_string().starts_with("the loss is NaN at the parameters to start from"), "{error}");
    let mut steep = |_: &[f64], gradient: &mut [f64]| {
        gradient[1] = f64::INFINITY;
        1.0
    };
    let error = lbfgs.step(&mut parameters, &mut steep).unwrap_err();
    assert!(error.to_string().starts_with("element 1 of the gradient is inf"), "{error}");
    assert_eq!((parameters, lbfgs.remembered()), (before, remembered));
    assert!(matches!(lbfgs.step(&mut [0.0], &mut rosenbrock), Err(OptimError::Length { .. })));
}

/// x − ln x, infinite or NaN where x is not above 0; least at 1.
fn fenced(p: &[f64], gradient: &mut [f64]) -> f64 {
    gradient[0] = 1.0 - 1.0 / p[0];
    p[0] - p[0].ln()
}

#[test]
fn a_step_over_the_edge_is_shortened() {
    // From 8 a first step of 100 units lies far below 0.
    for strong_wolfe in [true, false] {
        let base = LbfgsSettings { strong_wolfe, ..Default::default() };
        let settings = LbfgsSettings { learning_rate: 100.0, iterations: 2, evaluations: Some(30), ..base };
        let mut lbfgs = Lbfgs::with(1, settings).unwrap();
        let (mut parameters, mut beyond) = ([8.0], 0);
        let mut watched = |p: &[f64], gradient: &mut [f64]| {
            beyond += usize::from(p[0] <= 0.0);
            fenced(p, gradient)
        };
        let report = lbfgs.step(&mut parameters, &mut watched).unwrap();
        assert!(beyond > 0 && report.loss < report.initial_loss, "{beyond} {report:?}");
        assert_ne!(report.stop, Stop::NotFinite);
    }
    let mut lbfgs = Lbfgs::with(1, LbfgsSettings { learning_rate: 100.0, ..wolfe() }).unwrap();
    let mut parameters = [8.0];
    for _ in 0..3 {
        lbfgs.step(&mut parameters, &mut fenced).unwrap();
    }
    assert!((parameters[0] - 1.0).abs() < 1e-4, "{parameters:?}");
}

#[test]
fn where_no_step_is_finite_the_parameters_stay() {
    for strong_wolfe in [true, false] {
        let settings = LbfgsSettings { strong_wolfe, ..Default::default() };
        let mut lbfgs = Lbfgs::with(1, settings).unwrap();
        let mut parameters = [2.0];
        let mut point = |p: &[f64], gradient: &mut [f64]| {
            gradient[0] = 1.0;
            if p[0] == 2.0 { 0.0 } else { f64::NAN }
        };
        let report = lbfgs.step(&mut parameters, &mut point).unwrap();
        assert_eq!((report.stop, report.loss, parameters), (Stop::NotFinite, 0.0, [2.0]));
        assert!(!report.stop.converged() && report.evaluations <= 26, "{report:?}");
        lbfgs.reset();
        assert_eq!(lbfgs.settings().history, 100);
    }
}

/// Why a step down a slope of this size ends, with tolerances of the change and of the gradient.
fn stop_on_a_slope(size: f64, learning_rate: f64, change: f64, gradient: f64) -> Stop {
    let base = LbfgsSettings { learning_rate, iterations: 2, evaluations: Some(9), ..Default::default() };
    let settings = LbfgsSettings { change_tolerance: change, gradient_tolerance: gradient, ..base };
    let mut slope = |p: &[f64], gradient: &mut [f64]| {
        gradient[0] = size;
        size * p[0]
    };
    Lbfgs::with(1, settings).unwrap().step(&mut [8.0], &mut slope).unwrap().stop
}

/// Powers of two: everything is exact, so that the borders are, too. As in torch a step ends at a gradient or a change of the
/// parameters of at most the tolerance, at a change of the loss below it, and at a slope above minus the tolerance.
#[test]
fn a_step_ends_where_the_tolerances_say() {
    let power = |exponent: i32| 2f64.powi(exponent);
    // The gradient is 2^-6.
    assert_eq!(stop_on_a_slope(power(-6), 1.0, 0.0, power(-6)), Stop::Gradient);
    assert_eq!(stop_on_a_slope(power(-6), 1.0, 0.0, power(-7)), Stop::Iterations);
    // It is 64; the first step of L-BFGS moves the parameters by the rate, 2^-10, and the loss by 2^-4.
    assert_eq!(stop_on_a_slope(64.0, power(-10), power(-10), 0.0), Stop::Parameters);
    assert_eq!(stop_on_a_slope(64.0, power(-10), power(-9), 0.0), Stop::Parameters);
    assert_eq!(stop_on_a_slope(64.0, power(-10), power(-11), 0.0), Stop::Iterations);
    // The slope is −2^-12; the parameters move by 2^-8 and the loss by 2^-14.
    assert_eq!(stop_on_a_slope(power(-6), 0.25, power(-14), 0.0), Stop::Iterations);
    assert_eq!(stop_on_a_slope(power(-6), 0.25, power(-13), 0.0), Stop::Loss);
    assert_eq!(stop_on_a_slope(power(-6), 0.25, power(-12), 0.0), Stop::Loss);
    assert_eq!(stop_on_a_slope(power(-6), 0.25, power(-11), 0.0), Stop::Slope);
}

#[test]
fn after_a_reset_the_next_step_is_a_first_one() {
    let mut lbfgs = Lbfgs::with(2, wolfe()).unwrap();
    let mut parameters = [-1.2, 1.0];
    let first = lbfgs.step(&mut parameters, &mut rosenbrock).unwrap();
    assert!(lbfgs.remembered() > 0);
    lbfgs.reset();
    assert_eq!(lbfgs.remembered(), 0);
    parameters = [-1.2, 1.0];
    assert_eq!(lbfgs.step(&mut parameters, &mut rosenbrock).unwrap(), first);
}

#[test]
fn settings_out_of_range_are_refused() {
    let least = LbfgsSettings { gradient_tolerance: 0.0, change_tolerance: 0.0, ..wolfe() };
    assert!(Lbfgs::<f64>::with(1, least).is_ok());

    for settings in [
        LbfgsSettings { learning_rate: 0.0, ..wolfe() },
        LbfgsSettings { learning_rate: f64::NAN, ..wolfe() },
        LbfgsSettings { iterations: 0, ..wolfe() },
        LbfgsSettings { evaluations: Some(0), ..wolfe() },
        LbfgsSettings { gradient_tolerance: -1.0, ..wolfe() },
        LbfgsSettings { change_tolerance: f64::NAN, ..wolfe() },
        LbfgsSettings { history: 0, ..wolfe() },
    ] {
        let error = Lbfgs::<f64>::with(1, settings.clone()).unwrap_err();
        assert!(matches!(error, OptimError::OutOfRange { .. }), "{settings:?}");
    }
}
