//! Runs the family of one structure of `others`: fails if the checker finds a fault.

use checker::family;
use others::pool_stack::PoolStack;
use others::treiber::Treiber;
use others::trie::Entry;

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("treiber") => family::<Treiber<true>>("2x2").run(),
        Some("treiber-mended") => family::<Treiber<false>>("2x2").run(),
        Some("pool_stack") => family::<PoolStack<false>>("1+3").run(),
        Some("pool_stack-mended") => family::<PoolStack<true>>("1+3").run(),
        Some("trie") => family::<Entry<true>>("2x2").run(),
        Some("trie-mended") => family::<Entry<false>>("2x2").run(),
        other => {
            panic!("{other:?}: name a structure: treiber, pool_stack, trie, or one of them with -mended")
        }
    };
}
