//! The journals of a run.

use super::options::Options;
use super::usage::Usage;
use runner::complain;
use runner::journal::Journal;
use runner::plan::Plan;
use runner::task::ProgramResult;

/// The journals of a run that writes a report, one for each family; and what those that go on have already.
pub(crate) struct Journals(Vec<Journal>);

impl Journals {
    /// Begins them, or goes on with them: takes out of the plan what is through.
    pub(crate) fn open(plan: &mut Plan, options: &Options) -> Result<(Journals, Vec<ProgramResult>), Usage> {
        let (mut journals, mut done) = (Vec::new(), Vec::new());
        let Some(folder) = &options.report else { return Ok((Journals(journals), done)) };
        let budget = options.budget.map_or_else(|| "none".to_owned(), |budget| format!("{budget:?}"));
        for (number, family) in plan.families.clone().iter().enumerate() {
            if options.resume {
                let (journal, results) = Journal::go_on(folder, family, &budget).map_err(Usage)?;
                plan.without(number, &results);
                done.extend(results.into_iter().map(|result| ProgramResult { family: number, ..result }));
                journals.push(journal);
            } else {
                let journal = Journal::begin(folder, family, &budget);
                journals.push(journal.map_err(|error| {
                    Usage(format!("the journal cannot be written to `{}`: {error}", folder.display()))
                })?);
            }
        }
        Ok((Journals(journals), done))
    }

    /// Notes a program that is through.
    pub(crate) fn note(&mut self, result: &ProgramResult) {
        if let Some(journal) = self.0.get_mut(result.family)
            && let Err(error) = journal.note(result)
        {
            complain!("warning: the journal cannot be written, so this run cannot be resumed: {error}");
        }
    }
}
