//! `thalweg list`: what there is to name.

use crate::failure::Failure;
use crate::language::{said, words};
use crate::output;
use serde::Serialize;
use serde_json::{Value, json};
use thalweg::data::DATASETS;
use thalweg::data::functions::FUNCTIONS;
use thalweg::lab::experiment::MLP;
use thalweg::nn::{LAYERS, NETWORKS};
use thalweg::optim::stages::STAGES;
use thalweg::optim::{CATALOG, Dialect, PlateauSettings, SCHEDULES, SettingKind};

/// List rules, stages, functions, data sets and schedules with their hyper-parameters and defaults
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  thalweg list
  thalweg list rules
  thalweg list functions --json")]
pub(crate) struct Arguments {
    /// What to list [default: all]
    #[arg(value_enum)]
    kind: Option<Kind>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Rules,
    Stages,
    Functions,
    Datasets,
    Networks,
    Schedules,
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let kinds = [Kind::Rules, Kind::Stages, Kind::Functions, Kind::Datasets, Kind::Networks, Kind::Schedules];
    let wanted = kinds.into_iter().filter(|kind| arguments.kind.is_none_or(|only| only == *kind));
    if arguments.json {
        let mut all = serde_json::Map::new();
        for kind in wanted {
            let (name, values) = match kind {
                Kind::Rules => ("rules", rules()),
                Kind::Stages => ("stages", stages()),
                Kind::Functions => ("functions", functions()),
                Kind::Datasets => ("datasets", datasets()),
                Kind::Networks => ("networks", networks()),
                Kind::Schedules => ("schedules", schedules()),
            };
            all.insert(name.into(), values);
        }
        return output::json(&all);
    }
    let texts: Vec<String> = wanted
        .map(|kind| match kind {
            Kind::Rules => rules_text(),
            Kind::Stages => stages_text(),
            Kind::Functions => functions_text(),
            Kind::Datasets => datasets_text(),
            Kind::Networks => networks_text(),
            Kind::Schedules => schedules_text(),
        })
        .collect();
    output::line(texts.join("\n").trim_end())
}

fn rules() -> Value {
    let rows = CATALOG.iter().map(|entry| {
        let info = entry.info;
        let defaults: serde_json::Map<String, Value> = entry
            .dialects()
            .into_iter()
            .map(|dialect| {
                let values = entry.defaults(dialect).unwrap_or_default();
                let values: serde_json::Map<String, Value> =
                    values.into_iter().map(|(name, value)| (name.to_string(), json!(value))).collect();
                (dialect.to_string(), Value::Object(values))
            })
            .collect();
        let hyperparameters: Vec<Value> = entry
            .all_hyperparameters()
            .iter()
            .map(|one| json!({"name": one.name, "meaning": one.meaning, "domain": one.domain.to_string()}))
            .collect();
        let differences: serde_json::Map<String, Value> = info
            .differences
            .iter()
            .map(|(dialect, what)| (dialect.to_string(), json!(what)))
            .collect();
        json!({
            "name": info.name, "title": info.title, "formula": info.formula, "paper": info.paper, "when": info.when,
            "hyperparameters": hyperparameters, "defaults": defaults, "differences": differences,
            "learning_rate_range": [info.rates.0, info.rates.1],
        })
    });
    Value::Array(rows.collect())
}

fn rules_text() -> String {
    let mut text = format!("{}\n", words().list_rules());
    for entry in CATALOG {
        let info = entry.info;
        text += &format!("\n  {:<20} {}\n", info.name, info.formula);
        text += &format!("  {:<20} {}\n", "", info.paper);
        text += &format!("  {:<20} {}\n", "", words().use_it_for(&said(info.when)));
        for (dialect, what) in info.differences {
            text += &format!("  {:<20} {dialect:<14} {}\n", "", said(what));
        }
        for one in entry.all_hyperparameters() {
            // Dialects that agree share a bracket.
            let mut defaults: Vec<(String, Vec<&str>)> = Vec::new();
            for dialect in entry.dialects() {
                let values = entry.defaults(dialect).unwrap_or_default();
                let Some((_, value)) = values.into_iter().find(|(name, _)| *name == one.name) else {
                    continue;
                };
                let value = thalweg::pages::number(value);
                match defaults.iter_mut().find(|(known, _)| *known == value) {
                    Some((_, names)) => names.push(Dialect::name(dialect)),
                    None => defaults.push((value, vec![dialect.name()])),
                }
            }
            let defaults: Vec<String> =
                defaults.iter().map(|(value, names)| format!("{} {value}", names.join(" "))).collect();
            text +=
                &format!("  {:<20} {:<14} {} [{}]\n", "", one.name, said(one.meaning), defaults.join(", "));
        }
    }
    text
}

fn networks() -> Value {
    let rows =
        all_networks().map(|(name, layers, what)| json!({"name": name, "layers": layers, "what": what}));
    json!({ "networks": rows.collect::<Vec<_>>(), "layers": LAYERS.iter().map(|(form, what)| json!({"form": form, "what": what})).collect::<Vec<_>>() })
}

/// The networks with a name: what options describe, and lists of layers.
fn all_networks() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let mlp = (
        MLP,
        "linear 50, relu, linear outputs",
        "fully connected: --hidden and --activation, in files `hidden` and `activation`",
    );
    std::iter::once(mlp).chain(NETWORKS.iter().copied())
}

fn networks_text() -> String {
    let mut text = format!("{}\n\n", words().list_networks());
    for (name, layers, what) in all_networks() {
        text += &format!("  {name:<22} {}\n  {:<22} {layers}\n", said(what), "");
    }
    text += &format!("\n  {}\n", words().list_layers());
    for (form, what) in LAYERS {
        text += &format!("  {form:<60} {}\n", said(what));
    }
    text
}

fn stages() -> Value {
    let rows = STAGES.iter().map(|stage| {
        let settings: Vec<Value> = stage
            .settings
            .iter()
            .map(|(one, default)| {
                let default = if default.is_nan() { Value::Null } else { json!(default) };
                json!({"name": one.name, "meaning": one.meaning, "domain": one.domain.to_string(), "default": default})
            })
            .collect();
        json!({"name": stage.name, "formula": stage.formula, "settings": settings})
    });
    Value::Array(rows.collect())
}

fn stages_text() -> String {
    let mut text = format!("{}\n", words().list_stages());
    for stage in STAGES {
        text += &format!("\n  {:<30} {}\n", stage.name, said(stage.formula));
        for (one, default) in stage.settings {
            let default = if default.is_nan() {
                words().must_be_given().to_string()
            } else {
                thalweg::pages::number(*default)
            };
            text += &format!("  {:<30} {:<14} {} [{default}]\n", "", one.name, said(one.meaning));
        }
    }
    text
}

fn functions() -> Value {
    let rows = FUNCTIONS.iter().map(|function| {
        let parameters = function.parameters.iter().map(|one| {
            json!({"name": one.name, "meaning": one.meaning, "default": one.default, "range": one.range})
        });
        json!({
            "name": function.name, "title": function.title, "formula": function.formula, "start": function.start,
            "domain": function.domain, "parameters": parameters.collect::<Vec<_>>(), "source": function.source,
        })
    });
    Value::Array(rows.collect())
}

fn functions_text() -> String {
    let mut text = format!("{}\n\n", words().list_functions());
    for function in FUNCTIONS.iter() {
        let [x, y] = function.start;
        let formula = words().started_at(&said(function.formula), &format!("({x}, {y})"));
        text += &format!("  {:<20} {formula}", function.name);
        let parameters = function.parameters.iter().map(|one| format!("{}={}", one.name, one.default));
        let parameters: Vec<String> = parameters.collect();
        if !parameters.is_empty() {
            text += &format!(" [{}]", parameters.join(", "));
        }
        text.push('\n');
    }
    text
}

fn datasets() -> Value {
    let rows = DATASETS.iter().map(|entry| {
        json!({
            "name": entry.name, "title": entry.title, "shape": entry.shape,
            "train": entry.counts[0], "validation": entry.counts[1], "test": entry.counts[2],
            "classes": entry.classes, "citation": entry.citation, "licence": entry.licence,
        })
    });
    Value::Array(rows.collect())
}

fn datasets_text() -> String {
    let mut text = format!("{}\n\n", words().list_datasets());
    for entry in DATASETS {
        let [train, validation, test] = entry.counts;
        let line = words().dataset_line(&said(entry.title), train, validation, test);
        text += &format!("  {:<20} {line}\n", entry.name);
    }
    text
}

fn schedules() -> Value {
    let rows = SCHEDULES.iter().map(|schedule| {
        let settings: Vec<Value> = schedule
            .settings
            .iter()
            .map(|one| {
                json!({
                    "name": one.name, "meaning": one.meaning, "default": one.default(), "kind": kind(one.kind),
                    "takes": one.kind.to_string(),
                })
            })
            .collect();
        json!({"name": schedule.name, "formula": schedule.formula, "settings": settings})
    });
    Value::Array(rows.collect())
}

/// One word for what a setting may be.
fn kind(kind: SettingKind) -> &'static str {
    match kind {
        SettingKind::Number { .. } => "number",
        SettingKind::Flag { .. } => "flag",
        SettingKind::Choice { .. } => "choice",
        SettingKind::Steps => "steps",
        SettingKind::Points => "points",
        SettingKind::Schedules => "schedules",
    }
}

fn schedules_text() -> String {
    let mut text = format!("{}\n", words().list_schedules());
    for schedule in SCHEDULES {
        text += &format!("\n  {:<20} {}\n", schedule.name, said(schedule.formula));
        for one in schedule.settings {
            let value = match one.kind {
                SettingKind::Number { default, .. } => default.to_string(),
                SettingKind::Flag { default } => default.to_string(),
                SettingKind::Choice { of, default } => words().choice_of(default, &of.join(", ")),
                kind => words().such_as(kind.example()),
            };
            text += &format!("  {:<20} {:<14} {} [{value}]\n", "", one.name, said(one.meaning));
        }
    }
    text += &format!("\n{}\n\n", words().list_plateau());
    for (one, value) in PlateauSettings::HYPERPARAMETERS.iter().zip(PlateauSettings::default().values()) {
        text += &format!("  {:<20} {:<14} {} [{value}]\n", "", one.name, said(one.meaning));
    }
    text
}
