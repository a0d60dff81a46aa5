//! The pack as an auditor gets it: in a folder without the repository, each link leads somewhere, and the hashes are right.

use super::pack;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use test_support::hang::{TEST, watch_for};
use verify::audit::evidence::hash;
use verify::audit::{archive, output};

/// What is unpacked from the archive, by name.
pub(super) fn unpacked() -> BTreeMap<String, Vec<u8>> {
    let made = output::files(pack(), "a test").unwrap();
    let packed = archive::tar_gz(&made).unwrap();
    assert_eq!(packed, archive::tar_gz(&made).unwrap(), "the same files make the same archive");
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(packed.as_slice()));
    let mut files = BTreeMap::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().to_string_lossy().into_owned();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        files.insert(name.strip_prefix("audit/").expect("one folder").to_owned(), content);
    }
    assert_eq!(files, made);
    files
}

/// What stands in an attribute, in each place.
fn attributes<'p>(page: &'p str, name: &str) -> Vec<&'p str> {
    let start = format!(" {name}=\"");
    page.split(start.as_str()).skip(1).map(|rest| rest.split('"').next().unwrap_or_default()).collect()
}

#[test]
fn each_link_of_each_page_leads_to_a_place_in_the_pack() {
    let _watch = watch_for("the test", TEST);
    let files = unpacked();
    let text = |name: &str| String::from_utf8(files[name].clone()).unwrap();
    let ids: BTreeMap<&str, BTreeSet<String>> = files
        .keys()
        .filter(|name| name.ends_with(".html"))
        .map(|name| (name.as_str(), attributes(&text(name), "id").into_iter().map(str::to_owned).collect()))
        .collect();
    let mut count = 0;
    for page in ids.keys() {
        let text = text(page);
        for link in attributes(&text, "href") {
            count += 1;
            let (file, place) = link.split_once('#').unwrap_or((link, ""));
            let file = if file.is_empty() { page } else { file };
            assert!(files.contains_key(file), "{page}: no file `{link}`");
            assert!(place.is_empty() || ids[file].contains(place), "{page}: no place `{link}`");
        }
        for word in ["http:", "https:", "<script", "@import", " src="] {
            let elsewhere = text.replace("http://www.w3.org/2000/svg", "");
            assert!(!elsewhere.contains(word), "{page} has `{word}`: it must need nothing from elsewhere");
        }
    }
    assert!(count > 500, "only {count} links were found");
}

#[test]
fn the_hashes_are_those_of_the_files() {
    let _watch = watch_for("the test", TEST);
    let files = unpacked();
    let sums = String::from_utf8(files["SHA256SUMS"].clone()).unwrap();
    let listed: BTreeMap<&str, &str> =
        sums.lines().filter_map(|line| line.split_once("  ")).map(|(sum, name)| (name, sum)).collect();
    assert_eq!(listed.len(), files.len() - 1, "all but the list itself");
    for (name, sum) in listed {
        assert_eq!(hash(&files[name]), sum, "{name}");
    }
}

#[test]
fn the_data_have_what_an_auditor_asks_for() {
    let _watch = watch_for("the test", TEST);
    let files = unpacked();
    let json = |name: &str| serde_json::from_slice::<serde_json::Value>(&files[name]).unwrap();
    let audit = json("audit.json");
    let rows = audit["promise"].as_array().unwrap();
    assert_eq!(rows.len(), pack().ledger.promise.len());
    let lin = rows.iter().find(|row| row["id"] == "map-linearizable").unwrap();
    let known = &lin["known"][0];
    assert_eq!(known["sha256"].as_str().unwrap().len(), 64);
    assert!(
        known["fingerprint"].is_string() && known["commit"].is_string() && known["holds"].is_string(),
        "{known}"
    );
    assert!(
        lin["killed"]["swap-load-then-store"].as_str().unwrap().contains("docs/drawn"),
        "{}",
        lin["killed"]
    );
    let operations = json("unsafe.json");
    for operation in operations.as_array().unwrap() {
        for field in ["place", "code", "condition", "holds", "address"] {
            assert!(!operation[field].as_str().unwrap().is_empty(), "{field}: {operation}");
        }
        let shown =
            operation["variants"].as_array().unwrap().len() + operation["no_variant"].as_str().unwrap().len();
        assert!(shown > 0, "{operation}");
    }
    for gap in json("gaps.json").as_array().unwrap() {
        assert!(!gap["places"].as_array().unwrap().is_empty(), "{gap}");
    }
}
