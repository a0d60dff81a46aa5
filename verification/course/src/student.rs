//! A student at work: what each command does.

use crate::checked::Checked;
use crate::desk;
use crate::host::Host;
use crate::lab::{self, Lab};
use crate::places::{TEXT, names_in, read};
use crate::progress::Progress;
use crate::shown;
use runner::say;
use std::path::PathBuf;

/// Who works through the labs.
pub(crate) struct Student<'h> {
    pub(crate) labs: &'h [Lab],
    pub(crate) host: &'h dyn Host,
    pub(crate) desk: PathBuf,
    pub(crate) progress: Progress,
}

impl<'h> Student<'h> {
    pub(crate) fn new(labs: &'h [Lab], host: &'h dyn Host) -> Result<Self, String> {
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

    pub(crate) fn greet(&self) -> Result<u8, String> {
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

    pub(crate) fn list(&self) -> Result<u8, String> {
        shown::list(self.labs, &self.progress);
        Ok(0)
    }

    pub(crate) fn next(&self, typed: Option<&str>) -> Result<u8, String> {
        let lab = self.meant(typed)?;
        let folder = desk::folder_of(lab, &self.desk)?;
        shown::text(&read(&lab.folder.join(TEXT))?, &folder.join(lab.answer()));
        Ok(0)
    }

    pub(crate) fn check(&mut self, typed: Option<&str>) -> Result<u8, String> {
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
            say!("\nPassed. `cargo verify lab solution {}` shows ours;", lab.number);
            say!("`cargo verify lab next` goes on.");
        } else {
            say!("\nYour answer is\n  {}", folder.join(lab.answer()).display());
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

    pub(crate) fn reset(&mut self, typed: &str) -> Result<u8, String> {
        let lab = lab::find(self.labs, typed)?;
        let kept = desk::reset(lab, &self.desk)?;
        self.progress.change(&lab.name, |done| done.passed = false)?;
        say!("Lab {} begins anew. Your answer is kept in", lab.number);
        say!("  {}", kept.display());
        shown::paragraph(0, "The points that you have earned stay, and the hints that you have read.");
        Ok(0)
    }

    pub(crate) fn solution(&self, typed: Option<&str>) -> Result<u8, String> {
        let last = || self.labs.iter().rev().find(|lab| self.progress.of(&lab.name).passed);
        let lab = match typed {
            Some(typed) => lab::find(self.labs, typed)?,
            None => last().ok_or("you have not passed a lab yet: a solution is shown after a pass")?,
        };
        if !self.progress.of(&lab.name).passed {
            return Err(format!(
                "the solution of lab {} is shown when you have passed it;\n`cargo verify lab hint {}` helps until then",
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
