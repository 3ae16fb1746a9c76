//! What is wrong with a command line.

use crate::sentences::Sentence;

/// What the reader of the command line says.
pub(super) const COMMAND_LINE: &[Sentence] = &[
    (
        "Print this message or the help of the given subcommand(s)",
        "이 도움말이나 지정한 명령의 도움말을 출력합니다",
    ),
    ("Print help (see more with '--help')", "도움말을 출력합니다('--help'는 더 자세히)"),
    ("Print help (see a summary with '-h')", "도움말을 출력합니다('-h'는 간단히)"),
    ("Print help for the subcommand(s)", "명령의 도움말을 출력합니다"),
    ("Print help", "도움말을 출력합니다"),
    ("Print version", "버전을 출력합니다"),
    ("error: {what}", "오류: {what}"),
    ("help: {what}", "도움말: {what}"),
    ("note: {what}", "참고: {what}"),
    ("tip: {what}", "힌트: {what}"),
    ("Usage: {how}", "사용법: {how}"),
    ("For more information, try '{option}'.", "자세한 내용은 '{option}'{을} 참고하세요."),
    ("unexpected argument '{word}' found", "알 수 없는 인수 '{word}'{이} 있습니다"),
    ("unrecognized subcommand '{word}'", "'{word}'{은} 없는 명령입니다"),
    ("a similar argument exists: '{word}'", "비슷한 옵션이 있습니다: '{word}'"),
    ("a similar subcommand exists: '{word}'", "비슷한 명령이 있습니다: '{word}'"),
    ("some similar subcommands exist: {words}", "비슷한 명령들이 있습니다: {words}"),
    ("some similar arguments exist: {words}", "비슷한 옵션들이 있습니다: {words}"),
    ("a similar value exists: '{word}'", "비슷한 값이 있습니다: '{word}'"),
    ("to pass '{word}' as a value, use '-- {same}'", "'{word}'{을} 값으로 쓰려면 '-- {same}'"),
    (
        "subcommand '{name}' exists; to use it, remove the '--' before it",
        "'{name}' 명령을 쓰려면 앞의 '--'를 빼세요",
    ),
    ("the following required arguments were not provided:", "다음 인수가 필요합니다:"),
    ("the argument '{one}' cannot be used with '{other}'", "'{one}'{은} '{other}'{과} 함께 쓸 수 없습니다"),
    ("the argument '{one}' cannot be used with:", "'{one}'{은} 다음과 함께 쓸 수 없습니다:"),
    (
        "the argument '{one}' cannot be used with one or more of the other specified arguments",
        "'{one}'{은} 주어진 다른 인수와 함께 쓸 수 없습니다",
    ),
    ("the argument '{one}' cannot be used multiple times", "'{one}'{은} 한 번만 쓸 수 있습니다"),
    ("a value is required for '{option}' but none was supplied", "'{option}'에 값이 필요합니다"),
    ("invalid value '{value}' for '{option}'", "'{option}'의 값 '{value}'{이} 올바르지 않습니다"),
    (
        "invalid value '{value}' for '{option}': {why}",
        "'{option}'의 값 '{value}'{이} 올바르지 않습니다: {why}",
    ),
    ("[possible values: {values}]", "[가능한 값: {values}]"),
    ("{value} is not in {range}", "{value}{은} 범위 {range}에 들지 않습니다"),
    ("'{name}' requires a subcommand but one was not provided", "'{name}'에는 하위 명령이 필요합니다"),
    (
        "unexpected value '{value}' for '{option}' found; no more were expected",
        "'{option}'에 값 '{value}'{이} 더 있습니다",
    ),
    (
        "equal sign is needed when assigning values to '{option}'",
        "'{option}'의 값은 등호(=)로 이어 써야 합니다",
    ),
    ("[subcommands: {names}]", "[하위 명령: {names}]"),
];

/// What the system says.
pub(super) const SYSTEM: &[Sentence] = &[
    ("No such file or directory (os error 2)", "그런 파일이나 폴더가 없습니다 (os error 2)"),
    ("Permission denied (os error 13)", "권한이 없습니다 (os error 13)"),
    ("Is a directory (os error 21)", "폴더입니다 (os error 21)"),
    ("Not a directory (os error 20)", "폴더가 아닙니다 (os error 20)"),
    ("No space left on device (os error 28)", "디스크에 남은 공간이 없습니다 (os error 28)"),
    ("Read-only file system (os error 30)", "읽기 전용 파일 시스템입니다 (os error 30)"),
    ("stream did not contain valid UTF-8", "올바른 UTF-8이 아닙니다"),
];

/// What is wrong with the values of options.
pub(super) const VALUES: &[Sentence] = &[
    (
        "`{option}` takes {wanted}, not `{value}`",
        "`{option}`에는 {wanted}{을} 써야 하는데 `{value}`{이} 있습니다",
    ),
    ("a smaller whole number", "더 작은 정수"),
    ("a whole number from 1", "1 이상의 정수"),
    ("a whole number, not negative", "0 이상의 정수"),
    ("a number", "수"),
    ("there are en and ko", "en과 ko가 있습니다"),
    ("there are train, validation and test", "train, validation, test가 있습니다"),
    ("it must be a whole number of at least 1", "1 이상의 정수여야 합니다"),
    ("write it as name=value, such as {example}", "이름=값으로 쓰세요. 예: {example}"),
    ("write it as two numbers, such as -7,2", "두 수로 쓰세요. 예: -7,2"),
    ("write it as name=1e-4..0.1:7 or name=0.8,0.9", "이름=1e-4..0.1:7 또는 이름=0.8,0.9로 쓰세요"),
    ("say how many values: name=1e-4..0.1:7", "값이 몇 개인지도 쓰세요: 이름=1e-4..0.1:7"),
    ("`{text}` is not a number", "`{text}`{은} 수가 아닙니다"),
    ("`{text}` is not a number; {usage}", "`{text}`{은} 수가 아닙니다. {usage}"),
    ("`{text}` is not a finite number", "`{text}`{은} 유한한 수가 아닙니다"),
    ("`{text}` is not a number of values", "`{text}`{은} 값의 개수가 아닙니다"),
    ("write `sgd:0.1`", "`sgd:0.1`처럼 쓰세요"),
    (
        "a range grows from above 0, in 2 to {most} values; {usage}",
        "범위는 0보다 큰 수에서 커지며 값은 2개에서 {most}개까지입니다. {usage}",
    ),
    ("expected a number of seeds up to {most}, or `auto`", "{most} 이하의 시드 수나 `auto`여야 합니다"),
];
