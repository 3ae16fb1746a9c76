//! Thalweg's use of several cores: one training run a thread, many runs at a time.

use crate::Result;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// The results of `work` for 0 to `count`, in that order, computed by `threads` threads that take the next number as they
/// get free.
pub fn in_parallel<T: Send>(
    threads: usize,
    count: usize,
    work: impl Fn(usize) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let next = AtomicUsize::new(0);
    let worker = || -> Result<Vec<(usize, T)>> {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return Ok(done);
            }
            done.push((number, work(number)?));
        }
    };
    let mut results = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.clamp(1, count.max(1))).map(|_| scope.spawn(worker)).collect();
        let mut results = Vec::new();
        for worker in workers {
            results.extend(worker.join().map_err(|_| "a thread panicked")??);
        }
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>(results)
    })?;
    results.sort_by_key(|(number, _)| *number);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_whatever_the_number_of_threads() {
        for threads in [0, 1, 3, 100] {
            assert_eq!(
                in_parallel(threads, 10, |i| Ok(i * i)).unwrap(),
                (0..10).map(|i| i * i).collect::<Vec<_>>()
            );
        }
        assert!(in_parallel(2, 0, Ok).unwrap().is_empty());
        assert!(in_parallel(2, 5, |i| if i == 3 { Err("three".into()) } else { Ok(i) }).is_err());
    }
}
