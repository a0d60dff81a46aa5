//! The course: labs with a checker behind them.
//!
//! A lab is a folder of `verification/labs`; nothing here knows one by name. `docs/course/new-lab.md` says what is in such a folder.
//!
//! | file | is |
//! |---|---|
//! | `lab` | the labs: what a folder says |
//! | `kinds` | what a student does in a lab, and how that is checked: a file a kind |
//! | `structures` | the structures that labs are about, right and broken, as subjects of `cargo verify` |
//! | `checked`, `exploring`, `written`, `places` | what came of a check; how programs are explored; what a person has typed; folders |
//! | `desk`, `progress` | the folder in which a student works; what was passed so far |
//! | `command`, `student`, `watch`, `shown` | `cargo verify lab`; what each command does; its loop; what it prints |
//! | `documents` | what is generated: the executions in the chapters, the slides |
//! | `grade` | submissions graded, for tools |
//! | `dev_check` | what holds of every lab: the template fails, each wrong answer fails as pinned, the solution passes |
//! | `waiting` | what takes long says that it goes on |
//! | `host` | what the course asks of the program that it is in |

mod checked;
pub mod command;
mod desk;
mod dev_check;
mod documents;
mod exploring;
mod grade;
pub mod host;
mod kinds;
mod lab;
mod places;
mod progress;
mod shown;
pub mod structures;
mod student;
mod waiting;
mod watch;
mod written;
