//! A structure of this crate in a program that explores others as well: the labs of the course are such structures.

use crate::installed;
use crate::subject::Subject;
use explore::subjects::Builds;

/// How `S` is made under each engine, as a subject of this name, to be given to `explore::subjects::install`.
pub fn builds<S: Subject>(name: &'static str) -> &'static Builds {
    installed::builds::<S>(name, None)
}
