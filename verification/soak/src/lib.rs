//! The shipped build under load: calls on real threads, recorded with their times, and judged.
//!
//! | file | is |
//! |---|---|
//! | `event`, `meaning` | a call; what it means |
//! | `judge` | whether calls have an order that explains them |
//! | `hand`, `counted` | a thread at work, with its buffer; keys and values that are counted |
//! | `load`, `subject`, `calls`, `builds` | what threads do; to what; in which build |
//! | `spell` | one load on one subject for some seconds |
//! | `worker`, `process`, `run` | a process for each spell, seen from within and from its parent; a run of many |
//! | `report`, `output` | what a run has found; how it is printed and written |
//! | `canary` | subjects that are wrong on purpose |
//! | `variants` | the gallery's broken variants under load |
//! | `limits` | the map and what is built on it at their limits |
//! | `tables`, `region` | what stands in the book |
//! | `failure` | a history that no order explains, as a file |

#![allow(clippy::duplicate_mod, reason = "the calls are compiled once for each build")]

pub mod builds;
pub mod canary;
pub mod counted;
pub mod event;
pub mod failure;
pub mod hand;
pub mod judge;
pub mod limits;
pub mod load;
pub mod meaning;
pub mod output;
pub mod process;
pub mod region;
pub mod report;
pub mod run;
pub mod spell;
pub mod subject;
pub mod tables;
pub mod variants;
pub mod worker;
