//! Playing a program.

use explore::engine::Engine;
use explore::job::Job;
use explore::tree::{Bounds, Tree};
use linear::Program;
use runner::playing::tree;
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

fn job(subject: &str, text: &str) -> Job {
    let program = Program::parse(subjects::by_name(subject).expect("a subject"), text).expect("a program");
    Job::new(&program, Engine::ShuttleDfs)
}

fn whole(subject: &str, text: &str) -> Tree {
    let bounds = Bounds { positions: 200_000, milliseconds: 100_000, ..Bounds::default() };
    tree(&job(subject, text), &bounds, &settings()).expect("a tree")
}

#[test]
fn probe() {
    for (subject, text) in [
        ("map", "store a 1 || load_or_store a 2"),
        ("map", "store a 1 || load_or_store a 2 || delete a"),
        ("map", "|| store a 1 || load_or_store a 2"),
        ("map", "store a 1; delete a || load_or_store a 2 || store b 1; load a"),
        ("map", "store a 1; delete a || load_or_store a 2 || store a 3"),
        ("map", "store a 1 || load a || store a 3 || delete a"),
        ("counter", "|| add 1; get || reset_and_get"),
        ("canary", "|| ok || wrong"),
        ("canary", "|| ok; deadlock || ok; panic"),
        ("registry", "register a 1 || unregister a 1 || start a"),
        ("boundedcache", "insert a 1 || insert b 2 || get a"),
    ] {
        let begun = std::time::Instant::now();
        let tree = whole(subject, text);
        let json = serde_json::to_string(&tree).unwrap();
        eprintln!(
            "{text}: {} positions, {} steps, {} looks, {} ends, {} executions, cut {:?}, {} bytes, {:?}",
            tree.positions.len(), tree.steps.len(), tree.looks.len(), tree.ends.len(), tree.executions, tree.cut, json.len(), begun.elapsed()
        );
        for end in &tree.ends { eprintln!("   {end:?}"); }
    }
}
