//! What the attribute refuses: at the place, and with what to do.

#[test]
fn what_is_wrong_with_a_declaration_is_said_at_its_place() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/compile/*.rs");
}
