//! What can be wrong with an experiment. The words of each fault, and what to do about it, stand here and nowhere else.

use std::path::Path;

use thalweg_kit::shell_path;
use thalweg_optim::OptimError;

/// What is wrong with a value as the command line writes it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ValueFault {
    /// No whole number, where one belongs.
    #[error("`{0}` is not a whole number")]
    NotWhole(String),
    /// No number, where one belongs.
    #[error("`{0}` is not a number")]
    NotANumber(String),
    /// Neither of two words.
    #[error("`{0}` is neither true nor false")]
    NotTruth(String),
    /// A setting without a value.
    #[error("write it as name=value, such as patience=3")]
    NoEquals,
    /// No weight of a class.
    #[error("`{0}` is not a number; write `balanced` or a number for each class")]
    NotAWeight(String),
    /// No distance to move an image by.
    #[error("`{0}` is not a whole number of pixels")]
    NotPixels(String),
    /// Nothing that is done to images.
    #[error("`{0}` is none of shift=PIXELS, flip and crop=SHARE")]
    NoAugmentation(String),
    /// What a value of another type says.
    #[error("{0}")]
    Other(String),
}

/// A value that a key does not take.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Objection {
    /// A number that does not pass a test.
    #[error("`{key}` must be {wanted}, not {found}")]
    Number {
        /// The key.
        key: String,
        /// The numbers it takes, in words.
        wanted: String,
        /// The number.
        found: f64,
    },
    /// A whole number that is too small or too large.
    #[error("`{key}` must be between {least} and {most}, not {found}")]
    Whole {
        /// The key.
        key: String,
        /// The least number it takes.
        least: u64,
        /// The largest number it takes.
        most: u64,
        /// The number.
        found: u64,
    },
    /// A seed that TOML cannot hold.
    #[error("`{key}` must be at most {}, not {found}", i64::MAX)]
    Seed {
        /// The key.
        key: String,
        /// The number.
        found: u64,
    },
    /// A hidden layer of no width, or a very large one.
    #[error("a hidden layer must be between 1 and 1000000 wide, not {0}")]
    Width(u64),
    /// An augmentation that no images can have.
    #[error("{0}")]
    Augmentation(String),
}

/// What is wrong with an experiment.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ExperimentFault {
    /// The file cannot be read.
    #[error("cannot read the experiment: {reason}")]
    Unreadable {
        /// What the system says.
        reason: String,
        /// Whether the name looks like that of a file.
        is_file: bool,
    },
    /// The file is no text.
    #[error("this is not a text file (byte {0} is not UTF-8)")]
    NotText(usize),
    /// The file is no TOML.
    #[error("this is not valid TOML: {0}")]
    Syntax(String),
    /// The file is a study.
    #[error("this is a study: it shows what settings do, and compares no rules")]
    Study {
        /// The file.
        file: String,
    },
    /// A key that there is not.
    #[error("unknown key `{name}`")]
    UnknownKey {
        /// The key.
        name: String,
        /// The nearest key, or all of them.
        suggestion: String,
    },
    /// A value of another type.
    #[error("expected {expected}, found {found}")]
    Type {
        /// What the key takes.
        expected: String,
        /// What is written.
        found: String,
    },
    /// A name that there is not.
    #[error("unknown {what} `{name}`")]
    Unknown {
        /// What it should be the name of: a rule, a dataset, …
        what: String,
        /// The name.
        name: String,
        /// The nearest name, or all of them.
        suggestion: String,
    },
    /// A value that a key does not take.
    #[error(transparent)]
    Value(#[from] Objection),
    /// A setting of another kind than is written.
    #[error("`{name}` must be {wanted}")]
    Kind {
        /// The setting.
        name: String,
        /// What it takes, in words.
        wanted: String,
    },
    /// A schedule, a plateau or what stands around a rule, as the optimizers see it.
    #[error(transparent)]
    Optimizer(#[from] OptimError),
    /// `problem` and `problems` together.
    #[error("both `problem` and `problems` are given")]
    ProblemAndProblems,
    /// No problem.
    #[error("there is no problem to compare the rules on")]
    NoProblem,
    /// Two problems of one name.
    #[error("two problems are called `{0}`")]
    SameProblem(String),
    /// A problem with a function and a data set.
    #[error("a problem is a function or a dataset, not both")]
    FunctionAndDataset,
    /// A problem with a program and something else.
    #[error("a problem is a function, a dataset, a program or a command, one of them")]
    SeveralKinds,
    /// A problem of no kind.
    #[error("this problem names neither a function nor a dataset")]
    NoKind,
    /// A key of another kind of problem.
    #[error("`{key}` belongs to a problem with a `{other}`, but this one has a `{here}`")]
    OfAnotherKind {
        /// The key.
        key: &'static str,
        /// The key of the kind it belongs to.
        other: &'static str,
        /// The key of this problem's kind.
        here: &'static str,
    },
    /// A key that a program has no use for.
    #[error("`{0}` does not belong to a problem with a `program`")]
    NotOfPrograms(&'static str),
    /// A key that a training of the user's own has no use for.
    #[error("`{0}` does not belong to a problem with a `command`")]
    NotOfTrainings(&'static str),
    /// A command of no words.
    #[error("`command` names the training to run")]
    NoCommand,
    /// A report that is no file within a folder.
    #[error("`report` names a file in the run's folder, and `{0}` does not")]
    ReportName(String),
    /// A brace that belongs to no word.
    #[error("a brace in `{0}` has no partner")]
    LoneBrace(String),
    /// A word in braces that stands for nothing.
    #[error("`{{{word}}}` stands for nothing")]
    UnknownWord {
        /// The word.
        word: String,
        /// Those that there are.
        known: String,
    },
    /// A word in braces that stands for nothing in the runs of one arm.
    #[error("the command has a `{{{word}}}`, and the arm `{arm}` has no `{word}`")]
    ArmLacks {
        /// The arm.
        arm: String,
        /// The word.
        word: String,
    },
    /// Arms on a problem that is no training of the user's own.
    #[error("`arms` are compared on trainings of your own, and this problem has no `command`")]
    ArmsWithoutCommand,
    /// An arm without a name.
    #[error("this arm has no `name`")]
    NoArmName,
    /// Two arms of one name.
    #[error("the arm `{0}` is listed twice")]
    SameArm(String),
    /// An arm without a learning rate.
    #[error("the arm `{0}` has no learning rate")]
    NoRate(String),
    /// A learning rate that is searched otherwise than in a logarithmic range.
    #[error("the learning rate is searched in a range, evenly in its logarithm")]
    RateRange,
    /// A name that no setting of an arm can have.
    #[error("`{0}` is no name for a setting")]
    SettingName(String),
    /// A program of no words.
    #[error("`program` names the program to run")]
    NoProgram,
    /// A start with another number of coordinates than the function has.
    #[error("`{function}` takes {wanted} variables, but `start` has {given}")]
    StartLength {
        /// The function.
        function: String,
        /// The number of its variables.
        wanted: usize,
        /// The number of coordinates.
        given: usize,
    },
    /// A start that is not finite.
    #[error("`start` must hold finite numbers")]
    Start,
    /// Two keys that exclude each other.
    #[error("both `{0}` and `{1}` are given")]
    Both(&'static str, &'static str),
    /// A figure that a network whose outputs are its inputs does not have, such as the accuracy.
    #[error("a network that gives its examples back has no {0}")]
    NoFigure(&'static str),
    /// A network that cannot be read.
    #[error("{0}")]
    Network(String),
    /// Initial values that cannot be read.
    #[error("`{0}` does not say how initial weights are drawn")]
    Initial(String),
    /// No rules.
    #[error("no rules to compare")]
    NoRules,
    /// Two rules of one label.
    #[error("the rule `{0}` is listed twice")]
    SameRule(String),
    /// A rule without a name.
    #[error("this rule has no `name`")]
    NoRuleName,
    /// A learning rate among the settings and beside them.
    #[error("the learning rate is given twice")]
    RateTwice,
    /// A label of no letters.
    #[error("`label` must not be empty")]
    EmptyLabel,
    /// A rule that no dialect has.
    #[error("the rule `{0}` has no dialect")]
    NoDialect(String),
    /// A schedule of the rate in a rule.
    #[error("the schedule of the learning rate is the same for all rules")]
    ScheduleOfRate,
    /// A schedule without a name.
    #[error("this schedule has no `name`")]
    NoScheduleName,
    /// A part of a schedule that is none.
    #[error("a schedule is a name or a table with a `name`")]
    NoSchedule,
    /// A setting without which a schedule cannot be.
    #[error("`{schedule}` needs `{setting}`")]
    MissingSetting {
        /// The schedule.
        schedule: &'static str,
        /// The setting.
        setting: &'static str,
        /// A value it could have.
        example: String,
    },
    /// The learning rate among what is searched for.
    #[error("the learning rate has a key of its own")]
    SearchedRate,
    /// A hyper-parameter with a value and a range.
    #[error("`{0}` is both set and searched for")]
    SetAndSearched(String),
    /// A value that is tried twice.
    #[error("{0} is listed twice; list each value once")]
    ValueTwice(f64),
    /// A hyper-parameter that is searched for twice.
    #[error("`{0}` is listed twice")]
    ListedTwice(String),
    /// A list of values with something else.
    #[error("`values` stands alone, without a range")]
    ValuesAndRange,
    /// A list of no values, or very many.
    #[error("`values` holds 1 to {most} numbers, not {found}")]
    ValueCount {
        /// The largest number of values.
        most: usize,
        /// The number of values.
        found: usize,
    },
    /// A name that is shown to people and is not one line.
    #[error("`{0}` has a line break or a tab in it")]
    SeveralLines(String),
    /// A hyper-parameter that has no usual range.
    #[error("`{0}` has no usual range")]
    NoUsualRange(String),
    /// A range with one end.
    #[error("a range needs both ends: {example}")]
    OneEnd {
        /// A range with both.
        example: &'static str,
    },
    /// A range that goes down.
    #[error("`from` must be less than `to`, but {from} is not less than {to}")]
    Descending {
        /// Where it begins.
        from: f64,
        /// Where it ends.
        to: f64,
    },
    /// A range of whole numbers that is not linear, or has other ends.
    #[error("a range of whole numbers is linear, between two whole numbers")]
    WholeRange,
    /// A logarithmic range from 0 or below.
    #[error("a logarithmic range begins above 0, not at {0}")]
    LogarithmicStart(f64),
    /// A range in the distance to one that reaches it.
    #[error("a range in the distance to one ends below 1, not at {0}")]
    DistanceEnd(f64),
}

impl ExperimentFault {
    /// Says what to do about it, where the fault itself does not.
    pub fn help(&self) -> Option<String> {
        Some(match self {
            Self::Unreadable { is_file: false, .. } => {
                "an experiment is a file, such as mine.toml; the command line names rules and problems by options (--help)".into()
            }
            Self::NotText(_) => "an experiment is a TOML file, saved as UTF-8".into(),
            Self::Study { file } => format!("draw it: thalweg run {}", shell_path(Path::new(file))),
            Self::SeveralLines(_) => "write it in one line, with spaces".into(),
            Self::UnknownKey { suggestion, .. } | Self::Unknown { suggestion, .. } => suggestion.clone(),
            Self::ProblemAndProblems => "list all of them as [[problems]]".into(),
            Self::NoProblem => {
                "add a section [problem] with, for example, function = \"bowl\" or dataset = \"digits\"".into()
            }
            Self::SameProblem(_) => "give one of them another `name`".into(),
            Self::NoKind => "for example: function = \"bowl\" or dataset = \"digits\"".into(),
            Self::NotOfPrograms(_) => "the program settles it by itself".into(),
            Self::NotOfTrainings(_) => "the training settles it by itself".into(),
            Self::NoCommand => "for example: command = [\"python3\", \"train.py\", \"--lr\", \"{learning_rate}\"]".into(),
            Self::ReportName(_) => {
                "for example: report = \"metrics.jsonl\", which the training writes as {folder}/metrics.jsonl".into()
            }
            Self::LoneBrace(_) => "write {{ and }} for braces of the text itself".into(),
            Self::UnknownWord { known, .. } => {
                format!("there are: {known}; write {{{{ and }}}} for braces of the text itself")
            }
            Self::ArmLacks { word, .. } => format!(
                "give it one in `set`, or move the word into the `arguments` of the arms that have it: \
                 arguments = [\"--{word}\", \"{{{word}}}\"]"
            ),
            Self::ArmsWithoutCommand => "compare update rules there: rules = [\"sgd\", \"adam\"]".into(),
            Self::NoArmName => "for example: name = \"fused adamw\"".into(),
            Self::SameArm(_) => "give one of them another `name`".into(),
            Self::NoRate(_) => "for example: learning_rate = { from = 1e-4, to = 1 }, or learning_rate = 0.01".into(),
            Self::RateRange => "{ from = 1e-5, to = 0.1 }".into(),
            Self::SettingName(_) => format!(
                "a name has letters, digits, `_`, `-` and `.`; every run has {} anyway",
                super::template::RUN_WORDS.map(|word| format!("`{word}`")).join(", ")
            ),
            Self::NoProgram => "for example: program = [\"python3\", \"mine.py\"]".into(),
            Self::Both(..) | Self::SetAndSearched(_) => "keep one of them".into(),
            Self::NoFigure(_) => "judge it by `metric = \"loss\"`".into(),
            Self::Initial(_) => {
                "for example: uniform(0.1), truncated(0.02), orthogonal(1.4), constant(0.5); sizes are 0 or greater".into()
            }
            Self::NoRules => "for example: rules = [\"sgd\", \"adam\"]".into(),
            Self::SameRule(_) => "give one of them another `label`".into(),
            Self::NoRuleName => "for example: name = \"adam\"".into(),
            Self::RateTwice => "keep `learning_rate` outside `set`".into(),
            Self::ScheduleOfRate => "write it in the problem: schedule = { name = \"cosine\" }".into(),
            Self::NoScheduleName => "for example: schedule = { name = \"cosine\" }".into(),
            Self::MissingSetting { setting, example, .. } => format!("for example: {setting} = {example}"),
            Self::SearchedRate => "learning_rate = { from = 1e-4, to = 1 }".into(),
            Self::ValuesAndRange => "{ values = [0.9, 0.95] } or { from = 0.5, to = 0.99 }".into(),
            Self::NoUsualRange(name) => {
                format!("say where to search: search = {{ {name} = {{ from = …, to = … }} }}")
            }
            Self::WholeRange => "{ from = 1, to = 10, integer = true }".into(),
            Self::LogarithmicStart(_) => "scale = \"linear\" reaches 0".into(),
            Self::DistanceEnd(_) => "scale = \"linear\" reaches 1".into(),
            _ => return None,
        })
    }
}
