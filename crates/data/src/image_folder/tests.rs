//! Whole folders of images.

use std::fs;
use std::path::PathBuf;

use super::*;
use crate::options::{ImageOptions, Normalize};
use crate::{Source, registry};

/// A folder of grey PNGs, made for a test.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    /// Writes an image whose pixels are all `shade`.
    fn image(&self, name: &str, [height, width]: [u32; 2], shade: u8) {
        let mut file = fs::File::create(self.path(name)).unwrap();
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let pixels = vec![shade; (height * width) as usize];
        encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    }

    /// Ten images of each of two classes below `part`, with shades from `first` on.
    fn classes(&self, part: &str, first: u8) {
        for number in 0..10 {
            self.image(&format!("{part}cats/{number}.png"), [2, 3], first + number);
            self.image(&format!("{part}dogs/{number}.PNG"), [2, 3], first + 100 + number);
        }
    }

    fn load(&self, options: &Options) -> Result<Dataset, String> {
        let name = format!("images:{}", self.0.path().display());
        registry::load(&name, options, &Source::default()).map_err(|error| error.to_string())
    }

    fn refused(&self) -> String {
        self.load(&Options::default()).unwrap_err()
    }
}

fn raw() -> Options {
    Options { normalize: Normalize::None, flatten: false, ..Options::default() }
}

fn counts(set: &Dataset) -> [usize; 3] {
    [set.train.len(), set.validation.len(), set.test.len()]
}

#[test]
fn a_folder_a_class_is_cut_class_by_class() {
    let folder = Folder::new();
    folder.classes("", 0);
    folder.image(".hidden/x.png", [1, 1], 0);
    fs::write(folder.path("cats/Thumbs.db"), "x").unwrap();
    fs::write(folder.path("notes.txt"), "x").unwrap();
    let set = folder.load(&raw()).unwrap();
    assert_eq!((&set.classes[..], &set.shape[..]), (&["cats".to_string(), "dogs".into()][..], &[2, 3][..]));
    assert_eq!(counts(&set), [12, 4, 4]);
    for part in [&set.train, &set.validation, &set.test] {
        let labels = part.labels().unwrap();
        assert_eq!(labels.iter().filter(|label| **label == 1).count() * 2, part.len());
        for (row, label) in labels.iter().enumerate() {
            let shade = part.input(row)[0];
            assert_eq!((*label == 1, part.input(row).to_vec()), (shade >= 100.0, vec![shade; 6]));
        }
    }
    let note = &set.understood[0].en;
    for said in
        ["20 images of 2 classes, cats (10), dogs (10); each 2x3, grey", "1 other files", "12 for training"]
    {
        assert!(note.contains(said), "{note}");
    }
    // The folder is found without `images:`, too.
    let path = format!("{}/", folder.0.path().display());
    let same = registry::load(&path, &raw(), &Source::default()).unwrap();
    assert_eq!(same.digest(), set.digest());
    assert_eq!(counts(&folder.load(&Options { validation: Some(2), ..raw() }).unwrap()), [14, 2, 4]);
    assert_eq!(*folder.load(&Options::default()).unwrap().train.input(0), [0.0; 6]);
}

#[test]
fn parts_that_there_are_stay_what_they_are() {
    // `test` comes before `train` in a list of names, and `Train` before `test`.
    let lower = Folder::new();
    lower.classes("train/", 0);
    lower.classes("test/", 50);
    let folder = Folder::new();
    folder.classes("Train/", 0);
    folder.classes("test/", 50);
    let set = folder.load(&raw()).unwrap();
    assert_eq!(counts(&set), [16, 4, 20]);
    assert_eq!(set.test.input(0)[0], 50.0);
    assert_eq!(lower.load(&raw()).unwrap().digest(), set.digest());
    folder.classes("val/", 20);
    let set = folder.load(&raw()).unwrap();
    assert_eq!(counts(&set), [20, 20, 20]);
    assert_eq!((set.train.input(0)[0], set.validation.input(0)[0]), (0.0, 20.0));
    assert_eq!(counts(&folder.load(&Options { validation: Some(0), ..raw() }).unwrap()), [40, 0, 20]);
    folder.image("test/birds/1.png", [2, 3], 0);
    assert!(folder.refused().contains("the part `test` holds the class `birds`, which `train` does not"));
}

#[test]
fn images_of_several_sizes_are_scaled_to_the_one_asked_for() {
    let folder = Folder::new();
    folder.classes("", 0);
    folder.image("cats/large.png", [4, 4], 9);
    let refused = folder.refused();
    assert!(refused.contains("from 2x3 to 4x4 (height x width); set `image_size = [64, 64]`"), "{refused}");
    fs::write(folder.path("dogs/colour.jpg"), include_bytes!("../../tests/images/colour.jpg")).unwrap();
    let size = |size: &str| ImageOptions { size: Some(size.parse().unwrap()), channels: None };
    let set = folder.load(&Options { images: size("8x5"), ..raw() }).unwrap();
    assert_eq!((&set.shape[..], set.train.features()), (&[3, 8, 5][..], 120));
    let grey = ImageOptions { channels: Some("1".parse().unwrap()), ..size("8x5") };
    let set = folder.load(&Options { images: grey, ..raw() }).unwrap();
    assert_eq!(set.shape, [8, 5]);
    // What is learnt is kept: another folder gets the same form and the same labels.
    let other = Folder::new();
    for number in 0..10 {
        other.image(&format!("dogs/{number}.png"), [30, 30], 200);
        other.image(&format!("cats/{number}.png"), [3, 30], 100);
    }
    let later = other.load(&Options { encoding: set.encoding.clone(), ..raw() }).unwrap();
    assert_eq!((&later.shape[..], &later.classes), (&[8, 5][..], &set.classes));
    let label = |row| later.test.label(row).unwrap();
    assert!((0..later.test.len()).all(|row| later.test.input(row)[0] == [100.0, 200.0][label(row) as usize]));
    let unsorted = Folder::new();
    unsorted.image("b.png", [4, 4], 7);
    unsorted.image("a.png", [2, 9], 5);
    assert!(unsorted.refused().contains("give each class a folder"));
    let unknown = unsorted.load(&Options { encoding: set.encoding.clone(), ..raw() }).unwrap();
    assert_eq!((counts(&unknown), unknown.has_targets), ([0, 0, 2], false));
    assert_eq!([0, 1].map(|row| unknown.test.input(row)[0]), [5.0, 7.0]);
    assert!(unknown.understood[0].en.contains("2 images to be predicted"), "{}", unknown.understood[0].en);
    other.image("fish/1.png", [3, 3], 0);
    let unknown = other.load(&Options { encoding: set.encoding, ..raw() }).unwrap_err();
    assert!(unknown.contains("the class `fish`, which the network was not trained on"), "{unknown}");
}

#[test]
fn what_cannot_be_learnt_from_is_named() {
    let folder = Folder::new();
    assert!(folder.refused().contains("give each class a folder"));
    folder.image("cats/1.png", [2, 2], 0);
    assert!(folder.refused().contains("one class only, `cats`"));
    folder.image("dogs/1.png", [2, 2], 0);
    assert!(folder.refused().contains("2 images in 2 classes are too few"));
    folder.classes("", 0);
    fs::remove_file(folder.path("cats/1.png")).unwrap();
    fs::write(folder.path("cats/bad.png"), "no image").unwrap();
    fs::write(folder.path("dogs/worse.jpg"), &include_bytes!("../../tests/images/colour.jpg")[..500])
        .unwrap();
    let refused = folder.refused();
    assert!(refused.contains("bad.png (it is neither PNG nor JPEG"), "{refused}");
    fs::remove_file(folder.path("cats/bad.png")).unwrap();
    let size = ImageOptions { size: Some("2x3".parse().unwrap()), channels: None };
    let refused = folder.load(&Options { images: size, ..raw() }).unwrap_err();
    assert!(refused.contains("1 image: ") && refused.contains("worse.jpg ("), "{refused}");
    fs::write(folder.path("dogs/1.webp"), "x").unwrap();
    assert!(folder.refused().contains("images that are neither PNG nor JPEG: 1, such as"));
    folder.image("cats/more/1.png", [2, 2], 0);
    assert!(folder.refused().contains("`cats/more` is a folder within the folder of a class"));
    let refused = folder.load(&Options { target: Some("t".into()), ..raw() }).unwrap_err();
    assert!(refused.contains("`target` is for tables and arrays"), "{refused}");
}

#[test]
fn a_folder_is_described_with_the_keys_it_needs() {
    let folder = Folder::new();
    folder.classes("", 0);
    let described = describe(folder.0.path(), &Options::default()).unwrap();
    assert_eq!(described.classes, [("cats".to_string(), 10), ("dogs".into(), 10)]);
    assert!(described.problem.is_none() && !described.proposal.contains("image_size"));
    folder.image("cats/large.png", [4, 4], 9);
    let described = describe(folder.0.path(), &Options::default()).unwrap();
    assert_eq!((described.sizes, described.form), ([[2, 3], [4, 4]], None));
    assert!(described.proposal.ends_with("image_size = [64, 64]"), "{}", described.proposal);
}
