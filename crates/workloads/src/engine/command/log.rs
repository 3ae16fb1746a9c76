//! The log of a run: all that its training says, of bounded size.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use crate::engine::program::process::KEPT;

/// Bytes at the beginning that are kept.
const BEGINNING: u64 = 4 << 20;
/// Bytes at the end that are kept.
const END: usize = 1 << 20;

/// A log. Of a long one, the beginning and the end are kept.
pub(super) struct Log {
    file: File,
    written: u64,
    left_out: u64,
    /// What comes after the beginning: its last bytes, and up to as many before them.
    end: Vec<u8>,
    /// The last bytes of all, for messages.
    last: Vec<u8>,
}

impl Log {
    /// Opens a log, and goes on where there is one.
    pub(super) fn open(path: &Path) -> std::io::Result<Self> {
        let file = File::options().create(true).append(true).open(path)?;
        Ok(Self { file, written: 0, left_out: 0, end: vec![], last: vec![] })
    }

    /// Adds what was said. A log that cannot be written is no reason to end a training.
    pub(super) fn add(&mut self, said: &[u8]) {
        keep_last(&mut self.last, said, KEPT);
        let room = BEGINNING.saturating_sub(self.written).min(said.len() as u64) as usize;
        let (beginning, rest) = said.split_at(room);
        let _ = self.file.write_all(beginning);
        self.written += room as u64;
        self.left_out += keep_last(&mut self.end, rest, END);
    }

    /// Adds a line of ours, which is none of the training's last words.
    pub(super) fn note(&mut self, line: &str) {
        let last = std::mem::take(&mut self.last);
        self.add(format!("[thalweg: {line}]\n").as_bytes());
        self.last = last;
    }

    /// The last bytes that were added.
    pub(super) fn last(&self) -> &[u8] {
        &self.last
    }

    /// Writes the end.
    pub(super) fn finish(&mut self) {
        let surplus = self.end.len().saturating_sub(END);
        self.left_out += surplus as u64;
        if self.left_out > 0 {
            let _ = writeln!(self.file, "\n[thalweg: {} bytes are left out here]", self.left_out);
        }
        let _ = self.file.write_all(&self.end[surplus..]);
        let _ = self.file.flush();
        (self.written, self.left_out, self.end) = (0, 0, vec![]);
    }
}

/// Adds bytes and keeps the last ones, at least `most` and less than twice as many if there are as many. Says how many were dropped.
fn keep_last(kept: &mut Vec<u8>, added: &[u8], most: usize) -> u64 {
    kept.extend_from_slice(added);
    if kept.len() < 2 * most {
        return 0;
    }
    let surplus = kept.len() - most;
    kept.drain(..surplus);
    surplus as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_log_keeps_its_beginning_and_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.txt");
        let mut log = Log::open(&path).unwrap();
        log.add(b"the beginning\n");
        let line = [b'x'; 1 << 16];
        (0..320).for_each(|_| log.add(&line));
        log.add(b"\nthe end\n");
        assert!(log.last().ends_with(b"\nthe end\n"));
        log.finish();
        let text = std::fs::read_to_string(&path).unwrap();
        let all = 14 + 320 * (1 << 16) + 9;
        let left_out = all - BEGINNING - END as u64;
        let note = format!("\n[thalweg: {left_out} bytes are left out here]\n");
        assert!(
            text.starts_with("the beginning\n") && text.ends_with("x\nthe end\n") && text.contains(&note)
        );
        assert_eq!(text.len() as u64, BEGINNING + END as u64 + note.len() as u64);
        // What comes later is added.
        let mut log = Log::open(&path).unwrap();
        log.add(b"again");
        log.finish();
        assert!(std::fs::read_to_string(&path).unwrap().ends_with("the end\nagain"));
    }
}
