//! What hostile reviewers got through once, and what would end the reader.

use super::words::refused;

fn told(text: &str) -> Option<String> {
    refused(text, false).err().map(|wrong| wrong.drawn)
}

/// What hostile reviewers got through.
#[test]
fn what_a_tree_does_not_show_is_refused() {
    for (text, what) in [
        ("fn f() { r#std::fs::write(\"x\", \"y\"); }", "the raw name `r#std`"),
        ("use std::sync::r#atomic::AtomicBool;", "the raw name"),
        ("fn f() { vec![{ use std::fs; fs::write(\"x\", \"y\").is_ok() }]; }", "`use` inside a macro"),
        ("fn f() { vec![{ return std::process::exit(0) }]; }", "std::process"),
        ("fn f() { vec![{ #[path = \"/x.rs\"] mod m; 1 }]; }", "inside a macro"),
        ("#[doc = include!(\"/etc/passwd\")] pub struct A;", "the macro `include`"),
        ("#[inline = include_str!(\"x\")] fn f() {}", "the macro `include_str`"),
        ("use self::super::checks;", "`super`"),
        ("use checker::*;", "`checker::*`"),
        ("fn f() { vec![{ static X: std::sync::atomic::AtomicU8 = todo!(); }]; }", "inside a macro"),
        ("fn f() { assert!(std::{process}::id() == 1) }", "`std`"),
    ] {
        let told = told(text).unwrap_or_else(|| panic!("{text} is allowed"));
        assert!(told.contains(what), "{text}: {told}");
    }
}

#[test]
fn what_would_overflow_the_reader_is_refused_or_read() {
    let nested = format!("fn f() -> u8 {{ {}1{} }}", "(".repeat(20_000), ")".repeat(20_000));
    assert!(told(&nested).expect("refused").contains("so deep a nesting"));
    assert!(told(&format!("fn f() -> bool {{ {}true }}", "!".repeat(40_000))).is_some());
    assert_eq!(told(&format!("fn f() -> u8 {{ 0{} }}", "+0".repeat(20_000))), None);
    assert_eq!(told(&format!("fn f(a: A) {{ a{}; }}", ".b()".repeat(10_000))), None);
}
