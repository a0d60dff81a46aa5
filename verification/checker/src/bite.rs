//! Does a check bite? Each ordering of the structure is made weaker, and each of its atomic writes left out, one at a time: the check should
//! fail. What it does not notice is listed.

use crate::installed::install;
use crate::run::{How, workers_of_this_test};
use crate::sites::Access;
use crate::subject::Subject;
use crate::worker::{accesses, leave_out, once};
use explore::engine::Engine;
use explore::job::Job;
use linear::{Level, Program};
use runner::pool::{self, News, Settings};
use runner::task::{Request, Task, Told};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// A change that the programs did not notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survivor {
    /// The access.
    pub access: Access,
    /// What was done to it: `Relaxed instead of Release`, or `left out`.
    pub change: String,
}

/// What came of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Bite {
    /// How many changes were tried.
    pub tried: usize,
    /// Those that no program noticed, in the order of the source.
    pub survivors: Vec<Survivor>,
    /// Those of which nothing is known, because a program was cut short.
    pub unknown: Vec<Survivor>,
}

impl fmt::Display for Bite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noticed = self.tried - self.survivors.len() - self.unknown.len();
        write!(f, "{noticed} of {} changes are noticed", self.tried)?;
        for (what, list) in [("not noticed", &self.survivors), ("cut short", &self.unknown)] {
            for Survivor { access, change } in list {
                write!(f, "\n  {what}: {} is {change}", access.id)?;
            }
        }
        Ok(())
    }
}

/// The weaker orderings of an access.
fn weaker(access: &Access) -> &'static [&'static str] {
    match (access.does.as_str(), access.ordering.as_str()) {
        (_, "Relaxed") => &[],
        ("load" | "exchange-failed", "SeqCst") => &["Acquire", "Relaxed"],
        ("store", "SeqCst") => &["Release", "Relaxed"],
        ("fence", "SeqCst") => &["AcqRel"],
        ("write" | "exchange", "SeqCst") => &["AcqRel", "Relaxed"],
        ("write" | "exchange", "AcqRel") => &["Acquire", "Release", "Relaxed"],
        ("fence", _) => &[],
        _ => &["Relaxed"],
    }
}

/// Whether it writes, so that it can be left out.
fn writes(access: &Access) -> bool {
    matches!(access.does.as_str(), "store" | "write" | "exchange" | "fence")
}

/// A job, with what is changed in it.
#[derive(Debug)]
struct Changed {
    request: Request,
    job: Box<Job>,
}

impl Task for Changed {
    fn title(&self) -> String {
        self.job.program.clone()
    }
    fn request(&self) -> Request {
        self.request.clone()
    }
    fn at(&self, _done: usize) -> Option<Job> {
        Some((*self.job).clone())
    }
}

/// The question which accesses a worker has made.
#[derive(Debug)]
struct Accesses;

impl Task for Accesses {
    fn title(&self) -> String {
        "accesses".to_owned()
    }
    fn request(&self) -> Request {
        accesses()
    }
    fn parts(&self) -> usize {
        1
    }
    fn hear(&self, answer: Value) -> Result<Option<Told>, String> {
        Ok(Some(Told::Else(answer, 0)))
    }
}

/// The accesses that these jobs make.
///
/// # Panics
/// When a job does not pass: what is wrong already cannot be made worse.
fn accesses_of(jobs: &[Job], settings: &Settings) -> Vec<Access> {
    let settings = Settings { workers: 1, ..settings.clone() };
    let plain = |job: &Job| -> Box<dyn Task> {
        Box::new(Changed { request: Request::new("job", job), job: Box::new(job.clone()) })
    };
    let tasks = jobs.iter().map(plain).chain([Box::new(Accesses) as Box<dyn Task>]).collect();
    let mut found = Vec::new();
    pool::run(tasks, &settings, |news| match news {
        News::Verdict(verdict) => assert!(
            verdict.verdict == Level::Complete,
            "`{}` is {} as it is: what is wrong, or cut short, already cannot bite",
            verdict.program,
            verdict.verdict
        ),
        News::Told(Told::Else(answer, _)) => found = serde_json::from_value(answer).unwrap_or_default(),
        _ => {}
    });
    found
}

/// Whether one of these is noticed; nothing if none is, and one was cut short.
fn is_noticed(tasks: Vec<Box<dyn Task>>, settings: &Settings) -> Option<bool> {
    let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let settings = Settings { interrupted: Arc::clone(&stop), ..settings.clone() };
    let levels = Mutex::new(Vec::new());
    pool::run(tasks, &settings, |news| {
        if let News::Verdict(verdict) = news {
            let failed = verdict.verdict == Level::Failed;
            levels.lock().unwrap_or_else(PoisonError::into_inner).push(verdict.verdict);
            stop.fetch_or(failed, std::sync::atomic::Ordering::Relaxed);
        }
    });
    let levels = levels.into_inner().unwrap_or_else(PoisonError::into_inner);
    match () {
        () if levels.contains(&Level::Failed) => Some(true),
        () if levels.iter().all(|level| *level == Level::Complete) => Some(false),
        () => None,
    }
}

/// Makes each ordering that these programs use weaker, and leaves each atomic write out, one at a time, and checks the programs again.
/// An ordering is asked about under loom, which knows weak memory; a write that is left out under both engines.
///
/// # Panics
/// When a text is no program, or a program does not pass as it is.
#[track_caller]
pub fn bite<S: Subject>(programs: &[&str]) -> Bite {
    once::<S, Bite>(|| bites::<S>(programs))
}

fn bites<S: Subject>(programs: &[&str]) -> Bite {
    let subject = install::<S>();
    let how = How::of::<S>();
    let parse = |text: &&str| Program::parse(subject, text).unwrap_or_else(|error| panic!("{error}"));
    let programs: Vec<Program> = programs.iter().map(parse).collect();
    let jobs: Vec<Job> = programs.iter().flat_map(|program| how.jobs(program)).collect();
    let workers = workers_of_this_test::<S>();
    let settings = how.settings(&workers);
    let mut bite = Bite::default();
    for access in accesses_of(&jobs, &settings) {
        for ordering in weaker(&access) {
            let of_loom = jobs.iter().filter(|job| job.engine == Engine::LoomLeak);
            let replaced = |job: &Job| -> Box<dyn Task> {
                let orderings = vec![(access.id.clone(), (*ordering).to_owned())];
                let job = Job { orderings, ..job.clone() };
                Box::new(Changed { request: Request::new("job", &job), job: Box::new(job) })
            };
            let noticed = is_noticed(of_loom.map(replaced).collect(), &settings);
            bite.note(&access, format!("{ordering} instead of {}", access.ordering), noticed);
        }
        if writes(&access) {
            let left_out = |job: &Job| -> Box<dyn Task> {
                Box::new(Changed { request: leave_out(&access.id, job), job: Box::new(job.clone()) })
            };
            let noticed = is_noticed(jobs.iter().map(left_out).collect(), &settings);
            bite.note(&access, "left out".to_owned(), noticed);
        }
    }
    bite
}

impl Bite {
    fn note(&mut self, access: &Access, change: String, noticed: Option<bool>) {
        self.tried += 1;
        let survivor = Survivor { access: access.clone(), change };
        match noticed {
            Some(true) => {}
            Some(false) => self.survivors.push(survivor),
            None => self.unknown.push(survivor),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_access_is_made_weaker_in_ways_that_its_kind_has() {
        let of = |does: &str, ordering: &str| {
            weaker(&Access { id: String::new(), does: does.into(), ordering: ordering.into() })
        };
        assert_eq!(of("load", "SeqCst"), ["Acquire", "Relaxed"]);
        assert_eq!(of("store", "Release"), ["Relaxed"]);
        assert_eq!(of("write", "AcqRel"), ["Acquire", "Release", "Relaxed"]);
        assert!(of("store", "Relaxed").is_empty());
    }
}
