//! Numbers printed in the notes, in the book and in the CS231n assignments.

use std::sync::Arc;
use thalweg_arena::Layout;
use thalweg_optim::rules::{Adam, Momentum, RmsProp};
use thalweg_optim::{Dialect, Optimizer, Passes, Rule, Specification};

/// f(x, y) = x²/20 + y², thirty updates from (-7, 2): chapter 6 of the book.
fn bowl(rule: &str, learning_rate: f64) -> [f64; 2] {
    let spec = Specification::new(rule, Dialect::Book).with("learning_rate", learning_rate);
    let mut optimizer = spec.build::<f64>(Arc::new(Layout::flat(2))).unwrap();
    let mut at = [-7.0, 2.0];
    for _ in 0..30 {
        let gradient = [at[0] / 10.0, 2.0 * at[1]];
        optimizer.step(&mut at, &gradient).unwrap();
    }
    at
}

#[test]
fn the_paths_of_figures_6_3_to_6_7_end_where_the_book_says() {
    for (rule, rate, end) in [
        ("sgd", 0.95, [-0.350393, 0.084782]),
        ("momentum", 0.1, [0.896414, 0.088086]),
        ("adagrad", 1.5, [-0.120162, 0.000000]),
        ("adam", 0.3, [0.136007, 0.318245]),
    ] {
        let at = bowl(rule, rate);
        for axis in 0..2 {
            assert!((at[axis] - end[axis]).abs() < 1e-6, "{rule}: {at:?} for {end:?}");
        }
    }
}

/// `numpy.linspace(from, to, 20)`.
fn linspace(from: f64, to: f64) -> Vec<f64> {
    (0..20).map(|i| from + (to - from) * i as f64 / 19.0).collect()
}

/// One update from a given state, as in CS231n assignment 2 (FullyConnectedNets).
fn cs231n(rule: impl Rule, state: &[(&str, Vec<f64>)], done: u64) -> (Vec<f64>, Vec<Vec<f64>>) {
    let mut pass = Passes::<f64>::flat(rule, 20);
    for (buffer, (name, values)) in pass.state_mut().into_iter().zip(state) {
        assert_eq!(buffer.0, *name);
        buffer.1.values_mut().copy_from_slice(values);
    }
    pass.counts_mut().fill(done);
    let mut w = linspace(-0.4, 0.6);
    pass.step(&mut w, &linspace(-0.6, 0.4)).unwrap();
    (w, pass.state().iter().map(|(_, arena)| arena.values().to_vec()).collect())
}

/// The fixtures print eight decimals.
fn assert_printed(actual: &[f64], printed: &[f64]) {
    assert_eq!(actual.len(), printed.len());
    for (a, p) in actual.iter().zip(printed) {
        assert!((a - p).abs() <= 5.1e-9, "{a} for {p}");
    }
}

#[test]
fn sgd_momentum() {
    let rule = Momentum { learning_rate: 1e-3, ..Momentum::book() };
    let (w, state) = cs231n(rule, &[("velocity", linspace(0.6, 0.9))], 0);
    #[rustfmt::skip]
    assert_printed(&w, &[
        0.1406, 0.20738947, 0.27417895, 0.34096842, 0.40775789, 0.47454737, 0.54133684, 0.60812632, 0.67491579, 0.74170526,
        0.80849474, 0.87528421, 0.94207368, 1.00886316, 1.07565263, 1.14244211, 1.20923158, 1.27602105, 1.34281053, 1.4096,
    ]);
    #[rustfmt::skip]
    assert_printed(&state[0], &[
        0.5406, 0.55475789, 0.56891579, 0.58307368, 0.59723158, 0.61138947, 0.62554737, 0.63970526, 0.65386316, 0.66802105,
        0.68217895, 0.69633684, 0.71049474, 0.72465263, 0.73881053, 0.75296842, 0.76712632, 0.78128421, 0.79544211, 0.8096,
    ]);
}

#[test]
fn rmsprop() {
    let rule = RmsProp { learning_rate: 1e-2, decay_rate: 0.99, epsilon: 1e-8, under_root: false };
    let (w, state) = cs231n(rule, &[("mean_square", linspace(0.6, 0.9))], 0);
    #[rustfmt::skip]
    assert_printed(&w, &[
        -0.39223849, -0.34037513, -0.28849239, -0.23659121, -0.18467247, -0.132737, -0.08078555, -0.02881884, 0.02316247, 0.07515774,
        0.12716641, 0.17918792, 0.23122175, 0.28326742, 0.33532447, 0.38739248, 0.43947102, 0.49155973, 0.54365823, 0.59576619,
    ]);
    #[rustfmt::skip]
    assert_printed(&state[0], &[
        0.5976, 0.6126277, 0.6277108, 0.64284931, 0.65804321, 0.67329252, 0.68859723, 0.70395734, 0.71937285, 0.73484377,
        0.75037008, 0.7659518, 0.78158892, 0.79728144, 0.81302936, 0.82883269, 0.84469141, 0.86060554, 0.87657507, 0.8926,
    ]);
}

#[test]
fn adam() {
    let rule = Adam { learning_rate: 1e-2, ..Adam::torch() };
    let start = [("first_moment", linspace(0.6, 0.9)), ("second_moment", linspace(0.7, 0.5))];
    let (w, state) = cs231n(rule, &start, 5);
    #[rustfmt::skip]
    assert_printed(&w, &[
        -0.40094747, -0.34836187, -0.29577703, -0.24319299, -0.19060977, -0.1380274, -0.08544591, -0.03286534, 0.01971428, 0.0722929,
        0.1248705, 0.17744702, 0.23002243, 0.28259667, 0.33516969, 0.38774145, 0.44031188, 0.49288093, 0.54544852, 0.59801459,
    ]);
    #[rustfmt::skip]
    assert_printed(&state[0], &[
        0.48, 0.49947368, 0.51894737, 0.53842105, 0.55789474, 0.57736842, 0.59684211, 0.61631579, 0.63578947, 0.65526316,
        0.67473684, 0.69421053, 0.71368421, 0.73315789, 0.75263158, 0.77210526, 0.79157895, 0.81105263, 0.83052632, 0.85,
    ]);
    #[rustfmt::skip]
    assert_printed(&state[1], &[
        0.69966, 0.68908382, 0.67851319, 0.66794809, 0.65738853, 0.64683452, 0.63628604, 0.6257431, 0.61520571, 0.60467385,
        0.59414753, 0.58362676, 0.57311152, 0.56260183, 0.55209767, 0.54159906, 0.53110598, 0.52061845, 0.51013645, 0.49966,
    ]);
}
