//! What can be downloaded: the files, their sums and their mirrors.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};

use crate::file_search::CIFAR_ARCHIVE;
use crate::idx::GZIP;

/// A set of files that belong together.
#[derive(Debug)]
pub struct Remote {
    /// The dataset's name in the registry.
    pub name: &'static str,
    /// Base addresses, the preferred one first; a file's name is appended.
    pub mirrors: &'static [&'static str],
    /// The files.
    pub files: &'static [RemoteFile<'static>],
}

/// One file of a set.
#[derive(Debug, Clone, Copy)]
pub struct RemoteFile<'a> {
    /// Its name, on the mirrors and here.
    pub name: &'a str,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of the file as published, in hexadecimal.
    pub sha256: &'a str,
    /// SHA-256 of what the file holds when unzipped, where it is known: files zipped anew by others are right too.
    pub contents_sha256: Option<&'a str>,
}

/// Everything that can be downloaded.
///
/// The sums of the files are those on which independent projects that pin these files agree; for Fashion-MNIST, they are paired
/// with the MD5 sums its authors publish. The sums of MNIST's contents were computed from the unzipped files.
pub static SOURCES: &[Remote] = &[
    Remote {
        name: "mnist",
        mirrors: &[
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
        ],
        files: &[
            RemoteFile {
                name: "train-images-idx3-ubyte.gz",
                bytes: 9_912_422,
                sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
                contents_sha256: Some("ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
            },
            RemoteFile {
                name: "train-labels-idx1-ubyte.gz",
                bytes: 28_881,
                sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
                contents_sha256: Some("65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
            },
            RemoteFile {
                name: "t10k-images-idx3-ubyte.gz",
                bytes: 1_648_877,
                sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
                contents_sha256: Some("0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
            },
            RemoteFile {
                name: "t10k-labels-idx1-ubyte.gz",
                bytes: 4_542,
                sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
                contents_sha256: Some("ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
            },
        ],
    },
    Remote {
        name: "fashion-mnist",
        mirrors: &[
            "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
            "https://fashion-mnist.s3.eu-central-1.amazonaws.com/",
            "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
        ],
        files: &[
            RemoteFile {
                name: "train-images-idx3-ubyte.gz",
                bytes: 26_421_880,
                sha256: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
                contents_sha256: None,
            },
            RemoteFile {
                name: "train-labels-idx1-ubyte.gz",
                bytes: 29_515,
                sha256: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
                contents_sha256: None,
            },
            RemoteFile {
                name: "t10k-images-idx3-ubyte.gz",
                bytes: 4_422_102,
                sha256: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
                contents_sha256: None,
            },
            RemoteFile {
                name: "t10k-labels-idx1-ubyte.gz",
                bytes: 5_148,
                sha256: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
                contents_sha256: None,
            },
        ],
    },
    Remote {
        name: "kmnist",
        mirrors: &["https://codh.rois.ac.jp/kmnist/dataset/kmnist/"],
        files: &[
            RemoteFile {
                name: "train-images-idx3-ubyte.gz",
                bytes: 18_165_135,
                sha256: "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
                contents_sha256: None,
            },
            RemoteFile {
                name: "train-labels-idx1-ubyte.gz",
                bytes: 29_497,
                sha256: "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
                contents_sha256: None,
            },
            RemoteFile {
                name: "t10k-images-idx3-ubyte.gz",
                bytes: 3_041_136,
                sha256: "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
                contents_sha256: None,
            },
            RemoteFile {
                name: "t10k-labels-idx1-ubyte.gz",
                bytes: 5_120,
                sha256: "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
                contents_sha256: None,
            },
        ],
    },
    Remote {
        name: "cifar10",
        mirrors: &["https://www.cs.toronto.edu/~kriz/"],
        files: &[RemoteFile {
            name: CIFAR_ARCHIVE,
            bytes: 170_052_171,
            sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
            contents_sha256: None,
        }],
    },
];

impl RemoteFile<'_> {
    /// Returns whether these are the bytes of this file, as published, compressed anew, or unzipped. `None` where the sum of what is
    /// unzipped is not known.
    pub(crate) fn is_published(&self, bytes: &[u8]) -> Option<bool> {
        let is_zipped = bytes.starts_with(&GZIP);
        if is_zipped && sum(&mut &*bytes).is_ok_and(|found| found == self.sha256) {
            return Some(true);
        }
        let contents: &mut dyn Read = if is_zipped { &mut GzDecoder::new(bytes) } else { &mut &*bytes };
        match self.contents_sha256 {
            // A stream that cannot be unzipped is simply not this file.
            Some(published) => Some(sum(contents).is_ok_and(|found| found == published)),
            None => is_zipped.then_some(false),
        }
    }

    /// Returns whether the file at `path` exists and is this one, as published or compressed anew.
    pub(super) fn is_right(&self, path: &Path) -> io::Result<bool> {
        match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            opened => {
                if sum(&mut opened?)? == self.sha256 {
                    return Ok(true);
                }
            }
        }
        let Some(contents) = self.contents_sha256 else { return Ok(false) };
        // A stream that cannot be unzipped is simply not this file.
        Ok(sum(&mut GzDecoder::new(File::open(path)?)).is_ok_and(|found| found == contents))
    }
}

/// Returns the SHA-256 of everything that `reader` gives, in hexadecimal.
pub(super) fn sum(reader: &mut (impl Read + ?Sized)) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()),
            count => hash.update(&buffer[..count]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image_files::FILES;
    use crate::registry::{DATASETS, Origin};
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    #[test]
    fn every_set_of_files_can_be_downloaded_securely_under_the_names_it_is_sought() {
        let wanted: Vec<_> =
            DATASETS.iter().filter(|entry| entry.origin == Origin::Files).map(|entry| entry.name).collect();
        assert_eq!(SOURCES.iter().map(|remote| remote.name).collect::<Vec<_>>(), wanted);
        for remote in SOURCES {
            assert!(
                remote.mirrors.iter().all(|mirror| mirror.starts_with("https://") && mirror.ends_with('/'))
            );
            let sought = match remote.name {
                "cifar10" => vec![CIFAR_ARCHIVE.to_string()],
                _ => FILES.map(|name| format!("{name}.gz")).to_vec(),
            };
            assert_eq!(remote.files.iter().map(|file| file.name).collect::<Vec<_>>(), sought);
            for file in remote.files {
                for sum in file.contents_sha256.iter().chain([&file.sha256]) {
                    assert!(sum.len() == 64 && sum.bytes().all(|digit| b"0123456789abcdef".contains(&digit)));
                }
            }
        }
    }

    #[test]
    fn a_file_is_known_by_its_sum_or_by_that_of_its_contents() {
        let zipped = |level| {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::new(level));
            encoder.write_all(b"contents").unwrap();
            encoder.finish().unwrap()
        };
        let (published, other) = (zipped(9), zipped(0));
        let [sha256, contents] = [&published[..], b"contents"].map(|bytes| sum(&mut &*bytes).unwrap());
        let file = RemoteFile { name: "a.gz", bytes: 1, sha256: &sha256, contents_sha256: None };
        let known = RemoteFile { contents_sha256: Some(&contents), ..file };
        for (bytes, expected) in [
            (&published[..], [Some(true), Some(true)]),
            (&other, [Some(false), Some(true)]),
            (b"contents", [None, Some(true)]),
            (b"Contents", [None, Some(false)]),
            (&published[..9], [Some(false), Some(false)]),
        ] {
            assert_eq!([file.is_published(bytes), known.is_published(bytes)], expected, "{bytes:?}");
        }
    }

    #[test]
    fn the_sum_is_sha_256() {
        // The example of FIPS 180-2, appendix B.1.
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sum(&mut &b"abc"[..]).unwrap(), expected);
    }
}
