//! What a game is played with: the program, and what its tree is asked of.

use super::usage::Usage;
use explore::job::Job;
use explore::tree::{Bounds, Tree};
use linear::Program;
use runner::playing;
use runner::pool::Settings;

/// See the module.
pub(crate) struct Table {
    pub(crate) job: Job,
    pub(crate) program: Program,
    pub(crate) bounds: Bounds,
    pub(crate) settings: Settings,
    /// The command that plays this program.
    pub(crate) command: String,
}

impl Table {
    /// The tree of the program, once these threads have stepped.
    pub(crate) fn tree(&self, picks: Vec<usize>) -> Result<Tree, Usage> {
        let bounds = Bounds { picks, ..self.bounds.clone() };
        playing::tree(&self.job, &bounds, &self.settings)
            .map_err(|why| Usage(format!("`{}` cannot be played: {why}", self.program)))
    }
}
