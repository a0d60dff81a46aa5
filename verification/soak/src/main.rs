//! `cargo verify soak`: the command line.

use clap::{Args, Parser, Subcommand};
use soak::builds::Build;
use soak::load::SUBJECTS;
use soak::output;
use soak::run::{Asked, INTERRUPTED, run};
use soak::{limits, say, tables, variants, worker};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Puts the shipped build under load on real threads, records what its calls return and when, and judges that.
///
/// Exit status: 0 when everything that was judged has an order that explains it; 1 when something is wrong, or the output could not be written; 2
/// when the command was wrong; 3 when nothing is wrong, but the run was cut short, or a part of it was lost or not judged.
#[derive(Debug, Parser)]
#[command(name = "cargo verify soak", bin_name = "cargo verify soak", args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    words: Words,
}

#[derive(Debug, Args)]
struct Words {
    /// For how long: 30s, 10m, 2h.
    #[arg(long = "for", value_name = "TIME", default_value = "1m", value_parser = time)]
    time: Duration,
    /// What is under load: map, counters, cache, registry, config or all.
    #[arg(long, default_value = "all", value_parser = subject)]
    subject: String,
    /// Threads of each load, before it is multiplied by how crowded the load is; 2 to 6, drawn from the seed, if not given.
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=64))]
    threads: Option<u8>,
    /// What loads, threads and pauses are drawn from. The system's scheduler is not: two runs of a seed are not the same.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only this build: plain, which is what ships, or paused, the same source with pauses at its named accesses and locks.
    #[arg(long, value_parser = build)]
    build: Option<Build>,
    /// Write a report to this file, anew after each load.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// The folder in which failures are kept.
    #[arg(long, value_name = "DIR", default_value = "target/soak")]
    report: PathBuf,
    /// Stop at the first failure.
    #[arg(long)]
    until_failure: bool,
    /// A worker that says nothing for so long hangs.
    #[arg(long, value_name = "TIME", value_parser = time, hide = true)]
    patience: Option<Duration>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Put the gallery's broken variants under load, each in a copy of the source, and note which of them real threads show.
    Variants {
        /// Only these.
        ids: Vec<String>,
        /// For how long at most each is under load.
        #[arg(long = "for", value_name = "TIME", default_value = "60s")]
        time: String,
        /// Where the copy is made and built.
        #[arg(long, value_name = "DIR", default_value = "target/soak")]
        scratch: PathBuf,
        /// Leave out those of which something is noted already.
        #[arg(long)]
        rest: bool,
    },
    /// Measure time and memory at the limits: many threads, keys, subscriptions, services; a guard that is held; threads that end.
    Limits {
        /// Only these.
        names: Vec<String>,
        /// Write the table into docs/limits.md.
        #[arg(long, conflicts_with = "names")]
        write: bool,
    },
    /// Write the table of broken variants into docs/soak.md.
    Tables,
    /// The process of one limit (internal).
    #[command(hide = true)]
    Limit { name: String, size: usize },
    /// The process of one load (internal).
    #[command(hide = true)]
    Worker {
        #[arg(long)]
        subject: String,
        #[arg(long)]
        load: String,
        #[arg(long)]
        build: String,
        #[arg(long)]
        threads: usize,
        #[arg(long)]
        seed: u64,
        #[arg(long)]
        millis: u64,
    },
}

/// A time with its unit.
fn time(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is no time: a number with a unit is, such as 30s, 10m or 2h");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1.0,
        'm' => 60.0,
        'h' => 3_600.0,
        _ => return Err(wrong()),
    };
    let number: f64 = text[..text.len() - 1].parse().map_err(|_| wrong())?;
    let time = Duration::try_from_secs_f64(number * seconds).map_err(|_| wrong())?;
    if time < Duration::from_millis(300) {
        Err(format!("`{text}` is too short: 0.3s is the least"))
    } else {
        Ok(time)
    }
}

fn subject(text: &str) -> Result<String, String> {
    // The canary is for the tests.
    if ["all", "canary"].contains(&text) || SUBJECTS.contains(&text) {
        return Ok(text.to_owned());
    }
    Err(format!("there is no subject `{text}`: {} or all", SUBJECTS.join(", ")))
}

fn build(text: &str) -> Result<Build, String> {
    Build::by_name(text).ok_or_else(|| format!("there is no build `{text}`: plain or paused"))
}

/// The root of the repository.
fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn main() -> ExitCode {
    let status = match dispatch(Cli::parse()) {
        Ok(status) => status,
        Err(why) => {
            output::complain(&why);
            return ExitCode::from(2);
        }
    };
    match output::failure() {
        Some(why) => {
            output::complain(why);
            ExitCode::from(1)
        }
        None => ExitCode::from(status),
    }
}

fn dispatch(cli: Cli) -> Result<u8, String> {
    let program = std::env::current_exe()
        .map_err(|error| format!("this program does not know where it is: {error}"))?;
    match cli.command {
        Some(Command::Worker { subject, load, build, threads, seed, millis }) => {
            worker::serve(&subject, &load, &build, threads, seed, millis)
        }
        Some(Command::Variants { ids, time: most, scratch, rest }) => {
            time(&most)?;
            let well = variants::run(&root(), &variants::Asked { ids, time: most, scratch, rest })?;
            Ok(u8::from(!well))
        }
        Some(Command::Limits { names, write }) => limits::run(&root(), &program, &names, write).map(|()| 0),
        Some(Command::Limit { name, size }) => limits::serve(&name, size).map(|()| 0),
        Some(Command::Tables) => tables::write(&root()).map(|()| 0),
        None => {
            let words = cli.words;
            ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::SeqCst))
                .map_err(|error| format!("Ctrl-C cannot be heard: {error}"))?;
            let asked = Asked {
                time: words.time,
                subject: words.subject,
                threads: words.threads.map(usize::from),
                seed: words.seed,
                build: words.build,
                json: words.json,
                folder: words.report,
                until_failure: words.until_failure,
                patience: words.patience,
            };
            let report = run(&asked, &program)?;
            say!("\n{}", report.summary());
            Ok(report.exit_status())
        }
    }
}
