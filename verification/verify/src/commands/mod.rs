//! The command line: what can be typed, and what each command does.
//!
//! | file | commands |
//! |---|---|
//! | `cli`, `options`, `usage`, `refused` | what can be typed; the options of all; mistakes, and what is said of them |
//! | `everything` | without a command |
//! | `check`, `outcomes`, `list` | `check`, `scenario`; what they say of outcomes; `list` |
//! | `play`, `session`, `table`, `typed` | `play`; a game on the terminal, what it is played with, and what is typed in it |
//! | `families` | `family`, `certify`, `certificate` |
//! | `orderings`, `mutants`, `matrix`, `random` | `orderings`; `mutants` |
//! | `lab` | `lab`: the course, which is a crate of its own |
//! | `soak` | `soak`: the shipped build under load, a crate of its own |
//! | `audit` | `audit` |
//! | `specs`, `files` | `specs`; `explain`, `replay`, `figures` |
//! | `litmus` | `litmus` |
//! | `run`, `journals`, `smaller` | how a plan is run; counterexamples made smaller |

pub(crate) mod audit;
pub(crate) mod check;
pub(crate) mod cli;
pub(crate) mod everything;
pub(crate) mod families;
pub(crate) mod files;
mod journals;
pub(crate) mod lab;
pub(crate) mod list;
pub(crate) mod litmus;
mod matrix;
pub(crate) mod mutants;
pub(crate) mod options;
pub(crate) mod orderings;
mod outcomes;
pub(crate) mod play;
mod random;
pub(crate) mod refused;
pub(crate) mod run;
mod session;
mod smaller;
pub(crate) mod soak;
pub(crate) mod specs;
mod table;
mod typed;
pub(crate) mod usage;
