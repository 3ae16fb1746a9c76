//! Times in words.

use thalweg_report::Language;

/// Returns a time as people say it.
pub fn time(seconds: f64, language: Language) -> String {
    let words = language.words();
    if seconds >= 3600.0 {
        words.hours(&format!("{:.1}", seconds / 3600.0))
    } else if seconds >= 90.0 {
        words.minutes(&format!("{:.0}", seconds / 60.0))
    } else {
        words.seconds(&format!("{:.0}", seconds.max(1.0)))
    }
}
