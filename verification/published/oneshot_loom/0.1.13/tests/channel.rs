//! oneshot 0.1.13 has RUSTSEC-2026-0005 mended, and another fault, which was reported in August 2026 and is open: issue 87 of its repository.
//! A receiver that is dropped while the sender takes the waker reads its own word that it is gone as the sender's, and frees the channel.

#[cfg(not(oneshot_loom))]
compile_error!("run this in its own folder, where cargo finds `--cfg oneshot_loom`, and without RUSTFLAGS");

#[path = "../../ends.rs"]
mod ends;

use ends::{Blocking, Polled, Tried};
use oneshot::{Receiver as AsyncReceiver, channel as async_channel};
use row::{found, nothing};

const VERSION: &str = "oneshot 0.1.13";

/// The race of RUSTSEC-2026-0005 is gone.
#[test]
fn a_polled_receiver_is_dropped_during_send() {
    nothing(VERSION, checker::explore::<Polled>("poll || send 1 || drop_receiver"));
}

#[test]
fn a_receiver_that_is_polled() {
    nothing(VERSION, checker::family::<Polled>("2x2").run());
}

/// Issue 87: a message that was sent is neither received nor dropped. Two threads do not show it to loom, which lets a thread that spins wait
/// until another has made a step: the third thread makes that step.
#[test]
fn a_polled_receiver_is_dropped_during_send_beside_a_third_thread() {
    let program = "poll || send 1 || send 2 || drop_receiver";
    found(VERSION, &checker::explore::<Polled>(program), "leak", Some(program));
}

/// Nobody has to know where to look.
#[test]
fn a_receiver_that_is_polled_in_three_threads() {
    found(VERSION, &checker::family::<Polled>("3x1").explore(), "leak", None);
}

#[test]
fn a_receiver_that_looks() {
    nothing(VERSION, checker::family::<Tried>("2x2").run());
}

#[test]
fn a_receiver_that_blocks() {
    nothing(VERSION, checker::family::<Blocking>("2x2").run());
}
