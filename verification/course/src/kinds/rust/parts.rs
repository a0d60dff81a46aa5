//! What every answer in Rust is built of: the library of `lab-answer`, and `checker`. Cargo builds them, once for this process; then an answer is one
//! call of the compiler, in a folder of its own, and mostly linking.
//!
//! The searches in an answer are those of these libraries. A program without an answer, the control, runs their self-tests: an answer that is
//! linked with the same ones does not run them again.

use super::channel::Channel;
use super::process;
use crate::checked::Wrong;
use crate::host::Host;
use runner::building;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

/// How long the self-tests may take.
const LONGEST: Duration = Duration::from_secs(300);

/// The check of the control: see `lab-answer`.
const CONTROL: &str = "control";

/// What answers are built of.
pub(super) struct Parts {
    /// The libraries that an answer names: each with its file.
    libraries: Vec<(&'static str, PathBuf)>,
    /// The program without an answer.
    pub(super) control: PathBuf,
}

/// The libraries that an answer, or its checks, name.
const LIBRARIES: [&str; 2] = ["checker", "lab_answer"];

pub(super) fn cargo(host: &dyn Host) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(host.root()).stdin(Stdio::null());
    // What a flag of the user's shell would build anew is not the student's matter.
    command.env_remove("RUSTFLAGS");
    command
}

/// The profile that this program was built with, from the folder that it is in.
fn profile() -> &'static str {
    let executable = std::env::current_exe().unwrap_or_default();
    let is_in = |name: &str| executable.ancestors().skip(1).take(2).any(|folder| folder.ends_with(name));
    if is_in("debug") { "dev" } else { "verify" }
}

impl Parts {
    /// Those of this process, built if need be, and the searches in them tested.
    ///
    /// # Errors
    /// Why there are none.
    pub(super) fn known(host: &dyn Host) -> Result<&'static Parts, Wrong> {
        static KNOWN: OnceLock<Result<Parts, String>> = OnceLock::new();
        let known = KNOWN.get_or_init(|| {
            let parts = Parts::built(host)?;
            parts.test_the_searches()?;
            Ok(parts)
        });
        known.as_ref().map_err(|error| Wrong::not_checked(format!("what answers are built of: {error}")))
    }

    fn built(host: &dyn Host) -> Result<Parts, String> {
        let mut command = cargo(host);
        // With both packages chosen, other packages are built with the features that this program was built with.
        command.args(["build", "--locked", "--profile", profile(), "--message-format", "json"]);
        command.args(["--package", "verify", "--package", "lab-answer"]);
        command.env_remove("SYNC_MAP_LAB_ANSWER").env_remove("SYNC_MAP_LAB_CHECKS");
        let output = building::cargo(&mut command, "what answers are built of");
        let output = output.map_err(|error| format!("cargo cannot be started: {error}"))?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stdout);
        let libraries = LIBRARIES.map(|name| Ok((name, library(&said, name)?)));
        let libraries = libraries.into_iter().collect::<Result<_, String>>()?;
        let program = program(&said).ok_or("cargo has not named the program `lab-answer`")?;
        Ok(Parts { libraries, control: kept(&program).map_err(|error| error.to_string())? })
    }

    /// The compiler, with all that it has to know of every answer.
    pub(super) fn compiler(&self, host: &dyn Host) -> Command {
        let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        command.current_dir(host.root()).arg(host.root().join("verification/lab-answer/src/main.rs"));
        // The searches are in the libraries, which are optimised. This is a little code, built often: to optimise it takes six times as long.
        command.args(["--crate-name", "answer", "--edition", "2024", "--cap-lints", "allow"]);
        command.args(["-Copt-level=0", "-Cdebuginfo=0", "-Cstrip=debuginfo"]);
        for (name, file) in &self.libraries {
            let folder = file.parent().unwrap_or(Path::new("."));
            let folder = if folder.ends_with("deps") { folder.to_owned() } else { folder.join("deps") };
            command.arg("--extern").arg(joined(&format!("{name}="), file));
            command.arg("-L").arg(joined("dependency=", &folder));
        }
        command
    }

    /// Lets the control run the self-tests of the searches, unless it has passed them already.
    fn test_the_searches(&self) -> Result<(), String> {
        let channel = Channel::new().map_err(|error| error.to_string())?;
        let mut command = Command::new(&self.control);
        command.arg(CONTROL).env_remove("CHECKER_WORKER").env_remove("CHECKER_REPLAY");
        let ended = process::run(&mut command, &channel.address(None), LONGEST)?;
        match channel.heard().filter(|_| ended.status.success()) {
            Some(Ok(())) => Ok(()),
            Some(Err(told)) => Err(format!("the searches do not pass their self-tests: {}", told.sentence)),
            None => Err(format!("the self-tests came to no result: {}", ended.errors)),
        }
    }
}

fn joined(head: &str, path: &Path) -> std::ffi::OsString {
    let mut joined = std::ffi::OsString::from(head);
    joined.push(path);
    joined
}

/// What cargo has built, a message on each line.
fn artifacts(said: &str) -> impl Iterator<Item = Value> {
    let messages = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    messages.filter(|message| message["reason"] == "compiler-artifact")
}

/// The file of a library.
fn library(said: &str, name: &str) -> Result<PathBuf, String> {
    let is_it = |message: &Value| message["target"]["name"] == name && message["target"]["kind"][0] == "lib";
    let files = artifacts(said).filter(is_it).filter_map(|message| {
        let files = message["filenames"].as_array()?.clone();
        files.iter().filter_map(Value::as_str).find(|file| file.ends_with(".rlib")).map(PathBuf::from)
    });
    match files.collect::<Vec<_>>().as_slice() {
        [one] => Ok(one.clone()),
        other => Err(format!("cargo has built {} libraries `{name}`, and one is needed", other.len())),
    }
}

/// The program without an answer.
fn program(said: &str) -> Option<PathBuf> {
    let is_it =
        |message: &Value| message["target"]["name"] == "lab-answer" && message["target"]["kind"][0] == "bin";
    artifacts(said).find(is_it).and_then(|message| message["executable"].as_str().map(PathBuf::from))
}

/// The control in a folder of its own, where what came of its self-tests is kept beside it: a copy, unless it is there already.
fn kept(program: &Path) -> std::io::Result<PathBuf> {
    let folder = program.parent().unwrap_or(Path::new(".")).join("lab-control");
    std::fs::create_dir_all(&folder)?;
    let control = folder.join("lab-answer");
    let text = std::fs::read(program)?;
    if std::fs::read(&control).ok().as_ref() != Some(&text) {
        // Whoever runs the old one goes on with it.
        let new = tempfile::NamedTempFile::new_in(&folder)?;
        std::fs::copy(program, new.path())?;
        new.into_temp_path().persist(&control)?;
    }
    Ok(control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_has_built_is_found_in_its_messages() {
        let said = concat!(
            r#"{"reason":"compiler-artifact","target":{"kind":["lib"],"name":"checker"},"filenames":["/t/deps/libchecker-1.rlib","/t/deps/libchecker-1.rmeta"]}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"kind":["bin"],"name":"lab-answer"},"filenames":["/t/lab-answer"],"executable":"/t/lab-answer"}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
        );
        assert_eq!(library(said, "checker"), Ok(PathBuf::from("/t/deps/libchecker-1.rlib")));
        assert_eq!(program(said), Some(PathBuf::from("/t/lab-answer")));
        assert!(library(said, "lab_answer").expect_err("it is not there").contains("0 libraries"));
    }
}
