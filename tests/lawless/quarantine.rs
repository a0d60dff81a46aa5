//! An allocator that keeps the last blocks that were freed: what is read after it was freed reads as it was.

use std::alloc::{GlobalAlloc, Layout, System};
use std::ptr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

/// Only small blocks are kept: the entries and values of the maps here are such.
const SMALL: usize = 512;

/// How many blocks are kept.
const KEPT: usize = 1 << 14;

/// The sanitizers have a quarantine of their own, and see more with it.
const ON: bool = option_env!("SYNC_MAP_SANITIZED").is_none();

/// From now on nothing small is freed: something was dropped twice, and its memory may be in the quarantine twice.
static KEEPS_ALL: AtomicBool = AtomicBool::new(false);

pub(crate) fn keep_all() {
    KEEPS_ALL.store(true, SeqCst);
}

struct Block(*mut u8, Layout);

// SAFETY: memory that nobody uses; it is freed once, by the thread that takes it out of the quarantine.
unsafe impl Send for Block {}

struct Kept {
    blocks: [Option<Block>; KEPT],
    next: usize,
}

struct Quarantine(Mutex<Kept>);

#[global_allocator]
static QUARANTINE: Quarantine = Quarantine(Mutex::new(Kept { blocks: [const { None }; KEPT], next: 0 }));

// SAFETY: the system's allocator, but that blocks are given back to it later. The mutex of `std` does not allocate, and
// nothing under it does.
unsafe impl GlobalAlloc for Quarantine {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise, passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        if !ON || layout.size() > SMALL {
            // SAFETY: the caller's promise, passed on.
            return unsafe { System.dealloc(pointer, layout) };
        }
        if KEEPS_ALL.load(SeqCst) {
            return;
        }
        let Ok(mut kept) = self.0.lock() else { return };
        let next = kept.next;
        kept.next = (next + 1) % KEPT;
        let oldest = kept.blocks[next].replace(Block(pointer, layout));
        drop(kept);
        if let Some(Block(pointer, layout)) = oldest {
            // SAFETY: the promise of the caller that gave it into the quarantine.
            unsafe { System.dealloc(pointer, layout) }
        }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if !ON || layout.size() > SMALL {
            // SAFETY: the caller's promise, passed on.
            return unsafe { System.realloc(pointer, layout, size) };
        }
        // SAFETY: the caller promises that the size is valid for this alignment.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        // SAFETY: the caller promises that the size is not zero.
        let new = unsafe { self.alloc(wanted) };
        if !new.is_null() {
            // SAFETY: both blocks have so many bytes, and are different.
            unsafe { ptr::copy_nonoverlapping(pointer, new, layout.size().min(size)) }
            // SAFETY: the caller gives the old block up.
            unsafe { self.dealloc(pointer, layout) }
        }
        new
    }
}
