//! All services at once.
#![forbid(unsafe_code)]

use super::errors::{LifecycleError, StartAllError, StopAllError};
use super::record::Record;
use super::service::{Service, State};
use super::{Registry, order};
use crate::sync::Arc;
use std::hash::BuildHasher;

impl<S, H> Registry<S, H>
where
    S: Service + ?Sized,
    H: BuildHasher,
{
    /// Starts all services that do not run: each after those that it depends on, and else in the order of registration.
    /// Returns the names of those that it started, in that order.
    ///
    /// A service that is unregistered meanwhile is left out. One that is registered meanwhile may be.
    ///
    /// # Errors
    /// [`StartAllError`] at the first service that does not start: then those that this call has started are stopped again, in
    /// reverse. It has that error, and each that came while stopping. When a dependency is missing, or services depend on each
    /// other in a circle, none is started.
    ///
    /// ```
    /// # use sync_map::registry::Registry;
    /// let registry: Registry = Registry::new();
    /// assert_eq!(registry.start_all().unwrap(), Vec::<String>::new());
    /// ```
    pub fn start_all(&self) -> Result<Vec<String>, StartAllError> {
        let failed = |error| StartAllError { error, rolled_back: Vec::new(), rollback_errors: Vec::new() };
        let mut started: Vec<Arc<Record<S>>> = Vec::new();
        for record in order::start_order(&self.records()).map_err(failed)? {
            match self.start_in_turn(&record) {
                Ok(true) => started.push(record),
                Ok(false) => {}
                Err(error) => {
                    let undone = stop_each(started.into_iter().rev());
                    return Err(StartAllError {
                        error,
                        rolled_back: undone.stopped,
                        rollback_errors: undone.errors,
                    });
                }
            }
        }
        Ok(started.iter().map(|record| record.name.to_string()).collect())
    }

    /// Starts one of all services. Whether it did: not one that runs, or that is gone.
    fn start_in_turn(&self, record: &Record<S>) -> Result<bool, LifecycleError> {
        match record.state() {
            None | Some(State::Running) => return Ok(false),
            Some(_) => {}
        }
        for dependency in &record.depends_on {
            let state = self.state(dependency);
            if state != Some(State::Running) {
                let (service, dependency) = (record.name.to_string(), dependency.clone());
                return Err(LifecycleError::Dependency { service, dependency, state });
            }
        }
        match record.start() {
            Ok(()) => Ok(true),
            Err(LifecycleError::NotRegistered { .. } | LifecycleError::Unregistered { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Stops all services that run, and those whose last stop failed, in the reverse of the order in which
    /// [`start_all`](Self::start_all) starts them. Returns the names of those that it stopped, in that order.
    ///
    /// # Errors
    /// [`StopAllError`] with each failure. A service that does not stop keeps none of the others from being asked.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use sync_map::registry::{BoxError, Registry, Service, State};
    /// # struct Web;
    /// # impl Service for Web {
    /// #     fn name(&self) -> &str { "web" }
    /// #     fn start(&self) -> Result<(), BoxError> { Ok(()) }
    /// #     fn stop(&self) -> Result<(), BoxError> { Ok(()) }
    /// # }
    /// let registry = Registry::new();
    /// registry.register(Arc::new(Web)).unwrap().keep();
    /// registry.start_all().unwrap();
    /// assert_eq!(registry.stop_all().unwrap(), ["web"]);
    /// ```
    pub fn stop_all(&self) -> Result<Vec<String>, StopAllError> {
        let done = stop_each(order::stop_order(&self.records()).into_iter());
        if done.errors.is_empty() { Ok(done.stopped) } else { Err(done) }
    }
}

/// Stops each that needs it; a result of the kind that fails, whether it did or not.
fn stop_each<S: Service + ?Sized>(records: impl Iterator<Item = Arc<Record<S>>>) -> StopAllError {
    let mut done = StopAllError { errors: Vec::new(), stopped: Vec::new() };
    for record in records {
        match record.stop_if_needed() {
            Ok(true) => done.stopped.push(record.name.to_string()),
            Ok(false) => {}
            Err(error) => done.errors.push(error),
        }
    }
    done
}
