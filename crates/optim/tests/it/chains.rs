//! Chains: compiled into one loop, or interpreted stage by stage, with the same bits.

use std::sync::Arc;
use thalweg_arena::Layout;
use thalweg_lanes::Real;
use thalweg_optim::rules::{Adam, Lion, Momentum, RmsProp, Sgd};
use thalweg_optim::stages::{
    AdaptiveClip, AverageWeights, Cautious, Centralize, ClipByGlobalNorm, ClipByNorm, ClipByValue,
    DecoupledWeightDecay, FullyDecoupledWeightDecay, Lookahead, Maximize, Noise, Normalize, STAGES, Scale,
    StochasticWeightAverage, Trace, WeightDecay,
};
use thalweg_optim::{Composer, Dialect, Format, Optimizer, Passes, Rule, Specification, StageSpecification};

fn layout() -> Arc<Layout> {
    let mut layout = Layout::new();
    layout.add("a", &[37, 41]).unwrap();
    layout.add("b", &[5]).unwrap();
    Arc::new(layout)
}

fn run<T: Real>(mut passes: Passes<T>) -> (Vec<u64>, Vec<u64>) {
    run_any(&mut passes)
}

fn run_any<T: Real>(passes: &mut dyn Optimizer<T>) -> (Vec<u64>, Vec<u64>) {
    let n = layout().len();
    let mut parameters: Vec<T> = (0..n).map(|i| T::from_f64((i as f64 * 0.7).sin())).collect();
    for step in 0..7 {
        let gradients: Vec<T> = (0..n)
            .map(|i| T::from_f64(((i + 3 * step) as f64).cos() * 10f64.powi(-(i as i32 % 9))))
            .collect();
        passes.step(&mut parameters, &gradients).unwrap();
    }
    let bits = |values: &[T]| values.iter().map(|value| value.to_f64().to_bits()).collect::<Vec<u64>>();
    let state = passes.state().iter().flat_map(|(_, arena)| bits(arena.values())).collect();
    (bits(&parameters), state)
}

macro_rules! agree {
    ($first:expr $(, $next:expr)+) => {{
        fn both<T: Real>() {
            let chain = Passes::<T>::new($first$(.then($next))+, layout());
            let stages = Composer::<T>::new(layout()).rule($first)$(.rule($next))+.build();
            assert_eq!(run(chain), run(stages), "{} {}", T::NAME, stringify!($first $(, $next)+));
        }
        both::<f32>();
        both::<f64>();
    }};
}

#[test]
fn interpreted_stages_and_compiled_chains_agree_to_the_bit() {
    agree!(ClipByValue { largest: 0.5 }, Adam::torch(), DecoupledWeightDecay { weight_decay: 0.1 });
    agree!(WeightDecay { weight_decay: 0.1 }, Momentum::torch(), AverageWeights { decay: 0.9 });
    agree!(
        Maximize { maximize: 1.0 },
        RmsProp::torch(),
        Trace { momentum: 0.9, nesterov: 1.0 },
        DecoupledWeightDecay { weight_decay: 0.1 },
        AverageWeights { decay: 0.9 }
    );
    agree!(Lion { learning_rate: 0.01, beta1: 0.9, beta2: 0.99 }, Lookahead { every: 3.0, share: 0.5 });
    agree!(Scale { factor: 0.5 }, Adam::book(), Scale { factor: 2.0 });
}

#[test]
fn measuring_a_step_does_not_change_it() {
    let passes = || Passes::<f32>::new(Adam::torch(), layout());
    let mut measured = passes();
    measured.measure(true);
    assert_eq!(run(passes()), run(measured));
}

#[test]
fn a_barrier_stands_where_it_is_put() {
    // Clipped before momentum, the velocity is of clipped gradients; after it, the update itself is clipped.
    let clip = || ClipByGlobalNorm { largest: 1.0, epsilon: 0.0 };
    let momentum = Momentum { learning_rate: 1.0, momentum: 0.5, ..Momentum::torch() };
    let mut before = Composer::<f64>::new(Arc::new(Layout::flat(1))).barrier(clip()).rule(momentum).build();
    let mut after = Composer::<f64>::new(Arc::new(Layout::flat(1))).rule(momentum).barrier(clip()).build();
    let (mut a, mut b) = ([0.0], [0.0]);
    for _ in 0..2 {
        before.step(&mut a, &[4.0]).unwrap();
        after.step(&mut b, &[4.0]).unwrap();
    }
    assert_eq!((a, b), ([-2.5], [-2.0]));
}

/// Blocks must not part what shares a scale, nor change which random bits an element is rounded with.
#[test]
fn packed_state_is_the_same_in_one_loop_and_block_by_block() {
    for format in [Format::Bf16, Format::EightBit] {
        let (clip, adam) = (ClipByValue { largest: 0.5 }, Adam::torch());
        let decay = DecoupledWeightDecay { weight_decay: 0.1 };
        let composer = || Composer::<f32>::new(layout()).format(format);
        let (chain, _) = run(composer().rule(clip.then(adam).then(decay)).build());
        let (stages, _) = run(composer().rule(clip).rule(adam).rule(decay).build());
        assert_eq!(chain, stages, "{}", format.name());
    }
}

/// A stage before plain gradient descent, by its name and as a type.
macro_rules! same {
    ($compose:ident, $stage:ident { $($field:ident: $value:expr),* }, $name:literal) => {{
        let sgd = Sgd { learning_rate: 0.1 };
        let typed = Composer::<f64>::new(layout()).$compose($stage { $($field: $value),* }).rule(sgd).build();
        let stage = StageSpecification::new($name)$(.with(stringify!($field), $value))*;
        let spec = Specification::new("sgd", Dialect::Book).with("learning_rate", 0.1).before(stage);
        let plain = run(Passes::<f64>::new(sgd, layout()));
        let (named, typed) = (run_any(spec.build::<f64>(layout()).unwrap().as_mut()), run(typed));
        assert_eq!(named, typed, "{}", $name);
        // In the parameters, or (averages) in state beside them.
        assert!(named != plain, "{} does something", $name);
        $name
    }};
}

#[test]
fn a_stage_by_its_name_is_the_stage_itself() {
    let mut tried = vec![
        same!(rule, ClipByValue { largest: 0.01 }, "clip-by-value"),
        same!(barrier, ClipByNorm { largest: 0.5, epsilon: 1e-3 }, "clip-by-norm"),
        same!(barrier, ClipByGlobalNorm { largest: 0.5, epsilon: 1e-3 }, "clip-by-global-norm"),
        same!(barrier, AdaptiveClip { clipping: 0.02, epsilon: 1e-2 }, "adaptive-clip"),
        same!(rule, WeightDecay { weight_decay: 0.1 }, "weight-decay"),
        same!(rule, DecoupledWeightDecay { weight_decay: 0.2 }, "decoupled-weight-decay"),
        same!(rule, FullyDecoupledWeightDecay { weight_decay: 0.3 }, "fully-decoupled-weight-decay"),
        same!(barrier, Noise { eta: 0.1, gamma: 0.7, seed: 3.0 }, "noise"),
        same!(barrier, Centralize { units_first: 1.0 }, "centralise"),
        same!(barrier, Normalize { epsilon: 1e-2, together: 1.0 }, "normalise"),
        same!(rule, Trace { momentum: 0.8, nesterov: 1.0 }, "trace"),
        same!(rule, Scale { factor: 0.3 }, "scale"),
        same!(rule, Lookahead { every: 3.0, share: 0.4 }, "lookahead"),
        same!(rule, AverageWeights { decay: 0.7 }, "average"),
        same!(rule, StochasticWeightAverage { start: 2.0, every: 2.0 }, "stochastic-weight-average"),
    ];
    // Those without settings.
    for (name, typed) in [
        ("maximise", Composer::<f64>::new(layout()).rule(Maximize { maximize: 1.0 })),
        ("cautious", Composer::new(layout()).barrier(Cautious)),
    ] {
        let spec = Specification::new("sgd", Dialect::Book).with("learning_rate", 0.1);
        let mut named = spec.before(StageSpecification::new(name)).build::<f64>(layout()).unwrap();
        let typed = run(typed.rule(Sgd { learning_rate: 0.1 }).build());
        assert_eq!(run_any(named.as_mut()), typed, "{name}");
        tried.push(name);
    }
    tried.sort_unstable();
    let mut all: Vec<&str> = STAGES.iter().map(|stage| stage.name).collect();
    all.sort_unstable();
    assert_eq!(tried, all);
}
