//! The system's allocator, which can be asked how much it has handed out.
//!
//! It counts between the start and the end of [`counted`]; at other times it adds one load and one branch, to all maps alike.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::Relaxed};

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static COUNTS: AtomicBool = AtomicBool::new(false);
static BYTES: AtomicI64 = AtomicI64::new(0);

/// The bytes that were handed out and not given back while `work` ran, counted by the size that each block really has.
pub(crate) fn counted(work: impl FnOnce()) -> i64 {
    BYTES.store(0, Relaxed);
    COUNTS.store(true, Relaxed);
    work();
    COUNTS.store(false, Relaxed);
    BYTES.load(Relaxed)
}

/// The size that a block has, which is not less than what was asked for.
#[cfg(target_os = "linux")]
fn usable(block: *mut u8, _layout: Layout) -> i64 {
    // SAFETY: the block is one of malloc's, not freed, or null, of which it says 0.
    let size = unsafe { libc::malloc_usable_size(block.cast()) };
    size as i64
}

#[cfg(not(target_os = "linux"))]
fn usable(_block: *mut u8, layout: Layout) -> i64 {
    layout.size() as i64
}

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        let block = unsafe { System.alloc(layout) };
        if COUNTS.load(Relaxed) {
            BYTES.fetch_add(usable(block, layout), Relaxed);
        }
        block
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if COUNTS.load(Relaxed) {
            BYTES.fetch_sub(usable(block, layout), Relaxed);
        }
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(block, layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        let block = unsafe { System.alloc_zeroed(layout) };
        if COUNTS.load(Relaxed) {
            BYTES.fetch_add(usable(block, layout), Relaxed);
        }
        block
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if COUNTS.load(Relaxed) {
            BYTES.fetch_sub(usable(block, layout), Relaxed);
        }
        // SAFETY: as the caller promises.
        let moved = unsafe { System.realloc(block, layout, size) };
        if COUNTS.load(Relaxed) {
            let as_before = layout; // only its size differs, which a usable size does not need
            BYTES.fetch_add(usable(moved, as_before), Relaxed);
        }
        moved
    }
}
