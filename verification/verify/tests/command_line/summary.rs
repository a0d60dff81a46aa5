//! What a person sees at the end of a run: its length, its columns, its colours.

use super::*;

/// Every scenario on real threads, once: as many as a whole run has.
const ALL: [&str; 6] = ["scenario", "*", "--engine", "threads", "--schedules", "64"];

#[test]
fn a_pass_has_at_most_sixty_lines_with_engines_as_columns() {
    let _watch = watch_for("the test", TEST);
    let output = verify(&ALL);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{text}{}", stderr(&output));
    let lines: Vec<&str> = text.lines().collect();
    assert!((5..=60).contains(&lines.len()), "{} lines:\n{text}", lines.len());
    assert!(lines[0].trim_end().ends_with("threads") && lines[1].contains("stress"), "{text}");
    assert!(lines.iter().any(|line| line.starts_with("✓ map (")), "{text}");
    assert!(text.contains("(SAMPLED): no proof"), "the first run explains its words: {text}");
    assert!(lines.last().is_some_and(|last| last.starts_with("PASS  ")), "{text}");
    assert!(!text.contains('\x1b'), "a pipe has no colours: {text}");
    // All of it is there when it is asked for.
    let verbose = stdout(&verify(&[&ALL[..], &["--verbose"]].concat()));
    let verdicts = verbose.lines().filter(|line| line.starts_with("SAMPLED(")).count();
    let rows = verbose.lines().filter(|line| line.starts_with("✓ ")).count();
    assert!(verdicts >= 300 && rows == verdicts, "{verdicts} verdicts, {rows} rows: {verbose}");
}

/// What is written on a terminal of 80 columns, the last bytes of which are the output.
#[cfg(unix)]
fn on_a_terminal(args: &[&str], variables: &[(&str, &str)]) -> Option<String> {
    let words = args.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ");
    let command = format!("stty cols 80 rows 40; '{}' {words}", env!("CARGO_BIN_EXE_verify"));
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command", &command, "/dev/null"]);
    script.env("TERM", "xterm-256color").env_remove("NO_COLOR").envs(variables.iter().copied());
    match script.stdin(Stdio::null()).output() {
        Ok(output) => Some(stdout(&output)),
        Err(error) => {
            eprintln!("NOT CHECKED: no terminal, for `script` cannot be run: {error}");
            None
        }
    }
}

/// The colours of a text: `ESC [ 32 m` and so on.
#[cfg(unix)]
fn colours(text: &str) -> usize {
    let codes = text.split("\x1b[").skip(1);
    let is_colour = |code: &str| {
        let end = code.find(|c: char| c.is_ascii_alphabetic());
        end.is_some_and(|end| code[end..].starts_with('m') && end > 0 && !code.starts_with("0m"))
    };
    codes.filter(|code| is_colour(code)).count()
}

#[cfg(unix)]
#[test]
fn a_terminal_has_colours_unless_no_color_is_set_and_eighty_columns_are_enough() {
    let _watch = watch_for("the test", TEST);
    let args = ["scenario", "los_*", "range*", "--engine", "threads", "--schedules", "64"];
    let Some(text) = on_a_terminal(&args, &[]) else { return };
    assert!(text.contains("\x1b[32mPASS\x1b[0m"), "{text:?}");
    assert!(colours(&text) > 1, "{text:?}");
    // What stands when the bars are gone: lines without movements of the cursor.
    let table = text.lines().skip_while(|line| !line.contains("threads\x1b[0m"));
    let lines: Vec<&str> =
        table.map(|line| line.rsplit("\x1b[2K").next().unwrap_or(line).trim_end_matches('\r')).collect();
    assert!(lines.len() > 5, "{text:?}");
    for line in lines {
        let mut width = 0;
        let mut rest = line;
        while let Some(next) = rest.chars().next() {
            rest = match rest.strip_prefix("\x1b[") {
                Some(code) => code.split_once('m').map_or("", |(_, rest)| rest),
                None => {
                    width += 1;
                    &rest[next.len_utf8()..]
                }
            };
        }
        assert!(width <= 80, "{width} columns: {line:?}");
    }
    let plain = on_a_terminal(&args, &[("NO_COLOR", "1")]).expect("as above");
    assert!(plain.contains("PASS  ") && colours(&plain) == 0, "{plain:?}");
}
