//! Schedules in words, for plans and messages.

use super::{Mode, Schedule, Shape};
use std::fmt;

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.shape)?;
        if self.warmup > 0 { write!(f, " after {} updates of warm-up", self.warmup) } else { Ok(()) }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constant => write!(f, "constant"),
            Self::Linear { steps, start, end } => write!(f, "linear (from {start} to {end} over {steps})"),
            Self::Polynomial { steps, power, floor } => {
                write!(f, "polynomial (power {power}, to {floor} over {steps})")
            }
            Self::Step { every, factor } => write!(f, "step (x {factor} every {every})"),
            Self::MultiStep { at, factor } => write!(f, "multi-step (x {factor} at {})", list(at, ", ")),
            Self::Exponential { decay } => write!(f, "exponential ({decay} an update)"),
            Self::InverseTime { decay } => write!(f, "inverse-time ({decay})"),
            Self::InverseSquareRoot { timescale } => {
                write!(f, "inverse-square-root (time scale {timescale})")
            }
            Self::Cosine { steps, floor } => write!(f, "cosine (to {floor} over {steps})"),
            Self::WarmRestarts(one) => {
                let (period, growth, floor) = (one.period, one.growth, one.floor);
                write!(f, "warm-restarts (to {floor} over {period}, each {growth} times as long as the last)")
            }
            Self::OneCycle(one) => {
                let (start, floor, steps, rise) = (one.start, one.floor, one.steps, one.rise);
                write!(f, "one-cycle (from {start} up in {rise}, to {floor} over {steps})")
            }
            Self::Cyclic(one) => {
                write!(f, "cyclic ({} up and {} down from {}, ", one.up, one.down, one.floor)?;
                match one.mode {
                    Mode::Triangular => write!(f, "triangular)"),
                    Mode::Triangular2 => write!(f, "triangular2)"),
                    Mode::ExponentialRange { decay } => {
                        write!(f, "exponential-range with {decay} an update)")
                    }
                }
            }
            Self::WarmupStableDecay(one) => {
                write!(f, "warmup-stable-decay (1 for {}, to {} over {})", one.stable, one.floor, one.decay)
            }
            Self::Piecewise(one) => {
                let points: Vec<String> =
                    one.points.iter().map(|(at, factor)| format!("{factor} at {at}")).collect();
                let joined = if one.interpolate { ", joined by lines" } else { "" };
                write!(f, "piecewise ({}{joined})", points.join(", "))
            }
            Self::Product(of) => write!(f, "product ({})", list(of, " x ")),
            Self::Sequence(one) => {
                write!(f, "sequence ({}; at {})", list(&one.of, ", then "), list(&one.at, ", "))
            }
        }
    }
}

fn list<T: ToString>(items: &[T], between: &str) -> String {
    items.iter().map(T::to_string).collect::<Vec<_>>().join(between)
}
