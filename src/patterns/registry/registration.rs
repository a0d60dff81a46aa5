//! The token of a registered service.
#![forbid(unsafe_code)]

use super::errors::LifecycleError;
use super::record::Record;
use super::service::{Service, State};
use super::shared::Shared;
use crate::patterns::panics::{Panics, drop_last, in_drop};
use crate::sync::Arc;
use std::fmt;
use std::hash::{BuildHasher, RandomState};

/// What keeps a service registered. Returned by [`Registry::register`](super::Registry::register).
///
/// It stands for one service, whatever else is registered under its name later: dropping it, or
/// [`unregister`](Self::unregister), removes that very service and no other.
///
/// **Drop.** As [`unregister`](Self::unregister); an error of the service's `stop` is dropped with it. **Panics.** If the names' hasher
/// does, but not while the thread unwinds; the service is stopped and unregistered then as well.
///
/// ```
#[doc = include_str!("web.txt")]
/// let registry = Registry::new();
/// let old = registry.register(Arc::new(Web)).unwrap();
/// old.start().unwrap();
/// old.unregister().unwrap(); // stopped, and gone
/// let new = registry.register(Arc::new(Web)).unwrap();
/// assert_eq!(registry.list(), ["web"]);
/// # drop(new);
/// ```
#[must_use = "dropping the registration unregisters the service at once: keep it, or call `keep`"]
pub struct Registration<S = dyn Service, H = RandomState>
where
    S: Service + ?Sized,
    H: BuildHasher,
{
    /// `None` if the service is to stay registered.
    shared: Option<Arc<Shared<S, H>>>,
    record: Arc<Record<S>>,
}

impl<S, H> Registration<S, H>
where
    S: Service + ?Sized,
    H: BuildHasher,
{
    pub(super) fn new(shared: &Arc<Shared<S, H>>, record: Arc<Record<S>>) -> Self {
        Registration { shared: Some(Arc::clone(shared)), record }
    }

    /// The name under which the service is registered.
    ///
    /// ```
    #[doc = include_str!("web.txt")]
    /// let registry = Registry::new();
    /// let web = registry.register(Arc::new(Web)).unwrap();
    /// assert_eq!((web.name(), web.state()), ("web", State::Registered));
    /// ```
    pub fn name(&self) -> &str {
        &self.record.name
    }

    /// The service itself: a clone of this lives on when it is unregistered.
    ///
    /// ```
    #[doc = include_str!("web.txt")]
    /// let registry = Registry::new();
    /// let web = registry.register(Arc::new(Web)).unwrap();
    /// assert_eq!(web.service().name(), "web");
    /// ```
    pub fn service(&self) -> &Arc<S> {
        &self.record.service
    }

    /// What the service is doing at some moment of the call. **Blocking.** Only for the short section in which its state changes.
    ///
    /// ```
    #[doc = include_str!("web.txt")]
    /// let registry = Registry::new();
    /// let web = registry.register(Arc::new(Web)).unwrap();
    /// assert_eq!(web.state(), State::Registered);
    /// ```
    pub fn state(&self) -> State {
        self.record.state().expect("registered as long as the registration lives")
    }

    /// Starts this service. As [`Registry::start`](super::Registry::start), without a look-up by name.
    ///
    /// **Blocking.** Runs the service's `start` on this thread.
    ///
    /// # Errors
    /// [`LifecycleError`]: it runs already, is being started or stopped by another thread, or failed.
    ///
    /// ```
    #[doc = include_str!("web.txt")]
    /// let registry = Registry::new();
    /// let web = registry.register(Arc::new(Web)).unwrap();
    /// web.start().unwrap();
    /// assert_eq!(web.start().unwrap_err().to_string(), "cannot start service `web`: it is running");
    /// ```
    pub fn start(&self) -> Result<(), LifecycleError> {
        self.record.start()
    }

    /// Stops this service. As [`Registry::stop`](super::Registry::stop), without a look-up by name.
    ///
    /// **Blocking.** Runs the service's `stop` on this thread.
    ///
    /// # Errors
    /// [`LifecycleError`]: it does not run, is being started or stopped by another thread, or failed.
    ///
    /// ```
    #[doc = include_str!("web.txt")]
    /// let registry = Registry::new();
    /// let web = registry.register(Arc::new(Web)).unwrap();
    /// web.start().unwrap();
    /// web.stop().unwrap();
    /// assert_eq!(web.state(), State::Stopped);
    /// ```
    pub fn stop(&self) -> Result<(), LifecycleError> {
        self.record.stop()
    }

    /// Unregisters this service, and stops it if it runs. Its name is free from then on.
    ///
    /// If another thread is just starting it, this does not wait: that thread stops it when `start` has returned. After this has
    /// returned, nobody can start the service through the registry.
    ///
    /// # Errors
    /// [`LifecycleError::Failed`] if its `stop` failed. It is unregistered nevertheless.
    ///
    /// **Panics.** If the names' hasher does, or the `Drop` of a value that the collector destroys meanwhile. The service is stopped
    /// and unregistered then as well. **Drop.** The registry's reference to the service is dropped before this returns, if no other
    /// thread is in an operation of a map then; otherwise later: see [`SyncMap`](crate::SyncMap).
    ///
    /// ```
    #[doc = include_str!("web.txt")]
    /// let registry = Registry::new();
    /// let web = registry.register(Arc::new(Web)).unwrap();
    /// web.unregister().unwrap();
    /// assert!(registry.get("web").is_none());
    /// ```
    pub fn unregister(mut self) -> Result<(), LifecycleError> {
        self.take_out()
    }

    /// Leaves the service registered for the life of the registry, which stops it when it is dropped.
    ///
    /// ```
    #[doc = include_str!("web.txt")]
    /// let registry = Registry::new();
    /// registry.register(Arc::new(Web)).unwrap().keep();
    /// assert_eq!(registry.list(), ["web"]);
    /// ```
    pub fn keep(mut self) {
        self.shared = None;
    }

    fn take_out(&mut self) -> Result<(), LifecycleError> {
        let Some(shared) = self.shared.take() else {
            return Ok(());
        };
        // Out of the map first, then marked as gone and stopped, even if the removal panics.
        let mut panics = Panics::default();
        panics.catch(|| shared.take_out(&self.record));
        let stopped = self.record.retire();
        panics.catch(|| shared.let_go());
        if panics.number() > 0 {
            drop_last(stopped);
            panics.go_on();
            unreachable!("a panic goes on");
        }
        stopped
    }
}

impl<S, H> Drop for Registration<S, H>
where
    S: Service + ?Sized,
    H: BuildHasher,
{
    fn drop(&mut self) {
        in_drop(|| drop_last(self.take_out()));
    }
}

impl<S, H> fmt::Debug for Registration<S, H>
where
    S: Service + ?Sized,
    H: BuildHasher,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registration").field("name", &self.name()).field("state", &self.state()).finish()
    }
}
