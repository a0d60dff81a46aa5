//! For programs that are no tests: one that explores other structures as well, and one that is the answer to a lab of the course.

use crate::explored::Explored;
use crate::installed;
use crate::run::{self, How};
use crate::subject::Subject;
use crate::worker;
use explore::engine::Engine;
use explore::subjects::Builds;
use std::path::Path;

/// How `S` is made under each engine, as a subject of this name, to be given to `explore::subjects::install`.
pub fn builds<S: Subject>(name: &'static str) -> &'static Builds {
    installed::builds::<S>(name, None)
}

/// Whether this process was started by a check, to explore for it: then the check that it comes to serves, and does not return.
pub fn is_a_worker() -> bool {
    worker::is_one()
}

/// What an interleaving alone can show: as [`explore`](crate::explore), under shuttle only, whose atomics are sequentially consistent. What weak
/// memory does is not asked.
///
/// # Panics
/// When the text is no program of these operations.
#[track_caller]
pub fn explore_in_turns<S: Subject>(program: &str) -> Explored {
    let how = How { engines: vec![Engine::ShuttleSleep], ..How::of::<S>() };
    worker::once::<S, Explored>(|| crate::explored::<S>(program, &how))
}

/// Says that this program is linked with the same searches as another one, the control: what came of their self-tests there counts here.
/// A self-test of which the control has kept nothing is run here.
pub fn searches_are_those_of(control: &Path) {
    run::know_control(control);
}
