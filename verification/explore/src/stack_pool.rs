//! A pool of coroutine stacks. Most of the kernel's work in an exploration is to map, protect, fault in and unmap the stack of
//! each model thread of each execution, although one stack is as good as another.
//!
//! loom's coroutines (the crate `generator`) and shuttle's (`corosensei`) call libc's `mmap`, `mprotect` and `munmap`, and offer
//! no way to give them a stack. So this module defines these three names itself: the linker takes ours for all Rust code of
//! the program. (libc's own calls, such as those of `malloc` and of threads, do not go through them.) They pass each call on
//! to the kernel, except for mappings that look exactly like a stack of one of the two crates. Even those they pass on before
//! [`enable`], which only a worker calls:
//!
//! | crate | mapping | then made so by `mprotect` |
//! |---|---|---|
//! | `generator` | private, anonymous, `MAP_STACK`, readable and writable | the lowest page: no access |
//! | `corosensei` | private, anonymous, no access | all but the lowest page: readable and writable |
//!
//! Such a mapping is not unmapped but kept, guard page and all, and handed out again when one of the same kind is requested.
//! Unlike a fresh one, it is not zeroed. Neither crate expects it to be. (ADR 12.)
//!
//! On other systems than 64-bit Linux nothing is pooled.

/// What the pool has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pooled {
    /// Stacks that the kernel mapped.
    pub mapped: u64,
    /// Stacks that were given out again.
    pub reused: u64,
}

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod linux {
    use super::Pooled;
    use libc::{MAP_ANONYMOUS, MAP_PRIVATE, MAP_STACK, PROT_NONE, PROT_READ, PROT_WRITE};
    use libc::{SYS_mmap, SYS_mprotect, SYS_munmap, c_int, c_long, c_void, off_t, size_t};
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Mutex, MutexGuard, PoisonError};

    /// Longer mappings are not stacks of these crates.
    const LONGEST: usize = 1 << 20;
    /// At most this many idle stacks are kept.
    const MOST_IDLE: usize = 64;

    /// What was asked of `mprotect`: the distance from the beginning, the length, the protection.
    type Protection = (usize, usize, c_int);

    #[derive(Clone, Copy)]
    struct Stack {
        address: usize,
        length: usize,
        /// The protection that it was mapped with.
        mapped: c_int,
        /// How it was changed after, once.
        protected: Option<Protection>,
        idle: bool,
    }

    struct Pool {
        stacks: Vec<Stack>,
        counts: Pooled,
    }

    static POOL: Mutex<Pool> =
        Mutex::new(Pool { stacks: Vec::new(), counts: Pooled { mapped: 0, reused: 0 } });
    static ENABLED: AtomicBool = AtomicBool::new(false);

    fn pool() -> MutexGuard<'static, Pool> {
        POOL.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn enable() {
        ENABLED.store(true, Ordering::Relaxed);
    }

    pub(super) fn pooled() -> Pooled {
        pool().counts
    }

    fn is_stack(address: *mut c_void, length: size_t, protection: c_int, flags: c_int, file: c_int) -> bool {
        let anonymous = MAP_PRIVATE | MAP_ANONYMOUS;
        let is_kind = (protection == PROT_READ | PROT_WRITE && flags == anonymous | MAP_STACK)
            || (protection == PROT_NONE && flags == anonymous);
        address.is_null() && file == -1 && length <= LONGEST && is_kind && ENABLED.load(Ordering::Relaxed)
    }

    /// libc's function of this name.
    ///
    /// # Safety
    /// What the system call asks of its caller.
    #[unsafe(no_mangle)]
    unsafe extern "C" fn mmap(
        address: *mut c_void,
        length: size_t,
        protection: c_int,
        flags: c_int,
        file: c_int,
        offset: off_t,
    ) -> *mut c_void {
        let is_stack = is_stack(address, length, protection, flags, file);
        if is_stack {
            let mut pool = pool();
            let fits =
                |stack: &&mut Stack| stack.idle && stack.length == length && stack.mapped == protection;
            if let Some(stack) = pool.stacks.iter_mut().rev().find(fits) {
                stack.idle = false;
                let address = stack.address;
                pool.counts.reused += 1;
                return address as *mut c_void;
            }
        }
        // SAFETY: a new mapping that the caller asked for, with the caller's arguments: the pool has no part in it.
        let mapped = unsafe {
            libc::syscall(
                SYS_mmap,
                address,
                length,
                c_long::from(protection),
                c_long::from(flags),
                c_long::from(file),
                offset,
            )
        };
        // `syscall` has set errno, and returns -1 as `mmap` does (MAP_FAILED).
        if is_stack && mapped != -1 {
            let mut pool = pool();
            pool.counts.mapped += 1;
            pool.stacks.push(Stack {
                address: mapped as usize,
                length,
                mapped: protection,
                protected: None,
                idle: false,
            });
        }
        mapped as *mut c_void
    }

    /// libc's function of this name.
    ///
    /// # Safety
    /// What the system call asks of its caller.
    #[unsafe(no_mangle)]
    unsafe extern "C" fn mprotect(address: *mut c_void, length: size_t, protection: c_int) -> c_int {
        let start = address as usize;
        if ENABLED.load(Ordering::Relaxed) {
            let mut pool = pool();
            let of =
                |stack: &Stack| !stack.idle && (stack.address..stack.address + stack.length).contains(&start);
            if let Some(at) = pool.stacks.iter().position(of) {
                let asked = (start - pool.stacks[at].address, length, protection);
                match pool.stacks[at].protected {
                    // Handed out again, and already protected in this way.
                    Some(before) if before == asked => return 0,
                    // Something else: not a stack of the two crates.
                    Some(_) => drop(pool.stacks.swap_remove(at)),
                    None => pool.stacks[at].protected = Some(asked),
                }
            }
        }
        // SAFETY: the caller's own mapping, with the caller's arguments. If it is a stack of the pool, it is not idle, so nobody else has it.
        let done = unsafe { libc::syscall(SYS_mprotect, address, length, c_long::from(protection)) };
        done as c_int
    }

    /// libc's function of this name.
    ///
    /// # Safety
    /// What the system call asks of its caller.
    #[unsafe(no_mangle)]
    unsafe extern "C" fn munmap(address: *mut c_void, length: size_t) -> c_int {
        if ENABLED.load(Ordering::Relaxed) {
            let mut pool = pool();
            let idle = pool.stacks.iter().filter(|stack| stack.idle).count();
            let of = |stack: &Stack| !stack.idle && stack.address == address as usize;
            if let Some(at) = pool.stacks.iter().position(of) {
                let is_whole = pool.stacks[at].length == length && pool.stacks[at].protected.is_some();
                if is_whole && idle < MOST_IDLE {
                    pool.stacks[at].idle = true;
                    return 0;
                }
                pool.stacks.swap_remove(at);
            }
        }
        // SAFETY: the caller's own mapping, with the caller's arguments. If it was a stack of the pool, the pool has just forgotten it.
        let done = unsafe { libc::syscall(SYS_munmap, address, length) };
        done as c_int
    }
}

/// From now on, stacks are reused.
pub fn enable() {
    #[cfg(all(target_os = "linux", target_pointer_width = "64"))]
    linux::enable();
}

/// What the pool has done so far; nothing where there is none.
pub fn pooled() -> Option<Pooled> {
    #[cfg(all(target_os = "linux", target_pointer_width = "64"))]
    return Some(linux::pooled());
    #[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The linker has taken our three functions, and both engines' stacks look as expected.
    #[test]
    fn stacks_of_both_engines_are_used_again() {
        let Some(_) = pooled() else { return };
        enable();
        let loom = || crate::on_loom::builder(None).check(|| drop(loom::thread::spawn(|| ()).join()));
        let shuttle = || {
            let scheduler = shuttle::scheduler::DfsScheduler::new(None, false);
            let body = || drop(shuttle::thread::spawn(|| ()).join());
            shuttle::Runner::new(scheduler, crate::on_shuttle::config()).run(body);
        };
        for explore in [&loom as &dyn Fn(), &shuttle] {
            explore();
            let before = pooled().unwrap_or_default();
            (0..50).for_each(|_| explore());
            let after = pooled().unwrap_or_default();
            // Other tests run beside this one, and may need a few at the same time.
            assert!(after.reused - before.reused >= 50, "{before:?} {after:?}");
        }
    }
}
