//! Folders of the repository.

use std::path::{Path, PathBuf};

/// Where the labs are, in a repository.
pub(crate) fn labs(root: &Path) -> PathBuf {
    root.join("verification/labs")
}

/// Where a student works: `my-labs`, or where the variable `MY_LABS` says.
pub(crate) fn desk(root: &Path) -> PathBuf {
    std::env::var_os("MY_LABS").map_or_else(|| root.join("my-labs"), PathBuf::from)
}

/// The text of a lab.
pub(crate) const TEXT: &str = "lab.md";

/// No answer is larger.
pub(crate) const MOST_BYTES: u64 = 64 * 1024;

/// The text of a file.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("`{}` cannot be read: {error}", path.display()))
}

/// The names in a folder, in order; none if it is not there.
pub(crate) fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
