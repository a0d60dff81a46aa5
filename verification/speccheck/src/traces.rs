//! `cargo verify specs --traces`: follows the executions that the suite sends on the standard input.

use crate::follow::Follower;
use crate::labels;
use crate::recorded::{Event, Line, Program};
use crate::suite::INTERRUPTED;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use std::io::BufRead;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// The counts of a whole run.
#[derive(Debug, Default)]
pub struct Counts {
    /// Programs all of whose executions were followed.
    pub complete: usize,
    /// Programs with an execution that the specification does not allow.
    pub failed: usize,
    /// Programs that were not followed, and why.
    pub not_followed: usize,
    /// Whether the input ended in the middle of a program, or was interrupted.
    pub truncated: usize,
    executions: u64,
    stale: u64,
    steps: u64,
}

struct Running<'l> {
    program: Program,
    follower: Result<Follower<'l>, String>,
    executions: u64,
    stale: u64,
    failure: Option<String>,
    started: Instant,
}

impl Running<'_> {
    fn execution(&mut self, events: &[Event]) {
        self.executions += 1;
        // What only a weak memory shows is not the specification's business: it is sequentially consistent.
        if events.iter().any(|event| event.stale) {
            self.stale += 1;
            return;
        }
        let (Ok(follower), None) = (&mut self.follower, &self.failure) else { return };
        if let Err(message) = follower.follow(events) {
            let shown = events.iter().enumerate().map(|(n, event)| {
                let values = [("sees", &event.seen), ("writes", &event.written)];
                let values =
                    values.iter().filter_map(|(word, value)| Some(format!(" {word} {}", value.as_ref()?)));
                let (thread, action, object, line) =
                    (event.thread, &event.action, &event.object, &event.line);
                format!("{:>5}  {thread}  {action} {object}{} {line}", n + 1, values.collect::<String>())
            });
            self.failure = Some(format!(
                "execution {}: {message}\n step  thread\n{}",
                self.executions,
                shown.collect::<Vec<_>>().join("\n")
            ));
        }
    }

    fn tell(&self, json: bool, counts: &mut Counts) {
        counts.executions += self.executions;
        counts.stale += self.stale;
        let (states, steps) = self.follower.as_ref().map_or((0, 0), |f| (f.states(), f.steps));
        counts.steps += steps;
        let (verdict, message) = match (&self.follower, &self.failure) {
            (Err(reason), _) => {
                counts.not_followed += 1;
                ("NOT FOLLOWED", Some(reason))
            }
            (_, Some(failure)) => {
                counts.failed += 1;
                ("FAILED", Some(failure))
            }
            _ => {
                counts.complete += 1;
                ("COMPLETE", None)
            }
        };
        let (program, engine) = (&self.program.text, &self.program.engine);
        if json {
            let line = json!({ "kind": "trace", "verdict": verdict, "program": program, "engine": engine,
                "executions": self.executions, "stale": self.stale, "steps": steps, "states": states,
                "seconds": self.started.elapsed().as_secs_f64(), "message": message });
            println!("{line}");
        } else if let Some(message) = message {
            println!("{verdict} {program} ({engine}): {message}");
        }
    }
}

/// Follows everything.
///
/// # Errors
/// That the input is not what the suite sends, or that the labels of the code cannot be read.
pub fn follow_all(json: bool) -> Result<Counts, String> {
    let labels = labels::read()?;
    let started = Instant::now();
    let mut counts = Counts::default();
    let mut running: Option<Running<'_>> = None;
    let bar = ProgressBar::new_spinner();
    bar.set_style(
        ProgressStyle::with_template("{elapsed} {pos} programs followed  {msg}").expect("it parses"),
    );
    bar.enable_steady_tick(Duration::from_millis(200));
    for line in std::io::stdin().lock().lines() {
        if INTERRUPTED.load(Ordering::Relaxed) {
            break;
        }
        let line = line.map_err(|error| format!("the recorded executions cannot be read: {error}"))?;
        match serde_json::from_str(&line)
            .map_err(|error| format!("`{line}` is not what the suite sends: {error}"))?
        {
            Line::Program(program) => {
                bar.set_message(program.text.clone());
                let follower = Follower::new(&program, &labels);
                let started = Instant::now();
                running =
                    Some(Running { program, follower, executions: 0, stale: 0, failure: None, started });
            }
            Line::Execution(events) => running.iter_mut().for_each(|running| running.execution(&events)),
            Line::End => {
                bar.inc(1);
                if let Some(done) = running.take() {
                    bar.suspend(|| done.tell(json, &mut counts));
                }
            }
        }
    }
    bar.finish_and_clear();
    counts.truncated += usize::from(running.is_some() || INTERRUPTED.load(Ordering::Relaxed));
    summary(&counts, json, started);
    Ok(counts)
}

fn summary(counts: &Counts, json: bool, started: Instant) {
    let Counts { complete, failed, not_followed, truncated, executions, stale, steps } = counts;
    let seconds = started.elapsed().as_secs_f64();
    if json {
        let line = json!({ "kind": "summary", "complete": complete, "bounded": 0, "sampled": 0, "truncated": truncated,
            "failed": failed, "not_followed": not_followed, "executions": executions, "stale": stale, "steps": steps,
            "seconds": seconds });
        println!("{line}");
        return;
    }
    if *stale > 0 {
        println!(
            "{stale} executions have a value that only a weak memory shows; the specification is sequentially \
             consistent, so they were not followed"
        );
    }
    let what = match (failed, truncated) {
        (0, 0) => "PASS",
        (0, _) => "NOT COMPLETE",
        _ => "FAIL",
    };
    println!(
        "{what}  {complete} programs complete, {truncated} truncated, {failed} failed, {not_followed} not followed: \
         {executions} executions, {steps} accesses compared with the specifications, in {seconds:.0} s"
    );
}
