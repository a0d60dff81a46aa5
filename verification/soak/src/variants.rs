//! The broken variants of the gallery under load: which of them real threads show.
//!
//! A variant is an edit of the source (`verification/mutants/`). It is made in a copy that has only what this program is built of. What is found is noted in
//! `verification/soak.json`; why a variant is not seen, a person says in `verification/soak.toml`.

use crate::output::write_file;
use crate::say;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// A variant, as far as it matters here.
#[derive(Debug, Deserialize)]
struct Variant {
    title: String,
    #[serde(default = "map")]
    subject: String,
    edit: Vec<Edit>,
}

fn map() -> String {
    "map".to_owned()
}

#[derive(Debug, Deserialize)]
struct Edit {
    file: String,
    find: String,
    replace: String,
}

/// What came of a variant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    /// The subject that was under load.
    pub subject: String,
    /// The kind of failure, if one was found.
    pub seen: Option<String>,
    /// Under which load, in which build.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under: Option<String>,
    /// For how long it was under load.
    pub seconds: f64,
    /// Operations judged.
    pub judged: u64,
}

/// Where it is noted what came of them.
pub const NOTED: &str = "verification/soak.json";

/// Where the variants are.
const GALLERY: &str = "verification/mutants";

/// What a copy has besides the manifests.
const COPIED: [&str; 5] =
    ["src", "verification/linear", "verification/pauses", "verification/paused", "verification/soak"];

/// The subject here that a subject of the gallery is.
fn subject(of_the_gallery: &str) -> &'static str {
    match of_the_gallery {
        "counter" | "countermap" => "counters",
        "cache" | "idlecache" | "boundedcache" => "cache",
        "registry" => "registry",
        "config" => "config",
        _ => "map",
    }
}

/// All variants, by their names, with their titles.
///
/// # Errors
/// When one cannot be read.
pub fn titles(root: &Path) -> Result<BTreeMap<String, String>, String> {
    Ok(all(root)?.into_iter().map(|(id, variant)| (id, variant.title)).collect())
}

fn all(root: &Path) -> Result<BTreeMap<String, Variant>, String> {
    let folder = root.join(GALLERY);
    let told = |error: std::io::Error| format!("`{}`: {error}", folder.display());
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(&folder).map_err(told)? {
        let path = entry.map_err(told)?.path();
        let Some(id) = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".toml")) else {
            continue;
        };
        let text = read(&path)?;
        all.insert(
            id.to_owned(),
            toml::from_str(&text).map_err(|error| format!("`{}`: {error}", path.display()))?,
        );
    }
    Ok(all)
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("`{}`: {error}", path.display()))
}

/// What was noted so far.
///
/// # Errors
/// When it cannot be read.
pub fn noted(root: &Path) -> Result<BTreeMap<String, Tried>, String> {
    let path = root.join(NOTED);
    if !path.exists() {
        return Ok(BTreeMap::new());
    }
    serde_json::from_str(&read(&path)?).map_err(|error| format!("`{}`: {error}", path.display()))
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Only these.
    pub ids: Vec<String>,
    /// For how long at most each is under load: with its unit.
    pub time: String,
    /// Where the copy is made and built.
    pub scratch: PathBuf,
    /// Leave out those of which something is noted.
    pub rest: bool,
}

/// Tries variants, and the unchanged source before them. Whether that passed, and all could be tried.
///
/// # Errors
/// When the copy cannot be made, or a variant is not known.
pub fn run(root: &Path, asked: &Asked) -> Result<bool, String> {
    let variants = all(root)?;
    let mut noted = noted(root)?;
    let unknown = asked.ids.iter().find(|id| !variants.contains_key(*id));
    if let Some(id) = unknown {
        return Err(format!("there is no variant `{id}`: see {GALLERY}"));
    }
    let copy = Copy::make(root, &asked.scratch)?;
    let control = copy.soak("all", &asked.time, false)?;
    say!("{:<34} {}", "(the source itself)", told(&control));
    let mut well = control.seen.is_none();
    for (id, variant) in &variants {
        let is_asked = asked.ids.is_empty() || asked.ids.contains(id);
        if !is_asked || asked.rest && noted.contains_key(id) {
            continue;
        }
        match copy.with(variant, || copy.soak(subject(&variant.subject), &asked.time, true)) {
            Ok(tried) => {
                say!("{id:<34} {}", told(&tried));
                noted.insert(id.clone(), tried);
                let text = serde_json::to_string_pretty(&noted).expect("plain data") + "\n";
                write_file(&root.join(NOTED), &text)?;
            }
            Err(why) => {
                well = false;
                say!("{id:<34} not tried: {why}");
            }
        }
    }
    Ok(well)
}

fn told(tried: &Tried) -> String {
    let under = tried.under.as_deref().unwrap_or_default();
    match &tried.seen {
        Some(kind) => format!("seen: {kind} ({under}), after {:.1} s", tried.seconds),
        None => format!("not seen in {:.0} s; {} operations were judged", tried.seconds, tried.judged),
    }
}

struct Copy {
    folder: PathBuf,
    target: PathBuf,
}

impl Copy {
    fn make(root: &Path, scratch: &Path) -> Result<Copy, String> {
        let scratch =
            std::path::absolute(scratch).map_err(|error| format!("`{}`: {error}", scratch.display()))?;
        let (folder, target) = (scratch.join("tree"), scratch.join("target"));
        for part in COPIED {
            copy(&root.join(part), &folder.join(part))?;
        }
        write_changed(&folder.join("Cargo.lock"), &read(&root.join("Cargo.lock"))?)?;
        write_changed(&folder.join("Cargo.toml"), &manifest(&read(&root.join("Cargo.toml"))?))?;
        Ok(Copy { folder, target })
    }

    /// Makes the edits, does something, and takes them back.
    fn with<T>(&self, variant: &Variant, run: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
        let mut before: BTreeMap<&str, String> = BTreeMap::new();
        let mut after: BTreeMap<&str, String> = BTreeMap::new();
        for edit in &variant.edit {
            let path = self.folder.join(&edit.file);
            if !after.contains_key(edit.file.as_str()) {
                let text = read(&path)?;
                before.insert(&edit.file, text.clone());
                after.insert(&edit.file, text);
            }
            let text = after.get_mut(edit.file.as_str()).expect("just inserted");
            if text.matches(&edit.find).count() != 1 {
                return Err(format!("an edit of {} does not match once", edit.file));
            }
            *text = text.replacen(&edit.find, &edit.replace, 1);
        }
        let written = after.iter().try_for_each(|(file, text)| write_changed(&self.folder.join(file), text));
        let done = written.and_then(|()| run());
        before.iter().try_for_each(|(file, text)| write_changed(&self.folder.join(file), text))?;
        done
    }

    /// Builds the copy, and runs it.
    fn soak(&self, subject: &str, time: &str, until_failure: bool) -> Result<Tried, String> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        build.current_dir(&self.folder).env("CARGO_TARGET_DIR", &self.target).stdin(Stdio::null());
        build.args(["build", "--offline", "--profile", "verify", "--package", "soak", "--bin", "soak"]);
        // It is built once for each variant: quickly, and all of it alike.
        build.args(["--config", "profile.verify.opt-level=1", "--config", "profile.verify.debug=false"]);
        build.args(["--config", "profile.verify.incremental=true"]);
        let output = build.output().map_err(|error| format!("cargo cannot be started: {error}"))?;
        if !output.status.success() {
            let text = String::from_utf8_lossy(&output.stderr).into_owned();
            let errors: Vec<&str> =
                text.lines().skip_while(|line| !line.starts_with("error")).take(8).collect();
            return Err(format!("it does not compile:\n{}", errors.join("\n")));
        }
        let place = tempfile::tempdir().map_err(|error| format!("no folder for the report: {error}"))?;
        let json = place.path().join("report.json");
        let mut soak = Command::new(self.target.join("verify/soak"));
        soak.args(["--for", time, "--subject", subject, "--json"])
            .arg(&json)
            .arg("--report")
            .arg(place.path());
        soak.args(until_failure.then_some("--until-failure")).stdin(Stdio::null());
        let begun = Instant::now();
        let output = soak.output().map_err(|error| format!("soak cannot be started: {error}"))?;
        let seconds = (begun.elapsed().as_secs_f64() * 10.0).round() / 10.0;
        let report: serde_json::Value = serde_json::from_str(&read(&json)?).map_err(|error| {
            format!("soak has written no report ({error}): {}", String::from_utf8_lossy(&output.stderr))
        })?;
        let failure = &report["failures"][0];
        let row =
            failure["spell"].as_u64().map(|place| &report["spells"][usize::try_from(place).unwrap_or(0)]);
        let text = |value: &serde_json::Value| value.as_str().unwrap_or("?").to_owned();
        let under = row.map(|row| format!("{}, {}", text(&row["load"]), text(&row["build"])));
        let seen = failure["failure"].as_str().map(str::to_owned);
        let judged = report["total"]["judged"].as_u64().unwrap_or(0);
        Ok(Tried { subject: subject.to_owned(), seen, under, seconds, judged })
    }
}

/// The manifest of the workspace with only those members that the copy has.
fn manifest(text: &str) -> String {
    let members: Vec<String> = COPIED[1..].iter().map(|member| format!("\"{member}\"")).collect();
    let mut lines = Vec::new();
    let mut is_left_out = false;
    for line in text.lines() {
        if line.starts_with('[') {
            is_left_out =
                ["[dev-dependencies]", "[[example]]", "[profile.dev.package]", "[profile.release.package]"]
                    .contains(&line);
        }
        match line.split(" = ").next() {
            _ if is_left_out => {}
            Some("members") => lines.push(format!("members = [\".\", {}]", members.join(", "))),
            Some("default-members" | "exclude" | "readme") => {}
            _ => lines.push(line.to_owned()),
        }
    }
    lines.join("\n") + "\n"
}

/// Copies a folder, links as links; a file that is the same stays, so that nothing is built again for it.
fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let told = |error: std::io::Error| format!("`{}`: {error}", from.display());
    std::fs::create_dir_all(to).map_err(told)?;
    for entry in std::fs::read_dir(from).map_err(told)? {
        let entry = entry.map_err(told)?;
        let (kind, target) = (entry.file_type().map_err(told)?, to.join(entry.file_name()));
        if kind.is_symlink() {
            let leads_to = std::fs::read_link(entry.path()).map_err(told)?;
            if std::fs::symlink_metadata(&target).is_err() {
                #[cfg(unix)]
                std::os::unix::fs::symlink(&leads_to, &target).map_err(told)?;
                #[cfg(not(unix))]
                return Err(format!("`{}` is a link, which this system does not have", leads_to.display()));
            }
        } else if kind.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            write_changed(&target, &read(&entry.path())?)?;
        }
    }
    Ok(())
}

fn write_changed(path: &Path, text: &str) -> Result<(), String> {
    if std::fs::read_to_string(path).is_ok_and(|old| old == text) { Ok(()) } else { write_file(path, text) }
}
