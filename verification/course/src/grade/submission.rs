//! What is taken from a submission: the answers to labs, as text, and nothing else. Links are not followed, and nothing of it is run where it
//! lies.

use crate::checked::Wrong;
use crate::lab::Lab;
use crate::places::names_in;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// No answer is larger.
const MOST_BYTES: u64 = 64 * 1024;

/// The submissions in a folder, each with its name: its folders; or itself, if it has a lab.
///
/// # Errors
/// When there is none.
pub(super) fn all(labs: &[&Lab], folder: &Path) -> Result<Vec<(String, PathBuf)>, String> {
    let is_folder = |path: &Path| path.symlink_metadata().is_ok_and(|known| known.is_dir());
    if !is_folder(folder) {
        return Err(format!(
            "`{}` is not a folder: name one with a folder for each submission",
            folder.display()
        ));
    }
    let is_one = |folder: &Path| {
        is_folder(&folder.join("my-labs")) || labs.iter().any(|lab| is_folder(&folder.join(&lab.name)))
    };
    let name = |path: &Path| {
        path.file_name().map_or_else(|| "submission".to_owned(), |name| name.to_string_lossy().into_owned())
    };
    if is_one(folder) {
        return Ok(vec![(name(folder), folder.to_owned())]);
    }
    let all = names_in(folder).into_iter().map(|name| (name.clone(), folder.join(name)));
    let all: Vec<(String, PathBuf)> = all.filter(|(_, path)| is_folder(path)).collect();
    match all.is_empty() {
        true => Err(format!("`{}` has no folders: each submission is one", folder.display())),
        false => Ok(all),
    }
}

/// The answer to a lab, copied into a folder of its own.
///
/// # Errors
/// Why there is none that can be taken.
pub(super) fn taken(lab: &Lab, submission: &Path) -> Result<TempDir, Wrong> {
    let text = text_of(lab, submission)?;
    let place = tempfile::tempdir().map_err(|error| Wrong::not_checked(error.to_string()))?;
    let written = std::fs::write(place.path().join(lab.answer()), text);
    written.map_err(|error| Wrong::not_checked(error.to_string()))?;
    Ok(place)
}

fn text_of(lab: &Lab, submission: &Path) -> Result<String, Wrong> {
    let wanted = format!("{}/{}", lab.name, lab.answer());
    for parts in [vec![lab.name.as_str()], vec!["my-labs", lab.name.as_str()]] {
        let mut folder = submission.to_owned();
        let mut is_there = true;
        for part in parts {
            folder.push(part);
            is_there &= folder.symlink_metadata().is_ok_and(|known| known.is_dir());
        }
        let path = folder.join(lab.answer());
        let Ok(known) = path.symlink_metadata() else { continue };
        if !is_there || !known.is_file() {
            return Err(Wrong::new(
                "refused",
                format!("`{wanted}` is a link, or no regular file: it is not read."),
            ));
        }
        if known.len() > MOST_BYTES {
            return Err(Wrong::new(
                "refused",
                format!("`{wanted}` has {} bytes: at most {MOST_BYTES} are read.", known.len()),
            ));
        }
        let text =
            std::fs::read(&path).map_err(|error| Wrong::new("refused", format!("`{wanted}`: {error}")))?;
        return String::from_utf8(text)
            .map_err(|_| Wrong::new("refused", format!("`{wanted}` is not text in UTF-8.")));
    }
    Err(Wrong::new("missing", format!("There is no `{wanted}` in this submission.")))
}
