//! A spot check: claims drawn from the ledger, run again, and compared with what the ledger says.

use super::ledger::{Check, Ledger};
use super::typed::Typed;
use serde::Serialize;

/// A claim that can be drawn.
#[derive(Clone, Debug, Serialize)]
pub struct Claim {
    /// The promise.
    pub promise: String,
    /// The command.
    pub command: String,
    /// The verdict that it must give.
    pub verdict: String,
    /// About how long it takes.
    pub seconds: f64,
}

/// What there is to draw from.
#[derive(Clone, Debug, Serialize)]
pub struct Urn {
    /// Claims whose time is known and short.
    pub quick: Vec<Claim>,
    /// How many claims the ledger has.
    pub all: usize,
}

impl Urn {
    /// That of a ledger: a command counts once, for the first promise that names it.
    pub fn of(ledger: &Ledger) -> Urn {
        let mut urn = Urn { quick: Vec::new(), all: 0 };
        let mut known: Vec<&str> = Vec::new();
        for promise in &ledger.promise {
            for check in &promise.checks {
                if known.contains(&check.command.as_str()) {
                    continue;
                }
                known.push(&check.command);
                urn.all += 1;
                urn.quick.extend(claim(&promise.id, check));
            }
        }
        urn
    }

    /// So many claims, each with the same chance, drawn with this seed; in the order in which they were drawn.
    pub fn draw(&self, many: usize, seed: u64) -> Vec<Claim> {
        let mut left: Vec<&Claim> = self.quick.iter().collect();
        let mut random = Random(seed);
        let mut drawn = Vec::new();
        while drawn.len() < many && !left.is_empty() {
            let place = random.below(left.len());
            drawn.push(left.swap_remove(place).clone());
        }
        drawn
    }
}

fn claim(promise: &str, check: &Check) -> Option<Claim> {
    Some(Claim {
        promise: promise.to_owned(),
        command: check.command.clone(),
        verdict: check.verdict.clone(),
        seconds: check.seconds?,
    })
}

/// Numbers from a seed: SplitMix64, so that a seed draws the same claims on each machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % (bound as u64)).unwrap_or(0)
    }
}

/// Whether what a command has printed and its exit status agree with a claim.
///
/// # Errors
/// In what they do not.
pub fn agrees(claim: &Claim, typed: &Typed, status: Option<i32>, output: &str) -> Result<String, String> {
    if status != Some(0) {
        return Err(format!(
            "the exit status is {}",
            status.map_or("none".into(), |status| status.to_string())
        ));
    }
    match typed {
        Typed::Verify(_) if claim.verdict == "PASS" => Ok("PASS".into()),
        Typed::Verify(_) => verdicts(claim, output),
        Typed::Test(..) => {
            let passed: usize = output.lines().filter_map(passed).sum();
            if passed == 0 {
                return Err("no test was run".into());
            }
            Ok(format!("{passed} tests passed"))
        }
        Typed::Script(..) => Ok("PASS".into()),
    }
}

/// The tests of a line `test result: ok. 3 passed; …`.
fn passed(line: &str) -> Option<usize> {
    line.strip_prefix("test result: ok. ")?.split(' ').next()?.parse().ok()
}

/// The verdicts of lines of JSON: an engine that draws schedules may say SAMPLED, every other one must say what is claimed.
fn verdicts(claim: &Claim, output: &str) -> Result<String, String> {
    let mut count = 0;
    for line in output.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok()) {
        let is_one = ["verdict", "family"].contains(&line["kind"].as_str().unwrap_or_default());
        let Some(verdict) = line["verdict"].as_str().filter(|_| is_one) else { continue };
        let samples =
            line["engine"] == "threads" || ["pct", "random"].iter().any(|mode| line["mode"] == *mode);
        if verdict.starts_with(&claim.verdict) {
            count += 1;
        } else if !(samples && verdict.starts_with("SAMPLED")) {
            return Err(format!(
                "a verdict is {verdict}, of `{}`",
                line["program"].as_str().unwrap_or_default()
            ));
        }
    }
    if count == 0 {
        return Err(format!("no verdict is {}", claim.verdict));
    }
    Ok(format!("{count} verdicts are {}", claim.verdict))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(number: usize) -> Claim {
        Claim { promise: "p".into(), command: number.to_string(), verdict: "COMPLETE".into(), seconds: 1.0 }
    }

    #[test]
    fn a_seed_draws_the_same_claims_and_none_twice() {
        let urn = Urn { quick: (0..30).map(claim).collect(), all: 40 };
        let names = |seed| urn.draw(20, seed).into_iter().map(|claim| claim.command).collect::<Vec<_>>();
        assert_eq!(names(1), names(1));
        assert_ne!(names(1), names(2));
        let unique: std::collections::BTreeSet<String> = names(3).into_iter().collect();
        assert_eq!(unique.len(), 20);
        assert_eq!(urn.draw(50, 1).len(), 30);
    }

    #[test]
    fn a_claim_agrees_only_with_what_it_says() {
        let line = |engine: &str, verdict: &str| {
            format!(
                "{{\"kind\":\"verdict\",\"engine\":\"{engine}\",\"mode\":\"x\",\"verdict\":\"{verdict}\"}}\n"
            )
        };
        let verify = Typed::Verify(Vec::new());
        let good = line("loom", "COMPLETE") + &line("threads", "SAMPLED(9)");
        assert!(agrees(&claim(1), &verify, Some(0), &good).is_ok());
        assert!(agrees(&claim(1), &verify, Some(3), &good).is_err(), "a status other than 0");
        assert!(agrees(&claim(1), &verify, Some(0), &line("loom", "SAMPLED(9)")).is_err());
        assert!(
            agrees(&claim(1), &verify, Some(0), &line("threads", "SAMPLED(9)")).is_err(),
            "no verdict at all"
        );
        let test = Typed::Test("p".into(), Vec::new());
        assert!(agrees(&claim(1), &test, Some(0), "test result: ok. 3 passed; 0 failed").is_ok());
        assert!(agrees(&claim(1), &test, Some(0), "test result: ok. 0 passed; 0 failed").is_err());
    }
}
