//! Executions beside one that is known, asked of worker processes: what if another thread had stepped? One that fails takes its process with it,
//! and the next process begins behind it.

use crate::pool::{self, News, Settings};
use crate::task::{Request, Task, Told};
use crate::worker::{Handler, Host};
use explore::job::Job;
use explore::what_if::{Asked, Choice, Ended, Told as Part, run};
use linear::{Failure, Verdict};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// An execution that says nothing for so long is given up, and so are those that are left.
const PATIENCE: Duration = Duration::from_secs(10);

/// How an execution has ended.
#[derive(Clone, Debug)]
pub enum Ran {
    /// Nothing was wrong with it.
    Right(Ended),
    /// It has failed.
    Wrong(Box<Failure>),
}

/// What a worker is asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Beside {
    job: Job,
    asked: Asked,
}

impl Task for Beside {
    fn title(&self) -> String {
        format!("what if {}", self.job.program)
    }
    fn request(&self) -> Request {
        Request::new("what-if", self)
    }
    fn patience(&self) -> Option<Duration> {
        Some(PATIENCE)
    }
    fn hear(&self, answer: Value) -> Result<Option<Told>, String> {
        Ok(Some(Told::Else(answer, 0)))
    }
    fn at(&self, _done: usize) -> Option<Job> {
        Some(self.job.clone())
    }
}

/// What a worker does with it.
pub(crate) const HANDLER: Handler = Handler { kind: "what-if", serve };

fn serve(body: Value, host: &'static Host) -> Result<(), serde_json::Error> {
    let Beside { job, asked } = serde_json::from_value(body)?;
    host.verdict(run(&job, asked, host, |told| host.part(&told)));
    Ok(())
}

/// What one worker has told.
#[derive(Default)]
struct Heard {
    choices: Vec<Choice>,
    ran: Vec<Ran>,
    verdict: Option<Box<Verdict>>,
    mistake: Option<String>,
}

fn ask(job: &Job, asked: Asked, settings: &Settings) -> Heard {
    let mut heard = Heard::default();
    let task = Beside { job: job.clone(), asked };
    let settings = Settings { workers: 1, ..settings.clone() };
    pool::run(vec![Box::new(task)], &settings, |news| match news {
        News::Told(Told::Else(part, _)) => match serde_json::from_value(part) {
            Ok(Part::Choice(choice)) => heard.choices.push(choice),
            Ok(Part::Ended(ended)) => heard.ran.push(Ran::Right(ended)),
            Err(error) => heard.mistake = Some(error.to_string()),
        },
        News::Verdict(verdict) => heard.verdict = Some(verdict),
        _ => {}
    });
    let failure = heard.verdict.as_mut().and_then(|verdict| verdict.failure.take());
    match failure {
        // What has no steps is no execution: the worker was lost, or could not do what it was asked.
        Some(failure) if failure.steps.is_empty() => {
            heard.mistake = Some(format!("{}: {}", failure.kind, failure.message));
        }
        failure => heard.ran.extend(failure.map(Box::new).map(Ran::Wrong)),
    }
    heard
}

/// Follows the known execution: its choices, and how it ends.
///
/// # Errors
/// Why it could not be followed.
pub fn follow(job: &Job, asked: Asked, settings: &Settings) -> Result<(Vec<Choice>, Ran), String> {
    let heard = ask(job, Asked { executions: vec![None], ..asked }, settings);
    match (heard.mistake, heard.ran.into_iter().next()) {
        (Some(mistake), _) => Err(mistake),
        (None, Some(ran)) => Ok((heard.choices, ran)),
        (None, None) => Err("it was interrupted".to_owned()),
    }
}

/// Runs the executions that make these choices otherwise, in this order, until that has taken too long: how each ends. One that a worker was lost
/// with, and one for which there was no time, is none.
pub fn others(
    job: &Job,
    asked: &Asked,
    choices: &[usize],
    settings: &Settings,
    time: Duration,
) -> Vec<Option<Ran>> {
    let started = Instant::now();
    let mut left: VecDeque<usize> = choices.iter().copied().collect();
    let mut all = Vec::new();
    while !left.is_empty() && started.elapsed() < time {
        let executions = left.iter().copied().map(Some).collect();
        let heard = ask(job, Asked { executions, ..asked.clone() }, settings);
        let lost = heard.mistake.map(|_| None);
        let ran = heard.ran.into_iter().map(Some).chain(lost);
        let before = all.len();
        all.extend(ran.take(left.len()));
        left.drain(..all.len() - before);
        if all.len() == before {
            break; // it was interrupted
        }
    }
    all.resize_with(choices.len(), || None);
    all
}
