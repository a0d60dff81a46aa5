//! Atomics, as in `std::sync::atomic`. Their constructors are not `const`: an atomic belongs to the execution in which it is made.

use crate::engine::{Engine, Show, Word, now};
use crate::sites::{is_left_out, site};
use std::marker::PhantomData;
use std::panic::Location;
pub use std::sync::atomic::Ordering;
use sync_map_model::{Change, Value};

macro_rules! integer {
    ($(#[$doc:meta])* $name:ident, $type:ty) => {
        $(#[$doc])*
        pub struct $name(Word);

        impl $name {
            /// The number lies in the highest bits of a word, so that it wraps around where its type does.
            const SHIFT: u32 = usize::BITS - <$type>::BITS;

            fn word(value: $type) -> usize {
                (value as usize) << Self::SHIFT
            }

            fn number(word: usize) -> $type {
                (word >> Self::SHIFT) as $type
            }

            /// The number; or, if it is an address of an object of this execution, that.
            fn show(word: usize, number_of: impl Fn(usize) -> Option<u32>) -> Value {
                let number = Self::number(word);
                let object = (Self::SHIFT == 0).then(|| number_of(word)).flatten();
                object.map_or_else(
                    || Value::Integer(i64::try_from(number).unwrap_or(i64::MAX)),
                    |object| Value::Pointer(object, word & 1),
                )
            }

            /// An atomic number.
            #[track_caller]
            pub fn new(value: $type) -> Self {
                use sync_map_model::{loom, shuttle};
                let show = Show {
                    on_loom: |word| Self::show(word, loom::strict_epoch::number_of),
                    on_shuttle: |word| Self::show(word, shuttle::strict_epoch::number_of),
                };
                Self(Word::new(Self::word(value), show))
            }
            /// The number, as nobody else can access it.
            pub fn into_inner(self) -> $type {
                Self::number(self.0.peek())
            }
            /// The number.
            #[track_caller]
            pub fn load(&self, ordering: Ordering) -> $type {
                Self::number(self.0.load(ordering))
            }
            /// Writes.
            #[track_caller]
            pub fn store(&self, value: $type, ordering: Ordering) {
                self.0.store(Self::word(value), ordering);
            }
            /// Writes; what was there.
            #[track_caller]
            pub fn swap(&self, value: $type, ordering: Ordering) -> $type {
                Self::number(self.0.modify(Change::Set(Self::word(value)), ordering))
            }
            /// Writes `new` over `current`.
            ///
            /// # Errors
            /// What is there, when it is not `current`.
            #[track_caller]
            pub fn compare_exchange(
                &self,
                current: $type,
                new: $type,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$type, $type> {
                let result = self.0.compare_exchange(Self::word(current), Self::word(new), success, failure);
                result.map(Self::number).map_err(Self::number)
            }
            /// The same. (It does not fail where `compare_exchange` would not: that is not explored.)
            ///
            /// # Errors
            /// What is there, when it is not `current`.
            #[track_caller]
            pub fn compare_exchange_weak(
                &self,
                current: $type,
                new: $type,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$type, $type> {
                self.compare_exchange(current, new, success, failure)
            }
            /// Adds, wrapping around; what was there.
            #[track_caller]
            pub fn fetch_add(&self, value: $type, ordering: Ordering) -> $type {
                Self::number(self.0.modify(Change::Add(Self::word(value)), ordering))
            }
            /// Subtracts, wrapping around; what was there.
            #[track_caller]
            pub fn fetch_sub(&self, value: $type, ordering: Ordering) -> $type {
                Self::number(self.0.modify(Change::Add(Self::word(value).wrapping_neg()), ordering))
            }
            /// Sets bits; what was there.
            #[track_caller]
            pub fn fetch_or(&self, value: $type, ordering: Ordering) -> $type {
                Self::number(self.0.modify(Change::Or(Self::word(value)), ordering))
            }
            /// Keeps bits; what was there.
            #[track_caller]
            pub fn fetch_and(&self, value: $type, ordering: Ordering) -> $type {
                // Below the number all bits are 0, and stay so.
                Self::number(self.0.modify(Change::And(Self::word(value)), ordering))
            }
            /// Turns bits over; what was there.
            #[track_caller]
            pub fn fetch_xor(&self, value: $type, ordering: Ordering) -> $type {
                Self::number(self.0.modify(Change::Xor(Self::word(value)), ordering))
            }
            /// Writes what `change` makes of the number, until nobody else has written meanwhile; what was there.
            ///
            /// # Errors
            /// What is there, when `change` returns none.
            #[track_caller]
            pub fn fetch_update(
                &self,
                success: Ordering,
                failure: Ordering,
                mut change: impl FnMut($type) -> Option<$type>,
            ) -> Result<$type, $type> {
                let mut seen = self.load(failure);
                while let Some(new) = change(seen) {
                    match self.compare_exchange(seen, new, success, failure) {
                        Ok(before) => return Ok(before),
                        Err(other) => seen = other,
                    }
                }
                Err(seen)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                Self::number(self.0.peek()).fmt(f)
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new(0)
            }
        }
    };
}

macro_rules! unsigned {
    ($(#[$doc:meta])* $name:ident, $type:ty) => {
        integer!($(#[$doc])* $name, $type);

        impl $name {
            /// Writes the larger one; what was there.
            #[track_caller]
            pub fn fetch_max(&self, value: $type, ordering: Ordering) -> $type {
                Self::number(self.0.modify(Change::Max(Self::word(value)), ordering))
            }
            /// Writes the smaller one; what was there.
            #[track_caller]
            pub fn fetch_min(&self, value: $type, ordering: Ordering) -> $type {
                Self::number(self.0.modify(Change::Min(Self::word(value)), ordering))
            }
        }
    };
}

unsigned!(/** As `std::sync::atomic::AtomicUsize`. */ AtomicUsize, usize);
unsigned!(/** As `std::sync::atomic::AtomicU64`. */ AtomicU64, u64);
unsigned!(/** As `std::sync::atomic::AtomicU32`. */ AtomicU32, u32);
unsigned!(/** As `std::sync::atomic::AtomicU16`. */ AtomicU16, u16);
unsigned!(/** As `std::sync::atomic::AtomicU8`. */ AtomicU8, u8);
integer!(/** As `std::sync::atomic::AtomicIsize`. */ AtomicIsize, isize);
integer!(/** As `std::sync::atomic::AtomicI64`. */ AtomicI64, i64);
integer!(/** As `std::sync::atomic::AtomicI32`. */ AtomicI32, i32);

/// As `std::sync::atomic::AtomicBool`.
pub struct AtomicBool(AtomicU8);

impl AtomicBool {
    /// An atomic truth value.
    #[track_caller]
    pub fn new(value: bool) -> Self {
        Self(AtomicU8::new(value.into()))
    }
    /// The value, as nobody else can access it.
    pub fn into_inner(self) -> bool {
        self.0.into_inner() != 0
    }
    /// The value.
    #[track_caller]
    pub fn load(&self, ordering: Ordering) -> bool {
        self.0.load(ordering) != 0
    }
    /// Writes.
    #[track_caller]
    pub fn store(&self, value: bool, ordering: Ordering) {
        self.0.store(value.into(), ordering);
    }
    /// Writes; what was there.
    #[track_caller]
    pub fn swap(&self, value: bool, ordering: Ordering) -> bool {
        self.0.swap(value.into(), ordering) != 0
    }
    /// Writes `new` over `current`.
    ///
    /// # Errors
    /// What is there, when it is not `current`.
    #[track_caller]
    pub fn compare_exchange(
        &self,
        current: bool,
        new: bool,
        success: Ordering,
        failure: Ordering,
    ) -> Result<bool, bool> {
        let result = self.0.compare_exchange(current.into(), new.into(), success, failure);
        result.map(|seen| seen != 0).map_err(|seen| seen != 0)
    }
}

impl std::fmt::Debug for AtomicBool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (self.0.0.peek() != 0).fmt(f)
    }
}

/// As `std::sync::atomic::AtomicPtr`. In a drawing it shows the number of the object that it leads to, if that is one of
/// [`alloc`](crate::alloc).
pub struct AtomicPtr<T> {
    word: Word,
    leads_to: PhantomData<*mut T>,
}

// SAFETY: it is a word, and gives nothing but a raw pointer: as in `std`, whoever follows it has to know that he may.
unsafe impl<T> Send for AtomicPtr<T> {}
// SAFETY: as for `Send`. The word itself may be used by all threads of its model, which are one OS thread, and elsewhere it is `std`'s.
unsafe impl<T> Sync for AtomicPtr<T> {}

/// A pointer as a person reads it: the number of its object, and what it carries in the lowest bits.
fn shown(word: usize, align: usize, number: impl Fn(usize) -> Option<u32>) -> Value {
    let tag = word & (align - 1);
    match number(word) {
        Some(object) => Value::Pointer(object, tag),
        // No address: those that are not ours say nothing, and are others each time.
        None => Value::Pointer(0, tag),
    }
}

impl<T> AtomicPtr<T> {
    /// An atomic pointer.
    #[track_caller]
    pub fn new(pointer: *mut T) -> Self {
        use sync_map_model::{loom, shuttle};
        let show = Show {
            on_loom: |word| shown(word, align_of::<T>(), loom::strict_epoch::number_of),
            on_shuttle: |word| shown(word, align_of::<T>(), shuttle::strict_epoch::number_of),
        };
        Self { word: Word::new(pointer.expose_provenance(), show), leads_to: PhantomData }
    }
    fn pointer(word: usize) -> *mut T {
        std::ptr::with_exposed_provenance_mut(word)
    }
    /// The pointer, as nobody else can access it.
    pub fn into_inner(self) -> *mut T {
        Self::pointer(self.word.peek())
    }
    /// The pointer, as nobody else can access it.
    pub fn read_mut(&mut self) -> *mut T {
        Self::pointer(self.word.peek())
    }
    /// The pointer.
    #[track_caller]
    pub fn load(&self, ordering: Ordering) -> *mut T {
        Self::pointer(self.word.load(ordering))
    }
    /// Writes.
    #[track_caller]
    pub fn store(&self, pointer: *mut T, ordering: Ordering) {
        self.word.store(pointer.expose_provenance(), ordering);
    }
    /// Writes; what was there.
    #[track_caller]
    pub fn swap(&self, pointer: *mut T, ordering: Ordering) -> *mut T {
        Self::pointer(self.word.modify(Change::Set(pointer.expose_provenance()), ordering))
    }
    /// Writes `new` over `current`.
    ///
    /// # Errors
    /// What is there, when it is not `current`.
    #[track_caller]
    pub fn compare_exchange(
        &self,
        current: *mut T,
        new: *mut T,
        success: Ordering,
        failure: Ordering,
    ) -> Result<*mut T, *mut T> {
        let result = self.word.compare_exchange(current.addr(), new.expose_provenance(), success, failure);
        result.map(Self::pointer).map_err(Self::pointer)
    }
    /// The same. (It does not fail where `compare_exchange` would not: that is not explored.)
    ///
    /// # Errors
    /// What is there, when it is not `current`.
    #[track_caller]
    pub fn compare_exchange_weak(
        &self,
        current: *mut T,
        new: *mut T,
        success: Ordering,
        failure: Ordering,
    ) -> Result<*mut T, *mut T> {
        self.compare_exchange(current, new, success, failure)
    }
}

impl<T> std::fmt::Debug for AtomicPtr<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AtomicPtr")
    }
}

/// A fence, as `std::sync::atomic::fence`. loom does not switch threads at it (docs/litmus.md); under shuttle
/// everything is sequentially consistent anyway.
#[track_caller]
pub fn fence(ordering: Ordering) {
    match now() {
        Engine::Plain => std::sync::atomic::fence(ordering),
        Engine::Shuttle => {}
        Engine::Loom => {
            let site = site("fence", ordering, Location::caller());
            if !is_left_out(site) {
                loom::sync::atomic::fence(sync_map_model::loom::trace::ordering_used(site));
            }
        }
    }
}
