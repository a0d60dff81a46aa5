//! What the folder of a subject has.

use crate::builds::shipped::krate::SyncMap;
use explore::subjects::Builds;
use linear::Subject;
use runner::scenarios::Scenario;

/// What a folder has.
pub(crate) struct Folder {
    /// Its subjects; usually one.
    pub(super) entries: &'static [Entry],
    /// Their named scenarios, in TOML. A row that names no subject is of the first.
    pub(super) scenarios: &'static str,
    /// Scenarios that are made, not typed.
    pub(super) made: fn() -> Vec<Scenario>,
}

/// A subject, and what only this project asks of one.
pub struct Entry {
    /// What it is, and its builds.
    pub builds: Builds,
    /// The files of `src/` that decide what becomes of its programs, beside those of the map and the facade; a folder ends
    /// in `/`.
    pub sources: &'static [&'static str],
    /// It is built on the map: the map's steps are steps of its programs too.
    pub on_map: bool,
    /// The family that must take every step of the algorithm: the size and the keys, if there is one.
    pub takes_all_steps: Option<(&'static str, usize)>,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl Entry {
    /// The subject.
    pub fn subject(&self) -> &'static Subject {
        self.builds.subject
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.builds.subject.name
    }
}

/// Has this thread's garbage collected, as far as a call can: the collector is one for all subjects.
pub(super) fn hand_over() {
    SyncMap::<(), ()>::new().pin().flush();
}
