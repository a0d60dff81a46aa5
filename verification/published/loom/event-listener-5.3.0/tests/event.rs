//! event-listener 5.3.0 drops a notification (issue 138 of its repository, mended by 139). Whoever notifies looks first, without the lock,
//! whether there is a list of listeners, and whether one of them is to be notified; it may see neither, though a listener is there that has
//! not seen what it listens for.

#[cfg(not(loom))]
compile_error!("run this in its own folder, where cargo finds `--cfg loom`, and without RUSTFLAGS");

#[path = "../../event.rs"]
mod event;

use event::{Gate, Semaphore};
use row::found;

const VERSION: &str = "event-listener 5.3.0";

/// The dropped notification, in the smallest program.
#[test]
fn a_gate_is_opened_while_one_comes() {
    found(VERSION, &checker::explore::<Gate>("|| pass || open"), "deadlock", Some("|| pass || open"));
}

/// Nobody has to know where to look.
#[test]
fn a_gate() {
    found(VERSION, &checker::family::<Gate>("2x2").explore(), "deadlock", Some("|| pass || open"));
}

#[test]
fn a_semaphore() {
    let explored = checker::family::<Semaphore>("2x1").explore();
    found(VERSION, &explored, "deadlock", Some("|| acquire || release"));
}
