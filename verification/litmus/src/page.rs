//! The page *What loom gets wrong, by litmus*: made by `cargo verify litmus --write`.

use crate::compare::{Compared, Reason, compare};
use crate::program::{Outcome, Program};
use crate::shapes::{self, Shape};
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The page.
pub const PAGE: &str = "docs/litmus.md";

/// How many random programs the page compares, and of which seed.
const RANDOM: (usize, u64) = (2000, 1);

/// Whether the outcome that a shape asks for is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// RC11 allows it.
    pub rc11: bool,
    /// loom shows it.
    pub loom: bool,
}

/// The row of a shape.
///
/// # Errors
/// When the shape asks for what its program cannot have.
pub fn row(shape: &Shape, program: &Program, compared: &Compared) -> Result<Row, String> {
    Ok(Row { rc11: shape.is_in(&compared.rc11, program)?, loom: shape.is_in(&compared.loom, program)? })
}

/// What came of random programs.
#[derive(Clone, Debug, Default)]
pub struct Random {
    /// How many, and of which seed.
    pub programs: usize,
    /// The seed.
    pub seed: u64,
    /// Outcomes that RC11 allows, of programs without a race.
    pub outcomes: usize,
    /// Programs whose plain memory races.
    pub races: usize,
    /// Programs of which the two show the same.
    pub agree: usize,
    /// For each reason: how many programs have it, how many outcomes are missed and extra by it, and the smallest program.
    pub reasons: BTreeMap<Reason, Differences>,
}

/// How often a reason is one.
#[derive(Clone, Debug, Default)]
pub struct Differences {
    /// Programs.
    pub programs: usize,
    /// Outcomes that loom does not show.
    pub missed: usize,
    /// Outcomes that RC11 forbids.
    pub extra: usize,
    /// The smallest program, and such an outcome of it.
    pub smallest: Option<(Program, String)>,
}

/// Compares so many random programs of a seed.
///
/// # Errors
/// When one of them cannot be explored to its end.
pub fn random(programs: usize, seed: u64, progress: impl Fn(usize, usize)) -> Result<Random, String> {
    let mut source = explore::random::Random(seed);
    let mut found = Random { programs, seed, ..Random::default() };
    for number in 0..programs {
        progress(number, programs);
        let program = crate::random::program(&mut source);
        let compared = compare(&program)?;
        found.add(&program, &compared);
    }
    Ok(found)
}

fn accesses(program: &Program) -> usize {
    program.threads.iter().map(Vec::len).sum()
}

impl Random {
    fn add(&mut self, program: &Program, compared: &Compared) {
        self.agree += usize::from(compared.agrees());
        self.races += usize::from(compared.rc11.has_a_race);
        if !compared.rc11.has_a_race {
            self.outcomes += compared.rc11.outcomes.len();
        }
        for reason in compared.reasons() {
            let of = |list: &[(Outcome, Reason)]| -> Vec<String> {
                list.iter()
                    .filter(|(_, of)| *of == reason)
                    .map(|(outcome, _)| outcome.show(program))
                    .collect()
            };
            let (missed, extra) = (of(&compared.missed), of(&compared.extra));
            let differences = self.reasons.entry(reason).or_default();
            differences.programs += 1;
            differences.missed += missed.len();
            differences.extra += extra.len();
            let is_smaller = |(smallest, _): &(Program, String)| accesses(program) < accesses(smallest);
            if differences.smallest.as_ref().is_none_or(is_smaller) {
                let outcome = missed.into_iter().chain(extra).next();
                differences.smallest =
                    Some((program.clone(), outcome.unwrap_or_else(|| shapes::DATA_RACE.into())));
            }
        }
    }

    /// For a terminal.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!(
            "{} random programs (seed {}): of {} loom shows what RC11 allows, and nothing else",
            self.programs, self.seed, self.agree
        )];
        for (reason, of) in &self.reasons {
            lines.push(format!(
                "{:>5} programs: {reason}: {} outcomes missed, {} extra",
                of.programs, of.missed, of.extra
            ));
            if let Some((program, outcome)) = &of.smallest {
                lines.push(format!("      {program}"));
                lines.push(format!("      {outcome}"));
            }
        }
        lines
    }

    /// For a program.
    pub fn json(&self) -> serde_json::Value {
        let reason = |(reason, of): (&Reason, &Differences)| {
            json!({ "reason": reason.to_string(), "programs": of.programs, "missed": of.missed, "extra": of.extra,
                "smallest": of.smallest.as_ref().map(|(program, outcome)| json!({ "program": program.to_string(), "outcome": outcome })) })
        };
        json!({ "kind": "litmus random", "programs": self.programs, "seed": self.seed, "agree": self.agree, "races": self.races,
            "outcomes": self.outcomes, "reasons": self.reasons.iter().map(reason).collect::<Vec<_>>() })
    }
}

/// The page, and whether it has a difference without a reason.
///
/// # Errors
/// When a program cannot be explored to its end.
pub fn page(progress: impl Fn(usize, usize)) -> Result<(String, bool), String> {
    let mut text = HEAD.to_owned();
    let (mut reasons, mut table) = (BTreeMap::<Reason, Vec<String>>::new(), String::new());
    for shape in shapes::all()? {
        let program = shape.parse()?;
        let compared = compare(&program)?;
        let row = row(&shape, &program, &compared)?;
        for reason in compared.reasons() {
            reasons.entry(reason).or_default().push(shape.name.clone());
        }
        write_row(&mut table, &shape, row, &compared);
    }
    let differ: usize = table.lines().filter(|line| line.contains("**")).count();
    let _ = write!(text, "Of {} shapes loom answers {differ} otherwise than RC11.\n\n", shapes::all()?.len());
    text.push_str(
        "| shape | program | asks for | RC11 | loom | executions | source |\n|---|---|---|---|---|--:|---|\n",
    );
    text.push_str(&table);
    text.push_str("\n## Why they differ\n\n");
    text.push_str(REASONS);
    text.push_str("\n| reason | shapes in which some outcome differs by it |\n|---|---|\n");
    for (reason, names) in &reasons {
        let _ = writeln!(text, "| {reason} | {} |", names.join(", "));
    }
    let random = random(RANDOM.0, RANDOM.1, progress)?;
    write_random(&mut text, &random);
    let is_unknown = reasons.contains_key(&Reason::Unknown) || random.reasons.contains_key(&Reason::Unknown);
    Ok((text, is_unknown))
}

fn write_row(table: &mut String, shape: &Shape, row: Row, compared: &Compared) {
    let word = |yes: bool| if yes { "allowed" } else { "forbidden" };
    let loom = match (row.loom, row.loom == row.rc11) {
        (true, true) => "shown".to_owned(),
        (false, true) => "not shown".to_owned(),
        (true, false) => "**shown**".to_owned(),
        (false, false) => "**not shown**".to_owned(),
    };
    let program = shape.program.replace("||", "\\|\\|");
    let _ = writeln!(
        table,
        "| {}: {} | `{program}` | `{}` | {} | {loom} | {} | {} |",
        shape.name,
        shape.title,
        shape.asks,
        word(row.rc11),
        compared.rc11.executions,
        shape.source
    );
}

fn write_random(text: &mut String, random: &Random) {
    let _ = write!(
        text,
        "\n## Random programs\n\nOf {} random programs (seed {}; two or three threads, all orderings, fences, read-modify-writes, some with plain \
         memory) loom shows exactly what RC11 allows for {}. {} of them race on plain memory.\n\n| reason | programs | \
         outcomes missed | outcomes extra | smallest program | such an outcome |\n|---|--:|--:|--:|---|---|\n",
        random.programs, random.seed, random.agree, random.races
    );
    for (reason, of) in &random.reasons {
        let (program, outcome) = of.smallest.as_ref().map_or_else(Default::default, |(program, outcome)| {
            (program.to_string().replace("||", "\\|\\|"), outcome.clone())
        });
        let _ = writeln!(
            text,
            "| {reason} | {} | {} | {} | `{program}` | `{outcome}` |",
            of.programs, of.missed, of.extra
        );
    }
    let _ = write!(
        text,
        "\n```text\ncargo verify litmus --random {} --seed {}\n```\n",
        random.programs, random.seed
    );
}

const HEAD: &str = "# What loom gets wrong, by litmus

*For people who rely on loom's weak memory, ours or their own, and for auditors.*

This page is made by `cargo verify litmus --write`: do not edit it. For each small program, `verification/litmus` enumerates all executions that
RC11 allows, by brute force, and loom 0.7.2 explores the same program with its search repaired
([decision 5](adr/0005-repairing-looms-search-from-the-facade.md)). RC11 is the model of Lahav and others (*Repairing Sequential Consistency in
C/C++11*, PLDI 2017), with the release sequences of C++20. C++20, and so Rust, allows more than RC11 in one respect: load buffering.

```text
cargo verify litmus 'x := 1 rlx; r = y acq || y := 1 rel; s = x rlx'
```

The enumerator is tested against what others have published: each outcome that a shape asks for, and the number of executions that the tests of
GenMC name. Without any one of its axioms, a shape would be wrong.

";

const REASONS: &str = "A difference gets its reason from the model itself: it is an outcome that RC11 changed in that one way would forbid, or would allow.

- *A read-modify-write reads the latest value, also if it fails*: loom lets a load see an old value, but not a compare-exchange that fails.
- *SeqCst accesses take effect in the order of execution*: a `SeqCst` load does not see a value that a `SeqCst` store has replaced, even where
  C++20's order of such accesses could have the load first.
- *A fence is not a point at which threads switch*: what needs a switch there is not shown, unless an access stands before the fence.
- *SeqCst is honoured only where every store has it* (tokio-rs/loom issue 180).
- *Modification order is partial* (issue 282): loom orders two stores only where one happens before the other, or is read on the way. Two stores that race have no
  order, so a thread may see them in one order and the end in the other.
- *Modification order has gaps* (issue 282): not even that order is kept in all cases.
";

#[cfg(test)]
mod tests {
    use super::*;

    /// What the page says of the shapes is what the shapes say.
    #[test]
    fn the_page_has_a_row_for_each_shape_as_it_is_now_the_slow_ones_as_they_were_written() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/litmus.md");
        let text = std::fs::read_to_string(path).unwrap();
        for shape in shapes::all().unwrap() {
            let program = shape.parse().unwrap();
            if shape.slow {
                let start = format!(
                    "| {}: {} | `{}` |",
                    shape.name,
                    shape.title,
                    shape.program.replace("||", "\\|\\|")
                );
                assert!(
                    text.contains(&start),
                    "run `cargo verify litmus --write`: {PAGE} has no line\n{start}"
                );
                continue;
            }
            let compared = compare(&program).unwrap();
            let mut line = String::new();
            write_row(&mut line, &shape, row(&shape, &program, &compared).unwrap(), &compared);
            assert!(text.contains(&line), "run `cargo verify litmus --write`: {PAGE} has no line\n{line}");
            assert!(
                !compared.reasons().contains(&Reason::Unknown),
                "{}: loom differs, and nobody knows why",
                shape.name
            );
        }
    }

    #[test]
    fn random_programs_differ_for_reasons_that_have_a_name() {
        let found = random(150, 7, |_, _| ()).unwrap();
        assert!(!found.reasons.contains_key(&Reason::Unknown), "{}", found.lines().join("\n"));
        assert!(found.agree > 50, "{}", found.lines().join("\n"));
    }
}
