//! Memory that a structure allocates and frees by itself. Under an engine it has a probe: a use after the object was freed, a second free
//! and a leak are reported, in whichever execution they are possible.
//!
//! The memory of a freed object stays until its execution is over, so that a wrong use harms nobody; therefore an address is never given
//! out twice in an execution. (What depends on that, such as ABA by the allocator, is seen as the use after free that it begins with.)

use crate::engine::{Engine, now};
use sync_map_model::{loom as on_loom, shuttle as on_shuttle};

/// As `std::boxed::Box`, as far as it goes.
pub struct Box<T>(Inner<T>);

enum Inner<T> {
    Plain(std::boxed::Box<T>),
    Loom(on_loom::strict_epoch::Owned<T>),
    Shuttle(on_shuttle::strict_epoch::Owned<T>),
}

impl<T: std::fmt::Debug> std::fmt::Debug for Box<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}

impl<T> Box<T> {
    /// An object of its own.
    #[track_caller]
    pub fn new(value: T) -> Self {
        Box(match now() {
            Engine::Plain => Inner::Plain(std::boxed::Box::new(value)),
            Engine::Loom => Inner::Loom(on_loom::strict_epoch::Owned::new(value)),
            Engine::Shuttle => Inner::Shuttle(on_shuttle::strict_epoch::Owned::new(value)),
        })
    }

    /// A pointer to it, which somebody has to give back by [`from_raw`](Box::from_raw).
    pub fn into_raw(this: Self) -> *mut T {
        match this.0 {
            Inner::Plain(owned) => std::boxed::Box::into_raw(owned),
            Inner::Loom(owned) => on_loom::strict_epoch::into_raw(owned),
            Inner::Shuttle(owned) => on_shuttle::strict_epoch::into_raw(owned),
        }
    }

    /// The owner again.
    ///
    /// # Safety
    /// As `std::boxed::Box::from_raw`. Under an engine, a second one is reported when it is dropped.
    pub unsafe fn from_raw(raw: *mut T) -> Self {
        Box(match now() {
            // SAFETY: the caller vouches that it came from `into_raw`, and is given back once.
            Engine::Plain => Inner::Plain(unsafe { std::boxed::Box::from_raw(raw) }),
            // SAFETY: the caller vouches that it came from `into_raw`. Were it given back twice, the books would report it.
            Engine::Loom => Inner::Loom(unsafe { on_loom::strict_epoch::from_raw(raw) }),
            // SAFETY: the same.
            Engine::Shuttle => Inner::Shuttle(unsafe { on_shuttle::strict_epoch::from_raw(raw) }),
        })
    }

    /// The object, out of its allocation, which is freed.
    pub fn into_inner(this: Self) -> T {
        match this.0 {
            Inner::Plain(owned) => *owned,
            Inner::Loom(owned) => *owned.into_box(),
            Inner::Shuttle(owned) => *owned.into_box(),
        }
    }
}

impl<T> std::ops::Deref for Box<T> {
    type Target = T;
    #[track_caller]
    fn deref(&self) -> &T {
        match &self.0 {
            Inner::Plain(owned) => owned,
            Inner::Loom(owned) => {
                on_loom::strict_epoch::check_alive(std::ptr::from_ref::<T>(owned).cast());
                owned
            }
            Inner::Shuttle(owned) => {
                on_shuttle::strict_epoch::check_alive(std::ptr::from_ref::<T>(owned).cast());
                owned
            }
        }
    }
}

impl<T> std::ops::DerefMut for Box<T> {
    #[track_caller]
    fn deref_mut(&mut self) -> &mut T {
        match &mut self.0 {
            Inner::Plain(owned) => owned,
            Inner::Loom(owned) => {
                on_loom::strict_epoch::write_to(std::ptr::from_ref::<T>(owned).cast());
                owned
            }
            Inner::Shuttle(owned) => {
                on_shuttle::strict_epoch::write_to(std::ptr::from_ref::<T>(owned).cast());
                owned
            }
        }
    }
}

/// The object behind a raw pointer of [`Box::into_raw`]: what `&*pointer` is elsewhere. Under an engine it is a step of its own, and
/// reported if the object was freed.
///
/// # Safety
/// As `&*pointer`. Under an engine a freed object of the same execution does no harm: it is reported before it is touched.
#[track_caller]
pub unsafe fn at<'a, T>(pointer: *const T) -> &'a T {
    match now() {
        Engine::Plain => {}
        Engine::Loom => on_loom::strict_epoch::use_of(pointer.cast()),
        Engine::Shuttle => on_shuttle::strict_epoch::use_of(pointer.cast()),
    }
    // SAFETY: the caller vouches for it; if he errs, `use_of` has panicked.
    unsafe { &*pointer }
}
