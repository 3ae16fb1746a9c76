//! How long something takes when some runs end before it happens.
//!
//! Kaplan and Meier, "Nonparametric estimation from incomplete observations", 1958. The restricted mean is that of Irwin, "The
//! standard error of an estimate of expectation of life", 1949; the test is that of Mantel, "Evaluation of survival data and two
//! new rank order statistics arising in its consideration", 1966.

use serde::{Deserialize, Serialize};

use super::normal_cdf;

/// One run: how long it was watched, and whether it happened then (otherwise it was censored there).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Watched {
    /// How long.
    pub time: f64,
    /// Whether it happened.
    pub happened: bool,
}

/// The share of runs to which it has happened by each time at which it happened to some, with Greenwood's standard error.
pub fn kaplan_meier(runs: &[Watched]) -> Vec<(f64, f64, f64)> {
    let mut sorted = runs.to_vec();
    sorted.sort_by(|a, b| a.time.total_cmp(&b.time));
    let (mut left, mut survival, mut greenwood) = (sorted.len(), 1.0, 0.0);
    let mut curve = Vec::new();
    for at in sorted.chunk_by(|a, b| a.time == b.time) {
        let happened = at.iter().filter(|run| run.happened).count();
        if happened > 0 {
            survival *= 1.0 - happened as f64 / left as f64;
            greenwood += happened as f64 / (left as f64 * (left - happened) as f64);
            let error = if survival > 0.0 { survival * f64::sqrt(greenwood) } else { 0.0 };
            curve.push((at[0].time, 1.0 - survival, error));
        }
        left -= at.len();
    }
    curve
}

/// A mean time that is cut off at a horizon.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RestrictedMean {
    /// The mean of the smaller of the time and the horizon: the area under the curve of those to whom it has not happened yet.
    pub mean: f64,
    /// The variance of this estimate (Greenwood), with the divisor `n - 1`; NaN of a single run.
    pub variance: f64,
}

/// The restricted mean time; `None` without runs, or if the curve is not known up to the horizon because the last run was
/// censored before it.
pub fn restricted_mean(runs: &[Watched], horizon: f64) -> Option<RestrictedMean> {
    let last = runs.iter().map(|run| run.time).max_by(f64::total_cmp)?;
    let open = runs.iter().any(|run| run.time == last && !run.happened);
    if open && last < horizon {
        return None;
    }
    let curve = kaplan_meier(runs);
    let events: Vec<(f64, f64)> = curve.iter().map(|&(time, share, _)| (time, 1.0 - share)).collect();
    let before: Vec<(f64, f64)> = events.into_iter().filter(|(time, _)| *time < horizon).collect();
    // From the last event backwards: the area under the curve behind each event.
    let (mut area, mut end, mut greenwood) = (0.0, horizon, 0.0);
    for &(time, survival) in before.iter().rev() {
        area += survival * (end - time);
        end = time;
        let left = runs.iter().filter(|run| run.time >= time).count() as f64;
        let happened = runs.iter().filter(|run| run.time == time && run.happened).count() as f64;
        if left > happened {
            greenwood += area * area * happened / (left * (left - happened));
        }
    }
    let count = runs.len() as f64;
    Some(RestrictedMean { mean: area + end, variance: greenwood * count / (count - 1.0) })
}

/// Up to when the curves of all groups are known, at most `budget`: a group of which the last run was censored is known as long as
/// that run was watched. `None` if that is no time at all.
pub fn common_horizon<'a>(groups: impl Iterator<Item = &'a [Watched]>, budget: f64) -> Option<f64> {
    let known = |runs: &[Watched]| {
        let last = runs.iter().map(|run| run.time).fold(0.0, f64::max);
        let open = runs.iter().any(|run| run.time == last && !run.happened);
        if open { last } else { f64::INFINITY }
    };
    Some(groups.map(known).fold(budget, f64::min)).filter(|horizon| *horizon > 0.0)
}

/// The log-rank test of two groups.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogRank {
    /// The statistic: chi squared with one degree of freedom.
    pub chi_squared: f64,
    /// The two-sided p-value of "it happens to both alike".
    pub p_value: f64,
}

/// Tests whether it happens to two groups alike; `None` if it never happens, or only when nobody else is left.
pub fn log_rank(a: &[Watched], b: &[Watched]) -> Option<LogRank> {
    let mut times: Vec<f64> = a.iter().chain(b).filter(|run| run.happened).map(|run| run.time).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    let (mut excess, mut variance) = (0.0, 0.0);
    for time in times {
        let left = |runs: &[Watched]| runs.iter().filter(|run| run.time >= time).count() as f64;
        let now =
            |runs: &[Watched]| runs.iter().filter(|run| run.time == time && run.happened).count() as f64;
        let (left_a, left_both) = (left(a), left(a) + left(b));
        let (now_a, now_both) = (now(a), now(a) + now(b));
        let share = left_a / left_both;
        excess += now_a - now_both * share;
        if left_both > 1.0 {
            variance += now_both * share * (1.0 - share) * (left_both - now_both) / (left_both - 1.0);
        }
    }
    let chi_squared = excess * excess / variance;
    let p_value = 2.0 * normal_cdf(-chi_squared.sqrt());
    (variance > 0.0).then_some(LogRank { chi_squared, p_value })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watched(times: &[i32], happened: bool) -> Vec<Watched> {
        times.iter().map(|&time| Watched { time: f64::from(time), happened }).collect()
    }

    /// Freireich et al., 1963: weeks in remission under 6-mercaptopurine; the estimates stand in every textbook.
    fn mercaptopurine() -> Vec<Watched> {
        let happened = watched(&[6, 6, 6, 7, 10, 13, 16, 22, 23], true);
        [happened, watched(&[6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35], false)].concat()
    }

    /// The same study's placebo.
    fn placebo() -> Vec<Watched> {
        watched(&[1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], true)
    }

    #[test]
    fn the_restricted_mean_is_the_area_under_the_curve() {
        // scipy.stats.ecdf(...).sf, summed up to the horizon with numpy; the variance by Greenwood's formula, times 21 / 20.
        for (horizon, mean, variance) in [
            (23.0, 17.909_243_697_478_985, 2.533_019_063_957_762_6),
            (30.0, 21.046_498_599_439_772, 5.286_379_557_713_126),
            (35.0, 23.287_394_957_983_19, 8.394_301_819_274_418),
        ] {
            let found = restricted_mean(&mercaptopurine(), horizon).unwrap();
            assert!((found.mean - mean).abs() < 1e-12, "{horizon}: {found:?}");
            assert!((found.variance - variance).abs() < 1e-12, "{horizon}: {found:?}");
        }
        // Beyond the last run nobody knows, unless it has happened to all.
        assert_eq!(restricted_mean(&mercaptopurine(), 36.0), None);
        assert_eq!(restricted_mean(&[], 1.0), None);
        assert!((restricted_mean(&placebo(), 99.0).unwrap().mean - 26.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn without_censoring_before_the_horizon_it_is_the_mean_of_the_shorter_times() {
        // numpy.minimum(times, 10): mean 6.619047619047619, variance of the mean 0.5641723356009072.
        let found = restricted_mean(&placebo(), 10.0).unwrap();
        assert!((found.mean - 6.619_047_619_047_619).abs() < 1e-12, "{found:?}");
        assert!((found.variance - 0.564_172_335_600_907_2).abs() < 1e-12, "{found:?}");
        let never = [Watched { time: f64::INFINITY, happened: false }; 2];
        assert_eq!(restricted_mean(&never, 7.0), Some(RestrictedMean { mean: 7.0, variance: 0.0 }));
    }

    #[test]
    fn scipy_logrank_gives_the_same() {
        // scipy.stats.logrank: the square of its statistic.
        let found = log_rank(&mercaptopurine(), &placebo()).unwrap();
        assert!((found.chi_squared - 16.792_940_989_216_536).abs() < 1e-10, "{found:?}");
        assert!((found.p_value - 4.168_809_109_334_529e-5).abs() < 1e-15, "{found:?}");
        assert_eq!(log_rank(&placebo(), &placebo()).unwrap().p_value, 1.0);
        assert_eq!(log_rank(&watched(&[3], false), &watched(&[2, 3], false)), None);
    }

    #[test]
    fn the_published_remission_times() {
        let curve = kaplan_meier(&mercaptopurine());
        let expected = [
            (6.0, 0.857, 0.076),
            (7.0, 0.807, 0.087),
            (10.0, 0.753, 0.096),
            (13.0, 0.690, 0.107),
            (16.0, 0.627, 0.114),
            (22.0, 0.538, 0.128),
            (23.0, 0.448, 0.135),
        ];
        assert_eq!(curve.len(), expected.len());
        for (found, (time, survival, error)) in curve.iter().zip(expected) {
            assert_eq!(found.0, time);
            assert!((1.0 - found.1 - survival).abs() < 6e-4 && (found.2 - error).abs() < 6e-4, "{found:?}");
        }
    }

    #[test]
    fn nothing_and_everything() {
        assert!(kaplan_meier(&[]).is_empty());
        assert!(kaplan_meier(&[Watched { time: 3.0, happened: false }]).is_empty());
        assert_eq!(kaplan_meier(&[Watched { time: 3.0, happened: true }]), [(3.0, 1.0, 0.0)]);
    }
}
