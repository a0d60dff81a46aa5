//! `cargo verify audit`.

use super::cli::{AuditArgs, Cli};
use super::options::Options;
use super::usage::Usage;
use clap::Parser;
use runner::console::Format;
use runner::write_file::write_whole;
use runner::{building, complain, say};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;
use verify::audit::files::Files;
use verify::audit::output::{self, Made};
use verify::audit::pack::Pack;
use verify::audit::problem::Problem;
use verify::audit::spot::{Claim, Urn, agrees};
use verify::audit::typed::{self, Typed};
use verify::audit::{archive, check, since};
use verify::certificates::provenance;
use verify::repository::root;
use verify::scenarios;

/// Whether what follows `cargo verify` can be typed.
fn accepts(words: &[String]) -> Result<(), String> {
    let typed = std::iter::once("cargo verify".to_owned()).chain(words.iter().cloned());
    Cli::try_parse_from(typed).map(|_| ()).map_err(|error| {
        let first = error.to_string().lines().next().unwrap_or_default().to_owned();
        format!("`cargo verify {}` cannot be typed: {first}", words.join(" "))
    })?;
    if words.first().is_some_and(|word| word == "scenario") {
        let names: Vec<String> =
            words[1..].iter().take_while(|word| !word.starts_with('-')).cloned().collect();
        super::check::scenarios_by_name(&names).map_err(|Usage(why)| why)?;
    }
    Ok(())
}

pub(crate) fn audit(asked: &AuditArgs, options: &Options) -> Result<ExitCode, Usage> {
    let pack = Pack::of(Files::read(&root()).map_err(Usage)?).map_err(Usage)?;
    if let Some(revision) = &asked.since {
        return tell_changes(&pack, revision, options.format);
    }
    if let Some(many) = asked.spot {
        return spot(&pack, usize::from(many), options);
    }
    let names: Vec<String> = scenarios::all().into_iter().map(|scenario| scenario.name).collect();
    let problems = check::problems(&pack, &names, &accepts);
    tell(&pack, &problems, options.format);
    if asked.out.is_some() || asked.bundle.is_some() {
        let made = output::files(&pack, &source()).map_err(Usage)?;
        if let Some(folder) = &asked.out {
            write_folder(folder, &made)?;
        }
        if let Some(file) = &asked.bundle {
            let archive = archive::tar_gz(&made).map_err(|error| Usage(error.to_string()))?;
            write(file, &archive)?;
            complain!("{} files, {} kB: {}", made.len(), archive.len() / 1000, file.display());
        }
    }
    Ok(ExitCode::from(u8::from(!problems.is_empty())))
}

/// The source that the pack is of, in words.
fn source() -> String {
    let commit = provenance::commit().unwrap_or_else(|| "an unknown commit".into());
    let changed = if commit.ends_with('+') { ", with changes that are not committed" } else { "" };
    format!("sync-map {}, commit {}{changed}", env!("CARGO_PKG_VERSION"), commit.trim_end_matches('+'))
}

fn tell(pack: &Pack, problems: &[Problem], format: Format) {
    let promises = &pack.ledger.promise;
    let checks: usize = promises.iter().map(|row| row.checks.len()).sum();
    let without = promises.iter().filter(|row| row.negative.is_empty()).count();
    let stale = since::stale(pack);
    if format == Format::Json {
        for problem in problems {
            say!("{}", serde_json::json!({ "kind": "problem", "problem": problem }));
        }
        let summary = serde_json::json!({
            "kind": "summary", "promises": promises.len(), "checks": checks, "without_variant": without,
            "unsafe": pack.unsafe_rows.operation.len(), "stale": stale, "problems": problems.len(),
        });
        say!("{summary}");
        return;
    }
    problems.iter().for_each(|problem| say!("FAILED     {problem}"));
    say!(
        "{} promises, {checks} checks; {} have a broken variant that was killed, {without} a reason why there is none",
        promises.len(),
        promises.len() - without
    );
    say!(
        "{} unsafe operations, {} assumptions of use",
        pack.unsafe_rows.operation.len(),
        pack.assumptions.assumption.len()
    );
    if !stale.is_empty() {
        say!(
            "{} certificates are of an earlier source, and no row calls them current: `cargo verify certificate` names them",
            stale.len()
        );
    }
    match problems.len() {
        0 => say!("PASS       every row holds"),
        many => say!("FAIL       {many} problems"),
    }
}

fn tell_changes(pack: &Pack, revision: &str, format: Format) -> Result<ExitCode, Usage> {
    let changes = since::changes(pack, &root(), revision).map_err(Usage)?;
    if format == Format::Json {
        say!("{}", serde_json::json!({ "kind": "since", "revision": revision, "changes": changes }));
        return Ok(ExitCode::SUCCESS);
    }
    say!("promises whose code has changed since {revision}: {}", changes.promises.len());
    for (promise, symbols) in &changes.promises {
        say!("  {promise}: {}", symbols.join(", "));
    }
    let lists = [
        ("promises that were not worded so then", &changes.reworded),
        ("unsafe operations that were not there", &changes.new_unsafe),
        ("evidence of an earlier source than this one", &changes.stale),
    ];
    for (what, list) in lists {
        say!("{what}: {}", list.len());
        list.iter().for_each(|line| say!("  {line}"));
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs claims again.
fn spot(pack: &Pack, many: usize, options: &Options) -> Result<ExitCode, Usage> {
    let urn = Urn::of(&pack.ledger);
    let drawn = urn.draw(many, options.seed);
    let about: f64 = drawn.iter().map(|claim| claim.seconds).sum();
    say!(
        "{} claims drawn with --seed {} from {} that are quick, each with the same chance, of {} in all; about {about:.0} s once the tests are built",
        drawn.len(),
        options.seed,
        urn.quick.len(),
        urn.all
    );
    build_tests(&drawn, pack)?;
    let started = Instant::now();
    let mut failed = 0;
    for (claim, number) in drawn.iter().zip(1..) {
        let begun = Instant::now();
        let found = run_again(claim, pack);
        let seconds = begun.elapsed().as_secs_f64();
        let (word, what) = match &found {
            Ok(what) => ("agrees", what),
            Err(why) => ("DISAGREES", why),
        };
        failed += usize::from(found.is_err());
        match options.format {
            Format::Json => say!(
                "{}",
                serde_json::json!({ "kind": "claim", "promise": claim.promise, "command": claim.command,
                    "agrees": found.is_ok(), "found": what, "seconds": seconds })
            ),
            Format::Text => {
                say!("{number:>3} {word:<9} {seconds:>6.1} s  {}: {} ({what})", claim.promise, claim.command);
            }
        }
    }
    let (agree, seconds) = (drawn.len() - failed, started.elapsed().as_secs_f64());
    match options.format {
        Format::Json => {
            say!(
                "{}",
                serde_json::json!({ "kind": "summary", "agree": agree, "disagree": failed, "seconds": seconds })
            );
        }
        Format::Text => say!("{agree} of {} claims agree; {seconds:.0} s", drawn.len()),
    }
    if drawn.len() < many {
        say!(
            "asked for {many}: the ledger has no more claims whose time is known and short (`seconds` in docs/audit/promises.toml)"
        );
        return Ok(ExitCode::from(if failed > 0 { 1 } else { 3 }));
    }
    Ok(ExitCode::from(u8::from(failed > 0)))
}

/// Builds the tests of these claims first, so that the time of a claim is its own.
fn build_tests(drawn: &[Claim], pack: &Pack) -> Result<(), Usage> {
    for claim in drawn {
        let Ok(Typed::Test(_, words)) = typed::read(&claim.command, &pack.files, &accepts) else { continue };
        let words = words.split(|word| word == "--").next().unwrap_or_default();
        let mut command = cargo();
        command.args(["test", "--no-run"]).args(words).current_dir(root());
        let output = building::cargo(&mut command, &format!("the test of {}", claim.promise))
            .map_err(|error| Usage(format!("cargo cannot be run: {error}")))?;
        if !output.status.success() {
            let why = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(Usage(format!("`{}` does not build: {why}", claim.command)));
        }
    }
    Ok(())
}

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs the command of a claim: this binary, or cargo.
fn run_again(claim: &Claim, pack: &Pack) -> Result<String, String> {
    let typed = typed::read(&claim.command, &pack.files, &accepts)?;
    let mut command = match &typed {
        Typed::Verify(words) => {
            let own = std::env::current_exe().map_err(|error| error.to_string())?;
            let mut command = Command::new(own);
            command.args(words).args(["--format", "json"]);
            command
        }
        Typed::Test(_, words) => {
            let mut command = cargo();
            command.arg("test").args(words);
            command
        }
        Typed::Script(name, words) => {
            let mut command = Command::new(root().join(name));
            command.args(words);
            command
        }
    };
    let output = command.current_dir(root()).stdin(Stdio::null()).stderr(Stdio::piped()).output();
    let output = output.map_err(|error| format!("it cannot be run: {error}"))?;
    agrees(claim, &typed, output.status.code(), &String::from_utf8_lossy(&output.stdout))
}

fn write(file: &Path, content: &[u8]) -> Result<(), Usage> {
    write_whole(file, content)
        .map_err(|error| Usage(format!("`{}` cannot be written: {error}", file.display())))
}

fn write_folder(folder: &Path, made: &Made) -> Result<(), Usage> {
    for (name, content) in made {
        let file = folder.join(name);
        if let Some(inner) = file.parent() {
            std::fs::create_dir_all(inner)
                .map_err(|error| Usage(format!("`{}` cannot be made: {error}", inner.display())))?;
        }
        write(&file, content)?;
    }
    complain!("{} files; begin with {}", made.len(), folder.join("index.html").display());
    Ok(())
}
