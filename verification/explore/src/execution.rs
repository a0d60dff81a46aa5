//! One execution of a program in a model build: the same body for loom and for shuttle.

use crate::calls::Calls;
use crate::lawless as plan;
use crate::passage::{Passage, word};
use crate::subjects::{self, Builds, Word};
use crate::watching::{self, Books};
use linear::{Answer, Call, History, Program, Record, Step};
use std::sync::{Arc, Mutex, Weak};
use sync_map_model::OneStep;

/// When the strict epoch frees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EpochMode {
    /// At the end.
    Leak,
    /// As early as is legal.
    Eager,
    /// The same, and the search reorders it.
    Visible,
    /// Late: at the next outermost pin or flush of any thread, and not when a guard goes.
    AtPins,
    /// Later still: at the next flush of any thread.
    AtFlushes,
    /// At the end; and each call of the subject is one step.
    OneStep,
}

impl EpochMode {
    /// Where destructors run, in words.
    pub fn place(self) -> &'static str {
        match self {
            EpochMode::Leak | EpochMode::OneStep => " [destructors run at the end]",
            EpochMode::Eager | EpochMode::Visible => " [destructors run as early as is legal]",
            EpochMode::AtPins => " [destructors run when a thread pins, or flushes]",
            EpochMode::AtFlushes => " [destructors run when a thread flushes]",
        }
    }
}

/// Where the destructors of a program run: each of these in turn.
///
/// Freeing as early as is legal is the best way to find what is freed too early. But destructors that do more than free memory should run
/// where a real epoch may run them: at pins and at flushes. Never when a guard goes, where one could destroy what a call is about to
/// return.
pub fn places(program: &Program) -> &'static [EpochMode] {
    if program.has_destructors() { &[EpochMode::AtPins, EpochMode::AtFlushes] } else { &[EpochMode::Eager] }
}

/// What a model build offers to the body of an execution.
pub trait Build: 'static {
    /// A running thread.
    type Handle;

    /// A fresh instance of a subject.
    fn make(subject: &Builds) -> Box<dyn Calls>;
    /// Begins an execution on the running thread.
    fn begin(mode: EpochMode, one_step: Option<&'static OneStep>);
    /// Ends it, and checks what must hold then: nothing leaks, and no guard lives.
    fn end();
    /// Gives the running thread its number.
    fn enter_thread(number: usize);
    /// Notes that the running thread makes a call.
    fn call(number: usize);
    /// Notes that the call has returned.
    fn returned(number: usize);
    /// Tells the facade whether the running thread is the only one of its model.
    fn alone(is: bool);
    /// Spawns a thread of the model.
    fn spawn(body: impl FnOnce() + Send + 'static) -> Self::Handle;
    /// A point where another thread may run. (shuttle has one before a spawn, none after.)
    fn switch_point();
    /// Waits for a thread.
    fn join(handle: Self::Handle);
    /// The kind of misuse of the epoch that was reported, if any.
    fn violation() -> Option<&'static str>;
    /// What happened, for a program with this number of threads.
    fn steps(threads: usize) -> Vec<Step>;
    /// The calls of the execution so far, with the steps of the algorithm that they took.
    fn passages(program: &Program, history: &History) -> Vec<Passage>;
    /// Whether anything was retired in the last execution.
    fn retired_any() -> bool;
    /// Whether mode eager might have shown something in the last execution that mode leak has not.
    fn early_destruction_shows() -> bool;
    /// Call-backs misbehave in this execution; if `destructors` do more than free memory, it matters which thread runs them, and when.
    fn has_users(destructors: bool);
    /// Something that all threads share was used, apart from the subject.
    fn touch_users();
    /// Replaces an ordering.
    fn replace_ordering(id: &str, ordering: Option<std::sync::atomic::Ordering>);
    /// Has the subject looked at between steps from now on; none: no more.
    fn watch(subject: Option<Weak<Box<dyn Calls>>>, words: &'static [Word]);
    /// Whether the subject is being looked at: a panic is no failure then.
    fn is_looking() -> bool;
}

/// Calls so far, in the order in which they began or returned. Hidden from the checker: a std mutex, never held across
/// one of its calls.
#[derive(Default)]
struct Log {
    clock: u64,
    records: Vec<Record>,
}

/// One of the threads, or of the calls of call-backs.
fn tick(log: &Mutex<Log>) -> u64 {
    let mut log = log.lock().expect("no thread panicked");
    log.clock += 1;
    log.clock
}

/// Makes a call and records it. A user's panic ends here.
fn make(
    subject: &dyn Calls,
    call: &Call,
    thread: usize,
    number: usize,
    log: &Mutex<Log>,
    returned: impl Fn(),
) {
    let called = tick(log);
    let ret = plan::catch(|| subject.call(call)).unwrap_or(Answer::Panicked);
    let end = tick(log);
    returned();
    let record = Record { thread, number, called, returned: end, ret };
    log.lock().expect("no thread panicked").records.push(record);
}

/// Makes call-backs misbehave from now on, if the program says so.
fn arm<B: Build>(program: &'static Program, subject: &Arc<Box<dyn Calls>>, log: &Arc<Mutex<Log>>) {
    let (subject, log) = (Arc::downgrade(subject), Arc::clone(log));
    plan::arm(B::touch_users, move |misdeed| {
        if let Some(subject) = subject.upgrade() {
            let thread = program.threads.len() + misdeed;
            make(&**subject, program.call(thread, 0), thread, 0, &log, || ());
        }
    });
}

/// [`run_watched`] with nobody watching.
pub fn run_once<B: Build>(
    program: &'static Program,
    mode: EpochMode,
    judge: impl FnOnce(&History, Result<(), String>),
) {
    run_watched::<B>(program, mode, false, judge);
}

/// Runs the program once, and has the run judged before the subject is dropped and the books are closed: a lost value is
/// a wrong history first, and a leak second. If it is watched, the subject is looked at after each event. The last thread runs on the model's own: that is less to explore than another thread.
pub fn run_watched<B: Build>(
    program: &'static Program,
    mode: EpochMode,
    is_watched: bool,
    judge: impl FnOnce(&History, Result<(), String>),
) {
    let builds = subjects::builds_of(program.subject);
    B::begin(mode, builds.one_step);
    plan::begin(program);
    if program.has_users() {
        B::has_users(program.has_destructors());
    }
    B::alone(true);
    let subject = Arc::new(B::make(builds));
    B::watch(is_watched.then(|| Arc::downgrade(&subject)), builds.words);
    for call in &program.setup {
        subject.call(call);
    }
    let log = Arc::new(Mutex::new(Log::default()));
    let last = program.threads.len() - 1;
    arm::<B>(program, &subject, &log);
    B::alone(false);
    let handles: Vec<_> = (0..last)
        .map(|thread| {
            let (subject, log) = (Arc::clone(&subject), Arc::clone(&log));
            B::spawn(move || {
                B::enter_thread(thread + 1);
                run_thread::<B>(program, thread, &**subject, &log);
                drop(subject);
            })
        })
        .collect();
    // The others may come first: without this, the first call of the last thread would always be made before them.
    B::switch_point();
    run_thread::<B>(program, last, &**subject, &log);
    handles.into_iter().for_each(B::join);
    plan::disarm();
    B::alone(true);

    let mut subject = Arc::into_inner(subject).expect("all threads have ended");
    let contents = subject.contents();
    let invariants = subject.check_invariants();
    let records = std::mem::take(&mut log.lock().expect("no thread panicked").records);
    judge(&History { records, contents }, invariants);
    drop(subject);
    B::alone(false);
    B::end();
    if program.has_users() {
        crate::counted::check_leaks(program.misdeeds.iter().any(|m| m.panics_in_a_drop()));
    }
}

fn run_thread<B: Build>(program: &Program, thread: usize, subject: &dyn Calls, log: &Mutex<Log>) {
    for (number, call) in program.threads[thread].iter().enumerate() {
        B::call(number);
        make(subject, call, thread, number, log, || B::returned(number));
    }
}

macro_rules! build {
    ($(#[$doc:meta])* $name:ident, $make:ident, $engine:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;

        impl Build for $name {
            type Handle = $engine::thread::JoinHandle<()>;

            fn make(subject: &Builds) -> Box<dyn Calls> {
                (subject.$make)()
            }
            fn begin(mode: EpochMode, one_step: Option<&'static OneStep>) {
                use sync_map_model::$engine::strict_epoch::{Mode, begin};
                sync_map_model::$engine::trace::begin();
                if let (EpochMode::OneStep, Some(one_step)) = (mode, one_step) {
                    sync_map_model::$engine::trace::in_one_step(one_step);
                }
                begin(match mode {
                    EpochMode::Leak | EpochMode::OneStep => Mode::Leak,
                    EpochMode::Eager => Mode::Eager,
                    EpochMode::Visible => Mode::Visible,
                    EpochMode::AtPins => Mode::AtPins,
                    EpochMode::AtFlushes => Mode::AtFlushes,
                });
            }
            fn end() {
                sync_map_model::$engine::strict_epoch::end();
            }
            fn enter_thread(number: usize) {
                sync_map_model::$engine::trace::enter_thread(number);
            }
            fn call(number: usize) {
                sync_map_model::$engine::trace::call(u32::try_from(number).unwrap_or(0));
            }
            fn returned(number: usize) {
                sync_map_model::$engine::trace::returned(u32::try_from(number).unwrap_or(0));
            }
            fn retired_any() -> bool {
                sync_map_model::$engine::strict_epoch::retired_any()
            }
            fn early_destruction_shows() -> bool {
                sync_map_model::$engine::strict_epoch::early_destruction_shows()
            }
            fn has_users(destructors: bool) {
                sync_map_model::$engine::trace::has_users(destructors);
            }
            fn touch_users() {
                sync_map_model::$engine::trace::touch_users();
            }
            fn alone(is: bool) {
                sync_map_model::$engine::trace::alone(is);
            }
            fn spawn(body: impl FnOnce() + Send + 'static) -> Self::Handle {
                $engine::thread::spawn(body)
            }
            fn switch_point() {
                sync_map_model::$engine::trace::switch_point();
            }
            fn join(handle: Self::Handle) {
                handle.join().expect("the thread panicked");
            }
            fn violation() -> Option<&'static str> {
                sync_map_model::$engine::strict_epoch::violation()
            }
            fn passages(program: &Program, history: &History) -> Vec<Passage> {
                use sync_map_model::$engine::trace::{Action, Event, with_events};
                // The model's own thread runs the program's last thread.
                let thread = |event: &Event| event.thread.checked_sub(1).unwrap_or(program.threads.len() - 1);
                let passage = |record: &Record| Passage {
                    operation: program.threads[record.thread][record.number].name(),
                    returned: word(&record.ret),
                    accesses: Vec::new(),
                    locked: false,
                };
                with_events(|events| {
                    let mut passages: Vec<Passage> = history.records.iter().map(passage).collect();
                    let mut running: Vec<Option<usize>> = vec![None; program.threads.len()];
                    for event in events {
                        let thread = thread(event);
                        match (event.action, running.get(thread).copied().flatten()) {
                            (Action::Call, _) => {
                                let is_it = |r: &Record| r.thread == thread && r.number == event.object as usize;
                                running[thread] = history.records.iter().position(is_it);
                            }
                            (Action::Return, _) => running[thread] = None,
                            (Action::Lock, Some(at)) => passages[at].locked = true,
                            (_, Some(at)) => {
                                let site = event.site.filter(|site| site.id.starts_with("ORD"));
                                passages[at].accesses.extend(site.map(|site| (site.id, event.location)));
                            }
                            _ => {}
                        }
                    }
                    passages
                })
            }
            fn replace_ordering(id: &str, ordering: Option<std::sync::atomic::Ordering>) {
                sync_map_model::$engine::trace::replace_ordering(id, ordering);
            }
            fn watch(subject: Option<Weak<Box<dyn Calls>>>, words: &'static [Word]) {
                use std::rc::Rc;
                use sync_map_model::$engine::look::between_steps;
                use sync_map_model::$engine::strict_epoch::{pinned, retired};
                use sync_map_model::$engine::trace::with_events;
                watching::begin(words);
                between_steps(subject.map(|subject| -> Rc<dyn Fn()> {
                    Rc::new(move || {
                        let books = Books { pinned: pinned(), retired: retired() };
                        watching::look(&subject, with_events(<[_]>::len), books);
                    })
                }));
            }
            fn is_looking() -> bool {
                sync_map_model::$engine::look::is_looking()
            }
            fn steps(threads: usize) -> Vec<Step> {
                use sync_map_model::$engine::trace::{Action, Event, Value, take_events};
                let show = |value: Value| match value {
                    Value::Integer(n) => n.to_string(),
                    Value::Pointer(0, 0) => "null".to_owned(),
                    Value::Pointer(0, tag) => format!("null, tag {tag}"),
                    Value::Pointer(object, 0) => format!("#{object}"),
                    Value::Pointer(object, tag) => format!("#{object}, tag {tag}"),
                };
                let mut begun = false;
                let events = take_events();
                let step = |event: &Event| {
                    begun |= event.action == Action::Call;
                    // The model's own thread runs the set-up, then the program's last thread.
                    let thread = match (begun, event.thread) {
                        (false, _) => threads,
                        (true, 0) => threads - 1,
                        (true, number) => number - 1,
                    };
                    let file = event.location.file().rsplit("src/").next().unwrap_or("");
                    Step {
                        thread,
                        action: format!("{:?}", event.action),
                        object: format!("{} #{}", event.kind, event.object),
                        site: event.site.map(|site| {
                            let ordering = event.ordering.unwrap_or(site.ordering);
                            (site.id.to_owned(), format!("{ordering:?}"))
                        }),
                        seen: event.seen.map(show),
                        written: event.written.map(show),
                        stale: event.stale,
                        line: match event.action {
                            Action::Call | Action::Return => String::new(),
                            _ => format!("{file}:{}", event.location.line()),
                        },
                        shown: None,
                        snapshot: None,
                    }
                };
                let mut steps: Vec<Step> = events.iter().map(step).collect();
                watching::add(&mut steps, &events, |thread| thread.checked_sub(1).unwrap_or(threads - 1));
                steps
            }
        }
    };
}

build!(
    /// The loom build.
    LoomBuild,
    on_loom,
    loom
);
build!(
    /// The shuttle build.
    ShuttleBuild,
    on_shuttle,
    shuttle
);
