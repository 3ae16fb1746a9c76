//! Threads that stay: work is shared among them without the price of starting one, some seventy microseconds.
//!
//! The pool is `rayon-core`'s, one for the process. Two things are added: the caller works too and then waits awake for a
//! moment, as what it waits for is nearly done; and the child of a fork, in which a pool's threads do not exist, gets a pool of
//! its own.

use rayon_core::{ThreadPool, ThreadPoolBuilder};
use std::iter::repeat;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// For so long the caller waits awake for the others: to be woken takes a fifth of it.
const AWAKE: Duration = Duration::from_micros(100);

/// Does every job, on at most so many threads (the caller's is one; there are never more than processors). Whoever is free takes
/// the next job. Allocates nothing where there is one thread.
///
/// # Panics
/// If a job does, after all threads have come to an end.
pub fn side_by_side<J: Send>(threads: usize, jobs: impl Iterator<Item = J> + Send, work: impl Fn(J) + Sync) {
    side_by_side_in(threads, repeat(()), jobs, |(), job| work(job));
}

/// [`side_by_side`] where each thread has a place to work in, the next of `places`: there must be one for each, and nobody
/// else is in it.
///
/// # Panics
/// As there.
pub fn side_by_side_in<P: Send, J: Send>(
    threads: usize,
    mut places: impl Iterator<Item = P> + Send,
    jobs: impl Iterator<Item = J> + Send,
    work: impl Fn(&mut P, J) + Sync,
) {
    let pool = if threads > 1 { pool() } else { None };
    let Some(pool) = pool else {
        if let Some(mut place) = places.next() {
            jobs.for_each(|job| work(&mut place, job));
        }
        return;
    };
    let (places, jobs) = (Mutex::new(places), Mutex::new(jobs));
    let share = || {
        let Some(mut place) = lock(&places).next() else { return };
        // The lock is held for the next job alone, not while it is done.
        while let Some(job) = { lock(&jobs).next() } {
            work(&mut place, job);
        }
    };
    let others = (threads - 1).min(pool.current_num_threads());
    let done = AtomicUsize::new(0);
    pool.in_place_scope(|scope| {
        for _ in 0..others {
            scope.spawn(|_| {
                share();
                done.fetch_add(1, Ordering::Release);
            });
        }
        share();
        let since = Instant::now();
        while done.load(Ordering::Acquire) < others && since.elapsed() < AWAKE {
            std::hint::spin_loop();
        }
    });
}

/// What several threads reach in turn. That one of them broke off is told by the pool.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The pool of this process, with a thread for each processor but the caller's; `None` if there is none to be had, or another
/// thread is just about to start it.
fn pool() -> Option<&'static ThreadPool> {
    static POOL: RwLock<Option<(u32, &ThreadPool)>> = RwLock::new(None);
    let process = std::process::id();
    let own = |known: &Option<(u32, &'static ThreadPool)>| {
        known.filter(|(of, _)| *of == process).map(|(_, pool)| pool)
    };
    // Never waiting: in the child of a fork nobody may be left to open the lock.
    let known = POOL.try_read().ok().and_then(|known| own(&known));
    known.or_else(|| {
        let mut known = POOL.try_write().ok()?;
        if let Some(pool) = own(&known) {
            return Some(pool);
        }
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let builder = ThreadPoolBuilder::new()
            .num_threads(processors.saturating_sub(1).max(1))
            .thread_name(|number| format!("thalweg-{}", number + 1));
        // Never dropped: it lives as long as the process, and to end a parent's would be to wait for its threads.
        let pool: &ThreadPool = Box::leak(Box::new(builder.build().ok()?));
        *known = Some((process, pool));
        Some(pool)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    #[test]
    fn every_job_is_done_once_in_a_place_of_the_threads_own() {
        for threads in [0, 1, 2, 3, 50] {
            for count in [0, 1, 5, 1000] {
                let mut done = vec![0; count];
                let mut places = vec![0usize; threads.max(1)];
                side_by_side_in(
                    threads,
                    places.iter_mut(),
                    done.iter_mut().enumerate(),
                    |place, (job, done)| {
                        **place += 1;
                        *done += job + 1;
                    },
                );
                assert!(done.iter().enumerate().all(|(job, done)| *done == job + 1));
                assert_eq!(places.iter().sum::<usize>(), count);
            }
        }
    }

    #[test]
    fn two_threads_work_at_the_same_time() {
        // Each waits for the other one.
        let here = AtomicUsize::new(0);
        side_by_side(2, 0..2, |_| {
            here.fetch_add(1, Ordering::SeqCst);
            let since = Instant::now();
            while here.load(Ordering::SeqCst) < 2 {
                assert!(since.elapsed() < Duration::from_secs(60), "the other one did not come");
                std::thread::yield_now();
            }
        });
    }

    #[test]
    fn work_inside_of_work_and_from_several_threads_comes_to_an_end() {
        let total = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    side_by_side(3, 0..10, |_| {
                        side_by_side(3, 0..10, |_| {
                            total.fetch_add(1, Ordering::Relaxed);
                        });
                    });
                });
            }
        });
        assert_eq!(total.into_inner(), 400);
    }

    #[test]
    fn a_job_that_panics_takes_the_call_with_it_and_nothing_else() {
        for bad in 0..4 {
            let call = catch_unwind(AssertUnwindSafe(|| side_by_side(2, 0..4, |job| assert_ne!(job, bad))));
            assert!(call.is_err());
        }
        let done = AtomicUsize::new(0);
        side_by_side(2, 0..4, |_| {
            done.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(done.into_inner(), 4);
    }
}
