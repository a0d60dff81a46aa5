//! The attribute `subject` of the crate `checker`.

mod declared;
mod refused;
mod written;

use proc_macro::TokenStream;
use syn::{ItemImpl, parse_macro_input};

/// Declares a structure under test by the signatures of its operations.
///
/// It stands before an `impl` block of the structure. The functions in it may have bodies: then the block stays. Or none: then they are those
/// of another block, and this one only says which they are.
///
/// | attribute of the block | |
/// |---|---|
/// | `spec = TYPE` | the sequential specification: `Default + Clone + Eq + Hash + Debug` |
/// | `name = "..."` | another name than that of the type |
/// | `loom` | it is built on loom's own types (by a `cfg` of its crate): explored by loom alone, whose own search skips interleavings |
///
/// | attribute of a function | |
/// |---|---|
/// | `#[init]` | makes a fresh one: no parameters |
/// | `#[op]` | an operation: `&self` and numbers, `bool` or `String` |
/// | `#[op(waits)]` | one whose calls may have to wait; the specification returns `checker::Wait` |
/// | `#[op(may_fail)]` | one that may fail for no reason: `None`, `false` or `Err`, and then no effect |
/// | `#[quiet]` | what is left in the end, `&mut self`: must agree with the specification |
/// | `#[invariant]` | what must hold in the end: `&mut self`, returns `Result<(), String>` |
///
/// | attribute of a parameter | which arguments the programs of a family have |
/// |---|---|
/// | none | a number that no other call has; of a `bool`, 0 and 1 |
/// | `#[key]` | a key: a letter in the text of a program, its number from 0 in the call |
/// | `#[values(1, 2)]` | each of these |
///
/// It writes a trait with the same signatures for the specification, named after the structure, `StackSpec` for `Stack`: implement it for
/// the type of the specification. A call there gets the same arguments, and must return what looks the same. The compiler holds the two
/// together.
#[proc_macro_attribute]
pub fn subject(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let arguments = parse_macro_input!(arguments as declared::Arguments);
    let block = parse_macro_input!(item as ItemImpl);
    let written = declared::Declared::read(arguments, block).map(written::write);
    written.unwrap_or_else(syn::Error::into_compile_error).into()
}
