//! `cargo verify`: the command line.

mod cli;
mod families;
mod files;
mod matrix_command;
mod mutant_command;
mod ordering_command;
mod random_command;
mod specs;

use clap::Parser;
use cli::{Cli, Command, Engines, Options, Profile, SELF_TEST_PROGRAMS};
use families::Journals;
use files::{explain_file, readme, replay};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use verify::console::{Console, Format};
use verify::engine::{ENGINES, Engine};
use verify::family::plan::{FamilyRun, ORACLE, asked_of_the_oracle, certified, quick};
use verify::history::outcomes_by_specification;
use verify::pool::{self, News, Settings};
use verify::program::Program;
use verify::report::Report;
use verify::scenarios::{self, Scenario};
use verify::subject::{self, Subject};
use verify::suite::{Plan, Run, is_long, usual_engines};

/// A mistake of the user: exit status 2.
pub(crate) struct Usage(String);

/// The exit status of a program whose reader has gone: 128 and the number of SIGPIPE.
const NOBODY_READS: i32 = 141;

/// Ends the program quietly when what reads its output has gone (`cargo verify list | head`): for `println!` that is a panic.
fn end_when_nobody_reads() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let message = info.payload().downcast_ref::<String>().map_or("", String::as_str);
        if message.starts_with("failed printing to stdout") && message.contains("Broken pipe") {
            std::process::exit(NOBODY_READS);
        }
        usual(info);
    }));
}

fn main() -> ExitCode {
    end_when_nobody_reads();
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
            let (name, about) = (String::new(), String::new());
            let scenario = Scenario { name, about, program, expectation, large: false };
            run(selected(&[scenario], &engines, options)?, options)
        }
        Some(Command::Scenario { names, engines }) => {
            run(selected(&scenarios_by_name(&names)?, &engines, options)?, options)
        }
        Some(Command::Specs(asked)) => specs::specs(&asked, options),
        Some(Command::Family(asked)) => families::family(&asked, cli.options),
        Some(Command::Certify(asked)) => families::certify(&asked, cli.options),
        Some(Command::Certificate(asked)) => families::certificate(&asked),
        Some(Command::Mutants(asked)) => mutant_command::mutants(&asked, options),
        Some(Command::Orderings(asked)) => ordering_command::orderings(&asked, options),
        Some(Command::Selftest { programs }) => {
            let mut plan = Plan::default();
            plan.self_tests(options.seed, programs);
            run(plan, options)
        }
        Some(Command::Explain { file, html }) => explain_file(&file, html.as_deref()),
        Some(Command::Replay { file }) => replay(&file, options),
        Some(Command::Readme { report, document, check }) => readme(&report, &document, check),
        Some(Command::Worker) => {
            verify::worker::serve()
                .map_err(|error| Usage(format!("the worker cannot read its jobs: {error}")))?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn known_subject(name: &str) -> Result<&'static Subject, Usage> {
    subject::by_name(name).ok_or_else(|| Usage(format!("`{name}` is no subject: {}", subject::names())))
}

/// What `cargo verify` does without a command.
fn everything(profile: Profile, options: &Options) -> Plan {
    let full = profile == Profile::Full;
    let all = scenarios::all();
    let mut plan = Plan::default();
    plan.self_tests(options.seed, if full { 10 * SELF_TEST_PROGRAMS } else { SELF_TEST_PROGRAMS });
    plan.self_checks(&all);
    let mut families = vec![quick()];
    if full {
        families = certified(true);
        families.extend(verify::pages::families());
        families.extend(asked_of_the_oracle(options.seed));
    }
    for family in families {
        plan.family(&FamilyRun { budget: options.budget, ..family });
    }
    if full {
        for scenario in &scenarios::plain() {
            plan.scenario(scenario, &ORACLE, |job| job.budget = options.budget);
        }
    }
    for scenario in &all {
        let mut engines = usual_engines(scenario);
        if !full && scenarios::SLOW_UNDER_DFS.contains(&scenario.name.as_str()) {
            engines.retain(|engine| *engine != Engine::ShuttleDfs);
        }
        if full {
            let more = [Engine::LoomVisible, Engine::ShuttleDfs, Engine::ShuttlePct, Engine::ShuttleRandom];
            let more = more.into_iter().filter(|engine| !engines.contains(engine)).collect::<Vec<_>>();
            let small = scenario.program.threads.len() <= 2 && !is_long(&scenario.program) && !scenario.large;
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

/// Failures after which a family is given up.
const ENOUGH_FAILURES: usize = 10;

/// The scenarios of these names.
fn scenarios_by_name(names: &[String]) -> Result<Vec<Scenario>, Usage> {
    let all: Vec<Scenario> = scenarios::all().into_iter().chain(scenarios::plain()).collect();
    let mut chosen: Vec<Scenario> = Vec::new();
    for name in names {
        let found = all.iter().filter(|scenario| cli::means(name, &scenario.name));
        let found: Vec<Scenario> = found.cloned().collect();
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
fn engines_for(scenario: &Scenario, asked: &Engines) -> Result<Vec<Engine>, Usage> {
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
        usual_engines(scenario).into_iter().filter(of_engine).collect()
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
        let engines = engines_for(scenario, asked)?;
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
        pool::Task::Job(_) | pool::Task::Batch(_) | pool::Task::Trial(_) => true,
    });
    Ok(plan)
}

/// Workers as asked, and a Ctrl-C that lets them stop.
fn pool_settings(options: &Options) -> Result<Settings, Usage> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let workers = options.jobs.map_or(cores, usize::from);
    let interrupted = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&interrupted);
    ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed))
        .map_err(|error| Usage(format!("Ctrl-C cannot be handled: {error}")))?;
    Ok(Settings { workers, patience: options.patience, interrupted, program: None })
}

/// Runs a plan to its end.
fn run(plan: Plan, options: &Options) -> Result<ExitCode, Usage> {
    run_plan(plan, options).map(|(_, status)| ExitCode::from(status))
}

/// The same: the report, and the exit status.
fn run_plan(mut plan: Plan, options: &Options) -> Result<(Report, u8), Usage> {
    if let Some(folder) = &options.report {
        // Better now than after an hour.
        let made = std::fs::create_dir_all(folder);
        made.map_err(|error| {
            Usage(format!("the report folder `{}` cannot be made: {error}", folder.display()))
        })?;
    }
    let settings = pool_settings(options)?;
    let (workers, interrupted) = (settings.workers, Arc::clone(&settings.interrupted));
    let command: Vec<String> = std::env::args().skip(1).collect();
    let (mut journals, done) = Journals::open(&mut plan, options)?;
    let mut run = Run::new(&plan, format!("cargo verify {}", command.join(" ")));
    let is_family = !plan.families.is_empty();
    let mut console = Console::new(options.format, plan.len(), workers);
    if !done.is_empty() {
        eprintln!("{} programs are through already", done.len());
    }
    for result in done {
        run.hear(News::Program(result));
    }
    let started = Instant::now();
    pool::run(plan.tasks, &settings, |news| {
        console.progress(&news);
        if let News::Program(result) = &news {
            journals.note(result);
        }
        for line in run.hear(news) {
            console.tell(&line);
        }
        if is_family && run.failed() >= options.enough_failures.unwrap_or(ENOUGH_FAILURES) {
            interrupted.store(true, Ordering::Relaxed);
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
    let status = if run.report.interrupted && status == 0 { 3 } else { status };
    Ok((run.report, status))
}

fn list(format: Format) -> ExitCode {
    let all = scenarios::all();
    if format == Format::Json {
        for scenario in &all {
            let row = serde_json::json!({
                "kind": "scenario", "name": scenario.name, "subject": scenario.program.subject.name,
                "program": scenario.program.to_string(), "about": scenario.about,
                "allowed": outcomes_by_specification(&scenario.program),
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
