//! event-listener 5.4.2: the dropped notification of 5.3.0 is mended.

#[cfg(not(loom))]
compile_error!("run this in its own folder, where cargo finds `--cfg loom`, and without RUSTFLAGS");

#[path = "../../event.rs"]
mod event;

use event::{Gate, Semaphore};
use row::nothing;

const VERSION: &str = "event-listener 5.4.2";

#[test]
fn a_gate() {
    nothing(VERSION, checker::family::<Gate>("2x2").run());
}

#[test]
fn a_gate_and_three_threads() {
    nothing(VERSION, checker::family::<Gate>("3x1").preemptions(2).run());
}

#[test]
fn a_semaphore() {
    nothing(VERSION, checker::family::<Semaphore>("2x1").run());
}

#[test]
fn a_semaphore_and_more_calls() {
    nothing(VERSION, checker::family::<Semaphore>("2x2").preemptions(2).run());
}

#[test]
fn a_semaphore_and_three_threads() {
    nothing(VERSION, checker::family::<Semaphore>("3x1").preemptions(2).run());
}
