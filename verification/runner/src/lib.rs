//! Runs many small programs in worker processes: families and scenarios, with progress, a report, and failures that can be read and run
//! again.
//!
//! | file | is |
//! |---|---|
//! | `scenarios`, `families` | named programs with what is said of their outcomes; all programs of a size |
//! | `plan`, `run` | what is to be run; what the answers amount to together |
//! | `task`, `tasks`, `batch` | what a task of the pool is; those that the runner has itself |
//! | `pool`, `worker` | the parent's side; the worker process |
//! | `known_self_tests` | self-tests that this executable has passed already |
//! | `minimise`, `minimised` | a smaller program, and a simpler schedule, that fail in the same way; what that took |
//! | `playing`, `game` | a program played: the tree of its executions; where a player is in it, and what can still be reached |
//! | `what_if` | executions beside one that is drawn, in which another thread steps |
//! | `outcomes` | the outcomes of a program, over all engines: what `check` shows |
//! | `source` | what is known of the source under test |
//! | `deliberate_failures` | what is wrong on purpose, and how it was reported |
//! | `html_page` | what every page has |
//! | `console`, `summary`, `style` | progress; what a person reads at the end; how text is set |
//! | `building` | cargo, run so that one sees that a build goes on |
//! | `report`, `explain`, `journal` | report files; a failure as text; how a run goes on |
//! | `output`, `write_file` | the one writer to standard output; files, whole or not at all |

pub mod batch;
pub mod building;
pub mod console;
pub mod deliberate_failures;
pub mod explain;
pub mod families;
pub mod game;
mod html_page;
pub mod journal;
pub mod known_self_tests;
pub mod minimise;
pub mod minimised;
pub mod outcomes;
pub mod output;
pub mod plan;
pub mod playing;
pub mod pool;
pub mod report;
pub mod run;
pub mod scenarios;
pub mod source;
pub mod style;
pub mod summary;
pub mod task;
pub mod tasks;
pub mod watched;
pub mod what_if;
pub mod worker;
pub mod write_file;
