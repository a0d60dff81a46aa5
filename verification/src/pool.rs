//! The parent's side: worker processes, as many as there are cores, and what becomes of their jobs.
//!
//! A worker that dies or says nothing for too long has not answered: that is a FAILED verdict, with the program named.

use crate::engine::Job;
use crate::orderings::run::{Passed, Trial};
use crate::selftest::{Search, SelfTest, SelfTestReport};
use crate::verdict::{Level, Verdict};
use crate::worker::{Batch, ProgramResult, Request, Response};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

/// What is to be done.
#[derive(Clone, Debug)]
pub enum Task {
    /// A program on an engine.
    Job(Box<Job>),
    /// A self-test of a search.
    SelfTest(SelfTest),
    /// Programs of a family.
    Batch(Batch),
    /// Programs under a weaker ordering.
    Trial(Box<Trial>),
}

impl Task {
    /// Of a batch of which so many programs are through, the next one, as a job of its first engine.
    fn at(&self, done: usize) -> Task {
        if let Task::Trial(trial) = self {
            return trial.job(done).map_or_else(|| self.clone(), |job| Task::Job(Box::new(job)));
        }
        let Task::Batch(batch) = self else { return self.clone() };
        let subject = crate::subject::by_name(&batch.subject);
        let text = batch.programs.get(done).or(batch.programs.last());
        let program = text.and_then(|(_, text)| crate::program::Program::parse(subject?, text).ok());
        match (program, batch.engines.first()) {
            (Some(program), Some(engine)) => {
                let family = batch.crippled.is_none().then_some(batch.family);
                Task::Job(Box::new(Job { family, ..Job::new(&program, *engine) }))
            }
            _ => self.clone(),
        }
    }

    /// What it is called while it runs.
    pub fn title(&self) -> String {
        match self {
            Task::Job(job) => format!("{} {}", job.engine, job.name.as_deref().unwrap_or(&job.program)),
            Task::SelfTest(test) => format!("self-test {:?}", test.search),
            Task::Batch(batch) => {
                batch.programs.first().map(|(_, program)| program.clone()).unwrap_or_default()
            }
            Task::Trial(trial) => match &trial.weakening {
                Some(weakening) => weakening.to_string(),
                None => "the programs as they are".to_owned(),
            },
        }
    }
}

/// News of the run.
#[derive(Debug)]
pub enum News {
    /// A worker has begun a task.
    Begun(usize, String),
    /// It is alive, after so many executions.
    Beat(usize, u64),
    /// A job is over.
    Verdict(Box<Verdict>),
    /// A self-test is over.
    SelfTest(SelfTestReport),
    /// A program of a batch is over, and all is well with it.
    Program(ProgramResult),
    /// A program of a trial is over, and has not failed.
    Passed(Passed),
    /// A self-test did not come to its end.
    SelfTestLost(SelfTest, String),
}

/// How the pool works.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How many workers.
    pub workers: usize,
    /// Say nothing for so long, and you hang.
    pub patience: Duration,
    /// Set when the user wants to stop.
    pub interrupted: Arc<AtomicBool>,
    /// The workers' program; this one if not given.
    pub program: Option<std::path::PathBuf>,
}

struct Worker {
    child: Child,
    input: ChildStdin,
    answers: mpsc::Receiver<std::io::Result<String>>,
}

impl Worker {
    fn start(settings: &Settings) -> std::io::Result<Worker> {
        let program = settings.program.clone().map_or_else(std::env::current_exe, Ok)?;
        let mut command = Command::new(program);
        command.arg("worker").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A group of its own: Ctrl-C is for the parent, who tells.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn()?;
        let input = child.stdin.take().ok_or_else(|| std::io::Error::other("no standard input"))?;
        let output = child.stdout.take().ok_or_else(|| std::io::Error::other("no standard output"))?;
        let errors = child.stderr.take();
        let (sender, answers) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines() {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        // Engines print what a failure is about; the verdict says it too. The pipe must not fill up.
        std::thread::spawn(move || {
            errors.map(|errors| std::io::copy(&mut BufReader::new(errors), &mut std::io::sink()))
        });
        Ok(Worker { child, input, answers })
    }

    fn ask(&mut self, request: &Request) -> std::io::Result<()> {
        let line = serde_json::to_string(request)?;
        writeln!(self.input, "{line}")?;
        self.input.flush()
    }

    fn end(mut self) -> Option<ExitStatus> {
        let _ = self.child.kill();
        self.child.wait().ok()
    }
}

/// How a worker came to its end, for people.
fn describe(status: Option<ExitStatus>) -> String {
    #[cfg(unix)]
    if let Some(signal) = status.and_then(|status| std::os::unix::process::ExitStatusExt::signal(&status)) {
        let name = match signal {
            6 => " (SIGABRT: an abort)",
            9 => " (SIGKILL: killed, perhaps for want of memory)",
            11 => " (SIGSEGV: a stack overflow or a wild access)",
            _ => "",
        };
        return format!("the worker died of signal {signal}{name}");
    }
    status.map_or_else(|| "the worker is gone".into(), |status| format!("the worker ended with {status}"))
}

/// How a task ended, when no worker answered it.
enum Lost {
    Crash(String),
    Hang(Duration),
    Interrupted,
}

/// Runs all tasks, and reports on them as they end. Returns when all have ended, or the user wants to stop.
pub fn run(tasks: Vec<Task>, settings: &Settings, mut news: impl FnMut(News)) {
    let queue = Mutex::new(VecDeque::from(tasks));
    let (sender, receiver) = mpsc::channel();
    std::thread::scope(|scope| {
        for number in 0..settings.workers.max(1) {
            let (queue, sender) = (&queue, sender.clone());
            scope.spawn(move || serve(number, queue, settings, &sender));
        }
        drop(sender);
        for item in receiver {
            news(item);
        }
    });
}

/// One worker after another, until the queue is empty.
fn serve(number: usize, queue: &Mutex<VecDeque<Task>>, settings: &Settings, news: &mpsc::Sender<News>) {
    let tell = |item| {
        // The receiver lives until all workers are through.
        let _ = news.send(item);
    };
    let mut worker: Option<Worker> = None;
    loop {
        let Some(task) = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front() else {
            break;
        };
        if settings.interrupted.load(Ordering::Relaxed) {
            give_up(&task, &Lost::Interrupted, Duration::ZERO, &tell);
            continue;
        }
        tell(News::Begun(number, task.title()));
        let started = Instant::now();
        let mut running = match worker.take().map_or_else(|| Worker::start(settings), Ok) {
            Ok(running) => running,
            Err(error) => {
                give_up(
                    &task,
                    &Lost::Crash(format!("no worker could be started: {error}")),
                    Duration::ZERO,
                    &tell,
                );
                continue;
            }
        };
        let mut done = 0;
        let counting = |item| {
            // A program of a batch is through, well or not.
            done += usize::from(matches!(item, News::Program(_) | News::Passed(_) | News::Verdict(_)));
            tell(item);
        };
        let attended = attend(&mut running, &task, number, settings, counting);
        let rest = match &task {
            Task::Batch(batch) => batch.after(done + usize::from(attended.is_err())).map(Task::Batch),
            Task::Trial(trial) => {
                trial.after(done + usize::from(attended.is_err())).map(|rest| Task::Trial(Box::new(rest)))
            }
            _ => None,
        };
        if let Some(rest) = rest {
            queue.lock().unwrap_or_else(PoisonError::into_inner).push_front(rest);
        }
        let task = task.at(done);
        match attended {
            Ok(Keep::Yes) => worker = Some(running),
            Ok(Keep::No) => drop(running.end()),
            Err(Lost::Crash(_)) => {
                let status = running.child.wait().ok();
                give_up(&task, &Lost::Crash(describe(status)), started.elapsed(), &tell);
            }
            Err(lost) => {
                running.end();
                give_up(&task, &lost, started.elapsed(), &tell);
            }
        }
    }
    if let Some(idle) = worker {
        idle.end();
    }
}

/// Whether a worker can be used again.
enum Keep {
    Yes,
    No,
}

/// Gives a task to a worker, and waits for its answer.
fn attend(
    worker: &mut Worker,
    task: &Task,
    number: usize,
    settings: &Settings,
    mut tell: impl FnMut(News),
) -> Result<Keep, Lost> {
    let request = match task {
        Task::Job(job) => Request::Job(job.clone()),
        Task::SelfTest(test) => Request::SelfTest(test.clone()),
        Task::Batch(batch) => Request::Batch(batch.clone()),
        Task::Trial(trial) => Request::Trial(trial.clone()),
    };
    worker.ask(&request).map_err(|error| Lost::Crash(error.to_string()))?;
    let patience = match task {
        Task::Job(job) => job.patience.unwrap_or(settings.patience),
        Task::SelfTest(_) | Task::Batch(_) | Task::Trial(_) => settings.patience,
    };
    let mut done = 0;
    let mut last_word = Instant::now();
    loop {
        if settings.interrupted.load(Ordering::Relaxed) {
            return Err(Lost::Interrupted);
        }
        match worker.answers.recv_timeout(Duration::from_millis(100)) {
            Ok(Ok(line)) => {
                last_word = Instant::now();
                match serde_json::from_str(&line) {
                    Ok(Response::Beat(executions)) => tell(News::Beat(number, executions)),
                    Ok(Response::Verdict(verdict)) => {
                        let spent = matches!(verdict.verdict, Level::Failed | Level::Truncated);
                        tell(News::Verdict(verdict));
                        return Ok(if spent { Keep::No } else { Keep::Yes });
                    }
                    Ok(Response::Program(result)) => {
                        let is_check = matches!(task, Task::Batch(batch) if batch.crippled.is_some());
                        if !is_check {
                            tell(News::Program(result));
                        }
                        done += 1;
                        if let Task::Batch(batch) = task
                            && done == batch.programs.len()
                        {
                            // What a worker keeps of each program goes with it.
                            return Ok(Keep::No);
                        }
                    }
                    Ok(Response::Passed(passed)) => {
                        tell(News::Passed(passed));
                        done += 1;
                        if matches!(task, Task::Trial(trial) if done == trial.candidates.len()) {
                            return Ok(Keep::No);
                        }
                    }
                    Ok(Response::SelfTest(report)) => {
                        tell(News::SelfTest(report));
                        return Ok(Keep::Yes);
                    }
                    Err(error) => return Err(Lost::Crash(format!("`{line}` is no answer: {error}"))),
                }
            }
            Ok(Err(error)) => return Err(Lost::Crash(error.to_string())),
            Err(mpsc::RecvTimeoutError::Disconnected) => return Err(Lost::Crash("no answer".into())),
            Err(mpsc::RecvTimeoutError::Timeout) => {
                if last_word.elapsed() > patience {
                    return Err(Lost::Hang(patience));
                }
            }
        }
    }
}

fn give_up(task: &Task, lost: &Lost, time: Duration, tell: &impl Fn(News)) {
    let (kind, message) = match lost {
        Lost::Crash(how) => ("crash", how.clone()),
        Lost::Hang(patience) => {
            ("hang", format!("one execution did not end within {} seconds", patience.as_secs_f64()))
        }
        Lost::Interrupted => ("interrupted", "interrupted".to_owned()),
    };
    tell(match task {
        Task::SelfTest(test) => News::SelfTestLost(test.clone(), message),
        Task::Batch(_) | Task::Trial(_) => return,
        Task::Job(job) if matches!(lost, Lost::Interrupted) => {
            News::Verdict(Box::new(job.verdict(Level::Truncated, 0, &Default::default(), time)))
        }
        Task::Job(job) => News::Verdict(Box::new(job.failed(kind, message, time))),
    });
}

/// The self-tests that each engine's COMPLETE rests on: a search, and the search crippled.
pub fn self_tests(seed: u64, programs: usize) -> Vec<Task> {
    let of = |search, programs| Task::SelfTest(SelfTest { search, seed, programs });
    // Plain depth-first search of a program of the map takes thousands of executions: fewer of these.
    let few = programs.div_ceil(16);
    vec![
        of(Search::Loom, programs),
        of(Search::StockLoom, programs),
        of(Search::Sleep, programs),
        of(Search::BrokenSleep, programs),
        of(Search::SleepHistories, few),
        of(Search::SleepWithoutHistories, few),
    ]
}
