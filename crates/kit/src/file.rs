//! Writing a file so that a crash, a full disk or a power cut leaves either the old one or the new one.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Age at which a temporary file that nobody has locked counts as left behind. A living process locks its file right after it has
/// made it.
const LEFT_BEHIND: Duration = Duration::from_secs(60);
/// Bytes by which a file is recognised.
const HEAD: u64 = 4096;
/// Links that are followed from one to the next before a path counts as a circle.
const MOST_LINKS: usize = 40;

/// Replaces the file at `path` by what `write` produces: first a temporary file in the same folder, flushed to the
/// disk, then renamed. When anything fails, the temporary file is removed and what was at `path` stays. A symbolic link is
/// followed: its target is replaced, not the link. The new file has the permissions of the old one. Temporary files that a dead
/// process left for the same path are removed.
///
/// # Errors
/// What the system said (no such folder, no permission, disk full); [`ErrorKind::InvalidInput`] for a path that is there and
/// is no ordinary file (a folder, a device).
pub fn write_atomically(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let target = resolved(path)?;
    let old = match fs::metadata(&target) {
        Ok(found) if found.is_file() => Some(found),
        Ok(_) => {
            return Err(io::Error::new(ErrorKind::InvalidInput, "it is there, and it is no ordinary file"));
        }
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    remove_left_behind(&target);
    let (mut file, temporary) = temporary_beside(&target, old.is_some())?;
    let result = write(&mut file).and_then(|()| {
        file.flush()?;
        if let Some(old) = old {
            file.set_permissions(old.permissions())?;
        }
        file.sync_all()?;
        fs::rename(&temporary, &target)
    });
    if result.is_err() {
        // Best effort: the first error is the one that matters.
        let _ = fs::remove_file(&temporary);
        return result;
    }
    sync_folder(folder_of(&target))
}

/// Whether nothing is lost when the file at `path` is replaced: it is not there, is empty, or begins with what `is_own` takes for this
/// program's. What is no ordinary file is left to [`write_atomically`], which refuses it.
pub fn is_replaceable(path: &Path, is_own: impl FnOnce(&[u8]) -> bool) -> bool {
    if !path.is_file() {
        return true;
    }
    let mut head = Vec::new();
    match File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head)) {
        Ok(0) => true,
        Ok(_) => is_own(&head),
        Err(_) => false,
    }
}

/// Returns where the bytes of a file go: `path` itself, or what it links to in the end, whether that is there or not.
///
/// # Errors
/// What the system said; links that lead in a circle.
pub fn resolved(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_path_buf();
    for _ in 0..MOST_LINKS {
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_symlink() => path = folder_of(&path).join(fs::read_link(&path)?),
            Ok(_) => return fs::canonicalize(path),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return match (fs::canonicalize(folder_of(&path)), path.file_name()) {
                    (Ok(folder), Some(name)) => Ok(folder.join(name)),
                    _ => std::path::absolute(path),
                };
            }
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("its links lead in a circle"))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes a file in the same folder (a rename across file systems would not be atomic), and locks it: so others see that its process
/// is alive, in whichever container it runs. What is to replace a file is nobody else's to read before it has the old permissions.
fn temporary_beside(path: &Path, private: bool) -> io::Result<(File, PathBuf)> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let name = path
        .file_name()
        .ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "this path does not name a file"))?;
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    if private {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    #[cfg(not(unix))]
    let _ = private;
    loop {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let mut hidden = hidden_prefix(name);
        // Process numbers are used again, and every container begins with 1: time and count tell those apart.
        hidden.push(format!("{}-{since:x}-{count}.tmp", std::process::id()));
        let temporary = path.with_file_name(hidden);
        match options.open(&temporary) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
            Ok(file) => {
                // Where the file system has no locks, what is left behind stays.
                let _ = file.try_lock();
                return Ok((file, temporary));
            }
        }
    }
}

fn hidden_prefix(name: &OsStr) -> OsString {
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(".");
    hidden
}

/// Removes the temporary files of this path that are old and locked by no living process. Errors are ignored: it is only tidying.
fn remove_left_behind(path: &Path) {
    let (Some(name), Ok(entries)) = (path.file_name(), fs::read_dir(folder_of(path))) else { return };
    let prefix = hidden_prefix(name);
    for entry in entries.flatten() {
        let name = entry.file_name();
        let rest = name.as_encoded_bytes().strip_prefix(prefix.as_encoded_bytes());
        let middle = rest.and_then(|rest| rest.strip_suffix(b".tmp"));
        // A process number, a dash and whatever told it apart.
        if !middle.is_some_and(|text| text.first().is_some_and(u8::is_ascii_digit) && text.contains(&b'-')) {
            continue;
        }
        let is_old = entry
            .metadata()
            .and_then(|found| found.modified())
            .is_ok_and(|time| time.elapsed().is_ok_and(|age| age >= LEFT_BEHIND));
        let path = entry.path();
        if is_old && OpenOptions::new().write(true).open(&path).is_ok_and(|file| file.try_lock().is_ok()) {
            let _ = fs::remove_file(path);
        }
    }
}

/// Waits until the folder's entries are on the disk, where the system offers it.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        // A folder may be writable and not readable, and some file systems have no such call.
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::PermissionDenied | ErrorKind::InvalidInput | ErrorKind::Unsupported
            ) =>
        {
            Ok(())
        }
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_own_or_nothing_is_replaceable() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("page");
        let own = |head: &[u8]| head.starts_with(b"ours");
        assert!(is_replaceable(&path, own) && is_replaceable(folder.path(), own));
        for (content, replaceable) in [("", true), ("ours, and more", true), ("theirs", false)] {
            fs::write(&path, content).unwrap();
            assert_eq!(is_replaceable(&path, own), replaceable, "{content}");
        }
    }

    #[test]
    fn a_failed_write_keeps_the_old_content_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("weights");
        write_atomically(&path, |file| file.write_all(b"old")).unwrap();
        let error = write_atomically(&path, |file| {
            file.write_all(b"half of the ne")?;
            Err(io::Error::from(ErrorKind::StorageFull))
        });
        assert_eq!(error.unwrap_err().kind(), ErrorKind::StorageFull);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        write_atomically(&path, |file| file.write_all(b"new")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_devices_and_folders_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        std::os::unix::fs::symlink("file", &link).unwrap();
        // The second time, the link leads somewhere.
        for content in [b"old", b"new"] {
            write_atomically(&link, |file| file.write_all(content)).unwrap();
            assert_eq!(fs::read(&file).unwrap(), content);
            assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        }
        assert_eq!(resolved(&link).unwrap(), resolved(&file).unwrap());
        for refused in [Path::new("/dev/null"), folder.path()] {
            let error = write_atomically(refused, |file| file.write_all(b"x")).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
        }
        let circle = folder.path().join("circle");
        std::os::unix::fs::symlink("circle", &circle).unwrap();
        assert!(write_atomically(&circle, |_| Ok(())).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn the_new_file_has_the_permissions_of_the_old_one() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("weights");
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        for expected in [0o600, 0o664] {
            fs::write(&path, b"old").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(expected)).unwrap();
            write_atomically(&path, |file| file.write_all(b"new")).unwrap();
            assert_eq!(mode(), expected);
        }
    }

    #[test]
    fn what_a_dead_process_left_is_removed_and_what_is_in_use_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("weights");
        let old = SystemTime::now() - 2 * LEFT_BEHIND;
        let make = |name: &str, time: SystemTime| {
            let file = File::create(folder.path().join(name)).unwrap();
            file.set_modified(time).unwrap();
            file
        };
        let held = make(".weights.1-a-0.tmp", old);
        held.lock().unwrap();
        make(".weights.1-b-0.tmp", old);
        make(".weights.17-ThreadId1.tmp", old);
        make(".weights.1-c-0.tmp", SystemTime::now());
        make(".weights.backup.tmp", old);
        make(".weights2.1-b-0.tmp", old);
        write_atomically(&path, |file| file.write_all(b"new")).unwrap();
        let mut left: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        let kept = [
            ".weights.1-a-0.tmp",
            ".weights.1-c-0.tmp",
            ".weights.backup.tmp",
            ".weights2.1-b-0.tmp",
            "weights",
        ];
        assert_eq!(left, kept);
    }
}
