//! One run of elements through the stages of a pass: cache block by cache block, on one thread or several.

use crate::sweep::{Part, Sweep, cut};
use std::ops::Range;
use thalweg_lanes::{Kernel, Real, dispatch, reduce};

/// Elements that go through all stages before the next ones do: a few of these fit the first-level cache.
pub(crate) const BLOCK: usize = 1024;

/// Threads divide the work at multiples of this, and sums are formed piece by piece, so that neither changes a bit.
const PIECE: usize = 64 * BLOCK;

/// Fewer elements than this are not worth a second thread (starting one costs about as much as updating them).
const WORTH_A_THREAD: usize = 4 * PIECE;

/// Sums over one run, for the report.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sums {
    pub(crate) gradient: f64,
    pub(crate) update: f64,
    pub(crate) parameter: f64,
}

impl Sums {
    pub(crate) fn add(&mut self, other: Sums) {
        self.gradient += other.gradient;
        self.update += other.update;
        self.parameter += other.parameter;
    }
}

/// Elements on their way through a pass.
pub(crate) struct Segment<'a, T: Real> {
    /// Where they lie in the buffers of state.
    pub(crate) range: Range<usize>,
    pub(crate) parameters: &'a mut [T],
    pub(crate) gradients: &'a [T],
    /// Where the updates lie between passes; needed unless this pass is the first and the last.
    pub(crate) updates: Option<&'a mut [T]>,
    /// Whether an earlier pass has filled `updates`.
    pub(crate) filled: bool,
    /// What a barrier left to multiply by.
    pub(crate) factor: Option<T>,
    /// Whether this pass subtracts from the parameters.
    pub(crate) last: bool,
}

/// Sends the segment through `stages`. `block` is working space of [`BLOCK`] elements.
pub(crate) fn run<T: Real>(
    stages: &mut [Box<dyn Sweep<T>>],
    mut segment: Segment<'_, T>,
    block: &mut [T],
    threads: usize,
    measure: bool,
) -> Sums {
    let len = segment.gradients.len();
    let threads = if len >= WORTH_A_THREAD { threads.min(len / PIECE) } else { 1 };
    let direct = segment.last && !segment.filled && segment.factor.is_none() && !measure;
    if threads > 1 {
        return run_threads(stages, segment, threads, direct, measure);
    }
    let mut active = stages.iter_mut().filter(|stage| !stage.is_idle());
    if let (Some(stage), None, true) = (active.next(), active.next(), direct) {
        stage.apply(&segment.range, segment.parameters, segment.gradients);
        return Sums::default();
    }
    let base = segment.range.start;
    let mut sums = Sums::default();
    for piece in crate::barrier::pieces(len, PIECE) {
        sums.add(blocks(&mut segment, piece, block, measure, |range, parameters, updates, finish| {
            let range = base + range.start..base + range.end;
            let active = stages.iter_mut().filter(|stage| !stage.is_idle());
            in_turn(active, &range, parameters, updates, finish);
        }));
    }
    sums
}

/// One block through all stages; to `finish`, the last subtracts by itself, which saves a loop.
fn in_turn<'s, T: Real, P: Part<T> + ?Sized + 's>(
    mut stages: impl DoubleEndedIterator<Item = &'s mut Box<P>>,
    range: &Range<usize>,
    parameters: &mut [T],
    updates: &mut [T],
    finish: bool,
) {
    let last = if finish { stages.next_back() } else { None };
    stages.for_each(|stage| stage.transform(range, parameters, updates));
    match last {
        Some(stage) => stage.apply(range, parameters, updates),
        None if finish => subtract(parameters, updates),
        None => {}
    }
}

/// One piece, block by block. `stages` is given a block's range, parameters and updates, and whether to subtract the updates.
fn blocks<T: Real>(
    segment: &mut Segment<'_, T>,
    piece: Range<usize>,
    block: &mut [T],
    measure: bool,
    mut stages: impl FnMut(&Range<usize>, &mut [T], &mut [T], bool),
) -> Sums {
    let mut sums = Sums::default();
    for start in piece.clone().step_by(BLOCK) {
        let range = start..(start + BLOCK).min(piece.end);
        let gradients = &segment.gradients[range.clone()];
        let between = segment.updates.as_mut().map(|updates| &mut updates[range.clone()]);
        let updates = match between {
            Some(between) if segment.filled && segment.last => {
                load(&mut block[..range.len()], between, segment.factor);
                &mut block[..range.len()]
            }
            Some(between) if segment.filled => {
                if let Some(factor) = segment.factor {
                    dispatch(Scale { values: between, factor });
                }
                between
            }
            Some(between) if !segment.last => {
                load(between, gradients, segment.factor);
                between
            }
            _ => {
                load(&mut block[..range.len()], gradients, segment.factor);
                &mut block[..range.len()]
            }
        };
        let parameters = &mut segment.parameters[range.clone()];
        stages(&range, parameters, updates, segment.last && !measure);
        if measure {
            sums.gradient += reduce::sum_of_squares(gradients);
            sums.update += reduce::sum_of_squares(updates);
            sums.parameter += reduce::sum_of_squares(parameters);
            if segment.last {
                subtract(parameters, updates);
            }
        }
    }
    sums
}

fn run_threads<T: Real>(
    stages: &mut [Box<dyn Sweep<T>>],
    segment: Segment<'_, T>,
    threads: usize,
    direct: bool,
    measure: bool,
) -> Sums {
    let len = segment.gradients.len();
    let share = (len.div_ceil(threads)).next_multiple_of(PIECE);
    let cuts: Vec<Range<usize>> = crate::barrier::pieces(len, share).collect();
    let base = segment.range.start;
    let placed: Vec<Range<usize>> = cuts.iter().map(|cut| base + cut.start..base + cut.end).collect();
    let mut parts: Vec<Vec<Box<dyn Part<T> + '_>>> = cuts.iter().map(|_| Vec::new()).collect();
    for stage in stages.iter_mut().filter(|stage| !stage.is_idle()) {
        for (parts, part) in parts.iter_mut().zip(stage.parts(&placed)) {
            parts.push(part);
        }
    }
    let mut updates = segment.updates.map(|updates| cut(updates, &cuts).into_iter());
    let mut shares = Vec::with_capacity(cuts.len());
    for ((parts, parameters), range) in parts.into_iter().zip(cut(segment.parameters, &cuts)).zip(&cuts) {
        let own = Segment {
            range: range.clone(),
            parameters,
            gradients: &segment.gradients[range.clone()],
            updates: updates.as_mut().and_then(Iterator::next),
            filled: segment.filled,
            factor: segment.factor,
            last: segment.last,
        };
        shares.push((parts, own));
    }
    let mut all = Sums::default();
    std::thread::scope(|scope| {
        let mut shares = shares.into_iter();
        let first = shares.next();
        let others: Vec<_> =
            shares.map(|(parts, own)| scope.spawn(move || share_of(parts, own, direct, measure))).collect();
        let mut pieces = first.map(|(parts, own)| share_of(parts, own, direct, measure)).unwrap_or_default();
        for other in others {
            pieces.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        pieces.into_iter().for_each(|sums| all.add(sums));
    });
    all
}

/// One thread's share; the sums of its pieces in order.
fn share_of<T: Real>(
    mut parts: Vec<Box<dyn Part<T> + '_>>,
    mut segment: Segment<'_, T>,
    direct: bool,
    measure: bool,
) -> Vec<Sums> {
    if let ([part], true) = (parts.as_mut_slice(), direct) {
        part.apply(&(0..segment.gradients.len()), segment.parameters, segment.gradients);
        return Vec::new();
    }
    let mut block = vec![T::ZERO; BLOCK];
    crate::barrier::pieces(segment.gradients.len(), PIECE)
        .map(|piece| {
            blocks(&mut segment, piece, &mut block, measure, |range, parameters, updates, finish| {
                in_turn(parts.iter_mut(), range, parameters, updates, finish);
            })
        })
        .collect()
}

fn load<T: Real>(target: &mut [T], source: &[T], factor: Option<T>) {
    match factor {
        None => target.copy_from_slice(source),
        Some(factor) => dispatch(LoadScaled { target, source, factor }),
    }
}

/// Subtracts the updates.
pub(crate) fn subtract<T: Real>(parameters: &mut [T], updates: &[T]) {
    dispatch(Subtract { parameters, updates });
}

struct LoadScaled<'a, T> {
    target: &'a mut [T],
    source: &'a [T],
    factor: T,
}

impl<T: Real> Kernel for LoadScaled<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for (target, &source) in self.target.iter_mut().zip(self.source) {
            *target = self.factor * source;
        }
    }
}

struct Scale<'a, T> {
    values: &'a mut [T],
    factor: T,
}

impl<T: Real> Kernel for Scale<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for value in self.values {
            *value = self.factor * *value;
        }
    }
}

struct Subtract<'a, T> {
    parameters: &'a mut [T],
    updates: &'a [T],
}

impl<T: Real> Kernel for Subtract<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for (parameter, &update) in self.parameters.iter_mut().zip(self.updates) {
            *parameter -= update;
        }
    }
}

/// The norm's square, in pieces whose sums are added in order: the same bits for any number of threads.
pub(crate) fn sum_of_squares<T: Real>(values: &[T], threads: usize) -> f64 {
    let ordered = |values: &[T]| -> Vec<f64> {
        crate::barrier::pieces(values.len(), PIECE)
            .map(|piece| reduce::sum_of_squares(&values[piece]))
            .collect()
    };
    if threads < 2 || values.len() < WORTH_A_THREAD {
        return crate::barrier::pieces(values.len(), PIECE)
            .map(|piece| reduce::sum_of_squares(&values[piece]))
            .sum();
    }
    let share = values.len().div_ceil(threads).next_multiple_of(PIECE);
    std::thread::scope(|scope| {
        let shares: Vec<_> = values.chunks(share).map(|share| scope.spawn(move || ordered(share))).collect();
        let sums = shares
            .into_iter()
            .map(|share| share.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        sums.collect::<Vec<_>>().concat().into_iter().sum()
    })
}

/// Whether no element is infinite or NaN.
pub(crate) fn all_finite<T: Real>(values: &[T], threads: usize) -> bool {
    if threads < 2 || values.len() < WORTH_A_THREAD {
        return reduce::all_finite(values);
    }
    let share = values.len().div_ceil(threads);
    std::thread::scope(|scope| {
        let shares: Vec<_> =
            values.chunks(share).map(|share| scope.spawn(move || reduce::all_finite(share))).collect();
        shares.into_iter().all(|share| share.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}
