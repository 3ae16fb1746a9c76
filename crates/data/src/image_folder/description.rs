//! What a folder of images holds, in words.

use std::path::Path;

use super::listing::Listing;
use super::survey::Survey;
use crate::error::DataError;
use crate::image_form::ImageForm;
use crate::note::Note;
use crate::options::Options;

/// Classes that a sentence lists.
const LISTED_CLASSES: usize = 6;

/// How a folder of images is understood.
#[derive(Debug, Clone)]
pub struct FolderDescription {
    /// What is said once at the start of a run.
    pub summary: Note,
    /// The classes, and how many images each has in all parts together.
    pub classes: Vec<(String, usize)>,
    /// Height and width of the image with the fewest pixels, and of that with the most.
    pub sizes: [[usize; 2]; 2],
    /// The form that all images get; `None` while a key is needed for it.
    pub form: Option<ImageForm>,
    /// What keeps the folder from being learnt from.
    pub problem: Option<String>,
    /// Keys for an experiment file.
    pub proposal: String,
}

/// Describes a folder of images, from the heads of its files.
pub fn describe(folder: &Path, options: &Options) -> Result<FolderDescription, DataError> {
    let in_folder = |cause| DataError::ImageFolder { path: folder.to_path_buf(), cause };
    let listing = Listing::of(folder).map_err(in_folder)?;
    let survey = Survey::of(&listing).map_err(in_folder)?;
    let (form, problem) = match survey.form(options) {
        Ok(form) => (Some(form), None),
        Err(problem) => (None, Some(problem.to_string())),
    };
    let size = |form: ImageForm| [form.height, form.width];
    Ok(FolderDescription {
        summary: listed(&listing, &survey, form.unwrap_or(survey.largest)),
        classes: counts(&listing),
        sizes: [size(survey.smallest), size(survey.largest)],
        form,
        problem,
        proposal: proposal(folder, &survey, options),
    })
}

fn counts(listing: &Listing) -> Vec<(String, usize)> {
    let mut counts: Vec<(String, usize)> = listing.classes.iter().map(|class| (class.clone(), 0)).collect();
    for file in listing.files() {
        if let Some((_, count)) = counts.get_mut(file.label as usize) {
            *count += 1;
        }
    }
    counts
}

/// The keys that name the folder, and those without which it cannot be read.
fn proposal(folder: &Path, survey: &Survey, options: &Options) -> String {
    let mut keys = format!("dataset = {:?}", format!("images:{}", folder.display()));
    match options.images.size {
        Some(size) => keys += &format!("\nimage_size = {:?}", size.0),
        None if !survey.is_even => keys += "\nimage_size = [64, 64]",
        None => {}
    }
    if let Some(channels) = options.images.channels {
        keys += &format!("\nimage_channels = {}", channels.count());
    }
    keys
}

/// Says what was found, and what form the images get.
pub(super) fn listed(listing: &Listing, survey: &Survey, form: ImageForm) -> Note {
    let counts = counts(listing);
    let mut classes: Vec<String> =
        counts.iter().take(LISTED_CLASSES).map(|(class, count)| format!("{class} ({count})")).collect();
    if counts.len() > LISTED_CLASSES {
        classes.push("…".into());
    }
    let (images, number) = (listing.files().count(), counts.len());
    let (of_en, of_ko): (String, String) = match classes.join(", ") {
        classes if classes.is_empty() => (
            " to be predicted, for they are in no folders of classes".into(),
            ", 클래스 폴더가 없으므로 예측만 할 수 있음".into(),
        ),
        classes => (format!(" of {number} classes, {classes}"), format!(", 클래스 {number}개, {classes}")),
    };
    let ImageForm { height, width, channels } = form;
    let (kind_en, kind_ko) = if channels == 1 { ("grey", "흑백") } else { ("in colour", "컬러") };
    let mut note = Note::new(
        format!("{images} images{of_en}; each {height}x{width}, {kind_en}"),
        format!("이미지 {images}장{of_ko}; 크기는 모두 {height}x{width}, {kind_ko}"),
    );
    let (smallest, largest) = (survey.smallest, survey.largest);
    if !survey.is_even || [height, width] != [largest.height, largest.width] {
        let sizes = format!("{}x{}…{}x{}", smallest.height, smallest.width, largest.height, largest.width);
        note.en += &format!(" (scaled from {sizes})");
        note.ko += &format!("({sizes}에서 맞춤)");
    }
    if let Some(first) = listing.unused.first() {
        let (count, first) = (listing.unused.len(), first.display());
        note.en += &format!("; {count} other files or folders not used, such as {first}");
        note.ko += &format!("; 그 밖의 파일이나 폴더 {count}개는 사용하지 않음, 예: {first}");
    }
    note
}

impl Note {
    /// Adds how many images each part has.
    pub(super) fn with_parts(mut self, [train, validation, test]: [usize; 3]) -> Note {
        self.en += &format!("; {train} for training, {validation} for validation, {test} for test");
        self.ko += &format!("; 훈련 {train}장, 검증 {validation}장, 시험 {test}장");
        self
    }
}
