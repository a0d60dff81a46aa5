//! The original: Go's `sync.Map` on the same workloads, in a process of its own, when there is a Go toolchain.

use crate::adapters::{Kind, name};
use crate::bench::Bench;
use crate::results::Cell;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The Go toolchain on the PATH.
pub(crate) struct Toolchain {
    /// As `go1.23.4`.
    pub(crate) version: String,
}

impl Toolchain {
    /// What `go version` says; the reason when it cannot be had.
    pub(crate) fn find() -> Result<Self, String> {
        let output = Command::new("go").args(["env", "GOVERSION"]).output();
        let output = output.map_err(|error| format!("go is not on the PATH ({error})"))?;
        if !output.status.success() {
            return Err(format!(
                "`go env GOVERSION` failed: {}",
                String::from_utf8_lossy(&output.stderr).trim()
            ));
        }
        Ok(Toolchain { version: String::from_utf8_lossy(&output.stdout).trim().to_owned() })
    }

    /// Whether its `sync.Map` is the one that this project has in Rust: Go 1.23 and before.
    pub(crate) fn is_classic(&self) -> bool {
        let minor = self.version.strip_prefix("go1.").and_then(|rest| rest.split('.').next());
        minor.and_then(|minor| minor.parse().ok()).is_some_and(|minor: u32| minor < 24)
    }
}

/// One line of its output.
#[derive(Deserialize)]
struct Line {
    /// The id of a row, as `go/Range/1t`.
    workload: String,
    ns_per_op: f64,
}

/// Where the Go program is.
fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("go")
}

/// Measures, and adds a cell to each row that it has; why not, when it cannot.
///
/// A process of its own cannot take turns with this one: its rounds come after all others.
pub(crate) fn run(bench: &mut Bench) -> Result<(), String> {
    let scratch = tempfile::tempdir().map_err(|error| format!("no temporary directory: {error}"))?;
    let program = scratch.path().join("go-peer");
    let mut build = Command::new("go");
    build.args(["build", "-o"]).arg(&program).arg(".").current_dir(directory());
    output_of(&mut build)?;
    let timing = bench.plan.timing();
    let mut run = Command::new(&program);
    run.arg(format!("-window={}ms", timing.window.as_millis()));
    run.arg(format!("-warmup={}ms", timing.warm_up.as_millis()));
    run.arg(format!("-rounds={}", if bench.plan.quick { 5 } else { 11 }));
    let rows: Vec<&str> = bench.results.iter().map(|measured| measured.row.id.as_str()).collect();
    run.arg(format!("-rows={}", rows.join(",")));
    bench.progress.at("Go's sync.Map");
    add_cells(bench, &output_of(&mut run)?)
}

fn output_of(command: &mut Command) -> Result<String, String> {
    let what = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{what} could not be started: {error}"))?;
    if !output.status.success() {
        return Err(format!(
            "{what} failed ({}): {}",
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        ));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn add_cells(bench: &mut Bench, output: &str) -> Result<(), String> {
    let mut samples: BTreeMap<String, Vec<Option<f64>>> = BTreeMap::new();
    for line in output.lines().filter(|line| !line.trim().is_empty()) {
        let line: Line =
            serde_json::from_str(line).map_err(|error| format!("not a line of figures: {error}: {line}"))?;
        samples.entry(line.workload).or_default().push(Some(line.ns_per_op));
    }
    for measured in &mut bench.results {
        if let Some(samples) = samples.remove(&measured.row.id) {
            let windows = samples.len();
            let cell =
                Cell { peer: name::GO, kind: Kind::Foreign, samples, windows, dropped: 0, noisy: false };
            measured.cells.push(cell);
        }
    }
    match samples.keys().next() {
        Some(unknown) => Err(format!("it measured a row that was not asked for: {unknown}")),
        None => Ok(()),
    }
}
