//! The same configurations and seeded bugs through TLC, the official checker: a second opinion on the modules, and on
//! tla-checker. It needs Java and a `tla2tools.jar`, neither of which cargo can bring.

use crate::expected::folder;
use crate::modules::Cfg;
use crate::run::{Finding, Verdict};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

// How TLC ends (`tlc2.output.EC.ExitStatus`): all states were visited, no process can go on, a property fails. Anything else is
// a failure of the run.
const SUCCESS: i32 = 0;
const DEADLOCK: i32 = 11;
const SAFETY: i32 = 12;
const LIVENESS: i32 = 13;

/// Runs a module with a cfg, in a folder of its own: TLC writes beside what it reads.
pub fn run(jar: &Path, module: &str, cfg: &Cfg) -> Finding {
    let started = Instant::now();
    let properties: Vec<String> = cfg.invariants.iter().chain(&cfg.properties).cloned().collect();
    let finding = match output(jar, module, cfg) {
        Ok((status, output)) => judge(status, &output, &properties),
        Err(message) => Finding::failed(message),
    };
    Finding { properties, seconds: started.elapsed().as_secs_f64(), ..finding }
}

fn output(jar: &Path, module: &str, cfg: &Cfg) -> Result<(Option<i32>, String), String> {
    let error = |error: std::io::Error| error.to_string();
    let jar = std::path::absolute(jar).map_err(error)?;
    if !jar.is_file() {
        return Err(format!("`{}` is not there", jar.display()));
    }
    let work = tempfile::tempdir().map_err(error)?;
    for entry in std::fs::read_dir(folder()).map_err(error)? {
        let path = entry.map_err(error)?.path();
        if path.extension().is_some_and(|extension| extension == "tla") {
            std::fs::copy(&path, work.path().join(path.file_name().unwrap_or_default())).map_err(error)?;
        }
    }
    std::fs::write(work.path().join("run.cfg"), cfg.to_string()).map_err(error)?;
    let output = Command::new("java")
        .current_dir(work.path())
        .arg("-XX:+UseParallelGC")
        .arg(format!("-Djava.io.tmpdir={}", work.path().display()))
        .arg("-cp")
        .arg(jar)
        .args(["tlc2.TLC", "-workers", "1", "-metadir", "states", "-config", "run.cfg", module])
        .output()
        .map_err(|error| format!("java cannot be started: {error}"))?;
    Ok((output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned()))
}

/// The number before these words, on the last line that has them.
fn number(output: &str, words: &str) -> Option<usize> {
    let line = output.lines().rev().find(|line| line.contains(words))?;
    line.split(words).next()?.split_whitespace().next_back()?.replace(',', "").parse().ok()
}

fn judge(status: Option<i32>, output: &str, properties: &[String]) -> Finding {
    let states = number(output, " distinct states found").unwrap_or(0);
    let none = Finding::failed(String::new());
    match status {
        Some(SUCCESS) if output.contains("No error has been found") => {
            let left = number(output, " states left on queue");
            let verdict = if left == Some(0) { Verdict::Complete } else { Verdict::Truncated };
            let message = (left != Some(0)).then(|| "TLC has left states on its queue".to_owned());
            Finding { verdict, states, message, ..none }
        }
        Some(status @ (DEADLOCK | SAFETY | LIVENESS)) => {
            let errors: Vec<&str> = output.lines().filter(|line| line.starts_with("Error: ")).collect();
            let broken = match properties {
                _ if status == DEADLOCK => Some("Deadlock".to_owned()),
                // TLC does not name every kind; of a bug only one property is checked.
                [one] => Some(one.clone()),
                _ => None,
            };
            let steps = output.lines().filter(|line| line.starts_with("State ")).count().checked_sub(1);
            let tlc_steps = steps.filter(|_| status != LIVENESS);
            Finding { states, broken, tlc_steps, message: Some(errors.join(" ")), ..none }
        }
        _ => {
            let last: Vec<&str> = output.lines().rev().take(6).collect();
            let last: Vec<&str> = last.into_iter().rev().collect();
            Finding::failed(format!("TLC ends with {status:?}: {}", last.join(" ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "Model checking completed. No error has been found.\n\
        35,759 states generated, 16,439 distinct states found, 0 states left on queue.\n";

    #[test]
    fn all_states_without_an_error_are_complete() {
        let finding = judge(Some(0), WHOLE, &["INV1".into()]);
        assert_eq!((finding.verdict, finding.states, finding.message), (Verdict::Complete, 16_439, None));
    }

    #[test]
    fn states_left_on_the_queue_are_no_pass() {
        let output = WHOLE.replace(", 0 states left", ", 7 states left");
        assert_eq!(judge(Some(0), &output, &["INV1".into()]).verdict, Verdict::Truncated);
    }

    #[test]
    fn a_violation_is_of_the_one_property_and_has_its_length() {
        let output = "Error: Invariant INV3 is violated.\nState 1: <Initial predicate>\nState 2: <Rd1>\n\
            101 states generated, 51 distinct states found, 7 states left on queue.\n";
        let finding = judge(Some(12), output, &["INV3".into()]);
        assert_eq!((finding.verdict, finding.steps()), (Verdict::Failed, Some(1)));
        assert_eq!(finding.broken.as_deref(), Some("INV3"));
        // Of several, a configuration: whichever it was, it fails.
        assert_eq!(judge(Some(12), output, &["INV3".into(), "INV4".into()]).verdict, Verdict::Failed);
    }

    #[test]
    fn a_deadlock_is_no_violation_of_the_property_that_was_asked_for() {
        let output = "Error: Deadlock reached.\nState 1: <Initial predicate>\n";
        assert_eq!(judge(Some(11), output, &["INV3".into()]).broken.as_deref(), Some("Deadlock"));
        assert_eq!(judge(Some(10), "Error: Assumption is false.\n", &["INV3".into()]).broken, None);
    }

    #[test]
    fn a_behaviour_that_goes_on_for_ever_has_no_shortest_length() {
        let output =
            "Error: Temporal properties were violated.\n\nState 1: <Initial predicate>\nState 2: <Rd1>\n";
        let finding = judge(Some(13), output, &["Termination".into()]);
        assert_eq!((finding.broken.as_deref(), finding.steps()), (Some("Termination"), None));
    }

    #[test]
    fn anything_else_is_a_failure_that_says_what_tlc_said() {
        let finding = judge(Some(150), "***Parse Error***\nWas expecting a module\n", &["INV1".into()]);
        assert!(finding.verdict == Verdict::Failed && finding.broken.is_none());
        assert!(finding.message.unwrap().contains("Was expecting a module"));
    }
}
