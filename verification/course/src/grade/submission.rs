//! What is taken from a submission: the answers to labs, as text, and nothing else. Links are not followed, and nothing of it is run where it
//! lies.

use crate::checked::Wrong;
use crate::lab::Lab;
use crate::places::MOST_BYTES;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A submission: its name, as the table has it; and its folder, or why nothing of it is read.
pub(super) struct Submission {
    pub(super) name: String,
    pub(super) folder: Result<PathBuf, Wrong>,
}

/// A name on one line. What is not UTF-8, and what a terminal or a table would take for more than a letter, is written by its bytes or its number.
fn printed(name: &OsStr) -> String {
    let Some(text) = name.to_str() else {
        return name.as_encoded_bytes().escape_ascii().to_string();
    };
    let is_odd = |c: char| {
        c.is_control() || matches!(c, '\\' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
    };
    let one = |c: char| if is_odd(c) { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(one).collect()
}

/// What is in a folder of submissions by this name: a submission, unless it is a file, which is said.
fn in_the_folder(folder: &Path, name: &OsStr) -> Option<Submission> {
    let path = folder.join(name);
    let known = path.symlink_metadata().ok()?;
    let printed = printed(name);
    let refused = |why: &str| Err(Wrong::new("refused", format!("The folder `{printed}` {why}.")));
    let folder = if known.is_symlink() {
        refused("is a link, which is not followed: copy what it leads to")
    } else if !known.is_dir() {
        if !printed.starts_with('.') {
            runner::complain!("`{printed}` is a file, and no submission: each submission is a folder");
        }
        return None;
    } else if name.to_str().is_none() {
        refused("has a name that is not UTF-8: rename it")
    } else {
        Ok(path)
    };
    Some(Submission { name: printed, folder })
}

/// The submissions in a folder: its folders, and what is there instead of one; or itself, if it has a lab.
///
/// # Errors
/// When there is none.
pub(super) fn all(labs: &[&Lab], folder: &Path) -> Result<Vec<Submission>, String> {
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
    if is_one(folder) {
        let name = folder.file_name().map_or_else(|| "submission".to_owned(), printed);
        return Ok(vec![Submission { name, folder: Ok(folder.to_owned()) }]);
    }
    let entries = std::fs::read_dir(folder).map_err(|error| format!("`{}`: {error}", folder.display()))?;
    let mut names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
    names.sort();
    let all: Vec<Submission> = names.iter().filter_map(|name| in_the_folder(folder, name)).collect();
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

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStrExt;

    #[test]
    fn what_is_no_ordinary_folder_has_a_row_that_says_so() {
        let place = tempfile::tempdir().expect("a folder");
        let make =
            |name: &[u8]| std::fs::create_dir(place.path().join(OsStr::from_bytes(name))).expect("a folder");
        make(b"ada");
        make(b"gr\xffta");
        make(b"two\nlines");
        make("b\u{fffe}b".as_bytes());
        std::os::unix::fs::symlink("/etc", place.path().join("link")).expect("a link");
        std::os::unix::fs::symlink("nowhere", place.path().join("torn")).expect("a link");
        std::fs::write(place.path().join(".hidden"), "").expect("a file");
        let all = all(&[], place.path()).expect("six");
        let told: Vec<(&str, Option<&str>)> = all
            .iter()
            .map(|one| (one.name.as_str(), one.folder.as_ref().err().map(|wrong| wrong.kind.as_str())))
            .collect();
        let refused = Some("refused");
        let expected = [
            ("ada", None),
            ("b\\u{fffe}b", None),
            ("gr\\xffta", refused),
            ("link", refused),
            ("torn", refused),
            ("two\\nlines", None),
        ];
        assert_eq!(told, expected);
    }
}
