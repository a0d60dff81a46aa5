//! `cargo verify specs`: calls the package `speccheck`, which has the TLA+ checker, and sends it recorded executions.

use super::cli::SpecsArgs;
use super::options::Options;
use super::usage::Usage;
use linear::Program;
use runner::building;
use runner::console::Format;
use runner::families as family;
use runner::families::{Family, Size};
use runner::output::write_if_read;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use verify::repository::root;
use verify::scenarios;
use verify::specifications::traces::{self, Recorder};
use verify::subjects;

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
        return Err(Usage(
            "`specs` does not write a report: leave out --report, and use --format json".into(),
        ));
    }
    // On Ctrl-C the checker, which gets it too, says what is not finished; this process waits a while for it.
    let _ = ctrlc::set_handler(|| {
        std::thread::sleep(std::time::Duration::from_secs(2));
        std::process::exit(3);
    });
    let mut checker = start(&arguments, asked.traces)?;
    // What it finds goes the way of all output: what cannot be written is noticed.
    let found = checker.stdout.take().map(|output| {
        std::thread::spawn(move || {
            let lines = BufReader::new(output).lines().map_while(Result::ok);
            lines.for_each(|line| write_if_read(format_args!("{line}\n")));
        })
    });
    if let Some(input) = checker.stdin.take() {
        send(input, asked, options.seed)?;
    }
    let status =
        checker.wait().map_err(|error| Usage(format!("speccheck ended without an exit status: {error}")))?;
    if let Some(found) = found {
        found.join().expect("it does not panic");
    }
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Builds the checker, if need be, and starts it.
fn start(arguments: &[String], with_input: bool) -> Result<Child, Usage> {
    let program = program()?;
    let mut command = Command::new(&program);
    command.current_dir(root()).args(arguments);
    command.stdin(if with_input { Stdio::piped() } else { Stdio::null() }).stdout(Stdio::piped());
    command.spawn().map_err(|error| Usage(format!("`{}` cannot be started: {error}", program.display())))
}

/// The checker, built if need be.
pub(crate) fn program() -> Result<PathBuf, Usage> {
    built("speccheck", "the checker of the specifications")
}

/// The program of another package, built if need be: as this program is, so that it shares what that was built of.
pub(crate) fn built(package: &str, what: &str) -> Result<PathBuf, Usage> {
    let mut build = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    build.current_dir(root()).stdin(Stdio::null());
    build.args(["build", "--profile", "verify", "--package", package, "--bin", package]);
    build.args(["--message-format", "json-render-diagnostics"]);
    let built = building::cargo(&mut build, &format!("{package}, {what}"));
    let built =
        built.map_err(|error| Usage(format!("cargo cannot be started to build {package}: {error}")))?;
    let program = executable(&String::from_utf8_lossy(&built.stdout)).filter(|_| built.status.success());
    program.ok_or_else(|| {
        Usage(format!("{package} does not build:\n{}", String::from_utf8_lossy(&built.stderr).trim_end()))
    })
}

/// The program that cargo names in its messages.
fn executable(messages: &str) -> Option<PathBuf> {
    messages.lines().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        Some(PathBuf::from(message.get("executable")?.as_str()?))
    })
}

/// The programs whose executions are followed.
fn programs(asked: &SpecsArgs, seed: u64) -> Result<Vec<Program>, Usage> {
    let map = subjects::by_name("map").expect("a subject of the table");
    if !asked.names.is_empty() {
        let named = super::check::scenarios_by_name(&asked.names)?;
        return Ok(named.into_iter().map(|scenario| scenario.program).collect());
    }
    let named = scenarios::all().into_iter().map(|scenario| scenario.program);
    let specified = |program: &Program| ["map", "counter", "countermap"].contains(&program.subject.name);
    let mut programs: Vec<Program> = named.filter(specified).collect();
    let family = Family::new("map", Size::of(2, 1), Some(2));
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
