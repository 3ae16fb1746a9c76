//! A study as JSON.

use serde_json::{Value, json as value};
use thalweg::report::Language;
use thalweg::workloads::study::{LineResult, Study};

/// Returns the whole result as JSON.
pub(crate) fn json(study: &Study, results: &[LineResult]) -> Value {
    let lines = results.iter().map(|result| {
        let runs = result.runs.iter().map(|run| {
            let activations = run.activations.iter().map(|one| {
                value!({ "layer": one.layer, "edges": one.edges, "counts": one.counts, "mean": one.mean,
                         "deviation": one.deviation, "zeros": one.zeros })
            });
            value!({
                "seed": run.seed, "points": run.points, "test": run.test, "diverged_at": run.diverged_at,
                "activations": activations.collect::<Vec<_>>(), "mistakes": run.mistakes.len(),
            })
        });
        let drawn: serde_json::Map<String, Value> =
            study.searched.iter().zip(&result.line.drawn).map(|((name, _), drawn)| (name.clone(), value!(drawn))).collect();
        value!({
            "line": result.line.name, "panel": result.line.panel, "problem": result.line.problem, "book": result.line.book,
            "drawn": drawn, "runs": runs.collect::<Vec<_>>(),
        })
    });
    value!({
        "name": study.name, "title": study.title, "figure": study.shown, "lines": lines.collect::<Vec<_>>(),
        "alarms": thalweg::pages::study::alarms(study, results, Language::English),
    })
}
