//! Checks a concurrent structure of your own: every small program of its operations, in every interleaving, against what the operations do
//! when nobody else is there. In an ordinary `cargo test`.
//!
//! ```
//! use checker::sync::atomic::{AtomicUsize, Ordering::SeqCst};
//! use checker::subject;
//!
//! struct Tally(AtomicUsize);
//!
//! #[subject(spec = u8)]
//! impl Tally {
//!     #[init]
//!     fn new() -> Self {
//!         Tally(AtomicUsize::new(0))
//!     }
//!     #[op]
//!     fn add(&self) {
//!         self.0.store(self.0.load(SeqCst) + 1, SeqCst); // wrong: another `add` may come between
//!     }
//!     #[op]
//!     fn get(&self) -> usize {
//!         self.0.load(SeqCst)
//!     }
//! }
//!
//! impl TallySpec for u8 {
//!     fn add(&mut self) {
//!         *self += 1;
//!     }
//!     fn get(&mut self) -> usize {
//!         *self as usize
//!     }
//! }
//!
//! # fn main() {
//! let found = checker::explore::<Tally>("|| add || add; get");
//! let failure = found.failure.expect("an `add` is lost");
//! assert_eq!(failure.kind, "not linearizable");
//! # }
//! ```
//!
//! [`check`] and [`family`] are for tests that must pass: they panic with the counterexample, made smaller and drawn. [`explore()`] and
//! [`Family::explore`] return it.
//!
//! # What a verdict says
//!
//! Each program is explored by two engines: shuttle (every sequentially consistent interleaving) and loom (weak memory, data races). A check
//! passes if both explored every execution that they distinguish, every history has an order that the specification explains, no execution
//! deadlocked, panicked, leaked or used freed memory, and the searches passed their self-tests in this executable. The order keeps what came
//! first in time under shuttle, and each thread's own order under loom ([`Family::real_time`]). What is cut short never passes. What no
//! engine shows: load buffering; what weak memory does after a `try_lock` was refused; what a loop with [`hint::spin_loop`] does that gives
//! up after some rounds; a compare-exchange that fails for no reason; a thread that wakes without being woken; memory that is given out again
//! at the same address; programs that are larger than the family.
//!
//! | file | is |
//! |---|---|
//! | `subject`, `specified` | what an author says of a structure; as the judge of histories wants it |
//! | `sync`, `cell`, `alloc` | what the structure imports: atomics, mutex, condition variable; memory |
//! | `engine`, `sites` | which engine runs; the accesses, by their place in the source |
//! | `hint`, `spin`, `thread` | loops that wait for another thread's write; threads that a structure starts |
//! | `installed`, `register` | the structures of this process; one of our own, for the self-tests |
//! | `programs` | the programs of a family |
//! | `host` | the structure as a subject of another program |
//! | `worker`, `run`, `replay` | processes that explore; a run; a counterexample run again |
//! | `explored`, `failures` | what came of it; a counterexample, drawn and kept |
//! | `bite` | which accesses a check does not need |

// What the attribute writes names this crate.
extern crate self as checker;

pub mod alloc;
mod bite;
pub mod cell;
mod engine;
mod explored;
mod failures;
pub mod hint;
pub mod host;
mod installed;
mod programs;
mod register;
mod replay;
mod run;
mod sites;
mod specified;
mod spin;
pub mod subject;
pub mod sync;
pub mod thread;
mod worker;

pub use bite::{Bite, Survivor, bite};
pub use checker_macros::subject;
pub use explored::{Counterexample, Explored};
pub use linear::{Answer, Level};
pub use sites::Access;
pub use subject::{Argument, Op, Param, Returned, Subject, Wait};

use installed::install;
use run::{How, plan_of_programs};
use runner::families::Size;
use std::marker::PhantomData;
use std::time::Duration;
use worker::{once, test_name};

/// Checks one program: the set-up, which may be empty, then `||` and the calls of each thread. `push 1; push 2 || pop || pop; push 3`.
///
/// # Panics
/// With the counterexample, when there is one; when the text is no program of these operations.
#[track_caller]
pub fn check<S: Subject>(program: &str) {
    explore::<S>(program).must_pass();
}

/// The same, for a test that wants to see what came of it.
///
/// # Panics
/// When the text is no program of these operations.
#[track_caller]
pub fn explore<S: Subject>(program: &str) -> Explored {
    once::<S, Explored>(|| replay::replay::<S>().unwrap_or_else(|| explored::<S>(program, &How::of::<S>())))
}

fn explored<S: Subject>(program: &str, how: &How) -> Explored {
    let parsed = linear::Program::parse(install::<S>(), program);
    let parsed = parsed.unwrap_or_else(|error| panic!("{error}"));
    let plan = plan_of_programs::<S>(Size::of(1, 1), 0, vec![parsed.to_string()], how);
    run::run::<S>(format!("`{parsed}`"), plan, how)
}

/// All programs of a size: `2x1` is two threads of one call each, `2x2` two of one or two, `1+2` one of one and one of up to two. Each
/// begins in every state of the specification that up to two calls lead to.
///
/// # Panics
/// When there is no such size.
#[track_caller]
pub fn family<S: Subject>(size: &str) -> Family<S> {
    let size: Size = size.parse().unwrap_or_else(|error| panic!("`{size}`: {error}"));
    Family { size, keys: 1, only: Vec::new(), begin: None, how: How::of::<S>(), subject: PhantomData }
}

/// A family, to be run.
#[derive(Clone, Debug)]
#[must_use = "it is run by `run` or `explore`"]
pub struct Family<S> {
    size: Size,
    keys: usize,
    only: Vec<String>,
    begin: Option<Vec<String>>,
    how: How,
    subject: PhantomData<fn() -> S>,
}

impl<S: Subject> Family<S> {
    /// So many keys, for operations that have keys: `a`, `b`, … One, if nobody says.
    pub fn keys(mut self, keys: usize) -> Self {
        self.keys = keys;
        self
    }

    /// Only these operations.
    ///
    /// # Panics
    /// When the structure has no such operation.
    #[track_caller]
    pub fn only(mut self, operations: &[&str]) -> Self {
        for name in operations {
            let known: Vec<&str> = S::OPERATIONS.iter().map(|op| op.name).collect();
            assert!(
                known.contains(name),
                "`{name}` is not an operation of {}: those are {}",
                S::name(),
                known.join(", ")
            );
        }
        self.only = operations.iter().map(|name| (*name).to_owned()).collect();
        self
    }

    /// Each program begins with each of these set-ups; an empty one is none.
    pub fn begin(mut self, setups: &[&str]) -> Self {
        self.begin = Some(setups.iter().map(|setup| (*setup).to_owned()).collect());
        self
    }

    /// Stop each exploration of a program after so long, and not after two minutes: then it is TRUNCATED, and the check does not pass.
    pub fn budget(mut self, budget: Duration) -> Self {
        self.how.budget = Some(budget);
        self
    }

    /// Explore only so many preemptions under loom: then what passes is BOUNDED, and says so.
    pub fn preemptions(mut self, bound: usize) -> Self {
        self.how.bound = Some(bound);
        self
    }

    /// Under loom too, a call that returned before another was made must come before it. Without this only the order of each thread counts
    /// there: where orderings are weaker than `SeqCst`, a thread may not have seen yet what another has done, and nobody can tell.
    pub fn real_time(mut self) -> Self {
        self.how.real_time_on_loom = true;
        self
    }

    /// So many programs at a time; as many as there are cores, if nobody says. With one, the first counterexample is always the same.
    pub fn workers(mut self, workers: usize) -> Self {
        self.how.workers = Some(workers.max(1));
        self
    }

    /// Its programs.
    pub fn programs(&self) -> Vec<String> {
        programs::programs::<S>(self.size, self.keys, &self.only, self.begin.as_deref())
    }

    /// Checks each of them.
    ///
    /// # Panics
    /// With the counterexample, when there is one; when something was cut short.
    #[track_caller]
    pub fn run(self) -> Explored {
        self.explore().must_pass()
    }

    /// The same, for a test that wants to see what came of it.
    ///
    /// # Panics
    /// When a set-up is no list of calls of these operations; when there is no program.
    #[track_caller]
    pub fn explore(self) -> Explored {
        once::<S, Explored>(|| replay::replay::<S>().unwrap_or_else(|| self.explored()))
    }

    fn explored(&self) -> Explored {
        let subject = install::<S>();
        let mut programs = self.programs();
        // What waits for ever by the specification is not the structure's fault.
        programs.retain(|text| {
            let program = linear::Program::parse(subject, text);
            linear::waits_for_ever(&program.unwrap_or_else(|error| panic!("{error}"))).is_none()
        });
        assert!(
            !programs.is_empty(),
            "nothing to check: each program of this family waits for ever, or it has none"
        );
        let plan = plan_of_programs::<S>(self.size, self.keys, programs, &self.how);
        run::run::<S>(self.size.to_string(), plan, &self.how)
    }
}

impl Explored {
    /// That all that was asked holds.
    ///
    /// # Panics
    /// With the counterexample, when there is one; when something was cut short.
    #[track_caller]
    pub fn must_pass(self) -> Explored {
        match self.verdict {
            Level::Complete | Level::Bounded(_) => return self,
            // The most that loom's own search can say.
            Level::Sampled(_) if self.is_by_looms_own_search => return self,
            _ => {}
        }
        let mut told = self.to_string();
        let mut add = |line: &str| told.push_str(&format!("\n{line}"));
        if let Some(failure) = &self.failure {
            add(&format!("\n{}", failure.drawn));
            if let Some(page) = &failure.page {
                add(&format!("  page      {}", page.display()));
            }
            if let Some(command) = failure.command(&test_name()) {
                add(&format!("  replay    {command}"));
            }
        }
        self.problems.iter().for_each(|problem| add(problem));
        if self.failure.is_none() && self.problems.is_empty() {
            add("What is cut short does not pass.");
        }
        panic!("{told}")
    }
}
