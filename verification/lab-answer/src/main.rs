//! A student's answer to a lab in Rust, with the checks of that lab.

// What checks name.
#[allow(unused_imports)]
use lab_answer::*;

include!(concat!(env!("OUT_DIR"), "/lab.rs"));

fn main() -> std::process::ExitCode {
    lab_answer::run(checks::check)
}
