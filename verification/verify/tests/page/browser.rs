//! Chromium without a window: a page as it is once its script has run, its width, and pictures of it.

use crate::dom::between;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use test_support::hang::{COMMAND, watch_for};

/// The browser, if this machine has one.
pub(crate) fn browser() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).flat_map(|folder| names.map(|name| folder.join(name)));
    found.into_iter().find(|file| file.is_file())
}

pub(crate) fn chromium(browser: &Path) -> Command {
    let mut command = Command::new(browser);
    command.args([
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--enable-logging=stderr",
    ]);
    command.args(["--disable-background-networking", "--disable-component-update", "--disable-sync"]);
    command.stdin(Stdio::null());
    command
}

/// A page as it is once its script has run.
pub(crate) fn look(browser: &Path, page: &Path, fragment: &str) -> String {
    let _watch = watch_for("a browser", COMMAND);
    let profile = tempfile::tempdir().unwrap();
    let mut command = chromium(browser);
    // A page may look into one that it frames.
    command.arg("--allow-file-access-from-files").arg("--dump-dom");
    command.arg(format!("--user-data-dir={}", profile.path().display()));
    command.arg(format!("file://{}#{fragment}", page.display()));
    let output = command.output().expect("the browser runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (dom, log) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{log}");
    let errors: Vec<&str> = log.lines().filter(|line| line.contains("CONSOLE")).collect();
    assert!(errors.is_empty(), "{errors:?}");
    dom
}

/// The page in a frame of this width: a window of Chromium is not that narrow.
pub(crate) fn framed(page: &Path, fragment: &str, width: usize) -> PathBuf {
    let frame = page.with_extension(format!("{width}.html"));
    let script = "onload = () => { const inner = document.querySelector('iframe').contentWindow; \
                  const wide = (element) => element.getBoundingClientRect().right > inner.innerWidth && !element.closest('.lanes'); \
                  const names = [...inner.document.body.querySelectorAll('*')].filter(wide).map((element) => element.tagName); \
                  document.querySelector('pre').textContent = \
                  `${inner.innerWidth} ${inner.document.documentElement.scrollWidth} ${names}`; };";
    let name = page.file_name().unwrap().to_string_lossy();
    let text = format!(
        "<!DOCTYPE html><body style='margin:0'><iframe src='{name}#{fragment}' style='border:0;width:{width}px;height:1700px'>\
         </iframe><pre></pre><script>{script}</script>"
    );
    std::fs::write(&frame, text).unwrap();
    frame
}

/// How wide the page is in a frame of this width, and what is wider.
pub(crate) fn width_in(browser: &Path, page: &Path, fragment: &str, width: usize) -> (usize, String) {
    let dom = look(browser, &framed(page, fragment, width), "");
    let told = between(&dom, "<pre>", "</pre>");
    let mut words = told.split(' ');
    assert_eq!(words.next(), Some(width.to_string().as_str()), "the frame is as wide as it was made: {dom}");
    (words.next().unwrap().parse().unwrap(), words.collect())
}

/// A page that frames another one, presses keys in it, and tells what it then shows.
pub(crate) fn pressed(page: &Path, script: &str) -> PathBuf {
    let frame = page.with_extension("keys.html");
    let name = page.file_name().unwrap().to_string_lossy();
    let text = format!(
        "<!DOCTYPE html><meta charset='utf-8'><iframe src='{name}'></iframe><pre></pre><script>onload = () => {{
           const inner = document.querySelector('iframe').contentWindow;
           const by = (id) => inner.document.getElementById(id);
           const press = (key) => inner.document.dispatchEvent(new inner.KeyboardEvent('keydown', {{ key, bubbles: true }}));
           const told = [];
           {script}
           document.querySelector('pre').textContent = told.join('¶');
         }};</script>"
    );
    std::fs::write(&frame, text).unwrap();
    frame
}

/// Pictures of the page, to be looked at: wide and narrow, light and dark.
pub(crate) fn keep_pictures(browser: &Path, page: &Path, fragment: &str, folder: &str) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    std::fs::create_dir_all(&folder).unwrap();
    let narrow = framed(page, fragment, 400);
    for (name, page, size, dark) in [
        ("wide", page, "1280,1100", false),
        ("dark", page, "1280,1100", true),
        ("narrow", &narrow, "500,1700", false),
        ("narrow-dark", &narrow, "500,1700", true),
    ] {
        let picture = folder.join(format!("{name}.png"));
        let _ = std::fs::remove_file(&picture);
        let mut command = chromium(browser);
        command.arg(format!("--window-size={size}")).arg(format!("--screenshot={}", picture.display()));
        // What moves has come to rest.
        command.args(["--allow-file-access-from-files", "--virtual-time-budget=3000"]);
        if dark {
            command.arg("--blink-settings=preferredColorScheme=0");
        }
        let profile = tempfile::tempdir().unwrap();
        command.arg(format!("--user-data-dir={}", profile.path().display()));
        command.arg(format!("file://{}#{fragment}", page.display()));
        assert!(command.output().expect("the browser runs").status.success());
        assert!(picture.is_file(), "{}", picture.display());
    }
}
