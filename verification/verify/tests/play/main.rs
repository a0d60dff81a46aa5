//! Playing a program: its tree has all executions and no others, and a game says what can be reached.

mod terminal;
mod tree;

use explore::engine::Engine;
use explore::job::Job;
use explore::tree::{Bounds, Tree};
use linear::Program;
use runner::playing;
use runner::pool::Settings;
use std::sync::Arc;
use std::time::Duration;
use verify::subjects;

fn settings() -> Settings {
    Settings {
        workers: 1,
        patience: Duration::from_secs(60),
        interrupted: Arc::default(),
        program: Some(env!("CARGO_BIN_EXE_verify").into()),
    }
}

fn program(subject: &str, text: &str) -> Program {
    Program::parse(subjects::by_name(subject).expect("a subject"), text).expect("a program")
}

fn job(subject: &str, text: &str, engine: Engine) -> Job {
    Job::new(&program(subject, text), engine)
}

/// The tree below these picks, with no limit that matters.
fn tree_below(subject: &str, text: &str, picks: Vec<usize>) -> Tree {
    let bounds = Bounds { picks, positions: 1_000_000, milliseconds: 100_000, ..Bounds::default() };
    let tree = playing::tree(&job(subject, text, Engine::ShuttleDfs), &bounds, &settings());
    tree.unwrap_or_else(|why| panic!("{subject}: {text}: {why}"))
}
