//! `cargo verify play` with its input from a pipe.

use std::io::Write;
use std::process::{Command, Output, Stdio};
use test_support::hang::{COMMAND, TEST, watch_for};

const PROGRAM: &str = "store a 1 || load_or_store a 2 || delete a";

fn play(args: &[&str], typed: &str) -> Output {
    let _watch = watch_for(format!("`verify play {}`", args.join(" ")), COMMAND);
    let mut command = Command::new(env!("CARGO_BIN_EXE_verify"));
    command.arg("play").args(args).env_remove("COLUMNS");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary runs");
    // A game that is over does not read the rest.
    drop(child.stdin.take().expect("a pipe").write_all(typed.as_bytes()));
    child.wait_with_output().expect("the game ends")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What a game printed that ended with this status.
fn printed(args: &[&str], typed: &str, status: i32) -> String {
    let output = play(args, typed);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(status), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(!text.contains('\u{1b}'), "no colours in a pipe: {text}");
    for line in text.lines().filter(|line| !line.contains("cargo verify play")) {
        assert!(line.chars().count() <= 80, "80 columns: {line}");
    }
    text
}

#[test]
fn a_game_that_is_won_prints_a_schedule_that_replays_to_the_same_outcome() {
    let _watch = watch_for("the test", TEST);
    let text = printed(&[PROGRAM, "--goal", "1"], "t 0\nt 1\n", 0);
    assert!(text.contains("The goal is outcome 1: loaded 1 || true -> {}"), "{text}");
    assert!(text.contains("The goal is reached."), "{text}");
    let command = text.lines().find(|line| line.contains("--schedule")).expect("a command").trim();
    let schedule =
        command.strip_prefix(&format!("cargo verify play '{PROGRAM}' --schedule ")).expect(command);
    let again = printed(&[PROGRAM, "--schedule", schedule], "", 0);
    assert!(again.contains("OUTCOME 1: loaded 1 || true -> {}"), "{again}");
    let steps = |text: &str| -> Vec<String> {
        let is_step = |line: &&str| {
            let mut words = line.split_whitespace();
            words.next().is_some_and(|word| word.parse::<usize>().is_ok()) && words.next() == Some("thread")
        };
        // The list of choices has a colon after the thread.
        text.lines().filter(is_step).filter(|line| !line.contains(": ▶")).map(str::to_owned).collect()
    };
    let of_replay = steps(&again);
    assert!(of_replay.len() > 10, "{again}");
    assert!(of_replay.iter().all(|step| text.contains(step.as_str())), "each step was in the game: {again}");
    assert!(!again.contains("Which thread"), "nothing is asked: {again}");
}

/// Thread 1 has the mutex first: from then on thread 0 cannot find the value.
#[test]
fn the_step_that_loses_the_goal_is_named_and_undone() {
    let _watch = watch_for("the test", TEST);
    let typed = "2\n2\n2\no\nu\no\nu 9\nu\nq\n";
    let text = printed(&[PROGRAM, "--goal", "1"], typed, 0);
    let (before, after) = text.split_once("lock map's mutex\nStep 3 has lost the goal").expect(&text);
    assert!(before.contains("     2  thread 1  read → none, amended"), "{text}");
    assert!(!before.contains("has lost"), "{text}");
    let told: Vec<&str> =
        after.lines().filter(|line| line.contains("no longer") || line.contains("can be reached")).collect();
    let lost = "      no longer: the last choice that lost it was step 3";
    assert_eq!(
        &told[1..],
        [lost, "      can be reached", "      can be reached", "      can be reached"],
        "{text}"
    );
    assert!(text.contains("There is no choice to take back."), "{text}");
}

#[test]
fn what_cannot_be_typed_is_named_and_the_end_of_the_input_ends_the_game() {
    let _watch = watch_for("the test", TEST);
    let text = printed(&[PROGRAM], "jump\n3\ng 7\nt 9\n\u{1}\n?\ns\n1", 0);
    for said in [
        "`jump` cannot be typed here",
        "3 is not in the list: the list has the numbers 1 to 2",
        "7: the outcomes that are known have the numbers 1 to 2",
        "Thread 9 cannot step here.",
        "let the thread with that number in the list step",
        "No thread goes on: pick one from the list.",
        "     1  thread 0  ▶ load_or_store a 2",
        "The input has ended, and so does the game.",
        "--schedule 0",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let other_bytes = play(&[PROGRAM], "");
    assert_eq!(other_bytes.status.code(), Some(0));
}

#[test]
fn an_outcome_that_no_execution_has_cannot_be_reached_and_one_that_was_missed_is_told_at_the_end() {
    let _watch = watch_for("the test", TEST);
    // A thread that is alone has no choice: its only execution is over before anything is asked.
    let alone = printed(&["store a 1 || load a"], "", 0);
    assert!(alone.contains("OUTCOME 1: 1 -> {a:1}") && !alone.contains("Which thread"), "{alone}");
    let missed = printed(&[PROGRAM, "--goal", "2"], "t 0\nt 1\no\nq\n", 0);
    assert!(missed.contains("OUTCOME 1: loaded 1") && missed.contains("has lost the goal"), "{missed}");
    let wrong = printed(&["|| ok || wrong", "--subject", "canary", "--schedule", "0"], "", 1);
    assert!(wrong.contains("FAILED: not linearizable"), "{wrong}");
    let scenario = printed(&["sb_two_keys"], "q\n", 0);
    assert!(scenario.contains("store a 1; load b"), "{scenario}");
}

#[test]
fn a_tree_that_is_cut_is_told_and_the_game_goes_on_all_the_same() {
    let _watch = watch_for("the test", TEST);
    let text = printed(&[PROGRAM, "--positions", "3", "--goal", "1"], "o\n1\n1\n1\no\nt 0\nt 1\n", 0);
    assert!(text.contains("not known") && text.contains("the tree was cut at 3 positions"), "{text}");
    let (before, _) = text.split_once("The goal is reached.").expect(&text);
    assert!(!before.contains("no longer") && !before.contains("never"), "{text}");
}

#[test]
fn mistakes_on_the_command_line_are_exit_2() {
    let _watch = watch_for("the test", TEST);
    for (args, said) in [
        (
            &[PROGRAM, "--schedule", "0,x"][..],
            "`x` is not the number of a thread; a schedule looks like 0,1,1,0",
        ),
        (
            &[PROGRAM, "--schedule", "9"],
            "number 1 of the schedule is thread 9, which cannot step there: thread 0 or 1 can",
        ),
        (
            &["store a 1 || load a", "--schedule", "0,0"],
            "the schedule has 2 numbers, but the execution has ended after 0",
        ),
        (&[PROGRAM, "--goal", "3"], "--goal 3: the outcomes that are known have the numbers 1 to 2"),
        (&["no_such_scenario"], "`no_such_scenario` is not a scenario"),
        (&["|| lod a"], "did you mean `load`?"),
        (&[PROGRAM, "--format", "json"], "play prints no JSON"),
        (&["|| ok || abort", "--subject", "canary"], "cannot be played: crash"),
    ] {
        let output = play(args, "");
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {error}");
        assert!(error.contains(said), "{args:?}: {error}");
    }
}
