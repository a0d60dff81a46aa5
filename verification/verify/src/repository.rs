//! The repository that this was built from.

use std::path::{Path, PathBuf};

/// Its folder.
pub fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().nth(2).unwrap_or(package).to_owned()
}

/// The text of one of its files.
///
/// # Errors
/// When it cannot be read.
pub fn read(file: &str) -> Result<String, String> {
    std::fs::read_to_string(root().join(file)).map_err(|error| format!("`{file}` cannot be read: {error}"))
}

/// The folders that steps of an execution name their files in, as `map/entry.rs`.
const OF_STEPS: [&str; 2] = ["src/", "verification/subjects/src/"];

/// The text of the file that a step names. `text` has the files by their names from the root. Nothing if it has none, or one in each folder: then
/// nobody knows which was meant.
pub fn of_step(file: &str, text: impl Fn(&str) -> Option<String>) -> Option<String> {
    // A module that says where it is has a dot in its place.
    let file = file.replace("/./", "/");
    let mut found = OF_STEPS.iter().filter_map(|folder| text(&format!("{folder}{file}")));
    let first = found.next()?;
    found.next().is_none().then_some(first)
}
