//! Engines: what runs a program in many ways.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::sync::atomic::Ordering;

/// An engine and its mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Engine {
    /// loom, retired memory freed at the end.
    LoomLeak,
    /// loom, retired memory freed as early as is legal.
    LoomEager,
    /// The same, pins and retirements reordered by the search.
    LoomVisible,
    /// loom, each call of the structure one step.
    LoomAbstract,
    /// shuttle, the complete reduced search.
    ShuttleSleep,
    /// shuttle, all schedules.
    ShuttleDfs,
    /// shuttle's reduced search, each call of the structure one step.
    ShuttleAbstract,
    /// shuttle, random schedules with few preemptions.
    ShuttlePct,
    /// shuttle, random schedules.
    ShuttleRandom,
    /// Real threads and the shipped build.
    Threads,
}

/// All of them, with their names.
pub const ENGINES: [(Engine, &str, &str); 10] = [
    (Engine::LoomLeak, "loom", "leak"),
    (Engine::LoomEager, "loom", "eager"),
    (Engine::LoomVisible, "loom", "visible"),
    (Engine::LoomAbstract, "loom", "abstract"),
    (Engine::ShuttleSleep, "shuttle", "sleep"),
    (Engine::ShuttleDfs, "shuttle", "dfs"),
    (Engine::ShuttleAbstract, "shuttle", "abstract"),
    (Engine::ShuttlePct, "shuttle", "pct"),
    (Engine::ShuttleRandom, "shuttle", "random"),
    (Engine::Threads, "threads", "stress"),
];

impl Engine {
    /// `loom`, `shuttle` or `threads`.
    pub fn name(self) -> &'static str {
        ENGINES.iter().find(|(engine, ..)| *engine == self).map_or("", |(_, name, _)| name)
    }

    /// `leak`, `sleep`…
    pub fn mode(self) -> &'static str {
        ENGINES.iter().find(|(engine, ..)| *engine == self).map_or("", |(.., mode)| mode)
    }

    /// Whether each call is one step in it: such a run says nothing of the algorithm, only of what is built on it.
    pub fn is_abstract(self) -> bool {
        matches!(self, Engine::LoomAbstract | Engine::ShuttleAbstract)
    }

    /// Whether a run of it can be COMPLETE.
    pub fn is_exhaustive(self) -> bool {
        !matches!(self, Engine::ShuttlePct | Engine::ShuttleRandom | Engine::Threads)
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}/{}", self.name(), self.mode()))
    }
}

/// The ordering of that name.
///
/// # Errors
/// If there is none.
pub fn ordering_by_name(name: &str) -> Result<Ordering, String> {
    match name {
        "Relaxed" => Ok(Ordering::Relaxed),
        "Acquire" => Ok(Ordering::Acquire),
        "Release" => Ok(Ordering::Release),
        "AcqRel" => Ok(Ordering::AcqRel),
        "SeqCst" => Ok(Ordering::SeqCst),
        _ => Err(format!("`{name}` is not an ordering: write Relaxed, Acquire, Release, AcqRel or SeqCst")),
    }
}

impl FromStr for Engine {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = ENGINES.iter().find(|(_, name, mode)| text == format!("{name}/{mode}"));
        found
            .map(|(engine, ..)| *engine)
            .ok_or_else(|| format!("`{text}` is not an engine and a mode, such as loom/leak"))
    }
}
