//! CI: what was not checked is told, and does not pass for checked; the configuration for GitHub runs all of it.

use std::process::Command;

/// The exit status of `.ci/unchecked` with these arguments, and what it says.
fn unchecked(arguments: &str, allowed: &str) -> (Option<i32>, String) {
    let mut command = Command::new("bash");
    command.arg(".ci/unchecked").args(arguments.split_whitespace()).env("ALLOW_UNCHECKED", allowed);
    let output = command.output().expect("bash is here: it runs CI");
    let told = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&told).into_owned())
}

#[test]
fn a_step_that_was_not_checked_fails_a_whole_run_unless_it_is_allowed() {
    let cases = [
        ("--here", "", 0, "everything was checked"),
        ("--all", "", 0, "everything was checked"),
        ("--here tlc proof", "", 0, "NOT checked on this machine: proof"),
        ("--all tlc proof", "", 1, "FAILED: tlc proof had to be checked"),
        ("--all tlc proof", "tlc", 1, "FAILED: proof had to be checked"),
        ("--all tlc proof", "proof tlc sanitize", 0, "NOT checked on this machine: tlc"),
        // A slip in a name allows nothing.
        ("--all tlc", "tcl", 2, "`tcl`, which is no optional step"),
        ("--all fuss", "", 2, "`fuss` is no optional step"),
        ("", "", 2, "--here|--all"),
    ];
    for (arguments, allowed, status, said) in cases {
        let (code, told) = unchecked(arguments, allowed);
        assert_eq!(code, Some(status), "{arguments}, ALLOW_UNCHECKED={allowed}: {told}");
        assert!(told.contains(said), "{arguments}, ALLOW_UNCHECKED={allowed}: {told}");
    }
}

/// Two names in one argument are no name.
#[test]
fn a_step_is_a_whole_name() {
    let output =
        Command::new("bash").args([".ci/unchecked", "--all", "book sanitize"]).output().expect("bash");
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The optional steps of `.ci/run` are those that `.ci/unchecked` knows.
#[test]
fn the_optional_steps_are_known() {
    let read = |name: &str| std::fs::read_to_string(name).expect("a script");
    let run = read(".ci/run");
    let names: Vec<&str> =
        run.lines().filter_map(|line| line.strip_prefix("optional ")?.split(' ').next()).collect();
    assert!(names.len() >= 3, "the steps are found: {names:?}");
    let known = read(".ci/unchecked");
    let known = known.lines().find_map(|line| line.strip_prefix("optional=(")?.strip_suffix(')'));
    let known: Vec<&str> = known.expect("the list of steps").split(' ').collect();
    assert!(names.iter().all(|name| known.contains(name)), "{names:?}, and .ci/unchecked knows {known:?}");
    assert!(run.ends_with("| tee target/ci/unchecked.txt\n") && run.contains("set -euo pipefail"));
}

/// A folder of programs: those that scripts need, and these, by their names and texts.
#[cfg(unix)]
fn programs(name: &str, made_up: &[(&str, &str)]) -> std::path::PathBuf {
    use std::fs::{Permissions, create_dir_all, remove_dir_all, set_permissions, write};
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("programs").join(name);
    let _ = remove_dir_all(&folder);
    create_dir_all(&folder).expect("a folder");
    let path = std::env::var_os("PATH").expect("programs");
    for name in ["bash", "chmod", "mktemp", "rm", "timeout"] {
        let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.exists());
        symlink(found.unwrap_or_else(|| panic!("{name} is not here")), folder.join(name)).expect("a link");
    }
    for (name, script) in made_up {
        let file = folder.join(name);
        write(&file, format!("#!/bin/sh\n{script}\n")).expect("a program");
        set_permissions(&file, Permissions::from_mode(0o755)).expect("it can be run");
    }
    folder
}

/// A browser that shows nothing is none, and where none is to be had, that is said: it is no failure.
#[test]
#[cfg(unix)]
fn a_browser_is_looked_for_and_installed_where_that_can_be_done() {
    let (root, user) = (("id", "echo 0"), ("id", "echo 1000"));
    let shows = "echo '<html><p>seen</p></html>'";
    let installs = r#"case "$*" in *install*) echo "echo '<p>seen</p>'" >"$FOLDER/chromium"; chmod +x "$FOLDER/chromium";; esac"#;
    let cases = [
        (vec![user], 3, "pages NOT looked at: no Chromium is on PATH"),
        (vec![root], 3, "pages NOT looked at: no Chromium is on PATH"),
        (vec![user, ("google-chrome", shows)], 0, "google-chrome"),
        (vec![user, ("chromium", "exit 1")], 3, "chromium shows no page"),
        (vec![user, ("chromium", "exit 1"), ("chromium-browser", shows)], 0, "chromium-browser"),
        (vec![root, ("apt-get", "exit 100")], 3, "apt-get could not install it"),
        (vec![user, ("apt-get", installs)], 3, "no Chromium is on PATH"),
        (vec![root, ("apt-get", installs)], 0, "chromium"),
    ];
    for (number, (made_up, status, said)) in cases.into_iter().enumerate() {
        let folder = programs(&number.to_string(), &made_up);
        let mut command = Command::new("bash");
        command.arg(".ci/browser").env("PATH", &folder).env("FOLDER", &folder);
        let output = command.output().expect("bash is here: it runs CI");
        let told = [output.stdout, output.stderr].concat();
        let told = String::from_utf8_lossy(&told);
        assert_eq!(output.status.code(), Some(status), "{made_up:?}: {told}");
        assert!(told.contains(said), "{made_up:?}: {told}");
    }
}

/// What the script looks for is what the tests take.
#[test]
fn the_script_and_the_tests_look_for_the_same_browsers() {
    let read = |name: &str| std::fs::read_to_string(name).expect("a file");
    let (script, tests) = (read(".ci/browser"), read("verification/verify/tests/page/browser.rs"));
    let names =
        script.lines().find_map(|line| line.strip_prefix("names=(")?.strip_suffix(')')).expect("names");
    let names = names.split(' ').map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
    assert!(tests.contains(&format!("let names = [{names}];")), "{names}");
}

/// An action by a branch or a tag can change under us; one by its commit cannot.
#[test]
fn the_workflow_runs_all_and_pins_its_actions() {
    let text = std::fs::read_to_string(".github/workflows/ci.yml").expect("a workflow");
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    assert!(lines.contains(&"run: .ci/run --all"));
    assert!(lines.contains(&"contents: read") && !text.contains("write"), "it may write nothing");
    let uses = lines.iter().filter_map(|line| line.split_once("uses: ")).map(|(_, action)| action);
    let mut count = 0;
    for action in uses {
        count += 1;
        let commit = action.split(['@', ' ']).nth(1).unwrap_or_default();
        let is_commit = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
        assert!(is_commit, "`{action}`: name the commit, and the version in a comment");
    }
    assert!(count > 0, "the actions are found");
}
