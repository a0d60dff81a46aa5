//! A litmus test under loom, its search repaired: what it shows.

use crate::enumerate::Allowed;
use crate::program::{Access, Change, Order, Outcome, Program, Step, Value};
use explore::on_loom::builder;
use std::collections::BTreeSet;
use std::panic::PanicHookInfo;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Once, PoisonError};
use sync_map_model::loom::trace::{self, Value as Shown};
use sync_map_model::loom::{PlainMemory, Word};
use sync_map_model::{Change as Does, Site};

/// More executions than this are given up.
pub const MOST_EXECUTIONS: u64 = 2_000_000;

const fn site(ordering: Ordering) -> Site {
    Site::new("LITMUS", "word.access", ordering)
}

/// By [`Order`]. What an access of the kind cannot have stands for itself made weaker, and is not asked for.
static LOADS: [Site; 3] = [site(Ordering::Relaxed), site(Ordering::Acquire), site(Ordering::SeqCst)];
static STORES: [Site; 3] = [site(Ordering::Relaxed), site(Ordering::Release), site(Ordering::SeqCst)];
static MODIFIES: [Site; 5] = [
    site(Ordering::Relaxed),
    site(Ordering::Acquire),
    site(Ordering::Release),
    site(Ordering::AcqRel),
    site(Ordering::SeqCst),
];

fn load_site(order: Order) -> &'static Site {
    match order {
        Order::SeqCst => &LOADS[2],
        Order::Acquire | Order::AcqRel => &LOADS[1],
        _ => &LOADS[0],
    }
}

fn store_site(order: Order) -> &'static Site {
    match order {
        Order::SeqCst => &STORES[2],
        Order::Release | Order::AcqRel => &STORES[1],
        _ => &STORES[0],
    }
}

fn modify_site(order: Order) -> &'static Site {
    match order {
        Order::NotAtomic | Order::Relaxed => &MODIFIES[0],
        Order::Acquire => &MODIFIES[1],
        Order::Release => &MODIFIES[2],
        Order::AcqRel => &MODIFIES[3],
        Order::SeqCst => &MODIFIES[4],
    }
}

fn fence(order: Order) {
    loom::sync::atomic::fence(match order {
        Order::Acquire => Ordering::Acquire,
        Order::Release => Ordering::Release,
        Order::SeqCst => Ordering::SeqCst,
        _ => Ordering::AcqRel,
    });
}

/// A location.
enum Cell {
    Atomic(Word),
    /// loom looks for races on the first; the second holds the value, which is the latest one if there is none.
    Plain(PlainMemory, AtomicUsize),
}

impl Cell {
    fn of(program: &Program, location: usize) -> Cell {
        let is_plain = |step: &Step| match step.access {
            Access::Load(_, of, order) | Access::Store(of, _, order) => {
                of == location && order == Order::NotAtomic
            }
            Access::Modify(..) | Access::Fence(_) => false,
        };
        match program.threads.iter().flatten().any(is_plain) {
            true => Cell::Plain(PlainMemory::new(), AtomicUsize::new(0)),
            false => Cell::Atomic(Word::new(0, |value| Shown::Integer(value as i64))),
        }
    }

    fn load(&self, order: Order) -> usize {
        match self {
            Cell::Atomic(word) => word.load(load_site(order)),
            Cell::Plain(memory, value) => {
                memory.read();
                value.load(Ordering::Relaxed)
            }
        }
    }

    fn store(&self, new: usize, order: Order) {
        match self {
            Cell::Atomic(word) => word.store(new, store_site(order)),
            Cell::Plain(memory, value) => {
                memory.write();
                value.store(new, Ordering::Relaxed);
            }
        }
    }

    fn modify(&self, change: Change, order: Order, value: impl Fn(Value) -> usize) -> usize {
        let Cell::Atomic(word) = self else {
            unreachable!("the parser lets only atomic locations be modified")
        };
        match change {
            Change::Swap(new) => word.modify(Does::Set(value(new)), modify_site(order)),
            Change::Add(by) => word.modify(Does::Add(value(by)), modify_site(order)),
            Change::CompareExchange(old, new, failed) => {
                let (success, failure) = (modify_site(order), load_site(failed));
                word.compare_exchange(value(old), value(new), success, failure).unwrap_or_else(|seen| seen)
            }
        }
    }

    /// The last value, when all threads have ended. A read-modify-write sees it whatever loads may see.
    fn last(&self) -> usize {
        match self {
            Cell::Atomic(word) => word.modify(Does::Or(0), &MODIFIES[4]),
            Cell::Plain(_, value) => value.load(Ordering::Relaxed),
        }
    }
}

fn narrow(value: usize) -> u32 {
    u32::try_from(value & 0xffff_ffff).unwrap_or(0)
}

/// What one thread does. The registers of all threads are in one list.
fn run(steps: &[Step], cells: &[Cell], registers: &Mutex<Vec<Option<u32>>>) {
    let read = |register: usize| registers.lock().unwrap_or_else(PoisonError::into_inner)[register];
    let set = |register: usize, value: usize| {
        registers.lock().unwrap_or_else(PoisonError::into_inner)[register] = Some(narrow(value));
    };
    let value = |value: Value| match value {
        Value::Number(number) => number as usize,
        Value::Register(register) => read(register).unwrap_or(0) as usize,
    };
    for step in steps {
        if step.when.is_some_and(|(register, wanted)| read(register) != Some(wanted)) {
            continue;
        }
        match step.access {
            Access::Load(register, location, order) => set(register, cells[location].load(order)),
            Access::Store(location, new, order) => cells[location].store(value(new), order),
            Access::Modify(register, location, change, order) => {
                set(register, cells[location].modify(change, order, value));
            }
            Access::Fence(order) => fence(order),
        }
    }
}

/// One execution.
fn once(program: &Program) -> Outcome {
    trace::begin();
    trace::keep_events(false);
    let cells: Vec<Cell> = (0..program.locations.len()).map(|location| Cell::of(program, location)).collect();
    let shared = Arc::new((cells, Mutex::new(vec![None; program.registers.len()])));
    let last = program.threads.len() - 1;
    let handles: Vec<_> = (0..last)
        .map(|thread| {
            let (shared, steps) = (Arc::clone(&shared), program.threads[thread].clone());
            loom::thread::spawn(move || {
                trace::enter_thread(thread + 1);
                run(&steps, &shared.0, &shared.1);
            })
        })
        .collect();
    run(&program.threads[last], &shared.0, &shared.1);
    for handle in handles {
        handle.join().expect("a thread that panics ends the exploration");
    }
    let locations = shared.0.iter().map(|cell| narrow(cell.last())).collect();
    let registers = shared.1.lock().unwrap_or_else(PoisonError::into_inner).clone();
    trace::end();
    Outcome { registers, locations }
}

/// The name of the threads on which loom may panic: it reports a data race so.
const THREAD: &str = "litmus under loom";

/// A data race that loom reports is an answer, and nobody's panic.
fn keep_quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info: &PanicHookInfo<'_>| {
            if std::thread::current().name() != Some(THREAD) {
                before(info);
            }
        }));
    });
}

/// What loom shows of a program: `executions` is how many it has run.
///
/// # Errors
/// When it does not end within [`MOST_EXECUTIONS`], or loom panics for another reason than a race.
pub fn shown(program: &Program) -> Result<Allowed, String> {
    keep_quiet();
    let found = Arc::new(Mutex::new((BTreeSet::new(), 0_u64)));
    let (note, of) = (Arc::clone(&found), program.clone());
    let explore = move || {
        builder(None).check(move || {
            let outcome = once(&of);
            let mut note = note.lock().unwrap_or_else(PoisonError::into_inner);
            note.0.insert(outcome);
            note.1 += 1;
            assert!(note.1 <= MOST_EXECUTIONS, "more than {MOST_EXECUTIONS} executions");
        });
        trace::keep_events(true);
    };
    // A thread of its own: what loom keeps for the thread is gone after a panic.
    let thread = std::thread::Builder::new().name(THREAD.to_owned()).spawn(explore);
    let ended = thread.map_err(|error| format!("a thread for loom: {error}"))?.join();
    let (outcomes, executions) = found.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match ended {
        Ok(()) => Ok(Allowed { executions, outcomes, has_a_race: false }),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it panicked");
            match text.contains("Causality violation") {
                true => Ok(Allowed { executions: executions + 1, outcomes, has_a_race: true }),
                false => Err(format!("loom on `{program}`: {text}")),
            }
        }
    }
}
