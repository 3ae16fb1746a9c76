//! Why a folder of images cannot be learnt from.

use std::path::{Path, PathBuf};

use thalweg_kit::TooLittleMemory;

use crate::examples::ExamplesError;
use crate::split::CutError;
use crate::target::TargetError;

/// Images that a message names.
const LISTED: usize = 5;

/// What is wrong with a folder of images.
#[derive(Debug, thiserror::Error)]
pub enum ImageFolderError {
    /// A folder that cannot be listed.
    #[error("cannot list {}: {cause}", .folder.display())]
    List {
        /// The folder.
        folder: PathBuf,
        /// What the operating system said.
        cause: std::io::Error,
    },
    /// No folders of images.
    #[error(
        "it holds no folders of images; give each class a folder with its PNG or JPEG files, as in `cats/1.jpg` and `dogs/1.jpg`"
    )]
    NoClasses,
    /// A single class.
    #[error("it holds one class only, `{0}`; give each class a folder of its own")]
    OneClass(String),
    /// A class without images.
    #[error("`{0}` holds no PNG or JPEG image; fill that folder or remove it")]
    NoImages(String),
    /// A folder within that of a class.
    #[error(
        "`{0}` is a folder within the folder of a class; put its images into that of the class, or name the folder above the classes"
    )]
    TooDeep(String),
    /// Images that cannot be cut into parts.
    #[error(transparent)]
    Cut(#[from] CutError),
    /// Too few training images for three parts.
    #[error(
        "{images} images in {classes} classes are too few to be cut into three parts; give five images a class at least, or folders \
         `train`, `validation` and `test`"
    )]
    TooFew {
        /// How many images.
        images: usize,
        /// How many classes.
        classes: usize,
    },
    /// A class that is not in the training part.
    #[error("the part `{part}` holds the class `{class}`, which `train` does not; add it there or remove it")]
    OtherClass {
        /// The part.
        part: &'static str,
        /// The class.
        class: String,
    },
    /// Images of other formats.
    #[error(
        "it holds images that are neither PNG nor JPEG: {count}, such as {}; convert them, with ImageMagick for example: `mogrify -format png FILE`, and \
         remove the originals",
        .first.display()
    )]
    OtherFormat {
        /// How many.
        count: usize,
        /// The first of them.
        first: PathBuf,
    },
    /// Images that cannot be decoded.
    #[error("cannot read {listed}; repair or remove them")]
    Unreadable {
        /// Their number and names, with what is wrong.
        listed: String,
    },
    /// Images of different sizes.
    #[error(
        "the images have different sizes, from {}x{} to {}x{} (height x width); set `image_size = [64, 64]`, say, to scale all of them to one \
         size (--image-size 64x64)",
        .smallest[0], .smallest[1], .largest[0], .largest[1]
    )]
    Sizes {
        /// Height and width of the image with the fewest pixels.
        smallest: [usize; 2],
        /// Height and width of the image with the most pixels.
        largest: [usize; 2],
    },
    /// More memory than there is.
    #[error("{0}; set a smaller `image_size` (--image-size), or keep fewer images in the folder")]
    Memory(#[from] TooLittleMemory),
    /// A class that the network does not know.
    #[error(transparent)]
    Class(#[from] TargetError),
    /// Images that make no examples.
    #[error(transparent)]
    Examples(#[from] ExamplesError),
}

impl ImageFolderError {
    /// Names images that cannot be decoded, the first few of them.
    pub(super) fn unreadable(faults: Vec<(PathBuf, String)>) -> Self {
        let name = |(path, cause): &(PathBuf, String)| format!("{} ({cause})", path.display());
        let listed: Vec<String> = faults.iter().take(LISTED).map(name).collect();
        let (count, more) = (faults.len(), if faults.len() > LISTED { ", …" } else { "" });
        let s = if count == 1 { "" } else { "s" };
        Self::Unreadable { listed: format!("{count} image{s}: {}{more}", listed.join(", ")) }
    }

    pub(super) fn list(folder: &Path) -> impl Fn(std::io::Error) -> Self {
        move |cause| Self::List { folder: folder.to_path_buf(), cause }
    }
}
