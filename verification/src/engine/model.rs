//! One execution of a program in a model build: the same body for loom and for shuttle.

use crate::adapter::{Calls, Instance, OnLoom, OnShuttle};
use crate::coverage::{self, Passage};
use crate::history::{History, Record};
use crate::program::Program;
use crate::verdict::Step;
use std::sync::{Arc, Mutex};

/// When the model epoch frees: as in the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EpochMode {
    /// At the end.
    Leak,
    /// As early as is legal.
    Eager,
    /// The same, and the search reorders it.
    Visible,
}

/// What a model build offers to the body of an execution.
pub trait Build: 'static {
    /// The subjects, compiled in this build.
    type Instance: Instance;
    /// A running thread.
    type Handle;

    /// Begins an execution on the running thread.
    fn begin(mode: EpochMode);
    /// Ends it, and checks what must be so then: nothing leaks, no guard lives.
    fn end();
    /// Gives the running thread its number.
    fn enter_thread(number: usize);
    /// Notes that the running thread makes a call.
    fn call(number: usize);
    /// Notes that the call has returned.
    fn returned(number: usize);
    /// Says whether the running thread is the only one of its model.
    fn alone(is: bool);
    /// Spawns a thread of the model.
    fn spawn(body: impl FnOnce() + Send + 'static) -> Self::Handle;
    /// A point where another thread may run. (shuttle has one before a spawn, none after.)
    fn switch_point();
    /// Waits for it.
    fn join(handle: Self::Handle);
    /// The kind of misuse of the epoch that was reported, if any.
    fn violation() -> Option<&'static str>;
    /// What happened, for threads of a program with so many.
    fn steps(threads: usize) -> Vec<Step>;
    /// The calls of the execution so far, as far as steps of the algorithm go.
    fn passages(program: &Program, history: &History) -> Vec<Passage>;
    /// Replaces an ordering.
    fn replace_ordering(id: &str, ordering: Option<std::sync::atomic::Ordering>);
}

/// Calls so far, in the order in which they began or returned. Hidden from the checker: a std mutex, never held across
/// one of its calls.
#[derive(Default)]
struct Log {
    clock: u64,
    records: Vec<Record>,
}

/// Runs the program once, and has the run judged before the subject is dropped and the books are closed: a lost value is
/// a wrong history first, and a leak second. The last thread runs on the model's own: less to explore than a thread more.
pub fn run_once<B: Build>(
    program: &'static Program,
    mode: EpochMode,
    judge: impl FnOnce(&History, Result<(), String>),
) {
    B::begin(mode);
    B::alone(true);
    let subject = Arc::new(B::Instance::new(program.subject.kind));
    for call in &program.setup {
        subject.call(call);
    }
    let log = Arc::new(Mutex::new(Log::default()));
    let last = program.threads.len() - 1;
    B::alone(false);
    let handles: Vec<_> = (0..last)
        .map(|thread| {
            let (subject, log) = (Arc::clone(&subject), Arc::clone(&log));
            B::spawn(move || {
                B::enter_thread(thread + 1);
                run_thread::<B>(program, thread, &subject, &log);
                drop(subject);
            })
        })
        .collect();
    // The others may come first: without this, the first call of the last thread would always be made before them.
    B::switch_point();
    run_thread::<B>(program, last, &subject, &log);
    handles.into_iter().for_each(B::join);
    B::alone(true);

    let mut subject = Arc::into_inner(subject).expect("all threads have ended");
    let contents = subject.contents();
    let invariants = subject.check_invariants();
    let records = std::mem::take(&mut log.lock().expect("no thread panicked").records);
    judge(&History { records, contents }, invariants);
    drop(subject);
    B::alone(false);
    B::end();
}

fn run_thread<B: Build>(program: &Program, thread: usize, subject: &B::Instance, log: &Mutex<Log>) {
    for (number, call) in program.threads[thread].iter().enumerate() {
        let tick = || {
            let mut log = log.lock().expect("no thread panicked");
            log.clock += 1;
            log.clock
        };
        let called = tick();
        B::call(number);
        let ret = subject.call(call);
        let returned = tick();
        B::returned(number);
        let record = Record { thread, number, called, returned, ret };
        log.lock().expect("no thread panicked").records.push(record);
    }
}

macro_rules! build {
    ($(#[$doc:meta])* $name:ident, $krate:ident, $instance:ident, $engine:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;

        impl Build for $name {
            type Instance = $instance;
            type Handle = $engine::thread::JoinHandle<()>;

            fn begin(mode: EpochMode) {
                use $krate::epoch::model::{Mode, begin};
                $krate::sync::record::begin();
                begin(match mode {
                    EpochMode::Leak => Mode::Leak,
                    EpochMode::Eager => Mode::Eager,
                    EpochMode::Visible => Mode::Visible,
                });
            }
            fn end() {
                $krate::epoch::model::end();
            }
            fn enter_thread(number: usize) {
                $krate::sync::record::enter_thread(number);
            }
            fn call(number: usize) {
                $krate::sync::record::call(u32::try_from(number).unwrap_or(0));
            }
            fn returned(number: usize) {
                $krate::sync::record::returned(u32::try_from(number).unwrap_or(0));
            }
            fn alone(is: bool) {
                $krate::sync::record::alone(is);
            }
            fn spawn(body: impl FnOnce() + Send + 'static) -> Self::Handle {
                $engine::thread::spawn(body)
            }
            fn switch_point() {
                $krate::sync::record::switch_point();
            }
            fn join(handle: Self::Handle) {
                handle.join().expect("the thread panicked");
            }
            fn violation() -> Option<&'static str> {
                $krate::epoch::model::violation()
            }
            fn passages(program: &Program, history: &History) -> Vec<Passage> {
                use $krate::sync::record::{Action, Event, with_events};
                // The model's own thread runs the program's last thread.
                let thread = |event: &Event| event.thread.checked_sub(1).unwrap_or(program.threads.len() - 1);
                let passage = |record: &Record| Passage {
                    operation: program.threads[record.thread][record.number].name(),
                    returned: coverage::word(&record.ret),
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
                $krate::sync::record::replace_ordering(id, ordering);
            }
            fn steps(threads: usize) -> Vec<Step> {
                use $krate::sync::record::{Action, Event, Value, take_events};
                let show = |value: Value| match value {
                    Value::Integer(n) => n.to_string(),
                    Value::Pointer(0, 0) => "null".to_owned(),
                    Value::Pointer(0, tag) => format!("null, tag {tag}"),
                    Value::Pointer(object, 0) => format!("#{object}"),
                    Value::Pointer(object, tag) => format!("#{object}, tag {tag}"),
                };
                let mut begun = false;
                let step = |event: Event| {
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
                    }
                };
                take_events().into_iter().map(step).collect()
            }
        }
    };
}

build!(
    /// The loom build.
    LoomBuild,
    sync_map_loom,
    OnLoom,
    loom
);
build!(
    /// The shuttle build.
    ShuttleBuild,
    sync_map_shuttle,
    OnShuttle,
    shuttle
);
