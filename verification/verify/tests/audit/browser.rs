//! A browser opens each page of the pack from a folder that has nothing else.

use super::files::unpacked;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use test_support::hang::{TEST, watch_for};

/// A Chromium on PATH, if there is one: `.ci/browser` sees to that, and says so where there is none.
fn browser() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|file| file.is_file())
}

/// What the browser makes of a page.
fn dom(browser: &Path, folder: &Path, page: &str) -> String {
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--dump-dom"])
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .arg(format!("file://{}", folder.join(page).display()))
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_browser_shows_each_page_of_the_pack() {
    let _watch = watch_for("the test", TEST);
    let Some(browser) = browser() else {
        println!("no Chromium is on PATH: nobody has looked at the pages of the pack");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let files = unpacked();
    for (name, content) in &files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    let pages = files.keys().filter(|name| name.ends_with(".html") || name.ends_with(".svg"));
    for page in pages {
        let seen = dom(&browser, folder.path(), page);
        let shows = if page.ends_with(".svg") { "G1: sync-map" } else { "<h1>" };
        assert!(seen.contains(shows) && !seen.contains("ERR_FILE_NOT_FOUND"), "{page}: {seen}");
    }
}
