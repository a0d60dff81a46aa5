//! The programs of a lawless family, in a worker.

use super::ways::{counting, ways};
use crate::batch::Batch;
use crate::task::ProgramResult;
use crate::worker::Host;
use explore::job::Job;
use explore::lawless::CallCounts;
use explore::observer::Observer;
use linear::{Effect, Level, Program, Subject};

/// Runs a program with each way to misbehave, at each call of that call-back. A run in which nothing happens counts the calls: what comes
/// before a misdeed is the same there.
pub(crate) fn run_lawless(
    batch: &Batch,
    subject: &'static Subject,
    number: usize,
    text: &str,
    host: &'static Host,
) {
    let mut executions = vec![0; batch.engines.len()];
    let (mut variants, mut outcomes) = (0, 0);
    let mut explore = |text: String| {
        let program = Program::parse(subject, &text).expect("a program of a family parses");
        let mut calls = CallCounts::default();
        for (engine, sum) in batch.engines.iter().zip(&mut executions) {
            let mut job = Job::new(&program, *engine);
            job.family = Some(batch.family);
            job.budget = batch.budget;
            let (verdict, _, counted) = host.run(job);
            if verdict.verdict != Level::Complete {
                host.leave(verdict);
            }
            *sum += verdict.executions;
            outcomes += verdict.outcomes;
            calls = counted;
        }
        variants += 1;
        calls
    };
    let calls = explore(counting(subject, text));
    for way in ways(subject) {
        for number in 1..=calls[way.callback as usize] {
            for last in number.. {
                let calls = explore(way.text(text, number, last));
                // A lie that lasts makes the subject ask again, up to a call that no run comes to.
                if way.effect != Effect::Lies || calls[way.callback as usize] <= last {
                    break;
                }
            }
        }
    }
    let (family, steps) = (batch.family, String::new());
    host.part(&ProgramResult { family, number, variants, executions, eager_follows: false, outcomes, steps });
}
