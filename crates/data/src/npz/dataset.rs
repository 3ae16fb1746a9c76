//! A dataset from named arrays: `x` and `t`, or `x_train`, `t_train`, `x_val`, `t_val`, `x_test`, `t_test`, with the other names that
//! people give them (`roles`). The first dimension counts examples. The parts that there are stay what they are; the others are cut from
//! the training part. Targets are judged as those of tables are (`crate::target`); rows with a single 1 are classes.

use std::path::Path;

use super::error::NpzError;
use super::layout::Layout;
use super::read_npz;
use super::roles::{Arrays, Named, Pair};
use super::targets::targets;
use crate::dataset::{Dataset, Image, classes_of, join};
use crate::error::DataError;
use crate::examples::{Examples, Targets};
use crate::groups;
use crate::note::Note;
use crate::npy::Values;
use crate::options::{Normalize, Options};
use crate::parts::Wanted;
use crate::split;
use crate::table::{self, Encoding, Feature, FeatureValues, scale};

/// Reads a dataset from an `.npz` file. Without test arrays, a fifth is kept for testing; without validation arrays, a fifth for
/// validation.
pub fn load(path: &Path, options: &Options) -> Result<Dataset, DataError> {
    let arrays = read_npz(path)?;
    dataset(&arrays, path, options)
        .map_err(|cause| DataError::Npz { path: path.to_path_buf(), cause })?
        .finish_as_cut(options)
}

fn dataset(arrays: &[Named], path: &Path, options: &Options) -> Result<Dataset, NpzError> {
    let mut found = Arrays::find(arrays)?;
    let groups = groups_of(arrays, &mut found, options)?;
    let pairs: Vec<Pair<'_>> =
        [Some(found.train), found.validation, found.test].into_iter().flatten().collect();
    let target_arrays: Vec<&Named> = pairs.iter().map(|(_, targets)| *targets).collect();
    let (targets, classes) = targets(&target_arrays, options.target_kind, options.encoding.as_ref())?;
    let (input_name, inputs) = found.train.0;
    let layout = Layout::of(input_name, &inputs.shape)?;
    let mut given =
        pairs.iter().zip(targets).map(|((inputs, _), targets)| examples(inputs, targets, &layout, options));
    let mut next = || given.next().transpose();
    let train = next()?.ok_or_else(|| NpzError::NoDataset("none".into()))?;
    let validation = if found.validation.is_some() { next()? } else { None };
    let test = if found.test.is_some() { next()? } else { None };
    drop(given);
    let [train, validation, test] = parts(train, validation, test, groups.as_deref(), options)?;
    let is_bytes = matches!(inputs.values, Values::U8(_));
    let image = layout.image.map(|(height, width)| {
        let white = match (is_bytes, options.normalize.is_on()) {
            (true, true) => 1.0,
            (true, false) => 255.0,
            (false, _) => train.inputs().iter().copied().fold(0.0, f32::max).max(f32::MIN_POSITIVE),
        };
        Image { height, width, white }
    });
    let encoding = match &options.encoding {
        Some(encoding) => encoding.clone(),
        None => Encoding {
            features: features(&train, options.normalize),
            target: found.train.1.0.clone(),
            classes: classes.clone(),
            target_scales: target_scales(&train, options.normalize),
            image: None,
        },
    };
    let [train, validation, test] = match encoding.features.is_empty() {
        true => [train, validation, test],
        false => [train, validation, test].map(|part| part.scaled(&encoding.scales())),
    };
    let [train, validation, test] = [train, validation, test].map(|part| match part.values() {
        Some(values) if !encoding.target_scales.is_empty() => {
            part.with_values(&values, &encoding.target_scales)
        }
        _ => part,
    });
    let dataset = Dataset {
        name: format!("npz:{}", path.display()),
        title: "arrays of your own".into(),
        citation: String::new(),
        licence: String::new(),
        shape: layout.shape.clone(),
        image,
        classes,
        train,
        validation,
        test,
        has_targets: true,
        understood: Vec::new(),
        table: None,
        encoding: Some(encoding),
    };
    let note = understood(&found, &layout, &dataset, options);
    Ok(Dataset { understood: vec![note], ..dataset })
}

/// Cuts the parts that are not given from the training part. With the option `validation`, examples given for it join those for training
/// first.
fn parts(
    mut train: Examples,
    mut validation: Option<Examples>,
    test: Option<Examples>,
    groups: Option<&[u32]>,
    options: &Options,
) -> Result<[Examples; 3], NpzError> {
    if options.validation.is_some()
        && let Some(given) = validation.take()
    {
        if groups.is_some() {
            return Err(NpzError::GroupsOfGiven);
        }
        train = join(&train, &given);
    }
    let wanted = Wanted::beside(validation.is_some(), test.is_some(), options.validation);
    let cut = split::cut(&classes_of(&train), groups, wanted, options.seed)?;
    let [validation, test] = [(validation, cut.validation), (test, cut.test)]
        .map(|(given, rows)| given.unwrap_or_else(|| train.select(&rows)));
    Ok([train.select(&cut.train), validation, test])
}

/// Returns the group of each training example, from the array that the key `group` names. Another archive may have none.
fn groups_of(
    arrays: &[Named],
    found: &mut Arrays<'_>,
    options: &Options,
) -> Result<Option<Vec<u32>>, NpzError> {
    let Some(key) = options.group.as_ref().map(ToString::to_string) else { return Ok(None) };
    let refuse = |problem: String| Err(NpzError::Group { name: key.clone(), problem });
    let Some((_, array)) = arrays.iter().find(|(name, _)| *name == key) else {
        let names = arrays.iter().map(|(name, _)| name.as_str());
        let hint = thalweg_kit::hint(&key, names);
        return if options.encoding.is_some() {
            Ok(None)
        } else {
            refuse(format!("which is not there; {hint}"))
        };
    };
    let examples = found.train.0.1.len();
    if array.shape != [examples] && array.shape != [examples, 1] {
        let shape = &array.shape;
        return refuse(format!(
            "which has shape {shape:?}; it needs one value for each of {examples} training examples"
        ));
    }
    if !found.unused.contains(&key.as_str()) {
        return refuse("which holds inputs or targets; name one of its own".into());
    }
    found.unused.retain(|name| *name != key);
    Ok(Some(match array.values {
        Values::Text(_) => groups::numbered(array.to_texts().into_iter()),
        _ => groups::numbered(array.to_f64().into_iter().map(|value| value.to_string())),
    }))
}

/// How each value of the target is scaled: as is usual for targets, for networks learn poorly from values far from 1.
fn target_scales(train: &Examples, normalize: Normalize) -> Vec<(f64, f64)> {
    match train.targets() {
        Targets::Values { width, .. } => {
            table::target_scales(&train.values().unwrap_or_default(), *width, normalize)
        }
        Targets::Labels(_) | Targets::Sequences { .. } => Vec::new(),
    }
}

/// How each input is scaled, if that is asked for; arrays are otherwise as their maker made them.
fn features(train: &Examples, normalize: Normalize) -> Vec<Feature> {
    if !matches!(normalize, Normalize::Standard | Normalize::MinMax) {
        return Vec::new();
    }
    let width = train.features();
    let inputs = train.inputs();
    let feature = |column: usize| {
        let numbers = || inputs.iter().skip(column).step_by(width).map(|value| f64::from(*value));
        let (centre, width) = scale(numbers, normalize);
        Feature {
            column: (column + 1).to_string(),
            values: FeatureValues::Number { centre, width, fill: None },
            indicator: false,
        }
    };
    (0..width).map(feature).collect()
}

/// Says which arrays were taken for what.
fn understood(found: &Arrays<'_>, layout: &Layout, dataset: &Dataset, options: &Options) -> Note {
    let (inputs, targets) = found.train;
    let (x, t) = (&inputs.0, &targets.0);
    let [train, validation, test] = [&dataset.train, &dataset.validation, &dataset.test].map(Examples::len);
    let cut = |given: bool| {
        if given { ("", "") } else { (" (cut from the training part)", "(훈련 부분에서 나눔)") }
    };
    let (validation_en, validation_ko) = cut(found.validation.is_some() && options.validation.is_none());
    let (test_en, test_ko) = cut(found.test.is_some());
    let shape = &layout.shape;
    let (what_en, what_ko) = match dataset.classes.len() {
        0 => ("values".to_string(), "값".to_string()),
        classes => (format!("{classes} classes"), format!("클래스 {classes}개")),
    };
    let (mut en, mut ko) = (
        format!(
            "arrays: inputs `{x}`, each {shape:?}; target `{t}`: {what_en}; {train} examples for training, {validation} for \
             validation{validation_en}, {test} for test{test_en}"
        ),
        format!(
            "배열: 입력 `{x}`, 하나가 {shape:?}; 목표 `{t}`: {what_ko}; 훈련 {train}개, 검증 {validation}개{validation_ko}, 시험 \
             {test}개{test_ko}"
        ),
    );
    if layout.turns {
        en += "; channels were last and are first now";
        ko += "; 마지막에 있던 채널을 맨 앞으로 옮겼습니다";
    }
    if !found.unused.is_empty() {
        let unused = found.unused.join(", ");
        en += &format!("; not used: {unused}");
        ko += &format!("; 사용하지 않음: {unused}");
    }
    Note::new(en, ko)
}

fn examples(
    (input_name, inputs): &Named,
    targets: Targets,
    layout: &Layout,
    options: &Options,
) -> Result<Examples, NpzError> {
    let features = inputs.shape.iter().skip(1).product();
    if matches!(inputs.values, Values::Text(_)) {
        let problem = "inputs of text; they must be numbers".into();
        return Err(NpzError::Inputs { name: input_name.clone(), problem });
    }
    let own = Layout::of(input_name, &inputs.shape)?;
    if own.shape != layout.shape {
        let problem = format!("one example is {:?}, but of the training part {:?}", own.shape, layout.shape);
        return Err(NpzError::Inputs { name: input_name.clone(), problem });
    }
    let mut values = own.turn(inputs.to_f32());
    if options.normalize.is_on() && matches!(inputs.values, Values::U8(_)) {
        values.iter_mut().for_each(|value| *value /= 255.0);
    }
    let in_inputs = |cause| NpzError::Examples { name: input_name.clone(), cause };
    Examples::new(values, features, targets).map_err(in_inputs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::npy::{Array, Texts};

    fn array(shape: &[usize], values: Values) -> Array {
        Array { shape: shape.to_vec(), values }
    }

    fn named(arrays: Vec<(&str, Array)>) -> Vec<(String, Array)> {
        arrays.into_iter().map(|(name, array)| (name.into(), array)).collect()
    }

    #[test]
    fn bytes_with_whole_number_targets_are_images_with_classes() {
        let arrays = named(vec![
            ("x_train", array(&[10, 1, 2], Values::U8((0..20).collect()))),
            ("y_train", array(&[10], Values::I64(vec![0, 1, 0, 1, 0, 1, 0, 1, 0, 1]))),
            ("x_test", array(&[1, 1, 2], Values::U8(vec![0, 255]))),
            ("y_test", array(&[1], Values::I64(vec![1]))),
        ]);
        let set = dataset(&arrays, Path::new("m.npz"), &Options::default()).unwrap();
        assert_eq!(set.classes, ["0", "1"]);
        assert_eq!((set.train.len(), set.validation.len(), set.test.len()), (8, 2, 1));
        assert_eq!(set.test.inputs(), [0.0, 1.0]);
        assert_eq!(set.image, Some(Image { height: 1, width: 2, white: 1.0 }));
    }

    #[test]
    fn fractions_are_values_and_one_hot_rows_are_classes() {
        let x = || ("x", array(&[5, 2], Values::F64(vec![0.5; 10])));
        let values = named(vec![x(), ("t", array(&[5, 2], Values::F64(vec![0.1; 10])))]);
        let set = dataset(&values, Path::new("v.npz"), &Options::default()).unwrap();
        assert_eq!((set.outputs(), set.classes.len(), set.train.len()), (2, 0, 3));
        let hot = vec![1., 0., 0., 1., 1., 0., 0., 1., 1., 0.];
        let hot = named(vec![x(), ("t", array(&[5, 2], Values::F32(hot)))]);
        assert_eq!(dataset(&hot, Path::new("h.npz"), &Options::default()).unwrap().classes, ["0", "1"]);
    }

    #[test]
    fn labels_of_every_form_are_classes() {
        let x = || ("x", array(&[10, 2], Values::F64(vec![0.5; 20])));
        let labels = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1];
        let texts = Texts::new(labels.map(|label| ["no", "yes"][label as usize].to_string()));
        for (targets, classes) in [
            (array(&[10, 1], Values::I64(labels.to_vec())), ["0", "1"]),
            (array(&[10], Values::F32(labels.map(|label| label as f32).to_vec())), ["0", "1"]),
            (array(&[10], Values::Text(texts)), ["no", "yes"]),
        ] {
            let set =
                dataset(&named(vec![x(), ("t", targets)]), Path::new("l.npz"), &Options::default()).unwrap();
            assert_eq!(set.classes, classes);
            assert_eq!((set.train.len(), set.validation.len(), set.test.len()), (6, 2, 2));
        }
        let many =
            named(vec![x(), ("t", array(&[10], Values::I64((0..10).map(|row| 1_000 * row).collect())))]);
        assert!(dataset(&many, Path::new("p.npz"), &Options::default()).unwrap().classes.is_empty());
    }

    #[test]
    fn validation_arrays_are_the_validation_part_and_channels_come_first() {
        let pixels = |count: usize| Values::U8((0..count * 12).map(|pixel| pixel as u8).collect());
        let labels = |count: i64| Values::I64((0..count).map(|row| row % 2).collect());
        let arrays = named(vec![
            ("X_train", array(&[10, 2, 2, 3], pixels(10))),
            ("y_train", array(&[10], labels(10))),
            ("X_val", array(&[4, 2, 2, 3], pixels(4))),
            ("y_val", array(&[4], labels(4))),
        ]);
        let raw = Options { normalize: Normalize::None, ..Options::default() };
        let set = dataset(&arrays, Path::new("v.npz"), &raw).unwrap();
        assert_eq!((set.train.len(), set.validation.len(), set.test.len()), (8, 4, 2));
        assert_eq!(set.shape, [3, 2, 2]);
        assert_eq!(*set.validation.input(0), [0., 3., 6., 9., 1., 4., 7., 10., 2., 5., 8., 11.]);
        assert!(set.understood[0].en.contains("channels were last"), "{}", set.understood[0].en);
    }

    #[test]
    fn the_option_validation_draws_from_sorted_arrays_and_scales_by_the_rest() {
        let x = |name, rows: std::ops::Range<i32>| {
            let values: Vec<f32> = rows.map(|row| row as f32).collect();
            (name, array(&[values.len(), 1], Values::F32(values)))
        };
        let t = |name, count: i64| {
            (name, array(&[count as usize], Values::I64((0..count).map(|row| 2 * row / count).collect())))
        };
        let sorted = named(vec![x("x", 0..50), t("t", 50)]);
        let given = named(vec![
            x("x_train", 0..30),
            t("t_train", 30),
            x("x_val", 30..40),
            t("t_val", 10),
            x("x_test", 40..50),
            t("t_test", 10),
        ]);
        for arrays in [sorted, given] {
            for count in [1, 8, 39] {
                let options =
                    Options { normalize: Normalize::Standard, validation: Some(count), ..Options::default() };
                let set = dataset(&arrays, Path::new("s.npz"), &options).unwrap();
                assert_eq!((set.train.len(), set.validation.len(), set.test.len()), (40 - count, count, 10));
                let ones = set.validation.labels().unwrap().iter().filter(|label| **label == 1).count();
                assert!((2 * ones).abs_diff(count) <= 1, "{ones} of {count}");
                let mean = set.train.inputs().iter().sum::<f32>() / set.train.len() as f32;
                assert!(mean.abs() < 1e-5, "{mean}");
                let said = &set.understood[0].en;
                assert!(
                    said.contains(&format!("{count} for validation (cut from the training part)")),
                    "{said}"
                );
            }
            let options = Options { validation: Some(40), ..Options::default() };
            let error = dataset(&arrays, Path::new("s.npz"), &options).unwrap_err().to_string();
            assert!(error.contains("cannot keep 40 of 40"), "{error}");
        }
    }

    #[test]
    fn a_trained_network_keeps_its_labels_and_scales() {
        let x = |values: Vec<f32>| ("x", array(&[values.len(), 1], Values::F32(values)));
        let train = named(vec![
            x((0..30).map(|row| row as f32).collect()),
            ("t", array(&[30], Values::I64((0..30).map(|row| row % 3).collect()))),
        ]);
        let options = Options { normalize: Normalize::Standard, ..Options::default() };
        let set = dataset(&train, Path::new("a.npz"), &options).unwrap();
        let mean = set.train.inputs().iter().sum::<f32>() / set.train.len() as f32;
        assert!(mean.abs() < 1e-6, "{mean}");
        let later = named(vec![x(vec![0.0; 5]), ("t", array(&[5], Values::I64(vec![2; 5])))]);
        let options = Options { encoding: set.encoding.clone(), ..options };
        let later = dataset(&later, Path::new("b.npz"), &options).unwrap();
        assert_eq!(later.classes, ["0", "1", "2"]);
        assert!(later.test.labels().unwrap().iter().all(|label| *label == 2));
        assert!(*later.test.input(0) != [0.0]);
    }

    #[test]
    fn examples_of_a_group_stay_in_one_part() {
        let arrays = |groups: Vec<i64>| {
            named(vec![
                ("x", array(&[20, 1], Values::F32((0..20).map(|row| row as f32).collect()))),
                ("t", array(&[20], Values::I64((0..20).map(|row| row % 2).collect()))),
                ("patient", array(&[groups.len()], Values::I64(groups))),
            ])
        };
        let options = Options { group: Some("patient".into()), ..Options::default() };
        let read = |groups| dataset(&arrays(groups), Path::new("g.npz"), &options);
        let set = read((0..20).map(|row| (1 << 40) + row / 2).collect()).unwrap();
        assert_eq!([set.train.len(), set.validation.len(), set.test.len()], [12, 4, 4]);
        for part in [&set.train, &set.validation, &set.test] {
            assert!(part.inputs().chunks(2).all(|pair| pair[0] % 2.0 == 0.0 && pair[1] == pair[0] + 1.0));
        }
        assert!(!set.understood[0].en.contains("not used"), "{}", set.understood[0].en);
        assert!(read(vec![1; 20]).unwrap_err().to_string().starts_with("`group` makes 1 groups"));
        assert!(
            read(vec![1; 3]).unwrap_err().to_string().contains("one value for each of 20 training examples")
        );
        let other = Options { group: Some("patients".into()), ..Options::default() };
        let refused = dataset(&arrays(vec![0; 20]), Path::new("g.npz"), &other).unwrap_err().to_string();
        assert!(refused.contains("did you mean `patient`?"), "{refused}");
    }

    #[test]
    fn archives_without_a_dataset_and_bad_targets_are_described() {
        let text = |arrays| {
            dataset(&named(arrays), Path::new("a.npz"), &Options::default()).unwrap_err().to_string()
        };
        assert!(text(vec![("W1", array(&[1], Values::U8(vec![1])))]).ends_with("there are: W1"));
        let x = || ("x", array(&[2, 1], Values::U8(vec![1, 2])));
        let constant = text(vec![x(), ("t", array(&[2], Values::I64(vec![3, 3])))]);
        assert!(constant.starts_with("array `t`: the target is `3` in every example"), "{constant}");
        let short = text(vec![x(), ("t", array(&[3], Values::I64(vec![0, 1, 0])))]);
        assert_eq!(short, "array `x`: there are 2 inputs but 3 targets; they must be as many");
        assert!(
            text(vec![x(), ("t", array(&[2, 1, 1], Values::I64(vec![0, 0])))]).contains("[examples, width]")
        );
    }
}
