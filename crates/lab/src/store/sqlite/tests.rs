use std::collections::BTreeMap;
use std::fs;

use super::super::schema::ADDED;
use super::super::{Soundness, reading};
use super::*;
use crate::cell::{Stage, WorkloadHash};
use crate::experiment::tests::checked;
use crate::outcome::{Curve, Inside, Prediction};

fn cell(seed: u64) -> Cell {
    let experiment = checked("[problem]\ndataset = \"digits\"").unwrap();
    Cell {
        problem: 0,
        workload: WorkloadHash::of(&experiment.problems[0].workload),
        arm: 0,
        label: "sgd".into(),
        rule: "sgd".into(),
        dialect: "torch".into(),
        hyperparameters: BTreeMap::from([("learning_rate".into(), 0.1)]),
        around: Default::default(),
        own: None,
        seed,
        divisor: 1,
        stage: Stage::Final,
    }
}

fn outcome() -> Outcome {
    Outcome {
        validation: 0.1 + 0.2,
        validation_curve: Curve { steps: vec![1, 2], values: vec![0.1, 0.2] },
        training_loss: Curve { steps: vec![5], values: vec![2.5] },
        test: None,
        unsealed: false,
        diverged_at: None,
        steps_to_target: Some(3),
        seconds_per_step: 1e-6,
        inside: Inside::default(),
        predictions: vec![Prediction { example: 4, class: 2, probability: 0.75 }],
        correct: vec![0b1011, 1],
    }
}

#[test]
fn what_is_stored_comes_back_bit_by_bit_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("race.sqlite");
    let id = cell(1).id("");
    let mut store = SqliteStore::open(&path).unwrap();
    assert_eq!(store.get(&id).unwrap(), None);
    store.put(&id, &cell(1), &outcome()).unwrap();
    drop(store);
    let mut store = SqliteStore::open(&path).unwrap();
    assert_eq!(store.get(&id).unwrap(), Some(outcome()));

    let diverged = Outcome { validation: f64::NAN, diverged_at: Some(17), ..outcome() };
    store.put(&cell(2).id(""), &cell(2), &diverged).unwrap();
    let again = store.get(&cell(2).id("")).unwrap().unwrap();
    assert!(again.validation.is_nan() && again.diverged_at == Some(17));
    assert_eq!(store.count().unwrap(), 2);
}

#[test]
fn storing_again_changes_nothing_but_opening_the_seal() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = SqliteStore::open(&folder.path().join("race.sqlite")).unwrap();
    let id = cell(1).id("");
    let curve = Curve { steps: vec![1, 2], values: vec![2.0, 1.0] };
    let inside = Inside { gradient_norm: curve, dead: Some(0.5), ..Inside::default() };
    let unsealed = Outcome { test: Some(0.9), unsealed: true, inside, ..outcome() };
    store.put(&id, &cell(1), &outcome()).unwrap();
    store.put(&id, &cell(1), &unsealed).unwrap();
    store.put(&id, &cell(1), &outcome()).unwrap();
    assert_eq!(store.get(&id).unwrap(), Some(unsealed));
    assert_eq!(store.count().unwrap(), 1);
}

#[test]
fn two_programs_may_use_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("race.sqlite");
    let mut one = SqliteStore::open(&path).unwrap();
    let mut two = SqliteStore::open(&path).unwrap();
    one.put(&cell(1).id(""), &cell(1), &outcome()).unwrap();
    two.put(&cell(2).id(""), &cell(2), &outcome()).unwrap();
    assert_eq!((one.count().unwrap(), two.count().unwrap()), (2, 2));
}

#[test]
fn strange_and_damaged_files_are_named_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    fs::write(&text, "these are my notes, and they are longer than a header\n".repeat(50)).unwrap();
    assert!(matches!(SqliteStore::open(&text), Err(StoreError::Foreign { .. })));
    assert!(fs::read_to_string(&text).unwrap().starts_with("these are my notes"));

    let other = folder.path().join("other.sqlite");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE songs (title TEXT)").unwrap();
    let error = SqliteStore::open(&other).unwrap_err();
    assert!(error.to_string().contains("other.sqlite is not a Thalweg results file"), "{error}");

    let missing = SqliteStore::open(&folder.path().join("no/such/folder/race.sqlite"));
    assert!(matches!(missing, Err(StoreError::Open { .. })), "{missing:?}");

    let damaged = folder.path().join("damaged.sqlite");
    let mut store = SqliteStore::open(&damaged).unwrap();
    let long = Outcome {
        training_loss: Curve { steps: (0..20_000).collect(), values: vec![1.0; 20_000] },
        ..outcome()
    };
    store.put(&cell(1).id(""), &cell(1), &long).unwrap();
    drop(store);
    let bytes = fs::read(&damaged).unwrap();
    fs::write(&damaged, &bytes[..bytes.len() / 2]).unwrap();
    let failure = SqliteStore::open(&damaged).and_then(|store| store.get(&cell(1).id("")));
    assert!(matches!(failure, Err(StoreError::Damaged { .. })), "{failure:?}");
}

#[test]
fn a_full_disk_keeps_what_was_saved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("race.sqlite");
    let mut store = SqliteStore::open(&path).unwrap();
    store.put(&cell(1).id(""), &cell(1), &outcome()).unwrap();
    // A limit on the file's size is a full disk as far as SQLite is concerned.
    store.connection().execute_batch("PRAGMA max_page_count = 5").unwrap();
    let large = Outcome {
        training_loss: Curve { steps: (0..20_000).collect(), values: vec![1.0; 20_000] },
        ..outcome()
    };
    let error = store.put(&cell(2).id(""), &cell(2), &large).unwrap_err();
    assert!(matches!(error, StoreError::Full { .. }), "{error}");
    assert_eq!(store.get(&cell(1).id("")).unwrap(), Some(outcome()));
    drop(store);
    assert_eq!(SqliteStore::open(&path).unwrap().count().unwrap(), 1);
}

#[test]
fn files_of_older_layouts_gain_the_columns_and_keep_their_results() {
    let folder = tempfile::tempdir().unwrap();
    let older = |layout: i32| {
        let path = folder.path().join(format!("layout-{layout}.sqlite"));
        let mut store = SqliteStore::open(&path).unwrap();
        store.put(&cell(1).id(""), &cell(1), &outcome()).unwrap();
        for (column, _) in ADDED.iter().filter(|(_, since)| layout < *since) {
            store.connection().execute_batch(&format!("ALTER TABLE cells DROP COLUMN {column}")).unwrap();
        }
        let back = format!("DROP TABLE looks; PRAGMA user_version = {layout}; PRAGMA journal_mode = DELETE");
        store.connection().execute_batch(&back).unwrap();
        (path, if layout < 4 { Outcome { correct: vec![], ..outcome() } } else { outcome() })
    };
    for (path, expected) in [2, 3, 4].map(older) {
        // Several programs may come upon it at once.
        std::thread::scope(|scope| {
            let open = || SqliteStore::open(&path).map(drop).unwrap();
            (0..4).map(|_| scope.spawn(open)).for_each(drop);
        });
        for looks in [vec![5], vec![5, 9]] {
            let mut store = SqliteStore::open(&path).unwrap();
            assert_eq!(store.get(&cell(1).id("")).unwrap(), Some(expected.clone()));
            store.put(&cell(2).id(""), &cell(2), &outcome()).unwrap();
            assert_eq!(store.get(&cell(2).id("")).unwrap(), Some(outcome()));
            let seeds = *looks.last().unwrap();
            assert_eq!(store.look("rules", seeds).unwrap(), looks);
            assert_eq!(
                store.look("rules", seeds).unwrap(),
                looks,
                "looking again at as many seeds is the same look"
            );
            assert_eq!(store.look("others", 3).unwrap(), [3]);
            // Of the older run nobody knows on which problem it was.
            assert_eq!(store.tried(&cell(2).workload, "").unwrap().configurations, 1);
        }
    }
}

#[test]
fn a_file_of_another_version_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("race.sqlite");
    SqliteStore::open(&path).unwrap().connection().execute_batch("PRAGMA user_version = 9").unwrap();
    assert!(matches!(SqliteStore::open(&path), Err(StoreError::Layout { found: 9, .. })));
}

#[test]
fn a_cell_is_claimed_by_one_program_until_it_is_done_or_gone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("race.sqlite");
    let mut one = SqliteStore::open(&path).unwrap();
    let mut two = SqliteStore::open(&path).unwrap();
    let id = |seed: u64| cell(seed).id("");
    assert!(one.claim(&id(1)).unwrap() && one.claim(&id(1)).unwrap(), "one's own claim holds");
    assert!(!two.claim(&id(1)).unwrap());
    assert!(two.claim(&id(2)).unwrap() && !one.claim(&id(2)).unwrap());
    // Given up, done, or left behind: open again.
    one.release(&id(1)).unwrap();
    assert!(two.claim(&id(1)).unwrap());
    two.put(&id(1), &cell(1), &outcome()).unwrap();
    assert!(one.claim(&id(1)).unwrap());
    drop(two);
    assert!(one.claim(&id(2)).unwrap());
    // Another's claim cannot be given up.
    let mut three = SqliteStore::open(&path).unwrap();
    three.release(&id(2)).unwrap();
    assert!(!three.claim(&id(2)).unwrap());
    // A program that has said nothing for long, or is no process of this machine any more, is dead.
    let other = Connection::open(&path).unwrap();
    other.execute("UPDATE workers SET seen = seen - 60", []).unwrap();
    assert!(three.claim(&id(2)).unwrap());
    // So is one that was seen in the future: its clock was wrong, and it would hold its cells for years.
    other.execute("INSERT INTO workers SELECT 'elsewhere 7 0', max(seen) + 1e9 FROM workers", []).unwrap();
    other.execute("INSERT INTO claims VALUES (?1, 'elsewhere 7 0')", [id(8).as_str()]).unwrap();
    assert_eq!(three.holder(&id(8)).unwrap().as_deref(), Some("process 7 on another machine"));
    assert!(three.claim(&id(8)).unwrap());
}

#[test]
fn the_experiment_stands_beside_its_results() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("race.sqlite");
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(store.experiment().unwrap(), None);
    store.keep_experiment("seed = 1").unwrap();
    store.keep_experiment("seed = 2").unwrap();
    assert_eq!(SqliteStore::open(&path).unwrap().experiment().unwrap().as_deref(), Some("seed = 2"));
}

#[test]
fn experiments_in_one_file_stay_apart_and_the_last_one_begun_is_at_hand() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("race.sqlite");
    let experiment = checked("name = \"race\"\n[problem]\ndataset = \"digits\"").unwrap();
    let [one, two] = ["1", "2"].map(|code| Origin::comparison(&experiment, code, |_| String::new()));
    let mut store = SqliteStore::open(&path).unwrap();
    let tried = Cell { stage: Stage::Tuning { trial: 0 }, ..cell(1) };
    let put = |store: &mut SqliteStore, cell: &Cell| {
        let id = cell.id("");
        let problem = "digits";
        store.note(&[Use { id: id.clone(), cell, problem, metric: Metric::Accuracy }]).unwrap();
        store.put(&id, cell, &Outcome { test: Some(0.9), unsealed: true, ..outcome() }).unwrap();
    };
    // What nobody claims: a dry run, or an earlier version.
    store.put(&cell(9).id(""), &cell(9), &outcome()).unwrap();
    store.begin(&one).unwrap();
    put(&mut store, &tried);
    put(&mut store, &cell(1));
    put(&mut store, &cell(2));
    store.begin(&two).unwrap();
    put(&mut store, &cell(2));
    assert_eq!(store.origins().unwrap(), [one.clone(), two.clone()]);

    let seen = |origin: &Origin| -> Vec<(String, u64, Option<f64>)> {
        let records = store.records(origin).unwrap();
        assert!(records.iter().all(|record| record.experiment == "race" && record.problem == "digits"));
        assert!(records.iter().all(|record| record.experiment_hash == origin.hash));
        records.into_iter().map(|record| (record.stage, record.seed, record.outcome.test)).collect()
    };
    // One run serves two stages; only the final one sees the test split.
    let of = |stage: &str, seed, test| (stage.to_string(), seed, test);
    let finals = [of("tuning", 1, None), of("final", 1, Some(0.9)), of("final", 2, Some(0.9))];
    assert_eq!(seen(&one), finals);
    assert_eq!(seen(&two), [of("final", 2, Some(0.9))]);
    let unclaimed = store.unclaimed().unwrap();
    assert_eq!(unclaimed.len(), 1);
    assert_eq!((unclaimed[0].seed, unclaimed[0].problem.as_str()), (9, "problem 0"));
    assert_eq!(store.count_of_others(&one).unwrap(), 2);
    assert_eq!(store.count_of_others(&two).unwrap(), 4);

    // An experiment that is begun again is at hand again, and keeps what it concluded.
    let mut store = SqliteStore::open(&path).unwrap();
    store
        .connection()
        .execute("UPDATE experiments SET result = 'kept' WHERE hash = ?1", [&one.hash])
        .unwrap();
    store.begin(&one).unwrap();
    assert_eq!(store.origins().unwrap(), [two, one.clone()]);
    assert!(matches!(store.result(&one), Err(StoreError::Damaged { .. })), "it is there, and is no result");
}

#[test]
fn a_file_of_an_earlier_version_names_no_experiment() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("race.sqlite");
    let mut store = SqliteStore::open(&path).unwrap();
    store.put(&cell(1).id(""), &cell(1), &outcome()).unwrap();
    // It may be one that can only be read, and then it stays without the tables.
    store.connection().execute_batch("DROP TABLE uses; DROP TABLE experiments").unwrap();
    assert_eq!(store.origins().unwrap(), []);
    assert_eq!(store.unclaimed().unwrap().len(), 1);
    drop(store);
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(store.origins().unwrap(), []);
    assert_eq!(store.unclaimed().unwrap().len(), 1);
}

#[test]
fn a_file_that_was_being_made_opens_again() {
    let folder = tempfile::tempdir().unwrap();
    // What a kill left behind at each moment: nothing, the write-ahead log, and some tables of earlier versions, unmarked.
    let steps = [
        "PRAGMA journal_mode = WAL",
        "CREATE TABLE workers (name TEXT PRIMARY KEY, seen REAL NOT NULL)",
        "CREATE TABLE claims (id TEXT PRIMARY KEY, worker TEXT NOT NULL)",
        "CREATE TABLE experiment (only INTEGER PRIMARY KEY, document TEXT NOT NULL)",
    ];
    for count in 0..=steps.len() {
        let path = folder.path().join(format!("killed-{count}.sqlite"));
        Connection::open(&path).unwrap().execute_batch(&steps[..count].join(";")).unwrap();
        let mut store = SqliteStore::open(&path).unwrap();
        store.put(&cell(1).id(""), &cell(1), &outcome()).unwrap();
        drop(store);
        assert_eq!(SqliteStore::open(&path).unwrap().count().unwrap(), 1);
    }
    // Another program's table of the same name, or a view beside ours, is not ours.
    for (name, foreign) in [
        ("insurance", "CREATE TABLE claims (number INTEGER, customer TEXT)"),
        (
            "view",
            "CREATE TABLE claims (id TEXT PRIMARY KEY, worker TEXT NOT NULL); CREATE VIEW cells AS SELECT 1 AS id",
        ),
    ] {
        let path = folder.path().join(name);
        Connection::open(&path).unwrap().execute_batch(foreign).unwrap();
        assert!(matches!(SqliteStore::open(&path), Err(StoreError::Foreign { .. })), "{name}");
    }
}

#[test]
fn programs_that_begin_at_once_share_a_new_file() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..20 {
        let path = folder.path().join(format!("{round}.sqlite"));
        std::thread::scope(|scope| {
            let open = || {
                SqliteStore::open(&path).and_then(|store| store.count()).map_err(|error| error.to_string())
            };
            let opened: Vec<_> = (0..4).map(|_| scope.spawn(open)).collect();
            for one in opened {
                assert_eq!(one.join().unwrap(), Ok(0), "round {round}");
            }
        });
    }
}

#[test]
fn a_flipped_bit_never_gives_another_result() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("race.sqlite");
    let mut store = SqliteStore::open(&path).unwrap();
    store.keep_experiment("seed = 1").unwrap();
    store.put(&cell(1).id(""), &cell(1), &outcome()).unwrap();
    store.put(&cell(1).id(""), &cell(1), &Outcome { test: Some(0.9), unsealed: true, ..outcome() }).unwrap();
    let rules = "the looks at these rules";
    assert_eq!((store.look(rules, 5).unwrap(), store.look(rules, 9).unwrap()), (vec![5], vec![5, 9]));
    let expected = store.get(&cell(1).id("")).unwrap();
    drop(store);
    assert_eq!(SqliteStore::check(&path).unwrap(), Soundness { sound: 1, ..Soundness::default() });
    let whole = fs::read(&path).unwrap();
    let flipped = folder.path().join("flipped.sqlite");
    let (mut named, mut survived) = (0, 0);
    // Every byte that says something and some of the free space between, and another bit of each.
    for at in (0..whole.len()).filter(|&at| whole[at] != 0 || at % 16 == 0) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        fs::write(&flipped, bytes).unwrap();
        let read = SqliteStore::open(&flipped).and_then(|mut store| {
            Ok((store.get(&cell(1).id(""))?, store.look(rules, 9)?, store.experiment()?))
        });
        match read {
            Err(_) => named += 1,
            Ok((found, looks, experiment)) => {
                // A run whose name is lost is run once more.
                assert!(found.is_none() || found == expected, "byte {at}");
                assert_eq!(looks, [5, 9], "byte {at}");
                assert!(experiment.is_none_or(|text| text == "seed = 1"), "byte {at}");
                survived += 1;
            }
        }
        ["-wal", "-shm"].iter().for_each(|end| drop(fs::remove_file(format!("{}{end}", flipped.display()))));
    }
    assert!(named > 500 && survived > 500, "{named} named, {survived} survived");
}

#[test]
fn a_damaged_run_is_named_by_a_check() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("race.sqlite");
    let mut store = SqliteStore::open(&path).unwrap();
    for seed in 1..=3 {
        store.put(&cell(seed).id(""), &cell(seed), &outcome()).unwrap();
    }
    let id = cell(2).id("");
    store.connection().execute("UPDATE cells SET validation = 0.5 WHERE id = ?1", [id.as_str()]).unwrap();
    store
        .connection()
        .execute("UPDATE cells SET checksum = x'' WHERE id = ?1", [cell(3).id("").as_str()])
        .unwrap();
    let error = store.get(&id).unwrap_err().to_string();
    assert!(error.contains("does not fit its checksum") && error.contains("race.sqlite-wal"), "{error}");
    drop(store);
    let found = SqliteStore::check(&path).unwrap();
    assert_eq!(found, Soundness { sound: 1, unsealed: 1, damaged: vec![id.as_str().into()], faults: vec![] });
}

#[test]
fn a_file_is_read_while_others_write_and_where_nothing_can_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("race #1?.sqlite");
    let mut writer = SqliteStore::open(&path).unwrap();
    writer.put(&cell(1).id(""), &cell(1), &outcome()).unwrap();
    let reader = SqliteStore::read(&path).unwrap();
    writer.put(&cell(2).id(""), &cell(2), &outcome()).unwrap();
    assert_eq!(reader.count().unwrap(), 2);
    assert!(reader.keep_experiment("seed = 1").is_err(), "a reader changes nothing");
    // As a kill leaves it, the results are in the log: they are read from a copy.
    let log = reading::write_ahead_log(&path);
    assert!(fs::metadata(&log).unwrap().len() > 0);
    let count = |opened: &Opened| -> i64 {
        opened.connection.query_row("SELECT count(*) FROM cells", [], |row| row.get(0)).unwrap()
    };
    let opened = Opened::undisturbed(&path).ok().unwrap();
    assert!(opened._copy.is_some() && count(&opened) == 2);
    drop((reader, writer, opened));
    assert!(!log.exists());
    let opened = Opened::undisturbed(&path).ok().unwrap();
    assert!(opened._copy.is_none() && count(&opened) == 2);
    // A file in which there is nothing yet is named as such.
    let empty = folder.path().join("empty.sqlite");
    fs::write(&empty, "").unwrap();
    assert!(matches!(SqliteStore::read(&empty), Err(StoreError::Empty { .. })));
    assert!(matches!(SqliteStore::read(&folder.path().join("no.sqlite")), Err(StoreError::Open { .. })));
}

#[test]
fn a_file_with_a_program_in_it_is_refused() {
    for program in [
        "CREATE TRIGGER more AFTER INSERT ON cells BEGIN DELETE FROM looks; END",
        "CREATE VIEW more AS SELECT * FROM cells",
        "DROP TABLE looks; CREATE VIEW looks AS SELECT 1 AS number, 'a' AS rules, 5 AS seeds",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("race.sqlite");
        drop(SqliteStore::open(&path).unwrap());
        Connection::open(&path).unwrap().execute_batch(program).unwrap();
        for result in [SqliteStore::open(&path), SqliteStore::read(&path)] {
            assert!(matches!(result, Err(StoreError::Program { .. })), "{program}: {result:?}");
        }
    }
}
