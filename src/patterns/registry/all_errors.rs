//! What can go wrong when all services are started or stopped.
#![forbid(unsafe_code)]

use super::errors::LifecycleError;
use std::error::Error;
use std::fmt;

/// Not all services were started. Those that this call had started were stopped again, in reverse.
///
/// ```
/// # use std::sync::Arc;
/// # use sync_map::registry::{BoxError, Registry, Service};
/// # struct Web;
/// # impl Service for Web {
/// #     fn name(&self) -> &str { "web" }
/// #     fn start(&self) -> Result<(), BoxError> { Err("no port".into()) }
/// #     fn stop(&self) -> Result<(), BoxError> { Ok(()) }
/// # }
/// let registry = Registry::new();
/// registry.register(Arc::new(Web)).unwrap().keep(); // its `start` fails
/// let error = registry.start_all().unwrap_err();
/// assert_eq!(error.to_string(), "service `web` did not start: no port");
/// assert!(error.rolled_back.is_empty() && error.rollback_errors.is_empty());
/// ```
#[derive(Debug)]
pub struct StartAllError {
    /// What stopped it.
    pub error: LifecycleError,
    /// The services that this call had started and stopped again.
    pub rolled_back: Vec<String>,
    /// What went wrong while they were stopped again.
    pub rollback_errors: Vec<LifecycleError>,
}

impl fmt::Display for StartAllError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)?;
        if !self.rolled_back.is_empty() {
            write!(f, "; stopped again: {}", self.rolled_back.join(", "))?;
        }
        for error in &self.rollback_errors {
            write!(f, "; while stopping again: {error}")?;
        }
        Ok(())
    }
}

impl Error for StartAllError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.error)
    }
}

/// Not all services were stopped. All were asked.
///
/// ```
/// # use std::sync::Arc;
/// # use sync_map::registry::{BoxError, Registry, Service};
/// # struct Web;
/// # impl Service for Web {
/// #     fn name(&self) -> &str { "web" }
/// #     fn start(&self) -> Result<(), BoxError> { Ok(()) }
/// #     fn stop(&self) -> Result<(), BoxError> { Err("still writing".into()) }
/// # }
/// let registry = Registry::new();
/// registry.register(Arc::new(Web)).unwrap().keep(); // its `stop` fails
/// registry.start_all().unwrap();
/// let error = registry.stop_all().unwrap_err();
/// assert_eq!(error.to_string(), "service `web` did not stop: still writing");
/// assert!(error.errors.len() == 1 && error.stopped.is_empty());
/// ```
#[derive(Debug)]
pub struct StopAllError {
    /// Each failure, in the order in which the services were asked. There is at least one.
    pub errors: Vec<LifecycleError>,
    /// The services that were stopped.
    pub stopped: Vec<String>,
}

impl fmt::Display for StopAllError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let errors: Vec<String> = self.errors.iter().map(ToString::to_string).collect();
        f.write_str(&errors.join("; "))
    }
}

impl Error for StopAllError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.errors.first().map(|error| error as _)
    }
}
