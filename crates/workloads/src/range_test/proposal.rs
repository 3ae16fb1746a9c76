//! What a range test suggests, and when it does not.

use serde::{Deserialize, Serialize};

use thalweg_lab::statistics::{Welch, mean, median};

/// How much of a smoothed loss is the loss before.
const MEMORY: f64 = 0.9;
/// A test ends where the smoothed loss is so many times its lowest.
const BLOWN_UP: f64 = 4.0;
/// The least fall that is one, as a share of the loss at the start.
const LEAST_FALL: f64 = 0.05;
/// The share of the fall after which rates begin to work.
const BEGUN: f64 = 0.05;
/// The share of the fall within which of the best short run others are as good.
const AS_GOOD: f64 = 0.1;

/// Why there is no suggestion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoSuggestion {
    /// No rate brought the loss of most repeats down by a twentieth.
    NothingFell,
    /// The loss was still falling at the largest rate.
    StillFalling,
    /// Every short run diverged.
    AllDiverged,
    /// The best short run was the one at the smallest rate.
    BestAtLow,
    /// The best short run was the one at the largest rate.
    BestAtHigh,
    /// The loss is wrong before the first update, which no rate mends.
    WrongFromTheStart,
}

/// The rates to use.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The smallest that does well.
    pub from: f64,
    /// The best of the short runs.
    pub best: f64,
    /// The largest that does well.
    pub to: f64,
}

/// A running mean of losses in which none counts more than it should from the very first one.
#[derive(Clone, Debug, Default)]
pub(super) struct Smoothed {
    sum: f64,
    weight: f64,
    lowest: Option<f64>,
}

impl Smoothed {
    /// Takes a loss and gives the smoothed one; `None` once it has blown up.
    pub(super) fn push(&mut self, loss: f64) -> Option<f64> {
        self.sum = MEMORY * self.sum + (1.0 - MEMORY) * loss;
        self.weight = MEMORY * self.weight + (1.0 - MEMORY);
        let smoothed = self.sum / self.weight;
        let lowest = self.lowest.map_or(smoothed, |lowest| lowest.min(smoothed));
        self.lowest = Some(lowest);
        (smoothed.is_finite() && smoothed <= BLOWN_UP * lowest.abs().max(f64::MIN_POSITIVE))
            .then_some(smoothed)
    }
}

/// The rates between which short runs are worth while: from where the loss begins to fall to where it was lowest.
///
/// `runs` are the smoothed losses of the repeats, one for each of `rates`, shorter where they blew up.
pub(super) fn candidates(rates: &[f64], runs: &[Vec<f64>]) -> Result<(f64, f64), NoSuggestion> {
    // As long as more than half of the repeats are there.
    let level: Vec<f64> = (0..rates.len())
        .map(|at| runs.iter().filter_map(|run| run.get(at).copied()).collect::<Vec<f64>>())
        .take_while(|values| 2 * values.len() > runs.len())
        .map(|values| median(&values))
        .collect();
    let begin = rates.len() / 20;
    let (Some(&start), Some(lowest)) =
        (level.get(begin), (0..level.len()).min_by(|&a, &b| level[a].total_cmp(&level[b])))
    else {
        return Err(NoSuggestion::NothingFell);
    };
    let fall = start - level[lowest];
    if fall <= LEAST_FALL * start.abs() {
        return Err(NoSuggestion::NothingFell);
    }
    if lowest + 1 == rates.len() {
        return Err(NoSuggestion::StillFalling);
    }
    let threshold = start - BEGUN * fall;
    let first = (0..lowest).rev().find(|&at| level[at] >= threshold).map_or(0, |at| at + 1);
    Ok((rates[first], rates[lowest]))
}

/// The rates that did as well as the best in short runs; `start` is the loss before any update.
pub(super) fn suggest(start: f64, tried: &[(f64, Vec<Option<f64>>)]) -> Result<Suggestion, NoSuggestion> {
    let finished = |values: &[Option<f64>]| values.iter().copied().collect::<Option<Vec<f64>>>();
    let means: Vec<Option<Vec<f64>>> = tried.iter().map(|(_, values)| finished(values)).collect();
    let best = (0..tried.len())
        .filter(|&at| means[at].is_some())
        .min_by(|&a, &b| {
            let of = |at: usize| means[at].as_ref().map_or(f64::INFINITY, |values| mean(values));
            of(a).total_cmp(&of(b))
        })
        .ok_or(NoSuggestion::AllDiverged)?;
    if best == 0 {
        return Err(NoSuggestion::BestAtLow);
    }
    if best + 1 == tried.len() {
        return Err(NoSuggestion::BestAtHigh);
    }
    let Some(winner) = &means[best] else { return Err(NoSuggestion::AllDiverged) };
    let as_good = |at: &usize| {
        means[*at].as_ref().is_some_and(|values| {
            let error = Welch::of(values, winner).map_or(0.0, |welch| welch.standard_error);
            mean(values) - mean(winner) <= error.max(AS_GOOD * (start - mean(winner)))
        })
    };
    let from = (0..=best).rev().take_while(as_good).last().unwrap_or(best);
    let to = (best..tried.len()).take_while(as_good).last().unwrap_or(best);
    Ok(Suggestion { from: tried[from].0, best: tried[best].0, to: tried[to].0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates() -> Vec<f64> {
        (0..100).map(|at| 10f64.powf(-5.0 + 6.0 * f64::from(at) / 99.0)).collect()
    }

    /// A loss that falls from 2.3 between 1e-3 and 1e-1 and rises after.
    fn curve(shift: f64) -> Vec<f64> {
        rates()
            .into_iter()
            .map(|rate| {
                let decades = rate.log10();
                let fall = ((decades + 3.0) / 2.0).clamp(0.0, 1.0);
                2.3 - 2.0 * fall + 3.0 * (decades + 1.0).max(0.0) + shift
            })
            .collect()
    }

    #[test]
    fn from_where_it_falls_to_where_it_is_lowest() {
        let runs = [curve(0.0), curve(0.01), curve(-0.01)];
        let (low, high) = candidates(&rates(), &runs).unwrap();
        assert!((1e-3..2.5e-3).contains(&low) && (0.08..0.12).contains(&high), "{low} {high}");
        // Blown up right after: the same.
        let short: Vec<Vec<f64>> = runs.iter().map(|run| run[..70].to_vec()).collect();
        assert_eq!(candidates(&rates(), &short), Ok((low, high)));
    }

    #[test]
    fn no_suggestion_where_there_is_none() {
        let flat = vec![vec![2.3; 100], vec![2.31; 100]];
        assert_eq!(candidates(&rates(), &flat), Err(NoSuggestion::NothingFell));
        // One falls, one rises, one does neither: that is noise.
        let risen = curve(0.0).into_iter().map(|loss| 4.5 - loss).collect();
        let noisy = [curve(0.0), risen, vec![2.2; 100]];
        assert_eq!(candidates(&rates(), &noisy), Err(NoSuggestion::NothingFell));
        // Networks that begin at other losses are not.
        assert!(candidates(&rates(), &[curve(0.0), curve(1.0), curve(-0.2)]).is_ok());
        let falling: Vec<f64> = (0..100).map(|at| 2.3 - 0.02 * f64::from(at)).collect();
        assert_eq!(candidates(&rates(), &[falling]), Err(NoSuggestion::StillFalling));
        assert_eq!(candidates(&rates(), &[vec![]]), Err(NoSuggestion::NothingFell));
    }

    #[test]
    fn short_runs_decide() {
        let run =
            |rate: f64, values: &[f64]| (rate, values.iter().map(|&value| Some(value)).collect::<Vec<_>>());
        let mut tried = vec![
            run(0.001, &[1.5, 1.6]),
            run(0.003, &[0.52, 0.50]),
            run(0.01, &[0.50, 0.49]),
            run(0.03, &[0.55, 0.50]),
            (0.1, vec![Some(0.4), None]),
        ];
        let suggestion = suggest(2.3, &tried).unwrap();
        assert_eq!(suggestion, Suggestion { from: 0.003, best: 0.01, to: 0.03 });
        tried.truncate(3);
        assert_eq!(suggest(2.3, &tried), Err(NoSuggestion::BestAtHigh));
        tried.drain(..2);
        assert_eq!(suggest(2.3, &tried), Err(NoSuggestion::BestAtLow));
        assert_eq!(suggest(2.3, &[(0.1, vec![None])]), Err(NoSuggestion::AllDiverged));
    }

    #[test]
    fn smoothing_does_not_begin_at_zero() {
        let mut smoothed = Smoothed::default();
        assert!((smoothed.push(2.0).unwrap() - 2.0).abs() < 1e-15);
        assert!((smoothed.push(1.0).unwrap() - (0.18 + 0.1) / 0.19).abs() < 1e-12);
        assert_eq!(smoothed.push(1e3), None);
        assert_eq!(Smoothed::default().push(f64::NAN), None);
    }
}
