//! What can be typed after `cargo verify`.

use super::options::{Options, SELF_TEST_PROGRAMS, at_least_one};
use clap::{Args, Parser, Subcommand, ValueEnum};
use runner::families::{Shape, Size};
use std::path::PathBuf;
use verify::documents::figures::PAGE;

/// Explores small programs of sync-map under two model checkers and on real threads, and says how far it got.
///
/// Exit status: 0 when everything that was asked for holds; 1 when something failed, or the output could not be written; 2 when the command
/// was wrong; 3 when nothing failed, but something was cut short.
#[derive(Debug, Parser)]
#[command(name = "cargo verify", bin_name = "cargo verify", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) options: Options,
    /// How much to run when no command is given.
    #[arg(long, value_enum, default_value_t = Profile::Quick)]
    pub(crate) profile: Profile,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Profile {
    /// About a minute on two cores.
    Quick,
    /// Adds visible and dfs to every scenario of two threads (but not of the registry or the configuration store, nor one marked
    /// large), pct and random to all, ten times the samples and self-tests, and the larger families.
    Full,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the named scenarios, the subjects with their operations, and the engines with their modes.
    List {
        /// Only these scenarios, each with its program, or these subjects with their operations; `*` at the end of a name stands for any ending.
        names: Vec<String>,
    },
    /// Explore a program that you type: 'store a 1; delete a || load_or_store a 2 || store b 1; load a'
    ///
    /// The first part is the set-up, which may be empty; each further part is a thread. Keys are letters, values are small numbers.
    ///
    /// At the end it may say which callback of a user misbehaves, how, and at which of its calls: 'store a 1; range || load a !eq.1-2 lies'.
    /// `list` names the callbacks of each subject.
    Check {
        /// The program.
        #[arg(allow_hyphen_values = true)]
        program: String,
        /// The type that the program uses: map, counter, countermap, cache, idlecache, boundedcache, registry or config.
        #[arg(long, default_value = "map")]
        subject: String,
        #[command(flatten)]
        engines: Engines,
        #[command(flatten)]
        shown: Shown,
    },
    /// Explore named scenarios; `list` prints their names.
    Scenario {
        /// Their names; `*` at the end of one stands for any ending.
        #[arg(required = true)]
        names: Vec<String>,
        #[command(flatten)]
        engines: Engines,
        #[command(flatten)]
        shown: Shown,
    },
    /// The course: labs with a checker behind them. `cargo verify lab` says what to do.
    #[command(disable_help_flag = true)]
    Lab {
        /// What to do: list, next, check, watch, hint, reset, solution, dev, grade.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<String>,
    },
    /// Put the shipped build under load on real threads, and judge what its calls return: `cargo verify soak --for 10m`.
    #[command(disable_help_flag = true)]
    Soak {
        /// `cargo verify soak --help` says what there is.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<String>,
    },
    /// Play a program: you are the scheduler, who picks the thread that steps next. 'store a 1 || load_or_store a 2 || delete a'
    ///
    /// After each step it shows what the program's map looks like, and lists what each thread would do next. Reach an outcome, or learn at
    /// which step it became impossible. The game is sequentially consistent, as shuttle is: what weak memory shows beyond that is not
    /// played.
    Play(PlayArgs),
    /// Explore every program of a size from every start state, and compare the engines. The size 2x1 is two threads of one operation each.
    Family(FamilyArgs),
    /// Check the TLA+ specifications, or bugs seeded in them, or recorded executions against them.
    Specs(SpecsArgs),
    /// Run the families that have certificates, write docs/certificate/*.json, and fill in docs/what-was-checked.md.
    Certify(CertifyArgs),
    /// Say whether the certificates are of this source, and whether docs/what-was-checked.md agrees with them.
    Certificate(CertificateArgs),
    /// Run the gallery of broken variants: each edits a copy of the source, and its program must fail in the way that the variant names.
    Mutants(super::mutants::Asked),
    /// Weaken each memory ordering of the source, one word at a time, and find the smallest program that breaks.
    Orderings(super::orderings::Asked),
    /// Compare what loom shows of a litmus test with what the memory model RC11 allows.
    Litmus(super::litmus::Asked),
    /// Hold the ledger of promises to the sources: each row's words, code, checks, evidence and broken variants. Or write the pack that an
    /// auditor gets, run claims of it again, or say what has changed.
    Audit(AuditArgs),
    /// Check the searches against brute force on random programs, and check that crippled searches miss outcomes.
    Selftest {
        /// How many random programs.
        #[arg(long, default_value_t = SELF_TEST_PROGRAMS, value_parser = at_least_one)]
        programs: usize,
    },
    /// Draw a failure: one column for each thread, time going down.
    Explain {
        /// A file `failure-*.json` from a report folder.
        file: PathBuf,
        /// Write a page of HTML to this file instead.
        #[arg(long, value_name = "PAGE")]
        html: Option<PathBuf>,
        /// Draw every step: by default the steps that say little are folded.
        #[arg(long)]
        all: bool,
    },
    /// Run the failing execution of a failure file again; that of a broken variant in a copy of the source with its edit.
    Replay {
        /// A file `failure-*.json` from a report folder, or one of docs/drawn.
        file: PathBuf,
        /// Where that copy is made and built; target/mutants by default.
        #[arg(long, value_name = "DIR")]
        scratch: Option<PathBuf>,
    },
    /// Put the figures of a report into docs/what-was-checked.md.
    #[command(alias = "readme")]
    Figures {
        /// The `report.json` of a whole run.
        report: PathBuf,
        /// The document to fill in.
        #[arg(long, default_value = PAGE)]
        document: PathBuf,
        /// Change nothing; fail if the document has other figures.
        #[arg(long)]
        check: bool,
    },
    /// Serve jobs on standard input (internal).
    #[command(hide = true)]
    Worker,
}

#[derive(Debug, Args)]
pub(crate) struct PlayArgs {
    /// The program, as for `check`; or the name of a scenario.
    #[arg(allow_hyphen_values = true)]
    pub(crate) program: String,
    /// The type that the program uses: map, counter, countermap, cache, idlecache, boundedcache, registry or config.
    #[arg(long, default_value = "map")]
    pub(crate) subject: String,
    /// Reach the outcome of this number; `o` in the game prints them.
    #[arg(long, value_name = "N")]
    pub(crate) goal: Option<usize>,
    /// The threads that step first, one for each point at which there is a choice: 0,1,1,0. When that is a whole execution, it is printed.
    #[arg(long, value_name = "THREADS")]
    pub(crate) schedule: Option<String>,
    /// Write a page of HTML to this file, on which the program is played.
    #[arg(long, value_name = "PAGE")]
    pub(crate) html: Option<PathBuf>,
    /// Look ahead no more than so many positions, and no longer than --budget, which is 10 s if not given.
    #[arg(long, value_name = "N", default_value_t = 20_000, value_parser = at_least_one)]
    pub(crate) positions: usize,
}

#[derive(Debug, Args)]
pub(crate) struct FamilyArgs {
    /// At most so many threads x operations of each: 2x1, 2x2, 3x1. Or the operations of each thread: 1+2.
    pub(crate) size: Size,
    /// How many keys; 1 by default.
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=2))]
    pub(crate) keys: Option<u8>,
    /// The type that the programs use: map, counter, countermap, cache, idlecache, boundedcache, registry or config.
    #[arg(long, default_value = "map")]
    pub(crate) subject: String,
    /// Only these operations: store,load. (By default one operation may stand for another, as `store` does for `swap`; here each runs itself.)
    #[arg(long, value_delimiter = ',')]
    pub(crate) ops: Vec<String>,
    /// Only programs of this shape. `sb`, store buffering, is `write a; read b || write b; read a`.
    #[arg(long, value_enum, default_value_t = Shape::All)]
    pub(crate) shape: Shape,
    /// Each program once for each thing that its users can do wrong: a callback that lies, panics or re-enters, at each of its calls.
    /// Runs under shuttle, with retired memory freed early and late.
    #[arg(long, conflicts_with_all = ["oracle", "bound"])]
    pub(crate) lawless: bool,
    /// Only these modes: leak, eager, visible, sleep, dfs or abstract; for lawless families, sleep or dfs.
    #[arg(long, value_delimiter = ',', default_values = ["leak", "eager", "sleep"], default_value_if("lawless", "true", "sleep"))]
    pub(crate) mode: Vec<String>,
    /// loom: explore only executions with at most so many preemptions; the verdict says BOUNDED.
    #[arg(long)]
    pub(crate) bound: Option<usize>,
    /// Compare shuttle's reduced search with its plain one on so many programs, drawn with --seed. A program that the plain search does not
    /// finish within 10 seconds, or --budget, is reported as TRUNCATED and not counted.
    #[arg(long, value_name = "N", value_parser = at_least_one, conflicts_with_all = ["mode", "bound"])]
    pub(crate) oracle: Option<usize>,
    /// Stop at the first program that fails. Programs run one at a time, the smallest first, so it is one of the smallest.
    #[arg(long)]
    pub(crate) until_failure: bool,
    /// Resume the interrupted run whose report is in this folder.
    #[arg(long, value_name = "DIR", conflicts_with = "report")]
    pub(crate) resume: Option<PathBuf>,
    /// Programs of each self-test that COMPLETE rests on.
    #[arg(long, default_value_t = SELF_TEST_PROGRAMS, value_parser = at_least_one, hide = true)]
    pub(crate) self_tests: usize,
    /// Print the programs, and run nothing.
    #[arg(long)]
    pub(crate) list: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CertifyArgs {
    /// Only these certificates: map-2x2-1-key, ...
    pub(crate) only: Vec<String>,
    /// Also the certificate that takes hours: 3x1 without a bound.
    #[arg(long)]
    pub(crate) full: bool,
    /// Resume the run that was interrupted.
    #[arg(long)]
    pub(crate) resume: bool,
    /// The folder of the certificates.
    #[arg(long, value_name = "DIR", default_value = "docs/certificate")]
    pub(crate) folder: PathBuf,
    /// The document that shows them.
    #[arg(long, default_value = PAGE)]
    pub(crate) document: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct CertificateArgs {
    /// Write the table of certificates into the document.
    #[arg(long)]
    pub(crate) write: bool,
    /// The folder of the certificates.
    #[arg(long, value_name = "DIR", default_value = "docs/certificate")]
    pub(crate) folder: PathBuf,
    /// The document that shows them.
    #[arg(long, default_value = PAGE)]
    pub(crate) document: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct AuditArgs {
    /// Fail if a row of the ledger does not hold; write nothing. (Without any option: the same, and a summary.)
    #[arg(long, conflicts_with_all = ["out", "bundle"])]
    pub(crate) check: bool,
    /// Run so many claims again, drawn from the ledger with --seed, and compare.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), conflicts_with_all = ["check", "since"])]
    pub(crate) spot: Option<u16>,
    /// Say what has changed since a commit or a tag: promises, unsafe operations, certificates.
    #[arg(long, value_name = "REV", conflicts_with = "check")]
    pub(crate) since: Option<String>,
    /// Write the pack to this folder: audit.json, matrix.html and so on.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Write the pack as one archive, `.tar.gz`.
    #[arg(long, value_name = "FILE")]
    pub(crate) bundle: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct SpecsArgs {
    /// Only these configurations; with --mutants, only these seeded bugs; with --traces, only these scenarios.
    pub(crate) names: Vec<String>,
    /// Also the configurations of the full profile.
    #[arg(long)]
    pub(crate) full: bool,
    /// Check that each seeded bug of the specifications is caught by its property.
    #[arg(long, conflicts_with_all = ["full", "traces"])]
    pub(crate) mutants: bool,
    /// Record executions under loom and shuttle, and follow each in SyncMap.tla.
    #[arg(long, conflicts_with = "full")]
    pub(crate) traces: bool,
    /// Run TLC, the official checker, from this tla2tools.jar instead of tla-checker: it must find the same states and catch the same bugs.
    #[arg(long, value_name = "JAR", conflicts_with_all = ["traces", "explain"])]
    pub(crate) tlc: Option<PathBuf>,
    /// Show each counterexample, also for bugs that were caught.
    #[arg(long)]
    pub(crate) explain: bool,
    /// Run nothing; write the tables of specs/README.md and docs/specs.md anew from specs/expected.toml.
    #[arg(long)]
    pub(crate) write: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Engines {
    /// Only these engines: loom, shuttle, threads.
    #[arg(long, value_delimiter = ',')]
    pub(crate) engine: Vec<String>,
    /// Only these modes: leak, eager, visible, sleep, dfs, abstract, pct, random, stress.
    #[arg(long, value_delimiter = ',')]
    pub(crate) mode: Vec<String>,
    /// loom: explore only executions with at most so many preemptions; the verdict says BOUNDED.
    #[arg(long)]
    pub(crate) bound: Option<usize>,
    /// pct, random and threads: how many executions.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) schedules: u64,
}

#[derive(Debug, Args)]
pub(crate) struct Shown {
    /// Draw one execution with this outcome: its number in the table, or the outcome as text, in which `_` stands for any result.
    #[arg(long, value_name = "OUTCOME")]
    pub(crate) show: Option<String>,
    /// With --show: draw every step, also those that say little.
    #[arg(long, requires = "show")]
    pub(crate) all: bool,
    /// With --show: write a page of HTML to this file instead, which steps through the execution.
    #[arg(long, value_name = "PAGE", requires = "show", conflicts_with = "all")]
    pub(crate) html: Option<PathBuf>,
    /// List the outcomes that are impossible, each with the order of the calls that it would need.
    #[arg(long)]
    pub(crate) impossible: bool,
}
