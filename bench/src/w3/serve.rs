//! What every Rust peer of W3 does: it reads rows from standard input, one a line, and answers each with a line of JSON.
//! Nothing here knows Thalweg: the programs in `rust-peers/` compile this same file.

use serde_json::json;
use std::error::Error;
use std::io::{Write, stdin, stdout};
use std::process::ExitCode;
use std::time::Instant;

/// Every error of these programs ends in `main`.
pub type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// One update, timed by itself; given its number, it uses [`gradient`] number 0 or 1, taking turns.
pub trait Step {
    /// What may happen before the clock starts.
    fn prepare(&mut self, _number: usize) -> Result<()> {
        Ok(())
    }
    /// What is timed.
    fn step(&mut self, number: usize) -> Result<()>;
}

/// Where every parameter starts.
pub const START: f32 = 0.1;
/// Updates before the clock starts, at the least: memory is touched, caches are filled.
const WARMUP: usize = 3;
/// Updates that are timed, at the least.
const TIMED: usize = 5;

/// Lengths of the tensors of a size.
pub fn lengths(size: &str) -> Result<Vec<usize>> {
    Ok(match size {
        "25m" => vec![25_000_000],
        // The tensors of W1's network.
        "110k" => vec![78_400, 100, 10_000, 100, 10_000, 100, 10_000, 100, 1_000, 10],
        "1m" => vec![1_000; 1_000],
        _ => return Err(format!("there is no size {size}").into()),
    })
}

/// Element `place` of gradient 0 or 1: never 0, and never the same in both, so that no moving average falls into the
/// denormal numbers, which processors are slow with.
pub fn gradient(number: usize, place: usize) -> f32 {
    let (period, middle) = [(97, 0.0485), (89, 0.0443)][number % 2];
    (place % period) as f32 * 1e-3 - middle
}

/// Answers rows `RULE SIZE SECONDS` until standard input ends; `build` makes the update, or `None` where the peer has no
/// such rule. A row that is asked for again goes on with the same parameters and state.
pub fn serve(build: impl Fn(&str, &[usize]) -> Result<Option<Box<dyn Step>>>) -> ExitCode {
    match answer(build) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn answer(build: impl Fn(&str, &[usize]) -> Result<Option<Box<dyn Step>>>) -> Result<()> {
    let mut current: Option<Box<dyn Step>> = None;
    let (mut name, mut done) = (String::new(), 0);
    for line in stdin().lines() {
        let line = line?;
        let [rule, size, seconds] = line.split_whitespace().collect::<Vec<_>>()[..] else {
            return Err(format!("not RULE SIZE SECONDS: {line}").into());
        };
        if name != format!("{rule} {size}") {
            // The old state goes before the new one comes.
            drop(current.take());
            current = build(rule, &lengths(size)?)?;
            (name, done) = (format!("{rule} {size}"), 0);
        }
        let reply = match &mut current {
            None => json!({ "missing": true }),
            Some(step) => {
                let mut times = measure(step.as_mut(), &mut done, seconds.parse()?)?;
                times.sort_by(f64::total_cmp);
                json!({ "best": 1e6 * times[0], "median": 1e6 * times[times.len() / 2], "steps": times.len() })
            }
        };
        println!("{reply}");
        stdout().flush()?;
    }
    Ok(())
}

/// Seconds of each update, after some that do not count.
fn measure(step: &mut dyn Step, done: &mut usize, seconds: f64) -> Result<Vec<f64>> {
    let mut times = Vec::with_capacity(1 << 16);
    for (least, share) in [(WARMUP, 0.2), (TIMED, 1.0)] {
        times.clear();
        let mut spent = 0.0;
        while times.len() < least || spent < share * seconds {
            step.prepare(*done)?;
            let started = Instant::now();
            step.step(*done)?;
            let took = started.elapsed().as_secs_f64();
            *done += 1;
            spent += took;
            times.push(took);
        }
    }
    Ok(times)
}
