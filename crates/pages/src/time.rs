//! Times in words.

use thalweg_report::Language;

/// Returns a time as people say it.
pub fn time(seconds: f64, language: Language) -> String {
    let korean = language == Language::Korean;
    let (hour, minute, second) = if korean { ("시간", "분", "초") } else { (" h", " min", " s") };
    if seconds >= 3600.0 {
        format!("{:.1}{hour}", seconds / 3600.0)
    } else if seconds >= 90.0 {
        format!("{:.0}{minute}", seconds / 60.0)
    } else {
        format!("{:.0}{second}", seconds.max(1.0))
    }
}
