//! The folder in which a student works, `my-labs`: an answer for each lab that was begun, copied from its template. It is git-ignored.

use crate::lab::Lab;
use crate::places::names_in;
use std::path::{Path, PathBuf};

/// The folder of a lab, with its answer. Copies the template, if there is none yet.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn folder_of(lab: &Lab, desk: &Path) -> Result<PathBuf, String> {
    let folder = desk.join(&lab.name);
    if !folder.join(lab.answer()).exists() {
        lay_out(lab, &folder)?;
    }
    Ok(folder)
}

/// Copies the template of a lab.
fn lay_out(lab: &Lab, folder: &Path) -> Result<(), String> {
    let wrong = |error: std::io::Error| format!("`{}` cannot be written: {error}", folder.display());
    std::fs::create_dir_all(folder).map_err(wrong)?;
    for name in names_in(&lab.template()) {
        std::fs::copy(lab.template().join(&name), folder.join(&name)).map_err(wrong)?;
    }
    Ok(())
}

/// Puts the template in place of the answer, which is kept beside it. Where it is kept.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn reset(lab: &Lab, desk: &Path) -> Result<PathBuf, String> {
    let folder = folder_of(lab, desk)?;
    let (answer, kept) = (folder.join(lab.answer()), folder.join(format!("{}.before", lab.answer())));
    std::fs::rename(&answer, &kept).map_err(|error| format!("`{}`: {error}", answer.display()))?;
    lay_out(lab, &folder)?;
    Ok(kept)
}
