//! One thread: the same functions where the feature `threads` is off.

/// Does every job, one after the other.
pub fn side_by_side<J: Send>(_: usize, jobs: impl Iterator<Item = J> + Send, work: impl Fn(J) + Sync) {
    jobs.for_each(work);
}

/// The same in the first of `places`.
pub fn side_by_side_in<P: Send, J: Send>(
    _: usize,
    mut places: impl Iterator<Item = P> + Send,
    jobs: impl Iterator<Item = J> + Send,
    work: impl Fn(&mut P, J) + Sync,
) {
    if let Some(mut place) = places.next() {
        jobs.for_each(|job| work(&mut place, job));
    }
}
