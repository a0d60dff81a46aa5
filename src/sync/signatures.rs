//! The one list that the facades are held to: what the crate may use of them, with its signature. It is compiled in each build, so a
//! signature that one of them changes is an error there.
//!
//! Constructors are not on it, because they cannot be equal: they are `const` in the shipped build only (`const_constructor`). Nor is
//! `thread`, which is defined once.

use super::{AtomicI64, Condvar, Locked, Mutex, Site};
use core::sync::atomic::Ordering;
use core::time::Duration;

const _: fn() = || {
    let _: fn(&'static str, u64) -> Mutex<u64> = Mutex::named;
    let _: for<'m> fn(&'m Mutex<u64>) -> Locked<'m, u64> = Mutex::lock;
    let _: for<'m> fn(&'m Mutex<u64>) -> Option<Locked<'m, u64>> = Mutex::try_lock;
    let _: for<'m> fn(&'m mut Mutex<u64>) -> &'m mut u64 = Mutex::get_mut;

    fn leads_to_its_value<L: core::ops::DerefMut<Target = u64>>() {}
    let _: fn() = leads_to_its_value::<Locked<'static, u64>>;

    let _: fn() -> Condvar = Condvar::new;
    let _: for<'c, 'm> fn(&'c Condvar, Locked<'m, u64>) -> Locked<'m, u64> = Condvar::wait;
    let _: for<'c, 'm> fn(&'c Condvar, Locked<'m, u64>, Duration) -> Locked<'m, u64> = Condvar::wait_timeout;
    let _: fn(&Condvar) = Condvar::notify_all;

    type Ordered = &'static Site;
    let _: fn(&'static str, &'static str, Ordering) -> Site = Site::new;
    let _: fn(&Site) -> (&'static str, &'static str, Ordering) = |site| (site.id, site.name, site.ordering);
    let _: fn(i64) -> AtomicI64 = AtomicI64::new;
    let _: fn(&mut AtomicI64) -> i64 = AtomicI64::peek;
    let _: fn(&AtomicI64, Ordered) -> i64 = AtomicI64::load;
    let _: fn(&AtomicI64, i64, Ordered) -> i64 = AtomicI64::swap;
    let _: fn(&AtomicI64, i64, i64, Ordered, Ordered) -> Result<i64, i64> = AtomicI64::compare_exchange;
    let _: fn(&AtomicI64, i64, Ordered) -> i64 = AtomicI64::fetch_add;
    let _: fn(&AtomicI64, i64, Ordered) -> i64 = AtomicI64::fetch_or;
    let _: fn(&AtomicI64, i64, Ordered) -> i64 = AtomicI64::fetch_and;

    let _: fn() -> bool = super::is_ours;
    let _: fn() = super::now_ours;
    let _: fn() -> usize = super::locks_held;
    let _: fn() -> usize = super::stripe_count;
    let _: fn() -> usize = super::stripe_index;

    fn is_shared_by_threads<T: Send + Sync>() {}
    let _: fn() = is_shared_by_threads::<(Mutex<u64>, Condvar, AtomicI64)>;
};
