//! `cargo verify`: the command line.

mod commands;

use clap::Parser;
use commands::audit::audit;
use commands::check::{explore, known_subject, scenarios_by_name};
use commands::cli::{Cli, Command};
use commands::everything::everything;
use commands::files::{explain_file, put_figures, replay};
use commands::lab::lab;
use commands::list::list;
use commands::options::many_of_a_subject;
use commands::play::play;
use commands::refused::refused;
use commands::run::{pool_settings, run};
use commands::soak::soak;
use commands::usage::Usage;
use commands::{families, litmus, mutants, orderings, specs};
use linear::Program;
use runner::output::{self, write_out};
use runner::plan::Plan;
use runner::scenarios::Scenario;
use runner::{complain, tasks, worker};
use std::process::ExitCode;
use verify::certificates::source::SOURCE;
use verify::orderings::trial;
use verify::subjects;

/// What a worker can do.
static HANDLERS: [&[worker::Handler]; 2] = [&tasks::HANDLERS, &trial::HANDLERS];

/// A search allocates at each step: with the allocator of the C library that is a tenth of its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    subjects::install();
    course::structures::install();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        // `--help` and `--version`: an answer, on a terminal in colours.
        Err(answer) if !answer.use_stderr() && !output::is_terminal() => {
            write_out(format_args!("{}", answer.render()));
            return ended(ExitCode::SUCCESS);
        }
        Err(answer) if !answer.use_stderr() => answer.exit(),
        Err(error) => {
            let words: Vec<String> = std::env::args().skip(1).collect();
            let Usage(message) = refused(&error, &words);
            complain!("error: {message}");
            return ExitCode::from(2);
        }
    };
    match dispatch(cli) {
        Ok(code) => ended(code),
        Err(Usage(message)) => {
            complain!("error: {message}");
            ExitCode::from(2)
        }
    }
}

/// The exit status: 1 when what was found could not be written.
fn ended(code: ExitCode) -> ExitCode {
    let Some(reason) = output::failure() else { return code };
    let command: Vec<String> = std::env::args().skip(1).collect();
    complain!("error: the output of `cargo verify {}` could not be written: {reason}", command.join(" "));
    ExitCode::from(1)
}

fn dispatch(cli: Cli) -> Result<ExitCode, Usage> {
    let options = &cli.options;
    match cli.command {
        None => run(everything(cli.profile, options), options),
        Some(Command::List { names }) => list(&names, options.format),
        Some(Command::Check { program, subject, engines, shown }) => {
            let subject = known_subject(&subject)?;
            let program = Program::parse(subject, &program).map_err(|error| Usage(error.to_string()))?;
            let expectation = Default::default();
            let (name, about) = (String::new(), String::new());
            let scenario = Scenario { name, about, program, expectation, large: false };
            explore(&[scenario], &engines, &shown, options)
        }
        Some(Command::Scenario { names, engines, shown }) => {
            explore(&scenarios_by_name(&names)?, &engines, &shown, options)
        }
        Some(Command::Play(asked)) => play(&asked, options),
        Some(Command::Lab { words }) => lab(&words, pool_settings(options)?),
        Some(Command::Soak { words }) => soak(&words),
        Some(Command::Specs(asked)) => specs::specs(&asked, options),
        Some(Command::Family(asked)) => families::family(&asked, cli.options),
        Some(Command::Certify(asked)) => families::certify(&asked, cli.options),
        Some(Command::Certificate(asked)) => families::certificate(&asked),
        Some(Command::Mutants(asked)) => mutants::mutants(&asked, options),
        Some(Command::Orderings(asked)) => orderings::orderings(&asked, options),
        Some(Command::Litmus(asked)) => litmus::litmus(&asked, options),
        Some(Command::Audit(asked)) => audit(&asked, options),
        Some(Command::Selftest { programs }) => {
            let mut plan = Plan { self_tests_anew: true, ..Plan::default() };
            plan.self_tests(options.seed, programs, many_of_a_subject(programs));
            run(plan, options)
        }
        Some(Command::Explain { file, html, all }) => explain_file(&file, html.as_deref(), all, options),
        Some(Command::Replay { file, scratch }) => replay(&file, scratch.as_deref(), options),
        Some(Command::Figures { report, document, check }) => put_figures(&report, &document, check),
        Some(Command::Worker) => {
            worker::serve(&SOURCE, &HANDLERS)
                .map_err(|error| Usage(format!("the worker cannot read its standard input: {error}")))?;
            Ok(ExitCode::SUCCESS)
        }
    }
}
