//! `cargo verify soak`: the package `soak`, which is built without the model checkers.

use super::specs::built;
use super::usage::Usage;
use std::process::{Command, ExitCode};

/// Runs `soak` with these words after it.
pub(crate) fn soak(words: &[String]) -> Result<ExitCode, Usage> {
    let program = built("soak", "which puts the shipped build under load")?;
    // On Ctrl-C that program, which gets it too, writes its report; this one waits for it.
    let _ = ctrlc::set_handler(|| {});
    let status = Command::new(&program).args(words).status();
    let status =
        status.map_err(|error| Usage(format!("`{}` cannot be started: {error}", program.display())))?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}
