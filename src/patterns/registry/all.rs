//! All services at once.
#![forbid(unsafe_code)]

use super::all_errors::{StartAllError, StopAllError};
use super::errors::LifecycleError;
use super::order;
use super::record::Record;
use super::registry::Registry;
use super::service::{Phase, Service, State};
use crate::patterns::panics::drop_last;
use crate::sync::Arc;
use std::hash::BuildHasher;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// How many times the drop of a registry looks for the services if the look-up panics.
const LOOKS: usize = 8;

impl<S, H> Registry<S, H>
where
    S: Service + ?Sized,
    H: BuildHasher,
{
    /// Starts all services that do not run: each after those that it depends on, otherwise in the order of registration.
    /// Returns the names of those that it started, in that order.
    ///
    /// **Consistency.** Only one `start_all` or [`stop_all`](Self::stop_all) is under way at a time: if a call has started something and stops
    /// it again, no other call relies on that. A service that is unregistered meanwhile is left out. One that is registered
    /// meanwhile may be. A single service can still be started or stopped by its name meanwhile: when this returns `Ok`, each service
    /// was running, or gone, when its turn had come, and what it depends on was running.
    /// **Blocking.** Waits while another thread is in `start_all` or `stop_all` of this registry, then runs the services' `start` on this
    /// thread. A `start` or `stop` must not wait for another thread that calls one of the two.
    /// **Panics.** If the names' hasher does: what this call has started is stopped again then.
    ///
    /// # Errors
    /// [`StartAllError`] at the first service that does not start; those that this call has started are stopped again, in reverse. It
    /// has that error, and each one that occurred while stopping. None is started if a dependency is missing, if services depend on each
    /// other in a circle, or if a service calls this from its own `start` or `stop`, which this thread runs for `start_all` or
    /// `stop_all` ([`LifecycleError::Nested`]).
    ///
    /// ```
    /// # use sync_map::registry::Registry;
    /// let registry: Registry = Registry::new();
    /// assert_eq!(registry.start_all().unwrap(), Vec::<String>::new());
    /// ```
    pub fn start_all(&self) -> Result<Vec<String>, StartAllError> {
        let failed = |error| StartAllError { error, rolled_back: Vec::new(), rollback_errors: Vec::new() };
        // Declared first, dropped last: among these may be the last reference to a service, whose `Drop` is user code.
        let (records, order);
        let Some(_turn) = self.shared.turns.take() else {
            return Err(failed(LifecycleError::Nested { phase: Phase::Start }));
        };
        records = self.records();
        order = order::start_order(&records).map_err(failed)?;
        let mut started = Started(Vec::new());
        for record in &order {
            match self.start_in_turn(record) {
                Ok(true) => started.0.push(record),
                Ok(false) => {}
                Err(error) => {
                    let undone = started.stop_again();
                    return Err(StartAllError {
                        error,
                        rolled_back: undone.stopped,
                        rollback_errors: undone.errors,
                    });
                }
            }
        }
        Ok(started.keep().iter().map(|record| record.name.to_string()).collect())
    }

    /// Starts one of all services. Returns whether it did: not if it runs already, or is gone.
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
    /// **Consistency.** Only one [`start_all`](Self::start_all) or `stop_all` is under way at a time: a concurrent `start_all` comes before or
    /// after this call as a whole. A single service can still be started by its name meanwhile, after its turn.
    /// **Blocking.** Waits while another thread is in one of the two of this registry, then runs the services' `stop` on this thread. A
    /// `start` or `stop` must not wait for another thread that calls one of the two.
    ///
    /// # Errors
    /// [`StopAllError`] with each failure. The others are asked to stop even if one does not. A service that another thread is starting or
    /// stopping by its name is an error. [`LifecycleError::Nested`] if a service calls this from its own `start` or `stop`, which this
    /// thread runs for `start_all` or `stop_all`: none is asked then.
    ///
    /// ```
    #[doc = include_str!("web.txt")]
    /// let registry = Registry::new();
    /// registry.register(Arc::new(Web)).unwrap().keep();
    /// registry.start_all().unwrap();
    /// assert_eq!(registry.stop_all().unwrap(), ["web"]);
    /// ```
    pub fn stop_all(&self) -> Result<Vec<String>, StopAllError> {
        // Declared first, dropped last: as in `start_all`.
        let records;
        let Some(_turn) = self.shared.turns.take() else {
            let errors = vec![LifecycleError::Nested { phase: Phase::Stop }];
            return Err(StopAllError { errors, stopped: Vec::new() });
        };
        records = order::stop_order(&self.records());
        let done = stop_each(records.iter());
        if done.errors.is_empty() { Ok(done.stopped) } else { Err(done) }
    }

    /// Stops all services when the registry is dropped. Nobody else can use it any more, so it takes no turn. Looking for the services pins
    /// the epoch, and the `Drop` of somebody else's value may panic there: it then looks again, and that panic continues once they are
    /// stopped.
    pub(super) fn stop_in_drop(&self) {
        let mut panicked = None;
        for _ in 0..LOOKS {
            match catch_unwind(AssertUnwindSafe(|| order::stop_order(&self.records()))) {
                Ok(records) => {
                    drop_last(stop_each(records.iter()));
                    break;
                }
                Err(payload) => drop_last(panicked.replace(payload)),
            }
        }
        if let Some(payload) = panicked {
            resume_unwind(payload);
        }
    }
}

/// The services that `start_all` has started. They are stopped again, in reverse, unless all have come up, even if something panics.
struct Started<'r, S: Service + ?Sized>(Vec<&'r Arc<Record<S>>>);

impl<'r, S: Service + ?Sized> Started<'r, S> {
    fn keep(mut self) -> Vec<&'r Arc<Record<S>>> {
        std::mem::take(&mut self.0)
    }

    fn stop_again(&mut self) -> StopAllError {
        stop_each(std::mem::take(&mut self.0).into_iter().rev())
    }
}

impl<S: Service + ?Sized> Drop for Started<'_, S> {
    fn drop(&mut self) {
        drop_last(self.stop_again());
    }
}

/// Stops each that needs it. Returns the type of a failure in either case: it failed if there are errors in it.
fn stop_each<'r, S: Service + ?Sized + 'r>(
    records: impl Iterator<Item = &'r Arc<Record<S>>>,
) -> StopAllError {
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
