//! The full screen: the progress, every rule's best run so far, the curves of these runs, and the means of the final runs so
//! far.

use super::keyboard::{Keyboard, Waited};
use super::status::{ExperimentStatus, ProblemStatus, stage_name};
use crate::failure::{Context, Failure};
use crate::language::Language;
use ratatui::crossterm::event::{self, Event as Input, KeyCode, KeyEventKind, KeyModifiers};
use ratatui::crossterm::terminal::{
    self, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::crossterm::{cursor, execute};
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Style, Stylize};
use ratatui::symbols::Marker;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Axis, Block, Cell, Chart, Dataset, Gauge, GraphType, Paragraph, Row, Table, Wrap};
use ratatui::{Frame, Terminal, TerminalOptions, Viewport, prelude::CrosstermBackend};
use std::io::{Stderr, stderr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use thalweg::lab::experiment::Metric;
use thalweg::lab::search::show_rate;
use thalweg::lab::statistics::Summary;

/// The time between two pictures.
const FRAME: Duration = Duration::from_millis(120);

/// Okabe and Ito's colours, which colour-blind people can tell apart.
const COLOURS: [Color; 7] = [
    Color::Rgb(0, 114, 178),
    Color::Rgb(230, 159, 0),
    Color::Rgb(0, 158, 115),
    Color::Rgb(204, 121, 167),
    Color::Rgb(213, 94, 0),
    Color::Rgb(86, 180, 233),
    Color::Rgb(240, 228, 66),
];

/// The full screen, drawn by a thread of its own until it is dropped.
pub(super) struct Live {
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Live {
    /// Takes the terminal. `q` and Ctrl-C set `stop`.
    pub(super) fn start(
        status: Arc<Mutex<ExperimentStatus>>,
        stop: Arc<AtomicBool>,
        language: Language,
    ) -> Result<Self, Failure> {
        let screen = Screen::open()?;
        let over = Arc::new(AtomicBool::new(false));
        let seen = over.clone();
        let thread = std::thread::spawn(move || follow(screen, &status, &seen, &stop, language));
        Ok(Self { over, thread: Some(thread) })
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A view that ended early needs no handling: the experiment has its results.
            let _ = thread.join();
        }
    }
}

/// Largest picture, in columns and rows: a terminal may say that it is 65,535 in both, and a picture is kept twice.
const LARGEST: (u16, u16) = (500, 200);

/// The part of a terminal that is drawn on.
fn area(columns: u16, rows: u16) -> Rect {
    Rect::new(0, 0, columns.min(LARGEST.0), rows.min(LARGEST.1))
}

/// The terminal, given back when dropped.
struct Screen(Terminal<CrosstermBackend<Stderr>>);

impl Screen {
    fn open() -> Result<Self, Failure> {
        enable_raw_mode().context("taking the terminal for --live")?;
        let opened = execute!(stderr(), EnterAlternateScreen, cursor::Hide)
            .and_then(|()| terminal::size())
            .and_then(|(columns, rows)| {
                let viewport = Viewport::Fixed(area(columns, rows));
                Terminal::with_options(CrosstermBackend::new(stderr()), TerminalOptions { viewport })
            });
        if opened.is_err() {
            let _ = disable_raw_mode();
        }
        Ok(Self(opened.context("taking the terminal for --live")?))
    }

    /// Draws on what the terminal has become.
    fn fit(&mut self) -> std::io::Result<()> {
        let (columns, rows) = terminal::size()?;
        let area = area(columns, rows);
        if self.0.get_frame().area() == area { Ok(()) } else { self.0.resize(area) }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = execute!(stderr(), LeaveAlternateScreen, cursor::Show);
        let _ = disable_raw_mode();
    }
}

/// Draws until the experiment is over.
fn follow(
    mut screen: Screen,
    status: &Mutex<ExperimentStatus>,
    over: &AtomicBool,
    stop: &AtomicBool,
    language: Language,
) {
    // The problem that is shown; that of the last run until the user chooses one.
    let mut chosen: Option<usize> = None;
    let keyboard = Keyboard::new();
    while !over.load(Ordering::Relaxed) {
        {
            let status = status.lock().unwrap_or_else(PoisonError::into_inner);
            let problem = chosen.unwrap_or(status.latest);
            let stopping = stop.load(Ordering::Relaxed);
            if screen.fit().is_err() {
                return;
            }
            if screen.0.draw(|frame| draw(frame, &status, problem, stopping, language)).is_err() {
                return;
            }
        }
        match keyboard.wait(FRAME) {
            // Nobody looks any more; the experiment goes on.
            Waited::Gone => return,
            Waited::Nothing => continue,
            Waited::Input => {}
        }
        // What looked like a key may have been a change of the size.
        if !event::poll(Duration::ZERO).unwrap_or(false) {
            continue;
        }
        let Ok(Input::Key(key)) = event::read() else { continue };
        if key.kind != KeyEventKind::Press {
            continue;
        }
        let problems = status.lock().unwrap_or_else(PoisonError::into_inner).problems.len();
        let latest = status.lock().unwrap_or_else(PoisonError::into_inner).latest;
        match key.code {
            KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => {
                let stopping = stop.swap(true, Ordering::Relaxed);
                if stopping {
                    drop(screen);
                    std::process::exit(130);
                }
            }
            KeyCode::Char('q') => stop.store(true, Ordering::Relaxed),
            KeyCode::Tab | KeyCode::Right | KeyCode::Down => {
                chosen = Some((chosen.unwrap_or(latest) + 1) % problems);
            }
            KeyCode::BackTab | KeyCode::Left | KeyCode::Up => {
                chosen = Some((chosen.unwrap_or(latest) + problems - 1) % problems);
            }
            _ => {}
        }
    }
}

/// One picture.
fn draw(
    frame: &mut Frame<'_>,
    status: &ExperimentStatus,
    problem: usize,
    stopping: bool,
    language: Language,
) {
    let words = language.words();
    let problem = &status.problems[problem];
    let rules = problem.rules.len() as u16;
    let parts = Layout::vertical([
        Constraint::Length(3),
        Constraint::Length(rules + 3),
        Constraint::Min(6),
        Constraint::Length(6),
        Constraint::Length(1),
    ]);
    let [head, table, chart, verdict, keys] = parts.areas(frame.area());
    frame.render_widget(gauge(status, language), head);
    frame.render_widget(rules_table(problem, language), table);
    curves(frame, chart, problem, language);
    let block = Block::bordered().title(words.so_far());
    let text = Paragraph::new(standings(problem, language)).wrap(Wrap { trim: true }).block(block);
    frame.render_widget(text, verdict);
    let line = if stopping { words.stopping() } else { words.keys() };
    frame.render_widget(Line::from(line).dim(), keys);
}

fn gauge(status: &ExperimentStatus, language: Language) -> Gauge<'static> {
    let words = language.words();
    let stage = status.stage.map_or("", stage_name);
    let left = status.seconds_left().map_or(String::new(), |seconds| {
        format!(", {} {}", thalweg::pages::time(seconds, language), words.left())
    });
    let failed = match status.failed {
        0 => String::new(),
        failed => format!(", {}", words.runs_failed(failed)),
    };
    let label = format!("{}/{} {}{failed}{left}", status.done, status.total, words.runs_of_the_screen());
    let share = (status.done as f64 / status.total.max(1) as f64).clamp(0.0, 1.0);
    Gauge::default()
        .block(Block::bordered().title(format!(" {} · {stage} ", status.name)))
        .gauge_style(Style::new().fg(COLOURS[0]))
        .ratio(share)
        .label(label)
}

fn rules_table(problem: &ProblemStatus, language: Language) -> Table<'static> {
    let words = language.words();
    let header = [
        "",
        words.rule(),
        words.runs_of_the_screen(),
        words.diverged(),
        words.best_rate(),
        words.best(),
        words.column_final_runs(),
    ];
    let header = Row::new(header.map(Cell::new)).bold();
    let leader = problem.leader().map(|(rule, _)| rule.label.clone());
    let rows = problem.rules.iter().enumerate().map(|(index, rule)| {
        let colour = COLOURS[index % COLOURS.len()];
        let (rate, value) = rule.best.as_ref().map_or((String::new(), String::new()), |best| {
            (show_rate(best.rate), format!("{:.4}", best.value))
        });
        let row = Row::new([
            Cell::new(Span::styled("■", colour)),
            Cell::new(rule.label.clone()),
            Cell::new(rule.runs.to_string()),
            Cell::new(rule.diverged.to_string()),
            Cell::new(rate),
            Cell::new(value),
            Cell::new(finals(&rule.finals)),
        ]);
        if leader.as_ref() == Some(&rule.label) { row.bold() } else { row }
    });
    let widths = [1, 24, 5, 8, 11, 10, 24].map(Constraint::Length);
    Table::new(rows, widths).header(header).block(Block::bordered().title(format!(" {} ", problem.name)))
}

/// Mean and spread of the final runs so far.
fn finals(values: &[f64]) -> String {
    let Some(summary) = Summary::of(values) else { return String::new() };
    let spread = summary.standard_deviation.map(|deviation| format!(" ± {deviation:.4}"));
    format!("{:.4}{} ({})", summary.mean, spread.unwrap_or_default(), values.len())
}

fn curves(frame: &mut Frame<'_>, area: Rect, problem: &ProblemStatus, language: Language) {
    let words = language.words();
    let points: Vec<Vec<(f64, f64)>> = problem
        .rules
        .iter()
        .map(|rule| {
            let curve = rule.best.iter().map(|best| &best.curve);
            curve
                .flat_map(|curve| curve.steps.iter().zip(&curve.values))
                .map(|(&step, &value)| (f64::from(step), f64::from(value)))
                .filter(|(_, value)| value.is_finite())
                .collect()
        })
        .collect();
    let all = || points.iter().flatten();
    let steps = all().map(|point| point.0).fold(1.0, f64::max);
    let (low, high) = window(all().map(|point| point.1).collect(), problem.metric);
    let datasets = points.iter().enumerate().map(|(index, points)| {
        Dataset::default()
            .marker(Marker::Braille)
            .graph_type(GraphType::Line)
            .style(Style::new().fg(COLOURS[index % COLOURS.len()]))
            .data(points)
    });
    let middle = 0.5 * (low + high);
    let title = words.best_runs();
    let chart = Chart::new(datasets.collect())
        .block(Block::bordered().title(title))
        .x_axis(Axis::default().bounds([0.0, steps]).labels(["0".to_string(), format!("{steps:.0}")]))
        .y_axis(Axis::default().bounds([low, high]).labels([low, middle, high].map(|y| format!("{y:.3}"))));
    frame.render_widget(chart, area);
}

/// Returns the range of the axis: all values but the worst tenth, which at the start of a run are far from the later ones.
fn window(mut values: Vec<f64>, metric: Metric) -> (f64, f64) {
    values.sort_by(|a, b| metric.score(*a).total_cmp(&metric.score(*b)));
    let (worst, best) = (values.get(values.len() / 10), values.last());
    let (Some(&worst), Some(&best)) = (worst, best) else { return (0.0, 1.0) };
    if worst == best { (best - 0.5, best + 0.5) } else { (worst.min(best), worst.max(best)) }
}

/// Returns how the rules stand before the end.
fn standings(problem: &ProblemStatus, language: Language) -> String {
    let words = language.words();
    if let Some(standings) = problem.standings() {
        let means: Vec<String> =
            standings.iter().map(|(rule, mean)| format!("{} {mean:.4}", rule.label)).collect();
        let means = means.join(", ");
        return words.means_so_far(&means);
    }
    match problem.leader() {
        Some((rule, best)) => words.leads_in_the_search(&rule.label, best.value, &show_rate(best.rate)),
        None => words.nothing_yet().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::backend::TestBackend;
    use thalweg::lab::cell::{Cell as Run, Stage};
    use thalweg::lab::experiment::Document;
    use thalweg::lab::outcome::{Curve, Outcome};
    use thalweg::lab::protocol::Event;
    use thalweg::workloads::engine::vocabulary;

    fn picture(status: &ExperimentStatus, language: Language) -> String {
        let mut terminal = Terminal::new(TestBackend::new(100, 30)).unwrap();
        terminal.draw(|frame| draw(frame, status, 0, false, language)).unwrap();
        terminal.backend().to_string()
    }

    #[test]
    fn a_terminal_that_claims_to_be_huge_gets_a_picture_that_fits_into_memory() {
        assert_eq!(area(80, 24), Rect::new(0, 0, 80, 24));
        assert_eq!(area(u16::MAX, u16::MAX).area(), 100_000);
        assert_eq!(area(0, 0).area(), 0);
    }

    #[test]
    fn the_screen_shows_counts_rules_and_what_can_be_said_so_far() {
        let text = "rules = ['sgd', 'adam']\nproblem = { dataset = 'digits' }";
        let experiment = Document::parse("e", text).unwrap().check(&vocabulary()).unwrap();
        let mut status = ExperimentStatus::new(&experiment, 40);
        assert!(picture(&status, Language::English).contains("Nothing yet."));
        let see = |status: &mut ExperimentStatus, arm: usize, stage, number: usize, value: f64| {
            let mut cell = Run::single(&experiment.problems[0], &experiment.rules[arm], number as u64);
            (cell.arm, cell.stage) = (arm, stage);
            let validation_curve = Curve { steps: vec![0, 10], values: vec![0.1, value as f32] };
            let outcome = Outcome { validation: value, validation_curve, ..Outcome::default() };
            let (cell, outcome) = (&cell, &outcome);
            status.see(&Event::CellFinished {
                cell,
                outcome,
                stored: false,
                done: number,
                total: 40,
                best: None,
            });
        };
        see(&mut status, 0, Stage::Tuning { trial: 0 }, 1, 0.5);
        see(&mut status, 1, Stage::Tuning { trial: 0 }, 2, 0.75);
        see(&mut status, 1, Stage::Tuning { trial: 1 }, 3, f64::NAN);
        let seen = picture(&status, Language::English);
        for text in ["3/40 runs", "0.5000", "0.7500", "adam leads with 0.7500", "fresh seeds decide"] {
            assert!(seen.contains(text), "no {text} in\n{seen}");
        }
        for (number, value) in [0.9, 0.91, 0.92].into_iter().enumerate() {
            see(&mut status, 0, Stage::Final, 10 + number, value - 0.3);
            see(&mut status, 1, Stage::Final, 20 + number, value);
        }
        let seen = picture(&status, Language::English);
        for text in ["0.9100 ± 0.0100 (3)", "0.6100 ± 0.0100 (3)", "adam 0.9100, sgd 0.6100"] {
            assert!(seen.contains(text), "no {text} in\n{seen}");
        }
        assert!(picture(&status, Language::Korean).contains("22/40"));
    }
}
