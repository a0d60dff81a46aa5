//! Where the verdict of loom/eager is said to follow from that of loom/leak, loom/eager is run here, and agrees.

use explore::engine::Engine;
use runner::batch::Batch;
use runner::families::{Family, Size, programs};
use runner::pool::{self, News, Settings};
use runner::task::{ProgramResult, Task, Told};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use test_support::hang::{TEST, watch_for};

/// What came of each program on loom/leak and loom/eager.
fn results(subject: &str, programs: &[(usize, String)], may_follow: bool) -> BTreeMap<usize, ProgramResult> {
    let batch = |programs: &[(usize, String)]| {
        Box::new(Batch {
            family: 0,
            subject: subject.to_owned(),
            programs: programs.to_vec(),
            engines: vec![Engine::LoomLeak, Engine::LoomEager],
            bound: None,
            budget: None,
            lawless: false,
            eager_may_follow: may_follow,
            weak_on_loom: false,
            crippled: None,
        }) as Box<dyn Task>
    };
    let settings = Settings {
        workers: 2,
        patience: Duration::from_secs(60),
        interrupted: Arc::new(AtomicBool::new(false)),
        program: Some(env!("CARGO_BIN_EXE_verify").into()),
    };
    let mut results = BTreeMap::new();
    pool::run(programs.chunks(64).map(batch).collect(), &settings, |news| match news {
        News::Told(Told::Program(result)) => drop(results.insert(result.number, result)),
        News::Verdict(verdict) => panic!("{} on {}: {:?}", verdict.program, verdict.mode, verdict.failure),
        _ => {}
    });
    assert_eq!(results.len(), programs.len(), "each is heard of");
    results
}

/// Programs of two threads, one operation each, over one key: every one, or every `nth`.
fn two_calls(subject: &str, nth: usize) -> Vec<(usize, String)> {
    verify::subjects::install();
    let family = Family::new(subject, Size::of(2, 1), Some(1)).unwrap_or_else(|problem| panic!("{problem}"));
    programs(&family).into_iter().enumerate().step_by(nth).collect()
}

/// An execution in mode eager is one in mode leak, so there are no more of them; and the outcomes of the two are equal, or the batch
/// would have failed. How many programs there are; for how many it follows; and how many of these have fewer executions in mode eager.
fn agrees(subject: &str, nth: usize) -> (usize, usize, usize) {
    let programs = two_calls(subject, nth);
    let (said, run) = (results(subject, &programs, true), results(subject, &programs, false));
    let (mut follow, mut fewer) = (0, 0);
    for (number, program) in &programs {
        let (said, run) = (&said[number], &run[number]);
        assert!(!run.eager_follows && run.executions[1] > 0, "`{program}` was to be run");
        assert_eq!(said.outcomes, run.outcomes, "`{program}`");
        let expected = if said.eager_follows { 0 } else { run.executions[1] };
        assert_eq!(said.executions, [run.executions[0], expected], "`{program}`");
        follow += usize::from(said.eager_follows);
        if said.eager_follows {
            assert!(run.executions[1] <= run.executions[0], "`{program}`: eager has executions of its own");
            fewer += usize::from(run.executions[1] < run.executions[0]);
        }
    }
    (programs.len(), follow, fewer)
}

#[test]
fn eager_agrees_with_leak_on_the_map_and_the_counters() {
    let _watch = watch_for("the test", TEST);
    for (subject, nth) in [("map", 1), ("countermap", 2)] {
        let (all, follow, fewer) = agrees(subject, nth);
        assert_eq!(
            (follow, fewer),
            (all, 0),
            "{subject}: it follows for all, and no fence takes an execution away"
        );
    }
}

/// The values of a configuration store are handed to subscribers: their destructors take part.
#[test]
fn it_does_not_follow_where_destructors_make_accesses() {
    let _watch = watch_for("the test", TEST);
    let (all, follow, _) = agrees("config", 8);
    assert!(follow < all / 2, "{follow} of {all}");
}
