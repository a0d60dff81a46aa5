//! Keys and values: their call-backs ask the [plan](crate::lawless) of the execution whether their turn to misbehave has come.

use crate::lawless::{alive, ask, count_alive};
use linear::Callback;
use std::hash::{BuildHasher, DefaultHasher, Hash, Hasher};
use std::mem::ManuallyDrop;
use std::ops::Deref;

const ALIVE: u64 = 0x5afe_5afe_5afe_5afe;

/// Marks memory as that of something dropped. The write is volatile, because the optimizer would leave out a store to memory that is
/// about to be freed.
fn bury(alive: &mut u64) {
    let alive = &raw mut *alive;
    // SAFETY: a reference is valid for a write of its type, and `&mut` excludes any other access meanwhile.
    unsafe { alive.write_volatile(0xdead) }
}

/// A key, in every build.
#[derive(Debug)]
pub struct Key {
    key: i64,
    alive: u64,
}

impl Key {
    /// A fresh one.
    pub fn new(key: i64) -> Self {
        count_alive(1);
        Key { key, alive: ALIVE }
    }
    /// A key to look up with: it is never dropped, so no call-back is called for it.
    pub fn asked(key: i64) -> ManuallyDrop<Self> {
        ManuallyDrop::new(Key { key, alive: ALIVE })
    }
    /// The number, of one that is alive.
    ///
    /// # Panics
    /// When it was dropped.
    pub fn get(&self) -> i64 {
        assert!(self.alive == ALIVE, "use after free: a key was read after it was dropped");
        self.key
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let lies = i64::from(ask(Callback::Hash));
        (self.get() ^ lies).hash(state);
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        let lies = ask(Callback::Eq);
        (self.get() == other.get()) != lies
    }
}

impl Eq for Key {}

impl Clone for Key {
    fn clone(&self) -> Self {
        ask(Callback::Clone);
        Key::new(self.get())
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        assert!(self.alive == ALIVE, "double free: a key was dropped twice");
        bury(&mut self.alive);
        count_alive(-1);
        ask(Callback::Drop);
    }
}

/// A value in the model builds. The strict epoch counts what is allocated and freed; this also counts values that others keep.
#[derive(Debug)]
pub struct Plain {
    value: i64,
    alive: u64,
}

impl Plain {
    /// A fresh one.
    pub fn new(value: i64) -> Self {
        count_alive(1);
        Plain { value, alive: ALIVE }
    }
    /// One to compare with: as [`Key::asked`].
    pub fn asked(value: i64) -> ManuallyDrop<Self> {
        ManuallyDrop::new(Plain { value, alive: ALIVE })
    }
    /// The number, of one that is alive.
    ///
    /// # Panics
    /// When it was dropped.
    pub fn get(&self) -> i64 {
        assert!(self.alive == ALIVE, "use after free: a value was read after it was dropped");
        self.value
    }
    /// What came back from the library, of which nobody else needs to be told.
    pub fn taken(self) -> i64 {
        count_alive(-1);
        ManuallyDrop::new(self).get()
    }
}

impl Clone for Plain {
    fn clone(&self) -> Self {
        ask(Callback::Clone);
        Plain::new(self.get())
    }
}

impl PartialEq for Plain {
    fn eq(&self, other: &Self) -> bool {
        let lies = ask(Callback::Compare);
        (self.get() == other.get()) != lies
    }
}

impl Eq for Plain {}

impl Drop for Plain {
    fn drop(&mut self) {
        assert!(self.alive == ALIVE, "double free: a value was dropped twice");
        bury(&mut self.alive);
        count_alive(-1);
        ask(Callback::Drop);
    }
}

/// How many values a call returns at most: the two of `LoadOrStore::Loaded`.
const RETURNED: i64 = 2;

/// An execution has ended. Where a `Drop` panics, Rust itself leaks what the call that runs it was about to return
/// (rust-lang/rust#47949).
///
/// # Panics
/// When keys or values of it are left.
#[track_caller]
pub(crate) fn check_leaks(a_drop_panics: bool) {
    let allowed = if a_drop_panics { 0..=RETURNED } else { 0..=0 };
    assert!(allowed.contains(&alive()), "leak: of the keys and values, {} were not dropped", alive());
}

/// The hasher of names, in the model builds: a call-back of its own, because text has none.
#[derive(Clone, Copy, Debug, Default)]
pub struct NameHasher(());

/// Its state.
#[derive(Debug, Default)]
pub struct NameState(DefaultHasher);

impl BuildHasher for NameHasher {
    type Hasher = NameState;
    fn build_hasher(&self) -> NameState {
        NameState::default()
    }
}

impl Hasher for NameState {
    fn finish(&self) -> u64 {
        // The hash of another name: the bits by which a table tells entries apart differ, too.
        let lies = if ask(Callback::Hash) { u64::MAX } else { 0 };
        self.0.finish() ^ lies
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0.write(bytes);
    }
}

/// A value on real threads: it is counted, and knows when it was dropped.
#[derive(Debug)]
pub struct Counted {
    value: i64,
    alive: u64,
}

/// How many [`Counted`] values there are now.
pub static COUNTED: std::sync::atomic::AtomicI64 = std::sync::atomic::AtomicI64::new(0);

impl Counted {
    /// A fresh one.
    pub fn new(value: i64) -> Self {
        COUNTED.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Counted { value, alive: ALIVE }
    }
    /// One to compare with.
    pub fn asked(value: i64) -> impl Deref<Target = Self> {
        Box::new(Counted::new(value))
    }
    /// The number, of one that is alive.
    ///
    /// # Panics
    /// When it was dropped.
    pub fn get(&self) -> i64 {
        assert!(self.alive == ALIVE, "use after free: a value was read after it was dropped");
        self.value
    }
    /// What came back from the library.
    pub fn taken(self) -> i64 {
        self.get()
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        Counted::new(self.get())
    }
}

impl PartialEq for Counted {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        assert!(self.alive == ALIVE, "double free: a value was dropped twice");
        bury(&mut self.alive);
        COUNTED.fetch_sub(1, std::sync::atomic::Ordering::Relaxed);
    }
}
