//! `cargo verify lab`.

use crate::dev_check;
use crate::documents;
use crate::grade::{self, Format};
use crate::host::Host;
use crate::lab::{self, Lab};
use crate::student::Student;
use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// Labs about concurrency. Each has a checker behind it that explores every
/// small program, so nothing flakes, and what fails is drawn.
///
/// Without a command: what to do next. Your answers are in the folder my-labs,
/// which git ignores.
#[derive(Debug, Parser)]
#[command(name = "cargo verify lab", bin_name = "cargo verify lab", verbatim_doc_comment)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the labs, with what you have passed.
    List,
    /// Show the next lab that you have not passed, or this one.
    Next {
        /// A number or a name.
        lab: Option<String>,
    },
    /// Check your answer to a lab, or to the next one.
    #[command(visible_alias = "run")]
    Check {
        /// A number or a name.
        lab: Option<String>,
    },
    /// Check your answer each time that you save it.
    ///
    /// When it passes, the next lab follows.
    Watch {
        /// A number or a name: begin with this lab.
        lab: Option<String>,
    },
    /// Show a hint: of three, the next one that you have not read.
    Hint {
        /// A number or a name.
        lab: Option<String>,
    },
    /// Begin a lab anew; your answer is kept beside the new one.
    ///
    /// The points that you have earned stay, and the hints that you have read.
    Reset {
        /// A number or a name.
        lab: String,
    },
    /// Show the solution of a lab that you have passed.
    Solution {
        /// A number or a name.
        lab: Option<String>,
    },
    /// Grade submissions: a folder with a folder for each, or one.
    ///
    /// See docs/course/grading.md for what they can do to the machine.
    Grade {
        /// The folder.
        folder: PathBuf,
        /// Who reads the result.
        #[arg(long, value_enum, default_value_t = Format::Csv)]
        format: Format,
        /// Only these labs, by number or name.
        #[arg(long, value_delimiter = ',')]
        labs: Vec<String>,
    },
    /// For whoever makes labs.
    #[command(subcommand)]
    Dev(Dev),
}

#[derive(Debug, Subcommand)]
enum Dev {
    /// Check the labs themselves, and how long they take.
    ///
    /// Each template fails, each wrong answer fails as pinned, each solution
    /// passes.
    #[command(verbatim_doc_comment)]
    Check {
        /// Only these.
        labs: Vec<String>,
        /// Take so many times the budgets of the labs.
        #[arg(long, value_name = "TIMES", default_value_t = 1.0, value_parser = allowance)]
        allowance: f64,
    },
    /// Write what is generated in docs/course, and the slides.
    Write,
}

fn allowance(text: &str) -> Result<f64, String> {
    let times = text.parse().ok().filter(|times| (1.0..=100.0).contains(times));
    times.ok_or_else(|| "it must be a number from 1 to 100".to_owned())
}

/// Runs the command. The exit status: 0 for a pass, 1 when something fails.
///
/// # Errors
/// What was wrong with the command, or could not be read or written.
pub fn run(cli: Cli, host: &dyn Host) -> Result<u8, String> {
    let (labs, broken) = lab::all(&host.root())?;
    broken.iter().for_each(|error| runner::complain!("error: {error}"));
    let student = || Student::new(&labs, host);
    match cli.command {
        None => student()?.greet(),
        Some(Command::List) => student()?.list(),
        Some(Command::Next { lab }) => student()?.next(lab.as_deref()),
        Some(Command::Check { lab }) => student()?.check(lab.as_deref()),
        Some(Command::Watch { lab }) => crate::watch::watch(&mut student()?, lab.as_deref()),
        Some(Command::Hint { lab }) => student()?.hint(lab.as_deref()),
        Some(Command::Reset { lab }) => student()?.reset(&lab),
        Some(Command::Solution { lab }) => student()?.solution(lab.as_deref()),
        Some(Command::Grade { folder, format, labs: named }) => {
            let counted: Vec<&Lab> = match named.as_slice() {
                [] => labs.iter().filter(|lab| !lab.sheet.optional).collect(),
                named => named.iter().map(|typed| lab::find(&labs, typed)).collect::<Result<_, _>>()?,
            };
            grade::run(&counted, &folder, format, host)
        }
        Some(Command::Dev(Dev::Write)) => documents::write(&labs, host),
        Some(Command::Dev(Dev::Check { labs: named, allowance })) => {
            let status = dev_check::run(&labs, &named, allowance, host)?;
            Ok(if broken.is_empty() { status } else { 1 })
        }
    }
}
