//! An answer in Rust, built with the checks of its lab, and run.

use super::channel::{Channel, Told};
use super::process::{self, Ended};
use crate::checked::Wrong;
use crate::host::Host;
use crate::places::read;
use runner::building;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// How long a check of an answer may take, whatever it does.
const LONGEST: Duration = Duration::from_secs(60);

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
        let channel = Channel::new().map_err(|error| Wrong::not_checked(error.to_string()))?;
        let mut command = Command::new(&self.program);
        command.arg(check).current_dir(self.program.parent().unwrap_or(Path::new(".")));
        // What a test sets for its own workers, and for those who look at them.
        command.env_remove("CHECKER_WORKER").env_remove("CHECKER_REPLAY");
        let ended = process::run(&mut command, &channel.address(), LONGEST);
        let Ended { status, errors } = ended.map_err(|why| Wrong::new("hang", why))?;
        // A result of a process that then came to harm is none.
        match channel.heard().filter(|_| status.success()) {
            Some(Ok(())) => Ok(()),
            Some(Err(told)) => Err(self.wrong(told)),
            None => {
                let last: Vec<&str> = errors.lines().rev().take(8).collect();
                let last: Vec<&str> = last.into_iter().rev().collect();
                Err(Wrong::new("crash", "The check came to no result.").drawn(last.join("\n")))
            }
        }
    }

    /// Files are named without the folder in which the answer was built, and without that of the repository.
    fn wrong(&self, told: Told) -> Wrong {
        let places: Vec<String> = [self.program.parent(), Some(self.root.as_path())]
            .into_iter()
            .flatten()
            .map(|place| format!("{}/", place.display()))
            .collect();
        let here = |text: &str| places.iter().fold(text.to_owned(), |text, place| text.replace(place, ""));
        let page = told.page.and_then(|page| read(&page).ok());
        let Told { kind, program, sentence, drawn, .. } = told;
        Wrong { kind, program, sentence, drawn: here(&drawn), page: page.as_deref().map(here) }
    }
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

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// What a check is told to have come to, whose process is this script. `$line` is what it was told; `$file` and `$word` are of that.
    fn came_to(script: &str) -> Result<(), String> {
        let place = tempfile::tempdir().expect("a folder");
        let program = place.path().join("answer");
        let field = |name: &str| format!("{name}=$(printf '%s' \"$line\" | sed 's/.*\"{name}\":\"\\([^\"]*\\)\".*/\\1/')\n");
        let head = format!("#!/bin/sh\nread -r line\n{}{}", field("file"), field("word"));
        std::fs::write(&program, format!("{head}{script}\n")).expect("written");
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("a program");
        let built = Built { program, root: place.path().to_owned() };
        built.run("check").map_err(|wrong| wrong.kind)
    }

    #[test]
    fn a_result_with_the_word_of_this_run_counts() {
        let passes = r#"printf '{"word":"%s","wrong":null}' "$word" > "$file""#;
        assert_eq!(came_to(passes), Ok(()));
        let fails = r#"printf '{"word":"%s","wrong":{"kind":"deadlock","sentence":"","drawn":""}}' "$word" > "$file""#;
        assert_eq!(came_to(fails), Err("deadlock".to_owned()));
    }

    /// What an answer writes that has got out of its list, and knows our sources, but not what this process was told.
    #[test]
    fn a_forged_result_is_no_pass() {
        for script in [
            "echo 'lab-answer: null'; echo 'null'",
            r#"echo '{"word":"","wrong":null}'"#,
            r#"printf '{"word":"%s","wrong":null}' 0000 > "$file""#,
            r#"printf '{"wrong":null}' > "$file""#,
            r#"printf '{"word":"%s","wrong":null}' "$word" > result"#,
            r#"printf '{"word":"%s","wrong":null}' "$word" > real; ln -s "$PWD/real" "$file""#,
            r#"printf '{"word":"%s","wrong":null}' "$word" > "$file"; exit 1"#,
            r#"printf '{"word":"%s","wrong":null}' "$word" > "$file"; kill -9 $$"#,
        ] {
            assert_eq!(came_to(script), Err("crash".to_owned()), "{script}");
        }
    }
}
