//! `cargo bench --bench peers`: this map beside its peers. The front page of the package tells how it is built.

mod adapters;
mod allocator;
mod bench;
mod go_peer;
mod progress;
mod report;
mod results;
mod rounds;
mod targets;
mod workloads;

use bench::{Bench, Plan};
use clap::Parser;
use go_peer::Toolchain;
use progress::say;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use targets::{Target, Verdict};

/// Measures sync-map beside its peers.
///
/// Without --quick it takes about half an hour. Times are nanoseconds for one operation: time / operations of all threads. The
/// exit status is 0, 1 when --check has missed a row, 2 for a mistake in the arguments, 3 when something could not be done.
#[derive(Parser)]
#[command(name = "peers", version)]
struct Arguments {
    /// Shorter windows and fewer rounds: 3 minutes at most on a quiet machine.
    #[arg(long)]
    quick: bool,

    /// Write report.html, peers.csv and table.md there. A relative DIR is relative to the root of the workspace.
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,

    /// Print each target with the ratio measured, its quartiles, and reached or missed; fail if one is missed.
    #[arg(long)]
    check: bool,

    /// Fill the figures of this run in between the marks of docs/performance.md and docs/patterns/beside-others.md.
    #[arg(long, conflicts_with_all = ["filter", "only_targets"])]
    documents: bool,

    /// Measure only rows whose id contains this, as load_hit, u64/1024, go/Range, 2t. The ids are in peers.csv.
    #[arg(long, value_name = "SUBSTR")]
    filter: Option<String>,

    /// Measure only what --check needs.
    #[arg(long)]
    only_targets: bool,

    /// Cargo passes this; it means nothing here.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let toolchain = Toolchain::find();
    let targets = targets::all(toolchain.as_ref().ok());
    let plan = Plan {
        filter: arguments.filter.clone(),
        only_targets: arguments.only_targets,
        quick: arguments.quick,
        targets: targets::rows(&targets),
    };
    let mut bench = Bench::new(plan);
    measure(&mut bench);
    if bench.results.is_empty() {
        let filter = arguments.filter.unwrap_or_default();
        eprintln!(
            "error: nothing to measure: no row's id contains `{filter}`; peers.csv of a report has all ids"
        );
        return ExitCode::from(2);
    }
    measure_go(&mut bench, toolchain);
    let seconds = bench.progress.finish().as_secs();
    say(format_args!("\n{} rows in {seconds} s. {}", bench.results.len(), report::dropped(&bench.results)));

    let verdicts: Vec<Verdict> = targets.iter().map(|target: &Target| target.judge(&bench.results)).collect();
    let mut reported =
        arguments.report.as_deref().map_or(Ok(()), |path| write_report(path, &bench, &verdicts));
    if arguments.documents {
        reported = reported.and_then(|()| report::fill_in(root(), &bench, &verdicts));
    }
    let missed = arguments.check && !check(&verdicts, arguments.filter.is_some());
    match reported {
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(3)
        }
        _ if missed => ExitCode::from(1),
        _ => ExitCode::SUCCESS,
    }
}

fn measure(bench: &mut Bench) {
    adapters::check();
    workloads::loads::run(bench);
    workloads::cold::run(bench);
    workloads::mixes::run(bench);
    workloads::go::run(bench, 1);
    if !bench.plan.quick {
        workloads::go::run(bench, 2);
    }
    workloads::growth::run(bench);
    workloads::copy::run(bench);
    workloads::memory::run(bench);
    workloads::caches::run(bench);
    workloads::counters::run(bench);
    workloads::settings::run(bench);
}

fn measure_go(bench: &mut Bench, toolchain: Result<Toolchain, String>) {
    let done = toolchain.and_then(|toolchain| {
        go_peer::run(bench)?;
        Ok(toolchain.version)
    });
    let line = match done {
        Ok(version) => format!("Go's sync.Map was measured with {version}, after all others"),
        Err(reason) => format!("Go's sync.Map was not measured: {reason}"),
    };
    bench.progress.line(&line);
}

/// The root of the workspace.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

fn write_report(directory: &Path, bench: &Bench, verdicts: &[Verdict]) -> Result<(), String> {
    let directory = root().join(directory); // an absolute one stays as it is
    report::write(&directory, bench, verdicts)?;
    say(format_args!("report: {}", directory.join("report.html").display()));
    Ok(())
}

/// Prints the verdicts; whether no target was missed. With a filter, a target that was not measured is not missed.
fn check(verdicts: &[Verdict], filtered: bool) -> bool {
    say("");
    for verdict in verdicts.iter().filter(|verdict| verdict.measured.is_some() || !filtered) {
        say(verdict);
    }
    let count = |word: &str| verdicts.iter().filter(|verdict| verdict.word() == word).count();
    let (reached, missed, left_out) = (count("reached"), count("missed"), count("not measured"));
    say(format_args!("\n{reached} reached, {missed} missed, {left_out} not measured"));
    missed == 0 && (filtered || left_out == 0)
}
