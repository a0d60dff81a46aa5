//! Watching an execution: what the subject looks like after each step is what it is, and the search does not know that anybody looked.

use explore::engine::Engine;
use explore::job::Job;
use linear::{Program, Snapshot, Step, Verdict};
use runner::plan::Planned;
use runner::pool::{self, News, Settings};
use std::sync::Arc;
use std::time::Duration;
use test_support::hang::{TEST, watch_for};
use verify::subjects;

fn run(job: Job) -> Verdict {
    let settings = Settings {
        workers: 1,
        patience: Duration::from_secs(60),
        interrupted: Arc::default(),
        program: Some(env!("CARGO_BIN_EXE_verify").into()),
    };
    let mut found = None;
    pool::run(vec![Planned::Job(Box::new(job)).task()], &settings, |news| {
        if let News::Verdict(verdict) = news {
            found = Some(*verdict);
        }
    });
    found.expect("a verdict")
}

fn program(subject: &str, text: &str) -> Program {
    Program::parse(subjects::by_name(subject).expect("a subject"), text).expect("a program")
}

/// A program of each subject.
const PROGRAMS: [(&str, &str); 8] = [
    ("map", "store a 1; delete a || load_or_store a 2 || store b 1; load a"),
    ("map", "store a 1; range; store b 1 || delete a; range || swap a 2; load b"),
    ("counter", "|| add 1; get || reset_and_get"),
    ("countermap", "add a 1 || remove a || add a 2"),
    ("cache", "|| get_or_insert a 1 || get_or_insert a 2; get a"),
    ("registry", "register a 1 || unregister a 1 || start a"),
    ("config", "set a 1 || set a 2; remove a || get a"),
    ("boundedcache", "insert a 1 || insert b 2 || get a"),
];

#[test]
fn a_search_in_which_each_execution_is_watched_explores_what_it_explores_anyway() {
    let _watch = watch_for("the test", TEST);
    for (subject, text) in PROGRAMS {
        for engine in [Engine::LoomEager, Engine::ShuttleSleep] {
            let job = Job::new(&program(subject, text), engine);
            let (alone, watched) = (run(job.clone()), run(Job { watch: true, ..job }));
            let what = |verdict: &Verdict| {
                (verdict.verdict, verdict.executions, verdict.executions_by_outcome.clone())
            };
            assert_eq!(what(&alone), what(&watched), "{subject}: {text} on {engine}");
            assert!(
                alone.executions > 1 && alone.failure.is_none(),
                "{subject}: {text}: {:?}",
                alone.failure
            );
        }
    }
}

/// An execution with this outcome, watched.
fn example(subject: &str, text: &str, outcome: &str, engine: Engine) -> Vec<Step> {
    let mut job = Job::new(&program(subject, text), engine);
    job.example_of = Some(outcome.to_owned());
    job.watch = true;
    run(job).example.expect("an execution with this outcome").steps
}

/// What the tables hold, key by key: dirty has the last word of a key that read lacks.
fn live(snapshot: &Snapshot) -> Vec<String> {
    let rows = snapshot.tables.iter().flat_map(|table| &table.rows);
    let mut live: Vec<String> = rows
        .filter(|row| !matches!(row.holds.as_str(), "deleted" | "expunged"))
        .map(|row| format!("{}:{}", row.key, row.holds))
        .collect();
    live.sort();
    live.dedup();
    live
}

#[test]
fn the_last_look_of_an_execution_shows_the_contents_that_its_outcome_has() {
    let _watch = watch_for("the test", TEST);
    let text = "store a 1; delete a || load_or_store a 2 || store b 1; load a";
    let job = Job::new(&program("map", text), Engine::ShuttleSleep);
    let outcomes = run(job).outcome_set;
    assert!(outcomes.len() > 1, "{outcomes:?}");
    for outcome in outcomes {
        for engine in [Engine::LoomLeak, Engine::ShuttleSleep] {
            let steps = example("map", text, &outcome, engine);
            let last = steps.iter().rev().find_map(|step| step.snapshot.as_ref()).expect("it was watched");
            let (_, contents) = outcome.rsplit_once("-> ").expect("contents");
            assert_eq!(format!("{{{}}}", live(last).join(" ")), contents, "{outcome} on {engine}");
        }
    }
}

#[test]
fn what_a_thread_does_shows_at_its_own_steps_and_objects_have_names_that_tell_what_they_are() {
    let _watch = watch_for("the test", TEST);
    let text = "store a 1; range || delete a || load a";
    let steps = example("map", text, "true || absent -> {}", Engine::ShuttleSleep);
    let mut before: Option<&Snapshot> = None;
    let mut deletions = 0;
    for step in steps.iter().filter(|step| step.thread < 2) {
        if let (Some(before), Some(now)) = (before, &step.snapshot)
            && before.tables != now.tables
        {
            // The only change of the tables is the deletion: that of thread 0, by an exchange of the slot.
            let shown = step.shown.as_ref().expect("names");
            assert_eq!((step.thread, step.action.as_str()), (0, "Exchange"), "{step:?}");
            assert_eq!(shown.object, "slot(a)");
            assert_eq!(shown.before.as_deref(), Some("1"));
            assert_eq!((shown.seen.as_deref(), shown.written.as_deref()), (Some("1"), Some("deleted")));
            assert_eq!((live(before), live(now)), (vec!["a:1".to_owned()], vec![]));
            deletions += 1;
        }
        before = step.snapshot.as_ref().or(before);
    }
    assert_eq!(deletions, 1);
    let names: Vec<&str> =
        steps.iter().filter_map(|step| step.shown.as_ref()).map(|shown| shown.object.as_str()).collect();
    for name in ["read", "slot(a)", "entry(a)", "value 1", "table #1", "deleted"] {
        assert!(names.contains(&name), "{name} is missing: {names:?}");
    }
}

#[test]
fn dirty_changes_at_steps_of_the_thread_that_holds_the_mutex_and_at_no_others() {
    let _watch = watch_for("the test", TEST);
    // The load comes between the insertion into dirty and the unlock.
    let text = "store a 1; store b 1; delete a || store a 2 || load a";
    let steps = example("map", text, "() || 2 -> {a:2 b:1}", Engine::ShuttleSleep);
    let keys = |snapshot: &Snapshot| -> Vec<(String, u32)> {
        let dirty = snapshot.tables.iter().filter(|table| table.name == "dirty");
        dirty.flat_map(|table| &table.rows).map(|row| (row.key.clone(), row.object)).collect()
    };
    let (mut holder, mut before, mut changes, mut beside) = (None, Vec::new(), 0, 0);
    for step in &steps {
        match step.action.as_str() {
            "Lock" => holder = Some(step.thread),
            "Unlock" => holder = None,
            _ => beside += usize::from(holder.is_some_and(|holder| holder < 2 && holder != step.thread)),
        }
        if let Some(now) = step.snapshot.as_ref().map(keys) {
            if now != before && step.thread < 2 {
                assert_eq!(holder, Some(step.thread), "{before:?}, and then {now:?}: {step:?}");
                changes += 1;
            }
            before = now;
        }
    }
    assert!(changes > 1 && beside > 0, "{changes} changes, {beside} steps beside the holder");
}

#[test]
fn each_subject_says_what_it_looks_like() {
    let _watch = watch_for("the test", TEST);
    for (subject, text) in PROGRAMS {
        let outcomes = run(Job::new(&program(subject, text), Engine::ShuttleSleep)).outcome_set;
        let outcome = outcomes.first().expect("an outcome");
        let steps = example(subject, text, outcome, Engine::ShuttleSleep);
        let looks: Vec<&Snapshot> = steps.iter().filter_map(|step| step.snapshot.as_ref()).collect();
        assert!(looks.iter().any(|look| !look.tables.is_empty() || !look.facts.is_empty()), "{subject}");
        assert!(looks.iter().all(|look| look.broken.is_none()), "{subject}: {looks:?}");
    }
}
