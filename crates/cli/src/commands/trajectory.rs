//! `thalweg trajectory`: the paths of rules on a two-dimensional function.

use crate::failure::{Context, Failure};
use crate::language::{Language, chosen, words};
use crate::output;
use crate::plot::Plot;
use crate::rule;
use crate::setting::{ScheduleSetting, Setting, point, schedule_setting, setting, settings};
use crate::stderr;
use crate::writing::{Kind, Overwriting, Target, check};
use serde::Serialize;
use std::path::PathBuf;
use thalweg::data::{Function, Noisy};
use thalweg::optim::{Schedule, Specification};
use thalweg::pages;
use thalweg::report::figures::Path as Drawn;
use thalweg::report::{Cell, Column, Table};
use thalweg::train::{Path, descend};

/// Follow one rule on a two-dimensional function, point by point, or several in one picture
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  thalweg trajectory --function bowl --rule momentum --set learning_rate=0.1
  thalweg trajectory --rules sgd,momentum,adagrad,adam --html paths.html
  thalweg trajectory --rules sgd:0.5,adam:0.1,adamw --function rosenbrock
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
    #[arg(long, required_unless_present = "rules")]
    rule: Option<String>,
    /// Several rules in one picture, each with its learning rate behind a colon or its default one. On the bowl, the rules of the book
    /// have by default the rates of its figure 6-8: sgd 0.95, momentum 0.1, adagrad 1.5, adam 0.3
    #[arg(long, value_name = "RULE[:RATE],…", value_delimiter = ',', value_parser = rule_at, conflicts_with = "rule")]
    rules: Vec<(String, Option<f64>)>,
    /// Whose formula and defaults [default: book, or the first dialect that has the rule]
    #[arg(long)]
    dialect: Option<String>,
    /// A hyper-parameter, such as learning_rate=0.1; of several rules, each must have it
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
    /// Print JSON: the points (the start first) and the values; of several rules, a list
    #[arg(long)]
    json: bool,
    /// Write a page with the path over contours and surface
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    #[command(flatten)]
    overwriting: Overwriting,
}

#[derive(Serialize)]
struct Answer<'a> {
    function: &'a str,
    rule: &'a Specification,
    learning_rate: Option<f64>,
    points: &'a [[f64; 2]],
    values: &'a [f64],
    diverged_at: Option<u64>,
}

/// More updates than a page or a person can follow, and than memory should hold.
const MOST_STEPS: u64 = 10_000_000;

/// The rates of figure 6-8 of the book.
const BOOK_RATES: [(&str, f64); 4] = [("sgd", 0.95), ("momentum", 0.1), ("adagrad", 1.5), ("adam", 0.3)];

/// Parses `rule` or `rule:rate`.
fn rule_at(text: &str) -> Result<(String, Option<f64>), String> {
    let Some((name, rate)) = text.split_once(':') else { return Ok((text.trim().into(), None)) };
    let rate = rate.trim().parse().map_err(|_| format!("`{rate}` is not a number; write `sgd:0.1`"))?;
    Ok((name.trim().into(), Some(rate)))
}

/// One rule and where it went.
pub(crate) struct Followed {
    pub(crate) rule: Specification,
    pub(crate) rate: Option<f64>,
    pub(crate) path: Path,
}

impl Followed {
    /// Follows a rule.
    pub(crate) fn new(
        rule: Specification,
        mut function: Noisy,
        start: [f64; 2],
        steps: u64,
    ) -> Result<Self, Failure> {
        let rate = rule::learning_rate(&rule)?;
        let path = descend(&mut function, &rule, start, steps)?;
        Ok(Self { rule, rate, path })
    }

    /// Returns the path as figures draw it.
    pub(crate) fn drawn(&self, language: Language) -> Drawn {
        let name = language.words().learning_rate();
        Drawn {
            rule: self.rule.rule.clone(),
            label: format!("{} ({})", self.rule.rule, self.rule.dialect),
            detail: self.rate.map_or_else(String::new, |rate| format!("{name} {}", pages::number(rate))),
            points: self.path.points.clone(),
            values: self.path.values.clone(),
        }
    }
}

/// Returns the rule called `name` on a function: at the rate of the book's figure where neither rate nor dialect is given.
pub(crate) fn rule_on(
    function: &str,
    name: &str,
    rate: Option<f64>,
    dialect: Option<&str>,
) -> Result<Specification, Failure> {
    let usual = BOOK_RATES.iter().find(|(rule, _)| *rule == name && function == "bowl" && dialect.is_none());
    let rule = rule::named(name, dialect)?;
    Ok(match rate.or(usual.map(|(_, rate)| *rate)) {
        Some(rate) => rule.with("learning_rate", rate),
        None => rule,
    })
}

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
    let followed = follow(&arguments, &function)?;
    if let Some(file) = &arguments.html {
        let language = chosen();
        let drawn: Vec<Drawn> = followed.iter().map(|one| one.drawn(language)).collect();
        pages::trajectory(&function, &drawn, language)
            .write_file(file)
            .context(format!("writing {}", file.display()))?;
        if !arguments.json {
            stderr::note(words().wrote(&file.display().to_string()));
        }
    }
    if arguments.json {
        let answers: Vec<Answer<'_>> =
            followed.iter().map(|one| answer(function.definition().name, one)).collect();
        return match (arguments.rule.is_some(), answers.as_slice()) {
            (true, [one]) => output::json(one),
            _ => output::json(&answers),
        };
    }
    let language = chosen();
    match (arguments.rule.is_some(), followed.as_slice()) {
        (true, [one]) => output::line(steps(&one.path).to_text(output::width()).trim_end())?,
        _ => {
            output::drawing(picture(&followed))?;
            output::line(summary(&followed, language).to_text(output::width()).trim_end())?;
        }
    }
    for one in &followed {
        if let Some(step) = one.path.diverged_at {
            let whose = if followed.len() > 1 { format!("{} ", one.rule.rule) } else { String::new() };
            stderr::note(words().path_diverged(&whose, step));
        }
    }
    Ok(())
}

/// Follows all rules that the options name.
fn follow(arguments: &Arguments, function: &Function) -> Result<Vec<Followed>, Failure> {
    let dialect = arguments.dialect.as_deref();
    let rules = match &arguments.rule {
        Some(name) => vec![rule::named(name, dialect)?],
        None => {
            let rules = arguments.rules.iter();
            rules
                .map(|(name, rate)| rule_on(&arguments.function, name, *rate, dialect))
                .collect::<Result<_, _>>()?
        }
    };
    let set = arguments.schedule_set.iter().map(|one| (one.name.clone(), one.value.clone())).collect();
    let schedule = Schedule::from_settings(&arguments.schedule, &set, arguments.steps)?;
    let start = arguments.start.unwrap_or(function.definition().start);
    let noisy = Noisy::new(function.clone(), arguments.noise, arguments.seed)?;
    let follow = |mut rule: Specification| {
        rule.hyperparameters.extend(settings(&arguments.set));
        let rule = rule.in_our_words()?;
        Followed::new(rule.with_schedule(schedule.clone()), noisy.clone(), start, arguments.steps)
    };
    rules.into_iter().map(follow).collect()
}

fn answer<'a>(function: &'a str, one: &'a Followed) -> Answer<'a> {
    Answer {
        function,
        rule: &one.rule,
        learning_rate: one.rate,
        points: &one.path.points,
        values: &one.path.values,
        diverged_at: one.path.diverged_at,
    }
}

/// Every point of a path.
fn steps(path: &Path) -> Table {
    let titles = [words().walk_step(), "x", "y", "f(x, y)"];
    let mut table = Table::new(titles.map(Column::number).to_vec());
    for (step, (point, value)) in path.points.iter().zip(&path.values).enumerate() {
        let [x, y] = point.map(coordinate);
        table.push([step.to_string(), x, y, pages::rounded(*value, 7)].map(Into::into));
    }
    table
}

/// Where each rule ended. The numbers before the rules are those in the picture.
pub(crate) fn summary(followed: &[Followed], language: Language) -> Table {
    let words = language.words();
    let columns = [words.learning_rate(), words.walk_step(), "x", "y", "f(x, y)"].map(Column::number);
    let mut table = Table::new(vec![Column::number("#"), Column::text(words.rule())]);
    table.columns.extend(columns);
    for (index, one) in followed.iter().enumerate() {
        let drawn = one.drawn(language);
        let (Some(point), Some(value)) = (one.path.points.last(), one.path.values.last()) else { continue };
        let [x, y] = point.map(coordinate);
        let rate = one.rate.map_or_else(String::new, pages::number);
        let steps = (one.path.points.len() - 1).to_string();
        table.push([
            (index + 1).to_string().into(),
            Cell::rule(drawn.rule, drawn.label),
            rate.into(),
            steps.into(),
            x.into(),
            y.into(),
            pages::rounded(*value, 7).into(),
        ]);
    }
    table
}

/// The paths in the terminal, each with its number at its end.
pub(crate) fn picture(followed: &[Followed]) -> String {
    let points = followed.iter().flat_map(|one| &one.path.points).copied();
    let mut plot = Plot::around(points);
    for one in followed {
        plot.line(one.path.points.iter().copied());
    }
    for (digit, one) in ('1'..='9').zip(followed) {
        if let Some(&end) = one.path.points.last() {
            plot.mark(end, digit);
        }
    }
    plot.text()
}

/// Six decimals, or six digits where a path is far out.
pub(crate) fn coordinate(x: f64) -> String {
    if x.abs() < 1e6 { format!("{x:.6}") } else { format!("{x:.6e}") }
}
