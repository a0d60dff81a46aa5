//! `cargo verify`: the command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use verify::console::{Console, Format, verdict_line};
use verify::engine::{ENGINES, Engine, Job};
use verify::explain::{self, FailureFile};
use verify::pool::{self, Settings};
use verify::program::Program;
use verify::scenarios::{self, Scenario};
use verify::subject::{self, Subject};
use verify::suite::{Plan, Run, usual_engines};

/// Programs of each self-test of a search.
const SELF_TEST_PROGRAMS: usize = 400;

/// Explores small programs of sync-map in every interleaving, and says how sure that makes you.
///
/// Exit status: 0 all that was asked holds; 1 something failed; 2 usage; 3 nothing failed, but something was cut short.
#[derive(Debug, Parser)]
#[command(name = "cargo verify", bin_name = "cargo verify", version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    options: Options,
    /// How much to do when no command is given.
    #[arg(long, value_enum, default_value_t = Profile::Quick)]
    profile: Profile,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Profile {
    /// In three minutes on two cores.
    Quick,
    /// All that there is: dfs on every scenario of two threads, ten times the samples and the self-test.
    Full,
}

#[derive(Debug, Args)]
struct Options {
    /// For people, or one JSON object a line.
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Write report.html, report.json, junit.xml and a file for each failure into this folder.
    #[arg(long, global = true, value_name = "DIR")]
    report: Option<PathBuf>,
    /// Worker processes; as many as there are cores if not given.
    #[arg(long, global = true, value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// The seed of all that is random.
    #[arg(long, global = true, default_value_t = 1)]
    seed: u64,
    /// Stop each exploration after so long: 500ms, 60s, 5m. What is stopped is TRUNCATED, never a pass.
    #[arg(long, global = true, value_parser = duration)]
    budget: Option<Duration>,
    /// An execution that takes longer than this hangs.
    #[arg(long, global = true, value_parser = duration, default_value = "30s")]
    patience: Duration,
}

#[derive(Debug, Subcommand)]
enum Command {
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
    /// Serve jobs on standard input (internal).
    #[command(hide = true)]
    Worker,
}

#[derive(Debug, Args)]
struct Engines {
    /// Only these engines: loom, shuttle, threads.
    #[arg(long, value_delimiter = ',')]
    engine: Vec<String>,
    /// Only these modes: leak, eager, visible, sleep, dfs, pct, random, stress.
    #[arg(long, value_delimiter = ',')]
    mode: Vec<String>,
    /// loom: explore up to so many preemptions only; the verdict says BOUNDED.
    #[arg(long)]
    bound: Option<usize>,
    /// pct, random and threads: how many schedules.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    schedules: u64,
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

/// A mistake of the user: exit status 2.
struct Usage(String);

fn main() -> ExitCode {
    let cli = Cli::parse();
    match dispatch(cli) {
        Ok(code) => code,
        Err(Usage(message)) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

fn dispatch(cli: Cli) -> Result<ExitCode, Usage> {
    let options = &cli.options;
    match cli.command {
        None => run(everything(cli.profile, options), options),
        Some(Command::List) => Ok(list(options.format)),
        Some(Command::Check { program, subject, engines }) => {
            let subject = known_subject(&subject)?;
            let program = Program::parse(subject, &program).map_err(|error| Usage(error.to_string()))?;
            let expectation = Default::default();
            let scenario = Scenario { name: String::new(), about: String::new(), program, expectation };
            run(selected(&[scenario], &engines, options)?, options)
        }
        Some(Command::Scenario { names, engines }) => {
            run(selected(&scenarios_by_name(&names)?, &engines, options)?, options)
        }
        Some(Command::Selftest { programs }) => {
            let mut plan = Plan::default();
            plan.self_tests(options.seed, programs);
            run(plan, options)
        }
        Some(Command::Explain { file, html }) => explain_file(&file, html.as_deref()),
        Some(Command::Replay { file }) => replay(&file, options),
        Some(Command::Worker) => {
            verify::worker::serve()
                .map_err(|error| Usage(format!("the worker cannot read its jobs: {error}")))?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn known_subject(name: &str) -> Result<&'static Subject, Usage> {
    subject::by_name(name).ok_or_else(|| Usage(format!("`{name}` is no subject: map, counter or countermap")))
}

/// What `cargo verify` does without a command.
fn everything(profile: Profile, options: &Options) -> Plan {
    let full = profile == Profile::Full;
    let all = scenarios::all();
    let mut plan = Plan::default();
    plan.self_tests(options.seed, if full { 10 * SELF_TEST_PROGRAMS } else { SELF_TEST_PROGRAMS });
    plan.self_checks(&all);
    for scenario in &all {
        let mut engines = usual_engines(&scenario.program);
        if !full && scenarios::SLOW_UNDER_DFS.contains(&scenario.name.as_str()) {
            engines.retain(|engine| *engine != Engine::ShuttleDfs);
        }
        if full {
            let more = [Engine::LoomVisible, Engine::ShuttleDfs, Engine::ShuttlePct, Engine::ShuttleRandom];
            let more = more.into_iter().filter(|engine| !engines.contains(engine)).collect::<Vec<_>>();
            let small = scenario.program.threads.len() <= 2;
            engines.extend(more.into_iter().filter(|engine| small || !engine.is_exhaustive()));
        }
        plan.scenario(scenario, &engines, |job| {
            job.seed = options.seed;
            job.budget = options.budget;
            job.schedules = if full { 20_000 } else { 2_000 };
        });
    }
    plan
}

/// The scenarios of these names.
fn scenarios_by_name(names: &[String]) -> Result<Vec<Scenario>, Usage> {
    let all = scenarios::all();
    let mut chosen: Vec<Scenario> = Vec::new();
    for name in names {
        let matches = |scenario: &&Scenario| match name.strip_suffix('*') {
            Some(prefix) => scenario.name.starts_with(prefix),
            None => scenario.name == *name,
        };
        let found: Vec<Scenario> = all.iter().filter(matches).cloned().collect();
        if found.is_empty() {
            let similar = all.iter().filter(|scenario| scenario.name.contains(name.trim_end_matches('*')));
            let similar: Vec<&str> = similar.map(|scenario| scenario.name.as_str()).take(5).collect();
            let help = if similar.is_empty() { "see `cargo verify list`".into() } else { similar.join(", ") };
            return Err(Usage(format!("`{name}` is no scenario: {help}")));
        }
        chosen.extend(found);
    }
    Ok(chosen)
}

/// The engines and modes that the user asked for.
fn engines_for(program: &Program, asked: &Engines) -> Result<Vec<Engine>, Usage> {
    for name in &asked.engine {
        if !ENGINES.iter().any(|(_, engine, _)| engine == name) {
            return Err(Usage(format!("`{name}` is no engine: loom, shuttle or threads")));
        }
    }
    for mode in &asked.mode {
        if !ENGINES.iter().any(|(.., known)| known == mode) {
            let modes: Vec<&str> = ENGINES.iter().map(|(.., mode)| *mode).collect();
            return Err(Usage(format!("`{mode}` is no mode: {}", modes.join(", "))));
        }
    }
    let of_engine =
        |engine: &Engine| asked.engine.is_empty() || asked.engine.iter().any(|name| engine.name() == name);
    let engines: Vec<Engine> = if asked.mode.is_empty() {
        usual_engines(program).into_iter().filter(of_engine).collect()
    } else {
        let all = ENGINES.iter().map(|(engine, ..)| *engine);
        all.filter(|engine| of_engine(engine) && asked.mode.iter().any(|mode| engine.mode() == mode))
            .collect()
    };
    if engines.is_empty() {
        return Err(Usage("no engine has these modes".into()));
    }
    Ok(engines)
}

fn selected(scenarios: &[Scenario], asked: &Engines, options: &Options) -> Result<Plan, Usage> {
    let mut plan = Plan::default();
    plan.self_tests(options.seed, SELF_TEST_PROGRAMS);
    for scenario in scenarios {
        let engines = engines_for(&scenario.program, asked)?;
        plan.scenario(scenario, &engines, |job| {
            job.name = job.name.take().filter(|name| !name.is_empty());
            job.seed = options.seed;
            job.budget = options.budget;
            job.bound = asked.bound.filter(|_| job.engine.name() == "loom");
            job.schedules = asked.schedules;
        });
    }
    // A self-test is for the engines that are used.
    let uses = |name: &str| {
        plan.tasks.iter().any(|task| matches!(task, pool::Task::Job(job) if job.engine.name() == name))
    };
    let (loom, shuttle) = (uses("loom"), uses("shuttle"));
    plan.tasks.retain(|task| match task {
        pool::Task::SelfTest(test) => {
            if test.is_of_loom() {
                loom
            } else {
                shuttle
            }
        }
        pool::Task::Job(_) => true,
    });
    Ok(plan)
}

/// Runs a plan to its end.
fn run(plan: Plan, options: &Options) -> Result<ExitCode, Usage> {
    if let Some(folder) = &options.report {
        // Better now than after an hour.
        let made = std::fs::create_dir_all(folder);
        made.map_err(|error| {
            Usage(format!("the report folder `{}` cannot be made: {error}", folder.display()))
        })?;
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let workers = options.jobs.map_or(cores, usize::from);
    let interrupted = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&interrupted);
    ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed))
        .map_err(|error| Usage(format!("Ctrl-C cannot be handled: {error}")))?;
    let settings = Settings { workers, patience: options.patience, interrupted: Arc::clone(&interrupted) };
    let command: Vec<String> = std::env::args().skip(1).collect();
    let mut run = Run::new(&plan, format!("cargo verify {}", command.join(" ")));
    let mut console = Console::new(options.format, plan.len(), workers);
    let started = Instant::now();
    pool::run(plan.tasks, &settings, |news| {
        console.progress(&news);
        for line in run.hear(news) {
            console.tell(&line);
        }
    });
    for line in run.finish(interrupted.load(Ordering::Relaxed), started.elapsed().as_secs_f64()) {
        console.tell(&line);
    }
    console.finish(&run.report);
    if let Some(folder) = &options.report {
        let written = run.report.write(folder);
        let failures = written.map_err(|error| {
            Usage(format!("no report could be written to `{}`: {error}", folder.display()))
        })?;
        if options.format == Format::Text {
            failures.iter().for_each(|path| println!("           cargo verify explain {}", path.display()));
            println!("report in {}", folder.display());
        }
    }
    let status = run.report.summary.exit_status();
    Ok(ExitCode::from(if run.report.interrupted && status == 0 { 3 } else { status }))
}

fn list(format: Format) -> ExitCode {
    let all = scenarios::all();
    if format == Format::Json {
        for scenario in &all {
            let row = serde_json::json!({
                "kind": "scenario", "name": scenario.name, "subject": scenario.program.subject.name,
                "program": scenario.program.to_string(), "about": scenario.about,
                "interesting": scenario.expectation.interesting, "forbidden": scenario.expectation.forbidden,
            });
            println!("{row}");
        }
        return ExitCode::SUCCESS;
    }
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    for scenario in &all {
        table.add_row([
            scenario.name.clone(),
            scenario.program.subject.name.to_owned(),
            scenario.program.to_string(),
        ]);
    }
    println!("{}", table.to_string().trim_end());
    println!();
    for subject in subject::SUBJECTS.iter().filter(|subject| subject.name != "canary") {
        println!("{}: {}", subject.name, subject.about);
        for operation in subject.operations {
            println!("    {:<20} {}", operation.name, operation.about);
        }
    }
    println!();
    let engines: Vec<String> = ENGINES.iter().map(|(engine, ..)| engine.to_string()).collect();
    println!("engines: {}", engines.join(", "));
    ExitCode::SUCCESS
}

fn read_failure(path: &Path) -> Result<FailureFile, Usage> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|error| Usage(format!("`{}` cannot be read: {error}", path.display())))?;
    let hint = "it is no failure file: those are named failure-*.json, in the folder of --report";
    serde_json::from_str(&text).map_err(|error| Usage(format!("`{}`: {error}; {hint}", path.display())))
}

fn explain_file(path: &Path, html: Option<&Path>) -> Result<ExitCode, Usage> {
    let file = read_failure(path)?;
    match html {
        None => print!("{}", explain::text(&file)),
        Some(page) => {
            let written = verify::report::write_whole(page, verify::report::failure_page(&file).as_bytes());
            written.map_err(|error| Usage(format!("`{}` cannot be written: {error}", page.display())))?;
            println!("{}", page.display());
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs the job of a failure file again, as far as the failure; 1 when it fails again, 0 when it does not.
fn replay(path: &Path, options: &Options) -> Result<ExitCode, Usage> {
    let file = read_failure(path)?;
    let failure = file.verdict.failure.as_ref();
    let failure = failure.ok_or_else(|| Usage(format!("`{}` has no counterexample", path.display())))?;
    let mut job: Job = file.job.clone();
    job.stop_at = Some(failure.execution).filter(|execution| *execution > 0);
    if !failure.schedule.is_empty() {
        job.schedule = failure.schedule.clone();
        job.stop_at = Some(1);
    }
    let name = job.name.clone();
    let mut plan = Plan::default();
    plan.tasks.push(pool::Task::Job(Box::new(job)));
    let settings =
        Settings { workers: 1, patience: options.patience, interrupted: Arc::new(AtomicBool::new(false)) };
    let mut run = Run::new(&plan, format!("cargo verify replay {}", path.display()));
    pool::run(plan.tasks, &settings, |news| drop(run.hear(news)));
    run.finish(false, 0.0);
    match run.report.failures.first() {
        Some(again) => {
            print!("{}", explain::text(again));
            let same = again.verdict.failure.as_ref().is_some_and(|again| again.kind == failure.kind);
            println!(
                "{}",
                if same { "it fails again, in the same way" } else { "it fails again, in another way" }
            );
            Ok(ExitCode::from(1))
        }
        None => {
            run.report.verdicts.iter().for_each(|verdict| println!("{}", verdict_line(verdict)));
            let chance = if file.verdict.engine == "threads" {
                " (on real threads a failure depends on chance)"
            } else {
                ""
            };
            println!("{} does not fail any more{chance}", name.as_deref().unwrap_or("the program"));
            Ok(ExitCode::SUCCESS)
        }
    }
}
