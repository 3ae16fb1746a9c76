//! What a stage leaves to the loop of its neighbour (a bound, a decay, an average, an update in which it rests) has the same bits
//! as in a chain, where every stage works in every update.

use std::sync::Arc;
use thalweg_arena::Layout;
use thalweg_lanes::Real;
use thalweg_optim::rules::{Adam, Lion, Momentum, Sgd};
use thalweg_optim::stages::{
    AverageWeights, ClipByNorm, ClipByValue, DecoupledWeightDecay, FullyDecoupledWeightDecay, Lookahead,
    Maximize, Normalize, Scale, StochasticWeightAverage, Trace, WeightDecay,
};
use thalweg_optim::{Composer, Format, NonFinite, Optimizer, Passes, Rule};

/// Enough for two threads, and more than a piece for each.
fn layout() -> Arc<Layout> {
    let mut layout = Layout::new();
    layout.add("a", &[270, 500]).unwrap();
    layout.add("b", &[5]).unwrap();
    Arc::new(layout)
}

/// Numbers of many sizes, zeros of both signs among them; with `wild` also infinities and NaN.
fn values<T: Real>(salt: usize, wild: bool) -> Vec<T> {
    let value = |i: usize| match (i * 11 + salt * 5) % 47 {
        0 => 0.0,
        1 => -0.0,
        2 if wild => f64::INFINITY,
        3 if wild => f64::NEG_INFINITY,
        4 if wild => f64::NAN,
        k => (k as f64 - 25.5) * 10f64.powi(-((i / 47) as i32 % 6)),
    };
    let layout = layout();
    let mut values = vec![T::ZERO; layout.len()];
    for i in layout.tensors().iter().flat_map(|tensor| tensor.range.clone()) {
        values[i] = T::from_f64(value(i));
    }
    values
}

/// Parameters to start with, and the gradients of six updates.
type Inputs<T> = (Vec<T>, [Vec<T>; 6]);

fn inputs<T: Real>(wild: bool) -> Inputs<T> {
    (values(0, wild), std::array::from_fn(|step| values(step + 1, wild)))
}

/// The bits of parameters and state after the updates; a NaN is a NaN.
fn run<T: Real>(mut passes: Passes<T>, inputs: &Inputs<T>, threads: usize, measured: bool) -> Vec<u64> {
    passes.set_policy(NonFinite::Allow);
    passes.set_threads(threads);
    passes.measure(measured);
    let (mut parameters, gradients) = inputs.clone();
    gradients.iter().for_each(|gradients| passes.step(&mut parameters, gradients).unwrap());
    let state = passes.state();
    let all = parameters.iter().chain(state.iter().flat_map(|(_, arena)| arena.values()));
    all.map(|value| value.to_f64()).map(|value| if value.is_nan() { 1 } else { value.to_bits() }).collect()
}

/// Where a chain stands.
type Place<T> = (fn(Composer<T>) -> Composer<T>, fn(Composer<T>) -> Composer<T>);

/// Alone, behind a barrier that leaves a factor, and before one, so that updates are handed on.
fn places<T: Real>() -> [Place<T>; 3] {
    [
        (|composer| composer, |composer| composer),
        (|composer| composer.barrier(ClipByNorm { largest: 0.5, epsilon: 0.0 }), |composer| composer),
        (
            |composer| composer,
            |composer| {
                composer.barrier(Normalize { epsilon: 0.1, together: 1.0 }).rule(Scale { factor: 0.25 })
            },
        ),
    ]
}

macro_rules! agree {
    ($first:expr $(, $next:expr)*) => {{
        fn both<T: Real>() {
            let name = stringify!($first $(, $next)*);
            let inputs = [false, true].map(inputs::<T>);
            for (k, (before, after)) in places::<T>().into_iter().enumerate() {
                let begin = || before(Composer::<T>::new(layout()));
                let chain = || after(begin().rule($first$(.then($next))*)).build();
                let stages = || after(begin().rule($first)$(.rule($next))*).build();
                for (wild, inputs) in inputs.iter().enumerate() {
                    let expected = run(chain(), inputs, 1, false);
                    for (threads, measured) in [(1, false), (1, true), (2, false)] {
                        let found = run(stages(), inputs, threads, measured);
                        assert!(expected == found, "{} {name}: {k} {threads} {measured} {wild}", T::NAME);
                    }
                }
            }
        }
        both::<f32>();
        both::<f64>();
    }};
}

const CLIP: ClipByValue = ClipByValue { largest: 0.3 };
const SGD: Sgd = Sgd { learning_rate: 0.125 };
const LION: Lion = Lion { learning_rate: 0.01, beta1: 0.9, beta2: 0.99 };
const DECAY: DecoupledWeightDecay = DecoupledWeightDecay { weight_decay: 0.3 };
const FREE_DECAY: FullyDecoupledWeightDecay = FullyDecoupledWeightDecay { weight_decay: 0.03 };
const L2: WeightDecay = WeightDecay { weight_decay: -0.2 };
const AVERAGE: AverageWeights = AverageWeights { decay: 0.75 };
const SOME: StochasticWeightAverage = StochasticWeightAverage { start: 2.0, every: 2.0 };
const LOOKAHEAD: Lookahead = Lookahead { every: 3.0, share: 0.4 };
const TRACE: Trace = Trace { momentum: 0.9, nesterov: 1.0 };
/// Changes nothing.
const NOTHING: Maximize = Maximize { maximize: 0.0 };

fn adam() -> Adam {
    Adam { learning_rate: 0.01, ..Adam::torch() }
}

#[test]
fn a_bound_is_kept_where_the_next_stage_reads() {
    agree!(CLIP, SGD);
    agree!(CLIP, adam());
    agree!(CLIP, adam(), TRACE);
    agree!(NOTHING, CLIP, SGD);
    agree!(CLIP, ClipByValue { largest: 0.1 }, SGD);
    agree!(adam(), CLIP, SGD);
    agree!(SGD, CLIP);
    agree!(CLIP, NOTHING);
}

#[test]
fn a_decay_is_done_by_the_stage_before_it() {
    agree!(adam(), DECAY);
    agree!(SGD, DECAY, FREE_DECAY);
    agree!(L2, SGD);
    agree!(L2, DECAY);
    agree!(Momentum::torch(), TRACE, DECAY);
    agree!(CLIP, adam(), NOTHING, DECAY);
    agree!(CLIP, DECAY);
    agree!(DECAY, CLIP);
}

#[test]
fn an_average_is_kept_by_the_stage_before_it() {
    agree!(adam(), AVERAGE);
    agree!(CLIP, adam(), AVERAGE);
    agree!(adam(), DECAY, AVERAGE);
    agree!(CLIP, adam(), DECAY, AVERAGE);
    agree!(SGD, AVERAGE, DECAY);
    agree!(SGD, TRACE, NOTHING, DECAY, AVERAGE);
    agree!(SGD, AVERAGE, AVERAGE);
    agree!(SGD, AVERAGE, SOME);
    agree!(DECAY, AVERAGE);
    agree!(AVERAGE, NOTHING);
}

#[test]
fn a_stage_that_rests_in_an_update_is_left_out_of_it() {
    agree!(LION, LOOKAHEAD);
    agree!(LION, DECAY, LOOKAHEAD);
    agree!(SGD, LOOKAHEAD, AVERAGE);
    agree!(SGD, SOME);
    agree!(CLIP, SGD, DECAY, SOME, LOOKAHEAD);
}

/// A stage in fewer bits works alone; its neighbours in full do not wait for it to do their work.
#[test]
fn packed_stages_do_their_own_work_and_no_other() {
    let inputs = inputs::<f32>(false);
    for format in [Format::Bf16, Format::EightBit] {
        for (threads, measured) in [(1, false), (1, true), (2, false), (2, true)] {
            let begin = || Composer::<f32>::new(layout());
            let run = |composer: Composer<f32>| run(composer.build(), &inputs, threads, measured);
            let name = format!("{} {threads} {measured}", format.name());
            let packed = || begin().format(format).rule(CLIP.then(adam()));
            let kept = |composer: Composer<f32>| composer.format(Format::Full).rule(DECAY.then(AVERAGE));
            let stages = begin().format(format).rule(CLIP).rule(adam()).rule(DECAY).rule(AVERAGE);
            assert!(run(kept(packed())) == run(stages), "{name}");
            let behind = |composer: Composer<f32>| composer.format(format).rule(adam());
            assert!(
                run(behind(begin().rule(SGD)).rule(DECAY))
                    == run(behind(begin().rule(SGD)).rule(DECAY.then(NOTHING))),
                "{name}"
            );
        }
    }
}

/// A sweep has a bit for each stage; what goes beyond is another sweep.
#[test]
fn there_may_be_any_number_of_stages() {
    let inputs = inputs::<f32>(true);
    for count in [62, 63, 64, 65, 127, 128, 200] {
        let begin = || Composer::<f32>::new(layout());
        let turned = (0..count).fold(begin(), |composer, _| composer.rule(Scale { factor: -1.0 }));
        let (turned, plain) = (turned.rule(SGD).rule(DECAY), begin().rule(SGD).rule(DECAY));
        let plain =
            if count % 2 == 0 { plain } else { begin().rule(Scale { factor: -1.0 }).rule(SGD).rule(DECAY) };
        let (turned, plain) = (run(turned.build(), &inputs, 1, false), run(plain.build(), &inputs, 1, false));
        assert!(turned == plain, "{count}");
    }
}
