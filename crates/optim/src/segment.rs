//! One run of elements through the stages of a pass: cache block by cache block, on one thread or several.

use crate::kernels::{Dress, Inputs};
use crate::loops::dispatch;
use crate::packed::SCALED;
use crate::roles::Roles;
use crate::sweep::{Part, Sweep, cut};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use thalweg_kit::side_by_side;
use thalweg_lanes::{Buffer, Kernel, Real, reduce};

/// Elements that go through all stages before the next ones do: a few of these fit the first-level cache.
pub(crate) const BLOCK: usize = 512;

// A sweep by blocks, and one cut up for several threads, must not part what shares a scale.
const _: () = assert!(BLOCK.is_multiple_of(SCALED));

/// Runs of at most this many elements stay in the second-level cache, where fewer, larger blocks cost less.
const SHORT: usize = 1 << 17;

/// Runs of at most this many elements stay in the third-level cache, where that is so for stages with little state.
const MEDIUM: usize = 1 << 21;

/// Buffers of state with which larger blocks still fit the first-level cache, beside all else that a block takes.
const LITTLE: usize = 2;

/// The block of such runs.
const SHORT_BLOCK: usize = 2 * BLOCK;

/// The same in bytes, for short runs whose sums nobody asks for.
const SHORT_BYTES: usize = 8192;

/// Elements of working space that [`run`] asks for.
pub(crate) const WORKING: usize = 4 * SHORT_BYTES / size_of::<f32>();

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
    fn split(&mut self, largest: T) -> (&mut [T], Inputs<'_, T>) {
        let filled = self.updates.as_deref().filter(|_| self.filled);
        let values = filled.unwrap_or(self.gradients);
        (self.parameters, Inputs { values, factor: self.factor, largest })
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
    let size = block_of::<T>(len, stages.iter().map(|stage| stage.arenas().len()).sum(), measure);
    let roles = Roles::of(stages, segment.last && !measure);
    if threads > 1 {
        return run_threads(stages, segment, threads, size, &roles, measure);
    }
    let (base, range) = (segment.range.start, segment.range.clone());
    if roles.is_one_loop() {
        let (parameters, inputs) = segment.split(roles.largest);
        roles.finish(stages, &range, parameters, &inputs);
        return Sums::default();
    }
    let mut sums = Sums::default();
    for piece in pieces(len, PIECE) {
        sums.add(blocks(&mut segment, piece, size, working, &roles, measure, |block| {
            let range = base + block.range.start..base + block.range.end;
            in_turn(stages, &roles, Block { range, ..block });
        }));
    }
    sums
}

/// Elements of a block of a run of `len` through stages with so many buffers of state: the same for any number of threads, since
/// sums are formed block by block.
fn block_of<T: Real>(len: usize, state: usize, measure: bool) -> usize {
    match len {
        ..=SHORT if !measure => SHORT_BYTES / T::BYTES,
        ..=SHORT => SHORT_BLOCK,
        ..=MEDIUM if state <= LITTLE => SHORT_BLOCK,
        _ => BLOCK,
    }
}

/// One block on its way through the stages.
struct Block<'a, T: Real> {
    range: Range<usize>,
    parameters: &'a mut [T],
    /// Gradients, or the updates of the pass before.
    inputs: &'a Inputs<'a, T>,
    /// Where the updates go, or `None` to subtract them from the parameters.
    updates: Option<&'a mut [T]>,
    /// Room for what one stage leaves to the next.
    between: [&'a mut [T]; 2],
}

/// One block through all stages: each reads what the one before wrote, and the last subtracts by itself if updates go nowhere.
fn in_turn<T: Real, P: Part<T> + ?Sized>(stages: &mut [Box<P>], roles: &Roles<T>, block: Block<'_, T>) {
    let Block { range, parameters, inputs, updates, between: [mut from, mut to] } = block;
    let mut outside = Some(inputs);
    for stage in roles.through() {
        match outside.take() {
            Some(inputs) => transform_first(stages[stage].as_mut(), &range, parameters, inputs, to, from),
            None => {
                stages[stage].transform(&range, parameters, &Inputs::plain(from), to);
                std::mem::swap(&mut from, &mut to);
            }
        }
    }
    let between = Inputs::plain(from);
    let inputs = outside.unwrap_or(&between);
    match (roles.last, updates) {
        (Some(last), Some(updates)) => {
            transform_first(stages[last].as_mut(), &range, parameters, inputs, to, updates)
        }
        (Some(_), None) => roles.finish(stages, &range, parameters, inputs),
        (None, Some(updates)) => dispatch(Dress { inputs, target: updates }),
        (None, None) => dispatch(Subtract { parameters, updates: inputs }),
    }
}

/// Lets a stage transform inputs to which something may be still to be done: by the stage, or before it, with the result in `room`.
fn transform_first<T: Real, P: Part<T> + ?Sized>(
    stage: &mut P,
    range: &Range<usize>,
    parameters: &[T],
    inputs: &Inputs<'_, T>,
    room: &mut [T],
    updates: &mut [T],
) {
    if stage.dresses() {
        stage.transform(range, parameters, inputs, updates);
    } else {
        stage.transform(range, parameters, &Inputs::plain(inputs.dressed(room)), updates);
    }
}

/// One piece, in blocks of `size` elements, each of which is given to `stages`.
fn blocks<T: Real>(
    segment: &mut Segment<'_, T>,
    piece: Range<usize>,
    size: usize,
    working: &mut [T],
    roles: &Roles<T>,
    measure: bool,
    mut stages: impl FnMut(Block<'_, T>),
) -> Sums {
    let mut sums = Sums::default();
    let (room, rest) = working.split_at_mut(size);
    let (measured, rest) = rest.split_at_mut(size);
    let (one, two) = rest.split_at_mut(size);
    let (factor, largest) = (segment.factor, roles.largest);
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
        // Passed by reference all the way to the loop: a copy is made with wider loads than the stores before it, and such a load
        // waits until everything stored so far has reached the cache, the parameters of the block before included.
        let inputs = Inputs { values, factor, largest };
        let between = [&mut one[..n], &mut two[..n]];
        stages(Block { range, parameters, inputs: &inputs, updates, between });
        if measure {
            let updates = &measured[..n];
            sums.gradient += reduce::sum_of_squares(gradients);
            sums.update += reduce::sum_of_squares(updates);
            sums.parameter += reduce::sum_of_squares(parameters);
            dispatch(Subtract { parameters, updates: &Inputs::plain(updates) });
        }
    }
    sums
}

fn run_threads<T: Real>(
    stages: &mut [Box<dyn Sweep<T>>],
    segment: Segment<'_, T>,
    threads: usize,
    size: usize,
    roles: &Roles<T>,
    measure: bool,
) -> Sums {
    let len = segment.gradients.len();
    let share = (len.div_ceil(threads)).next_multiple_of(PIECE);
    let cuts: Vec<Range<usize>> = pieces(len, share).collect();
    let base = segment.range.start;
    let placed: Vec<Range<usize>> = cuts.iter().map(|cut| base + cut.start..base + cut.end).collect();
    let mut parts: Vec<Vec<Box<dyn Part<T> + '_>>> = cuts.iter().map(|_| Vec::new()).collect();
    for stage in stages {
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
        *found = share_of(parts, own, size, roles, measure);
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
    roles: &Roles<T>,
    measure: bool,
) -> Vec<Sums> {
    if roles.is_one_loop() {
        let range = 0..segment.gradients.len();
        let (parameters, inputs) = segment.split(roles.largest);
        roles.finish(&mut parts, &range, parameters, &inputs);
        return Vec::new();
    }
    let mut working = Buffer::zeros(WORKING);
    pieces(segment.gradients.len(), PIECE)
        .map(|piece| {
            blocks(&mut segment, piece, size, &mut working, roles, measure, |block| {
                in_turn(&mut parts, roles, block);
            })
        })
        .collect()
}

/// Subtracts the updates, times the factor.
struct Subtract<'a, T> {
    parameters: &'a mut [T],
    updates: &'a Inputs<'a, T>,
}

impl<T: Real> Kernel for Subtract<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Inputs { values, factor, .. } = *self.updates;
        for (parameter, &value) in self.parameters.iter_mut().zip(values) {
            *parameter -= factor * value;
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

/// Pieces of equal length, in order.
fn pieces(len: usize, piece: usize) -> impl Iterator<Item = Range<usize>> {
    (0..len).step_by(piece.max(1)).map(move |start| start..(start + piece).min(len))
}

/// Whether no element is infinite or NaN.
pub(crate) fn all_finite<T: Real>(values: &[T], threads: usize) -> bool {
    all(reduce::all_finite, values, threads)
}

/// Whether the squares of all elements are finite too.
pub(crate) fn all_square<T: Real>(values: &[T], threads: usize) -> bool {
    all(reduce::all_square, values, threads)
}

/// Whether `holds` is true of all pieces.
fn all<T: Real>(holds: fn(&[T]) -> bool, values: &[T], threads: usize) -> bool {
    if threads < 2 || size_of_val(values) < WORTH_A_THREAD {
        return holds(values);
    }
    let finite = AtomicBool::new(true);
    side_by_side(threads, values.chunks(JOB * PIECE), |piece| {
        if !holds(piece) {
            finite.store(false, Ordering::Relaxed);
        }
    });
    finite.into_inner()
}
