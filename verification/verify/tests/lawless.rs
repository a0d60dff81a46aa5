//! Lawless users: the smallest programs that found a fault of the code as it was hold on the code as it is; and what looks for such
//! programs sees a fault when there is one.

use explore::engine::Engine;
use explore::job::Job;
use linear::Program;
use linear::{Level, Verdict};
use runner::families::Family;
use runner::families::FamilyRun;
use runner::families::ways;
use runner::plan::{Plan, Planned};
use runner::pool;
use runner::pool::{News, Settings};
use runner::source::Unknown;
use runner::task::ProgramResult;
use runner::task::{Task, Told};
use runner::tasks::JobTask;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use test_support::hang::{TEST, watch_for};
use verify::subjects;

fn settings() -> Settings {
    Settings {
        workers: 2,
        patience: Duration::from_secs(30),
        interrupted: Arc::new(AtomicBool::new(false)),
        program: Some(env!("CARGO_BIN_EXE_verify").into()),
    }
}

fn parse(subject: &str, text: &str) -> Program {
    Program::parse(subjects::by_name(subject).unwrap(), text).unwrap_or_else(|error| panic!("{error}"))
}

/// The verdicts of programs, in any order.
fn verdicts(engine: Engine, programs: &[(&str, &str)]) -> Vec<Verdict> {
    let task = |(subject, text): &(&str, &str)| {
        Box::new(JobTask(Box::new(Job::new(&parse(subject, text), engine)))) as Box<dyn Task>
    };
    let mut verdicts = Vec::new();
    pool::run(programs.iter().map(task).collect(), &settings(), |news| {
        if let News::Verdict(verdict) = news {
            verdicts.push(*verdict);
        }
    });
    assert_eq!(verdicts.len(), programs.len());
    verdicts
}

fn verdict(subject: &str, text: &str) -> Verdict {
    verdicts(Engine::ShuttleSleep, &[(subject, text)]).remove(0)
}

fn kind(verdict: &Verdict) -> &str {
    verdict.failure.as_ref().map_or("", |failure| &failure.kind)
}

/// Runs a family; how many programs are through, and the variants of them.
fn family(subject: &str, size: &str, ops: &[&str]) -> (usize, Vec<ProgramResult>, Vec<Verdict>) {
    let ops: Vec<String> = ops.iter().map(|op| (*op).to_owned()).collect();
    let family = Family::new(subject, size.parse().unwrap(), None).and_then(Family::with_lawless_users);
    let family = family.and_then(|family| family.with_ops(&ops)).unwrap();
    let mut plan = Plan::default();
    plan.family(&FamilyRun::new(family), &Unknown);
    let programs = plan.programs().count();
    let (mut results, mut failed) = (Vec::new(), Vec::new());
    pool::run(plan.tasks.into_iter().map(Planned::task).collect(), &settings(), |news| match news {
        News::Told(Told::Program(result)) => results.push(result),
        News::Verdict(verdict) => failed.push(*verdict),
        _ => {}
    });
    (programs, results, failed)
}

/// The smallest programs by which the faults were found, each with what the code as it was did.
const FOUND: [(&str, &str); 11] = [
    // A key that lies in read and not in dirty: use after free.
    ("map", "store a 1; range; store z 1; store y 1 || load_and_delete a !eq.1-4 lies"),
    // A subscription that another map frees under the writer's mutex: deadlock.
    ("config", "set a 1; subscribe a 1 || discard 1; set a 20"),
    // A `Drop` that retires something: nested collection.
    ("map", "store a 1 || store a 2; load a !drop.2 reenters"),
    // A panic after the closure of a computation has returned: the key computes for ever, who waits for it never wakes.
    ("cache", "|| get_or_insert a 20 !eq.1 panics"),
    ("cache", "|| get_or_insert a 20 || get_or_insert a 21 !clone.2 panics"),
    // A key whose `Drop` panics after its value was replaced: the bound counts an entry too many.
    ("boundedcache", "insert a 1 || insert a 20 !drop.1 panics"),
    // A waker that panics: waits on other keys, and wakers after it, are not woken: deadlock.
    ("config", "subscribe a 1; subscribe b 2; poll 1 || recv 2 || apply 5 !waker.1 panics"),
    (
        "config",
        "set a 1; subscribe a 1; try_recv 1; poll 1; subscribe a 2; try_recv 2 || recv_async 2 || set a 5 !waker.1 panics",
    ),
    // The same: a removal leaves its tombstone. So does a hasher that panics.
    ("config", "set a 1; subscribe a 1; try_recv 1; poll 1 || remove a !waker.1 panics"),
    // A panic whose payload panics when it is dropped: starting for ever.
    ("registry", "register a 1 || start a !service.1 panics !payload.1 panics"),
    ("registry", "register a 1; start a || stop a !service.1 panics !payload.1 panics"),
];

#[test]
fn what_lawless_users_broke_holds() {
    let _watch = watch_for("the test", TEST);
    for verdict in verdicts(Engine::ShuttleSleep, &FOUND) {
        assert_eq!(verdict.verdict, Level::Complete, "{verdict:#?}");
    }
}

#[test]
fn a_lie_that_the_canary_believes_is_seen_and_one_that_nobody_asks_for_is_not() {
    let _watch = watch_for("the test", TEST);
    let believed = verdict("canary", "|| ok; trust !eq.1 lies");
    assert_eq!(kind(&believed), "double free", "{believed:#?}");
    assert_eq!(verdict("canary", "|| ok; trust !eq.2 lies").verdict, Level::Complete);
    assert_eq!(verdict("canary", "|| closure; ok !closure.1 panics").verdict, Level::Complete);
    assert_eq!(kind(&verdict("canary", "|| closure; wrong !closure.1 panics")), "not linearizable");
}

/// The second `trust` of whichever thread comes second: the count is one for both.
#[test]
fn a_call_back_is_counted_over_all_threads_from_their_beginning() {
    let _watch = watch_for("the test", TEST);
    let failed = verdict("canary", "trust; trust || trust || trust !eq.2 lies");
    assert_eq!(kind(&failed), "double free");
    assert_eq!(verdict("canary", "trust; trust || trust || trust !eq.3 lies").verdict, Level::Complete);
}

/// A key whose `Eq` uses the map waits for itself: documented, and left out of the families.
#[test]
fn a_key_whose_eq_uses_the_map_under_its_mutex_is_a_deadlock() {
    let _watch = watch_for("the test", TEST);
    let failed = verdict("map", "store a 1 || load a !eq.1 reenters");
    assert_eq!(kind(&failed), "deadlock", "{failed:#?}");
}

#[test]
fn a_call_that_panicked_has_taken_effect_or_not() {
    let _watch = watch_for("the test", TEST);
    let text = "store a 1; range || update a 5; load a !closure.1 panics";
    let seen = verdict("map", text);
    assert_eq!(seen.verdict, Level::Complete, "{seen:#?}");
    assert_eq!(seen.outcome_set.into_iter().collect::<Vec<_>>(), ["panicked; 1 -> {a:1}"]);
}

#[test]
fn a_call_back_that_re_enters_is_a_call_of_the_history() {
    let _watch = watch_for("the test", TEST);
    let seen = verdict("map", "store a 1; range || update a 5 !closure.1 reenters");
    assert_eq!(seen.verdict, Level::Complete, "{seen:#?}");
    assert_eq!(seen.outcome_set.into_iter().collect::<Vec<_>>(), ["82 -> {a:82}"]);
}

/// The plain search leaves out nothing: what the reduced one finds of threads that share a count must be the same.
#[test]
fn the_reduced_search_finds_the_outcomes_of_the_plain_one() {
    let _watch = watch_for("the test", TEST);
    let programs = [
        ("map", "store a 1; range || swap a 2 || load a !clone.1 panics"),
        ("map", "store a 1; range || swap a 2 || swap a 3 !drop.1 reenters"),
        ("map", "store a 1; range || update a 5 || load a !closure.1 panics"),
        ("map", "store a 1; range || delete a || load a !eq.2 panics"),
        ("map", "store a 1; range || swap a 2 || load a !hash.2 reenters"),
        ("canary", "trust || closure; ok || closure !closure.2 panics"),
    ];
    let of = |engine| {
        let mut found: Vec<_> =
            verdicts(engine, &programs).into_iter().map(|v| (v.program, v.verdict, v.outcome_set)).collect();
        found.sort_by(|a, b| a.0.cmp(&b.0));
        found
    };
    assert_eq!(of(Engine::ShuttleSleep), of(Engine::ShuttleDfs));
}

#[test]
fn loom_runs_one_thread_and_says_that_it_runs_no_more() {
    let _watch = watch_for("the test", TEST);
    let one = verdicts(Engine::LoomEager, &[("map", "store a 1 || load a !clone.1 panics")]).remove(0);
    assert_eq!(one.verdict, Level::Complete, "{one:#?}");
    let two =
        verdicts(Engine::LoomEager, &[("map", "store a 1 || load a || load a !clone.1 panics")]).remove(0);
    assert_eq!((two.verdict, two.executions), (Level::Truncated, 0));
}

#[test]
fn a_family_tries_each_call_of_each_call_back() {
    let _watch = watch_for("the test", TEST);
    let (programs, results, failed) = family("map", "1x1", &["load", "swap"]);
    assert!(failed.is_empty(), "{failed:#?}");
    assert_eq!(results.len(), programs);
    assert!(ways(subjects::by_name("map").unwrap()).len() > 10);
    let variants: u64 = results.iter().map(|result| result.variants).sum();
    assert!(variants > programs as u64, "{variants} variants of {programs} programs");
}

#[test]
fn errors_of_the_parser_mark_their_place_and_say_what_to_do() {
    let _watch = watch_for("the test", TEST);
    let rows = [
        ("|| load a !", "!", "write a callback"),
        ("|| load a !eqq.1 lies", "eqq", "callbacks of map are eq"),
        ("|| load a !waker.1 panics", "waker", "callbacks of map are eq"),
        ("|| load a !eq lies", "eq", "`!eq.3 lies`"),
        ("|| load a !eq.0 lies", "eq.0", "`!eq.3 lies`"),
        ("|| load a !drop.1 lies", "lies", "the effects of `drop` are panics, reenters"),
        ("|| load a !eq.3-2 lies", "eq.3-2", "`!eq.3 lies`"),
        ("|| load a !eq.1-2 panics", "eq.1-2 panics", "`!eq.3 lies`"),
        ("|| load a !eq.1 lies now", "now", "`!eq.3 lies`"),
        ("|| load a !eq.1 lies !é", "é", "callbacks of map"),
        ("|| load a !eq.1 lies || load a", "||", "`!eq.3 lies`"),
    ];
    for (text, marked, help) in rows {
        let error = Program::parse(subjects::by_name("map").unwrap(), text).unwrap_err();
        assert_eq!(&text[error.at..error.at + error.length], marked, "{text}: {error}");
        assert!(error.help.contains(help), "{text}: {error}");
    }
    let error = Program::parse(subjects::by_name("map").unwrap(), "|| load a !eq.1").unwrap_err();
    assert!(error.message.contains("an effect is missing"), "{error}");
    let error = Program::parse(subjects::by_name("counter").unwrap(), "|| get !eq.1 lies").unwrap_err();
    assert!(error.help.contains("calls no code of its users"), "{error}");
}

#[test]
fn a_program_with_misdeeds_prints_as_it_was_typed() {
    let _watch = watch_for("the test", TEST);
    for text in
        ["|| load a !eq.1-4 lies", "store a 1; range || load a || load a !clone.2 panics !drop.1 reenters"]
    {
        assert_eq!(parse("map", text).to_string(), text);
    }
    assert_eq!(parse("map", "||load a!eq.1  lies").to_string(), "|| load a !eq.1 lies");
}
