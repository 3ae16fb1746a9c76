//! One run of elements through the stages of a pass: cache block by cache block, on one thread or several.

use crate::kernels::Inputs;
use crate::sweep::{Part, Sweep, cut};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use thalweg_kit::side_by_side;
use thalweg_lanes::{Buffer, Kernel, Real, dispatch, reduce};

/// Elements that go through all stages before the next ones do: a few of these fit the first-level cache.
pub(crate) const BLOCK: usize = 512;

/// Runs of at most this many elements stay in the second-level cache, where fewer, larger blocks cost less.
const SHORT: usize = 1 << 17;

/// Runs of at most this many elements stay in the third-level cache, where that is so for stages with little state.
const MEDIUM: usize = 1 << 21;

/// Buffers of state with which larger blocks still fit the first-level cache, beside all else that a block takes.
const LITTLE: usize = 2;

/// The block of such runs.
const SHORT_BLOCK: usize = 2 * BLOCK;

/// Elements of working space that [`run`] asks for.
pub(crate) const WORKING: usize = 4 * SHORT_BLOCK;

/// Threads divide the work at multiples of this, and sums are formed piece by piece, so that neither changes a bit.
const PIECE: usize = 16 * BLOCK;

/// Pieces that a thread reads at a time where nothing is written.
const JOB: usize = 8;

/// Fewer bytes of parameters than this are not worth a second thread: some fifty microseconds of Adam.
const WORTH_A_THREAD: usize = 1 << 19;

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
    /// What a barrier left to multiply by, or 1.
    pub(crate) factor: T,
    /// Whether this pass subtracts from the parameters.
    pub(crate) last: bool,
}

impl<T: Real> Segment<'_, T> {
    /// The parameters, and what the first stage reads.
    fn split(&mut self) -> (&mut [T], Inputs<'_, T>) {
        let filled = self.updates.as_deref().filter(|_| self.filled);
        (self.parameters, Inputs { values: filled.unwrap_or(self.gradients), factor: self.factor })
    }
}

/// Sends the segment through `stages`. `working` is room for [`WORKING`] elements.
pub(crate) fn run<T: Real>(
    stages: &mut [Box<dyn Sweep<T>>],
    mut segment: Segment<'_, T>,
    working: &mut [T],
    threads: usize,
    measure: bool,
) -> Sums {
    let len = segment.gradients.len();
    let threads = if len * T::BYTES >= WORTH_A_THREAD { threads.min(len / PIECE) } else { 1 };
    let size = block_of(len, stages.iter().map(|stage| stage.arenas().len()).sum());
    let direct = segment.last && !measure;
    if threads > 1 {
        return run_threads(stages, segment, threads, size, direct, measure);
    }
    let active = stages.iter_mut().filter(|stage| !stage.is_idle());
    if direct && let Some(only) = Last::of_all(active) {
        let range = segment.range.clone();
        let (parameters, inputs) = segment.split();
        only.apply(&range, parameters, inputs);
        return Sums::default();
    }
    let base = segment.range.start;
    // Asked once, not once a block; stages from the 64th on, if anybody has that many, count as active and change nothing.
    let idle = stages.iter().take(64).rev().fold(0u64, |idle, stage| idle << 1 | u64::from(stage.is_idle()));
    let mut sums = Sums::default();
    for piece in crate::barrier::pieces(len, PIECE) {
        sums.add(blocks(&mut segment, piece, size, working, measure, |block| {
            let range = base + block.range.start..base + block.range.end;
            let active = stages.iter_mut().enumerate().filter(|(i, _)| *i > 63 || idle >> i & 1 == 0);
            in_turn(active.map(|(_, stage)| stage), Block { range, ..block });
        }));
    }
    sums
}

/// Elements of a block of a run of `len` through stages with so many buffers of state: the same for any number of threads, since
/// sums are formed block by block.
fn block_of(len: usize, state: usize) -> usize {
    if len <= SHORT || len <= MEDIUM && state <= LITTLE { SHORT_BLOCK } else { BLOCK }
}

/// One block on its way through the stages.
struct Block<'a, T: Real> {
    range: Range<usize>,
    parameters: &'a mut [T],
    /// Gradients, or the updates of the pass before.
    inputs: Inputs<'a, T>,
    /// Where the updates go, or `None` to subtract them from the parameters.
    updates: Option<&'a mut [T]>,
    /// Room for what one stage leaves to the next.
    between: [&'a mut [T]; 2],
}

/// The stage that subtracts from the parameters, and the share of them that a decay after it adds to its updates.
struct Last<'s, T: Real, P: Part<T> + ?Sized> {
    stage: &'s mut Box<P>,
    decay: Option<T>,
}

impl<'s, T: Real, P: Part<T> + ?Sized> Last<'s, T, P> {
    /// All of `stages`, if one loop does them: a stage alone, or with a decay behind it.
    fn of_all(mut stages: impl Iterator<Item = &'s mut Box<P>>) -> Option<Self> {
        match (stages.next()?, stages.next(), stages.next()) {
            (stage, None, _) => Some(Self { stage, decay: None }),
            (stage, Some(after), None) if stage.takes_decay() && after.decay().is_some() => {
                Some(Self { stage, decay: after.decay() })
            }
            _ => None,
        }
    }

    fn apply(self, range: &Range<usize>, parameters: &mut [T], inputs: Inputs<'_, T>) {
        match self.decay {
            None => self.stage.apply(range, parameters, inputs),
            Some(decay) => self.stage.apply_decayed(range, parameters, inputs, decay),
        }
    }
}

/// One block through all stages: each reads what the one before wrote, and the last subtracts by itself if updates go nowhere.
fn in_turn<'s, T: Real, P: Part<T> + ?Sized + 's>(
    mut stages: impl DoubleEndedIterator<Item = &'s mut Box<P>>,
    block: Block<'_, T>,
) {
    let Block { range, parameters, inputs, updates, between: [mut from, mut to] } = block;
    let (mut last, mut late) = (stages.next_back().map(|stage| Last { stage, decay: None }), None);
    if updates.is_none()
        && let Some(share) = last.as_ref().and_then(|last| last.stage.decay())
    {
        match stages.next_back() {
            Some(stage) if stage.takes_decay() => last = Some(Last { stage, decay: Some(share) }),
            before => late = before,
        }
    }
    let mut outside = Some(inputs);
    for stage in stages.chain(late) {
        match outside.take() {
            Some(inputs) => stage.transform(&range, parameters, inputs, from),
            None => {
                stage.transform(&range, parameters, Inputs::plain(from), to);
                std::mem::swap(&mut from, &mut to);
            }
        }
    }
    let inputs = outside.unwrap_or(Inputs::plain(from));
    match (last, updates) {
        (Some(last), Some(updates)) => last.stage.transform(&range, parameters, inputs, updates),
        (Some(last), None) => last.apply(&range, parameters, inputs),
        (None, Some(updates)) => dispatch(Scaled { target: updates, source: inputs }),
        (None, None) => dispatch(Subtract { parameters, updates: inputs }),
    }
}

/// One piece, in blocks of `size` elements, each of which is given to `stages`.
fn blocks<T: Real>(
    segment: &mut Segment<'_, T>,
    piece: Range<usize>,
    size: usize,
    working: &mut [T],
    measure: bool,
    mut stages: impl FnMut(Block<'_, T>),
) -> Sums {
    let mut sums = Sums::default();
    let (room, rest) = working.split_at_mut(size);
    let (measured, rest) = rest.split_at_mut(size);
    let (one, two) = rest.split_at_mut(size);
    let factor = segment.factor;
    for start in piece.clone().step_by(size) {
        let range = start..(start + size).min(piece.end);
        let n = range.len();
        let gradients = &segment.gradients[range.clone()];
        let parameters = &mut segment.parameters[range.clone()];
        let pending = segment.updates.as_mut().map(|updates| &mut updates[range.clone()]);
        let (values, updates) = match pending {
            Some(pending) if segment.filled && segment.last => {
                (&*pending, measure.then_some(&mut measured[..n]))
            }
            Some(pending) if segment.filled => {
                // It is written to where it came from.
                room[..n].copy_from_slice(pending);
                (&room[..n], Some(pending))
            }
            _ if segment.last => (gradients, measure.then_some(&mut measured[..n])),
            pending => (gradients, pending),
        };
        let (inputs, between) = (Inputs { values, factor }, [&mut one[..n], &mut two[..n]]);
        stages(Block { range, parameters, inputs, updates, between });
        if measure {
            let updates = &measured[..n];
            sums.gradient += reduce::sum_of_squares(gradients);
            sums.update += reduce::sum_of_squares(updates);
            sums.parameter += reduce::sum_of_squares(parameters);
            dispatch(Subtract { parameters, updates: Inputs::plain(updates) });
        }
    }
    sums
}

fn run_threads<T: Real>(
    stages: &mut [Box<dyn Sweep<T>>],
    segment: Segment<'_, T>,
    threads: usize,
    size: usize,
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
    let mut found = vec![Vec::new(); shares.len()];
    side_by_side(threads, shares.into_iter().zip(&mut found), |((parts, own), found)| {
        *found = share_of(parts, own, size, direct, measure);
    });
    let mut all = Sums::default();
    found.into_iter().flatten().for_each(|sums| all.add(sums));
    all
}

/// One thread's share; the sums of its pieces in order.
fn share_of<T: Real>(
    mut parts: Vec<Box<dyn Part<T> + '_>>,
    mut segment: Segment<'_, T>,
    size: usize,
    direct: bool,
    measure: bool,
) -> Vec<Sums> {
    if direct && let Some(only) = Last::of_all(parts.iter_mut()) {
        let range = 0..segment.gradients.len();
        let (parameters, inputs) = segment.split();
        only.apply(&range, parameters, inputs);
        return Vec::new();
    }
    let mut working = Buffer::zeros(WORKING);
    crate::barrier::pieces(segment.gradients.len(), PIECE)
        .map(|piece| {
            blocks(&mut segment, piece, size, &mut working, measure, |block| in_turn(parts.iter_mut(), block))
        })
        .collect()
}

/// Copies the updates, times the factor.
struct Scaled<'a, T> {
    target: &'a mut [T],
    source: Inputs<'a, T>,
}

impl<T: Real> Kernel for Scaled<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for (target, &source) in self.target.iter_mut().zip(self.source.values) {
            *target = self.source.factor * source;
        }
    }
}

/// Subtracts the updates, times the factor.
struct Subtract<'a, T> {
    parameters: &'a mut [T],
    updates: Inputs<'a, T>,
}

impl<T: Real> Kernel for Subtract<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for (parameter, &update) in self.parameters.iter_mut().zip(self.updates.values) {
            *parameter -= self.updates.factor * update;
        }
    }
}

/// The norm's square, in pieces whose sums are added in order: the same bits for any number of threads.
pub(crate) fn sum_of_squares<T: Real>(values: &[T], threads: usize) -> f64 {
    if threads < 2 || size_of_val(values) < WORTH_A_THREAD {
        return values.chunks(PIECE).map(reduce::sum_of_squares).sum();
    }
    let mut sums = vec![0.0; values.len().div_ceil(PIECE)];
    side_by_side(threads, values.chunks(JOB * PIECE).zip(sums.chunks_mut(JOB)), |(values, sums)| {
        for (piece, sum) in values.chunks(PIECE).zip(sums) {
            *sum = reduce::sum_of_squares(piece);
        }
    });
    sums.into_iter().sum()
}

/// Whether no element is infinite or NaN.
pub(crate) fn all_finite<T: Real>(values: &[T], threads: usize) -> bool {
    if threads < 2 || size_of_val(values) < WORTH_A_THREAD {
        return reduce::all_finite(values);
    }
    let finite = AtomicBool::new(true);
    side_by_side(threads, values.chunks(JOB * PIECE), |piece| {
        if !reduce::all_finite(piece) {
            finite.store(false, Ordering::Relaxed);
        }
    });
    finite.into_inner()
}
