//! What the families find in each structure with its fault, and that they find nothing in the mended one.

use checker::{Explored, Level, Subject, family};
use others::deque::Deque;
use others::once::Once;
use others::pool_stack::PoolStack;
use others::skip_list::SkipList;
use others::treiber::Treiber;
use others::trie::Entry;

/// No drawing unfolds more steps.
const STEPS: usize = 12;

/// The fault is found in this way, by a family of this size; and the mended structure passes the same family.
fn finds<Faulty: Subject, Mended: Subject>(size: &str, kinds: &[&str]) {
    let found: Explored = family::<Faulty>(size).explore();
    let failure = found.failure.as_ref().unwrap_or_else(|| panic!("nothing was found: {found}"));
    println!("{found}\n{}", failure.drawn);
    assert!(kinds.contains(&failure.kind.as_str()), "{}", failure.kind);
    assert!(failure.steps <= STEPS, "{} steps", failure.steps);
    let passes = family::<Mended>(size).run();
    println!("{passes}");
    assert_eq!(passes.verdict, Level::Complete);
}

#[test]
fn a_stack_that_frees_what_it_pops_is_used_after_that() {
    finds::<Treiber<true>, Treiber<false>>("2x2", &["use after free"]);
}

#[test]
fn a_stack_of_pooled_nodes_has_aba() {
    finds::<PoolStack<false>, PoolStack<true>>("1+3", &["not linearizable"]);
}

#[test]
fn a_skip_list_that_removes_first_loses_a_key_for_a_moment() {
    finds::<SkipList<true>, SkipList<false>>("2x2", &["not linearizable"]);
}

#[test]
fn an_entry_that_compares_and_then_stores_loses_a_swap() {
    finds::<Entry<true>, Entry<false>>("2x2", &["not linearizable"]);
}

#[test]
fn a_once_that_may_not_fail_comes_to_where_it_must_not() {
    finds::<Once<true>, Once<false>>("2x2", &["panic"]);
}

#[test]
fn a_deque_without_fences_gives_its_last_element_twice() {
    finds::<Deque<false>, Deque<true>>("2x2", &["not linearizable"]);
}
