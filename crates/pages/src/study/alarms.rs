//! What a search says of its ranges.

use super::quantities::ranked;
use crate::number::number;
use thalweg_report::Language;
use thalweg_workloads::study::{LineResult, Study};

/// Says what the best trials tell of the ranges: a best value near an end is an alarm.
pub fn alarms(study: &Study, results: &[LineResult], language: Language) -> Vec<String> {
    let ranked = ranked(results);
    let best: Vec<_> = ranked.iter().take(5).filter(|(_, value)| value.is_finite()).collect();
    let mut alarms = Vec::new();
    for (index, (name, [from, to])) in study.searched.iter().enumerate() {
        // The positions of the best trials in the range, on the logarithmic scale from 0 to 1.
        let place = |value: f64| (value / from).ln() / (to / from).ln();
        let places: Vec<f64> = best.iter().map(|(result, _)| place(result.line.drawn[index])).collect();
        let high = !places.is_empty() && places.iter().all(|place| *place > 0.8);
        let low = !places.is_empty() && places.iter().all(|place| *place < 0.2);
        if high || low {
            let (end, further) = if high { (to, to * 100.0) } else { (from, from / 100.0) };
            alarms.push(language.words().best_near_the_end(name, high, &number(*end), &number(further)));
        }
    }
    alarms
}
