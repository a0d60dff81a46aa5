//! Litmus tests of weak memory: all executions that RC11 allows, by enumeration, beside what loom shows.
//!
//! | module | is |
//! |---|---|
//! | `program`, `parse` | a litmus test, and its line of text |
//! | `relation`, `execution` | relations over events; an execution as a graph |
//! | `rc11` | which executions the memory model allows |
//! | `enumerate` | all executions of a program |
//! | `shapes`, `random` | litmus tests: those that the literature has names for, and random ones |
//! | `shown`, `told` | an execution as a person reads it, and which axiom forbids what; what the command says of one program |
//! | `on_loom` | what loom shows |
//! | `compare`, `page` | the two beside one another, and why they differ; as a page of the book |
//!
//! The enumerator is slow and plain on purpose: it is what other checkers are compared with.

#![forbid(unsafe_code)]

pub mod compare;
pub mod enumerate;
pub mod execution;
pub mod on_loom;
pub mod page;
mod parse;
pub mod program;
pub mod random;
pub mod rc11;
pub mod relation;
pub mod shapes;
pub mod shown;
pub mod told;
