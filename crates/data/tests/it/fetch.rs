//! Downloads against a server of our own that misbehaves in every way we know.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

use sha2::{Digest, Sha256};
use thalweg_data::DataError;
use thalweg_data::fetch::{Fetched, RemoteFile, fetch, get};

/// How a server treats each request.
#[derive(Clone, Copy)]
enum Manner {
    /// Answers ranges with 206.
    Ranges,
    /// Sends the whole file whatever is asked.
    NoRanges,
    /// Answers ranges, but hangs up after this many bytes of each answer.
    HangsUpAfter(usize),
    /// Sends the whole file with its middle byte changed.
    Corrupts,
    /// Has no file.
    NotFound,
    /// Sends a longer file, without saying how long.
    TooLong,
    /// Sends a short page whatever is asked, as the log-in pages of hotels do.
    Portal,
    /// The same as a page, without saying how long it is.
    Page,
    /// The same, without saying that it is a page.
    PageInDisguise,
    /// Sends a few bytes, without saying what or how many.
    Crumbs,
    /// Continues with more bytes than the file has.
    TooLongRange,
    /// Refuses every range.
    RefusesRanges,
}

const LOG_IN: &[u8] = b"\n<!doctype html><html>Please log in</html>";

/// A server on a free port; `requests` collects the `Range` header of each request, empty where there is none.
struct Server {
    address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

fn serve(content: &[u8], manner: Manner) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/files/", listener.local_addr().unwrap());
    let requests = Arc::new(Mutex::new(Vec::new()));
    let (seen, content) = (requests.clone(), content.to_vec());
    // The thread ends with the test process.
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A client that hangs up is no concern of the server's.
            let _ = answer(stream, &content, manner, &seen);
        }
    });
    Server { address, requests }
}

fn answer(
    mut stream: TcpStream,
    content: &[u8],
    manner: Manner,
    seen: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut range = String::new();
    for line in BufReader::new(stream.try_clone()?).lines() {
        let line = line?;
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("range: ") {
            range = value.into();
        }
    }
    seen.lock().unwrap().push(range.clone());
    let first: Option<usize> =
        range.strip_prefix("bytes=").and_then(|range| range.strip_suffix('-')?.parse().ok());
    let whole = |content: &[u8]| (format!("200 OK\r\nContent-Length: {}", content.len()), content.to_vec());
    let (head, body) = match (manner, first) {
        (Manner::NotFound, _) => ("404 Not Found\r\nContent-Length: 0".into(), Vec::new()),
        (Manner::RefusesRanges, Some(_)) => {
            ("416 Range Not Satisfiable\r\nContent-Length: 0".into(), Vec::new())
        }
        (Manner::Ranges | Manner::HangsUpAfter(_), Some(first)) => {
            let (last, all) = (content.len() - 1, content.len());
            let head = format!(
                "206 Partial\r\nContent-Range: bytes {first}-{last}/{all}\r\nContent-Length: {}",
                all - first
            );
            (head, content[first..].to_vec())
        }
        (Manner::Corrupts, _) => {
            let mut content = content.to_vec();
            let middle = content.len() / 2;
            content[middle] ^= 1;
            whole(&content)
        }
        (Manner::TooLong, _) => ("200 OK".into(), [content, content].concat()),
        (Manner::Portal, _) => whole(b"<html>Please log in</html>"),
        (Manner::Page, _) => ("200 OK\r\nContent-Type: text/html; charset=utf-8".into(), content.to_vec()),
        (Manner::PageInDisguise, _) => ("200 OK".into(), LOG_IN.to_vec()),
        (Manner::Crumbs, _) => ("200 OK".into(), b"Please log in".to_vec()),
        (Manner::TooLongRange, Some(first)) => {
            (format!("206 Partial\r\nContent-Range: bytes {first}-{first}/*"), content.to_vec())
        }
        _ => whole(content),
    };
    let sent = match manner {
        Manner::HangsUpAfter(bytes) => &body[..bytes.min(body.len())],
        _ => &body[..],
    };
    write!(stream, "HTTP/1.1 {head}\r\nConnection: close\r\n\r\n")?;
    stream.write_all(sent)
}

/// 200,000 bytes without a pattern, and their sum.
fn content() -> (Vec<u8>, String) {
    let bytes: Vec<u8> =
        (0..200_000u32).map(|index| (index.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let sum = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    (bytes, sum)
}

fn fetch_one(mirrors: &[&Server], folder: &Path) -> Result<Vec<Fetched>, DataError> {
    let (bytes, sum) = content();
    let file = RemoteFile { name: "a.gz", bytes: bytes.len() as u64, sha256: &sum, contents_sha256: None };
    let mirrors: Vec<&str> = mirrors.iter().map(|server| server.address.as_str()).collect();
    let mut last = 0;
    let fetched = fetch(&[file], &mirrors, folder, &mut |here, total| {
        assert!(here <= total && total == 200_000);
        last = here;
    });
    assert!(fetched.is_err() || last == 200_000);
    fetched
}

/// The file is there, whole, and nothing else is.
fn assert_complete(folder: &Path) {
    assert!(fs::read(folder.join("a.gz")).unwrap() == content().0);
    assert_eq!(fs::read_dir(folder).unwrap().count(), 1);
}

#[test]
fn a_file_arrives_whole_and_is_not_fetched_again() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(&content().0, Manner::Ranges);
    let fetched = fetch_one(&[&server], folder.path()).unwrap();
    assert_eq!(fetched[0].url, Some(format!("{}a.gz", server.address)));
    assert_complete(folder.path());
    let again = fetch_one(&[&server], folder.path()).unwrap();
    assert_eq!(again, [Fetched { path: folder.path().join("a.gz"), url: None }]);
    assert_eq!(*server.requests.lock().unwrap(), [""]);
}

#[test]
fn a_transfer_that_breaks_off_is_taken_up_where_it_ended() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(&content().0, Manner::HangsUpAfter(90_000));
    fetch_one(&[&server], folder.path()).unwrap();
    assert_complete(folder.path());
    assert_eq!(*server.requests.lock().unwrap(), ["", "bytes=90000-", "bytes=180000-"]);
}

#[test]
fn a_part_of_an_earlier_run_is_used() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.gz.part"), &content().0[..150_000]).unwrap();
    let server = serve(&content().0, Manner::Ranges);
    fetch_one(&[&server], folder.path()).unwrap();
    assert_complete(folder.path());
    assert_eq!(*server.requests.lock().unwrap(), ["bytes=150000-"]);
}

#[test]
fn a_part_is_given_up_where_ranges_are_not_to_be_had() {
    for manner in [Manner::NoRanges, Manner::RefusesRanges] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.gz.part"), b"bytes of something else").unwrap();
        fetch_one(&[&serve(&content().0, manner)], folder.path()).unwrap();
        assert_complete(folder.path());
    }
}

#[test]
fn a_part_with_wrong_bytes_is_started_anew() {
    let folder = tempfile::tempdir().unwrap();
    for part in [vec![0; 1_000], vec![0; 200_000], vec![0; 200_001]] {
        fs::write(folder.path().join("a.gz.part"), part).unwrap();
        fetch_one(&[&serve(&content().0, Manner::Ranges)], folder.path()).unwrap();
        assert_complete(folder.path());
        fs::remove_file(folder.path().join("a.gz")).unwrap();
    }
}

#[test]
fn a_mirror_that_fails_is_followed_by_the_next() {
    let bad = [Manner::NotFound, Manner::Corrupts, Manner::TooLong, Manner::Portal, Manner::HangsUpAfter(0)];
    for manner in bad {
        let folder = tempfile::tempdir().unwrap();
        let (bad, good) = (serve(&content().0, manner), serve(&content().0, Manner::Ranges));
        let fetched = fetch_one(&[&bad, &good], folder.path()).unwrap();
        assert_eq!(fetched[0].url, Some(format!("{}a.gz", good.address)));
        assert_complete(folder.path());
    }
}

#[test]
fn a_part_survives_mirrors_that_have_nothing_to_add() {
    for manner in [Manner::NotFound, Manner::Portal] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.gz.part"), &content().0[..120_000]).unwrap();
        let (bad, good) = (serve(&content().0, manner), serve(&content().0, Manner::Ranges));
        fetch_one(&[&bad, &good], folder.path()).unwrap();
        assert_complete(folder.path());
        assert_eq!(*good.requests.lock().unwrap(), ["bytes=120000-"]);
    }
}

#[test]
fn a_good_part_is_never_replaced_by_less() {
    let bad = [
        Manner::Page,
        Manner::PageInDisguise,
        Manner::Crumbs,
        Manner::Corrupts,
        Manner::TooLong,
        Manner::TooLongRange,
    ];
    for manner in bad {
        let folder = tempfile::tempdir().unwrap();
        let part = folder.path().join("a.gz.part");
        fs::write(&part, &content().0[..150_000]).unwrap();
        fetch_one(&[&serve(&content().0, manner)], folder.path()).unwrap_err();
        assert!(fs::read(&part).unwrap() == content().0[..150_000]);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let good = serve(&content().0, Manner::Ranges);
        fetch_one(&[&good], folder.path()).unwrap();
        assert_eq!(*good.requests.lock().unwrap(), ["bytes=150000-"]);
    }
}

#[test]
fn a_page_is_no_part_of_a_file() {
    for manner in [Manner::Page, Manner::PageInDisguise] {
        let folder = tempfile::tempdir().unwrap();
        let text = fetch_one(&[&serve(&content().0, manner)], folder.path()).unwrap_err().to_string();
        assert!(text.contains("it sends a page (HTML), such as that of a log-in"), "{text}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

#[test]
fn what_another_process_downloads_is_left_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let part = folder.path().join("a.gz.part");
    fs::write(&part, b"of another process").unwrap();
    let claim = thalweg_kit::Claim::of(&part).unwrap().unwrap();
    fetch_one(&[&serve(&content().0, Manner::HangsUpAfter(0))], folder.path()).unwrap_err();
    fetch_one(&[&serve(&content().0, Manner::Ranges)], folder.path()).unwrap();
    drop(claim);
    assert_eq!(fs::read(&part).unwrap(), b"of another process");
    fs::remove_file(part).unwrap();
    assert_complete(folder.path());
}

#[test]
fn downloads_that_begin_together_all_succeed() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(&content().0, Manner::Ranges);
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| fetch_one(&[&server], folder.path()).unwrap());
        }
    });
    assert_complete(folder.path());
}

#[test]
fn without_a_good_mirror_the_error_tells_what_each_did_and_nothing_wrong_stays() {
    let folder = tempfile::tempdir().unwrap();
    let (corrupt, gone) = (serve(&content().0, Manner::Corrupts), serve(&content().0, Manner::NotFound));
    let text = fetch_one(&[&corrupt, &gone], folder.path()).unwrap_err().to_string();
    assert!(text.contains("wrong checksum"), "{text}");
    assert!(text.contains("it does not have the file (404)"), "{text}");
    assert!(text.contains("--mirror URL"), "{text}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "the part file is removed");
}

#[test]
fn a_server_that_is_not_there_is_an_error_and_the_part_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.gz.part"), &content().0[..10]).unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let nobody = Server { address: format!("http://127.0.0.1:{port}/"), requests: Arc::default() };
    let text = fetch_one(&[&nobody], folder.path()).unwrap_err().to_string();
    assert!(text.contains("cannot download a.gz") && text.contains("Check the network"), "{text}");
    assert_eq!(fs::read(folder.path().join("a.gz.part")).unwrap(), content().0[..10]);
}

#[test]
fn names_and_addresses_are_checked_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let text = |name, mirror| get(name, folder.path(), mirror, &mut |_, _| {}).unwrap_err().to_string();
    assert_eq!(
        text("fashion-mnits", None),
        "`fashion-mnits` cannot be downloaded; did you mean `fashion-mnist`?"
    );
    assert!(text("mnist", Some("ftp://example.org")).contains("should start with https:// or http://"));
}
