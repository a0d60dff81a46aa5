//! The examples run, as a user runs them, and what they assert about their results holds.

use std::process::Command;

/// The features that this test was compiled with.
fn features() -> String {
    let all = [
        ("json", cfg!(feature = "json")),
        ("serde", cfg!(feature = "serde")),
        ("stream", cfg!(feature = "stream")),
        ("toml", cfg!(feature = "toml")),
    ];
    all.into_iter().filter(|(_, is_on)| *is_on).map(|(name, _)| name).collect::<Vec<_>>().join(",")
}

/// Runs `examples/NAME.rs`, which ends well.
#[track_caller]
fn run(name: &str) {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["run", "--quiet", "--example", name, "--features", &features()]);
    let output = cargo.output().expect("cargo runs: it has just compiled this test");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "examples/{name}.rs: {}\n{told}", output.status);
}

#[test]
fn basic_runs() {
    run("basic");
}

#[test]
fn api_reference_runs() {
    run("api_reference");
}

#[test]
fn dns_cache_runs() {
    run("dns_cache");
}

#[test]
fn metrics_runs() {
    run("metrics");
}

#[test]
fn services_runs() {
    run("services");
}

#[cfg(feature = "toml")]
#[test]
fn live_config_runs() {
    run("live_config");
}

#[test]
fn every_example_is_run_here() {
    for file in std::fs::read_dir("examples").expect("the examples") {
        let path = file.expect("a file").path();
        if path.is_dir() {
            continue; // a package of its own: `tests/downstream`
        }
        let name = path.file_stem().expect("a name").to_string_lossy();
        assert!(
            include_str!("examples.rs").contains(&format!("    run(\"{name}\");\n")),
            "tests/examples.rs does not run {}",
            path.display()
        );
    }
}
