//! The executor: threads that carry out jobs, while the calling thread hands them out and takes their results.
//!
//! All that runs several trainings at a time does it here: comparisons and sweeps (`protocol`), studies and range tests. A job is a
//! number, and [`Jobs`] says what it stands for. Only the calling thread hears of results, so it alone touches a store and tells of
//! progress. A panic in one job is a fault of that job. Where other programs work on the same jobs, [`Jobs`] says which are theirs.

use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use crate::fault::RunFault;

/// A job that takes less is short.
const SHORT: Duration = Duration::from_millis(50);
/// How long to wait for a result before looking after other things.
const PAUSE: Duration = Duration::from_millis(500);
/// How often to look for what other programs have finished.
const POLL: Duration = Duration::from_millis(50);

/// Hands out jobs, by number, and takes their results. Every call comes from the thread that called [`carry_out`].
pub trait Jobs<R> {
    /// What ends all work.
    type Error;

    /// Returns the next job to begin; `None` if there is none, or none for now.
    fn next(&mut self) -> Result<Option<usize>, Self::Error>;

    /// Takes the result of a job. That of a job that was not begun before the stop is [`RunFault::Interrupted`].
    fn take(&mut self, job: usize, result: Result<R, RunFault>) -> Result<(), Self::Error>;

    /// Returns whether other programs are at some of the jobs, whose results are wanted here.
    fn waits_for_others(&self) -> bool {
        false
    }

    /// Is called several times a second, as long as there is work.
    fn tick(&mut self) -> Result<(), Self::Error> {
        Ok(())
    }

    /// Looks after the jobs that other programs are at. Is called while a thread here has nothing to do.
    fn look_around(&mut self) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// Carries out jobs on `threads` threads, each by a call of `work`. When `stop` is set, no further job is begun.
///
/// # Errors
/// Those of `jobs`, once the work under way has ended.
pub fn carry_out<R: Send, J: Jobs<R>>(
    threads: usize,
    stop: &AtomicBool,
    work: impl Fn(usize) -> Result<R, RunFault> + Sync,
    jobs: &mut J,
) -> Result<(), J::Error> {
    let (work, stopped) = (&work, || stop.load(Ordering::Relaxed));
    std::thread::scope(|scope| {
        let (orders, ordered) = mpsc::channel::<usize>();
        let (sender, receiver) = mpsc::channel();
        let ordered = Arc::new(Mutex::new(ordered));
        for _ in 0..threads {
            let (ordered, sender) = (ordered.clone(), sender.clone());
            scope.spawn(move || {
                // The lock is held while waiting: the thread that has it takes the next order.
                while let Ok(job) = ordered.lock().map_or(Err(mpsc::RecvError), |orders| orders.recv()) {
                    let started = Instant::now();
                    let result = if stopped() { Err(RunFault::Interrupted) } else { safely(|| work(job)) };
                    if sender.send((job, result, started.elapsed())).is_err() {
                        break;
                    }
                }
            });
        }
        // When this thread leaves, `orders` closes and the others end.
        let (mut running, mut longest) = (0, Duration::ZERO);
        loop {
            // Short jobs are handed out ahead, so that no thread waits for this one; long ones are left to other programs.
            let ahead = if longest < SHORT { threads } else { 0 };
            let mut none_left = false;
            while running < threads + ahead && !stopped() {
                let Some(job) = jobs.next()? else {
                    none_left = true;
                    break;
                };
                if orders.send(job).is_ok() {
                    running += 1;
                }
            }
            if running == 0 && (stopped() || (none_left && !jobs.waits_for_others())) {
                return Ok(());
            }
            jobs.tick()?;
            let wait = if running == 0 || jobs.waits_for_others() { POLL } else { PAUSE };
            if let Ok((job, result, time)) = receiver.recv_timeout(wait) {
                running -= 1;
                longest = longest.max(time);
                jobs.take(job, result)?;
            } else if running < threads {
                jobs.look_around()?;
            }
        }
    })
}

/// Does a job; a panic is a fault.
fn safely<R>(job: impl FnOnce() -> Result<R, RunFault>) -> Result<R, RunFault> {
    catch_unwind(AssertUnwindSafe(job)).unwrap_or_else(|panic| {
        let message = panic.downcast_ref::<String>().map(String::as_str);
        let message = message.or(panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
        Err(RunFault::Bug(message.to_owned()))
    })
}

/// Carries out a job for each of `items` and returns the results in their order; `None` for those that were interrupted. After the first
/// fault no further job is begun. `finished` hears of each result when it is there.
///
/// # Errors
/// The first fault, with the number of its item.
pub fn for_each<I: Sync, R: Send>(
    items: &[I],
    threads: usize,
    stop: &AtomicBool,
    work: impl Fn(&I) -> Result<R, RunFault> + Sync,
    finished: impl FnMut(&I),
) -> Result<Vec<Option<R>>, (usize, RunFault)> {
    let results = items.iter().map(|_| None).collect();
    let mut list = List { items, next: 0, results, fault: None, finished };
    let threads = threads.clamp(1, items.len().max(1));
    let Ok(()) = carry_out(threads, stop, |job| work(&items[job]), &mut list);
    match list.fault {
        Some(fault) => Err(fault),
        None => Ok(list.results),
    }
}

/// Jobs in their order, all of which belong to this program.
struct List<'a, I, R, F> {
    items: &'a [I],
    next: usize,
    results: Vec<Option<R>>,
    fault: Option<(usize, RunFault)>,
    finished: F,
}

impl<I, R, F: FnMut(&I)> Jobs<R> for List<'_, I, R, F> {
    type Error = Infallible;

    fn next(&mut self) -> Result<Option<usize>, Infallible> {
        let job = self.next;
        let is_begun = self.fault.is_none() && job < self.items.len();
        self.next += usize::from(is_begun);
        Ok(is_begun.then_some(job))
    }

    fn take(&mut self, job: usize, result: Result<R, RunFault>) -> Result<(), Infallible> {
        match result {
            Ok(result) => {
                (self.finished)(&self.items[job]);
                self.results[job] = Some(result);
            }
            Err(RunFault::Interrupted) => {}
            Err(fault) => {
                self.fault.get_or_insert((job, fault));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items_whatever_the_threads() {
        let go = AtomicBool::new(false);
        let items: Vec<usize> = (0..20).collect();
        for threads in [0, 1, 2, 7] {
            let mut heard = Vec::new();
            let square = |item: &usize| Ok(item * item);
            let results = for_each(&items, threads, &go, square, |&item| heard.push(item)).unwrap();
            assert_eq!(results, items.iter().map(|item| Some(item * item)).collect::<Vec<_>>());
            heard.sort_unstable();
            assert_eq!(heard, items);
        }
        assert!(for_each(&[], 3, &go, |&item: &usize| Ok(item), |_| {}).unwrap().is_empty());
    }

    #[test]
    fn a_fault_and_a_panic_end_the_work_and_are_told_apart() {
        let go = AtomicBool::new(false);
        let items: Vec<usize> = (0..1000).collect();
        let begun = Mutex::new(0);
        let failing = |&item: &usize| {
            *begun.lock().unwrap() += 1;
            if item == 3 { Err(RunFault::TestRead) } else { Ok(item) }
        };
        assert!(matches!(for_each(&items, 1, &go, failing, |_| {}), Err((3, RunFault::TestRead))));
        assert!(*begun.lock().unwrap() < 10);
        let broken = |&item: &usize| if item == 3 { panic!("three") } else { Ok(item) };
        let (job, fault) = for_each(&items, 2, &go, broken, |_| {}).unwrap_err();
        assert_eq!(job, 3);
        assert_eq!(fault.to_string(), "the program has a bug here: three");
    }

    #[test]
    fn nothing_is_begun_after_a_stop() {
        let stop = AtomicBool::new(false);
        let items: Vec<usize> = (0..50).collect();
        let stopping = |&item: &usize| {
            stop.store(item == 2, Ordering::Relaxed);
            Ok(item)
        };
        let results = for_each(&items, 1, &stop, stopping, |_| {}).unwrap();
        assert_eq!((results[..4].to_vec(), results.len()), (vec![Some(0), Some(1), Some(2), None], 50));
        assert!(results[3..].iter().all(Option::is_none));
    }

    /// Four jobs, of which another program has two: one that it finishes, one that it leaves.
    struct Shared {
        open: Vec<usize>,
        elsewhere: Vec<usize>,
        taken: Vec<(usize, bool)>,
        looked: usize,
    }

    impl Jobs<()> for Shared {
        type Error = Infallible;

        fn next(&mut self) -> Result<Option<usize>, Infallible> {
            Ok(self.open.pop())
        }

        fn take(&mut self, job: usize, result: Result<(), RunFault>) -> Result<(), Infallible> {
            self.taken.push((job, result.is_ok()));
            Ok(())
        }

        fn waits_for_others(&self) -> bool {
            !self.elsewhere.is_empty()
        }

        fn look_around(&mut self) -> Result<(), Infallible> {
            self.looked += 1;
            if self.looked == 2 {
                self.elsewhere.clear();
                self.open.push(3);
            }
            Ok(())
        }
    }

    #[test]
    fn jobs_of_other_programs_are_waited_for_and_taken_over() {
        let mut shared = Shared { open: vec![1, 0], elsewhere: vec![2, 3], taken: vec![], looked: 0 };
        let go = AtomicBool::new(false);
        let Ok(()) = carry_out(2, &go, |_| Ok(()), &mut shared);
        shared.taken.sort_unstable();
        assert_eq!(shared.taken, [(0, true), (1, true), (3, true)]);
        // After a stop they are not.
        let mut shared = Shared { open: vec![1, 0], elsewhere: vec![2], taken: vec![], looked: 0 };
        let Ok(()) = carry_out(2, &AtomicBool::new(true), |_| Ok(()), &mut shared);
        assert_eq!((shared.taken, shared.looked), (vec![], 0));
    }
}
