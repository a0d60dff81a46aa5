//! A subscription to a key: always the newest value.
//!
//! A subscription remembers the version that it saw last, and the *life* of the key that it belongs to. It takes every value
//! from the store itself, so it cannot see one out of order, and cannot miss the newest.
//!
//! | the key in the store | not bound to a life | bound to life `n` |
//! |---|---|---|
//! | has no value | waits | closed |
//! | has a value of version `v` in life `m` | gives it, and is bound to `m` | `m` is not `n`: closed; `v` is newer: gives it; else waits |
#![forbid(unsafe_code)]

use super::Shared;
use super::errors::Closed;
use super::value::Value;
use super::watch::Watch;
use crate::sync::Arc;
use std::fmt;
use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

/// The newest value of a key, as often as it changes. Got from [`ConfigStore::subscribe`](super::ConfigStore::subscribe).
///
/// The first value is the one that the key has, if it has one. After that, each receive gives the newest value if that has
/// not been given yet, and waits otherwise. Values in between may be left out; the newest never is, and an older value never comes
/// after a newer one. (tokio's `watch` channel does the same.)
///
/// **Closing.** A subscription that belongs to a value (one was there when it began, or it has given one) is closed when the key
/// is removed. One that has not seen a value yet goes on waiting for the first. All are closed when the store is dropped.
/// **Threads.** Each subscriber has one of its own; it is `Send`.
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
    key: String,
    /// Among the subscriptions of the store.
    number: u64,
    /// The version of the newest value that was given.
    seen: u64,
    /// The life of the key that it belongs to.
    life: Option<u64>,
    closed: bool,
}

impl<H: BuildHasher> Subscription<H> {
    pub(super) fn new(
        shared: Arc<Shared<H>>,
        watch: Arc<Watch>,
        key: String,
        number: u64,
        life: Option<u64>,
    ) -> Self {
        Subscription { shared, watch, key, number, seen: 0, life, closed: false }
    }

    /// The key that it is of, whatever became of it.
    ///
    /// ```
    /// let config = sync_map::config::ConfigStore::new();
    /// let changes = config.subscribe("port");
    /// drop(config);
    /// assert_eq!(changes.key(), "port");
    /// ```
    pub fn key(&self) -> &str {
        &self.key
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
        self.shared.read(&self.key, Value::clone)
    }

    /// Treats the value that the key has now as received: waits for the next one.
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
    /// [`Closed`], from the first time that it is seen on.
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
        if !self.closed {
            let entries = self.shared.entries.pin();
            let found = entries.load(&*self.key).and_then(|entry| Some((entry.value.as_ref()?, entry))); // LP(try_recv)
            match (found, self.life) {
                (Some((_, entry)), Some(life)) if entry.life != life => self.closed = true,
                (Some((value, entry)), _) if entry.version > self.seen => {
                    self.seen = entry.version;
                    self.life = Some(entry.life);
                    return Ok(Some(value.clone()));
                }
                (Some(_), _) => {}
                (None, Some(_)) => self.closed = true,
                (None, None) => self.closed = self.watch.is_over(),
            }
        }
        if self.closed { Err(Closed { key: self.key.clone() }) } else { Ok(None) }
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

    /// The newest value, as soon as there is one that has not been received yet; nothing when that takes longer than `timeout`.
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
    /// Dropping the future loses nothing.
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
        Recv { subscription: self }
    }

    /// [`recv`](Self::recv) as a poll: when it is pending, the waker of the last call is woken at the next change.
    ///
    /// Being woken may be for nothing: poll again.
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
        if let Some(ready) = self.try_recv().transpose() {
            return Poll::Ready(ready);
        }
        self.watch.wake_next(self.number, context.waker());
        // A change that came before the waker was there is seen here; one that comes now wakes it.
        self.try_recv().transpose().map_or(Poll::Pending, Poll::Ready)
    }
}

impl<H: BuildHasher> Drop for Subscription<H> {
    fn drop(&mut self) {
        self.watch.forget(self.number);
        self.shared.unsubscribe(&self.key);
    }
}

impl<H: BuildHasher> fmt::Debug for Subscription<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription")
            .field("key", &self.key)
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
/// given is given by the next call. Its waker is kept until the next change, or until the subscription is dropped.
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
}

impl<H: BuildHasher> Future for Recv<'_, H> {
    type Output = Result<Value, Closed>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.subscription.poll_recv(context)
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
