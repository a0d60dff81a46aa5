//! A computation that is under way: a flight. One thread flies it; others wait for the value with which it lands.
//!
//! | the flight | then |
//! |---|---|
//! | flies | others wait |
//! | has landed, with an item | they take its value; the last of them takes it away |
//! | is over: has failed (an error, a panic), or has landed and nobody waits any more | it is out of the map; whoever has just met it looks again |
//!
//! **Memory.** A flight that is over holds no item: the map's garbage has the flight for a while, and must not hold a value.
#![forbid(unsafe_code)]

use crate::patterns::monitor::Monitor;
use crate::sync::Arc;
use crate::sync::stripe_index;

/// See the module.
pub(super) struct Flight<T> {
    progress: Monitor<Progress<T>>,
    /// The thread that computes.
    pilot: usize,
}

enum Progress<T> {
    Flies {
        waiting: usize,
    },
    /// For the callers that waited; the last of them takes the item along.
    Landed {
        item: Arc<T>,
        waiting: usize,
    },
    Over,
}

impl<T> Flight<T> {
    pub(super) fn begin() -> Arc<Self> {
        Arc::new(Flight {
            progress: Monitor::new("the mutex of a cache's computation", Progress::Flies { waiting: 0 }),
            pilot: stripe_index(),
        })
    }

    /// What it lands with; `None` if it fails, or when it has landed before and nobody waited: then the caller looks again.
    pub(super) fn wait(&self) -> Option<Arc<T>> {
        let mut is_counted = false;
        let mut progress = self.progress.lock();
        loop {
            match &mut *progress {
                Progress::Flies { .. } if self.pilot == stripe_index() => break,
                Progress::Flies { waiting } => {
                    *waiting += usize::from(!is_counted);
                    is_counted = true;
                    progress = self.progress.wait(progress);
                }
                Progress::Landed { item, waiting } => {
                    let item = Arc::clone(item);
                    *waiting -= usize::from(is_counted);
                    if *waiting == 0 {
                        *progress = Progress::Over; // not the last reference: no user code runs under the lock
                    }
                    return Some(item);
                }
                Progress::Over => return None,
            }
        }
        drop(progress);
        panic!(
            "sync-map: the closure of `get_or_insert_with` asked the cache to compute the very key that it computes: \
             it would wait for itself. Compute the value without asking for it."
        );
    }

    /// It has landed with this, or failed. It keeps the item only while somebody waits for it.
    pub(super) fn end(&self, item: Option<&Arc<T>>) {
        let mut progress = self.progress.lock();
        *progress = match (&*progress, item) {
            (Progress::Flies { waiting }, Some(item)) if *waiting > 0 => {
                Progress::Landed { item: Arc::clone(item), waiting: *waiting }
            }
            _ => Progress::Over,
        };
        drop(progress);
        self.progress.notify_all();
    }

    /// For a quiet cache.
    pub(super) fn has_ended(&self) -> bool {
        !matches!(*self.progress.lock(), Progress::Flies { .. })
    }
}
