//! `cargo verify`
fn main() {
    verify::worker::serve().unwrap();
}
