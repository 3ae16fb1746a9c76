//! The one table of schedules that files, command line, documentation and the tests read.

use super::setting::{SettingInfo, SettingKind};
use crate::Domain;

/// A schedule as the catalogue describes it.
#[derive(Debug)]
pub struct ScheduleInfo {
    /// The name in files and on the command line.
    pub name: &'static str,
    /// The formula, with t updates done since the warm-up.
    pub formula: &'static str,
    /// Its settings and their defaults; `warmup` belongs to every schedule.
    pub settings: &'static [SettingInfo],
}

const WARMUP: SettingInfo =
    SettingInfo::number("warmup", "updates of linear warm-up before the schedule starts", Domain::COUNT, 0.0);
const FLOOR: SettingInfo = SettingInfo::number("floor", "the last factor", Domain::UNIT, 0.0);
const FACTOR: SettingInfo =
    SettingInfo::number("factor", "what each drop multiplies the rate by", Domain::NOT_NEGATIVE, 0.1);

const fn steps(meaning: &'static str) -> SettingInfo {
    SettingInfo::number("steps", meaning, Domain::COUNT, 0.0)
}

const fn given(name: &'static str, meaning: &'static str, kind: SettingKind) -> SettingInfo {
    SettingInfo { name, meaning, kind }
}

/// Every schedule. `steps` counts updates and includes those of `warmup`; 0 stands for all updates of the run. In formulas it is what
/// remains after the warm-up.
pub static SCHEDULES: &[ScheduleInfo] = &[
    ScheduleInfo { name: "constant", formula: "1", settings: &[WARMUP] },
    ScheduleInfo {
        name: "linear",
        formula: "start + (end - start) t / steps, end after",
        settings: &[
            steps("updates until the end, warm-up included; 0 for the whole run"),
            SettingInfo::number("start", "the first factor", Domain::NOT_NEGATIVE, 1.0),
            SettingInfo::number("end", "the last factor", Domain::NOT_NEGATIVE, 0.0),
            WARMUP,
        ],
    },
    ScheduleInfo {
        name: "polynomial",
        formula: "floor + (1 - floor) (1 - t / steps)^power, floor after",
        settings: &[
            steps("updates until the floor, warm-up included; 0 for the whole run"),
            SettingInfo::number("power", "the exponent; 1 is linear", Domain::NOT_NEGATIVE, 1.0),
            FLOOR,
            WARMUP,
        ],
    },
    ScheduleInfo {
        name: "step",
        formula: "factor^floor(t / every)",
        settings: &[
            SettingInfo::number("every", "updates between two drops", Domain::POSITIVE_COUNT, 1000.0),
            FACTOR,
            WARMUP,
        ],
    },
    ScheduleInfo {
        name: "multi-step",
        formula: "factor^(how many of at are <= t; a step that is given twice counts twice)",
        settings: &[given("at", "the steps of the drops", SettingKind::Steps), FACTOR, WARMUP],
    },
    ScheduleInfo {
        name: "exponential",
        formula: "decay^t",
        settings: &[
            SettingInfo::number("decay", "the factor of one update", Domain::NOT_NEGATIVE, 0.999),
            WARMUP,
        ],
    },
    ScheduleInfo {
        name: "inverse-time",
        formula: "1 / (1 + decay t)",
        settings: &[
            SettingInfo::number("decay", "how fast the rate falls", Domain::NOT_NEGATIVE, 0.001),
            WARMUP,
        ],
    },
    ScheduleInfo {
        name: "inverse-square-root",
        formula: "1 / sqrt(1 + t / timescale)",
        settings: &[
            SettingInfo::number(
                "timescale",
                "updates until 1 / sqrt(2); 0 for the length of the warm-up, or 10000 without one",
                Domain::COUNT,
                0.0,
            ),
            WARMUP,
        ],
    },
    ScheduleInfo {
        name: "cosine",
        formula: "floor + (1 - floor) (1 + cos(pi t / steps)) / 2, floor after",
        settings: &[steps("updates until the floor, warm-up included; 0 for the whole run"), FLOOR, WARMUP],
    },
    ScheduleInfo {
        name: "warm-restarts",
        formula: "cosine again and again: after n restarts it lasts period growth^n from the height shrink^n",
        settings: &[
            SettingInfo::number("period", "updates until the first restart", Domain::POSITIVE_COUNT, 1000.0),
            SettingInfo::number(
                "growth",
                "what each restart multiplies the period by, at least 1",
                Domain::NOT_NEGATIVE,
                2.0,
            ),
            SettingInfo::number("shrink", "what each restart multiplies the height by", Domain::UNIT, 1.0),
            SettingInfo::number("floor", "the factor at the end of each period", Domain::UNIT, 0.0),
            WARMUP,
        ],
    },
    ScheduleInfo {
        name: "one-cycle",
        formula: "from start to 1, then to floor; with annihilation by way of start",
        settings: &[
            steps("updates of warm-up and cycle; 0 for the whole run"),
            SettingInfo::number("rise", "the share of steps until the peak", Domain::UNIT, 0.3),
            SettingInfo::number(
                "annihilation",
                "the share of steps, at the end, from start to floor; 0 for none",
                Domain::UNIT,
                0.0,
            ),
            SettingInfo::number("start", "the first factor", Domain::NOT_NEGATIVE, 0.04),
            SettingInfo::number("floor", "the last factor", Domain::NOT_NEGATIVE, 4e-6),
            given(
                "anneal",
                "the curve of each phase",
                SettingKind::Choice { of: &["cosine", "linear"], default: "cosine" },
            ),
            WARMUP,
        ],
    },
    ScheduleInfo {
        name: "cyclic",
        formula: "floor + (1 - floor) triangle(t) scale; scale = 1, 1 / 2^cycle or decay^t",
        settings: &[
            SettingInfo::number("up", "updates from the floor to the peak", Domain::POSITIVE_COUNT, 1000.0),
            SettingInfo::number(
                "down",
                "updates from the peak to the floor; 0 for as many",
                Domain::COUNT,
                0.0,
            ),
            SettingInfo::number("floor", "the factor at the bottom", Domain::UNIT, 0.1),
            given(
                "mode",
                "what becomes of the peaks",
                SettingKind::Choice {
                    of: &["triangular", "triangular2", "exponential-range"],
                    default: "triangular",
                },
            ),
            SettingInfo::number(
                "decay",
                "exponential-range: the factor of one update",
                Domain::UNIT,
                0.99994,
            ),
            WARMUP,
        ],
    },
    ScheduleInfo {
        name: "warmup-stable-decay",
        formula: "1, then over the last updates floor + (1 - floor) fall(x), floor after",
        settings: &[
            steps("updates until the floor, warm-up included; 0 for the whole run"),
            SettingInfo::number("decay", "the share of steps, at the end, that decays", Domain::UNIT, 0.2),
            FLOOR,
            given(
                "fall",
                "the curve of the decay",
                SettingKind::Choice { of: &["linear", "cosine", "1-sqrt"], default: "1-sqrt" },
            ),
            WARMUP,
        ],
    },
    ScheduleInfo {
        name: "piecewise",
        formula: "the factor of the last point passed, or on a line to the next",
        settings: &[
            given("points", "pairs of step and factor", SettingKind::Points),
            given("interpolate", "join the points by straight lines", SettingKind::Flag { default: false }),
            WARMUP,
        ],
    },
    ScheduleInfo {
        name: "product",
        formula: "the product of the schedules' factors",
        settings: &[given("of", "the schedules", SettingKind::Schedules), WARMUP],
    },
    ScheduleInfo {
        name: "sequence",
        formula: "one schedule after the other, each counting from where it takes over",
        settings: &[
            given("of", "the schedules", SettingKind::Schedules),
            given("at", "when the second, third, … takes over", SettingKind::Steps),
            WARMUP,
        ],
    },
];
