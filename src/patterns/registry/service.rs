//! What a registry holds: services, and the states that they go through.
#![forbid(unsafe_code)]

use std::any::Any;
use std::error::Error;
use std::fmt;

/// Any error that a service returns.
///
/// ```
/// let error: sync_map::registry::BoxError = "port 80 is taken".into();
/// assert_eq!(error.to_string(), "port 80 is taken");
/// ```
pub type BoxError = Box<dyn Error + Send + Sync>;

/// Something with a name that can be started and stopped.
///
/// A registry calls `start` and `stop` one at a time for each service, under no lock, on the thread that asked for it: both may
/// use the registry, block, or take long. A panic in one of them counts as an error.
///
/// ```
/// use sync_map::registry::{BoxError, Service};
///
/// struct DatabaseService {
///     name: String,
/// }
///
/// impl Service for DatabaseService {
///     fn name(&self) -> &str {
///         &self.name
///     }
///     fn start(&self) -> Result<(), BoxError> {
///         println!("Starting {}", self.name);
///         Ok(())
///     }
///     fn stop(&self) -> Result<(), BoxError> {
///         println!("Stopping {}", self.name);
///         Ok(())
///     }
/// }
/// ```
pub trait Service: Any + Send + Sync {
    /// The name. A registry asks once, when the service is registered, and keeps the answer.
    fn name(&self) -> &str;

    /// Brings the service up. It is running when this returns `Ok`.
    ///
    /// # Errors
    /// Why it is not running. The registry reports it with the name of the service; the state is then [`State::Failed`].
    fn start(&self) -> Result<(), BoxError>;

    /// Brings the service down. It is stopped when this returns `Ok`.
    ///
    /// # Errors
    /// Why it may still be running. The state is then [`State::Failed`], and stopping can be tried again.
    fn stop(&self) -> Result<(), BoxError>;

    /// The names of the services that must be running before this one starts. Asked once, when it is registered.
    fn depends_on(&self) -> Vec<String> {
        Vec::new()
    }
}

/// What a service is doing.
///
/// ```text
///                 start                 Ok
///   Registered ─────────▶ Starting ──────────▶ Running
///                          ▲    │                 │ stop
///                    start │    │ error           ▼        Ok
///                          │    ▼              Stopping ────────▶ Stopped
///                          │  Failed ◀────────────┘ error            │
///                          ├────┘ start  (stop: to Stopping)         │
///                          └─────────────────────────────────────────┘ start
/// ```
///
/// ```
/// use sync_map::registry::State;
/// assert_eq!(State::Running.to_string(), "running");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum State {
    /// Registered, and not started yet.
    Registered,
    /// A thread is in its `start`.
    Starting,
    /// Its `start` has returned `Ok`.
    Running,
    /// A thread is in its `stop`.
    Stopping,
    /// Its `stop` has returned `Ok`.
    Stopped,
    /// Its last `start` or `stop` returned an error, or panicked.
    Failed,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            State::Registered => "registered",
            State::Starting => "starting",
            State::Running => "running",
            State::Stopping => "stopping",
            State::Stopped => "stopped",
            State::Failed => "failed",
        })
    }
}

/// Which of the two: a service is brought up or down.
///
/// ```
/// use sync_map::registry::Phase;
/// assert_eq!([Phase::Start, Phase::Stop].map(|phase| phase.to_string()), ["start", "stop"]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// [`Service::start`]
    Start,
    /// [`Service::stop`]
    Stop,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Phase::Start => "start",
            Phase::Stop => "stop",
        })
    }
}
