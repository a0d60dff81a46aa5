//! The subjects that this program knows: what each is, and how one is made in each build.
//!
//! Jobs travel as text, so a worker looks their subject up by its name. `main` installs the list before anything else.

use crate::calls::Calls;
use linear::{Call, ParseError, Structure, Subject};
use std::sync::{PoisonError, RwLock};
use sync_map_model::OneStep;

/// A subject and its builds.
#[derive(Debug)]
pub struct Builds {
    /// What it is.
    pub subject: &'static Subject,
    /// A fresh one under loom.
    pub on_loom: fn() -> Box<dyn Calls>,
    /// A fresh one under shuttle.
    pub on_shuttle: fn() -> Box<dyn Calls>,
    /// A fresh one as it ships.
    pub shipped: fn() -> Box<dyn Calls>,
    /// Collects this thread's garbage of the shipped build, as far as a call can; does nothing if there is none.
    pub hand_over: fn(),
    /// What of it is one step in the abstract modes, if it has them.
    pub one_step: Option<&'static OneStep>,
    /// What the values of its atomic pointers mean, where a drawing has a word for them.
    pub words: &'static [Word],
    /// Set-ups and calls of a few steps each, for the self-test that compares histories, if it uses this subject. A plain depth-first
    /// search of programs made of them must end.
    pub examples: Option<Examples>,
}

/// What a value of an atomic pointer means: a pointer to nothing, or one with a tag.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    /// The kind of the atomic: the name of its sites, before the dot.
    pub kind: &'static str,
    /// Whether it is null.
    pub null: bool,
    /// The tag.
    pub tag: usize,
    /// The word: instead of null, or after the name of the object that it points to.
    pub word: &'static str,
}

/// What small programs of a subject are drawn from.
#[derive(Clone, Copy, Debug)]
pub struct Examples {
    /// Set-ups.
    pub setups: &'static [&'static str],
    /// Calls.
    pub calls: &'static [&'static str],
}

static INSTALLED: RwLock<&'static [&'static Builds]> = RwLock::new(&[]);

/// Installs subjects of this program, beside those that are installed already. Of one name, the first stays.
pub fn install(more: &[&'static Builds]) {
    let mut installed = INSTALLED.write().unwrap_or_else(PoisonError::into_inner);
    let is_new =
        |builds: &&&'static Builds| !installed.iter().any(|known| known.subject.name == builds.subject.name);
    let new: Vec<&'static Builds> = more.iter().filter(is_new).copied().collect();
    if !new.is_empty() {
        // A list lives as long as the program: there are as many as there are calls that bring something new.
        *installed = [*installed, &new].concat().leak();
    }
}

/// All of them.
///
/// # Panics
/// When none are installed.
pub fn all() -> &'static [&'static Builds] {
    let all = *INSTALLED.read().unwrap_or_else(PoisonError::into_inner);
    assert!(!all.is_empty(), "the subjects are installed before anything else: `subjects::install`");
    all
}

/// The subject of that name.
pub fn by_name(name: &str) -> Option<&'static Subject> {
    all().iter().map(|builds| builds.subject).find(|subject| subject.name == name)
}

/// The builds of a subject.
///
/// # Panics
/// When it is not installed.
pub fn builds_of(subject: &Subject) -> &'static Builds {
    let found = all().iter().find(|builds| builds.subject.name == subject.name);
    found.unwrap_or_else(|| panic!("`{}` is not installed", subject.name))
}

/// A text that names a subject which is not installed.
pub fn unknown(name: &str) -> ParseError {
    let known: Vec<&str> = all().iter().map(|builds| builds.subject.name).collect();
    ParseError {
        text: name.to_owned(),
        at: 0,
        length: name.len().max(1),
        message: format!("`{name}` is not a subject"),
        help: format!("the subjects are {}", known.join(", ")),
    }
}

/// The structure to which calls of one thread lead an empty subject, as it ships.
pub fn structure_after(subject: &Subject, calls: &[Call]) -> Structure {
    let mut instance = (builds_of(subject).shipped)();
    calls.iter().for_each(|call| drop(instance.call(call)));
    instance.structure()
}
