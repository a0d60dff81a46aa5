//! Families: all programs of a size, from all start states.
//!
//! A family `TxN` over K keys is every program of T threads with one to N operations each, `1+2` every program of one thread with
//! one operation and another with one or two. Each begins in every *start state*: a structure of the quiet subject that real operations lead to ([`starts()`]). The list of start states is found by
//! search, and so is the shortest set-up for each.
//!
//! What is left out is the same as something that is there: threads in another order; the keys named otherwise; an
//! operation that runs the code of another and drops its result (`store` and `swap`, `delete` and `load_and_delete`).
//!
//! | file | is |
//! |---|---|
//! | `size`, `family` | how large programs are; which programs |
//! | `starts`, `programs` | start states, found by search; the programs, each once |
//! | `ways`, `lawless` | what users can do wrong; the programs of a lawless family, in a worker |
//! | `runs`, `report`, `page` | a family as something to run; what came of it; on a page |

mod family;
mod lawless;
mod page;
mod programs;
mod report;
mod runs;
mod size;
mod starts;
mod ways;

pub use family::{Family, Problem, templates_of};
pub(crate) use lawless::run_lawless;
pub use page::section;
pub use programs::{operations_of, other_names, programs, smallest_first, threads_of, without_values};
pub use report::{FamilyReport, Follows, StepCount, Unfinished};
pub use runs::{ENGINES, FamilyRun, LAWLESS, ORACLE, Sample};
pub use size::{Shape, Size};
pub use starts::{Start, projected, starts};
pub use ways::{NEVER, Way, counting, ways};
