//! Asks for the executions beside that of a failure file, or of an example; and what a page has in their place.

use super::FailureFile;
use super::choices::{Instead, Known, WhatIf, command_beside};
use crate::playing::command_of;
use crate::pool::Settings;
use crate::what_if::Ran;
use explore::job::Job;
use linear::Example;
use std::time::{Duration, Instant};

/// Those of several files together take no longer than this, and what the last of them takes.
const LONGEST_OF_ALL: Duration = Duration::from_secs(20);

impl FailureFile {
    /// Runs the executions beside that of this file, with the code of these workers: it must be the one that failed.
    pub fn ask_what_if(&mut self, settings: &Settings) {
        let Some(failure) = self.verdict.failure.as_ref().filter(|failure| !failure.steps.is_empty()) else {
            return;
        };
        let Ok(program) = self.job.parse() else { return };
        let (steps, message, stopped) = (&failure.steps, &failure.message, failure.outcome.is_none());
        let known = Known { job: &self.job, program, steps, message, stopped };
        // The engines tell of one failure in different words; its steps are compared, too.
        let is_it = |ran: &Ran| match ran {
            Ran::Wrong(again) => again.kind == failure.kind && (stopped || again.outcome == failure.outcome),
            Ran::Right(_) => false,
        };
        self.what_if = known.beside(is_it, settings);
    }

    /// The source is not the one in which this has failed, so it says nothing of what else could have happened.
    pub fn has_another_source(&mut self) {
        let Ok(program) = self.job.parse() else { return };
        let command = command_of(&program).replacen("play", "check", 1) + " --report report";
        let why = "The source has changed since this failure was found.".to_owned();
        let does =
            "This looks for it in the source as it is now, and writes a page of what it finds".to_owned();
        self.what_if = WhatIf::Not(Instead { why, does, command });
    }

    /// What its page has in the place of what if, if the file has this name.
    pub(super) fn instead(&self, name: &str) -> Option<WhatIf> {
        let (failure, program) = (self.verdict.failure.as_ref()?, self.job.parse().ok()?);
        let instead = |why: String, does: &str, command: String| {
            Some(WhatIf::Not(Instead { why, does: does.to_owned(), command }))
        };
        let stale = Instead::if_stale(&failure.steps, &program);
        match (&self.what_if, &self.variant) {
            (WhatIf::Known(_) | WhatIf::Not(_), _) => None,
            _ if stale.is_some() => stale,
            (WhatIf::NotAsked, Some(id)) => instead(
                format!("That takes the code of the broken variant `{id}`."),
                "This makes it, and writes a page of its failure that has what if",
                format!("cargo verify mutants {id} --report report"),
            ),
            (WhatIf::NotAsked, None) => instead(
                "It was not computed for this page.".to_owned(),
                "This writes a page that has it",
                format!("cargo verify explain {name} --html page.html"),
            ),
        }
    }

    /// What plays its program from a choice on: not the code of a broken variant.
    pub(super) fn command_beside(&self) -> Option<String> {
        let program = self.job.parse().ok().filter(|_| self.variant.is_none())?;
        command_beside(self.job.engine, &program)
    }
}

/// The same of several files, one after the other, until that has taken too long: the pages of those that are left say how it is computed.
pub fn ask_what_if<'f>(files: impl IntoIterator<Item = &'f mut FailureFile>, settings: &Settings) {
    let started = Instant::now();
    for file in files.into_iter().take_while(|_| started.elapsed() < LONGEST_OF_ALL) {
        file.ask_what_if(settings);
    }
}

/// The executions beside an example that this job has found.
pub fn what_if_of_example(example: &Example, job: &Job, settings: &Settings) -> WhatIf {
    let Ok(program) = job.parse() else { return WhatIf::NotAsked };
    let known = Known { job, program, steps: &example.steps, message: "", stopped: false };
    known.beside(|ran| matches!(ran, Ran::Right(ended) if ended.outcome == example.outcome), settings)
}
