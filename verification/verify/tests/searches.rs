//! The quick part of `cargo verify` under `cargo test`: the searches lose nothing, and a sample of the scenarios holds
//! on both model engines.

use std::process::{Command, Stdio};
use test_support::hang::{COMMAND, TEST, watch_for};

fn verify(args: &[&str]) -> (Option<i32>, String) {
    let _watch = watch_for(format!("`verify {}`", args.join(" ")), COMMAND);
    let output = Command::new(env!("CARGO_BIN_EXE_verify"))
        .env_remove("CI")
        .args(args)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.code(), text)
}

/// 400 random programs against brute force; the crippled searches must miss outcomes.
#[test]
fn the_searches_find_all_outcomes_of_400_random_programs_and_crippled_ones_do_not() {
    let _watch = watch_for("the test", TEST);
    let (status, text) = verify(&["selftest", "--programs", "400", "--seed", "1"]);
    assert_eq!(status, Some(0), "{text}");
    for search in ["Loom", "StockLoom", "Sleep", "BrokenSleep"] {
        assert!(
            text.lines()
                .any(|line| line.contains(search) && line.contains("400 programs") && line.contains(": ok"))
        );
    }
}

/// One program is too few for stock loom to miss anything: the self-test must fail then, for it has shown nothing.
#[test]
fn a_self_test_that_does_not_bite_fails() {
    let _watch = watch_for("the test", TEST);
    let (status, text) = verify(&["selftest", "--programs", "1", "--seed", "1"]);
    assert_eq!(status, Some(1), "{text}");
    assert!(text.contains("StockLoom failed"), "{text}");
}

#[test]
fn the_scenarios_of_load_or_store_and_promotion_are_complete_on_both_engines() {
    let _watch = watch_for("the test", TEST);
    let (status, text) =
        verify(&["scenario", "los_*", "promote_*", "sb_*", "mp_*", "--mode", "leak,eager,sleep"]);
    assert_eq!(status, Some(0), "{text}");
    let last = text.lines().find(|line| line.starts_with("PASS  "));
    assert!(last.is_some_and(|last| last.ends_with("none failed, none was cut short")), "{text}");
}

/// Every operation from every state of its key.
#[test]
fn every_operation_from_every_state_is_complete_under_shuttle_and_loom() {
    let _watch = watch_for("the test", TEST);
    let states = [
        "*absent",
        "*live_in_read",
        "*deleted_in_read",
        "*expunged",
        "*live_in_dirty_only",
        "*deleted_in_dirty_only",
    ];
    let mut names: Vec<String> = Vec::new();
    let (_, list) = verify(&["list", "--format", "json"]);
    for line in list.lines() {
        let scenario: serde_json::Value = serde_json::from_str(line).unwrap();
        let name = scenario["name"].as_str().unwrap();
        if states.iter().any(|state| name.ends_with(&state[1..]) && name.contains('@')) {
            names.push(name.to_owned());
        }
    }
    assert_eq!(names.len(), 22 * 6);
    let mut args: Vec<&str> = vec!["scenario"];
    args.extend(names.iter().map(String::as_str));
    args.extend(["--mode", "leak,sleep"]);
    let (status, text) = verify(&args);
    assert_eq!(status, Some(0), "{text}");
    assert!(text.contains(&format!("{} complete", 2 * 22 * 6)), "{text}");
}
