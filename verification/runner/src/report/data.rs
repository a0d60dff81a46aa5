//! What a run has found out, as it is kept.

use crate::deliberate_failures::SelfCheck;
use crate::explain::FailureFile;
use crate::families::FamilyReport;
use explore::search_oracle::{Search, SelfTestReport};
use linear::{Level, Summary, Verdict};
use serde::{Deserialize, Serialize};

/// All that a run has found out.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Report {
    /// The command line.
    pub command: String,
    /// The user stopped it: what is missing below was not run.
    pub interrupted: bool,
    /// The self-tests of the searches.
    pub self_tests: Vec<SelfTestReport>,
    /// Those of them that were run earlier, by the same executable.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known_self_tests: Vec<Search>,
    /// What was wrong on purpose, and how it was reported.
    #[serde(default)]
    pub self_checks: Vec<SelfCheck>,
    /// Checks that are no verdict on a program, and failed.
    pub problems: Vec<String>,
    /// The families that were run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub families: Vec<FamilyReport>,
    /// The certificates that are kept of the subjects that were run, and whether they hold for this source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<KeptCertificate>,
    /// The verdicts.
    pub verdicts: Vec<Verdict>,
    /// Their counts.
    pub summary: Summary,
    /// The failures, with what is needed to see them again.
    #[serde(skip)]
    pub failures: Vec<FailureFile>,
}

impl Report {
    /// 1 something failed, 3 something was cut short or the run was stopped, 0 all that was asked holds.
    pub fn exit_status(&self) -> u8 {
        match self.summary.exit_status() {
            0 if self.interrupted => 3,
            status => status,
        }
    }
}

/// A certificate that is kept in the repository: what it is of, and of which source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptCertificate {
    /// The family: `every program of map, 2x1 over 2 keys`.
    pub family: String,
    /// Its verdict.
    pub verdict: Level,
    /// How many programs.
    pub programs: usize,
    /// Executions, over all engines.
    pub executions: u64,
    /// The file, from the root of the repository.
    pub file: String,
    /// The command that makes it.
    pub command: String,
    /// It is of the source that this binary was built from; else of an earlier one.
    pub is_current: bool,
}
