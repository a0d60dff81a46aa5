//! The registry itself: how it is made, and how services come into it, start and stop.
#![forbid(unsafe_code)]

use super::errors::{LifecycleError, NameTaken, Status};
use super::record::Record;
use super::registration::Registration;
use super::service::{Service, State};
use super::shared::Shared;
use super::turn::Turns;
use crate::map::{Drawn, LoadOrStore, Shape, SyncMap};
use crate::patterns::panics::in_drop;
use crate::sync::Arc;
use crate::sync::Mutex;
use std::fmt;
use std::hash::{BuildHasher, RandomState};

/// Services by name, each with a life cycle.
///
/// `Registry` alone is a registry of `dyn Service`: of services of any type. `Registry<MyService>` holds services of one
/// type.
///
/// **Consistency.** `register`, `get`, `state` and unregistering are linearizable over all names. [`list`](Self::list) and what walks all
/// services is so for each name alone. `start` and `stop` take effect at two moments: when the service becomes Starting
/// (Stopping), and when it becomes Running (Stopped), or Failed.
/// **Blocking.** [`start_all`](Self::start_all) and [`stop_all`](Self::stop_all) wait for each other: one of them runs at a time. No other
/// method waits for another thread, except for short sections under mutexes in which no user code runs.
/// **Panics.** A panic of a service's `start` or `stop` is an error of that call. A panic of its `name` or
/// `depends_on` goes to the caller of `register`, which has changed nothing by then. A panic of the `Drop` of an error, or of a panic's
/// payload, is caught where the registry drops it; the state of the service has been written by then. A panic of the hasher goes to the
/// caller; a service that was being unregistered is stopped and unregistered all the same.
/// **Drop.** Dropping the registry stops what runs, in reverse, and drops the errors: call [`stop_all`](Self::stop_all) to see them.
/// Unregistering hands the service to the epoch collector and flushes it: the registry's reference is dropped before the call
/// returns, if no other thread is in an operation of a map then; otherwise later: see [`SyncMap`].
///
/// ```
/// use std::sync::Arc;
/// use sync_map::registry::{BoxError, Registry, Service, State};
///
/// struct DatabaseService(&'static str);
///
/// impl Service for DatabaseService {
///     fn name(&self) -> &str {
///         self.0
///     }
///     fn start(&self) -> Result<(), BoxError> {
///         Ok(())
///     }
///     fn stop(&self) -> Result<(), BoxError> {
///         Ok(())
///     }
/// }
///
/// let registry: Registry = Registry::new();
/// let primary = registry.register(Arc::new(DatabaseService("primary-db")))?;
/// let replica = registry.register(Arc::new(DatabaseService("replica-db")))?;
/// assert_eq!(registry.list(), ["primary-db", "replica-db"]);
///
/// registry.start_all()?;
/// assert_eq!(registry.state("primary-db"), Some(State::Running));
///
/// drop(replica); // stopped, and gone
/// assert_eq!(registry.list(), ["primary-db"]);
/// registry.stop_all()?;
/// assert_eq!(primary.state(), State::Stopped);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Registry<S = dyn Service, H = RandomState>
where
    S: Service + ?Sized,
    H: BuildHasher,
{
    pub(super) shared: Arc<Shared<S, H>>,
}

impl<S: Service + ?Sized> Registry<S> {
    /// No services.
    ///
    /// ```
    /// use sync_map::registry::Registry;
    /// let registry: Registry = Registry::new();
    /// assert!(registry.list().is_empty());
    /// ```
    pub fn new() -> Self {
        Self::with_hasher(RandomState::new())
    }
}

impl<S, H> Registry<S, H>
where
    S: Service + ?Sized,
    H: BuildHasher,
{
    /// No services, with this hasher for the names.
    ///
    /// ```
    /// use std::hash::{BuildHasherDefault, DefaultHasher};
    /// use sync_map::registry::{Registry, Service};
    /// type Hasher = BuildHasherDefault<DefaultHasher>;
    /// let registry: Registry<dyn Service, Hasher> = Registry::with_hasher(Hasher::new());
    /// assert!(registry.list().is_empty());
    /// ```
    pub fn with_hasher(hasher: H) -> Self {
        Registry {
            shared: Arc::new(Shared {
                records: SyncMap::with_hasher(hasher),
                offered: Mutex::named("the mutex of a registry's names", 0),
                turns: Turns::new(),
            }),
        }
    }

    /// Registers a service under its name, in the state [`State::Registered`].
    ///
    /// The registration is what keeps it there: when it is dropped, the service is stopped if it runs, and unregistered.
    /// [`Registration::keep`] leaves it for the life of the registry.
    ///
    /// # Errors
    /// [`NameTaken`] when a service of this name is there; it gives back the service. Of many callers with one name, exactly
    /// one succeeds.
    ///
    /// ```
    #[doc = include_str!("web.txt")]
    /// let registry = Registry::new();
    /// let web = registry.register(Arc::new(Web)).unwrap();
    /// let error = registry.register(Arc::new(Web)).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "cannot register a second service `web`: one is registered; unregister it first, or use another name"
    /// );
    /// # drop(web);
    /// ```
    pub fn register(&self, service: Arc<S>) -> Result<Registration<S, H>, NameTaken<S>> {
        let name: Arc<str> = service.name().into();
        let order = {
            let mut offered = self.shared.offered.lock();
            *offered += 1;
            *offered
        };
        let record = Arc::new(Record::new(Arc::clone(&name), order, service));
        // It takes the record out again if something panics after it went into the map.
        let registration = Registration::new(&self.shared, Arc::clone(&record));
        let mut gone: Vec<Arc<Record<S>>> = Vec::new();
        loop {
            match self.shared.records.load_or_store(Arc::clone(&name), Arc::clone(&record)) {
                LoadOrStore::Stored(_) => return Ok(registration), // LP(register)
                LoadOrStore::Loaded { actual, .. } => match actual.state() {
                    Some(state) => {
                        registration.keep(); // there is nothing to take out
                        return Err(NameTaken {
                            name: name.to_string(),
                            existing: Arc::clone(&actual.service),
                            state,
                            rejected: Arc::clone(&record.service),
                        });
                    }
                    // It was unregistered since it was loaded, and is out of the map. If it is met again, its removal was cut
                    // off: it is taken out here. No record is met a third time, so the loop ends with any hasher.
                    // identity: registry-met
                    None if gone.iter().any(|met| Arc::ptr_eq(met, &actual)) => {
                        self.shared.take_out_unhashed(&actual);
                    }
                    None => gone.push(actual),
                },
            }
        }
    }

    /// Starts the service of this name, and waits until its `start` has returned. Does not look at what it depends on.
    ///
    /// # Errors
    /// [`LifecycleError`]: it is not registered, runs already, is being started or stopped by another thread, failed, or was
    /// unregistered while it started (and was stopped again).
    ///
    /// ```
    /// # use sync_map::registry::Registry;
    /// let registry: Registry = Registry::new();
    /// let error = registry.start("primary-db").unwrap_err().to_string();
    /// assert!(error.contains("no service `primary-db`"), "{error}");
    /// ```
    pub fn start(&self, name: &str) -> Result<(), LifecycleError> {
        self.named(name)?.start()
    }

    /// Stops the service of this name, and waits until its `stop` has returned. A failed service is asked as well.
    ///
    /// # Errors
    /// [`LifecycleError`]: it is not registered, does not run, is being started or stopped by another thread, or failed.
    ///
    /// ```
    #[doc = include_str!("web.txt")]
    /// let registry = Registry::new();
    /// registry.register(Arc::new(Web)).unwrap().keep();
    /// let error = registry.stop("web").unwrap_err().to_string();
    /// assert_eq!(error, "cannot stop service `web`: it is registered");
    /// ```
    pub fn stop(&self, name: &str) -> Result<(), LifecycleError> {
        self.named(name)?.stop()
    }
}

impl<S, H> Registry<S, H>
where
    S: Service + ?Sized,
    H: BuildHasher,
{
    /// Whether a quiet registry, whose registrations are gone or kept, is whole: the map is, and no thread is at a service.
    #[doc(hidden)]
    pub fn check_invariants(&mut self) -> Result<(), String> {
        let at_work = |status: &Status| matches!(status.state, State::Starting | State::Stopping);
        if let Some(status) = self.statuses().into_iter().find(at_work) {
            return Err(format!("service `{}` is {} in a quiet registry", status.name, status.state));
        }
        let shared = Arc::get_mut(&mut self.shared).ok_or("a registration still has the registry")?;
        shared.records.check_invariants()
    }

    /// Shows the tables of the registry's map. For tests and tools.
    #[doc(hidden)]
    pub fn draw(&self, text: impl Fn(&S) -> String, show: impl FnOnce(&Drawn<'_, Arc<str>>)) {
        let text = |record: &Arc<Record<S>>| {
            let state = record.state().map_or_else(|| "gone".to_owned(), |state| state.to_string());
            format!("{}, {state}", text(&record.service))
        };
        self.shared.records.draw(text, show);
    }

    /// The structure of a quiet registry's map; as [`check_invariants`](Self::check_invariants). For tests and tools.
    #[doc(hidden)]
    pub fn shape(&mut self) -> Shape<'_, Arc<str>, impl Sized> {
        Arc::get_mut(&mut self.shared).expect("no registration has the registry").records.shape()
    }
}

impl<S: Service + ?Sized> Default for Registry<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S, H> Drop for Registry<S, H>
where
    S: Service + ?Sized,
    H: BuildHasher,
{
    fn drop(&mut self) {
        in_drop(|| self.stop_in_drop());
    }
}

impl<S, H> fmt::Debug for Registry<S, H>
where
    S: Service + ?Sized,
    H: BuildHasher,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.statuses().into_iter().map(|status| (status.name, status.state))).finish()
    }
}
