//! `cargo verify specs`: calls the package `speccheck`, which has the TLA+ checker, and sends it recorded executions.

use crate::Usage;
use crate::cli::{Options, SpecsArgs};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use verify::console::Format;
use verify::family::{self, Family, Size};
use verify::program::Program;
use verify::scenarios;
use verify::subject::{self, Kind};
use verify::traces::{self, Recorder};

/// Programs of the family 2x1 over two keys that are followed, of several thousands.
const SAMPLE: usize = 200;

pub(crate) fn specs(asked: &SpecsArgs, options: &Options) -> Result<ExitCode, Usage> {
    let mut arguments: Vec<String> = asked.names.clone();
    let flags = [
        ("--full", asked.full),
        ("--mutants", asked.mutants),
        ("--traces", asked.traces),
        ("--explain", asked.explain),
        ("--write", asked.write),
    ];
    arguments.extend(flags.iter().filter(|(_, is_on)| *is_on).map(|(flag, _)| (*flag).to_owned()));
    if let Some(jar) = &asked.tlc {
        let jar = std::path::absolute(jar).map_err(|error| Usage(format!("`{}`: {error}", jar.display())))?;
        arguments.extend(["--tlc".to_owned(), jar.display().to_string()]);
    }
    if options.format == Format::Json {
        arguments.extend(["--format".to_owned(), "json".to_owned()]);
    }
    if let Some(jobs) = options.jobs {
        arguments.extend(["--jobs".to_owned(), jobs.to_string()]);
    }
    if let Some(budget) = options.budget {
        arguments.extend(["--budget".to_owned(), budget.as_secs().max(1).to_string()]);
    }
    if options.report.is_some() {
        return Err(Usage("`specs` writes no report; use --format json".into()));
    }
    // On Ctrl-C the checker, which gets it too, says what is not finished; this process waits a while for it.
    let _ = ctrlc::set_handler(|| {
        std::thread::sleep(std::time::Duration::from_secs(2));
        std::process::exit(3);
    });
    let mut checker = start(&arguments, asked.traces)?;
    if let Some(input) = checker.stdin.take() {
        send(input, asked, options.seed)?;
    }
    let status = checker.wait().map_err(|error| Usage(format!("speccheck is lost: {error}")))?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Builds the checker, if need be, and starts it.
fn start(arguments: &[String], with_input: bool) -> Result<Child, Usage> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(root)
        .args(["run", "--quiet", "--release", "--package", "speccheck", "--"])
        .args(arguments);
    command.stdin(if with_input { Stdio::piped() } else { Stdio::null() });
    command.spawn().map_err(|error| Usage(format!("cargo cannot be started to build speccheck: {error}")))
}

/// The programs whose executions are followed.
fn programs(asked: &SpecsArgs, seed: u64) -> Result<Vec<Program>, Usage> {
    let map = subject::by_name("map").expect("a subject of the table");
    if !asked.names.is_empty() {
        let named = crate::scenarios_by_name(&asked.names)?;
        return Ok(named.into_iter().map(|scenario| scenario.program).collect());
    }
    let named = scenarios::all().into_iter().map(|scenario| scenario.program);
    let specified =
        |program: &Program| [Kind::Map, Kind::Counter, Kind::CounterMap].contains(&program.subject.kind);
    let mut programs: Vec<Program> = named.filter(specified).collect();
    let family = Family::new("map", Size { threads: 2, operations: 1 }, Some(2));
    let family = family::programs(&family.map_err(|problem| Usage(problem.to_string()))?);
    let stride = (family.len() / SAMPLE).max(1);
    let first = usize::try_from(seed).unwrap_or(0) % stride;
    let sample = family.iter().skip(first).step_by(stride);
    programs.extend(sample.map(|text| Program::parse(map, text).expect("a program of a family parses")));
    Ok(programs)
}

/// Sends every execution of every program, and closes the input. (Programs live as long as the process.)
fn send(input: ChildStdin, asked: &SpecsArgs, seed: u64) -> Result<(), Usage> {
    let input = Input(Arc::new(Mutex::new(Some(BufWriter::new(input)))));
    let programs = programs(asked, seed)?;
    let send_all = || -> std::io::Result<()> {
        for program in programs {
            let program: &'static Program = Box::leak(Box::new(program));
            for recorder in [Recorder::Shuttle, Recorder::Loom] {
                traces::send(program, recorder, input.clone())?;
            }
        }
        Ok(())
    };
    // When the checker has ended before its input, it has said why.
    let _ = send_all();
    // The engines may keep their closures, and the input with them: it is closed by hand.
    drop(input.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    Ok(())
}

/// The input of the checker, until it is closed.
#[derive(Clone)]
struct Input(Arc<Mutex<Option<BufWriter<ChildStdin>>>>);

impl Write for Input {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut input = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        input.as_mut().ok_or(std::io::ErrorKind::BrokenPipe)?.write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut().map_or(Ok(()), Write::flush)
    }
}
