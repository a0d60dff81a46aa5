//! The structures, built on the loom that lincheck is built on; what loads also writes what it has read, and so reads what was written last.

use loom_of_lincheck as the_loom;

mod sync {
    #[allow(unused_imports, reason = "not every structure has a mutex")]
    pub(super) use super::the_loom::sync::{Mutex, MutexGuard};

    pub(super) mod atomic {
        use super::super::the_loom::sync::atomic;
        pub(crate) use atomic::Ordering;
        use std::ptr::null_mut;

        pub(crate) struct AtomicUsize(atomic::AtomicUsize);

        impl AtomicUsize {
            pub(crate) fn new(value: usize) -> Self {
                AtomicUsize(atomic::AtomicUsize::new(value))
            }
            pub(crate) fn load(&self, _: Ordering) -> usize {
                self.0.fetch_or(0, Ordering::AcqRel)
            }
            pub(crate) fn store(&self, value: usize, ordering: Ordering) {
                self.0.store(value, ordering);
            }
            pub(crate) fn swap(&self, value: usize, ordering: Ordering) -> usize {
                self.0.swap(value, ordering)
            }
            pub(crate) fn compare_exchange(
                &self,
                old: usize,
                new: usize,
                success: Ordering,
                failure: Ordering,
            ) -> Result<usize, usize> {
                self.0.compare_exchange(old, new, success, failure)
            }
        }

        pub(crate) struct AtomicPtr<T>(atomic::AtomicPtr<T>);

        impl<T> AtomicPtr<T> {
            pub(crate) fn new(value: *mut T) -> Self {
                AtomicPtr(atomic::AtomicPtr::new(value))
            }
            pub(crate) fn load(&self, _: Ordering) -> *mut T {
                let (write, read) = (Ordering::AcqRel, Ordering::Acquire);
                self.0.compare_exchange(null_mut(), null_mut(), write, read).unwrap_or_else(|seen| seen)
            }
            pub(crate) fn store(&self, value: *mut T, ordering: Ordering) {
                self.0.store(value, ordering);
            }
            pub(crate) fn compare_exchange(
                &self,
                old: *mut T,
                new: *mut T,
                success: Ordering,
                failure: Ordering,
            ) -> Result<*mut T, *mut T> {
                self.0.compare_exchange(old, new, success, failure)
            }
            pub(crate) fn with_mut<R>(&mut self, f: impl FnOnce(&mut *mut T) -> R) -> R {
                self.0.with_mut(f)
            }
        }
    }
}

include!("at.rs");

pub(crate) mod pool_stack;
pub(crate) mod treiber;
pub(crate) mod trie;
