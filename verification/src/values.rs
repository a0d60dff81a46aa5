//! Values: plain ones for the models, counted ones for real threads.

/// A value in the model builds: the model epoch itself counts what is allocated and freed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain(i64);

impl Plain {
    pub(crate) fn new(value: i64) -> Self {
        Plain(value)
    }
    pub(crate) fn get(&self) -> i64 {
        self.0
    }
}

/// A value on real threads: it is counted, and knows when it was dropped.
#[derive(Debug)]
pub struct Counted {
    value: i64,
    alive: u64,
}

const ALIVE: u64 = 0x5afe_5afe_5afe_5afe;

/// How many [`Counted`] values there are now.
pub static COUNTED: std::sync::atomic::AtomicI64 = std::sync::atomic::AtomicI64::new(0);

impl Counted {
    pub(crate) fn new(value: i64) -> Self {
        COUNTED.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Counted { value, alive: ALIVE }
    }
    pub(crate) fn get(&self) -> i64 {
        assert_eq!(self.alive, ALIVE, "use after free: a value was read after it was dropped");
        self.value
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
        assert_eq!(self.alive, ALIVE, "double free: a value was dropped twice");
        // Volatile, or the optimizer drops a store to memory that is about to go.
        let alive = &raw mut self.alive;
        // SAFETY: a plain field of `self`.
        unsafe { alive.write_volatile(0xdead) }
        COUNTED.fetch_sub(1, std::sync::atomic::Ordering::Relaxed);
    }
}
