//! Tables of final runs for papers and notes: LaTeX (booktabs) and Markdown.

use std::fmt::Write as _;
use thalweg_lab::digits::{place, to_place};
use thalweg_lab::experiment::Metric;
use thalweg_lab::export::{ProblemSummary, RuleSummary};
use thalweg_report::Language;

/// A table of words and numbers, before it is written in a language of markup.
struct Rows {
    /// Of the columns: rule, learning rate, n, mean, standard deviation, interval, diverged, and steps to the target if there is one.
    titles: Vec<String>,
    rows: Vec<Vec<Entry>>,
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
enum Entry {
    Text(String),
    Number(Number),
    Interval(Number, Number),
    Nothing,
}

/// A number as it is shown: its digits, and the power of ten behind them if there is one.
#[derive(Clone, Debug, PartialEq)]
struct Number {
    digits: String,
    exponent: Option<i32>,
}

impl Number {
    /// Shows a number to the decimal place 10^`place`.
    fn rounded(value: f64, place: i32) -> Self {
        Self::scientific(&to_place(value, place))
    }

    /// Shows a learning rate, to four significant digits.
    fn rate(rate: f64) -> Self {
        // Parsed again, a number has no zeros behind its last digit.
        let rate: f64 = format!("{rate:.3e}").parse().unwrap_or(rate);
        match rate == 0.0 || (1e-3..1e4).contains(&rate.abs()) {
            true => Self { digits: rate.to_string(), exponent: None },
            false => Self::scientific(&format!("{rate:e}")),
        }
    }

    fn count(count: usize) -> Self {
        Self { digits: count.to_string(), exponent: None }
    }

    /// Takes `1.2e-7` apart.
    fn scientific(text: &str) -> Self {
        let (digits, exponent) = text.split_once('e').unwrap_or((text, ""));
        Self { digits: digits.into(), exponent: exponent.parse().ok() }
    }

    fn plain(&self) -> String {
        self.exponent.map_or_else(|| self.digits.clone(), |exponent| format!("{}e{exponent}", self.digits))
    }

    fn math(&self) -> String {
        match self.exponent {
            None => self.digits.clone(),
            Some(exponent) if self.digits == "1" => format!("10^{{{exponent}}}"),
            Some(exponent) => format!("{} \\times 10^{{{exponent}}}", self.digits),
        }
    }
}

fn rows(problem: &ProblemSummary, language: Language) -> Rows {
    let words = language.words();
    let has_target = problem.rules.iter().any(|rule| rule.target.is_some());
    let mut titles = vec![
        words.rule().into(),
        words.learning_rate().into(),
        "n".into(),
        words.mean().into(),
        words.standard_deviation().into(),
        words.interval_of_the_mean().into(),
        words.diverged().into(),
    ];
    if has_target {
        titles.push(words.steps_to_target().into());
    }
    let row = |rule: &RuleSummary| {
        let place = rule.summary.as_ref().map_or(0, place);
        let summary = rule.summary.as_ref();
        let rounded = |value: f64| Entry::Number(Number::rounded(value, place));
        let or_nothing = |entry: Option<Entry>| entry.unwrap_or(Entry::Nothing);
        let mut row = vec![
            Entry::Text(rule.label.clone()),
            or_nothing(rule.shown_rate.map(|rate| Entry::Number(Number::rate(rate)))),
            Entry::Number(Number::count(summary.map_or(0, |summary| summary.count))),
            or_nothing(summary.map(|summary| rounded(summary.mean))),
            or_nothing(summary.and_then(|summary| summary.standard_deviation).map(rounded)),
            or_nothing(rule.interval().map(|interval| {
                Entry::Interval(Number::rounded(interval.low, place), Number::rounded(interval.high, place))
            })),
            Entry::Number(Number::count(rule.diverged)),
        ];
        if has_target {
            row.push(or_nothing(rule.target.map(|target| Entry::Number(Number::rounded(target.steps, 0)))));
        }
        row
    };
    Rows { titles, rows: problem.rules.iter().map(row).collect() }
}

/// Says what the figures of a table are.
fn figure(problem: &ProblemSummary, language: Language) -> &'static str {
    let words = language.words();
    match (problem.metric, problem.on_test) {
        (Some(Metric::Value), _) => words.value_of_the_function(),
        (Some(metric), on_test) => metric.title(words, on_test),
        (None, true) => words.test_loss(),
        (None, false) => words.validation_loss(),
    }
}

/// Says what a table shows.
fn caption(problem: &ProblemSummary, language: Language) -> String {
    let words = language.words();
    let mut caption = words.caption_of_final_runs(&problem.problem, figure(problem, language));
    if problem.rules.iter().any(|rule| rule.target.is_some()) {
        caption += &format!(" {}", words.caption_of_steps_to_target());
    }
    caption
}

/// Returns what tells the tables of several experiments apart.
fn origin(problem: &ProblemSummary) -> String {
    format!("{} ({}), {}", problem.experiment, problem.experiment_hash, problem.problem)
}

/// Returns the tables in Markdown, as GitHub and Pandoc read them.
pub fn markdown(problems: &[ProblemSummary], language: Language) -> String {
    let table = |problem: &ProblemSummary| {
        let Rows { titles, rows } = rows(problem, language);
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let entry = |entry: &Entry| match entry {
            Entry::Text(text) => in_markdown(text),
            Entry::Number(number) => number.plain(),
            Entry::Interval(low, high) => language.words().interval(&low.plain(), &high.plain()),
            Entry::Nothing => "–".into(),
        };
        let mut text = format!("### {}\n\n", in_markdown(&origin(problem)));
        let numbers = titles.len() - 1;
        text += &line(titles);
        let _ = writeln!(text, "| :-- |{}", " --: |".repeat(numbers));
        text.extend(rows.iter().map(|row| line(row.iter().map(entry).collect())));
        let _ = write!(text, "\n{}\n", in_markdown(&caption(problem, language)));
        text
    };
    problems.iter().map(table).collect::<Vec<_>>().join("\n")
}

/// Returns the tables in LaTeX, with the rules of the package booktabs.
pub fn latex(problems: &[ProblemSummary], language: Language) -> String {
    let table = |(index, problem): (usize, &ProblemSummary)| {
        let Rows { titles, rows } = rows(problem, language);
        let line = |cells: Vec<String>| format!("    {} \\\\\n", cells.join(" & "));
        let entry = |entry: &Entry| match entry {
            Entry::Text(text) => in_latex(text),
            Entry::Number(number) => format!("${}$", number.math()),
            Entry::Interval(low, high) => format!("$[{}, {}]$", low.math(), high.math()),
            Entry::Nothing => "--".into(),
        };
        let mut text = format!("% {}\n", one_line(&origin(problem)));
        text += "\\begin{table}\n  \\centering\n";
        let _ = writeln!(text, "  \\caption{{{}}}", in_latex(&caption(problem, language)));
        let _ = writeln!(text, "  \\label{{tab:thalweg-{}}}", index + 1);
        let _ = writeln!(text, "  \\begin{{tabular}}{{l{}}}\n    \\toprule", "r".repeat(titles.len() - 1));
        let title = |title: &String| if title == "n" { "$n$".into() } else { in_latex(title) };
        text += &line(titles.iter().map(title).collect());
        text += "    \\midrule\n";
        text.extend(rows.iter().map(|row| line(row.iter().map(entry).collect())));
        text += "    \\bottomrule\n  \\end{tabular}\n\\end{table}\n";
        text
    };
    let packages = language.words().latex_packages();
    format!("{packages}\n{}", problems.iter().enumerate().map(table).collect::<Vec<_>>().join("\n"))
}

/// Returns a text without line breaks and other control characters.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Escapes what Markdown takes for markup.
fn in_markdown(text: &str) -> String {
    let mut escaped = String::new();
    for c in one_line(text).chars() {
        if "\\`*_{}[]<>|~#&$".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// Escapes what LaTeX takes for commands.
fn in_latex(text: &str) -> String {
    let mut escaped = String::new();
    for c in one_line(text).chars() {
        match c {
            '\\' => escaped += "\\textbackslash{}",
            '~' => escaped += "\\textasciitilde{}",
            '^' => escaped += "\\textasciicircum{}",
            '<' => escaped += "\\textless{}",
            '>' => escaped += "\\textgreater{}",
            '|' => escaped += "\\textbar{}",
            '{' | '}' | '$' | '&' | '#' | '%' | '_' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use thalweg_lab::statistics::Summary;

    fn rule(label: &str, rate: f64, figures: &[f64], diverged: usize) -> RuleSummary {
        RuleSummary {
            label: label.into(),
            rule: "adam".into(),
            dialect: "torch".into(),
            learning_rate: Some(rate),
            shown_rate: Some(rate),
            summary: Summary::of(figures),
            diverged,
            target: None,
        }
    }

    fn problem() -> ProblemSummary {
        ProblemSummary {
            experiment: "first_try".into(),
            experiment_hash: "0123456789ab".into(),
            problem: "digits".into(),
            metric: Some(Metric::Accuracy),
            on_test: true,
            rules: vec![
                rule("adam", 0.001, &[0.921, 0.925, 0.919, 0.930, 0.922], 0),
                rule("50% a_b & #1 | {x}", 3.162_277_66e-5, &[0.5], 2),
                rule("sgd", 10_000.0, &[], 3),
            ],
        }
    }

    #[test]
    fn a_whole_table_in_markdown() {
        assert_eq!(
            markdown(&[problem()], Language::English),
            "### first\\_try (0123456789ab), digits\n\
             \n\
             | rule | learning rate | n | mean | standard deviation | 95 % interval | diverged |\n\
             | :-- | --: | --: | --: | --: | --: | --: |\n\
             | adam | 0.001 | 5 | 0.9234 | 0.0043 | 0.9181 to 0.9287 | 0 |\n\
             | 50% a\\_b \\& \\#1 \\| \\{x\\} | 3.162e-5 | 1 | 0.50 | – | – | 2 |\n\
             | sgd | 1e4 | 0 | – | – | – | 3 |\n\
             \n\
             digits: test accuracy of the final runs. Mean, standard deviation and 95 % confidence interval of the mean \
             (Student's t) over the n runs that did not diverge.\n"
        );
    }

    #[test]
    fn a_whole_table_in_latex() {
        assert_eq!(
            latex(&[problem()], Language::English),
            r"% \usepackage{booktabs}

% first_try (0123456789ab), digits
\begin{table}
  \centering
  \caption{digits: test accuracy of the final runs. Mean, standard deviation and 95 \% confidence interval of the mean (Student's t) over the n runs that did not diverge.}
  \label{tab:thalweg-1}
  \begin{tabular}{lrrrrrr}
    \toprule
    rule & learning rate & $n$ & mean & standard deviation & 95 \% interval & diverged \\
    \midrule
    adam & $0.001$ & $5$ & $0.9234$ & $0.0043$ & $[0.9181, 0.9287]$ & $0$ \\
    50\% a\_b \& \#1 \textbar{} \{x\} & $3.162 \times 10^{-5}$ & $1$ & $0.50$ & -- & -- & $2$ \\
    sgd & $10^{4}$ & $0$ & -- & -- & -- & $3$ \\
    \bottomrule
  \end{tabular}
\end{table}
"
        );
    }

    #[test]
    fn steps_to_a_target_are_a_column_where_there_is_one() {
        let mut with = problem();
        with.rules[0].target = Some(thalweg_lab::export::TargetSummary { steps: 123.4, reached: 5 });
        let text = markdown(&[with.clone()], Language::English);
        assert!(
            text.contains(
                "| diverged | steps to target |\n| :-- | --: | --: | --: | --: | --: | --: | --: |"
            )
        );
        assert!(text.contains("0.9181 to 0.9287 | 0 | 123 |\n"), "{text}");
        assert!(text.contains("| – | – | 2 | – |\n"), "{text}");
        assert!(text.contains("a run that did not arrive counts as the whole budget"), "{text}");
        let text = latex(&[with], Language::Korean);
        assert!(text.contains("{lrrrrrrr}") && text.contains("& 목표까지 갱신 횟수 \\\\\n"), "{text}");
    }

    #[test]
    fn tables_in_korean_and_of_several_problems() {
        let mut second = problem();
        (second.problem, second.metric, second.on_test) =
            ("bowl\n\\input{x}".into(), Some(Metric::Value), false);
        let text = markdown(&[problem(), second.clone()], Language::Korean);
        assert!(
            text.contains("| 갱신 규칙 | 학습률 | n | 평균 | 표준편차 | 95% 신뢰구간 | 발산 |"),
            "{text}"
        );
        assert_eq!(text.matches("### ").count(), 2);
        assert!(text.contains("bowl \\\\input\\{x\\}: 최종 실행의 함숫값."), "{text}");
        let text = latex(&[problem(), second], Language::Korean);
        assert!(text.contains("\\usepackage{kotex}") && text.contains("\\label{tab:thalweg-2}"), "{text}");
        // A comment ends with its line, and a name cannot give a command.
        assert!(text.contains("% first_try (0123456789ab), bowl \\input{x}\n\\begin{table}"), "{text}");
        assert!(text.contains("\\caption{bowl \\textbackslash{}input\\{x\\}: "), "{text}");
    }

    #[test]
    fn numbers_have_the_digits_that_they_deserve() {
        assert_eq!(Number::rate(0.031_622_776).plain(), "0.03162");
        assert_eq!(Number::rounded(-1.5e-12, -13).math(), "-1.5 \\times 10^{-12}");
        let searched = RuleSummary { shown_rate: Some(0.03), ..rule("adam", 0.0316, &[0.5], 0) };
        let text = markdown(&[ProblemSummary { rules: vec![searched], ..problem() }], Language::English);
        assert!(text.contains("| adam | 0.03 | 1 | 0.50 | –"), "{text}");
    }
}
