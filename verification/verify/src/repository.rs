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
