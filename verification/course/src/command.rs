//! `cargo verify lab`.

use crate::checked::Checked;
use crate::desk;
use crate::dev_check;
use crate::grade::{self, Format};
use crate::host::Host;
use crate::lab::{self, Lab, TEXT};
use crate::places::{names_in, read};
use crate::progress::Progress;
use crate::shown;
use clap::{Parser, Subcommand};
use runner::say;
use std::path::PathBuf;

/// Labs about concurrency. Each has a checker behind it that explores every small program, so nothing flakes, and what fails is drawn.
///
/// Without a command: what to do next. Your answers are in the folder my-labs, which git ignores.
#[derive(Debug, Parser)]
#[command(name = "cargo verify lab", bin_name = "cargo verify lab")]
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
    /// Check your answer to a lab; to the next one, if none is named.
    #[command(visible_alias = "run")]
    Check {
        /// A number or a name.
        lab: Option<String>,
    },
    /// Check your answer each time that you save it, and go on to the next lab when it passes.
    Watch,
    /// Show a hint. There are three, from a question to nearly the answer; how many you have read is kept.
    Hint {
        /// A number or a name.
        lab: Option<String>,
    },
    /// Begin a lab anew. Your answer is kept beside the new one.
    Reset {
        /// A number or a name.
        lab: String,
    },
    /// Show the solution of a lab that you have passed.
    Solution {
        /// A number or a name.
        lab: Option<String>,
    },
    /// Grade submissions: a folder with a folder for each, or one submission. See docs/course/grading.md for what they can do to the machine.
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
    /// Check the labs: each template fails, each wrong answer fails as pinned, each solution passes, all within their budgets.
    Check {
        /// Only these.
        labs: Vec<String>,
    },
}

/// Runs the command. The exit status: 0 for a pass, 1 when something fails.
///
/// # Errors
/// What was wrong with the command, or could not be read or written.
pub fn run(cli: Cli, host: &dyn Host) -> Result<u8, String> {
    let labs = lab::all(&host.root())?;
    let student = || Student::new(&labs, host);
    match cli.command {
        None => student()?.greet(),
        Some(Command::List) => student()?.list(),
        Some(Command::Next { lab }) => student()?.next(lab.as_deref()),
        Some(Command::Check { lab }) => student()?.check(lab.as_deref()),
        Some(Command::Watch) => crate::watch::watch(&mut student()?),
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
        Some(Command::Dev(Dev::Check { labs: named })) => dev_check::run(&labs, &named, host),
    }
}

/// Who works through the labs.
pub(crate) struct Student<'h> {
    pub(crate) labs: &'h [Lab],
    pub(crate) host: &'h dyn Host,
    pub(crate) desk: PathBuf,
    pub(crate) progress: Progress,
}

impl<'h> Student<'h> {
    fn new(labs: &'h [Lab], host: &'h dyn Host) -> Result<Self, String> {
        let desk = crate::places::desk(&host.root());
        let progress = Progress::read(&desk)?;
        Ok(Student { labs, host, desk, progress })
    }

    /// The first lab that was not passed and has to be.
    pub(crate) fn current(&self) -> Option<&'h Lab> {
        self.labs.iter().find(|lab| !lab.sheet.optional && !self.progress.of(&lab.name).passed)
    }

    /// The lab that is named, or the current one, or the last.
    fn meant(&self, typed: Option<&str>) -> Result<&'h Lab, String> {
        match typed {
            Some(typed) => lab::find(self.labs, typed),
            None => Ok(self.current().unwrap_or(&self.labs[self.labs.len() - 1])),
        }
    }

    fn greet(&self) -> Result<u8, String> {
        say!(
            "{} labs, each with a checker behind it. Your answers are in the folder my-labs.\n",
            self.labs.len()
        );
        for (command, does) in [
            ("list", "what there is, and what you have passed"),
            ("next", "what to do next"),
            ("check", "check your answer"),
            ("watch", "check it each time that you save it"),
            ("hint", "one of three hints"),
            ("reset LAB", "begin a lab anew"),
            ("solution", "the solution of a lab that you have passed"),
        ] {
            say!("  cargo verify lab {command:<10} {does}");
        }
        match self.current() {
            Some(lab) => say!("\nNext is lab {}, {}: `cargo verify lab next`", lab.number, lab.sheet.title),
            None => say!("\nYou have passed them all."),
        }
        Ok(0)
    }

    fn list(&self) -> Result<u8, String> {
        shown::list(self.labs, &self.progress);
        Ok(0)
    }

    pub(crate) fn next(&self, typed: Option<&str>) -> Result<u8, String> {
        let lab = self.meant(typed)?;
        let folder = desk::folder_of(lab, &self.desk)?;
        shown::text(&read(&lab.folder.join(TEXT))?, &folder.join(lab.answer()));
        Ok(0)
    }

    fn check(&mut self, typed: Option<&str>) -> Result<u8, String> {
        let lab = self.meant(typed)?;
        let passes = self.check_lab(lab)?;
        Ok(u8::from(!passes))
    }

    /// Checks the answer to a lab, and prints what came of it. Whether it passes.
    pub(crate) fn check_lab(&mut self, lab: &'h Lab) -> Result<bool, String> {
        let folder = desk::folder_of(lab, &self.desk)?;
        let checked = lab.check(&folder, self.host);
        shown::checked(lab, &checked, &folder);
        let passes = checked.iter().all(Checked::passes);
        let points = checked.iter().map(Checked::earned).sum();
        self.progress.change(&lab.name, |done| {
            done.points = done.points.max(points);
            done.passed |= passes;
        })?;
        if passes {
            say!(
                "\nPassed. `cargo verify lab solution {}` shows ours; `cargo verify lab next` goes on.",
                lab.number
            );
        } else {
            say!("\nYour answer is {}", folder.join(lab.answer()).display());
            say!("A hint: `cargo verify lab hint {}`", lab.number);
        }
        Ok(passes)
    }

    pub(crate) fn hint(&mut self, typed: Option<&str>) -> Result<u8, String> {
        let lab = self.meant(typed)?;
        let hints = &lab.sheet.hints;
        let number = self.progress.of(&lab.name).hints.min(hints.len() - 1);
        self.progress.change(&lab.name, |done| done.hints = number + 1)?;
        for (at, hint) in hints.iter().take(number + 1).enumerate() {
            say!("Hint {} of {} for lab {}:", at + 1, hints.len(), lab.number);
            shown::paragraph(2, hint);
        }
        Ok(0)
    }

    fn reset(&mut self, typed: &str) -> Result<u8, String> {
        let lab = lab::find(self.labs, typed)?;
        let kept = desk::reset(lab, &self.desk)?;
        self.progress.change(&lab.name, |done| done.passed = false)?;
        say!("Lab {} begins anew. Your answer is kept in {}", lab.number, kept.display());
        Ok(0)
    }

    fn solution(&self, typed: Option<&str>) -> Result<u8, String> {
        let last = || self.labs.iter().rev().find(|lab| self.progress.of(&lab.name).passed);
        let lab = match typed {
            Some(typed) => lab::find(self.labs, typed)?,
            None => last().ok_or("you have not passed a lab yet: a solution is shown after a pass")?,
        };
        if !self.progress.of(&lab.name).passed {
            return Err(format!(
                "the solution of lab {} is shown when you have passed it; `cargo verify lab hint {}` helps until then",
                lab.number, lab.number
            ));
        }
        for name in names_in(&lab.solution()) {
            say!("{name}:\n");
            say!("{}", read(&lab.solution().join(&name))?.trim_end());
        }
        Ok(0)
    }
}
