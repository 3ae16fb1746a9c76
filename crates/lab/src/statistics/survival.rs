//! How long something takes when some runs end before it happens.
//!
//! Kaplan and Meier, "Nonparametric estimation from incomplete observations", 1958.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_remission_times() {
        // Freireich et al., 1963: weeks in remission under 6-mercaptopurine; the estimates stand in every textbook.
        let happened = [6, 6, 6, 7, 10, 13, 16, 22, 23];
        let censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
        let watched = |times: &[i32], happened| -> Vec<Watched> {
            times.iter().map(|&time| Watched { time: f64::from(time), happened }).collect()
        };
        let curve = kaplan_meier(&[watched(&happened, true), watched(&censored, false)].concat());
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
