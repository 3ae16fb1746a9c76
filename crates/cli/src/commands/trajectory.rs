//! `thalweg trajectory`: the path of one rule on a two-dimensional function.

use crate::failure::{Context, Failure};
use crate::language::{Language, locale};
use crate::output;
use crate::setting::{ScheduleSetting, Setting, point, schedule_setting, setting, settings};
use crate::stderr;
use crate::writing::{Kind, Overwriting, Target, check};
use serde::Serialize;
use std::path::PathBuf;
use thalweg::data::{Function, Noisy};
use thalweg::optim::{Dialect, Schedule, Specification};
use thalweg::pages;
use thalweg::report::figures::Path as Drawn;
use thalweg::report::{Column, Table};
use thalweg::train::descend;

/// Follow one rule on a two-dimensional function, point by point
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  thalweg trajectory --function bowl --rule momentum --set learning_rate=0.1
  thalweg trajectory --function rotated-bowl --with condition=100 --rule adam --steps 200 --json
  thalweg trajectory --function rosenbrock --rule nesterov-lookahead --html path.html")]
pub(crate) struct Arguments {
    /// The function (`thalweg list functions`)
    #[arg(long, default_value = "bowl")]
    function: String,
    /// A parameter of the function, such as condition=100
    #[arg(long = "with", value_name = "NAME=VALUE", value_parser = setting)]
    with: Vec<Setting>,
    /// The update rule (`thalweg list rules`)
    #[arg(long)]
    rule: String,
    /// Whose formula and defaults
    #[arg(long, default_value = "book")]
    dialect: String,
    /// A hyper-parameter, such as learning_rate=0.1
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    set: Vec<Setting>,
    /// What becomes of the learning rate (`thalweg list schedules`)
    #[arg(long, default_value = "constant")]
    schedule: String,
    /// A setting of the schedule, such as decay=0.99
    #[arg(long = "schedule-set", value_name = "NAME=VALUE", value_parser = schedule_setting)]
    schedule_set: Vec<ScheduleSetting>,
    /// Where to start [default: the function's usual start]
    #[arg(long, value_name = "X,Y", value_parser = point, allow_hyphen_values = true)]
    start: Option<[f64; 2]>,
    /// How many updates
    #[arg(long, default_value_t = 30)]
    steps: u64,
    /// Standard deviation of normal noise added to each entry of the gradient
    #[arg(long, default_value_t = 0.0)]
    noise: f64,
    /// What the noise follows from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print JSON: the points (the start first) and the values
    #[arg(long)]
    json: bool,
    /// Write a page with the path over contours and surface
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    #[command(flatten)]
    overwriting: Overwriting,
    /// The language of the page: en or ko [default: from the locale]
    #[arg(long, value_parser = crate::language::language, requires = "html")]
    lang: Option<Language>,
}

#[derive(Serialize)]
struct Answer<'a> {
    function: &'a str,
    rule: &'a Specification,
    learning_rate: f64,
    points: &'a [[f64; 2]],
    values: &'a [f64],
    diverged_at: Option<u64>,
}

/// More updates than a page or a person can follow, and than memory should hold.
const MOST_STEPS: u64 = 10_000_000;

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    if arguments.steps > MOST_STEPS {
        return Err(Failure::new(format!("--steps {} is too many; at most {MOST_STEPS}", arguments.steps)));
    }
    check(&[Target::of("--html", arguments.html.as_deref(), Kind::Page)], arguments.overwriting)?;
    let mut function = Function::named(&arguments.function)?;
    for setting in &arguments.with {
        for (name, value) in setting.pairs() {
            function = function.with(&name, value)?;
        }
    }
    let schedule = {
        let set = arguments.schedule_set.iter().map(|one| (one.name.clone(), one.value.clone())).collect();
        Schedule::from_settings(&arguments.schedule, &set, arguments.steps)?
    };
    let mut rule =
        Specification::new(&arguments.rule, arguments.dialect.parse::<Dialect>()?).with_schedule(schedule);
    rule.hyperparameters = settings(&arguments.set);
    let rule = rule.in_our_words()?;
    let resolved = rule.resolved()?;
    let learning_rate =
        resolved.iter().find(|(name, _)| *name == "learning_rate").map_or(f64::NAN, |pair| pair.1);

    let start = arguments.start.unwrap_or(function.definition().start);
    let mut noisy = Noisy::new(function.clone(), arguments.noise, arguments.seed)?;
    let path = descend(&mut noisy, &rule, start, arguments.steps)?;

    if let Some(file) = &arguments.html {
        let language = arguments.lang.unwrap_or_else(locale);
        let rate = language.words().learning_rate();
        let label = format!("{} ({})", rule.rule, rule.dialect);
        let drawn = [Drawn {
            rule: rule.rule.clone(),
            label,
            detail: format!("{rate} {learning_rate}"),
            points: path.points.clone(),
            values: path.values.clone(),
        }];
        pages::trajectory(&function, &drawn, language)
            .write_file(file)
            .context(format!("writing {}", file.display()))?;
        if !arguments.json {
            stderr::note(format!("wrote {}", file.display()));
        }
    }
    if arguments.json {
        return output::json(&Answer {
            function: function.definition().name,
            rule: &rule,
            learning_rate,
            points: &path.points,
            values: &path.values,
            diverged_at: path.diverged_at,
        });
    }
    let titles = ["step", "x", "y", "f(x, y)"];
    let mut table = Table::new(titles.map(Column::number).to_vec());
    for (step, (point, value)) in path.points.iter().zip(&path.values).enumerate() {
        table.push([
            step.to_string().as_str().into(),
            coordinate(point[0]).as_str().into(),
            coordinate(point[1]).as_str().into(),
            format!("{value:.6e}").as_str().into(),
        ]);
    }
    output::line(table.to_text(crate::output::width()).trim_end())?;
    if let Some(step) = path.diverged_at {
        let advice = "the learning rate is too large for this function; try a smaller one";
        stderr::note(format!("diverged: update {step} led out of the finite numbers; {advice}"));
    }
    Ok(())
}

/// Six decimals, or six digits where a path is far out.
fn coordinate(x: f64) -> String {
    if x.abs() < 1e6 { format!("{x:.6}") } else { format!("{x:.6e}") }
}
