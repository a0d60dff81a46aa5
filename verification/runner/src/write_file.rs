//! How files are written: whole or not at all, and as the user has set their place up.

use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes a file so that it is there whole, or not at all: to a temporary file in the same folder, which is renamed. Its mode stays.
///
/// A link stays a link: the file that it points to is written. What is there and is no regular file, a device or a pipe with
/// a name, cannot be replaced without being lost: it is written to.
///
/// # Errors
/// When it cannot be written, or is a folder.
pub fn write_whole(path: &Path, content: &[u8]) -> io::Result<()> {
    let target = behind_links(path)?;
    let old = match fs::metadata(&target) {
        Ok(old) if old.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        Ok(old) if !old.is_file() => return File::options().write(true).open(&target)?.write_all(content),
        Ok(old) => Some(old),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = temporary(folder)?;
    file.write_all(content)?;
    if let Some(old) = old.as_ref().map(Metadata::permissions) {
        file.as_file().set_permissions(old)?;
    }
    file.persist(&target)?;
    Ok(())
}

/// Temporary files are for their owner only by default; what is written is for whom the user's umask says.
fn temporary(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    let all = <fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o666);
    #[cfg(unix)]
    builder.permissions(all);
    builder.tempfile_in(folder)
}

/// As many as Linux follows.
const MOST_LINKS: usize = 40;

/// Where a path leads in the end. There need not be anything yet.
fn behind_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        if !fs::symlink_metadata(&path).is_ok_and(|found| found.file_type().is_symlink()) {
            return Ok(path);
        }
        let to = fs::read_link(&path)?;
        // A relative link is relative to its own folder.
        path = path.parent().unwrap_or(Path::new("")).join(to);
    }
    Err(io::Error::other("too many links, one after the other"))
}
