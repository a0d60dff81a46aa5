//! The two builds that are under load: the calls are compiled once for each.

mod paused;
mod plain;

use crate::load::Load;
use crate::subject::Subject;

/// A build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Build {
    /// What ships.
    Plain,
    /// The same source, with pauses.
    Paused,
}

impl Build {
    /// In reports.
    pub fn name(self) -> &'static str {
        match self {
            Build::Plain => "plain",
            Build::Paused => "paused",
        }
    }

    /// By its name.
    pub fn by_name(name: &str) -> Option<Build> {
        [Build::Plain, Build::Paused].into_iter().find(|build| build.name() == name)
    }

    /// A fresh subject for a load.
    pub fn make(self, load: &Load) -> Box<dyn Subject> {
        match self {
            Build::Plain => plain::make(load),
            Build::Paused => paused::make(load),
        }
    }

    /// Hands this thread's garbage over, and collects some.
    pub fn collect(self) {
        match self {
            Build::Plain => plain::collect(),
            Build::Paused => paused::collect(),
        }
    }
}
