//! What is wrong with data and their files.

use crate::sentences::Sentence;

/// What is wrong with data and their files.
pub(super) const DATA: &[Sentence] = &[
    (
        "`validation` would cut new parts, but the validation arrays have no `group`; leave `validation` out to use those arrays",
        "`validation`{은} 데이터를 새로 나누게 하는데 검증 배열에 `group`이 없습니다. 그 배열을 쓰려면 `validation`을 빼세요",
    ),
    (
        "cannot keep {count} of {all} training examples for validation; ask for at most {most} with `validation` (--validation)",
        "학습 예제 {all}개에서 {count}개를 검증용으로 뗄 수 없습니다. `validation`(--validation)을 {most} 이하로 하세요",
    ),
    (
        "the file has one column; it needs at least one feature and a target, parted by one of , ; tab |{more}",
        "파일에 열이 하나뿐입니다. 특징 하나 이상과 목표가 , ; 탭 | 가운데 하나로 나뉘어 있어야 합니다{more}",
    ),
    ("did you mean `{name}`?", "`{name}`{을} 쓰려던 것인가요?"),
    ("there are: {names}", "있는 것: {names}"),
    ("cannot read {path}: {why}", "{path}{을} 읽을 수 없습니다: {why}"),
    ("cannot write {path}: {why}", "{path}{을} 쓸 수 없습니다: {why}"),
    ("training", "학습"),
    ("validation", "검증"),
    ("test", "시험"),
    ("classes", "클래스"),
    ("values", "값"),
    (
        "the archive cannot be read ({why}); is it an .npz file, and complete?",
        "압축 파일을 읽을 수 없습니다({why}). 온전한 .npz 파일인지 확인하세요",
    ),
    ("array `{name}`: {why}", "배열 `{name}`: {why}"),
    (
        "array `{name}` has {values} values, but its shape {shape} needs {needed}",
        "배열 `{name}`의 값은 {values}개인데 형상 {shape}에는 {needed}개가 필요합니다",
    ),
    (
        "no dataset here: arrays `x` and `t` (or x_train, t_train, x_val, t_val, x_test, t_test) are needed, but there are: {names}",
        "데이터 집합이 없습니다. 배열 `x`와 `t`(또는 x_train, t_train, x_val, t_val, x_test, t_test)가 필요한데 있는 것은 {names}입니다",
    ),
    (
        "the arrays `{one}` and `{other}` would both be the same part; leave out or rename one of them",
        "배열 `{one}`{과} `{other}`{이} 같은 부분이 됩니다. 하나를 빼거나 이름을 바꾸세요",
    ),
    ("`group` names the array `{name}`, {problem}", "`group`이 가리키는 배열 `{name}`: {problem}"),
    ("there is no function called `{name}`; {hint}", "이름이 `{name}`인 함수는 없습니다. {hint}"),
    (
        "`{function}` has no parameter `{name}`; {hint}",
        "`{function}`에는 매개변수 `{name}`{이} 없습니다. {hint}",
    ),
    (
        "`{name}` of `{function}` is {value}; choose a number from {least} to {most}",
        "`{function}`의 `{name}`{이} {value}입니다. {least}에서 {most}까지의 수를 고르세요",
    ),
    (
        "the noise is {noise}; it is a standard deviation, so choose a finite number, 0 or more",
        "잡음이 {noise}입니다. 표준편차이므로 0 이상의 유한한 수를 고르세요",
    ),
    (
        "a batch needs at least one example; give a batch size of 1 or more",
        "배치에는 예제가 하나 이상 필요합니다. 배치 크기를 1 이상으로 하세요",
    ),
    (
        "there are no examples to draw batches from; check the split and the `validation` option",
        "배치를 뽑을 예제가 없습니다. 데이터의 분할과 `validation` 옵션을 확인하세요",
    ),
    (
        "a batch of {batch} cannot be drawn from {examples} examples; use a batch size of at most {most}",
        "예제 {examples}개에서 크기 {batch}인 배치를 뽑을 수 없습니다. 배치 크기를 {most} 이하로 하세요",
    ),
    (
        "{count} examples are more than a set may have (4294967295); split the set",
        "예제 {count}개는 한 집합의 한도(4294967295)를 넘습니다. 나누어 쓰세요",
    ),
    (
        "the saved state drew {how} from {examples} examples in batches of {batch}, seed {seed}, but this run draws {how2} from {examples2} in batches of {batch2}, seed {seed2}; resume with the same data, batch size and seed",
        "저장된 상태는 예제 {examples}개, 배치 크기 {batch}, 시드 {seed}({how})인데 이 실행은 예제 {examples2}개, 배치 크기 {batch2}, 시드 {seed2}({how2})입니다. 같은 데이터와 배치 크기, 시드로 이어 가세요",
    ),
    ("cannot list {folder}: {why}", "{folder}의 목록을 읽을 수 없습니다: {why}"),
    (
        "it holds no folders of images; give each class a folder with its PNG or JPEG files, as in `cats/1.jpg` and `dogs/1.jpg`",
        "이미지 폴더가 없습니다. `cats/1.jpg`, `dogs/1.jpg`처럼 클래스마다 PNG나 JPEG 파일이 든 폴더를 두세요",
    ),
    (
        "it holds one class only, `{name}`; give each class a folder of its own",
        "클래스가 `{name}` 하나뿐입니다. 클래스마다 폴더를 두세요",
    ),
    (
        "`{name}` holds no PNG or JPEG image; fill that folder or remove it",
        "`{name}`에 PNG나 JPEG 이미지가 없습니다. 채우거나 지우세요",
    ),
    (
        "`{name}` is a folder within the folder of a class; put its images into that of the class, or name the folder above the classes",
        "`{name}`{은} 클래스 폴더 안의 폴더입니다. 이미지를 클래스 폴더로 옮기거나, 클래스들의 상위 폴더를 지정하세요",
    ),
    (
        "{images} images in {classes} classes are too few to be cut into three parts; give five images a class at least, or folders `train`, `validation` and `test`",
        "이미지 {images}장(클래스 {classes}개)은 세 부분으로 나누기에 너무 적습니다. 클래스마다 이미지를 다섯 장 이상 두거나 `train`, `validation`, `test` 폴더로 나누세요",
    ),
    (
        "the part `{part}` holds the class `{class}`, which `train` does not; add it there or remove it",
        "`{part}`에 있는 클래스 `{class}`{이} `train`에는 없습니다. 거기에 더하거나 빼세요",
    ),
    (
        "it holds images that are neither PNG nor JPEG: {count}, such as {first}; convert them, with ImageMagick for example: `mogrify -format png FILE`, and remove the originals",
        "PNG도 JPEG도 아닌 이미지가 {count}개 있습니다(예: {first}). ImageMagick의 `mogrify -format png FILE` 등으로 변환하고 원본을 지우세요",
    ),
    ("cannot read {listed}; repair or remove them", "{listed}{을} 읽을 수 없습니다. 고치거나 지우세요"),
    (
        "the images have different sizes, from {small}x{small2} to {large}x{large2} (height x width); set `image_size = [64, 64]`, say, to scale all of them to one size (--image-size 64x64)",
        "이미지의 크기가 {small}x{small2}에서 {large}x{large2}까지(높이 x 너비) 다릅니다. `image_size = [64, 64]`(--image-size 64x64)처럼 지정해 한 크기로 맞추세요",
    ),
    (
        "{what}; set a smaller `image_size` (--image-size), or keep fewer images in the folder",
        "{what}. `image_size`(--image-size)를 줄이거나 폴더의 이미지를 줄이세요",
    ),
    ("the file is empty; download it again", "파일이 비어 있습니다. 다시 내려받으세요"),
    (
        "this is not an IDX file: it should start with two zero bytes, but starts with {one} {two}",
        "IDX 파일이 아닙니다. 0인 바이트 두 개로 시작해야 하는데 {one} {two}{으로} 시작합니다",
    ),
    (
        "the elements have type {type}; only unsigned bytes (0x08) are read",
        "원소의 자료형이 {type}입니다. 부호 없는 바이트(0x08)만 읽습니다",
    ),
    (
        "the file is cut off: its header promises {promised} bytes of values, {found} are there; download it again",
        "파일이 잘렸습니다. 헤더에는 값이 {promised}바이트인데 {found}바이트만 있습니다. 다시 내려받으세요",
    ),
    (
        "the file is cut off within its header; download it again",
        "파일이 헤더에서 잘렸습니다. 다시 내려받으세요",
    ),
    (
        "more bytes follow than the {promised} the header promises; the file is damaged, download it again",
        "헤더에 적힌 {promised}바이트보다 많습니다. 파일이 손상되었으니 다시 내려받으세요",
    ),
    (
        "the header is damaged: dimensions {shape} need more bytes than there can be; download the file again",
        "헤더가 손상되었습니다. 형상 {shape}{은} 있을 수 없는 크기입니다. 다시 내려받으세요",
    ),
    ("the file is too large: {why}", "파일이 너무 큽니다: {why}"),
    (
        "the gzip stream is damaged ({why}); download the file again",
        "gzip 데이터가 손상되었습니다({why}). 다시 내려받으세요",
    ),
    (
        "this file holds labels (1 dimension), but images are expected here; are the two files swapped?",
        "이미지가 있어야 할 파일에 레이블(1차원)이 있습니다. 두 파일이 바뀌지 않았나요?",
    ),
    (
        "this file holds images (3 dimensions), but labels are expected here; are the two files swapped?",
        "레이블이 있어야 할 파일에 이미지(3차원)가 있습니다. 두 파일이 바뀌지 않았나요?",
    ),
    (
        "{found} dimensions, but {wanted} are expected here (images have 3, labels 1)",
        "{wanted}차원이어야 하는데 {found}차원입니다(이미지는 3, 레이블은 1)",
    ),
    (
        "there are {images} images but {labels} labels; the two files do not belong together",
        "이미지는 {images}개, 레이블은 {labels}개입니다. 서로 맞는 파일이 아닙니다",
    ),
    (
        "{numbers} input values do not divide into rows of {features} features",
        "입력값 {numbers}개는 특징 {features}개씩 나누어지지 않습니다",
    ),
    (
        "there are {inputs} inputs but {targets} targets; they must be as many",
        "입력은 {inputs}개, 목표는 {targets}개입니다. 개수가 같아야 합니다",
    ),
    (
        "the {part} part is empty; it needs at least one example",
        "{part} 부분이 비어 있습니다. 예제가 하나 이상 필요합니다",
    ),
    (
        "the {part} inputs hold {value} in row {row}, column {column} (counted from 0); remove or replace such values first, since training on them gives NaN everywhere",
        "{part} 입력의 {row}행 {column}열(0부터)에 {value}{이} 있습니다. 이런 값으로 학습하면 모두 NaN이 되니 먼저 빼거나 바꾸세요",
    ),
    (
        "the {part} targets hold {value} in row {row}, column {column} (counted from 0); remove such examples first",
        "{part} 목표의 {row}행 {column}열(0부터)에 {value}{이} 있습니다. 그런 예제를 먼저 빼세요",
    ),
    (
        "the {part} label in row {row} (counted from 0) is {label}, but the labels of {classes} classes go from 0 to {last}",
        "{part} 레이블의 {row}행(0부터)이 {label}인데, 클래스 {classes}개의 레이블은 0에서 {last}까지입니다",
    ),
    (
        "the targets are {found}, but {wanted} are needed here",
        "목표가 {found}인데 여기에는 {wanted}{이} 필요합니다",
    ),
    ("`{name}` cannot be downloaded; {hint}", "`{name}`{은} 내려받을 수 있는 것이 아닙니다. {hint}"),
    ("cannot download {file}: {attempts}", "{file}{을} 내려받을 수 없습니다: {attempts}"),
    ("cannot download {file}:", "{file}{을} 내려받을 수 없습니다:"),
    (
        "Check the network (a proxy goes into HTTPS_PROXY) and run the command again: what has arrived is kept. Or name a mirror with `--mirror URL`, or put the file into {folder} yourself",
        "네트워크를 확인하고(프록시는 HTTPS_PROXY에) 명령을 다시 실행하세요. 받은 데까지는 남아 있습니다. `--mirror URL`로 다른 주소를 지정하거나 파일을 직접 {folder}에 넣어도 됩니다",
    ),
    (
        "`{url}` is not an address to download from; it should start with https:// or http://",
        "`{url}`{은} 내려받을 주소가 아닙니다. https://나 http://로 시작해야 합니다",
    ),
    (
        "`group` makes {groups} groups, too few to be cut into training, validation and test: each part needs groups of its own; choose another column or array with `group` (--group)",
        "`group`으로 생기는 묶음이 {groups}개뿐이라 학습, 검증, 시험으로 나눌 수 없습니다. 부분마다 자기 묶음이 필요합니다. `group`(--group)에 다른 열이나 배열을 고르세요",
    ),
    ("there is no dataset called `{name}`; {hint}", "이름이 `{name}`인 데이터 집합은 없습니다. {hint}"),
    (
        "{folder} is no folder; `--data` names the folder that holds the files of data sets",
        "{folder}{은} 폴더가 아닙니다. `--data`에는 데이터 파일들이 있는 폴더를 지정하세요",
    ),
    (
        "the files of {name} are not here. Looked in {folders}. Download them with `thalweg data get {same}`, or say where they are with `--data DIR` or the variable THALWEG_DATA",
        "{name}의 파일이 없습니다. 찾아본 곳: {folders}. `thalweg data get {same}`으로 내려받거나, `--data DIR`이나 변수 THALWEG_DATA로 있는 곳을 알려 주세요",
    ),
    (
        "{folder} holds some of the files of {name}, but not {lacking} (nor with .gz); download them with `thalweg data get {same}`",
        "{folder}에 {name}의 파일이 일부만 있고 {lacking}{이} 없습니다(.gz로도). `thalweg data get {same}`으로 내려받으세요",
    ),
    (
        "the target is `{value}` in every example, so there is nothing to learn; choose another with `target` (--target)",
        "목표가 모든 예제에서 `{value}`{이}라 배울 것이 없습니다. `target`(--target)으로 다른 열을 고르세요",
    ),
    (
        "the target has {distinct} different whole numbers ({least} to {most}) in {examples} examples, which may be classes or values; set `target_kind = \"classes\"` or `target_kind = \"values\"` (--target-kind)",
        "목표에 서로 다른 정수가 {distinct}개({least}~{most}, 예제 {examples}개) 있어 클래스인지 값인지 알 수 없습니다. `target_kind = \"classes\"`나 `target_kind = \"values\"`(--target-kind)로 정하세요",
    ),
    (
        "the target holds {distinct} different texts in {examples} examples, so it names examples rather than classes; choose another with `target` (--target), or set `target_kind = \"classes\"` (--target-kind)",
        "목표에 서로 다른 글이 {distinct}개(예제 {examples}개) 있어 클래스가 아니라 예제의 이름으로 보입니다. `target`(--target)으로 다른 열을 고르거나 `target_kind = \"classes\"`(--target-kind)로 정하세요",
    ),
    (
        "the target has {count} different values; classes can be at most 65536; set `target_kind = \"values\"` (--target-kind)",
        "목표에 서로 다른 값이 {count}개 있습니다. 클래스는 65536개까지입니다. `target_kind = \"values\"`(--target-kind)로 정하세요",
    ),
    (
        "the target holds text such as `{text}`, which is no value; leave out `target_kind = \"values\"` (--target-kind)",
        "목표에 값이 아닌 글(`{text}` 등)이 있습니다. `target_kind = \"values\"`(--target-kind)를 빼세요",
    ),
    (
        "the target holds the class `{class}`, which the network was not trained on; it knows {known}",
        "목표에 신경망이 학습하지 않은 클래스 `{class}`{이} 있습니다. 아는 것은 {known}입니다",
    ),
    (
        "the file holds no examples; it needs at least one line of numbers",
        "파일에 예제가 없습니다. 수가 적힌 줄이 하나 이상 있어야 합니다",
    ),
    ("this is no text but {what}", "글이 아니라 {what}입니다"),
    ("line {line} is not UTF-8 text; {advice}", "{line}번째 줄이 UTF-8이 아닙니다. {advice}"),
    (
        "the file has one column; it needs at least one feature and a target, parted by one of , ; tab |",
        "파일에 열이 하나뿐입니다. 특징 하나 이상과 목표가 , ; 탭 | 가운데 하나로 나뉘어 있어야 합니다",
    ),
    (
        "the file has one column; it needs at least one feature and a target, parted by one of , ; tab |; if blanks part them, set `separator = \"space\"` (--separator space)",
        "파일에 열이 하나뿐입니다. 특징 하나 이상과 목표가 , ; 탭 | 가운데 하나로 나뉘어 있어야 합니다. 빈칸으로 나뉘어 있으면 `separator = \"space\"`(--separator space)로 정하세요",
    ),
    (
        "both `{one}` and `{other}` part the lines into columns; set `separator = \"{one2}\"` or `separator = \"{other2}\"` (--separator)",
        "`{one}`{으로}도 `{other}`{으로}도 열이 나뉩니다. `separator = \"{one2}\"`나 `separator = \"{other2}\"`(--separator)로 정하세요",
    ),
    (
        "the first line may name the columns or be an example; set `header = true` or `header = false` (--header true, --header false)",
        "첫 줄이 열 이름인지 예제인지 알 수 없습니다. `header = true`나 `header = false`(--header true, --header false)로 정하세요",
    ),
    (
        "line {line} has {found} fields, but the first line has {expected}; a cell that holds the separator needs quotes",
        "{line}번째 줄은 {found}칸인데 첫 줄은 {expected}칸입니다. 구분자가 든 칸은 따옴표로 묶어야 합니다",
    ),
    (
        "the quotes that open in the record of line {line} are not closed before the file ends; close or remove them",
        "{line}번째 줄에서 열린 따옴표가 파일 끝까지 닫히지 않습니다. 닫거나 지우세요",
    ),
    (
        "`{key}` names the column `{name}`, but there is none; {hint}",
        "`{key}`에 적힌 열 `{name}`{이} 없습니다. {hint}",
    ),
    (
        "`{key}` names the column `{name}`, but {count} columns have that name; give its number, counted from 1",
        "`{key}`에 적힌 이름 `{name}`인 열이 {count}개입니다. 1부터 센 번호로 쓰세요",
    ),
    (
        "{problem}; set `target` to a column's name, or to its number (--target), counted from 1, or from the end with a minus",
        "{problem}. `target`(--target)에 열의 이름이나, 1부터 센 번호나, 끝에서 센 음수를 쓰세요",
    ),
    (
        "the target column `{column}` has no value in {count} lines (first in line {line}); fill in or remove such lines first",
        "목표 열 `{column}`{이} {count}줄에서 비어 있습니다(처음은 {line}번째 줄). 채우거나 그 줄을 빼세요",
    ),
    ("the target column `{column}`: {why}", "목표 열 `{column}`: {why}"),
    (
        "cells are missing in {columns}; fill them in first, or set `missing = \"fill\"` (--missing fill): the mean or the most frequent text, and an input that says where",
        "빈 칸이 있습니다({columns}). 먼저 채우거나 `missing = \"fill\"`(--missing fill)로 정하세요. 평균이나 가장 흔한 값으로 채우고, 빈 곳을 알리는 입력을 더합니다",
    ),
    (
        "line {line}, column `{column}`: `{text}` is not a finite number; fill in or remove such lines first",
        "{line}번째 줄, 열 `{column}`: `{text}`{은} 유한한 수가 아닙니다. 채우거나 그 줄을 빼세요",
    ),
    (
        "line {line}, column `{column}`: `{text}` is not a number, and other cells of the column are; write a number, leave it empty if the value is missing, or set `ignore = [\"{same}\"]` (--ignore)",
        "{line}번째 줄, 열 `{column}`: 다른 칸은 수인데 `{text}`{은} 수가 아닙니다. 수를 쓰거나, 값이 없으면 비워 두거나, `ignore = [\"{same}\"]`(--ignore)로 열을 빼세요",
    ),
    (
        "line {line}, column `{column}`: `{text}` seems to have separators between the thousands; write the number without them (in a spreadsheet: format the column as a plain number), or set `ignore = [\"{same}\"]` (--ignore)",
        "{line}번째 줄, 열 `{column}`: `{text}`에 천 단위 구분 기호가 있는 것 같습니다. 구분 기호 없이 쓰거나(스프레드시트에서는 일반 숫자 서식), `ignore = [\"{same}\"]`(--ignore)로 열을 빼세요",
    ),
    (
        "line {line}, column `{column}`: the comma of `{text}` may be a decimal comma or part the thousands; set `decimal = \",\"` (--decimal ,) for the first, write the numbers without commas for the second",
        "{line}번째 줄, 열 `{column}`: `{text}`의 쉼표가 소수점인지 천 단위 구분인지 알 수 없습니다. 소수점이면 `decimal = \",\"`(--decimal ,)로 정하고, 천 단위 구분이면 쉼표 없이 쓰세요",
    ),
    (
        "numbers are written with a point (`{point}` in line {line}) and with a comma (`{comma}` in line {line2}); write all of them alike",
        "점을 쓴 수(`{point}`, {line}번째 줄)와 쉼표를 쓴 수(`{comma}`, {line2}번째 줄)가 섞여 있습니다. 한 가지로 쓰세요",
    ),
    (
        "column `{column}` holds dates (`{text}` in line {line}), which are no numbers; set `ignore = [\"{same}\"]` (--ignore), or write what of them matters as a number, such as days or the hour",
        "열 `{column}`에 날짜가 있습니다(`{text}`, {line}번째 줄). 날짜는 수가 아닙니다. `ignore = [\"{same}\"]`(--ignore)로 빼거나, 날수나 시각처럼 필요한 것을 수로 쓰세요",
    ),
    (
        "column `{column}` holds {count} different texts in {lines} lines; {most} can become inputs, if they are not all different. Set `ignore = [\"{same}\"]` (--ignore), or make fewer categories of them",
        "열 `{column}`에 서로 다른 글이 {count}개({lines}줄) 있습니다. 모두 다르지 않고 {most}개 이하여야 입력이 됩니다. `ignore = [\"{same}\"]`(--ignore)로 빼거나 범주의 수를 줄이세요",
    ),
    (
        "the first column has no name, and is no index either; give it a name, or set `ignore = [1]` (--ignore 1)",
        "첫 열에 이름이 없고 색인도 아닙니다. 이름을 붙이거나 `ignore = [1]`(--ignore 1)로 빼세요",
    ),
    (
        "no column is left to learn from; the target and the columns left out are all there are",
        "학습에 쓸 열이 없습니다. 목표와 뺀 열뿐입니다",
    ),
    (
        "{lines} lines are too few to be cut into training, validation and test; at least {needed} are needed",
        "{lines}줄은 학습, 검증, 시험으로 나누기에 너무 적습니다. {needed}줄 이상이어야 합니다",
    ),
    (
        "{lines} lines are too few to be cut into training, validation and test; at least {needed} are needed, and 3 of one class",
        "{lines}줄은 학습, 검증, 시험으로 나누기에 너무 적습니다. {needed}줄 이상이고 한 클래스에 3줄 이상이어야 합니다",
    ),
    (
        "the column `{column}` of `group` is empty in line {line}; fill it in, or leave that line out",
        "`group`의 열 `{column}`{이} {line}번째 줄에서 비어 있습니다. 채우거나 그 줄을 빼세요",
    ),
    (
        "the network was trained on a column `{column}` that is {what} here; {hint}",
        "신경망이 학습한 열 `{column}`{이} 여기서는 {what}. {hint}",
    ),
    ("not a CSV file: {why}", "CSV 파일이 아닙니다: {why}"),
    (
        "the examples of {name} are not images, so they cannot be drawn",
        "{name}의 예제는 이미지가 아니어서 그릴 수 없습니다",
    ),
    (
        "there is no example {index}; the part has {count}, counted from 0",
        "{index}번 예제가 없습니다. 이 부분에는 {count}개가 있습니다(0부터)",
    ),
    (
        "a scale of {scale} is not possible; choose 1 to {most} and keep the picture below 65536 pixels a side",
        "배율 {scale}{은} 쓸 수 없습니다. 1에서 {most}까지 고르고 한 변이 65536픽셀보다 작게 하세요",
    ),
    (
        "this is not a NumPy array: it does not start with \\x93NUMPY",
        "NumPy 배열이 아닙니다. \\x93NUMPY로 시작하지 않습니다",
    ),
    (
        "version {version} of the NPY format is not known; versions 1 to 3 are read",
        "NPY 형식의 {version}판은 모릅니다. 1판에서 3판까지 읽습니다",
    ),
    ("the array's header is damaged: {why}", "배열의 헤더가 손상되었습니다: {why}"),
    (
        "the array holds pickled Python objects, which are not read because unpickling can run any program; in Python, save it as plain numbers (array.astype('f4')) or texts (array.astype(str)) and np.save",
        "배열에 피클된 Python 객체가 있습니다. 피클을 풀면 임의의 프로그램이 실행될 수 있어 읽지 않습니다. Python에서 수(array.astype('f4'))나 글(array.astype(str))로 바꾸어 np.save로 저장하세요",
    ),
    (
        "elements of type `{type}` are not read; convert the array first: array.astype('f4')",
        "자료형 `{type}`{은} 읽지 않습니다. 먼저 변환하세요: array.astype('f4')",
    ),
    (
        "the array is cut off: its header promises {promised} bytes of values, {found} are there",
        "배열이 잘렸습니다. 헤더에는 값이 {promised}바이트인데 {found}바이트만 있습니다",
    ),
    (
        "more bytes follow than the {promised} the array's header promises",
        "배열의 헤더에 적힌 {promised}바이트보다 많습니다",
    ),
    (
        "the array is too large: {why}; store fewer examples, or numbers of fewer bytes (array.astype('f4'))",
        "배열이 너무 큽니다: {why}. 예제를 줄이거나 더 작은 자료형(array.astype('f4'))으로 저장하세요",
    ),
    ("the array cannot be read: {why}", "배열을 읽을 수 없습니다: {why}"),
    (
        "about {needed} GB of memory are needed, and {free} GB are free {limit}",
        "메모리가 약 {needed} GB 필요한데 {limit} {free} GB가 남아 있습니다",
    ),
    (
        "about {needed} GB of memory are needed, more than there are",
        "메모리가 약 {needed} GB 필요한데 그만큼 없습니다",
    ),
    (
        "about {needed} GB of memory are needed, and {free} GB are free {limit}: {advice}",
        "메모리가 약 {needed} GB 필요한데 {limit} {free} GB가 남아 있습니다. {advice}",
    ),
    (
        "about {needed} GB of memory are needed, more than there are: {advice}",
        "메모리가 약 {needed} GB 필요한데 그만큼 없습니다. {advice}",
    ),
    (
        "a run takes {size} MB; use smaller layers, batches or data",
        "실행 하나가 {size} MB를 씁니다. 층이나 배치, 데이터를 줄이세요",
    ),
    (
        "a run takes {size} MB; use `--threads {threads}`, or use smaller layers, batches or data",
        "실행 하나가 {size} MB를 씁니다. `--threads {threads}`{을} 쓰거나 층이나 배치, 데이터를 줄이세요",
    ),
    (
        "each of {runs} runs at the same time takes {size} MB; use smaller layers, batches or data",
        "동시에 하는 실행 {runs}개가 각각 {size} MB를 씁니다. 층이나 배치, 데이터를 줄이세요",
    ),
    (
        "each of {runs} runs at the same time takes {size} MB; use `--threads {threads}`, or use smaller layers, batches or data",
        "동시에 하는 실행 {runs}개가 각각 {size} MB를 씁니다. `--threads {threads}`{을} 쓰거나 층이나 배치, 데이터를 줄이세요",
    ),
];
