//! oneshot 0.1.11 has RUSTSEC-2026-0005: a receiver that was polled, and is dropped before there is a message, drops its waker after it has
//! told the sender that it is gone. The sender may have freed the memory of both by then.

#[cfg(not(oneshot_loom))]
compile_error!("run this in its own folder, where cargo finds `--cfg oneshot_loom`, and without RUSTFLAGS");

#[path = "../../ends.rs"]
mod ends;

use ends::{Blocking, Polled, Tried};
use oneshot::{Receiver as AsyncReceiver, channel as async_channel};
use row::{found, nothing};

const VERSION: &str = "oneshot 0.1.11";

/// The race, in the smallest program.
#[test]
fn a_polled_receiver_is_dropped_during_send() {
    let explored = checker::explore::<Polled>("poll || send 1 || drop_receiver");
    found(VERSION, &explored, "data race", Some("poll || send 1 || drop_receiver"));
}

/// Nobody has to know where to look.
#[test]
fn a_receiver_that_is_polled() {
    found(VERSION, &checker::family::<Polled>("2x1").explore(), "data race", None);
}

#[test]
fn a_receiver_that_looks() {
    nothing(VERSION, checker::family::<Tried>("2x2").run());
}

#[test]
fn a_receiver_that_blocks() {
    nothing(VERSION, checker::family::<Blocking>("2x2").run());
}
