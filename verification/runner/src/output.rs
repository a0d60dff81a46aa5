//! The one writer to standard output, and to standard error: what cannot be written is noticed, and said once.
//!
//! A command goes on when its output is full: a report or a certificate that it writes as well is not lost. In the end it has
//! failed. When the reader has gone (`| head`), a command that only prints ends at once, and quietly; a run of checks goes on.

use std::fmt;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::OnceLock;

/// The exit status of a program whose reader has gone: 128 and the number of SIGPIPE.
const NOBODY_READS: i32 = 141;

/// The first failure to write what a command has found. Nothing is written after it.
static FAILED: OnceLock<String> = OnceLock::new();

/// Writes to standard output, with the arguments of `format!`, and a new line.
#[macro_export]
macro_rules! say {
    () => { $crate::output::write_out(format_args!("\n")) };
    ($($text:tt)+) => { $crate::output::write_out(format_args!("{}\n", format_args!($($text)+))) };
}

/// Writes to standard error, with the arguments of `format!`, and a new line.
#[macro_export]
macro_rules! complain {
    ($($text:tt)+) => { $crate::output::write_error(format_args!($($text)+)) };
}

/// Writes text as it is. Ends the program when nobody reads it.
pub fn write_out(text: fmt::Arguments<'_>) {
    if let Err(error) = try_write(text) {
        if error.kind() == ErrorKind::BrokenPipe {
            std::process::exit(NOBODY_READS);
        }
        FAILED.get_or_init(|| error.to_string());
    }
}

/// The same, for a run that does more than print: when nobody reads, it goes on.
pub fn write_if_read(text: fmt::Arguments<'_>) {
    match try_write(text) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => drop(FAILED.get_or_init(|| error.to_string())),
        _ => {}
    }
}

fn try_write(text: fmt::Arguments<'_>) -> io::Result<()> {
    if FAILED.get().is_some() {
        return Ok(());
    }
    let mut out = io::stdout().lock();
    // As one piece: `Stdout` writes a line when it is whole, and what is left when it is flushed.
    out.write_all(text.to_string().as_bytes())?;
    out.flush()
}

/// Writes a line to standard error. When that cannot be written, there is nowhere to say so.
pub fn write_error(text: fmt::Arguments<'_>) {
    drop(writeln!(io::stderr().lock(), "{text}"));
}

/// Whether a person reads.
pub fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Why something could not be written, if so.
pub fn failure() -> Option<&'static str> {
    FAILED.get().map(String::as_str)
}
