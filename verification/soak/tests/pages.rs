//! The book says of each variant of the gallery what came of it under load, or why nothing did.

use std::path::Path;

#[test]
fn the_page_has_the_table_that_the_command_writes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let written = soak::tables::page(&root).unwrap_or_else(|why| panic!("\n{why}\n"));
    let page = std::fs::read_to_string(root.join("docs/soak.md")).unwrap();
    assert!(page == written, "docs/soak.md has another table: `cargo verify soak tables` writes it");
}

#[test]
fn the_page_of_the_limits_has_a_table() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = std::fs::read_to_string(root.join("docs/limits.md")).unwrap();
    assert!(
        page.contains("| keys | 1000000 keys |") && page.contains("| threads | 64 threads |"),
        "run `cargo verify soak limits --write`"
    );
}
