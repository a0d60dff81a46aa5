//! Look-ups: by name, and of all services.
#![forbid(unsafe_code)]

use super::errors::{LifecycleError, Status};
use super::record::Record;
use super::registry::Registry;
use super::service::{Service, State};
use crate::sync::Arc;
use std::hash::BuildHasher;

impl<S, H> Registry<S, H>
where
    S: Service + ?Sized,
    H: BuildHasher,
{
    /// The record of this name, if it is registered.
    pub(super) fn record(&self, name: &str) -> Option<Arc<Record<S>>> {
        self.shared.records.load(name) // LP(get)
    }

    pub(super) fn named(&self, name: &str) -> Result<Arc<Record<S>>, LifecycleError> {
        self.record(name).ok_or_else(|| LifecycleError::NotRegistered { service: name.to_owned() })
    }

    /// The service of this name. [`get_as`](Registry::get_as) gives it as its own type.
    ///
    /// ```
    /// # use sync_map::registry::Registry;
    /// let registry: Registry = Registry::new();
    /// assert!(registry.get("primary-db").is_none());
    /// ```
    pub fn get(&self, name: &str) -> Option<Arc<S>> {
        self.record(name).map(|record| Arc::clone(&record.service))
    }

    /// What the service of this name is doing; `None` if there is none.
    ///
    /// ```
    /// # use sync_map::registry::Registry;
    /// let registry: Registry = Registry::new();
    /// assert_eq!(registry.state("primary-db"), None);
    /// ```
    pub fn state(&self, name: &str) -> Option<State> {
        self.record(name)?.state()
    }

    /// What the service of this name is doing, and why it failed if it did; `None` if there is none.
    ///
    /// ```
    #[doc = include_str!("web.txt")]
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
    #[doc = include_str!("web.txt")]
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
    #[doc = include_str!("web.txt")]
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
    #[doc = include_str!("web.txt")]
    /// let registry = Registry::new();
    /// registry.register(Arc::new(Web)).unwrap().keep();
    /// assert_eq!(registry.services().len(), 1);
    /// ```
    pub fn services(&self) -> Vec<Arc<S>> {
        self.records().iter().map(|record| Arc::clone(&record.service)).collect()
    }

    /// All records, in the order of their registration.
    pub(super) fn records(&self) -> Vec<Arc<Record<S>>> {
        let mut records: Vec<_> = self.shared.records.pin().values().map(Arc::clone).collect();
        records.sort_by_key(|record| record.order);
        records
    }
}
