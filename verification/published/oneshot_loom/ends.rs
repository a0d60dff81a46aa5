//! Both ends of a channel of oneshot in one structure, whose operations may be called in any order and by any thread: the second call of
//! one that consumes its end finds nothing to consume.
//!
//! loom does not see a use after free: it lets other threads run at atomic accesses alone, not between one and the access to plain memory
//! that follows, and freeing is not an access for it. (That is why oneshot's own test of the race of RUSTSEC-2026-0005 passed.) But waker
//! and message live in the memory of the channel. Here each touches a cell when it is dropped there: if the drop of one is not ordered
//! before that of the other, which comes just before the memory is freed, loom reports a data race.

use super::{AsyncReceiver, async_channel};
use checker::{Wait, subject};
use loom::alloc::Track;
use loom::cell::UnsafeCell;
use loom::sync::Mutex;
use oneshot::{Receiver, Sender, TryRecvError};
use std::future::Future;
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

/// Stands for the memory of the channel.
struct Memory(UnsafeCell<()>);

// SAFETY: it has no content; loom judges the accesses.
unsafe impl Send for Memory {}
// SAFETY: the same.
unsafe impl Sync for Memory {}

impl Memory {
    fn touch(&self) {
        self.0.with_mut(|_| ());
    }
}

/// A message: loom reports one that is neither received nor dropped.
struct Message {
    value: Track<u8>,
    memory: Option<Arc<Memory>>,
}

impl Message {
    /// Out of the channel.
    fn received(mut self) -> u8 {
        self.memory = None;
        *self.value.get_ref()
    }
}

impl Drop for Message {
    fn drop(&mut self) {
        if let Some(memory) = &self.memory {
            memory.touch();
        }
    }
}

/// A waker that nobody waits for.
fn waker(memory: &Arc<Memory>) -> Waker {
    const TABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, |_| (), drop_in_place);
    fn clone(raw: *const ()) -> RawWaker {
        // SAFETY: the pointer of a waker comes from `Arc::into_raw`, and is not given back before the waker is gone.
        unsafe { Arc::increment_strong_count(raw.cast::<Memory>()) };
        RawWaker::new(raw, &TABLE)
    }
    fn wake(raw: *const ()) {
        // SAFETY: as above; this waker is gone now. Whoever wakes has taken it out of the channel before.
        drop(unsafe { Arc::from_raw(raw.cast::<Memory>()) });
    }
    fn drop_in_place(raw: *const ()) {
        // SAFETY: as above; this waker is gone now.
        let memory = unsafe { Arc::from_raw(raw.cast::<Memory>()) };
        memory.touch();
    }
    let raw = RawWaker::new(Arc::into_raw(Arc::clone(memory)).cast(), &TABLE);
    // SAFETY: the table does what the contract of `RawWaker` asks: the data are counted, and may be used on any thread.
    unsafe { Waker::from_raw(raw) }
}

/// What a call of the receiving end finds.
fn told(found: Result<Message, TryRecvError>) -> Result<u8, String> {
    match found {
        Ok(message) => Ok(message.received()),
        Err(TryRecvError::Empty) => Err("empty".to_owned()),
        Err(TryRecvError::Disconnected) => Err("disconnected".to_owned()),
    }
}

/// Both ends.
struct Ends<R> {
    sender: Mutex<Option<Sender<Message>>>,
    receiver: Mutex<Option<R>>,
    memory: Arc<Memory>,
}

impl<R> Ends<R> {
    fn new((sender, receiver): (Sender<Message>, R)) -> Self {
        let memory = Arc::new(Memory(UnsafeCell::new(())));
        Ends { sender: Mutex::new(Some(sender)), receiver: Mutex::new(Some(receiver)), memory }
    }

    /// No call finds the sender gone while another still sends: the cell is locked until the call is over.
    fn send(&self, value: u8) -> Option<bool> {
        let mut cell = self.sender.lock().expect("nobody panics");
        let sender = cell.take()?;
        let message = Message { value: Track::new(value), memory: Some(Arc::clone(&self.memory)) };
        Some(sender.send(message).is_ok())
    }

    fn drop_sender(&self) -> bool {
        let mut cell = self.sender.lock().expect("nobody panics");
        cell.take().is_some()
    }

    fn drop_receiver(&self) -> bool {
        let mut cell = self.receiver.lock().expect("nobody panics");
        cell.take().is_some()
    }
}

/// What one thread sees.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Specified {
    has_sender: bool,
    has_receiver: bool,
    polled: bool,
    message: Option<u8>,
}

impl Default for Specified {
    fn default() -> Self {
        Specified { has_sender: true, has_receiver: true, polled: false, message: None }
    }
}

impl Specified {
    fn send(&mut self, value: u8) -> Option<bool> {
        if !std::mem::take(&mut self.has_sender) {
            return None;
        }
        self.message = self.has_receiver.then_some(value);
        Some(self.has_receiver)
    }

    fn receive(&mut self) -> Option<Result<u8, String>> {
        let empty = if self.has_sender { "empty" } else { "disconnected" };
        self.has_receiver.then(|| self.message.take().ok_or_else(|| empty.to_owned()))
    }
}

/// A channel whose receiver is polled, as a future is.
pub(crate) struct Polled(Ends<AsyncReceiver<Message>>);

#[subject(spec = Specified, loom)]
impl Polled {
    #[init]
    fn new() -> Self {
        Polled(Ends::new(async_channel()))
    }
    #[op]
    fn send(&self, value: u8) -> Option<bool> {
        self.0.send(value)
    }
    #[op]
    fn drop_sender(&self) -> bool {
        self.0.drop_sender()
    }
    #[op]
    fn poll(&self) -> Option<Result<u8, String>> {
        let mut receiver = self.0.receiver.lock().expect("nobody panics");
        let receiver = receiver.as_mut()?;
        let waker = ManuallyDrop::new(waker(&self.0.memory)); // this one is not in the channel
        Some(told(match Pin::new(receiver).poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(received) => received.map_err(|_| TryRecvError::Disconnected),
            Poll::Pending => Err(TryRecvError::Empty),
        }))
    }
    #[op]
    fn drop_receiver(&self) -> bool {
        self.0.drop_receiver()
    }
}

impl PolledSpec for Specified {
    fn send(&mut self, value: u8) -> Option<bool> {
        self.send(value)
    }
    fn drop_sender(&mut self) -> bool {
        std::mem::take(&mut self.has_sender)
    }
    fn poll(&mut self) -> Option<Result<u8, String>> {
        let polled = self.receive();
        // To begin with a receiver that was polled is to begin elsewhere, though the answers are the same.
        self.polled |= polled.as_ref().is_some_and(Result::is_err);
        polled
    }
    fn drop_receiver(&mut self) -> bool {
        std::mem::take(&mut self.has_receiver)
    }
}

/// A channel whose receiver looks whether there is a message.
pub(crate) struct Tried(Ends<Receiver<Message>>);

#[subject(spec = Specified, loom)]
impl Tried {
    #[init]
    fn new() -> Self {
        Tried(Ends::new(oneshot::channel()))
    }
    #[op]
    fn send(&self, value: u8) -> Option<bool> {
        self.0.send(value)
    }
    #[op]
    fn drop_sender(&self) -> bool {
        self.0.drop_sender()
    }
    #[op]
    fn try_recv(&self) -> Option<Result<u8, String>> {
        let receiver = self.0.receiver.lock().expect("nobody panics");
        Some(told(receiver.as_ref()?.try_recv()))
    }
    #[op]
    fn drop_receiver(&self) -> bool {
        self.0.drop_receiver()
    }
}

impl TriedSpec for Specified {
    fn send(&mut self, value: u8) -> Option<bool> {
        self.send(value)
    }
    fn drop_sender(&mut self) -> bool {
        std::mem::take(&mut self.has_sender)
    }
    fn try_recv(&mut self) -> Option<Result<u8, String>> {
        self.receive()
    }
    fn drop_receiver(&mut self) -> bool {
        std::mem::take(&mut self.has_receiver)
    }
}

/// A channel whose receiver blocks its thread.
pub(crate) struct Blocking(Ends<Receiver<Message>>);

#[subject(spec = Specified, loom)]
impl Blocking {
    #[init]
    fn new() -> Self {
        Blocking(Ends::new(oneshot::channel()))
    }
    #[op]
    fn send(&self, value: u8) -> Option<bool> {
        self.0.send(value)
    }
    #[op]
    fn drop_sender(&self) -> bool {
        self.0.drop_sender()
    }
    #[op(waits)]
    fn recv(&self) -> Option<Result<u8, String>> {
        let receiver = self.0.receiver.lock().expect("nobody panics").take();
        Some(told(receiver?.recv().map_err(|_| TryRecvError::Disconnected)))
    }
}

impl BlockingSpec for Specified {
    fn send(&mut self, value: u8) -> Option<bool> {
        self.send(value)
    }
    fn drop_sender(&mut self) -> bool {
        std::mem::take(&mut self.has_sender)
    }
    fn recv(&mut self) -> Wait<Option<Result<u8, String>>> {
        if self.has_receiver && self.has_sender {
            return Wait::Blocked;
        }
        let received = self.receive();
        self.has_receiver = false;
        Wait::Ready(received)
    }
}
