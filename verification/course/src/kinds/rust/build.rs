//! An answer in Rust, built with the checks of its lab, and run.

use super::channel::{Channel, Told};
use super::parts::{Parts, cargo};
use super::process::{self, Ended};
use crate::checked::Wrong;
use crate::host::Host;
use crate::places::read;
use crate::waiting::during;
use runner::building;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// How long a check of an answer may take, whatever it does.
const LONGEST: Duration = Duration::from_secs(60);

/// An answer, built.
pub(super) struct Built {
    program: PathBuf,
    /// The repository.
    root: PathBuf,
    /// The program without an answer, which has run the self-tests of the searches.
    control: PathBuf,
}

/// How long the compiler may take for one answer.
const LONGEST_BUILD: Duration = Duration::from_secs(300);

impl Built {
    /// Builds an answer with these checks, in the folder of the answer: nobody else builds there.
    ///
    /// # Errors
    /// What the compiler says.
    pub(super) fn new(answer: &Path, checks: &Path, host: &dyn Host) -> Result<Built, Wrong> {
        let parts = Parts::known(host)?;
        let wrong =
            |error: std::io::Error| Wrong::not_checked(format!("the answer cannot be built: {error}"));
        let place = answer.parent().unwrap_or(Path::new("."));
        // What a student makes `pub` is for the checks.
        let module =
            |file: &Path, name: &str| format!("#[allow(unreachable_pub)]\n#[path = {file:?}]\nmod {name};\n");
        let lab = module(answer, "answer") + &module(checks, "checks");
        std::fs::write(place.join("lab.rs"), lab).map_err(wrong)?;
        let program = place.join("built");
        let mut command = parts.compiler(host);
        command.env("OUT_DIR", place).arg("-o").arg(&program);
        let ended = during("building your answer", || process::run(&mut command, "", LONGEST_BUILD));
        let Ended { status, errors } = ended.map_err(|_| {
            let sentence =
                format!("The compiler did not come to an end within {} s.", LONGEST_BUILD.as_secs());
            Wrong::new("does not compile", sentence)
        })?;
        match status.success() {
            true => Ok(Built { program, root: host.root(), control: parts.control.clone() }),
            false => Err(refused(status.code(), &errors, answer)),
        }
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
        let ended = process::run(&mut command, &channel.address(Some(&self.control)), LONGEST);
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

/// What a compiler that has failed says of an answer. It ends with 1 when it refuses a text; any other end is not the answer's, as far as we know.
fn refused(code: Option<i32>, said: &str, answer: &Path) -> Wrong {
    if code != Some(1) || was_killed(said) {
        let how = code.map_or_else(|| "it was killed".to_owned(), |code| format!("it ended with {code}"));
        let sentence = format!(
            "The compiler did not come to its end ({how}): perhaps there was too little memory. Your answer was not judged."
        );
        return Wrong::not_checked(sentence).drawn(errors(said, answer));
    }
    Wrong::new("does not compile", "The compiler refuses your answer.").drawn(errors(said, answer))
}

/// Whether cargo or the compiler says that what it had started was killed.
pub(in crate::kinds) fn was_killed(said: &str) -> bool {
    said.contains("(signal: ") || said.contains("terminated with signal")
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
        let field = |name: &str| {
            format!("{name}=$(printf '%s' \"$line\" | sed 's/.*\"{name}\":\"\\([^\"]*\\)\".*/\\1/')\n")
        };
        let head = format!("#!/bin/sh\nread -r line\n{}{}", field("file"), field("word"));
        std::fs::write(&program, format!("{head}{script}\n")).expect("written");
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("a program");
        let root = place.path().to_owned();
        let built = Built { program, control: root.join("control"), root };
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

    #[test]
    fn a_compiler_that_was_killed_is_not_the_answers_fault() {
        let answer = Path::new("/x/swap.rs");
        let kind = |code, said| refused(code, said, answer).kind;
        assert_eq!(kind(Some(1), "error: expected `;`\n --> /x/swap.rs:1:2"), "does not compile");
        assert_eq!(kind(None, ""), "not checked");
        assert_eq!(kind(Some(101), "thread 'rustc' panicked"), "not checked");
        assert_eq!(
            kind(Some(1), "collect2: fatal error: ld terminated with signal 9 [Killed]"),
            "not checked"
        );
        assert!(was_killed("error: could not compile `a`\n (signal: 9, SIGKILL: kill)"));
        assert!(refused(Some(1), "error: a\n --> /x/swap.rs:1:2", answer).drawn.contains("--> swap.rs:1:2"));
    }
}
