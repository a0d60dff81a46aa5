//! The list of steps is read from the source, and an access that it lacks ends a program of a family with "unknown step". So each
//! subject must know its own accesses: here by the source alone, and by the smallest programs of its families.

use explore::engine::Engine;
use linear::Templates;
use runner::batch::Batch;
use runner::families::{Family, programs};
use runner::pool;
use runner::pool::{News, Settings};
use runner::source::numbers;
use runner::task::{Task, Told};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use test_support::hang::{TEST, watch_for};
use verify::certificates::provenance as sources;
use verify::certificates::steps::steps_of;
use verify::subjects::{self, Entry, with_families};

/// The constants of `src/orderings.rs` and the ids of their rows, read otherwise than the list of steps reads them: word by
/// word, wherever a row is broken.
fn orderings() -> BTreeMap<&'static str, &'static str> {
    let text = sources::text("src/orderings.rs").unwrap();
    let rows = text.split("pub(crate) static ").skip(1);
    let row = |row: &'static str| (row.split(':').next().unwrap(), row.split('"').nth(1).unwrap());
    rows.map(row).collect()
}

/// The orderings that the code of a file names.
fn named_in<'o>(text: &str, orderings: &BTreeMap<&'o str, &'o str>) -> BTreeSet<&'o str> {
    let code = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    let words = code.flat_map(|line| line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'));
    words.filter_map(|word| orderings.get(word).copied()).collect()
}

/// Whether a file decides the steps of a subject.
fn is_of(subject: &Entry, file: &str) -> bool {
    let own = |own: &str| file == own || (own.ends_with('/') && file.starts_with(own));
    subject.sources.iter().any(|source| own(source)) || (subject.on_map && file.starts_with("map/"))
}

#[test]
fn every_ordering_that_a_subject_names_is_a_step_of_it() {
    let _watch = watch_for("the test", TEST);
    subjects::install();
    let orderings = orderings();
    assert_eq!(orderings.len(), sync_map::orderings::ALL.len(), "{orderings:?}");
    let mut of_any = BTreeSet::new();
    for subject in with_families() {
        let steps = &steps_of(subject.name()).unwrap().steps;
        for (name, text) in sources::checked(subject) {
            let file = name.trim_start_matches("src/");
            if !is_of(subject, file) {
                continue;
            }
            for id in named_in(text, &orderings) {
                let is_step = |step: &runner::source::Step| {
                    step.name.split(' ').next() == Some(id) && step.place.starts_with(&format!("{file}:"))
                };
                assert!(steps.iter().any(is_step), "{}: {id} of {file} is no step", subject.name());
                of_any.insert(id);
            }
        }
    }
    let all: BTreeSet<&str> = orderings.values().copied().collect();
    assert_eq!(of_any, all, "an ordering that no subject has is checked by no family");
}

/// Runs the programs of a family by the search that is quickest: the steps that they took. An access that the list lacks is a
/// failure "unknown step".
fn taken(family: &Family) -> BTreeSet<usize> {
    let programs: Vec<(usize, String)> = programs(family).into_iter().enumerate().collect();
    let count = programs.len();
    let batch = |programs: &[(usize, String)]| {
        Box::new(Batch {
            family: 0,
            subject: family.subject.clone(),
            programs: programs.to_vec(),
            engines: vec![Engine::ShuttleSleep],
            bound: None,
            budget: None,
            lawless: false,
            eager_may_follow: false,
            weak_on_loom: false,
            crippled: None,
        }) as Box<dyn Task>
    };
    let settings = Settings {
        workers: 2,
        patience: Duration::from_secs(30),
        interrupted: Arc::new(AtomicBool::new(false)),
        program: Some(env!("CARGO_BIN_EXE_verify").into()),
    };
    let (mut steps, mut through) = (BTreeSet::new(), 0);
    pool::run(programs.chunks(32).map(batch).collect(), &settings, |news| match news {
        News::Told(Told::Program(result)) => {
            through += 1;
            steps.extend(numbers(&result.steps));
        }
        News::Verdict(verdict) => panic!("{family}: {verdict:#?}"),
        _ => {}
    });
    assert_eq!(through, count, "{family}");
    steps
}

/// One thread over one key and over two (the second evicts from the bounded cache), then two threads over one key: not all
/// of those of the caches, of which three take most of the time.
fn smallest(subject: &Entry) -> [Family; 3] {
    let family = |size: &str, keys: usize| {
        let keys = subject.subject().templates.is_some_and(Templates::has_keys).then_some(keys);
        Family::new(subject.name(), size.parse().unwrap(), keys).unwrap()
    };
    let two = family("2x1", 1);
    let is_cache = subject.name().ends_with("cache");
    let ops = ["get", "insert", "cleanup"].map(str::to_owned);
    [family("1x1", 1), family("1x1", 2), if is_cache { two.with_ops(&ops).unwrap() } else { two }]
}

#[test]
fn the_smallest_programs_of_each_subject_take_known_steps() {
    let _watch = watch_for("the test", TEST);
    subjects::install();
    let mut of_any = BTreeSet::new();
    for subject in with_families() {
        let steps = &steps_of(subject.name()).unwrap().steps;
        let numbers: BTreeSet<usize> = smallest(subject).iter().flat_map(taken).collect();
        of_any.extend(numbers.into_iter().filter_map(|number| steps[number].name.split(' ').next()));
    }
    let all = orderings();
    let missed: Vec<_> = all.iter().filter(|(_, id)| !of_any.contains(*id)).collect();
    assert!(missed.is_empty(), "no program takes an access with {missed:?}: the runs note nothing");
}
