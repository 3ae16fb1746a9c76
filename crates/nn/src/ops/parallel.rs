//! A pass divided among threads so that its result does not depend on their number.

use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};
use thalweg_kit::side_by_side_in;

/// The number of parts into which work is divided for any number of threads. More threads than this do not help.
pub(crate) const PARTS: usize = 8;

/// Divides `count` things into ranges of about the same length; the last ones may be empty.
pub(crate) fn ranges(count: usize) -> [Range<usize>; PARTS] {
    let each = count.div_ceil(PARTS).max(1);
    std::array::from_fn(|part| (part * each).min(count)..((part + 1) * each).min(count))
}

/// Runs `work` on every job. Each thread has `size` elements of scratch memory.
pub(crate) fn share<T: Send, J: Send>(
    jobs: [J; PARTS],
    threads: usize,
    scratch: &mut [T],
    size: usize,
    work: impl Fn(J, &mut [T]) + Sync,
) {
    side_by_side_in(threads, places(scratch, size), jobs.into_iter(), |scratch, job| work(job, scratch));
}

/// Does what [`share`] does, and calls `collect` with the scratch memory of each job when it is done, in the order of the jobs.
///
/// `work` must not divide its own work among threads: its thread could be given a later job meanwhile and wait for itself.
pub(crate) fn share_in_order<T: Send, J: Send>(
    jobs: impl Iterator<Item = J> + Send,
    threads: usize,
    scratch: &mut [T],
    size: usize,
    work: impl Fn(J, &mut [T]) + Sync,
    collect: impl FnMut(&mut [T]) + Send,
) {
    // Jobs begin in order, so the job whose turn it is has always begun.
    let turns = Mutex::new((Some(0), collect));
    side_by_side_in(threads, places(scratch, size), jobs.enumerate(), |scratch, (number, job)| {
        let mut turn = Turn { turns: &turns, done: false };
        work(job, scratch);
        loop {
            let mut reached = lock(turn.turns);
            match reached.0 {
                Some(next) if next == number => {
                    (reached.1)(scratch);
                    reached.0 = Some(number + 1);
                    break;
                }
                Some(_) => {}
                None => break,
            }
            drop(reached);
            std::thread::yield_now();
        }
        turn.done = true;
    });
}

/// A running job of [`share_in_order`]. If it panics, the other jobs do not wait for it.
struct Turn<'a, C> {
    turns: &'a Mutex<(Option<usize>, C)>,
    done: bool,
}

impl<C> Drop for Turn<'_, C> {
    fn drop(&mut self) {
        if !self.done {
            lock(self.turns).0 = None;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The scratch of each thread; a size of 0 is that of any number of threads.
fn places<T>(scratch: &mut [T], size: usize) -> impl Iterator<Item = &mut [T]> {
    let mut rest = scratch;
    std::iter::from_fn(move || rest.split_off_mut(..size))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    #[test]
    fn every_job_is_done_once_whatever_the_number_of_threads() {
        for (threads, size) in (1..=9).flat_map(|threads| [(threads, 3), (threads, 0)]) {
            let done = Mutex::new(Vec::new());
            let mut scratch = vec![0u32; size * threads];
            share(ranges(100), threads, &mut scratch, size, |job, scratch| {
                assert_eq!(scratch.len(), size);
                done.lock().unwrap().extend(job);
            });
            let mut done = done.into_inner().unwrap();
            done.sort_unstable();
            assert_eq!(done, (0..100).collect::<Vec<_>>());
        }
        assert_eq!(ranges(2)[..4], [0..1, 1..2, 2..2, 2..2]);
    }

    #[test]
    fn what_jobs_leave_is_collected_in_their_order() {
        for threads in 1..=9 {
            let mut found = Vec::new();
            let mut scratch = vec![0; threads];
            // The first ones take the longest.
            let work = |job: usize, scratch: &mut [usize]| {
                std::thread::sleep(std::time::Duration::from_micros(10 * (50 - job as u64)));
                scratch[0] = job;
            };
            share_in_order(0..50, threads, &mut scratch, 1, work, |scratch| found.push(scratch[0]));
            assert_eq!(found, (0..50).collect::<Vec<_>>());
        }
    }

    #[test]
    fn nobody_waits_for_a_job_that_broke_off() {
        for threads in [1, 2, 5] {
            let mut scratch = vec![0; threads];
            let work = |job: usize, _: &mut [usize]| assert_ne!(job, 3, "on purpose");
            let call = AssertUnwindSafe(|| share_in_order(0..9, threads, &mut scratch, 1, work, |_| {}));
            assert!(catch_unwind(call).is_err());
        }
    }
}
