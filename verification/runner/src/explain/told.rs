//! What is said of a step of a program that is played.

use super::cells::cell;
use explore::ways::WAITS;
use linear::{Program, Step};

/// What a step does, without its ordering.
pub fn told(step: &Step, program: &Program) -> String {
    match step.action.as_str() {
        WAITS => format!("wait for {}", step.object),
        _ => cell(step, Some(program), false).unwrap_or_default(),
    }
}
