//! A pass divided among threads so that its result does not depend on their number.

use std::ops::Range;

/// Into how many parts work is divided, whatever the number of threads: the most threads that help.
pub(crate) const PARTS: usize = 8;

/// `count` things in ranges of about the same length; the last ones may be empty.
pub(crate) fn ranges(count: usize) -> [Range<usize>; PARTS] {
    let each = count.div_ceil(PARTS).max(1);
    std::array::from_fn(|part| (part * each).min(count)..((part + 1) * each).min(count))
}

/// Runs `work` on every job, each thread with consecutive ones and with `size` elements of `scratch` of its own.
pub(crate) fn share<T: Send, J: Send>(
    jobs: [J; PARTS],
    threads: usize,
    scratch: &mut [T],
    size: usize,
    work: impl Fn(J, &mut [T]) + Sync,
) {
    if threads <= 1 {
        jobs.into_iter().for_each(|job| work(job, scratch));
        return;
    }
    let each = PARTS.div_ceil(threads);
    let mut jobs = jobs.into_iter();
    let work = &work;
    std::thread::scope(|scope| {
        for (thread, own) in scratch.chunks_exact_mut(size).take(threads).enumerate() {
            let mine: Vec<J> = jobs.by_ref().take(each).collect();
            let run = move || mine.into_iter().for_each(|job| work(job, own));
            // The thread that asks takes the last share itself.
            if thread + 1 == threads {
                run();
            } else {
                scope.spawn(run);
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn every_job_is_done_once_whatever_the_number_of_threads() {
        for threads in 1..=9 {
            let done = Mutex::new(Vec::new());
            let mut scratch = vec![0u32; 3 * threads.max(1)];
            share(ranges(100), threads, &mut scratch, 3, |job, scratch| {
                scratch[0] += 1;
                done.lock().unwrap().extend(job);
            });
            let mut done = done.into_inner().unwrap();
            done.sort_unstable();
            assert_eq!(done, (0..100).collect::<Vec<_>>());
        }
        assert_eq!(ranges(2)[..4], [0..1, 1..2, 2..2, 2..2]);
    }
}
