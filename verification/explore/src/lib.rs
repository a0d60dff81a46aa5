//! Explores small concurrent programs: under loom, under shuttle and on real threads, and judges each execution.
//!
//! A host [installs](subjects::install) its subjects, [prepares](running::prepare) the process, and [runs](running::run) jobs. It is told how
//! far a run is, and of its end, through an [`Observer`](observer::Observer).
//!
//! A crate that explores a structure of its own finds everything here: [`linear`] for its programs and its specification, [`model`] for its
//! atomics and locks. The example `examples/own_subject` of the repository explores a structure of two operations.
//!
//! | file | is |
//! |---|---|
//! | `engine`, `job` | the engines and their modes; one program on one engine |
//! | `calls`, `subjects` | an instance of a subject; the subjects that are installed |
//! | `observer`, `running`, `current`, `judge` | the host that hears of a run; what runs a job; the current job; what it has seen, and the verdict |
//! | `execution`, `passage`, `watching` | one execution of a program in a model; its calls with their steps; what the subject looks like after each |
//! | `tree`, `playing` | all executions of a program, as a player sees them; how they are found |
//! | `unfolding`, `underway`, `points`, `ways`, `turns` | the search for that; what it knows; when two executions are at the same point; their steps; where a player is asked |
//! | `what_if` | executions beside one that is known: another thread steps |
//! | `on_loom`, `on_shuttle`, `sleep_sets`, `schedule`, `on_threads` | the engines |
//! | `lawless`, `counted` | call-backs that misbehave; keys and values that do, and that are counted |
//! | `litmus`, `search_oracle`, `random` | do the searches lose anything? |
//! | `sentence` | what went wrong, in a sentence or two |
//! | `stack_pool` | stacks of model threads, which are reused |

pub use linear;
pub use sync_map_model as model;

pub mod calls;
pub mod counted;
mod current;
pub mod engine;
pub mod execution;
pub mod job;
pub mod judge;
pub mod lawless;
mod litmus;
pub mod observer;
pub mod on_loom;
pub mod on_shuttle;
mod on_threads;
pub mod passage;
pub mod playing;
mod points;
pub mod random;
pub mod running;
mod schedule;
pub mod search_oracle;
pub mod sentence;
pub mod sleep_sets;
pub mod stack_pool;
pub mod subjects;
pub mod tree;
mod turns;
mod underway;
mod unfolding;
mod watching;
pub mod ways;
pub mod what_if;
