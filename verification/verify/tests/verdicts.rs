//! What verdicts amount to together: whether the engines agree, and what waits for the self-tests.

use explore::engine::Engine;
use explore::job::Job;
use explore::search_oracle::{OfASubject, Search, SelfTest, SelfTestReport};
use linear::{Failure, Level, Program, Verdict, disagreements};
use runner::plan::Plan;
use runner::pool::News;
use runner::run::{Line, Run};
use runner::task::Told;
use std::collections::BTreeSet;
use std::time::Duration;
use test_support::hang::{TEST, watch_for};
use verify::subjects;

fn disagreements_of(verdicts: &[Verdict]) -> Vec<String> {
    disagreements(verdicts, |subject| subject == "counter")
}

fn verdict(engine: Engine, level: Level, outcomes: &[&str]) -> Verdict {
    let program = Program::parse(subjects::by_name("map").unwrap(), "|| load a").unwrap();
    let outcomes: BTreeSet<String> = outcomes.iter().map(|outcome| (*outcome).to_owned()).collect();
    Job::new(&program, engine).verdict(level, 1, &outcomes, Duration::ZERO)
}

#[test]
fn complete_searches_must_agree_and_samples_must_fit() {
    let _watch = watch_for("the test", TEST);
    let loom = verdict(Engine::LoomLeak, Level::Complete, &["a", "b"]);
    let same = verdict(Engine::ShuttleSleep, Level::Complete, &["a", "b"]);
    let less = verdict(Engine::ShuttleDfs, Level::Complete, &["a"]);
    let sample = verdict(Engine::Threads, Level::Sampled(1), &["a"]);
    let outside = verdict(Engine::Threads, Level::Sampled(1), &["c"]);
    let cut_short = verdict(Engine::ShuttleDfs, Level::Truncated, &["a"]);
    assert!(disagreements_of(&[loom.clone(), same, sample, cut_short]).is_empty());
    assert_eq!(disagreements_of(&[loom.clone(), less]).len(), 1);
    assert_eq!(disagreements_of(&[loom, outside]).len(), 1);
}

#[test]
fn complete_waits_for_the_self_tests_and_is_withdrawn_when_they_fail() {
    let _watch = watch_for("the test", TEST);
    let mut plan = Plan::default();
    plan.self_tests(1, 1, OfASubject { programs: 1, within: None });
    let mut run = Run::new(&plan, String::new());
    let complete = verdict(Engine::LoomLeak, Level::Complete, &["a"]);
    assert!(
        run.hear(News::Verdict(Box::new(complete))).is_empty(),
        "nobody knows yet whether loom is complete"
    );
    let report = |search, missed| {
        let test = SelfTest { search, seed: 1, programs: 1, within: None };
        let (executions, outcomes, extra) = (1, 1, 0);
        SelfTestReport { test, executions, outcomes, missed, extra, first: None, seconds: 0.0 }
    };
    run.hear(News::Told(Told::SelfTest(report(Search::StockLoom, 1))));
    let lines = run.hear(News::Told(Told::SelfTest(report(Search::Loom, 1))));
    let Some(Line::Verdict(verdict)) = lines.last() else {
        panic!("a verdict is told once its self-tests have passed")
    };
    assert_eq!(verdict.verdict, Level::Truncated);
    assert_eq!(run.report.summary.exit_status(), 1);
}

/// A program of a family has no job in the plan; its failure is a file all the same.
#[test]
fn a_failure_of_a_batch_is_a_failure_file_too() {
    let _watch = watch_for("the test", TEST);
    let mut run = Run::new(&Plan::default(), String::new());
    let mut failed = verdict(Engine::LoomEager, Level::Failed, &[]);
    failed.failure = Some(Failure::without_steps("disagreement", "on purpose".into()));
    run.hear(News::Verdict(Box::new(failed)));
    let [file] = run.report.failures.as_slice() else { panic!("one failure file") };
    assert_eq!((file.job.engine, file.job.program.as_str()), (Engine::LoomEager, "|| load a"));
    assert_eq!(run.report.summary.exit_status(), 1);
}
