//! Every file of the corpus and changed copies of it, with the stable toolchain.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use thalweg_fuzz::TARGETS;

/// Changed copies of each file. `THALWEG_FUZZ_COPIES` asks for more.
const COPIES: u64 = 60;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn files(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = std::fs::read_dir(corpus().join(target)).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

#[test]
fn every_target_has_a_corpus_and_nothing_else_has() {
    let folders = std::fs::read_dir(corpus()).unwrap();
    let folders: BTreeSet<String> =
        folders.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let names: BTreeSet<String> = TARGETS.iter().map(|target| target.name.to_string()).collect();
    assert_eq!(folders, names);
    for name in names {
        assert!(!files(&name).is_empty(), "{name}");
    }
}

#[test]
fn the_corpus_and_changed_copies_of_it_are_answered() {
    let copies = std::env::var("THALWEG_FUZZ_COPIES").map_or(COPIES, |text| text.parse().unwrap());
    for target in TARGETS {
        let files = files(target.name);
        for (path, bytes) in &files {
            (target.run)(bytes);
            let (_, other) = &files[bytes.len() % files.len()];
            for seed in 0..copies {
                let changed = changed(bytes, other, seed);
                let answered = std::panic::catch_unwind(|| (target.run)(&changed));
                assert!(answered.is_ok(), "{}: {} changed by {seed}", target.name, path.display());
            }
        }
    }
}

/// A copy with one to eight changes that follow from `seed`: bytes replaced, left out, repeated, cut off, or taken from `other`.
fn changed(bytes: &[u8], other: &[u8], seed: u64) -> Vec<u8> {
    let mut random = Random(seed);
    let mut bytes = bytes.to_vec();
    for _ in 0..=random.below(8) {
        let (at, to) = (random.below(bytes.len()), random.below(bytes.len()));
        let (low, high) = (at.min(to), at.max(to).min(at.min(to) + 64));
        match random.below(6) {
            _ if bytes.is_empty() => bytes.push(random.below(256) as u8),
            0 => bytes[at] ^= 1 << random.below(8),
            1 => bytes[at] = [0, 1, b'-', b'9', b'"', b'[', 0x7f, 0xff][random.below(8)],
            2 => drop(bytes.drain(low..high)),
            3 => bytes.splice(at..at, bytes[low..high].to_vec()).for_each(drop),
            4 => bytes.truncate(bytes.len() - high.min(bytes.len())),
            _ => {
                let from = random.below(other.len());
                let piece = &other[from..other.len().min(from + 32)];
                drop(bytes.splice(low..high, piece.iter().copied()));
            }
        }
    }
    bytes
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    /// A number less than `count`; 0 if that is 0.
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut state = self.0;
        state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((state ^ (state >> 31)) % count.max(1) as u64) as usize
    }
}
