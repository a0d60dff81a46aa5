//! Runs all structures, faulty and mended, and writes the table of `docs/others.md`.

use checker::{Explored, Subject, family};
use others::deque::Deque;
use others::once::Once;
use others::pool_stack::PoolStack;
use others::skip_list::SkipList;
use others::treiber::Treiber;
use others::trie::Entry;
use std::path::Path;

const BEGIN: &str = "<!-- others: begin -->\n";
const END: &str = "<!-- others: end -->";

/// The row of a structure: what the family finds in the faulty one, and that the mended one passes it.
fn row<Faulty: Subject, Mended: Subject>(what: &str, size: &str) -> String {
    let found: Explored = family::<Faulty>(size).explore();
    let failure = found.failure.as_ref().unwrap_or_else(|| panic!("nothing was found: {found}"));
    let passes = family::<Mended>(size).run();
    // In a table, a bar ends a cell.
    let program = failure.program.replace('|', "\\|");
    format!(
        "| {what} | {} | `{program}` | {} | {:.1} s | {size}: {} programs, {} executions | {:.0} s |\n",
        failure.kind,
        failure.steps,
        found.time.as_secs_f64(),
        passes.programs,
        passes.executions,
        passes.time.as_secs_f64()
    )
}

fn main() {
    let rows = [
        row::<Treiber<true>, Treiber<false>>("Treiber's stack", "2x2"),
        row::<PoolStack<false>, PoolStack<true>>("a stack of pooled nodes", "1+3"),
        row::<SkipList<true>, SkipList<false>>("the lowest level of a skip list", "2x2"),
        row::<Entry<true>, Entry<false>>("an entry of a hash-trie map", "2x2"),
        row::<Once<true>, Once<false>>("a cell that is set once", "2x2"),
        row::<Deque<false>, Deque<true>>("a work-stealing deque", "2x2"),
    ];
    let head = "| structure | found | smallest program | steps | time | mended, COMPLETE | time |\n|---|---|---|---:|---:|---|---:|\n";
    let table = format!("{head}{}", rows.concat());
    print!("{table}");
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/others.md");
    let text = std::fs::read_to_string(&page).expect("the page is there");
    let (before, rest) = text.split_once(BEGIN).expect("the page has a place for the table");
    let (_, after) = rest.split_once(END).expect("and the end of it");
    std::fs::write(&page, format!("{before}{BEGIN}{table}{END}{after}")).expect("the page is written");
}
