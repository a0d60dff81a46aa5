//! The examples run, and what they assert about their results holds.

#[path = "../examples/api_reference.rs"]
mod api_reference;
#[path = "../examples/basic.rs"]
mod basic;
#[path = "../examples/dns_cache.rs"]
mod dns_cache;
#[cfg(feature = "toml")]
#[path = "../examples/live_config.rs"]
mod live_config;
#[path = "../examples/metrics.rs"]
mod metrics;
#[path = "../examples/services.rs"]
mod services;

#[test]
fn basic_runs() {
    basic::main();
}

#[test]
fn api_reference_runs() {
    api_reference::main();
}

#[test]
fn dns_cache_runs() {
    dns_cache::main();
}

#[test]
fn metrics_runs() {
    metrics::main();
}

#[test]
fn services_runs() {
    services::main();
}

#[cfg(feature = "toml")]
#[test]
fn live_config_runs() {
    live_config::main();
}

#[test]
fn every_example_is_run_here() {
    for file in std::fs::read_dir("examples").expect("the examples") {
        let name = file.expect("a file").file_name().to_string_lossy().into_owned();
        let path = format!("#[path = \"../examples/{name}\"]");
        assert!(
            include_str!("examples.rs").contains(&path),
            "tests/examples.rs does not run examples/{name}"
        );
    }
}
