//! The parser of programs: any text is a program or a mistake that is told, and what a program prints is that program.
#![no_main]

use libfuzzer_sys::fuzz_target;
use linear::{Answer, Call, Callback, Operation, Param, Program, Specification, State, Subject, op};

#[derive(Debug)]
struct Nothing;

impl Specification for Nothing {
    fn apply(&self, _call: &Call, _thread: i64, _state: &mut State) -> Answer {
        Answer::Unit
    }
}

static OPERATIONS: [Operation; 4] = [
    op("load", &[Param::Key], ""),
    op("store", &[Param::Key, Param::Value], ""),
    op("compare_and_swap", &[Param::Key, Param::Value, Param::Value], ""),
    op("range", &[], ""),
];

static SUBJECT: Subject = Subject {
    name: "map",
    about: "",
    operations: &OPERATIONS,
    specification: &Nothing,
    callbacks: &[Callback::Eq, Callback::Hash, Callback::Drop],
    reentry: Some("load #"),
    templates: None,
    is_long: false,
    is_wider_when_shipped: false,
};

fuzz_target!(|text: &str| {
    match Program::parse(&SUBJECT, text) {
        Ok(program) => {
            let printed = program.to_string();
            let again = Program::parse(&SUBJECT, &printed).expect("what a program prints is a program");
            assert_eq!(again.to_string(), printed);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
