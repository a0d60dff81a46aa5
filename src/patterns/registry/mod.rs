//! A registry of services: unique names, tokens, and a life cycle.
//!
//! The seed of this project kept services in a `sync.Map` and removed them by name. Between a look at the map and the
//! removal, another service of the same name can come, and it is the wrong one that goes. Here [`Registry::register`] returns a
//! [`Registration`], which removes the very service that it was given for, and nothing else.
//!
//! # Where it takes effect
//! A name is taken by the map's `load_or_store`, and free again by the map's `delete_if` on the identity of the record. A
//! state changes under the record's own mutex (see `record`). Unregistering first takes the record out of the map, and
//! then marks it as gone: what a thread does in between to a record that it found before takes effect before the removal.
//!
//! # Progress
//! Look-ups by name take no lock but the map's own now and then. No method waits for another thread to start or stop a
//! service: that is an error which says so ([`LifecycleError::WrongState`]).
#![forbid(unsafe_code)]

mod all;
mod errors;
mod order;
mod record;
mod registration;
mod service;
mod typed;

pub use self::errors::{
    Cause, GetError, LifecycleError, NameTaken, ServiceError, StartAllError, Status, StopAllError,
};
pub use self::registration::Registration;
pub use self::service::{BoxError, Phase, Service, State};

use self::record::Record;
use crate::LoadOrStore;
use crate::map::SyncMap;
use crate::sync::Arc;
use crate::sync::Mutex;
use std::fmt;
use std::hash::{BuildHasher, RandomState};

/// Services by name, each with a life cycle: a right form of the seed's `ServiceRegistry`.
///
/// `Registry` alone is a registry of `dyn Service`: of services of any type. `Registry<MyService>` holds services of one
/// type.
///
/// **Consistency.** `register`, `get`, `state` and unregistering are linearizable over all names. [`list`](Self::list) and what walks all
/// services is so for each name alone. `start` and `stop` take effect at two moments: when the service becomes Starting
/// (Stopping), and when it becomes Running (Stopped), or Failed.
/// **Blocking.** No method waits for another thread, but for short sections under mutexes in which no user code runs.
/// **Panics.** A panic of a service's `start` or `stop` is an error of that call. A panic of its `name` or
/// `depends_on` goes to the caller of `register`, which has changed nothing then.
/// **Drop.** Dropping the registry stops what runs, in reverse, and drops the errors: call [`stop_all`](Self::stop_all) to see them.
/// The last reference to an unregistered service may be dropped later, by the epoch collector, on any thread.
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
    shared: Arc<Shared<S, H>>,
}

/// What the registry and its registrations share.
struct Shared<S: ?Sized, H> {
    records: SyncMap<Arc<str>, Arc<Record<S>>, H>,
    /// How many services were ever offered: their order.
    offered: Mutex<u64>,
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
            shared: Arc::new(Shared { records: SyncMap::with_hasher(hasher), offered: Mutex::new(0) }),
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
    /// # use std::sync::Arc;
    /// # use sync_map::registry::{BoxError, Registry, Service};
    /// # struct Web;
    /// # impl Service for Web {
    /// #     fn name(&self) -> &str { "web" }
    /// #     fn start(&self) -> Result<(), BoxError> { Ok(()) }
    /// #     fn stop(&self) -> Result<(), BoxError> { Ok(()) }
    /// # }
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
        loop {
            match self.shared.records.load_or_store(Arc::clone(&name), Arc::clone(&record)) {
                LoadOrStore::Stored(_) => return Ok(Registration::new(&self.shared, record)), // LP(register)
                LoadOrStore::Loaded { actual, .. } => {
                    // Nothing: it is being unregistered, and is out of the map now.
                    if let Some(state) = actual.state() {
                        return Err(NameTaken {
                            name: name.to_string(),
                            existing: Arc::clone(&actual.service),
                            state,
                            rejected: Arc::clone(&record.service),
                        });
                    }
                }
            }
        }
    }

    /// The record of this name, if it is registered.
    fn record(&self, name: &str) -> Option<Arc<Record<S>>> {
        self.shared.records.load(name) // LP(get)
    }

    fn named(&self, name: &str) -> Result<Arc<Record<S>>, LifecycleError> {
        self.record(name).ok_or_else(|| LifecycleError::NotRegistered { service: name.to_owned() })
    }

    /// The service of this name. [`get_as`](Registry::get_as) gives it as the type that it is.
    ///
    /// ```
    /// # use sync_map::registry::Registry;
    /// let registry: Registry = Registry::new();
    /// assert!(registry.get("primary-db").is_none());
    /// ```
    pub fn get(&self, name: &str) -> Option<Arc<S>> {
        self.record(name).map(|record| Arc::clone(&record.service))
    }

    /// What the service of this name is doing; nothing when there is none.
    ///
    /// ```
    /// # use sync_map::registry::Registry;
    /// let registry: Registry = Registry::new();
    /// assert_eq!(registry.state("primary-db"), None);
    /// ```
    pub fn state(&self, name: &str) -> Option<State> {
        self.record(name)?.state()
    }

    /// What the service of this name is doing, and why it failed if it did; nothing when there is none.
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
    /// let web = registry.register(Arc::new(Web)).unwrap();
    /// let status = registry.status("web").unwrap();
    /// assert!(status.state == State::Registered && status.failure.is_none());
    /// # drop(web);
    /// ```
    pub fn status(&self, name: &str) -> Option<Status> {
        self.record(name)?.status()
    }

    /// The status of all services, by name.
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
    /// for status in registry.statuses() {
    ///     println!("{}: {}", status.name, status.state);
    /// }
    /// ```
    pub fn statuses(&self) -> Vec<Status> {
        let mut statuses: Vec<Status> = self.records().iter().filter_map(|record| record.status()).collect();
        statuses.sort_by(|one, other| one.name.cmp(&other.name));
        statuses
    }

    /// The names of all services, sorted. A name that is there throughout the call is in it, once.
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
    /// assert_eq!(registry.list(), ["web"]);
    /// ```
    pub fn list(&self) -> Vec<String> {
        let records = self.shared.records.pin();
        let mut names: Vec<String> = records.keys().map(|name| name.to_string()).collect();
        names.sort();
        names
    }

    /// All services, in the order of their registration.
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
    /// assert_eq!(registry.services().len(), 1);
    /// ```
    pub fn services(&self) -> Vec<Arc<S>> {
        self.records().iter().map(|record| Arc::clone(&record.service)).collect()
    }

    /// All records, in the order of their registration.
    fn records(&self) -> Vec<Arc<Record<S>>> {
        let mut records: Vec<_> = self.shared.records.pin().values().map(Arc::clone).collect();
        records.sort_by_key(|record| record.order);
        records
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

    /// The structure of a quiet registry's map; as [`check_invariants`](Self::check_invariants). For tests and tools.
    #[doc(hidden)]
    pub fn shape(&mut self) -> crate::Shape<'_, Arc<str>, impl Sized> {
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
        drop(self.stop_all());
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
