//! An answer in Rust, built with the checks of its lab, and run.

use crate::checked::Wrong;
use crate::host::Host;
use crate::places::read;
use runner::building;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How long a check of an answer may take, whatever it does.
const LONGEST: Duration = Duration::from_secs(60);

/// Begins the line with the result: see `lab-answer`.
const RESULT: &str = "lab-answer: ";

/// No answer of a check is longer.
const MOST_BYTES: u64 = 16 << 20;

/// An answer, built.
pub(super) struct Built {
    program: PathBuf,
    /// The repository.
    root: PathBuf,
}

fn cargo(host: &dyn Host) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(host.root()).stdin(Stdio::null());
    // What a flag of the user's shell would build anew is not the student's matter.
    command.env_remove("RUSTFLAGS");
    command
}

/// The profile that this program was built with, from the folder that it is in.
fn profile() -> (&'static str, &'static str) {
    let executable = std::env::current_exe().unwrap_or_default();
    let is_in = |name: &str| executable.ancestors().skip(1).take(2).any(|folder| folder.ends_with(name));
    if is_in("debug") { ("dev", "debug") } else { ("verify", "verify") }
}

impl Built {
    /// Builds an answer with these checks.
    ///
    /// # Errors
    /// What the compiler says.
    pub(super) fn new(answer: &Path, checks: &Path, host: &dyn Host) -> Result<Built, Wrong> {
        let (profile, folder) = profile();
        let mut command = cargo(host);
        // With both packages chosen, the answer is built from the same builds of other packages that this program was built from.
        command.args([
            "build",
            "--locked",
            "--profile",
            profile,
            "--package",
            "verify",
            "--package",
            "lab-answer",
        ]);
        command.env("SYNC_MAP_LAB_ANSWER", answer).env("SYNC_MAP_LAB_CHECKS", checks);
        let output = building::cargo(&mut command, "your answer");
        let output =
            output.map_err(|error| Wrong::not_checked(format!("cargo cannot be started: {error}")))?;
        if !output.status.success() {
            let said = errors(&String::from_utf8_lossy(&output.stderr), answer);
            return Err(Wrong::new("does not compile", "The compiler refuses your answer.").drawn(said));
        }
        let target =
            std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| host.root().join("target"), PathBuf::from);
        let built = target.join(folder).join("lab-answer");
        // The next answer is built in the same place.
        let kept = answer.with_extension("built");
        let copied = std::fs::copy(&built, &kept);
        copied.map_err(|error| Wrong::not_checked(format!("`{}`: {error}", built.display())))?;
        Ok(Built { program: kept, root: host.root() })
    }

    /// Runs a check.
    ///
    /// # Errors
    /// What is wrong with the answer.
    pub(super) fn run(&self, check: &str) -> Result<(), Wrong> {
        let mut command = Command::new(&self.program);
        command.arg(check).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.current_dir(self.program.parent().unwrap_or(Path::new(".")));
        // The workers of the check go with it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let ended = within(&mut command, LONGEST);
        let (output, errors) = ended.map_err(|why| Wrong::new("hang", why))?;
        let line = output.lines().rev().find_map(|line| line.strip_prefix(RESULT));
        let Some(line) = line else {
            let last: Vec<&str> = errors.lines().rev().take(8).collect();
            let last: Vec<&str> = last.into_iter().rev().collect();
            return Err(Wrong::new("crash", "The check came to no result.").drawn(last.join("\n")));
        };
        let told: Option<Told> =
            serde_json::from_str(line).map_err(|error| Wrong::not_checked(error.to_string()))?;
        told.map_or(Ok(()), |told| Err(told.wrong([self.program.parent(), Some(&self.root)])))
    }
}

/// What a check answers.
#[derive(serde::Deserialize)]
struct Told {
    kind: String,
    program: Option<String>,
    sentence: String,
    drawn: String,
    page: Option<PathBuf>,
}

impl Told {
    /// Files are named without the folder in which the answer was built, and without that of the repository.
    fn wrong(self, places: [Option<&Path>; 2]) -> Wrong {
        let places: Vec<String> =
            places.into_iter().flatten().map(|place| format!("{}/", place.display())).collect();
        let here = |text: &str| places.iter().fold(text.to_owned(), |text, place| text.replace(place, ""));
        let page = self.page.and_then(|page| read(&page).ok());
        let (kind, program, sentence) = (self.kind, self.program, self.sentence);
        Wrong { kind, program, sentence, drawn: here(&self.drawn), page: page.as_deref().map(here) }
    }
}

/// The output of a command, or that it did not end.
fn within(command: &mut Command, patience: Duration) -> Result<(String, String), String> {
    let mut child = command.spawn().map_err(|error| format!("it cannot be started: {error}"))?;
    let read = |pipe: Option<Box<dyn Read + Send>>| {
        std::thread::spawn(move || {
            let mut text = Vec::new();
            let _ = pipe.map(|pipe| pipe.take(MOST_BYTES).read_to_end(&mut text));
            String::from_utf8_lossy(&text).into_owned()
        })
    };
    let output = read(child.stdout.take().map(|pipe| Box::new(pipe) as _));
    let errors = read(child.stderr.take().map(|pipe| Box::new(pipe) as _));
    let started = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(_)) => break,
            Ok(None) if started.elapsed() < patience => std::thread::sleep(Duration::from_millis(10)),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("Your answer did not end within {} s.", patience.as_secs()));
            }
        }
    }
    Ok((output.join().unwrap_or_default(), errors.join().unwrap_or_default()))
}

/// The first errors of the compiler, with the student's file by its name.
fn errors(said: &str, answer: &Path) -> String {
    let name = answer.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let said = said.replace(&*answer.to_string_lossy(), &name);
    let lines: Vec<&str> = said.lines().collect();
    let from = lines.iter().position(|line| line.starts_with("error")).unwrap_or(0);
    lines[from..].iter().take(24).copied().collect::<Vec<_>>().join("\n")
}

/// What rustfmt and clippy say of an answer.
pub(super) fn lint(answer: &Path, checks: &Path, host: &dyn Host) -> Vec<String> {
    let mut wrong = Vec::new();
    let config = host.root();
    let formatted = Command::new("rustfmt")
        .args(["--check", "--edition", "2024"])
        .arg(answer)
        .arg("--config-path")
        .arg(config)
        .output();
    match formatted {
        Ok(output) if output.status.success() => {}
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            wrong.push(format!("rustfmt: {}", said.lines().take(12).collect::<Vec<_>>().join("\n")));
        }
        Err(error) => wrong.push(format!("rustfmt cannot be started: {error}")),
    }
    let mut command = cargo(host);
    command.args(["clippy", "--locked", "--no-deps", "--package", "lab-answer", "--", "-D", "warnings"]);
    command.env("SYNC_MAP_LAB_ANSWER", answer).env("SYNC_MAP_LAB_CHECKS", checks);
    match building::cargo(&mut command, "the lints") {
        Ok(output) if output.status.success() => {}
        Ok(output) => {
            wrong.push(format!("clippy: {}", errors(&String::from_utf8_lossy(&output.stderr), answer)))
        }
        Err(error) => wrong.push(format!("clippy cannot be started: {error}")),
    }
    wrong
}
