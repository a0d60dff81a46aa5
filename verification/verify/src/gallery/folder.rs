//! A folder brought up to date with another one.

use std::path::Path;

/// Folders that nothing is built from.
const LEFT_OUT: [&str; 4] = ["target", ".git", "docs", "specs"];

/// A result, whose error says of what.
pub(super) fn io<T>(what: &Path, result: std::io::Result<T>) -> Result<T, String> {
    result.map_err(|error| format!("`{}`: {error}", what.display()))
}

/// Copies what differs, and removes what is not there any more.
pub(super) fn copy_folder(from: &Path, to: &Path, top: bool) -> Result<(), String> {
    io(to, std::fs::create_dir_all(to))?;
    let mut names = Vec::new();
    for entry in io(from, std::fs::read_dir(from))? {
        let entry = io(from, entry)?;
        let name = entry.file_name();
        if top && LEFT_OUT.iter().any(|left_out| name == *left_out) {
            continue;
        }
        let (source, copy) = (entry.path(), to.join(&name));
        names.push(name);
        let kind = io(&source, entry.file_type())?;
        if kind.is_dir() {
            copy_folder(&source, &copy, false)?;
            continue;
        }
        if kind.is_symlink() {
            copy_link(&source, &copy)?;
            continue;
        }
        let content = io(&source, std::fs::read(&source))?;
        if std::fs::read(&copy).is_ok_and(|old| old == content) {
            continue;
        }
        io(&copy, std::fs::write(&copy, content))?;
    }
    for entry in io(to, std::fs::read_dir(to))? {
        let entry = io(to, entry)?;
        if !names.contains(&entry.file_name()) {
            let path = entry.path();
            let is_folder = io(&path, entry.file_type())?.is_dir();
            io(&path, if is_folder { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) })?;
        }
    }
    Ok(())
}

/// Copies a link, which leads to the same place in the copy: the sources of the twins are links to `src`.
fn copy_link(from: &Path, to: &Path) -> Result<(), String> {
    let target = io(from, std::fs::read_link(from))?;
    if std::fs::read_link(to).is_ok_and(|old| old == target) {
        return Ok(());
    }
    if to.symlink_metadata().is_ok() {
        io(to, std::fs::remove_file(to))?;
    }
    #[cfg(unix)]
    return io(to, std::os::unix::fs::symlink(target, to));
    #[cfg(not(unix))]
    Err(format!("`{}` is a link, and cannot be copied here", to.display()))
}
