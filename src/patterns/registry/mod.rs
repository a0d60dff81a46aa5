//! A registry of services: unique names, tokens, and a life cycle.
//!
//! The obvious registry keeps services in a map and removes them by name. But between a look at the map and the removal,
//! another service of the same name can be registered, and then the wrong one is removed. Here [`Registry::register`] returns a
//! [`Registration`], which removes the very service that it was given for, and nothing else.
//!
//! # The files
//! | file | is |
//! |---|---|
//! | `registry` | the registry itself |
//! | `shared` | what it shares with its registrations |
//! | `service`, `errors`, `all_errors` | what a service is, and what may go wrong with one, and with all |
//! | `record` | a registered service: its states |
//! | `registration` | the token that keeps a service registered |
//! | `look_up`, `typed` | look-ups: by name, of all, as the types that they are |
//! | `all`, `order`, `turn` | all services at once: in which order, and one call after the other |
//!
//! # Where it takes effect
//! A name is taken by the map's `load_or_store`, and free again by the map's `delete_if` on the identity of the record. A
//! state changes under the record's own mutex (see `record`). Unregistering first takes the record out of the map, and
//! then marks it as gone: what a thread does in between to a record that it found before takes effect before the removal.
//!
//! # Progress
//! Look-ups by name take no lock but the map's own now and then. No method that is about one service waits for another thread to
//! start or stop it: that is an error which says so ([`LifecycleError::WrongState`]). Operations on all services take turns
//! (see `turn`).
//!
//! # User code that panics
//! A service's `start` and `stop` are caught. The names' hasher may panic in any operation, and so may the `Drop` of a
//! value that the collector destroys in one. What must follow an effect follows all the same: a registration is made before its
//! record goes into the map; a record that the hasher does not find is taken out without it; what a start of all has started
//! is stopped again; a state is written before errors and payloads are dropped (see `crate::patterns::panics`).
#![forbid(unsafe_code)]

mod all;
mod all_errors;
mod errors;
mod look_up;
mod order;
mod record;
mod registration;
#[allow(clippy::module_inception)] // private: no path of a user has the name twice
mod registry;
mod service;
mod shared;
mod turn;
mod typed;

pub use self::all_errors::{StartAllError, StopAllError};
pub use self::errors::{Cause, GetError, LifecycleError, NameTaken, ServiceError, Status};
pub use self::registration::Registration;
pub use self::registry::Registry;
pub use self::service::{BoxError, Phase, Service, State};
