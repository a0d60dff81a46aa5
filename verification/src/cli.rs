//! What can be typed after `cargo verify`.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;
use verify::console::Format;
use verify::family::{Shape, Size};

/// Programs of each self-test of a search.
pub(crate) const SELF_TEST_PROGRAMS: usize = 400;

/// Explores small programs of sync-map in every interleaving, and says how sure that makes you.
///
/// Exit status: 0 all that was asked holds; 1 something failed; 2 usage; 3 nothing failed, but something was cut short.
#[derive(Debug, Parser)]
#[command(name = "cargo verify", bin_name = "cargo verify", version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) options: Options,
    /// How much to do when no command is given.
    #[arg(long, value_enum, default_value_t = Profile::Quick)]
    pub(crate) profile: Profile,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Profile {
    /// In three minutes on two cores.
    Quick,
    /// All that there is: dfs on every scenario of two threads, ten times the samples and the self-test.
    Full,
}

/// Whether a name that was typed means this one; `*` at its end stands for any ending.
pub(crate) fn means(typed: &str, name: &str) -> bool {
    typed.strip_suffix('*').map_or(typed == name, |start| name.starts_with(start))
}

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// For people, or one JSON object a line.
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Write report.html, report.json, junit.xml and a file for each failure into this folder.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) report: Option<PathBuf>,
    /// Worker processes; as many as there are cores if not given.
    #[arg(long, global = true, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,
    /// The seed of all that is random.
    #[arg(long, global = true, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Stop each exploration after so long: 500ms, 60s, 5m. What is stopped is TRUNCATED, never a pass.
    #[arg(long, global = true, value_parser = duration)]
    pub(crate) budget: Option<Duration>,
    /// An execution that takes longer than this hangs.
    #[arg(long, global = true, value_parser = duration, default_value = "30s")]
    pub(crate) patience: Duration,
    /// The report folder has journals to go on with.
    #[arg(skip)]
    pub(crate) resume: bool,
    /// A family is given up after so many failures; ten if not given.
    #[arg(skip)]
    pub(crate) enough_failures: Option<usize>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The named scenarios, the subjects and their operations, the engines.
    List,
    /// Explore a program that you type: 'store a 1; delete a || load_or_store a 2 || store b 1; load a'
    ///
    /// The first part is the set-up (it may be empty), then one part a thread. Keys are letters, values small numbers.
    Check {
        /// The program.
        #[arg(allow_hyphen_values = true)]
        program: String,
        /// What it is a program of: map, counter or countermap.
        #[arg(long, default_value = "map")]
        subject: String,
        #[command(flatten)]
        engines: Engines,
    },
    /// Explore named scenarios; see `list`.
    Scenario {
        /// Their names; `*` at the end of one stands for any ending.
        #[arg(required = true)]
        names: Vec<String>,
        #[command(flatten)]
        engines: Engines,
    },
    /// Explore every program of a size from every start state, and compare the engines: 2x1 is two threads of one operation.
    Family(FamilyArgs),
    /// Check the TLA+ specifications; the seeded bugs in them; or recorded executions against them.
    Specs(SpecsArgs),
    /// Run the families of which certificates are kept, write docs/certificate/*.json, and fill in the README.
    Certify(CertifyArgs),
    /// The certificates that are kept: whether they are of this source, and whether the README says what they say.
    Certificate(CertificateArgs),
    /// The gallery of broken variants: each edit of the source is made in a copy, and its program must fail as it is named.
    Mutants(crate::mutant_command::Asked),
    /// Weaken each memory ordering of the source, by one word at a time, and find the smallest program that breaks.
    Orderings(crate::ordering_command::Asked),
    /// Check the searches against brute force on random programs, and that crippled ones miss outcomes.
    Selftest {
        /// How many programs.
        #[arg(long, default_value_t = SELF_TEST_PROGRAMS, value_parser = at_least_one)]
        programs: usize,
    },
    /// Show a failure: a column for each thread, time going down.
    Explain {
        /// A file `failure-*.json` of a report.
        file: PathBuf,
        /// Write a page instead.
        #[arg(long, value_name = "PAGE")]
        html: Option<PathBuf>,
    },
    /// Run the execution of a failure file again.
    Replay {
        /// A file `failure-*.json` of a report.
        file: PathBuf,
    },
    /// Put the figures of a report between the marks of README.md.
    Readme {
        /// A `report.json` of a whole run.
        report: PathBuf,
        /// The document.
        #[arg(long, default_value = "README.md")]
        document: PathBuf,
        /// Change nothing; fail when the document says something else.
        #[arg(long)]
        check: bool,
    },
    /// Serve jobs on standard input (internal).
    #[command(hide = true)]
    Worker,
}

#[derive(Debug, Args)]
pub(crate) struct FamilyArgs {
    /// Threads x operations of a thread, at most.
    pub(crate) size: Size,
    /// How many keys; 1 if not given.
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=2))]
    pub(crate) keys: Option<u8>,
    /// What the programs are of: map, counter or countermap.
    #[arg(long, default_value = "map")]
    pub(crate) subject: String,
    /// Only these operations: store,load. (What stands for another if not asked for, as `store` for `swap`, runs itself.)
    #[arg(long, value_delimiter = ',')]
    pub(crate) ops: Vec<String>,
    /// Only programs of this shape: sb, store buffering, is `write a; read b || write b; read a`.
    #[arg(long, value_enum, default_value_t = Shape::All)]
    pub(crate) shape: Shape,
    /// Only these modes of leak, eager, visible, sleep and dfs.
    #[arg(long, value_delimiter = ',', default_value = "leak,eager,sleep")]
    pub(crate) mode: Vec<String>,
    /// loom: explore up to so many preemptions only; the verdict says BOUNDED.
    #[arg(long)]
    pub(crate) bound: Option<usize>,
    /// Compare shuttle's reduced search with its plain one on so many programs, drawn by --seed. What the plain one does not finish
    /// within 10 seconds, or --budget, is named as TRUNCATED and not counted.
    #[arg(long, value_name = "N", value_parser = at_least_one, conflicts_with_all = ["mode", "bound"])]
    pub(crate) oracle: Option<usize>,
    /// Stop at the first program that fails. Programs are run one at a time, the smallest first: it is a smallest one.
    #[arg(long)]
    pub(crate) until_failure: bool,
    /// Go on with the run whose report is in this folder, which was interrupted.
    #[arg(long, value_name = "DIR", conflicts_with = "report")]
    pub(crate) resume: Option<PathBuf>,
    /// Programs of each self-test that COMPLETE rests on.
    #[arg(long, default_value_t = SELF_TEST_PROGRAMS, value_parser = at_least_one, hide = true)]
    pub(crate) self_tests: usize,
    /// Print the programs, and run none.
    #[arg(long)]
    pub(crate) list: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CertifyArgs {
    /// Only these certificates: map-2x2-1-key, ...
    pub(crate) only: Vec<String>,
    /// Also the one that takes long: 3x1 without a bound.
    #[arg(long)]
    pub(crate) full: bool,
    /// Go on with the run that was interrupted.
    #[arg(long)]
    pub(crate) resume: bool,
    /// Where certificates are kept.
    #[arg(long, value_name = "DIR", default_value = "docs/certificate")]
    pub(crate) folder: PathBuf,
    /// The document that shows them.
    #[arg(long, default_value = "README.md")]
    pub(crate) document: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct CertificateArgs {
    /// Fill in the table of the document.
    #[arg(long)]
    pub(crate) write: bool,
    /// Where certificates are kept.
    #[arg(long, value_name = "DIR", default_value = "docs/certificate")]
    pub(crate) folder: PathBuf,
    /// The document that shows them.
    #[arg(long, default_value = "README.md")]
    pub(crate) document: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct SpecsArgs {
    /// Only these configurations; with --mutants, seeded bugs; with --traces, scenarios.
    pub(crate) names: Vec<String>,
    /// The configurations of the full profile too.
    #[arg(long)]
    pub(crate) full: bool,
    /// Each seeded bug of the specifications must be caught by its property.
    #[arg(long, conflicts_with_all = ["full", "traces"])]
    pub(crate) mutants: bool,
    /// Record executions under loom and shuttle, and follow each in SyncMap.tla.
    #[arg(long, conflicts_with = "full")]
    pub(crate) traces: bool,
    /// Run TLC, the official checker, of this tla2tools.jar instead of tla-checker: the same states, and the same bugs caught.
    #[arg(long, value_name = "JAR", conflicts_with_all = ["traces", "explain"])]
    pub(crate) tlc: Option<PathBuf>,
    /// Show each counterexample, also that of a bug that was caught.
    #[arg(long)]
    pub(crate) explain: bool,
    /// Renew the tables of specs/README.md and docs/specs.md from specs/expected.toml, and run nothing.
    #[arg(long)]
    pub(crate) write: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Engines {
    /// Only these engines: loom, shuttle, threads.
    #[arg(long, value_delimiter = ',')]
    pub(crate) engine: Vec<String>,
    /// Only these modes: leak, eager, visible, sleep, dfs, pct, random, stress.
    #[arg(long, value_delimiter = ',')]
    pub(crate) mode: Vec<String>,
    /// loom: explore up to so many preemptions only; the verdict says BOUNDED.
    #[arg(long)]
    pub(crate) bound: Option<usize>,
    /// pct, random and threads: how many schedules.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) schedules: u64,
}

fn duration(text: &str) -> Result<Duration, String> {
    let units = [("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0)];
    let parse = |(unit, seconds): &(&str, f64)| {
        let number: f64 = text.strip_suffix(unit)?.trim().parse().ok()?;
        Duration::try_from_secs_f64(number * seconds).ok().filter(|time| !time.is_zero())
    };
    units
        .iter()
        .find_map(parse)
        .ok_or_else(|| "a time is a positive number and a unit: 500ms, 60s, 5m, 1h".to_owned())
}

fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|n| *n > 0).ok_or_else(|| "a number from 1".to_owned())
}
