//! The pages of the pack. Each is one file; links lead to other files of the pack and nowhere else.

use super::audited::Audited;
use super::beside::{Assumptions, Case, Gap, Threats, Trust};
use super::drawing;
use super::evidence::Known;
use super::ledger::{Holds, Quote};
use super::pack::Pack;
use super::unsafe_rows::Operation;
use crate::gallery::{Edit, Variant};
use crate::orderings::kept::{Notes, Record};
use crate::orderings::matrix::Row;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use pulldown_cmark::html::push_html;
use pulldown_cmark::{Event, Parser as MarkdownParser, Tag, TagEnd};

const STYLE: &str = "
body { font: 15px/1.45 sans-serif; margin: 1.5rem auto; max-width: 78rem; padding: 0 1rem; color: #111; background: #fff }
table { border-collapse: collapse; width: 100% }
td, th { border: 1px solid #ccc; padding: .3rem .5rem; text-align: left; vertical-align: top }
@media (max-width: 60rem) { table { display: block; overflow-x: auto } td, th { min-width: 7rem } }
th { background: #f3f3f3; position: sticky; top: 0 }
code, pre { font: 13px/1.4 monospace; overflow-wrap: anywhere }
blockquote p { margin: 0 }
pre { background: #f6f6f6; padding: .6rem; overflow-x: auto }
section { border-top: 1px solid #ccc; margin-top: 1.5rem }
blockquote { margin: .4rem 0; padding-left: .8rem; border-left: 3px solid #bbb }
.stale { color: #a40000 } .current { color: #006400 } .place { color: #555; font-size: 13px; overflow-wrap: anywhere } td.place { min-width: 9rem }
del { background: #fdd; text-decoration: none } ins { background: #dfd; text-decoration: none }
@media (prefers-color-scheme: dark) { svg { background: #fff } }
";

/// The pages, in the order in which they are read.
const PAGES: [(&str, &str); 9] = [
    ("index.html", "The pack"),
    ("case.html", "The assurance case"),
    ("matrix.html", "Promises"),
    ("variants.html", "Broken variants"),
    ("unsafe.html", "Unsafe code"),
    ("orderings.html", "Memory orderings"),
    ("assumptions.html", "Assumptions of use"),
    ("trust.html", "What is trusted"),
    ("threats.html", "Threats"),
];

fn page(title: &str, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                nav { @for (name, title) in PAGES { a href=(name) { (title) } " · " } }
                h1 { (title) }
                (body)
            }
        }
    };
    page.into_string()
}

/// Words of the sources, which are Markdown. A link of theirs leads out of the pack, so it is left as its words.
fn prose(words: &str) -> Markup {
    let is_link = |event: &Event<'_>| {
        matches!(
            event,
            Event::Start(Tag::Link { .. }) | Event::End(TagEnd::Link) | Event::Html(_) | Event::InlineHtml(_)
        )
    };
    let mut set = String::new();
    push_html(&mut set, MarkdownParser::new(words).filter(|event| !is_link(event)));
    PreEscaped(set)
}

fn place(quote: &Quote) -> Markup {
    html! { span.place { (quote.file) @if !quote.at.is_empty() { ", " code { (quote.at) } } } }
}

/// The same in one line, without a paragraph of its own.
fn line(words: &str) -> Markup {
    let PreEscaped(set) = prose(words);
    let set =
        set.trim().strip_prefix("<p>").and_then(|set| set.strip_suffix("</p>")).unwrap_or(&set).to_owned();
    PreEscaped(set)
}

fn variant_link(id: &str) -> Markup {
    html! {
        @if id.starts_with("specs/") { code { (id) } } @else { a href=(format!("variants.html#{id}")) { code { (id) } } }
    }
}

fn holds(of: Holds) -> Markup {
    match of {
        Holds::Current => html! { span.current { "this source" } },
        Holds::Stale => html! { span.stale { "an earlier source" } },
    }
}

/// The way in.
pub(super) fn index(source: &str, rows: &[Audited<'_>], files: &[String]) -> String {
    let checks: usize = rows.iter().map(|row| row.row.checks.len()).sum();
    let without = rows.iter().filter(|row| row.row.negative.is_empty()).count();
    let stale = rows.iter().flat_map(|row| &row.known).filter(|known| known.holds == Holds::Stale);
    let mut stale: Vec<&str> = stale.map(|known| known.file.as_str()).collect();
    stale.sort_unstable();
    stale.dedup();
    let body = html! {
        p { "What " code { "sync-map" } " promises, what checks each promise and how far, what breaks without it, and what is believed without a check." }
        p { "Made of " code { (source) } "." }
        ul {
            li { (rows.len()) " promises, " (checks) " checks." }
            li { (rows.len() - without) " promises have a broken variant that takes them away and was seen killed; for " (without) " the row says why none can be made." }
            li {
                @if stale.is_empty() { "All evidence that is kept is of this source." }
                @else { (stale.len()) " files of evidence are of an earlier source: " @for file in &stale { code { (file) } " " } }
            }
        }
        h2 { "Pages" }
        ul { @for (name, title) in &PAGES[1..] { li { a href=(name) { (title) } } } }
        h2 { "Data" }
        ul { @for name in files { li { a href=(name) { (name) } } } li { a href="SHA256SUMS" { "SHA256SUMS" } ": to check the files, " code { "sha256sum -c SHA256SUMS" } } }
    };
    page("The audit pack of sync-map", &body)
}

/// The matrix of promises.
pub(super) fn matrix(rows: &[Audited<'_>]) -> String {
    let body = html! {
        table {
            thead { tr { th { "promise" } th { "kind" } th { "checks" } th { "broken variants" } th { "evidence" } } }
            @for it in rows {
                tr {
                    td { a href=(format!("#{}", it.row.id)) { (it.row.id) } }
                    td { (it.row.kind) }
                    td { @for check in &it.row.checks { code { (check.command) } " " (check.verdict) @if !check.ci { " (not in CI)" } br; } }
                    td { @for id in &it.row.negative { (variant_link(id)) " " } @if it.row.negative.is_empty() { "none: " (it.row.no_negative) } }
                    td { (evidence(&it.known)) }
                }
            }
        }
        @for it in rows { (promise(it)) }
    };
    page("Promises", &body)
}

/// How much of it is of which source.
fn evidence(known: &[Known]) -> Markup {
    let many = |wanted: Holds| known.iter().filter(|known| known.holds == wanted).count();
    html! {
        @for of in [Holds::Current, Holds::Stale] { @if many(of) > 0 { (many(of)) " of " (holds(of)) br; } }
    }
}

fn promise(it: &Audited<'_>) -> Markup {
    let row = it.row;
    html! {
        section id=(row.id) {
            h2 { (row.id) }
            @for quote in row.quotes() { blockquote { (prose(&quote.text)) (place(&quote)) } }
            p { b { "Kind: " } (row.kind) ". " b { "Reviewed: " } (row.reviewed) "." }
            @for spec in &row.spec { p { b { "Specified: " } code { (spec.module) } " " (spec.properties.join(", ")) @if !spec.actions.is_empty() { "; actions " (spec.actions.join(", ")) } } }
            p {
                b { "Kept by: " }
                @for symbol in &row.code.symbols { code { (symbol) } " " }
                @for point in &row.code.lp { code { "LP(" (point) ")" } " " }
                @for ord in &row.code.ord { a href=(format!("orderings.html#{ord}")) { (ord) } " " }
                @for inv in &row.code.inv { (inv) " " }
            }
            table {
                thead { tr { th { "what looks" } th { "command" } th { "how far" } th { "verdict" } th { "in CI" } } }
                @for check in &row.checks {
                    tr { td { (check.engine) } td { code { (check.command) } } td { (check.bound) } td { (check.verdict) } td { (if check.ci { "yes" } else { "no" }) } }
                }
            }
            @for known in &it.known {
                p {
                    b { "Evidence: " }
                    @if let Some(own) = known.file.strip_prefix("docs/certificate/") { a href=(format!("certificate/{own}")) { (known.file) } }
                    @else { code { (known.file) } }
                    ", " (holds(known.holds)) ", SHA-256 " code { (known.sha256) }
                    @if let Some(commit) = &known.commit { ", commit " code { (commit) } }
                }
            }
            p {
                b { "Taken away by: " }
                @for (id, how) in &it.killed { (variant_link(id)) " (killed: " (how) ") " }
                @if row.negative.is_empty() { "none. " (row.no_negative) }
            }
            p { b { "Not covered: " } (line(&row.not_covered)) " " b { "Could still be wrong: " } (line(&row.residual)) }
        }
    }
}

/// The broken variants.
pub(super) fn variants(pack: &Pack) -> String {
    let body = html! { @for variant in pack.kills.variants() { (one_variant(variant, pack)) } };
    page("Broken variants", &body)
}

fn one_variant(variant: &Variant, pack: &Pack) -> Markup {
    let named = |ids: &[String]| ids.contains(&variant.id);
    let of: Vec<&str> =
        pack.ledger.promise.iter().filter(|row| named(&row.negative)).map(|row| row.id.as_str()).collect();
    html! {
        section id=(variant.id) {
            h2 { (variant.id) }
            p { (variant.title) ". Breaks: " (variant.breaks) "." }
            (prose(&variant.about))
            p { "Takes away: " @for id in &of { a href=(format!("matrix.html#{id}")) { (id) } " " } @if of.is_empty() { "no row names it." } }
            @for edit in &variant.edit { (diff(edit)) }
            p { "Program of " code { (variant.subject) } ": " code { (variant.program) } }
            p {
                @for (checker, kinds) in &variant.kills { "Killed by " code { (checker) } ": " (kinds.list().join(", ")) ". " }
                @if let Some(test) = &variant.test { "Killed by the test " code { (test.package) " " (test.target) " " (test.name) } ". " }
            }
            p { code { "cargo verify mutants " (variant.id) } }
        }
    }
}

fn diff(edit: &Edit) -> Markup {
    html! {
        p.place { (edit.file) }
        pre {
            @for line in edit.find.trim_matches('\n').lines() { del { "- " (line) } "\n" }
            @for line in edit.replace.trim_matches('\n').lines() { ins { "+ " (line) } "\n" }
        }
    }
}

/// The unsafe operations.
pub(super) fn unsafe_code(rows: &[Operation]) -> String {
    let body = html! {
        p { (rows.len()) " operations. What must hold comes from the class of the operation, why it holds from the comment above it in the source." }
        table {
            thead { tr { th { "place" } th { "operation" } th { "what must hold" } th { "why it holds" } th { "broken by" } th { "address sanitizer" } } }
            @for row in rows {
                tr {
                    td.place { (row.place) br; (row.at) }
                    td { code { (row.code) } }
                    td { (row.condition) " " (row.inv.join(", ")) }
                    td { (line(&row.holds)) }
                    td { @for id in &row.variants { (variant_link(id)) " " } (row.no_variant) }
                    td { (line(&row.address)) }
                }
            }
        }
    };
    page("Unsafe code", &body)
}

/// The orderings: what breaks when one is weaker.
pub(super) fn orderings(record: &Record, notes: &Notes) -> String {
    let body = html! {
        p { "Each ordering weakened by a word under loom, in " (record.programs) " programs. " i { "Needed" } " is a schedule that fails; not needed is no proof. The programs of the map are too large for the enumerator of RC11; what it says of small programs beside loom is the page docs/litmus.md." }
        @for site in sync_map::orderings::ALL {
            section id=(site.id) {
                h2 { (site.id) " " (site.name) ": " (crate::orderings::ordering_name(site.ordering)) }
                @if record.rows.iter().any(|row| row.id == site.id) {
                    table {
                        thead { tr { th { "weaker" } th { "needed" } th { "smallest program that fails" } } }
                        @for row in record.rows.iter().filter(|row| row.id == site.id) { (weaker(row)) }
                    }
                } @else { p { "No ordering is weaker: there is nothing to try." } }
                @if let Some(note) = notes.row.get(site.id) {
                    @if let Some(kept) = &note.kept { p { b { "Kept all the same. " } (kept) } }
                    @if let Some(limits) = &note.limits { p { b { "Beyond loom. " } (limits) } }
                }
            }
        }
    };
    page("Memory orderings", &body)
}

fn weaker(row: &Row) -> Markup {
    html! {
        tr {
            td { (row.weaker) }
            td { (if row.needed { "needed" } else { "not needed" }) }
            td {
                @if let Some(killer) = &row.killer { (killer.subject) ": " code { (killer.program) } " " (killer.kind()) }
                @else { "none of " (row.programs) " programs, " (row.executions) " executions" }
            }
        }
    }
}

/// Assumptions of use.
pub(super) fn assumptions(table: &Assumptions) -> String {
    let body = html! {
        p { "What a user must see to. What safe code can break in memory safety is no assumption, but a bug." }
        @for row in &table.assumption {
            section id=(row.id) {
                h2 { (row.id) }
                p { (line(&row.assumes)) } p { b { "If not: " } (line(&row.if_not)) }
                @for quote in &row.stated { blockquote { (prose(&quote.text)) (place(quote)) } }
                p { b { "Shown by: " } @if row.test.is_empty() { "no test. " (row.no_test) } @else { code { (row.test) } } }
            }
        }
    };
    page("Assumptions of use", &body)
}

/// The trust base, and where a model is not what ships.
pub(super) fn trust(trust: &Trust, gaps: &[Gap]) -> String {
    let body = html! {
        table {
            thead { tr { th { "what" } th { "trusted for" } th { "how its error would show" } th { "known against it" } } }
            @for row in &trust.trusted {
                tr {
                    td { b { (row.name) } " " (row.version) br; @for name in &row.uses { code { (name) } " " } }
                    td { (line(&row.trusted_for)) } td { (line(&row.error_shows)) } td { (line(&row.known)) }
                }
            }
        }
        h2 { "Where a model is not what ships" }
        table {
            thead { tr { th { "gap" } th { "what it is" } th { "marked at" } } }
            @for gap in gaps { tr { td { (gap.name) } td { (line(&gap.says)) } td.place { @for place in &gap.places { (place) br; } } } }
        }
    };
    page("What is trusted", &body)
}

/// The threats.
pub(super) fn threats(threats: &Threats) -> String {
    let body = html! {
        table {
            thead { tr { th { "" } th { "who" } th { "reaches" } th { "tries" } th { "what comes of it" } th { "limited by" } } }
            @for row in &threats.threat {
                tr id=(row.id) {
                    td { (row.id) } td { (row.who) } td { (row.reaches) } td { (line(&row.tries)) } td { (line(&row.comes_of_it)) }
                    td {
                        @for id in &row.limited_by { a href=(format!("matrix.html#{id}")) { (id) } " " }
                        @for id in &row.assumptions { a href=(format!("assumptions.html#{id}")) { (id) } " " }
                    }
                }
            }
        }
    };
    page("Threats", &body)
}

/// The assurance case.
pub(super) fn case(case: &Case) -> String {
    let drawing = drawing::svg(case, |id| format!("matrix.html#{id}"));
    let body = html! {
        p { "Each claim rests on those to its right; each claim at the end, on rows of the ledger." }
        (PreEscaped(drawing))
    };
    page("The assurance case", &body)
}
