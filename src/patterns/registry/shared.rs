//! What a registry and its registrations share: the records by name, and how one is taken out.
#![forbid(unsafe_code)]

use super::record::Record;
use super::service::Service;
use super::turn::Turns;
use crate::map::SyncMap;
use crate::patterns::panics::Panics;
use crate::sync::Arc;
use crate::sync::Mutex;
use std::hash::BuildHasher;

/// What the registry and its registrations share.
pub(super) struct Shared<S: ?Sized, H> {
    pub(super) records: SyncMap<Arc<str>, Arc<Record<S>>, H>,
    /// How many services were ever offered: their order.
    pub(super) offered: Mutex<u64>,
    /// Of the operations on all services.
    pub(super) turns: Turns,
}

impl<S, H> Shared<S, H>
where
    S: Service + ?Sized,
    H: BuildHasher,
{
    /// Takes this very record out of the map, whatever the hasher does. If the hasher panics, the panic continues once the record is out.
    pub(super) fn take_out(&self, record: &Arc<Record<S>>) {
        // identity: registry-unregister
        let same = |found: &Arc<Record<S>>| Arc::ptr_eq(found, record);
        let by_name = || self.records.delete_if(&record.name, same).is_some(); // LP(unregister)
        let mut panics = Panics::default();
        if panics.catch(by_name) != Some(true) {
            self.take_out_unhashed(record);
        }
        panics.go_on();
    }

    /// The same without the hasher: it has panicked, or does not find what is there.
    #[cold]
    pub(super) fn take_out_unhashed(&self, record: &Arc<Record<S>>) {
        // identity: registry-unhashed
        self.records.retain(|_, found| !Arc::ptr_eq(found, record));
    }

    /// Has what was taken out dropped soon: a registry retires rarely, and services may hold a lot.
    pub(super) fn let_go(&self) {
        self.records.pin().let_go(1);
    }
}
