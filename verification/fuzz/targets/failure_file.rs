//! The reader of failure files: any text is a file that can be drawn, or a mistake that is told.
#![no_main]

use libfuzzer_sys::fuzz_target;
use runner::explain::{self, FailureFile};

fuzz_target!(|text: &str| {
    if let Ok(file) = FailureFile::read(text) {
        drop(file.check());
        let drawn = explain::text(&file, 100, true);
        assert!(drawn.chars().all(|c| !c.is_control() || c == '\n'), "no control character reaches a terminal");
    }
});
