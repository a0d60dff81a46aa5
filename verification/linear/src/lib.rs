//! Small concurrent programs as data: their text, what a run of one did, and whether a sequential specification explains it.
//!
//! This crate runs nothing and knows nothing about the code under test. A *subject* says which operations it has ([`Operation`]) and what
//! each does to a sequential state ([`Specification`]); a [`Program`] calls them; a run of it leaves a [`History`]; a [`Checker`] judges that.
//!
//! | file | is |
//! |---|---|
//! | `operation`, `answer` | operations and calls; what a call returns |
//! | `callback`, `misdeeds` | the user code that a subject calls, and what it may do wrong |
//! | `specification`, `structure` | what operations do to a sequential state; the structure of a quiet subject |
//! | `templates`, `subject` | what families are made of; a subject, whole |
//! | `program`, `parse`, `text` | programs, their text, and what is wrong with it |
//! | `history`, `linearizability` | what a run did; the judge |
//! | `snapshot` | what a subject looks like between two steps |
//! | `impossible` | outcomes that the specification forbids, and why |
//! | `sentence`, `farthest`, `orders` | why a history has no order; the order that comes farthest; orders that keep what came first |
//! | `smaller` | smaller programs than a given one |
//! | `waiting` | programs that wait for ever, by the specification |
//! | `verdict`, `agreement` | the verdict on a program under an engine; whether the engines agree |

mod agreement;
mod answer;
mod callback;
mod farthest;
mod history;
mod impossible;
mod linearizability;
mod misdeeds;
mod operation;
mod orders;
mod parse;
mod program;
mod sentence;
mod smaller;
mod snapshot;
mod specification;
mod structure;
mod subject;
mod templates;
mod text;
mod verdict;
mod waiting;

pub use agreement::disagreements;
pub use answer::{Answer, or_absent, show_pairs, show_words, visited, word};
pub use callback::{CALLBACKS, Callback, EFFECTS, Effect, Misdeed};
pub use history::{History, Record, show_contents};
pub use impossible::{Impossible, impossible_outcomes, why_no_impossible_outcomes};
pub use linearizability::{Checker, outcomes_by_specification, state_after_setup};
pub use operation::{Call, Operation, Param, letter, op};
pub use program::{MAX_CALLS, MAX_PARTS, MAX_THREADS, Program};
pub use sentence::why_not_linearizable;
pub use snapshot::{Retired, Row, Snapshot, Table};
pub use specification::{Part, Specification, State, field};
pub use structure::Structure;
pub use subject::Subject;
pub use templates::{Same, Templates};
pub use text::{ParseError, distance};
pub use verdict::{Example, Failure, Level, Shown, Step, Summary, Verdict};
pub use waiting::{waits_for_ever, who_does_not_return};
