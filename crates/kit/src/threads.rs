//! Threads that stay: sharing work among them does not cost the seventy microseconds of starting a thread.
//!
//! The pool is `rayon-core`'s, one for the process. Three things are added. The caller works too, and then waits awake for a
//! moment, because the other threads are nearly done. The others stay awake for a moment after their work, because the next
//! layer will have more of it: handing it over then takes two microseconds instead of twenty-five. The child of a fork, in
//! which the threads of the pool do not exist, gets a pool of its own.

use rayon_core::{ThreadPool, ThreadPoolBuilder, Yield};
use std::iter::repeat;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// How long the caller waits awake for the other threads, and they for the next work.
const AWAKE: Duration = Duration::from_micros(200);

/// Does every job on at most `threads` threads (the caller's is one of them; there are never more than processors). A free
/// thread takes the next job. Allocates nothing with one thread.
///
/// # Panics
/// If a job panics, after all threads have ended.
pub fn side_by_side<J: Send>(threads: usize, jobs: impl Iterator<Item = J> + Send, work: impl Fn(J) + Sync) {
    side_by_side_in(threads, repeat(()), jobs, |(), job| work(job));
}

/// Does what [`side_by_side`] does, and gives each thread the next of `places` to work in. There must be one for each thread.
///
/// # Panics
/// As [`side_by_side`].
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
        // The lock is held to take the next job, not while the job is done.
        while let Some(job) = { lock(&jobs).next() } {
            work(&mut place, job);
        }
    };
    let others = (threads - 1).min(pool.threads.current_num_threads());
    let done = AtomicUsize::new(0);
    pool.threads.in_place_scope(|scope| {
        for _ in 0..others {
            scope.spawn(|_| {
                share();
                done.fetch_add(1, Ordering::Release);
            });
        }
        pool.keep_awake();
        share();
        let since = Instant::now();
        while done.load(Ordering::Acquire) < others && since.elapsed() < AWAKE {
            std::hint::spin_loop();
        }
        pool.used.store(pool.now(), Ordering::Relaxed);
    });
}

/// A value that several threads use in turn. A panic of one of them is reported by the pool.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The threads of a process.
struct Pool {
    process: u32,
    threads: ThreadPool,
    started: Instant,
    /// When there was work for the last time, in nanoseconds since the start.
    used: AtomicU64,
    /// Whether the threads were asked to stay awake.
    awake: AtomicBool,
}

impl Pool {
    /// Lets all threads look for work until there has been none for a while.
    fn keep_awake(&'static self) {
        self.used.store(self.now(), Ordering::Relaxed);
        if self.awake.swap(true, Ordering::Relaxed) {
            return;
        }
        self.threads.spawn_broadcast(|_| {
            while self.now().saturating_sub(self.used.load(Ordering::Relaxed)) < AWAKE.as_nanos() as u64 {
                if rayon_core::yield_now() != Some(Yield::Executed) {
                    // Other threads may use the processor meanwhile.
                    std::thread::yield_now();
                }
            }
            self.awake.store(false, Ordering::Relaxed);
        });
    }

    fn now(&self) -> u64 {
        self.started.elapsed().as_nanos() as u64
    }
}

/// Returns the pool of this process, with a thread for each processor but the caller's. `None` if the system gives no threads,
/// or if another thread is starting the pool.
fn pool() -> Option<&'static Pool> {
    static POOL: RwLock<Option<&Pool>> = RwLock::new(None);
    let process = std::process::id();
    let own = |known: &Option<&'static Pool>| known.filter(|pool| pool.process == process);
    // Does not wait: in the child of a fork the thread that holds the lock may not exist.
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
        // Never dropped: it lives as long as the process, and dropping the pool of a parent would wait for its threads.
        let pool: &Pool = Box::leak(Box::new(Pool {
            process,
            threads: builder.build().ok()?,
            started: Instant::now(),
            used: AtomicU64::new(0),
            awake: AtomicBool::new(false),
        }));
        *known = Some(pool);
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
