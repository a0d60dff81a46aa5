//! The parent's side: worker processes, as many as there are cores, and what becomes of their jobs.
//!
//! A worker that dies or says nothing for too long has not answered: that is a FAILED verdict, with the program named.
//!
//! Workers run code that is not trusted: a structure under test may print what looks like an answer. So each worker has a mark, random and told
//! on its standard input, with which its answers begin. A line without it is not an answer.

use crate::task::{Response, Task, Told};
use linear::{Level, Verdict};
use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

/// News of the run.
#[derive(Debug)]
pub enum News {
    /// A worker has begun a task.
    Begun(usize, String),
    /// It is alive, after so many executions.
    Beat(usize, u64),
    /// A job is over.
    Verdict(Box<Verdict>),
    /// A part of a task is over, or lost.
    Told(Told),
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
    pub program: Option<Launch>,
}

/// How a worker is started.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// What is added to its environment.
    pub variables: Vec<(String, String)>,
    /// The line that it writes when it begins to serve, if it writes others before that.
    pub greeting: Option<&'static str>,
}

impl Launch {
    fn this_program() -> std::io::Result<Launch> {
        std::env::current_exe().map(Launch::from)
    }
}

/// A program that serves when its argument is `worker`.
impl<P: Into<PathBuf>> From<P> for Launch {
    fn from(program: P) -> Launch {
        let arguments = vec!["worker".to_owned()];
        Launch { program: program.into(), arguments, variables: Vec::new(), greeting: None }
    }
}

struct Worker {
    child: Child,
    mark: String,
    input: ChildStdin,
    answers: mpsc::Receiver<std::io::Result<String>>,
}

impl Worker {
    fn start(settings: &Settings) -> std::io::Result<Worker> {
        let launch = settings.program.clone().map_or_else(Launch::this_program, Ok)?;
        let mut command = Command::new(launch.program);
        command.args(launch.arguments).envs(launch.variables);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A group of its own: Ctrl-C is for the parent, who tells. The parent of one that greets is a test, which does not: it is in the
        // group of the test, and whoever ends that group ends the worker.
        #[cfg(unix)]
        if launch.greeting.is_none() {
            std::os::unix::process::CommandExt::process_group(&mut command, 0);
        }
        let mut child = command.spawn()?;
        let input = child.stdin.take().ok_or_else(|| std::io::Error::other("no standard input"))?;
        let output = child.stdout.take().ok_or_else(|| std::io::Error::other("no standard output"))?;
        let errors = child.stderr.take();
        let (sender, answers) = mpsc::channel();
        let mark = a_mark();
        let expected = mark.clone();
        std::thread::spawn(move || {
            for answer in answers_in(BufReader::new(output), launch.greeting, &expected) {
                if sender.send(answer).is_err() {
                    return;
                }
            }
        });
        // Engines print what a failure is about; the verdict says it too. The pipe must not fill up.
        std::thread::spawn(move || {
            errors.map(|errors| std::io::copy(&mut BufReader::new(errors), &mut std::io::sink()))
        });
        Ok(Worker { child, mark, input, answers })
    }

    fn ask(&mut self, request: crate::task::Request) -> std::io::Result<()> {
        let line = serde_json::to_string(&crate::task::Request { mark: self.mark.clone(), ..request })?;
        writeln!(self.input, "{line}")?;
        self.input.flush()
    }

    fn end(mut self) -> Option<ExitStatus> {
        let _ = self.child.kill();
        self.child.wait().ok()
    }
}

/// Nobody who has not been told can write it: 128 bits by hashes whose keys the system chose at random.
fn a_mark() -> String {
    let bits = || RandomState::new().hash_one(Instant::now());
    format!("{:016x}{:016x} ", bits(), bits())
}

/// The lines that a worker answers, with their mark. One that greets began as a test or as a program of its own, and shares its output with
/// Rust's test harness and with the code under test: what they write has no mark, and is left out.
fn answers_in<'m>(
    output: impl BufRead + 'm,
    mut greeting: Option<&'static str>,
    mark: &'m str,
) -> impl Iterator<Item = std::io::Result<String>> + 'm {
    let is_a_test = greeting.is_some();
    let is_answer = move |line: &str| line.starts_with(mark);
    output.lines().filter(move |line| match line {
        Err(_) => true,
        Ok(line) if greeting.is_some() => {
            greeting = greeting.filter(|greeting| line != greeting);
            false
        }
        Ok(line) => !is_a_test || is_answer(line),
    })
}

/// How a worker came to its end, for people.
fn describe(status: Option<ExitStatus>) -> String {
    #[cfg(unix)]
    if let Some(signal) = status.and_then(|status| std::os::unix::process::ExitStatusExt::signal(&status)) {
        let name = match signal {
            6 => " (SIGABRT: an abort)",
            9 => " (SIGKILL: killed, perhaps because memory ran out)",
            11 => " (SIGSEGV: a stack overflow or a wild access)",
            _ => "",
        };
        return format!("the worker was killed by signal {signal}{name}");
    }
    status.map_or_else(|| "the worker has ended".into(), |status| format!("the worker ended with {status}"))
}

/// How a task ended, when no worker answered it.
enum Lost {
    Crash(String),
    Hang(Duration),
    /// It is alive, and has said something that is no answer.
    NoAnswer(String),
    Interrupted,
    /// The user wanted to stop before it began.
    NotBegun,
}

/// Runs all tasks, and reports on them as they end. Returns when all have ended, or the user wants to stop.
pub fn run(tasks: Vec<Box<dyn Task>>, settings: &Settings, mut news: impl FnMut(News)) {
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
fn serve(
    number: usize,
    queue: &Mutex<VecDeque<Box<dyn Task>>>,
    settings: &Settings,
    news: &mpsc::Sender<News>,
) {
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
            give_up(&*task, Begun::default(), &Lost::NotBegun, Duration::ZERO, &tell);
            continue;
        }
        tell(News::Begun(number, task.title()));
        let started = Instant::now();
        let mut running = match worker.take().map_or_else(|| Worker::start(settings), Ok) {
            Ok(running) => running,
            Err(error) => {
                let lost = Lost::Crash(format!("no worker could be started: {error}"));
                give_up(&*task, Begun::default(), &lost, Duration::ZERO, &tell);
                continue;
            }
        };
        let mut begun = Begun::default();
        let attended = attend(&mut running, &*task, number, settings, &mut begun, &tell);
        if let Some(rest) = task.rest(begun.done + usize::from(attended.is_err())) {
            queue.lock().unwrap_or_else(PoisonError::into_inner).push_front(rest);
        }
        match attended {
            Ok(Keep::Yes) => worker = Some(running),
            Ok(Keep::No) => drop(running.end()),
            Err(Lost::Crash(_)) => {
                let status = running.child.wait().ok();
                give_up(&*task, begun, &Lost::Crash(describe(status)), started.elapsed(), &tell);
            }
            Err(lost) => {
                running.end();
                give_up(&*task, begun, &lost, started.elapsed(), &tell);
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

/// How far a task is.
#[derive(Clone, Copy, Default)]
struct Begun {
    /// The parts that are through, well or not.
    done: usize,
    /// The executions that the worker last told of.
    executions: u64,
}

/// Gives a task to a worker, and waits for its answers.
fn attend(
    worker: &mut Worker,
    task: &dyn Task,
    number: usize,
    settings: &Settings,
    begun: &mut Begun,
    tell: &impl Fn(News),
) -> Result<Keep, Lost> {
    worker.ask(task.request()).map_err(|error| Lost::Crash(error.to_string()))?;
    let patience = task.patience().unwrap_or(settings.patience);
    let mut last_word = Instant::now();
    loop {
        if settings.interrupted.load(Ordering::Relaxed) {
            return Err(Lost::Interrupted);
        }
        match worker.answers.recv_timeout(Duration::from_millis(100)) {
            Ok(Ok(line)) => {
                last_word = Instant::now();
                let no_answer = |error: String| Lost::NoAnswer(format!("`{line}` is not an answer: {error}"));
                let answer = line.strip_prefix(&worker.mark);
                let answer = answer.ok_or_else(|| no_answer("it has no mark of this worker".to_owned()))?;
                match serde_json::from_str(answer).map_err(|error| no_answer(error.to_string()))? {
                    Response::Beat(executions) => {
                        begun.executions = executions;
                        tell(News::Beat(number, executions));
                    }
                    Response::Verdict(verdict) => {
                        let spent = matches!(verdict.verdict, Level::Failed | Level::Truncated);
                        tell(News::Verdict(verdict));
                        begun.done += 1;
                        return Ok(if spent { Keep::No } else { Keep::Yes });
                    }
                    Response::Gone(why) => return Err(Lost::NoAnswer(why)),
                    Response::Part(answer) => {
                        if let Some(told) = task.hear(answer).map_err(no_answer)? {
                            tell(News::Told(told));
                        }
                        begun.done += 1;
                        if begun.done == task.parts() {
                            return Ok(if task.spends_its_worker() { Keep::No } else { Keep::Yes });
                        }
                    }
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

/// Tells that no worker answered a task of which so many parts are through.
fn give_up(task: &dyn Task, begun: Begun, lost: &Lost, time: Duration, tell: &impl Fn(News)) {
    let (kind, message) = match lost {
        Lost::Crash(how) | Lost::NoAnswer(how) => ("crash", how.clone()),
        Lost::Hang(patience) => ("hang", format!("one execution did not end within {}", time_of(*patience))),
        Lost::Interrupted | Lost::NotBegun => ("interrupted", "interrupted".to_owned()),
    };
    // Of a task in parts of which none has begun, nothing is said: what is not heard of was not run.
    let at_work = task.at(begun.done).filter(|_| task.parts() == 0 || !matches!(lost, Lost::NotBegun));
    match (at_work, lost) {
        (Some(job), Lost::Crash(_) | Lost::NoAnswer(_) | Lost::Hang(_)) => {
            tell(News::Verdict(Box::new(job.failed(kind, message, time))));
        }
        (Some(job), _) => {
            tell(News::Verdict(Box::new(job.verdict(
                Level::Truncated,
                begun.executions,
                &Default::default(),
                time,
            ))));
        }
        (None, _) => task.lost(&message).into_iter().for_each(|told| tell(News::Told(told))),
    }
}

/// `0.5 s`, `30 s`
fn time_of(patience: Duration) -> String {
    format!("{} s", patience.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::{a_mark, answers_in};

    #[test]
    fn what_the_test_harness_writes_is_no_answer() {
        let output = "running 1 test\n\nserving\n7 {\"Beat\":1}\ntest a has been running for over 60 seconds\n7 {\"Beat\":2}\n";
        let heard = |greeting| -> Vec<String> {
            answers_in(output.as_bytes(), greeting, "7 ").map(|line| line.expect("no error")).collect()
        };
        assert_eq!(heard(Some("serving")), ["7 {\"Beat\":1}", "7 {\"Beat\":2}"]);
        assert_eq!(heard(None).len(), 6, "a worker that does not greet only answers");
    }

    /// The code under test runs where the answers are written.
    #[test]
    fn an_answer_without_the_mark_of_its_worker_is_none() {
        let output = "serving\n{\"Beat\":1}\n8 {\"Beat\":2}\n";
        assert_eq!(answers_in(output.as_bytes(), Some("serving"), "7 ").count(), 0);
        let (one, other) = (a_mark(), a_mark());
        assert!(one != other && one.len() == 33, "{one} {other}");
    }
}
