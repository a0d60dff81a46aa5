//! Runs the test of one structure, as an author writes it for lincheck: fails if lincheck finds a fault. Loads write too, so that none is stale.

#[path = "../../structures/of_lincheck_rmw.rs"]
mod structures;

#[path = "../../by_lincheck/pool_stack.rs"]
mod pool_stack;
#[path = "../../by_lincheck/treiber.rs"]
mod treiber;
#[path = "../../by_lincheck/trie.rs"]
mod trie;

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("treiber") => treiber::test::<true>(),
        Some("treiber-mended") => treiber::test::<false>(),
        Some("pool_stack") => pool_stack::test::<false>(),
        Some("pool_stack-mended") => pool_stack::test::<true>(),
        Some("trie") => trie::test::<true>(),
        Some("trie-mended") => trie::test::<false>(),
        other => {
            panic!("{other:?}: name a structure: treiber, pool_stack, trie, or one of them with -mended")
        }
    }
}
