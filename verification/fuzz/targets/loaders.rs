//! The loaders of settings: any text is settings or a mistake that is told; what settings print is TOML of the same settings.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sync_map::config::Settings;

fuzz_target!(|text: &str| {
    for read in [Settings::from_toml(text), Settings::from_json(text)] {
        match read {
            Ok(settings) => {
                let printed = settings.to_string();
                match Settings::from_toml(&printed) {
                    Ok(again) => assert_eq!(again.to_string(), printed, "{text}"),
                    Err(error) => panic!("what settings print is no TOML: {error}\n{printed}"),
                }
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
    let mut settings = Settings::new();
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    drop(settings.merge_variables("APP", pairs.map(|(name, value)| (name.into(), value.into()))));
});
