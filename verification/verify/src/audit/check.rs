//! The audit of a ledger: whether what each row says is so.

use super::beside::{ASSUMPTIONS, CASE, Case, THREATS, TRUST};
use super::evidence::known;
use super::ledger::{Check, Holds, KINDS, PROMISES, Promise, Quote};
use super::orphans::{self, Spoken};
use super::pack::Pack;
use super::problem::Problem;
use super::typed::{self, Accepts};
use super::unsafe_rows;
use super::words::{self, missing};
use std::collections::BTreeSet;

const VERDICTS: [&str; 4] = ["COMPLETE", "BOUNDED", "SAMPLED", "PASS"];

/// Everything that is wrong.
pub fn problems(pack: &Pack, scenarios: &[String], accepts: Accepts<'_>) -> Vec<Problem> {
    let mut all = Vec::new();
    let mut spoken = Spoken::default();
    let mut ids = BTreeSet::new();
    for promise in &pack.ledger.promise {
        if !ids.insert(promise.id.as_str()) {
            all.push(Problem::new(PROMISES, &promise.id, "id", "another row has it".into()));
        }
        let mut row = Row { pack, promise, problems: &mut all };
        row.fields();
        row.quotes();
        row.code();
        row.spec(&mut spoken);
        row.checks(&mut spoken, accepts);
        row.evidence();
        row.negative();
    }
    all.extend(unsaid(pack));
    all.extend(orphans::problems(&pack.ledger, &spoken, scenarios, &pack.files));
    all.extend(unsafe_rows::problems(&pack.unsafe_rows, &pack.sources, |id| pack.kills.how(id).map(|_| ())));
    all.extend(assumptions(pack, accepts));
    all.extend(trust(pack));
    all.extend(threats(pack, &ids));
    all.extend(case(&pack.case, &ids));
    all
}

/// A row that is being checked.
struct Row<'a> {
    pack: &'a Pack,
    promise: &'a Promise,
    problems: &'a mut Vec<Problem>,
}

impl Row<'_> {
    fn wrong(&mut self, field: &str, what: String) {
        self.problems.push(Problem::new(PROMISES, &self.promise.id, field, what));
    }

    fn fields(&mut self) {
        let promise = self.promise;
        let is_id = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !promise.id.chars().all(is_id) {
            self.wrong("id", "it has other signs than small letters, digits and `-`".into());
        }
        if !KINDS.contains(&promise.kind.as_str()) {
            self.wrong("kind", format!("`{}` is none of: {}", promise.kind, KINDS.join(", ")));
        }
        let said = [("not_covered", &promise.not_covered), ("residual", &promise.residual)];
        for (field, text) in said {
            if text.trim().is_empty() {
                self.wrong(field, "it is empty".into());
            }
        }
        if !is_day(&promise.reviewed) {
            self.wrong("reviewed", format!("`{}` is no day: write 2026-11-30", promise.reviewed));
        }
    }

    fn quotes(&mut self) {
        let pack = self.pack;
        for (place, quote) in self.promise.quotes().enumerate() {
            if let Some(what) = words::problem(&quote, &pack.files, &pack.sources) {
                let field = if place == 0 { "text".to_owned() } else { format!("also[{}]", place - 1) };
                self.wrong(&field, what);
            }
        }
    }

    fn code(&mut self) {
        let (pack, code) = (self.pack, &self.promise.code);
        for symbol in &code.symbols {
            if !pack.sources.values().any(|source| source.named(symbol).next().is_some()) {
                self.wrong("code.symbols", format!("no source has `{symbol}`"));
            }
        }
        let in_src = |words: &str| pack.files.below("src/", ".rs").any(|(_, text)| text.contains(words));
        for point in &code.lp {
            if !in_src(&format!("LP({point})")) {
                self.wrong("code.lp", format!("no comment of `src/` says `LP({point})`"));
            }
        }
        for row in &code.ord {
            if !sync_map::orderings::ALL.iter().any(|site| site.id == row) {
                self.wrong("code.ord", format!("`src/orderings.rs` has no {row}"));
            }
        }
        for invariant in &code.inv {
            if !pack.has_invariant(invariant) {
                self.wrong("code.inv", format!("ARCHITECTURE.md has no {invariant}"));
            }
        }
    }

    fn spec(&mut self, spoken: &mut Spoken) {
        for spec in &self.promise.spec {
            let Some(text) = self.pack.files.get(&spec.module) else {
                self.wrong("spec.module", format!("there is no file `{}`", spec.module));
                continue;
            };
            // A module may say it of what it extends.
            let folder = spec.module.rsplit_once('/').map_or("", |(folder, _)| folder);
            let mut texts = vec![text];
            texts.extend(self.pack.files.below(folder, ".tla").map(|(_, text)| text));
            for name in spec.properties.iter().chain(&spec.actions) {
                let defines = |text: &&str| text.lines().any(|line| defines(line, name));
                if name != "Deadlock" && !texts.iter().any(defines) {
                    self.wrong("spec", format!("`{}` does not define `{name}`", spec.module));
                }
            }
            spoken.properties.extend(spec.properties.iter().map(|name| format!("{} {name}", spec.module)));
        }
    }

    fn checks(&mut self, spoken: &mut Spoken, accepts: Accepts<'_>) {
        let (pack, promise) = (self.pack, self.promise);
        if promise.checks.is_empty() {
            self.wrong("checks", "nothing checks it".into());
        }
        for (place, check) in promise.checks.iter().enumerate() {
            let field = format!("checks[{place}]");
            if !VERDICTS.contains(&check.verdict.as_str()) {
                self.wrong(
                    &format!("{field}.verdict"),
                    format!("`{}` is none of: {}", check.verdict, VERDICTS.join(", ")),
                );
            }
            match typed::read(&check.command, &pack.files, accepts) {
                Err(why) => self.wrong(&format!("{field}.command"), why),
                Ok(typed) => {
                    spoken.hear(&typed);
                    let in_ci = typed::is_in_ci(&check.command, &typed, &pack.files);
                    self.check(&field, check, in_ci);
                }
            }
        }
    }

    fn check(&mut self, field: &str, check: &Check, in_ci: bool) {
        if check.ci && !in_ci {
            self.wrong(&format!("{field}.ci"), format!("`.ci/run` does not run `{}`", check.command));
        }
        if !check.ci && self.promise.evidence.is_empty() {
            let what = format!("CI does not run `{}`, and nothing is kept of it", check.command);
            self.wrong("evidence", what);
        }
    }

    fn evidence(&mut self) {
        for (place, evidence) in self.promise.evidence.iter().enumerate() {
            let field = format!("evidence[{place}]");
            match known(&evidence.file, &self.pack.files) {
                Err(why) => self.wrong(&format!("{field}.file"), why),
                Ok(known) if evidence.holds == Holds::Current && known.holds == Holds::Stale => {
                    let again = known.command.unwrap_or_else(|| "its command".into());
                    let what = format!(
                        "`{}` is of an earlier source, and the row says current: run {again}, or write stale",
                        evidence.file
                    );
                    self.wrong(&format!("{field}.holds"), what);
                }
                // A row may be modest.
                Ok(_) => {}
            }
        }
    }

    fn negative(&mut self) {
        let promise = self.promise;
        let is_said = !promise.no_negative.trim().is_empty();
        if promise.negative.is_empty() && !is_said {
            self.wrong(
                "negative",
                "no broken variant takes it away, and `no_negative` does not say why none can be made".into(),
            );
        }
        if !promise.negative.is_empty() && is_said {
            self.wrong("no_negative", "it says why there is no variant, and there is one".into());
        }
        for id in &promise.negative {
            if let Err(why) = self.pack.kills.how(id) {
                self.wrong("negative", why);
            }
        }
    }
}

/// Whether a line of a specification defines this name.
fn defines(line: &str, name: &str) -> bool {
    line.strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', '(']) && rest.contains("=="))
}

fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let digits =
        |part: &str, many: usize| part.len() == many && part.bytes().all(|byte| byte.is_ascii_digit());
    matches!(parts.as_slice(), [year, month, day] if digits(year, 4) && digits(month, 2) && digits(day, 2))
}

/// Promises of the documents that no row has.
fn unsaid(pack: &Pack) -> Vec<Problem> {
    let mut quotes: Vec<Quote> = pack.ledger.promise.iter().flat_map(Promise::quotes).collect();
    quotes.extend(pack.assumptions.assumption.iter().flat_map(|row| row.stated.clone()));
    let statements = words::labelled(&pack.sources).into_iter().chain(words::of_documents(&pack.files));
    let tell = |statement: words::Statement| {
        let left = missing(&statement, &quotes)?;
        let place = format!("{} {}", statement.file, statement.at);
        let what = format!("no row has this promise: {left}");
        Some(Problem::new(PROMISES, place.trim(), "also", what))
    };
    statements.filter_map(tell).collect()
}

fn assumptions(pack: &Pack, accepts: Accepts<'_>) -> Vec<Problem> {
    let mut all = Vec::new();
    for (row, number) in pack.assumptions.assumption.iter().zip(1..) {
        let mut wrong = |field: &str, what: String| all.push(Problem::new(ASSUMPTIONS, &row.id, field, what));
        if row.id != format!("AoU-{number}") {
            wrong("id", format!("rows are numbered in their order: this one is AoU-{number}"));
        }
        for (field, text) in [("assumes", &row.assumes), ("if_not", &row.if_not)] {
            if text.trim().is_empty() {
                wrong(field, "it is empty".into());
            }
        }
        if row.stated.is_empty() {
            wrong("stated", "no user reads it anywhere".into());
        }
        for quote in &row.stated {
            words::problem(quote, &pack.files, &pack.sources)
                .into_iter()
                .for_each(|what| wrong("stated", what));
        }
        match (row.test.is_empty(), row.no_test.trim().is_empty()) {
            (true, true) => {
                wrong("test", "no test shows what happens, and `no_test` does not say why".into())
            }
            (false, _) => {
                typed::read(&row.test, &pack.files, accepts)
                    .err()
                    .into_iter()
                    .for_each(|why| wrong("test", why));
            }
            _ => {}
        }
    }
    all
}

fn trust(pack: &Pack) -> Vec<Problem> {
    let mut all = Vec::new();
    let lock = pack.files.get("Cargo.lock").unwrap_or_default();
    for row in &pack.trust.trusted {
        let mut wrong = |field: &str, what: String| all.push(Problem::new(TRUST, &row.name, field, what));
        let entry = format!("name = \"{}\"\nversion = \"{}\"", row.name, row.version);
        if row.is_crate && !lock.contains(&entry) {
            wrong("version", format!("Cargo.lock has no {} {}", row.name, row.version));
        }
        let used_in = pack.files.get(&row.used_in).unwrap_or_default();
        for name in row.uses.iter().filter(|name| !used_in.contains(name.as_str())) {
            wrong("uses", format!("`{}` does not use `{name}`", row.used_in));
        }
        let said =
            [("trusted_for", &row.trusted_for), ("error_shows", &row.error_shows), ("known", &row.known)];
        for (field, _) in said.iter().filter(|(_, text)| text.trim().is_empty()) {
            wrong(field, "it is empty".into());
        }
    }
    all
}

fn threats(pack: &Pack, ids: &BTreeSet<&str>) -> Vec<Problem> {
    let mut all = Vec::new();
    for row in &pack.threats.threat {
        let mut wrong = |field: &str, what: String| all.push(Problem::new(THREATS, &row.id, field, what));
        for id in row.limited_by.iter().filter(|id| !ids.contains(id.as_str())) {
            wrong("limited_by", format!("there is no promise `{id}`"));
        }
        let known = |id: &String| pack.assumptions.assumption.iter().any(|assumption| assumption.id == *id);
        for id in row.assumptions.iter().filter(|id| !known(id)) {
            wrong("assumptions", format!("there is no assumption `{id}`"));
        }
        if row.limited_by.is_empty() && row.assumptions.is_empty() {
            wrong("limited_by", "no promise limits it, and no assumption rules it out".into());
        }
    }
    all
}

fn case(case: &Case, ids: &BTreeSet<&str>) -> Vec<Problem> {
    let mut all = Vec::new();
    let nodes: BTreeSet<&str> = case.node.iter().map(|node| node.id.as_str()).collect();
    for (node, number) in case.node.iter().zip(0..) {
        let mut wrong = |field: &str, what: String| all.push(Problem::new(CASE, &node.id, field, what));
        // A claim stands after the one that it supports, so there is no circle.
        let above = case.node.iter().take(number).any(|other| other.id == node.under);
        if (number == 0) != node.under.is_empty() || (number > 0 && !above) {
            wrong("under", format!("`{}` is no claim further up; the first supports none", node.under));
        }
        for id in node.promises.iter().filter(|id| !ids.contains(id.as_str())) {
            wrong("promises", format!("there is no promise `{id}`"));
        }
        let is_leaf = !case.node.iter().any(|other| other.under == node.id);
        if is_leaf && node.promises.is_empty() {
            wrong("promises", "nothing supports this claim".into());
        }
    }
    if nodes.len() != case.node.len() {
        all.push(Problem::new(CASE, "", "id", "an id is given twice".into()));
    }
    for id in
        ids.iter().filter(|id| !case.node.iter().any(|node| node.promises.iter().any(|other| other == **id)))
    {
        all.push(Problem::new(
            CASE,
            id,
            "promises",
            "no claim of the assurance case rests on this promise".into(),
        ));
    }
    all
}
