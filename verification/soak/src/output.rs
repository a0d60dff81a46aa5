//! Standard output: what cannot be written is noticed and said once; a reader who has gone does not end a run.

use std::fmt::Arguments;
use std::io::{ErrorKind, IsTerminal, Write};
use std::path::Path;
use std::sync::OnceLock;

/// Why something could not be written.
static FAILED: OnceLock<String> = OnceLock::new();

/// Prints a line.
#[macro_export]
macro_rules! say {
    ($($text:tt)+) => { $crate::output::line(format_args!($($text)+)) };
}

/// See [`say!`].
pub fn line(text: Arguments<'_>) {
    clear_progress();
    if FAILED.get().is_some() {
        return;
    }
    let mut out = std::io::stdout().lock();
    match out.write_all(format!("{text}\n").as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            FAILED.get_or_init(|| format!("the output could not be written: {error}"));
        }
        _ => {}
    }
}

/// Says on standard error what could not be done.
pub fn complain(text: &str) {
    clear_progress();
    drop(writeln!(std::io::stderr().lock(), "error: {text}"));
}

/// On a terminal, one line that is written over.
pub fn progress(text: &str) {
    if std::io::stderr().is_terminal() {
        drop(write!(std::io::stderr().lock(), "\r\x1b[2K{text}"));
    }
}

fn clear_progress() {
    progress("");
}

/// Why something could not be written, if so.
pub fn failure() -> Option<&'static str> {
    FAILED.get().map(String::as_str)
}

/// Notes that something could not be written.
pub fn failed(why: String) {
    complain(&why);
    FAILED.get_or_init(|| why);
}

/// Writes a file whole or not at all. A device or a pipe is written to.
///
/// # Errors
/// What went wrong, with the name of the file.
pub fn write_file(path: &Path, text: &str) -> Result<(), String> {
    let is_other = std::fs::metadata(path).is_ok_and(|there| !there.is_file());
    let write = || -> std::io::Result<()> {
        if is_other {
            return std::fs::OpenOptions::new().write(true).open(path)?.write_all(text.as_bytes());
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        let mut builder = tempfile::Builder::new();
        // Temporary files are for their owner only by default; what is written is for whom the user's umask says.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(|error| format!("`{}` could not be written: {error}", path.display()))
}
