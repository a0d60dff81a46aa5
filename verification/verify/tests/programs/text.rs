//! The parser and its errors.

use linear::{ParseError, Program};
use test_support::hang::{TEST, watch_for};
use verify::subjects;

fn parse(text: &str) -> Result<Program, ParseError> {
    Program::parse(subjects::by_name("map").unwrap(), text)
}

#[test]
fn a_program_prints_as_it_was_typed() {
    let _watch = watch_for("the test", TEST);
    for text in
        ["store a 1; delete a || load_or_store a 2 || store b 1; load a", "|| load a", "clear || range"]
    {
        assert_eq!(parse(text).unwrap().to_string(), text);
    }
    assert_eq!(parse("  || load   a ").unwrap().to_string(), "|| load a");
}

#[test]
fn an_error_marks_its_place() {
    let _watch = watch_for("the test", TEST);
    let places = [
        ("store a 1 || lod a", "lod", "did you mean `load`?"),
        ("store a x || load a", "x", "usage: `store KEY VALUE`"),
        ("store A 1 || load a", "A", "usage: `store KEY VALUE`"),
        ("store a 1 2 || load a", "2", "usage: `store KEY VALUE`"),
        ("store a 1000 || load a", "1000", "usage: `store KEY VALUE`"),
        ("|| zzzzzzzz a", "zzzzzzzz", "operations of map"),
    ];
    for (text, marked, help) in places {
        let error = parse(text).unwrap_err();
        assert_eq!(&text[error.at..error.at + error.length], marked, "{text}");
        assert!(error.help.contains(help), "{text}: {}", error.help);
    }
    let nested = ["nested_range"; 11].join("; ");
    assert!(
        parse(&format!("store a 1; store b 1; store c 1 || {nested}"))
            .unwrap_err()
            .message
            .contains("66 moments")
    );
    for text in
        ["", "store a", "store a 1", "store a 1 ||", "|| load a || || load a", "|| load a;; load a", "ü || é"]
    {
        let error = parse(text).unwrap_err();
        assert!(!error.to_string().is_empty());
    }
    assert!(parse(&format!("|| {}", ["load a"; 6].join(" || "))).is_err());
}

#[test]
fn the_parser_never_panics() {
    let _watch = watch_for("the test", TEST);
    let pieces =
        ["store", "a", "1", ";", "||", "|", " ", "load", "é", "-", "99999999999999999999", "\t", "\n"];
    let mut seed = 1_u64;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..(seed % 9) {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            text.push_str(pieces[(seed >> 33) as usize % pieces.len()]);
        }
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        match parse(&text) {
            Ok(program) => {
                assert_eq!(parse(&program.to_string()).unwrap().to_string(), program.to_string())
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}
