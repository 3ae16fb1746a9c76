//! MNIST itself. The tests are ignored unless `THALWEG_DATA` names a folder that holds `mnist/` and `pretrained/`.

use thalweg_data::{Image, Options, Source, TargetKind, load};

#[test]
#[cfg_attr(not(thalweg_data), ignore = "needs THALWEG_DATA with mnist/ and pretrained/")]
fn as_the_notes_load_it() {
    let notes = Options { normalize: false.into(), validation: Some(0), ..Options::default() };
    let mnist = load("mnist", &notes, &Source::default()).unwrap();
    assert_eq!((mnist.train.len(), mnist.train.features()), (60_000, 784));
    assert_eq!((mnist.test.len(), mnist.test.features()), (10_000, 784));
    assert_eq!(mnist.validation.len(), 0);
    let first: Vec<u32> = mnist.train.labels().unwrap()[..10].to_vec();
    assert_eq!(first, [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    assert_eq!(mnist.test.labels().unwrap()[..4], [7, 2, 1, 0]);
    // The first stroke of the first five.
    assert_eq!(mnist.train.input(0)[152..158], [3.0, 18.0, 18.0, 18.0, 126.0, 136.0]);
    assert_eq!(mnist.image, Some(Image { height: 28, width: 28, white: 255.0 }));
}

#[test]
#[cfg_attr(not(thalweg_data), ignore = "needs THALWEG_DATA with mnist/ and pretrained/")]
fn by_default_the_last_five_thousand_training_images_validate() {
    let mnist = load("mnist", &Options::default(), &Source::default()).unwrap();
    assert_eq!((mnist.train.len(), mnist.validation.len(), mnist.test.len()), (55_000, 5_000, 10_000));
    assert_eq!(mnist.shape, [784]);
    assert_eq!(mnist.understood, [], "these are the published files");
    assert_eq!(mnist.target_kind(), TargetKind::Labels);
    assert!(mnist.train.inputs().iter().all(|pixel| (0.0..=1.0).contains(pixel)));
    let hot = Options { one_hot_label: true, flatten: false, ..Options::default() };
    let mnist = load("mnist", &hot, &Source::default()).unwrap();
    assert_eq!(mnist.shape, [28, 28]);
    assert_eq!((mnist.target_kind(), mnist.outputs()), (TargetKind::OneHot, 10));
    assert_eq!(mnist.validation.label(4_999), Some(8));
}

#[test]
#[cfg_attr(not(thalweg_data), ignore = "needs THALWEG_DATA with mnist/ and pretrained/")]
fn the_files_at_hand_are_recognised_and_not_downloaded_again() {
    let folder = std::path::PathBuf::from(std::env::var_os("THALWEG_DATA").unwrap());
    let mut last = (0, 0);
    let fetched =
        thalweg_data::fetch::get("mnist", &folder, None, &mut |here, total| last = (here, total)).unwrap();
    assert!(fetched.iter().all(|file| file.url.is_none()), "{fetched:?}");
    assert_eq!(last, (11_594_722, 11_594_722));
}
