//! A subscription to a key: always the newest value.
//!
//! A subscription remembers the version that it saw last, and the *life* of the key that it belongs to. It takes every value
//! from the store itself, so it cannot see one out of order, and cannot miss the newest.
//!
//! | the key in the store | not bound to a life | bound to life `n` |
//! |---|---|---|
//! | has no value | waits | closed |
//! | has a value of version `v` in life `m` | gives it, and is bound to `m` | `m` is not `n`: closed; `v` is newer: gives it; otherwise waits |
//!
//! To receive is to *look*, which changes nothing, and then to *take* what was seen. User code runs only before or between the two:
//! if it panics, nothing was received, and nothing is lost.
//!
//! A subscription is dropped wherever its owner is, possibly by the collector, as a part of other garbage. Its drop takes the locks
//! of its key and of the writers, one after the other, and pins no thread. Garbage is collected under no lock of the crate, so the
//! thread that drops it holds none of them.
#![forbid(unsafe_code)]

use super::errors::Closed;
use super::name::Name;
use super::shared::Shared;
use super::value::Value;
use super::watch::Watch;
use crate::sync::Arc;
use std::fmt;
use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

/// The newest value of a key, as often as it changes. Returned by [`ConfigStore::subscribe`](super::ConfigStore::subscribe).
///
/// The first value is the one that the key has, if it has one. After that, each receive gives the newest value if that has
/// not been given yet, and waits otherwise. Values in between may be left out; the newest never is, and an older value never comes
/// after a newer one. (tokio's `watch` channel does the same.)
///
/// **Closing.** A subscription that belongs to a value (one was there when it began, or it has given one) is closed when the key
/// is removed. One that has not seen a value yet keeps waiting for the first. All are closed when the store is dropped.
/// **Threads.** Each subscriber has a subscription of its own; it is `Send`.
/// **Drop.** Unsubscribes.
///
/// ```
/// use sync_map::config::{ConfigStore, Value};
///
/// let config = ConfigStore::new();
/// config.set("database_url", "localhost:5432");
/// let changes = config.subscribe("database_url");
/// let listener = std::thread::spawn(move || {
///     let mut last = None;
///     for value in changes {
///         println!("Database URL changed to: {value}");
///         last = Some(value);
///     }
///     last // the key was removed
/// });
/// config.set("database_url", "prod-db:5432");
/// # while config.subscriber_count("database_url") > 0 && !listener.is_finished() {
/// #     config.remove("database_url"); // the example ends
/// # }
/// assert!(listener.join().is_ok());
/// ```
pub struct Subscription<H: BuildHasher = RandomState> {
    shared: Arc<Shared<H>>,
    watch: Arc<Watch>,
    name: Name,
    /// Among the subscriptions of the store.
    number: u64,
    /// The version of the newest value that was given.
    seen: u64,
    /// The life of the key that it belongs to.
    life: Option<u64>,
    closed: bool,
    /// A waker may be with the watch.
    left_waker: bool,
}

/// What a look at the store has seen.
enum Look {
    /// Nothing that was not received yet.
    Nothing,
    News {
        value: Value,
        version: u64,
        life: u64,
    },
    Closed,
}

impl<H: BuildHasher> Subscription<H> {
    pub(super) fn new(
        shared: Arc<Shared<H>>,
        watch: Arc<Watch>,
        name: Name,
        number: u64,
        life: Option<u64>,
    ) -> Self {
        Subscription { shared, watch, name, number, seen: 0, life, closed: false, left_waker: false }
    }

    /// The key of this subscription, even if it was removed.
    ///
    /// ```
    /// let config = sync_map::config::ConfigStore::new();
    /// let changes = config.subscribe("port");
    /// drop(config);
    /// assert_eq!(changes.key(), "port");
    /// ```
    pub fn key(&self) -> &str {
        self.name.key()
    }

    /// The value that the key has now, given or not. Does not count as received.
    ///
    /// ```
    /// let config = sync_map::config::ConfigStore::new();
    /// config.set("max_connections", 100);
    /// let mut changes = config.subscribe("max_connections");
    /// assert_eq!(changes.current(), Some(100.into()));
    /// assert_eq!(changes.recv(), Ok(100.into()));
    /// ```
    pub fn current(&self) -> Option<Value> {
        self.shared.read(&self.name, Value::clone)
    }

    /// Treats the value that the key has now as received: the next receive waits for the next one.
    ///
    /// ```
    /// let config = sync_map::config::ConfigStore::new();
    /// config.set("max_connections", 100);
    /// let mut changes = config.subscribe("max_connections");
    /// changes.skip_current();
    /// assert_eq!(changes.try_recv(), Ok(None));
    /// ```
    pub fn skip_current(&mut self) {
        drop(self.try_recv());
    }

    /// The newest value, if it has not been received yet. Never waits.
    ///
    /// # Errors
    /// [`Closed`], and again at each later call.
    ///
    /// ```
    /// let config = sync_map::config::ConfigStore::new();
    /// let mut changes = config.subscribe("max_connections");
    /// assert_eq!(changes.try_recv(), Ok(None));
    /// config.set("max_connections", 100);
    /// config.set("max_connections", 200);
    /// assert_eq!(changes.try_recv(), Ok(Some(200.into())));
    /// assert_eq!(changes.try_recv(), Ok(None));
    /// config.remove("max_connections");
    /// assert!(changes.try_recv().is_err());
    /// ```
    pub fn try_recv(&mut self) -> Result<Option<Value>, Closed> {
        let look = self.look();
        self.take(look)
    }

    /// Looks at the store. Changes nothing.
    fn look(&self) -> Look {
        if self.closed {
            return Look::Closed;
        }
        let entries = self.shared.entries.pin();
        let found = entries.load(&self.name); // LP(try_recv)
        match (found, self.life) {
            // identity: config-life
            (Some(entry), Some(life)) if entry.life != life => Look::Closed,
            (Some(entry), _) if entry.version > self.seen => {
                Look::News { value: entry.value.clone(), version: entry.version, life: entry.life }
            }
            (Some(_), _) => Look::Nothing,
            (None, Some(_)) => Look::Closed,
            (None, None) => {
                if self.watch.is_over() {
                    Look::Closed
                } else {
                    Look::Nothing
                }
            }
        }
    }

    /// Receives what a look has seen. Runs no user code.
    fn take(&mut self, look: Look) -> Result<Option<Value>, Closed> {
        match look {
            Look::Nothing => Ok(None),
            Look::News { value, version, life } => {
                self.seen = version;
                self.life = Some(life);
                Ok(Some(value))
            }
            Look::Closed => {
                self.closed = true;
                Err(Closed { key: self.key().to_owned() })
            }
        }
    }

    /// The newest value, as soon as there is one that has not been received yet.
    ///
    /// **Blocking.** Until then: until the next `set` of the key, if need be.
    ///
    /// # Errors
    /// [`Closed`].
    ///
    /// ```
    /// let config = sync_map::config::ConfigStore::new();
    /// let mut changes = config.subscribe("max_connections");
    /// std::thread::scope(|scope| {
    ///     scope.spawn(|| config.set("max_connections", 200));
    ///     assert_eq!(changes.recv(), Ok(200.into()));
    /// });
    /// ```
    pub fn recv(&mut self) -> Result<Value, Closed> {
        loop {
            let events = self.watch.events();
            if let Some(value) = self.try_recv()? {
                return Ok(value);
            }
            self.watch.wait_beyond(events);
        }
    }

    /// The newest value, as soon as there is one that has not been received yet; `None` if that takes longer than `timeout`.
    ///
    /// **Blocking.** For `timeout` at most, as far as the system keeps time. A zero one never waits, a huge one waits for ever.
    ///
    /// # Errors
    /// [`Closed`].
    ///
    /// ```
    /// use std::time::Duration;
    /// let config = sync_map::config::ConfigStore::new();
    /// let mut changes = config.subscribe("max_connections");
    /// assert_eq!(changes.recv_timeout(Duration::from_millis(5)), Ok(None));
    /// ```
    pub fn recv_timeout(&mut self, timeout: Duration) -> Result<Option<Value>, Closed> {
        let Some(deadline) = Instant::now().checked_add(timeout) else {
            return self.recv().map(Some);
        };
        loop {
            let events = self.watch.events();
            if let Some(value) = self.try_recv()? {
                return Ok(Some(value));
            }
            if !self.watch.wait_beyond_until(events, deadline) {
                return Ok(None);
            }
        }
    }

    /// The newest value, as soon as there is one that has not been received yet: [`recv`](Self::recv) as a future, for any executor.
    ///
    /// Dropping the future loses nothing, and takes its waker back, so it does not keep alive a task that waits for something else now.
    ///
    /// ```
    /// # use std::task::{Context, Poll, Waker};
    /// let config = sync_map::config::ConfigStore::new();
    /// config.set("max_connections", 100);
    /// let mut changes = config.subscribe("max_connections");
    /// let future = async { changes.recv_async().await };
    /// # let mut context = Context::from_waker(Waker::noop());
    /// # assert_eq!(std::pin::pin!(future).poll(&mut context), Poll::Ready(Ok(100.into())));
    /// ```
    pub fn recv_async(&mut self) -> Recv<'_, H> {
        Recv { subscription: self, waits: false }
    }

    /// [`recv`](Self::recv) as a poll: when it is pending, the waker of the last call is woken at the next change.
    ///
    /// Being woken may be for nothing: poll again.
    ///
    /// **Wakers.** A subscription has one waker at a time: that of its last pending poll, by this, by [`recv_async`](Self::recv_async) or as
    /// a stream. It stays until it is woken, another takes its place, a poll is ready, or the subscription is dropped. To give up waiting
    /// without one of these, use [`recv_async`](Self::recv_async), whose future takes its waker back when it is dropped.
    /// **Panics.** If cloning or dropping a waker does; nothing is lost then.
    ///
    /// ```
    /// use std::task::{Context, Waker};
    /// let config = sync_map::config::ConfigStore::new();
    /// let mut changes = config.subscribe("port");
    /// let mut context = Context::from_waker(Waker::noop());
    /// assert!(changes.poll_recv(&mut context).is_pending());
    /// config.set("port", 80);
    /// assert!(changes.poll_recv(&mut context).is_ready());
    /// ```
    pub fn poll_recv(&mut self, context: &mut Context<'_>) -> Poll<Result<Value, Closed>> {
        let mut look = self.look();
        if matches!(look, Look::Nothing) {
            self.left_waker = true;
            self.watch.wake_next(self.number, context.waker());
            // A change that came before the waker was there is seen here; one that comes now wakes it.
            look = self.look();
        }
        if !matches!(look, Look::Nothing) {
            self.take_waker_back();
        }
        self.take(look).transpose().map_or(Poll::Pending, Poll::Ready)
    }

    /// Drops the waker that it has left, if it has: user code.
    fn take_waker_back(&mut self) {
        if std::mem::take(&mut self.left_waker) {
            drop(self.watch.forget(self.number));
        }
    }
}

impl<H: BuildHasher> Drop for Subscription<H> {
    fn drop(&mut self) {
        let waker = self.watch.forget(self.number);
        self.shared.unsubscribe(self.name.key());
        drop(waker); // last: it is user code
    }
}

impl<H: BuildHasher> fmt::Debug for Subscription<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription")
            .field("key", self.name.key())
            .field("seen", &self.seen)
            .field("life", &self.life)
            .field("closed", &self.closed)
            .finish_non_exhaustive()
    }
}

/// Each value as it comes, as by [`recv`](Subscription::recv); ends when the subscription is closed.
impl<H: BuildHasher> Iterator for Subscription<H> {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        self.recv().ok()
    }
}

/// The future of [`Subscription::recv_async`]: ready with the next value, or when the subscription is closed.
///
/// **Blocking.** A poll waits for no change; it may wait for a writer's short section. **Drop.** Nothing is lost: what it would have
/// given is given by the next call. Takes its waker back, if its last poll was pending.
///
/// ```
/// use std::task::{Context, Poll, Waker};
/// let config = sync_map::config::ConfigStore::new();
/// let mut changes = config.subscribe("port");
/// let mut next = std::pin::pin!(changes.recv_async());
/// let mut context = Context::from_waker(Waker::noop());
/// assert!(next.as_mut().poll(&mut context).is_pending());
/// config.set("port", 80);
/// assert_eq!(next.as_mut().poll(&mut context), Poll::Ready(Ok(80.into())));
/// ```
#[derive(Debug)]
#[must_use = "a future does nothing unless it is awaited"]
pub struct Recv<'s, H: BuildHasher = RandomState> {
    subscription: &'s mut Subscription<H>,
    /// It was polled, and has not been ready.
    waits: bool,
}

impl<H: BuildHasher> Future for Recv<'_, H> {
    type Output = Result<Value, Closed>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.waits = true;
        let poll = self.subscription.poll_recv(context);
        self.waits = poll.is_pending();
        poll
    }
}

impl<H: BuildHasher> Drop for Recv<'_, H> {
    fn drop(&mut self) {
        // Only its own waker: one that was left by a poll of the subscription, before this future was made, stays.
        if self.waits {
            self.subscription.take_waker_back();
        }
    }
}

/// Each value as it comes; ends when the subscription is closed.
#[cfg(feature = "stream")]
impl<H: BuildHasher> futures_core::Stream for Subscription<H> {
    type Item = Value;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Value>> {
        self.poll_recv(context).map(Result::ok)
    }
}

impl<H: BuildHasher> Unpin for Subscription<H> {}
