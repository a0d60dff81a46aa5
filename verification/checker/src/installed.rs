//! The subjects of this process: the author's, and one of our own, by which the searches are tested.

use crate::engine::{Engine, enter};
use crate::register::Register;
use crate::specified::{Specified, number_of, operations};
use crate::subject::Subject;
use explore::calls::Calls;
use explore::subjects::{self, Builds, Examples};
use linear::{Answer, Call};
use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// An instance of an author's structure.
struct Instance<S: Subject> {
    subject: S,
    specified: &'static Specified<S>,
}

impl<S: Subject> std::fmt::Debug for Instance<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(S::name())
    }
}

impl<S: Subject> Calls for Instance<S> {
    fn call(&self, call: &Call) -> Answer {
        self.subject.call(number_of(S::OPERATIONS, call), &call.args)
    }
    fn contents(&mut self) -> Vec<(i64, i64)> {
        vec![(0, self.specified.word(&self.subject.quiet()))]
    }
    fn check_invariants(&mut self) -> Result<(), String> {
        self.subject.invariant()
    }
}

/// The specification of `S`: one for the process, as it keeps the states.
fn specified<S: Subject>() -> &'static Specified<S> {
    static ALL: Mutex<BTreeMap<TypeId, &'static (dyn Any + Send + Sync)>> = Mutex::new(BTreeMap::new());
    let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
    let one = *all.entry(TypeId::of::<S>()).or_insert_with(|| Box::leak(Box::new(Specified::<S>::new())));
    one.downcast_ref().expect("it was put there under its type")
}

fn make<S: Subject>(engine: Engine) -> Box<dyn Calls> {
    enter(engine);
    Box::new(Instance { subject: S::init(), specified: specified::<S>() })
}

/// How `S` is made under each engine, as a subject of this name.
pub(crate) fn builds<S: Subject>(name: &'static str, examples: Option<Examples>) -> &'static Builds {
    let subject = linear::Subject {
        name,
        about: "",
        operations: operations(S::OPERATIONS),
        specification: specified::<S>(),
        callbacks: &[],
        reentry: None,
        templates: None,
        is_long: false,
        is_wider_when_shipped: false,
    };
    Box::leak(Box::new(Builds {
        subject: Box::leak(Box::new(subject)),
        on_loom: || make::<S>(Engine::Loom),
        on_shuttle: || make::<S>(Engine::Shuttle),
        shipped: || make::<S>(Engine::Plain),
        hand_over: || (),
        one_step: None,
        words: &[],
        examples,
    }))
}

/// Installs the author's structure, and ours.
///
/// # Panics
/// When another structure has the same name.
pub(crate) fn install<S: Subject>() -> &'static linear::Subject {
    static NAMES: Mutex<BTreeMap<&str, TypeId>> = Mutex::new(BTreeMap::new());
    let owner = {
        let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
        *names.entry(S::name()).or_insert_with(|| {
            let own = builds::<Register>(Register::name(), Some(Register::EXAMPLES));
            subjects::install(&[builds::<S>(S::name(), None), own]);
            TypeId::of::<S>()
        })
    };
    assert!(
        owner == TypeId::of::<S>(),
        "two structures are named `{}`: give one of them another name, `#[subject(name = \"...\", ...)]`",
        S::name()
    );
    subjects::by_name(S::name()).expect("it was just installed")
}
