//! The one list that both epochs are held to: what the crate may use of them, with its signature. It is compiled in each build, so a
//! signature that one of them changes is an error there.

use super::build::{self, Atomic, EngineGuard, FLUSH_BYTES, Owned, Shared};
use super::guard::Guard;
use crate::sync::Site;

type Pointer<'g> = Shared<'g, u64>;
type Ordered = &'static Site;

type Seen<'g> = Result<Pointer<'g>, Pointer<'g>>;
type CompareExchange<'g> =
    fn(&Atomic<u64>, Pointer<'g>, Pointer<'g>, Ordered, Ordered, &'g Guard) -> Seen<'g>;

const _: for<'g> fn(&'g EngineGuard) = pointers;

fn pointers<'g>(_: &'g EngineGuard) {
    let _: fn(u64) -> Owned<u64> = Owned::new;
    let _: fn(Owned<u64>, &'g EngineGuard) -> Pointer<'g> = Owned::into_shared;
    let _: fn(Owned<u64>) -> Box<u64> = Owned::into_box;
    let _: fn(&Owned<u64>) -> &u64 = <Owned<u64> as core::ops::Deref>::deref;

    let _: fn() -> Pointer<'g> = Shared::null;
    let _: fn(&Pointer<'g>) -> bool = Shared::is_null;
    let _: fn(&Pointer<'g>) -> usize = Shared::tag;
    let _: fn(&Pointer<'g>, usize) -> Pointer<'g> = Shared::with_tag;
    let _: fn(&Pointer<'g>) -> *const u64 = Shared::as_raw;
    let _: fn(*const u64) -> Pointer<'g> = Shared::from;
    let _: unsafe fn(&Pointer<'g>) -> &'g u64 = Shared::deref;
    let _: unsafe fn(Pointer<'g>) -> Owned<u64> = Shared::into_owned;
    let _: unsafe fn(*const u64) -> &'g u64 = build::deref_raw;
    fn is_a_word<T: Copy + Eq>() {}
    let _: fn() = is_a_word::<Pointer<'g>>;

    let _: fn() -> Atomic<u64> = Atomic::null;
    let _: fn(Pointer<'_>) -> Atomic<u64> = Atomic::from_shared;
    let _: fn(&Atomic<u64>, Ordered, &'g Guard) -> Pointer<'g> = Atomic::load;
    let _: fn(&Atomic<u64>, Pointer<'g>, Ordered, &'g Guard) -> Pointer<'g> = Atomic::swap;
    let _: CompareExchange<'g> = Atomic::compare_exchange;
    let _: fn(&Atomic<u64>, usize, Ordered, &'g Guard) -> Pointer<'g> = Atomic::fetch_or;
    let _: fn(&Atomic<u64>) -> Pointer<'_> = Atomic::peek;
    fn is_shared_by_threads<T: Send + Sync>() {}
    let _: fn() = is_shared_by_threads::<Atomic<u64>>;

    let _: fn() -> EngineGuard = build::pin_engine;
    let _: fn(&EngineGuard) = EngineGuard::flush;
    let _: fn(&mut EngineGuard) = EngineGuard::repin;
    let _: unsafe fn(&EngineGuard, Pointer<'_>) = build::destroy_later;
    let _: fn() -> bool = build::is_pinned;
    let _: fn() -> bool = build::is_destroying;
    let _: fn(fn(&mut usize)) = build::account;
    let _: usize = FLUSH_BYTES;
}
