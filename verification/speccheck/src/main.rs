//! Runs the specifications: what `cargo verify specs` calls.

use clap::Parser;
use speccheck::expected::Expected;
use speccheck::run::{Checker, Verdict};
use speccheck::suite::{self, INTERRUPTED, Plan};
use speccheck::{document, report};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Checks the TLA+ specifications of sync-map.
///
/// Exit status: 0 all that was asked holds; 1 something failed; 2 usage; 3 nothing failed, but something was cut short.
#[derive(Debug, Parser)]
#[command(name = "speccheck", bin_name = "cargo verify specs", version)]
struct Cli {
    /// Only these configurations (with --mutants: seeded bugs).
    names: Vec<String>,
    /// The configurations of the full profile too.
    #[arg(long)]
    full: bool,
    /// The seeded bugs instead: each must be caught by its property.
    #[arg(long)]
    mutants: bool,
    /// Follow recorded executions instead; the suite sends them on the standard input.
    #[arg(long)]
    traces: bool,
    /// Show each counterexample, also that of a bug that was caught.
    #[arg(long)]
    explain: bool,
    /// Renew the tables of specs/README.md and docs/specs.md from specs/expected.toml, and run nothing.
    #[arg(long)]
    write: bool,
    /// For people, or one JSON object a line.
    #[arg(long, default_value = "text", value_parser = ["text", "json"])]
    format: String,
    /// Threads; as many as there are cores if not given.
    #[arg(long)]
    jobs: Option<u16>,
    /// Run TLC, the official checker, of this tla2tools.jar instead of tla-checker: the same states, and the same bugs caught.
    #[arg(long, value_name = "JAR", conflicts_with_all = ["traces", "explain", "budget"])]
    tlc: Option<PathBuf>,
    /// Stop each run after so many seconds. What is stopped is TRUNCATED, never a pass.
    #[arg(long, value_name = "SECONDS")]
    budget: Option<u64>,
}

/// tla-checker allocates for each expression that it evaluates: with the allocator of the C library that is two fifths of its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(status) => ExitCode::from(status),
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(cli: &Cli) -> Result<u8, String> {
    let started = Instant::now();
    report::JSON.store(cli.format == "json", Ordering::Relaxed);
    report::TLC.store(cli.tlc.is_some(), Ordering::Relaxed);
    let expected = Expected::read()?;
    if cli.write {
        document::write(&expected)?;
        return Ok(0);
    }
    if cli.traces {
        // A second handler in the same process would be an error: there is none.
        let _ = ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::Relaxed));
        let counts = speccheck::traces::follow_all(cli.format == "json")?;
        return Ok(match (counts.failed, counts.truncated) {
            (0, 0) => 0,
            (0, _) => 3,
            _ => 1,
        });
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let plan = Plan {
        full: cli.full,
        bugs: cli.mutants,
        jobs: cli.jobs.map_or(cores, usize::from),
        checker: match &cli.tlc {
            Some(jar) => Checker::Tlc(jar.clone()),
            None => Checker::TlaChecker(cli.budget.map(Duration::from_secs)),
        },
    };
    let tasks = suite::tasks(&expected, &plan, &cli.names)?;
    // A second handler in the same process would be an error: there is none.
    let _ = ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::Relaxed));
    let findings = suite::run(&tasks, &plan, |task, finding| report::finding(task, finding, cli.explain));
    let mut wrong = suite::inconsistencies(&expected)?;
    wrong.extend(document::stale(&expected)?);
    // What was cut short has not taken all that it can take. (TLC is not asked which actions were taken.)
    let whole = findings.iter().all(|f| f.as_ref().is_some_and(|f| f.verdict != Verdict::Truncated));
    if whole && cli.names.is_empty() && !cli.mutants && cli.tlc.is_none() {
        wrong.extend(suite::never_taken(&tasks, &findings)?);
    }
    report::summary(&findings, &wrong, started.elapsed().as_secs_f64());
    Ok(suite::exit_status(&findings, wrong.len()))
}
