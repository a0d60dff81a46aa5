//! The commands of a row: whether a reader can type them, and whether CI runs them.

use super::files::Files;
use crate::families;

/// A command that can be typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// `cargo verify …`, with what follows.
    Verify(Vec<String>),
    /// `cargo test …`: the package, and what follows.
    Test(String, Vec<String>),
    /// A script of the repository, and what follows.
    Script(String, Vec<String>),
}

/// Whether what follows `cargo verify` can be typed: the command line of the binary says so.
pub type Accepts<'a> = &'a dyn Fn(&[String]) -> Result<(), String>;

/// Reads a command.
///
/// # Errors
/// Why it cannot be typed.
pub fn read(command: &str, files: &Files, accepts: Accepts<'_>) -> Result<Typed, String> {
    let words = shlex::split(command).ok_or_else(|| format!("`{command}`: a quote is not closed"))?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    match words.as_slice() {
        ["cargo", "verify", rest @ ..] => {
            let rest = owned(rest);
            accepts(&rest)?;
            Ok(Typed::Verify(rest))
        }
        ["cargo", "test", rest @ ..] => {
            let rest = owned(rest);
            let package = value(&rest, "-p").unwrap_or("sync-map").to_owned();
            test(&package, &rest, files)?;
            Ok(Typed::Test(package, rest))
        }
        [script, rest @ ..] if files.get(script).is_some() => {
            Ok(Typed::Script((*script).to_owned(), owned(rest)))
        }
        _ => Err(format!(
            "`{command}` is no `cargo verify`, no `cargo test`, and no script of this repository"
        )),
    }
}

/// What follows an option.
fn value<'w>(words: &'w [String], option: &str) -> Option<&'w str> {
    let place = words.iter().position(|word| word == option)?;
    words.get(place + 1).map(String::as_str)
}

/// The folder of a package, from the root, with its slash; nothing if there is none of this name.
pub fn folder_of<'f>(package: &str, files: &'f Files) -> Option<&'f str> {
    let line = format!("name = \"{package}\"");
    let of = |(name, text): (&'f str, &'f str)| {
        let folder = name.strip_suffix("Cargo.toml")?;
        let own = text.split_once("[package]")?.1.lines().any(|it| it == line);
        own.then_some(folder)
    };
    files.all().filter(|(name, _)| name.ends_with("Cargo.toml")).find_map(of)
}

/// The files of a test target.
pub fn target<'f>(folder: &str, target: &str, files: &'f Files) -> Vec<(&'f str, &'f str)> {
    let (one, many) = (format!("{folder}tests/{target}.rs"), format!("{folder}tests/{target}/"));
    files
        .all()
        .filter(|(name, _)| *name == one || (name.starts_with(&many) && name.ends_with(".rs")))
        .collect()
}

/// Whether a package has the target, and the target the tests that are asked for.
fn test(package: &str, words: &[String], files: &Files) -> Result<(), String> {
    let folder = folder_of(package, files).ok_or_else(|| format!("there is no package `{package}`"))?;
    let of_target = match value(words, "--test") {
        Some(name) => {
            let found = target(folder, name, files);
            if found.is_empty() {
                return Err(format!("the package `{package}` has no test target `{name}`"));
            }
            found
        }
        None => files.all().filter(|(name, _)| name.starts_with(folder) && name.ends_with(".rs")).collect(),
    };
    let taken: Vec<&str> =
        ["-p", "--test", "--features"].iter().filter_map(|option| value(words, option)).collect();
    let own = words.iter().take_while(|word| *word != "--").map(String::as_str);
    for name in own.filter(|word| !word.starts_with('-') && !taken.contains(word)) {
        let last = name.rsplit("::").next().unwrap_or(name);
        let is_there = |(_, text): &(&str, &str)| {
            text.match_indices("fn ").any(|(at, _)| {
                let name: String =
                    text[at + 3..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                name.contains(last)
            }) || text.contains(&format!("mod {last}"))
        };
        if !of_target.iter().any(is_there) {
            return Err(format!("no test of the package `{package}` is named `{name}`"));
        }
    }
    Ok(())
}

/// Whether CI runs it: as a step of `.ci/run`, or as a part of `cargo verify` or of `cargo test` there.
pub fn is_in_ci(command: &str, typed: &Typed, files: &Files) -> bool {
    let run = files.get(".ci/run").unwrap_or_default();
    let steps: Vec<&str> = run
        .lines()
        .filter_map(|line| line.split_once("step ").filter(|(before, _)| !before.contains('#')))
        .map(|(_, rest)| rest)
        .collect();
    let optional: Vec<&str> = run
        .lines()
        .filter_map(|line| line.strip_prefix("optional ")?.split_once(' ').map(|(_, rest)| rest))
        .collect();
    if steps.contains(&command) || optional.contains(&command) {
        return true;
    }
    match typed {
        Typed::Verify(words) => {
            let all =
                steps.iter().any(|step| *step == "cargo verify" || step.starts_with("cargo verify --report"));
            all && is_in_the_quick_profile(words)
        }
        Typed::Test(package, words) => {
            let all = steps.contains(&"cargo test");
            let features = words.iter().any(|word| word == "--all-features");
            let is_default = folder_of(package, files).is_some_and(|folder| {
                let member = if folder.is_empty() { "." } else { folder.trim_end_matches('/') };
                files.get("Cargo.toml").unwrap_or_default().lines().any(|line| {
                    line.starts_with("default-members") && line.contains(&format!("\"{member}\""))
                })
            });
            let with_all =
                steps.iter().any(|step| step.contains(&format!("cargo test -p {package} --all-features")));
            if features { with_all } else { all && is_default }
        }
        Typed::Script(name, _) => {
            steps.iter().chain(&optional).any(|step| step.split(' ').next() == Some(name.as_str()))
        }
    }
}

/// Scenarios on the engines that they are run on, the families of every run, and the self-tests.
fn is_in_the_quick_profile(words: &[String]) -> bool {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] | ["selftest"] => true,
        ["scenario", names @ ..] => names.iter().all(|name| !name.starts_with('-')),
        ["family", ..] => {
            let typed = format!("cargo verify {}", words.join(" "));
            let quick = [families::quick(), families::helping()].into_iter().chain(families::lawless(false));
            quick.into_iter().any(|run| run.command() == typed)
        }
        _ => false,
    }
}
