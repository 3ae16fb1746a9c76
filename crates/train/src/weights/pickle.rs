//! Pickles: files of Python that can run any code when they are read, and are therefore not opened here.

use crate::TrainError;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// How much of a file is looked at.
const LOOKED_AT: u64 = 512;

/// What a file is that holds a pickle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pickle {
    /// A file of `torch.save`.
    Torch,
    /// A file of `pickle.dump`, such as the `params.pkl` of the notes.
    Plain,
}

/// Refuses a pickle with the lines of Python that make of it what can be read. What is wrong with other files is said by those who read
/// them.
///
/// # Errors
/// [`TrainError::Setting`].
pub(super) fn refuse(path: &Path) -> Result<(), TrainError> {
    let mut start = Vec::new();
    if File::open(path).and_then(|file| file.take(LOOKED_AT).read_to_end(&mut start)).is_err() {
        return Ok(());
    }
    let Some(pickle) = recognise(&start) else { return Ok(()) };
    let shown = path.display();
    let converted = path.with_extension(if pickle == Pickle::Torch { "safetensors" } else { "npz" });
    let converted = converted.display();
    let (what, lines) = match pickle {
        Pickle::Torch => (
            "a file of torch.save",
            format!(
                "import torch, safetensors.torch\n  safetensors.torch.save_file(torch.load({:?}, weights_only=True), {:?})",
                shown.to_string(),
                converted.to_string()
            ),
        ),
        Pickle::Plain => (
            "a pickle of Python",
            format!(
                "import pickle, numpy\n  numpy.savez({:?}, **pickle.load(open({:?}, \"rb\")))",
                converted.to_string(),
                shown.to_string()
            ),
        ),
    };
    Err(TrainError::Setting(format!(
        "{shown} is {what}, which can run any code when it is read, so it is not opened here; if you trust it, convert it in \
         Python:\n  {lines}"
    )))
}

/// Recognises a pickle by the start of the file.
fn recognise(start: &[u8]) -> Option<Pickle> {
    let holds = |text: &[u8]| start.windows(text.len()).any(|window| window == text);
    // Safetensors begin with the length of their header in eight bytes, which may look like the start of a pickle.
    if start.get(4..9) == Some(&b"\0\0\0\0{"[..]) {
        return None;
    }
    match start {
        // A zip archive whose first member is `NAME/data.pkl`; that of an NPZ is an array.
        [b'P', b'K', 3, 4, ..] => holds(b"/data.pkl").then_some(Pickle::Torch),
        // Protocol 2 to 5. Older files of torch begin with a number that is pickled.
        [0x80, 2..=5, rest @ ..] => {
            let magic = rest.starts_with(&[0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9]);
            Some(if magic { Pickle::Torch } else { Pickle::Plain })
        }
        // A dict in protocol 0.
        [b'(', b'd', b'p', b'0', b'\n', ..] => Some(Pickle::Plain),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pickles_are_recognised_and_other_files_are_not() {
        let zip = |name: &[u8]| [&b"PK\x03\x04 some header "[..], name].concat();
        for (start, expected) in [
            (zip(b"archive/data.pkl"), Some(Pickle::Torch)),
            (zip(b"W1.npy"), None),
            (b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.".to_vec(), Some(Pickle::Torch)),
            (b"\x80\x04\x95\x10\x00".to_vec(), Some(Pickle::Plain)),
            (b"(dp0\nS'W1'\n".to_vec(), Some(Pickle::Plain)),
            (b"\x80\x02\x00\x00\x00\x00\x00\x00{\"a\"".to_vec(), None),
            (Vec::new(), None),
        ] {
            assert_eq!(recognise(&start), expected, "{start:?}");
        }
    }

    #[test]
    fn the_lines_that_convert_a_file_name_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("params.pkl");
        std::fs::write(&path, b"\x80\x03}q\x00.").unwrap();
        let error = crate::Weights::<f32>::load(&path, None).err().unwrap().to_string();
        assert!(
            error.contains("numpy.savez(") && error.contains("params.npz") && error.contains("params.pkl"),
            "{error}"
        );
        std::fs::write(folder.path().join("net.pt"), b"PK\x03\x04....net/data.pkl").unwrap();
        let error =
            crate::Weights::<f32>::load(&folder.path().join("net.pt"), None).err().unwrap().to_string();
        assert!(error.contains("weights_only=True") && error.contains("net.safetensors"), "{error}");
    }
}
