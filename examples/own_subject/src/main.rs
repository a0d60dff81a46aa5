//! A tally of two operations, explored in every interleaving:
//!
//! ```text
//! cargo run -- tally '|| add || add; get'      COMPLETE, on each engine
//! cargo run -- torn '|| add || add; get'       not linearizable: it adds by a load and a store
//! ```

use explore::calls::Calls;
use explore::engine::Engine;
use explore::job::Job;
use explore::linear::{Answer, Call, Operation, Program, Specification, State, Subject, Verdict, op};
use explore::model::{Change, Site, Value};
use explore::observer::Observer;
use explore::running;
use explore::subjects::{self, Builds};
use std::sync::atomic::{AtomicUsize, Ordering};

static LOAD: Site = Site::new("T-1", "tally.load", Ordering::SeqCst);
static WRITE: Site = Site::new("T-2", "tally.write", Ordering::SeqCst);

const OPERATIONS: &[Operation] = &[op("add", &[], "adds one"), op("get", &[], "the number")];

/// What a tally does when nobody else is there.
#[derive(Debug)]
struct Tally;

impl Specification for Tally {
    fn apply(&self, call: &Call, _thread: i64, state: &mut State) -> Answer {
        let number = state.entry(0).or_insert(0);
        match call.name() {
            "add" => {
                *number += 1;
                Answer::Unit
            }
            _ => Answer::Value(*number),
        }
    }

    fn contents_fit(&self, state: &State, shown: &[(i64, i64)]) -> bool {
        shown == [(0, state.get(&0).copied().unwrap_or(0))]
    }
}

/// A tally on a word of this engine. `TORN`: it adds by a load and a store.
macro_rules! on_engine {
    ($engine:ident) => {
        mod $engine {
            use super::*;
            use explore::model::$engine::Word;

            struct Shared<const TORN: bool>(Word);

            impl<const TORN: bool> std::fmt::Debug for Shared<TORN> {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("Shared")
                }
            }

            impl<const TORN: bool> Calls for Shared<TORN> {
                fn call(&self, call: &Call) -> Answer {
                    match call.name() {
                        "add" if TORN => self.0.store(self.0.load(&LOAD) + 1, &WRITE),
                        "add" => drop(self.0.modify(Change::Add(1), &WRITE)),
                        _ => return Answer::Value(self.0.load(&LOAD) as i64),
                    }
                    Answer::Unit
                }
                fn contents(&mut self) -> Vec<(i64, i64)> {
                    vec![(0, self.0.peek() as i64)]
                }
            }

            pub(super) fn make<const TORN: bool>() -> Box<dyn Calls> {
                Box::new(Shared::<TORN>(Word::new(0, |word| Value::Integer(word as i64))))
            }
        }
    };
}
on_engine!(loom);
on_engine!(shuttle);

/// On real threads.
#[derive(Debug)]
struct Real(AtomicUsize);

impl Calls for Real {
    fn call(&self, call: &Call) -> Answer {
        match call.name() {
            "add" => drop(self.0.fetch_add(1, Ordering::SeqCst)),
            _ => return Answer::Value(self.0.load(Ordering::SeqCst) as i64),
        }
        Answer::Unit
    }
    fn contents(&mut self) -> Vec<(i64, i64)> {
        vec![(0, *self.0.get_mut() as i64)]
    }
}

const fn subject(name: &'static str) -> Subject {
    Subject {
        name,
        about: "a number that counts",
        operations: OPERATIONS,
        specification: &Tally,
        callbacks: &[],
        reentry: None,
        templates: None,
        is_long: false,
        is_wider_when_shipped: false,
    }
}

static TALLY: Subject = subject("tally");
static TORN: Subject = subject("torn");

const fn builds<const IS_TORN: bool>(subject: &'static Subject) -> Builds {
    Builds {
        subject,
        on_loom: loom::make::<IS_TORN>,
        on_shuttle: shuttle::make::<IS_TORN>,
        shipped: || Box::new(Real(AtomicUsize::new(0))),
        hand_over: || (),
        one_step: None,
        words: &[],
        examples: None,
    }
}

static ALL: [&Builds; 2] = [&builds::<false>(&TALLY), &builds::<true>(&TORN)];

/// Says what a run ends with.
struct Prints;

impl Observer for Prints {
    fn beat(&self, _executions: u64) {}

    fn leave(&self, verdict: Verdict) -> ! {
        tell(&verdict);
        std::process::exit(1)
    }
}

fn tell(verdict: &Verdict) {
    let engine = format!("{}/{}", verdict.engine, verdict.mode);
    let failure = verdict.failure.as_ref().map_or("", |failure| &failure.kind);
    println!("{} {engine} {} executions {failure}", verdict.verdict, verdict.executions);
}

fn main() {
    subjects::install(&ALL);
    let mut words = std::env::args().skip(1);
    let (name, text) = (words.next().expect("a subject"), words.next().expect("a program"));
    let subject = subjects::by_name(&name).expect("tally or torn");
    let program = Program::parse(subject, &text).unwrap_or_else(|error| panic!("{error}"));
    running::prepare();
    for engine in [Engine::LoomLeak, Engine::ShuttleSleep, Engine::ShuttleDfs] {
        tell(&running::run(Job::new(&program, engine), &Prints).0);
    }
}
